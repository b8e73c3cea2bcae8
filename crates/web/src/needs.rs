//! The one list: every operation of the office, what it needs, and where its doors are: pages, API, commands.
//!
//! Doors ask here before anything behind them is reached, tokens are made for operations by these names, and tests try every door as
//! every role and as a stranger. A route, an operation of the API or a command that stands nowhere here fails the tests.

use access::session::Reach;
use access::{Desk, No, OfficeAct, holds, own_page_only, permit_office, token_may_not};
use axum::http::Method;
use policy::ActKind;

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: anybody may.
    Anybody,
    /// Somebody who has signed in.
    SignedIn,
    /// To look at something that not everybody may know of; to others it is not there.
    See(OfficeAct),
    /// The right to one of these acts of the office. The first says what a refusal is a refusal of.
    Act(&'static [OfficeAct]),
    /// An act with people's information: judged with the facts, by the act itself.
    Person(ActKind),
    /// Whoever can read the data folder: the machine's own commands.
    Machine,
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its name. Tokens are made for operations by their names.
    pub name: &'static str,
    /// What it needs.
    pub need: Need,
    /// Its routes of the pages: `GET /people`.
    pub pages: &'static [&'static str],
    /// Its operations of the API, by their ids.
    pub api: &'static [&'static str],
    /// Its commands, without the name of the program: `account add`.
    pub commands: &'static [&'static str],
}

const fn of(
    name: &'static str,
    need: Need,
    pages: &'static [&'static str],
    api: &'static [&'static str],
    commands: &'static [&'static str],
) -> Operation {
    Operation { name, need, pages, api, commands }
}

use ActKind as P;
use Need::{Act, Anybody, Machine, Person, See, SignedIn};
use OfficeAct as A;

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    // What anybody may read, and the door.
    of(
        "site.read",
        Anybody,
        &["GET /static/{file}", "GET /notice", "GET /notice/{language}"],
        &["health", "describe"],
        &[],
    ),
    of(
        "door.sign-in",
        Anybody,
        &[
            "GET /sign-in",
            "POST /sign-in",
            "POST /sign-in/codes",
            "POST /sign-in/passkeys",
            "POST /passkeys/questions",
            "POST /sign-in/links",
            "GET /sign-in/links/{key}",
            "POST /sign-in/links/{key}",
        ],
        &[],
        &[],
    ),
    of("door.sign-out", SignedIn, &["POST /sign-out"], &[], &[]),
    of("turn.read", SignedIn, &["GET /turn"], &[], &[]),
    of("turn.acknowledge", SignedIn, &["POST /turn/rules/{project}"], &[], &[]),
    of("turn.answer", SignedIn, &["GET /turn/questions/{question}", "POST /turn/questions/{question}"], &[], &[]),
    of("turn.end-session", SignedIn, &["POST /turn/sessions/{id}/endings"], &[], &[]),
    // One's own account.
    of("own.show", SignedIn, &["GET /account"], &["showMe"], &[]),
    of("own.password", Act(&[A::OwnToken]), &["POST /account/passwords"], &["changePassword"], &["account password"]),
    of("own.ways", SignedIn, &["GET /account/ways"], &["listWays"], &["account ways", "account ways list"]),
    of(
        "own.ways.change",
        SignedIn,
        &[
            "POST /account/ways/{id}/endings",
            "GET /account/passkeys/new",
            "POST /account/passkeys",
            "GET /account/apps/new",
            "POST /account/apps",
            "POST /account/recovery-codes",
        ],
        &["endWay"],
        &["account ways app", "account ways codes", "account ways end"],
    ),
    of(
        "own.sessions",
        SignedIn,
        &["GET /account/sessions", "POST /account/sessions/endings", "POST /account/sessions/{id}/endings"],
        &["listSessions", "endSession"],
        &["account sessions", "account sessions list", "account sessions end"],
    ),
    of("own.proof", SignedIn, &["POST /proofs"], &[], &[]),
    of("own.tokens.list", SignedIn, &[], &["listTokens"], &["account token list"]),
    of("own.tokens.make", Act(&[A::OwnToken]), &["POST /account/tokens"], &["makeToken"], &["account token"]),
    of(
        "own.tokens.end",
        Act(&[A::OwnToken]),
        &["POST /account/tokens/{id}/endings"],
        &["endToken"],
        &["account token end"],
    ),
    // The policy.
    of(
        "policy.read",
        SignedIn,
        &["GET /", "GET /policy", "GET /find", "POST /find"],
        &["showPolicy", "listStandings"],
        &["policy show"],
    ),
    of("policy.enact", Act(&[A::EnactPolicy]), &[], &[], &["policy enact"]),
    // The handling ledger.
    of(
        "register.read",
        SignedIn,
        &["GET /register", "POST /register/searches", "GET /register.xlsx", "GET /register/{row}"],
        &["listRows", "showRow"],
        &["register list", "register show", "register export"],
    ),
    of(
        "register.change",
        Act(&[A::ChangeRegister]),
        &[
            "GET /register/new",
            "POST /register",
            "GET /register/import",
            "POST /register/imports",
            "POST /register/rows",
            "GET /register/{row}/edit",
            "POST /register/{row}",
            "POST /register/{row}/approvals",
            "POST /register/{row}/endings",
        ],
        &["putRow", "approveRow", "endRow"],
        &["register import", "register approve", "register end"],
    ),
    of(
        "register.review",
        Act(&[A::ReviewRegister]),
        &["POST /register/{row}/reviews"],
        &["reviewRow"],
        &["register review"],
    ),
    // People.
    of(
        "people.find",
        Person(P::Find),
        &["GET /people", "POST /people/work", "POST /people/searches"],
        &["searchPeople"],
        &["people find"],
    ),
    of(
        "people.show",
        Person(P::Find),
        &[
            "GET /people/{person}",
            "GET /people/{person}/corrections",
            "GET /people/{person}/suspensions",
            "GET /people/{person}/resumptions",
            "GET /people/{person}/exports",
            "GET /people/{person}/erasures",
            "GET /people/{person}/withdrawals",
            "GET /people/{person}/milestones",
        ],
        &["showPerson"],
        &["people show"],
    ),
    of("people.reveal", Person(P::Reveal), &["POST /people/{person}/reveals"], &["revealPerson"], &["reveal"]),
    of(
        "people.correct",
        Person(P::Correct),
        &["POST /people/{person}/corrections"],
        &["correctPerson"],
        &["people correct"],
    ),
    of(
        "people.suspend",
        Person(P::Suspend),
        &["POST /people/{person}/suspensions"],
        &["suspendPerson"],
        &["people suspend"],
    ),
    of(
        "people.resume",
        Person(P::Resume),
        &["POST /people/{person}/resumptions"],
        &["resumePerson"],
        &["people resume"],
    ),
    of(
        "people.export",
        Person(P::ExportPerson),
        &["POST /people/{person}/exports"],
        &["exportPerson"],
        &["people export"],
    ),
    of(
        "people.erase",
        Person(P::Erase),
        &["POST /people/{person}/erasures"],
        &["erasePerson", "listWaitingErasures"],
        &["people erase", "people waiting"],
    ),
    of(
        "people.withdraw",
        Person(P::Withdraw),
        &["POST /people/{person}/withdrawals"],
        &["withdrawErasure"],
        &["people withdraw"],
    ),
    of("people.import", Person(P::Import), &[], &["importPeople"], &["people import"]),
    of(
        "people.milestone",
        Act(&[A::RecordMilestone]),
        &["POST /people/{person}/milestones"],
        &[],
        &["people milestone"],
    ),
    // Evidence.
    of(
        "records.read",
        SignedIn,
        &["GET /records", "GET /records/{n}", "GET /records/{n}/proof"],
        &["listEntries", "showEntry", "explainEntry", "proveEntry"],
        &["explain"],
    ),
    of(
        "records.record",
        Act(&[A::Record, A::RecordTest, A::ReviewLogs]),
        &["GET /records/new", "POST /records"],
        &[],
        &["backup drill"],
    ),
    of("records.close", Act(&[A::Record]), &["POST /occasions/{id}/endings"], &[], &[]),
    // Work records.
    of("work.read", SignedIn, &["GET /work", "GET /work/{work}"], &["listWork", "showWork"], &["work list"]),
    of(
        "work.open",
        Act(&[A::OpenWork, A::OpenWorkEverybody]),
        &["GET /work/new", "POST /work"],
        &["openWork"],
        &["work open", "work import", "work pull"],
    ),
    of("work.close", Act(&[A::CloseWork]), &["POST /work/{work}/endings"], &["closeWork"], &["work close"]),
    // Logs against work records. Whose question it is decides who sees and answers it.
    of(
        "logs.see",
        SignedIn,
        &["GET /logs", "GET /logs/weeks/{week}", "GET /logs/questions/{question}"],
        &["listLogWeeks", "listLogQuestions", "showLogQuestion"],
        &["logs weeks", "logs questions"],
    ),
    of(
        "logs.read",
        Act(&[A::ReadLogs]),
        &["GET /logs/new", "POST /logs"],
        &["readLog"],
        &["logs read", "logs reconcile"],
    ),
    of(
        "logs.answer",
        Act(&[A::AnswerLogs]),
        &["POST /logs/questions/{question}/answers"],
        &["answerLogQuestion"],
        &["logs answer"],
    ),
    of(
        "logs.sign-off",
        Act(&[A::ReviewLogs]),
        &["POST /logs/weeks/{week}/sign-offs"],
        &["signOffLogWeek"],
        &["logs sign-off"],
    ),
    // Who may be at the desk.
    of("accounts.read", See(A::SeeAccounts), &["GET /accounts"], &["listAccounts"], &["account list"]),
    of(
        "accounts.grant",
        Act(&[A::GrantAccess, A::GrantHighAccess]),
        &["GET /accounts/new", "POST /accounts"],
        &["grantAccount"],
        &["account add"],
    ),
    of("accounts.link", Act(&[A::GrantAccess]), &["POST /accounts/{login}/links"], &["makeLink"], &["account link"]),
    of(
        "accounts.revoke",
        Act(&[A::RevokeAccess]),
        &["POST /accounts/{login}/endings"],
        &["revokeAccount"],
        &["account revoke"],
    ),
    of(
        "accounts.reset",
        Act(&[A::GrantAccess]),
        &["POST /accounts/{login}/resets"],
        &["resetAccount"],
        &["account reset"],
    ),
    of(
        "accounts.review",
        Act(&[A::ReviewAccess]),
        &["POST /accounts/reviews"],
        &["reviewAccounts"],
        &["account review"],
    ),
    // Rounds of access review. Who owns a right answers for it; the act asks.
    of("reviews.read", SignedIn, &["GET /reviews"], &["listReviews", "showReview"], &["review list"]),
    of("reviews.begin", Act(&[A::ReviewAccess]), &["POST /reviews"], &["beginReview"], &["review begin"]),
    of("reviews.answer", SignedIn, &["POST /reviews/{round}/answers"], &["answerReview"], &["review answer"]),
    of(
        "reviews.close",
        Act(&[A::ReviewAccess]),
        &["POST /reviews/{round}/endings"],
        &["closeReview"],
        &["review close"],
    ),
    // Rights beyond a role. Who may propose, answer or end one depends on the right, and the act asks.
    of("rights.read", SignedIn, &["GET /rights"], &["listWarrants"], &["right list"]),
    of("rights.propose", SignedIn, &["POST /rights/proposals"], &["proposeAct"], &["right propose"]),
    of("rights.emergency", SignedIn, &["POST /rights/emergencies"], &["declareEmergency"], &["right emergency"]),
    of("rights.give", Act(&[A::GiveRight]), &["POST /rights/gifts"], &["giveRight"], &["right give"]),
    of("rights.supervise", Act(&[A::Supervise]), &["POST /rights/windows"], &["superviseWork"], &["right supervise"]),
    of("rights.answer", SignedIn, &["POST /rights/{id}/answers"], &["answerWarrant"], &["right answer"]),
    of("rights.end", SignedIn, &["POST /rights/{id}/endings"], &["endWarrant"], &["right end"]),
    // The organisation.
    of(
        "organisation.read",
        SignedIn,
        &["GET /organisation", "GET /organisation/{kind}", "GET /organisation/{kind}/{id}"],
        &["listParts", "showPart", "listStillOut"],
        &["organisation list", "organisation show", "organisation out"],
    ),
    of(
        "organisation.change",
        Act(&[A::ChangeOrganisation]),
        &[
            "GET /organisation/import",
            "POST /organisation/imports",
            "POST /organisation/lists",
            "GET /organisation/{kind}/new",
            "POST /organisation/{kind}",
            "GET /organisation/{kind}/{id}/edit",
            "POST /organisation/{kind}/{id}",
            "POST /organisation/{kind}/{id}/endings",
        ],
        &["putPart", "endPart", "takeParts"],
        &["organisation put", "organisation end", "organisation leave", "organisation import"],
    ),
    of(
        "organisation.adopt",
        Act(&[A::AdoptPolicy]),
        &["POST /organisation/entity/{id}/adoptions"],
        &["adoptPolicy"],
        &["organisation adopt"],
    ),
    of(
        "organisation.rules",
        Act(&[A::ApproveRules]),
        &["POST /organisation/project/{id}/rules"],
        &["approveRules"],
        &["organisation rules"],
    ),
    of(
        "organisation.acknowledge",
        Act(&[A::AcknowledgeRules]),
        &["POST /organisation/project/{id}/acknowledgements"],
        &["acknowledgeRules"],
        &["organisation acknowledge"],
    ),
    of(
        "organisation.zones",
        Act(&[A::ReviewZones]),
        &["POST /organisation/zone/reviews"],
        &["reviewZones"],
        &["organisation review-zones"],
    ),
    // The machine.
    of("machine.back-up", Act(&[A::BackUp]), &[], &[], &["backup"]),
    of("machine.keys", Act(&[A::ManageKeys]), &[], &[], &["key protect", "key turn", "key renew", "key split"]),
    of(
        "machine.run",
        Machine,
        &[],
        &[],
        &[
            "init",
            "serve",
            "demo",
            "policy check",
            "policy draft",
            "policy diff",
            "verify",
            "ledger export",
            "ledger proof",
            "ledger stamp",
            "witness init",
            "witness trust",
            "witness key",
            "witness ledgers",
            "witness serve",
            "backup key",
            "restore",
            "key show",
            "key combine",
            "doctor",
            "completions",
            "man",
        ],
    ),
];

/// What a session that began with a link reaches: one's own page.
const OF_OWN_PAGE: &[&str] = &["door.sign-out", "turn.read", "turn.acknowledge", "turn.answer", "turn.end-session"];
/// What an account that has nothing but its own page reaches besides.
const OF_OWN_ACCOUNT: &[&str] = &[
    "own.show",
    "own.password",
    "own.ways",
    "own.sessions",
    "own.proof",
    "own.tokens.list",
    "own.tokens.make",
    "own.tokens.end",
];

/// The operation behind a route of the pages.
#[must_use]
pub fn of_page(method: &Method, path: &str) -> Option<&'static Operation> {
    let is = |door: &&str| door.split_once(' ').is_some_and(|(m, p)| m == method.as_str() && p == path);
    OPERATIONS.iter().find(|one| one.pages.iter().any(is))
}

/// The operation behind an operation of the API.
#[must_use]
pub fn of_api(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|one| one.api.contains(&id))
}

/// The operation of this name.
pub(crate) fn named(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|one| one.name == name)
}

/// The operation behind a command.
#[must_use]
pub fn of_command(command: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|one| one.commands.contains(&command))
}

/// The operations a token can be made for by somebody who may do them.
pub fn for_tokens(desk: &Desk) -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(move |one| {
        let offered = match one.need {
            Need::Anybody | Need::Machine => false,
            Need::SignedIn => true,
            Need::See(act) => desk.may(act),
            Need::Act(acts) => acts.iter().any(|act| desk.may(*act)),
            Need::Person(act) => desk.may(act),
        };
        let own_only = desk.maybe_actor().is_some_and(|actor| actor.role == policy::Role::Staff);
        let offered = offered && (!own_only || one.is_within(Reach::OwnAccount));
        // A token that makes tokens, changes the password or takes a second factor away would not be narrow.
        offered
            && !one.api.is_empty()
            && !matches!(one.name, "own.tokens.make" | "own.password" | "own.ways.change" | "accounts.reset")
    })
}

impl Operation {
    /// The act it is, where it is one: a refusal is a refusal of it.
    #[must_use]
    pub fn act(&self) -> Option<policy::Act> {
        match self.need {
            Need::Act([act, ..]) => Some((*act).into()),
            Need::See(act) => Some(act.into()),
            Need::Person(act) => Some(act.into()),
            _ => None,
        }
    }

    /// Whether whoever is at the desk may come in. Where they may not, the refusal is on record before it is told.
    ///
    /// Acts with people's information are judged by the act itself: what is told must not depend on whether somebody is held.
    ///
    /// # Errors
    /// [`No::Missing`] for what they may not know of, [`No::Refusal`] for an act they may not do.
    pub(crate) async fn meet(&self, desk: &Desk) -> Result<(), No> {
        match self.need {
            Need::See(act) if !holds(desk, act).await? => Err(No::Missing),
            Need::Act([first, ..]) if !self.offered(desk).await? => permit_office(desk, *first).await.map(drop),
            _ => Ok(()),
        }
    }

    /// Whether whoever is at the desk may come in, by role or beyond it for a time. Nothing is recorded.
    pub(crate) async fn offered(&self, desk: &Desk) -> Result<bool, No> {
        match self.need {
            Need::See(act) => holds(desk, act).await,
            Need::Act(acts) => {
                for act in acts {
                    if holds(desk, *act).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Ok(true),
        }
    }

    /// Whether somebody who comes so far comes here.
    #[must_use]
    pub fn is_within(&self, reach: Reach) -> bool {
        let own = OF_OWN_PAGE.contains(&self.name);
        self.need == Anybody
            || match reach {
                Reach::Role => true,
                Reach::OwnAccount => own || OF_OWN_ACCOUNT.contains(&self.name),
                Reach::OwnPage => own,
            }
    }

    /// The answer to somebody who does not come so far, once that is on record.
    pub(crate) async fn out_of_reach(&self, desk: &Desk) -> No {
        own_page_only(desk, self.act()).await
    }

    /// The answer to a token that was not made for this, once that is on record.
    pub(crate) async fn token_may_not(&self, desk: &Desk) -> No {
        token_may_not(desk, self.act()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi;
    use crate::routes;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_and_operation_stands_in_the_list_once_and_nothing_else_does() {
        let listed: Vec<&str> = OPERATIONS.iter().flat_map(|one| one.pages).copied().collect();
        let there: BTreeSet<String> = routes().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), there.iter().map(String::as_str).collect());
        assert_eq!(listed.len(), there.len(), "a route stands twice");
        let listed: Vec<&str> = OPERATIONS.iter().flat_map(|one| one.api).copied().collect();
        let api = serde_json::to_value(openapi()).unwrap();
        let there: BTreeSet<&str> = api["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .filter_map(|operation| operation["operationId"].as_str())
            .collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), there);
        assert_eq!(listed.len(), there.len(), "an operation stands twice");
        let names: BTreeSet<&str> = OPERATIONS.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), OPERATIONS.len(), "a name stands twice");
    }
}
