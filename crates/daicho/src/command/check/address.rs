//! Verifying a running office from outside: its checkpoint, key and tiles are fetched and handed to the one verifier.
//!
//! What is fetched proves itself by the ledger's signature, not by TLS: with `https` the verifier key must be given, and any
//! certificate is taken. A token is another matter: it goes to this machine itself, or to whoever has the certificate that was
//! named, and to nobody else.

use crate::said::Said;
use axum::body::{Body, to_bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use ledger::export::CHECKPOINT;
use ledger::note::{Note, Vkey};
use ledger::tile::{Content, level_tiles};
use ledger::verify::{Report, verify_export, verify_tiles};
use policy::Texts;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;

/// The longest a bundle of 256 entries can be, and some.
const MOST_BYTES: usize = 17 << 20;
/// An answer that has not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(30);

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
    let uri: Uri = url.parse().map_err(|_| bad_url())?;
    let secure = uri.scheme_str() == Some("https");
    if secure && trusted.is_none() {
        return Err(Said::mistake(Texts::new(
            "https では --vkey が必要です。台帳は証明書ではなく署名で確かめます。",
            "With https, give --vkey: the ledger is proved by its signature, not by the site's certificate.",
            "Với https cần có --vkey: sổ ghi được chứng minh bằng chữ ký, không phải bằng chứng chỉ của trang.",
        )));
    }
    let host = uri.host().ok_or_else(bad_url)?.to_owned();
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let tls = match (secure, &token) {
        (false, None) => None,
        (false, Some(_)) if is_here(&host) => None,
        (true, None) => Some(Arc::new(any_certificate()?)),
        (true, Some(Token { authority: Some(file), .. })) => Some(Arc::new(tls_by(file)?)),
        _ => return Err(no_token_there()),
    };
    let base = uri.path().trim_end_matches('/').to_owned();
    let mut client = Client { host, port, tls, base, token: token.map(|token| token.text), open: None };
    let size = client.find_ledger().await?;
    let withheld = client.withholds_entries(size).await?;
    if withheld && client.token.is_some() {
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

/// Whether a host is this machine itself.
fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
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

/// One connection, opened again when it ends.
struct Client {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    base: String,
    token: Option<String>,
    open: Option<SendRequest<Body>>,
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
        let host = &self.host;
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
        match tokio::time::timeout(PATIENCE, self.ask_now(path)).await {
            Ok(answer) => answer,
            Err(_) => Err(self.unreachable("timeout")),
        }
    }

    async fn ask_now(&mut self, path: &str) -> Result<Got, Said> {
        let target = format!("{}/{path}", self.base);
        let mut tries = 0;
        let answer = loop {
            let mut request = Request::builder()
                .method(Method::GET)
                .uri(&target)
                .header(header::HOST, format!("{}:{}", self.host, self.port));
            if let Some(token) = &self.token {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            let request = request.body(Body::empty()).map_err(Said::fault)?;
            let sent = match self.connection().await?.send_request(request).await {
                Ok(answer) => break answer,
                Err(why) => why,
            };
            // A connection that was closed between two requests is opened again, once.
            self.open = None;
            tries += 1;
            if tries > 1 {
                return Err(self.unreachable(sent));
            }
        };
        let status = answer.status();
        let bytes = to_bytes(Body::new(answer.into_body()), MOST_BYTES).await.map_err(|why| self.unreachable(why))?;
        match status {
            StatusCode::OK => Ok(Got::Bytes(bytes.to_vec())),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Got::Nothing),
            StatusCode::UNAUTHORIZED => Ok(Got::Withheld),
            other => Err(self.unreachable(other)),
        }
    }

    async fn connection(&mut self) -> Result<&mut SendRequest<Body>, Said> {
        if self.open.as_ref().is_none_or(SendRequest::is_closed) {
            let host = self.host.trim_matches(['[', ']']);
            let stream = TcpStream::connect((host, self.port)).await.map_err(|why| self.unreachable(why))?;
            let send = if let Some(tls) = self.tls.clone() {
                let name = ServerName::try_from(host.to_owned()).map_err(|_| bad_url())?;
                let connector = tokio_rustls::TlsConnector::from(tls);
                self.begin(connector.connect(name, stream).await.map_err(|why| self.unreachable(why))?).await?
            } else {
                self.begin(stream).await?
            };
            self.open = Some(send);
        }
        self.open.as_mut().ok_or_else(bad_url)
    }

    async fn begin<S>(&self, stream: S) -> Result<SendRequest<Body>, Said>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let (send, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| self.unreachable(why))?;
        drop(tokio::spawn(connection));
        Ok(send)
    }

    fn unreachable(&self, why: impl std::fmt::Display) -> Said {
        let host = &self.host;
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

/// Takes any certificate, for what proves itself by signatures.
pub(crate) fn any_certificate() -> Result<ClientConfig, Said> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(Said::fault)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Takes the certificate in this file, or one that it signed.
fn tls_by(file: &Path) -> Result<ClientConfig, Said> {
    let unreadable = || {
        let file = file.display();
        Said::mistake(Texts::new(
            format!("証明書のファイルが読めません: {file}"),
            format!("The certificate file {file} cannot be read."),
            format!("Không đọc được tệp chứng chỉ {file}."),
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|_| unreadable())? {
        roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Said::fault)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Takes any certificate: the ledger's own signature proves what is fetched.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
