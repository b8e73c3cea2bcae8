//! The handling ledger and work records: written, looked at, taken in from a file.

use crate::browser::Pages;
use testkit::both::on_both;

const ROW: [(&str, &str); 13] = [
    ("id", "hr.cards"),
    ("c.name", "名刺 <b>"),
    ("c.kinds", "applicant"),
    ("c.purpose", "hr.recruit"),
    ("c.elements", "name"),
    ("c.elements", "phone"),
    ("c.department", "営業部"),
    ("c.manager", "森"),
    ("c.count", "10"),
    ("c.use-until", "2027-03-31"),
    ("c.access", "営業部"),
    ("c.place", "Hanoi"),
    ("c.keep-until", "hr.recruit"),
];

#[test]
fn a_row_is_written_approved_reviewed_and_ended() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mori = pages.signed_in("mori").await;
        let bad: Vec<_> = ROW.iter().copied().map(|(n, v)| (n, if n == "c.manager" { "" } else { v })).collect();
        let wrong = mori.post("/register", &bad).await.expect(422);
        wrong.says("It must be filled.").says("名刺 &#60;b&#62;").says("value=\"営業部\"");
        let bad: Vec<_> = ROW.iter().copied().map(|(n, v)| (n, if n == "id" { "Not An Id" } else { v })).collect();
        mori.post("/register", &bad).await.expect(422).says("Not An Id");
        mori.post("/register", &ROW).await.expect(303);
        mori.post("/register", &ROW).await.expect(422).says("already");
        mori.get("/register?view=draft")
            .await
            .expect(200)
            .says("hr.cards")
            .says("名刺 &#60;b&#62;")
            .is_silent_about("名刺 <b>");
        mori.post("/register/hr.cards/approvals", &[]).await.expect(303);
        mori.get("/register?view=draft").await.expect(200).is_silent_about("hr.cards");
        mori.post("/register/hr.cards/approvals", &[]).await.expect(422).says("Only a draft can be approved.");
        let form = mori.get("/register/hr.cards/edit").await.expect(200);
        form.says("value=\"phone\" checked")
            .says("value=\"hr.recruit\" selected")
            .is_silent_about("value=\"email\" checked");
        let edited: Vec<_> = ROW.iter().copied().map(|(n, v)| (n, if n == "c.place" { "Tokyo" } else { v })).collect();
        // Somebody else was faster: what was typed stays, nothing is written over.
        let stale: Vec<_> = edited.iter().copied().chain([("version", "1")]).collect();
        let late = mori.post("/register/hr.cards", &stale).await.expect(422);
        late.says("Somebody changed this first.").says("value=\"Tokyo\"");
        let edited: Vec<_> = edited.into_iter().chain([("version", "2")]).collect();
        mori.post("/register/hr.cards", &edited).await.expect(303);
        mori.post("/register/hr.cards/reviews", &[]).await.expect(303);
        let row = mori.get("/register/hr.cards").await.expect(200);
        row.says("Tokyo").says("Version 4").says("/records/");
        mori.post("/register/searches", &[("q", "tokyo")]).await.expect(200).says("hr.cards").is_silent_about("r-041");
        mori.post("/register/hr.cards/endings", &[]).await.expect(303);
        mori.get("/register?view=ended").await.expect(200).says("hr.cards");
        mori.get("/register/hr.cards/edit").await.expect(404);
        mori.get("/register/no-such-row").await.expect(404);
    });
}

#[test]
fn a_file_is_looked_at_before_it_is_written() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mori = pages.signed_in("mori").await;
        let look = mori.upload("/register/imports", "ledger.csv", "hr.new,新しい台帳\nbroken\n").await.expect(200);
        look.says("hr.new").says("新しい台帳").says("no comma here").says("Nothing has been written yet.");
        mori.get("/register/hr.new").await.expect(404);
        let rows = look.body.split("name=\"rows\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let rows = rows
            .replace("&#34;", "\"")
            .replace("&#38;", "&")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">");
        mori.post("/register/rows", &[("rows", &rows)]).await.expect(200).says("1 row written");
        // What was looked at has changed since: nobody overwrites what they have not seen.
        mori.post("/register/rows", &[("rows", &rows)]).await.expect(422).says("Somebody changed this first.");
        mori.get("/register/hr.new").await.expect(200).says("新しい台帳").says("(inferred)");
        mori.get("/register?view=guesses").await.expect(200).says("hr.new");
        mori.upload("/register/imports", "empty.csv", "").await.expect(422).says("Choose an XLSX or CSV file");
        mori.post("/register/rows", &[("rows", "[]")]).await.expect(422);
        let book = mori.get("/register.xlsx?lang=ja").await.expect(200);
        assert!(book.header("content-type").contains("spreadsheetml"));
        assert!(book.header("content-disposition").contains("register-2026-06-01.xlsx"));
        assert!(book.body.starts_with("PK"));
        assert_eq!(book.header("cache-control"), "no-store");
    });
}

#[test]
fn work_is_opened_by_a_form_that_keeps_what_was_typed() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = pages.signed_in("lan").await;
        let typed = [
            ("code", "R-2026-200"),
            ("title", "Interviews"),
            ("purpose", "hr.recruit"),
            ("from", "2026-06-01"),
            ("until", "2026-05-01"),
            ("logins", "lan"),
            ("scope", "rows"),
            ("row", "r-041"),
        ];
        let wrong = lan.post("/work", &typed).await.expect(422);
        wrong
            .says("The end is after the start")
            .says("value=\"R-2026-200\"")
            .says("value=\"Interviews\"")
            .says("value=\"r-041\" checked");
        let right: Vec<_> = typed.into_iter().map(|(n, v)| (n, if n == "until" { "2026-06-30" } else { v })).collect();
        let opened = lan.post("/work", &right).await.expect(303);
        let page = opened.header("location").to_owned();
        lan.get(&page).await.expect(200).says("Interviews").says("30 June 2026").says("/register/r-041");
        lan.get("/people").await.expect(200).says("Find a person").says("R-2026-200");
        lan.post(&format!("{page}/endings"), &[]).await.expect(303);
        lan.get(&page).await.expect(200).says("closed");
        lan.get("/people").await.expect(200).says("What are you working on?");
        lan.post(&format!("{page}/endings"), &[]).await.expect(404);
        lan.get("/work/00000000000000000000000000000001").await.expect(404);
    });
}
