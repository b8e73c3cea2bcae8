//! The pages of the organisation: registered, looked at, taken in from a list, left.

use crate::browser::Pages;
use testkit::both::on_both;

/// A legal entity with a department, a zone, a project, somebody and their card, registered page by page.
pub(crate) async fn founded(pages: &Pages) {
    let mori = pages.signed_in("mori").await;
    let parts: [(&str, &[(&str, &str)]); 7] = [
        ("entity", &[("id", "hanoi"), ("name", "Kawasora"), ("country", "VN")]),
        ("department", &[("id", "hr"), ("name", "人事部"), ("within", "hanoi")]),
        ("site", &[("id", "hq"), ("name", "Hanoi office"), ("within", "hanoi")]),
        ("zone", &[("id", "hq.7"), ("name", "Floor 7"), ("within", "hq"), ("level", "3"), ("rows", "r-041")]),
        ("project", &[("id", "shop"), ("name", "Shop"), ("within", "hr")]),
        (
            "staff",
            &[
                ("id", "E1"),
                ("name", "Lan <b>"),
                ("within", "hr"),
                ("login", "lan"),
                ("projects", "shop"),
                ("from", "2026-01-01"),
            ],
        ),
        ("card", &[("id", "c-1"), ("number", "0123"), ("within", "E1")]),
    ];
    for (kind, fields) in parts {
        let id = fields.first().map_or("", |(_, id)| *id);
        let reply = mori.post(&format!("/organisation/{kind}"), fields).await.expect(303);
        assert_eq!(reply.header("location"), format!("/organisation/{kind}/{id}"));
    }
}

#[test]
fn parts_are_registered_changed_and_read() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        founded(&pages).await;
        let mori = pages.signed_in("mori").await;
        mori.get("/organisation").await.expect(200).says("Kawasora");
        mori.get("/organisation/staff").await.expect(200).says("Lan &#60;b&#62;").says("人事部");
        mori.get("/organisation/staff/E1").await.expect(200).says("lan").says("0123");
        mori.get("/organisation/department/hr").await.expect(200).says("/organisation/staff/E1");
        mori.get("/organisation/staff/E9").await.expect(404);
        mori.get("/organisation/robots").await.expect(404);
        let form = [("name", "Lan Trần"), ("within", "hr"), ("from", "2026-01-01"), ("version", "1")];
        mori.post("/organisation/staff/E1", &form).await.expect(303);
        mori.post("/organisation/staff/E1?lang=en", &form).await.expect(422).says("Somebody changed this first");
        mori.post("/organisation/staff?lang=en", &[("id", "E1"), ("name", "X"), ("within", "hr")])
            .await
            .expect(422)
            .says("This id is taken");
        mori.post("/organisation/staff?lang=en", &[("id", "no id"), ("name", "X")]).await.expect(422).says("An id is");
        mori.post("/organisation/zone?lang=en", &[("id", "z"), ("name", "Z"), ("within", "hq"), ("level", "9")])
            .await
            .expect(422)
            .says("It is one of: 1, 2, 3, 4");
        // Others read, and change nothing.
        let kato = pages.signed_in("kato").await;
        kato.get("/organisation").await.expect(200).is_silent_about("/organisation/import");
        kato.get("/organisation/staff/new").await.expect(404);
        kato.post("/organisation/staff", &[("id", "E2")]).await.expect(403);
    });
}

#[test]
fn a_list_is_looked_at_before_it_is_written() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        founded(&pages).await;
        let mori = pages.signed_in("mori").await;
        let list = "id:E1,name:Lan,within:hr\nid:E2,name:Minh,within:人事部\nid:E3,name:Nam,within:nowhere";
        let send = [("kind", "staff")];
        let look = mori.upload_with("/organisation/imports?lang=en", &send, "staff.csv", list).await.expect(200);
        look.says("1 joining").says("1 changed").says("No department has this id or name");
        assert_eq!(mori.get("/organisation/staff/E2").await.status, 404, "nothing is written yet");
        let hidden = look.body.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let hidden = hidden.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
        mori.post("/organisation/lists?lang=en", &[("list", &hidden)]).await.expect(200).says("2 parts written");
        mori.get("/organisation/staff/E2").await.expect(200).says("Minh");
        mori.post("/organisation/lists", &[("list", "not json")]).await.expect(422);
        mori.upload_with("/organisation/imports", &send, "staff.csv", "").await.expect(422);
        let whole = [("kind", "staff"), ("whole", "yes")];
        mori.upload_with("/organisation/imports?lang=en", &whole, "s.csv", "id:E2,name:Minh,within:hr")
            .await
            .expect(200)
            .says("1 leaving");
    });
}

#[test]
fn a_leaver_is_shown_with_what_is_out_and_a_project_waits_for_its_rules() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        founded(&pages).await;
        let mori = pages.signed_in("mori").await;
        mori.get("/organisation/project/shop?lang=en").await.expect(200).says("No rule sheet is approved");
        let start = [("name", "Shop"), ("within", "hr"), ("state", "active"), ("version", "1")];
        mori.post("/organisation/project/shop?lang=en", &start).await.expect(422).says("cannot begin");
        mori.upload_with("/organisation/project/shop/rules", &[], "rules.pdf", "Lock the screen.").await.expect(303);
        mori.get("/organisation/project/shop").await.expect(200).says("rules.pdf");
        let lan = pages.signed_in("lan").await;
        lan.post("/organisation/project/shop/acknowledgements", &[("staff", "E1")]).await.expect(303);
        mori.post("/organisation/project/shop", &start).await.expect(303);
        // Nobody answers for the entity yet.
        mori.post("/organisation/entity/hanoi/adoptions", &[]).await.expect(422);
        let named = [("name", "Kawasora"), ("country", "VN"), ("responsible", "E1"), ("version", "1")];
        mori.post("/organisation/entity/hanoi", &named).await.expect(303);
        mori.post("/organisation/entity/hanoi/adoptions", &[]).await.expect(303);
        mori.post("/organisation/zone/reviews", &[]).await.expect(303);
        mori.get("/organisation?lang=en").await.expect(200).says("Last reviewed on");
        mori.post("/organisation/staff/E1/endings", &[("until", "2026-05-31")]).await.expect(303);
        mori.get("/organisation?lang=en").await.expect(200).says("still opens doors");
        mori.get("/organisation/staff/E1?lang=en").await.expect(200).says("still opens doors");
        assert_eq!(lan.get("/work").await.status, 303, "their session has ended");
        mori.post("/organisation/card/c-1/endings", &[("until", "2026-06-01")]).await.expect(303);
        mori.get("/organisation?lang=en").await.expect(200).is_silent_about("still opens doors");
    });
}
