//! One request to a witness over a connection that is kept open. What is sent and answered is no secret and proves itself by
//! signatures: with `https` any certificate is taken.

use crate::command::check::any_certificate;
use axum::body::{Body, Bytes, to_bytes};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// An answer that has not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(5);
/// Some lines with signatures are shorter than this.
const MOST_BYTES: usize = 64 * 1024;

/// The way to one witness.
pub(super) struct Way {
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    target: String,
    open: Option<SendRequest<Body>>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

impl Way {
    /// The way to a submission prefix. `None` if it is no address of http or https.
    pub(super) fn new(prefix: &str) -> Option<Self> {
        let uri: Uri = prefix.parse().ok()?;
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self {
            host: uri.host()?.to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            tls: if secure { Some(Arc::new(any_certificate().ok()?)) } else { None },
            target: format!("{}/add-checkpoint", uri.path().trim_end_matches('/')),
            open: None,
        })
    }

    /// Sends a request to cosign.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(super) async fn post(&mut self, body: &str) -> Result<Answer, String> {
        let answer = match tokio::time::timeout(PATIENCE, self.post_now(body)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        if answer.is_err() {
            self.open = None;
        }
        answer
    }

    async fn post_now(&mut self, body: &str) -> Result<Answer, String> {
        let kept_open = self.open.as_ref().is_some_and(|open| !open.is_closed());
        let sent = match self.send(body).await {
            // A connection that was closed between two requests is opened again, once. Asking twice does no harm.
            Err(_) if kept_open => {
                self.open = None;
                self.send(body).await
            }
            sent => sent,
        }?;
        let status = sent.status();
        let body = to_bytes(Body::new(sent.into_body()), MOST_BYTES).await.map_err(|why| why.to_string())?;
        Ok(Answer { status, body })
    }

    async fn send(&mut self, body: &str) -> Result<hyper::Response<hyper::body::Incoming>, String> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.target)
            .header(header::HOST, format!("{}:{}", self.host, self.port))
            .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Body::from(body.to_owned()))
            .map_err(|why| why.to_string())?;
        if self.open.as_ref().is_none_or(SendRequest::is_closed) {
            self.open = Some(self.connect().await?);
        }
        match &mut self.open {
            Some(open) => open.send_request(request).await.map_err(|why| why.to_string()),
            None => Err("not connected".into()),
        }
    }

    async fn connect(&self) -> Result<SendRequest<Body>, String> {
        let host = self.host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, self.port)).await.map_err(|why| why.to_string())?;
        let Some(tls) = self.tls.clone() else { return begin(stream).await };
        let name = ServerName::try_from(host.to_owned()).map_err(|why| why.to_string())?;
        let connector = tokio_rustls::TlsConnector::from(tls);
        begin(connector.connect(name, stream).await.map_err(|why| why.to_string())?).await
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
