//! The closed list of occasions.

use access::OfficeAct;
use ledger::entry::EntryKind;
use policy::Texts;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, [$ja:literal, $en:literal, $vi:literal];)*) => {
        /// What sort of thing took place. The codes are kept in the store, so they are never changed.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OccasionKind {
            $($(#[$doc])* $name,)*
        }

        impl OccasionKind {
            /// Every sort, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is called.
            #[must_use]
            pub fn label(self) -> Texts {
                match self { $(Self::$name => Texts::new($ja, $en, $vi),)* }
            }
        }

        impl std::str::FromStr for OccasionKind {
            type Err = policy::UnknownCode;

            fn from_str(code: &str) -> Result<Self, policy::UnknownCode> {
                match code {
                    $($code => Ok(Self::$name),)*
                    _ => Err(policy::UnknownCode { list: "OccasionKind", known: &[$($code,)*] }),
                }
            }
        }
    };
}

kinds! {
    /// A notice was published. Subject: the digest of the policy version.
    NoticePublished = "notice-published", ["方針の公表", "Notice published", "Công bố thông báo"];
    /// Something was tested. Subject: `notice`, `contact`, `ledger` or another name; outcome: `ok` or `failed`.
    #[default]
    Probe = "probe", ["動作の確認", "Probe", "Kiểm tra hoạt động"];
    /// Somebody asked. Subject: its number or channel. Stays open until answered.
    Inquiry = "inquiry", ["お問い合わせ", "Inquiry", "Yêu cầu hỏi đáp"];
    /// Somebody complained. Subject: its number or channel. Stays open until answered.
    Complaint = "complaint", ["苦情", "Complaint", "Khiếu nại"];
    /// A person's information must be kept. Subject: the person's id. Stays open until lifted.
    Hold = "hold", ["保全", "Hold", "Giữ lại"];
    /// Accesses were checked against work records. Subject: the period.
    LogsReview = "logs-review", ["ログの点検", "Review of logs", "Rà soát nhật ký"];
    /// A security meeting was held. Subject: its name or number; note: where the minutes are.
    Meeting = "meeting", ["情報セキュリティ会議", "Security meeting", "Họp an toàn thông tin"];
    /// The management reviewed the system. Subject: the year; stays open while decided actions are, until they are due.
    ManagementReview = "management-review", ["マネジメントレビュー", "Management review", "Xem xét của lãnh đạo"];
    /// Who answers the telephone in Japanese. Subject: the first day; due: the last.
    Roster = "roster", ["日本語窓口の当番", "Japanese telephone roster", "Lịch trực tiếng Nhật"];
    /// An approved exception. Subject: the promise; due: its last day; note: the reason. Stays open until it ends.
    Exception = "exception", ["例外の承認", "Approved exception", "Ngoại lệ được duyệt"];
    /// A drill for disasters. Subject: what was practised, such as `fire`, or the equipment; outcome: `ok`, `failed`, or `gone` when it is
    /// no longer practised.
    Drill = "drill", ["防災訓練", "Disaster drill", "Diễn tập phòng thiên tai"];
    /// A backup was put back in a scratch place and checked. Subject: which; outcome: `ok` or `failed`.
    RestoreTest = "restore-test", ["復元試験", "Restore test", "Thử khôi phục"];
    /// Power equipment was tested. Subject: its name; outcome: `ok`, `failed`, or `gone` when it is no longer there.
    PowerTest = "power-test", ["電源設備の試験", "Test of power equipment", "Thử thiết bị nguồn điện"];
}

impl OccasionKind {
    /// The kind of entry that recording it leaves.
    #[must_use]
    pub const fn entry(self) -> EntryKind {
        match self {
            Self::NoticePublished => EntryKind::NoticePublished,
            Self::Probe => EntryKind::Probed,
            Self::Inquiry | Self::Complaint => EntryKind::InquiryReceived,
            Self::Hold => EntryKind::Held,
            Self::LogsReview => EntryKind::LogsReviewed,
            Self::Meeting
            | Self::ManagementReview
            | Self::Roster
            | Self::Exception
            | Self::Drill
            | Self::RestoreTest
            | Self::PowerTest => EntryKind::Recorded,
        }
    }

    /// The kind of entry that closing it leaves.
    #[must_use]
    pub const fn closing_entry(self) -> EntryKind {
        match self {
            Self::Inquiry | Self::Complaint => EntryKind::InquiryAnswered,
            Self::Hold => EntryKind::Held,
            _ => EntryKind::Recorded,
        }
    }

    /// Whether it stays open until somebody closes it.
    #[must_use]
    pub const fn stays_open(self) -> bool {
        matches!(self, Self::Inquiry | Self::Complaint | Self::Hold | Self::ManagementReview | Self::Exception)
    }

    /// The closed list of its outcomes, in the order in which they are offered; empty where people use their own words.
    #[must_use]
    pub const fn outcomes(self) -> &'static [&'static str] {
        match self {
            Self::Drill | Self::PowerTest => &["ok", "failed", "gone"],
            Self::Probe | Self::RestoreTest => &["ok", "failed"],
            _ => &[],
        }
    }

    /// The office act that permits recording it.
    #[must_use]
    pub const fn permitted_by(self) -> OfficeAct {
        match self {
            Self::LogsReview => OfficeAct::ReviewLogs,
            Self::Drill | Self::RestoreTest | Self::PowerTest => OfficeAct::RecordTest,
            _ => OfficeAct::Record,
        }
    }

    /// Whether only the officer records it.
    pub(super) const fn officer_records(self) -> bool {
        matches!(self, Self::Exception | Self::ManagementReview)
    }

    /// Whether only the officer closes it: lifting a hold lets information be destroyed.
    pub(super) const fn officer_closes(self) -> bool {
        matches!(self, Self::Hold | Self::Exception | Self::ManagementReview)
    }

    /// Whether the program itself may record it.
    pub(super) const fn by_program(self) -> bool {
        matches!(self, Self::NoticePublished | Self::Probe)
    }
}

impl std::fmt::Display for OccasionKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Language;

    #[test]
    fn codes_name_kinds_both_ways() {
        for kind in OccasionKind::ALL {
            assert_eq!(kind.code().parse(), Ok(*kind));
            for language in Language::ALL {
                assert!(!kind.label().get(*language).is_empty());
            }
        }
        assert!("party".parse::<OccasionKind>().is_err());
    }
}
