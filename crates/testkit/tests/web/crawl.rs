//! Every link of every page leads somewhere, and every fragment is there.

use crate::browser::Pages;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use testkit::both::Ground;

#[tokio::test]
async fn every_link_on_every_page_resolves() {
    let pages = Pages::open(&Ground::sqlite()).await;
    let mori = pages.signed_in("mori").await;
    let mut queue: VecDeque<String> = VecDeque::from(["/".to_owned(), format!("/people/{}", pages.person)]);
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wanted: Vec<(String, String, String)> = Vec::new();
    while let Some(path) = queue.pop_front() {
        if ids.contains_key(&path) {
            continue;
        }
        let mut reply = mori.get(&path).await;
        if reply.status.is_redirection() {
            let to = reply.header("location").to_owned();
            reply = mori.get(&to).await;
        }
        assert_eq!(reply.status, 200, "{path}");
        ids.insert(path.clone(), reply.ids().into_iter().map(str::to_owned).collect());
        for link in reply.links() {
            let (to, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let to = if to.is_empty() { path.clone() } else { to.to_owned() };
            if !fragment.is_empty() {
                wanted.push((path.clone(), to.clone(), fragment.to_owned()));
            }
            // Each sentence's drawer is the same page; one in twelve is enough to see that its links are right.
            let drawer = to.starts_with("/?") && to.contains("clause=");
            if !drawer || to.len() % 12 == 0 {
                queue.push_back(to);
            }
        }
    }
    assert!(ids.len() > 40, "only {} pages", ids.len());
    for (from, to, fragment) in wanted {
        let there = ids.get(&to).is_none_or(|known| known.contains(&fragment));
        assert!(there, "{from} leads to {to}#{fragment}, which is not there");
    }
}
