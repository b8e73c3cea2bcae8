//! What the columns and the words of logs mean, in Japanese, English and Vietnamese.

use policy::logs::What;
use policy::normal::fold;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $headings:literal;)*) => {
        /// What a column of a log is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $name,)*
        }

        impl Role {
            /// Every meaning.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its code, as a person names it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            const fn headings(self) -> &'static str {
                match self {
                    $(Self::$name => $headings,)*
                }
            }
        }

        impl std::str::FromStr for Role {
            type Err = policy::UnknownCode;

            fn from_str(code: &str) -> Result<Self, policy::UnknownCode> {
                match code {
                    $($code => Ok(Self::$name),)*
                    _ => Err(policy::UnknownCode { list: "Role", known: &[$($code,)*] }),
                }
            }
        }
    };
}

roles! {
    /// The moment: day and time.
    Moment = "moment", "日時|発生日時|時刻日時|通行日時|入退室日時|打刻日時|利用日時|アクセス日時|操作日時|イベント日時|記録日時|タイムスタンプ|datetime|date time|date/time|timestamp|@timestamp|event time|eventtime|time stamp|access time|ts|created at|thời điểm|thời gian|ngày giờ|thời gian quẹt thẻ|thời gian truy cập";
    /// The day alone.
    Day = "day", "日付|年月日|勤務日|出勤日|通行日|利用日|対象日|date|day|work date|workday|ngày|ngày làm việc|ngày công|ngày chấm công";
    /// The time of day alone.
    Time = "time", "時刻|時間|通行時刻|打刻時刻|利用時刻|time|hour|clock|giờ|giờ quẹt|giờ vào ra";
    /// The number of a card.
    Card = "card", "カード番号|カードno|カードid|カード|icカード番号|idm|カードコード|card|card no|card number|card id|badge|badge id|badge no|uid|thẻ|số thẻ|mã thẻ|mã thẻ từ";
    /// A login.
    User = "user", "ユーザー|ユーザ|ユーザーid|ユーザid|ユーザー名|ユーザ名|利用者|利用者id|アカウント|アカウント名|ログインid|ログイン名|操作者|実行者|user|user id|userid|username|user name|login|login name|account|actor|principal|subject|operator|email|mail|người dùng|tài khoản|tên đăng nhập|mã người dùng|người thao tác";
    /// An employee number.
    Employee = "employee", "社員番号|社員コード|社員no|社員id|従業員番号|従業員コード|職員番号|個人コード|個人番号コード|employee|employee no|employee number|employee id|employee code|staff no|staff id|staff code|emp id|emp no|mã nhân viên|mã nv|msnv|mã số nhân viên";
    /// A name.
    Name = "name", "氏名|名前|社員名|従業員名|使用者名|name|full name|employee name|holder|card holder|họ tên|họ và tên|tên nhân viên";
    /// A door, a reader, a zone, a system.
    Place = "place", "扉|扉名|ドア|ドア名|ゲート|ゲート名|リーダー|リーダ|リーダー名|リーダ名|読取機|場所|区画|エリア|区域|部屋|端末|機器|機器名|システム|サーバー|ホスト|door|door name|gate|reader|reader name|location|place|zone|area|room|device|terminal|system|host|hostname|server|service|app|application|resource|cửa|cổng|đầu đọc|vị trí|khu vực|phòng|thiết bị|hệ thống|máy chủ";
    /// In or out, or how it came out.
    Way = "way", "入退|入退区分|入退室区分|入退室|通行方向|方向|区分|種別|操作|イベント|イベント名|打刻区分|打刻種別|結果|判定|通行結果|direction|in/out|inout|way|action|event|event type|type|result|status|punch|hướng|vào/ra|vào ra|loại|sự kiện|hành động|thao tác|kết quả|trạng thái";
    /// When somebody came.
    Begun = "begun", "出勤|出勤時刻|始業|始業時刻|開始時刻|入室時刻|入館時刻|出社|出社時刻|clock in|clockin|check in|checkin|in time|time in|start|start time|arrival|giờ vào|vào|giờ đến|check-in|bắt đầu";
    /// When somebody left.
    Ended = "ended", "退勤|退勤時刻|終業|終業時刻|終了時刻|退室時刻|退館時刻|退社|退社時刻|clock out|clockout|check out|checkout|out time|time out|end|end time|departure|giờ ra|ra|giờ về|check-out|kết thúc";
    /// A work record.
    Work = "work", "作業記録|作業番号|作業記録番号|案件番号|チケット|work record|work|ticket|case|work order|hồ sơ công việc|mã công việc|phiếu";
}

impl Role {
    /// What a heading means.
    pub(super) fn of(heading: &str) -> Option<Self> {
        let key = fold::key(heading);
        let last = heading.rsplit_once(" / ").map(|(_, last)| fold::key(last));
        let means = |key: &str| {
            let mut all = Self::ALL.iter().copied();
            all.find(|role| role.headings().split('|').any(|known| fold::key(known) == key))
        };
        if key.is_empty() {
            return None;
        }
        means(&key).or_else(|| last.filter(|key| !key.is_empty()).and_then(|key| means(&key)))
    }

    /// Every heading that is known.
    pub(super) fn known() -> Vec<String> {
        Self::ALL.iter().flat_map(|role| role.headings().split('|')).map(str::to_owned).collect()
    }
}

const INS: &str =
    "入|入室|入館|入場|in|entry|enter|entered|entrance|vào|1|i|出勤|出社|clock in|check in|checkin|始業|vào cửa";
const OUTS: &str =
    "出|退|退室|退館|退場|出室|out|exit|exited|leave|left|ra|0|o|退勤|退社|clock out|check out|checkout|終業|ra cửa";
const TURNED: &str = "拒否|不可|ng|エラー|認証失敗|通行不可|失敗|denied|refused|rejected|fail|failed|failure|error|invalid|unauthorized|forbidden|từ chối|lỗi|thất bại|không hợp lệ|403|401";

/// What a word in a column of ways says took place.
pub(super) fn what(word: &str) -> Option<What> {
    let key = fold::key(word);
    let is = |words: &str| words.split('|').any(|known| fold::key(known) == key);
    let has = |words: &str| {
        words.split('|').filter(|known| known.chars().count() > 1).any(|known| key.contains(&fold::key(known)))
    };
    if key.is_empty() {
        None
    } else if is(TURNED) || has(TURNED) {
        Some(What::TurnedAway)
    } else if is(INS) {
        Some(What::In)
    } else if is(OUTS) {
        Some(What::Out)
    } else if has("入室|入館|entry|entered|出勤|clock in|vào") {
        Some(What::In)
    } else if has("退室|退館|退勤|exit|clock out") {
        Some(What::Out)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_logs_are_known_in_three_languages() {
        for (heading, role) in [
            ("日時", Some(Role::Moment)),
            ("カード番号", Some(Role::Card)),
            ("ｶｰﾄﾞ番号", Some(Role::Card)),
            ("入退区分", Some(Role::Way)),
            ("Card No.", Some(Role::Card)),
            ("Timestamp", Some(Role::Moment)),
            ("Số thẻ", Some(Role::Card)),
            ("Thời gian", Some(Role::Moment)),
            ("出勤時刻", Some(Role::Begun)),
            ("Giờ ra", Some(Role::Ended)),
            ("社員番号", Some(Role::Employee)),
            ("通行 / 扉名", Some(Role::Place)),
            ("天気", None),
            ("", None),
        ] {
            assert_eq!(Role::of(heading), role, "{heading}");
        }
        let mut seen = std::collections::BTreeMap::new();
        for role in Role::ALL {
            for heading in role.headings().split('|') {
                let before = seen.insert(fold::key(heading), *role);
                assert!(before.is_none_or(|other| other == *role), "{heading} is {before:?} and {role:?}");
            }
        }
    }

    #[test]
    fn words_say_which_way_somebody_went() {
        for (word, what) in [
            ("入室", Some(What::In)),
            ("退室", Some(What::Out)),
            ("OUT", Some(What::Out)),
            ("Entry", Some(What::In)),
            ("Vào", Some(What::In)),
            ("Ra", Some(What::Out)),
            ("認証失敗（無効カード）", Some(What::TurnedAway)),
            ("Access denied", Some(What::TurnedAway)),
            ("正常", None),
            ("", None),
        ] {
            assert_eq!(super::what(word), what, "{word}");
        }
    }
}
