//! What is allowed lets people in, and what is asked of them can be had.

use super::super::{Places, Thing};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Problem, Way};

pub(super) fn agree(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    if !places.has(Thing::SignIn, "ways") {
        return;
    }
    let ways = &book.sign_in.ways;
    if !ways.iter().any(|way| way.is_first()) {
        let place = places.of(Thing::SignIn, "ways");
        problems.push(Flaw::SignInClosed.at(&place.file, place.line, &[]));
    }
    let by_password = ways.contains(&Way::Password);
    if by_password && !book.sign_in.second_for.is_empty() && !ways.iter().any(|way| way.is_second()) {
        let place = places.of(Thing::SignIn, "second_for");
        problems.push(Flaw::SignInNoSecond.at(&place.file, place.line, &[]));
    }
}
