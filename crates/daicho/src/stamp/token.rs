//! A time stamp as RFC 3161 writes it: what is asked, and what of an answer holds. The structures are read by crates made for it, and
//! signatures and certificates are checked by the same code as those of TLS.

use aws_lc_rs::digest;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerInfo};
use der::asn1::{BitString, Int, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Sequence};
use ledger::names::Moment;
use policy::Texts;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use webpki::aws_lc_rs as algorithms;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// `id-kp-timeStamping`, 1.3.6.1.5.5.7.3.8, as it stands in a certificate.
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
/// An extended key usage of time stamping and nothing else (RFC 3161, section 2.3).
const ONLY_TIME_STAMPING: &[u8] = &[0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];

/// Why there is no time stamp of these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BadStamp {
    /// The authority did not answer, or with something too long.
    NoAnswer,
    /// The authority did not grant it.
    NotGranted,
    /// It is not written as RFC 3161 says.
    Unreadable,
    /// It stamps other bytes.
    OtherBytes,
    /// It answers another question.
    Nonce,
    /// It was made under another policy than the one that is configured.
    Policy,
    /// Its signature does not hold.
    Signature,
    /// Its certificate was not signed by the authority that is configured, was not valid then, or is not for time stamping.
    Certificate,
    /// Its time is not now.
    Time,
}

/// What a time stamp says, once it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamped {
    /// When the authority had the bytes.
    pub(crate) at: Moment,
    /// By whom it is signed, as the certificate says (RFC 4514).
    pub(crate) by: String,
    /// What it was asked with, so that it is no answer to an earlier question.
    pub(crate) nonce: Option<Vec<u8>>,
}

/// Whose time stamps are taken.
#[derive(Clone)]
pub(crate) struct Trust {
    /// The certificates of the authority.
    pub(crate) certificates: Vec<CertificateDer<'static>>,
    /// The policy it has to stamp under, where one is wanted.
    pub(crate) policy: Option<ObjectIdentifier>,
}

#[derive(Sequence)]
struct Algorithm {
    oid: ObjectIdentifier,
    #[asn1(optional = "true")]
    parameters: Option<Any>,
}

#[derive(Sequence)]
struct Imprint {
    algorithm: Algorithm,
    digest: OctetString,
}

#[derive(Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    #[asn1(optional = "true")]
    policy: Option<ObjectIdentifier>,
    nonce: Int,
    certificates: bool,
}

#[derive(Sequence)]
struct Status {
    status: u8,
    #[asn1(optional = "true")]
    words: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    failure: Option<BitString>,
}

#[derive(Sequence)]
struct Answer {
    status: Status,
    #[asn1(optional = "true")]
    token: Option<ContentInfo>,
}

#[derive(Sequence)]
struct Accuracy {
    #[asn1(optional = "true")]
    seconds: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<Int>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<Int>,
}

/// TSTInfo. The time is read apart: it may have fractions of a second.
#[derive(Sequence)]
struct Told {
    version: u8,
    policy: ObjectIdentifier,
    imprint: Imprint,
    serial: Int,
    time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "bool::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    authority: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Vec<Any>>,
}

/// ESSCertIDv2 of RFC 5035; ESSCertID of RFC 2634 is the same without the algorithm.
#[derive(Sequence)]
struct CertificateId {
    #[asn1(optional = "true")]
    algorithm: Option<Algorithm>,
    digest: OctetString,
    #[asn1(optional = "true")]
    issuer: Option<Any>,
}

#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// A request to stamp bytes: their SHA-256 and a number that is used once, and nothing else.
pub(crate) fn request(message: &[u8], nonce: [u8; 8], policy: Option<ObjectIdentifier>) -> Result<Vec<u8>, BadStamp> {
    let digest = digest::digest(&digest::SHA256, message);
    let digest = OctetString::new(digest.as_ref()).map_err(unreadable)?;
    let imprint = Imprint { algorithm: Algorithm { oid: SHA256, parameters: Some(Any::null()) }, digest };
    let nonce = Int::new(&positive(nonce)).map_err(unreadable)?;
    Request { version: 1, imprint, policy, nonce, certificates: true }.to_der().map_err(unreadable)
}

/// The nonce as it comes back: positive, and with no byte that could be left out.
pub(crate) const fn positive(mut nonce: [u8; 8]) -> [u8; 8] {
    nonce[0] = (nonce[0] & 0x3f) | 0x40;
    nonce
}

/// What an answer says of these bytes. Without a trust, it is signed by the certificate in it, and nobody vouches for that one.
///
/// # Errors
/// [`BadStamp`]: the first thing that does not hold.
pub(crate) fn read(answer: &[u8], message: &[u8], trust: Option<&Trust>) -> Result<Stamped, BadStamp> {
    let answer = Answer::from_der(answer).map_err(unreadable)?;
    // Granted, or granted with modifications (RFC 3161, section 2.4.2).
    if answer.status.status > 1 {
        return Err(BadStamp::NotGranted);
    }
    let token = answer.token.filter(|token| token.content_type == SIGNED_DATA).ok_or(BadStamp::Unreadable)?;
    let signed: SignedData = token.content.decode_as().map_err(unreadable)?;
    let inside = &signed.encap_content_info;
    let content = inside.econtent.as_ref().filter(|_| inside.econtent_type == TST_INFO).ok_or(BadStamp::Unreadable)?;
    let content: OctetString = content.decode_as().map_err(unreadable)?;
    let told = Told::from_der(content.as_bytes()).map_err(unreadable)?;
    let digest = digest::digest(&digest::SHA256, message);
    if told.imprint.algorithm.oid != SHA256 || told.imprint.digest.as_bytes() != digest.as_ref() {
        return Err(BadStamp::OtherBytes);
    }
    let at = time(&told.time).filter(|_| told.version == 1).ok_or(BadStamp::Unreadable)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(BadStamp::Unreadable) };
    let attributes = Attributes::of(signer, content.as_bytes())?;
    let certificates = signed.certificates.iter().flat_map(|set| set.0.iter()).filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate),
        CertificateChoices::Other(_) => None,
    });
    let certificates: Vec<_> =
        certificates.filter_map(|one| Some((one, CertificateDer::from(one.to_der().ok()?)))).collect();
    let (certificate, its) = certificates.iter().find(|(_, der)| attributes.names(der)).ok_or(BadStamp::Certificate)?;
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    let mut usages = extensions.filter(|extension| extension.extn_id == EXTENDED_KEY_USAGE);
    let usage = usages.next().filter(|usage| usage.critical && usage.extn_value.as_bytes() == ONLY_TIME_STAMPING);
    if usage.is_none() {
        return Err(BadStamp::Certificate);
    }
    let end = EndEntityCert::try_from(its).map_err(|_| BadStamp::Certificate)?;
    let holds = |algorithm: &&dyn SignatureVerificationAlgorithm| {
        end.verify_signature(*algorithm, &attributes.signed, signer.signature.as_bytes()).is_ok()
    };
    if !signatures(signer).iter().any(holds) {
        return Err(BadStamp::Signature);
    }
    if let Some(trust) = trust {
        if trust.policy.is_some_and(|policy| policy != told.policy) {
            return Err(BadStamp::Policy);
        }
        let others: Vec<_> = certificates.iter().map(|(_, der)| der.clone()).collect();
        trusted(&end, &others, &trust.certificates, at)?;
    }
    let nonce = told.nonce.map(|nonce| nonce.as_bytes().to_vec());
    Ok(Stamped { at, by: certificate.tbs_certificate.subject.to_string(), nonce })
}

/// Whether a certificate leads to one of these, was valid then, and is for time stamping.
fn trusted(
    end: &EndEntityCert<'_>,
    others: &[CertificateDer<'_>],
    authority: &[CertificateDer<'_>],
    at: Moment,
) -> Result<(), BadStamp> {
    let anchors = authority.iter().filter_map(|one| anchor_from_trusted_cert(one).ok()).collect::<Vec<_>>();
    let at = UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(at.0).map_err(|_| BadStamp::Time)?));
    // Its own certificate was looked at before; those above it must not be for something else.
    let usage = KeyUsage::required_if_present(TIME_STAMPING);
    let path = end.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &anchors, others, at, usage, None, None);
    path.map(|_| ()).map_err(|_| BadStamp::Certificate)
}

/// What of a signer is signed (RFC 5652, section 5.4), once it speaks of this content.
struct Attributes {
    signed: Vec<u8>,
    certificate: CertificateId,
    sha1: bool,
}

impl Attributes {
    fn of(signer: &SignerInfo, content: &[u8]) -> Result<Self, BadStamp> {
        let all = signer.signed_attrs.as_ref().ok_or(BadStamp::Signature)?;
        let one = |oid: ObjectIdentifier| {
            let mut named = all.iter().filter(|attribute| attribute.oid == oid);
            let value = named.next().and_then(|attribute| attribute.values.get(0));
            value.filter(|_| named.next().is_none())
        };
        let kind = one(CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
        let digest = one(MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
        let of_content = digest::digest(hash(&signer.digest_alg.oid).ok_or(BadStamp::Signature)?, content);
        if kind != Some(TST_INFO) || digest.is_none_or(|digest| digest.as_bytes() != of_content.as_ref()) {
            return Err(BadStamp::Signature);
        }
        let newer = one(SIGNING_CERTIFICATE_V2);
        let named = newer.or_else(|| one(SIGNING_CERTIFICATE)).ok_or(BadStamp::Certificate)?;
        let named: SigningCertificate = named.decode_as().map_err(|_| BadStamp::Certificate)?;
        let certificate = named.certificates.into_iter().next().ok_or(BadStamp::Certificate)?;
        Ok(Self { signed: all.to_der().map_err(unreadable)?, certificate, sha1: newer.is_none() })
    }

    /// Whether the signer says that this is its certificate.
    fn names(&self, certificate: &CertificateDer<'_>) -> bool {
        let algorithm = match &self.certificate.algorithm {
            _ if self.sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            None => Some(&digest::SHA256),
            Some(named) => hash(&named.oid),
        };
        algorithm.is_some_and(|how| digest::digest(how, certificate).as_ref() == self.certificate.digest.as_bytes())
    }
}

fn hash(oid: &ObjectIdentifier) -> Option<&'static digest::Algorithm> {
    match *oid {
        SHA256 => Some(&digest::SHA256),
        SHA384 => Some(&digest::SHA384),
        SHA512 => Some(&digest::SHA512),
        _ => None,
    }
}

/// The ways in which it may be signed with its digest; the certificate's key fits at most one of them.
fn signatures(signer: &SignerInfo) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    let pss = signer.signature_algorithm.oid == RSA_PSS;
    match signer.digest_alg.oid {
        SHA256 if pss => vec![algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        SHA384 if pss => vec![algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        SHA512 if pss => vec![algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        SHA256 => vec![
            algorithms::RSA_PKCS1_2048_8192_SHA256,
            algorithms::ECDSA_P256_SHA256,
            algorithms::ECDSA_P384_SHA256,
            algorithms::ECDSA_P521_SHA256,
        ],
        SHA384 => vec![
            algorithms::RSA_PKCS1_2048_8192_SHA384,
            algorithms::ECDSA_P256_SHA384,
            algorithms::ECDSA_P384_SHA384,
            algorithms::ECDSA_P521_SHA384,
        ],
        SHA512 => vec![
            algorithms::RSA_PKCS1_2048_8192_SHA512,
            algorithms::ECDSA_P256_SHA512,
            algorithms::ECDSA_P384_SHA512,
            algorithms::ECDSA_P521_SHA512,
            algorithms::ED25519,
        ],
        _ => vec![],
    }
}

/// A GeneralizedTime in UTC, perhaps with fractions of a second.
fn time(value: &Any) -> Option<Moment> {
    use der::Tagged;
    let text = std::str::from_utf8(value.value()).ok().filter(|_| value.tag() == der::Tag::GeneralizedTime)?;
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let at = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    let millis: i64 = fraction.chars().chain("00".chars()).take(3).collect::<String>().parse().ok()?;
    Some(Moment(at.timestamp().as_millisecond().saturating_add(millis)))
}

fn unreadable(_: der::Error) -> BadStamp {
    BadStamp::Unreadable
}

impl BadStamp {
    /// The word for it in metrics, logs and `--json`.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NoAnswer => "no-answer",
            Self::NotGranted => "not-granted",
            Self::Unreadable => "unreadable",
            Self::OtherBytes => "other-bytes",
            Self::Nonce => "other-question",
            Self::Policy => "other-policy",
            Self::Signature => "signature",
            Self::Certificate => "certificate",
            Self::Time => "time",
        }
    }

    /// What to tell people.
    pub(crate) fn texts(self) -> Texts {
        match self {
            Self::NoAnswer => Texts::new(
                "時刻認証局が応答しません。設定 ledger.timestamp の url を確かめてください",
                "the authority does not answer. Look at its url in ledger.timestamp",
                "cơ quan cấp dấu thời gian không trả lời. Hãy kiểm tra url trong ledger.timestamp",
            ),
            Self::NotGranted => Texts::new(
                "時刻認証局がタイムスタンプを発行しませんでした",
                "the authority did not grant the time stamp",
                "cơ quan cấp dấu thời gian đã từ chối",
            ),
            Self::Unreadable => Texts::new(
                "RFC 3161 のタイムスタンプとして読めません",
                "it is no time stamp as RFC 3161 writes it",
                "không đọc được như dấu thời gian RFC 3161",
            ),
            Self::OtherBytes => Texts::new(
                "別の内容に対するタイムスタンプです",
                "it stamps something else",
                "là dấu thời gian của nội dung khác",
            ),
            Self::Nonce => {
                Texts::new("別の要求への回答です", "it answers another request", "là câu trả lời cho yêu cầu khác")
            }
            Self::Policy => Texts::new(
                "設定 ledger.timestamp の policy と違う方針で発行されています",
                "it was made under another policy than ledger.timestamp names",
                "được cấp theo chính sách khác với policy trong ledger.timestamp",
            ),
            Self::Signature => {
                Texts::new("署名が正しくありません", "its signature does not hold", "chữ ký không hợp lệ")
            }
            Self::Certificate => Texts::new(
                "指定の時刻認証局の証明書に基づいていないか、期限切れか、時刻認証用ではありません",
                "its certificate is not of the authority that is named, was not valid then, or is not for time stamping",
                "chứng chỉ không thuộc cơ quan đã chỉ định, không còn hiệu lực lúc đó, hoặc không dùng cho dấu thời gian",
            ),
            Self::Time => Texts::new(
                "時刻が現在と合いません。この機械の時計を確かめてください",
                "its time is not now. Look at this machine's clock",
                "thời gian không khớp hiện tại. Hãy kiểm tra đồng hồ của máy này",
            ),
        }
    }
}
