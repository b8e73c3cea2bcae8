//! Watches of the public site.

use super::Watch;
use super::books::Books;
use super::rows::{makes, promise};
use super::scope::enacted;
use super::tally::{Flaw, Tally};
use policy::{Language, Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[("site.no-full-guarantee-notice", no_full_guarantee)];

/// Counts the languages whose published notice says that confidentiality cannot be fully guaranteed. Broken: one does not.
/// Unproven: no publication of the version in force is on record.
fn no_full_guarantee(books: &Books, policy: &Policy) -> Tally {
    let says = |language: Language| {
        let says = |block: &policy::Block| {
            makes(policy, &block.id, "site.no-full-guarantee-notice") && !block.plain().trim().is_empty()
        };
        policy.notice(language).blocks.iter().any(says)
    };
    let silent: Vec<&Language> = Language::ALL.iter().filter(|language| !says(**language)).collect();
    let have = (Language::ALL.len() - silent.len()) as u64;
    let silent = silent.first().map(|language| {
        let name = language.endonym();
        let why = Texts::new(
            format!("{name}の方針に、この文がありません。"),
            format!("The notice in {name} does not have this sentence."),
            format!("Thông báo tiếng {name} không có câu này."),
        );
        let label = Texts::new("文を加えて改定する", "Add the sentence and enact", "Thêm câu và ban hành");
        Flaw::broken(why).since(books.in_force_since()).next(label, "/policy")
    });
    Tally::count(have, Language::ALL.len() as u64)
        .newest(books.enacted().and_then(|e| books.published(e.digest)).map(|(on, _)| on))
        .evidence(enacted(books))
        .flaw(silent)
        .flaw(unpublished(books))
}

/// Nothing in the text helps anybody before it is published.
pub(super) fn unpublished(books: &Books) -> Option<Flaw> {
    let version = books.enacted()?;
    if books.published(version.digest).is_some() {
        return None;
    }
    let why = Texts::new(
        "有効な版が公表されたという記録がありません。",
        "There is no record that the version in force was published.",
        "Chưa có hồ sơ cho thấy phiên bản hiện hành đã được công bố.",
    );
    Some(
        Flaw::unproven(why).next(Texts::new("方針を公表する", "Publish the notice", "Công bố thông báo"), "/notice/ja"),
    )
}

/// Whether the policy makes a promise at all.
pub(super) fn is_made(policy: &Policy, id: &str) -> bool {
    promise(id).is_some_and(|id| !policy.clauses_making(&id).is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Broken, Kept, Unproven};
    use super::super::fixture::{case, check, in_force};

    #[test]
    fn the_notice_says_what_cannot_be_guaranteed() {
        const ELSEWHERE: &str = "promises = [\"org.ledger\"]";
        check(
            "site.no-full-guarantee-notice",
            &[
                case("published in three languages", |_| (), Kept, 3, 3),
                case("never published", |b| b.occasions.clear(), Unproven, 3, 3),
                case(
                    "no sentence says it",
                    |b| {
                        in_force(
                            b,
                            &[("clauses.toml", "promises = [\"site.no-full-guarantee-notice\"]", ELSEWHERE)],
                            "2026-04-01",
                        )
                    },
                    Broken,
                    0,
                    3,
                ),
            ],
        );
    }
}
