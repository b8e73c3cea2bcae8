//! What the pages need from the program that serves them.

use access::names::{Moment, RowId};
use access::organisation::{Line, PartKind};
use access::{Desk, Fault, Mistake, Office};
use duties::register::Sheet;
use policy::logs::{Facts, Weighed};
use policy::{Policy, Texts};
use std::pin::Pin;
use std::sync::Arc;
use vault::Vault;

/// Tells the time: the system's in production, a story's in tests.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// Reads a handling ledger from a workbook or a CSV file: its name and its bytes in, rows and rejects out.
/// The program lends it, because pages may not know how foreign files are read.
pub type RegisterImport = Arc<dyn Fn(&Policy, &str, &[u8]) -> Result<RegisterFile, Texts> + Send + Sync>;

/// Reads a list of staff, departments or cards from a workbook or a CSV file. Lent for the same reason.
pub type OrganisationImport = Arc<dyn Fn(PartKind, &[u8]) -> Result<OrganisationFile, Texts> + Send + Sync>;

/// What a list of parts of the organisation says.
#[derive(Debug, Clone, Default)]
pub struct OrganisationFile {
    /// The lines that can be read.
    pub lines: Vec<Line>,
    /// Those that cannot, with the line and why.
    pub rejected: Vec<(u32, Mistake)>,
}

/// Reads logs and lays them against what is known: each with the name the policy gives it. The program lends it, because pages may
/// not know how foreign files are read.
pub type LogsImport = Arc<dyn Fn(&Desk, &Facts, Vec<LogUpload>) -> Result<LogsLooked, Mistake> + Send + Sync>;

/// A log that was sent.
#[derive(Debug, Clone)]
pub struct LogUpload {
    /// Which log, by its name in the policy.
    pub source: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Logs that were read together.
#[derive(Debug, Clone, Default)]
pub struct LogsLooked {
    /// What came of laying them against what is known, in the order of the files.
    pub weighed: Weighed,
    /// Each file.
    pub files: Vec<LogLooked>,
}

/// A log as it was read.
#[derive(Debug, Clone)]
pub struct LogLooked {
    /// Which log.
    pub source: String,
    /// How it is written: `table`, `json-lines`, `syslog`.
    pub form: &'static str,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// How many lines it has.
    pub lines: u64,
    /// Lines that name nobody.
    pub nobody: u64,
    /// Lines whose moment is before that of an earlier line.
    pub unordered: u64,
    /// Lines that could not be read.
    pub unread: u64,
    /// The first of them: the line, the code and the words of what is wrong.
    pub troubles: Vec<(u64, &'static str, Texts)>,
    /// What its columns were taken for.
    pub columns: Vec<(String, &'static str)>,
}

/// A receipt that is being written: a text that proves one entry, none as long as nobody has signed for it.
pub type Written = Pin<Box<dyn Future<Output = Result<Option<String>, Fault>> + Send>>;

/// Writes the receipt of an entry (C2SP tlog-proof). The program lends it, because pages may not know how evidence is made.
pub type ReceiptOf = Arc<dyn Fn(u64) -> Written + Send + Sync>;

/// Hands a letter with a link over to the mail server, beside the answer. The program lends it.
pub type Post = Arc<dyn Fn(access::sign_in::link::Letter) + Send + Sync>;

/// What a file of the handling ledger says.
#[derive(Debug, Clone, Default)]
pub struct RegisterFile {
    /// The rows that can be taken in, with the line they stand on.
    pub rows: Vec<(u32, RowId, Sheet)>,
    /// The cells that cannot.
    pub rejected: Vec<Rejected>,
}

/// A cell that cannot be taken in.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The line in the file, counted from 1.
    pub line: u32,
    /// The column, as the file heads it.
    pub column: String,
    /// Why, and the way on.
    pub why: Texts,
}

/// What every page is given. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// Who is at the desk, by which policy.
    pub office: Office,
    /// The only door to values.
    pub vault: Vault,
    /// The time.
    pub clock: Clock,
    /// Whether cookies are marked `Secure`: whenever the site is reached by TLS.
    pub secure_cookies: bool,
    /// The address people reach the site at, without a slash at the end: `https://privacy.example.jp`. Printed on notices and reports.
    pub base: Arc<str>,
    /// Reads uploaded handling ledgers.
    pub register_import: RegisterImport,
    /// Reads uploaded lists of the organisation.
    pub organisation_import: OrganisationImport,
    /// Reads uploaded logs.
    pub logs_import: LogsImport,
    /// Writes receipts of entries.
    pub receipts: ReceiptOf,
    /// Sends letters; none where no mail server is configured.
    pub post: Option<Post>,
}

impl State {
    /// The moment it is.
    pub(crate) fn now(&self) -> Moment {
        (self.clock)()
    }
}
