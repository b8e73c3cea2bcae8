//! `daicho demo`: the product with a year of believable sample data.

use super::Common;
use crate::config::{Config, FILE};
use crate::demo::{self, Made, Plan, SEED, Scale, samples};
use crate::said::{Said, say};
use crate::serve::{self, Serve};
use crate::wire::now;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use policy::Texts;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

mod browser;
mod greeting;

/// The data folder, unless one is given.
const FOLDER: &str = "daicho-demo";
/// What is told on the terminal, kept in the folder. Where it lies, the folder is a demo.
const GREETING: &str = "DEMO.txt";

/// Start the product with a year of believable sample data.
///
/// Makes a fictional software house in a data folder of its own (`daicho-demo`, or `--data DIR`), then serves it. A folder that is
/// there already is served as it is.
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
    /// Takes the keys of another demo instead of making new ones, so that the same story gives the same ledger.
    #[arg(long, hide = true, value_name = "DIR")]
    keys_of: Option<PathBuf>,
}

/// `daicho demo`.
pub(super) async fn run(common: &Common, asked: Demo) -> Result<(), Said> {
    let common = Common { data: folder(common), ..common.clone() };
    if is_empty(&common.data) {
        if asked.make_only {
            make(&common, &asked).await?;
        } else {
            make_apart(&common, &asked)?;
        }
    } else if let Ok(greeting) = std::fs::read_to_string(common.data.join(GREETING)) {
        say(greeting.trim_end());
    }
    if asked.make_only {
        return Ok(());
    }
    let listen = match asked.listen {
        Some(listen) => listen,
        None => common.config()?.file.listen,
    };
    // Whoever has the address already must not be opened in a browser.
    drop(serve::bind(listen).await?);
    if !asked.no_open {
        browser::open_when_it_answers(listen);
    }
    serve::run(&common, Serve { listen: asked.listen }).await
}

/// The demo has a folder of its own, so the folder of an office is only taken when it was named.
fn folder(common: &Common) -> PathBuf {
    let named = std::env::args_os().any(|a| a == "--data" || a.to_string_lossy().starts_with("--data="));
    if named || common.data != Path::new("daicho-data") { common.data.clone() } else { FOLDER.into() }
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut items| items.next().is_none())
}

/// Has the demo made by a process of its own, so that the one that serves needs no more memory than it does on any other day.
fn make_apart(common: &Common, asked: &Demo) -> Result<(), Said> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args(["demo", "--make-only", "--lang", common.lang.code(), "--data"]).arg(&common.data);
    program.arg(format!("--scale={}", asked.scale)).arg(format!("--seed={}", asked.seed));
    if common.json {
        program.arg("--json");
    }
    if let Some(day) = asked.day {
        program.arg(format!("--day={day}"));
    }
    if let Some(keys) = &asked.keys_of {
        program.arg("--keys-of").arg(keys);
    }
    // What went wrong was told by whoever it went wrong for.
    if program.status()?.success() { Ok(()) } else { Err(Said::Found) }
}

/// Makes the demo beside its place and moves it there when it is whole.
async fn make(common: &Common, asked: &Demo) -> Result<(), Said> {
    let plan = Plan { seed: asked.seed, today: asked.day.unwrap_or_else(today), scale: Scale(asked.scale) };
    let making = beside(&common.data);
    if making.exists() {
        std::fs::remove_dir_all(&making)?;
    }
    std::fs::create_dir_all(&making)?;
    std::fs::write(making.join(FILE), SETTINGS)?;
    let config = Config::read(&making)?;
    if let Some(other) = &asked.keys_of {
        borrow_keys(other, &config.key_folder())?;
    }
    let keys = config.key_folder();
    let bar = bar(common);
    let made = demo::make(config, &plan, &|acts, whole| {
        bar.set_length(whole as u64);
        bar.set_position(acts as u64);
    })
    .await?;
    let took = bar.elapsed();
    bar.finish_and_clear();
    samples::write(&making.join(samples::FOLDER), &plan)?;
    std::fs::write(making.join(GREETING), greeting::text(common, &made, None))?;
    closed(&[making.join("data.db-wal"), keys.join("keys.db-wal")]).await;
    if common.data.exists() {
        std::fs::remove_dir(&common.data)?;
    }
    std::fs::rename(&making, &common.data)?;
    if common.json {
        say(json(&made));
    } else {
        say(greeting::text(common, &made, Some(took)).trim_end());
    }
    Ok(())
}

/// The settings of the demo: its own name in checkpoints, and a warning for whoever looks.
const SETTINGS: &str = "# Made by `daicho demo`. The accounts of this folder are public: never put real people's information into it.\n\
                        origin = \"demo.kawasora.example/ledger\"\n";

fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".making");
    folder.with_file_name(name)
}

fn bar(common: &Common) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:32.blue} {percent:>3}%  {elapsed}") {
        bar.set_style(style);
    }
    let words = Texts::new("1年分の記録を作っています", "Making a year of records", "Đang tạo dữ liệu của một năm");
    bar.with_message(words.get(common.lang).to_owned())
}

/// Waits until both stores have been closed: their last connection takes the write-ahead log away.
async fn closed(logs: &[PathBuf]) {
    for _ in 0..500 {
        if !logs.iter().any(|log| log.exists()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The keys of another demo.
fn borrow_keys(from: &Path, to: &Path) -> Result<(), Said> {
    std::fs::create_dir_all(to)?;
    for item in std::fs::read_dir(from.join("keys"))? {
        let path = item?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "root.key" {
            std::fs::copy(&path, to.join(name))?;
        } else if name == "keyring" {
            // Epochs begin anew.
            let ring = std::fs::read_to_string(&path)?;
            let first = ring.lines().filter(|line| !line.starts_with("wrapping ") || line.starts_with("wrapping 1 "));
            std::fs::write(to.join(name), first.flat_map(|line| [line, "\n"]).collect::<String>())?;
        }
    }
    Ok(())
}

fn today() -> Date {
    jiff::Timestamp::from_millisecond(now().0).unwrap_or_default().to_zoned(demo::zone()).date()
}

fn json(made: &Made) -> serde_json::Value {
    let standings: serde_json::Map<String, serde_json::Value> =
        made.standings.iter().map(|(standing, count)| (standing.code().to_owned(), (*count).into())).collect();
    let example = made.example.as_ref().map(|e| {
        serde_json::json!({ "person": e.person, "row": e.row, "work": e.work, "login": e.login, "refused": e.refused })
    });
    serde_json::json!({
        "people": made.people, "rows": made.rows, "entries": made.entries, "root": hex::encode(made.root),
        "standings": standings, "example": example, "surprises": made.surprises,
    })
}
