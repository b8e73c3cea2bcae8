//! Serving: from outside, while others write, and not at all when the ledger was altered.

use crate::installation::{Installation, PASSWORD, copy, files_below, in_days};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Served {
    child: Child,
    address: String,
}

impl Served {
    pub(crate) fn start(office: &Installation) -> Self {
        let command = office.command("", &["serve", "--listen", "127.0.0.1:0"]);
        Self::begin(command, &office.folder().join("log.txt"))
    }

    /// Starts whatever says its address in its first line.
    pub(crate) fn begin(mut command: Command, log: &Path) -> Self {
        let mut child = command.stderr(Stdio::from(fs::File::create(log).unwrap())).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| panic!("{line}"));
        Self { address: url.trim_end_matches('/').to_owned(), child }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a body.
    pub(crate) fn post(&self, path: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = self.connect();
        let (host, length) = (self.host(), body.len());
        write!(stream, "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
            .unwrap();
        stream.write_all(body).unwrap();
        Self::answer(&mut stream)
    }

    /// Sends a form of a page as whoever has this cookie.
    pub(crate) fn form(&self, path: &str, cookie: &str, fields: &str) -> (u16, String) {
        let mut stream = self.connect();
        let (host, length) = (self.host(), fields.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{fields}"
        )
        .unwrap();
        let (status, head, _) = Self::answer(&mut stream);
        (status, head)
    }

    /// Sends a form with files, whose parts this boundary divides.
    pub(crate) fn upload(&self, path: &str, cookie: &str, boundary: &str, body: &str) -> (u16, String) {
        let mut stream = self.connect();
        let (host, length) = (self.host(), body.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let (status, _, page) = Self::answer(&mut stream);
        (status, String::from_utf8_lossy(&page).into_owned())
    }

    /// Signs in on the page; the cookie.
    pub(crate) fn sign_in(&self, login: &str) -> String {
        let (status, head) = self.form("/sign-in", "", &format!("login={login}&password={PASSWORD}"));
        assert_eq!(status, 303, "{head}");
        let cookies = head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        cookies
            .map(|cookie| cookie.split(';').next().unwrap())
            .find(|cookie| cookie.contains("=s_"))
            .unwrap()
            .to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
        self.get_with(path, "")
    }

    /// The same, with lines of headers.
    pub(crate) fn get_with(&self, path: &str, headers: &str) -> (u16, String, Vec<u8>) {
        let host = self.host();
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n").unwrap();
        Self::answer(&mut stream)
    }

    fn host(&self) -> &str {
        self.address.split("//").nth(1).unwrap()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    fn answer(stream: &mut TcpStream) -> (u16, String, Vec<u8>) {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), bytes[end + 4..].to_vec())
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> i32 {
        std::process::Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn the_ledger_is_served_for_tools_outside_and_verifies() {
    Installation::on_each(|office| {
        office.begun();
        let served = Served::start(office);
        let vkey = fs::read_to_string(office.data().join("vkey")).unwrap();
        let vkey = vkey.trim();
        let (status, head, note) = served.get("/ledger/checkpoint");
        assert_eq!(status, 200, "{head}");
        assert!(head.contains("no-cache") && head.contains("text/plain"), "{head}");
        let size: u64 = String::from_utf8(note).unwrap().lines().nth(1).unwrap().parse().unwrap();
        let (status, head, bytes) = served.get(&format!("/ledger/tile/0/000.p/{size}"));
        assert_eq!((status, bytes.len() as u64), (200, size * 32));
        assert!(head.contains("immutable"), "{head}");
        let bundle = format!("/ledger/tile/entries/000.p/{size}");
        let (status, head, _) = served.get(&bundle);
        assert_eq!(status, 401, "{head}");
        assert!(head.contains("www-authenticate: bearer") && head.contains("problem+json"), "{head}");
        assert_eq!(served.get_with(&bundle, "Authorization: Bearer t_00\r\n").0, 401);
        for nothing in [
            "/ledger/tile/0/001",
            "/ledger/tile/0/000.p/255",
            "/ledger/tile/9/000",
            "/ledger/tile/x",
            "/ledger/tile/0/0",
        ] {
            assert_eq!(served.get(nothing).0, 404, "{nothing}");
        }
        for url in [served.address.clone(), format!("{}/ledger", served.address)] {
            let told = office.run("", &["verify", &url, "--vkey", vkey, "--json"]).ok().json();
            assert_eq!((told["sound"].as_bool(), told["entries"].as_u64()), (Some(true), Some(size)), "{told}");
        }
        // Without a token the tree alone is verified, and that is said; with one, what the entries say too.
        let told = office.run("", &["verify", &served.address, "--vkey", vkey, "--json"]).ok();
        assert!(told.out.contains("entries-withheld"), "{}", told.out);
        let until = in_days(30);
        let token = office
            .ask(
                "minh",
                &[
                    "account",
                    "token",
                    "--may",
                    "records.read",
                    "--may",
                    "own.show",
                    "--label",
                    "verify",
                    "--until",
                    &until,
                    "--json",
                ],
            )
            .ok()
            .json();
        let token = token["token"].as_str().unwrap();
        let (status, head, _) = served.get_with(&bundle, &format!("Authorization: Bearer {token}\r\n"));
        assert_eq!((status, head.contains("no-store")), (200, true), "{head}");
        let with = |token: &str, url: &str| {
            let mut command = office.command("", &["verify", url, "--vkey", vkey, "--entries", "--json"]);
            office.told(command.env("DAICHO_TOKEN", token).spawn().unwrap())
        };
        let told = with(token, &served.address).ok();
        assert!(!told.out.contains("entries-withheld"), "{}", told.out);
        with("t_00", &served.address).ends(2);
        with(token, "http://192.0.2.1/ledger").ends(2);
        office.run("", &["verify", &served.address, "--entries"]).ends(2);
        let unpinned = office.run("", &["verify", &served.address]).ok();
        assert!(unpinned.out.contains("came with the export"), "{}", unpinned.out);
        let other = "daicho.local/ledger+8ab539d7+AcnN2QPIH58LQGokCIyoNY2NLdjh3hD+RDUX90IRw+lo";
        office.run("", &["verify", &served.address, "--vkey", other]).ends(1);
        // While it serves: others act beside it, and the store verifies in place.
        office.working();
        office.run("", &["verify"]).ok();
        assert_eq!(served.stop(), 0);
        let told = office.run("", &["verify", "--json"]).ok().json();
        assert_eq!(told["confirmed"], told["entries"], "the head is signed at the end: {told}");
        let log = fs::read_to_string(office.folder().join("log.txt")).unwrap();
        assert!(!log.contains("ERROR"), "{log}");
    });
}

#[test]
fn more_than_256_entries_make_tiles_of_two_levels() {
    let office = Installation::on_sqlite();
    office.begun();
    for _ in 0..130 {
        office.run("mai", &["register", "review", "a-001"]).ok();
    }
    let served = Served::start(&office);
    assert_eq!(served.get("/ledger/tile/0/000").2.len(), 8192);
    assert_eq!(served.get("/ledger/tile/1/000.p/1").2.len(), 32);
    let told = office.run("", &["verify", &served.address, "--json"]).ok().json();
    assert!(told["entries"].as_u64().unwrap() > 256, "{told}");
    assert_eq!(served.stop(), 0);
    // The same tiles, byte for byte, as an export writes.
    let out = office.file("export");
    office.run("", &["ledger", "export", "--out", &out]).ok();
    office.run("", &["verify", &out]).ok();
    office.run("", &["ledger", "export", "--out", &out]).ends(2);
}

#[test]
fn tls_is_spoken_with_a_certificate_made_here_and_the_signature_counts() {
    let office = Installation::on_sqlite();
    office.begun();
    fs::write(office.data().join("daicho.toml"), "[tls]\nmode = \"on\"\n").unwrap();
    let served = Served::start(&office);
    assert!(served.address.starts_with("https://"), "{}", served.address);
    let vkey = fs::read_to_string(office.data().join("vkey")).unwrap();
    office.run("", &["verify", &served.address, "--vkey", vkey.trim()]).ok();
    let told = office.run("", &["verify", &served.address]).ends(2);
    assert!(told.err.contains("--vkey"), "{}", told.err);
    // A token goes to nobody but the holder of the certificate that was named.
    let until = in_days(30);
    let token = office
        .ask(
            "minh",
            &[
                "account",
                "token",
                "--may",
                "records.read",
                "--may",
                "own.show",
                "--label",
                "verify",
                "--until",
                &until,
                "--json",
            ],
        )
        .ok()
        .json();
    let token = token["token"].as_str().unwrap();
    let certificate = office.data().join("keys/tls.crt");
    let with = |more: &[&str]| {
        let asked = [&["verify", &served.address, "--vkey", vkey.trim(), "--entries", "--json"], more].concat();
        office.told(office.command("", &asked).env("DAICHO_TOKEN", token).spawn().unwrap())
    };
    with(&[]).ends(2);
    let told = with(&["--authority", certificate.to_str().unwrap()]).ok();
    assert!(!told.out.contains("entries-withheld"), "{}", told.out);
    assert_eq!(served.stop(), 0);
    office.run("", &["verify", "http://127.0.0.1:1/ledger"]).ends(4);
    office.run("", &["verify", "http://"]).ends(2);
}

#[test]
fn a_missing_shorter_or_altered_ledger_is_not_served() {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let office = Installation::on_sqlite();
    office.begun();
    let older = office.file("older");
    copy(&office.data(), older.as_ref());
    office.working();

    // Rolled back to an older copy: shorter than what was signed.
    fs::copy(office.data().join("keys/checkpoint"), office.folder().join("older/keys/checkpoint")).unwrap();
    let told = office.run("", &[&["--data", &older][..], &serve].concat()).ends(4);
    assert!(told.out.contains("signed") && told.err.contains("daicho verify"), "{}{}", told.out, told.err);

    // The last entry taken away, and the head with it.
    let taken =
        crate::tampering::tampered(&office, "taken", "DELETE FROM entry WHERE idx = (SELECT MAX(idx) FROM entry)");
    office.run("", &[&["--data", &taken][..], &serve].concat()).ends(4);
    // One entry rewritten.
    let rewritten = crate::tampering::tampered(
        &office,
        "rewritten",
        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"ok\":true', '\"ok\":false') AS BLOB) WHERE idx = 3",
    );
    let told = office.run("", &[&["--data", &rewritten][..], &serve].concat()).ends(4);
    assert!(told.out.contains("Entry 3"), "{}", told.out);
    // No signature is made over it either.
    let told = office.run("mai", &["--data", &rewritten, "register", "review", "a-001"]);
    assert!(told.code == 0 || told.err.contains("Nothing is signed"), "{}", told.err);

    // Gone altogether.
    let database = office.data().join("data.db");
    files_below(&office.data())
        .iter()
        .filter(|file| file.to_string_lossy().contains("data.db"))
        .for_each(|file| fs::remove_file(file).unwrap());
    let told = office.run("", &serve).ends(3);
    assert!(told.err.contains("daicho init"), "{}", told.err);
    office.run("", &["init"]).ends(2);
    assert!(
        !database.exists(),
        "where a checkpoint was signed, no new ledger is begun: {:?}",
        files_below(&office.data())
    );
}

#[test]
fn a_lost_checkpoint_is_not_made_up_for_by_the_database() {
    Installation::on_each(|office| {
        office.begun();
        let served = Served::start(office);
        let file = office.data().join("keys/checkpoint");
        let note = fs::read(&file).unwrap();
        let (status, _, shown) = served.get("/ledger/checkpoint");
        assert_eq!((status, &shown), (200, &note));
        let lost = office.folder().join("lost");
        fs::rename(&file, &lost).unwrap();
        for path in ["/ledger/checkpoint", "/ledger/tile/0/000.p/1"] {
            let (status, head, _) = served.get(path);
            assert!(status == 503 && head.contains("retry-after"), "{path}: {head}");
        }
        // Something that nobody signed is nothing either, also after the right one was seen.
        fs::write(&file, String::from_utf8(note).unwrap().replacen('\n', "/x\n", 1)).unwrap();
        assert_eq!(served.get("/ledger/checkpoint").0, 503);
        fs::rename(&lost, &file).unwrap();
        assert_eq!(served.get("/ledger/checkpoint").0, 200);
        assert_eq!(served.get("/ledger/tile/0/000.p/1").0, 200);
        assert_eq!(served.stop(), 0);
    });
}

#[test]
fn of_two_that_sign_in_one_folder_one_waits_for_the_other() {
    let office = Installation::on_sqlite();
    office.begun();
    let signed = || fs::read_to_string(office.data().join("keys/checkpoint")).unwrap();
    let (before, entries) = (signed(), office.entries());
    let lock = office.data().join("keys/checkpoint.lock");
    let lock = fs::File::options().create(true).truncate(false).write(true).open(lock).unwrap();
    lock.lock().unwrap();
    let mut child = office.command("mai", &["register", "review", "a-001"]).spawn().unwrap();
    while office.entries() == entries {
        std::thread::yield_now();
    }
    // Its entry is there, and this takes longer than signing does.
    office.run("", &["doctor"]);
    office.run("", &["verify"]).ok();
    assert!(child.try_wait().unwrap().is_none());
    assert_eq!(signed(), before);
    drop(lock);
    office.told(child).ok();
    assert_eq!(signed().lines().nth(1).unwrap(), office.entries().to_string());
}

fn configured(office: &Installation, lines: &str) {
    fs::write(office.data().join("daicho.toml"), lines).unwrap();
}

#[test]
fn slow_clients_are_let_go_and_a_stop_has_an_end() {
    let office = Installation::on_sqlite();
    office.begun();
    configured(&office, "[serve]\nheader_seconds = 1\nbody_seconds = 1\nstop_seconds = 1\n");
    let served = Served::start(&office);
    // A head that does not come.
    let mut silent = served.connect();
    write!(silent, "GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut rest = Vec::new();
    drop(silent.read_to_end(&mut rest));
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "{}", String::from_utf8_lossy(&rest));
    // A body that does not, to a page.
    let host = served.host();
    let mut slow = served.connect();
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\nConnection: close";
    write!(slow, "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{head}\r\n\r\nlogin=").unwrap();
    let (status, head, _) = Served::answer(&mut slow);
    assert_eq!((status, head.contains("no-store")), (408, true), "{head}");
    // A body that says it is too long.
    let mut long = served.connect();
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999\r\nConnection: close";
    write!(long, "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{head}\r\n\r\nlogin=").unwrap();
    assert_eq!(Served::answer(&mut long).0, 413);
    assert_eq!(served.get("/sign-in").0, 200);
    assert_eq!(served.stop(), 0);

    // Somebody who does not end is cut when the time is over, and the stop says so.
    configured(&office, "[serve]\nbody_seconds = 600\nstop_seconds = 1\n");
    let served = Served::start(&office);
    let mut slow = served.connect();
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100";
    let host = served.host();
    write!(slow, "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{head}\r\n\r\nlogin=").unwrap();
    assert_eq!(served.get("/sign-in").0, 200);
    let begun = Instant::now();
    assert_eq!(served.stop(), 0);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let log = fs::read_to_string(office.folder().join("log.txt")).unwrap();
    assert!(log.contains("1 connections had not ended"), "{log}");
    office.run("", &["verify"]).ok();
}

#[test]
fn metrics_are_for_this_machine_and_entries_are_public_where_that_was_decided() {
    let office = Installation::on_sqlite();
    office.begun();
    configured(&office, "[ledger]\npublic_entries = true\n");
    let served = Served::start(&office);
    let (status, _, metrics) = served.get("/metrics");
    assert_eq!(status, 200);
    assert!(String::from_utf8(metrics).unwrap().contains("daicho_passwords_turned_away_total"));
    for through in ["X-Forwarded-For: 127.0.0.1\r\n", "Forwarded: for=127.0.0.1\r\n", "Via: 1.1 proxy\r\n"] {
        assert_eq!(served.get_with("/metrics", through).0, 404, "{through}");
    }
    let told = office.run("", &["verify", &served.address, "--json"]).ok();
    assert!(!told.out.contains("entries-withheld"), "{}", told.out);
    assert_eq!(served.stop(), 0);

    configured(&office, "[telemetry]\ntoken = \"a long secret\"\n");
    let served = Served::start(&office);
    let forwarded = "X-Forwarded-For: 127.0.0.1\r\n";
    assert_eq!(served.get_with("/metrics", forwarded).0, 401);
    let shown = format!("{forwarded}Authorization: Bearer a long secret\r\n");
    assert_eq!(served.get_with("/metrics", &shown).0, 200);
    assert_eq!(served.stop(), 0);
}
