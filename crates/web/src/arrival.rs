//! Why a body did not arrive whole.

use axum::http::StatusCode;
use http_body_util::LengthLimitError;
use std::error::Error;
use std::io;

/// What went wrong with a body on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It is longer than is taken here.
    TooLong,
    /// It did not arrive in time. Whoever serves the pages says so by [`io::ErrorKind::TimedOut`].
    TooSlow,
    /// Whoever sent it went away.
    Off,
}

/// Looks for the cause.
pub(crate) fn broken(error: &(dyn Error + 'static)) -> Broken {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<LengthLimitError>() {
            return Broken::TooLong;
        }
        if cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::TimedOut) {
            return Broken::TooSlow;
        }
        next = cause.source();
    }
    Broken::Off
}

/// The same of a form or an upload, whose readers hide the cause behind a status.
pub(crate) fn broken_as(status: StatusCode, error: &(dyn Error + 'static)) -> Broken {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Broken::TooLong } else { broken(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};

    #[tokio::test]
    async fn the_cause_is_found_behind_others() {
        let long = to_bytes(Body::from("too long"), 3).await.unwrap_err();
        assert_eq!(broken(&long), Broken::TooLong);
        for (kind, said) in [(io::ErrorKind::TimedOut, Broken::TooSlow), (io::ErrorKind::ConnectionReset, Broken::Off)]
        {
            assert_eq!(broken(&axum::Error::new(io::Error::from(kind))), said);
        }
    }
}
