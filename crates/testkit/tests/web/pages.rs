//! Every page in every language, and what every answer carries.

use crate::browser::{Pages, Reply};
use policy::Language;
use testkit::both::on_both;

/// The pages that are read, with something in them.
fn readings(pages: &Pages) -> Vec<String> {
    let (person, work) = (pages.person, pages.work);
    let mut list: Vec<String> = [
        "/",
        "/?clause=org.ledger",
        "/?clause=st.business",
        "/?print=1",
        "/?as-of=2026-06-01",
        "/?as-of=2020-01-01",
        "/register",
        "/register?view=draft",
        "/register?kind=applicant",
        "/register/r-041",
        "/register/r-041/edit",
        "/register/new",
        "/register/import",
        "/people",
        "/people?choose=1",
        "/work",
        "/work?view=all",
        "/work/new",
        "/records",
        "/records/new",
        "/records/new?kind=roster",
        "/records/new?kind=drill",
        "/records?answer=refused",
        "/records/0",
        "/records/1",
        "/accounts",
        "/account",
        "/find",
        "/organisation",
        "/organisation/import",
        "/organisation/staff",
        "/organisation/staff?view=all",
        "/organisation/staff/new",
        "/organisation/staff/E1",
        "/organisation/staff/E1/edit",
        "/organisation/project/shop",
        "/organisation/zone/hq.7",
        "/organisation/zone/hq.7/edit",
        "/organisation/card",
        "/organisation/entity/hanoi",
        "/organisation/terminal/new",
        "/organisation/reader",
    ]
    .map(str::to_owned)
    .to_vec();
    list.push(format!("/work/{work}"));
    list.push(format!("/work/new?person={person}"));
    for deed in ["", "/corrections", "/suspensions", "/resumptions", "/exports", "/erasures", "/milestones"] {
        list.push(format!("/people/{person}{deed}"));
    }
    list
}

/// What no page may lack, whatever it says.
#[track_caller]
fn is_whole(reply: &Reply, language: Language, path: &str) {
    assert!(reply.body.contains(&format!("<html lang=\"{}\">", language.code())), "{path}");
    assert!(!reply.body.contains('{') && !reply.body.contains('}'), "a hole was left in {path}");
    assert!(!reply.body.contains("style=") && !reply.body.contains("<style"), "a style in {path}");
    assert!(!reply.body.contains(" onclick=") && !reply.body.contains("<script>"), "a script in {path}");
    let csp = reply.header("content-security-policy");
    assert!(csp.starts_with("default-src 'self';") && csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
    assert!(!csp.contains("unsafe"), "{csp}");
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"), ("x-frame-options", "DENY")]
    {
        assert_eq!(reply.header(name), value, "{path}");
    }
    let mut ids = reply.ids();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice in {path}");
}

#[test]
fn every_page_is_there_in_three_languages_and_is_kept_by_nobody() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        crate::organisation::founded(&pages).await;
        let mori = pages.signed_in("mori").await;
        for path in readings(&pages) {
            for language in Language::ALL {
                let join = if path.contains('?') { '&' } else { '?' };
                let reply = mori.get(&format!("{path}{join}lang={}", language.code())).await;
                assert_eq!(reply.status, 200, "{path}: {}", reply.body);
                is_whole(&reply, *language, &path);
                assert_eq!(reply.header("cache-control"), "no-store", "{path}");
            }
        }
        // The session remembers the language that was chosen last.
        mori.get("/work").await.expect(200).says("<html lang=\"vi\">");
    });
}

#[test]
fn the_notice_is_public_complete_and_dated() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let stranger = pages.stranger();
        let desk = pages.house.desk();
        let enacted = desk.enacted().unwrap();
        for language in Language::ALL {
            let reply = stranger.get(&format!("/notice/{}", language.code())).await.expect(200);
            is_whole(&reply, *language, "/notice");
            for block in enacted.policy.notice(*language).blocks {
                assert!(reply.body.contains(&format!(" id=\"{}\"", block.id)), "{} has no anchor", block.id);
            }
            reply.says(&enacted.digest.to_string()).says(&format!("#{}", enacted.entry));
            reply.says(&enacted.policy.contact().email);
            let marked = reply.body.contains("参考訳")
                || reply.body.contains("for reference only")
                || reply.body.contains("để tham khảo");
            assert_eq!(marked, *language != Language::Ja, "{language}");
        }
        stranger.get("/notice/fr").await.expect(404);
        stranger.get("/notice").await.expect(303);
        for product in enacted.policy.products() {
            let own = product.overrides.values().next().unwrap().get(Language::Ja);
            let reply = stranger.get(&format!("/notice/ja?product={}", product.id)).await.expect(200);
            assert!(reply.body.contains(own.split(['*', '[']).next().unwrap()), "{own}");
        }
    });
}

#[test]
fn the_policy_page_shows_shape_and_word_and_a_drawer_with_the_law() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mori = pages.signed_in("mori").await;
        let home = mori.get("/").await.expect(200);
        let policy = pages.house.desk().policy().unwrap().clone();
        let sentences = policy.notice(Language::En).blocks.into_iter().filter(|b| !b.promises.is_empty()).count();
        assert_eq!(
            home.body.matches("class=\"clause ").count() - home.body.matches("class=\"clause statement").count(),
            sentences
        );
        for word in ["kept", "unproven", "nothing to prove"] {
            home.says(&format!("({word})"));
        }
        let drawer = mori.get("/?clause=org.ledger").await.expect(200);
        for part in
            ["Kept by", "Measured", "At risk when", "Broken when", "Standard", "JIS", "How it has read", "The original"]
        {
            drawer.says(part);
        }
        mori.get("/?clause=no.such-clause").await.expect(200).says("What needs somebody");
        let gone = mori.get("/?as-of=2020-01-01").await.expect(200);
        gone.says("came into force");
        let report = mori.get("/?print=1").await.expect(200);
        report.says("Operations report").says(&pages.house.desk().enacted().unwrap().digest.to_string());
    });
}

#[test]
fn the_style_sheet_may_be_kept_for_ever_and_other_addresses_say_so() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let stranger = pages.stranger();
        let door = stranger.get("/sign-in?lang=ja").await.expect(200);
        let style = door.links().into_iter().find(|link| link.ends_with(".css")).unwrap();
        let sheet = stranger.get(&style).await.expect(200);
        assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
        stranger.get("/static/old.css").await.expect(404);
        for (language, words) in
            [("ja", "ここには何もありません"), ("en", "There is nothing here"), ("vi", "Không có gì ở đây")]
        {
            stranger.get(&format!("/nowhere?lang={language}")).await.expect(404).says(words);
        }
    });
}

#[test]
fn an_entry_is_told_with_the_sentence_that_stood_behind_it() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = pages.signed_in("lan").await;
        lan.post("/people/work", &[("work", &pages.work.to_string())]).await.expect(303);
        let place = format!("/people/{}/reveals", pages.person);
        let shown = lan.post(&place, &[("row", "r-041"), ("element", "phone")]).await.expect(200);
        let entry = shown.links().into_iter().find(|link| link.starts_with("/records/")).unwrap();
        let told = lan.get(&entry).await.expect(200);
        told.says("lan").says("R-2026-118").says("/register/r-041").is_silent_about("090-1234-5678");
        let clause = pages.house.desk().policy().unwrap().clause_behind("purpose.people-recruit").unwrap();
        told.says(clause.as_str());
        let proof = told.links().into_iter().find(|link| link.ends_with("/proof")).unwrap();
        assert_eq!(proof, format!("{entry}/proof"));
        lan.get(&proof).await.expect(200).says("the receipt of entry");
        pages.stranger().get(&proof).await.expect(303);
        lan.get("/records/999999/proof").await.expect(404);
        lan.get("/records?kind=revealed").await.expect(200).says(&entry);
        lan.get("/records?kind=revealed&answer=refused").await.expect(200).is_silent_about(&format!("{entry}\""));
        lan.get("/records/999999").await.expect(404);
        lan.get("/records/x").await.expect(404);
    });
}

#[test]
fn evidence_is_recorded_and_what_stays_open_is_closed() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mori = pages.signed_in("mori").await;
        let roster = [("kind", "roster"), ("subject", "next week"), ("due", "2026-06-30")];
        mori.post("/records", &roster).await.expect(422).says("value=\"next week\"").says("wrong-text");
        let inquiry = [("kind", "inquiry"), ("subject", "Q-17"), ("due", "2026-06-15")];
        let told = mori.post("/records", &inquiry).await.expect(303);
        mori.get(told.header("location")).await.expect(200);
        let open = mori.get("/records/new").await.expect(200);
        open.says("Q-17").says("until 15 June 2026");
        let place = open.body.split("action=\"/occasions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        mori.post(&format!("/occasions/{place}"), &[("outcome", "answered by letter")]).await.expect(303);
        mori.get("/records/new").await.expect(200).is_silent_about("Q-17");
        mori.post(&format!("/occasions/{place}"), &[("outcome", "again")]).await.expect(404);
        // The administrator tests equipment and backups, and nothing else; what is open is not theirs to see.
        mori.post("/records", &[("kind", "inquiry"), ("subject", "Q-18")]).await.expect(303);
        let admin = pages.signed_in("admin").await;
        let offered = admin.get("/records/new?kind=power-test").await.expect(200);
        offered
            .says("value=\"power-test\"")
            .says("<option value=\"gone\">No longer in use</option>")
            .is_silent_about("Q-18");
        admin.get("/records/new?kind=inquiry").await.expect(200).is_silent_about("value=\"inquiry\"");
        let test = |outcome| [("kind", "power-test"), ("subject", "UPS-1"), ("outcome", outcome)];
        admin.post("/records", &test("fine")).await.expect(422).says("wrong-text");
        let told = admin.post("/records", &test("failed")).await.expect(303);
        admin.get(told.header("location")).await.expect(200).says("UPS-1 (failed)");
        admin.post("/records", &inquiry).await.expect(403);
        let kato = pages.signed_in("kato").await;
        kato.get("/records/new").await.expect(404);
        kato.post("/records", &inquiry).await.expect(403);
    });
}
