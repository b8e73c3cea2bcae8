//! Every sort of problem, made on purpose.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Found, Language, Problem, Severity};

use crate::tiny::{self, Files, changed, told};

/// One break: the file, what is replaced in it by what, and the problem that must be told, with its line.
struct Break(&'static str, &'static str, &'static str, &'static str, u32);

/// The line of what is replaced: of a file that is the sample's own and grows.
const WHERE_IT_IS: u32 = u32::MAX;

const BREAKS: &[Break] = &[
    Break("policy.toml", "language = 1", "language = 2", "language.version", 1),
    Break("policy.toml", "version = \"1\"", "version = \"1\"\nmotto = \"x\"", "key.unknown", 3),
    Break("policy.toml", "version = \"1\"\n", "", "key.missing", 1),
    Break("policy.toml", "revised = 2026-04-01", "revised = 2026-03-31", "dates.order", 4),
    Break("policy.toml", "revised = 2026-04-01", "revised = \"spring\"", "value.kind", 4),
    Break("policy.toml", "zone = \"Asia/Tokyo\"", "zone = \"Asia/Edo\"", "value.form", 5),
    Break("policy.toml", "fee_max_yen = 500", "fee_max_yen = -1", "value.range", 27),
    Break("policy.toml", "fee_max_yen = 500", "fee_max_yen = 501", "fee.above-promise", 27),
    Break("policy.toml", "promise = \"site.tls\"", "promise = \"dispose.prompt\"", "promise.dropped-and-made", 30),
    Break("policy.toml", "promise = \"site.tls\"", "promise = \"dispose.proper\"", "promise.unmade", 0),
    Break("policy.toml", "en = \"There is no site\"", "en = \"  \"", "text.empty", 31),
    Break("policy.toml", "wait_hours = 24", "wait_hours = 721", "value.range", 34),
    Break("policy.toml", "wait_hours = 24", "wait_hours = 48", "erasure.untold", 34),
    Break(
        "policy.toml",
        "[erasure]",
        "[sign-in]\nways = [\"totp\", \"recovery-code\"]\n\n[erasure]",
        "sign-in.closed",
        34,
    ),
    Break("policy.toml", "backups_days = 30", "backups_days = 0", "value.range", 35),
    Break(
        "policy.toml",
        "[erasure]\n",
        "[sign-in]\nways = [\"password\", \"recovery-code\"]\nsecond_for = [\"officer\"]\n\n[erasure]\n",
        "sign-in.no-second",
        35,
    ),
    Break("policy.toml", "backups_days = 30", "backups_days = 3", "erasure.untold", 35),
    Break("policy.toml", "backups_days = 30\n", "", "key.missing", 33),
    Break("policy.toml", "clause = \"dispose.prompt\"", "clause = \"dispose.never\"", "reference.unknown", 36),
    Break("policy.toml", "clause = \"dispose.prompt\"", "clause = \"sec.title\"", "clause.statement-behind", 33),
    Break(
        "policy.toml",
        "\n[erasure]\nwait_hours = 24\nbackups_days = 30\nclause = \"dispose.prompt\"\n",
        "",
        "erasure.missing",
        0,
    ),
    Break("kinds.toml", "[[kind]]", "[[kind]", "toml.syntax", 1),
    Break("kinds.toml", "id = \"visitor\"", "id = \"The Visitor\"", "value.name", 2),
    Break("kinds.toml", "vi = \"Khách\"", "", "text.missing", 4),
    Break("kinds.toml", "clause = \"scope.partner-people\"", "clause = \"scope.people\"", "reference.unknown", 3),
    Break("kinds.toml", "clause = \"scope.partner-people\"", "clause = \"sec.title\"", "clause.statement-behind", 2),
    Break("elements.toml", "class = \"ordinary\"", "class = \"secret\"", "value.word", 3),
    Break("elements.toml", "id = \"health\"", "id = \"phone\"", "id.duplicate", 9),
    Break("elements.toml", "headers = [\"健康状態\"]", "headers = [\"phone\"]", "element.header-twice", 9),
    Break("purposes.toml", "kinds = [\"visitor\"]", "kinds = []", "kind.unused", 2),
    Break("purposes.toml", "[\"phone\", \"health\"]", "[\"health\"]", "element.unused", 2),
    Break("purposes.toml", "[\"phone\", \"health\"]", "[\"phone\"]", "purpose.need-outside", 2),
    Break("purposes.toml", "element = \"health\"", "element = \"phone\"", "purpose.special-care-open", 2),
    Break("purposes.toml", "[\"handler\", \"officer\"]", "[\"administrator\"]", "purpose.role-never", 7),
    Break("recipients.toml", "stop = { ja = \"四\", en = \"four\", vi = \"bốn\" }\n", "", "opt-out.incomplete", 20),
    Break("recipients.toml", "filing = \"1\"\n", "", "opt-out.incomplete", 20),
    Break("recipients.toml", "filed = 2026-04-01\n", "", "opt-out.incomplete", 20),
    Break(
        "recipients.toml",
        "[\"guard\"]\nelements = [\"phone\"]",
        "[\"guard\"]\nelements = [\"health\"]",
        "opt-out.special-care",
        20,
    ),
    Break(
        "recipients.toml",
        "representative = { ja = \"六\", en = \"six\", vi = \"sáu\" }\n",
        "",
        "joint-use.incomplete",
        35,
    ),
    Break("recipients.toml", "recipients = [\"sister\"]", "recipients = []", "recipient.plan-missing", 11),
    Break(
        "recipients.toml",
        "ground = \"opt-out\"\ncountry = \"JP\"",
        "ground = \"opt-out\"\ncountry = \"BR\"",
        "recipient.route-missing",
        2,
    ),
    Break("recipients.toml", "kind = \"third-party\"", "kind = \"entrusted\"", "recipient.ground", 2),
    Break("retention.toml", "purposes = [\"reception\"]\n", "", "term.open", 2),
    Break("clauses.toml", "promises = [\"cookie.purposes\"]\n", "", "clause.hollow", 44),
    Break(
        "clauses.toml",
        "promises = [\"cookie.purposes\"]",
        "promises = [\"cookie.purposes\"]\nstatement = true",
        "clause.both",
        44,
    ),
    Break("clauses.toml", "promises = [\"cookie.purposes\"]", "promises = [\"cookie.purpose\"]", "promise.unknown", 45),
    Break("clauses.toml", "id = \"cookie.purposes\"", "id = \"cookie.purpose\"", "clause.without-text", 44),
    Break("rights.toml", "[[right]]\nact = \"resume\"\nroles = [\"officer\"]\n\n", "", "right.missing", 0),
    Break("rights.toml", "act = \"reveal\"\nroles", "act = \"revael\"\nroles", "value.form", 36),
    Break(
        "rights.toml",
        "act = \"suspend\"\nroles = [\"officer\"",
        "act = \"suspend\"\nroles = [\"administrator\"",
        "right.never",
        WHERE_IT_IS,
    ),
    Break(
        "rights.toml",
        "act = \"enact-policy\"\nroles = [\"officer\"]",
        "act = \"enact-policy\"\nroles = []",
        "right.nobody",
        WHERE_IT_IS,
    ),
    Break(
        "rights.toml",
        "act = \"grant-access\"\nroles = [\"administrator\"]",
        "act = \"grant-access\"\nroles = [\"officer\"]",
        "right.alone",
        WHERE_IT_IS,
    ),
    Break("rights.toml", "acts = [\"open-work\",", "acts = [\"grant-access\",", "glass.too-wide", 27),
    Break(
        "rights.toml",
        "[glass]\n",
        "[[place]]\nid = \"room\"\nclause = \"dispose.prompt\"\nlabel = { ja = \"室\", en = \"room\", vi = \"phòng\" }\npurposes = [\"reception\"]\nzones = [\"z\"]\nfrom_hour = 18\nuntil_hour = 9\n\n[glass]\n",
        "place.never",
        28,
    ),
    Break(
        "rights.toml",
        "act = \"see-accounts\"\nrole = \"auditor\"\nexpect = \"yes\"",
        "act = \"see-accounts\"\nrole = \"auditor\"\nexpect = \"no\"",
        "right.case",
        WHERE_IT_IS,
    ),
    Break("rights.toml", "hours = 4", "hours = 5", "value.range", 31),
    Break("cases.toml", "expect = \"yes\"", "expect = \"no\"", "case.outcome", 1),
    Break("cases.toml", "clause = \"purpose.partner-business\"", "clause = \"dispose.prompt\"", "case.clause", 1),
    Break("cases.toml", "rule = \"condition-not-met\"", "rule = \"suspended\"", "case.rule", 7),
    Break("notice/ja.md", "# 約束", "## 約束", "notice.title", 1),
    Break("notice/ja.md", "年に四回", "#### 年に四回", "notice.heading", 9),
    Break("notice/ja.md", " {#dispose.prompt}", "", "notice.no-id", 7),
    Break("notice/ja.md", "(https://tiny.example/)", "(javascript:alert)", "notice.link", 13),
    Break("notice/ja.md", "不要になれば", "必要がなくなれば", "translation.stale", 26),
    Break(
        "notice/vi.md",
        "- Xóa khi không còn cần. Việc xóa chờ 24 giờ và tới mọi bản sao lưu trong vòng 30 ngày. {#dispose.prompt}\n",
        "",
        "notice.block-missing",
        7,
    ),
    Break(
        "notice/vi.md",
        "# Lời hứa {#sec.title}",
        "# Lời hứa {#sec.title}\n\nThêm. {#sec.more}",
        "clause.unlisted",
        3,
    ),
    Break("notice/vi.md", "- Xóa khi", "1. Xóa khi", "notice.shape", 7),
    Break(
        "products/desk.toml",
        "clause = \"dispose.prompt\"",
        "clause = \"dispose.prom\"",
        "override.unknown-clause",
        5,
    ),
    Break("products/desk.toml", "vi = \"Desk xóa sau nửa năm.\"", "vi = \"\"", "override.empty", 6),
];

#[test]
fn the_tiny_policy_has_nothing_worse_than_promises_it_does_not_make() {
    let checked = policy::check(&tiny::files());
    assert!(checked.policy.is_some(), "{}", told(&checked.problems));
    let others: Vec<_> = checked.problems.iter().filter(|problem| problem.rule != "promise.unmade").cloned().collect();
    assert!(others.is_empty(), "{}", told(&others));
    assert_eq!(
        checked.problems.len(),
        policy::catalogue::all().len() - 8,
        "all but seven promises made and one dropped"
    );
}

#[test]
fn every_break_is_told_where_it_is() {
    for Break(path, from, to, rule, line) in BREAKS {
        let problems = policy::check(&changed(&tiny::files(), path, from, to)).problems;
        let before = tiny::files()[*path].split(from).next().unwrap_or_default().matches('\n').count();
        let line = if *line == WHERE_IT_IS { &(u32::try_from(before).unwrap() + 1) } else { line };
        let file = match *rule {
            "kind.unused" => "kinds.toml",
            "element.unused" => "elements.toml",
            "promise.unmade" | "translation.stale" => "clauses.toml",
            // Told at the block that has no counterpart.
            "notice.block-missing" => "notice/ja.md",
            _ => path,
        };
        let told_there =
            problems.iter().any(|problem| problem.rule == *rule && problem.file == file && problem.line == *line);
        assert!(told_there, "{path}: {from:?} -> {to:?} must be {rule} at {file}:{line}, and is\n{}", told(&problems));
    }
}

#[test]
fn every_sort_of_problem_is_made_by_some_break() {
    let by_file =
        ["file.missing", "file.unknown", "file.encoding", "file.folder", "term.missing", "translation.unmarked"];
    let made: BTreeSet<&str> = BREAKS.iter().map(|Break(_, _, _, rule, _)| *rule).chain(by_file).collect();
    let all: BTreeSet<&str> = Problem::rules().map(|(rule, ..)| rule).collect();
    assert_eq!(made, all);
}

fn without(path: &str) -> Files {
    let mut files = tiny::files();
    files.remove(path);
    files
}

#[test]
fn files_that_are_missing_or_strange_are_told() {
    for path in ["kinds.toml", "clauses.toml", "notice/en.md"] {
        let problems = policy::check(&without(path)).problems;
        assert!(problems.iter().any(|problem| problem.rule == "file.missing" && problem.file == path));
    }
    let mut files = tiny::files();
    for beside in ["README.md", ".gitignore", "notice/.cache", "./README.txt"] {
        files.insert(beside.to_owned(), String::new());
    }
    assert!(policy::check(&files).policy.is_some());
    for strange in ["purpose.toml", "notice/fr.md", "products/A B.toml", "products/x/y.toml"] {
        let mut files = tiny::files();
        files.insert(strange.to_owned(), String::new());
        let problems = policy::check(&files).problems;
        assert!(problems.iter().any(|problem| problem.rule == "file.unknown" && problem.file == strange), "{strange}");
    }
}

#[test]
fn what_cannot_be_read_names_itself_and_nothing_else_is_told() {
    for (found, rule) in [(Found::NotText, "file.encoding"), (Found::Folder, "file.folder")] {
        for path in ["kinds.toml", "cases.toml", "clauses.toml", "notice/ja.md"] {
            let text = |(path, text): (String, String)| (path, Found::Text(text));
            let mut files: BTreeMap<String, Found> = tiny::files().into_iter().map(text).collect();
            files.insert(path.to_owned(), found.clone());
            let checked = policy::check_found(&files);
            let errors: Vec<_> = checked.problems.into_iter().filter(Problem::is_error).collect();
            assert!(errors.len() == 1 && checked.policy.is_none(), "{path}\n{}", told(&errors));
            assert_eq!((errors[0].rule, errors[0].file.as_str()), (rule, path));
            assert!(errors[0].what.iter().all(|(_, text)| text.contains(path)));
        }
    }
    let mut files = BTreeMap::from([("logo.png".to_owned(), Found::NotText)]);
    files.insert("README.md".to_owned(), Found::NotText);
    let problems = policy::check_found(&files).problems;
    assert!(problems.iter().any(|problem| problem.rule == "file.unknown" && problem.file == "logo.png"));
    assert!(problems.iter().all(|problem| problem.file != "README.md"));
}

/// The sample's files.
fn sample() -> Files {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
    let mut files = Files::new();
    for place in ["", "notice/", "products/"] {
        for entry in std::fs::read_dir(root.join(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = format!("{place}{}", path.file_name().unwrap().to_str().unwrap());
                files.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn one_bad_name_is_one_error() {
    let whole = sample();
    for path in [
        "kinds.toml",
        "elements.toml",
        "purposes.toml",
        "recipients.toml",
        "retention.toml",
        "measures.toml",
        "trackers.toml",
        "clauses.toml",
    ] {
        let ids: Vec<&str> = whole[path].lines().filter(|line| line.starts_with("id = ")).collect();
        for line in ids.iter().step_by(1 + ids.len() / 6) {
            let id = line.trim_start_matches("id = ").trim_matches('"');
            for bad in [id.to_uppercase(), id.replace(['.', '-'], "_") + "_"] {
                let files = changed(&whole, path, &format!("{line}\n"), &format!("id = \"{bad}\"\n"));
                let errors: Vec<_> = policy::check(&files).problems.into_iter().filter(Problem::is_error).collect();
                assert!(errors.len() == 1 && errors[0].rule == "value.name", "{path} {bad}\n{}", told(&errors));
            }
        }
    }
}

#[test]
fn a_block_without_a_name_is_one_error() {
    for language in ["ja", "vi"] {
        for (from, to) in [(" {#entrust.contract}", ""), (" {#entrust.contract}", " {#Entrust Contract}")] {
            let files = changed(&sample(), &format!("notice/{language}.md"), from, to);
            let errors: Vec<_> = policy::check(&files).problems.into_iter().filter(Problem::is_error).collect();
            assert!(errors.len() == 1, "{language} {to:?}\n{}", told(&errors));
        }
    }
}

#[test]
fn a_bad_name_written_alike_everywhere_is_one_error() {
    let mut files = sample();
    for text in files.values_mut() {
        *text = text.replace("\"applicant\"", "\"Job Applicant\"");
    }
    let errors: Vec<_> = policy::check(&files).problems.into_iter().filter(Problem::is_error).collect();
    assert!(errors.len() == 1 && errors[0].file == "kinds.toml", "{}", told(&errors));
}

#[test]
fn a_definition_with_another_fault_is_still_known() {
    let files = changed(&tiny::files(), "elements.toml", "class = \"ordinary\"", "class = \"secret\"");
    let problems = policy::check(&files).problems;
    let errors: Vec<_> = problems.into_iter().filter(Problem::is_error).collect();
    assert!(errors.len() == 1 && errors[0].rule == "value.word", "{}", told(&errors));
}

#[test]
fn a_clause_without_a_line_in_clauses_toml_is_told_once() {
    let mut files = sample();
    for language in ["ja", "en", "vi"] {
        let notice = files.get_mut(&format!("notice/{language}.md")).unwrap();
        notice.push_str("\nMore. {#st.one-more}\n");
    }
    let errors: Vec<_> = policy::check(&files).problems.into_iter().filter(Problem::is_error).collect();
    assert!(errors.len() == 1 && errors[0].rule == "clause.unlisted", "{}", told(&errors));
    assert_eq!(errors[0].file, "notice/ja.md");
}

#[test]
fn languages_are_called_as_the_reader_calls_them() {
    let files = changed(&tiny::files(), "kinds.toml", ", vi = \"Khách\"", "");
    let problems = policy::check(&files).problems;
    let missing = problems.iter().find(|problem| problem.rule == "text.missing").unwrap();
    let said = [Language::Ja, Language::En, Language::Vi].map(|language| missing.what.get(language));
    assert!(
        said[0].contains("ベトナム語") && said[1].contains("in Vietnamese") && said[2].contains("tiếng Việt"),
        "{said:?}"
    );
    assert!(missing.line_in(Language::Ja).contains("誤り[text.missing]"));
}

#[test]
fn a_purpose_without_a_term_is_told_by_kind() {
    let files = changed(&tiny::files(), "retention.toml", "purposes = [\"reception\"]", "kinds = []");
    let problems = policy::check(&files).problems;
    // A term that names nothing covers everything, and is a problem of its own; so take it away altogether.
    assert!(problems.iter().any(|problem| problem.rule == "term.open"));
    let mut files = tiny::files();
    files.insert("retention.toml".to_owned(), String::new());
    let problems = policy::check(&files).problems;
    let missing: Vec<_> = problems.iter().filter(|problem| problem.rule == "term.missing").collect();
    assert_eq!(missing.len(), 1);
    assert_eq!((missing[0].file.as_str(), missing[0].line), ("purposes.toml", 2));
    assert_eq!(
        missing[0].what.get(Language::En),
        "There is no retention term for the kind \"visitor\" and the purpose \"reception\"."
    );
}

#[test]
fn a_translation_says_which_original_it_was_made_from() {
    let clauses = &tiny::files()["clauses.toml"];
    let line = clauses.lines().find(|line| line.starts_with("translated.vi")).unwrap();
    let mut files = tiny::files();
    files.insert("clauses.toml".to_owned(), clauses.replacen(&format!("{line}\n"), "", 1));
    let problems = policy::check(&files).problems;
    let unmarked: Vec<_> = problems.iter().filter(|problem| problem.rule == "translation.unmarked").collect();
    assert_eq!(unmarked.len(), 1);
    assert!(unmarked[0].way_on.get(Language::En).contains(line.trim_start_matches("translated.vi = ")));
}

#[test]
fn everything_is_told_at_once_and_settling_and_loading_agree() {
    let mut files = tiny::files();
    for Break(path, from, to, rule, _) in BREAKS {
        // One table of ways of signing in is enough.
        if !matches!(*rule, "language.version" | "toml.syntax" | "sign-in.no-second")
            && files[*path].matches(from).count() == 1
        {
            files = changed(&files, path, from, to);
        }
    }
    let checked = policy::check(&files);
    assert!(checked.policy.is_none());
    let rules: BTreeSet<&str> = checked.problems.iter().map(|problem| problem.rule).collect();
    assert!(rules.len() >= 30, "{rules:?}");
    let mut sorted = checked.problems.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted, checked.problems);
    assert_eq!(policy::load(&files).unwrap_err(), checked.problems);
}

#[test]
fn what_signing_in_lacks_is_told_where_it_stands() {
    for (keys, rule, line) in [
        ("ways = [\"password\", \"recovery-code\"]\nsecond_for = [\"officer\"]", "sign-in.no-second", 35),
        ("ways = [\"password\", \"smile\"]", "value.word", 34),
        ("ways = [\"password\"]\nproof_minutes = 31", "value.range", 35),
        ("second_for = [\"officer\"]", "key.missing", 33),
    ] {
        let files = changed(&tiny::files(), "policy.toml", "[erasure]", &format!("[sign-in]\n{keys}\n\n[erasure]"));
        let problems = policy::check(&files).problems;
        assert!(problems.iter().any(|problem| problem.rule == rule && problem.line == line), "{keys}: {problems:?}");
    }
    // A passkey answers for the second factor itself.
    let keys = "[sign-in]\nways = [\"passkey\"]\nsecond_for = [\"officer\"]\n\n[erasure]";
    assert!(policy::check(&changed(&tiny::files(), "policy.toml", "[erasure]", keys)).policy.is_some());
}

#[test]
fn a_draft_that_can_be_read_may_still_not_settle() {
    let files = changed(&tiny::files(), "cases.toml", "expect = \"yes\"", "expect = \"no\"");
    let problems = policy::load(&files).unwrap().settle().unwrap_err();
    let outcome: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert_eq!(outcome.len(), 1);
    assert_eq!(
        outcome[0].to_string(),
        "cases.toml:1: error[case.outcome] The case \"May be seen\": given act=reveal kind=visitor purpose=reception \
         elements=phone role=handler work=open row=active; expected no, came out yes, by org.ledger, \
         purpose.partner-business, purpose.within-scope, scope.partner-people, tech.by-role, tech.logs-kept, \
         tech.logs-reconciled. Correct the rules, or what the case expects."
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_for_that_alone() {
    for (path, from) in [("kinds.toml", "[[kind]]"), ("policy.toml", "[organisation]"), ("retention.toml", "[[term]]")]
    {
        let problems = policy::check(&changed(&tiny::files(), path, from, "[[oh")).problems;
        let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
        assert!(!errors.is_empty());
        for problem in errors {
            assert_eq!((problem.rule, problem.file.as_str()), ("toml.syntax", path), "{problem}");
        }
    }
    for path in ["elements.toml", "purposes.toml", "clauses.toml", "recipients.toml"] {
        let errors: Vec<_> = policy::check(&without(path)).problems.into_iter().filter(Problem::is_error).collect();
        assert_eq!(errors.len(), 1, "{path}\n{}", told(&errors));
    }
}

#[test]
fn every_language_says_how_long_an_erasure_takes() {
    for (path, from, line) in [("notice/en.md", "24 hours", 34), ("notice/vi.md", "30 ngày", 35)] {
        let problems = policy::check(&changed(&tiny::files(), path, from, "some time")).problems;
        let untold: Vec<&Problem> = problems.iter().filter(|problem| problem.rule == "erasure.untold").collect();
        let [one] = untold[..] else { panic!("{}", told(&problems)) };
        assert_eq!((one.file.as_str(), one.line), ("policy.toml", line));
    }
    // What is done at once needs no number.
    let at_once = changed(&tiny::files(), "policy.toml", "wait_hours = 24", "wait_hours = 0");
    tiny::settled(&changed(&at_once, "notice/en.md", "That waits 24 hours, and", "That"));
}
