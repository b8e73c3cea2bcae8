//! The first commands: init, accounts, the configuration, help.

use crate::installation::{Installation, PASSWORD, files_below, sample};
use std::fs;

#[test]
fn a_ledger_is_born_once_and_never_by_accident() {
    Installation::on_each(|office| {
        let born = office.ready().run("", &["init", "--json"]).ok().json();
        assert_eq!(born["entry"], 1);
        let vkey = born["vkey"].as_str().unwrap();
        assert_eq!(fs::read_to_string(office.data().join("vkey")).unwrap().trim(), vkey);
        let again = office.run("", &["init"]).ends(2);
        assert!(again.err.contains("already"), "{}", again.err);
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn an_interrupted_init_is_taken_up_again() {
    let office = Installation::on_sqlite();
    let mut command = office.ready().command("", &["init"]);
    let short = office.told(command.env("DAICHO_NEW_PASSWORD", "short").spawn().unwrap()).ends(2);
    assert!(short.err.contains("12"), "{}", short.err);
    office.run("", &["init"]).ok();
    assert_eq!(office.run("", &["account", "list", "--json"]).ok().json().as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn keys_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let office = Installation::on_sqlite();
    office.ready().run("", &["init"]).ok();
    for file in files_below(&office.data().join("keys")).iter().filter(|f| f.extension().is_some_and(|e| e == "key")) {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    fs::set_permissions(office.data().join("keys"), fs::Permissions::from_mode(0o755)).unwrap();
    let told = office.run("", &["doctor"]).ends(1);
    assert!(told.out.contains("Others can read"), "{}", told.out);
}

#[test]
fn an_unknown_key_of_the_configuration_is_refused_with_its_line() {
    let office = Installation::on_sqlite();
    fs::create_dir_all(office.data()).unwrap();
    fs::write(office.data().join("daicho.toml"), "listen = \"127.0.0.1:0\"\nlissten = true\n").unwrap();
    for command in [&["doctor"][..], &["init"], &["serve"], &["verify"]] {
        let told = office.run("", command).ends(2);
        assert!(told.err.contains("lissten") && told.err.contains("line 2"), "{command:?}: {}", told.err);
    }
    for (language, line) in
        [("ja", "2行目: 「lissten」というキーはありません"), ("vi", "dòng 2: không có khóa lissten")]
    {
        let told = office.run("", &["doctor", "--lang", language]).ends(2);
        assert!(told.err.contains(line) && !told.err.contains("line 2"), "{}", told.err);
    }
}

#[test]
fn nothing_there_is_said_with_a_way_on() {
    let office = Installation::on_sqlite();
    office.ready();
    for command in [&["verify"][..], &["register", "list"], &["serve"], &["explain", "1"]] {
        let told = office.run("", command);
        assert!(
            [2, 3].contains(&told.code) && told.err.contains("daicho init"),
            "{command:?}: {} {}",
            told.code,
            told.err
        );
    }
    assert!(files_below(&office.data()).iter().all(|file| file.ends_with("daicho.toml")), "looking makes nothing");
}

#[test]
fn accounts_are_given_confirmed_and_taken_back() {
    Installation::on_each(|office| {
        office.ready().run("", &["init"]).ok();
        let add = |login: &str, role: &str| {
            office.run("admin", &["account", "add", login, "--name", "N", "--role", role, "--reason", "a story"])
        };
        add("mai", "officer").ok();
        let taken = add("mai", "handler").ends(2);
        assert!(taken.err.contains("login:"), "{}", taken.err);
        // An officer does not give accounts; the refusal is recorded and names its clause.
        let refused =
            office.run("mai", &["account", "add", "x1", "--name", "N", "--role", "handler", "--reason", "r"]).ends(1);
        assert!(refused.err.contains("tech.by-role"), "{}", refused.err);
        let token = office.ask(
            "mai",
            &[
                "account",
                "token",
                "--may",
                "accounts.review",
                "--may",
                "own.tokens.list",
                "--may",
                "own.tokens.end",
                "--label",
                "script",
                "--until",
                &crate::installation::in_days(20),
                "--json",
            ],
        );
        let token = token.ok().json()["token"].as_str().unwrap().to_owned();
        let with_token = |arguments: &[&str]| {
            let mut command = office.command("", arguments);
            office.told(command.env("DAICHO_TOKEN", &token).env_remove("DAICHO_PASSWORD").spawn().unwrap())
        };
        with_token(&["account", "review"]).ok();
        let last = office.run("admin", &["account", "revoke", "admin"]).ends(2);
        assert!(last.err.contains("login:") && last.err.contains("last administrator"), "{}", last.err);
        let listed = with_token(&["account", "token", "list", "--json"]).ok().json();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["label"]), (1, &"script".into()));
        with_token(&["account", "token", "end", listed[0]["id"].as_str().unwrap()]).ok();
        with_token(&["account", "review"]).ends(2);
        let with = |who: &str, old: &str, new: &str, arguments: &[&str]| {
            let mut command = office.command(who, arguments);
            office.told(command.env("DAICHO_PASSWORD", old).env("DAICHO_NEW_PASSWORD", new).spawn().unwrap())
        };
        let (first, second) = ("the first other password", "the second other password");
        assert!(with("mai", first, second, &["account", "password"]).ends(2).err.contains("old:"));
        with("mai", PASSWORD, first, &["account", "password"]).ok();
        office.run("mai", &["account", "review"]).ends(2);
        with("mai", first, first, &["account", "review"]).ok();
        with("admin", PASSWORD, second, &["account", "password", "--for", "mai"]).ok();
        with("mai", first, first, &["account", "review"]).ends(2);
        with("mai", second, second, &["account", "review"]).ok();
        office.run("admin", &["account", "revoke", "mai"]).ok();
        let wrong = office.told(
            office.command("admin", &["account", "review"]).env("DAICHO_PASSWORD", "wrong-password").spawn().unwrap(),
        );
        assert!(wrong.ends(2).err.contains("wrong"));
        office.run("", &["account", "review"]).ends(2);
        let accounts = office.run("", &["account", "list", "--json"]).ok().json();
        assert!(accounts[1]["revoked"].is_string(), "{accounts}");
        assert!(!office.heard.lock().unwrap().contains(PASSWORD));
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn doctor_knows_both_databases() {
    Installation::on_each(|office| {
        office.begun();
        let told = office.run("", &["doctor"]).ok();
        assert!(
            told.out.contains("what is answered is durable") && told.out.contains("Policy version 7"),
            "{}",
            told.out
        );
        for (language, word) in [("ja", "時計"), ("vi", "Đồng hồ")] {
            assert!(office.run("", &["--lang", language, "doctor"]).ok().out.contains(word));
        }
    });
}

#[test]
fn doctor_prints_the_settings_without_passwords() {
    let office = Installation::on_sqlite();
    office.begun();
    let config = "[telemetry]\nmetrics = false\n[store]\nauthority = \"x.pem\"\n";
    fs::write(office.data().join("daicho.toml"), config).unwrap();
    let told = office.run("", &["doctor"]).ok();
    assert!(told.out.contains("metrics = false") && told.out.contains("Policy version"), "{}", told.out);
    let json = office.run("", &["doctor", "--json"]).ok().json();
    assert_eq!(json["well"], true);
    fs::write(office.data().join("daicho.toml"), "[store]\nurl = \"postgres://me:hidden-word@127.0.0.1:1/x\"\n")
        .unwrap();
    let told = office.run("", &["doctor"]).ends(1);
    assert!(told.out.contains("me:…@") && !told.out.contains("hidden-word"), "{}", told.out);
}

#[test]
fn every_command_has_help_a_page_and_completions() {
    let office = Installation::on_sqlite();
    let folder = office.file("man");
    office.run("", &["man", "--out", &folder]).ok();
    let pages = files_below(folder.as_ref());
    let names: Vec<String> = pages.iter().map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    for expected in
        ["daicho", "daicho-people-import", "daicho-ledger-export", "daicho-policy-enact", "daicho-work-import"]
    {
        assert!(names.iter().any(|name| name == expected), "{expected} among {names:?}");
    }
    for name in &names {
        // A command of two words is written with a hyphen too: its page says how it is typed.
        let page =
            fs::read_to_string(pages.iter().find(|page| page.file_stem().unwrap() == name.as_str()).unwrap()).unwrap();
        let typed = page.lines().find_map(|line| line.strip_prefix("\\fBdaicho")).unwrap_or_else(|| panic!("{page}"));
        let typed = typed.split("\\fR").next().unwrap().replace("\\-", "-");
        let words: Vec<&str> = typed.split_whitespace().chain(["--help"]).collect();
        let help = office.run("", &words).ok().out;
        assert!(help.lines().count() > 4 && help.contains("Usage:"), "{name}: {help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(office.run("", &["completions", shell]).ok().out.contains("daicho"), "{shell}");
    }
    assert!(office.run("", &["man"]).ok().out.contains(".TH"));
    office.run("", &["no-such-command"]).ends(2);
}

#[test]
fn a_policy_is_checked_drafted_and_compared() {
    let office = Installation::on_sqlite();
    let told = office.run("", &["policy", "check", &sample(), "--json"]).ok().json();
    assert_eq!((told["settled"].as_bool(), told["problems"].as_array().map(Vec::len)), (Some(true), Some(0)));
    let other = office.folder().join("other");
    crate::installation::copy(sample().as_ref(), &other);
    let terms = fs::read_to_string(other.join("retention.toml")).unwrap();
    fs::write(other.join("retention.toml"), terms.replacen("from = ", "frmo = ", 1)).unwrap();
    let told = office.run("", &["policy", "check", other.to_str().unwrap()]).ends(1);
    assert!(told.out.contains("retention.toml:") && told.out.contains("frmo"), "{}", told.out);
    let text = "# Privacy policy\n\nWe use personal information only for the purposes we have notified in advance.\n\n\
                We do not provide personal data to third parties without the consent of the person.\n";
    let text = office.write("policy.md", text);
    let out = office.file("draft");
    let told = office.run("", &["policy", "draft", &text, "--out", &out, "--json"]).ok().json();
    assert!(told["language"] == "en" && told["promising"].as_u64().unwrap() >= 1, "{told}");
    assert!(office.folder().join("draft/notice/en.md").exists());
    office.run("", &["policy", "draft", &text, "--out", &out]).ends(2);
    office.run("", &["policy", "draft", &office.write("x.pdf", "%PDF-1.7"), "--out", &office.file("d2")]).ends(2);
}

#[test]
fn a_promise_is_not_dropped_in_silence() {
    let office = Installation::on_sqlite();
    office.begun();
    let other = office.folder().join("other");
    crate::installation::copy(sample().as_ref(), &other);
    office.run("", &["policy", "diff", other.to_str().unwrap(), "--against", &sample()]).ok();
    // How long an erasure takes is told, with both numbers.
    let told = office.run("", &["policy", "diff", other.to_str().unwrap(), "--against", &office.policy(0)]).ok();
    assert!(told.out.contains("~ time of an erasure wait_hours 0 → 72"), "{}", told.out);
    // The clause stays as a statement and no longer promises what it promised.
    let clauses = fs::read_to_string(other.join("clauses.toml")).unwrap();
    let at = clauses.find("promises = [\"contact.languages\"]").or_else(|| clauses.find("promises = [\"")).unwrap();
    let end = at + clauses[at..].find(']').unwrap() + 1;
    fs::write(other.join("clauses.toml"), format!("{}statement = true{}", &clauses[..at], &clauses[end..])).unwrap();
    let told = office.run("", &["policy", "diff", other.to_str().unwrap()]);
    if !told.out.contains("in silence") {
        // The promise was needed by something else too; the check says so and nothing was compared.
        assert!(told.ends(1).err.contains("policy check"));
    } else {
        assert!(told.ends(1).out.contains("in silence"));
        let told = office
            .run("", &["policy", "enact", other.to_str().unwrap(), "--approve", "mai", "--approve", "hana"])
            .ends(1);
        assert!(told.err.contains("[[dropped]]"), "{}", told.err);
    }
    office.run("", &["policy", "enact", &sample(), "--approve", "mai"]).ends(2);
    let versions = office.run("", &["policy", "show", "--json"]).ok().json();
    assert_eq!((versions.as_array().unwrap().len(), versions[0]["state"].as_str()), (1, Some("in-force")));
    let out = office.file("in-force");
    office.run("", &["policy", "show", "--out", &out]).ok();
    let told = office.run("", &["policy", "diff", &out, "--json"]).ok().json();
    assert_eq!(told["promises_changed"].as_array().unwrap().len(), 0);
}
