use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Moment;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::ProofOfKey;
use crate::DeviceKey;
use crate::tokens::Hash;

/// The longest proof that is looked at.
const PROOF_MAX_BYTES: usize = 2_048;
/// How far the clock of a client may be from the bank's.
const WINDOW_SECONDS: i64 = 60;
/// Names of proofs are random; a longer one is not needed for that.
const JTI_MAX_BYTES: usize = 128;

/// A good proof.
#[derive(Clone, Debug)]
pub(super) struct Proven {
    pub key: DeviceKey,
    /// Names the proof among all of them.
    pub id: Hash,
}

/// The header of a proof. The standard asks for these members; others change nothing, but one that
/// must be understood (`crit`) is not.
#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
    crit: Option<serde_json::Value>,
}

/// The public key. Any other member is refused: the private one above all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    #[serde(rename = "alg")]
    _alg: Option<String>,
    #[serde(rename = "use")]
    _used_for: Option<String>,
    #[serde(rename = "kid")]
    _name: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
}

/// Until when a proof that is taken now has to be remembered: it is good a minute before the time
/// it carries and a minute after.
pub(super) const fn kept_until(now: Moment) -> Moment {
    now.plus_seconds(2 * WINDOW_SECONDS)
}

/// Checks everything about a proof but whether it was used before. The error says why not, for the
/// log.
pub(super) fn check(
    shown: &ProofOfKey<'_>,
    token: Option<&str>,
    now: Moment,
) -> Result<Proven, &'static str> {
    if shown.proof.len() > PROOF_MAX_BYTES {
        return Err("it is too long");
    }
    let (signed, signature) = shown.proof.rsplit_once('.').ok_or("it is not a JWS")?;
    let (header, claims) = signed.split_once('.').ok_or("it is not a JWS")?;
    let header: Header = part(header).ok_or("its header cannot be read")?;
    if header.typ != "dpop+jwt" || header.alg != "ES256" || header.crit.is_some() {
        return Err("it is of another type");
    }
    let jwk = &header.jwk;
    if jwk.kty != "EC" || jwk.crv != "P-256" {
        return Err("its key is of another kind");
    }
    let key = DeviceKey::from_coordinates(&jwk.x, &jwk.y).ok_or("its key is no point")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "its signature is no text")?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point())
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| "its signature is wrong")?;
    let claims: Claims = part(claims).ok_or("its claims cannot be read")?;
    check_claims(&claims, shown, token, now)?;
    let id = Sha256::new().chain_update(key.thumbprint()).chain_update(&claims.jti).finalize();
    Ok(Proven { key, id: id.into() })
}

fn check_claims(
    claims: &Claims,
    shown: &ProofOfKey<'_>,
    token: Option<&str>,
    now: Moment,
) -> Result<(), &'static str> {
    if claims.jti.is_empty() || claims.jti.len() > JTI_MAX_BYTES {
        return Err("it has no name");
    }
    if claims.htm != shown.method {
        return Err("it is for another method");
    }
    if !same_address(&claims.htu, shown.address) {
        return Err("it is for another address");
    }
    let age = now.seconds().saturating_sub(claims.iat);
    if !(-WINDOW_SECONDS..=WINDOW_SECONDS).contains(&age) {
        return Err("it is of another time");
    }
    let expected = token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
    // One that names a token although none came is for something else.
    if claims.ath != expected {
        return Err("it is for another token");
    }
    Ok(())
}

/// Scheme and host do not care about the case of letters, the path does. A query, a fragment or a
/// user in the address is refused: the standard has them left out.
fn same_address(htu: &str, address: &str) -> bool {
    let split = |text: &str| -> Option<(String, String)> {
        let (scheme, rest) = text.split_once("://")?;
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let bad = host.contains('@') || path.contains(['?', '#']);
        let host = match (scheme.to_ascii_lowercase().as_str(), host) {
            ("https", host) => host.strip_suffix(":443").unwrap_or(host).to_owned(),
            ("http", host) => host.strip_suffix(":80").unwrap_or(host).to_owned(),
            _ => return None,
        };
        let origin = format!("{scheme}://{host}").to_ascii_lowercase();
        (!bad).then(|| (origin, path.to_owned()))
    };
    split(htu).is_some_and(|claimed| split(address) == Some(claimed))
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Moment = Moment::from_micros(1_763_800_000_000_000);
    const SECONDS: i64 = 1_763_800_000;
    const ADDRESS: &str = "https://api.bank.example/v1/me";
    const TOKEN: &str = "bk_at_token";

    fn pair() -> EcdsaKeyPair {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
    }

    fn jwk(pair: &EcdsaKeyPair) -> Value {
        let point = pair.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
    }

    fn header(pair: &EcdsaKeyPair) -> Value {
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(pair)})
    }

    fn claims() -> Value {
        let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(TOKEN));
        json!({"jti": "one", "htm": "GET", "htu": ADDRESS, "iat": SECONDS, "ath": ath})
    }

    fn made(pair: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", text(header), text(claims));
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn checked(proof: &str) -> Result<Proven, &'static str> {
        let shown = ProofOfKey { proof, method: "GET", address: ADDRESS, safe: true };
        check(&shown, Some(TOKEN), NOW)
    }

    /// The object with one member changed, or taken away.
    fn with(object: &Value, member: &str, value: &Value) -> Value {
        let mut object = object.clone();
        if value.is_null() {
            object.as_object_mut().unwrap().remove(member);
        } else {
            object[member] = value.clone();
        }
        object
    }

    #[test]
    fn a_good_proof_names_its_key() {
        let pair = pair();
        let one = checked(&made(&pair, &header(&pair), &claims())).unwrap();
        assert_eq!(one.key.point().as_slice(), pair.public_key().as_ref());
        let other = made(&pair, &header(&pair), &with(&claims(), "jti", &json!("two")));
        assert_ne!(checked(&other).unwrap().id, one.id);
        let stranger = self::pair();
        let theirs = checked(&made(&stranger, &header(&stranger), &claims())).unwrap();
        assert_ne!(theirs.id, one.id);
    }

    #[test]
    fn every_claim_is_looked_at() {
        let pair = pair();
        let cases = [
            ("jti", json!(null)),
            ("jti", json!("")),
            ("jti", json!("x".repeat(129))),
            ("jti", json!(1)),
            ("htm", json!("POST")),
            ("htm", json!("get")),
            ("htm", json!(null)),
            ("htu", json!("https://api.bank.example/v1/accounts")),
            ("htu", json!("http://api.bank.example/v1/me")),
            ("htu", json!("https://api.bank.example:8443/v1/me")),
            ("htu", json!("https://bank.example/v1/me")),
            ("htu", json!(format!("{ADDRESS}?a=b"))),
            ("htu", json!(format!("{ADDRESS}#a"))),
            ("htu", json!("https://user@api.bank.example/v1/me")),
            ("htu", json!("/v1/me")),
            ("htu", json!(null)),
            ("iat", json!(SECONDS - 61)),
            ("iat", json!(SECONDS + 61)),
            ("iat", json!("now")),
            ("iat", json!(null)),
            ("ath", json!(null)),
            ("ath", json!(URL_SAFE_NO_PAD.encode(Sha256::digest("bk_at_other")))),
        ];
        for (member, value) in cases {
            let proof = made(&pair, &header(&pair), &with(&claims(), member, &value));
            assert!(checked(&proof).is_err(), "{member} {value}");
        }
        for (member, value) in [
            ("iat", json!(SECONDS - 60)),
            ("iat", json!(SECONDS + 60)),
            ("htu", json!("HTTPS://API.bank.example:443/v1/me")),
            ("nonce", json!("anything")),
        ] {
            let proof = made(&pair, &header(&pair), &with(&claims(), member, &value));
            assert!(checked(&proof).is_ok(), "{member} {value}");
        }
    }

    #[test]
    fn a_proof_that_names_a_token_is_not_for_a_request_without_one() {
        let pair = pair();
        let shown = |proof| ProofOfKey { proof, method: "GET", address: ADDRESS, safe: true };
        let named = made(&pair, &header(&pair), &claims());
        assert!(check(&shown(&named), None, NOW).is_err());
        let unnamed = made(&pair, &header(&pair), &with(&claims(), "ath", &json!(null)));
        assert!(check(&shown(&unnamed), None, NOW).is_ok());
    }

    #[test]
    fn only_a_public_key_on_p256_with_its_own_signature_will_do() {
        let (pair, stranger) = (pair(), pair());
        let good = header(&pair);
        let with_key =
            |member: &str, value: Value| with(&good, "jwk", &with(&jwk(&pair), member, &value));
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        let cases = [
            with(&good, "typ", &json!("JWT")),
            with(&good, "typ", &json!(null)),
            with(&good, "alg", &json!("none")),
            with(&good, "alg", &json!("HS256")),
            with(&good, "alg", &json!("ES384")),
            with(&good, "crit", &json!(["exp"])),
            with(&good, "jwk", &json!(null)),
            with(&good, "jwk", &jwk(&stranger)),
            with_key("d", json!("AAAA")),
            with_key("k", json!("AAAA")),
            with_key("kty", json!("OKP")),
            with_key("crv", json!("P-384")),
            with_key("x", json!(zero)),
            with_key("x", json!("")),
            with_key("y", json!(null)),
        ];
        for header in cases {
            assert!(checked(&made(&pair, &header, &claims())).is_err(), "{header}");
        }
        let proof = made(&pair, &good, &claims());
        let (signed, _) = proof.rsplit_once('.').unwrap();
        for signature in ["", "AAAA", &URL_SAFE_NO_PAD.encode([0; 64])] {
            assert!(checked(&format!("{signed}.{signature}")).is_err(), "{signature}");
        }
        for text in ["", ".", "..", "a.b.c", &format!("{proof}.x"), &"a".repeat(3_000)] {
            assert!(checked(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_refused(text in "\\PC{0,200}") {
            prop_assert!(checked(&text).is_err());
        }

        #[test]
        fn one_changed_character_is_noticed(place in any::<prop::sample::Index>()) {
            let pair = pair();
            let proof = made(&pair, &header(&pair), &claims());
            let place = place.index(proof.len() - 2);
            let other = if proof.as_bytes()[place] == b'A' { "B" } else { "A" };
            let mut changed = proof;
            changed.replace_range(place..=place, other);
            prop_assert!(checked(&changed).is_err());
        }
    }
}
