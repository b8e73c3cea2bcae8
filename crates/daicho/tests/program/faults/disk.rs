//! Disks: without room, that do not keep, that cannot be written. Nothing is shown while they fail, and when they do not any more it
//! goes on, without a restart and without hands.

use super::*;

/// The fault comes under a running server, everything is refused, the fault goes, and the same process answers again.
fn goes_on_by_itself(fault: &str) {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    let failing = Failing::made(&office);
    let serving = failing.start(&office);
    let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
    for round in 0..3 {
        failing.begin(fault, "");
        let meanwhile = until(&asked, &serving.host, refused);
        // Where there is room left in a file, or a file is grown already, some may still become durable.
        assert!(meanwhile.is_empty() || fault == FULL, "round {round}: an entry that is not durable was acknowledged");
        acknowledged.extend(meanwhile);
        for _ in 0..3 {
            match asked.once(&serving.host) {
                // The log begins anew in the room it has when it was copied into the database: that much is durable.
                Answered::Entry(entry) if fault == FULL => acknowledged.push(entry),
                other => assert!(refused(&other), "round {round}"),
            }
        }
        failing.end(fault);
        acknowledged.extend(until(&asked, &serving.host, |answered| !refused(answered)));
        acknowledged.extend(asked.entry(&serving.host));
    }
    assert_eq!(serving.stop(), Some(0));
    whole(&office, &acknowledged);
}

#[test]
fn a_disk_that_does_not_keep_what_it_was_given_stops_every_answer_until_it_does() {
    goes_on_by_itself(FSYNC);
}

#[test]
fn a_disk_that_became_read_only_stops_every_answer_until_it_can_be_written() {
    goes_on_by_itself(READONLY);
}

#[test]
fn a_disk_without_room_stops_every_answer_until_there_is_room() {
    goes_on_by_itself(FULL);
}

#[test]
fn on_a_disk_that_cannot_be_written_it_does_not_start_and_says_what_to_look_at() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    let failing = Failing::made(&office);
    for fault in [READONLY, FULL] {
        failing.begin(fault, "");
        for (language, says) in [("en", "has room, is not read-only"), ("ja", "空き容量"), ("vi", "chỉ đọc")] {
            let arguments = ["--lang", language, "serve", "--listen", "127.0.0.1:0"];
            let told = office.told(failing.command(&office, &arguments).spawn().unwrap()).ends(4);
            assert!(told.err.contains(says), "{fault}: {}", told.err);
        }
        failing.end(fault);
        let serving = failing.start(&office);
        let acknowledged = asked.entry(&serving.host).unwrap();
        assert_eq!(serving.stop(), Some(0));
        whole(&office, &[acknowledged]);
    }
}

#[test]
fn killed_while_the_disk_does_not_keep_it_has_lost_nothing() {
    for fault in [FSYNC, READONLY, FULL] {
        let office = Installation::on_sqlite();
        let asked = Asked::of(&office);
        let failing = Failing::made(&office);
        let serving = failing.start(&office);
        let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
        failing.begin(fault, "");
        acknowledged.extend(until(&asked, &serving.host, refused));
        serving.kill();
        failing.end(fault);
        whole(&office, &acknowledged);
        let serving = failing.start(&office);
        acknowledged.extend(asked.entry(&serving.host));
        assert_eq!(serving.stop(), Some(0));
        whole(&office, &acknowledged);
    }
}

#[test]
fn without_room_on_the_disk_nothing_is_shown_and_with_room_it_goes_on() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    // No file may grow beyond so many blocks: what a full disk says, at a moment of our choosing.
    // The write-ahead log of the commands before counts as well: it may be larger than the database.
    let sizes = fs::read_dir(office.data()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let largest = sizes.max().unwrap() / 1024 + 600;
    let mut command = Command::new("bash");
    let program = env!("CARGO_BIN_EXE_daicho");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {largest}; exec {program} serve --listen 127.0.0.1:0")]);
    command.env_clear().env("DAICHO_DATA", office.data()).env("PATH", "/usr/bin:/bin").stdout(Stdio::piped());
    let serving = Serving::started(&office, command);
    let mut acknowledged = until(&asked, &serving.host, refused);
    assert!(!acknowledged.is_empty());
    serving.kill();
    whole(&office, &acknowledged);
    let serving = Serving::start(&office);
    acknowledged.extend(asked.entry(&serving.host));
    assert_eq!(serving.stop(), Some(0));
    whole(&office, &acknowledged);
}
