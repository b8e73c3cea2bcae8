//! Tries, counted before they are checked: by account and by address, so that guesses made at once count one by one.

use crate::answer::{Fault, Mistake, No};
use crate::desk::Office;
use crate::session::hashed;
use ledger::names::Moment;
use store::{Change, Value};

/// Tries of one sort that count together, and how long whoever used them up must wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    what: &'static str,
    tries: i64,
    wait_millis: i64,
}

/// Wrong passwords for one login.
pub(crate) const PASSWORD: Limit = Limit { what: "login", tries: 8, wait_millis: 5 * 60_000 };
/// Wrong codes for one account. A code has a million values, of which three count: of those who know the password, one in a
/// thousand finds a code in a day.
pub(crate) const CODE: Limit = Limit { what: "code", tries: 5, wait_millis: 15 * 60_000 };
/// Failures from one address, whosever account was tried. An office may share one address.
pub(crate) const ADDRESS: Limit = Limit { what: "address", tries: 100, wait_millis: 5 * 60_000 };
/// Links asked for by one name: whoever gets more than these gets none for a while.
pub(crate) const LINK: Limit = Limit { what: "link", tries: 3, wait_millis: 30 * 60_000 };
/// Links asked for from one address.
pub(crate) const LINK_ADDRESS: Limit = Limit { what: "link-address", tries: 30, wait_millis: 30 * 60_000 };

/// The longest wait: what is older is swept.
pub(crate) const LONGEST_MILLIS: i64 = 30 * 60_000;

/// A try that was counted.
pub(crate) struct Counted {
    attempt: Value,
    free: bool,
}

impl Limit {
    /// Counts a try. Whether it may be made is said by [`Counted::may`].
    pub(crate) async fn count(self, office: &Office, now: Moment, of: &str) -> Result<Counted, Fault> {
        let attempt = hashed(&format!("{} {of}", self.what));
        let sql = "INSERT INTO attempt (hash, count, at) VALUES ($1, 1, $2) ON CONFLICT (hash) DO UPDATE SET at = $2, \
                   count = CASE WHEN attempt.at < $3 THEN 1 ELSE attempt.count + 1 END WHERE attempt.count < $4 OR attempt.at < $3";
        let past = Moment(now.0.saturating_sub(self.wait_millis));
        let values = vec![attempt.clone(), now.into(), past.into(), self.tries.into()];
        let free = office.store().scratch(vec![Change::new(sql, values).exactly(1)]).await?;
        Ok(Counted { attempt, free })
    }

    /// What is said to whoever must wait.
    pub(crate) fn must_wait(self) -> No {
        let minutes = self.wait_millis / 60_000;
        Mistake::new(
            "login",
            format!("試行が続いたため、{minutes}分待ってから再度お試しください。"),
            format!("Too many tries. Wait {minutes} minutes and try again."),
            format!("Đã thử quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại."),
        )
        .into()
    }
}

impl Counted {
    /// Whether this try may be made: there were not too many before it.
    pub(crate) fn may(&self) -> bool {
        self.free
    }

    /// It was a good one: those before it are forgotten.
    pub(crate) async fn forget(self, office: &Office) -> Result<(), Fault> {
        let sql = "DELETE FROM attempt WHERE hash = $1";
        office.store().scratch(vec![Change::new(sql, vec![self.attempt])]).await?;
        Ok(())
    }

    /// It was a good one: it does not count, and makes good for one before it. Where people share an address, some mistype all day;
    /// whoever guesses has no good ones.
    pub(crate) async fn take_back(self, office: &Office) -> Result<(), Fault> {
        let sql = "UPDATE attempt SET count = CASE WHEN count > 2 THEN count - 2 ELSE 0 END WHERE hash = $1";
        office.store().scratch(vec![Change::new(sql, vec![self.attempt])]).await?;
        Ok(())
    }
}
