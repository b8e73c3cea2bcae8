//! From the files of a folder to a settled policy, with every problem noted on the way.

use std::collections::{BTreeMap, BTreeSet};

use crate::canonical::normalised;
use crate::policy::Book;
use crate::problem::{Flaw, sorted};
use crate::{Policy, Problem};

mod agree;
mod cases;
mod head;
mod keeping;
mod logs;
mod people;
mod promises;
mod rights;
mod sharing;
mod sheet;
mod texts;

/// The files every folder has, besides those under `products/`.
pub(crate) const FILES: [&str; 14] = [
    "policy.toml",
    "kinds.toml",
    "elements.toml",
    "purposes.toml",
    "recipients.toml",
    "retention.toml",
    "measures.toml",
    "trackers.toml",
    "rights.toml",
    "clauses.toml",
    "cases.toml",
    "notice/ja.md",
    "notice/en.md",
    "notice/vi.md",
];

/// The files a folder may have. Without them the usual rules stand.
pub(crate) const MAYBE: [&str; 1] = [LOGS];

const LOGS: &str = "logs.toml";

/// A policy folder that could be read. It may still contradict itself; [`Draft::settle`] finds out.
#[derive(Clone, Debug)]
pub struct Draft {
    files: BTreeMap<String, String>,
    book: Book,
    problems: Vec<Problem>,
    references: Vec<Reference>,
    places: Places,
    unread: Unread,
}

/// What came of checking a folder.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The settled policy; none when any problem is an error.
    pub policy: Option<Policy>,
    /// Every problem, in order of file and line. When there is a policy, they are warnings.
    pub problems: Vec<Problem>,
}

/// Reads the files of a policy folder: their paths inside the folder, and their texts.
///
/// # Errors
/// When anything cannot be read. All problems are given, also those that settling would find.
pub fn load(files: &BTreeMap<String, String>) -> Result<Draft, Vec<Problem>> {
    let draft = read(files);
    if draft.problems.iter().any(Problem::is_error) { Err(draft.weigh().problems) } else { Ok(draft) }
}

/// What lies at a path of a policy folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A text.
    Text(String),
    /// Bytes that are not UTF-8.
    NotText,
    /// A folder where a file belongs.
    Folder,
}

/// Reads and settles a policy folder as it was found, and lists every problem of it at once. What cannot be
/// read is a problem that names itself, and what rests on it is not judged.
#[must_use]
pub fn check_found(found: &BTreeMap<String, Found>) -> Checked {
    let mut texts = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (path, file) in found {
        let path = path.strip_prefix("./").unwrap_or(path);
        let flaw = match file {
            Found::Text(text) => {
                texts.insert(path.to_owned(), text.clone());
                continue;
            }
            Found::NotText => Flaw::FileEncoding,
            Found::Folder => Flaw::FileFolder,
        };
        if is_known(path) {
            unreadable.push(flaw.at(path, 0, &[path]));
        } else {
            texts.insert(path.to_owned(), String::new());
        }
    }
    let mut draft = read(&texts);
    let at = |problem: &Problem| unreadable.iter().any(|other| other.file == problem.file);
    draft.problems.retain(|problem| !at(problem));
    draft.unread.0.extend(unreadable.iter().map(|problem| problem.file.clone()));
    draft.problems.extend(unreadable);
    draft.weigh()
}

/// Reads and settles a policy folder, and lists every problem of it at once.
///
/// ```
/// use std::collections::BTreeMap;
///
/// let files = BTreeMap::from([("kinds.toml".to_owned(), "[[kind]]\nid = \"visitor\"\n".to_owned())]);
/// let checked = policy::check(&files);
/// assert!(checked.policy.is_none());
/// assert!(checked.problems.iter().any(|problem| problem.rule == "file.missing"));
/// assert!(checked.problems.iter().any(|problem| problem.rule == "key.missing" && problem.line == 2));
/// ```
#[must_use]
pub fn check(files: &BTreeMap<String, String>) -> Checked {
    read(files).weigh()
}

/// Reads files that were settled before, without asking again whether they agree.
pub(crate) fn trusted(files: BTreeMap<String, String>) -> Result<Policy, Vec<Problem>> {
    let mut draft = read(&files);
    // What a policy was not asked for when it was settled, it need not have now: nothing it says is missing.
    draft.problems.retain(|problem| problem.rule != Flaw::FileMissing.key());
    if draft.problems.iter().any(Problem::is_error) {
        return Err(sorted(draft.problems));
    }
    let problems = draft.problems;
    Policy::bind(draft.book, files).ok_or(problems)
}

impl Draft {
    /// What was noted while reading: warnings only.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Settles the policy: every reference resolves, every clause has something behind it, every language is
    /// complete and current, every purpose has its retention term, every case comes out as it says.
    ///
    /// # Errors
    /// When anything keeps it from being settled. All problems are given, warnings too.
    pub fn settle(self) -> Result<Policy, Vec<Problem>> {
        let Checked { policy, problems } = self.weigh();
        policy.ok_or(problems)
    }

    fn weigh(self) -> Checked {
        let Self { files, book, mut problems, references, places, unread } = self;
        agree::references(&book, &references, &places, &unread, &mut problems);
        agree::book(&book, &unread, &places, &mut problems);
        if places.has(Thing::Right, "rights.toml") && !unread.is("rights.toml") {
            rights::agree(&book, &places, &mut problems);
        }
        let policy = Policy::bind(book, files);
        if let Some(policy) = policy.as_ref().filter(|_| !unread.any(&cases::REST_ON)) {
            cases::judge(policy, &places, &mut problems);
        }
        let problems = sorted(problems);
        let policy = policy.filter(|_| !problems.iter().any(Problem::is_error));
        Checked { policy, problems }
    }
}

/// The sorts of things that have names in a policy folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Entity,
    Kind,
    Element,
    Purpose,
    Term,
    Recipient,
    OptOut,
    JointUse,
    Measure,
    Tracker,
    LogSource,
    LogCheck,
    LogReason,
    /// A right, by its act; the sections of `rights.toml` by their headings.
    Right,
    /// A supervised place.
    Place,
    Clause,
    Product,
    Case,
    Dropped,
    Limits,
    /// A key of `[erasure]`.
    Erasure,
    /// A key of `[sign-in]`.
    SignIn,
    /// A block of a notice, by `<language>/<clause>`.
    Block,
    /// A promise of the catalogue.
    Promise,
    /// A clause a product overrides, by `<product> <clause>`.
    Overridden,
}

impl Thing {
    /// What the files call it, and where it is defined.
    const fn home(self) -> (&'static str, &'static str) {
        match self {
            Self::Entity => ("group", "policy.toml"),
            Self::Kind => ("kind", "kinds.toml"),
            Self::Element => ("element", "elements.toml"),
            Self::Purpose => ("purpose", "purposes.toml"),
            Self::Term => ("term", "retention.toml"),
            Self::Recipient => ("recipient", "recipients.toml"),
            Self::OptOut => ("opt-out", "recipients.toml"),
            Self::JointUse => ("joint-use", "recipients.toml"),
            Self::Measure => ("measure", "measures.toml"),
            Self::Tracker => ("tracker", "trackers.toml"),
            Self::LogSource => ("source", LOGS),
            Self::LogCheck => ("check", LOGS),
            Self::LogReason => ("reason", LOGS),
            Self::Right => ("right", "rights.toml"),
            Self::Place => ("place", "rights.toml"),
            Self::Clause => ("clause", "clauses.toml"),
            Self::Product => ("product", "products/"),
            Self::Case => ("case", "cases.toml"),
            Self::Dropped => ("dropped", "policy.toml"),
            Self::Limits => ("limits", "policy.toml"),
            Self::Erasure => ("erasure", "policy.toml"),
            Self::SignIn => ("sign-in", "policy.toml"),
            Self::Block => ("block", "notice/"),
            Self::Promise => ("promise", "catalogue"),
            Self::Overridden => ("clause", "clauses.toml"),
        }
    }
}

/// A name that must be defined somewhere.
#[derive(Clone, Debug)]
struct Reference {
    thing: Thing,
    id: String,
    file: String,
    line: u32,
    /// The key it is written under, where it cannot be a name.
    bad: Option<&'static str>,
}

/// Where something is defined.
#[derive(Clone, Debug, Default)]
struct Place {
    file: String,
    line: u32,
}

/// Where things are defined, by sort and name.
#[derive(Clone, Debug, Default)]
struct Places(BTreeMap<(Thing, String), Place>);

/// The files that are missing or are not TOML. What rests on them is not judged: it would only repeat that.
#[derive(Clone, Debug, Default)]
struct Unread(BTreeSet<String>);

impl Unread {
    fn is(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    fn any(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.is(path))
    }
}

impl Places {
    fn has(&self, thing: Thing, id: &str) -> bool {
        self.0.contains_key(&(thing, id.to_owned()))
    }

    /// Whether something is defined under this name, be it wrongly written or with other faults.
    fn knows(&self, thing: Thing, id: &str) -> bool {
        self.has(thing, id) || self.0.contains_key(&(thing, sheet::squashed(id)))
    }

    /// How many things of this sort are defined, be it with faults.
    fn count(&self, thing: Thing) -> usize {
        self.0.keys().filter(|(other, _)| *other == thing).count()
    }

    /// Whether anything of this sort is defined under what cannot be a name.
    fn misnames(&self, thing: Thing) -> bool {
        self.0.keys().any(|(other, id)| *other == thing && id.starts_with('?'))
    }

    fn of(&self, thing: Thing, id: &str) -> Place {
        let unknown = || Place { file: thing.home().1.to_owned(), line: 0 };
        self.0.get(&(thing, id.to_owned())).cloned().unwrap_or_else(unknown)
    }
}

fn read(files: &BTreeMap<String, String>) -> Draft {
    let mut problems = Vec::new();
    let mut known = BTreeMap::new();
    for (path, text) in files {
        let path = path.strip_prefix("./").unwrap_or(path);
        if is_known(path) {
            known.insert(path.to_owned(), normalised(text));
        } else if !is_beside(path) {
            problems.push(Flaw::FileUnknown.at(path, 0, &[path]));
        }
    }
    let mut book = Book::default();
    let mut references = Vec::new();
    let mut places = Places::default();
    let mut unread = Unread::default();
    for path in FILES.into_iter().filter(|path| !known.contains_key(*path)) {
        problems.push(Flaw::FileMissing.at(path, 0, &[path]));
        unread.0.insert(path.to_owned());
    }
    // In the order of the list: a purpose may say "everything" of the kinds and elements read before it.
    let products = known.keys().map(String::as_str).filter(|path| is_product(path));
    for path in FILES.into_iter().chain(MAYBE).chain(products) {
        let usual = (path == LOGS).then_some(crate::logs::USUAL);
        let Some(text) = known.get(path).map(String::as_str).or(usual) else { continue };
        let sheet = sheet::Sheet::new(path, text);
        read_file(&sheet, text, &mut book);
        sheet.hand_over(&mut problems, &mut references, &mut places);
    }
    promises::bind(&mut book);
    let syntax = problems.iter().filter(|problem| problem.rule == Flaw::Syntax.key());
    unread.0.extend(syntax.map(|problem| problem.file.clone()));
    Draft { files: known, book, problems, references, places, unread }
}

fn read_file(sheet: &sheet::Sheet<'_>, text: &str, book: &mut Book) {
    use sheet::read_toml;
    match sheet.path {
        "policy.toml" => read_toml(sheet, text, |section| head::read(section, book)),
        "kinds.toml" => read_toml(sheet, text, |section| people::kinds(section, book)),
        "elements.toml" => read_toml(sheet, text, |section| people::elements(section, book)),
        "purposes.toml" => read_toml(sheet, text, |section| people::purposes(section, book)),
        "recipients.toml" => read_toml(sheet, text, |section| sharing::read(section, book)),
        "retention.toml" => read_toml(sheet, text, |section| keeping::terms(section, book)),
        "measures.toml" => read_toml(sheet, text, |section| keeping::measures(section, book)),
        "trackers.toml" => read_toml(sheet, text, |section| keeping::trackers(section, book)),
        LOGS => read_toml(sheet, text, |section| logs::read(section, book)),
        "rights.toml" => read_toml(sheet, text, |section| rights::read(section, book)),
        "clauses.toml" => read_toml(sheet, text, |section| promises::clauses(section, book)),
        "cases.toml" => read_toml(sheet, text, |section| cases::read(section, book)),
        path if path.starts_with("products/") => read_toml(sheet, text, |section| promises::product(section, book)),
        _ => texts::notice(sheet, text, book),
    }
}

/// Whether the path is a file of the policy language.
fn is_known(path: &str) -> bool {
    FILES.contains(&path) || MAYBE.contains(&path) || is_product(path)
}

/// Whether the path is a product's file: `products/<name>.toml`.
fn is_product(path: &str) -> bool {
    let name = path.strip_prefix("products/").and_then(|name| name.strip_suffix(".toml"));
    name.is_some_and(|name| name.parse::<ledger::names::RowId>().is_ok())
}

/// Whether the path is something people keep beside a policy: a README or a hidden file.
fn is_beside(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with('.') || name.starts_with("README")
}
