//! What can be read off a policy besides its promises: dates, contact, fee, names.

mod contact;
mod date;
mod names;

use super::clause::Clause;
pub use date::Stated;

pub(super) use contact::{mail, phone};
pub(super) use date::has_date;

/// What a text states about its house. Everything is as found, for a person to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The organisation's name, as first written in full.
    pub organisation: Option<String>,
    /// When the policy was enacted.
    pub enacted: Option<Stated>,
    /// When it was last revised.
    pub revised: Option<Stated>,
    /// The first telephone number.
    pub telephone: Option<String>,
    /// The first e-mail address.
    pub mail: Option<String>,
    /// A postal address, if one stands on a line of its own.
    pub address: Option<String>,
    /// The most a person pays for a request, with its currency as written (`2,000 yen`).
    pub fee_cap: Option<String>,
    /// How often everybody is trained in a year.
    pub trainings_per_year: Option<u32>,
    /// Trackers named, by product, each once.
    pub trackers: Vec<&'static str>,
}

/// Reads the facts off the clauses of a policy.
pub(super) fn facts(clauses: &[Clause]) -> Facts {
    let mut facts = Facts::default();
    for clause in clauses {
        let text = clause.text.as_str();
        facts.organisation = facts.organisation.or_else(|| names::organisation(text));
        facts.telephone = facts.telephone.or_else(|| contact::phone(text));
        facts.mail = facts.mail.or_else(|| contact::mail(text));
        facts.address = facts.address.or_else(|| contact::address(text));
        facts.fee_cap = facts.fee_cap.or_else(|| contact::fee_cap(text));
        facts.trainings_per_year = facts.trainings_per_year.or_else(|| names::trainings(text));
        for tracker in names::trackers(text) {
            if !facts.trackers.contains(&tracker) {
                facts.trackers.push(tracker);
            }
        }
        let (enacted, revised) = date::enacted_and_revised(text);
        facts.enacted = facts.enacted.or(enacted);
        facts.revised = facts.revised.max(revised);
    }
    facts
}

/// Whether a text names an amount of money.
pub(super) fn has_money(text: &str) -> bool {
    contact::money(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Format, read, split};
    use super::*;

    fn of(text: &str) -> Facts {
        read(text.as_bytes(), Format::Plain).map(|text| facts(&split(&text))).unwrap_or_default()
    }

    #[test]
    fn facts_are_read_off_a_text() {
        let found = of(
            "プライバシーポリシー\n\n株式会社見本ストア（以下「当店」といいます。）は、情報を守ります。\n全社員に年4回の教育を行います。\n開示の手数料は1件につき1,000円を上限とします。\nGoogle アナリティクスを利用しています。\n\n〒100-0000 東京都見本区例示町1-2-3\n電話 03-0000-0000\nメール privacy@store.example\n\n2018年4月1日 制定\n2024年6月15日 改定\n",
        );
        assert_eq!(found.organisation.as_deref(), Some("株式会社見本ストア"));
        assert_eq!(found.enacted, Stated::new(2018, 4, 1));
        assert_eq!(found.revised, Stated::new(2024, 6, 15));
        assert_eq!(found.telephone.as_deref(), Some("03-0000-0000"));
        assert_eq!(found.mail.as_deref(), Some("privacy@store.example"));
        assert_eq!(found.address.as_deref(), Some("〒100-0000 東京都見本区例示町1-2-3"));
        assert_eq!(found.fee_cap.as_deref(), Some("1,000円"));
        assert_eq!(found.trainings_per_year, Some(4));
        assert_eq!(found.trackers, ["Google Analytics"]);
    }

    #[test]
    fn facts_are_found_in_english_and_vietnamese() {
        let found = of(
            "Example Cloud Inc. keeps data safe.\n\nStaff are trained every quarter.\n\nThe charge is at most 20 dollars.\n\nAdopted on 12 May 2010; last amended on 1 February 2024.\n\nTel. +81-3-0000-0001\n",
        );
        assert_eq!(found.organisation.as_deref(), Some("Example Cloud Inc."));
        assert_eq!((found.enacted, found.revised), (Stated::new(2010, 5, 12), Stated::new(2024, 2, 1)));
        assert_eq!((found.fee_cap.as_deref(), found.trainings_per_year), (Some("20 dollars"), Some(4)));
        assert_eq!(found.telephone.as_deref(), Some("+81-3-0000-0001"));
        let found = of(
            "Công ty TNHH Thương mại Ví Dụ vận hành sàn.\n\nPhí tối đa 50.000 đồng cho mỗi lần.\n\nBan hành ngày 01 tháng 10 năm 2012, sửa đổi lần cuối ngày 20/11/2025.\n",
        );
        assert_eq!(found.organisation.as_deref(), Some("Công ty TNHH Thương mại Ví Dụ"));
        assert_eq!((found.enacted, found.revised), (Stated::new(2012, 10, 1), Stated::new(2025, 11, 20)));
        assert_eq!(found.fee_cap.as_deref(), Some("50.000 đồng"));
    }
}
