//! The app of a customer: it keeps a key, and proves it with every request (DPoP), as production
//! demands of clients.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says so by failing")]

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{ClientInfo, DeviceKey, Tokens};
use kernel::{Entropy, Moment};
use serde_json::json;

/// The API, as a node without an address of its own is called.
const SITE: &str = "http://localhost";

/// One telephone is enough for all: its customers are told apart by their sessions.
static KEY: LazyLock<EcdsaKeyPair> = LazyLock::new(generated);
/// What somebody has who has no key of a customer's.
static ANOTHER: LazyLock<EcdsaKeyPair> = LazyLock::new(generated);

/// What a request shows: its token with the scheme, and the proof if there is one.
pub type Shown = (String, Option<String>);

fn generated() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn coordinates(key: &EcdsaKeyPair) -> (String, String) {
    let point = key.public_key().as_ref();
    (text(&point[1..33]), text(&point[33..]))
}

pub fn key() -> DeviceKey {
    let (x, y) = coordinates(&KEY);
    DeviceKey::from_coordinates(&x, &y).unwrap()
}

/// The key that tokens are good with, if they are bound to one.
pub fn key_of(tokens: &Tokens) -> Option<DeviceKey> {
    tokens.bound.then(key)
}

/// A client that proved the key: its tokens are bound to it.
pub fn client() -> ClientInfo {
    crate::bank::client().with_key(key())
}

/// What the app shows with a request.
pub fn shown(tokens: &Tokens, to: (&str, &str), now: Moment) -> Shown {
    let token = tokens.access.expose();
    if tokens.bound {
        (format!("DPoP {token}"), Some(proof(to, Some(token), now)))
    } else {
        (format!("Bearer {token}"), None)
    }
}

/// What somebody shows who has the token, and a key of their own.
pub fn shown_by_another(tokens: &Tokens, to: (&str, &str), now: Moment) -> Shown {
    let token = tokens.access.expose();
    (format!("DPoP {token}"), Some(proof_by_another(to, Some(token), now)))
}

/// A proof for one request, as of this moment (RFC 9449, 4.2).
pub fn proof(to: (&str, &str), token: Option<&str>, now: Moment) -> String {
    proof_by(&KEY, to, token, now)
}

/// The same of a key that is not the app's.
pub fn proof_by_another(to: (&str, &str), token: Option<&str>, now: Moment) -> String {
    proof_by(&ANOTHER, to, token, now)
}

fn proof_by(
    key: &EcdsaKeyPair,
    (method, path): (&str, &str),
    token: Option<&str>,
    now: Moment,
) -> String {
    let (x, y) = coordinates(key);
    let jti: [u8; 16] = Entropy.bytes();
    let mut claims = json!({
        "jti": text(&jti),
        "htm": method,
        "htu": format!("{SITE}{path}"),
        "iat": now.micros() / 1_000_000,
    });
    if let Some(token) = token {
        claims["ath"] = json!(text(digest(&SHA256, token.as_bytes()).as_ref()));
    }
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
    let head = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
    let parts = [head.to_string(), claims.to_string()].map(|part| text(part.as_bytes()));
    let signed = parts.join(".");
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", text(signature.as_ref()))
}
