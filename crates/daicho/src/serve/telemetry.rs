//! What the program tells about itself: logs, Prometheus metrics, OpenTelemetry traces. Routes are named by their pattern, so
//! that no id, and nobody's data, is in any of it.

use super::scraping::may_scrape;
use crate::config::{Config, LogFormat};
use crate::said::Said;
use crate::wire::House;
use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::trace::SdkTracerProvider;
use policy::Texts;
use std::net::SocketAddr;
use std::time::Instant;
use tracing::Instrument;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// Seconds; a reveal is told in about a millisecond, a page in some ten.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Logs, metrics and traces, once they are set up.
pub(crate) struct Telemetry {
    metrics: Option<PrometheusHandle>,
    traces: Option<SdkTracerProvider>,
}

/// Sets up what the configuration asks for.
pub(crate) fn start(config: &Config) -> Result<Telemetry, Said> {
    let filter = EnvFilter::try_new(&config.file.log.level).map_err(|_| {
        Said::mistake(Texts::new(
            "設定の log.level が読めません（例: info、daicho=debug）。",
            "The setting log.level cannot be read (such as info, or daicho=debug).",
            "Không đọc được thiết lập log.level (ví dụ: info, daicho=debug).",
        ))
    })?;
    let logs = fmt::layer().with_writer(std::io::stderr);
    let logs = match config.file.log.format {
        LogFormat::Text => logs.with_ansi(false).boxed(),
        LogFormat::Json => logs.json().boxed(),
    };
    let traces = config.file.telemetry.otlp.as_deref().map(traces).transpose()?;
    // Only our own spans leave the house: a library's may quote what it was given.
    let ours = || Targets::new().with_target("daicho::serve::telemetry", tracing::Level::INFO);
    let spans =
        traces.as_ref().map(|t| tracing_opentelemetry::layer().with_tracer(t.tracer("daicho")).with_filter(ours()));
    // Whoever has set logs up already, as a test, keeps theirs.
    drop(tracing_subscriber::registry().with(spans).with(logs.with_filter(filter)).try_init());
    let metrics = if config.metrics() { Some(metrics()?) } else { None };
    Ok(Telemetry { metrics, traces })
}

fn traces(endpoint: &str) -> Result<SdkTracerProvider, Said> {
    let endpoint = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint).build().map_err(Said::fault)?;
    let resource = opentelemetry_sdk::Resource::builder().with_service_name("daicho").build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

fn metrics() -> Result<PrometheusHandle, Said> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS);
    let recorder = builder.map_err(Said::fault)?.build_recorder();
    let handle = recorder.handle();
    // A second recorder in one process, as in tests, counts for nobody.
    drop(metrics::set_global_recorder(recorder));
    Ok(handle)
}

impl Telemetry {
    /// The routes, watched, with `/metrics` beside them if it is asked for.
    pub(crate) fn watch(&self, router: Router, house: &House) -> Router {
        let watched = router.layer(from_fn(watched));
        let Some(handle) = self.metrics.clone() else { return watched };
        let house = house.clone();
        let answer = move |request: Request| {
            let (handle, house) = (handle.clone(), house.clone());
            async move {
                let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| *from);
                if may_scrape(&house.config, from, request.headers()) {
                    return scraped(&handle, &house).await;
                }
                match house.config.file.telemetry.token {
                    Some(_) => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
                    None => StatusCode::NOT_FOUND.into_response(),
                }
            }
        };
        watched.route("/metrics", get(answer))
    }

    /// Sends what has not been sent.
    pub(crate) fn finish(self) {
        if let Some(traces) = self.traces {
            drop(traces.shutdown());
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float by its format")]
async fn scraped(handle: &PrometheusHandle, house: &House) -> Response {
    if let Ok(head) = house.store.head().await {
        metrics::gauge!("daicho_ledger_entries").set(head.size as f64);
    }
    metrics::gauge!("daicho_ledger_waiting_acts").set(house.store.waiting() as f64);
    metrics::counter!("daicho_acts_turned_away_total").absolute(house.store.turned_away());
    metrics::counter!("daicho_passwords_turned_away_total").absolute(house.office.turned_away());
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

async fn watched(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let span = tracing::info_span!("request", otel.name = %format_args!("{method} {route}"), otel.kind = "server", %method, %route, status = tracing::field::Empty);
    let begun = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.record("status", status);
    let seconds = begun.elapsed().as_secs_f64();
    span.in_scope(|| tracing::debug!(ms = seconds * 1000.0, status, "answered"));
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::counter!("daicho_requests_total", &labels).increment(1);
    metrics::histogram!("daicho_request_seconds", &labels).record(seconds);
    response
}
