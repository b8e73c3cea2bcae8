//! Passkeys: WebAuthn with user verification. The device, card or security key checks a fingerprint, a face or a PIN itself, and
//! signs; what it answers is read and verified by `webauthn_rp`.

use super::attempt::ADDRESS;
use super::question::{self, What};
use super::ways::{self, New};
use super::{Entered, Whence, enter, refused};
use crate::actor::Actor;
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::session;
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::Way;
use store::Change;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId, Origin, SentChallenge};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

/// Where passkeys are for: the name of this office, and the address pages are read at.
#[derive(Debug, Clone)]
pub struct Site {
    name: RpId,
    origin: Allowed,
}

/// The address pages are read at.
#[derive(Debug, Clone)]
enum Allowed {
    /// Exactly this one.
    One(String),
    /// This machine itself, at any port: for trying things out.
    Local,
}

impl PartialEq<Origin<'_>> for Allowed {
    fn eq(&self, other: &Origin<'_>) -> bool {
        match self {
            Self::One(origin) => *origin == other.0,
            Self::Local => {
                let port =
                    other.0.strip_prefix("http://localhost").or_else(|| other.0.strip_prefix("https://localhost"));
                port.is_some_and(|port| {
                    port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
                })
            }
        }
    }
}

impl Site {
    /// The site at this address; none where it is a bare number, for which browsers make no passkeys. A number of this machine
    /// itself stands for `localhost`.
    #[must_use]
    pub fn at(base: &str) -> Option<Self> {
        let (scheme, rest) = base.split_once("://")?;
        let authority = rest.split('/').next()?;
        let host = if let Some(bracketed) = authority.strip_prefix('[') {
            bracketed.split(']').next()?
        } else {
            authority.split(':').next()?
        };
        let local = |address: std::net::IpAddr| address.is_loopback() || address.is_unspecified();
        let is_local = host == "localhost" || host.parse().is_ok_and(local);
        let host = if is_local { "localhost" } else { host };
        if host.parse::<std::net::IpAddr>().is_ok() || (scheme != "https" && !is_local) {
            return None;
        }
        let name = RpId::Domain(AsciiDomain::try_from(host.to_owned()).ok()?);
        let origin = if is_local { Allowed::Local } else { Allowed::One(format!("{scheme}://{authority}")) };
        Some(Self { name, origin })
    }
}

/// Asks a browser for a passkey of whoever it is. The answer is the options, as `PublicKeyCredential.parseRequestOptionsFromJSON` reads
/// them.
///
/// # Errors
/// [`No::Mistake`] where the policy does not allow passkeys, or too many questions came from one address.
pub async fn ask(office: &Office, now: Moment, whence: &Whence, site: &Site) -> Result<String, No> {
    if !ways::rules(office, now).allows(Way::Passkey) {
        return Err(ways::not_allowed());
    }
    let of = format!("question {}", whence.address);
    if !whence.address.is_empty() && !ADDRESS.count(office, now, &of).await?.may() {
        return Err(ADDRESS.must_wait());
    }
    let begun = DiscoverableCredentialRequestOptions::passkey(&site.name).start_ceremony();
    let (server, client) = begun.map_err(|_| Fault::Crypto("webauthn"))?;
    let options = serde_json::to_value(&client).map_err(|_| Fault::Crypto("webauthn"))?;
    let body = server.encode().map_err(|_| Fault::Crypto("webauthn"))?;
    question::ask_by(office, now, What::Passkey, &challenge_of(&options)?, None, body).await?;
    Ok(options.to_string())
}

/// Signs in with the answer of a passkey. It is two factors in one.
///
/// # Errors
/// [`No::Mistake`] with the same words whatever was wrong with it.
pub async fn sign_in(office: &Office, now: Moment, whence: &Whence, site: &Site, answer: &str) -> Result<Entered, No> {
    let from = super::from(office, now, whence).await?;
    let holder = check(office, now, site, answer).await?;
    super::good(office, from).await?;
    enter(office, now, whence, holder, &[Way::Passkey], None, false, None).await
}

/// Whose passkey answered. A refusal is recorded.
pub(crate) async fn check(office: &Office, now: Moment, site: &Site, answer: &str) -> Result<Actor, No> {
    if !ways::rules(office, now).allows(Way::Passkey) {
        return Err(ways::not_allowed());
    }
    match checked(office, now, site, answer).await? {
        Ok(holder) => Ok(holder),
        Err((holder, why)) => {
            match holder {
                Some(holder) => refused(office, now, &holder, why).await?,
                None => {
                    let desk = office.desk(None, now);
                    let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
                    desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": [why] }))?).await?;
                }
            }
            Err(not_good())
        }
    }
}

type Why = (Option<Actor>, &'static str);

async fn checked(office: &Office, now: Moment, site: &Site, answer: &str) -> Result<Result<Actor, Why>, No> {
    let nobody = |why| Ok(Err((None, why)));
    let Ok(answer) = DiscoverableAuthentication::<16>::from_json_relaxed(answer.as_bytes()) else {
        return nobody("passkey-unreadable");
    };
    let Ok(challenge) = answer.challenge_relaxed() else { return nobody("passkey-unreadable") };
    let asked = question::take(office, now, What::Passkey, &spelled(&challenge)).await;
    let Ok((_, body)) = asked else { return nobody("passkey-not-asked") };
    let server = DiscoverableAuthenticationServerState::decode(&body).map_err(|_| Fault::Damaged("question.body"))?;
    let raw = answer.raw_id();
    let id: &[u8] = raw.as_ref();
    let Some(known) = ways::known(office, Way::Passkey, id).await? else { return nobody("passkey-unknown") };
    let Some(holder) = session::holder(office, now, known.actor).await? else { return nobody("passkey-unknown") };
    let (state, first) = read(&known.matter)?;
    let before = DynamicState { sign_count: last_count(office, known.id, first.sign_count).await?, ..first };
    let user = handle(known.actor.as_bytes());
    let bad = |why| Ok(Err((Some(holder.clone()), why)));
    let Ok(mut credential) = AuthenticatedCredential::new(raw, &user, state, before) else {
        return Err(Fault::Damaged("credential.matter").into());
    };
    let origins = [site.origin.clone()];
    let options = AuthenticationVerificationOptions::<'_, '_, Allowed, Allowed> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        ..AuthenticationVerificationOptions::default()
    };
    if server.verify(&site.name, &answer, &mut credential, &options).is_err() {
        return bad("passkey-refused");
    }
    let count = i64::from(credential.dynamic_state().sign_count);
    let sql = "INSERT INTO credential_use (credential, count, at) VALUES ($1, $2, $3) \
               ON CONFLICT (credential) DO UPDATE SET count = $2, at = $3";
    office.store().scratch(vec![Change::new(sql, vec![known.id.into(), count.into(), now.into()])]).await?;
    Ok(Ok(holder))
}

/// Asks the browser of whoever is at the desk to make a passkey.
///
/// # Errors
/// [`No::Mistake`] where the policy does not allow passkeys; [`No::ProofNeeded`].
pub async fn offer(desk: &Desk, site: &Site) -> Result<String, No> {
    ways::must_be_allowed(desk, Way::Passkey)?;
    desk.fresh()?;
    ways::room(desk).await?;
    let actor = desk.actor()?;
    let user_id = handle(actor.id.as_bytes());
    let name = actor.login.as_str().try_into().map_err(|_| Fault::Damaged("actor.login"))?;
    // A name that the standard's profile of nicknames does not take is left out; the login stands there anyway.
    let user = PublicKeyCredentialUserEntity { name, id: &user_id, display_name: actor.name.as_str().try_into().ok() };
    let transports = AuthTransports::decode(0).map_err(|_| Fault::Crypto("webauthn"))?;
    let mut has = Vec::new();
    for id in ways::known_by(desk.office(), actor.id, Way::Passkey).await? {
        let id = CredentialId::<Vec<u8>>::decode(id).map_err(|_| Fault::Damaged("credential.known_by"))?;
        has.push(PublicKeyCredentialDescriptor { id, transports });
    }
    let mut options = PublicKeyCredentialCreationOptions::passkey(&site.name, user, has);
    // Most devices do not know this extension, and browsers refuse them where it is enforced. That the holder was verified stands in
    // every answer, and is asked for there.
    options.extensions.cred_protect = CredProtect::None;
    let begun = options.start_ceremony();
    let (server, client) = begun.map_err(|_| Fault::Crypto("webauthn"))?;
    let options = serde_json::to_value(&client).map_err(|_| Fault::Crypto("webauthn"))?;
    let body = server.encode().map_err(|_| Fault::Crypto("webauthn"))?;
    let key = challenge_of(&options)?;
    question::ask_by(desk.office(), desk.now(), What::NewPasskey, &key, Some(actor.id), body).await?;
    Ok(options.to_string())
}

/// Adds the passkey that was made.
///
/// # Errors
/// [`No::Mistake`] on `passkey` when the answer is not good or took too long.
pub async fn add(desk: &Desk, site: &Site, answer: &str, label: &str) -> Result<u64, No> {
    ways::must_be_allowed(desk, Way::Passkey)?;
    ways::room(desk).await?;
    desk.fresh()?;
    let actor = desk.actor()?;
    let answer = Registration::from_json_relaxed(answer.as_bytes()).map_err(|_| not_good())?;
    let challenge = answer.challenge_relaxed().map_err(|_| not_good())?;
    let (whose, body) = question::take(desk.office(), desk.now(), What::NewPasskey, &spelled(&challenge)).await?;
    if whose != Some(actor.id) {
        return Err(not_good());
    }
    let server = RegistrationServerState::<16>::decode(&body).map_err(|_| Fault::Damaged("question.body"))?;
    let origins = [site.origin.clone()];
    let options = RegistrationVerificationOptions::<'_, '_, Allowed, Allowed> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let made = server.verify(&site.name, &answer, &options).map_err(|_| not_good())?;
    let id: Vec<u8> = <CredentialId<&[u8]> as AsRef<[u8]>>::as_ref(&made.id()).to_vec();
    let (Ok(state), Ok(first)) = (made.static_state().encode(), made.dynamic_state().encode());
    let matter = [&first[..], &state].concat();
    let new = New::of(desk, Way::Passkey, label, id, matter)?;
    ways::add(desk, vec![new], Vec::new()).await
}

type Kept = StaticState<CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>>;

/// What was kept of a passkey: seven bytes of how it stood when it was made, then its public key.
fn read(matter: &[u8]) -> Result<(Kept, DynamicState), Fault> {
    let damaged = || Fault::Damaged("credential.matter");
    let (first, state) = matter.split_first_chunk::<7>().ok_or_else(damaged)?;
    let first = DynamicState::decode(*first).map_err(|_| damaged())?;
    Ok((Kept::decode(state).map_err(|_| damaged())?, first))
}

async fn last_count(office: &Office, id: [u8; 16], first: u32) -> Result<u32, Fault> {
    let rows = office.store().read("SELECT count FROM credential_use WHERE credential = $1", vec![id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(first) };
    u32::try_from(row.int(0).map_err(store::Fault::from)?).map_err(|_| Fault::Damaged("credential_use.count"))
}

fn handle(actor: &[u8; 16]) -> UserHandle16 {
    let Ok(handle) = UserHandle16::decode(*actor);
    handle
}

/// The challenge, as a question is kept by it.
fn spelled(challenge: &SentChallenge) -> String {
    format!("passkey {:032x}", challenge.0)
}

/// The same of options that go out.
fn challenge_of(options: &serde_json::Value) -> Result<String, Fault> {
    let text = options.get("challenge").and_then(|challenge| challenge.as_str());
    let bytes = text.and_then(base64url).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let bytes = bytes.ok_or(Fault::Crypto("webauthn"))?;
    Ok(spelled(&SentChallenge(u128::from_le_bytes(bytes))))
}

/// RFC 4648, section 5, without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    Some(out)
}

fn not_good() -> No {
    Mistake::new(
        "passkey",
        "パスキーを確認できませんでした。もう一度お試しください。",
        "The passkey could not be verified. Try again.",
        "Không xác minh được khóa truy cập. Hãy thử lại.",
    )
    .into()
}

pub(crate) fn of_somebody_else() -> No {
    Mistake::new(
        "passkey",
        "これは別の人のパスキーです。",
        "This is the passkey of somebody else.",
        "Đây là khóa truy cập của người khác.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_name_and_is_read_at_one_address() {
        let is = |base: &str, origin: &str| Site::at(base).is_some_and(|site| site.origin == Origin(origin.into()));
        assert!(is("https://privacy.example.jp", "https://privacy.example.jp"));
        assert!(is("https://privacy.example.jp:8443", "https://privacy.example.jp:8443"));
        assert!(!is("https://privacy.example.jp", "https://privacy.example.jp:8443"));
        assert!(!is("https://privacy.example.jp", "https://evil.privacy.example.jp"));
        assert!(!is("https://privacy.example.jp", "http://privacy.example.jp"));
        for base in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://0.0.0.0:1"] {
            assert!(is(base, "http://localhost:49152") && is(base, "https://localhost"), "{base}");
            assert!(!is(base, "http://localhost.evil.test") && !is(base, "http://localhost:1.evil.test"), "{base}");
        }
        for none in ["http://192.0.2.4:8080", "https://192.0.2.4", "http://privacy.example.jp", "nonsense", "https://"]
        {
            assert!(Site::at(none).is_none(), "{none}");
        }
    }
}
