//! A passkey authenticator in software, together with the browser that it hangs on: for tests. It
//! does what a right one does, and on demand what a wrong one, or an attacker, would.
#![expect(clippy::indexing_slicing, reason = "a test that finds nothing says so by itself")]
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Ctx, CustomerId, Entropy, Lang};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::ports::{Answered, Languages, Leaving};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const MAY_SYNC: u8 = 0x08;
const SYNCED: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// An authenticator with at most one passkey.
pub struct Authenticator {
    /// The origin of the page, as the browser reports it.
    pub origin: String,
    /// The site that the authenticator signs for; that of the options when `None`.
    pub rp_id: Option<String>,
    /// Whether it verifies its user.
    pub verifies: bool,
    /// Whether the passkey may be kept in more than one place, and is.
    pub syncs: bool,
    /// How many times it signed; zero for ever when it does not count.
    pub counter: Option<u32>,
    /// Whom it says that the passkey belongs to.
    pub user: Vec<u8>,
    id: [u8; 32],
    key: EcdsaKeyPair,
}

impl Authenticator {
    /// A right one, at a page of this origin.
    pub fn at(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            rp_id: None,
            verifies: true,
            syncs: false,
            counter: Some(0),
            user: Vec::new(),
            id: Entropy.bytes(),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
        }
    }

    /// Makes its passkey: the answer of `navigator.credentials.create`.
    pub fn register(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.user = decoded(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", options);
        let site = self.site(options["rp"]["id"].as_str());
        let mut data = self.authenticator_data(&site, HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(self.id);
        data.extend(self.cose_key());
        let mut object = vec![0xa3];
        object.extend(cbor_text("fmt"));
        object.extend(cbor_text("none"));
        object.extend(cbor_text("attStmt"));
        object.push(0xa0);
        object.extend(cbor_text("authData"));
        object.extend([0x59]);
        object.extend(u16::try_from(data.len()).expect("a short object").to_be_bytes());
        object.extend(data);
        json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": encoded(&client_data),
                "attestationObject": encoded(&object),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// Uses its passkey: the answer of `navigator.credentials.get`.
    pub fn assert(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.counter = self.counter.map(|n| n + 1);
        let client_data = self.client_data("webauthn.get", options);
        let site = self.site(options["rpId"].as_str());
        let data = self.authenticator_data(&site, 0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encoded(&client_data),
                "authenticatorData": encoded(&data),
                "signature": encoded(signature.as_ref()),
                "userHandle": encoded(&self.user),
            },
        })
    }

    /// Whether evidence of a use holds with nothing but the public key: the signature is right, and
    /// the challenge that it is over.
    pub fn confirms(&self, evidence: &Value, challenge: &[u8; 32]) -> bool {
        use aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1;
        let part = |name: &str| decoded(&evidence["response"][name]);
        let client_data = part("clientDataJSON");
        let signed = [part("authenticatorData"), Sha256::digest(&client_data).to_vec()].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.key.public_key().as_ref());
        let read: Value = serde_json::from_slice(&client_data).expect("client data");
        key.verify(&signed, &part("signature")).is_ok() && decoded(&read["challenge"]) == challenge
    }

    fn site(&self, asked: Option<&str>) -> String {
        let own = self.rp_id.clone();
        own.unwrap_or_else(|| asked.expect("options name the site").to_owned())
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, site: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let synced = if self.syncs { MAY_SYNC | SYNCED } else { 0 };
        let mut data = Sha256::digest(site.as_bytes()).to_vec();
        data.push(USER_PRESENT | verified | synced | more);
        data.extend(self.counter.unwrap_or(0).to_be_bytes());
        data
    }

    /// The public key for ES256 (RFC 9053, 7.1.1).
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point.split_at(1).1.split_at(32);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(x);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(y);
        key
    }
}

fn cbor_text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    assert!(length < 24, "a short text");
    [&[0x60 | length], text.as_bytes()].concat()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("base64url")).expect("base64url")
}

/// A bank in which every customer speaks the same language.
pub struct OneLanguage(pub Lang);

impl Languages for OneLanguage {
    fn language_of(&self, _: CustomerId) -> Answered<'_, Option<Lang>> {
        Box::pin(async { Ok(Some(self.0)) })
    }
}

/// Books in which nobody has anything, for tests of what employees decide about customers.
pub struct EmptyBooks;

impl Leaving for EmptyBooks {
    fn is_settled<'a>(&'a self, _: &'a mut Tx, _: CustomerId) -> Answered<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    fn leaves<'a>(&'a self, _: &'a mut Tx, _: &'a Ctx, _: CustomerId) -> Answered<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn takes_document<'a>(
        &'a self,
        _: &'a mut Tx,
        _: CustomerId,
        _: kernel::Moment,
    ) -> Answered<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn follows<'a>(&'a self, _: &'a Ctx, _: CustomerId) -> Answered<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn is_erased<'a>(&'a self, _: &'a mut Tx, _: CustomerId) -> Answered<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}
