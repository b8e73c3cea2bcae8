//! Time stamps by an authority that nobody here wrote: `openssl ts` behind a small HTTP server, with certificates made by openssl.

use crate::installation::{Installation, Told};
use crate::serving::Served;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Runs openssl in a folder.
fn openssl(folder: &Path, line: &str) {
    let output = Command::new("openssl").args(line.split_whitespace()).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What the authority is told to do with the next questions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Stamp it, as somebody: the name of a key and certificate.
    Stamp(&'static str),
    /// Stamp something else.
    OtherBytes,
    /// Answer another question about the same.
    OtherQuestion,
    /// Refuse.
    Refuse,
    /// Sign with a certificate for web sites.
    Website,
    /// Be a year late.
    Late,
    /// Change one byte of the signature.
    Torn,
    /// Answer with more than a time stamp can be.
    TooMuch,
    /// Answer something else.
    Nonsense,
    /// Hang up.
    Nothing,
}

/// A time stamping authority with certificates of its own.
struct Authority {
    folder: PathBuf,
    url: String,
    way: Arc<Mutex<Way>>,
    /// Everything it was sent.
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

const CONFIG: &str = "
[ca]\ndefault_ca = main\n[main]\ndatabase = index\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\npolicy = any\n
[any]\ncommonName = supplied\n
[root]\nbasicConstraints = critical,CA:true\nkeyUsage = critical,keyCertSign\nsubjectKeyIdentifier = hash\n
[stamps]\nbasicConstraints = critical,CA:false\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n
[website]\nbasicConstraints = critical,CA:false\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = serverAuth\n
[req]\ndistinguished_name = name\n[name]\n
[tsa]\ndefault_tsa = one\n[one]\nserial = tsa-serial\ncrypto_device = builtin\ndefault_policy = 1.3.6.1.4.1.99999.1\nsigner_digest = sha256\n
digests = sha256\naccuracy = millisecs:500\nordering = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n[two]\nserial = tsa-serial\ncrypto_device = builtin\ndefault_policy = 1.3.6.1.4.1.99999.1\nsigner_digest = sha512\n
digests = sha256\naccuracy = millisecs:500\nordering = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha1\n";

impl Authority {
    fn start(office: &Installation) -> Self {
        let folder = office.folder().join("authority");
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("config", CONFIG), ("index", ""), ("serial", "01\n"), ("tsa-serial", "01\n")] {
            fs::write(folder.join(name), text).unwrap();
        }
        for root in ["root", "strange-root"] {
            let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
            openssl(
                &folder,
                &format!(
                    "req -x509 -config config -extensions root {key} -keyout {root}.key -out {root}.pem -days 30 -subj /CN={root}"
                ),
            );
        }
        let rsa = "-newkey rsa:2048 -noenc";
        let ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc";
        let far = "-days 20";
        for (name, key, root, kind, dates) in [
            ("good", rsa, "root", "stamps", "-startdate 20200101000000Z -enddate 20480101000000Z"),
            ("curve", ec, "root", "stamps", far),
            ("strange", rsa, "strange-root", "stamps", far),
            ("expired", rsa, "root", "stamps", "-startdate 20200101000000Z -enddate 20200201000000Z"),
            ("website", rsa, "root", "website", far),
        ] {
            openssl(&folder, &format!("req -config config {key} -keyout {name}.key -out {name}.req -subj /CN={name}"));
            openssl(
                &folder,
                &format!(
                    "ca -batch -notext -config config -extensions {kind} -cert {root}.pem -keyfile {root}.key -in {name}.req -out {name}.pem {dates}"
                ),
            );
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/tsr", listener.local_addr().unwrap());
        let (way, heard) = (Arc::new(Mutex::new(Way::Stamp("good"))), Arc::<Mutex<Vec<Vec<u8>>>>::default());
        let (there, as_told, hears) = (folder.clone(), way.clone(), heard.clone());
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let way = *as_told.lock().unwrap();
                let question = answer(stream.unwrap(), &there, way);
                hears.lock().unwrap().push(question);
            }
        });
        Self { folder, url, way, heard }
    }

    fn does(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }

    fn config(&self, root: &str, policy: &str) -> String {
        let root = self.folder.join(root).display().to_string();
        format!("\n[ledger.timestamp]\nurl = \"{}\"\nauthority = \"{root}\"\n{policy}\n", self.url)
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }
}

/// Reads one question and answers it.
fn answer(mut stream: TcpStream, folder: &Path, way: Way) -> Vec<u8> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.starts_with("post /tsr http/1.1") && head.contains("application/timestamp-query"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut question = vec![0; length];
    stream.read_exact(&mut question).unwrap();
    fs::write(folder.join("question.tsq"), &question).unwrap();
    let body = match way {
        Way::Nothing => return question,
        Way::Nonsense => b"sorry".to_vec(),
        Way::TooMuch => vec![b'0'; 100_000],
        way => made(folder, way),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    // Who has had enough hangs up.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
    question
}

fn made(folder: &Path, way: Way) -> Vec<u8> {
    let reply = |question: &str, by: &str| {
        // Older authorities name their certificate by SHA-1.
        let section = if by == "curve" { "two" } else { "one" };
        openssl(
            folder,
            &format!(
                "ts -reply -config config -section {section} -queryfile {question} -signer {by}.pem -inkey {by}.key -out answer.tsr"
            ),
        );
        fs::read(folder.join("answer.tsr")).unwrap()
    };
    match way {
        Way::Stamp(by) => reply("question.tsq", by),
        Way::OtherBytes => {
            fs::write(folder.join("other"), "something else").unwrap();
            openssl(folder, "ts -query -data other -sha256 -cert -out other.tsq");
            reply("other.tsq", "good")
        }
        Way::OtherQuestion => {
            let question = fs::read(folder.join("question.tsq")).unwrap();
            // The hash stands after its length in the only octet string.
            let at = question.windows(2).position(|two| two == [4, 32]).unwrap() + 2;
            let digest: String = question[at..at + 32].iter().map(|byte| format!("{byte:02x}")).collect();
            openssl(folder, &format!("ts -query -digest {digest} -sha256 -cert -out again.tsq"));
            reply("again.tsq", "good")
        }
        Way::Refuse => {
            fs::write(folder.join("other"), "something else").unwrap();
            openssl(folder, "ts -query -data other -sha256 -tspolicy 1.3.6.1.4.1.99999.9 -out other.tsq");
            reply("other.tsq", "good")
        }
        Way::Website => signed_anew(folder, "website", |info| info),
        Way::Late => signed_anew(folder, "good", |mut info| {
            let at = info.windows(2).position(|two| two == [0x18, 15]).unwrap() + 2;
            let year: u32 = std::str::from_utf8(&info[at..at + 4]).unwrap().parse().unwrap();
            info[at..at + 4].copy_from_slice((year - 1).to_string().as_bytes());
            info
        }),
        Way::Torn => {
            let mut answer = reply("question.tsq", "good");
            *answer.last_mut().unwrap() ^= 1;
            answer
        }
        Way::TooMuch | Way::Nonsense | Way::Nothing => unreachable!(),
    }
}

/// What `openssl ts` says, changed, and signed by somebody whom `openssl ts` would not sign with.
fn signed_anew(folder: &Path, by: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    made(folder, Way::Stamp("good"));
    openssl(folder, "ts -reply -in answer.tsr -token_out -out token.der");
    openssl(folder, "cms -verify -noverify -inform DER -in token.der -out info.der");
    fs::write(folder.join("changed.der"), change(fs::read(folder.join("info.der")).unwrap())).unwrap();
    openssl(
        folder,
        &format!(
            "cms -sign -cades -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in changed.der -signer {by}.pem -inkey {by}.key -outform DER -out anew.der"
        ),
    );
    // SEQUENCE { SEQUENCE { INTEGER 0 }, token }
    let token = fs::read(folder.join("anew.der")).unwrap();
    let length = u16::try_from(token.len() + 5).unwrap().to_be_bytes();
    [&[0x30, 0x82][..], &length, &[0x30, 3, 2, 1, 0], &token].concat()
}

fn configured(office: &Installation, more: &str) {
    let file = office.data().join("daicho.toml");
    let before = fs::read_to_string(&file).unwrap();
    let before = before.split("\n[ledger.timestamp]").next().unwrap().to_owned();
    fs::write(file, before + more).unwrap();
}

fn stamps(office: &Installation) -> PathBuf {
    office.data().join("keys/checkpoint.stamps")
}

fn stamp(office: &Installation) -> Told {
    office.run("", &["ledger", "stamp", "--json"])
}

#[test]
fn a_stamp_is_kept_with_its_checkpoint_and_openssl_says_that_it_holds() {
    Installation::on_each(|office| {
        office.begun();
        stamp(office).ends(2);
        let authority = Authority::start(office);
        configured(office, &authority.config("root.pem", "policy = \"1.3.6.1.4.1.99999.1\""));
        for by in ["good", "curve"] {
            authority.does(Way::Stamp(by));
            let told = stamp(office).ok().json();
            assert_eq!(told["by"], format!("CN={by}"));
            let size = told["entries"].as_u64().unwrap();
            let [note, token] = ["checkpoint", "tsr"].map(|kind| stamps(office).join(format!("{size}.{kind}")));
            assert_eq!(fs::read(&note).unwrap(), fs::read(office.data().join("keys/checkpoint")).unwrap());
            let (note, token) = (note.display(), token.display());
            openssl(&authority.folder, &format!("ts -verify -data {note} -in {token} -CAfile root.pem"));
            office.run("mai", &["register", "review", "--all"]).ok();
        }
        // A hash and a number are all that left.
        for question in authority.heard.lock().unwrap().iter() {
            assert!(question.len() < 90, "{} bytes were sent", question.len());
        }
        let told = office.run("", &["verify", "--json"]).ok().json();
        assert_eq!(told["timestamps"].as_array().unwrap().len(), 2, "{told}");
        assert!(office.run("", &["verify"]).ok().out.contains("2 time stamps hold"));
        assert!(office.run("", &["doctor"]).ok().out.contains("The time stamping authority stamped"));

        // The newest goes along with an export.
        let out = office.file("export");
        office.run("", &["ledger", "export", "--out", &out]).ok();
        let root = authority.file("root.pem");
        let told = office.run("", &["verify", &out, "--stamp-authority", &root, "--json"]).ok().json();
        let carried = told["timestamps"].as_array().unwrap();
        assert_eq!((carried.len(), carried[0]["by"].as_str()), (1, Some("CN=curve")), "{told}");
        assert!(!told.to_string().contains("unexpected"), "{told}");
        let strange = authority.file("strange-root.pem");
        let told = office.run("", &["verify", &out, "--stamp-authority", &strange, "--json"]).ends(1).json();
        assert_eq!(told["findings"].as_array().unwrap().last().unwrap()["what"], "timestamp", "{told}");
        assert!(office.run("", &["verify", &out]).ok().out.contains("--stamp-authority"));
    });
}

#[test]
fn stamps_come_back_with_a_backup() {
    let office = Installation::on_sqlite();
    office.begun();
    let authority = Authority::start(&office);
    configured(&office, &authority.config("root.pem", ""));
    stamp(&office).ok();
    let (out, elsewhere) = (office.file("backup"), office.file("elsewhere"));
    office.run("admin", &["backup", "--plain", "--out", &out]).ok();
    office.run("", &["--data", &elsewhere, "restore", &out]).ok();
    let back = Path::new(&elsewhere).join("keys/checkpoint.stamps");
    let names = |folder: &Path| -> Vec<_> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&back), names(&stamps(&office)));
    assert_eq!(names(&back).len(), 2);
    for name in names(&back) {
        assert_eq!(fs::read(back.join(&name)).unwrap(), fs::read(stamps(&office).join(&name)).unwrap());
    }
    assert!(office.run("", &["--data", &elsewhere, "verify"]).ok().out.contains("time stamp"));
}

#[test]
fn what_is_no_stamp_of_this_checkpoint_is_refused_and_not_kept() {
    let office = Installation::on_sqlite();
    office.begun();
    let authority = Authority::start(&office);
    configured(&office, &authority.config("root.pem", ""));
    for (way, says) in [
        (Way::OtherBytes, "something else"),
        (Way::OtherQuestion, "another request"),
        (Way::Refuse, "did not grant"),
        (Way::Stamp("strange"), "not of the authority"),
        (Way::Stamp("expired"), "was not valid then"),
        (Way::Website, "not for time stamping"),
        (Way::Late, "its time is not now"),
        (Way::Torn, "signature"),
        (Way::Nonsense, "no time stamp as RFC 3161"),
        (Way::TooMuch, "does not answer"),
        (Way::Nothing, "does not answer"),
    ] {
        authority.does(way);
        let told = stamp(&office).ends(4);
        assert!(told.err.contains(says), "{way:?}: {}", told.err);
        assert!(!stamps(&office).exists(), "{way:?}");
        assert!(office.run("", &["doctor"]).ok().out.contains(says), "{way:?}");
    }
    configured(&office, &authority.config("root.pem", "policy = \"1.3.6.1.4.1.99999.2\""));
    authority.does(Way::Stamp("good"));
    let told = stamp(&office).ends(4).err;
    assert!(told.contains("did not grant") || told.contains("another policy"), "{told}");
    configured(&office, &authority.config("nothing.pem", ""));
    assert!(stamp(&office).ends(2).err.contains("nothing.pem"));
    assert!(office.run("", &["doctor"]).ends(1).out.contains("nothing.pem"));
    configured(&office, &authority.config("root.pem", ""));
    stamp(&office).ok();
    let told = office.run("", &["doctor"]).ok().out;
    assert!(told.contains("stamped") && !told.contains("there was no time stamp"), "{told}");
    for language in ["ja", "vi"] {
        assert!(office.run("", &["--lang", language, "verify"]).ok().out.contains("CN=good"));
    }
}

#[test]
fn a_stamp_that_was_changed_or_is_of_another_history_is_found() {
    let office = Installation::on_sqlite();
    office.begun();
    let authority = Authority::start(&office);
    configured(&office, &authority.config("root.pem", ""));
    let size = stamp(&office).ok().json()["entries"].as_u64().unwrap();
    office.run("mai", &["register", "review", "--all"]).ok();
    let out = office.file("export");
    office.run("", &["ledger", "export", "--out", &out]).ok();
    for (folder, whole) in [(stamps(&office), None), (Path::new(&out).join("stamps"), Some(&out))] {
        let [note, token] = ["checkpoint", "tsr"].map(|kind| folder.join(format!("{size}.{kind}")));
        let root = authority.file("root.pem");
        let verify = || match whole {
            None => office.run("", &["verify"]),
            Some(out) => office.run("", &["verify", out, "--stamp-authority", &root]),
        };
        verify().ok();
        for file in [&note, &token] {
            let bytes = fs::read(file).unwrap();
            for at in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 3] {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                fs::write(file, changed).unwrap();
                verify().ends(1);
            }
            for length in [0, bytes.len() / 2] {
                fs::write(file, &bytes[..length]).unwrap();
                verify().ends(1);
            }
            fs::write(file, &bytes).unwrap();
        }
        fs::remove_file(&note).unwrap();
        verify().ends(1);
    }
    // The stamp of another ledger is none of this one.
    let other = Installation::on_sqlite();
    other.begun();
    configured(&other, &authority.config("root.pem", ""));
    stamp(&other).ok();
    let (theirs, ours) = (stamps(&other), stamps(&office));
    fs::remove_dir_all(&ours).unwrap();
    crate::installation::copy(&theirs, &ours);
    office.run("", &["verify"]).ends(1);
}

#[test]
fn stamps_of_entries_that_are_lost_are_put_aside_when_the_ledger_is_adopted() {
    let office = Installation::on_sqlite();
    office.begun();
    let authority = Authority::start(&office);
    configured(&office, &authority.config("root.pem", ""));
    let before = stamp(&office).ok().json()["entries"].as_u64().unwrap();
    // The database with its log, as it lies there.
    let files = ["data.db", "data.db-wal", "data.db-shm"];
    let older = files.map(|name| fs::read(office.data().join(name)).ok());
    office.run("mai", &["register", "review", "--all"]).ok();
    let after = stamp(&office).ok().json()["entries"].as_u64().unwrap();
    for (name, bytes) in files.iter().zip(older) {
        let file = office.data().join(name);
        drop(fs::remove_file(&file));
        if let Some(bytes) = bytes {
            fs::write(file, bytes).unwrap();
        }
    }
    let told = office.run("", &["verify", "--json"]).ends(1).json();
    assert!(told["findings"].as_array().unwrap().iter().any(|found| found["what"] == "checkpoint-beyond"), "{told}");
    office.run("admin", &["verify", "--adopt"]).ok();
    let told = office.run("", &["verify", "--json"]).ok().json();
    assert_eq!(
        (told["timestamps"].as_array().unwrap().len(), told["timestamps"][0]["entries"].as_u64()),
        (1, Some(before))
    );
    assert!(stamps(&office).join(format!("{after}.tsr.lost")).exists());
}

#[test]
fn a_running_office_is_stamped_by_itself_and_counts_it() {
    let office = Installation::on_sqlite();
    office.begun();
    let authority = Authority::start(&office);
    configured(&office, &authority.config("root.pem", ""));
    for (way, outcome) in [(Way::Refuse, "not-granted"), (Way::Stamp("good"), "stamped")] {
        authority.does(way);
        let served = Served::start(&office);
        let counted = format!("daicho_timestamps_total{{outcome=\"{outcome}\"}} 1");
        let begun = Instant::now();
        while !String::from_utf8(served.get("/metrics").2).unwrap().contains(&counted) {
            assert!(begun.elapsed() < Duration::from_secs(60), "it was never counted: {outcome}");
            std::thread::yield_now();
        }
        assert_eq!(stamps(&office).exists(), outcome == "stamped");
        served.stop();
    }
    let asked = authority.heard.lock().unwrap().len();
    // Once a day: a start the same day asks nobody.
    office.run("mai", &["register", "review", "--all"]).ok();
    let served = Served::start(&office);
    assert_eq!(served.get("/metrics").0, 200);
    served.stop();
    assert_eq!(authority.heard.lock().unwrap().len(), asked);
    office.run("", &["verify"]).ok();
}
