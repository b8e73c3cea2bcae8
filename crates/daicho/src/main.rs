//! The program: configuration, wiring, commands, the clock's tick. It knows everybody and has no rules of its own.

mod ask;
mod command;
mod config;
mod demo;
mod epoch;
mod erased;
mod keyring;
mod log_file;
mod mail;
mod organisation_file;
mod receipt;
mod register_file;
mod renewal;
mod said;
mod serve;
mod stamp;
mod succession;
mod tick;
mod tree;
mod way;
mod wire;
mod witnesses;

use clap::{CommandFactory, FromArgMatches};
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = command::Arguments::command().get_matches();
    ask::doing(command::called(&matches));
    let arguments = command::Arguments::from_arg_matches(&matches).unwrap_or_else(|why| why.exit());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(_) => return ExitCode::from(said::FAULT),
    };
    runtime.block_on(command::run(arguments))
}
