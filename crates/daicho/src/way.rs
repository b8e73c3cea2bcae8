//! The way to one HTTP server: a connection that is kept open, an answer of at most so many bytes within so much time. Redirects are
//! not followed.

use axum::body::{Body, Bytes, to_bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// Where systems keep the authorities they trust.
const BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Whose certificate is believed with `https`.
pub(crate) enum Trust {
    /// Anybody's: what comes back proves itself by signatures, and nothing secret is sent.
    Anybody,
    /// The certificate in this file, or one that it signed.
    Holder(PathBuf),
    /// Those of the authorities that this machine trusts.
    Authorities,
}

/// Why there is no way.
#[derive(Debug)]
pub(crate) enum NoWay {
    /// It is no address of http or https.
    Address,
    /// The certificates in this file cannot be read.
    Certificates(PathBuf),
}

/// What an answer may take.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// An answer that has not come by then will not come.
    pub(crate) patience: Duration,
    /// How long it may be.
    pub(crate) bytes: usize,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// The way to a server.
pub(crate) struct Way {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    target: String,
    limits: Limits,
    open: Option<SendRequest<Body>>,
}

impl Way {
    /// The way to an address of http or https; nothing is connected yet.
    pub(crate) fn new(url: &str, trust: &Trust, limits: Limits) -> Result<Self, NoWay> {
        let uri: Uri = url.parse().map_err(|_| NoWay::Address)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(NoWay::Address),
        };
        // A name before the host would be sent nowhere, and would stand in files and messages.
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(NoWay::Address);
        }
        Ok(Self {
            host: uri.host().ok_or(NoWay::Address)?.to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            tls: if secure { Some(Arc::new(trust.config()?)) } else { None },
            target: uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            limits,
            open: None,
        })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The path of the address it was made with, without a slash at the end.
    pub(crate) fn prefix(&self) -> &str {
        self.target.split('?').next().unwrap_or_default().trim_end_matches('/')
    }

    /// What is asked for at the address it was made with: its path and all that follows.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// Whether what is sent can be read on the way by nobody: it is encrypted, or does not leave this machine.
    pub(crate) fn is_private(&self) -> bool {
        let host = self.bare_host();
        self.tls.is_some()
            || host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Asks for what is at a path.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Answer, String> {
        self.ask(&Method::GET, path, headers, Bytes::new()).await
    }

    /// Sends something to a path. It may arrive twice, where a connection was closed on the way.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, String> {
        self.ask(&Method::POST, path, headers, body.into()).await
    }

    async fn ask(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let patience = self.limits.patience;
        let answer = match tokio::time::timeout(patience, self.ask_now(method, path, headers, body)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", patience.as_secs())),
        };
        if answer.is_err() {
            self.open = None;
        }
        answer
    }

    async fn ask_now(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let kept_open = self.open.as_ref().is_some_and(|open| !open.is_closed());
        let sent = match self.send(method, path, headers, body.clone()).await {
            // A connection that was closed between two requests is opened again, once.
            Err(_) if kept_open => {
                self.open = None;
                self.send(method, path, headers, body).await
            }
            sent => sent,
        }?;
        let status = sent.status();
        let body = to_bytes(Body::new(sent.into_body()), self.limits.bytes).await.map_err(|why| why.to_string())?;
        Ok(Answer { status, body })
    }

    async fn send(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<hyper::Response<hyper::body::Incoming>, String> {
        let host = format!("{}:{}", self.host, self.port);
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).map_err(|why| why.to_string())?;
        if self.open.as_ref().is_none_or(SendRequest::is_closed) {
            self.open = Some(self.connect().await?);
        }
        match &mut self.open {
            Some(open) => open.send_request(request).await.map_err(|why| why.to_string()),
            None => Err("not connected".into()),
        }
    }

    async fn connect(&self) -> Result<SendRequest<Body>, String> {
        let host = self.bare_host();
        let stream = TcpStream::connect((host, self.port)).await.map_err(|why| why.to_string())?;
        let Some(tls) = self.tls.clone() else { return begin(stream).await };
        let name = ServerName::try_from(host.to_owned()).map_err(|why| why.to_string())?;
        let connector = tokio_rustls::TlsConnector::from(tls);
        begin(connector.connect(name, stream).await.map_err(|why| why.to_string())?).await
    }

    fn bare_host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }
}

async fn begin<S>(stream: S) -> Result<SendRequest<Body>, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (send, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| why.to_string())?;
    drop(tokio::spawn(connection));
    Ok(send)
}

impl Trust {
    fn config(&self) -> Result<ClientConfig, NoWay> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|_| NoWay::Certificates(PathBuf::new()))?;
        let mut config = match self {
            Self::Anybody => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
                .with_no_client_auth(),
            Self::Holder(file) => builder.with_root_certificates(certificates(file)?).with_no_client_auth(),
            Self::Authorities => builder.with_root_certificates(certificates(&trusted_here())?).with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The file of the authorities that this machine trusts.
pub(crate) fn trusted_here() -> PathBuf {
    let bundle = BUNDLES.iter().map(Path::new).find(|bundle| bundle.exists());
    bundle.unwrap_or(Path::new(BUNDLES[0])).to_owned()
}

fn certificates(file: &Path) -> Result<RootCertStore, NoWay> {
    let unreadable = || NoWay::Certificates(file.to_owned());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|_| unreadable())? {
        roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
    }
    if roots.is_empty() { Err(unreadable()) } else { Ok(roots) }
}

/// Takes any certificate.
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

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { patience: Duration::from_secs(1), bytes: 10 };

    #[test]
    fn an_address_is_of_http_and_names_nobody() {
        let way = |url: &str| Way::new(url, &Trust::Anybody, LIMITS);
        let parts = |url: &str| way(url).ok().map(|way| (way.prefix().to_owned(), way.target().to_owned()));
        assert_eq!(parts("https://bao.example:8200/v1/?a"), Some(("/v1".into(), "/v1/?a".into())));
        assert_eq!(parts("https://bao.example"), Some((String::new(), "/".into())));
        for bad in ["", "bao.example", "ftp://bao.example", "https://user:word@bao.example/", "unix:/run/x"] {
            assert!(way(bad).is_err(), "{bad}");
        }
        let private = |url: &str| way(url).ok().map(|way| way.is_private());
        for (url, expected) in [
            ("http://127.0.0.1:1/", true),
            ("http://[::1]:1/", true),
            ("http://localhost/", true),
            ("https://bao.example/", true),
            ("http://bao.example/", false),
            ("http://localhost.example/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(private(url), Some(expected), "{url}");
        }
    }
}
