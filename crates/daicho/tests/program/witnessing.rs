//! An office and its witness as two processes: what is cosigned, what is handed out, and what the witness refuses.

use crate::installation::{Installation, copy, in_days};
use crate::serving::Served;
use ledger::note::Note;
use ledger::witness::Request;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A witness in a folder beside the office's.
struct Witness<'a> {
    office: &'a Installation,
    folder: String,
    vkey: String,
    served: Served,
}

impl<'a> Witness<'a> {
    fn start(office: &'a Installation, name: &str) -> Self {
        let folder = office.file(name);
        let named = format!("witness.example/{name}");
        let made = office.run("", &["witness", "init", "--data", &folder, "--name", &named, "--json"]).ok().json();
        let served = Self::serve(office, &folder);
        Self { office, folder, vkey: made["vkey"].as_str().unwrap().to_owned(), served }
    }

    fn serve(office: &Installation, folder: &str) -> Served {
        let command = office.command("", &["witness", "serve", "--data", folder, "--listen", "127.0.0.1:0"]);
        Served::begin(command, &PathBuf::from(format!("{folder}/log.txt")))
    }

    fn run(&self, what: &str, arguments: &[&str]) -> crate::installation::Told {
        self.office.run("", &[&["witness", what, "--data", &self.folder], arguments].concat())
    }

    fn trusts_the_office(&self) {
        self.run("trust", &[&vkey(self.office)]).ok();
    }

    fn config(&self) -> String {
        format!("\n[[ledger.witness]]\nurl = \"{}\"\nvkey = \"{}\"\n", self.served.address(), self.vkey)
    }
}

fn vkey(office: &Installation) -> String {
    fs::read_to_string(office.data().join("vkey")).unwrap().trim().to_owned()
}

/// Adds to the configuration of the office.
fn configured(office: &Installation, more: &str) {
    let file = office.data().join("daicho.toml");
    let before = fs::read_to_string(&file).unwrap();
    fs::write(file, before + more).unwrap();
}

/// Looks again and again until another process has got there.
fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came to it: {what}");
        std::thread::yield_now();
    }
}

/// The checkpoint that is shown, once it has so many signatures over so many entries.
fn cosigned(served: &Served, signatures: usize, entries: u64) -> Note {
    until("a cosigned checkpoint", || {
        let note: Note = String::from_utf8(served.get("/ledger/checkpoint").2).unwrap().parse().ok()?;
        let size: u64 = note.text().lines().nth(1)?.parse().ok()?;
        (note.signatures().len() == signatures && size >= entries).then_some(note)
    })
}

fn log(office: &Installation) -> String {
    fs::read_to_string(office.folder().join("log.txt")).unwrap()
}

/// What `doctor` says of witnesses.
fn doctor(office: &Installation) -> Vec<(String, String)> {
    let told = office.run("", &["doctor", "--json"]).json();
    let findings = told["findings"].as_array().unwrap().iter().filter(|finding| finding["part"] == "witness");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    findings.map(|finding| (text(&finding["standing"]), text(&finding["text"]))).collect()
}

#[test]
fn checkpoints_are_cosigned_and_receipts_prove_themselves_far_from_the_office() {
    Installation::on_each(|office| {
        office.begun();
        assert!(doctor(office)[0].1.contains("no witness"), "{:?}", doctor(office));
        let (one, two) = (Witness::start(office, "w1"), Witness::start(office, "w2"));
        configured(office, &(one.config() + &two.config()));
        let told = doctor(office);
        assert!(told.len() == 2 && told[0].1.contains("has not cosigned yet"), "{told:?}");
        // One of them was not told to trust the office: it says so, and the other does its work.
        one.trusts_the_office();
        let served = Served::start(office);
        cosigned(&served, 2, 1);
        until("that the other does not know the ledger", || {
            doctor(office).iter().any(|(_, text)| text.contains("w2 does not know")).then_some(())
        });
        assert!(log(office).contains("does not cosign"), "{}", log(office));
        two.trusts_the_office();
        let before = office.entries();
        office.working();
        // A sign-in, and the work record.
        let note = cosigned(&served, 3, before + 2);
        for (witness, signature) in [&one, &two].iter().zip(&note.signatures()[1..]) {
            let key: ledger::cosignature::WitnessKey = witness.vkey.parse().unwrap();
            assert_eq!(signature.name(), key.name());
            assert!(key.check(&note).is_ok());
        }
        let told = doctor(office);
        assert!(told.iter().all(|(standing, text)| standing == "well" && text.contains("cosigned")), "{told:?}");
        let metrics = String::from_utf8(served.get("/metrics").2).unwrap();
        assert!(metrics.contains("daicho_witness_cosignatures_total{witness=\"witness.example/w1\"}"), "{metrics}");
        assert!(metrics.contains("daicho_witness_failures_total"), "{metrics}");
        office.run("", &["verify", served.address(), "--vkey", &vkey(office)]).ok();

        // A receipt: from the program, the API, and the same for both.
        let entry = (before + 1).to_string();
        let file = office.file("one.tlog-proof");
        let told = office.run("", &["ledger", "proof", &entry, "--out", &file, "--json"]).ok().json();
        assert_eq!(told["cosignatures"], 2);
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
                    "r",
                    "--until",
                    &until,
                    "--json",
                ],
            )
            .ok()
            .json();
        let token = format!("Authorization: Bearer {}\r\n", token["token"].as_str().unwrap());
        let path = format!("/api/v1/ledger/entries/{entry}/proof");
        let (status, head, sent) = served.get_with(&path, &token);
        assert_eq!((status, head.contains("text/plain") && head.contains("no-store")), (200, true), "{head}");
        assert_eq!(served.get(&path).0, 401);
        let sent = office.write("sent.tlog-proof", sent);
        assert_eq!(served.stop(), 0);

        // Checked where there is no office at all.
        let nowhere = office.file("nowhere");
        let log_key = vkey(office);
        let check = |file: &str, more: &[&str]| {
            office.run("", &[&["verify", "--data", &nowhere, "--proof", file], more].concat())
        };
        for file in [&file, &sent] {
            let with = ["--vkey", &log_key, "--witness", &one.vkey, "--witness", &two.vkey];
            let told = check(file, &with).ok();
            assert!(
                told.out.contains(&format!("entry #{entry}")) && told.out.contains("opened work record"),
                "{}",
                told.out
            );
            assert!(told.out.contains("w1 cosigned it at") && told.out.contains("w2 cosigned it at"), "{}", told.out);
            for language in ["ja", "vi"] {
                check(file, &[&with[..], &["--lang", language]].concat()).ok();
            }
            let told = check(file, &[&with[..], &["--json"]].concat()).ok().json();
            assert_eq!((told["sound"].as_bool(), told["kind"].as_str()), (Some(true), Some("work-opened")), "{told}");
            assert_eq!(told["cosigned"].as_array().unwrap().len(), 2);
        }
        assert!(check(&file, &["--vkey", &log_key]).ok().out.contains("No witness was asked"));
        check(&file, &[]).ends(2);
        check(&file, &["--vkey", &one.vkey]).ends(2);
        check(&file, &["--vkey", &log_key, "--witness", &log_key]).ends(2);
        check(&file, &["--vkey", &log_key, "--witness", &one.vkey, "--quorum", "2"]).ends(2);
        check(&office.file("nothing"), &["--vkey", &log_key]).ends(2);
        // The office's own folder knows the key.
        office.run("", &["verify", "--proof", &file]).ok();
        let stranger = ledger::cosignature::Witness::new("witness.example/w3", &[3; 32]).unwrap().key().to_string();
        let strange = ["--vkey", &log_key, "--witness", &one.vkey, "--witness", &stranger];
        check(&file, &strange).ends(1);
        check(&file, &[&strange[..], &["--quorum", "1"]].concat()).ok();
        let other = ledger::note::Signer::new("daicho.local/ledger", &[3; 32]).unwrap().vkey().to_string();
        assert!(check(&file, &["--vkey", &other]).ends(1).out.contains("no receipt of the ledger"));
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 4;
        bytes[middle] ^= 0x80;
        let garbled = office.write("garbled.tlog-proof", &bytes);
        assert!(check(&garbled, &["--vkey", &log_key]).ends(1).out.contains("Line 2"));
        bytes[middle] ^= 0x81;
        let broken = office.write("broken.tlog-proof", bytes);
        let told = check(&broken, &["--vkey", &log_key]).ends(1);
        assert!(told.out.starts_with("× "), "{}", told.out);

        // An entry that nobody has signed for yet is signed for; one that is not there is missing.
        let out = office.file("new.tlog-proof");
        office.run("mai", &["register", "review", "a-001"]).ok();
        let newest = (office.entries() - 1).to_string();
        office.run("", &["ledger", "proof", &newest, "--out", &out]).ok();
        assert!(office.run("", &["verify", "--proof", &out]).ok().out.contains(&format!("#{newest}")));
        office.run("", &["ledger", "proof", "999999", "--out", &out]).ends(3);
        assert_eq!(one.served.stop(), 0);
        assert_eq!(two.served.stop(), 0);
    });
}

#[test]
fn an_office_that_is_rolled_back_is_refused_by_its_witness_and_says_so() {
    let office = Installation::on_sqlite();
    office.begun();
    let witness = Witness::start(&office, "w1");
    witness.trusts_the_office();
    configured(&office, &witness.config());
    let served = Served::start(&office);
    cosigned(&served, 2, 1);
    assert_eq!(served.stop(), 0);
    let older = office.folder().join("older");
    copy(&office.data(), &older);

    let before = office.entries();
    office.working();
    let served = Served::start(&office);
    let larger = cosigned(&served, 2, before + 1);
    let size: u64 = larger.text().lines().nth(1).unwrap().parse().unwrap();
    assert_eq!(served.stop(), 0);

    // Database, keys, checkpoint: all of it as it was. Nothing in the house can tell.
    fs::rename(office.data(), office.folder().join("lost")).unwrap();
    copy(&older, &office.data());
    office.run("", &["verify"]).ok();
    let served = Served::start(&office);
    until("that the witness is ahead", || log(&office).contains("rolled back").then_some(()));
    let told = doctor(&office);
    assert!(told[0].0 == "wrong" && told[0].1.contains(&format!("has cosigned {size} entries")), "{told:?}");
    office.run("", &["doctor"]).ends(1);
    let metrics = String::from_utf8(served.get("/metrics").2).unwrap();
    assert!(metrics.contains("why=\"ahead\""), "{metrics}");

    // It goes on from there: longer again, and another ledger than the one the witness knows.
    for _ in 0..6 {
        office.run("mai", &["register", "review", "a-001"]).ok();
    }
    assert!(office.entries() > size);
    until("that the ledger was forked", || doctor(&office)[0].1.contains("not the beginning").then_some(()));
    assert_eq!(served.stop(), 0);
    let note = fs::read_to_string(office.data().join("keys/checkpoint.cosigned")).unwrap();
    assert!(!note.contains(&format!("\n{}\n", office.entries())), "no cosignature over the fork: {note}");

    // The witness remembers over a restart, and says how far it is to whoever asks with the ledger's signature.
    let folder = witness.folder.clone();
    let ledgers = witness.run("ledgers", &["--json"]).ok().json();
    assert_eq!(ledgers[0]["entries"].as_u64(), Some(size), "{ledgers}");
    assert_eq!(witness.served.stop(), 0);
    let again = Witness::serve(&office, &folder);
    let signed = fs::read_to_string(office.data().join("keys/checkpoint")).unwrap();
    let (status, head, body) = again.post("/add-checkpoint", Request::write(0, &[], &signed).as_bytes());
    assert_eq!((status, body), (409, format!("{size}\n").into_bytes()));
    assert!(head.contains("content-type: text/x.tlog.size"), "{head}");
    let (status, _, _) = again.post("/add-checkpoint", Request::write(size, &[], &signed).as_bytes());
    assert_eq!(status, 422);
    assert_eq!(again.stop(), 0);
    // The right one is put back, and everybody agrees again.
    fs::remove_dir_all(office.data()).unwrap();
    fs::rename(office.folder().join("lost"), office.data()).unwrap();
    office.run("", &["verify"]).ok();
}

#[test]
fn a_witness_answers_as_the_protocol_says_and_keeps_its_place_apart() {
    let office = Installation::on_sqlite();
    office.begun();
    let witness = Witness::start(&office, "w1");
    let note = fs::read_to_string(office.data().join("keys/checkpoint")).unwrap();
    let first = Request::write(0, &[], &note);
    let ask = |body: &[u8]| witness.served.post("/add-checkpoint", body).0;
    assert_eq!(ask(first.as_bytes()), 404, "nobody told it to trust this ledger");
    witness.trusts_the_office();
    assert!(witness.run("trust", &[&vkey(&office)]).ok().out.contains("already"));
    assert_eq!(ask(&first.as_bytes()[..first.len() - 30]), 400);
    assert_eq!(ask(b"\xff\xfe"), 400);
    assert_eq!(ask(&vec![b'a'; 70_000]), 413);
    assert_eq!(ask(first.replace("\n\n", "\nAAAA\n\n").as_bytes()), 400);
    let size = note.lines().nth(1).unwrap();
    let false_one = first.replace(&format!("\n{size}\n"), "\n1000000\n");
    assert_eq!(ask(false_one.as_bytes()), 403);
    assert_eq!(ask(first.replace("old 0", "old 1000000").as_bytes()), 400);
    assert_eq!(ask(first.replace("old 0", "old 1").as_bytes()), 409);
    let (status, head, line) = witness.served.post("/add-checkpoint", first.as_bytes());
    assert_eq!(status, 200, "{head}");
    let cosigned: Note = format!("{note}{}", String::from_utf8(line).unwrap()).parse().unwrap();
    let key: ledger::cosignature::WitnessKey = witness.vkey.parse().unwrap();
    assert!(key.check(&cosigned).is_ok());
    assert_eq!(witness.served.get("/add-checkpoint").0, 405);
    assert_eq!(witness.served.get("/").0, 404);

    // Its folder is its own, and its key is only its owner's.
    office.run("", &["witness", "init", "--name", "w"]).ends(2);
    let folder = witness.folder.clone();
    office.run("", &["witness", "init", "--data", &folder, "--name", "w"]).ends(2);
    let fresh = office.file("fresh");
    office.run("", &["witness", "init", "--data", &fresh, "--name", "a b"]).ends(2);
    office.run("", &["witness", "key", "--data", &fresh]).ends(3);
    office.run("", &["witness", "serve", "--data", &fresh]).ends(3);
    witness.run("trust", &[&witness.vkey]).ends(2);
    assert_eq!(witness.run("key", &[]).ok().out.trim(), witness.vkey);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(format!("{folder}/witness.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
    // While it serves, another ledger is trusted; no restart is needed.
    let other = ledger::note::Signer::new("example.com/other", &[5; 32]).unwrap();
    let small = ledger::checkpoint::Checkpoint::of("example.com/other", &ledger::tree::Frontier::new()).unwrap();
    let small = Request::write(0, &[], &small.sign(&other).unwrap());
    assert_eq!(ask(small.as_bytes()), 404);
    witness.run("trust", &[&other.vkey().to_string()]).ok();
    assert_eq!(ask(small.as_bytes()), 200);
    assert_eq!(witness.served.stop(), 0);
}

#[test]
fn a_witness_beyond_this_machine_speaks_tls_and_one_that_comes_back_is_asked_again() {
    let office = Installation::on_sqlite();
    office.begun();
    let witness = Witness::start(&office, "w1");
    witness.trusts_the_office();
    let folder = witness.folder.clone();
    fs::write(format!("{folder}/daicho.toml"), "[tls]\nmode = \"on\"\n").unwrap();
    let vkey = witness.vkey.clone();
    assert_eq!(witness.served.stop(), 0);
    let again = Witness::serve(&office, &folder);
    assert!(again.address().starts_with("https://127.0.0.1:"), "{}", again.address());
    let port = again.address().rsplit(':').next().unwrap().to_owned();
    configured(&office, &format!("\n[[ledger.witness]]\nurl = \"{}\"\nvkey = \"{vkey}\"\n", again.address()));
    let served = Served::start(&office);
    let before = office.entries();
    cosigned(&served, 2, before);
    // It goes away, the office goes on, it comes back.
    assert_eq!(again.stop(), 0);
    office.working();
    until("that the witness is gone", || is_kept(&office, "unreachable").then_some(()));
    office.run("mai", &["register", "review", "a-001"]).ok();
    let listen = format!("127.0.0.1:{port}");
    let command = office.command("", &["witness", "serve", "--data", &folder, "--listen", &listen]);
    let again = Served::begin(command, &office.folder().join("witness-log.txt"));
    cosigned(&served, 2, before + 2);
    assert!(log(&office).contains("the witness cosigns again"), "{}", log(&office));
    assert_eq!((served.stop(), again.stop()), (0, 0));
}

#[test]
fn a_witness_that_goes_away_takes_no_cosignature_with_it() {
    let office = Installation::on_sqlite();
    office.begun();
    let (one, two) = (Witness::start(&office, "w1"), Witness::start(&office, "w2"));
    one.trusts_the_office();
    two.trusts_the_office();
    configured(&office, &(one.config() + &two.config()));
    let kept = || fs::read_to_string(office.data().join("keys/checkpoint.cosigned")).unwrap().parse::<Note>().unwrap();
    // Until a whole run of the office, with the records it makes of itself each day, has added nothing.
    let before = until("that the last note is cosigned", || {
        let served = Served::start(&office);
        cosigned(&served, 3, office.entries());
        assert_eq!(served.stop(), 0);
        let signed = fs::read_to_string(office.data().join("keys/checkpoint")).unwrap();
        Some(kept()).filter(|kept| signed.starts_with(kept.text()))
    });
    assert_eq!(before.signatures().len(), 3);
    // The same note after a restart: the first cosigns it anew, the second is gone.
    assert_eq!(two.served.stop(), 0);
    let served = Served::start(&office);
    until("that the second is gone", || is_kept(&office, "unreachable").then_some(()));
    assert_eq!((kept().text(), kept().signatures().len()), (before.text(), 3));
    assert_eq!(cosigned(&served, 3, 1).signatures()[2], before.signatures()[2]);
    assert_eq!((served.stop(), one.served.stop()), (0, 0));
}

/// Whether what is kept of the witnesses names this trouble.
fn is_kept(office: &Installation, code: &str) -> bool {
    fs::read_to_string(office.data().join("keys/checkpoint.witnesses")).unwrap().contains(code)
}
