//! The closed list of what can be done.

use std::fmt;
use std::str::FromStr;

/// A word that is no kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this word is no kind of entry")]
pub struct UnknownKind;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What kind of act an entry records. The words are written into ledgers, so they are never
        /// changed, and new ones are only added at the end.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntryKind {
            $($(#[$doc])* $name,)*
        }

        impl EntryKind {
            /// Every kind, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in the entry.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }

        impl FromStr for EntryKind {
            type Err = UnknownKind;

            fn from_str(word: &str) -> Result<Self, UnknownKind> {
                match word {
                    $($word => Ok(Self::$name),)*
                    _ => Err(UnknownKind),
                }
            }
        }
    };
}

kinds! {
    /// The ledger began. Always entry 0, and never again.
    Born = "born";
    /// A policy version came into force.
    PolicyEnacted = "policy-enacted";
    /// People's records were taken in from a file or another system.
    Imported = "imported";
    /// One person's data was acquired from that person.
    Acquired = "acquired";
    /// A search was made.
    Found = "found";
    /// Values were shown in plaintext.
    Revealed = "revealed";
    /// Values left as a file.
    Exported = "exported";
    /// Values were corrected or added.
    Corrected = "corrected";
    /// Use of a person's data was suspended.
    Suspended = "suspended";
    /// Use was taken up again.
    Resumed = "resumed";
    /// A person's data was erased and its key destroyed.
    Erased = "erased";
    /// A row of the handling ledger was added, changed or closed.
    RegisterChanged = "register-changed";
    /// The handling ledger was reviewed.
    RegisterReviewed = "register-reviewed";
    /// A work record was opened.
    WorkOpened = "work-opened";
    /// A work record was closed.
    WorkClosed = "work-closed";
    /// Somebody signed in.
    SignedIn = "signed-in";
    /// A sign-in was refused.
    SignInRefused = "sign-in-refused";
    /// An actor was given a role or a token.
    AccessGranted = "access-granted";
    /// A role or a token was taken back.
    AccessRevoked = "access-revoked";
    /// Who holds which access was reviewed.
    AccessReviewed = "access-reviewed";
    /// Keys were renewed: the root key, or people's own.
    KeyRotated = "key-rotated";
    /// A notice was published.
    NoticePublished = "notice-published";
    /// The program tested that something it relies on works.
    Probed = "probed";
    /// An inquiry, complaint or request came in.
    InquiryReceived = "inquiry-received";
    /// An inquiry, complaint or request was answered.
    InquiryAnswered = "inquiry-answered";
    /// A legal hold was set or lifted.
    Held = "held";
    /// A backup was restored.
    Restored = "restored";
    /// A backup was made.
    BackedUp = "backed-up";
    /// The records of access were reviewed.
    LogsReviewed = "logs-reviewed";
    /// Evidence of another kind was recorded; what it is stands in the details.
    Recorded = "recorded";
    /// That a person's data will be erased was decided; until then it waits, and nobody can use it.
    ErasureDecided = "erasure-decided";
    /// An erasure that was decided was withdrawn while it waited.
    ErasureWithdrawn = "erasure-withdrawn";
    /// People's keys were wrapped again by the wrapping key of a new epoch, and wrapping keys of old epochs were destroyed.
    EpochTurned = "epoch-turned";
    /// How the root key is kept was changed: protected in another way, or split into shares.
    KeyGuarded = "key-guarded";
    /// Parts of the organisation were written: somebody joined, moved or left, a zone or a card was changed.
    OrganisationChanged = "organisation-changed";
    /// A legal entity adopted a policy version.
    PolicyAdopted = "policy-adopted";
    /// The rule sheet of a project was approved.
    RulesApproved = "rules-approved";
    /// Members of a project acknowledged its rule sheet.
    RulesAcknowledged = "rules-acknowledged";
    /// The zone register was reviewed.
    ZonesReviewed = "zones-reviewed";
    /// An act that needs two people was proposed.
    Proposed = "proposed";
    /// Somebody took rights beyond their role in an emergency.
    GlassBroken = "glass-broken";
    /// Somebody was given a right beyond their role, for a project or a work record.
    RightGiven = "right-given";
    /// A second person said yes or no to a proposal or an emergency.
    WarrantAnswered = "warrant-answered";
    /// A proposal, an emergency or a right beyond a role was ended before its time.
    WarrantEnded = "warrant-ended";
    /// A log was read and laid against work records; what did not fit became questions.
    LogsRead = "logs-read";
    /// A question of a log was answered.
    LogsAnswered = "logs-answered";
    /// Somebody added a way of signing in to their account: a passkey, an app for codes, recovery codes.
    CredentialAdded = "credential-added";
    /// A way of signing in was taken away.
    CredentialEnded = "credential-ended";
    /// Sessions were ended before their time.
    SignedOut = "signed-out";
    /// Somebody who had signed in proved again who they are, before an act of high risk.
    ProofGiven = "proof-given";
    /// A link was made that signs in once and opens one's own page.
    LinkMade = "link-made";
    /// A round of access review began.
    RoundBegun = "round-begun";
    /// The owner of a right said in a round whether it is kept or ends.
    RoundAnswered = "round-answered";
    /// Somebody may work in a supervised place for some hours.
    WindowOpened = "window-opened";
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_kinds_both_ways() {
        assert_eq!(EntryKind::ALL.len(), 54);
        for kind in EntryKind::ALL {
            assert_eq!(kind.word().parse(), Ok(*kind));
            assert!(crate::names::check_slug(kind.word().as_bytes()).is_ok());
        }
        assert_eq!("Born".parse::<EntryKind>(), Err(UnknownKind));
        assert_eq!("".parse::<EntryKind>(), Err(UnknownKind));
    }

    #[test]
    fn words_never_change() {
        let words: Vec<_> = EntryKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(
            words.join(" "),
            "born policy-enacted imported acquired found revealed exported corrected suspended resumed \
             erased register-changed register-reviewed work-opened work-closed signed-in \
             sign-in-refused access-granted access-revoked access-reviewed key-rotated \
             notice-published probed inquiry-received inquiry-answered held restored backed-up \
             logs-reviewed recorded erasure-decided erasure-withdrawn epoch-turned key-guarded \
             organisation-changed policy-adopted rules-approved rules-acknowledged zones-reviewed \
             proposed glass-broken right-given warrant-answered warrant-ended \
             logs-read logs-answered \
             credential-added credential-ended signed-out proof-given link-made \
             round-begun round-answered window-opened"
        );
    }
}
