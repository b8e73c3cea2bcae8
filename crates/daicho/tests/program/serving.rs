//! Serving: from outside, while others write, and not at all when the ledger was altered.

use crate::installation::{Installation, copy, files_below};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(office: &Installation) -> Self {
        let mut command = office.command("", &["serve", "--listen", "127.0.0.1:0"]);
        let mut child =
            command.stderr(Stdio::from(fs::File::create(office.folder().join("log.txt")).unwrap())).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| panic!("{line}"));
        Self { address: url.trim_end_matches('/').to_owned(), child }
    }

    fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
        let host = self.address.split("//").nth(1).unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), bytes[end + 4..].to_vec())
    }

    /// Asks it to stop, and waits until it has.
    fn stop(mut self) -> i32 {
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
        assert_eq!(served.get(&format!("/ledger/tile/entries/000.p/{size}")).0, 200);
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
