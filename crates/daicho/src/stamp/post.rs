//! One question to a time stamping authority over HTTP (RFC 3161, section 3.4). What is sent is a hash, and what is answered proves
//! itself by a signature: with `https` any certificate is taken.

use crate::command::check::any_certificate;
use axum::body::{Body, Bytes, to_bytes};
use hyper::client::conn::http1::handshake;
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// An answer that has not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// A time stamp with its certificates is some kilobytes.
const MOST_BYTES: usize = 64 * 1024;

/// Asks; the answer, whatever it is.
///
/// # Errors
/// Why there is none, for the log.
pub(super) async fn post(url: &str, question: Vec<u8>) -> Result<Bytes, String> {
    let asked = tokio::time::timeout(PATIENCE, post_now(url, question)).await;
    asked.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
}

async fn post_now(url: &str, question: Vec<u8>) -> Result<Bytes, String> {
    let uri: Uri = url.parse().map_err(|_| "not an address".to_owned())?;
    let host = uri.host().ok_or("not an address")?;
    let secure = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let name = host.trim_matches(['[', ']']).to_owned();
    let request = Request::builder()
        .method(Method::POST)
        .uri(uri.path_and_query().map_or("/", |target| target.as_str()))
        .header(header::HOST, format!("{host}:{port}"))
        .header(header::CONTENT_TYPE, "application/timestamp-query")
        .header(header::CONNECTION, "close")
        .body(Body::from(question))
        .map_err(|why| why.to_string())?;
    let stream = TcpStream::connect((name.as_str(), port)).await.map_err(|why| why.to_string())?;
    if !secure {
        return answer(stream, request).await;
    }
    let tls = any_certificate().map_err(|said| said.in_english())?;
    let server = ServerName::try_from(name).map_err(|why| why.to_string())?;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(tls));
    answer(connector.connect(server, stream).await.map_err(|why| why.to_string())?, request).await
}

async fn answer<S>(stream: S, request: Request<Body>) -> Result<Bytes, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (mut send, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| why.to_string())?;
    drop(tokio::spawn(connection));
    let response = send.send_request(request).await.map_err(|why| why.to_string())?;
    if response.status() != StatusCode::OK {
        return Err(format!("status {}", response.status().as_u16()));
    }
    to_bytes(Body::new(response.into_body()), MOST_BYTES).await.map_err(|why| why.to_string())
}
