//! Bodies that must arrive in time.

use crate::config::ServePart;
use axum::body::Body;
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// A body of which nothing has come for so long will not come.
const SILENCE: Duration = Duration::from_secs(30);

/// Whether a body was read to its end.
pub(super) type Ended = Arc<AtomicBool>;

/// The body, if all of it arrives in time; otherwise it ends with [`io::ErrorKind::TimedOut`]. And whether it was read to its end.
pub(super) fn in_time(body: Incoming, limits: &ServePart) -> (Body, Ended) {
    if body.is_end_stream() {
        return (Body::empty(), Arc::new(AtomicBool::new(true)));
    }
    let ended = Ended::default();
    let end = Instant::now() + Duration::from_secs(limits.body_seconds);
    let until = Box::pin(sleep_until(end.min(Instant::now() + SILENCE)));
    (Body::new(InTime { body, ended: ended.clone(), end, until }), ended)
}

struct InTime {
    body: Incoming,
    ended: Ended,
    /// When the whole body must have come.
    end: Instant,
    /// When the next part of it must have.
    until: Pin<Box<Sleep>>,
}

impl hyper::body::Body for InTime {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let late = self.until.as_mut().poll(cx).is_ready();
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            // A body that drips for ever is late at its end, however often something came.
            if !late || Instant::now() < self.end {
                let next = self.end.min(Instant::now() + SILENCE);
                self.until.as_mut().reset(next);
                if frame.is_none() || self.body.is_end_stream() {
                    self.ended.store(true, Ordering::Relaxed);
                }
                return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
            }
        }
        if late { Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into()))) } else { Poll::Pending }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
