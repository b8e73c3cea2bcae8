//! What only keys can check: that every person's key is there and opens, that the erased have none, that entries are about whom they
//! are linked to, that sealed values open in their places, and that records are found by what they hold.

use super::replay::{Batch, Id, Replay};
use super::side::Link;
use super::store::{Depth, Look, PAGE};
use super::{Beside, Unchecked};
use ::store::{Fault, Keys};
use ledger::names::{ElementId, PersonId, RowId};
use policy::{Policy, Shape};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use vault::{Broken, Entered, Proof, Vault};

/// People whose records are opened together.
const TOGETHER: i64 = 512;

impl Look<'_> {
    /// The key store against the people: who lives has one key, who was erased has none and is entered as destroyed.
    pub(super) async fn locks(
        &mut self,
        keys: &Keys,
        vault: Option<&Vault>,
        told: &Replay,
        links: &mut [Link],
    ) -> Result<(), Fault> {
        links.sort_unstable_by_key(|link| link.person);
        let living: HashSet<Id> = told.people.keys().filter(|id| !told.erased.contains_key(*id)).copied().collect();
        let versions = self.versions().await?;
        let sql = "SELECT person, epoch, wrapped FROM subject_key WHERE person > $1 ORDER BY person LIMIT $2";
        let (mut from, mut seen, mut nobodys, mut used) = (Vec::new(), HashSet::new(), 0, BTreeSet::new());
        loop {
            let rows = keys.read(sql, vec![from.clone().into(), TOGETHER.into()]).await?;
            let Some(last) = rows.last() else { break };
            let first = from;
            from = last.bytes(0)?.to_vec();
            let mut proofs = BTreeMap::new();
            for row in &rows {
                let Ok(id) = row.array::<16>(0) else {
                    self.add(Beside::Added { table: "subject_key", row: hex::encode(row.bytes(0)?) });
                    continue;
                };
                seen.insert(id);
                let wrapped = row.bytes(2)?;
                // The wrapped key begins with its version and the epoch of the key it is wrapped by.
                let epoch = wrapped.get(1..5).and_then(|epoch| epoch.try_into().ok()).map(u32::from_be_bytes);
                used.extend(epoch);
                let proof = vault.map(|vault| vault.proof(PersonId::from_bytes(id), wrapped));
                let opens = proof.as_ref().is_none_or(Option::is_some);
                let same = [("wrapped", opens), ("epoch", epoch.map(i64::from) == Some(row.int(1)?))];
                self.compare("subject_key", hex::encode(id), -1, &same);
                if told.erased.contains_key(&id) {
                    self.add(Beside::Added { table: "subject_key", row: hex::encode(id) });
                } else if !living.contains(&id) {
                    // An import that did not come to its end leaves keys that open nothing.
                    nobodys += 1;
                } else if let Some(Some(proof)) = proof {
                    proofs.insert(id, proof);
                }
            }
            if let Some(vault) = vault {
                self.links(&proofs, told, links);
                self.marks_of(&proofs, told, (&first, &from)).await?;
                if self.depth == Depth::Everything {
                    self.sealed(vault, &proofs, &versions, (&first, &from)).await?;
                }
            }
        }
        for id in living.iter().filter(|id| !seen.contains(*id)) {
            let entry = told.people.get(id).and_then(|person| person.imports.first()).map(|(entry, _)| *entry);
            self.add(Beside::Missing { table: "subject_key", row: hex::encode(id), entry });
        }
        if nobodys > 0 {
            self.add(Beside::NotChecked(Unchecked::NobodysKeys(nobodys)));
        }
        if let Some(vault) = vault {
            vault.follow();
            for (epoch, whose) in vault.entered().await.map_err(|_| Fault::Head)? {
                match whose {
                    Entered::Ours | Entered::Ended => {}
                    Entered::Later | Entered::Anothers => {
                        self.add(Beside::differs("epoch", epoch.to_string(), "mark", None))
                    }
                    // A key store that was put back does not know the epochs after its day; nothing in it is of them.
                    Entered::Nowhere if !used.contains(&epoch) => {}
                    Entered::Nowhere => {
                        self.add(Beside::Missing { table: "epoch", row: epoch.to_string(), entry: None });
                    }
                }
            }
        }
        self.destroyed(keys, told).await
    }

    async fn destroyed(&mut self, keys: &Keys, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeSet<Id> = told.erased.keys().copied().collect();
        for row in keys.read("SELECT person, at FROM destroyed", vec![]).await? {
            let id = row.array::<16>(0).unwrap_or_default();
            match told.erased.get(&id) {
                Some((entry, at)) => {
                    missing.remove(&id);
                    self.compare("destroyed", hex::encode(id), *entry, &[("at", row.int(1)? == *at)]);
                }
                None => self.add(Beside::Added { table: "destroyed", row: hex::encode(row.bytes(0)?) }),
            }
        }
        for id in missing {
            let entry = told.erased.get(&id).map(|(entry, _)| *entry);
            self.add(Beside::Missing { table: "destroyed", row: hex::encode(id), entry });
        }
        Ok(())
    }

    /// Whether the entries linked to these people commit to them.
    fn links(&mut self, proofs: &BTreeMap<Id, Proof>, told: &Replay, links: &[Link]) {
        for (id, proof) in proofs {
            let from = links.partition_point(|link| link.person < *id);
            for link in links.iter().skip(from).take_while(|link| link.person == *id) {
                let act = usize::try_from(link.idx).ok().and_then(|idx| told.acts.get(idx));
                let (Some(sc), Some((act, _))) = (link.sc, act) else { continue };
                self.commitments += 1;
                if proof.commitment(*act).0 != sc {
                    self.add(Beside::differs("side", hex::encode(id), "person", Some(link.idx)));
                }
            }
        }
    }

    async fn marks_of(
        &mut self,
        proofs: &BTreeMap<Id, Proof>,
        told: &Replay,
        (from, to): (&[u8], &[u8]),
    ) -> Result<(), Fault> {
        let sql = "SELECT mark, person, idx FROM import_mark WHERE person > $1 AND person <= $2";
        for row in self.store.read(sql, vec![from.into(), to.into()]).await? {
            let id: Id = row.array(1).unwrap_or_default();
            let (Some(proof), Some(person)) = (proofs.get(&id), told.people.get(&id)) else { continue };
            let made = person.imports.iter().find(|(entry, _)| row.int(2).is_ok_and(|idx| idx == *entry));
            let bound = made.and_then(|(entry, place)| Batch::at(&told.imports.get(entry)?.marks, *place));
            // Aside while an erasure waits, and after a withdrawal where another has the same line by now.
            let holds = |mark: &[u8], bound: &[u8]| {
                let (digest, aside) = proof.mark(mark);
                digest == bound
                    && if aside { person.waits.is_some() || person.withdrawn } else { person.waits.is_none() }
            };
            if bound.is_some_and(|bound| row.bytes(0).map_or(true, |mark| !holds(mark, bound))) {
                self.add(Beside::differs("import_mark", hex::encode(id), "mark", made.map(|(entry, _)| *entry)));
            }
        }
        Ok(())
    }

    /// Opens every value in its place and works out again what records are found by.
    async fn sealed(
        &mut self,
        vault: &Vault,
        proofs: &BTreeMap<Id, Proof>,
        versions: &[Policy],
        (from, to): (&[u8], &[u8]),
    ) -> Result<(), Fault> {
        let shapes = |element: &ElementId| -> Vec<Shape> {
            versions.iter().filter_map(|version| version.element(element)).map(|element| element.shape).collect()
        };
        let sql =
            "SELECT person, register_row, version, sheet, found_by, idx FROM record WHERE person > $1 AND person <= $2";
        for row in self.store.read(sql, vec![from.into(), to.into()]).await? {
            let id: Id = row.array(0).unwrap_or_default();
            let Some(proof) = proofs.get(&id) else { continue };
            let place = row.text(1)?.parse::<RowId>().ok().zip(u32::try_from(row.int(2)?).ok());
            let checked = match place {
                Some((held, version)) => proof.record(vault, (&held, version), row.bytes(3)?, row.bytes(4)?, &shapes),
                None => Err(Broken::Sealed),
            };
            self.opened += 1;
            if let Err(broken) = checked {
                let column = if broken == Broken::Sealed { "sheet" } else { "found_by" };
                self.add(Beside::differs("record", hex::encode(id), column, Some(row.int(5)?)));
            }
        }
        Ok(())
    }

    /// Every version of the policy that can be read, newest first.
    async fn versions(&self) -> Result<Vec<Policy>, Fault> {
        let sql = "SELECT canonical FROM policy_version ORDER BY idx DESC LIMIT $1";
        let rows = self.store.read(sql, vec![PAGE.into()]).await?;
        Ok(rows
            .iter()
            .filter_map(|row| row.bytes(0).ok().and_then(|bytes| Policy::from_canonical(bytes).ok()))
            .collect())
    }
}
