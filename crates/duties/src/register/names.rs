//! Names of the policy as people write them into a ledger: by id, by label in any language, several in one cell.

use policy::normal::fold::key;
use policy::{Policy, Texts};
use std::collections::{BTreeMap, BTreeSet};

/// Names that a cell can hold, by every way they are written.
pub(super) struct Lexicon<T>(BTreeMap<String, T>);

impl<T: Clone + Ord> Lexicon<T> {
    fn of<'a>(things: impl Iterator<Item = (T, &'a str, &'a Texts, &'a [String])>) -> Self {
        let mut written = BTreeMap::new();
        for (thing, id, label, others) in things {
            let labels = label.iter().map(|(_, text)| text);
            for text in std::iter::once(id).chain(labels).chain(others.iter().map(String::as_str)) {
                // The first of two things that share a heading keeps it; an id is nobody else's.
                written.entry(key(text)).or_insert_with(|| thing.clone());
            }
        }
        Self(written)
    }

    /// Every name in the cell.
    ///
    /// Labels contain the very signs that part a list, so the longest run of parts that is a name counts as one.
    ///
    /// # Errors
    /// The place, from 1, of the first part of the cell that is no name, where a name counts as one whatever signs it contains.
    pub(super) fn read(&self, cell: &str) -> Result<BTreeSet<T>, usize> {
        let mut found = BTreeSet::new();
        let mut place = 0_usize;
        for line in cell.split(['\n', ';', '；']).filter(|line| !key(line).is_empty()) {
            let parts: Vec<&str> =
                line.split([',', '、', '，', '/', '／']).filter(|part| !key(part).is_empty()).collect();
            let mut rest = parts.as_slice();
            while !rest.is_empty() {
                place = place.saturating_add(1);
                let (thing, used) = self.longest(rest).ok_or(place)?;
                found.insert(thing);
                rest = rest.get(used..).unwrap_or_default();
            }
        }
        Ok(found)
    }

    fn longest(&self, parts: &[&str]) -> Option<(T, usize)> {
        (1..=parts.len()).rev().find_map(|count| {
            let run: String = parts.iter().take(count).map(|part| key(part)).collect();
            self.0.get(&run).map(|thing| (thing.clone(), count))
        })
    }
}

pub(super) fn kinds(policy: &Policy) -> Lexicon<ledger::names::KindId> {
    Lexicon::of(policy.kinds().iter().map(|k| (k.id.clone(), k.id.as_str(), &k.label, &[][..])))
}

pub(super) fn purposes(policy: &Policy) -> Lexicon<ledger::names::PurposeId> {
    Lexicon::of(policy.purposes().iter().map(|p| (p.id.clone(), p.id.as_str(), &p.label, &[][..])))
}

pub(super) fn elements(policy: &Policy) -> Lexicon<ledger::names::ElementId> {
    Lexicon::of(policy.elements().iter().map(|e| (e.id.clone(), e.id.as_str(), &e.label, e.headers.as_slice())))
}

pub(super) fn terms(policy: &Policy) -> Lexicon<ledger::names::TermId> {
    Lexicon::of(policy.terms().iter().map(|t| (t.id.clone(), t.id.as_str(), &t.label, &[][..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon<u8> {
        let one = Texts::new("雇用、勤怠及び賃金の管理", "Employment, attendance and wages", "Tuyển dụng, chấm công");
        let two = Texts::new("氏名", "Name", "Họ tên");
        let others = ["Full name".to_owned()];
        Lexicon::of([(1, "hr.employ", &one, &[][..]), (2, "name", &two, &others[..])].into_iter())
    }

    #[test]
    fn names_are_read_by_id_label_or_heading_one_or_many() {
        for (cell, expected) in [
            ("hr.employ", Some(vec![1])),
            ("雇用、勤怠及び賃金の管理", Some(vec![1])),
            ("雇用、勤怠及び賃金の管理、氏名", Some(vec![1, 2])),
            ("氏名\nEmployment, attendance and wages", Some(vec![1, 2])),
            ("ＦＵＬＬ　ＮＡＭＥ, name; HỌ TÊN", Some(vec![2])),
            ("Employment", None),
            ("氏名、電話", None),
            ("", Some(vec![])),
            (" 、 ", Some(vec![])),
        ] {
            let found = lexicon().read(cell).ok().map(|set| set.into_iter().collect::<Vec<_>>());
            assert_eq!(found, expected, "{cell}");
        }
        assert_eq!(lexicon().read("氏名、 電話 ,住所"), Err(2));
    }
}
