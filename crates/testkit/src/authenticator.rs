//! An authenticator of software: a passkey on P-256 that makes and answers as a browser hands it on, and as an attacker would.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A passkey and its holder's hand.
pub struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: Vec<u8>,
    /// What it counts its answers by.
    pub count: u32,
    /// The page it believes to be on.
    pub origin: String,
    /// The site it believes to be of.
    pub site: String,
    /// Whether its holder's finger, face or PIN was checked.
    pub verified: bool,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

impl Authenticator {
    /// Makes a passkey by these options, as a browser on this page would.
    ///
    /// # Panics
    /// If the options are not those of a passkey.
    #[must_use]
    #[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests only")]
    pub fn make(options: &str, origin: &str) -> (Self, String) {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        // Most devices do not know it, and a browser refuses those.
        assert!(options["extensions"]["enforceCredentialProtectionPolicy"].as_bool() != Some(true));
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let mut id = vec![0; 24];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        let one = Self {
            key,
            id,
            user: URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap(),
            count: 1,
            origin: origin.to_owned(),
            site: options["rp"]["id"].as_str().unwrap().to_owned(),
            verified: true,
        };
        let client = one.client("webauthn.create", &options);
        let point = one.key.public_key().as_ref();
        let cose =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..], &point[1..33], &[0x22, 0x58, 0x20], &point[33..]];
        let length = u16::try_from(one.id.len()).unwrap().to_be_bytes();
        let data = [&one.data(ATTESTED)[..], &[0; 16], &length, &one.id, &cose.concat()].concat();
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        let object = [&head[..], &u8::try_from(data.len()).unwrap().to_be_bytes(), &data].concat();
        let made = json!({
            "id": URL_SAFE_NO_PAD.encode(&one.id), "rawId": URL_SAFE_NO_PAD.encode(&one.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client), "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal"],
            },
        });
        (one, made.to_string())
    }

    /// Answers these options.
    ///
    /// # Panics
    /// If the options are not those of a question.
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "tests only")]
    pub fn answer(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        self.count += 1;
        let client = self.client("webauthn.get", &options);
        let data = self.data(0);
        let signed = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let answer = json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id), "rawId": URL_SAFE_NO_PAD.encode(&self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client), "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()), "userHandle": URL_SAFE_NO_PAD.encode(&self.user),
            },
        });
        answer.to_string()
    }

    fn client(&self, what: &str, options: &Value) -> String {
        json!({ "type": what, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let flags = flags | PRESENT | if self.verified { VERIFIED } else { 0 };
        let site = digest(&SHA256, self.site.as_bytes());
        [site.as_ref(), &[flags], &self.count.to_be_bytes()].concat()
    }
}
