//! The pages, from outside: asked as a browser would ask them, on both databases.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "web/browser.rs"]
mod browser;
#[path = "web/crawl.rs"]
mod crawl;
#[path = "web/door.rs"]
mod door;
#[path = "web/needs.rs"]
mod needs;
#[path = "web/organisation.rs"]
mod organisation;
#[path = "web/pages.rs"]
mod pages;
#[path = "web/people.rs"]
mod people;
#[path = "web/register.rs"]
mod register;
#[path = "web/turn.rs"]
mod turn;
