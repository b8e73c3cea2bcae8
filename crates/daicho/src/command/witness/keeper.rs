//! What a witness keeps: one file for each ledger, with the keys that are trusted and the last checkpoint that was cosigned.
//!
//! Trust and memory stand in one file on purpose: a ledger whose file is lost is unknown, and never one that may begin anew.

use crate::tick::replace;
use ledger::cosignature::Witness;
use ledger::note::Vkey;
use ledger::witness::{Kept, Refused, Request};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

const KIND: &str = "daicho-witnessed-ledger-1";
const TRUSTS: &str = "trusts ";
const FOLDER: &str = "ledgers";
const LOCK: &str = "lock";
/// File names go up to 255 bytes.
const LONGEST: usize = 200;

/// The folder of a witness.
#[derive(Clone)]
pub(crate) struct Keeper(PathBuf);

/// A ledger that this witness was told to trust.
pub(crate) struct Ledger {
    /// The keys that sign it.
    pub(crate) keys: Vec<Vkey>,
    /// The last checkpoint that was cosigned.
    pub(crate) kept: Option<Kept>,
}

/// Why there is no cosignature.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Not {
    /// The protocol says no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The disk does.
    #[error(transparent)]
    Disk(#[from] io::Error),
}

/// A cosignature, for the log of the witness.
pub(crate) struct Cosigned {
    /// The answer.
    pub(crate) line: String,
    /// Whose ledger it is.
    pub(crate) origin: String,
    /// How many entries.
    pub(crate) size: u64,
}

impl Keeper {
    /// The keeper of a folder.
    pub(crate) fn new(data: &Path) -> Self {
        Self(data.join(FOLDER))
    }

    /// Trusts a key for the ledger of its name from now on. `false` if it was trusted already.
    pub(crate) fn trust(&self, key: &Vkey) -> io::Result<bool> {
        std::fs::create_dir_all(&self.0)?;
        let _lock = self.lock()?;
        let mut ledger = self.read(key.name())?.unwrap_or(Ledger { keys: Vec::new(), kept: None });
        if ledger.keys.contains(key) {
            return Ok(false);
        }
        ledger.keys.push(key.clone());
        self.write(key.name(), &ledger)?;
        Ok(true)
    }

    /// Every ledger that is trusted, by its name.
    pub(crate) fn ledgers(&self) -> io::Result<Vec<Ledger>> {
        let mut files = match std::fs::read_dir(&self.0) {
            Ok(items) => items.map(|item| item.map(|item| item.path())).collect::<io::Result<Vec<_>>>()?,
            Err(why) if why.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(why) => return Err(why),
        };
        files.retain(|file| file.extension().is_some_and(|kind| kind == "ledger"));
        files.sort();
        files.iter().map(|file| Ledger::parse(&std::fs::read_to_string(file)?).ok_or_else(|| damaged(file))).collect()
    }

    /// Judges a request, keeps what it leads to, and only then cosigns it. One after the other: between the look at what is kept
    /// and the new file nobody else comes.
    pub(crate) fn answer(&self, request: &str, witness: &Witness, seconds: u64) -> Result<Cosigned, Not> {
        let request: Request = request.parse()?;
        let origin = request.origin().to_owned();
        if !file_name(&origin).is_some_and(|name| self.0.join(name).exists()) {
            return Err(Refused::Unknown.into());
        }
        let _lock = self.lock()?;
        let mut ledger = self.read(&origin)?.ok_or(Refused::Unknown)?;
        let judged = request.judge(&ledger.keys, ledger.kept.as_ref())?;
        if judged.before() != Some(judged.keep()) {
            ledger.kept = Some(judged.keep().clone());
            self.write(&origin, &ledger)?;
        }
        let line = judged.cosign(judged.keep(), witness, seconds)?;
        Ok(Cosigned { line, origin, size: judged.keep().size() })
    }

    /// Held until it is dropped; other processes and threads wait.
    fn lock(&self) -> io::Result<File> {
        let file = File::options().create(true).truncate(false).write(true).open(self.0.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    fn read(&self, origin: &str) -> io::Result<Option<Ledger>> {
        let file = self.0.join(file_name(origin).ok_or_else(too_long)?);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(why),
        };
        let ledger = Ledger::parse(&text).filter(|ledger| ledger.keys.iter().all(|key| key.name() == origin));
        ledger.map(Some).ok_or_else(|| damaged(&file))
    }

    fn write(&self, origin: &str, ledger: &Ledger) -> io::Result<()> {
        replace(&self.0.join(file_name(origin).ok_or_else(too_long)?), ledger.text().as_bytes())
    }
}

impl Ledger {
    fn text(&self) -> String {
        let mut text = format!("{KIND}\n");
        for key in &self.keys {
            text.push_str(&format!("{TRUSTS}{key}\n"));
        }
        text.push('\n');
        text.push_str(self.kept.as_ref().map_or("", Kept::note));
        text
    }

    /// What was written, as a whole, or nothing.
    fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next()? != KIND {
            return None;
        }
        let keys: Vec<Vkey> = lines.map(|line| line.strip_prefix(TRUSTS)?.parse().ok()).collect::<Option<Vec<_>>>()?;
        let kept = match note {
            "" => None,
            note => Some(Kept::read(note, &keys).ok()?),
        };
        (!keys.is_empty()).then_some(Self { keys, kept })
    }
}

/// An origin as the name of a file: letters, digits, dots and hyphens stand for themselves.
fn file_name(origin: &str) -> Option<String> {
    let mut name = String::new();
    for byte in origin.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => name.push(char::from(byte)),
            other => name.push_str(&format!("_{other:02x}")),
        }
    }
    (name.len() <= LONGEST).then(|| name + ".ledger")
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "the name of the ledger is too long")
}

fn damaged(file: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged: put its backup back", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::checkpoint::Checkpoint;
    use ledger::note::{Note, Signer};
    use ledger::proof::{Consistency, nodes};
    use ledger::tree::{Hash, leaf_hash, root};

    const ORIGIN: &str = "example.com/Office 本社";

    fn log() -> Signer {
        Signer::new("example.com/本社", &[7; 32]).unwrap()
    }

    fn witness() -> Witness {
        Witness::new("witness.example/w1", &[8; 32]).unwrap()
    }

    fn leaves(size: u64) -> Vec<Hash> {
        (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn note(size: u64) -> String {
        Checkpoint::new(log().vkey().name(), size, root(&leaves(size))).unwrap().sign(&log()).unwrap()
    }

    fn ask(old: u64, size: u64) -> String {
        let leaves = leaves(size);
        let proof = Consistency::build(old, size, &mut nodes(|n| leaves.get(n as usize).copied())).unwrap();
        Request::write(old, &proof.path, &note(size))
    }

    fn keeper() -> (tempfile::TempDir, Keeper) {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::new(folder.path());
        assert!(keeper.trust(log().vkey()).unwrap());
        assert!(!keeper.trust(log().vkey()).unwrap());
        (folder, keeper)
    }

    fn refused(answer: Result<Cosigned, Not>) -> Refused {
        match answer {
            Err(Not::Refused(refused)) => refused,
            Err(Not::Disk(why)) => panic!("{why}"),
            Ok(cosigned) => panic!("{}", cosigned.line),
        }
    }

    #[test]
    fn what_was_cosigned_is_on_the_disk_and_outlives_the_process() {
        let (folder, keeper) = keeper();
        let answer = keeper.answer(&ask(0, 5), &witness(), 9).unwrap();
        let cosigned: Note = format!("{}{}", note(5), answer.line).parse().unwrap();
        assert_eq!(witness().key().check(&cosigned), Ok(9));
        let again = Keeper::new(folder.path());
        assert_eq!(refused(again.answer(&ask(0, 3), &witness(), 10)), Refused::Conflict { kept: 5 });
        assert_eq!(again.answer(&ask(5, 7), &witness(), 11).unwrap().size, 7);
        assert_eq!(again.ledgers().unwrap()[0].kept.as_ref().unwrap().note(), note(7));
    }

    #[test]
    fn a_ledger_whose_file_is_lost_is_unknown_and_a_damaged_file_is_a_fault() {
        let (folder, keeper) = keeper();
        keeper.answer(&ask(0, 5), &witness(), 9).unwrap();
        let file = std::fs::read_dir(folder.path().join(FOLDER)).unwrap().map(|item| item.unwrap().path());
        let file = file.into_iter().find(|file| file.extension().is_some()).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        // A smaller size that nobody signed, half a file, no file.
        for bad in [text.replace("\n5\n", "\n4\n"), text.chars().take(60).collect(), String::new()] {
            std::fs::write(&file, bad).unwrap();
            assert!(matches!(keeper.answer(&ask(5, 7), &witness(), 9), Err(Not::Disk(_))));
        }
        std::fs::remove_file(&file).unwrap();
        assert_eq!(refused(keeper.answer(&ask(0, 7), &witness(), 9)), Refused::Unknown);
    }

    /// Two askers at once, from the same size: one is cosigned after the other or refused, and nothing goes back.
    #[test]
    fn of_many_that_ask_at_once_none_takes_another_back() {
        let (_folder, keeper) = keeper();
        keeper.answer(&ask(0, 1), &witness(), 9).unwrap();
        let largest = std::thread::scope(|scope| {
            let askers: Vec<_> = (2..30)
                .map(|size| {
                    let keeper = keeper.clone();
                    scope.spawn(move || keeper.answer(&ask(1, size), &witness(), 9).ok().map(|cosigned| cosigned.size))
                })
                .collect();
            let sizes: Vec<u64> = askers.into_iter().filter_map(|asker| asker.join().unwrap()).collect();
            assert_eq!(sizes.len(), 1, "all of them came from size 1: {sizes:?}");
            sizes[0]
        });
        assert_eq!(keeper.ledgers().unwrap()[0].kept.as_ref().unwrap().size(), largest);
    }

    #[test]
    fn names_of_ledgers_are_names_of_files_and_stay_apart() {
        assert_eq!(file_name("example.com/a-1").unwrap(), "example.com_2fa-1.ledger");
        assert_ne!(file_name(ORIGIN), file_name(&ORIGIN.to_lowercase()));
        assert_ne!(file_name("a/b"), file_name("a_2fb"));
        assert_eq!(file_name("../../x").unwrap(), ".._2f.._2fx.ledger");
        assert_eq!(file_name(&"あ".repeat(40)), None);
    }
}
