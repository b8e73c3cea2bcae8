//! The desk: everything an act may know about where, when and for whom it happens.

use crate::actor::Actor;
use crate::answer::{Fault, Mistake, No};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::commitment::{commit_actor, detail};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, Moment, PolicyDigest};
use policy::{Policy, Rights};
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use store::{Act, Change, Receipt, Store, Value};

/// Where random bytes come from: the system in production, a seed in stories and in the demo.
#[derive(Clone)]
pub struct Chance(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Chance {
    /// Chance that fills bytes with `fill`.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A UUID version 7 (RFC 9562, section 5.7): milliseconds, then chance. Ids made later sort later.
    #[must_use]
    pub fn id(&self, now: Moment) -> [u8; 16] {
        let mut id: [u8; 16] = self.bytes();
        let millis = u64::try_from(now.0).unwrap_or(0).to_be_bytes();
        for (to, from) in id.iter_mut().zip(millis.iter().skip(2)) {
            *to = *from;
        }
        id[6] = 0x70 | (id[6] & 0x0f);
        id[8] = 0x80 | (id[8] & 0x3f);
        id
    }
}

/// A policy version in force, with the entry that enacted it.
pub struct Enacted {
    /// The policy.
    pub policy: Policy,
    /// Its digest, as acts cite it.
    pub digest: PolicyDigest,
    /// From when acts are judged by it.
    pub in_force_from: Moment,
    /// The ledger entry of its enactment.
    pub entry: u64,
    /// Logins of those who approved it.
    pub approvals: Vec<String>,
}

/// How long the known policy versions are taken for all there are, in milliseconds.
const KEEPING_UP_MILLIS: u64 = 1000;

/// What all desks of one process share. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    store: Store,
    chance: Chance,
    actor_branch: [u8; 32],
    node: u32,
    versions: Arc<RwLock<Vec<Arc<Enacted>>>>,
    looked: Arc<AtomicI64>,
    pub(crate) seen: crate::session::Seen,
    pub(crate) turns: crate::password::Turns,
}

impl Office {
    /// Opens the office on a store. `actor_branch` separates commitments to actors from every other key;
    /// `node` is the number of this node, 0 where there is one.
    ///
    /// # Errors
    /// [`Fault`] when the policy versions in the store cannot be read.
    pub async fn open(store: Store, chance: Chance, actor_branch: [u8; 32], node: u32) -> Result<Self, Fault> {
        let office = Self {
            store,
            chance,
            actor_branch,
            node,
            versions: Arc::default(),
            looked: Arc::new(AtomicI64::new(i64::MIN)),
            seen: <_>::default(),
            turns: <_>::default(),
        };
        office.refresh().await?;
        Ok(office)
    }

    /// Reads the policy versions again unless that was done within the last second: an enactment on another node is felt after it,
    /// one on this node at once.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub async fn keep_up(&self, now: Moment) -> Result<(), Fault> {
        let since = now.0.saturating_sub(self.looked.load(Ordering::Relaxed)).unsigned_abs();
        if since < KEEPING_UP_MILLIS {
            return Ok(());
        }
        self.refresh().await?;
        self.looked.store(now.0, Ordering::Relaxed);
        Ok(())
    }

    /// Reads the policy versions again, after an enactment here or on another node.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when a version does not have the digest it is filed under.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let known = self.versions().len();
        let count = self.store.read("SELECT COUNT(*) FROM policy_version", vec![]).await?;
        let count = count.first().ok_or(Fault::Damaged("policy_version"))?.int(0).map_err(store::Fault::from)?;
        if usize::try_from(count) == Ok(known) {
            return Ok(());
        }
        let sql =
            "SELECT digest, idx, in_force_from, canonical, approvals FROM policy_version ORDER BY in_force_from, idx";
        let mut versions = Vec::new();
        for row in self.store.read(sql, vec![]).await? {
            let digest = PolicyDigest::from_bytes(row.array(0).map_err(store::Fault::from)?);
            let policy = Policy::from_canonical(row.bytes(3).map_err(store::Fault::from)?)
                .map_err(|_| Fault::Damaged("policy_version.canonical"))?;
            if policy.digest() != digest {
                return Err(Fault::Damaged("policy_version.digest"));
            }
            versions.push(Arc::new(Enacted {
                policy,
                digest,
                in_force_from: row.moment(2).map_err(store::Fault::from)?,
                entry: u64::try_from(row.int(1).map_err(store::Fault::from)?)
                    .map_err(|_| Fault::Damaged("policy_version.idx"))?,
                approvals: row.text(4).map_err(store::Fault::from)?.split_whitespace().map(str::to_owned).collect(),
            }));
        }
        *self.versions.write().unwrap_or_else(PoisonError::into_inner) = versions;
        Ok(())
    }

    /// Every version ever enacted, oldest first.
    #[must_use]
    pub fn versions(&self) -> Vec<Arc<Enacted>> {
        self.versions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The version by which an act at `moment` is judged.
    #[must_use]
    pub fn in_force(&self, moment: Moment) -> Option<Arc<Enacted>> {
        self.come_into_force(moment).0
    }

    /// The version in force at `moment`, and how many had come into force by then.
    fn come_into_force(&self, moment: Moment) -> (Option<Arc<Enacted>>, usize) {
        let versions = self.versions.read().unwrap_or_else(PoisonError::into_inner);
        let mut come = versions.iter().filter(|v| v.in_force_from <= moment);
        let count = come.clone().count();
        (come.next_back().cloned(), count)
    }

    /// A desk at which `actor` acts at `now`; with nobody, the program itself acts.
    #[must_use]
    pub fn desk(&self, actor: Option<Actor>, now: Moment) -> Desk {
        let (enacted, come) = self.come_into_force(now);
        let zone = enacted.as_ref().and_then(|e| TimeZone::get(e.policy.zone()).ok()).unwrap_or(TimeZone::UTC);
        Desk { office: self.clone(), actor, now, enacted, come, zone, proof: Proof::NotAsked, seat: None }
    }

    /// The store. Pages have no business with it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Chance.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// How many passwords were not checked or made since the start because too many were at once.
    #[must_use]
    pub fn turned_away(&self) -> u64 {
        self.turns.turned_away()
    }

    /// A hash that only this installation can make, of parts kept apart by their lengths: for scratch that must recognise
    /// something without keeping it. The first part says what for.
    pub(crate) fn keyed(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut told = Vec::new();
        for part in parts {
            told.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            told.extend_from_slice(part);
        }
        detail(&detail(&self.actor_branch, b"daicho/keyed/v1"), &told)
    }
}

/// How fresh the proof is of who is at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nobody can be asked again: a program with a token, a command whose password was just given, the program itself.
    NotAsked,
    /// Whoever signed in last proved at this moment who they are.
    At(Moment),
}

/// Who acts, when, and by which policy. Passed to every act; the only context there is.
#[derive(Clone)]
pub struct Desk {
    office: Office,
    actor: Option<Actor>,
    now: Moment,
    enacted: Option<Arc<Enacted>>,
    /// How many policy versions had come into force by now.
    come: usize,
    zone: TimeZone,
    proof: Proof,
    seat: Option<IpAddr>,
}

impl Desk {
    /// The office this desk stands in.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The store. Pages have no business with it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.office.store
    }

    /// The same desk at the terminal with this address.
    #[must_use]
    pub fn at(mut self, seat: Option<IpAddr>) -> Self {
        self.seat = seat;
        self
    }

    /// The address of the terminal whoever acts sits at; none where it is not known.
    #[must_use]
    pub fn seat(&self) -> Option<IpAddr> {
        self.seat
    }

    /// The moment of the act.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The day of the act where the company is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.day(self.now)
    }

    /// The day of any moment where the company is.
    #[must_use]
    pub fn day(&self, moment: Moment) -> Date {
        jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(self.zone.clone()).date()
    }

    /// The first moment of a day where the company is.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Moment {
        Moment(day.to_zoned(self.zone.clone()).map_or(0, |z| z.timestamp().as_millisecond()))
    }

    /// Where the company's days begin and end.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Who acts.
    ///
    /// # Errors
    /// [`No::Missing`] when nobody has signed in.
    pub fn actor(&self) -> Result<&Actor, No> {
        self.actor.as_ref().ok_or(No::Missing)
    }

    /// Who acts, or the program itself.
    #[must_use]
    pub fn maybe_actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// The same desk, of somebody whose last proof of who they are is this old.
    #[must_use]
    pub fn proved(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// How people sign in, by the policy in force, or as it is where there is none.
    #[must_use]
    pub fn sign_in(&self) -> policy::SignIn {
        crate::sign_in::ways::rules(&self.office, self.now)
    }

    /// For how many minutes a proof counts as fresh.
    #[must_use]
    pub fn proof_minutes(&self) -> u16 {
        self.sign_in().proof_minutes
    }

    /// That whoever acts has proved recently who they are, as acts of high risk need it.
    ///
    /// # Errors
    /// [`No::ProofNeeded`] when the last proof is older than the policy says.
    pub fn fresh(&self) -> Result<(), No> {
        let minutes = self.proof_minutes();
        match self.proof {
            Proof::At(at) if self.now.0.saturating_sub(at.0) > i64::from(minutes) * 60_000 => {
                Err(No::ProofNeeded { minutes })
            }
            _ => Ok(()),
        }
    }

    /// The policy by which acts are judged now.
    ///
    /// # Errors
    /// [`No::Mistake`] before the first enactment.
    pub fn policy(&self) -> Result<&Policy, No> {
        self.enacted().map(|e| &e.policy)
    }

    /// Who may do what: as the policy in force says, or before the first one the least that is needed to enact it.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        static BEFORE: LazyLock<Rights> = LazyLock::new(Rights::before_any_policy);
        self.enacted.as_ref().map_or(&BEFORE, |enacted| enacted.policy.rights())
    }

    /// Whether the role of whoever is at the desk may do this. For offering it; the act asks again.
    #[must_use]
    pub fn may(&self, act: impl Into<policy::Act>) -> bool {
        self.actor.as_ref().is_some_and(|actor| self.rights().may(actor.role, act))
    }

    /// The policy version in force, with its evidence.
    ///
    /// # Errors
    /// [`No::Mistake`] before the first enactment.
    pub fn enacted(&self) -> Result<&Arc<Enacted>, No> {
        self.enacted.as_ref().ok_or_else(|| {
            No::from(Mistake::new(
                "policy",
                "有効な方針がまだありません。`daicho policy enact` で制定してください。",
                "No policy is in force yet. Enact one with `daicho policy enact`.",
                "Chưa có chính sách nào có hiệu lực. Hãy ban hành bằng `daicho policy enact`.",
            ))
        })
    }

    /// A fresh act id.
    #[must_use]
    pub fn act_id(&self) -> ActId {
        ActId::from_bytes(self.office.chance.bytes())
    }

    /// Random bytes.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.office.chance
    }

    /// An entry of this kind by this actor, now, under the policy in force.
    #[must_use]
    pub fn entry(&self, kind: EntryKind, act: ActId) -> Entry {
        let mut entry = Entry::new(kind, act, self.now).node(self.office.node);
        if let Some(actor) = &self.actor {
            entry = entry.actor(commit_actor(&actor.commitment_key(&self.office.actor_branch), act, actor.id));
        }
        if let Some(enacted) = &self.enacted {
            entry = entry.policy(enacted.digest);
        }
        entry
    }

    /// An act that leaves `entry`, with the actor kept beside it.
    ///
    /// # Errors
    /// [`Fault`] if the entry is longer than a ledger takes.
    pub fn act(&self, entry: &Entry) -> Result<Act, Fault> {
        let act = Act::new(entry)?.judged_by(self.come);
        Ok(match &self.actor {
            Some(actor) => act.by(actor.id),
            None => act,
        })
    }

    /// An act whose details lie beside the ledger, salted, so that they can be deleted and the entry still verifies.
    ///
    /// # Errors
    /// [`Fault`] if the entry is longer than a ledger takes.
    pub fn act_with_detail(&self, entry: Entry, details: &serde_json::Value) -> Result<Act, Fault> {
        let salt: [u8; 32] = self.office.chance.bytes();
        let body = details.to_string().into_bytes();
        let entry = entry.detail(detail(&salt, &body));
        let sql = "INSERT INTO detail (idx, salt, body) VALUES ($1, $2, $3)";
        let values = vec![Value::EntryIndex, salt.into(), body.into()];
        Ok(self.act(&entry)?.with(Change::new(sql, values).exactly(1)))
    }

    /// Commits, if the policy that judged the act is still the one in force at its moment: another node may have enacted one that
    /// this one has not seen yet.
    ///
    /// # Errors
    /// [`No`]; then nothing of the act is in the store.
    pub async fn commit(&self, act: Act) -> Result<Receipt, No> {
        let done = self.office.store.commit(act).await;
        if matches!(done, Err(store::NotCommitted::Lost)) {
            // What was lost may be the policy: whoever tries again is judged by what is in force now.
            self.office.refresh().await?;
        }
        Ok(done?)
    }
}
