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
    /// Who answers: the desk or department, as written beside the telephone.
    pub desk: Option<String>,
    /// When it answers, as written.
    pub hours: Option<String>,
    /// Who represents the house, with the title.
    pub representative: Option<String>,
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
    for (at, clause) in clauses.iter().enumerate() {
        let text = clause.text.as_str();
        facts.organisation = facts.organisation.or_else(|| names::organisation(text));
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
        facts.label(clauses, at, text);
        facts.representative = facts.representative.or_else(|| contact::representative(text));
    }
    // What stands where the text says how to reach the house goes before what stands elsewhere.
    let desk = clauses.iter().rposition(|clause| clause.heading && is_contact(&clause.text)).unwrap_or(clauses.len());
    let (before, after) = clauses.split_at_checked(desk).unwrap_or((clauses, &[]));
    for clause in after.iter().chain(before) {
        let text = clause.text.as_str();
        facts.telephone = facts.telephone.or_else(|| contact::phone(text));
        facts.mail = facts.mail.or_else(|| contact::mail(text));
        facts.address = facts.address.or_else(|| contact::address(text));
        facts.hours = facts.hours.or_else(|| contact::phone(text).and_then(|_| contact::hours(text)));
    }
    facts.desk = facts.desk.or_else(|| after.iter().find_map(|clause| names::desk(&clause.text)));
    facts
}

impl Facts {
    /// Takes what a label announces, on its own line or as the cell beside it.
    fn label(&mut self, clauses: &[Clause], at: usize, text: &str) {
        let beside = || {
            let next = clauses.get(at + 1).filter(|next| next.above == Some(at) || next.cell.is_some());
            let title = clauses.get(at).is_some_and(|clause| clause.heading);
            contact::label(text).filter(|_| !title).and_then(|label| Some((label, next?.text.clone())))
        };
        let found = contact::labelled(text).or_else(beside);
        let Some((label, value)) = found.filter(|(_, value)| value.chars().count() <= 140 && !value.contains('。'))
        else {
            return;
        };
        let fact = match label {
            contact::Label::Desk => &mut self.desk,
            contact::Label::Hours => &mut self.hours,
            contact::Label::Representative => &mut self.representative,
            contact::Label::Address => {
                let value = contact::address(&value).unwrap_or(value);
                if self.address.is_none() && value.chars().any(char::is_numeric) {
                    self.address = Some(value);
                }
                return;
            }
        };
        let fits = match label {
            contact::Label::Hours => value.chars().any(char::is_numeric),
            contact::Label::Desk => contact::phone(&value).is_none() && contact::mail(&value).is_none(),
            _ => true,
        };
        if fits && fact.is_none() {
            *fact = Some(value);
        }
    }
}

fn is_contact(heading: &str) -> bool {
    let folded = heading.to_lowercase();
    [
        "問い合わせ",
        "問合せ",
        "問合わせ",
        "窓口",
        "連絡先",
        "contact",
        "reach us",
        "liên hệ",
        "đầu mối",
        "bộ phận bảo vệ",
    ]
    .iter()
    .any(|word| folded.contains(word))
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
    fn a_contact_block_is_read_in_any_layout() {
        let lines = of(
            "方針\n\n■ お問い合わせ窓口\n見本印刷株式会社　個人情報相談窓口\n〒100-0000　東京都見本区例示町1-2-3　見本ビル2F\nTEL：03-0000-0000　FAX：03-0000-0001\n受付時間：平日10:00〜17:00\nE-mail：privacy@print.example\n",
        );
        assert_eq!(lines.address.as_deref(), Some("〒100-0000　東京都見本区例示町1-2-3　見本ビル2F"));
        assert_eq!(lines.telephone.as_deref(), Some("03-0000-0000"));
        assert_eq!(lines.hours.as_deref(), Some("平日10:00〜17:00"));
        assert_eq!(lines.desk.as_deref(), Some("見本印刷株式会社　個人情報相談窓口"));
        let page = read(
            b"<h1>P</h1><h2>Contact</h2><table><tr><th>Department</th><td>Privacy Office</td></tr><tr><th>Address</th><td>1 Sample Street, Town 12345</td></tr><tr><th>Phone</th><td>+1 555 000 0000</td></tr><tr><th>Hours</th><td>9:00-17:00</td></tr></table>",
            Format::Html,
        );
        let table = page.map(|text| facts(&split(&text))).unwrap_or_default();
        assert_eq!(table.desk.as_deref(), Some("Privacy Office"));
        assert_eq!(table.address.as_deref(), Some("1 Sample Street, Town 12345"));
        assert_eq!((table.telephone.as_deref(), table.hours.as_deref()), (Some("+1 555 000 0000"), Some("9:00-17:00")));
        let vi = of(
            "Chính sách\n\nLiên hệ\n\nCông ty Cổ phần Mẫu - Bộ phận bảo vệ dữ liệu\nĐịa chỉ: Tầng 5, Tòa nhà Mẫu, phường Ví Dụ, Hà Nội\nHotline: 1900 0000 (8:00 - 17:00)\nEmail: dpo@mau.example\n",
        );
        assert_eq!(vi.address.as_deref(), Some("Tầng 5, Tòa nhà Mẫu, phường Ví Dụ, Hà Nội"));
        assert_eq!(vi.telephone.as_deref(), Some("1900 0000"));
        assert_eq!(vi.hours.as_deref(), Some("8:00 - 17:00"));
        assert_eq!(vi.mail.as_deref(), Some("dpo@mau.example"));
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
