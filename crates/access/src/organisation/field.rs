//! What is written about each kind of part: one list, from which forms, columns of files, the API and the checks follow.

use super::PartKind;
use policy::Language;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A short text of at most so many characters.
    Text(usize),
    /// A day, as 2026-04-01.
    Day,
    /// Two capital letters of ISO 3166-1.
    Country,
    /// The id of a part of this kind.
    Part(PartKind),
    /// Ids of parts of this kind, apart by spaces.
    Parts(PartKind),
    /// One of these words, each with its label in Japanese, English and Vietnamese. The first is taken where nothing is written.
    Choice(&'static [(&'static str, [&'static str; 3])]),
    /// The name typed at sign-in.
    Login,
    /// An e-mail address.
    Email,
    /// Rows of the handling ledger, apart by spaces.
    Rows,
    /// Network addresses, apart by spaces: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.
    Addresses,
}

/// One field.
#[derive(Debug)]
pub struct Field {
    /// Its name in the API, in forms and in the sheet.
    pub id: &'static str,
    /// The kinds of parts that have it.
    pub of: &'static [PartKind],
    /// Whether it must be filled.
    pub required: bool,
    /// What it holds.
    pub holds: Holds,
    label: [&'static str; 3],
    /// Headings it is known by in files besides its labels.
    pub headings: &'static [&'static str],
}

impl Field {
    /// What it is called.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        let [ja, en, vi] = self.label;
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }

    /// The fields of a kind, in the order of forms.
    pub fn of(kind: PartKind) -> impl Iterator<Item = &'static Self> {
        FIELDS.iter().filter(move |field| field.of.contains(&kind))
    }

    /// The field of a kind with this name.
    #[must_use]
    pub fn find(kind: PartKind, id: &str) -> Option<&'static Self> {
        Self::of(kind).find(|field| field.id == id)
    }

    /// What a choice is called; the word itself where it is none.
    #[must_use]
    pub fn choice<'a>(&self, word: &'a str, language: Language) -> &'a str {
        let Holds::Choice(choices) = self.holds else { return word };
        let found = choices.iter().find(|(code, _)| *code == word);
        found.map_or(word, |(_, [ja, en, vi])| match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        })
    }
}

/// Every kind.
const EVERY: &[PartKind] = PartKind::ALL;
/// Kinds with a name of their own; a card is called by its number.
const NAMED: &[PartKind] = &[
    PartKind::Entity,
    PartKind::Department,
    PartKind::Site,
    PartKind::Zone,
    PartKind::Project,
    PartKind::Staff,
    PartKind::Terminal,
    PartKind::Reader,
];

/// How somebody works for the company.
pub(super) const EMPLOYMENT: &[(&str, [&str; 3])] = &[
    ("employee", ["従業員", "Employee", "Nhân viên"]),
    ("contractor", ["業務委託・派遣", "Contractor", "Nhân sự thuê ngoài"]),
];

/// How a project stands.
pub(super) const STATES: &[(&str, [&str; 3])] = &[
    ("planned", ["準備中", "Planned", "Chuẩn bị"]),
    ("active", ["稼働中", "Active", "Đang hoạt động"]),
    ("closed", ["終了", "Closed", "Đã đóng"]),
];

/// How a card stands.
pub(super) const CARDS: &[(&str, [&str; 3])] = &[
    ("given", ["貸与中", "Given", "Đang cấp"]),
    ("blocked", ["停止", "Blocked", "Đã khóa"]),
    ("returned", ["返却済み", "Returned", "Đã trả"]),
    ("lost", ["紛失", "Lost", "Bị mất"]),
];

/// Security levels of zones, 1 the most open.
pub(super) const LEVELS: &[(&str, [&str; 3])] = &[
    ("", ["未設定", "Not set", "Chưa đặt"]),
    ("1", ["1（来訪者も入れる区域）", "1 (visitors may enter)", "1 (khách được vào)"]),
    ("2", ["2（従業者の区域）", "2 (staff)", "2 (nhân sự)"]),
    ("3", ["3（個人情報を扱う区域）", "3 (personal information is handled)", "3 (xử lý dữ liệu cá nhân)"]),
    ("4", ["4（最も厳しい区域）", "4 (strictest)", "4 (nghiêm ngặt nhất)"]),
];

/// Every field there is.
pub const FIELDS: &[Field] = &[
    Field {
        id: "name",
        of: NAMED,
        required: true,
        holds: Holds::Text(120),
        label: ["名称", "Name", "Tên"],
        headings: &["氏名", "名前", "社員氏名", "部署名", "Full name", "Display name", "Họ và tên", "Họ tên"],
    },
    Field {
        id: "within",
        of: &[PartKind::Department, PartKind::Site],
        required: true,
        holds: Holds::Part(PartKind::Entity),
        label: ["法人", "Legal entity", "Pháp nhân"],
        headings: &["会社", "会社名", "Company", "Entity", "Công ty"],
    },
    Field {
        id: "within",
        of: &[PartKind::Zone],
        required: true,
        holds: Holds::Part(PartKind::Site),
        label: ["拠点", "Site", "Địa điểm"],
        headings: &["事業所", "Office", "Văn phòng"],
    },
    Field {
        id: "within",
        of: &[PartKind::Project, PartKind::Staff],
        required: true,
        holds: Holds::Part(PartKind::Department),
        label: ["部署", "Department", "Phòng ban"],
        headings: &["所属", "所属部署", "部門", "部署名", "課", "Division", "Team", "Section", "Bộ phận", "Đơn vị"],
    },
    Field {
        id: "within",
        of: &[PartKind::Card],
        required: false,
        holds: Holds::Part(PartKind::Staff),
        label: ["貸与先", "Given to", "Cấp cho"],
        headings: &["社員番号", "利用者", "保有者", "Holder", "Employee ID", "Employee number", "Mã nhân viên"],
    },
    Field {
        id: "within",
        of: &[PartKind::Terminal, PartKind::Reader],
        required: true,
        holds: Holds::Part(PartKind::Zone),
        label: ["区域", "Zone", "Khu vực"],
        headings: &["設置区域", "場所", "Location", "Vị trí"],
    },
    Field {
        id: "from",
        of: EVERY,
        required: false,
        holds: Holds::Day,
        label: ["開始日", "From", "Từ ngày"],
        headings: &[
            "入社日",
            "入社年月日",
            "採用日",
            "貸与日",
            "発行日",
            "Start date",
            "Hire date",
            "Joined",
            "Issued",
            "Ngày vào",
            "Ngày vào làm",
            "Ngày cấp",
        ],
    },
    Field {
        id: "until",
        of: EVERY,
        required: false,
        holds: Holds::Day,
        label: ["終了日", "Until", "Đến ngày"],
        headings: &[
            "退職日",
            "退社日",
            "退職年月日",
            "契約終了日",
            "返却日",
            "End date",
            "Leaving date",
            "Left",
            "Returned on",
            "Ngày nghỉ việc",
            "Ngày nghỉ",
            "Ngày trả",
        ],
    },
    Field {
        id: "country",
        of: &[PartKind::Entity],
        required: true,
        holds: Holds::Country,
        label: ["国", "Country", "Quốc gia"],
        headings: &["国コード", "Country code"],
    },
    Field {
        id: "responsible",
        of: &[PartKind::Entity],
        required: false,
        holds: Holds::Part(PartKind::Staff),
        label: ["責任者", "Responsible person", "Người chịu trách nhiệm"],
        headings: &["個人情報保護管理者", "Responsible"],
    },
    Field {
        id: "head",
        of: &[PartKind::Department],
        required: false,
        holds: Holds::Part(PartKind::Staff),
        label: ["部署長", "Head", "Trưởng đơn vị"],
        headings: &["責任者", "部長", "課長", "Manager", "Trưởng phòng"],
    },
    Field {
        id: "address",
        of: &[PartKind::Site],
        required: false,
        holds: Holds::Text(200),
        label: ["所在地", "Address", "Địa chỉ"],
        headings: &["住所"],
    },
    Field {
        id: "level",
        of: &[PartKind::Zone],
        required: false,
        holds: Holds::Choice(LEVELS),
        label: ["セキュリティレベル", "Security level", "Cấp độ an ninh"],
        headings: &["レベル", "Level", "Cấp độ"],
    },
    Field {
        id: "rows",
        of: &[PartKind::Zone],
        required: false,
        holds: Holds::Rows,
        label: ["取り扱う台帳の行", "Ledger rows handled there", "Dòng sổ xử lý tại đây"],
        headings: &["台帳番号", "台帳の行", "Ledger rows", "Dòng sổ"],
    },
    Field {
        id: "rules",
        of: &[PartKind::Zone],
        required: false,
        holds: Holds::Text(400),
        label: ["区域の規則", "Rules of the zone", "Quy tắc của khu vực"],
        headings: &["規則", "Rules", "Quy tắc"],
    },
    Field {
        id: "state",
        of: &[PartKind::Project],
        required: false,
        holds: Holds::Choice(STATES),
        label: ["状態", "State", "Trạng thái"],
        headings: &["Status"],
    },
    Field {
        id: "leader",
        of: &[PartKind::Project],
        required: false,
        holds: Holds::Part(PartKind::Staff),
        label: ["責任者", "Leader", "Người phụ trách"],
        headings: &["リーダー", "PM", "Project manager", "Quản lý dự án"],
    },
    Field {
        id: "login",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Login,
        label: ["ログイン名", "Login", "Tên đăng nhập"],
        headings: &["アカウント", "ユーザーID", "User name", "Username", "Account", "Tài khoản"],
    },
    Field {
        id: "employment",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Choice(EMPLOYMENT),
        label: ["雇用形態", "Employment", "Hình thức làm việc"],
        headings: &["雇用区分", "区分", "契約形態", "Employment type", "Loại hợp đồng"],
    },
    Field {
        id: "email",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Email,
        label: ["メールアドレス", "E-mail", "Thư điện tử"],
        headings: &["メール", "Email", "E-mail address", "Mail"],
    },
    Field {
        id: "username",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Text(254),
        label: ["ディレクトリでの名前", "Name in the directory", "Tên trong thư mục"],
        headings: &["userName", "UPN", "User principal name"],
    },
    Field {
        id: "external",
        of: &[PartKind::Staff, PartKind::Department],
        required: false,
        holds: Holds::Text(254),
        label: ["ディレクトリでのID", "Id in the directory", "Mã trong thư mục"],
        headings: &["externalId", "Object ID"],
    },
    Field {
        id: "projects",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Parts(PartKind::Project),
        label: ["参加プロジェクト", "Projects", "Dự án tham gia"],
        headings: &["プロジェクト", "案件", "Project", "Dự án"],
    },
    Field {
        id: "zones",
        of: &[PartKind::Staff],
        required: false,
        holds: Holds::Parts(PartKind::Zone),
        label: ["入れる区域", "Zones allowed", "Khu vực được vào"],
        headings: &["立入可能区域", "入室区域", "Zones", "Access zones", "Khu vực"],
    },
    Field {
        id: "number",
        of: &[PartKind::Card],
        required: true,
        holds: Holds::Text(64),
        label: ["カード番号", "Card number", "Số thẻ"],
        headings: &["券面番号", "IDm", "UID", "Card no", "Card ID", "Mã thẻ"],
    },
    Field {
        id: "status",
        of: &[PartKind::Card],
        required: false,
        holds: Holds::Choice(CARDS),
        label: ["カードの状態", "Status", "Tình trạng"],
        headings: &["状態", "状況", "State", "Trạng thái"],
    },
    Field {
        id: "addresses",
        of: &[PartKind::Terminal],
        required: false,
        holds: Holds::Addresses,
        label: ["ネットワークアドレス", "Network addresses", "Địa chỉ mạng"],
        headings: &["IPアドレス", "IP address", "IP", "Địa chỉ IP"],
    },
    Field {
        id: "certificate",
        of: &[PartKind::Terminal],
        required: false,
        holds: Holds::Text(128),
        label: ["クライアント証明書の指紋", "Fingerprint of the client certificate", "Dấu vân tay chứng chỉ máy khách"],
        headings: &["証明書", "Fingerprint", "Chứng chỉ"],
    },
    Field {
        id: "holder",
        of: &[PartKind::Terminal],
        required: false,
        holds: Holds::Part(PartKind::Staff),
        label: ["使用者", "Used by", "Người sử dụng"],
        headings: &["利用者", "User", "Người dùng"],
    },
    Field {
        id: "purpose",
        of: &[PartKind::Terminal],
        required: false,
        holds: Holds::Text(200),
        label: ["用途", "Used for", "Mục đích sử dụng"],
        headings: &["目的", "Purpose", "Mục đích"],
    },
    Field {
        id: "code",
        of: &[PartKind::Reader],
        required: true,
        holds: Holds::Text(64),
        label: ["入退室記録での符号", "Code in door logs", "Mã trong nhật ký cửa"],
        headings: &["リーダー番号", "ゲート", "扉", "Reader", "Door", "Gate", "Mã cửa"],
    },
    Field {
        id: "outside",
        of: &[PartKind::Reader],
        required: false,
        holds: Holds::Part(PartKind::Zone),
        label: ["手前の区域", "Zone it leads from", "Khu vực phía ngoài"],
        headings: &["手前", "From zone"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_kind_has_two_fields_of_one_name_or_label() {
        for kind in PartKind::ALL {
            let mut ids = BTreeSet::new();
            assert!(Field::of(*kind).all(|field| ids.insert(field.id)), "{kind}");
            for language in Language::ALL {
                let mut labels = BTreeSet::new();
                assert!(Field::of(*kind).all(|field| labels.insert(field.label(*language))), "{kind}");
            }
            let within = Field::find(*kind, "within").map(|field| field.holds);
            assert_eq!(within, kind.within().map(Holds::Part), "{kind}");
            assert!(Field::find(*kind, "within").is_none_or(|field| field.required == kind.needs_within()));
        }
    }

    #[test]
    fn choices_are_told_in_the_readers_language() {
        let status = Field::find(PartKind::Card, "status").unwrap();
        assert_eq!(status.choice("lost", Language::Ja), "紛失");
        assert_eq!(status.choice("stolen", Language::Vi), "stolen");
    }
}
