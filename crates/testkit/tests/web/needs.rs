//! The one list of needs, tried: every route as every role and as a stranger, both ways.

use super::browser::Pages;
use super::door::filled;
use testkit::both::on_both;
use web::needs::{Need, of_page};

#[test]
fn every_route_lets_in_whom_its_need_names_and_nobody_else() {
    on_both(|ground| async move {
        let pages = Pages::open(&ground).await;
        let mut wrong = Vec::new();
        for (login, role) in [("mori", 0), ("lan", 1), ("kato", 2), ("admin", 3)] {
            let role = policy::Role::ALL[role];
            let policy = testkit::sample::policy();
            let may = |acts: &[policy::OfficeAct]| acts.iter().any(|act| policy.rights().may(role, *act));
            for route in web::routes() {
                // What ends the session or the account is tried elsewhere.
                if ["/sign-out", "/account/passwords", "/accounts/{login}/endings"].contains(&route.path) {
                    continue;
                }
                let signed = pages.signed_in(login).await;
                let path = filled(route.path);
                let get = route.method == "GET";
                let before = pages.house.store.head().await.unwrap().size;
                let reply = if get { signed.get(&path).await } else { signed.post(&path, &[]).await };
                let after = pages.house.store.head().await.unwrap().size;
                let need = of_page(&route.method, route.path).unwrap().need;
                let (allowed, told) = match need {
                    Need::Act(acts) => (may(acts), if get { 404 } else { 403 }),
                    Need::See(act) => (may(&[act]), 404),
                    _ => continue,
                };
                let status = reply.status.as_u16();
                let refused = status == 403 || (status == 404 && get && !route.path.contains('{'));
                let good = if allowed { !refused } else { status == told };
                if !good {
                    wrong.push(format!("{} {path} {login}: {status}", route.method));
                }
                if !allowed && !get && after != before + 1 {
                    wrong.push(format!("{} {path} {login}: the refusal is not on record", route.method));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
