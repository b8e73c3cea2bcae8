//! How people sign in: which ways are allowed, whose sign-in needs a second factor, and how long a session lasts (tech.authenticate).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::Role;
use crate::code::coded;

coded! {
    /// A way of proving who one is.
    Way {
        /// Something remembered, checked with Argon2id.
        Password = "password",
        /// A key on a device, card or security key that checks a fingerprint, a face or a PIN itself (WebAuthn with user
        /// verification). It is two factors in one.
        Passkey = "passkey",
        /// A code of six digits of an app (RFC 6238), beside a password.
        Totp = "totp",
        /// A code from a list that is used once, beside a password, for those who lost the other second factor.
        RecoveryCode = "recovery-code",
        /// A link that is mailed or handed over. It signs in once and opens one's own page, so nobody works by it.
        Link = "link",
    }
}

impl Way {
    /// Whether a sign-in may begin with it.
    #[must_use]
    pub const fn is_first(self) -> bool {
        matches!(self, Self::Password | Self::Passkey)
    }

    /// Whether it stands beside a password as a second factor that one keeps. Recovery codes only stand in for one.
    #[must_use]
    pub const fn is_second(self) -> bool {
        matches!(self, Self::Passkey | Self::Totp)
    }
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignIn {
    /// The ways that are allowed.
    pub ways: BTreeSet<Way>,
    /// The roles whose sign-in by password needs a second factor.
    pub second_for: BTreeSet<Role>,
    /// How many days after the first sign-in that asked for one somebody may go on without.
    pub grace_days: u16,
    /// A session that was not used for so many minutes has ended.
    pub idle_minutes: u16,
    /// A session ends so many hours after it began, used or not.
    pub session_hours: u16,
    /// High-risk acts need a proof of who one is that is no older than so many minutes.
    pub proof_minutes: u16,
    /// The fewest characters of a password.
    pub password_characters: u16,
}

impl SignIn {
    /// The most days of grace.
    pub const MOST_GRACE_DAYS: u16 = 90;
    /// The most hours of a session.
    pub const MOST_SESSION_HOURS: u16 = 24;
    /// The most minutes for which a proof counts as fresh.
    pub const MOST_PROOF_MINUTES: u16 = 30;
    /// The fewest characters a policy may ask for: NIST SP 800-63B-4 takes no fewer than 8 beside a second factor.
    pub const LEAST_CHARACTERS: u16 = 8;
    /// The most it may ask for.
    pub const MOST_CHARACTERS: u16 = 64;

    /// Whether this way is allowed.
    #[must_use]
    pub fn allows(&self, way: Way) -> bool {
        self.ways.contains(&way)
    }

    /// Whether somebody of this role needs a second factor beside a password.
    #[must_use]
    pub fn needs_second(&self, role: Role) -> bool {
        self.second_for.contains(&role)
    }
}

impl Default for SignIn {
    /// What holds where a policy states nothing, and before there is one.
    fn default() -> Self {
        Self {
            ways: [Way::Password, Way::Passkey, Way::Totp, Way::RecoveryCode].into(),
            second_for: BTreeSet::new(),
            grace_days: 14,
            idle_minutes: 12 * 60,
            session_hours: 12,
            proof_minutes: 5,
            password_characters: 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_nothing_is_careful_and_consistent() {
        let usual = SignIn::default();
        assert!(usual.ways.iter().any(|way| way.is_first()) && usual.ways.iter().any(|way| way.is_second()));
        assert!(usual.password_characters >= SignIn::LEAST_CHARACTERS);
        assert!(
            Way::ALL
                .iter()
                .all(|way| way.is_first() || way.is_second() || matches!(way, Way::RecoveryCode | Way::Link))
        );
    }
}
