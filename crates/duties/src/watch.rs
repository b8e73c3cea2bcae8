//! Watching promises: how each one stands, counted from records, on any day.
//!
//! For every promise of the catalogue there is one pure function over [`Books`], in the file named by the first part of its id. Its doc comment
//! says when the promise is at risk and when it is broken. What cannot be counted yet stands on [`STILL_TO_BE_WATCHED`] and
//! is unproven.
//!
//! Worst wins and nothing is averaged. A kept promise means that evidence was counted: absence of bad news is unproven.

mod change;
mod contact;
mod dispose;
mod finding;
#[cfg(test)]
pub(crate) mod fixture;
mod gap;
mod intro;
mod lang;
mod org;
mod phys;
mod policy;
mod product;
mod purpose;
mod regs;
mod rows;
mod scope;
mod site;
mod still;
mod tally;
mod tech;

mod books;

pub use books::Books;
pub(crate) use books::USES;
pub use finding::{Evidence, Finding, Next, Standing, worst};
pub use still::STILL_TO_BE_WATCHED;

use ::policy::{Policy, catalogue};
use ledger::names::PromiseId;
use std::collections::BTreeMap;
use tally::Tally;

/// A watch: what the books say of one promise, under the policy in force that day.
type Watch = fn(&Books, &Policy) -> Tally;

/// Every watch there is, by the promise it watches.
const WATCHES: &[&[(&str, Watch)]] = &[
    intro::WATCHES,
    scope::WATCHES,
    scope::partners::WATCHES,
    purpose::WATCHES,
    purpose::uses::WATCHES,
    dispose::WATCHES,
    org::WATCHES,
    regs::WATCHES,
    phys::WATCHES,
    phys::zones::WATCHES,
    phys::doors::WATCHES,
    phys::terminals::WATCHES,
    policy::WATCHES,
    tech::WATCHES,
    tech::logs::WATCHES,
    site::WATCHES,
    product::WATCHES,
    lang::WATCHES,
    change::WATCHES,
    contact::WATCHES,
    gap::WATCHES,
];

fn watch(promise: &PromiseId) -> Option<Watch> {
    WATCHES.iter().flat_map(|section| section.iter()).find(|(id, _)| *id == promise.as_str()).map(|(_, watch)| *watch)
}

/// How one promise stands.
#[must_use]
pub fn standing(books: &Books, promise: &PromiseId) -> Finding {
    let watch = watch(promise);
    let tally = match (books.policy(), watch) {
        (None, _) => Tally::no_policy(),
        (Some(_), None) => Tally::not_watched(),
        (Some(policy), Some(watch)) => watch(books, policy),
    };
    tally.into_finding(promise, watch.is_some(), books)
}

/// How every promise of the catalogue stands.
#[must_use]
pub fn all(books: &Books) -> BTreeMap<PromiseId, Finding> {
    catalogue::all().iter().map(|promise| (promise.id.clone(), standing(books, &promise.id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_promise_is_watched_or_named_as_still_to_be_watched_and_none_is_both() {
        let watched: Vec<&str> = WATCHES.iter().flat_map(|s| s.iter()).map(|(id, _)| *id).collect();
        let both: Vec<&&str> = watched.iter().filter(|id| STILL_TO_BE_WATCHED.contains(id)).collect();
        assert!(both.is_empty(), "{both:?} are watched and yet on the list");
        let known: BTreeSet<&str> = watched.iter().chain(STILL_TO_BE_WATCHED).copied().collect();
        assert_eq!(known.len(), watched.len() + STILL_TO_BE_WATCHED.len(), "something stands twice");
        let catalogue: BTreeSet<&str> = catalogue::all().iter().map(|p| p.id.as_str()).collect();
        assert_eq!(known, catalogue);
    }
}
