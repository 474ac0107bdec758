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
use common::{Answer, Person, TestBank};
use serde_json::{Value, json};
use store::audit::{self, Filter, Outcome, Page};

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
    ("GET /v1/exchanges/{operation_id}", Customer),
    ("GET /v1/limits", Customer),
    ("GET /v1/rates", Anyone),
    ("GET /v1/rates/{currency}/history", Anyone),
    ("POST /v1/exchanges", Customer),
    ("POST /v1/exchanges/preview", Customer),
    ("PUT /v1/limits/{name}", Customer),
    ("GET /v1/transfers/{operation_id}", Customer),
    ("GET /v1/verify/{code}", Anyone),
    ("PATCH /v1/accounts/{account_id}", Customer),
    ("PATCH /v1/devices/{device_id}", Customer),
    ("PATCH /v1/me", Customer),
    // Whoever has the secret of a partner; tried in `keys.rs`.
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
    ("PUT /v1/me/factors/device-key", Customer),
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
struct Ids {
    account: String,
    operation: String,
    exchange: String,
    document: String,
    session: String,
    device: String,
    /// Confirmations that wait: one to be answered with the code, one whose code is sent again, and
    /// one that a passkey may answer.
    to_answer: (String, String),
    to_send: String,
    to_sign: String,
    passkey: String,
}

impl Ids {
    /// Right in form, and nobody's.
    fn nobodys() -> Self {
        let id = |prefix: &str| format!("{prefix}_019ab2c47d107c3e8f000123456789ab");
        Self {
            account: id("acc"),
            operation: id("op"),
            exchange: id("op"),
            document: "ABCH0K1MEPTX3Y5Z".to_owned(),
            session: id("ses"),
            device: id("dev"),
            to_answer: (id("chl"), "048213".to_owned()),
            to_send: id("chl"),
            to_sign: id("chl"),
            passkey: id("pky"),
        }
    }

    /// The address of a route.
    fn path(&self, path: &str) -> String {
        let challenge = match path.rsplit('/').next() {
            Some("answer") => &self.to_answer.0,
            Some("passkey") => &self.to_sign,
            _ => &self.to_send,
        };
        let operation = if path.contains("/exchanges/") { &self.exchange } else { &self.operation };
        path.replace("{account_id}", &self.account)
            .replace("{currency}", "USD")
            .replace("{operation_id}", operation)
            .replace("{code}", &self.document)
            .replace("{session_id}", &self.session)
            .replace("{device_id}", &self.device)
            .replace("{challenge_id}", challenge)
            .replace("{passkey_id}", &self.passkey)
    }

    /// What a handler would get to, where a route has a body and an id.
    fn body(&self, route: &str) -> Option<Value> {
        match route {
            "PATCH /v1/accounts/{account_id}" => Some(json!({"name": "Kunlik"})),
            "PATCH /v1/devices/{device_id}" => Some(json!({"name": "Telefon"})),
            "PATCH /v1/me/passkeys/{passkey_id}" => Some(json!({"name": "Kalit"})),
            "POST /v1/accounts/{account_id}/statements" => {
                Some(json!({"from": "2026-11-01", "to": "2026-11-01"}))
            }
            "POST /v1/confirmations/{challenge_id}/answer" => {
                Some(json!({"answer": {"method": "sms", "code": self.to_answer.1}}))
            }
            "PUT /v1/operations/{operation_id}/category" => Some(json!({"category": "home"})),
            _ => None,
        }
    }
}

/// Calls a route of the table with these ids, with a body that a handler would get to.
async fn walk(bank: &TestBank, route: &str, ids: &Ids, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = route.split_once(' ').unwrap();
    let mut path = ids.path(path);
    if path.ends_with("/statement") {
        path.push_str("?from=2026-11-01&to=2026-11-01");
    }
    let mut call = bank.call(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    if route.ends_with("/statements") {
        call = call.key(bank.new_key());
    }
    if let Some(body) = ids.body(route) {
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
    let ids = Ids { account: alice.account, session: alice.session, ..Ids::nobodys() };
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

/// Things of Alice's. Of the factors, the passkey is Carol's: whoever has one gets no codes by SMS.
async fn things(bank: &TestBank, (alice, carol): (&Person, &Person)) -> Ids {
    let quote = bank.preview(alice, carol, "10.00").await.expect(200).at("/quote");
    let paid = bank.confirm(alice, &quote, bank.new_key()).await.expect(201);
    bank.rate("11821.18").await;
    let dollars = bank.open_account(&alice.token, "USD").await.at("/account_id");
    let some = json!({"value": "200.00", "asset": "UZS"});
    let quote = bank.preview_exchange(alice, &dollars, &some).await.expect(200).at("/quote");
    let exchanged = bank.confirm_exchange(alice, &quote, bank.new_key()).await.expect(201);
    let uri = format!("/v1/accounts/{}/statements", alice.account);
    let period = json!({"from": "2026-11-01", "to": "2026-11-01"});
    let call = bank.post(&uri).token(&alice.token).key(bank.new_key());
    let document = call.json(&period).send().await.expect(201).at("/code");
    let (to_send, _) = bank.asked(alice, "/v1/me/confirmation", None).await;
    let to_answer = bank.asked(alice, "/v1/me/confirmation", None).await;
    let (passkey, _) = bank.add_passkey(&carol.token).await;
    let asked = bank.post("/v1/me/confirmation").token(&carol.token).send().await.expect(201);
    // Another code may be sent after a minute.
    bank.clock.advance_seconds(61);
    Ids {
        account: alice.account.clone(),
        operation: paid.at("/operation_id"),
        exchange: exchanged.at("/operation_id"),
        document,
        session: bank.sign_in(&alice.phone).await.at("/session_id"),
        device: bank.bind_browser(alice).await,
        to_answer,
        to_send,
        to_sign: asked.at("/challenge_id"),
        passkey,
    }
}

#[tokio::test]
async fn the_wrong_customer_finds_nothing() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let carol = bank.person("+998901000003", "Nodira", 0).await;
    let mallory = bank.person("+998901000002", "Murod", 100_000).await;
    let (ids, nobodys) = (things(&bank, (&alice, &carol)).await, Ids::nobodys());
    let token = format!("Bearer {}", mallory.token);
    let strange = [("authorization", token.as_str())];
    let mut walked = 0;
    // A limit is the bank's and has one name for everybody; what is counted is the asker's.
    let of_one = |path: &str| path.contains('{') && !path.contains("{name}");
    let named = |route: &&&(&str, Who)| route.1 == Customer && of_one(route.0);
    // Nobody else finds it while it is there, and what takes it away comes last.
    let mut routes: Vec<_> = ROUTES.iter().filter(|route| named(&route)).collect();
    routes.sort_by_key(|(name, _)| name.starts_with("DELETE"));
    for (route, _) in routes {
        // What is somebody else's is refused as what is not there at all.
        let found = walk(&bank, route, &ids, &strange).await;
        let missing = walk(&bank, route, &nobodys, &strange).await;
        assert_eq!(told(&found), told(&missing), "{route}");
        let (status, code) = match route {
            route if route.contains("{account_id}") => (404, "account_not_found"),
            route if route.contains("{challenge_id}") => (400, "challenge_over"),
            _ => (404, "not_found"),
        };
        found.refused(status, code);
        let owner = if route.contains("passkey") { &carol } else { &alice };
        let own = format!("Bearer {}", owner.token);
        let answer = walk(&bank, route, &ids, &[("authorization", &own)]).await;
        assert!(answer.status.is_success(), "{route} as its owner: {answer:?}");
        walked += 1;
    }
    assert_eq!(walked, 18, "a route with an id is not walked");
}

/// Whatever names money of another's, or a paper about it: who tried is in the audit log.
#[tokio::test]
async fn whoever_reaches_for_anothers_money_is_in_the_log() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let carol = bank.person("+998901000003", "Nodira", 0).await;
    let ids = things(&bank, (&alice, &carol)).await;
    let mallory = bank.person("+998901000002", "Murod", 100_000).await;
    let token = format!("Bearer {}", mallory.token);
    let names = ["{account_id}", "{operation_id}", "/v1/documents/{code}"];
    let of_money = |route: &&(&str, Who)| names.iter().any(|name| route.0.contains(name));
    let mut walked = 0;
    for (route, _) in ROUTES.iter().filter(of_money) {
        // The log tells of five a minute.
        if walked % 5 == 0 {
            bank.clock.advance_seconds(60);
        }
        walk(&bank, route, &ids, &[("authorization", &token)]).await;
        walked += 1;
        let filter = Filter {
            actor: Some(mallory.customer.clone()),
            outcome: Some(Outcome::Refused),
            ..Filter::default()
        };
        let told = audit::search(&bank.store, None, &filter, Page::default()).await.unwrap();
        assert_eq!(told.len(), walked, "{route}: {told:?}");
    }
    assert_eq!(walked, 10, "a route that names money is not walked");
}

/// What a refusal tells, without what is another one for each request.
fn told(answer: &Answer) -> Value {
    let mut problem = answer.json();
    problem["request_id"] = json!("");
    problem
}

#[tokio::test]
async fn ids_elsewhere_than_in_the_path_find_nothing_either() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let carol = bank.person("+998901000003", "Nodira", 0).await;
    let mallory = bank.person("+998901000002", "Murod", 100_000).await;
    let quote = bank.preview(&alice, &carol, "10.00").await.expect(200).at("/quote");
    let key = bank.new_key();
    let operation = bank.confirm(&alice, &quote, key).await.expect(201).at("/operation_id");

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
    // Nor does a confirmation that somebody else gave, or that was given for something else.
    let quote = bank.preview(&mallory, &carol, "10.00").await.expect(200).at("/quote");
    let alices = bank.preview(&alice, &mallory, "10.00").await.expect(200).at("/quote");
    let given = bank.confirmed(&alice, &alices).await;
    let stolen = bank.confirm_with(&mallory, (&quote, &given), bank.new_key()).await;
    stolen.refused(403, "step_up_required");
    let other = bank.preview(&alice, &mallory, "10.00").await.expect(200).at("/quote");
    let reused = bank.confirm_with(&alice, (&other, &given), bank.new_key()).await;
    reused.refused(403, "step_up_required");
    // Somebody else's key does not show their receipt.
    let own_quote = bank.preview(&mallory, &alice, "10.00").await.expect(200).at("/quote");
    bank.confirm(&mallory, &own_quote, key).await.refused(409, "idempotency_key_reused");
    // Nor is an exchange to or from somebody else's account made, or confirmed by somebody else.
    bank.rate("11821.18").await;
    let dollars = bank.open_account(&mallory.token, "USD").await.at("/account_id");
    let some = json!({"value": "1.00", "asset": "USD"});
    bank.preview_exchange(&alice, &dollars, &some).await.refused(404, "account_not_found");
    let stolen = json!({
        "from_account_id": alice.account, "to_account_id": dollars, "amount": some,
    });
    let call = bank.post("/v1/exchanges/preview").token(&mallory.token).json(&stolen);
    call.send().await.refused(404, "account_not_found");
    let cent = json!({"value": "0.01", "asset": "USD"});
    let quote = bank.preview_exchange(&mallory, &dollars, &cent).await.expect(200).at("/quote");
    let key = bank.new_key();
    bank.confirm_exchange(&alice, &quote, key).await.refused(400, "quote_not_found");
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
