//! An erasure that waits, as the office types it: decided, withdrawn, decided again, and done by the program when its time has come.

use crate::faults::{CLOCK, Failing};
use crate::files::applicants;
use crate::installation::{Installation, files_below};
use rusqlite::Connection;
use std::io::{Read, Write};

const SAKURA: &str = "quetzalcoatl-one@example.com";

fn found(office: &Installation) -> usize {
    let asked = ["people", "find", SAKURA, "--purpose", "hr.recruit", "--work", "W-1", "--json"];
    office.ask("hana", &asked).ok().json()["hits"].as_array().unwrap().len()
}

/// Some bytes of what is sealed of a person, as they lie in the store; none where the store is no file.
fn sealed(office: &Installation, person: &str) -> Option<Vec<u8>> {
    let data = office.data().join("data.db");
    let data = data.is_file().then(|| Connection::open(data).unwrap())?;
    let sql = format!("SELECT sheet FROM record WHERE person = x'{person}'");
    let sheet: Vec<u8> = data.query_row(&sql, [], |row| row.get(0)).unwrap();
    Some(sheet[sheet.len() - 64..].to_vec())
}

fn lies_in_the_store(office: &Installation, bytes: &[u8]) -> bool {
    let holds = |file: &std::path::PathBuf| std::fs::read(file).unwrap().windows(bytes.len()).any(|part| part == bytes);
    files_below(&office.data()).iter().any(holds)
}

#[test]
fn an_erasure_waits_is_withdrawn_and_in_the_end_done_by_the_program() {
    Installation::on_each(|office| {
        office.begun_under(&office.policy(72)).working();
        let list = office.write("applicants.csv", applicants());
        office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
        let person = office.find(SAKURA);
        let sealed = sealed(office, &person);
        let by_law = ["--purpose", "rights.correct"];
        let erase = [&["people", "erase", &person, "--yes", "--json"][..], &by_law[..]].concat();
        let withdraw = [&["people", "withdraw", &person][..], &by_law[..]].concat();

        let until = office.run("mai", &erase).ok().json()["waitsUntil"].as_str().unwrap().to_owned();
        assert_eq!((found(office), office.people("a-001")), (0, 1), "gone for everybody");
        office.run("hana", &["people", "show", &person]).ends(3);
        office.run("hana", &withdraw).ends(3);
        office.run("hana", &["people", "waiting"]).ends(3);
        let shown = office.run("mai", &["people", "show", &person, "--json"]).ok().json();
        assert_eq!((shown["state"].as_str(), shown["erasure"]["until"].as_str()), (Some("waiting"), Some(&*until)));
        let waiting = office.run("mai", &["people", "waiting", "--json"]).ok().json();
        assert_eq!(waiting[0]["person"], person.as_str());
        office.run("", &["verify"]).ok();

        office.run("mai", &withdraw).ok();
        assert_eq!((found(office), office.people("a-001")), (1, 2), "back");
        office.run("mai", &withdraw).ends(3);
        office.run("", &["verify"]).ok();

        office.run("mai", &erase).ok();
        if let Some(sealed) = &sealed {
            assert!(lies_in_the_store(office, sealed), "it waits");
        }
        // Three days and a minute later the program is started, and does what is due before it answers anybody.
        let failing = Failing::made(office);
        failing.begin(CLOCK, "259260");
        let serving = failing.start(office);
        let mut stream = std::net::TcpStream::connect(serving.host()).unwrap();
        write!(stream, "GET /notice/ja HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", serving.host()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let log = || std::fs::read_to_string(office.folder().join("serve.log")).unwrap();
        assert_eq!(serving.stop(), Some(0), "{}", log());
        failing.end(CLOCK);
        office.run("mai", &["people", "show", &person]).ends(3);
        office.run("mai", &withdraw).ends(3);
        assert_eq!(office.run("mai", &["people", "waiting", "--json"]).ok().json(), serde_json::json!([]));
        if let Some(sealed) = &sealed {
            assert!(!lies_in_the_store(office, sealed), "nothing sealed is left");
        }
        office.run("", &["verify"]).ok();
        let files = files_below(office.data().parent().unwrap());
        let list = files.iter().find(|file| file.file_name().is_some_and(|name| name == "erased")).unwrap();
        let listed = std::fs::read_to_string(list).unwrap();
        assert!(listed.contains(&person), "a store from before would have it erased again");
    });
}
