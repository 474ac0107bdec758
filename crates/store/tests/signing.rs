//! The life of signing keys, on a real database.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kernel::{Clock, KeyProvider as _, Moment, SigningUse};
use serde_json::{Value, json};
use store::signing::{NOTICE_SECONDS, OVERLAP_SECONDS, PERIOD_SECONDS, Signing, State};
use store::testing::{TestDatabase, TestKeys};

async fn signing(database: &TestDatabase, now: Moment) -> Signing {
    let signing = Signing::new(database.store(), Arc::new(TestKeys::default()));
    signing.tend(now).await.unwrap();
    signing
}

/// The steps of keys that the audit log has.
async fn steps(database: &TestDatabase) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT action, object FROM audit_event WHERE action LIKE 'signing_key.%' ORDER BY id",
    )
    .fetch_all(database.store().pool())
    .await
    .unwrap()
}

async fn states(signing: &Signing) -> Vec<State> {
    let keys = signing.keys(SigningUse::Tokens).await.unwrap();
    keys.iter().map(|key| key.state).collect()
}

async fn kids(signing: &Signing, now: Moment) -> Vec<String> {
    let document = signing.jwks(now).await.unwrap();
    let keys = document["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// As another program reads the document and checks a token with it.
fn check(document: Value, token: &str) -> Result<Value, String> {
    let keys: JwkSet = serde_json::from_value(document).unwrap();
    let header = decode_header(token).map_err(|e| e.to_string())?;
    assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::ES256, Some("secevent+jwt")));
    let key = keys.find(&header.kid.unwrap()).ok_or("no such key")?;
    let key = DecodingKey::from_jwk(key).map_err(|e| e.to_string())?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.set_audience(&["https://partner.example"]);
    let read = decode::<Value>(token, &key, &validation).map_err(|e| e.to_string())?;
    Ok(read.claims)
}

fn claims() -> Value {
    json!({ "iss": "https://bank.example", "aud": "https://partner.example", "jti": "1" })
}

#[tokio::test]
async fn what_is_signed_is_checked_with_the_document_of_keys() {
    let (database, now) = (TestDatabase::create().await, Clock::System.now());
    let signing = signing(&database, now).await;
    let token = signing.sign_jws(&claims(), "secevent+jwt").await.unwrap();
    let document = signing.jwks(now).await.unwrap();
    assert_eq!(check(document.clone(), &token).unwrap(), claims());
    let (head, signature) = token.rsplit_once('.').unwrap();
    let changed = format!("{head}x.{signature}");
    assert!(check(document.clone(), &changed).is_err());
    assert_eq!(document["keys"][0]["use"], "sig");
    assert!(document["keys"][0].get("d").is_none());
}

#[tokio::test]
async fn a_key_is_known_for_a_day_before_it_signs_and_for_an_hour_after() {
    let (database, start) = (TestDatabase::create().await, Clock::System.now());
    let signing = signing(&database, start).await;
    assert_eq!(states(&signing).await, [State::Active]);
    let first = signing.active(SigningUse::Tokens).await.unwrap();

    // Nothing changes before its time, however often one looks.
    signing.tend(start.plus_seconds(PERIOD_SECONDS - 1)).await.unwrap();
    assert_eq!(states(&signing).await, [State::Active]);
    let due = start.plus_seconds(PERIOD_SECONDS);
    signing.tend(due).await.unwrap();
    signing.tend(due).await.unwrap();
    assert_eq!(states(&signing).await, [State::Published, State::Active]);
    let audit = signing.keys(SigningUse::Audit).await.unwrap();
    assert_eq!(audit.len(), 1, "auditors keep that key: it does not change by itself");
    assert_eq!(kids(&signing, due).await.len(), 2, "others can fetch the next one");
    assert_eq!(signing.active(SigningUse::Tokens).await.unwrap(), first);
    let old = signing.sign_jws(&claims(), "secevent+jwt").await.unwrap();

    signing.rotate(SigningUse::Tokens, due.plus_seconds(NOTICE_SECONDS - 1)).await.unwrap();
    assert_eq!(signing.active(SigningUse::Tokens).await.unwrap(), first, "too early");
    let turned = due.plus_seconds(NOTICE_SECONDS);
    signing.tend(turned).await.unwrap();
    assert_eq!(states(&signing).await, [State::Active, State::Retired]);
    let second = signing.active(SigningUse::Tokens).await.unwrap();
    assert_ne!(second, first);
    // What the first signed is still good, until everything it signed is over.
    assert!(check(signing.jwks(turned).await.unwrap(), &old).is_ok());
    let over = turned.plus_seconds(OVERLAP_SECONDS);
    assert_eq!(kids(&signing, over).await, [second.id.to_string()]);
    signing.tend(over).await.unwrap();
    assert!(signing.sign_with(&first, b"x".to_vec()).await.is_err(), "it is destroyed");
    // Each step is in the audit log, whoever made it; the first keys came with the bank.
    let step = ("signing_key.rotated".to_owned(), format!("signing_key:{}", second.id));
    assert_eq!(steps(&database).await, [step.clone(), step]);
}

#[tokio::test]
async fn a_key_in_wrong_hands_is_removed_at_once() {
    let (database, now) = (TestDatabase::create().await, Clock::System.now());
    let signing = signing(&database, now).await;
    let stolen = signing.active(SigningUse::Tokens).await.unwrap();
    let token = signing.sign_jws(&claims(), "secevent+jwt").await.unwrap();
    assert!(signing.remove(stolen.id, now).await.unwrap());
    assert!(!signing.remove(stolen.id, now).await.unwrap());
    let removed = ("signing_key.removed".to_owned(), format!("signing_key:{}", stolen.id));
    let known = steps(&database).await;
    assert_eq!(known.iter().filter(|step| **step == removed).count(), 1, "{known:?}");
    let document = signing.jwks(now).await.unwrap();
    assert_eq!(check(document, &token).unwrap_err(), "no such key");
    assert!(signing.sign_with(&stolen, b"x".to_vec()).await.is_err());
    let fresh = signing.sign_jws(&claims(), "secevent+jwt").await.unwrap();
    assert!(check(signing.jwks(now).await.unwrap(), &fresh).is_ok(), "the bank signs on");

    // When the next one is published already, it takes the place.
    signing.rotate(SigningUse::Tokens, now).await.unwrap();
    let keys = signing.keys(SigningUse::Tokens).await.unwrap();
    let next = keys.iter().find(|key| key.state == State::Published).unwrap().public.id;
    let active = signing.active(SigningUse::Tokens).await.unwrap();
    signing.remove(active.id, now).await.unwrap();
    assert_eq!(signing.active(SigningUse::Tokens).await.unwrap().id, next);
}

#[tokio::test]
async fn nodes_that_rotate_at_the_same_time_make_one_key() {
    let (database, now) = (TestDatabase::create().await, Clock::System.now());
    let provider = Arc::new(TestKeys::default());
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let signing = Signing::new(database.store(), provider.clone());
            tokio::spawn(async move { signing.tend(now).await })
        })
        .collect();
    for node in nodes {
        node.await.unwrap().unwrap();
    }
    let signing = Signing::new(database.store(), provider.clone());
    let all = states(&signing).await;
    assert_eq!(all.iter().filter(|state| **state == State::Active).count(), 1, "{all:?}");
    assert_eq!(provider.signing_keys(SigningUse::Tokens).unwrap().len(), all.len());
}
