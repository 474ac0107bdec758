//! Every route of the API, and who may call it. A route that is not in this table fails the build:
//! nobody would have tried to break into it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use std::collections::BTreeSet;

use axum::http::Method;
use common::{Answer, TestBank};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Whoever comes.
    Anyone,
    /// A signed-in customer, with their own things only.
    Customer,
}
use Who::{Anyone, Customer};

const ROUTES: &[(&str, Who)] = &[
    ("DELETE /v1/devices/{device_id}", Customer),
    ("DELETE /v1/sessions/{session_id}", Customer),
    ("DELETE /v1/me/email", Customer),
    ("GET /", Anyone),
    ("GET /.well-known/jwks.json", Anyone),
    ("GET /.well-known/oauth-authorization-server", Anyone),
    ("GET /docs", Anyone),
    ("GET /docs/", Anyone),
    ("GET /docs/{*file}", Anyone),
    ("GET /health/live", Anyone),
    ("GET /health/ready", Anyone),
    ("GET /openapi.json", Anyone),
    ("GET /problems/{code}", Anyone),
    ("GET /v1/accounts", Customer),
    ("GET /v1/accounts/{account_id}", Customer),
    ("GET /v1/accounts/{account_id}/balance", Customer),
    ("GET /v1/accounts/{account_id}/statement", Customer),
    ("GET /v1/devices", Customer),
    ("GET /v1/documents/{code}", Customer),
    ("DELETE /v1/me/factors/pin", Customer),
    ("DELETE /v1/me/factors/totp", Customer),
    ("DELETE /v1/me/passkeys/{passkey_id}", Customer),
    ("GET /v1/me", Customer),
    ("GET /v1/me/identity-document", Customer),
    ("GET /v1/me/factors", Customer),
    ("GET /v1/operations", Customer),
    ("GET /v1/operations/{operation_id}", Customer),
    ("GET /v1/payees/recent", Customer),
    ("GET /v1/products", Customer),
    ("GET /v1/sessions", Customer),
    ("GET /v1/spending", Customer),
    ("GET /v1/transfers/{operation_id}", Customer),
    ("GET /v1/verify/{code}", Anyone),
    ("PATCH /v1/accounts/{account_id}", Customer),
    ("PATCH /v1/devices/{device_id}", Customer),
    ("PATCH /v1/me", Customer),
    // Whoever has the secret of a partner; tried in `oauth.rs`.
    ("POST /oauth/introspect", Anyone),
    ("POST /oauth/revoke", Anyone),
    ("POST /oauth/token", Anyone),
    ("POST /v1/accounts", Customer),
    ("POST /v1/accounts/{account_id}/statements", Customer),
    ("POST /v1/freeze", Customer),
    ("POST /v1/freeze/by-alarm", Anyone),
    ("POST /v1/me/contact-codes/resend", Customer),
    ("POST /v1/me/email", Customer),
    ("POST /v1/me/email/verify", Customer),
    ("POST /v1/me/phone", Customer),
    ("POST /v1/me/phone/verify", Customer),
    ("POST /v1/password-reset", Anyone),
    ("POST /v1/password-reset/complete", Anyone),
    ("POST /v1/password-reset/prove", Anyone),
    ("POST /v1/password-reset/resend", Anyone),
    ("POST /v1/password-reset/verify", Anyone),
    ("PATCH /v1/me/passkeys/{passkey_id}", Customer),
    ("POST /v1/confirmations/{challenge_id}/answer", Customer),
    ("POST /v1/confirmations/{challenge_id}/code", Customer),
    ("POST /v1/confirmations/{challenge_id}/passkey", Customer),
    ("POST /v1/me/confirmation", Customer),
    ("POST /v1/me/factors/recovery-codes", Customer),
    ("POST /v1/me/factors/totp", Customer),
    ("POST /v1/me/factors/totp/confirm", Customer),
    ("POST /v1/me/passkeys", Customer),
    ("POST /v1/me/passkeys/start", Customer),
    ("POST /v1/payees/check", Customer),
    ("POST /v1/sessions/end-all", Customer),
    ("POST /v1/sessions/end-others", Customer),
    ("POST /v1/sign-in", Anyone),
    ("POST /v1/sign-in/passkey", Anyone),
    ("POST /v1/sign-in/passkey/answer", Anyone),
    ("POST /v1/sign-in/pin", Anyone),
    ("POST /v1/sign-in/{challenge_id}/answer", Anyone),
    ("POST /v1/sign-in/{challenge_id}/code", Anyone),
    ("POST /v1/sign-in/{challenge_id}/passkey", Anyone),
    ("POST /v1/sign-out", Customer),
    ("POST /v1/sign-up", Anyone),
    ("POST /v1/sign-up/complete", Anyone),
    ("POST /v1/sign-up/resend", Anyone),
    ("POST /v1/sign-up/verify", Anyone),
    ("POST /v1/token/refresh", Anyone),
    ("POST /v1/transfers", Customer),
    ("POST /v1/transfers/confirmation", Customer),
    ("POST /v1/transfers/preview", Customer),
    ("PUT /v1/me/identity-document", Customer),
    ("PUT /v1/me/password", Customer),
    ("PUT /v1/me/factors/pin", Customer),
    ("PUT /v1/operations/{operation_id}/category", Customer),
];

/// Every operation of the document, as in the table, and whether it says that it needs a token.
fn documented() -> Vec<(String, Who)> {
    let document: Value = serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let who = if operation["security"].is_array() { Customer } else { Anyone };
            found.push((format!("{} {path}", method.to_uppercase()), who));
        }
    }
    found
}

#[test]
fn the_table_has_every_route_and_no_other() {
    for route in documented() {
        assert!(
            ROUTES.iter().any(|(name, who)| (*name, *who) == (route.0.as_str(), route.1)),
            "{route:?} is missing from the table, or its document says otherwise"
        );
    }
    let documented: BTreeSet<_> = documented().into_iter().map(|(name, _)| name).collect();
    // What is not in the document: pages, and what other standards describe.
    let pages = [
        "GET /",
        "GET /docs",
        "GET /docs/",
        "GET /docs/{*file}",
        "GET /openapi.json",
        "GET /.well-known/jwks.json",
        "GET /.well-known/oauth-authorization-server",
        "POST /oauth/introspect",
        "POST /oauth/revoke",
        "POST /oauth/token",
    ];
    for (name, _) in ROUTES {
        assert!(documented.contains(*name) || pages.contains(name), "{name} is not there any more");
    }
}

/// Somebody's things, by their names in addresses.
struct Ids<'a> {
    account: &'a str,
    operation: &'a str,
    document: &'a str,
    session: &'a str,
    device: &'a str,
}

/// What a handler would get to, where a route has a body and an id.
fn body(route: &str) -> Option<Value> {
    match route {
        "PATCH /v1/accounts/{account_id}" => Some(json!({"name": "Kunlik"})),
        "PATCH /v1/devices/{device_id}" => Some(json!({"name": "Telefon"})),
        "POST /v1/accounts/{account_id}/statements" => {
            Some(json!({"from": "2026-11-01", "to": "2026-11-01"}))
        }
        "PUT /v1/operations/{operation_id}/category" => Some(json!({"category": "home"})),
        _ => None,
    }
}

/// Calls a route of the table with these ids, with a body that a handler would get to.
async fn walk(bank: &TestBank, route: &str, ids: &Ids<'_>, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path
        .replace("{account_id}", ids.account)
        .replace("{operation_id}", ids.operation)
        .replace("{code}", ids.document)
        .replace("{session_id}", ids.session)
        .replace("{device_id}", ids.device);
    let path = if path.ends_with("/statement") {
        format!("{path}?from=2026-11-01&to=2026-11-01")
    } else {
        path
    };
    let mut call = bank.call(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    if route.ends_with("/statements") {
        call = call.key(bank.new_key());
    }
    if let Some(body) = body(route) {
        call = call.json(&body);
    }
    call.send().await
}

#[tokio::test]
async fn only_a_good_token_opens_a_customers_route() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let ended = bank.sign_in(&alice.phone).await;
    let ended_token = ended.at("/access_token");
    bank.post("/v1/sign-out").token(&ended_token).send().await.expect(204);
    let short = bank.sign_in(&alice.phone).await;
    let refresh = short.at("/refresh_token");
    // Right in form, of another bank.
    let other_bank = TestBank::open().await;
    let stranger = other_bank.person("+998901000001", "Lola", 0).await.token;
    bank.clock.advance_seconds(600);
    let ids = Ids {
        account: &alice.account,
        operation: "op_019ab2c47d107c3e8f000123456789ab",
        document: "ABCH0K1MEPTX3Y5Z",
        session: &alice.session,
        device: "dev_019ab2c47d107c3e8f000123456789ab",
    };
    let bearer = |token: &str| format!("Bearer {token}");
    let tokens = [
        ("nobody", None),
        ("garbage", Some("Bearer garbage".to_owned())),
        ("empty", Some("Bearer ".to_owned())),
        ("another scheme", Some("Basic YTpi".to_owned())),
        ("no scheme", Some(short.at("/access_token"))),
        ("ended", Some(bearer(&ended_token))),
        ("expired", Some(bearer(&short.at("/access_token")))),
        ("a refresh token", Some(bearer(&refresh))),
        ("of another bank", Some(bearer(&stranger))),
    ];
    for (route, _) in ROUTES.iter().filter(|(_, who)| *who == Customer) {
        for (what, token) in &tokens {
            let headers: Vec<_> =
                token.iter().map(|token| ("authorization", token.as_str())).collect();
            let answer = walk(&bank, route, &ids, &headers).await;
            assert_eq!(answer.at("/code"), "sign_in_required", "{route} as {what}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{route} as {what}");
            answer.refused(401, "sign_in_required");
        }
    }
}

#[tokio::test]
async fn the_wrong_customer_finds_nothing() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let carol = bank.person("+998901000003", "Nodira", 0).await;
    let mallory = bank.person("+998901000002", "Murod", 100_000).await;
    let quote = bank.preview(&alice, &carol, "10.00").await.expect(200).at("/quote");
    let key = bank.new_key();
    let operation = bank.confirm(&alice, &quote, key).await.expect(201).at("/operation_id");
    let uri = format!("/v1/accounts/{}/statements", alice.account);
    let period = json!({"from": "2026-11-01", "to": "2026-11-01"});
    let call = bank.post(&uri).token(&alice.token).key(bank.new_key());
    let document = call.json(&period).send().await;
    let document = document.expect(201).at("/code");
    let session = bank.sign_in(&alice.phone).await.at("/session_id");
    let device = bank.bind_browser(&alice).await;
    let ids = Ids {
        account: &alice.account,
        operation: &operation,
        document: &document,
        session: &session,
        device: &device,
    };
    let token = format!("Bearer {}", mallory.token);
    let mut walked = 0;
    let named = |route: &&&(&str, Who)| route.1 == Customer && route.0.contains('{');
    // Nobody else finds it while it is there, and what takes it away comes last.
    let mut routes: Vec<_> = ROUTES.iter().filter(|route| named(&route)).collect();
    routes.sort_by_key(|(name, _)| name.starts_with("DELETE"));
    for (route, _) in routes {
        let answer = walk(&bank, route, &ids, &[("authorization", &token)]).await;
        let code = if route.contains("account_id") { "account_not_found" } else { "not_found" };
        answer.refused(404, code);
        let own = format!("Bearer {}", alice.token);
        let answer = walk(&bank, route, &ids, &[("authorization", &own)]).await;
        assert!(answer.status.is_success(), "{route} as its owner: {answer:?}");
        walked += 1;
    }
    assert_eq!(walked, 12, "a route with an id is not walked");

    // Ids that stand elsewhere than in the path.
    let uri = format!("/v1/operations?account_id={}", alice.account);
    bank.get(&uri).token(&mallory.token).send().await.refused(404, "account_not_found");
    let body = common::transfer(&alice, &json!({"phone": mallory.phone}), "10.00");
    let stolen = bank.post("/v1/transfers/preview").token(&mallory.token).json(&body).send().await;
    stolen.refused(404, "account_not_found");
    // Nor does an operation of somebody else name a payee.
    let again = json!({"from_account_id": mallory.account, "to": {"operation_id": operation}});
    let call = bank.post("/v1/payees/check").token(&mallory.token).json(&again);
    call.send().await.refused(404, "not_found");
    let quote = bank.preview(&alice, &mallory, "10.00").await.expect(200).at("/quote");
    bank.confirm(&mallory, &quote, bank.new_key()).await.refused(400, "quote_not_found");
    // Somebody else's key does not show their receipt.
    let own_quote = bank.preview(&mallory, &alice, "10.00").await.expect(200).at("/quote");
    bank.confirm(&mallory, &own_quote, key).await.refused(409, "idempotency_key_reused");
    // A cursor of somebody else's page opens nothing.
    let page = bank.get("/v1/operations?limit=1").token(&alice.token).send().await.expect(200);
    let uri = format!("/v1/operations?cursor={}", page.at("/next_cursor"));
    bank.get(&uri).token(&mallory.token).send().await.refused(400, "cursor_invalid");
    assert_eq!(bank.balance(&alice).await, "990.00");
    assert_eq!(bank.balance(&mallory).await, "1000.00");
}

#[tokio::test]
async fn a_session_that_is_signed_out_ends_with_its_refresh_token() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let session = bank.sign_in(&alice.phone).await;
    let body = json!({"refresh_token": session.at("/refresh_token")});
    let renewed = bank.post("/v1/token/refresh").json(&body).send().await.expect(200);
    let token = renewed.at("/access_token");
    bank.get("/v1/me").token(&token).send().await.expect(200);
    bank.post("/v1/sign-out").token(&token).send().await.expect(204);
    bank.get("/v1/me").token(&token).send().await.refused(401, "sign_in_required");
    let body = json!({"refresh_token": renewed.at("/refresh_token")});
    let over = bank.post("/v1/token/refresh").json(&body).send().await;
    over.refused(401, "sign_in_required");
    // The other session of the same customer lives on.
    bank.get("/v1/me").token(&alice.token).send().await.expect(200);
}
