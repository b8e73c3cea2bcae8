//! `daicho demo`: the product with a year of believable sample data.

use super::Common;
use crate::config::Config;
use crate::demo::{self, Made, Plan, SEED, Scale};
use crate::said::{Said, say, warn};
use crate::serve::{self, Serve};
use crate::wire::now;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The data folder, unless one is given.
const FOLDER: &str = "daicho-demo";

/// Start the product with a year of believable sample data.
///
/// Makes a fictional software house in a data folder of its own (`daicho-demo`, or `--data DIR`), then serves it. A folder that is there
/// already is served as it is.
#[derive(Args)]
pub(crate) struct Demo {
    /// Address and port to serve on.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Do not open a browser.
    #[arg(long)]
    no_open: bool,
    /// Make the data and stop.
    #[arg(long, hide = true)]
    make_only: bool,
    /// Size of the house, in percent.
    #[arg(long, hide = true, default_value_t = 100, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(5..=100))]
    scale: u32,
    /// The day the story ends on, instead of today.
    #[arg(long, hide = true, value_name = "DAY")]
    day: Option<Date>,
    /// Where the chance of the story begins.
    #[arg(long, hide = true, default_value_t = SEED, value_name = "NUMBER")]
    seed: u64,
    /// Takes the keys of another demo instead of making new ones.
    #[arg(long, hide = true, value_name = "DIR")]
    keys_of: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, asked: Demo) -> Result<(), Said> {
    let common = Common { data: folder(common), ..common.clone() };
    if is_empty(&common.data) {
        let made = make(&common, &asked).await?;
        if common.json {
            say(json(&made));
        } else {
            warn(&made_text(&common, &made));
        }
    }
    if asked.make_only {
        return Ok(());
    }
    serve::run(&common, Serve { listen: asked.listen }).await
}

fn folder(common: &Common) -> PathBuf {
    let given = std::env::args_os().any(|a| a == "--data" || a.to_string_lossy().starts_with("--data="));
    if given || common.data != Path::new("daicho-data") { common.data.clone() } else { FOLDER.into() }
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut items| items.next().is_none())
}

async fn make(common: &Common, asked: &Demo) -> Result<Made, Said> {
    let plan = Plan { seed: asked.seed, today: asked.day.unwrap_or_else(today), scale: Scale(asked.scale) };
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent:>3}% {elapsed}") {
        bar.set_style(style);
    }
    let mut config = Config::read(&common.data)?;
    config.file.log.level = "warn".into();
    if let Some(other) = &asked.keys_of {
        borrow_keys(other, &config.key_folder())?;
    }
    let made = demo::make(config, &plan, &|acts, whole| {
        bar.set_length(whole as u64);
        bar.set_position(acts as u64);
    })
    .await;
    bar.finish_and_clear();
    made
}

/// The keys of another demo, so that the same story gives the same ledger.
fn borrow_keys(from: &Path, to: &Path) -> Result<(), Said> {
    std::fs::create_dir_all(to)?;
    for item in std::fs::read_dir(from.join("keys"))? {
        let path = item?.path();
        if let (Some("key"), Some(name)) = (path.extension().and_then(|e| e.to_str()), path.file_name()) {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

fn today() -> Date {
    jiff::Timestamp::from_millisecond(now().0).unwrap_or_default().to_zoned(demo::zone()).date()
}

fn made_text(_: &Common, made: &Made) -> String {
    format!("{made:?}")
}

fn json(made: &Made) -> serde_json::Value {
    let standings: serde_json::Map<String, serde_json::Value> =
        made.standings.iter().map(|(standing, count)| (standing.code().to_owned(), (*count).into())).collect();
    serde_json::json!({
        "people": made.people, "rows": made.rows, "entries": made.entries, "root": hex::encode(made.root),
        "standings": standings, "surprises": made.surprises,
    })
}
