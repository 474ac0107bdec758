//! A client that keeps a key, as the bank's app does.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::DeviceKey;
use kernel::{Entropy, Moment};
use serde_json::{Value, json};

/// Where the bank of a test stands, as its clients write it.
pub const SITE: &str = "https://api.bank.example";

pub struct ClientKey(EcdsaKeyPair);

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl ClientKey {
    pub fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
    }

    /// Names that lead to the same place of a node's memory of proofs, which the first byte of the
    /// hash over key and name decides.
    pub fn names_of_one_place(&self) -> impl Iterator<Item = String> {
        let point = self.jwk();
        let coordinate = |name: &str| point[name].as_str().unwrap().to_owned();
        let key = DeviceKey::from_coordinates(&coordinate("x"), &coordinate("y")).unwrap();
        (0_u32..).map(|n| format!("name {n}")).filter(move |name| {
            let named = [key.thumbprint().as_slice(), name.as_bytes()].concat();
            digest(&SHA256, &named).as_ref()[0] % 16 == 0
        })
    }

    /// A signature over a text, as a confirmation asks for it.
    pub fn sign(&self, signed: &str) -> String {
        text(self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref())
    }

    /// A proof for one request, as of this moment.
    pub fn proof(&self, method: &str, path: &str, token: Option<&str>, now: Moment) -> String {
        let jti: [u8; 16] = Entropy.bytes();
        self.proof_named(&text(&jti), (method, path), token, now)
    }

    /// The same with a name of one's own choice.
    pub fn proof_named(
        &self,
        jti: &str,
        (method, path): (&str, &str),
        token: Option<&str>,
        now: Moment,
    ) -> String {
        let mut claims = json!({
            "jti": jti,
            "htm": method,
            "htu": format!("{SITE}{path}"),
            "iat": now.micros() / 1_000_000,
        });
        if let Some(token) = token {
            claims["ath"] = json!(text(digest(&SHA256, token.as_bytes()).as_ref()));
        }
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk()});
        let signed = format!(
            "{}.{}",
            text(header.to_string().as_bytes()),
            text(claims.to_string().as_bytes())
        );
        let signature = self.sign(&signed);
        format!("{signed}.{signature}")
    }
}
