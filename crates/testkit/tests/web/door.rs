//! Who comes in, and what a stranger, a foreign site or the wrong role is told.

use crate::browser::Pages;
use axum::http::Method;
use std::collections::BTreeSet;
use testkit::both::on_both;
use testkit::office::PASSWORD;
use web::Door;

/// What anybody may ask for. Everything else is the office's; the list is compared both ways.
const PUBLIC: [(&str, &str); 11] = [
    ("GET", "/static/{file}"),
    ("GET", "/notice"),
    ("GET", "/notice/{language}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/codes"),
    ("POST", "/sign-in/passkeys"),
    ("POST", "/passkeys/questions"),
    ("POST", "/sign-in/links"),
    ("GET", "/sign-in/links/{key}"),
    ("POST", "/sign-in/links/{key}"),
];

/// A path with something in every hole.
pub(crate) fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{language}" => "ja",
            "{login}" => "lan",
            "{row}" => "r-041",
            "{n}" => "1",
            "{file}" => "none.css",
            part if part.starts_with('{') => "00000000000000000000000000000001",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn a_stranger_is_led_to_the_door_from_every_office_route_and_from_no_other() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let stranger = pages.stranger();
        let mut public = BTreeSet::new();
        for route in web::routes() {
            let path = filled(route.path);
            let reply =
                if route.method == Method::GET { stranger.get(&path).await } else { stranger.post(&path, &[]).await };
            let led = reply.status == 303 && reply.header("location").starts_with("/sign-in");
            assert_eq!(led, route.door == Door::Office, "{} {path}: {}", route.method, reply.status);
            if !led {
                public.insert((route.method.to_string(), route.path.to_owned()));
            }
        }
        let expected: BTreeSet<_> = PUBLIC.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
        assert_eq!(public, expected);
        let reply = stranger.get("/register?view=due&kind=a").await.expect(303);
        assert_eq!(reply.header("location"), "/sign-in?next=/register%3Fview%3Ddue%26kind%3Da");
    });
}

#[test]
fn a_password_opens_the_door_and_signing_out_closes_it() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let stranger = pages.stranger();
        let wrong = stranger
            .post("/sign-in?lang=en", &[("login", "lan"), ("password", "guess"), ("next", "/work")])
            .await
            .expect(422);
        wrong
            .says("The login or the password is wrong.")
            .says("value=\"lan\"")
            .says("value=\"/work\"")
            .is_silent_about("guess");
        for (next, to) in [("/work", "/work"), ("//evil.test", "/"), ("https://evil.test/", "/"), ("", "/")] {
            let reply = stranger
                .post("/sign-in", &[("login", "lan"), ("password", PASSWORD), ("next", next)])
                .await
                .expect(303);
            assert_eq!(reply.header("location"), to);
            let cookie = reply.header("set-cookie");
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"),
                "{cookie}"
            );
        }
        let lan = pages.signed_in("lan").await;
        lan.get("/").await.expect(200).says("lan");
        lan.post("/sign-out", &[]).await.expect(303);
        lan.get("/").await.expect(303);
    });
}

#[test]
fn a_form_from_elsewhere_does_nothing() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = pages.signed_in("lan").await;
        let form = ("content-type", "application/x-www-form-urlencoded");
        for headers in [
            vec![form],
            vec![form, ("origin", "https://evil.test")],
            vec![form, ("origin", "null")],
            vec![form, ("sec-fetch-site", "cross-site"), ("origin", "http://office.test")],
            vec![form, ("sec-fetch-site", "same-site")],
        ] {
            let reply = lan.send(Method::POST, "/sign-out", &headers, Some(Vec::new())).await.expect(403);
            reply.says("so nothing was done");
        }
        lan.get("/").await.expect(200);
        let headers = [form, ("sec-fetch-site", "same-origin")];
        lan.send(Method::POST, "/sign-out", &headers, Some(Vec::new())).await.expect(303);
        lan.get("/").await.expect(303);
    });
}

#[test]
fn every_role_meets_only_its_own_pages() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let person = format!("/people/{}", pages.person);
        for (login, missing) in [
            ("mori", vec!["/accounts/new"]),
            ("lan", vec!["/accounts", "/accounts/new", "/register/new", "/register/import", "/register/r-041/edit"]),
            ("kato", vec!["/accounts/new", "/register/new", "/register/import", "/register/r-041/edit"]),
            ("admin", vec!["/people", &person, "/register/new", "/register/import", "/register/r-041/edit"]),
        ] {
            let browser = pages.signed_in(login).await;
            for path in ["/", "/register", "/register/r-041", "/work", "/records", "/records/1", "/account", "/find"]
                .into_iter()
                .chain([
                    "/people",
                    &person,
                    "/accounts",
                    "/accounts/new",
                    "/register/new",
                    "/register/import",
                    "/register/r-041/edit",
                ])
            {
                let expected = if missing.contains(&path) { 404 } else { 200 };
                let reply = browser.get(path).await;
                assert_eq!(reply.status.as_u16(), expected, "{login} {path}");
            }
        }
        // What a page does not offer is refused all the same, with the sentence that refuses it and its entry.
        let lan = pages.signed_in("lan").await;
        let refused = lan.post("/register/r-041/reviews", &[]).await.expect(403);
        refused.says("Your role may not do this.").says("Ask the privacy officer.").says("/records/");
        let clause = pages.house.desk().policy().unwrap().clause_behind("tech.by-role").unwrap();
        refused.says(clause.as_str());
        let admin = pages.signed_in("admin").await;
        admin.post("/people/searches", &[("text", "naoko")]).await.expect(404);
    });
}

#[test]
fn accounts_are_given_and_taken_back_and_a_token_is_shown_once() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let admin = pages.signed_in("admin").await;
        let new = [("login", "Sano"), ("name", "佐野"), ("role", "handler"), ("language", "ja"), ("reason", "面接")];
        let typed: Vec<_> = new.into_iter().chain([("password", "a long enough one")]).collect();
        let wrong = admin.post("/accounts", &typed).await.expect(422);
        wrong.says("value=\"佐野\"").says("aria-invalid").is_silent_about("a long enough one");
        let right: Vec<_> = typed.into_iter().map(|(n, v)| (n, if n == "login" { "sano" } else { v })).collect();
        admin.post("/accounts", &right).await.expect(303);
        admin.get("/accounts").await.expect(200).says("佐野").says("面接");
        let sano = pages.stranger().post("/sign-in", &[("login", "sano"), ("password", "a long enough one")]).await;
        assert_eq!(sano.status, 303);
        admin.post("/accounts/sano/endings", &[]).await.expect(303);
        let sano = pages.stranger().post("/sign-in", &[("login", "sano"), ("password", "a long enough one")]).await;
        assert_eq!(sano.status, 422);
        admin.post("/accounts/reviews", &[]).await.expect(303);
        let lan = pages.signed_in("lan").await;
        let made = lan
            .post("/account/tokens", &[("label", "payroll"), ("may", "people.find"), ("until", "2026-08-01")])
            .await
            .expect(200);
        made.says("t_");
        assert_eq!(made.header("cache-control"), "no-store");
        lan.get("/account").await.expect(200).is_silent_about("t_");
        lan.post("/account/tokens", &[("label", "payroll"), ("until", "never")])
            .await
            .expect(422)
            .says("value=\"payroll\"");
        let desk = pages.house.desk();
        let listed = access::token::list(&desk).await.unwrap();
        let path = format!("/account/tokens/{}/endings", listed[0].id);
        lan.get("/account").await.expect(200).says("payroll").says(&path);
        lan.post(&path, &[]).await.expect(303);
        lan.get("/account").await.expect(200).is_silent_about("payroll");
        lan.post(&path, &[]).await.expect(404);
        admin.post("/accounts/admin/endings", &[]).await.expect(422).says("This is the last administrator.");
    });
}

#[test]
fn a_password_is_changed_by_giving_the_old_one_and_the_session_ends() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let lan = pages.signed_in("lan").await;
        let new = "another horse, another battery";
        let wrong = lan.post("/account/passwords", &[("old", "not the old one"), ("new", new)]).await.expect(422);
        wrong.says("The old password is wrong.").is_silent_about("not the old one").is_silent_about(new);
        let old = testkit::office::PASSWORD;
        let short = lan.post("/account/passwords", &[("old", old), ("new", "short")]).await.expect(422);
        short.says("A password has 12 to 256 characters.");
        lan.post("/account/passwords", &[("old", old), ("new", new)]).await.expect(303);
        lan.get("/account").await.expect(303);
        for (password, expected) in [(old, 422), (new, 303)] {
            let reply = pages.stranger().post("/sign-in", &[("login", "lan"), ("password", password)]).await;
            assert_eq!(reply.status.as_u16(), expected);
        }
    });
}
