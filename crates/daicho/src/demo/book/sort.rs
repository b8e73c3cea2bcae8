//! The sorts of rows: what all rows of one sort have in common. The rows of the demo are these, each under several names.

use super::super::names::Land;
use super::super::staff::Who;

/// A part of the house that keeps rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Recruiting,
    People,
    Payroll,
    Safety,
    Sales,
    Marketing,
    Support,
    Affairs,
    Delivery,
    Finance,
}

impl Unit {
    /// The first part of its rows' names.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Recruiting => "recruit",
            Self::People => "hr",
            Self::Payroll => "pay",
            Self::Safety => "safety",
            Self::Sales => "sales",
            Self::Marketing => "mkt",
            Self::Support => "support",
            Self::Affairs => "ga",
            Self::Delivery => "delivery",
            Self::Finance => "finance",
        }
    }

    /// Its department and who answers for its rows.
    pub(crate) const fn kept_by(self) -> (&'static str, &'static str) {
        match self {
            Self::Recruiting => ("人事部 採用グループ", "佐野 美咲"),
            Self::People => ("人事部 労務グループ", "Phạm Thị Lan"),
            Self::Payroll => ("人事部 給与グループ", "Đỗ Anh Tuấn"),
            Self::Safety => ("安全衛生委員会", "伊藤 誠"),
            Self::Sales => ("営業部", "髙橋 健一"),
            Self::Marketing => ("マーケティング部", "櫻井 裕子"),
            Self::Support => ("カスタマーサポート部", "渡邊 あゆみ"),
            Self::Affairs => ("総務部", "Bùi Thu Trang"),
            Self::Delivery => ("受託開発部", "Vũ Đức Minh"),
            Self::Finance => ("経営企画室", "Trần Minh Quang"),
        }
    }
}

/// What the rows of one sort have in common.
pub(crate) struct Sort {
    pub(crate) unit: Unit,
    pub(crate) land: Land,
    pub(crate) kind: &'static str,
    pub(crate) purposes: &'static [&'static str],
    pub(crate) elements: &'static [&'static str],
    pub(crate) term: &'static str,
    pub(crate) business: &'static str,
    /// Where the information comes from, and on what it lies.
    pub(crate) source: &'static str,
    pub(crate) medium: &'static str,
    /// What the rows are called. `{y}` is this year, `{p}` the last, `{n}` the next, `{c}` a client.
    pub(crate) names: &'static [&'static str],
    /// How many people are held under all of them together; 0 where what the rows tell of lies elsewhere.
    pub(crate) people: usize,
    /// How many more were, and are disposed of within the year.
    pub(crate) gone: usize,
    /// How people come: all at once, or month by month.
    pub(crate) flow: Flow,
    /// Who takes them in.
    pub(crate) taken_in_by: Who,
}

/// How people come into a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the row, and a few later.
    Stock,
    /// Some in each of the months after the row was approved.
    Months(u8),
    /// All on one day: an event, a delivery.
    Day,
}

impl Sort {
    /// The purpose people are taken in for.
    pub(crate) fn purpose(&self) -> &'static str {
        self.purposes.first().copied().unwrap_or_default()
    }

    /// Which sort of acquisition the row shows: own, entrusted, employees, recruiting.
    pub(crate) fn category(&self) -> &'static str {
        match self.kind {
            "entrusted-subject" => "受託",
            "applicant" => "採用",
            "employee" | "contractor-staff" | "former-employee" | "executive" | "family" => "従業者",
            _ => "自社取得",
        }
    }
}
