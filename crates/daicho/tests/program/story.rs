//! One true journey through the whole house.

use crate::files::{SECRETS, applicants, employees};
use crate::installation::{Installation, files_below, in_days};

#[test]
fn a_company_takes_people_in_works_for_them_and_lets_them_go() {
    Installation::on_each(|office| {
        office.begun().working();
        take_in(office);
        let person = office.find("quetzalcoatl-one@example.com");
        search(office);
        reveal(office, &person);
        refuse(office, &person);
        correct(office, &person);
        explain(office);
        hand_over(office, &person);
        suspend(office, &person);
        erase(office, &person);
        office.run("", &["verify"]).ok();
        nobody_is_told_of(office);
    });
}

fn take_in(office: &Installation) {
    let list = office.write("applicants.csv", applicants());
    let before = office.entries();
    let row = ["--row", "a-001", "--purpose", "hr.recruit", "--yes", "--json"];
    let dry = office.run("hana", &[&["people", "import", &list, "--dry-run"][..], &row].concat()).ends(1).json();
    assert_eq!((dry["accepted"].as_u64(), dry["rejected"].as_u64()), (Some(2), Some(1)), "{dry}");
    assert_eq!(office.entries(), before, "a dry run writes nothing");
    let rejected = office.file("rejected.csv");
    let done =
        office.run("hana", &[&["people", "import", &list, "--rejected", &rejected][..], &row].concat()).ends(1).json();
    assert_eq!((done["new"].as_u64(), done["rejected"].as_u64()), (Some(2), Some(1)), "{done}");
    let listed = std::fs::read_to_string(rejected).unwrap();
    assert!(listed.contains("5,,D,email,email.form"), "{listed}");
    let again = office.run("hana", &[&["people", "import", &list][..], &row].concat()).ends(1).json();
    assert_eq!((again["new"].as_u64(), again["known"].as_u64()), (Some(0), Some(2)));

    let book = office.write("employees.xlsx", employees());
    let arguments = ["people", "import", &book, "--row", "b-001", "--purpose", "hr.employ", "--yes", "--json"];
    let done = office.run("hana", &arguments).ok().json();
    assert_eq!(done["new"], 2, "{done}");
    assert_eq!((office.people("a-001"), office.people("b-001")), (2, 2));
    // Nobody is held without a row that names it, and a handler is not the one who writes rows.
    office.run("hana", &["people", "import", &list, "--row", "z-9", "--purpose", "hr.recruit", "--yes"]).ends(2);
    let refused = office.run(
        "minh",
        &[&["people", "import", &book][..], &["--row", "b-001", "--purpose", "hr.employ", "--map", "備考=-"]].concat(),
    );
    assert_eq!(refused.code, 2, "a column that is not there: {}", refused.err);
}

fn search(office: &Installation) {
    let found = |text: &str| {
        let arguments = ["people", "find", text, "--purpose", "hr.recruit", "--work", "W-1", "--json"];
        office.ask("hana", &arguments).ok().json()["hits"].as_array().unwrap().len()
    };
    for text in [
        "祇園寺 さくら",
        "ギオンジサクラ",
        "ぎおんじ さくら",
        "080-7777-1234",
        "+81 80 7777 1234",
        "QUETZALCOATL-ONE@example.com",
        "昭和62年6月5日",
    ] {
        assert_eq!(found(text), 1, "{text}");
    }
    assert_eq!(found("誰も いない"), 0);
    // What is looked for may come by standard input, so that it stands in no list of processes.
    let arguments = ["people", "find", "--purpose", "hr.recruit", "--work", "W-1"];
    let told = office.run_with("hana", &arguments, "祇園寺さくら\n").ok();
    assert!(told.out.contains("祇園寺"), "{}", told.out);
}

fn reveal(office: &Installation, person: &str) {
    let arguments = [
        "reveal",
        person,
        "--row",
        "a-001",
        "--element",
        "phone,email",
        "--purpose",
        "hr.recruit",
        "--work",
        "W-1",
        "--json",
    ];
    let told = office.ask("hana", &arguments).ok().json();
    assert_eq!(told["values"]["phone"], "080-7777-1234", "{told}");
    let entry = told["entry"].as_u64().unwrap().to_string();
    let told = office.run("", &["explain", &entry, "--json"]).ok().json();
    assert_eq!((told["kind"].as_str(), told["refused"].as_bool()), (Some("revealed"), Some(false)));
    assert_eq!((told["work"].as_str(), told["people"].as_u64()), (Some("W-1"), Some(1)));
    assert!(told["clauses"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{told}");
}

fn refuse(office: &Installation, person: &str) {
    let before = office.entries();
    let arguments =
        ["reveal", person, "--row", "a-001", "--element", "phone", "--purpose", "hr.employ", "--work", "W-1", "--json"];
    let refused = office.run("hana", &arguments).ends(1);
    assert!(refused.out.is_empty(), "{}", refused.out);
    let problem = refused.problem();
    let entry = problem["entry"].as_u64().unwrap();
    assert!(
        entry >= before && problem["clauses"][0].is_string() && problem["reasons"][0]["wayOn"].is_string(),
        "{problem}"
    );
    for (language, word) in [("ja", "方針が拒みました"), ("en", "The policy refuses"), ("vi", "Chính sách từ chối")]
    {
        let told = office
            .run(
                "minh",
                &[
                    "--lang",
                    language,
                    "reveal",
                    person,
                    "--row",
                    "a-001",
                    "--element",
                    "phone",
                    "--purpose",
                    "hr.recruit",
                ],
            )
            .ends(1);
        assert!(told.err.contains(word) && told.err.contains("tech.by-role") && told.err.contains("→"), "{}", told.err);
        let told = office.run("", &["--lang", language, "explain", &entry.to_string()]).ok();
        assert!(told.out.starts_with(&format!("#{entry} ")), "{}", told.out);
    }
    // An administrator runs the machine and does not know who is held.
    office.run("admin", &["people", "show", person]).ends(3);
    office
        .run(
            "hana",
            &[
                "reveal",
                "00000000000000000000000000000000",
                "--row",
                "a-001",
                "--element",
                "phone",
                "--purpose",
                "hr.recruit",
                "--work",
                "W-1",
            ],
        )
        .ends(3);
    office
        .run(
            "hana",
            &["reveal", person, "--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-9"],
        )
        .ends(2);
}

fn correct(office: &Installation, person: &str) {
    let arguments = [
        "people",
        "correct",
        person,
        "--row",
        "a-001",
        "--element",
        "phone",
        "--purpose",
        "hr.recruit",
        "--work",
        "W-1",
    ];
    let wrong = office.run_with("hana", &arguments, "not a number\n").ends(2);
    assert!(!wrong.err.contains("not a number"), "{}", wrong.err);
    office.run_with("hana", &arguments, "090-2222-3333\n").ok();
    let arguments = [
        "reveal",
        person,
        "--row",
        "a-001",
        "--element",
        "phone",
        "--purpose",
        "hr.recruit",
        "--work",
        "W-1",
        "--json",
    ];
    assert_eq!(office.ask("hana", &arguments).ok().json()["values"]["phone"], "090-2222-3333");
    assert_eq!(office.find("090-2222-3333"), person);
    let shown = office.run("hana", &["people", "show", person, "--json"]).ok().json();
    assert_eq!((shown["state"].as_str(), shown["records"][0]["version"].as_u64()), (Some("active"), Some(2)));
}

fn explain(office: &Installation) {
    for entry in 0..office.entries() {
        for language in ["ja", "en", "vi"] {
            let told = office.run("", &["--lang", language, "explain", &entry.to_string()]).ok();
            assert!(told.out.len() > 20, "{entry}: {}", told.out);
        }
        if entry > 12 {
            break;
        }
    }
    office.run("", &["explain", "1000000"]).ends(3);
}

fn hand_over(office: &Installation, person: &str) {
    let until = in_days(10);
    let arguments = [
        "work",
        "open",
        "R-1",
        "--title",
        "Request",
        "--purpose",
        "rights.answer",
        "--who",
        "mai",
        "--person",
        person,
        "--until",
        &until,
    ];
    office.run("mai", &arguments).ok();
    let out = office.file("handed-over.json");
    office.run("mai", &["people", "export", person, "--purpose", "rights.answer", "--work", "R-1", "--out", &out]).ok();
    let document = std::fs::read_to_string(&out).unwrap();
    assert!(document.contains("祇園寺") && document.contains("090-2222-3333"), "{document}");
    office
        .run("mai", &["people", "export", person, "--purpose", "rights.answer", "--work", "R-1", "--out", &out])
        .ends(2);
    std::fs::remove_file(out).unwrap();
}

fn suspend(office: &Installation, person: &str) {
    office.run("mai", &["people", "suspend", person, "--purpose", "rights.correct"]).ok();
    let refused = office
        .run(
            "hana",
            &["reveal", person, "--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1"],
        )
        .ends(1);
    assert!(refused.err.contains("rights.suspend"), "{}", refused.err);
    office.run("mai", &["people", "resume", person, "--purpose", "rights.correct"]).ok();
    office.run("mai", &["people", "resume", person, "--purpose", "rights.correct"]).ends(1);
}

fn erase(office: &Installation, person: &str) {
    office.run("mai", &["people", "erase", person, "--purpose", "rights.correct"]).ends(2);
    office.run("mai", &["people", "erase", person, "--purpose", "rights.correct", "--yes"]).ok();
    office
        .run(
            "hana",
            &["reveal", person, "--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1"],
        )
        .ends(3);
    office.run("mai", &["people", "show", person]).ends(3);
    assert_eq!(office.people("a-001"), 1);
    let found = office
        .ask("hana", &["people", "find", "祇園寺さくら", "--purpose", "hr.recruit", "--work", "W-1", "--json"])
        .ok()
        .json();
    assert_eq!(found["hits"].as_array().unwrap().len(), 0);
}

/// Nothing of a person's data was said, logged, or written outside the files that were handed in.
fn nobody_is_told_of(office: &Installation) {
    let heard = office.heard.lock().unwrap();
    for secret in SECRETS {
        assert!(!heard.contains(secret), "said: {secret}");
    }
    for folder in [office.data(), office.folder().join("tmp")] {
        for file in files_below(&folder) {
            let bytes = std::fs::read(&file).unwrap();
            for secret in SECRETS {
                let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let (old, ..) = encoding_rs::SHIFT_JIS.encode(secret);
                for form in [secret.as_bytes(), &utf16, &old] {
                    assert!(!bytes.windows(form.len()).any(|part| part == form), "{secret} in {}", file.display());
                }
            }
        }
    }
}

#[test]
fn work_records_come_from_a_file_and_go_back_when_they_are_done() {
    Installation::on_each(|office| {
        office.begun();
        let until = in_days(40).replace('-', "/");
        let text = format!(
            "番号,内容,利用目的,担当者,台帳の行,終了日\r\nW-1,一次選考,hr.recruit,hana,a-001,{until}\r\n\
             W-2,二次選考,hr.recruit,\"hana,mai\",a-001,{until}\r\nW-3,不明,no.such,hana,a-001,{until}\r\nW-4,だれか,hr.recruit,nobody,a-001,{until}\r\n"
        );
        let file = office.write("work.csv", crate::files::encode(&text));
        let told = office.run("mai", &["work", "import", &file, "--json"]).ends(1).json();
        assert_eq!((told["opened"].as_u64(), told["rejected"].as_array().map(Vec::len)), (Some(2), Some(2)), "{told}");
        assert_eq!(
            (told["rejected"][0]["field"].as_str(), told["rejected"][1]["field"].as_str()),
            (Some("purpose"), Some("logins"))
        );
        let told = office.run("mai", &["work", "import", &file, "--json"]).ends(1).json();
        assert_eq!((told["opened"].as_u64(), told["known"].as_u64()), (Some(0), Some(2)));
        office.run("mai", &["work", "close", "W-2"]).ok();
        office.run("mai", &["work", "close", "W-2"]).ends(3);
        let list = office.run("", &["work", "list", "--json"]).ok().json();
        let mut states: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|w| (w["code"].as_str().unwrap(), w["state"].as_str().unwrap()))
            .collect();
        states.sort_unstable();
        assert_eq!(states, [("W-1", "open"), ("W-2", "closed")]);
        office
            .run(
                "minh",
                &[
                    "work",
                    "open",
                    "W-9",
                    "--title",
                    "t",
                    "--purpose",
                    "hr.recruit",
                    "--who",
                    "minh",
                    "--everybody",
                    "--until",
                    &in_days(5),
                ],
            )
            .ends(1);
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn the_handling_ledger_goes_out_and_comes_back_as_it_was() {
    Installation::on_each(|office| {
        office.begun();
        let out = office.file("out.xlsx");
        office.run("", &["--lang", "ja", "register", "export", "--out", &out]).ok();
        office.run("mai", &["register", "import", &out, "--json"]).ok();
        let again = office.run("mai", &["register", "import", &out, "--json"]).ok().json();
        assert_eq!((again["written"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(2)), "{again}");
        let rows = office.run("", &["register", "list", "--json"]).ok().json();
        assert_eq!((rows[0]["id"].as_str(), rows[0]["state"].as_str()), (Some("a-001"), Some("active")));
        assert_eq!(rows[0]["purposes"][0], "hr.recruit");
        office.run("mai", &["register", "review", "--all"]).ok();
        office.run("hana", &["register", "end", "b-001"]).ends(1);
        office.run("mai", &["register", "end", "b-001"]).ok();
        let versions = office.run("", &["register", "show", "b-001", "--json"]).ok().json();
        assert_eq!(versions[0]["state"], "ended");
        let bad = office.write("bad.csv", "番号,個人情報の名称,本人の種類,項目,利用目的,保管期限,管理責任者\nC-1,x,martian,name,hr.recruit,hr.recruit,x\nC-1,x,applicant,name,hr.recruit,hr.recruit,x\n");
        let told = office.run("mai", &["register", "import", &bad, "--json"]).ends(1).json();
        assert_eq!(told["rejected"].as_array().unwrap().len(), 2, "{told}");
        assert!(told["rejected"].as_array().unwrap().iter().any(|r| r["column"] == "kinds"), "{told}");
        office.run("", &["verify"]).ok();
    });
}
