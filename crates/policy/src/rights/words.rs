//! What acts are called, in every language.

use super::{Act, OfficeAct};
use crate::Language;

impl OfficeAct {
    /// What the act is called.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        let [ja, en, vi] = match self {
            Self::EnactPolicy => ["方針の制定", "enactment of a policy", "ban hành chính sách"],
            Self::ChangeRegister => ["台帳の変更", "change of the handling ledger", "thay đổi sổ quản lý"],
            Self::ReviewRegister => ["台帳の確認", "review of the handling ledger", "rà soát sổ quản lý"],
            Self::OpenWork => ["作業記録の作成", "opening of a work record", "mở hồ sơ công việc"],
            Self::OpenWorkEverybody => [
                "全員を対象とする作業記録の作成",
                "opening of a work record about everybody",
                "mở hồ sơ công việc cho tất cả",
            ],
            Self::CloseWork => ["作業記録の終了", "closing of a work record", "đóng hồ sơ công việc"],
            Self::GrantAccess => ["アカウントの付与", "giving of an account", "cấp tài khoản"],
            Self::GrantHighAccess => [
                "管理者のアカウントの付与",
                "giving of an account of an officer or administrator",
                "cấp tài khoản người phụ trách hoặc quản trị",
            ],
            Self::RevokeAccess => ["アカウントの停止", "taking back of an account", "thu hồi tài khoản"],
            Self::SeeAccounts => ["アカウントと権限の閲覧", "view of accounts and rights", "xem tài khoản và quyền"],
            Self::GiveRight => ["権限の付与と取消し", "giving and taking back of rights", "cấp và thu hồi quyền"],
            Self::Supervise => {
                ["監督下の作業の許可", "supervision of work in a place", "giám sát công việc tại nơi có kiểm soát"]
            }
            Self::ReviewAccess => ["アクセス権の確認", "review of access", "rà soát quyền truy cập"],
            Self::ReadLogs => ["ログの読取り", "reading of a log", "đọc nhật ký"],
            Self::AnswerLogs => {
                ["ログについての質問への回答", "answering of a question about a log", "trả lời câu hỏi về nhật ký"]
            }
            Self::ReviewLogs => ["アクセス記録の確認", "review of access logs", "rà soát nhật ký truy cập"],
            Self::Record => ["証跡の記録", "recording of evidence", "ghi bằng chứng"],
            Self::RecordTest => ["試験の記録", "recording of a test", "ghi kết quả thử"],
            Self::RecordMilestone => ["本人に関する事柄の記録", "recording of a milestone", "ghi nhận mốc của chủ thể"],
            Self::BackUp => ["バックアップ", "backup", "sao lưu"],
            Self::AdoptLedger => ["台帳記録の引継ぎ", "taking over of a ledger", "tiếp nhận sổ ghi"],
            Self::ManageKeys => ["鍵の管理", "management of keys", "quản lý khóa"],
            Self::OwnToken => {
                ["自分のトークンとパスワード", "one's own tokens and password", "mã truy cập và mật khẩu của mình"]
            }
            Self::ChangeOrganisation => ["組織の登録の変更", "change of the organisation", "thay đổi tổ chức"],
            Self::AdoptPolicy => {
                ["法人による方針の採択", "adoption of the policy by an entity", "pháp nhân thông qua chính sách"]
            }
            Self::ApproveRules => ["規則書の承認", "approval of a rule sheet", "duyệt bản quy tắc"],
            Self::AcknowledgeRules => ["規則書の確認", "acknowledgement of a rule sheet", "xác nhận bản quy tắc"],
            Self::ReviewZones => ["区域台帳の見直し", "review of the zone register", "rà soát sổ khu vực"],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }
}

impl Act {
    /// What the act is called.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match self {
            Self::People(act) => act.text(language),
            Self::Office(act) => act.text(language),
        }
    }
}
