//! An office to tell stories in: the sample policy in force, an account of each role, rows of the handling ledger, work records.

use crate::both::Ground;
use crate::sample;
use access::actor::{self, Grant};
use access::session::{Key, Session};
use access::sign_in::Whence;
use access::work::{self, NewWork, Scope};
use access::{Actor, Chance, Desk, No, Office};
use duties::enact::enact;
use duties::register::{CellStanding, Sheet, approve, put};
use ledger::entry::EntryKind;
use ledger::names::{Moment, PersonId, RowId, WorkId};
use policy::{Language, Role};
use seal::{BlindKey, Kek};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Keys, Store};
use vault::{Batch, NewPerson, Vault};

/// Monday, 1 June 2026, nine o'clock in Hanoi: when every story begins.
pub const MORNING: Moment = Moment(1_780_279_200_000);
/// One day in milliseconds.
pub const DAY: i64 = 86_400_000;
/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// An office and everything in it.
pub struct House {
    /// The data store.
    pub store: Store,
    /// The key store.
    pub keys: Keys,
    /// The office.
    pub office: Office,
    /// The vault.
    pub vault: Vault,
    /// The privacy officer.
    pub officer: Actor,
    /// Somebody who handles information.
    pub handler: Actor,
    /// An auditor.
    pub auditor: Actor,
    /// Runs the machine.
    pub administrator: Actor,
}

/// Signs in with a password, where that is enough.
///
/// # Errors
/// As [`access::sign_in::with_password`].
#[expect(clippy::expect_used, reason = "tests only")]
pub async fn sign_in(office: &Office, now: Moment, login: &str, password: &str) -> Result<(Key, Session), No> {
    let step = access::sign_in::with_password(office, now, &Whence::default(), login, password).await?;
    let entered = step.entered().expect("no second factor");
    Ok((entered.key, entered.session))
}

/// Chance from a seed, so that a story is the same every time.
#[must_use]
pub fn seeded(seed: u64) -> Chance {
    let state = AtomicU64::new(seed);
    Chance::new(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: every step is a different number, which is all a story needs.
            let mut z = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            for (to, from) in chunk.iter_mut().zip((z ^ (z >> 31)).to_le_bytes()) {
                *to = from;
            }
        }
    })
}

/// No other process renews keys.
struct Alone;

impl vault::Again for Alone {
    fn wrapping(&self) -> Option<Vec<Kek>> {
        None
    }

    fn generations(&self) -> Option<Vec<u32>> {
        None
    }

    fn index(&self) -> Option<Vec<(u32, BlindKey)>> {
        None
    }
}

impl House {
    /// An office on this ground: accounts, the sample policy enacted, no rows yet.
    ///
    /// # Panics
    /// If anything of it is refused.
    pub async fn new(ground: &Ground) -> Self {
        Self::under(ground, sample::policy()).await
    }

    /// The same under another policy.
    ///
    /// # Panics
    /// If anything of it is refused.
    #[expect(clippy::expect_used, reason = "tests only")]
    pub async fn under(ground: &Ground, policy: policy::Policy) -> Self {
        let (store, keys) = ground.create().await;
        let wrapping = vec![Kek::new(1, [8; 32])];
        let index = [(1, BlindKey::new([7; 32]))];
        let vault =
            Vault::new(keys.clone(), wrapping, &index, &BlindKey::new([6; 32]), Box::new(Alone)).expect("a vault");
        vault.claim_all().await.expect("an epoch");
        let office = Office::open(store.clone(), seeded(1), [9; 32], 0).await.expect("an office");
        let desk = office.desk(None, MORNING);
        let born = desk.entry(EntryKind::Born, desk.act_id());
        desk.commit(desk.act(&born).expect("an act")).await.expect("a birth");
        actor::grant_first(&desk, grant("admin", Role::Administrator)).await.expect("the first account");
        let administrator = find(&office, "admin").await;
        let desk = office.desk(Some(administrator.clone()), MORNING);
        for (login, role) in [("mori", Role::Officer), ("lan", Role::Handler), ("kato", Role::Auditor)] {
            actor::grant(&desk, grant(login, role)).await.expect("an account");
        }
        let (officer, handler, auditor) =
            (find(&office, "mori").await, find(&office, "lan").await, find(&office, "kato").await);
        let desk = office.desk(Some(officer.clone()), MORNING);
        enact(&desk, policy, MORNING, &[officer.clone(), auditor.clone()]).await.expect("an enactment");
        Self { store, keys, office, vault, officer, handler, auditor, administrator }
    }

    /// A desk of the handler in the first morning.
    #[must_use]
    pub fn desk(&self) -> Desk {
        self.office.desk(Some(self.handler.clone()), MORNING)
    }

    /// A desk of anybody, some days later.
    #[must_use]
    pub fn desk_of(&self, actor: &Actor, days: i64) -> Desk {
        self.office.desk(Some(actor.clone()), Moment(MORNING.0 + days * DAY))
    }

    /// An approved row of applicants, held to select them.
    ///
    /// # Panics
    /// If the officer may not.
    #[expect(clippy::expect_used, reason = "tests only")]
    pub async fn applicants(&self) -> RowId {
        let id: RowId = "r-041".parse().expect("a row id");
        let desk = self.desk_of(&self.officer, 0);
        put(&desk, id.clone(), applicants()).await.expect("a row");
        approve(&desk, &id).await.expect("an approval");
        id
    }

    /// A row of the handling ledger with these columns, approved by the officer so many days after the first morning.
    ///
    /// # Panics
    /// If the officer may not, or a column cannot be read.
    #[expect(clippy::expect_used, reason = "tests only")]
    pub async fn row(&self, id: &str, columns: &[(&str, &str)], days: i64) -> RowId {
        let id: RowId = id.parse().expect("a row id");
        let desk = self.desk_of(&self.officer, days);
        put(&desk, id.clone(), sheet(columns)).await.expect("a row");
        approve(&desk, &id).await.expect("an approval");
        id
    }

    /// A work record of the handler about that row, for this purpose, for thirty days.
    ///
    /// # Panics
    /// If it is refused.
    #[expect(clippy::expect_used, reason = "tests only")]
    pub async fn work(&self, code: &str, purpose: &str, row: &RowId) -> WorkId {
        let new = NewWork {
            code: code.into(),
            title: "Mid-career recruiting".into(),
            purpose: purpose.parse().expect("a purpose id"),
            logins: vec!["lan".into()],
            scope: Scope::Rows(vec![row.clone()]),
            starts_at: MORNING,
            ends_at: Moment(MORNING.0 + 30 * DAY),
        };
        work::open(&self.desk_of(&self.officer, 0), new).await.expect("a work record").0
    }

    /// Takes one person in under a row.
    ///
    /// # Panics
    /// If it is refused.
    #[expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests only")]
    pub async fn person(&self, row: &RowId, purpose: &str, values: &[(&str, &str)]) -> PersonId {
        let values = values.iter().map(|(e, v)| (e.parse().expect("an element id"), (*v).to_owned())).collect();
        let batch = Batch {
            row: row.clone(),
            purpose: purpose.parse().expect("a purpose id"),
            source: "story".into(),
            acquired_at: MORNING,
            attested: <_>::default(),
            alike: <_>::default(),
            people: vec![NewPerson { values }],
        };
        vault::import(&self.vault, &self.desk(), batch).await.expect("an import").people[0]
    }
}

/// The sheet of a row of applicants: every mandatory column, as companies fill them.
#[must_use]
pub fn applicants() -> Sheet {
    sheet(&[
        ("name", "応募書類（中途）"),
        ("kinds", "applicant"),
        ("purpose", "hr.recruit"),
        ("elements", "name, name-kana, email, phone, address, birth-date, health-check"),
        ("keep-until", "hr.recruit"),
        ("source", "本人から書面"),
        ("consent", "同意書 R-2"),
    ])
}

/// A sheet with these columns, over believable ones for every other mandatory column.
#[must_use]
pub fn sheet(columns: &[(&str, &str)]) -> Sheet {
    let usual = [
        ("business", "中途採用"),
        ("department", "人事部"),
        ("manager", "森"),
        ("count", "100"),
        ("use-until", "2027-03-31"),
        ("access", "人事部"),
        ("place", "Hanoi"),
        ("method", "暗号化"),
        ("risk", "R-41"),
    ];
    let mut sheet = Sheet::default();
    for (column, text) in usual.iter().chain(columns) {
        sheet.set(*column, *text, CellStanding::Confirmed);
    }
    sheet
}

fn grant(login: &str, role: Role) -> Grant {
    Grant {
        login: login.into(),
        name: login.into(),
        role,
        language: Language::En,
        password: PASSWORD.into(),
        reason: "story".into(),
        ends_at: None,
    }
}

#[expect(clippy::expect_used, reason = "tests only")]
async fn find(office: &Office, login: &str) -> Actor {
    actor::find(office, login, MORNING).await.expect("accounts").expect("the account")
}
