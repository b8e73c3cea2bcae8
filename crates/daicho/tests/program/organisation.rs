//! The organisation on the command line: lists are taken in and kept in step, leavers lose their accounts, bad files are told kindly.

use crate::installation::{Installation, in_days};

/// An office with a legal entity.
fn begun(office: &Installation) {
    office.begun();
    let entity = ["organisation", "put", "entity", "hanoi", "--set", "name=Kawasora", "--set", "country=VN"];
    office.run("mai", &entity).ok();
}

/// A staff list as a personnel system writes it.
const STAFF: &str = "社員番号,氏名,所属部署,雇用区分,入社日,退職日,アカウント,備考\r\n\
    E001,森 彩,人事部,正社員,2020/4/1,,mai,係長\r\n\
    Ｅ００２,Trần Thị Hana,開発部,正社員,2023/4/1,,hana,\r\n\
    C001,Nguyễn Minh,開発部,業務委託,2024/10/1,,minh,\r\n";

#[test]
fn a_staff_list_is_tried_taken_in_and_kept_in_step() {
    Installation::on_each(|office| {
        begun(office);
        let list = office.write("staff.csv", STAFF);
        let import = ["organisation", "import", "staff", &list, "--json"];
        let within = ["--departments-within", "hanoi"];
        // Departments that nobody registered are told, line by line.
        let told = office.run("", &[&import[..], &["--dry-run"]].concat()).ends(1).json();
        assert_eq!(told["rejected"].as_array().unwrap().len(), 3);
        assert_eq!(
            (told["rejected"][0]["line"].clone(), told["rejected"][0]["field"].clone()),
            (2.into(), "within".into())
        );
        let entries = office.entries();
        let told = office.run("", &[&import[..], &within, &["--dry-run"]].concat()).ok().json();
        assert_eq!(told["counts"]["joined"], 5, "three people and two departments: {told}");
        assert_eq!(office.entries(), entries, "a dry run writes nothing");
        // A handler may not; the officer does, in one entry.
        office.run("hana", &[&import[..], &within].concat()).ends(1);
        let entries = office.entries();
        office.run("mai", &[&import[..], &within].concat()).ok();
        assert_eq!(office.entries(), entries + 2, "a sign-in and the one act");
        let again = office.run("mai", &[&import[..], &within].concat()).ok().json();
        assert_eq!((again["unchanged"].clone(), again["entry"].is_null()), (3.into(), true), "{again}");
        let staff = office.run("", &["organisation", "list", "staff", "--json"]).ok().json();
        let hana = staff.as_array().unwrap().iter().find(|one| one["id"] == "E002").unwrap().clone();
        assert_eq!(hana["fields"]["name"], "Trần Thị Hana");
        assert_eq!(hana["fields"]["from"], "2023-04-01");
        let contractor = staff.as_array().unwrap().iter().find(|one| one["id"] == "C001").unwrap().clone();
        assert_eq!(contractor["fields"]["employment"], "contractor");
        // Somebody moves, somebody left, somebody is new; the file is in another encoding this time.
        let text = STAFF.replace("Ｅ００２,Trần Thị Hana,開発部", "E002,Tran Thi Hana,人事部").replace(
            "C001,Nguyễn Minh,開発部,業務委託,2024/10/1,",
            "C001,Nguyen Minh,開発部,業務委託,2024/10/1,2026/10/31",
        ) + "E003,田中 次郎,開発部,派遣,2026/11/1,,,\r\n";
        let (sjis, _, unmappable) = encoding_rs::SHIFT_JIS.encode(&text);
        assert!(!unmappable);
        let list = office.write("staff2.csv", sjis);
        let told = office.run("mai", &["organisation", "import", "staff", &list, "--json"]).ok().json();
        let counts = ["joined", "moved", "changed", "left"].map(|fate| told["counts"][fate].clone());
        assert_eq!(counts, [1, 1, 0, 1].map(serde_json::Value::from), "{told}");
        assert_eq!(told["revoked"][0], "minh");
        let accounts = office.run("", &["account", "list", "--json"]).json();
        let minh = accounts.as_array().unwrap().iter().find(|one| one["login"] == "minh").unwrap().clone();
        assert!(minh["revoked"].is_string());
        office.run("minh", &["account", "token", "list"]).ends(2);
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn who_is_not_on_a_whole_list_has_left_and_a_list_that_is_cut_off_is_doubted() {
    let office = Installation::on_sqlite();
    begun(&office);
    let mut list = String::from("Employee ID,Full name,Department\n");
    (1..=20).for_each(|n| list.push_str(&format!("E{n:03},Somebody {n},Development\n")));
    let file = office.write("all.csv", &list);
    let import = |file: &str, more: &[&str]| {
        let what = ["organisation", "import", "staff", file, "--json", "--departments-within", "hanoi"];
        office.run("mai", &[&what[..], more].concat())
    };
    import(&file, &[]).ok();
    let cut: String = list.lines().take(9).map(|line| format!("{line}\n")).collect();
    let cut = office.write("cut.csv", cut);
    let doubted = import(&cut, &["--whole"]).ends(2);
    assert!(doubted.err.contains("12 of 20"), "{}", doubted.err);
    assert_eq!(import(&cut, &["--whole", "--dry-run"]).ok().json()["counts"]["left"], 12);
    let empty = office.write("empty.csv", "Employee ID,Full name,Department\n");
    import(&empty, &["--whole", "--yes"]).ends(2);
    // One line that cannot be read is no leaver.
    let bad = list
        .replace("E020,Somebody 20,Development", "E020,Somebody 20,No such place")
        .replace("E019,Somebody 19,Development\n", "");
    let bad = office.write("bad.csv", bad);
    let what = ["organisation", "import", "staff", &bad, "--json", "--whole"];
    let told = office.run("mai", &what).ends(1).json();
    assert_eq!((told["counts"]["left"].clone(), told["rejected"][0]["line"].clone()), (1.into(), 20.into()), "{told}");
}

#[test]
fn formulas_mixed_encodings_and_what_is_no_list_are_refused_kindly() {
    let office = Installation::on_sqlite();
    begun(&office);
    office.run("mai", &["organisation", "put", "department", "dev", "--set", "name=Dev", "--set", "within=hanoi"]).ok();
    let import = |bytes: Vec<u8>| {
        let file = office.write("list.csv", bytes);
        office.run("mai", &["organisation", "import", "staff", &file, "--json"])
    };
    let told = import(
        "社員番号,氏名,部署\nE1,=cmd|' /C calc'!A0,dev\nE2,\"=HYPERLINK(\"\"http://x\"\")\",dev\nE3,Mori,dev\n".into(),
    );
    let told = told.ends(1).json();
    assert_eq!(told["rejected"].as_array().unwrap().len(), 2);
    assert_eq!(told["counts"]["joined"], 1, "the others are taken");
    assert!(!told.to_string().contains("calc"), "what stands in a cell is not repeated");
    // A line in another encoding than the rest of the file.
    let mut mixed = "社員番号,氏名,部署\nE5,森 彩,dev\nE6,山田 花子,dev\nE7,".as_bytes().to_vec();
    mixed.extend(encoding_rs::SHIFT_JIS.encode("髙橋 直子").0.iter());
    mixed.extend(",dev\n".as_bytes());
    let told = import(mixed).ends(2);
    assert!(told.err.contains("encoding"), "{}", told.err);
    let twice = import("社員番号,氏名,部署\nE8,A,dev\nE8,B,dev\n".into()).ends(1).json();
    assert_eq!(twice["rejected"][0]["field"], "id");
    let days = import("社員番号,氏名,部署,退職日\nE9,A,dev,someday\n".into()).ends(1).json();
    assert_eq!(days["rejected"][0]["field"], "until");
    for nothing in ["", "a,b\n1,2\n", "PK\u{3}\u{4}not a workbook"] {
        let told = import(nothing.into());
        assert_eq!(told.code, 2, "{nothing:?}: {} {}", told.out, told.err);
    }
}

#[test]
fn somebody_leaves_and_what_is_out_is_listed_until_it_is_back() {
    let office = Installation::on_sqlite();
    begun(&office);
    office.working();
    let put = |what: &[&str]| office.run("mai", &[&["organisation", "put"], what].concat()).ok();
    put(&["department", "dev", "--set", "name=Dev", "--set", "within=hanoi"]);
    put(&[
        "staff",
        "E1",
        "--set",
        "name=Hana",
        "--set",
        "within=dev",
        "--set",
        "login=hana",
        "--set",
        "from=2020-01-01",
    ]);
    put(&["card", "c-1", "--set", "number=0123", "--set", "within=E1"]);
    let left = office.run("mai", &["organisation", "leave", "E1", "--on", "2026-01-31", "--json"]).ok().json();
    assert_eq!(left["revoked"][0], "hana");
    let what: Vec<_> = left["stillOut"].as_array().unwrap().iter().map(|one| one["what"].clone()).collect();
    assert_eq!(what, ["card", "work"]);
    let out = office.run("", &["organisation", "out"]).ok();
    assert!(out.out.contains("still opens doors") && out.out.contains("W-1"), "{}", out.out);
    office.run("mai", &["organisation", "put", "card", "c-1", "--set", "status=blocked"]).ok();
    assert!(office.run("", &["organisation", "out"]).out.contains("blocked"));
    office.run("mai", &["organisation", "end", "card", "c-1"]).ok();
    office.run("mai", &["work", "close", "W-1"]).ok();
    assert!(office.run("", &["organisation", "out"]).out.contains("Nothing is out"));
    office.run("mai", &["organisation", "leave", "E1", "--on", &in_days(3)]).ok();
    assert!(office.run("", &["organisation", "show", "staff", "E1"]).out.contains("version 3"));
    office.run("mai", &["organisation", "leave", "E9"]).ends(3);
    office.run("mai", &["organisation", "put", "staff", "E2", "--set", "nothing"]).ends(2);
}
