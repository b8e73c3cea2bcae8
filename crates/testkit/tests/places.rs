//! Supervised places: information is opened at a listed terminal, within its hours, while somebody supervises, and nowhere else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::organisation::{self, Edit, PartKind};
use access::{Desk, No, warrant};
use ledger::names::{Moment, PersonId, RowId, WorkId};
use policy::Rule;
use testkit::both::on_both;
use testkit::office::{House, MORNING};
use vault::Reveal;

/// The sample, except that applicants' information is opened from the terminal room alone.
fn policy() -> policy::Policy {
    let mut files = testkit::sample::files("sample");
    let head = files.get_mut("policy.toml").unwrap();
    *head = head.replace("wait_hours = 72", "wait_hours = 0");
    let rights = files.get_mut("rights.toml").unwrap();
    let place = "[[place]]\nid = \"terminal-room\"\nclause = \"phys.terminal-room\"\n\
                 label = { ja = \"端末室\", en = \"the terminal room\", vi = \"phòng máy trạm\" }\n\
                 purposes = [\"hr.recruit\"]\nzones = [\"terminals\"]\nfrom_hour = 9\nuntil_hour = 18\n\n[longest]\n";
    *rights = rights.replacen("[longest]\n", place, 1);
    let checked = policy::check(&files);
    let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    checked.policy.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

async fn part(desk: &Desk, kind: PartKind, id: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().chain(&[("from", "2026-01-01")]);
    let sheet = fields.map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    organisation::put(desk, Edit { kind, id: id.parse().unwrap(), sheet }).await.unwrap();
}

struct Room {
    house: House,
    row: RowId,
    work: WorkId,
    person: PersonId,
}

impl Room {
    async fn reveal(&self, seat: &str, hours: i64) -> Result<(), No> {
        let now = Moment(MORNING.0 + hours * 3_600_000);
        let desk = self.house.office.desk(Some(self.house.handler.clone()), now).at(seat.parse().ok());
        let asked = Reveal {
            person: self.person,
            row: self.row.clone(),
            elements: vec!["phone".parse().unwrap()],
            purpose: "hr.recruit".parse().unwrap(),
            work: Some(self.work),
        };
        vault::reveal(&self.house.vault, &desk, asked).await.map(drop)
    }
}

fn rule(done: Result<(), No>) -> Rule {
    match done {
        Err(No::Refusal(refusal)) => {
            let reason = refusal.reasons.first().unwrap();
            assert_eq!(reason.clause.as_str(), "phys.terminal-room");
            reason.rule
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn production_is_opened_from_the_terminal_room_while_somebody_supervises_and_from_nowhere_else() {
    on_both(|ground| async move {
        let house = House::under(&ground, policy()).await;
        let officer = house.desk_of(&house.officer, 0);
        part(&officer, PartKind::Entity, "hanoi", &[("name", "Hanoi"), ("country", "VN")]).await;
        part(&officer, PartKind::Site, "hq", &[("name", "Lotus Court"), ("within", "hanoi")]).await;
        part(&officer, PartKind::Zone, "terminals", &[("name", "Terminals"), ("within", "hq"), ("level", "4")]).await;
        let listed = [("name", "T-1"), ("within", "terminals"), ("addresses", "192.0.2.16/28")];
        part(&officer, PartKind::Terminal, "T-1", &listed).await;
        let row = house.applicants().await;
        let work = house.work("W-1", "hr.recruit", &row).await;
        let person = house.person(&row, "hr.recruit", &[("name", "髙橋 直子"), ("phone", "090-1234-5678")]).await;
        let room = Room { house, row, work, person };
        // Nine in the morning; the place opens at nine.
        assert_eq!(rule(room.reveal("", 1).await), Rule::PlaceNotListed, "{}: nobody knows where", ground.name);
        assert_eq!(rule(room.reveal("192.0.2.32", 1).await), Rule::PlaceNotListed, "another terminal");
        assert_eq!(rule(room.reveal("192.0.2.17", 1).await), Rule::NotSupervised);
        assert_eq!(rule(room.reveal("192.0.2.17", 11).await), Rule::PlaceClosed, "in the evening");
        let own = warrant::supervise(&officer, "mori", "terminal-room", 4, "x").await;
        assert!(matches!(own, Err(No::Mistake(m)) if m.field == "login"), "nobody supervises themselves");
        let nowhere = warrant::supervise(&officer, "lan", "attic", 4, "x").await;
        assert!(matches!(nowhere, Err(No::Mistake(m)) if m.field == "place"));
        let long = warrant::supervise(&officer, "lan", "terminal-room", 13, "x").await;
        assert!(matches!(long, Err(No::Mistake(m)) if m.field == "hours"));
        let handler = warrant::supervise(&room.house.desk(), "kato", "terminal-room", 4, "x").await;
        assert!(matches!(handler, Err(No::Refusal(_))), "a handler supervises nobody");
        let (id, _) = warrant::supervise(&officer, "lan", "terminal-room", 4, "a migration").await.unwrap();
        room.reveal("192.0.2.17", 1).await.unwrap();
        assert_eq!(rule(room.reveal("192.0.2.32", 1).await), Rule::PlaceNotListed, "the window is of the place");
        assert_eq!(rule(room.reveal("192.0.2.17", 4).await), Rule::NotSupervised, "the window has ended");
        warrant::end(&room.house.desk_of(&room.house.officer, 0), id).await.unwrap();
        assert_eq!(rule(room.reveal("192.0.2.17", 1).await), Rule::NotSupervised, "ended before its time");
        let tomorrow = room.house.desk_of(&room.house.officer, 1);
        organisation::end(&tomorrow, PartKind::Terminal, &"T-1".parse().unwrap(), tomorrow.today()).await.unwrap();
        assert_eq!(rule(room.reveal("192.0.2.17", 50).await), Rule::PlaceNotListed, "the terminal was taken away");
    });
}
