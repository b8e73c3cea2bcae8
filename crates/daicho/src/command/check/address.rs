//! Verifying a running office from outside: its checkpoint, key and tiles are fetched and handed to the one verifier.
//!
//! What is fetched proves itself by the ledger's signature, not by TLS: with `https` the verifier key must be given, and any
//! certificate is taken. A token is another matter: it goes to this machine itself, or to whoever has the certificate that was
//! named, and to nobody else.

use crate::said::Said;
use crate::way::{Limits, NoWay, Trust, Way};
use hyper::StatusCode;
use ledger::export::CHECKPOINT;
use ledger::note::{Note, Vkey};
use ledger::tile::{Content, level_tiles};
use ledger::verify::{Report, verify_export, verify_tiles};
use policy::Texts;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What an answer may take: the longest a bundle of 256 entries can be, and some.
const LIMITS: Limits = Limits { patience: Duration::from_secs(30), bytes: 17 << 20 };

/// What opens the entries.
pub(super) struct Token {
    /// A token of an account.
    pub(super) text: String,
    /// The certificate of the site, or of the authority that signed it.
    pub(super) authority: Option<PathBuf>,
}

/// Fetches and verifies the ledger at an address: of the office, or of its `/ledger`. Entries that are not shown without a token
/// are left out, and the report says so.
pub(super) async fn verify(url: &str, trusted: Option<Vkey>, token: Option<Token>) -> Result<Report, Said> {
    let secure = url.starts_with("https://");
    if secure && trusted.is_none() {
        return Err(Said::mistake(Texts::new(
            "https では --vkey が必要です。台帳は証明書ではなく署名で確かめます。",
            "With https, give --vkey: the ledger is proved by its signature, not by the site's certificate.",
            "Với https cần có --vkey: sổ ghi được chứng minh bằng chữ ký, không phải bằng chứng chỉ của trang.",
        )));
    }
    let trust = match &token {
        Some(Token { authority: Some(file), .. }) => Trust::Holder(file.clone()),
        Some(_) if secure => return Err(no_token_there()),
        _ => Trust::Anybody,
    };
    let way = Way::new(url, &trust, LIMITS).map_err(|why| match why {
        NoWay::Address => bad_url(),
        NoWay::Certificates(file) => Said::no_certificate(&file),
    })?;
    if token.is_some() && !way.is_private() {
        return Err(no_token_there());
    }
    let base = way.prefix().to_owned();
    let mut client = Client { way, base, bearer: token.map(|token| format!("Bearer {}", token.text)) };
    let size = client.find_ledger().await?;
    let withheld = client.withholds_entries(size).await?;
    if withheld && client.bearer.is_some() {
        return Err(bad_token());
    }
    let handle = tokio::runtime::Handle::current();
    // The verifier asks for one file after the other and knows no network: it waits on a thread of its own.
    let work = move || {
        let (client, trouble) = (Mutex::new(client), Mutex::new(None));
        let read = |path: &str| {
            let mut client = client.lock().unwrap_or_else(PoisonError::into_inner);
            match handle.block_on(client.get(path)) {
                Ok(found) => found,
                Err(said) => {
                    trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(said);
                    None
                }
            }
        };
        let report = if withheld {
            verify_tiles(&read, trusted.as_slice())
        } else {
            verify_export(&read, &[], trusted.as_slice())
        };
        match trouble.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(said) => Err(said),
            None => Ok(report),
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(Said::fault)?
}

fn no_token_there() -> Said {
    Said::mistake(Texts::new(
        "トークンを安全に送れません。https のアドレスと、サイトの証明書を --authority で指定してください。",
        "The token would not be safe on the way. Give an https address, and the site's certificate with --authority.",
        "Không thể gửi mã truy cập an toàn. Hãy dùng địa chỉ https và chỉ định chứng chỉ của trang bằng --authority.",
    ))
}

fn bad_token() -> Said {
    Said::mistake(Texts::new(
        "このサイトはトークンを受け付けません。`daicho account token` で作り直してください。",
        "The site does not take this token. Make another with `daicho account token`.",
        "Trang không chấp nhận mã truy cập này. Hãy tạo lại bằng `daicho account token`.",
    ))
}

fn bad_url() -> Said {
    Said::mistake(Texts::new(
        "アドレスが読めません。例: https://privacy.example.jp/ledger",
        "That address cannot be read. Example: https://privacy.example.jp/ledger",
        "Không đọc được địa chỉ. Ví dụ: https://privacy.example.jp/ledger",
    ))
}

/// What is at a path.
enum Got {
    Bytes(Vec<u8>),
    Nothing,
    Withheld,
}

/// Whoever asks.
struct Client {
    way: Way,
    base: String,
    /// What says who asks.
    bearer: Option<String>,
}

impl Client {
    /// The address given, or `/ledger` under it, whichever has a checkpoint. Returns how many entries that says there are.
    async fn find_ledger(&mut self) -> Result<u64, Said> {
        let given = self.base.clone();
        for base in [given.clone(), format!("{given}/ledger")] {
            self.base = base;
            let note = self.get(CHECKPOINT).await?;
            let note = note.map(|note| String::from_utf8_lossy(&note).into_owned());
            if let Some(note) = note.filter(|note| note.parse::<Note>().is_ok()) {
                return Ok(note.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0));
            }
        }
        let host = self.way.host();
        Err(Said::Words(
            crate::said::MISSING,
            Texts::new(
                format!("{host} のこのアドレスに台帳のチェックポイントがありません。"),
                format!("There is no checkpoint of a ledger at this address of {host}."),
                format!("Không có điểm xác nhận của sổ ghi tại địa chỉ này của {host}."),
            ),
        ))
    }

    /// Whether the first entries of so many are for those with a token.
    async fn withholds_entries(&mut self, size: u64) -> Result<bool, Said> {
        let Some(first) = level_tiles(Content::Entries, size).next() else { return Ok(false) };
        Ok(matches!(self.ask(&first.to_string()).await?, Got::Withheld))
    }

    /// The bytes at a path of the ledger; `None` when there is nothing.
    async fn get(&mut self, path: &str) -> Result<Option<Vec<u8>>, Said> {
        match self.ask(path).await? {
            Got::Bytes(bytes) => Ok(Some(bytes)),
            Got::Nothing => Ok(None),
            Got::Withheld => Err(self.unreachable(StatusCode::UNAUTHORIZED)),
        }
    }

    async fn ask(&mut self, path: &str) -> Result<Got, Said> {
        let target = format!("{}/{path}", self.base);
        let headers: Vec<(&str, &str)> = self.bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let answer = self.way.get(&target, &headers).await;
        let answer = answer.map_err(|why| self.unreachable(why))?;
        match answer.status {
            StatusCode::OK => Ok(Got::Bytes(answer.body.to_vec())),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Got::Nothing),
            StatusCode::UNAUTHORIZED => Ok(Got::Withheld),
            other => Err(self.unreachable(other)),
        }
    }

    fn unreachable(&self, why: impl std::fmt::Display) -> Said {
        let host = self.way.host();
        Said::Words(
            crate::said::FAULT,
            Texts::new(
                format!("{host} から読めません（{why}）。後でもう一度お試しください。"),
                format!("Cannot read from {host} ({why}). Try again later."),
                format!("Không đọc được từ {host} ({why}). Hãy thử lại sau."),
            ),
        )
    }
}
