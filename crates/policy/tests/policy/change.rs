//! What changed from one policy to the next; the bytes a policy is.

use ledger::names::PromiseId;
use policy::{How, Language, Policy, Role, RuleSort, SignIn, Way};

use crate::tiny::{self, changed};

fn promise(id: &str) -> PromiseId {
    id.parse().unwrap()
}

#[test]
fn nothing_changed_is_nothing_told() {
    assert!(tiny::policy().diff(&tiny::policy()).is_empty());
}

#[test]
fn other_words_are_told_by_language() {
    let files = changed(&tiny::files(), "notice/vi.md", "Xóa khi không còn cần.", "Xóa ngay khi không còn cần.");
    let newer = tiny::settled(&files);
    let diff = newer.diff(&tiny::policy());
    assert_eq!(diff.promises_changed, [promise("dispose.prompt")]);
    assert_eq!(diff.clauses_changed.len(), 1);
    assert_eq!(diff.clauses_changed[0].clause.as_str(), "dispose.prompt");
    assert_eq!(diff.clauses_changed[0].languages, [Language::Vi]);
    assert!(diff.promises_added.is_empty() && diff.promises_dropped.is_empty());
    assert!(diff.needs_word().is_empty() && !diff.is_empty());
}

/// The tiny policy without the clause on training.
fn without_training() -> tiny::Files {
    let mut files = tiny::files();
    for text in files.values_mut() {
        let kept: Vec<&str> = text.lines().filter(|line| !line.ends_with("{#human.train-four-times}")).collect();
        *text = format!("{}\n", kept.join("\n"));
    }
    let clauses = &files["clauses.toml"];
    let kept: Vec<&str> = clauses.split("\n\n").filter(|part| !part.contains("human.train-four-times")).collect();
    let clauses = kept.join("\n\n");
    files.insert("clauses.toml".into(), clauses);
    files.insert("measures.toml".into(), String::new());
    files
}

#[test]
fn a_promise_is_not_dropped_silently() {
    let (older, newer) = (tiny::policy(), tiny::settled(&without_training()));
    let diff = newer.diff(&older);
    assert_eq!(diff.promises_dropped, [promise("human.train-four-times")]);
    assert_eq!(diff.clauses_dropped[0].as_str(), "human.train-four-times");
    assert_eq!(diff.needs_word(), [promise("human.train-four-times")]);
    // The other way round it is added, and nobody need explain that.
    let back = older.diff(&newer);
    assert_eq!(back.promises_added, [promise("human.train-four-times")]);
    assert_eq!(back.clauses_added[0].as_str(), "human.train-four-times");
    assert!(back.needs_word().is_empty());
}

#[test]
fn a_promise_may_be_dropped_with_a_word() {
    let mut files = without_training();
    let word = "\n[[dropped]]\npromise = \"human.train-four-times\"\nreason = { ja = \"一人だけの会社\", en = \"There is only one of us\", vi = \"Chỉ có một người\" }\n";
    files.get_mut("policy.toml").unwrap().push_str(word);
    let newer = tiny::settled(&files);
    let diff = newer.diff(&tiny::policy());
    assert_eq!(diff.promises_dropped, [promise("human.train-four-times")]);
    assert!(diff.needs_word().is_empty());
    assert_eq!(newer.dropped()[1].reason.get(Language::En), "There is only one of us");
}

#[test]
fn the_digest_of_the_tiny_policy_stays() {
    let policy = tiny::policy();
    // Without the rights, which are the sample's own and grow with every act there is.
    let bytes = String::from_utf8(policy.canonical()).unwrap();
    let (before, rest) = bytes.split_once("rights.toml ").unwrap();
    let (_, after) = rest.split_once("trackers.toml ").unwrap();
    let bare = Policy::from_canonical(format!("{before}trackers.toml {after}").as_bytes()).unwrap();
    assert_eq!(bare.digest().to_string(), "fadf62f95d8f30d4d785a3ac247d1743d92e9a34b1a4d74a1ea2b48ef241e7ba");
    assert!(policy.canonical().starts_with(b"daicho policy 1\ncases.toml "));
    assert_eq!(Policy::from_canonical(&policy.canonical()).unwrap(), policy);
}

#[test]
fn line_ends_and_marks_do_not_change_the_digest() {
    let mut files = tiny::files();
    for text in files.values_mut() {
        *text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    }
    assert_eq!(tiny::settled(&files).digest(), tiny::policy().digest());
}

#[test]
fn any_other_byte_does() {
    let files = changed(&tiny::files(), "policy.toml", "version = \"1\"", "version = \"2\"");
    assert_ne!(tiny::settled(&files).digest(), tiny::policy().digest());
}

#[test]
fn stored_bytes_that_were_altered_are_refused() {
    let bytes = tiny::policy().canonical();
    let longer: Vec<u8> = bytes.iter().copied().chain(*b"\n").collect();
    assert!(Policy::from_canonical(&longer).is_err());
    assert!(Policy::from_canonical(&bytes[..bytes.len() - 1]).is_err());
    let text = String::from_utf8(bytes).unwrap();
    let broken = text.replacen("id = \"visitor\"", "id = \"Visitor\"", 1);
    assert!(Policy::from_canonical(broken.as_bytes()).is_err());
}

#[test]
fn rules_that_changed_are_told_and_some_owe_people_a_word() {
    let mut files =
        changed(&tiny::files(), "purposes.toml", "roles = [\"handler\", \"officer\"]", "roles = [\"officer\"]");
    files = changed(&files, "cases.toml", "elements = [\"phone\"] }", "elements = [\"phone\"], role = \"officer\" }");
    files = changed(&files, "cases.toml", "elements = [\"health\"] }", "elements = [\"health\"], role = \"officer\" }");
    files = changed(&files, "retention.toml", "years = 1", "years = 2");
    files = changed(&files, "measures.toml", "id = \"training\"", "id = \"teaching\"");
    let diff = tiny::settled(&files).diff(&tiny::policy());
    let told: Vec<(RuleSort, &str, How)> =
        diff.rules.iter().map(|rule| (rule.sort, rule.id.as_str(), rule.how)).collect();
    assert_eq!(
        told,
        [
            (RuleSort::Purpose, "reception", How::Changed),
            (RuleSort::Term, "visit", How::Changed),
            (RuleSort::Measure, "teaching", How::Added),
            (RuleSort::Measure, "training", How::Dropped),
        ]
    );
    assert_eq!(diff.owing_notice().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["reception"]);
    assert!(!diff.is_empty() && diff.clauses_changed.is_empty());
}

#[test]
fn how_long_an_erasure_takes_is_told_when_it_changes() {
    let at_once = changed(&tiny::files(), "policy.toml", "wait_hours = 24", "wait_hours = 0");
    let newer = tiny::settled(&at_once);
    assert_eq!((newer.erasure().wait_hours, newer.erasure().backups_days), (0, 30));
    assert_ne!(newer.digest(), tiny::policy().digest());
    assert_eq!(Policy::from_canonical(&newer.canonical()).unwrap().erasure(), newer.erasure());
    let diff = newer.diff(&tiny::policy());
    let told: Vec<(RuleSort, &str, How)> =
        diff.rules.iter().map(|rule| (rule.sort, rule.id.as_str(), rule.how)).collect();
    assert_eq!(told, [(RuleSort::Erasure, "wait_hours 24 → 0", How::Changed)]);
}

#[test]
fn how_people_sign_in_is_told_when_it_changes() {
    let table = "[sign-in]\nways = [\"password\", \"passkey\", \"totp\"]\nsecond_for = [\"officer\"]\nidle_minutes = 30\n\n[erasure]";
    let newer = tiny::settled(&changed(&tiny::files(), "policy.toml", "[erasure]", table));
    assert_eq!(tiny::policy().sign_in(), &SignIn::default());
    assert!(newer.sign_in().allows(Way::Totp) && !newer.sign_in().allows(Way::RecoveryCode));
    assert!(newer.sign_in().needs_second(Role::Officer) && !newer.sign_in().needs_second(Role::Handler));
    assert_eq!(Policy::from_canonical(&newer.canonical()).unwrap().sign_in(), newer.sign_in());
    let diff = newer.diff(&tiny::policy());
    let told: Vec<&str> = diff.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert!(diff.rules.iter().all(|rule| rule.sort == RuleSort::SignIn && rule.how == How::Changed));
    assert_eq!(
        told,
        [
            "ways password, passkey, totp, recovery-code → password, passkey, totp",
            "second_for – → officer",
            "idle_minutes 720 → 30"
        ]
    );
}

#[test]
fn a_policy_from_before_this_was_stated_is_still_read() {
    let table = "\n[erasure]\nwait_hours = 24\nbackups_days = 30\nclause = \"dispose.prompt\"\n";
    let files = tiny::files();
    let bytes = String::from_utf8(tiny::policy().canonical()).unwrap();
    let (with, without) = (&files["policy.toml"], files["policy.toml"].replace(table, ""));
    let header = |text: &str| format!("policy.toml {}\n", text.len());
    assert!(bytes.contains(&header(with)), "the canonical bytes name the length of a file");
    let older = bytes.replace(&header(with), &header(&without)).replace(with.as_str(), &without);
    let older = Policy::from_canonical(older.as_bytes()).unwrap();
    assert_eq!((older.erasure().wait_hours, older.erasure_told()), (0, None));
}
