//! The watch of supervised places: what is opened from there alone was opened there, while somebody supervised.

use super::super::Watch;
use super::super::books::{Books, Use};
use super::super::finding::Evidence;
use super::super::tally::{Flaw, Tally};
use ledger::names::Moment;
use policy::rights::WarrantSort;
use policy::{Policy, Rule, Texts};

pub(crate) const WATCHES: &[(&str, Watch)] = &[("phys.terminal-room", terminal_room)];

/// Counts the uses of the last 31 days for purposes that are opened from a supervised place alone, and of these the ones made while
/// somebody supervised who made them. At risk: one was refused in the last 30 days, because it was tried from elsewhere or unsupervised.
/// Broken: one was made while nobody supervised. Nothing to prove where the policy names no such place, or nothing was opened.
fn terminal_room(books: &Books, policy: &Policy) -> Tally {
    if policy.rights().places.is_empty() {
        return Tally::nothing(Texts::new(
            "監督下の場所からだけ開ける情報は、方針に定められていません。",
            "The policy names nothing that is opened from a supervised place alone.",
            "Chính sách không quy định dữ liệu nào chỉ được mở từ nơi có giám sát.",
        ));
    }
    let bound = |g: &&Use| g.purpose.as_ref().is_some_and(|purpose| policy.rights().place_for(purpose).is_some());
    let uses: Vec<&Use> = books.month.iter().filter(bound).collect();
    let good = |g: &Use| supervised(books, policy, g, g.first) && supervised(books, policy, g, g.last);
    let sum = |uses: &mut dyn Iterator<Item = &&Use>| uses.map(|g| g.count).sum::<u64>();
    let newest = uses.iter().max_by_key(|g| g.newest);
    let text = Texts::new("監督下の最新の利用", "The newest supervised use", "Lần sử dụng có giám sát mới nhất");
    let broken = uses.iter().find(|g| !good(g)).map(|g| {
        let who = g.actor.and_then(|id| books.account(id)).map_or_else(|| "?".to_owned(), |a| a.name.clone());
        let why = Texts::new(
            format!("{who}が、監督者のいない時に利用しています。"),
            format!("{who} opened information while nobody supervised."),
            format!("{who} đã mở dữ liệu khi không có người giám sát."),
        );
        Flaw::broken(why).since(books.day(g.first)).next(look(), format!("/records/{}", g.newest))
    });
    let rules = [Rule::PlaceNotListed, Rule::PlaceClosed, Rule::NotSupervised];
    let tried = books.refused.iter().filter(|one| one.rules.iter().any(|rule| rules.iter().any(|r| r.code() == rule)));
    let refused = tried.max_by_key(|one| one.entry).map(|one| {
        let why = Texts::new(
            "定められた場所の外から、または監督者なしで開こうとして、断られています。",
            "Somebody tried to open information from elsewhere or unsupervised, and was refused.",
            "Có người định mở dữ liệu từ nơi khác hoặc khi không có giám sát và đã bị từ chối.",
        );
        Flaw::attention(why).since(one.on).next(look(), format!("/records/{}", one.entry))
    });
    Tally::count(sum(&mut uses.iter().filter(|g| good(g))), sum(&mut uses.iter()))
        .newest(newest.map(|g| books.day(g.last)))
        .evidence(newest.map(|g| Evidence { entry: g.newest, on: books.day(g.last), text }))
        .flaw(broken)
        .flaw(refused)
        .or_nothing(Texts::new(
            "この31日間、監督下の場所からだけ開ける情報は開かれていません。",
            "Nothing that is opened from a supervised place alone was opened in 31 days.",
            "Trong 31 ngày không có dữ liệu nào chỉ mở từ nơi có giám sát được mở.",
        ))
}

fn look() -> Texts {
    Texts::new("利用の記録を確かめる", "Look into the use", "Kiểm tra lần sử dụng")
}

/// Whether somebody supervised whoever made a use, at a moment, in the place its purpose is opened from.
fn supervised(books: &Books, policy: &Policy, of: &Use, at: Moment) -> bool {
    let place = of.purpose.as_ref().and_then(|purpose| policy.rights().place_for(purpose));
    place.is_some_and(|place| {
        let subject = format!("place:{}", place.id);
        books.warrants.iter().any(|one| {
            let ends = one.ended_at.map_or(one.ends_at, |ended| ended.min(one.ends_at));
            let window = one.sort == WarrantSort::Window && one.of == subject;
            window && Some(one.holder) == of.actor && one.begins_at <= at && at < ends
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::Standing::{Attention, Broken, Kept, NothingToProve};
    use super::super::super::books::Refused;
    use super::super::super::fixture::{actor, at, case, check, day, in_force, lately};
    use super::*;
    use access::warrant::Warrant;
    use policy::Role;

    const PLACE: &str = "[[place]]\nid = \"room\"\nclause = \"phys.terminal-room\"\nlabel = { ja = \"室\", en = \"room\", vi = \"phòng\" }\n\
                         purposes = [\"hr.recruit\"]\nzones = [\"z\"]\nfrom_hour = 9\nuntil_hour = 18\n\n[longest]\n";

    fn bound(books: &mut Books) {
        in_force(books, &[("rights.toml", "[longest]\n", PLACE)], "2026-04-01");
    }

    fn window(books: &mut Books, on: &str, holder: Role) {
        let begins_at = Moment(at(on).0 - 3_600_000);
        books.warrants.push(Warrant {
            id: ledger::names::ActId::from_bytes([7; 16]),
            sort: WarrantSort::Window,
            acts: [].into(),
            of: "place:room".into(),
            holder: actor(holder),
            reason: "migration".into(),
            begins_at,
            ends_at: Moment(begins_at.0 + 4 * 3_600_000),
            answer_by: None,
            answer: None,
            ended_at: None,
            entry: 40,
        });
    }

    #[test]
    fn what_is_opened_from_a_supervised_place_alone_was_opened_there() {
        fn used(books: &mut Books, on: &str) {
            lately(books, Role::Handler, "hr.recruit", 3, on);
        }
        check(
            "phys.terminal-room",
            &[
                case(
                    "no place is named",
                    |b| lately(b, Role::Handler, "hr.recruit", 3, "2026-11-02"),
                    NothingToProve,
                    0,
                    0,
                ),
                case("nothing was opened", bound, NothingToProve, 0, 0),
                case(
                    "another purpose",
                    |b| (bound(b), lately(b, Role::Handler, "hr.joining", 3, "2026-11-02")).1,
                    NothingToProve,
                    0,
                    0,
                ),
                case(
                    "supervised",
                    |b| (bound(b), used(b, "2026-11-02"), window(b, "2026-11-02", Role::Handler)).2,
                    Kept,
                    3,
                    3,
                ),
                case(
                    "somebody else was",
                    |b| (bound(b), used(b, "2026-11-02"), window(b, "2026-11-02", Role::Auditor)).2,
                    Broken,
                    0,
                    3,
                ),
                case(
                    "on another day",
                    |b| (bound(b), used(b, "2026-11-02"), window(b, "2026-11-03", Role::Handler)).2,
                    Broken,
                    0,
                    3,
                ),
                case(
                    "tried from elsewhere",
                    |b| {
                        bound(b);
                        let rules = vec!["place-not-listed".to_owned()];
                        b.refused.push(Refused { entry: 50, on: day("2026-11-10"), rules });
                    },
                    Attention,
                    0,
                    0,
                ),
            ],
        );
    }
}
