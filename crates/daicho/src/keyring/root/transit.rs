//! The root key wrapped by the transit engine of OpenBao, Vault, or whatever speaks as they do: the key that wraps it never leaves
//! the service, which can refuse, log and rotate.
//!
//! ```text
//! daicho-root-transit-1
//! url https://bao.example:8200
//! mount transit
//! key daicho
//! namespace team-a                  where there is one
//! authority /etc/daicho/bao.pem     where one was named
//! root 5f0c…                        which root key it is
//! wrapped vault:v1:…
//! ```

use super::lines::{Lines, fits};
use super::{damaged, text};
use crate::ask::Secret;
use crate::said::{FAULT, Said};
use crate::way::{Answer, Limits, NoWay, Trust, Way};
use age::secrecy::{ExposeSecret, SecretString};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use policy::Texts;
use seal::RootKey;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

const KIND: &str = "daicho-root-transit-1";
const LIMITS: Limits = Limits { patience: Duration::from_secs(5), bytes: 64 << 10 };
/// What is repeated of what the service says.
const MOST_WORDS: usize = 200;

/// A key of a transit engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(super) url: String,
    pub(super) mount: String,
    pub(super) key: String,
    pub(super) namespace: Option<String>,
    pub(super) authority: Option<PathBuf>,
}

/// What the file holds.
struct Kept {
    service: Service,
    mark: [u8; 8],
    wrapped: String,
}

/// An answer, as far as it matters here.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    data: Data,
    #[serde(default)]
    errors: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Data {
    ciphertext: Option<String>,
    plaintext: Option<String>,
}

impl Service {
    /// A key of an engine at an address.
    pub(super) fn new(
        url: &str,
        mount: &str,
        key: &str,
        namespace: Option<&str>,
        authority: Option<&Path>,
    ) -> Result<Self, Said> {
        let path = |text: &str| text.trim_matches('/').to_owned();
        let made = Self {
            url: url.trim_end_matches('/').into(),
            mount: path(mount),
            key: key.into(),
            namespace: namespace.map(path).filter(|namespace| !namespace.is_empty()),
            authority: authority.map(std::path::absolute).transpose()?,
        };
        if !made.is_plain() {
            return Err(bad_names());
        }
        made.way()?;
        Ok(made)
    }

    /// The one that a file names.
    pub(super) fn read(path: &Path) -> Result<Self, Said> {
        Ok(Kept::read(path)?.service)
    }

    /// Wraps a root key; what comes back is opened once. Returns what the file is to hold.
    pub(super) async fn wrap(&self, root: &RootKey, token: &SecretString) -> Result<String, Said> {
        let plain = Zeroizing::new(BASE64_STANDARD.encode(text(root).as_bytes()));
        let asked = Zeroizing::new(serde_json::json!({ "plaintext": plain.as_str() }).to_string());
        let wrapped = self.ask("encrypt", &asked, token).await?.ciphertext.filter(|wrapped| is_wrapped(wrapped));
        let wrapped = wrapped.ok_or_else(|| self.strange())?;
        let kept = Kept { service: self.clone(), mark: root.mark(), wrapped };
        match kept.open(token).await? {
            Some(opened) if opened.mark() == root.mark() => Ok(kept.write()),
            _ => Err(self.strange()),
        }
    }

    async fn ask(&self, act: &str, body: &str, token: &SecretString) -> Result<Data, Said> {
        let mut way = self.way()?;
        let path = format!("{}/v1/{}/{act}/{}", way.prefix(), self.mount, self.key);
        let mut headers = vec![
            ("content-type", "application/json"),
            ("x-vault-token", token.expose_secret()),
            ("x-vault-request", "true"),
        ];
        headers.extend(self.namespace.as_deref().map(|namespace| ("x-vault-namespace", namespace)));
        let answer = way.post(&path, &headers, body.to_owned()).await.map_err(|why| self.unreachable(&why))?;
        let told: Option<Told> = serde_json::from_slice(&answer.body).ok();
        match told {
            Some(told) if answer.status.is_success() => Ok(told.data),
            told => Err(self.refused(&answer, told.and_then(|told| told.errors.into_iter().next()))),
        }
    }

    fn way(&self) -> Result<Way, Said> {
        let trust = self.authority.clone().map_or(Trust::Authorities, Trust::Holder);
        let way = Way::new(&self.url, &trust, LIMITS).map_err(|why| match why {
            NoWay::Address => bad_url(),
            NoWay::Certificates(file) => Said::no_certificate(&file),
        })?;
        // The token and the root key go there.
        if way.is_private() { Ok(way) } else { Err(bad_url()) }
    }

    /// Whether the names can stand in the file and in a path.
    fn is_plain(&self) -> bool {
        let name = |text: &str| {
            !matches!(text, "" | "." | "..")
                && text.len() <= 200
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let path = |text: &str| text.split('/').all(name);
        path(&self.mount)
            && name(&self.key)
            && self.namespace.as_deref().is_none_or(path)
            && fits(&self.url)
            && self.authority.as_ref().is_none_or(|file| fits(file.to_str().unwrap_or_default()))
    }

    /// The service answered, and not with what was asked for.
    fn refused(&self, answer: &Answer, why: Option<String>) -> Said {
        let (url, mount, key, status) = (&self.url, &self.mount, &self.key, answer.status.as_u16());
        let why: String = why.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect();
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        match status {
            401 | 403 => Said::mistake(Texts::new(
                format!(
                    "{url} はこのトークンに鍵 {mount}/{key} の使用を許していません{why}。トークンの期限と、encrypt と decrypt の権限を確かめてください。"
                ),
                format!(
                    "{url} does not let this token use the key {mount}/{key}{why}. Has it ended, and may it encrypt and decrypt?"
                ),
                format!(
                    "{url} không cho mã truy cập này dùng khóa {mount}/{key}{why}. Mã đã hết hạn chưa, có quyền encrypt và decrypt không?"
                ),
            )),
            404 => Said::mistake(Texts::new(
                format!("{url} に {mount}/{key} がありません{why}。--mount と --key を確かめてください。"),
                format!("There is no {mount}/{key} at {url}{why}. Look at --mount and --key."),
                format!("Không có {mount}/{key} ở {url}{why}. Hãy xem lại --mount và --key."),
            )),
            503 => Said::Words(
                FAULT,
                Texts::new(
                    format!("{url} は封印されているか保守中です{why}。封印を解いてから、もう一度実行してください。"),
                    format!("{url} is sealed, or in maintenance{why}. Unseal it and try again."),
                    format!("{url} đang bị niêm phong hoặc bảo trì{why}. Hãy mở niêm phong rồi thử lại."),
                ),
            ),
            300..=399 => Said::mistake(Texts::new(
                format!(
                    "{url} は別のアドレスを案内しました（{status}）。トークンは案内先に送りません。--url に実際のアドレスを指定してください。"
                ),
                format!(
                    "{url} points to another address ({status}). The token is not sent after it: give the address itself with --url."
                ),
                format!(
                    "{url} chuyển hướng sang địa chỉ khác ({status}). Mã truy cập không được gửi theo: hãy chỉ định chính địa chỉ đó bằng --url."
                ),
            )),
            200..=299 => self.strange(),
            _ => Said::Words(
                FAULT,
                Texts::new(
                    format!("{url} は {status} と答えました{why}。"),
                    format!("{url} answered {status}{why}."),
                    format!("{url} trả lời {status}{why}."),
                ),
            ),
        }
    }

    fn unreachable(&self, why: &str) -> Said {
        let url = &self.url;
        Said::Words(
            FAULT,
            Texts::new(
                format!("{url} から答えがありません（{why}）。"),
                format!("There is no answer from {url}: {why}."),
                format!("Không có trả lời từ {url}: {why}."),
            ),
        )
    }

    fn strange(&self) -> Said {
        let url = &self.url;
        Said::Words(
            FAULT,
            Texts::new(
                format!("{url} の答えは transit エンジンのものではありません。"),
                format!("What {url} answers is not what a transit engine answers."),
                format!("Câu trả lời của {url} không phải của một transit engine."),
            ),
        )
    }
}

/// Which root key a file is about.
pub(super) fn mark(path: &Path) -> Result<[u8; 8], Said> {
    Ok(Kept::read(path)?.mark)
}

/// Opens the root key of a file.
pub(super) async fn open(path: &Path) -> Result<RootKey, Said> {
    let kept = Kept::read(path)?;
    let opened = kept.open(&Secret::TransitToken.ask()?).await?;
    opened.filter(|root| root.mark() == kept.mark).ok_or_else(|| damaged(path))
}

impl Kept {
    async fn open(&self, token: &SecretString) -> Result<Option<RootKey>, Said> {
        let asked = serde_json::json!({ "ciphertext": self.wrapped }).to_string();
        let plain = self.service.ask("decrypt", &asked, token).await?.plaintext.map(Zeroizing::new);
        let plain = plain.ok_or_else(|| self.service.strange())?;
        let text = BASE64_STANDARD.decode(plain.as_bytes()).map_err(|_| self.service.strange())?;
        Ok(super::parse(&Zeroizing::new(text)))
    }

    fn read(path: &Path) -> Result<Self, Said> {
        let bytes = super::read(path)?;
        std::str::from_utf8(&bytes).ok().and_then(Self::parse).ok_or_else(|| damaged(path))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = Lines::read(text, KIND)?;
        let service = Service {
            url: lines.take("url")?.into(),
            mount: lines.take("mount")?.into(),
            key: lines.take("key")?.into(),
            namespace: lines.take("namespace").map(str::to_owned),
            authority: lines.take("authority").map(PathBuf::from),
        };
        let (mark, wrapped) = (lines.bytes("root")?, lines.take("wrapped")?.to_owned());
        lines.end()?;
        (service.is_plain() && is_wrapped(&wrapped)).then_some(Self { service, mark, wrapped })
    }

    fn write(&self) -> String {
        let Service { url, mount, key, namespace, authority } = &self.service;
        let mut text = format!("{KIND}\nurl {url}\nmount {mount}\nkey {key}\n");
        if let Some(namespace) = namespace {
            text.push_str(&format!("namespace {namespace}\n"));
        }
        if let Some(authority) = authority {
            text.push_str(&format!("authority {}\n", authority.display()));
        }
        text.push_str(&format!("root {}\nwrapped {}\n", hex::encode(self.mark), self.wrapped));
        text
    }
}

/// Whether this is what a transit engine gives for a key: `vault:v1:` and base64.
fn is_wrapped(text: &str) -> bool {
    let version_and_rest = text.strip_prefix("vault:v").and_then(|rest| rest.split_once(':'));
    version_and_rest.is_some_and(|(version, rest)| {
        version.parse::<u32>().is_ok()
            && text.len() <= 4096
            && BASE64_STANDARD.decode(rest).is_ok_and(|b| !b.is_empty())
    })
}

fn bad_url() -> Said {
    Said::mistake(Texts::new(
        "transit サービスのアドレスは https://… としてください（この機械自身だけは http でも可）。",
        "The address of the transit service is an https://… one (http only on this machine itself).",
        "Địa chỉ của dịch vụ transit phải là https://… (http chỉ dùng trên chính máy này).",
    ))
}

fn bad_names() -> Said {
    Said::mistake(Texts::new(
        "--mount、--key、--namespace に使える文字は英数字と - _ . です（--mount と --namespace は / で区切れます）。",
        "--mount, --key and --namespace take letters, digits, '-', '_' and '.' (and '/' between the parts of a mount or a namespace).",
        "--mount, --key và --namespace chỉ gồm chữ cái, chữ số, '-', '_' và '.' (mount và namespace có thể chứa '/').",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(url: &str, mount: &str, key: &str, namespace: Option<&str>) -> Option<Service> {
        Service::new(url, mount, key, namespace, None).ok()
    }

    #[test]
    fn a_service_is_named_plainly_and_its_token_never_goes_in_clear() {
        let here = "http://127.0.0.1:8200";
        assert!(service(&format!("{here}/"), "/transit/", "daicho", Some("a/b/")).is_some());
        for url in ["http://bao.example:8200", "http://10.1.2.3:8200", "bao.example", "ftp://bao.example", ""] {
            assert!(service(url, "transit", "daicho", None).is_none(), "{url}");
        }
        for (mount, key) in [("", "daicho"), ("a/../b", "daicho"), ("transit", "a/b"), ("transit", "a?b"), ("a b", "c")]
        {
            assert!(service(here, mount, key, None).is_none(), "{mount} {key}");
        }
        assert!(service(here, "transit", "daicho", Some("a\r\nb")).is_none());
    }

    #[test]
    fn a_file_is_its_text_and_nothing_else_is_one() {
        let service = service("http://127.0.0.1:8200/", "a/transit", "daicho", Some("team-a")).unwrap();
        let text = Kept { service: service.clone(), mark: [1; 8], wrapped: "vault:v12:QUJD".into() }.write();
        let read = Kept::parse(&text).unwrap();
        assert_eq!((&read.service, read.write()), (&service, text.clone()));
        for (from, to) in [("vault:v12", "vault:vx"), ("QUJD", "Q JD"), ("mount a", "mount .."), ("root 01", "root 1")]
        {
            assert!(Kept::parse(&text.replace(from, to)).is_none(), "{from}");
        }
        assert!(Kept::parse(&format!("{text}further word\n")).is_none());
    }
}
