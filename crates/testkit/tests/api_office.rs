//! The API, from outside: the program's router is asked as a client would ask it, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "api/acts.rs"]
mod acts;
#[path = "api/client.rs"]
mod client;
#[path = "api/description.rs"]
mod description;
#[path = "api/hostile.rs"]
mod hostile;
#[path = "api/logs.rs"]
mod logs;
#[path = "api/once.rs"]
mod once;
#[path = "api/reading.rs"]
mod reading;
#[path = "api/rooms.rs"]
mod rooms;
#[path = "api/scim.rs"]
mod scim;
