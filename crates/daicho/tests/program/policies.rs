//! Drafting, checking and enacting policies nobody has looked at yet.

use crate::installation::{Installation, copy, sample};
use std::fs;

#[test]
fn errors_come_first_and_promises_nobody_makes_stand_in_one_line() {
    let office = Installation::on_sqlite();
    let folder = office.folder().join("broken");
    copy(sample().as_ref(), &folder);
    let place = folder.to_str().unwrap();
    let clauses = fs::read_to_string(folder.join("clauses.toml")).unwrap();
    let kept: Vec<&str> = clauses.split("\n[[clause]]").filter(|clause| !clause.contains("\"super.")).collect();
    fs::write(folder.join("clauses.toml"), kept.join("\n[[clause]]")).unwrap();
    let kinds = fs::read_to_string(folder.join("kinds.toml")).unwrap();
    fs::write(folder.join("kinds.toml"), kinds.replacen("id = \"", "id = \"Bad ", 1)).unwrap();
    let told = office.run("", &["policy", "check", place]).ends(1);
    let lines: Vec<&str> = told.out.lines().collect();
    let last_error = lines.iter().rposition(|line| line.contains(": error[")).unwrap();
    let first_warning = lines.iter().position(|line| line.contains(": warning[")).unwrap();
    assert!(last_error < first_warning, "{}", told.out);
    let unmade: Vec<&&str> = lines.iter().filter(|line| line.contains("[promise.unmade]")).collect();
    assert!(unmade.len() == 1 && unmade[0].contains("--all"), "{}", told.out);
    let all = office.run("", &["policy", "check", place, "--all"]).ends(1);
    assert!(all.out.lines().filter(|line| line.contains("[promise.unmade]")).count() > 3);
    let told = office.run("", &["policy", "check", place, "--lang", "ja"]).ends(1);
    assert!(told.out.contains("誤り[value.name]"), "{}", told.out);
}

#[test]
fn what_is_no_folder_or_no_text_says_what_it_is() {
    let office = Installation::on_sqlite();
    let text = office.write("policy.md", "# Policy\n");
    let told = office.run("", &["policy", "check", &text]).ends(2);
    assert!(told.err.contains("is a file") && told.err.contains("policy draft"), "{}", told.err);
    let told = office.run("", &["policy", "check", &office.file("nowhere")]).ends(2);
    assert!(told.err.contains("There is no folder"), "{}", told.err);
    let told = office.run("", &["policy", "draft", &office.file("none.txt"), "--out", &office.file("d")]).ends(2);
    assert!(told.err.contains("none.txt cannot be opened"), "{}", told.err);
    let told =
        office.run("", &["policy", "draft", office.folder().to_str().unwrap(), "--out", &office.file("d")]).ends(2);
    assert!(told.err.contains("is a folder"), "{}", told.err);
    let folder = office.folder().join("strange");
    copy(sample().as_ref(), &folder);
    fs::write(folder.join("notice/vi.md"), [b'#', b' ', 0xff, 0xfe]).unwrap();
    fs::remove_file(folder.join("cases.toml")).unwrap();
    fs::create_dir(folder.join("cases.toml")).unwrap();
    let told = office.run("", &["policy", "check", folder.to_str().unwrap()]).ends(1);
    let errors: Vec<&str> = told.out.lines().filter(|line| line.contains(": error[")).collect();
    assert_eq!(errors.len(), 2, "{}", told.out);
    assert!(
        told.out.contains("cases.toml: error[file.folder]") && told.out.contains("notice/vi.md: error[file.encoding]")
    );
}

#[test]
fn a_draft_ends_with_what_needs_a_decision_and_the_next_command() {
    let office = Installation::on_sqlite();
    let text = "# Privacy\n\n## Purposes\n\nWe use personal data:\n\n- to ship goods\n- to answer questions\n\n\
                ## Security\n\nThe night guard shall count the doors. Staff are trained every year.\n";
    let text = office.write("policy.md", text);
    let told = office.run("", &["policy", "draft", &text, "--out", &office.file("made")]).ok();
    let lines: Vec<&str> = told.out.lines().collect();
    assert!(lines[0].contains("2 purposes of use"), "{}", told.out);
    let at = lines.iter().position(|line| line.starts_with("□ ask.1 (line 12)")).unwrap();
    assert!(lines[at + 1].contains("count the doors"));
    assert!(lines.last().unwrap().contains("daicho policy check"), "{}", told.out);
    for (language, word) in [("ja", "確実"), ("vi", "chắc chắn")] {
        let out = office.file(language);
        let told = office.run("", &["policy", "draft", &text, "--out", &out, "--lang", language]).ok();
        assert!(told.out.contains(word), "{}", told.out);
    }
}

#[test]
fn enacting_tells_a_refusal_from_a_mistake() {
    let office = Installation::on_sqlite();
    office.begun();
    let two = ["--approve", "mai", "--approve", "hana"];
    let enact = |folder: &str, more: &[&str]| office.run("", &[&["policy", "enact", folder], more].concat());
    // What was typed cannot be used.
    enact(&sample(), &["--approve", "mai"]).ends(2);
    enact(&sample(), &["--approve", "mai", "--approve", "mai"]).ends(2);
    enact(&office.file("nowhere"), &two).ends(2);
    enact(&sample(), &["--approve", "mai", "--approve", "hana", "--from", "not-a-day"]).ends(2);
    // The answer is no.
    let told = enact(&office.policy(0), &two).ends(1);
    assert!(told.err.contains("enacted already"), "{}", told.err);
    let folder = office.folder().join("open");
    copy(sample().as_ref(), &folder);
    fs::remove_file(folder.join("cases.toml")).unwrap();
    let told = enact(folder.to_str().unwrap(), &two).ends(1);
    assert!(told.err.contains("not settled") && told.err.contains("file.missing"), "{}", told.err);
    office.run("", &["policy", "diff", folder.to_str().unwrap()]).ends(1);
}
