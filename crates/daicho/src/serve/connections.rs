//! Connections: accepted, bounded in time against slow clients, finished or cut when the program stops.

use super::arriving::{Ended, in_time};
use crate::config::ServePart;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Version;
use axum::http::header::{CONNECTION, HeaderValue};
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// A client that has not finished its handshake by then is let go.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often a silent HTTP/2 client is asked whether it is still there, and how long it may take to say so.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// Requests of one HTTP/2 connection under way at once.
const STREAMS: u32 = 100;

/// What every connection needs.
#[derive(Clone)]
struct Door {
    app: Router,
    tls: Option<TlsAcceptor>,
    limits: ServePart,
    stopping: watch::Receiver<bool>,
}

/// Serves until `asked` is done, then lets what was begun come to its end. Returns how many connections were cut because it did not.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    app: Router,
    limits: ServePart,
    asked: impl Future<Output = ()>,
) -> usize {
    let (stop, stopping) = watch::channel(false);
    let door = Door { app, tls, limits, stopping };
    let mut open = JoinSet::new();
    let mut asked = pin!(asked);
    loop {
        tokio::select! {
            // In this order: before anybody is answered, it is listened to who asks to stop.
            biased;
            () = &mut asked => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => drop(open.spawn(door.clone().connection(stream, from))),
                // No file descriptors are left: those that are open end some time.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    stop.send_replace(true);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(door.limits.stop_seconds), all).await.is_ok() {
        return 0;
    }
    let cut = open.len();
    open.shutdown().await;
    cut
}

impl Door {
    async fn connection(self, stream: TcpStream, from: SocketAddr) {
        drop(stream.set_nodelay(true));
        let Some(acceptor) = self.tls.clone() else {
            let builder = self.builder().http1_only();
            return self.speak(builder, stream, from).await;
        };
        let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
        // What is spoken was agreed on in the handshake: nobody can be slow in saying it.
        let builder = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => self.builder().http2_only(),
            _ => self.builder().http1_only(),
        };
        self.speak(builder, stream, from).await;
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        let head = Duration::from_secs(self.limits.header_seconds);
        builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
        let mut two = builder.http2();
        two.timer(TokioTimer::new()).keep_alive_interval(ASK_EVERY).keep_alive_timeout(ASK_EVERY);
        two.max_concurrent_streams(STREAMS);
        builder
    }

    async fn speak<S>(mut self, builder: Builder<TokioExecutor>, stream: S, from: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (app, limits) = (self.app.clone(), self.limits.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (head, body) = request.into_parts();
            let (body, ended) = in_time(body, &limits);
            let mut request = Request::from_parts(head, body);
            request.extensions_mut().insert(ConnectInfo(from));
            let version = request.version();
            let one = tower::ServiceExt::oneshot(app.clone(), request);
            async move { one.await.map(|answer| last_if_cut(answer, version, &ended)) }
        });
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = self.stopping.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        drop(connection.await);
    }
}

/// What was not read to its end leaves the connection unfit for another request, and whoever asked is told so.
fn last_if_cut(mut answer: Response, version: Version, ended: &Ended) -> Response {
    if !ended.load(Ordering::Relaxed) && version < Version::HTTP_2 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}
