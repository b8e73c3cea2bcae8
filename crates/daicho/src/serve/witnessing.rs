//! `daicho witness serve`: one route, `POST /add-checkpoint` (C2SP tlog-witness). What it is asked and answers is no secret, and proves
//! itself by signatures; TLS is spoken as the office does.

use super::{asked_to_stop, bind, connections, telemetry, tls};
use crate::command::Common;
use crate::command::witness::{self, Keeper, Not};
use crate::said::{Said, say};
use crate::wire;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ledger::cosignature::Witness;
use ledger::witness::Refused;
use std::sync::Arc;

/// The most bytes of a request: 63 hashes, and a checkpoint with many signatures, some of them post-quantum.
const MOST_BYTES: usize = 64 * 1024;

/// What the route needs.
#[derive(Clone)]
struct Answering {
    keeper: Keeper,
    witness: Arc<Witness>,
}

/// Serves until the process is asked to stop, then finishes what was begun.
pub(crate) async fn run(common: &Common, serve: witness::Serve) -> Result<(), Said> {
    let mut config = common.config()?;
    if let Some(listen) = serve.listen {
        config.file.listen = listen;
    }
    let answering = Answering { keeper: Keeper::new(&config.data), witness: Arc::new(witness::read(&config.data)?) };
    let telemetry = telemetry::start(&config)?;
    let tls = if config.tls() {
        crate::keyring::make_folder(&config.key_folder())?;
        Some(tls::acceptor(&config)?)
    } else {
        None
    };
    let listener = bind(config.file.listen).await?;
    let scheme = if config.tls() { "https" } else { "http" };
    say(format_args!("{scheme}://{}/ {}", listener.local_addr()?, answering.witness.key()));
    let app = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(answering);
    connections::serve(listener, tls, app, config.file.serve.clone(), asked_to_stop()).await;
    telemetry.finish();
    Ok(())
}

async fn add_checkpoint(State(answering): State<Answering>, body: Bytes) -> Response {
    let seconds = u64::try_from(wire::now().0 / 1000).unwrap_or(0);
    // The disk is waited for on a thread of its own; once begun it is done to the end, whoever hangs up.
    let judged = tokio::task::spawn_blocking(move || {
        let request = std::str::from_utf8(&body).map_err(|_| Refused::Form)?;
        answering.keeper.answer(request, &answering.witness, seconds)
    });
    match judged.await {
        Ok(Ok(cosigned)) => {
            tracing::info!(origin = cosigned.origin, entries = cosigned.size, "cosigned");
            (StatusCode::OK, [(CONTENT_TYPE, "text/plain; charset=utf-8")], cosigned.line).into_response()
        }
        Ok(Err(Not::Refused(refused))) => {
            let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
            // A size that is behind is how a ledger finds out where the witness stands.
            match refused {
                Refused::Conflict { .. } => tracing::info!(why = %refused, "not cosigned"),
                _ => tracing::warn!(why = %refused, "not cosigned"),
            }
            let (kind, body) = refused.body();
            (status, [(CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
        }
        Ok(Err(Not::Disk(why))) => {
            tracing::error!(error = %why, "what a ledger has signed cannot be kept, so it is not cosigned");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
