//! Who sits at the desks of the demo. Everybody is made up; the officer is the one the sample notice names.

use policy::{Language, Role};

/// The password of every account of the demo. It is printed, so it protects nothing.
pub(crate) const PASSWORD: &str = "daicho-demo-only";

/// One account.
pub(crate) struct Member {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) language: Language,
    /// What they do, in Japanese, English and Vietnamese: the reason of the grant, and what the terminal says of them.
    pub(crate) duty: [&'static str; 3],
}

/// An account, by its place in `MEMBERS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Administrator,
    Officer,
    Deputy,
    RecruitTokyo,
    RecruitHanoi,
    Payroll,
    Health,
    SalesJapan,
    SalesVietnam,
    Marketing,
    SupportJapan,
    SupportVietnam,
    Delivery,
    Reception,
    Auditor,
    Leaver,
}

impl Who {
    /// Every account, in the order in which they are given.
    pub(crate) const ALL: &[Self] = &[
        Self::Administrator,
        Self::Officer,
        Self::Deputy,
        Self::RecruitTokyo,
        Self::RecruitHanoi,
        Self::Payroll,
        Self::Health,
        Self::SalesJapan,
        Self::SalesVietnam,
        Self::Marketing,
        Self::SupportJapan,
        Self::SupportVietnam,
        Self::Delivery,
        Self::Reception,
        Self::Auditor,
        Self::Leaver,
    ];

    /// The account.
    pub(crate) const fn member(self) -> Member {
        use Language::{Ja, Vi};
        use Role::{Administrator, Auditor, Handler, Officer};
        let (login, name, role, language, duty) = match self {
            Self::Administrator => (
                "bao",
                "Hoàng Quốc Bảo",
                Administrator,
                Vi,
                ["アカウントの管理", "Accounts and backups", "Quản lý tài khoản"],
            ),
            Self::Officer => (
                "quang",
                "Trần Minh Quang",
                Officer,
                Vi,
                ["個人情報保護管理者", "Privacy officer", "Người phụ trách bảo vệ dữ liệu cá nhân"],
            ),
            Self::Deputy => (
                "mori",
                "森 由香",
                Officer,
                Ja,
                ["個人情報保護管理者の代行", "Deputy privacy officer", "Phó người phụ trách bảo vệ dữ liệu cá nhân"],
            ),
            Self::RecruitTokyo => {
                ("sano", "佐野 美咲", Handler, Ja, ["人事（東京）", "Human resources, Tokyo", "Nhân sự Tokyo"])
            }
            Self::RecruitHanoi => {
                ("lan", "Phạm Thị Lan", Handler, Vi, ["人事（ハノイ）", "Human resources, Hanoi", "Nhân sự Hà Nội"])
            }
            Self::Payroll => ("tuan", "Đỗ Anh Tuấn", Handler, Vi, ["給与", "Payroll", "Tiền lương"]),
            Self::Health => ("ito", "伊藤 誠", Handler, Ja, ["安全衛生", "Health and safety", "An toàn và sức khỏe"]),
            Self::SalesJapan => {
                ("takahashi", "髙橋 健一", Handler, Ja, ["営業（日本）", "Sales, Japan", "Kinh doanh Nhật Bản"])
            }
            Self::SalesVietnam => {
                ("hung", "Nguyễn Văn Hùng", Handler, Vi, ["営業（ベトナム）", "Sales, Vietnam", "Kinh doanh Việt Nam"])
            }
            Self::Marketing => (
                "yuko",
                "櫻井 裕子",
                Handler,
                Ja,
                ["催しとメールマガジン", "Events and newsletter", "Sự kiện và bản tin"],
            ),
            Self::SupportJapan => (
                "watanabe",
                "渡邊 あゆみ",
                Handler,
                Ja,
                ["お問い合わせ（日本語）", "Support in Japanese", "Hỗ trợ tiếng Nhật"],
            ),
            Self::SupportVietnam => (
                "mai",
                "Lê Thị Mai",
                Handler,
                Vi,
                ["お問い合わせ（ベトナム語）", "Support in Vietnamese", "Hỗ trợ tiếng Việt"],
            ),
            Self::Delivery => (
                "minh",
                "Vũ Đức Minh",
                Handler,
                Vi,
                ["受託業務の運用", "Work entrusted by clients", "Công việc khách hàng ủy thác"],
            ),
            Self::Reception => (
                "trang",
                "Bùi Thu Trang",
                Handler,
                Vi,
                ["総務と受付", "General affairs and reception", "Hành chính và lễ tân"],
            ),
            Self::Auditor => ("saito", "齋藤 亮", Auditor, Ja, ["内部監査", "Internal audit", "Kiểm toán nội bộ"]),
            Self::Leaver => (
                "endo",
                "遠藤 翔太",
                Handler,
                Ja,
                ["営業（日本）、退職まで", "Sales, Japan, until leaving", "Kinh doanh Nhật Bản, đến khi nghỉ việc"],
            ),
        };
        Member { login, name, role, language, duty }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_has_a_login_of_its_own_and_the_password_is_long_enough() {
        let logins: std::collections::BTreeSet<&str> = Who::ALL.iter().map(|who| who.member().login).collect();
        assert_eq!(logins.len(), Who::ALL.len());
        assert!(PASSWORD.chars().count() >= 12);
        assert!(Who::ALL.is_sorted(), "the order of the list is the order of the variants");
        // Who only has their own page has no part in the story yet.
        for role in Role::ALL.iter().filter(|role| **role != Role::Staff) {
            assert!(Who::ALL.iter().any(|who| who.member().role == *role), "{role:?}");
        }
    }
}
