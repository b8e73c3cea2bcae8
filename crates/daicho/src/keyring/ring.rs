//! The file `keyring`: one line for each key that the root key keeps wrapped.
//!
//! ```text
//! daicho-keyring-1
//! root 5f0c…                        which root key it is wrapped by
//! wrapping 1 1765843200000 01…      branch, generation, when it was made, the wrapped key
//! ```
//!
//! It is replaced as a whole, so that a stop at any moment leaves the old one or the new one; what the old one held is overwritten.
//! A key that is taken out of it, with every copy of the file, is destroyed.

use super::{absent, damaged, make_folder, write_new};
use crate::said::Said;
use access::{Chance, Desk};
use ledger::keys::Signers;
use ledger::names::Moment;
use ledger::note::Signer;
use seal::{BlindKey, Branch, Kek, Nonce, RootKey, Secret, WrappedKey};
use std::fs::{File, OpenOptions};
use std::io::{Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The name of the file.
pub(crate) const NAME: &str = "keyring";
const KIND: &str = "daicho-keyring-1";
/// Under which name the file is written before it takes its own.
const FRESH: &str = "keyring.new";
/// Under which name it waits until the key store has agreed to its newest epoch.
const PROPOSED: &str = "keyring.proposed";
/// A keyring with two hundred epochs is smaller than this.
const MOST_BYTES: u64 = 256 << 10;

/// Which file stands in a folder: it is replaced as a whole, never written into, and another has another identity.
pub(crate) type Identity = (u64, u64, i64, i64);

/// What the root key keeps wrapped.
#[derive(Clone)]
pub(crate) struct Ring {
    mark: [u8; 8],
    keys: Vec<Kept>,
}

/// One wrapped key.
#[derive(Clone)]
pub(crate) struct Kept {
    /// What it is for.
    pub(crate) branch: Branch,
    /// When it was made.
    pub(crate) made: Moment,
    wrapped: WrappedKey,
}

impl Kept {
    /// Its generation, of a wrapping key its epoch.
    pub(crate) fn generation(&self) -> u32 {
        self.wrapped.epoch()
    }
}

impl Ring {
    /// Without a key yet.
    pub(crate) fn new(root: &RootKey) -> Self {
        Self { mark: root.mark(), keys: Vec::new() }
    }

    /// The file in a key folder.
    pub(crate) fn file(folder: &Path) -> PathBuf {
        folder.join(NAME)
    }

    /// Whether there is one.
    pub(crate) fn stands(folder: &Path) -> bool {
        Self::file(folder).exists()
    }

    /// Which file stands there. It is opened, and not only looked at by its name: where the folder is on a network, that asks whether it
    /// is still the one.
    pub(crate) fn identity(folder: &Path) -> Option<Identity> {
        let file = File::open(Self::file(folder)).ok()?.metadata().ok()?;
        Some((file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
    }

    /// Reads the file.
    pub(crate) fn read(folder: &Path) -> Result<Self, Said> {
        let read = || Self::read_at(&Self::file(folder));
        // Who opened the one before just as it was replaced and overwritten reads the new one the next time.
        read().or_else(|_| read()).or_else(|_| read())
    }

    fn read_at(path: &Path) -> Result<Self, Said> {
        let path = path.to_owned();
        let length = std::fs::metadata(&path).map_err(|_| absent(&path))?.len();
        if length > MOST_BYTES {
            return Err(damaged(&path));
        }
        Self::parse(&std::fs::read_to_string(&path).map_err(|_| damaged(&path))?).ok_or_else(|| damaged(&path))
    }

    /// Which root key it is wrapped by.
    pub(crate) fn mark(&self) -> &[u8; 8] {
        &self.mark
    }

    /// The keys there are, branch by branch, oldest first.
    pub(crate) fn keys(&self) -> &[Kept] {
        &self.keys
    }

    /// Adds a key.
    pub(crate) fn add(
        &mut self,
        root: &RootKey,
        branch: Branch,
        generation: u32,
        key: &Secret<[u8; 32]>,
        chance: &Chance,
        made: Moment,
    ) -> Result<(), Said> {
        let nonce = Nonce::from_random(chance.bytes());
        let wrapped = root.wrap(branch, generation, key.expose(), nonce).map_err(Said::fault)?;
        self.keys.push(Kept { branch, made, wrapped });
        self.keys.sort_by_key(|kept| (kept.branch, kept.generation()));
        Ok(())
    }

    /// Takes keys of a branch out.
    pub(crate) fn take_out(&mut self, branch: Branch, generations: &[u32]) {
        self.keys.retain(|kept| kept.branch != branch || !generations.contains(&kept.generation()));
    }

    /// Takes a key over from another keyring of the same root key.
    pub(crate) fn take_over(&mut self, from: &Self, branch: Branch, generation: u32) {
        let key = |kept: &&Kept| kept.branch == branch && kept.generation() == generation;
        self.keys.extend(from.keys.iter().find(key).cloned());
        self.keys.sort_by_key(|kept| (kept.branch, kept.generation()));
    }

    /// The generations of a branch, oldest first.
    pub(crate) fn generations(&self, branch: Branch) -> Vec<u32> {
        self.keys.iter().filter(|kept| kept.branch == branch).map(Kept::generation).collect()
    }

    /// The keys of a branch that another followed at least so many days before today, oldest first: their generations.
    pub(crate) fn followed(&self, branch: Branch, days: i64, desk: &Desk) -> Vec<u32> {
        let kept: Vec<_> = self.keys.iter().filter(|kept| kept.branch == branch).collect();
        let since = |made| i64::from(desk.today().since(desk.day(made)).map_or(0, |span| span.get_days()));
        let followed = kept.iter().zip(kept.iter().skip(1)).filter(|(_, next)| since(next.made) >= days);
        followed.map(|(kept, _)| kept.generation()).collect()
    }

    /// The same keys under another root key.
    pub(crate) fn under(&self, old: &RootKey, new: &RootKey, chance: &Chance) -> Option<Self> {
        let mut ring = Self::new(new);
        for kept in &self.keys {
            let key = old.unwrap(kept.branch, &kept.wrapped).ok()?;
            ring.add(new, kept.branch, kept.generation(), &key, chance, kept.made).ok()?;
        }
        Some(ring)
    }

    /// The wrapping keys; `None` when one does not open.
    pub(crate) fn wrapping(&self, root: &RootKey) -> Option<Vec<Kek>> {
        let wrapping = self.keys.iter().filter(|kept| kept.branch == Branch::Wrapping);
        let open = |kept: &Kept| {
            let key = root.unwrap(kept.branch, &kept.wrapped).ok()?;
            Some(Kek::new(kept.generation(), *key.expose()))
        };
        wrapping.map(open).collect()
    }

    /// The keys of the blind indexes, by generation; `None` when one does not open.
    pub(crate) fn index(&self, root: &RootKey) -> Option<Vec<(u32, BlindKey)>> {
        let index = self.keys.iter().filter(|kept| kept.branch == Branch::Index);
        let open = |kept: &Kept| {
            let key = root.unwrap(kept.branch, &kept.wrapped).ok()?;
            Some((kept.generation(), BlindKey::new(*key.expose())))
        };
        index.map(open).collect()
    }

    /// What signs for the ledger of this name; `None` when a key does not open or the name is none.
    pub(crate) fn signers(&self, origin: &str, root: &RootKey) -> Option<Signers> {
        let signing = self.keys.iter().rev().filter(|kept| kept.branch == Branch::Signing);
        let open = |kept: &Kept| {
            let seed = root.unwrap(kept.branch, &kept.wrapped).ok()?;
            Signer::new(origin, seed.expose()).ok()
        };
        let mut signers: Vec<Signer> = signing.map(open).collect::<Option<_>>()?;
        let older = signers.split_off(1.min(signers.len()));
        Signers::new(signers.pop()?, older).ok()
    }

    /// The newest key of a branch; `None` when there is none or it does not open.
    pub(crate) fn newest(&self, root: &RootKey, branch: Branch) -> Option<Secret<[u8; 32]>> {
        let newest = self.keys.iter().rfind(|kept| kept.branch == branch)?;
        root.unwrap(branch, &newest.wrapped).ok()
    }

    /// Writes the file in place of the one before, and overwrites that. Whoever may come at the same time holds the lock.
    pub(crate) fn keep(&self, folder: &Path) -> Result<(), Said> {
        self.write(folder, FRESH)?;
        Self::rename(folder, FRESH)
    }

    /// Writes what is to become the file, when the key store has agreed to its newest epoch.
    pub(crate) fn propose(&self, folder: &Path) -> Result<(), Said> {
        self.write(folder, PROPOSED)
    }

    /// What was proposed and has not become the file.
    pub(crate) fn proposed(folder: &Path) -> Option<Self> {
        Self::read_at(&folder.join(PROPOSED)).ok()
    }

    /// What was proposed becomes the file.
    pub(crate) fn accept(folder: &Path) -> Result<(), Said> {
        Self::rename(folder, PROPOSED)
    }

    /// What was proposed does not become the file.
    pub(crate) fn withdraw(folder: &Path) -> Result<(), Said> {
        discard(&folder.join(PROPOSED))
    }

    fn write(&self, folder: &Path, name: &str) -> Result<(), Said> {
        make_folder(folder)?;
        discard(&folder.join(name))?;
        write_new(&folder.join(name), &self.text())
    }

    fn rename(folder: &Path, name: &str) -> Result<(), Said> {
        let path = Self::file(folder);
        let before = OpenOptions::new().write(true).open(&path).ok();
        std::fs::rename(folder.join(name), &path)?;
        File::open(folder)?.sync_all()?;
        Ok(before.map_or(Ok(()), overwrite)?)
    }

    /// Held until it is dropped; whoever else would change the keyring waits.
    pub(crate) async fn lock(folder: &Path) -> Result<File, Said> {
        crate::tick::locked(folder.join(NAME).with_extension("lock")).await
    }

    fn text(&self) -> String {
        let mut text = format!("{KIND}\nroot {}\n", hex::encode(self.mark));
        for Kept { branch, made, wrapped } in &self.keys {
            let (word, generation) = (branch.word(), wrapped.epoch());
            text.push_str(&format!("{word} {generation} {} {}\n", made.0, hex::encode(wrapped.as_bytes())));
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let kind = lines.next()?;
        let mark = hex::decode(lines.next()?.strip_prefix("root ")?).ok()?.try_into().ok()?;
        let key = |line: &str| {
            let [word, generation, made, wrapped] = <[&str; 4]>::try_from(line.split(' ').collect::<Vec<_>>()).ok()?;
            let branch = Branch::ALL.into_iter().find(|branch| branch.word() == word)?;
            let wrapped = WrappedKey::from_bytes(&hex::decode(wrapped).ok()?).ok()?;
            let same = generation.parse() == Ok(wrapped.epoch());
            same.then_some(Kept { branch, made: Moment(made.parse().ok()?), wrapped })
        };
        let keys: Vec<Kept> = lines.map(key).collect::<Option<_>>()?;
        let in_order = keys.is_sorted_by_key(|kept| (kept.branch, kept.generation()));
        let whole = Branch::ALL.iter().all(|branch| keys.iter().any(|kept| kept.branch == *branch));
        (kind == KIND && in_order && whole).then_some(Self { mark, keys })
    }
}

/// Takes a file away, if it is there, and what it held.
pub(crate) fn discard(path: &Path) -> Result<(), Said> {
    let Ok(file) = OpenOptions::new().write(true).open(path) else { return Ok(()) };
    std::fs::remove_file(path)?;
    Ok(overwrite(file)?)
}

/// Writes zeros over a file that has no name any more.
pub(crate) fn overwrite(mut file: File) -> std::io::Result<()> {
    let length = file.metadata()?.len();
    file.rewind()?;
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), length), &mut file)?;
    file.flush()?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_is_its_text_and_a_torn_one_is_none() {
        let root = RootKey::new([1; 32]);
        let chance = Chance::new(|bytes| bytes.fill(7));
        let mut ring = Ring::new(&root);
        for (branch, generation) in [
            (Branch::Signing, 1),
            (Branch::Wrapping, 2),
            (Branch::Wrapping, 1),
            (Branch::Index, 1),
            (Branch::Marks, 1),
            (Branch::Actor, 1),
        ] {
            ring.add(&root, branch, generation, &Secret::new([generation as u8; 32]), &chance, Moment(5)).ok().unwrap();
        }
        let text = ring.text();
        assert_eq!(Ring::parse(&text).unwrap().text(), text);
        for end in 0..text.len() {
            assert!(Ring::parse(text.get(..end).unwrap()).is_none_or(|ring| ring.text() == text), "cut at {end}");
        }
        let epochs: Vec<u32> = ring.wrapping(&root).unwrap().iter().map(Kek::epoch).collect();
        assert_eq!(epochs, [1, 2]);
        let other = RootKey::new([2; 32]);
        let under = ring.under(&root, &other, &chance).unwrap();
        assert!(under.wrapping(&root).is_none());
        assert_eq!(under.newest(&other, Branch::Index).map(|key| *key.expose()), Some([1; 32]));
        ring.take_out(Branch::Wrapping, &[1]);
        assert_eq!(ring.wrapping(&root).unwrap().len(), 1);
    }
}
