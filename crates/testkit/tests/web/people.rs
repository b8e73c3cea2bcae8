//! People: nothing is shown before it is recorded, and what is shown is kept by nobody.

use crate::browser::{Browser, Pages};
use testkit::both::on_both;

async fn at_work(pages: &Pages) -> Browser {
    let lan = pages.signed_in("lan").await;
    lan.get("/people").await.expect(200).says("What are you working on?").says("R-2026-118");
    lan.post("/people/work", &[("work", &pages.work.to_string())]).await.expect(303);
    lan
}

#[test]
fn a_value_is_shown_only_after_a_reveal_and_closes_by_itself() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        let page = format!("/people/{}", pages.person);
        lan.get(&page).await.expect(200).is_silent_about("090-1234-5678").is_silent_about("直子");
        let fields = [("row", "r-041"), ("element", "phone"), ("element", "name")];
        let shown = lan.post(&format!("{page}/reveals"), &fields).await.expect(200);
        shown.says("090-1234-5678").says("<h1>髙橋 直子</h1>").says("R-2026-118").is_silent_about("naoko@example.jp");
        assert_eq!(shown.header("cache-control"), "no-store");
        assert_eq!(shown.header("refresh"), format!("300; url={page}"));
        lan.get(&page).await.expect(200).is_silent_about("090-1234-5678").says("Every use of this person");
    });
}

#[test]
fn a_search_says_its_entry_and_opens_names_only() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        let found = lan.post("/people/searches", &[("text", "タカハシ")]).await.expect(200);
        found.says("髙橋 直子").says("/records/").is_silent_about("090-1234-5678");
        assert_eq!(found.header("cache-control"), "no-store");
        let opened = lan
            .post(&format!("/people/{}/reveals", pages.person), &[("row", "r-041"), ("open", "name")])
            .await
            .expect(200);
        opened.says("<h1>髙橋 直子</h1>").is_silent_about("090-1234-5678");
        lan.post("/people/searches", &[("text", "　")]).await.expect(422).says("role=\"alert\"");
    });
}

#[test]
fn a_refusal_stands_where_the_answer_would_be() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        let place = format!("/people/{}/reveals", pages.person);
        let fields = [("row", "r-041"), ("element", "health-check"), ("element", "phone")];
        let refused = lan.post(&place, &fields).await.expect(403);
        refused.says("Refused.").says("gap.special-care-consent.2").says("Acceptance of the job offer");
        refused.says("We do not ask applicants for the results of a health check-up");
        refused.is_silent_about("090-1234-5678");
        let entry = refused.body.split("is recorded as").nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
        lan.get(&entry).await.expect(200).says("refused");
        let nothing = lan.post(&place, &[("row", "r-041")]).await.expect(403);
        nothing.says("No data element was named.");
        lan.post(&place, &[("row", "r-041"), ("element", "NO!")]).await.expect(422);
        lan.post("/people/00000000000000000000000000000009/reveals", &[("row", "r-041"), ("element", "phone")])
            .await
            .expect(404);
    });
}

#[test]
fn a_name_that_is_a_script_is_a_name() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        let fields = [("row", "r-041"), ("element", "name")];
        let shown = lan.post(&format!("/people/{}/reveals", pages.script), &fields).await.expect(200);
        shown.is_silent_about("<script>alert").says("&#60;script&#62;alert(1)");
        let found = lan.post("/people/searches", &[("text", "script@example.jp")]).await.expect(200);
        found.is_silent_about("<script>alert").says("alert(1)");
        let text = "\"><script>alert(2)</script>";
        let said = lan.post("/people/searches", &[("text", text)]).await;
        said.is_silent_about("<script>alert");
        lan.post("/find", &[("q", "\"><script>alert(3)</script>")]).await.expect(200).is_silent_about("<script>alert");
    });
}

#[test]
fn what_is_done_with_a_person_comes_back_with_its_entry() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        let work = pages.work.to_string();
        let page = format!("/people/{}", pages.person);
        let correction = [("place", "r-041/phone"), ("value", "080-9999-0000"), ("work", work.as_str())];
        let done = lan.post(&format!("{page}/corrections"), &correction).await.expect(303);
        assert!(done.header("location").starts_with(&format!("{page}?done=")), "{}", done.header("location"));
        lan.get(done.header("location")).await.expect(200).says("role=\"status\"").is_silent_about("080-9999-0000");
        let shown = lan.post(&format!("{page}/reveals"), &[("row", "r-041"), ("element", "phone")]).await.expect(200);
        shown.says("080-9999-0000").is_silent_about("090-1234-5678");
        let wrong = [("place", "r-041/phone"), ("value", "not a phone <b>"), ("work", work.as_str())];
        lan.post(&format!("{page}/corrections"), &wrong)
            .await
            .expect(422)
            .says("not a phone &#60;b&#62;")
            .says("wrong-text");

        lan.post(&format!("{page}/milestones"), &[("name", "offer-accepted")]).await.expect(303);
        lan.post(&format!("{page}/milestones"), &[("name", "born-again")]).await.expect(422);

        let mori = pages.signed_in("mori").await;
        let by_law =
            pages.house.desk().policy().unwrap().purposes().iter().find(|p| p.every_row).unwrap().id.to_string();
        mori.post(&format!("{page}/suspensions"), &[("purpose", &by_law)]).await.expect(303);
        mori.get(&page).await.expect(200).says("use suspended").says("/resumptions");
        let stopped = lan.post(&format!("{page}/reveals"), &[("row", "r-041"), ("element", "phone")]).await.expect(403);
        stopped.says("Use was stopped at the person").is_silent_about("080-9999-0000");
        mori.post(&format!("{page}/resumptions"), &[("purpose", &by_law)]).await.expect(303);

        mori.post(&format!("{page}/erasures"), &[("purpose", &by_law)]).await.expect(422).says("cannot be undone");
    });
}

#[test]
fn an_erasure_that_waits_is_shown_to_the_officer_and_withdrawn_there() {
    on_both(|ground| async move {
        let pages = Pages::under(&ground, testkit::sample::waiting()).await;
        let (lan, mori) = (at_work(&pages).await, pages.signed_in("mori").await);
        let page = format!("/people/{}", pages.person);
        let by_law =
            pages.house.desk().policy().unwrap().purposes().iter().find(|p| p.every_row).unwrap().id.to_string();
        mori.get(&format!("{page}/erasures")).await.expect(200).says("in 72 hours").is_silent_about("cannot be undone");
        let sure = [("purpose", by_law.as_str()), ("sure", "yes")];
        let done = mori.post(&format!("{page}/erasures"), &sure).await.expect(303);
        assert_eq!(done.header("location"), page, "what waits is shown at once");
        mori.get(&page).await.expect(200).says("Waiting to be erased").says("/withdrawals").is_silent_about("r-041");
        mori.get("/people").await.expect(200).says("Erasures that wait").says(&page);
        lan.get(&page).await.expect(404);
        lan.get("/people").await.expect(200).is_silent_about("Erasures that wait");
        lan.get(&format!("{page}/withdrawals")).await.expect(404);
        mori.get(&format!("{page}/withdrawals")).await.expect(200).says("Withdraw the erasure");
        mori.post(&format!("{page}/withdrawals"), &[("purpose", &by_law)]).await.expect(303);
        lan.get(&page).await.expect(200).says("r-041");
        mori.get(&page).await.expect(200).is_silent_about("Waiting to be erased");
        mori.get(&format!("{page}/withdrawals")).await.expect(404);
    });
}

#[test]
fn people_of_the_same_name_are_told_apart_without_opening_more() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let row = "r-041".parse().unwrap();
        let values = [("name", "髙橋 直子"), ("phone", "080-5555-0000")];
        let other = pages.house.person(&row, "hr.recruit", &values).await;
        let lan = at_work(&pages).await;
        let found = lan.post("/people/searches", &[("text", "髙橋 直子")]).await.expect(200);
        for person in [pages.person, other] {
            let id = person.to_string();
            let short: String = id.chars().skip(24).collect();
            found.says(&format!("Person {short}"));
        }
        found
            .says("応募書類（中途）")
            .says("acquired")
            .is_silent_about("080-5555-0000")
            .is_silent_about("090-1234-5678");
    });
}

#[test]
fn what_is_looked_for_stands_in_no_address() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = at_work(&pages).await;
        for path in ["/", "/find", "/people", "/register"] {
            let page = lan.get(path).await.expect(200);
            let forms = page.body.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap());
            for form in forms.filter(|form| form.contains("type=\"search\"") || form.contains("name=\"q\"")) {
                assert!(form.contains("method=\"post\""), "{path}: {form}");
            }
        }
        let found = lan.post("/find", &[("q", "応募")]).await.expect(200);
        found.says("r-041");
        assert_eq!(found.header("cache-control"), "no-store");
        let rows = lan.post("/register/searches", &[("q", "nothing like this")]).await.expect(200);
        rows.is_silent_about("応募書類").says("value=\"nothing like this\"");
        assert_eq!(rows.header("cache-control"), "no-store");
        // The number of an entry leads to it; another number, such as a telephone's, goes nowhere.
        assert_eq!(lan.post("/find", &[("q", "#3")]).await.expect(303).header("location"), "/records/3");
        for number in ["09012345678", "9012345678"] {
            lan.post("/find", &[("q", number)]).await.expect(200);
        }
        // What was typed in an address by hand is not looked for.
        lan.get("/find?q=応募".replace('応', "%E5%BF%9C").replace('募', "%E5%8B%9F").as_str())
            .await
            .expect(200)
            .is_silent_about("r-041");
        let wrong = pages.stranger().post("/sign-in", &[("login", "lan"), ("password", "guess")]).await.expect(422);
        assert_eq!(wrong.header("cache-control"), "no-store");
    });
}

#[test]
fn a_form_or_a_file_that_is_too_long_is_told_as_that() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mori = pages.signed_in("mori").await;
        let long = "x".repeat(300 * 1024);
        let reply = mori.post("/find", &[("q", &long)]).await.expect(413);
        reply.says("Divide the file or shorten what you typed").is_silent_about("xxxx");
        mori.upload("/register/imports", "ledger.csv", &"x".repeat(21 * 1024 * 1024)).await.expect(413);
    });
}
