//! Whether this machine knows what time it is, and whether somebody keeps it right. Deadlines, terms and entries go by its clock.

use super::Findings;
use crate::wire;
use policy::Texts;
use std::path::Path;
use std::process::{Command, Stdio};

/// 2025-01-01: a clock before it was never set.
const FIRST_DAY: i64 = 1_735_689_600_000;
/// systemd-timesyncd touches it once the clock was set by a time server.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// What the machine says of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Synchronised {
    Yes,
    No,
    /// Nobody was there to ask, as in most containers.
    NobodySays,
}

impl Findings {
    pub(super) fn clock(&mut self) {
        if wire::now().0 < FIRST_DAY {
            return self.wrong(
                "clock",
                Texts::new(
                    "この機械の時計が合っていません。時刻同期（NTP）を有効にしてください。",
                    "This machine's clock is not set. Turn time synchronisation (NTP) on.",
                    "Đồng hồ máy chưa đúng. Hãy bật đồng bộ giờ (NTP).",
                ),
            );
        }
        match synchronised() {
            Synchronised::Yes => self.well(
                "clock",
                Texts::new(
                    "時計は時刻サーバーに合わせてあります。",
                    "The clock is synchronised with a time server.",
                    "Đồng hồ được đồng bộ với máy chủ thời gian.",
                ),
            ),
            Synchronised::No => self.better(
                "clock",
                Texts::new(
                    "時計が時刻サーバーに合わせてありません。期限と記録の時刻がずれます。`timedatectl set-ntp true` か chrony で時刻同期を有効にしてください。",
                    "The clock is not synchronised: deadlines and the times of entries drift. Turn it on with `timedatectl set-ntp true`, or with chrony.",
                    "Đồng hồ chưa được đồng bộ: thời hạn và giờ của bản ghi sẽ lệch. Hãy bật bằng `timedatectl set-ntp true` hoặc chrony.",
                ),
            ),
            Synchronised::NobodySays => self.better(
                "clock",
                Texts::new(
                    "時計は合っているようですが、時刻同期（NTP）の状態が分かりません。この機械か、コンテナーの場合は親の機械で確かめてください。",
                    "The clock looks right, but nothing here tells whether it is synchronised (NTP). See to it on this machine; for a container, on its host.",
                    "Đồng hồ có vẻ đúng nhưng không biết có được đồng bộ (NTP) hay không. Hãy kiểm tra trên máy này; nếu là container thì trên máy chủ của nó.",
                ),
            ),
        }
    }
}

fn synchronised() -> Synchronised {
    if Path::new(SYNCHRONISED).exists() {
        return Synchronised::Yes;
    }
    // The kernel's own word, through whoever may ask it.
    let systemd = said("timedatectl", &["show", "--property=NTPSynchronized", "--value"]);
    let chrony = || said("chronyc", &["-n", "tracking"]);
    match systemd.as_deref().map(str::trim) {
        Some("yes") => Synchronised::Yes,
        Some("no") => match chrony() {
            Some(told) => by_chrony(&told).unwrap_or(Synchronised::No),
            None => Synchronised::No,
        },
        _ => chrony().and_then(|told| by_chrony(&told)).unwrap_or(Synchronised::NobodySays),
    }
}

/// What `chronyc tracking` says, if it says anything.
fn by_chrony(told: &str) -> Option<Synchronised> {
    let leap = told.lines().find_map(|line| line.strip_prefix("Leap status"))?;
    match leap.trim_start_matches([' ', ':']).trim() {
        "Not synchronised" => Some(Synchronised::No),
        _ => Some(Synchronised::Yes),
    }
}

/// What a program prints, where there is one and it does not fail.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chrony_is_understood() {
        let told =
            |leap: &str| format!("Reference ID    : 00000000 ()\nStratum         : 0\nLeap status     : {leap}\n");
        assert_eq!(by_chrony(&told("Normal")), Some(Synchronised::Yes));
        assert_eq!(by_chrony(&told("Insert second")), Some(Synchronised::Yes));
        assert_eq!(by_chrony(&told("Not synchronised")), Some(Synchronised::No));
        assert_eq!(by_chrony("506 Cannot talk to daemon"), None);
    }
}
