//! Accounts and tokens: who may be at the desk, why, and until when.

use access::actor::{self, Account, Grant};
use access::names::ActorId;
use access::token;
use policy::{Language, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

use super::asked::{LoginPath, Named};
use super::caller::Caller;
use super::made::{Entered, Made, Once};
use super::problem::Answer;
use super::seen::{Seen, Unkept};
use super::sent::{Nothing, Sent};
use super::spelled::{At, Id, LanguageCode, Line, RoleCode, Time};
use crate::office::account::known;

/// An account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountInList {
    /// Its id.
    #[schema(value_type = Id)]
    id: ActorId,
    /// The name typed at sign-in.
    login: String,
    /// The name shown to colleagues.
    name: String,
    /// What it may do.
    #[schema(value_type = RoleCode)]
    role: &'static str,
    /// Why access was granted.
    reason: String,
    /// Since when.
    #[schema(value_type = Time)]
    granted_at: At,
    /// Until when, if it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    ends_at: Option<At>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    revoked_at: Option<At>,
    /// When somebody last confirmed that it is still needed.
    #[schema(value_type = Time)]
    reviewed_at: At,
}

impl From<Account> for AccountInList {
    fn from(account: Account) -> Self {
        Self {
            id: account.actor.id,
            role: account.actor.role.code(),
            login: account.actor.login,
            name: account.actor.name,
            reason: account.reason,
            granted_at: At(account.granted_at),
            ends_at: account.ends_at.map(At),
            revoked_at: account.revoked_at.map(At),
            reviewed_at: At(account.reviewed_at),
        }
    }
}

/// Accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accounts {
    /// Every account there ever was, oldest first.
    items: Vec<AccountInList>,
}

/// List accounts
///
/// For those who give, take back or confirm them, and for auditors.
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    operation_id = "listAccounts",
    tag = "accounts",
    responses((status = 200, body = Accounts, description = "The accounts."))
)]
pub(crate) async fn list(caller: Caller) -> Answer<Unkept<Accounts>> {
    let items = actor::list(caller.desk.office()).await?.into_iter().map(AccountInList::from).collect();
    Ok(Unkept(Seen::new(Accounts { items })))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewAccount {
    /// The name typed at sign-in.
    #[schema(value_type = String, pattern = r"^[a-z0-9._-]{2,40}$", example = "a.example")]
    login: Line<40>,
    /// The name shown to colleagues.
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "A. Example")]
    name: Line<100>,
    /// Its role.
    #[schema(value_type = RoleCode)]
    role: Role,
    /// The language the person reads.
    #[schema(value_type = LanguageCode)]
    language: Language,
    /// A password.
    #[schema(value_type = String, min_length = 12, max_length = 256, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", format = Password, write_only)]
    password: Line<256>,
    /// Why it is needed.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "joins the recruiting team")]
    reason: Line<400>,
    /// Until when, if it ends by itself.
    #[schema(value_type = Option<Time>)]
    ends_at: Option<At>,
}

/// An account that was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountMade {
    /// Its id.
    #[schema(value_type = Id)]
    id: ActorId,
    /// The ledger entry.
    entry: u64,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for AccountMade {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// Give somebody an account
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    operation_id = "grantAccount",
    tag = "accounts",
    request_body = NewAccount,
    responses((status = 201, body = AccountMade, description = "The account was given."))
)]
pub(crate) async fn grant(caller: Caller, Sent(new): Sent<NewAccount>) -> Answer<Made<AccountMade>> {
    let grant = Grant {
        login: new.login.0,
        name: new.name.0,
        role: new.role,
        language: new.language,
        password: new.password.0,
        reason: new.reason.0,
        ends_at: new.ends_at.map(|At(at)| at),
    };
    let (id, entry) = actor::grant(&caller.desk, grant).await?;
    Ok(Made::at("/api/v1/accounts".into(), AccountMade { id, entry, replayed: false }))
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkMade {
    /// The address to hand over. Told once: a replay does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    link: Option<String>,
    /// Until when it opens.
    #[schema(value_type = Time)]
    ends_at: At,
    /// The ledger entry.
    entry: u64,
    /// Whether the same request was answered before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
}

impl Once for LinkMade {
    fn again(&mut self) {
        self.link = None;
        self.replayed = true;
    }
}

/// Make a link to somebody's own page
///
/// It signs in once, within half an hour, and opens their own page and nothing else. Hand it over yourself.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{login}/links",
    operation_id = "makeLink",
    tag = "accounts",
    params(LoginPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = LinkMade, description = "Made."))
)]
pub(crate) async fn link(caller: Caller, Named(login): Named<String>, _: Nothing) -> Answer<Made<LinkMade>> {
    let handed = access::sign_in::link::hand_out(&caller.desk, &login).await?;
    let link = format!("{}/sign-in/links/{}", caller.state.base, handed.key.into_text());
    Ok(Made::done(LinkMade { link: Some(link), ends_at: At(handed.until), entry: handed.entry, replayed: false }))
}

/// Take an account back
///
/// Its sessions and tokens end at once.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{login}/endings",
    operation_id = "revokeAccount",
    tag = "accounts",
    params(LoginPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Taken back."))
)]
pub(crate) async fn revoke(caller: Caller, Named(login): Named<String>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(actor::revoke(&caller.desk, &login).await?)))
}

/// Confirm that every open account is still needed
#[utoipa::path(
    post,
    path = "/api/v1/accounts/reviews",
    operation_id = "reviewAccounts",
    tag = "accounts",
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Confirmed."))
)]
pub(crate) async fn review(caller: Caller, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(actor::review(&caller.desk).await?)))
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What it is for.
    #[schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "payroll export")]
    label: Line<100>,
    /// Until when; within a year.
    #[schema(value_type = Time)]
    until: At,
    /// The operations it may do, by the names that stand with each of them here. What the account may not do, it may not either.
    #[schema(min_items = 1, example = json!(["people.find", "people.reveal"]))]
    may: BTreeSet<String>,
}

/// A token. It is shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// The token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^t_[0-9a-f]{64}$", read_only)]
    token: Option<String>,
    /// The ledger entry.
    entry: u64,
    /// Whether this answers a request that was answered before; then the token is not told again.
    replayed: bool,
}

impl Once for Token {
    fn again(&mut self) {
        self.replayed = true;
        self.token = None;
    }
}

/// Make a token for oneself
///
/// It may do the operations it names and no others, as long as the account may do them, and ends with the account.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    operation_id = "makeToken",
    tag = "accounts",
    request_body = NewToken,
    responses((status = 200, body = Token, description = "The token, this once."))
)]
pub(crate) async fn make_token(caller: Caller, Sent(new): Sent<NewToken>) -> Answer<Made<Token>> {
    let NewToken { label: Line(label), until: At(ends_at), may } = new;
    let new = known(&caller.desk, token::NewToken { label, ends_at, may })?;
    let (key, entry) = token::make(&caller.desk, new).await?;
    Ok(Made::done(Token { token: Some(key.into_text()), entry, replayed: false }))
}
