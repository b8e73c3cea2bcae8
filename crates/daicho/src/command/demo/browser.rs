//! Opening the office in the browser of whoever sits there.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;

/// Opens the address once something answers there. Does nothing where nobody would see it: without a terminal or a screen.
pub(super) fn open_when_it_answers(listen: SocketAddr) {
    if listen.port() == 0 || !std::io::stdout().is_terminal() || !has_a_screen() {
        return;
    }
    drop(tokio::spawn(async move {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if TcpStream::connect(listen).await.is_ok() {
                let scheme = if listen.ip().is_loopback() { "http" } else { "https" };
                open(&format!("{scheme}://{listen}/"));
                return;
            }
        }
    }));
}

fn open(address: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let quiet = || Stdio::null();
    let started =
        Command::new(program).args(arguments).arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    // Without such a program the address stands on the terminal all the same.
    drop(started);
}

#[cfg(any(target_os = "macos", target_os = "windows"))]
fn has_a_screen() -> bool {
    true
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
#[expect(clippy::disallowed_methods, reason = "whether there is a screen is no setting of the program")]
fn has_a_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
