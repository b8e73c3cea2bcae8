//! `[ledger.timestamp]`: who stamps the ledger with the time.

use super::address;
use policy::Texts;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a reader of the file says of an authority without an address, and of a policy that is none.
const BAD_URL: &str = "not the address of a time stamping authority";
const BAD_POLICY: &str = "not an object identifier";

/// An authority that stamps the SHA-256 of the signed checkpoint with the time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimestampPart {
    /// Its address.
    #[serde(deserialize_with = "url")]
    pub(crate) url: String,
    /// PEM file of the certificates its own was signed by.
    pub(crate) authority: PathBuf,
    /// The policy it has to stamp under, as an object identifier; any if not said.
    #[serde(default, deserialize_with = "policy_id", skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
}

fn url<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    address(from, BAD_URL)
}

fn policy_id<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    match der::asn1::ObjectIdentifier::new(&text) {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(serde::de::Error::custom(BAD_POLICY)),
    }
}

/// The rule that was broken, if it is one of these.
pub(super) fn rule(said: &str) -> Option<Texts> {
    Some(match said {
        BAD_URL => Texts::new(
            "時刻認証局の url には https://tsa.example/ のようなアドレスを書いてください。",
            "the url of a time stamping authority is such as https://tsa.example/",
            "url của cơ quan cấp dấu thời gian phải có dạng https://tsa.example/",
        ),
        BAD_POLICY => Texts::new(
            "policy には 1.3.6.1.4.1.99999.1 のようなオブジェクト識別子を書いてください。",
            "the policy is an object identifier such as 1.3.6.1.4.1.99999.1",
            "policy phải là định danh đối tượng như 1.3.6.1.4.1.99999.1",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, File, rule};
    use policy::Language;

    #[test]
    fn a_time_stamping_authority_has_an_address_and_certificates() {
        let read = |more: &str| toml::from_str::<File>(&format!("[ledger.timestamp]\n{more}"));
        let good = "url = \"http://tsa.example/tsr\"\nauthority = \"tsa.pem\"\n";
        let file = read(&format!("{good}policy = \"1.2.3.4\"")).unwrap();
        let printed = Config { data: "x".into(), file }.printed();
        let again = toml::from_str::<File>(&printed).unwrap().ledger.timestamp.unwrap();
        assert_eq!((again.url.as_str(), again.policy.as_deref()), ("http://tsa.example/tsr", Some("1.2.3.4")));
        assert!(read(good).unwrap().ledger.timestamp.unwrap().policy.is_none());
        for (more, says) in [
            ("authority = \"tsa.pem\"", "url is missing"),
            ("url = \"http://tsa.example\"", "authority is missing"),
            ("url = \"ftp://tsa.example\"\nauthority = \"tsa.pem\"", "https://tsa.example/"),
            (&format!("{good}policy = \"first\""), "object identifier"),
            (&format!("{good}hash = \"sha1\""), "no key hash"),
        ] {
            let error = read(more).unwrap_err();
            assert!(rule(error.message()).get(Language::En).contains(says), "{more}: {}", error.message());
        }
    }
}
