//! Serving: pages, API, ledger tiles; TLS beyond loopback; a stop that finishes what was begun.

use crate::command::Common;
use crate::command::check;
use crate::mail::Mail;
use crate::receipt::receipt;
use crate::said::{FAULT, Said, say, warn};
use crate::wire::House;
use crate::{log_file, organisation_file, register_file, tick, wire};
use axum::Router;
use clap::Args;
use policy::Texts;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

mod arriving;
mod asking;
mod connections;
mod daily;
mod outside;
mod scraping;
mod stamping;
mod telemetry;
mod tls;
mod waited;
pub(crate) mod witnessing;

/// Serve the office, the public notice and the API.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address and port; overrides the configuration file.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
}

/// `daicho serve`.
pub(crate) async fn run(common: &Common, serve: Serve) -> Result<(), Said> {
    let mut config = common.config()?;
    if let Some(listen) = serve.listen {
        config.file.listen = listen;
    }
    let telemetry = telemetry::start(&config)?;
    let house = House::open_as_it_is(config).await?;
    refuse_a_damaged_ledger(&house).await?;
    house.finish_erasures().await?;
    vault::settle_renewals(&house.vault, &house.store).await.map_err(access::No::from)?;
    waited::once(&house).await;
    let bound = bind(house.config.file.listen).await?;
    let address = bound.local_addr()?;
    say(format_args!("{}", address_text(&house, address)));
    until_stopped(house, bound, telemetry).await
}

/// Where the office is, as people type it.
pub(crate) fn address_text(house: &House, address: SocketAddr) -> String {
    let scheme = if house.config.tls() { "https" } else { "http" };
    format!("{scheme}://{address}/")
}

/// Takes the address, or says who has it.
pub(crate) async fn bind(listen: SocketAddr) -> Result<TcpListener, Said> {
    TcpListener::bind(listen).await.map_err(|why| {
        Said::mistake(Texts::new(
            format!("{listen} で待ち受けできません（{why}）。--listen で別の番地を指定してください。"),
            format!("Cannot listen on {listen} ({why}). Choose another with --listen."),
            format!("Không thể lắng nghe ở {listen} ({why}). Hãy chọn địa chỉ khác bằng --listen."),
        ))
    })
}

/// Serves until the process is asked to stop, then finishes what was begun, as far as it ends in time, and signs the head once more.
pub(crate) async fn until_stopped(
    house: House,
    listener: TcpListener,
    telemetry: telemetry::Telemetry,
) -> Result<(), Said> {
    let post = post(&house)?;
    let (stop, stopping) = watch::channel(false);
    let ticking = tokio::spawn(tick::run(house.clone(), stopping.clone()));
    let app = router(&house, &telemetry, post);
    let checking = tokio::spawn(daily::run(house.clone(), app.clone(), stopping.clone()));
    let asking = tokio::spawn(asking::run(house.clone(), stopping.clone()));
    let stamping = tokio::spawn(stamping::run(house.clone(), stopping));
    let asked = async move {
        asked_to_stop().await;
        stop.send_replace(true);
    };
    let tls = if house.config.tls() { Some(tls::acceptor(&house.config)?) } else { None };
    let cut = connections::serve(listener, tls, app, house.config.file.serve.clone(), asked).await;
    if cut > 0 {
        let seconds = house.config.file.serve.stop_seconds;
        tracing::warn!(connections = cut, seconds, "connections had not ended in time and were cut");
        warn(&format!("{cut} connections had not ended {seconds} s after the stop was asked for, and were cut"));
    }
    drop(checking.await);
    drop(asking.await);
    drop(stamping.await);
    drop(ticking.await);
    // What was done while the last answers went out is signed too.
    if let Err(said) = tick::sign(&house).await {
        tracing::error!("the last head could not be signed");
        drop(said);
    }
    telemetry.finish();
    Ok(())
}

fn router(house: &House, telemetry: &telemetry::Telemetry, post: Option<web::Post>) -> Router {
    let state = web::State {
        office: house.office.clone(),
        vault: house.vault.clone(),
        clock: Arc::new(wire::now),
        secure_cookies: house.config.tls() || house.config.base().starts_with("https://"),
        base: house.config.base().into(),
        register_import: Arc::new(register_file::read),
        organisation_import: Arc::new(organisation_file::read),
        logs_import: Arc::new(log_file::uploaded),
        receipts: receipts(house),
        post,
    };
    telemetry.watch(web::router(state).merge(outside::ledger(house.clone())), house)
}

/// What sends letters, where a mail server is configured.
fn post(house: &House) -> Result<Option<web::Post>, Said> {
    let Some(part) = &house.config.file.mail else { return Ok(None) };
    let company = house.office.desk(None, wire::now()).policy().ok().map(|policy| policy.organisation().short.clone());
    let mail = Mail::new(part, &house.config.base(), company.unwrap_or_else(|| Texts::same("")))?;
    Ok(Some(Arc::new(move |letter| mail.send(letter))))
}

/// What the pages and the API hand out as receipts.
fn receipts(house: &House) -> web::ReceiptOf {
    let house = house.clone();
    Arc::new(move |index| {
        let house = house.clone();
        Box::pin(async move { receipt(&house.config, &house.store, &house.tree, &house.signing, index).await })
    })
}

/// A ledger that is missing, shorter than what was signed, or altered is not served.
pub(crate) async fn refuse_a_damaged_ledger(house: &House) -> Result<(), Said> {
    let checked = check::store(&house.evidence(), check::Depth::Start).await?;
    if checked.is_sound() {
        return Ok(());
    }
    let signed = tick::outside(&house.config, &house.signing.vkeys());
    if !matches!(signed, tick::Outside::Signed(..)) {
        return Err(tick::unknown(&house.config));
    }
    check::print(&checked, policy::Language::En);
    Err(Said::Words(
        FAULT,
        Texts::new(
            "台帳が改変されているため、起動しません。`daicho verify` で場所を確かめ、バックアップを戻してください。",
            "The ledger was altered, so nothing is served. See where with `daicho verify`, and put a backup back.",
            "Sổ ghi đã bị sửa đổi nên không khởi động. Hãy xem vị trí bằng `daicho verify` và khôi phục bản sao lưu.",
        ),
    ))
}

async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
