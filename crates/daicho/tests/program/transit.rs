//! The root key wrapped by a transit engine, against a server that speaks its API and can do so badly.

use crate::installation::{Installation, Told};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

const TOKEN: &str = "s.right";
const RIGHT: [(&str, &str); 1] = [("DAICHO_TRANSIT_TOKEN", TOKEN)];

/// How the service is.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Well,
    Sealed,
    Garbage,
    /// A success, without what was asked for.
    Empty,
    Huge,
    Hangs,
    Redirects,
}

struct State {
    mood: Mood,
    /// The newest version of the key.
    version: u8,
    /// How many requests came.
    asked: usize,
    /// Connections that are never answered.
    hanging: Vec<Box<dyn Send>>,
}

/// A service that has one key, `daicho`, in the engine at `transit`.
struct Service {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Service {
    fn start(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if tls.is_some() { "https://localhost" } else { "http://127.0.0.1" };
        let url = format!("{scheme}:{}", listener.local_addr().unwrap().port());
        let state = State { mood: Mood::Well, version: 1, asked: 0, hanging: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let (shared, here) = (state.clone(), url.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                match &tls {
                    None => answer(stream, &shared, &here),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config.clone()).unwrap();
                        answer(rustls::StreamOwned::new(connection, stream), &shared, &here);
                    }
                }
            }
        });
        Self { url, state }
    }

    fn is(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }
}

/// Answers one request.
fn answer<S: Read + Write + Send + 'static>(mut stream: S, state: &Mutex<State>, here: &str) {
    let Some((path, headers, body)) = request(&mut stream) else { return };
    let mut state = state.lock().unwrap();
    state.asked += 1;
    let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let errors = |text: &str| serde_json::json!({ "errors": [text] }).to_string();
    let (status, more, text) = match state.mood {
        Mood::Hangs => {
            state.hanging.push(Box::new(stream));
            return;
        }
        Mood::Sealed => (503, String::new(), errors("Vault is sealed")),
        Mood::Garbage => (200, String::new(), "<html>welcome</html>".to_owned()),
        Mood::Empty => (200, String::new(), "{\"data\":{}}".to_owned()),
        Mood::Huge => (200, String::new(), format!("{{\"data\":{{\"plaintext\":\"{}\"}}}}", "A".repeat(1 << 20))),
        Mood::Redirects => (307, format!("location: {here}/elsewhere{path}\r\n"), String::new()),
        Mood::Well if header("x-vault-token") != Some(TOKEN) || header("x-vault-request") != Some("true") => {
            (403, String::new(), errors("permission denied"))
        }
        Mood::Well => match engine(&path, &body, state.version) {
            Ok(data) => (200, String::new(), serde_json::json!({ "request_id": "1", "data": data }).to_string()),
            Err((status, text)) => (status, String::new(), errors(text)),
        },
    };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n", text.len());
    // Whoever does not want all of a long answer hangs up.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())));
    drop(stream.flush());
}

type Asked = (String, Vec<(String, String)>, serde_json::Value);

fn request(stream: &mut impl Read) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let path = line.strip_prefix("POST ")?.split(' ').next()?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, headers, serde_json::from_slice(&body).ok()?))
}

/// What the engine does with a request. Its encryption is none, but nobody can read it with the eye.
fn engine(path: &str, body: &serde_json::Value, newest: u8) -> Result<serde_json::Value, (u16, &'static str)> {
    let turned = |text: &str, version: u8| hex::encode(text.bytes().map(|b| b ^ version ^ 0x55).collect::<Vec<_>>());
    match path {
        "/v1/transit/encrypt/daicho" => {
            let plain = body["plaintext"].as_str().ok_or((400, "missing plaintext"))?;
            Ok(
                serde_json::json!({ "ciphertext": format!("vault:v{newest}:{}", turned(plain, newest)), "key_version": newest }),
            )
        }
        "/v1/transit/decrypt/daicho" => {
            let wrapped = body["ciphertext"].as_str().ok_or((400, "missing ciphertext"))?;
            let (version, turned) = wrapped.strip_prefix("vault:v").and_then(|rest| rest.split_once(':')).unwrap();
            let version: u8 = version.parse().unwrap();
            let turned = hex::decode(turned).ok().filter(|_| version <= newest).ok_or((400, "invalid ciphertext"))?;
            let plain: Vec<u8> = turned.into_iter().map(|b| b ^ version ^ 0x55).collect();
            Ok(
                serde_json::json!({ "plaintext": String::from_utf8(plain).map_err(|_| (400, "cipher: message authentication failed"))? }),
            )
        }
        _ => Err((404, "no handler for route")),
    }
}

fn file(office: &Installation) -> PathBuf {
    office.data().join("keys/root.transit")
}

fn run(office: &Installation, who: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Told {
    let mut command = office.command(who, arguments);
    command.envs(environment.iter().copied());
    office.told(command.spawn().unwrap())
}

#[test]
fn a_service_opens_the_keys_and_old_versions_of_its_key_still_do() {
    let (office, service) = (Installation::on_sqlite(), Service::start(None));
    let url = service.url.as_str();
    let init = |more: &[&str]| run(office.ready(), "", &[&["init", "--root", "transit"], more].concat(), &RIGHT);
    assert!(init(&[]).ends(2).err.contains("--url https://"));
    assert!(init(&["--url", "http://bao.example:8200"]).ends(2).err.contains("https://"));
    assert!(init(&["--url", url, "--mount", "nowhere"]).ends(2).err.contains("no handler"));
    assert!(!office.data().join("keys/keyring").exists());
    init(&["--url", url]).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    assert!(text.contains("\nwrapped vault:v1:") && !text.contains("daicho-root-key"), "{text}");
    let told = run(&office, "", &["account", "list"], &[]).ends(2);
    assert!(told.err.contains("DAICHO_TRANSIT_TOKEN"), "{}", told.err);
    let list = |environment: &[(&str, &str)]| run(&office, "", &["account", "list"], environment);
    list(&RIGHT).ok();
    let handed = office.write("token", format!("{TOKEN}\n"));
    list(&[("DAICHO_TRANSIT_TOKEN_FILE", &handed)]).ok();
    let told = list(&[("DAICHO_TRANSIT_TOKEN", "s.other")]).ends(2);
    assert!(told.err.contains("does not let this token") && told.err.contains("permission denied"), "{}", told.err);
    assert!(!told.err.contains("s.other"));
    // Verifying asks nobody.
    let before = service.state.lock().unwrap().asked;
    assert!(run(&office, "", &["verify"], &[]).ok().out.contains("root key"));
    assert_eq!(service.state.lock().unwrap().asked, before);
    assert!(!run(&office, "", &["verify"], &RIGHT).ok().out.contains("root key"));
    // The key of the service is rotated: what the old version wrapped opens, and is wrapped by the new one when that is asked for.
    service.state.lock().unwrap().version = 2;
    list(&RIGHT).ok();
    run(&office, "admin", &["key", "protect", "--root", "transit"], &RIGHT).ok();
    assert!(fs::read_to_string(file(&office)).unwrap().contains("\nwrapped vault:v2:"));
    service.state.lock().unwrap().version = 3;
    run(&office, "admin", &["key", "renew"], &RIGHT).ok();
    assert!(fs::read_to_string(file(&office)).unwrap().contains("\nwrapped vault:v3:"));
    let shown = run(&office, "", &["key", "show", "--json"], &RIGHT).ok().json();
    assert_eq!(shown["root"], serde_json::json!(["transit"]));
    // Shares bring it back without the service, and it can be put elsewhere.
    let shares = office.file("shares");
    run(&office, "admin", &["key", "split", "--needed", "2", "--of", "3", "--out", &shares], &RIGHT).ok();
    service.is(Mood::Sealed);
    fs::remove_file(file(&office)).unwrap();
    let share = |n: u8| office.folder().join(format!("shares/share-{n}")).to_str().unwrap().to_owned();
    run(&office, "", &["key", "combine", &share(1), &share(3), "--root", "file"], &[]).ok();
    list(&[]).ok();
}

#[test]
fn a_service_that_fails_is_said_and_nothing_is_lost() {
    let (office, service) = (Installation::on_sqlite(), Service::start(None));
    run(office.ready(), "", &["init", "--root", "transit", "--url", &service.url], &RIGHT).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    let moods = [
        (Mood::Sealed, 4, "is sealed"),
        (Mood::Garbage, 4, "not what a transit engine answers"),
        (Mood::Empty, 4, "not what a transit engine answers"),
        (Mood::Huge, 4, "length limit"),
        (Mood::Hangs, 4, "no answer within 5 s"),
        (Mood::Redirects, 2, "points to another address"),
    ];
    for (mood, code, words) in moods {
        service.is(mood);
        let before = service.state.lock().unwrap().asked;
        let told = run(&office, "", &["account", "list"], &RIGHT).ends(code);
        assert!(told.err.contains(words), "{mood:?}: {}", told.err);
        assert_eq!(service.state.lock().unwrap().asked, before + 1, "{mood:?}: asked once");
    }
    service.is(Mood::Well);
    run(&office, "", &["account", "list"], &RIGHT).ok();
    // A change of the protection to a service that fails changes nothing.
    let sealed = Service::start(None);
    sealed.is(Mood::Sealed);
    let there = ["key", "protect", "--root", "transit", "--url", &sealed.url];
    run(&office, "admin", &there, &RIGHT).ends(4);
    assert_eq!(fs::read_to_string(file(&office)).unwrap(), text);
    // Neither another ciphertext nor another address opens it.
    fs::write(file(&office), text.replace("vault:v1:", "vault:v9:")).unwrap();
    run(&office, "", &["account", "list"], &RIGHT).ends(4);
    fs::write(file(&office), text.replace("http://127.0.0.1", "http://bao.example")).unwrap();
    assert!(run(&office, "", &["account", "list"], &RIGHT).ends(2).err.contains("https://"));
}

#[test]
fn a_service_is_believed_by_the_certificate_that_was_named() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let (office, service) = (Installation::on_sqlite(), Service::start(Some(Arc::new(config))));
    let authority = office.write("authority.pem", made.cert.pem());
    let init = |more: &[&str]| {
        let arguments = [&["init", "--root", "transit", "--url", &service.url], more].concat();
        run(office.ready(), "", &arguments, &RIGHT)
    };
    // The machine's authorities did not sign it, and the token is not sent.
    assert_ne!(init(&[]).code, 0);
    assert_eq!(service.state.lock().unwrap().asked, 0);
    let none = office.write("none.pem", "nothing");
    assert!(init(&["--authority", &none]).ends(2).err.contains("cannot be read"));
    init(&["--authority", &authority, "--namespace", "team/a"]).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    assert!(text.contains(&format!("\nauthority {authority}\n")) && text.contains("\nnamespace team/a\n"), "{text}");
    run(&office, "", &["account", "list"], &RIGHT).ok();
}
