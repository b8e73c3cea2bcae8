//! Configuration: one small file, the environment, flags. What changes what happens to people's data is policy and not here.

use ::policy::{Language, Texts};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::Place;

mod mail;
mod timestamp;

pub(crate) use mail::{MailPart, MailTls};
pub(crate) use timestamp::TimestampPart;

/// The file in the data folder.
pub(crate) const FILE: &str = "daicho.toml";
const KEYS: &str = "keys";

/// `daicho.toml`, with what the environment and the flags changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct File {
    /// Address and port to serve on.
    pub(crate) listen: SocketAddr,
    /// The address people reach the site at, as it is printed on notices: `https://privacy.example.jp`. Where it listens by default.
    pub(crate) base: Option<String>,
    /// Name of this ledger in its checkpoints: a host name and path without a scheme (C2SP tlog-checkpoint).
    pub(crate) origin: String,
    /// Number of this node where several share one PostgreSQL.
    pub(crate) node: u32,
    /// Where the data lie.
    pub(crate) store: StorePart,
    /// Where people's wrapped keys lie: apart from the data.
    pub(crate) keys: KeysPart,
    /// TLS: on by default on every address but loopback.
    pub(crate) tls: TlsPart,
    /// How long slow clients and a stop may take.
    pub(crate) serve: ServePart,
    /// What of the ledger is told to strangers.
    pub(crate) ledger: LedgerPart,
    /// Backups.
    pub(crate) backup: BackupPart,
    /// By which server letters are sent; without one none are.
    pub(crate) mail: Option<MailPart>,
    /// Logs.
    pub(crate) log: LogPart,
    /// Metrics and traces.
    pub(crate) telemetry: TelemetryPart,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StorePart {
    /// PostgreSQL URL; without one, SQLite in the data folder.
    pub(crate) url: Option<String>,
    /// Schema of the tables on PostgreSQL.
    pub(crate) schema: Option<String>,
    /// PEM file of the authority that signed the server's certificate; with one, the connection uses TLS.
    pub(crate) authority: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KeysPart {
    /// PostgreSQL URL of the key store; without one, SQLite in the keys folder.
    pub(crate) url: Option<String>,
    /// Schema of the key store on PostgreSQL.
    pub(crate) schema: Option<String>,
    /// Folder of the keyring, of what opens it, and of the SQLite key store; `keys` in the data folder by default.
    pub(crate) folder: Option<PathBuf>,
    /// On PostgreSQL: whether there is one key folder only, of the only node or shared by all. Then wrapping keys are renewed each night.
    pub(crate) shared: bool,
    /// Where the last signed checkpoint is kept, outside the database; in the keys folder by default.
    pub(crate) checkpoint: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TlsPart {
    /// `auto` (on beyond loopback), `on` or `off` (behind a proxy that speaks TLS).
    pub(crate) mode: TlsMode,
    /// PEM file of the certificate chain; without one, a certificate is generated into the keys folder.
    pub(crate) certificate: Option<PathBuf>,
    /// PEM file of its key.
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TlsMode {
    #[default]
    Auto,
    On,
    Off,
}

/// How long slow clients and a stop may take, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServePart {
    /// Until the head of a request has arrived.
    pub(crate) header_seconds: u64,
    /// Until its body has; one that is silent for 30 seconds is not waited for.
    pub(crate) body_seconds: u64,
    /// How long answers under way may take after the program was asked to stop; what has not ended then is cut.
    pub(crate) stop_seconds: u64,
}

/// What of the ledger is told to strangers. Checkpoints and the hashes of the tree always are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LedgerPart {
    /// Whether `/ledger/tile/entries/…` needs no token. Entries hold nobody's data, but times, purposes and numbers of people.
    pub(crate) public_entries: bool,
    /// Who is asked to cosign every checkpoint: `[[ledger.witness]]`.
    pub(crate) witness: Vec<WitnessPart>,
    /// Who stamps it with the time once a day (RFC 3161).
    pub(crate) timestamp: Option<TimestampPart>,
}

/// A witness: another machine, best another company's, that runs `daicho witness serve` or any other program of C2SP tlog-witness.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessPart {
    /// Its address, to which `/add-checkpoint` is added.
    #[serde(deserialize_with = "witness_url")]
    pub(crate) url: String,
    /// Its verifier key.
    #[serde(deserialize_with = "witness_vkey")]
    pub(crate) vkey: String,
}

fn witness_url<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    address(from, BAD_WITNESS_URL)
}

/// An address of http or https.
fn address<'de, D: serde::Deserializer<'de>>(from: D, bad: &'static str) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let host = text.parse::<axum::http::Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    match host.and_then(|uri| uri.host().map(|host| !host.is_empty())) {
        Some(true) => Ok(text),
        _ => Err(serde::de::Error::custom(bad)),
    }
}

fn witness_vkey<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let key = text.trim().parse::<ledger::cosignature::WitnessKey>();
    key.map(|key| key.to_string()).map_err(|_| serde::de::Error::custom(BAD_WITNESS_VKEY))
}

/// Backups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackupPart {
    /// Who can read them: recipients of age (age1…).
    #[serde(deserialize_with = "recipients")]
    pub(crate) recipients: Vec<String>,
}

fn recipients<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let all = Vec::<String>::deserialize(from)?;
    match all.iter().all(|one| crate::command::is_recipient(one)) {
        true => Ok(all),
        false => Err(serde::de::Error::custom(BAD_RECIPIENT)),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogPart {
    /// `text` or `json`.
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or a filter such as `daicho=debug,web=info`.
    pub(crate) level: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TelemetryPart {
    /// Whether `/metrics` answers Prometheus; unless said otherwise, on loopback only.
    pub(crate) metrics: Option<bool>,
    /// The bearer token that `/metrics` asks of everybody who does not come from this machine itself, or comes through a proxy.
    pub(crate) token: Option<String>,
    /// Endpoint of an OpenTelemetry collector (OTLP over HTTP), such as `http://127.0.0.1:4318`.
    pub(crate) otlp: Option<String>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8711)),
            base: None,
            origin: "daicho.local/ledger".into(),
            node: 0,
            store: StorePart::default(),
            keys: KeysPart::default(),
            tls: TlsPart::default(),
            serve: ServePart::default(),
            ledger: LedgerPart::default(),
            backup: BackupPart::default(),
            mail: None,
            log: LogPart::default(),
            telemetry: TelemetryPart::default(),
        }
    }
}

impl Default for ServePart {
    fn default() -> Self {
        Self { header_seconds: 20, body_seconds: 300, stop_seconds: 30 }
    }
}

impl Default for LogPart {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".into() }
    }
}

/// Everything the program was told, settled.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The file, with overrides applied.
    pub(crate) file: File,
}

/// Why the configuration cannot be used.
#[derive(Debug)]
pub(crate) enum BadConfig {
    /// The file is there and cannot be read.
    Unreadable { path: PathBuf, why: std::io::Error },
    /// A line of it is not as it should be.
    Line { path: PathBuf, line: usize, rule: Texts },
    /// `DAICHO_LISTEN` is no address and port.
    Listen,
}

impl BadConfig {
    /// What is wrong, for whoever wrote it. No value is quoted: it may be a password.
    pub(crate) fn texts(&self) -> Texts {
        match self {
            Self::Unreadable { path, why } => {
                let path = path.display();
                Texts::new(
                    format!("{path} を読めません（{why}）。"),
                    format!("Cannot read {path}: {why}."),
                    format!("Không đọc được {path}: {why}."),
                )
            }
            Self::Line { path, line, rule } => {
                let path = path.display();
                rule.map(|language, rule| match language {
                    Language::Ja => format!("{path} {line}行目: {rule}"),
                    Language::En => format!("{path}, line {line}: {rule}"),
                    Language::Vi => format!("{path}, dòng {line}: {rule}"),
                })
            }
            Self::Listen => Texts::new(
                "DAICHO_LISTEN には 127.0.0.1:8711 のようなアドレスとポートを指定してください。",
                "DAICHO_LISTEN is an address and port such as 127.0.0.1:8711.",
                "DAICHO_LISTEN phải là địa chỉ và cổng, ví dụ 127.0.0.1:8711.",
            ),
        }
    }
}

impl Config {
    /// Reads the file in `data`, if there is one, then what the environment says.
    pub(crate) fn read(data: &Path) -> Result<Self, BadConfig> {
        let path = data.join(FILE);
        let mut file = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str::<File>(&text).map_err(|e| BadConfig::Line {
                path: path.clone(),
                line: line_of(&text, &e),
                rule: rule(e.message()),
            })?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(why) => return Err(BadConfig::Unreadable { path, why }),
        };
        environment(&mut file)?;
        Ok(Self { data: data.to_owned(), file })
    }

    /// Where the data lie.
    pub(crate) fn store(&self) -> Place {
        let part = &self.file.store;
        match &part.url {
            None => Place::Sqlite(self.data.join("data.db")),
            Some(url) => Place::Postgres {
                url: url.clone(),
                schema: part.schema.clone().unwrap_or_else(|| "daicho".into()),
                authority: part.authority.clone(),
            },
        }
    }

    /// Where people's wrapped keys lie.
    pub(crate) fn keys(&self) -> Place {
        let part = &self.file.keys;
        match &part.url {
            None => Place::Sqlite(self.key_folder().join("keys.db")),
            Some(url) => Place::Postgres {
                url: url.clone(),
                schema: part.schema.clone().unwrap_or_else(|| "daicho_keys".into()),
                authority: self.file.store.authority.clone(),
            },
        }
    }

    /// The folder of the keys.
    pub(crate) fn key_folder(&self) -> PathBuf {
        self.file.keys.folder.clone().unwrap_or_else(|| self.data.join(KEYS))
    }

    /// Where the last signed checkpoint is kept outside the database.
    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.file.keys.checkpoint.clone().unwrap_or_else(|| self.key_folder().join("checkpoint"))
    }

    /// Whether pages are served with TLS.
    pub(crate) fn tls(&self) -> bool {
        match self.file.tls.mode {
            TlsMode::On => true,
            TlsMode::Off => false,
            TlsMode::Auto => !self.file.listen.ip().is_loopback(),
        }
    }

    /// The address people reach the site at, without a slash at the end.
    pub(crate) fn base(&self) -> String {
        let scheme = if self.tls() { "https" } else { "http" };
        let base = self.file.base.clone().unwrap_or_else(|| format!("{scheme}://{}", self.file.listen));
        base.trim_end_matches('/').to_owned()
    }

    /// Whether `/metrics` is served.
    pub(crate) fn metrics(&self) -> bool {
        self.file.telemetry.metrics.unwrap_or_else(|| self.file.listen.ip().is_loopback())
    }

    /// The settings in force as TOML, passwords in URLs hidden.
    pub(crate) fn printed(&self) -> String {
        let mut file = self.file.clone();
        if let Some(token) = &mut file.telemetry.token {
            *token = "…".into();
        }
        for url in [&mut file.store.url, &mut file.keys.url].into_iter().flatten() {
            *url = without_password(url);
        }
        toml::to_string_pretty(&file).unwrap_or_default()
    }
}

fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// What a reader of the file says of a witness without an address, and of one without a key of its kind.
const BAD_WITNESS_URL: &str = "not the address of a witness";
const BAD_WITNESS_VKEY: &str = "not the key of a witness";
/// What it says of somebody nothing can be encrypted for.
const BAD_RECIPIENT: &str = "not a recipient of age";

/// The rule that was broken, by what the reader of the file says. Keys are quoted, values never.
fn rule(said: &str) -> Texts {
    let quoted = |after: &str| said.strip_prefix(after).and_then(|rest| rest.split('`').next());
    // What it expects instead are names: of keys, or the words of a closed list.
    let known = || said.split_once("expected ").map_or("", |(_, known)| known).split('`').skip(1).step_by(2);
    let known = || known().collect::<Vec<_>>().join(", ");
    if let Some(key) = quoted("unknown field `") {
        let known = known();
        return Texts::new(
            format!("「{key}」というキーはありません。使えるのは次のキーです: {known}"),
            format!("there is no key {key} here. Known are: {known}"),
            format!("không có khóa {key} ở đây. Các khóa dùng được: {known}"),
        );
    }
    if let Some(key) = quoted("missing field `") {
        return Texts::new(
            format!("「{key}」がありません。書き加えてください。"),
            format!("{key} is missing. Add it."),
            format!("thiếu {key}. Hãy thêm vào."),
        );
    }
    if said.starts_with("unknown variant") {
        let known = known();
        return Texts::new(
            format!("値は次のどれかです: {known}"),
            format!("the value is one of: {known}"),
            format!("giá trị phải là một trong: {known}"),
        );
    }
    if said.starts_with("duplicate") {
        return Texts::new(
            "同じキーが二つあります。一つにしてください。",
            "a key stands twice. Keep one.",
            "một khóa xuất hiện hai lần. Hãy giữ một.",
        );
    }
    if let Some(texts) = timestamp::rule(said).or_else(|| mail::rule(said)) {
        return texts;
    }
    match said {
        BAD_WITNESS_URL => Texts::new(
            "証人の url には https://witness.example/ のようなアドレスを書いてください。",
            "the url of a witness is such as https://witness.example/",
            "url của nhân chứng phải có dạng https://witness.example/",
        ),
        BAD_WITNESS_VKEY => Texts::new(
            "証人の vkey には `daicho witness key` が表示する鍵を書いてください。",
            "the vkey of a witness is what `daicho witness key` prints.",
            "vkey của nhân chứng là khóa do `daicho witness key` in ra.",
        ),
        BAD_RECIPIENT => Texts::new(
            "backup.recipients には `daicho backup key` が表示する age1… を書いてください。",
            "backup.recipients are such as age1…: `daicho backup key` makes one.",
            "backup.recipients có dạng age1…: tạo bằng `daicho backup key`.",
        ),
        _ if said.starts_with("invalid type")
            || said.starts_with("invalid value")
            || said.starts_with("invalid socket") =>
        {
            Texts::new(
                "このキーに書ける形の値ではありません。`daicho doctor` が表示する設定を手本にしてください。",
                "the value does not have the form this key takes. The settings that `daicho doctor` prints show it.",
                "giá trị không đúng dạng của khóa này. Hãy xem mẫu trong thiết lập mà `daicho doctor` in ra.",
            )
        }
        _ => Texts::new(
            "ここからTOMLとして読めません。引用符、かっこ、改行を確かめてください。",
            "from here on it is not TOML. Look at its quotes, brackets and line breaks.",
            "từ đây không còn là TOML. Hãy kiểm tra dấu nháy, dấu ngoặc và ngắt dòng.",
        ),
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".into() };
    match rest.rsplit_once('@') {
        Some((who, host)) => format!("{scheme}://{}:…@{host}", who.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// The only place that reads the environment for settings.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn environment(file: &mut File) -> Result<(), BadConfig> {
    let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    if let Some(v) = var("DAICHO_LISTEN") {
        file.listen = v.parse().map_err(|_| BadConfig::Listen)?;
    }
    if let Some(v) = var("DAICHO_STORE_URL") {
        file.store.url = Some(v);
    }
    if let Some(v) = var("DAICHO_KEYS_URL") {
        file.keys.url = Some(v);
    }
    if let Some(v) = var("DAICHO_LOG") {
        file.log.level = v;
    }
    if let Some(v) = var("DAICHO_OTLP") {
        file.telemetry.otlp = Some(v);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "listen = \"127.0.0.1:1\"\n[store]\nurll = \"x\"\n").unwrap();
        let said = Config::read(folder.path()).unwrap_err().texts();
        for (language, line) in [(Language::Ja, "3行目"), (Language::En, "line 3"), (Language::Vi, "dòng 3")] {
            let said = said.get(language);
            assert!(said.contains("urll") && said.contains("schema") && said.contains(line), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_in_every_language_and_no_value_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        for (text, en) in [
            ("node = \"secret\"\n", "line 1: the value does not have the form"),
            ("listen = \"secret\"\n", "line 1: the value does not have the form"),
            ("\n[tls]\nmode = \"secret\"\n", "line 3: the value is one of: auto, on, off"),
            ("[[ledger.witness]]\nurl = \"https://secret.example\"\n", "line 1: vkey is missing"),
            ("node = 1\nnode = 2\n", "line 2: a key stands twice"),
            ("node = secret\n", "line 1: from here on it is not TOML"),
            ("[store\nurl = \"secret\"\n", "line 1: from here on it is not TOML"),
        ] {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            let said = Config::read(folder.path()).unwrap_err().texts();
            assert!(said.get(Language::En).contains(en), "{text}: {}", said.get(Language::En));
            assert!(said.iter().all(|(_, said)| !said.contains("secret")), "{said:?}");
            assert!(
                said.get(Language::Ja) != said.get(Language::En) && said.get(Language::Vi) != said.get(Language::En)
            );
        }
    }

    #[test]
    fn a_witness_needs_an_address_and_a_key_of_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let read = |url: &str, vkey: &str| {
            let text = format!("[[ledger.witness]]\nurl = \"{url}\"\nvkey = \"{vkey}\"\n");
            std::fs::write(folder.path().join(FILE), text).unwrap();
            Config::read(folder.path())
        };
        let witness = ledger::cosignature::Witness::new("witness.example/w1", &[1; 32]).unwrap().key().to_string();
        let log = ledger::note::Signer::new("witness.example/w1", &[1; 32]).unwrap().vkey().to_string();
        let good = read("https://witness.example", &witness).unwrap();
        assert_eq!(good.file.ledger.witness.len(), 1);
        assert!(toml::from_str::<File>(&good.printed()).unwrap().ledger.witness.iter().all(|one| one.vkey == witness));
        for (url, vkey, line) in [
            ("witness.example", &witness, 2),
            ("ftp://witness.example", &witness, 2),
            ("https://witness.example", &log, 3),
            ("https://witness.example", &"x".to_owned(), 3),
        ] {
            let said = read(url, vkey).unwrap_err().texts();
            let said = said.get(Language::En);
            assert!(said.contains(&format!("line {line}")) && said.contains("of a witness"), "{said}");
        }
        assert!(read("https://witness.example\"\nname = \"w", &witness).is_err());
    }

    #[test]
    fn what_is_printed_can_be_read_again_and_has_no_password() {
        let mut config = Config { data: "x".into(), file: File::default() };
        config.file.store.url = Some("postgres://me:secret@db/daicho".into());
        config.file.telemetry.token = Some("secret".into());
        let printed = config.printed();
        assert!(!printed.contains("secret"), "{printed}");
        assert_eq!(toml::from_str::<File>(&printed).unwrap().listen, config.file.listen);
    }

    #[test]
    fn tls_is_on_beyond_loopback() {
        let mut config = Config { data: "x".into(), file: File::default() };
        assert!(!config.tls());
        config.file.listen = "0.0.0.0:443".parse().unwrap();
        assert!(config.tls());
        config.file.tls.mode = TlsMode::Off;
        assert!(!config.tls());
    }
}
