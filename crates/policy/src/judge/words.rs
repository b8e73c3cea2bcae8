//! What the rules and the ways on say, in every language.

use super::{ActKind, Reason, Rule, WayOn};
use crate::{Language, Policy};

/// Chooses one of three texts, in the order of [`Language::ALL`].
const fn pick(language: Language, [ja, en, vi]: [&'static str; 3]) -> &'static str {
    match language {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}

impl ActKind {
    /// What the act is called.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        pick(
            language,
            match self {
                Self::Reveal => ["閲覧", "reveal", "xem"],
                Self::Find => ["検索", "search", "tìm kiếm"],
                Self::Correct => ["訂正", "correction", "chỉnh sửa"],
                Self::Suspend => ["利用停止", "suspension of use", "tạm dừng sử dụng"],
                Self::Resume => ["利用停止の解除", "end of suspension", "khôi phục sử dụng"],
                Self::Erase => ["消去", "erasure", "xóa"],
                Self::ExportPerson => ["本人への一式開示", "export to the person", "cung cấp toàn bộ cho chủ thể"],
                Self::Import => ["取り込み", "import", "nhập dữ liệu"],
                Self::Withdraw => ["消去の取消し", "withdrawal of an erasure", "rút lại việc xóa"],
            },
        )
    }
}

impl Rule {
    /// What the rule says when it refuses.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        pick(
            language,
            match self {
                Self::PurposeNotNotified => [
                    "この利用目的は、あらかじめ特定して通知したものではありません。",
                    "This purpose was not fixed and notified in advance.",
                    "Mục đích này chưa được xác định và thông báo trước.",
                ],
                Self::PurposeNotForKind => [
                    "この利用目的は、この区分の本人に通知したものではありません。",
                    "This purpose was not notified to people of this kind.",
                    "Mục đích này không được thông báo cho nhóm chủ thể này.",
                ],
                Self::PurposeNotOnRow => [
                    "この利用目的は、台帳のこの行に記載されていません。",
                    "The ledger row does not name this purpose.",
                    "Dòng sổ quản lý này không ghi mục đích đó.",
                ],
                Self::KindUnknown => [
                    "この区分の本人は、プライバシーポリシーにありません。",
                    "The policy does not know this kind of people.",
                    "Chính sách không có nhóm chủ thể này.",
                ],
                Self::ElementUnknown => [
                    "この項目は、プライバシーポリシーにありません。",
                    "The policy does not know this data element.",
                    "Chính sách không có mục dữ liệu này.",
                ],
                Self::ElementOutsidePurpose => [
                    "この利用目的に、この項目は必要ありません。",
                    "The purpose does not need this data element.",
                    "Mục đích này không cần đến mục dữ liệu đó.",
                ],
                Self::ElementOutsideRow => [
                    "この項目は、台帳のこの行に記載されていません。",
                    "The ledger row does not name this data element.",
                    "Dòng sổ quản lý này không ghi mục dữ liệu đó.",
                ],
                Self::NoElement => {
                    ["どの項目かが示されていません。", "No data element was named.", "Chưa nêu mục dữ liệu nào."]
                }
                Self::ConditionNotMet => [
                    "この項目を使う前に必要な事柄が、まだ記録されていません。",
                    "What must come before this data element may be used is not on record.",
                    "Điều kiện phải có trước khi dùng mục dữ liệu này chưa được ghi nhận.",
                ],
                Self::RoleMayNot => [
                    "あなたの役割では、この操作はできません。",
                    "Your role may not do this.",
                    "Vai trò của bạn không được phép làm việc này.",
                ],
                Self::NeedsSecond => [
                    "この操作には二人目の同意が要ります。",
                    "This needs the agreement of a second person.",
                    "Việc này cần người thứ hai đồng ý.",
                ],
                Self::TokenMayNot => [
                    "このトークンは、この操作のために発行されたものではありません。",
                    "The token was not made for this.",
                    "Mã truy cập này không được tạo cho việc này.",
                ],
                Self::OwnPageOnly => [
                    "このサインインで開けるのは、決められた画面だけです。",
                    "This sign-in opens only the pages it is for.",
                    "Lần đăng nhập này chỉ mở được những trang đã định.",
                ],
                Self::PlaceNotListed => [
                    "この目的の情報は、登録された端末のある監督下の場所からだけ開けます。",
                    "For this purpose information is opened only from listed terminals of a supervised place.",
                    "Với mục đích này chỉ được mở dữ liệu từ máy trạm đã đăng ký ở nơi có giám sát.",
                ],
                Self::PlaceClosed => [
                    "監督下の場所で作業できる時間ではありません。",
                    "The supervised place is closed at this hour.",
                    "Nơi có giám sát không mở vào giờ này.",
                ],
                Self::NotSupervised => [
                    "あなたの作業を監督する人がいません。",
                    "Nobody supervises your work there.",
                    "Không có người giám sát công việc của bạn.",
                ],
                Self::NoWork => {
                    ["作業記録が示されていません。", "No work record was named.", "Chưa nêu hồ sơ công việc."]
                }
                Self::WorkNotFound => {
                    ["その作業記録はありません。", "There is no such work record.", "Không có hồ sơ công việc đó."]
                }
                Self::WorkNotStarted => {
                    ["その作業はまだ始まっていません。", "The work has not begun.", "Công việc chưa bắt đầu."]
                }
                Self::WorkEnded => ["その作業は終わっています。", "The work has ended.", "Công việc đã kết thúc."],
                Self::WorkNotYours => [
                    "その作業は、あなたの担当ではありません。",
                    "The work is not assigned to you.",
                    "Công việc này không được giao cho bạn.",
                ],
                Self::WorkOtherPurpose => [
                    "その作業は、別の利用目的のものです。",
                    "The work is for another purpose.",
                    "Công việc này phục vụ mục đích khác.",
                ],
                Self::WorkNotThisPerson => [
                    "その作業は、この本人に関するものではありません。",
                    "The work is not about this person.",
                    "Công việc này không liên quan đến chủ thể này.",
                ],
                Self::Suspended => [
                    "本人の請求により、利用を停止しています。",
                    "Use was stopped at the person's request.",
                    "Việc sử dụng đã dừng theo yêu cầu của chủ thể.",
                ],
                Self::NotSuspended => {
                    ["利用は停止されていません。", "Use is not suspended.", "Việc sử dụng không bị tạm dừng."]
                }
                Self::RowDraft => [
                    "台帳のこの行は、まだ承認されていません。",
                    "The ledger row has not been approved.",
                    "Dòng sổ quản lý này chưa được phê duyệt.",
                ],
                Self::RowEnded => [
                    "台帳のこの行は終了しており、廃棄の対象です。",
                    "The ledger row has ended; what it held is to be disposed of.",
                    "Dòng sổ quản lý này đã kết thúc và phải được hủy.",
                ],
                Self::HeldByTerm => {
                    ["保管期間がまだ終わっていません。", "The retention term still runs.", "Thời hạn lưu giữ chưa hết."]
                }
                Self::HeldByLaw => [
                    "法令により保存が義務づけられています。",
                    "A law orders it to be kept.",
                    "Pháp luật yêu cầu phải lưu giữ.",
                ],
                Self::HeldByDispute => [
                    "係属中の請求または紛争があります。",
                    "A request or dispute is open.",
                    "Đang có yêu cầu hoặc tranh chấp chưa giải quyết xong.",
                ],
            },
        )
    }
}

impl WayOn {
    /// What would change the answer, as a sentence. The policy lends the names of purposes and elements.
    #[must_use]
    pub fn text(&self, policy: &Policy, language: Language) -> String {
        let (words, what) = self.words(policy, language);
        words.replace("{}", &what)
    }

    fn words(&self, policy: &Policy, language: Language) -> (&'static str, String) {
        let purpose = |id| policy.purpose(id).map_or_else(|| id.to_string(), |p| p.label.get(language).to_owned());
        let element = |id| policy.element(id).map_or_else(|| id.to_string(), |e| e.label.get(language).to_owned());
        let what = match self {
            Self::PutPurposeOnRow { purpose: id } => purpose(id),
            Self::LeaveElementOut { element: id } | Self::PutElementOnRow { element: id } => element(id),
            Self::RegisterMilestone { label, .. } | Self::GoToPlace { label } => label.get(language).to_owned(),
            Self::WaitUntil { day } => day.to_string(),
            _ => String::new(),
        };
        (pick(language, self.three()), what)
    }

    const fn three(&self) -> [&'static str; 3] {
        match self {
            Self::ChooseNotifiedPurpose => [
                "通知済みの利用目的から選んでください。",
                "Choose one of the notified purposes.",
                "Hãy chọn một mục đích đã thông báo.",
            ],
            Self::ChoosePurposeForKind => [
                "この区分の本人に通知した利用目的を選んでください。",
                "Choose a purpose notified to people of this kind.",
                "Hãy chọn mục đích đã thông báo cho nhóm chủ thể này.",
            ],
            Self::PutPurposeOnRow { .. } => [
                "本人への通知を確かめたうえで、「{}」を台帳に載せるよう管理責任者に依頼してください。",
                "Ask the row's manager to add \"{}\" to the ledger row, once people have been told.",
                "Hãy đề nghị người quản lý thêm \"{}\" vào dòng sổ, sau khi đã thông báo cho chủ thể.",
            ],
            Self::LeaveElementOut { .. } => ["「{}」を外してください。", "Leave \"{}\" out.", "Hãy bỏ mục \"{}\"."],
            Self::PutElementOnRow { .. } => [
                "「{}」を台帳に載せるよう管理責任者に依頼してください。",
                "Ask the row's manager to add \"{}\" to the ledger row.",
                "Hãy đề nghị người quản lý thêm \"{}\" vào dòng sổ.",
            ],
            Self::NameElements => [
                "必要な項目を示してください。",
                "Name the data elements you need.",
                "Hãy nêu các mục dữ liệu cần dùng.",
            ],
            Self::RegisterMilestone { .. } => [
                "「{}」を、事実となってから記録してください。",
                "Register \"{}\" once it has happened.",
                "Hãy ghi nhận \"{}\" khi việc đó đã diễn ra.",
            ],
            Self::AskOfficer => [
                "個人情報保護管理者に依頼してください。",
                "Ask the privacy officer.",
                "Hãy đề nghị người phụ trách bảo vệ dữ liệu cá nhân.",
            ],
            Self::Propose => [
                "権限のページで提案し、二人目の同意を得てください。",
                "Propose it on the page of rights, and have a second person agree.",
                "Hãy đề xuất ở trang quyền và nhờ người thứ hai đồng ý.",
            ],
            Self::MakeToken => [
                "この操作を含むトークンを作成してください。",
                "Make a token that names this operation.",
                "Hãy tạo mã truy cập có ghi thao tác này.",
            ],
            Self::SignInFully => [
                "パスワード、パスキー又はカードでサインインしてください。",
                "Sign in with a password, a passkey or a card.",
                "Hãy đăng nhập bằng mật khẩu, khóa truy cập hoặc thẻ.",
            ],
            Self::GoToPlace { .. } => [
                "「{}」の登録された端末で、定められた時間に作業してください。",
                "Work at a listed terminal of \"{}\", within its hours.",
                "Hãy làm việc tại máy trạm đã đăng ký của \"{}\", trong giờ quy định.",
            ],
            Self::AskSupervisor => [
                "監督者に、権限のページで作業の許可を出してもらってください。",
                "Ask a supervisor to open a window for you on the page of rights.",
                "Hãy đề nghị người giám sát cho phép ở trang quyền.",
            ],
            Self::NameWork => [
                "作業記録を作成するか、担当中の作業記録を示してください。",
                "Open a work record, or name the one you are working on.",
                "Hãy mở hồ sơ công việc hoặc nêu hồ sơ bạn đang thực hiện.",
            ],
            Self::WaitForWork => [
                "作業の開始を待つか、開始日の変更を作業の責任者に依頼してください。",
                "Wait for the work to begin, or ask its owner to begin it earlier.",
                "Hãy chờ đến ngày bắt đầu hoặc đề nghị người phụ trách công việc bắt đầu sớm hơn.",
            ],
            Self::AskWorkOwnerToExtend => [
                "期間の延長を作業の責任者に依頼してください。",
                "Ask the owner of the work record to extend it.",
                "Hãy đề nghị người phụ trách công việc gia hạn.",
            ],
            Self::AskWorkOwnerToAssign => [
                "担当に加えるよう作業の責任者に依頼してください。",
                "Ask the owner of the work record to assign it to you.",
                "Hãy đề nghị người phụ trách công việc giao việc cho bạn.",
            ],
            Self::NameWorkForPurpose => [
                "この利用目的の作業記録を示してください。",
                "Name the work record for this purpose.",
                "Hãy nêu hồ sơ công việc phục vụ mục đích này.",
            ],
            Self::AskWorkOwnerToAddPerson => [
                "この本人を作業の対象に加えるよう、作業の責任者に依頼してください。",
                "Ask the owner of the work record to add this person to it.",
                "Hãy đề nghị người phụ trách công việc thêm chủ thể này vào hồ sơ.",
            ],
            Self::ResumeFirst => [
                "本人の意思を確かめ、個人情報保護管理者が利用停止を解除してください。",
                "The privacy officer ends the suspension once the person agrees.",
                "Người phụ trách bảo vệ dữ liệu cá nhân chỉ khôi phục sau khi chủ thể đồng ý.",
            ],
            Self::NothingToDo => ["対応は要りません。", "Nothing needs to be done.", "Không cần làm gì thêm."],
            Self::ApproveRow => [
                "台帳のこの行を承認してください。",
                "Have the ledger row approved.",
                "Hãy phê duyệt dòng sổ quản lý này.",
            ],
            Self::UseAnotherRow => [
                "後継の行を使うか、残っている情報を廃棄してください。",
                "Use the row that replaced it, or dispose of what is left.",
                "Hãy dùng dòng sổ thay thế hoặc hủy phần dữ liệu còn lại.",
            ],
            Self::WaitUntil { .. } => {
                ["{} を過ぎてから消去してください。", "Erase it after {}.", "Hãy xóa sau ngày {}."]
            }
            Self::CloseDispute => [
                "係属中の件を終えてから消去してください。",
                "Close what is open first.",
                "Hãy giải quyết xong việc đang mở trước.",
            ],
            Self::AmendPolicy => [
                "プライバシーポリシーを改めて制定する必要があります。",
                "The policy has to be amended and enacted first.",
                "Cần sửa đổi và ban hành lại chính sách trước.",
            ],
        }
    }
}

impl Reason {
    /// The reason as a sentence, with the name of the element when it is about one.
    #[must_use]
    pub fn text(&self, policy: &Policy, language: Language) -> String {
        let rule = self.rule.text(language);
        let element = self.element.as_ref().and_then(|id| policy.element(id));
        match (element, language) {
            (Some(element), Language::Ja) => format!("「{}」: {rule}", element.label.get(language)),
            (Some(element), _) => format!("{}: {rule}", element.label.get(language)),
            (None, _) => rule.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_act_speaks_every_language() {
        for language in Language::ALL {
            for rule in Rule::ALL {
                assert!(!rule.text(*language).is_empty(), "{rule}");
                assert!(crate::catalogue::find_str(rule.promise()).is_some(), "{rule} keeps a catalogue promise");
            }
            for act in ActKind::ALL {
                assert!(!act.text(*language).is_empty(), "{act}");
            }
        }
    }
}
