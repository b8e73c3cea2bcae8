//! The commands. Each is one file in this folder; this one only declares and dispatches.

use crate::config::Config;
use crate::said::Said;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

mod account;
mod backup;
pub(crate) mod check;
mod day;
mod demo;
mod doctor;
mod explain;
mod export;
mod init;
mod key;
mod logs;
mod manual;
mod organisation;
mod people;
mod place;
mod policy;
mod proof;
mod register;
mod reveal;
mod review;
mod right;
mod stamp;
mod table;
mod tell;
pub(crate) mod witness;
mod work;

pub(crate) use backup::is_recipient;
pub(crate) use tell::settled;

/// Makes a company's privacy policy executable: every sentence enforced by the program or evidenced by records.
#[derive(Parser)]
#[command(name = "daicho", bin_name = "daicho", version, max_term_width = 110, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub(crate) struct Common {
    /// The data folder.
    #[arg(long, global = true, env = "DAICHO_DATA", default_value = "daicho-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Print one JSON value instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of what is printed: ja, en or vi.
    #[arg(long, global = true, env = "DAICHO_LANGUAGE", default_value = "en", value_name = "LANGUAGE")]
    pub(crate) lang: ::policy::Language,
    /// Who acts: a login. The password is asked for, or taken from `DAICHO_PASSWORD_<LOGIN>` or DAICHO_PASSWORD; with a token in
    /// DAICHO_TOKEN no login is needed.
    #[arg(id = "acting-login", long = "as", global = true, env = "DAICHO_LOGIN", value_name = "LOGIN")]
    pub(crate) login: Option<String>,
}

impl Common {
    /// The configuration in the data folder.
    pub(crate) fn config(&self) -> Result<Config, Said> {
        Ok(Config::read(&self.data)?)
    }
}

#[derive(Subcommand)]
enum Command {
    /// Make a new data folder: keys, an empty ledger and the first account.
    Init(init::Init),
    /// Serve the office, the public notice and the API.
    Serve(crate::serve::Serve),
    /// Start the product with a year of believable sample data.
    Demo(demo::Demo),
    /// Check, draft, compare and enact policies.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Take people in, find them, correct, suspend, erase, and hand a person what is held.
    #[command(subcommand)]
    People(people::People),
    /// Reveal fields of one person for one purpose under one work record.
    Reveal(reveal::Reveal),
    /// The handling ledger.
    #[command(subcommand)]
    Register(register::Register),
    /// Work records.
    #[command(subcommand)]
    Work(work::Work),
    /// Logs of doors, attendance and other systems, laid against work records: read, ask, answer, sign off.
    #[command(subcommand)]
    Logs(logs::Logs),
    /// The organisation: legal entities, departments, sites, zones, projects, staff, cards, terminals, door readers.
    #[command(subcommand)]
    Organisation(organisation::Organisation),
    /// Accounts and tokens.
    #[command(subcommand)]
    Account(account::Account),
    /// Rounds of access review: keep or end, for each right.
    #[command(subcommand)]
    Review(review::Review),
    /// Rights beyond a role: two people, emergencies, rights for a piece of work.
    #[command(subcommand)]
    Right(right::Right),
    /// Check that no byte of the ledger was changed, removed, moved or added.
    Verify(check::Verify),
    /// The ledger as files for tools that nobody here wrote.
    #[command(subcommand)]
    Ledger(export::Ledger),
    /// Confirm, for other companies' ledgers, that they only ever grow.
    #[command(subcommand)]
    Witness(witness::Witness),
    /// Tell one entry in plain words, with the clause as it read that day.
    Explain(explain::Explain),
    /// Copy the store and the keys, apart, while the program runs.
    Backup(backup::Backup),
    /// Put a backup back, with erasures replayed.
    Restore(backup::Restore),
    /// The keys: how they are protected, how old they are; renew them, and keep a way back to the root key.
    #[command(subcommand)]
    Key(key::Key),
    /// Look over the installation and print the settings in force.
    Doctor(doctor::Doctor),
    /// Print shell completions.
    Completions(manual::Completions),
    /// Print the manual page.
    Man(manual::Man),
}

/// The words of the command that was asked for, without the name of the program: `account token end`.
pub(crate) fn called(matches: &clap::ArgMatches) -> String {
    let mut words = Vec::new();
    let mut next = matches;
    while let Some((word, below)) = next.subcommand() {
        words.push(word);
        next = below;
    }
    words.join(" ")
}

/// Runs what was asked; the exit code says how it went (0 done, 1 refused or found wrong, 2 bad input, 3 nothing there, 4 fault).
pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let Arguments { common, command } = arguments;
    crate::ask::in_language(common.lang);
    let done = match command {
        Command::Init(c) => init::run(&common, c).await,
        Command::Serve(c) => crate::serve::run(&common, c).await,
        Command::Demo(c) => demo::run(&common, c).await,
        Command::Policy(c) => policy::run(&common, c).await,
        Command::People(c) => people::run(&common, c).await,
        Command::Reveal(c) => reveal::run(&common, c).await,
        Command::Register(c) => register::run(&common, c).await,
        Command::Work(c) => work::run(&common, c).await,
        Command::Logs(c) => logs::run(&common, c).await,
        Command::Organisation(c) => organisation::run(&common, c).await,
        Command::Account(c) => account::run(&common, c).await,
        Command::Review(c) => review::run(&common, c).await,
        Command::Right(c) => right::run(&common, c).await,
        Command::Verify(c) => check::run(&common, c).await,
        Command::Ledger(c) => export::run(&common, c).await,
        Command::Witness(c) => witness::run(&common, c).await,
        Command::Explain(c) => explain::run(&common, c).await,
        Command::Backup(c) => backup::run(&common, c).await,
        Command::Restore(c) => backup::restore(&common, c).await,
        Command::Key(c) => key::run(&common, c).await,
        Command::Doctor(c) => doctor::run(&common, c).await,
        Command::Completions(c) => manual::completions(&c),
        Command::Man(c) => manual::man(&c),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => said.tell(&common),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Every command says what it does, takes no name that another argument has, and has a helpful word for each argument.
    #[test]
    fn every_command_explains_itself() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        explained(&command, "daicho");
    }

    /// The one list of needs names every command, and no other.
    #[test]
    fn every_command_stands_in_the_list_of_needs_once() {
        let mut command = Arguments::command();
        command.build();
        let mut there = Vec::new();
        named(&command, "", &mut there);
        there.sort();
        let mut listed: Vec<&str> = web::needs::OPERATIONS.iter().flat_map(|one| one.commands).copied().collect();
        listed.sort_unstable();
        assert_eq!(listed, there);
    }

    fn named(command: &clap::Command, path: &str, there: &mut Vec<String>) {
        let below: Vec<_> = command.get_subcommands().filter(|c| c.get_name() != "help").collect();
        if !path.is_empty() && (below.is_empty() || !command.is_subcommand_required_set()) {
            there.push(path.to_owned());
        }
        for next in below {
            named(next, format!("{path} {}", next.get_name()).trim(), there);
        }
    }

    fn explained(command: &clap::Command, path: &str) {
        assert!(
            command.get_about().is_some_and(|about| !about.to_string().is_empty()),
            "{path} does not say what it does"
        );
        let shared: Vec<&str> = ["data", "json", "lang", "acting-login"].into();
        for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
            let id = argument.get_id().as_str();
            assert!(argument.get_help().is_some(), "{path}: {id} is not explained");
            assert_eq!(
                shared.contains(&id),
                argument.is_global_set() && id != "help" && id != "version",
                "{path}: {id} is taken"
            );
        }
        for below in command.get_subcommands().filter(|c| c.get_name() != "help") {
            explained(below, &format!("{path} {}", below.get_name()));
        }
    }
}
