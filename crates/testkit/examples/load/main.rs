//! End-to-end load: audited reveals over HTTP on both databases, beside PostgreSQL with pgcrypto and an audit row per read.
//!
//! ```sh
//! DAICHO_TEST_POSTGRES=postgres://… cargo run --release -p testkit --example load -- [seconds per figure]
//! ```
//! The office runs in a process of its own; the clients and it share the machine's cores, as do the peer's clients and server.
//! Everything is printed as Markdown for `docs/benchmarks.md`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a harness, not the product")]
#![expect(clippy::disallowed_methods, reason = "a harness reads the clock and the environment")]

mod client;
mod office;
mod peer;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How many reveals a second are asked for, where it is not as many as the machine gives.
const RATES: [u32; 3] = [2_000, 5_000, 10_000];
/// Clients at once.
const CLIENTS: [usize; 3] = [1, 8, 64];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match first.as_deref() {
        Some("office") => runtime.block_on(office::serve(&arguments.next().unwrap())),
        seconds => {
            let seconds = seconds.and_then(|s| s.parse().ok()).unwrap_or(8);
            runtime.block_on(run(Duration::from_secs(seconds)));
        }
    }
}

async fn run(long: Duration) {
    println!("| what | clients | per second | p50 ms | p99 ms | errors |\n|---|---|---|---|---|---|");
    for database in ["sqlite", "postgres"] {
        let Some((mut child, targets)) = start(database) else { continue };
        for clients in CLIENTS {
            let figure = client::drive(&targets, clients, None, long).await;
            println!("{}", figure.row(&format!("Daicho, {database}: reveal over HTTP"), clients));
        }
        for rate in RATES {
            let figure = client::drive(&targets, 64, Some(rate), long).await;
            println!("{}", figure.row(&format!("Daicho, {database}: {rate} reveals a second asked for"), 64));
        }
        println!("{}", memory(&child, database));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    if let Ok(url) = std::env::var("DAICHO_TEST_POSTGRES") {
        for how in peer::HOW {
            let peer = peer::Peer::new(&url, how).await;
            for clients in CLIENTS {
                let figure = peer.drive(clients, long).await;
                println!("{}", figure.row(how.name, clients));
            }
        }
    }
    println!("\n{}", office::inside().await);
}

/// Starts an office and reads where it is and whom it holds.
fn start(database: &str) -> Option<(Child, client::Targets)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["office", database])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let Ok(told) = serde_json::from_str(&line) else {
        child.wait().unwrap();
        return None;
    };
    Some((child, client::Targets::read(&told)))
}

fn memory(child: &Child, database: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).map(str::trim).unwrap_or("?");
    format!("| Daicho, {database}: resident memory after the load | | {kib} | | | |")
}
