//! Imports: what columns mean is shown first, a kill loses nothing and doubles nobody.

use crate::files::{applicants, encode, many};
use crate::installation::Installation;
use std::process::Child;
use std::time::{Duration, Instant};

#[test]
fn columns_nobody_decided_on_are_not_taken_in() {
    let office = Installation::on_sqlite();
    office.begun();
    let text = "氏名,連絡先,フリガナ\n佐藤　次郎,jiro@example.com,サトウ　ジロウ\n鈴木　花子,hana@example.com,スズキ　ハナコ\n";
    let list = office.write("list.csv", encode(text));
    let row = ["--row", "a-001", "--purpose", "hr.recruit"];
    let import = |more: &[&str]| office.run("hana", &[&["people", "import", &list][..], &row, more].concat());
    let told = import(&[]).ends(2);
    assert!(told.out.contains("連絡先") && told.err.contains("--map"), "{}{}", told.out, told.err);
    assert_eq!(office.people("a-001"), 0);
    import(&["--map", "連絡先=no-such-element"]).ends(2);
    import(&["--map", "連絡先"]).ends(2);
    // A person decides once, and the decision is kept for the next file.
    let map = office.file("map.toml");
    import(&["--map", "連絡先=email", "--yes", "--save-map", &map]).ok();
    assert_eq!(office.people("a-001"), 2);
    let other = office.write("other.csv", encode(&text.replace("jiro", "jiro2").replace("hana@", "hana2@")));
    office.run("hana", &[&["people", "import", &other, "--use-map", &map][..], &row].concat()).ok();
    assert_eq!(office.people("a-001"), 4);
    // What the row does not name is left out unless it is asked for, and then the policy refuses.
    let health = office.write("health.csv", encode("氏名,健康診断結果\n高橋　健,異常なし\n田中　舞,要再検査\n"));
    let told = office.run("hana", &[&["people", "import", &health, "--yes", "--json"][..], &row].concat()).ok().json();
    assert_eq!(told["columns"][1]["element"], serde_json::Value::Null, "{told}");
    let asked = ["people", "import", &health, "--yes", "--map", "健康診断結果=health-check"];
    let refused = office.run("hana", &[&asked[..], &row].concat()).ends(1);
    assert!(refused.err.contains("Recorded as entry"), "{}", refused.err);
    // A dry run says so before anything is asked of anybody, and what would let it in.
    let tried = office.run("hana", &[&asked[..], &row, &["--dry-run"]].concat()).ends(1);
    assert!(tried.out.contains("--attest offer-accepted"), "{}", tried.out);
    let tried = office.run("hana", &[&asked[..], &row, &["--dry-run", "--json"]].concat()).ends(1).json();
    assert_eq!(tried["wouldBeRefused"], serde_json::json!(["health-check"]), "{tried}");
    office.run("hana", &[&asked[..], &row, &["--dry-run", "--attest", "offer-accepted"]].concat()).ok();
}

#[test]
fn files_that_are_no_lists_are_told_why() {
    let office = Installation::on_sqlite();
    office.begun();
    let files: [(&str, Vec<u8>); 5] = [
        ("empty.csv", Vec::new()),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("broken.xlsx", b"PK\x03\x04broken".to_vec()),
        ("letter.pdf", b"%PDF-1.7 something".to_vec()),
        ("notes.csv", "合計\n".into()),
    ];
    for (name, bytes) in files {
        let file = office.write(name, bytes);
        let told = office
            .run("hana", &["people", "import", &file, "--row", "a-001", "--purpose", "hr.recruit", "--yes"])
            .ends(2);
        assert!(!told.err.is_empty(), "{name}");
    }
    let absent = office.file("absent.csv");
    office.run("hana", &["people", "import", &absent, "--row", "a-001", "--purpose", "hr.recruit"]).ends(2);
    let list = office.write("list.csv", applicants());
    let arguments = ["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--encoding", "no-such"];
    office.run("hana", &arguments).ends(2);
}

#[test]
fn every_encoding_says_the_same() {
    let text = "氏名,電話番号\r\n祇園寺　さくら,080-7777-1234\r\n佐藤　次郎,090-1111-2222\r\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    let office = Installation::on_sqlite();
    office.begun();
    let forms: [(&str, Vec<u8>); 5] = [
        ("cp932", encode(text)),
        ("utf8", text.into()),
        ("bom", format!("\u{feff}{text}").into()),
        ("utf16le", utf16(u16::to_le_bytes, [0xff, 0xfe])),
        ("utf16be", utf16(u16::to_be_bytes, [0xfe, 0xff])),
    ];
    for (at, (name, bytes)) in forms.into_iter().enumerate() {
        let file = office.write(&format!("{name}.csv"), bytes);
        let arguments = ["people", "import", &file, "--row", "a-001", "--purpose", "hr.recruit", "--yes", "--json"];
        let told = office.run("hana", &arguments).ok().json();
        // The first is new; every other encoding of the same lines is known again.
        assert_eq!(told[if at == 0 { "new" } else { "known" }], 2, "{name}: {told}");
    }
}

#[test]
fn a_killed_import_goes_on_where_it_was_and_doubles_nobody() {
    Installation::on_each(|office| {
        office.begun();
        let rows = 3_500;
        let list = office.write("many.csv", many(rows));
        let arguments = ["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes", "--json"];
        let mut child = office.command("hana", &arguments).spawn().unwrap();
        begun(office, &mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        let first = office.people("a-001");
        assert!(first > 0, "{first}");
        // A batch is there as a whole or not at all.
        assert_eq!(first % 1000, 0, "{first}");
        office.run("", &["verify"]).ok();
        let told = office.run("hana", &arguments).ok().json();
        assert_eq!(told["known"].as_u64().unwrap(), first, "{told}");
        assert_eq!(told["known"].as_u64().unwrap() + told["new"].as_u64().unwrap(), rows as u64);
        assert_eq!(office.people("a-001"), rows as u64);
        office.working();
        for n in [0, 999, 1000, 3_499] {
            office.find(&format!("a{n}@example.com"));
        }
        office.run("", &["verify"]).ok();
    });
}

/// Waits until the first batch is there.
fn begun(office: &Installation, import: &mut Child) {
    let started = Instant::now();
    while office.people("a-001") == 0 {
        assert!(started.elapsed() < Duration::from_secs(120), "nothing was taken in");
        assert!(import.try_wait().unwrap().is_none(), "the import ended before it could be stopped");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_import_ends_after_the_batch_and_says_how_to_go_on() {
    let office = Installation::on_sqlite();
    office.begun();
    let list = office.write("many.csv", many(60_000));
    let arguments = ["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"];
    let mut child = office.command("hana", &arguments).spawn().unwrap();
    begun(&office, &mut child);
    let pid = child.id().to_string();
    std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    let told = office.told(child).ends(130);
    assert!(told.err.contains("goes on where it stopped"), "{}", told.err);
    let first = office.people("a-001");
    assert!(first > 0 && first < 60_000 && first.is_multiple_of(1000), "{first}");
    office.run("", &["verify"]).ok();
}

#[test]
fn two_imports_at_once_take_each_line_in_once() {
    Installation::on_each(|office| {
        office.begun();
        let list = office.write("many.csv", many(2_500));
        let arguments = ["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes", "--json"];
        let both: Vec<_> = (0..2).map(|_| office.command("hana", &arguments).spawn().unwrap()).collect();
        let both: Vec<_> = both.into_iter().map(|child| office.told(child).ok().json()).collect();
        let new: u64 = both.iter().map(|told| told["new"].as_u64().unwrap()).sum();
        assert_eq!((new, office.people("a-001")), (2_500, 2_500), "{both:?}");
        office.run("", &["verify"]).ok();
    });
}
