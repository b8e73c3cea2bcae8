//! Who else may receive information, on what ground, and what people were told about it first.

use std::collections::BTreeSet;

use jiff::civil::Date;
use ledger::names::{ElementId, PurposeId, RecipientId};
use serde::Serialize;

use crate::Texts;
use crate::code::coded;

coded! {
    /// What a recipient is to us.
    RecipientKind {
        /// A company that works for us with the information (委託).
        Entrusted = "entrusted",
        /// A third party (第三者提供).
        ThirdParty = "third-party",
        /// A partner in joint use (共同利用).
        JointUse = "joint-use",
        /// A public body.
        PublicBody = "public-body",
    }
}

coded! {
    /// Why information may be handed over. A closed list: any other ground is none (third.default-deny).
    Ground {
        /// Entrustment, only as far as needed (APPI 27(5)(1)).
        Entrustment = "entrustment",
        /// The person consented (APPI 27(1)).
        Consent = "consent",
        /// A law orders it (APPI 27(1)(1)).
        Law = "law",
        /// Life, body or property, and consent is hard to get (APPI 27(1)(2)).
        LifeOrProperty = "life-or-property",
        /// Public affairs that asking for consent could hinder (APPI 27(1)(4)).
        PublicAffairs = "public-affairs",
        /// Opt-out after the six details were given (APPI 27(2)).
        OptOut = "opt-out",
        /// Officers and shareholders, only what is public already.
        Officers = "officers",
        /// Succession of a business (APPI 27(5)(2)).
        Succession = "succession",
        /// Joint use that people were told of (APPI 27(5)(3)).
        JointUse = "joint-use",
    }
}

impl Ground {
    /// The catalogue promise this ground rests on.
    #[must_use]
    pub const fn promise(self) -> &'static str {
        match self {
            Self::Entrustment => "third.entrust-needed-only",
            Self::Consent => "third.consent",
            Self::Law => "third.law",
            Self::LifeOrProperty => "third.life-property",
            Self::PublicAffairs => "third.public-affairs",
            Self::OptOut => "third.optout-six",
            Self::Officers => "third.officers",
            Self::Succession => "third.succession",
            Self::JointUse => "third.joint-use",
        }
    }
}

coded! {
    /// How information may go to a country outside the group's own (APPI 28).
    Route {
        /// The person consented after being told of the country, its system and the recipient's measures.
        Consent = "consent",
        /// The recipient keeps equivalent measures, checked every year.
        EquivalentMeasures = "equivalent-measures",
        /// A country whose protection is recognised.
        Recognised = "recognised",
    }
}

/// Somebody who may receive information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// Its name in rules and evidence.
    pub id: RecipientId,
    /// What it is to us.
    pub kind: RecipientKind,
    /// What it is called.
    pub name: Texts,
    /// Where it is: two capital letters (ISO 3166-1).
    pub country: String,
    /// Why it may receive information.
    pub ground: Ground,
    /// How information may go there when the country is outside the group's own.
    pub route: Option<Route>,
    /// The purposes it serves.
    pub purposes: BTreeSet<PurposeId>,
    /// The elements it may receive, and no others (third.entrust-needed-only).
    pub elements: BTreeSet<ElementId>,
}

/// What people were told before information is provided by opt-out: the six details of the policy and the
/// items the law adds (APPI 27(2), Rules 11(4)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptOut {
    /// Its name.
    pub id: String,
    /// To whom.
    pub recipients: BTreeSet<RecipientId>,
    /// The elements provided; never special care-required ones.
    pub elements: BTreeSet<ElementId>,
    /// 1: that providing to third parties is a purpose of use.
    pub purpose: Texts,
    /// 2: the kinds of information provided.
    pub categories: Texts,
    /// 3: how it is provided.
    pub way: Texts,
    /// 4: that providing stops at the person's request.
    pub stop: Texts,
    /// 5: how the information was acquired.
    pub acquisition: Texts,
    /// 6: how requests are accepted.
    pub requests: Texts,
    /// By law: how the information provided is kept up to date.
    pub update: Texts,
    /// By law: the day providing is planned to begin.
    pub starts: Date,
    /// By law: the number of the filing with the authority.
    pub filing: String,
    /// By law: the day of that filing.
    pub filed: Date,
}

/// What people were told before information is used jointly (APPI 27(5)(3)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUse {
    /// Its name.
    pub id: String,
    /// The partners.
    pub recipients: BTreeSet<RecipientId>,
    /// The elements used jointly.
    pub elements: BTreeSet<ElementId>,
    /// The items, as people were told.
    pub items: Texts,
    /// How far the circle of users goes.
    pub scope: Texts,
    /// What the users use it for.
    pub purpose: Texts,
    /// Who is responsible.
    pub responsible: Texts,
    /// The address of the responsible body.
    pub address: Texts,
    /// The representative of the responsible body.
    pub representative: Texts,
    /// How the information was acquired (Privacy Mark).
    pub acquisition: Texts,
}
