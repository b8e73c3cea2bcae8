//! Enacting a policy: two people, never backwards, and no promise dropped in silence.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::No;
use duties::enact::{diff, enact};
use ledger::entry::{Entry, EntryKind};
use ledger::names::Moment;
use policy::{Language, Policy};
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING};
use testkit::sample;

/// The sample policy with texts of its files replaced, as it would be read from a folder.
fn edited(changes: &[(&str, &str, &str)]) -> Policy {
    let mut files = sample::files("sample");
    for (file, old, new) in changes {
        let text = files.get_mut(*file).unwrap();
        assert!(text.contains(old), "{file} has no {old:?}");
        *text = text.replace(old, new);
    }
    let checked = policy::check(&files);
    checked.policy.unwrap_or_else(|| panic!("{:?}", checked.problems))
}

const EIGHT: (&str, &str, &str) = ("policy.toml", "version = \"7\"", "version = \"8\"");
const DROPPED: (&str, &str, &str) =
    ("clauses.toml", "promises = [\"site.no-full-guarantee-notice\"]", "statement = true");
const WORD: (&str, &str, &str) = (
    "policy.toml",
    "[limits]",
    "[[dropped]]\npromise = \"site.no-full-guarantee-notice\"\nreason.ja = \"別の文書に移しました。\"\n\
     reason.en = \"It moved to another document.\"\nreason.vi = \"Đã chuyển sang văn bản khác.\"\n\n[limits]",
);

fn mistake(answer: Result<u64, No>) -> (String, String) {
    match answer {
        Err(No::Mistake(mistake)) => (mistake.field.clone(), mistake.texts.get(Language::En).to_owned()),
        other => panic!("a mistake was due, not {other:?}"),
    }
}

#[test]
fn two_people_bring_a_version_into_force_and_one_of_them_is_the_officer() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let (officer, handler, auditor) = (house.officer.clone(), house.handler.clone(), house.auditor.clone());
        let desk = house.desk_of(&officer, 1);
        let from = Moment(MORNING.0 + 2 * DAY);
        for approvals in [
            vec![],
            vec![officer.clone()],
            vec![officer.clone(), officer.clone()],
            vec![handler.clone(), auditor.clone()],
        ] {
            let told = mistake(enact(&desk, edited(&[EIGHT]), from, &approvals).await);
            assert_eq!(told.0, "approvals", "{}: {}", ground.name, told.1);
        }
        let both = [officer.clone(), handler.clone()];
        let size = house.store.head().await.unwrap().size;
        assert!(matches!(enact(&house.desk_of(&handler, 1), edited(&[EIGHT]), from, &both).await, Err(No::Refusal(_))));
        assert_eq!(house.store.head().await.unwrap().size, size + 1, "the refusal is an entry, the mistakes are not");

        let entry = enact(&desk, edited(&[EIGHT]), from, &both).await.unwrap();
        let versions = house.office.versions();
        assert_eq!(versions.len(), 2, "{}", ground.name);
        let newest = versions.last().unwrap();
        assert_eq!((newest.entry, newest.in_force_from, newest.policy.version()), (entry, from, "8"));
        assert_eq!(newest.approvals, ["lan", "mori"]);
        let stored = house.store.entries(entry, 1).await.unwrap();
        let written = Entry::parse(&stored.first().unwrap().body).unwrap();
        assert_eq!((written.kind(), written.policy_digest()), (EntryKind::PolicyEnacted, Some(newest.digest)));
        // The day decides by which version an act is judged.
        assert_eq!(house.office.in_force(Moment(from.0 - 1)).unwrap().policy.version(), "7");
        assert_eq!(house.office.in_force(from).unwrap().policy.version(), "8");
        // Another process reads the same from the store.
        let again = access::Office::open(house.store.clone(), testkit::office::seeded(9), [0; 32], 0).await.unwrap();
        assert_eq!(again.versions().last().unwrap().digest, newest.digest);
    });
}

#[test]
fn nothing_acts_backwards_nothing_is_enacted_twice_and_nothing_is_dropped_in_silence() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let both = [house.officer.clone(), house.auditor.clone()];
        let desk = house.desk_of(&house.officer, 5);
        let now = desk.now();
        let told = mistake(enact(&desk, edited(&[EIGHT]), Moment(now.0 - 1), &both).await);
        assert_eq!(told.0, "from", "{}", ground.name);
        assert_eq!(mistake(enact(&desk, sample::policy(), now, &both).await).0, "policy");
        let (field, said) = mistake(enact(&desk, edited(&[EIGHT, DROPPED]), now, &both).await);
        assert_eq!(field, "policy");
        assert!(said.contains("site.no-full-guarantee-notice") && said.contains("[[dropped]]"), "{said}");
        // A translation older than its original is no settled policy any more.
        let mut files = sample::files("sample");
        let ja = files.get_mut("notice/ja.md").unwrap();
        *ja = ja.replace("あらかじめお伝えします。", "はじめにお伝えします。");
        let mut bytes = b"daicho policy 1\n".to_vec();
        for (path, text) in &files {
            bytes.extend(format!("{path} {}\n{text}", text.len()).into_bytes());
        }
        let stale = Policy::from_canonical(&bytes).unwrap();
        let (field, said) = mistake(enact(&desk, stale, now, &both).await);
        assert_eq!(field, "policy");
        assert!(said.contains("clauses.toml") || said.contains("notice/"), "it says where: {said}");

        let dropped = edited(&[EIGHT, DROPPED, WORD]);
        assert_eq!(diff(&house.office, &dropped).promises_dropped.len(), 1);
        enact(&desk, dropped, now, &both).await.unwrap();
        // A desk knows the version that was in force when it was made, and by another nothing is enacted.
        let nine = ("policy.toml", "version = \"7\"", "version = \"9\"");
        let later = Moment(now.0 + 30 * DAY);
        assert_eq!(mistake(enact(&desk, edited(&[nine]), later, &both).await).0, "version");
        let desk = house.desk_of(&house.officer, 5);
        // A version may not come into force before one that is enacted already.
        enact(&desk, edited(&[nine]), later, &both).await.unwrap();
        let ten = ("policy.toml", "version = \"7\"", "version = \"10\"");
        assert_eq!(mistake(enact(&desk, edited(&[ten]), Moment(later.0 - 1), &both).await).0, "from");
        assert_eq!(house.office.versions().len(), 3, "{}", ground.name);
    });
}
