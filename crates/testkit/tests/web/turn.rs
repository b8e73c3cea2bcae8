//! One's own page, and the links that open it and nothing else.

use super::browser::{Browser, Pages};
use super::door::filled;
use access::actor::{self, Grant};
use access::organisation::{Edit, PartKind, approve_rules, put_all};
use duties::logs::{self, File, Known};
use policy::logs::{Asked, Counted, LogCheck, Week};
use policy::{Language, Role};
use testkit::both::on_both;
use testkit::office::{MORNING, PASSWORD};
use web::needs::{Need, of_page};

fn part(kind: PartKind, id: &str, fields: &[(&str, &str)]) -> Edit {
    let sheet = fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    Edit { kind, id: id.parse().unwrap(), sheet }
}

/// The organisation of the handler: a department, a project with an approved rule sheet, a card that ends.
async fn organised(pages: &Pages) {
    let edits = [
        part(PartKind::Entity, "hanoi", &[("name", "Kawasora"), ("country", "VN")]),
        part(PartKind::Department, "hr", &[("name", "HR"), ("within", "hanoi"), ("head", "E002")]),
        part(PartKind::Project, "shop", &[("name", "Shop renewal"), ("within", "hr"), ("leader", "E002")]),
        part(
            PartKind::Staff,
            "E002",
            &[
                ("name", "Trần Lan"),
                ("within", "hr"),
                ("from", "2023-04-01"),
                ("login", "lan"),
                ("email", "lan@kawasora.example"),
                ("projects", "shop"),
            ],
        ),
        part(PartKind::Card, "card-1", &[("number", "0123"), ("within", "E002"), ("until", "2026-07-31")]),
    ];
    let officer = pages.house.desk_of(&pages.house.officer, 0);
    put_all(&officer, &edits).await.unwrap();
    approve_rules(&officer, &"shop".parse().unwrap(), [7; 32], "rules-of-shop.pdf").await.unwrap();
}

/// A browser that came by a link for this name.
async fn by_link(pages: &Pages, who: &str) -> Browser {
    let stranger = pages.stranger();
    stranger.post("/sign-in/links", &[("who", who)]).await.expect(200);
    let key = pages.letters.lock().unwrap().pop().unwrap();
    stranger.follow(&format!("/sign-in/links/{key}")).await
}

#[test]
fn a_link_is_asked_for_with_one_answer_looked_at_without_harm_and_used_once() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        organised(&pages).await;
        let stranger = pages.stranger();
        stranger.get("/sign-in?lang=en").await.expect(200).says("Send me a link");
        let known = stranger.post("/sign-in/links?lang=en", &[("who", "lan@kawasora.example")]).await.expect(200);
        let unknown = stranger.post("/sign-in/links?lang=en", &[("who", "nobody")]).await.expect(200);
        assert_eq!(known.body, unknown.body);
        known.says("a link is on its way").is_silent_about("lan@kawasora");
        let key = pages.letters.lock().unwrap().pop().unwrap();
        assert!(pages.letters.lock().unwrap().is_empty(), "nobody else is written to");
        let place = format!("/sign-in/links/{key}");
        for _ in 0..3 {
            stranger.get(&place).await.expect(200).says(&place);
        }
        let reply = stranger.post(&place, &[]).await.expect(303);
        assert_eq!(reply.header("location"), "/turn");
        let again = stranger.post(&format!("{place}?lang=en"), &[]).await.expect(422);
        again.says("was used already");
        stranger.post("/sign-in/links/l_%3Cscript%3E", &[]).await.expect(422).is_silent_about("<script>");
        stranger.get("/sign-in/links/%22%3E%3Cscript%3E").await.expect(200).is_silent_about("\"><script>");
    });
}

#[test]
fn who_came_by_a_link_reaches_their_own_page_and_nothing_else() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        organised(&pages).await;
        // Whatever the role: what the account may do otherwise is not there.
        let lan = by_link(&pages, "lan").await;
        let home = lan.get("/").await.expect(303);
        assert_eq!(home.header("location"), "/turn");
        let mut wrong = Vec::new();
        let own = ["/turn", "/turn/rules/{project}", "/turn/questions/{question}", "/turn/sessions/{id}/endings"];
        for route in web::routes() {
            if route.path == "/sign-out" || route.path == "/" {
                continue;
            }
            let operation = of_page(&route.method, route.path).unwrap();
            let get = route.method == "GET";
            let before = pages.house.store.head().await.unwrap().size;
            let path = filled(route.path);
            let reply = if get { lan.get(&path).await } else { lan.post(&path, &[]).await };
            let status = reply.status.as_u16();
            let recorded = pages.house.store.head().await.unwrap().size - before;
            let within = own.contains(&route.path) || operation.need == Need::Anybody;
            let kept_out = if get { status == 404 } else { status == 403 && recorded == 1 };
            // What is one's own and not there is missing too, and nothing is on record of it.
            let let_in = if route.path.contains('{') { status != 403 } else { status < 400 || status == 422 };
            if !(if within { let_in } else { kept_out }) {
                wrong.push(format!("{} {path}: {status}, {recorded} entries", route.method));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let page = lan.get("/turn?lang=en").await.expect(200);
        page.says("You came by a link").is_silent_about("/people").is_silent_about("href=\"/account\"");
        for href in page.links() {
            let leads = href.starts_with('#')
                || href.starts_with("/turn")
                || href.starts_with("/static")
                || href.starts_with("/notice");
            assert!(leads, "{href}");
        }
    });
}

#[test]
fn what_waits_is_done_in_place() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        organised(&pages).await;
        let house = &pages.house;
        let officer = house.desk_of(&house.officer, 0);
        let today = officer.today();
        let file = File { digest: [1; 32], lines: 10, unread: 0, covers: None };
        let read = Counted {
            source: "door.hanoi".into(),
            events: 9,
            matched: 8,
            days: Some((today, today)),
            ..Counted::default()
        };
        let question = Asked {
            check: LogCheck::UnknownCard,
            source: "door.hanoi".into(),
            person: String::new(),
            name: "0815".into(),
            place: "D-01".into(),
            section: Asked::OFFICE.into(),
            week: Week::of(today),
            events: 1,
            first: MORNING.0,
            last: MORNING.0,
            line: 4,
            entered: true,
        };
        logs::record(&officer, &Known::default(), &file, &read, &[question]).await.unwrap();
        let lan = by_link(&pages, "lan").await;
        let page = lan.get("/turn?lang=en").await.expect(200);
        page.says("Acknowledge the rule sheet of project Shop renewal")
            .says("rules-of-shop.pdf")
            .says("Hand in card 0123");
        page.says("R-2026-118").is_silent_about("/turn/questions/");
        assert_eq!(lan.post("/turn/rules/shop", &[]).await.expect(303).header("location"), "/turn");
        lan.get("/turn?lang=en").await.expect(200).is_silent_about("rules-of-shop.pdf");
        lan.post("/turn/rules/shop?lang=en", &[]).await.expect(422).says("on record already");
        lan.post("/turn/rules/none", &[]).await.expect(404);
        // Who is no member acknowledges nothing.
        let mori = pages.signed_in("mori").await;
        mori.post("/turn/rules/shop", &[]).await.expect(404);
        let page = mori.get("/turn?lang=ja").await.expect(200);
        let link = page.links().into_iter().find(|href| href.starts_with("/turn/questions/")).unwrap();
        mori.get(&link).await.expect(200).says("0815");
        lan.get(&link).await.expect(404);
        mori.post(&link, &[("reason", "none")]).await.expect(422);
        let form = mori.get(&link).await.expect(200).body;
        let reason = form.split("name=\"reason\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(mori.post(&link, &[("reason", &reason)]).await.expect(303).header("location"), "/turn");
        mori.get(&link).await.expect(404);
        mori.get("/turn").await.expect(200).is_silent_about("/turn/questions/");
        // One's own accesses, by day and purpose.
        let lan = pages.signed_in("lan").await;
        lan.get("/turn?lang=vi").await.expect(200).says("Dữ liệu tôi đã mở");
    });
}

#[test]
fn an_account_of_staff_needs_no_password_and_has_its_own_page_only() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let house = &pages.house;
        let admin = house.desk_of(&house.administrator, 0);
        let grant = |login: &str, role, password: &str| Grant {
            login: login.into(),
            name: "Phạm Hà".into(),
            role,
            language: Language::Vi,
            password: password.into(),
            reason: "own page".into(),
            ends_at: None,
        };
        assert!(actor::grant(&admin, grant("nam", Role::Handler, "")).await.is_err(), "others need one");
        actor::grant(&admin, grant("ha", Role::Staff, "")).await.unwrap();
        for guess in ["", "!"] {
            pages.stranger().post("/sign-in", &[("login", "ha"), ("password", guess)]).await.expect(422);
        }
        actor::grant(&admin, grant("thu", Role::Staff, PASSWORD)).await.unwrap();
        let thu = pages.signed_in("thu").await;
        assert_eq!(thu.get("/").await.expect(303).header("location"), "/turn");
        thu.get("/turn").await.expect(200).says("Đến lượt bạn");
        thu.get("/account").await.expect(200);
        for path in ["/people", "/register", "/records", "/work", "/logs", "/rights", "/accounts"] {
            thu.get(path).await.expect(404);
        }
        thu.post("/people/searches", &[("name", "x")]).await.expect(403);
    });
}
