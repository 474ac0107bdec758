//! Tokens that are bound to a key (DPoP, RFC 9449), and what OAuth clients and partners ask.

mod common;

use common::key::{ClientKey, SITE};
use common::{Answer, PASSWORD, TestBank};
use futures_util::future::join_all;
use identity::ProofOfKey;
use kernel::Code;
use serde_json::json;

async fn me(bank: &TestBank, token: &str, proof: &str) -> Answer {
    let call = bank.get("/v1/me").header("authorization", &format!("DPoP {token}"));
    call.header("dpop", proof).send().await
}

async fn form(bank: &TestBank, path: &str, proof: Option<&str>, body: String) -> Answer {
    let call = bank.post(path).body("application/x-www-form-urlencoded", body);
    let call = match proof {
        Some(proof) => call.header("dpop", proof),
        None => call,
    };
    call.send().await
}

#[tokio::test]
async fn a_copied_token_is_nothing_without_its_key() {
    let bank = TestBank::open_at_site(true).await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let (app, thief) = (bank.app(), ClientKey::new());
    let tokens = app.sign_in(&alice.phone, None).await;
    let key = &app.key;
    assert_eq!(tokens.at("/token_type"), "DPoP");
    let (token, now) = (tokens.at("/access_token"), bank.clock.now());

    me(&bank, &token, &key.proof("GET", "/v1/me", Some(&token), now)).await.expect(200);
    // As anybody who holds it; with another key; with a proof for something else.
    let bare = bank.get("/v1/me").token(&token).send().await;
    assert_eq!(
        bare.headers.get_all("www-authenticate").iter().next_back().unwrap(),
        r#"DPoP error="invalid_dpop_proof", algs="ES256""#
    );
    bare.refused(401, "key_proof_invalid");
    let wrong = [
        thief.proof("GET", "/v1/me", Some(&token), now),
        key.proof("GET", "/v1/me", None, now),
        key.proof("GET", "/v1/me", Some("bk_at_other"), now),
        key.proof("POST", "/v1/me", Some(&token), now),
        key.proof("GET", "/v1/accounts", Some(&token), now),
        key.proof("GET", "/v1/me", Some(&token), now.plus_seconds(61)),
        key.proof("GET", "/v1/me", Some(&token), now.plus_seconds(-61)),
        "nonsense".to_owned(),
    ];
    for proof in &wrong {
        me(&bank, &token, proof).await.refused(401, "key_proof_invalid");
    }
    let call = bank.get("/v1/me").header("authorization", &format!("DPoP {token}"));
    call.send().await.refused(401, "key_proof_invalid");
    let good = key.proof("GET", "/v1/me", Some(&token), now);
    let call = bank.get("/v1/me").header("authorization", &format!("DPoP {token}"));
    let call = call.header("dpop", &good).header("dpop", &good);
    call.send().await.refused(401, "key_proof_invalid");
    // A token that anybody may use is not made better by a proof.
    let proof = key.proof("GET", "/v1/me", Some(&alice.token), now);
    me(&bank, &alice.token, &proof).await.refused(401, "sign_in_required");
    // The session did not suffer.
    me(&bank, &token, &good).await.expect(200);
}

#[tokio::test]
async fn a_proof_counts_once() {
    let bank = TestBank::open_at_site(true).await;
    let other = bank.node();
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let app = bank.app();
    let token = app.sign_in(&alice.phone, None).await.at("/access_token");
    let key = &app.key;
    let now = bank.clock.now();
    let proof = key.proof("GET", "/v1/me", Some(&token), now);
    me(&bank, &token, &proof).await.expect(200);
    me(&bank, &token, &proof).await.refused(401, "key_proof_invalid");

    // What changes something is not taken twice by any node.
    let path = "/v1/sessions/end-others";
    let proof = key.proof("POST", path, Some(&token), now);
    for (node, status) in [(&bank, 204), (&bank, 401), (&other, 401)] {
        let call = node.post(path).header("authorization", &format!("DPoP {token}"));
        call.header("dpop", &proof).send().await.expect(status);
    }
    let proof = key.proof("POST", path, Some(&token), now);
    let call = other.post(path).header("authorization", &format!("DPoP {token}"));
    call.header("dpop", &proof).send().await.expect(204);
}

/// Anybody can make proofs of a key of their own, any number of them, and choose their names.
#[tokio::test]
async fn proofs_of_nobody_leave_room_for_those_of_customers() {
    let bank = TestBank::open_at_site(true).await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let (app, stranger) = (bank.app(), ClientKey::new());
    let token = app.sign_in(&alice.phone, None).await.at("/access_token");
    let (ctx, now) = (bank.nobody(), bank.clock.now());
    let (method, path) = ("POST", "/v1/sign-in");
    let address = format!("{SITE}{path}");
    let shown = async |name: &str| {
        let proof = &stranger.proof_named(name, (method, path), None, now);
        let shown = ProofOfKey { proof, method, address: &address, safe: false };
        bank.identity.prove_key(&ctx, shown).await.map(|_| ())
    };
    let names: Vec<_> = stranger.names_of_one_place().take(8_200).collect();
    for some in names.chunks(32) {
        for done in join_all(some.iter().map(|name| shown(name))).await {
            done.unwrap();
        }
    }
    let again = shown(&names[0]).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::KeyProofInvalid), "each still counts once");
    // A customer's proof has its place among them.
    let name = app.key.names_of_one_place().next().unwrap();
    let proof = app.key.proof_named(&name, ("GET", "/v1/me"), Some(&token), now);
    me(&bank, &token, &proof).await.expect(200);
    me(&bank, &token, &proof).await.refused(401, "key_proof_invalid");
}

#[tokio::test]
async fn where_bearer_tokens_are_not_given_a_key_is_asked_for() {
    let bank = TestBank::open_at_site(false).await;
    let alice = bank.customer("+998901000001", "Lola").await;
    let body = json!({"phone": alice, "password": PASSWORD});
    let bare = bank.post("/v1/sign-in").json(&body).send().await;
    bare.refused(401, "key_proof_required");
    let refused = form(&bank, "/oauth/token", None, "grant_type=refresh_token".to_owned()).await;
    assert_eq!(refused.expect(400).at("/error"), "invalid_dpop_proof");
    // The second factor needs it as well as the first.
    let app = bank.app();
    let waits = app.begin(&alice).await.expect(202);
    let code = bank.code(&alice, 0).await;
    let answer = json!({"method": "sms", "code": code});
    let uri = format!("/v1/sign-in/{}/answer", waits.at("/challenge_id"));
    let body = json!({"challenge_token": waits.at("/challenge_token"), "answer": answer});
    bank.post(&uri).json(&body).send().await.refused(401, "key_proof_required");
    let given = app.answer(&waits, answer, None).await.expect(200);
    assert_eq!(given.at("/token_type"), "DPoP");
}

#[tokio::test]
async fn an_ordinary_client_renews_and_gives_back() {
    let bank = TestBank::open_at_site(true).await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let (app, thief) = (bank.app(), ClientKey::new());
    let tokens = app.sign_in(&alice.phone, None).await;
    let key = &app.key;
    let refresh = tokens.at("/refresh_token");
    let now = bank.clock.now();
    let grant = |token: &str| format!("grant_type=refresh_token&refresh_token={token}");
    // Without the key, or with another, nothing is exchanged, and the session goes on.
    for proof in [None, Some(thief.proof("POST", "/oauth/token", None, now))] {
        let stolen = form(&bank, "/oauth/token", proof.as_deref(), grant(&refresh)).await;
        assert_eq!(stolen.expect(400).at("/error"), "invalid_dpop_proof");
    }
    let proof = key.proof("POST", "/oauth/token", None, now);
    let renewed = form(&bank, "/oauth/token", Some(&proof), grant(&refresh)).await.expect(200);
    assert_eq!(renewed.at("/token_type"), "DPoP");
    assert!(renewed.json()["expires_in"].as_i64().unwrap() > 200);
    assert_eq!(renewed.header("cache-control"), Some("no-store"));
    let token = renewed.at("/access_token");
    me(&bank, &token, &key.proof("GET", "/v1/me", Some(&token), now)).await.expect(200);

    // The old one again, after the new one was used: the family dies, the thief's copy with it.
    let proof = key.proof("POST", "/oauth/token", None, now);
    let replayed = form(&bank, "/oauth/token", Some(&proof), grant(&refresh)).await;
    assert_eq!(replayed.expect(400).at("/error"), "invalid_grant");
    let proof = key.proof("GET", "/v1/me", Some(&token), now);
    me(&bank, &token, &proof).await.refused(401, "sign_in_required");

    for (body, error) in [
        (String::new(), "invalid_request"),
        ("grant_type=refresh_token".to_owned(), "invalid_request"),
        ("grant_type=password&username=a&password=b".to_owned(), "unsupported_grant_type"),
        (grant("nonsense"), "invalid_grant"),
    ] {
        let refused = form(&bank, "/oauth/token", None, body).await.expect(400);
        assert_eq!(refused.at("/error"), error);
    }
    let json = bank.post("/oauth/token").json(&json!({"grant_type": "refresh_token"})).send().await;
    assert_eq!(json.expect(400).at("/error"), "invalid_request");

    // Another code is sent after a minute.
    bank.clock.advance_seconds(61);
    let now = bank.clock.now();
    let again = app.sign_in(&alice.phone, None).await;
    for token in [again.at("/refresh_token"), again.at("/refresh_token"), "nonsense".to_owned()] {
        form(&bank, "/oauth/revoke", None, format!("token={token}")).await.expect(200);
    }
    let token = again.at("/access_token");
    let proof = key.proof("GET", "/v1/me", Some(&token), now);
    me(&bank, &token, &proof).await.refused(401, "sign_in_required");
}

#[tokio::test]
async fn partners_ask_about_tokens_and_nobody_else_does() {
    let bank = TestBank::open_at_site(true).await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let token = bank.app().sign_in(&alice.phone, None).await.at("/access_token");
    let (id, secret) = bank.partner("Doʻkon").await;
    let asks = |id: &str, secret: &str, token: &str| {
        format!("client_id={id}&client_secret={secret}&token={token}")
    };
    let path = "/oauth/introspect";
    for body in [
        format!("token={token}"),
        asks(&id, "bk_ps_nonsense", &token),
        asks("par_019ab2c47d107c3e8f000123456789ab", &secret, &token),
        asks(&id, &token, &token),
    ] {
        let refused = form(&bank, path, None, body).await.expect(401);
        assert_eq!(refused.at("/error"), "invalid_client");
        assert_eq!(refused.header("www-authenticate"), Some(r#"Basic realm="partner""#));
    }
    let told = form(&bank, path, None, asks(&id, &secret, &token)).await.expect(200);
    assert_eq!(told.json()["active"], json!(true));
    assert_eq!(told.at("/sub"), alice.customer);
    // Two factors were shown.
    assert_eq!((told.at("/token_type"), told.at("/acr")), ("DPoP".to_owned(), "2".to_owned()));
    assert_eq!(told.json()["amr"], json!(["pwd", "sms", "mfa"]));
    assert_eq!(told.at("/cnf/jkt").len(), 43);
    for token in ["nonsense", &secret] {
        let told = form(&bank, path, None, asks(&id, &secret, token)).await.expect(200);
        assert_eq!(told.json(), json!({"active": false}));
    }
    form(&bank, "/oauth/revoke", None, format!("token={token}")).await.expect(200);
    let told = form(&bank, path, None, asks(&id, &secret, &token)).await.expect(200);
    assert_eq!(told.json(), json!({"active": false}));
}

#[tokio::test]
async fn the_bank_says_where_what_is() {
    let bank = TestBank::open_at_site(true).await;
    let told = bank.get("/.well-known/oauth-authorization-server").send().await.expect(200);
    assert_eq!(told.at("/issuer"), SITE);
    assert_eq!(told.at("/token_endpoint"), format!("{SITE}/oauth/token"));
    assert_eq!(told.json()["dpop_signing_alg_values_supported"], json!(["ES256"]));
    // A key that is taken out of it must not count for long where the document is kept.
    let keys = bank.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(keys.headers["cache-control"], "public, max-age=60");
}

#[tokio::test]
async fn one_tap_stops_the_money_and_what_others_pay_still_comes() {
    let bank = TestBank::open_at_site(true).await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Murod", 100_000).await;
    let carol = bank.person("+998901000003", "Nodira", 0).await;
    let quote = bank.preview(&alice, &bob, "5.00").await.expect(200).at("/quote");
    bank.confirm(&alice, &quote, bank.new_key()).await.expect(201);
    // Bob was paid before: small sums to him need no confirmation from now on.
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    let other = bank.preview(&alice, &carol, "10.00").await.expect(200).at("/quote");
    let confirmation = bank.confirmed(&alice, &other).await;
    let frozen = bank.post("/v1/freeze").token(&alice.token).send().await.expect(200);
    assert!(frozen.at("/case_id").starts_with("case_"));
    bank.confirm(&alice, &quote, bank.new_key()).await.refused(401, "sign_in_required");
    // The door is shut, and behind it the books refuse too: as to a confirmation that was past the
    // door already.
    let refusal = bank.confirm_past_the_door(&alice, &quote, None).await;
    assert_eq!(refusal, Some(kernel::Code::AccountFrozen));
    // What was confirmed and not yet done is as if it had never been.
    let refusal = bank.confirm_past_the_door(&alice, &other, Some(&confirmation)).await;
    assert_eq!(refusal, Some(kernel::Code::StepUpRequired));
    let quote = bank.preview(&bob, &alice, "7.00").await.expect(200).at("/quote");
    bank.confirm(&bob, &quote, bank.new_key()).await.expect(201);
    let body = json!({"phone": alice.phone, "password": PASSWORD});
    let answer = bank.post("/v1/sign-in").json(&body).send().await;
    assert_eq!(answer.status.as_u16() / 100, 4);
    let alarm = json!({"alarm": "nonsense"});
    let answer = bank.post("/v1/freeze/by-alarm").json(&alarm).send().await;
    assert!(answer.status.is_client_error());
    let alarm = bank.alarm(&bob);
    let answer = bank.post("/v1/freeze/by-alarm").json(&json!({"alarm": alarm})).send().await;
    answer.expect(200);
    bank.get("/v1/me").token(&bob.token).send().await.refused(401, "sign_in_required");
}
