//! Spreadsheets of strangers at the terminal: what is left out is told, what is wrong is told with its cell and a way on, and a
//! dry run says what the write would.

use crate::files::encode;
use crate::installation::Installation;
use serde_json::json;

const ROW: [&str; 4] = ["--row", "a-001", "--purpose", "hr.recruit"];

#[test]
fn an_import_tells_what_it_left_out_and_what_it_gave_back() {
    let office = Installation::on_sqlite();
    office.begun();
    let text = "応募者名簿,,\n作成日：2026年4月1日,,\n\nNo,氏名,電話番号\n1,佐藤　次郎,9011112222\n2,鈴木　花子,080-7777-1234\n小計,2名,\n\
        No,氏名,電話番号\n3,高橋　健,9.01E+09\n4,,\n合計,3名,\n以上,,\n";
    let list = office.write("list.csv", encode(text));
    let dry = [&["people", "import", &list, "--dry-run"][..], &ROW].concat();
    let told = office.run("", &[&dry[..], &["--json"]].concat()).ends(1).json();
    assert_eq!(told["file"]["format"], json!({ "encoding": "Shift_JIS", "delimiter": "," }), "{told}");
    assert_eq!((&told["file"]["headingLines"], &told["accepted"]), (&json!([4]), &json!(2)));
    assert_eq!(told["leftOut"]["totals"], json!({ "count": 2, "lines": [7, 11] }), "{told}");
    assert_eq!(told["leftOut"]["repeatedHeadings"], json!({ "count": 1, "lines": [8] }));
    assert_eq!(told["leftOut"]["remarks"], json!({ "count": 1, "lines": [12] }));
    assert_eq!(told["leftOut"]["blank"], json!({ "count": 1, "lines": [10] }));
    assert_eq!(told["mended"], json!([{ "column": "C", "element": "phone", "count": 1, "lines": [5] }]));
    assert_eq!((&told["rows"][0]["line"], &told["rows"][0]["rules"]), (&json!(9), &json!(["cell.shortened"])));
    let words = office.run("", &dry).ends(1);
    for said in ["left out 2 rows of totals (lines 7, 11)", "column C", "line 9, column C", "digits were lost"] {
        assert!(words.out.contains(said), "{said}: {}", words.out);
    }
    let words = office.run("", &[&dry[..], &["--lang", "ja"]].concat()).ends(1);
    assert!(words.out.contains("除いた合計などの行: 2件（7, 11）"), "{}", words.out);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_its_sheets_are_listed() {
    let office = Installation::on_sqlite();
    office.begun();
    let empty = office.write("empty.csv", Vec::new());
    let told = office.run("", &[&["people", "import", &empty, "--dry-run"][..], &ROW].concat()).ends(2);
    assert!(told.err.contains("empty.csv: there is nothing in the file"), "{}", told.err);
    let out = office.file("out.xlsx");
    office.run("", &["register", "export", "--out", &out]).ok();
    let told =
        office.run("", &[&["people", "import", &out, "--sheet", "Staff", "--dry-run"][..], &ROW].concat()).ends(2);
    assert!(told.err.contains("out.xlsx: there is no such sheet. There are: "), "{}", told.err);
    let list = office.write("list.csv", "氏名,メールアドレス\n佐藤　次郎,jiro@example.com\n");
    let nowhere = office.file("no/such/folder/rejected.csv");
    let told =
        office.run("", &[&["people", "import", &list, "--dry-run", "--rejected", &nowhere][..], &ROW].concat()).ends(2);
    assert!(told.err.contains("rejected.csv"), "{}", told.err);
    let told = office.run("mai", &["register", "import", &empty]).ends(2);
    assert!(told.err.contains("empty.csv: "), "{}", told.err);
}

const LEDGER: &str = "番号,個人情報の名称,本人の種類,項目,利用目的,保管期限,謎の列\n\
    D-1,応募書類,applicant,name,hr.recruit,hr.recruit,x\n\
    D-2,火星人名簿,martian,name,hr.recruit,hr.recruit,x\n\
    D-3,目的違い,applicant,\"name, 尻尾\",hr.recruit,hr.recruit,x\n\
    合計,3,,,,,\n";

#[test]
fn a_dry_run_of_the_handling_ledger_says_what_the_write_says() {
    let office = Installation::on_sqlite();
    office.begun();
    let file = office.write("ledger.csv", LEDGER.replace(",謎の列", ",管理責任者,謎の列").replace(",x\n", ",森,x\n"));
    let dry = office.run("", &["register", "import", &file, "--dry-run", "--json"]).ends(1).json();
    let before = office.entries();
    assert_eq!((&dry["written"], &dry["dryRun"]), (&json!(1), &json!(true)), "{dry}");
    assert_eq!(dry["rejected"][0]["cell"], "C3", "{dry}");
    assert_eq!((&dry["rejected"][1]["cell"], &dry["rejected"][1]["heading"]), (&json!("D4"), &json!("項目")));
    assert_eq!(dry["columns"][2]["of"], "kinds");
    assert_eq!(dry["columns"][7], json!({ "column": "H", "heading": "謎の列", "of": null, "standing": "unconfirmed" }));
    assert_eq!(dry["leftOut"]["totals"]["lines"], json!([5]));
    assert_eq!(office.entries(), before, "nothing was written");
    // In words: row, column, what is wrong, and what may be written.
    let words = office.run("", &["register", "import", &file, "--dry-run"]).ends(1);
    assert!(words.err.contains("line 3, column C (本人の種類)"), "{}", words.err);
    assert!(words.err.contains("name 1.") && words.err.contains("applicant, "), "{}", words.err);
    assert!(words.err.contains("name 2.") && words.err.contains("name-kana, "), "{}", words.err);
    assert!(
        !words.err.contains("martian") && !words.err.contains("尻尾"),
        "what a cell says is not repeated: {}",
        words.err
    );
    assert!(words.out.contains("column of the ledger") && words.out.contains("謎の列"), "{}", words.out);
    let written = office.run("mai", &["register", "import", &file, "--json"]).ends(1).json();
    assert_eq!((&written["written"], &written["rejected"]), (&dry["written"], &dry["rejected"]));
    // Again, nothing is new; what the file has no column for is told as that.
    let again = office.run("", &["register", "import", &file, "--dry-run", "--json"]).ends(1).json();
    assert_eq!((&again["written"], &again["unchanged"]), (&json!(0), &json!(1)));
    let headless = office.write("headless.csv", LEDGER.replace("D-", "E-"));
    let words = office.run("", &["register", "import", &headless, "--dry-run"]).ends(1);
    assert!(words.err.contains("line 2 (the file has no column for: Responsible manager)"), "{}", words.err);
}

#[test]
fn every_complete_draft_is_approved_and_the_others_say_what_they_wait_for() {
    let office = Installation::on_sqlite();
    office.begun();
    let out = office.file("out.csv");
    office.write("out.csv", LEDGER.replace(",謎の列", ",管理責任者,謎の列").replace(",x\n", ",森,x\n"));
    office.run("mai", &["register", "import", &out]).ends(1);
    let told = office.run("mai", &["register", "approve", "--all", "--json"]).ends(1).json();
    assert_eq!((&told["approved"], &told["notApproved"][0]["row"]), (&json!([]), &json!("d-1")), "{told}");
    assert!(told["notApproved"][0]["why"].as_str().unwrap().contains("daicho register approve d-1"), "{told}");
    // With every mandatory column filled it is complete.
    let exported = office.run("", &["register", "show", "d-1", "--json"]).ok().json();
    assert_eq!(exported[0]["state"], "draft");
    let full = "番号,個人情報の名称,本人の種類,項目,利用目的,保管期限,管理責任者,管理部門,利用期限,アクセス権を有する者,保管場所,保管方法,廃棄方法,リスク分析No.,件数,区分\n\
        D-1,応募書類,applicant,name,hr.recruit,hr.recruit,森,人事部,選考終了,人事部,本社,施錠,裁断,R-1,10,採用\n";
    let full = office.write("full.csv", full);
    office.run("mai", &["register", "import", &full]).ok();
    let told = office.run("mai", &["register", "approve", "--all", "--json"]).ok().json();
    assert_eq!((&told["approved"][0]["row"], &told["notApproved"]), (&json!("d-1"), &json!([])), "{told}");
    office.run("mai", &["register", "approve", "--all"]).ok();
}

#[test]
fn a_word_that_is_on_no_list_is_answered_with_the_list() {
    let office = Installation::on_sqlite();
    office.begun();
    let told = office.run("admin", &["account", "add", "x", "--name", "x", "--role", "boss", "--reason", "x"]).ends(2);
    assert!(told.err.contains("write one of: officer, handler, auditor, administrator"), "{}", told.err);
}
