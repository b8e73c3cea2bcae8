//! The columns of the handling ledger (個人情報管理台帳): declared once, for its page, its spreadsheet and its checks.
//!
//! What must be there follows JIS Q 15001:2017 A.3.3.1 and the older editions still in use; two secondary
//! sources differ on whether the number of records is mandatory, and we keep the stricter reading.

use crate::Language;
use crate::code::coded;

coded! {
    /// Which part of a row's life a column tells of.
    Group {
        /// What it is and who answers for it.
        Identity = "identity",
        /// Whose data, which data, how much.
        Content = "content",
        /// How it came here.
        Acquire = "acquire",
        /// What it is used for, until when, by whom.
        Use = "use",
        /// Where and how it is kept, and how long.
        Keep = "keep",
        /// Who else receives it.
        PassOn = "pass-on",
        /// How it ends.
        End = "end",
        /// Risk, review and approval.
        Control = "control",
    }
}

impl Group {
    /// What the group is called.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        let [ja, en, vi] = match self {
            Self::Identity => ["識別", "Identity", "Nhận diện"],
            Self::Content => ["内容", "Content", "Nội dung"],
            Self::Acquire => ["取得", "Acquisition", "Thu thập"],
            Self::Use => ["利用", "Use", "Sử dụng"],
            Self::Keep => ["保管", "Keeping", "Lưu giữ"],
            Self::PassOn => ["提供・委託", "Passing on", "Cung cấp, ủy thác"],
            Self::End => ["廃棄", "Ending", "Kết thúc"],
            Self::Control => ["管理", "Control", "Kiểm soát"],
        };
        pick(language, ja, en, vi)
    }
}

coded! {
    /// Whether a column must be filled.
    Need {
        /// The standard asks for it.
        Mandatory = "mandatory",
        /// Its annex recommends it.
        Desirable = "desirable",
        /// Ours: the standard does not ask, good practice does.
        Ours = "ours",
    }
}

/// One column of the handling ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in files and in the API.
    pub id: &'static str,
    /// The part of a row's life it tells of.
    pub group: Group,
    /// Whether it must be filled.
    pub need: Need,
    /// Headings that mean it, as companies write them, in any language; the labels need not be repeated.
    pub headers: &'static [&'static str],
    ja: &'static str,
    en: &'static str,
    vi: &'static str,
}

impl Column {
    /// What the column is called.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        pick(language, self.ja, self.en, self.vi)
    }
}

/// The column of this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.id == id)
}

const fn pick(language: Language, ja: &'static str, en: &'static str, vi: &'static str) -> &'static str {
    match language {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}

const fn column(
    group: Group,
    need: Need,
    id: &'static str,
    [ja, en, vi]: [&'static str; 3],
    headers: &'static [&'static str],
) -> Column {
    Column { id, group, need, headers, ja, en, vi }
}

use Group::{Acquire, Content, Control, End, Identity, Keep, PassOn, Use};
use Need::{Desirable, Mandatory, Ours};

/// Every column, in the order in which the ledger is read.
pub const COLUMNS: &[Column] = &[
    column(
        Identity,
        Mandatory,
        "no",
        ["No.", "No.", "STT"],
        &["番号", "台帳No", "台帳番号", "管理番号", "項番", "通番", "#", "ID", "Số thứ tự", "Mã số"],
    ),
    column(
        Identity,
        Desirable,
        "business",
        ["業務名", "Business", "Nghiệp vụ"],
        &[
            "業務",
            "業務フロー",
            "業務フロー上の位置",
            "業務内容",
            "業務名・業務フロー上の位置",
            "Process",
            "Business process",
            "Quy trình",
        ],
    ),
    column(
        Identity,
        Mandatory,
        "name",
        ["個人情報の名称", "Name of the personal information", "Tên nhóm dữ liệu cá nhân"],
        &[
            "個人情報名",
            "個人情報の種類",
            "個人情報",
            "種類",
            "名称",
            "帳票名",
            "ファイル名",
            "Personal information",
            "Personal data",
            "Name",
            "Dữ liệu cá nhân",
            "Tên dữ liệu",
        ],
    ),
    column(
        Identity,
        Desirable,
        "category",
        ["区分", "Category", "Phân loại"],
        &["個人情報の区分", "取得区分", "自社・受託の別", "自社/受託", "分類", "Type", "Loại"],
    ),
    column(
        Identity,
        Ours,
        "entrusted-by",
        ["受託元・案件", "Entrusted by, project", "Bên giao, dự án"],
        &[
            "受託元",
            "委託元",
            "案件",
            "案件名",
            "お客様名",
            "Client",
            "Entrusting party",
            "Project",
            "Khách hàng",
            "Dự án",
        ],
    ),
    column(
        Identity,
        Mandatory,
        "department",
        ["管理部門", "Department in charge", "Bộ phận quản lý"],
        &[
            "管理部署",
            "所管部門",
            "所管部署",
            "担当部門",
            "担当部署",
            "部門",
            "部署",
            "Department",
            "Phòng ban",
            "Bộ phận",
        ],
    ),
    column(
        Identity,
        Mandatory,
        "manager",
        ["管理責任者", "Responsible manager", "Người chịu trách nhiệm quản lý"],
        &[
            "責任者",
            "管理者",
            "部門管理者",
            "個人情報管理責任者",
            "Manager",
            "Owner",
            "Responsible person",
            "Người quản lý",
            "Người phụ trách",
        ],
    ),
    column(
        Content,
        Desirable,
        "kinds",
        ["本人の種類", "Kinds of people", "Loại chủ thể dữ liệu"],
        &["本人", "対象者", "本人の範囲", "Data subjects", "People", "Whose data", "Chủ thể dữ liệu", "Đối tượng"],
    ),
    column(
        Content,
        Mandatory,
        "elements",
        ["項目", "Items", "Các mục dữ liệu"],
        &[
            "個人情報の項目",
            "個人データの項目",
            "含まれる項目",
            "データ項目",
            "Data items",
            "Data elements",
            "Fields",
            "Mục dữ liệu",
            "Trường dữ liệu",
        ],
    ),
    column(
        Content,
        Desirable,
        "special-care",
        ["要配慮個人情報", "Special care-required", "Dữ liệu nhạy cảm"],
        &["要配慮", "要配慮の有無", "機微情報", "機微", "Sensitive", "Special category", "Dữ liệu cá nhân nhạy cảm"],
    ),
    column(
        Content,
        Desirable,
        "my-number",
        ["特定個人情報", "My Number", "Mã số cá nhân (My Number)"],
        &["マイナンバー", "個人番号", "特定個人情報の有無", "マイナンバーの有無", "Specific personal information"],
    ),
    column(
        Content,
        Mandatory,
        "count",
        ["件数", "Number of records", "Số lượng"],
        &[
            "概数",
            "件数(概数)",
            "保有件数",
            "人数",
            "データ件数",
            "Count",
            "Records",
            "Volume",
            "Số bản ghi",
            "Số lượng bản ghi",
        ],
    ),
    column(
        Content,
        Desirable,
        "medium",
        ["媒体", "Medium", "Phương tiện lưu"],
        &["記録媒体", "保管媒体", "紙・電子", "紙/電子", "形態", "Media", "Format", "Phương tiện", "Hình thức"],
    ),
    column(
        Acquire,
        Desirable,
        "source",
        ["取得方法・取得元", "How and from whom acquired", "Cách thức và nguồn thu thập"],
        &[
            "取得方法",
            "取得元",
            "入手方法",
            "入手経路",
            "取得経路",
            "Source",
            "Acquired from",
            "How acquired",
            "Nguồn thu thập",
            "Cách thu thập",
        ],
    ),
    column(
        Acquire,
        Desirable,
        "direct",
        ["直接書面取得", "Directly in writing", "Thu thập trực tiếp bằng văn bản"],
        &[
            "直接書面",
            "直接書面・それ以外",
            "直接書面取得の有無",
            "直接/間接",
            "Direct in writing",
            "Direct",
            "Trực tiếp",
        ],
    ),
    column(
        Acquire,
        Desirable,
        "shown",
        ["明示・通知・公表の方法と版", "How the purpose was shown, version", "Cách công bố mục đích, phiên bản"],
        &[
            "明示方法",
            "通知方法",
            "公表方法",
            "明示・通知・公表",
            "利用目的の明示",
            "通知・公表",
            "Notice",
            "How shown",
            "Cách thông báo",
        ],
    ),
    column(
        Acquire,
        Desirable,
        "consent",
        ["同意の要否・記録", "Consent and its record", "Sự đồng ý và hồ sơ"],
        &["同意", "同意の有無", "本人同意", "同意取得", "同意書", "Consent", "Sự đồng ý", "Đồng ý"],
    ),
    column(
        Use,
        Mandatory,
        "purpose",
        ["利用目的", "Purpose of use", "Mục đích sử dụng"],
        &["目的", "使用目的", "個人情報の利用目的", "Purpose", "Purposes", "Mục đích", "Mục đích xử lý"],
    ),
    column(
        Use,
        Mandatory,
        "use-until",
        ["利用期限", "Used until", "Thời hạn sử dụng"],
        &["利用期間", "使用期限", "使用期間", "Period of use", "Use period", "Thời gian sử dụng"],
    ),
    column(
        Use,
        Mandatory,
        "access",
        ["アクセス権を有する者", "Who has access", "Người có quyền truy cập"],
        &[
            "アクセス権",
            "アクセス権者",
            "アクセス者",
            "利用者",
            "取扱者",
            "閲覧者",
            "Access",
            "Access rights",
            "Quyền truy cập",
        ],
    ),
    column(
        Keep,
        Mandatory,
        "place",
        ["保管場所", "Storage place", "Nơi lưu giữ"],
        &["保存場所", "保管先", "Place", "Location", "Stored at", "Nơi lưu trữ", "Địa điểm lưu trữ"],
    ),
    column(
        Keep,
        Mandatory,
        "method",
        ["保管方法", "Storage method", "Cách lưu giữ"],
        &[
            "保存方法",
            "管理方法",
            "安全管理措置",
            "Method of storage",
            "How stored",
            "Phương pháp lưu trữ",
            "Cách lưu trữ",
        ],
    ),
    column(
        Keep,
        Mandatory,
        "keep-until",
        ["保管期限", "Kept until", "Thời hạn lưu giữ"],
        &[
            "保存期間",
            "保管期間",
            "保存期限",
            "保有期間",
            "Retention",
            "Retention period",
            "Thời gian lưu trữ",
            "Thời hạn lưu trữ",
        ],
    ),
    column(
        Keep,
        Desirable,
        "backup",
        ["バックアップ", "Backup", "Sao lưu"],
        &["バックアップの有無", "複製", "Backups", "Bản sao lưu"],
    ),
    column(Keep, Ours, "country", ["国", "Country", "Quốc gia"], &["保管国", "所在国", "Stored in", "Nước"]),
    column(
        PassOn,
        Desirable,
        "entrustees",
        ["委託先", "Entrusted to", "Bên xử lý dữ liệu"],
        &[
            "委託",
            "委託の有無",
            "再委託先",
            "外部委託",
            "Entrustee",
            "Entrustees",
            "Processors",
            "Processor",
            "Bên nhận ủy thác",
            "Đơn vị xử lý",
        ],
    ),
    column(
        PassOn,
        Desirable,
        "third-party",
        ["第三者提供の根拠・記録", "Provision to third parties", "Cung cấp cho bên thứ ba"],
        &["第三者提供", "提供先", "第三者提供の有無", "第三者提供先", "Third parties", "Third party", "Bên thứ ba"],
    ),
    column(
        PassOn,
        Desirable,
        "joint-use",
        ["共同利用", "Joint use", "Sử dụng chung"],
        &["共同利用の有無", "共同利用者", "Shared use", "Cùng sử dụng"],
    ),
    column(
        PassOn,
        Ours,
        "abroad",
        ["外国提供の根拠", "Ground for provision abroad", "Căn cứ chuyển ra nước ngoài"],
        &[
            "外国提供",
            "越境移転",
            "外国にある第三者への提供",
            "Cross-border",
            "Transfer abroad",
            "Chuyển ra nước ngoài",
        ],
    ),
    column(
        End,
        Desirable,
        "disposal",
        ["廃棄方法", "Disposal", "Cách hủy"],
        &["廃棄", "消去方法", "廃棄・消去方法", "廃棄手段", "Disposal method", "Deletion", "Cách tiêu hủy", "Hủy"],
    ),
    column(
        End,
        Ours,
        "disposal-record",
        ["廃棄記録", "Record of disposal", "Hồ sơ hủy"],
        &["消去記録", "廃棄日", "廃棄の記録", "Disposal record", "Biên bản hủy"],
    ),
    column(
        End,
        Ours,
        "return",
        ["返却", "Return", "Hoàn trả"],
        &["返還", "返却の有無", "返却方法", "Returned", "Trả lại"],
    ),
    column(
        Control,
        Mandatory,
        "risk",
        ["リスク分析No.", "Risk analysis No.", "Số phân tích rủi ro"],
        &["リスク分析番号", "リスク分析", "リスクNo", "リスク番号", "Risk", "Risk no", "Phân tích rủi ro"],
    ),
    column(
        Control,
        Mandatory,
        "reviewed",
        ["最終見直し日・見直者", "Last review, by whom", "Lần rà soát gần nhất, người rà soát"],
        &[
            "最終見直し日",
            "見直し日",
            "見直日",
            "最終更新日",
            "更新日",
            "Last reviewed",
            "Reviewed",
            "Review date",
            "Ngày rà soát",
        ],
    ),
    column(
        Control,
        Mandatory,
        "approved",
        ["承認者・版", "Approved by, version", "Người phê duyệt, phiên bản"],
        &["承認者", "承認", "承認日", "版", "Approved by", "Approver", "Approval", "Người phê duyệt"],
    ),
    column(
        Control,
        Ours,
        "standing",
        ["状態", "Standing", "Trạng thái"],
        &["確度", "確定・推定・未確認", "ステータス", "Status", "Tình trạng"],
    ),
    column(
        Control,
        Ours,
        "note",
        ["備考", "Note", "Ghi chú"],
        &["注記", "メモ", "摘要", "Notes", "Remarks", "Comment"],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::normal::fold::key;

    #[test]
    fn every_column_is_named_once_and_labelled_in_every_language() {
        for (at, column) in COLUMNS.iter().enumerate() {
            assert!(column.id.parse::<ledger::names::RowId>().is_ok(), "{} is a slug", column.id);
            assert_eq!(COLUMNS.iter().position(|other| other.id == column.id), Some(at));
            for language in Language::ALL {
                assert!(!column.label(*language).is_empty());
                assert!(!column.group.label(*language).is_empty());
            }
            assert_eq!(find(column.id), Some(column));
        }
        assert_eq!(find("nothing"), None);
    }

    #[test]
    fn no_heading_means_two_columns() {
        let mut meant: BTreeMap<String, &str> = BTreeMap::new();
        for column in COLUMNS {
            let labels = Language::ALL.iter().map(|language| column.label(*language));
            for heading in labels.chain(column.headers.iter().copied()) {
                let before = meant.insert(key(heading), column.id);
                assert!(before.is_none_or(|id| id == column.id), "{heading} means {before:?} and {}", column.id);
            }
        }
    }

    #[test]
    fn columns_stand_by_group_and_the_mandatory_ones_are_those_of_the_standard() {
        let order: Vec<Group> = COLUMNS.iter().map(|column| column.group).collect();
        assert!(order.is_sorted());
        let mandatory: Vec<&str> =
            COLUMNS.iter().filter(|column| column.need == Mandatory).map(|column| column.id).collect();
        assert_eq!(
            mandatory,
            [
                "no",
                "name",
                "department",
                "manager",
                "elements",
                "count",
                "purpose",
                "use-until",
                "access",
                "place",
                "method",
                "keep-until",
                "risk",
                "reviewed",
                "approved"
            ]
        );
    }
}
