//! The folder a draft writes: it is in the policy language, and says only what the text says.

use std::collections::BTreeSet;

use policy::Language;
use policy::draft::{self, Folder, Format, Hints, HowSure, Text};

use crate::labelled::policies;

fn text(set: &str, name: &str) -> Text {
    let (_, bytes, _) = policies(set).into_iter().find(|(known, ..)| known == name).unwrap();
    draft::read(&bytes, Format::guess(name, &bytes)).unwrap()
}

fn folder(set: &str, name: &str) -> Folder {
    draft::folder(&text(set, name), &Hints::default())
}

/// What a draft leaves to a person: texts in other languages, what the text does not say, and what
/// follows from that.
const LEFT_OPEN: [&str; 22] = [
    "erasure.untold",
    "file.missing",
    "key.missing",
    "text.missing",
    "clause.hollow",
    "promise.unmade",
    "term.missing",
    "term.open",
    "element.unused",
    "kind.unused",
    "notice.block-missing",
    "notice.title",
    "notice.shape",
    "translation.stale",
    "translation.unmarked",
    "clause.without-text",
    "fee.above-promise",
    "purpose.special-care-open",
    "recipient.plan-missing",
    "recipient.ground",
    "dates.order",
    "element.header-twice",
];

#[test]
fn every_draft_is_in_the_policy_language() {
    for set in ["tuned", "heldout"] {
        for (name, bytes, _) in policies(set) {
            let text = draft::read(&bytes, Format::guess(&name, &bytes)).unwrap();
            let folder = draft::folder(&text, &Hints::default());
            for problem in policy::check(&folder.files).problems {
                let open = LEFT_OPEN.contains(&problem.rule);
                assert!(open, "{name}: {} line {}: {} {:?}", problem.file, problem.line, problem.rule, problem.what);
                let own = format!("notice/{}.md", folder.report.language);
                assert!(problem.file != own || !problem.rule.starts_with("notice."), "{name}: {problem:?}");
            }
        }
    }
}

#[test]
fn the_wording_is_kept() {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    for (name, ..) in policies("tuned") {
        let text = text("tuned", &name);
        let folder = draft::folder(&text, &Hints::default());
        let language = folder.report.language;
        let draft = policy::load(&folder.files);
        drop(draft);
        let written = bare(&folder.files[&format!("notice/{language}.md")].replace('\\', ""));
        for clause in draft::split(&text) {
            assert!(written.contains(&bare(&clause.text)), "{name}: {}", clause.text);
        }
    }
}

#[test]
fn clauses_bear_the_names_of_their_promises() {
    let folder = folder("tuned", "shop.ja.txt");
    let notice = &folder.files["notice/ja.md"];
    let names: Vec<&str> = notice.lines().filter_map(|line| line.rsplit_once("{#")?.1.strip_suffix('}')).collect();
    let different: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(different.len(), names.len());
    assert_eq!(names[0], "sec.title");
    for name in ["entrust.take-back", "rights.fee-cap", "gap.accuracy", "sec.third"] {
        assert!(names.contains(&name) || names.iter().any(|known| known.starts_with(name)), "{name}");
    }
    let clauses = &folder.files["clauses.toml"];
    assert!(clauses.contains("promises = [\"entrust.take-back\"]\n# sure: certain entrust.take-back (give-back"));
    let entries = clauses.matches("\n[[clause]]\n").count();
    assert_eq!(entries, names.len());
}

#[test]
fn what_the_text_states_is_filled_in() {
    let folder = folder("tuned", "shop.ja.txt");
    let policy = &folder.files["policy.toml"];
    for line in [
        "enacted = 2018-04-01",
        "revised = 2024-06-15",
        "zone = \"Asia/Tokyo\"",
        "name.ja = \"株式会社見本ストア\"",
        "telephone = \"+81-3-0000-0000\"",
        "email = \"privacy@store.example\"",
        "fee_max_yen = 500",
        "wait_hours = 72",
        "backups_days = 30",
        "clause = \"dispose.proper\"",
    ] {
        assert!(policy.lines().any(|known| known == line), "{line} in\n{policy}");
    }
    assert!(folder.files["trackers.toml"].contains("provider = \"Google LLC\""));
    assert!(folder.files["purposes.toml"].contains("id = \"partner.survey\""));
    assert!(folder.files["kinds.toml"].contains("id = \"applicant\""));
    assert!(folder.files["elements.toml"].contains("class = \"identification-code\""));
    let maker = self::folder("tuned", "maker.ja.txt");
    assert!(maker.files["measures.toml"].contains("rhythm = \"2 per year\""));
}

#[test]
fn hints_go_before_the_text() {
    let hints = Hints {
        language: Some(Language::Ja),
        organisation: Some("例示株式会社".to_owned()),
        zone: Some("Asia/Ho_Chi_Minh".to_owned()),
    };
    let folder = draft::folder(&text("tuned", "maker.ja.txt"), &hints);
    assert!(folder.files["policy.toml"].contains("name.ja = \"例示株式会社\""));
    assert!(folder.files["policy.toml"].contains("zone = \"Asia/Ho_Chi_Minh\""));
}

#[test]
fn the_report_adds_up() {
    for (name, ..) in policies("tuned") {
        let report = folder("tuned", &name).report;
        assert_eq!(report.promising + report.statements + report.unknown, report.clauses, "{name}");
        assert_eq!(report.found.len() + report.missing.len(), 147, "{name}");
        assert!(report.sure.iter().sum::<usize>() >= report.promising, "{name}");
        assert!(report.found.values().any(|sure| *sure == HowSure::Certain), "{name}");
        assert!(report.found.keys().all(|promise| policy::catalogue::find(promise).is_some()), "{name}");
    }
}
