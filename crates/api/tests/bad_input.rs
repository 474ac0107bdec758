//! Bad input gets a clear refusal, in the asker's language, and loses nothing.

mod common;

use std::collections::HashSet;

use axum::body::Body;
use axum::http::Method;
use common::{Answer, PASSWORD, TestBank, transfer};
use serde_json::{Value, json};

/// A request that can be sent again and again.
struct Bad<'a> {
    method: Method,
    uri: String,
    headers: Vec<(&'a str, String)>,
    body: String,
}

impl<'a> Bad<'a> {
    fn post(uri: &str, body: &(impl ToString + ?Sized)) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method: Method::POST, uri: uri.to_owned(), headers, body: body.to_string() }
    }

    fn get(uri: impl Into<String>) -> Self {
        Self { method: Method::GET, uri: uri.into(), headers: Vec::new(), body: String::new() }
    }

    fn with(mut self, name: &'a str, value: &(impl ToString + ?Sized)) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.headers.push((name, value.to_string()));
        self
    }

    fn token(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    async fn send(&self, bank: &TestBank, lang: &str) -> Answer {
        let mut call = bank.call(self.method.clone(), &self.uri).header("accept-language", lang);
        for (name, value) in self.headers.iter().filter(|(name, _)| *name != "content-type") {
            call = call.header(name, value);
        }
        let kind = self.headers.iter().find(|(name, _)| *name == "content-type");
        match kind {
            Some((_, kind)) => call.body(kind, self.body.clone()),
            None => call,
        }
        .send()
        .await
    }

    /// It is refused with this, in three languages that differ. Gives the field that is named.
    #[track_caller]
    fn refused<'b>(
        &'b self,
        bank: &'b TestBank,
        status: u16,
        code: &'b str,
    ) -> impl Future<Output = Option<String>> + 'b {
        let caller = std::panic::Location::caller();
        async move {
            let mut sentences = HashSet::new();
            let mut field = None;
            for lang in ["uz", "ru", "en"] {
                let answer = self.send(bank, lang).await;
                let found = (answer.status.as_u16(), answer.at("/code"));
                assert_eq!(found, (status, code.to_owned()), "{caller}: {}", answer.text);
                assert_eq!(answer.header("content-language"), Some(lang), "{caller}");
                sentences.insert(answer.at("/detail"));
                field = answer.json().get("field").and_then(Value::as_str).map(str::to_owned);
                answer.refused(status, code);
            }
            assert_eq!(sentences.len(), 3, "{caller}: {sentences:?}");
            assert!(sentences.iter().all(|s| !s.contains('{')), "{caller}: {sentences:?}");
            field
        }
    }
}

#[tokio::test]
async fn bad_transfers_are_refused_and_lose_nothing() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 100_000).await;
    let preview = |body: &Value| Bad::post("/v1/transfers/preview", body).token(&alice.token);
    let to = json!({"phone": bob.phone});

    for (value, code) in [
        ("0", "amount_not_positive"),
        ("0.00", "amount_not_positive"),
        ("-5.00", "amount_not_positive"),
        ("1.001", "amount_too_precise"),
        ("10000000000000.01", "amount_too_large"),
        ("99999999999999999999999999", "amount_too_large"),
        ("1e3", "amount_malformed"),
        ("1,5", "amount_malformed"),
        ("", "amount_malformed"),
        ("NaN", "amount_malformed"),
    ] {
        let field = preview(&transfer(&alice, &to, value)).refused(&bank, 400, code).await;
        assert_eq!(field.as_deref(), Some("amount.value"), "{value}");
    }
    let amounts = [
        (json!({"value": "1.00", "asset": "EUR"}), 400, "currency_unknown", Some("amount.asset")),
        (json!({"value": 1.00, "asset": "UZS"}), 400, "request_malformed", Some("amount.value")),
        (json!({"value": null, "asset": "UZS"}), 400, "request_malformed", Some("amount.value")),
        (json!({"asset": "UZS"}), 400, "request_malformed", Some("amount.value")),
        (
            json!({"value": "1", "asset": "UZS", "minor": 1}),
            400,
            "request_malformed",
            Some("amount.minor"),
        ),
        (json!("1.00"), 400, "request_malformed", Some("amount")),
        (json!({"value": "1.00", "asset": "USD"}), 422, "currency_mismatch", None),
    ];
    for (amount, status, code, named) in amounts {
        let mut body = transfer(&alice, &to, "1.00");
        body["amount"] = amount;
        let field = preview(&body).refused(&bank, status, code).await;
        assert_eq!(field.as_deref(), named, "{body}");
    }
    assert_eq!(bank.balance(&alice).await, "1000.00");
}

#[tokio::test]
async fn bad_payees_and_notes_are_refused_and_lose_nothing() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 100_000).await;
    let dollars = bank.open_account(&alice.token, "USD").await;
    let to = json!({"phone": bob.phone});
    let preview = |body: &Value| Bad::post("/v1/transfers/preview", body).token(&alice.token);
    let payees = [
        (json!({"account_number": alice.number}), 422, "same_account"),
        (json!({"phone": alice.phone}), 422, "same_account"),
        (json!({"account_number": dollars.at("/number")}), 422, "currency_mismatch"),
        (json!({"account_number": "20206000099999999001"}), 422, "payee_not_found"),
        (json!({"phone": "+998901999999"}), 422, "payee_not_found"),
        (json!({"phone": "+7 901 123 45 67"}), 400, "phone_malformed"),
        (json!({"account_number": "123"}), 400, "field_invalid"),
        (json!({}), 400, "payee_ambiguous"),
        (json!({"phone": bob.phone, "account_number": bob.number}), 400, "payee_ambiguous"),
        (json!({"phone": null}), 400, "request_malformed"),
        (json!({"operation_id": null}), 400, "request_malformed"),
        (json!({"operation_id": "x"}), 400, "field_invalid"),
        (json!({"operation_id": "op_019ab2c47d107c3e8f000123456789ab"}), 404, "not_found"),
        (
            json!({"phone": bob.phone, "operation_id": "op_019ab2c47d107c3e8f000123456789ab"}),
            400,
            "payee_ambiguous",
        ),
        (json!({"name": "Botir"}), 400, "request_malformed"),
    ];
    for (payee, status, code) in payees {
        preview(&transfer(&alice, &payee, "1.00")).refused(&bank, status, code).await;
        let check = json!({"from_account_id": alice.account, "to": payee});
        let check = Bad::post("/v1/payees/check", &check).token(&alice.token);
        check.refused(&bank, status, code).await;
        // Thirty looks for a payee a minute are allowed: here are six for each.
        bank.clock.advance_seconds(5);
    }
    bank.clock.advance_seconds(60);
    for (note, code) in [
        (json!("a\u{0}b"), "field_invalid"),
        (json!("\u{202e}evil"), "field_invalid"),
        (json!("x".repeat(141)), "field_invalid"),
        (json!(["x"]), "request_malformed"),
    ] {
        let mut body = transfer(&alice, &to, "1.00");
        body["note"] = note;
        let field = preview(&body).refused(&bank, 400, code).await;
        assert_eq!(field.as_deref(), Some("note"));
    }
    // An account of nobody, and one that is no id.
    let mut body = transfer(&alice, &to, "1.00");
    body["from_account_id"] = json!("acc_019ab2c47d107c3e8f000123456789ab");
    preview(&body).refused(&bank, 404, "account_not_found").await;
    body["from_account_id"] = json!("019ab2c4-7d10-7c3e-8f00-0123456789ab");
    let field = preview(&body).refused(&bank, 400, "field_invalid").await;
    assert_eq!(field.as_deref(), Some("from_account_id"));

    // More than there is: the preview says so, the confirmation refuses.
    let quoted = bank.preview(&alice, &bob, "1000.01").await.expect(200);
    assert_eq!(quoted.at("/sufficient"), "false");
    let quote = quoted.at("/quote");
    let confirmation = bank.confirmed(&alice, &quote).await;
    let confirm = confirm(&quote, Some(&confirmation)).token(&alice.token);
    let confirm = confirm.with("idempotency-key", &bank.new_key().uuid());
    confirm.refused(&bank, 422, "insufficient_funds").await;
    assert_eq!(bank.balance(&alice).await, "1000.00");
    assert_eq!(bank.balance(&bob).await, "1000.00");
}

fn confirm(quote: &str, confirmation: Option<&str>) -> Bad<'static> {
    let body = match confirmation {
        Some(id) => json!({"quote": quote, "confirmation_id": id}),
        None => json!({"quote": quote}),
    };
    Bad::post("/v1/transfers", &body)
}

#[tokio::test]
async fn bad_confirmations_are_refused_and_lose_nothing() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    let other = bank.preview(&alice, &bob, "20.00").await.expect(200).at("/quote");
    let key = bank.new_key();
    let send = |quote: &str, confirmation| confirm(quote, confirmation).token(&alice.token);

    send(&quote, None).refused(&bank, 400, "idempotency_key_missing").await;
    for bad in ["", "1", "d9428888-122b-41e1-b85c-61aee3b23da1", &key.to_string()] {
        let call = send(&quote, None).with("idempotency-key", bad);
        call.refused(&bank, 400, "idempotency_key_malformed").await;
    }
    // Bob is new: without a confirmation of just this nothing is done.
    let confirmation = bank.confirmed(&alice, &quote).await;
    let nobodys = "chl_019ab2c47d107c3e8f000123456789ab";
    for (quote, id) in [(&quote, None), (&quote, Some(nobodys)), (&other, Some(&*confirmation))] {
        let call = send(quote, id).with("idempotency-key", &key.uuid());
        call.refused(&bank, 403, "step_up_required").await;
    }
    let call = send(&quote, Some("1")).with("idempotency-key", &key.uuid());
    let field = call.refused(&bank, 400, "field_invalid").await;
    assert_eq!(field.as_deref(), Some("confirmation_id"));
    let confirmed = Some(&*confirmation);
    let long_ago = "01700000-7d10-7c3e-8f00-0123456789ab";
    let call = send(&quote, confirmed).with("idempotency-key", long_ago);
    call.refused(&bank, 400, "idempotency_key_out_of_time").await;
    for forged in ["", "a.b", &format!("{quote}A"), &quote[1..]] {
        let call = send(forged, confirmed).with("idempotency-key", &key.uuid());
        call.refused(&bank, 400, "quote_not_found").await;
    }
    // No refusal has used the confirmation up. The same key: the same answer to the same body, a
    // refusal to another.
    bank.confirm_with(&alice, (&quote, &confirmation), key).await.expect(201);
    let replay = bank.confirm_with(&alice, (&quote, &confirmation), key).await.expect(200);
    assert_eq!(replay.header("idempotent-replayed"), Some("true"));
    for id in [None, confirmed] {
        let call = send(&other, id).with("idempotency-key", &key.uuid());
        call.refused(&bank, 409, "idempotency_key_reused").await;
    }
    // The same preview under another key.
    let call = send(&quote, confirmed).with("idempotency-key", &bank.new_key().uuid());
    call.refused(&bank, 409, "quote_used").await;
    assert_eq!(bank.balance(&alice).await, "990.00");
}

#[tokio::test]
async fn what_comes_too_late_is_refused_and_loses_nothing() {
    let bank = TestBank::open().await;
    let mut alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    let other = bank.preview(&alice, &bob, "20.00").await.expect(200).at("/quote");
    let key = bank.new_key();
    bank.confirm(&alice, &quote, key).await.expect(201);
    bank.clock.advance_seconds(590);
    alice.token = bank.sign_in(&alice.phone).await.at("/access_token");
    let confirmation = bank.confirmed(&alice, &other).await;
    bank.clock.advance_seconds(11);
    let ask = Bad::post("/v1/transfers/confirmation", &json!({"quote": other}));
    ask.token(&alice.token).refused(&bank, 422, "quote_expired").await;
    let late = confirm(&other, Some(&confirmation)).token(&alice.token);
    let late = late.with("idempotency-key", &bank.new_key().uuid());
    late.refused(&bank, 422, "quote_expired").await;
    // The receipt of what was done in time is still given, without another confirmation.
    bank.confirm(&alice, &quote, key).await.expect(200);
    assert_eq!(bank.balance(&alice).await, "990.00");
}

#[tokio::test]
async fn concurrent_confirmations_move_money_once() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    let confirmation = bank.confirmed(&alice, &quote).await;
    let confirmed = (&*quote, &*confirmation);
    let (one, two) = (bank.new_key(), bank.new_key());
    let answers = futures_util::future::join_all(
        [one, two, one, two, one, two].map(|key| bank.confirm_with(&alice, confirmed, key)),
    )
    .await;
    let statuses: Vec<_> = answers.iter().map(|a| a.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 2, "{statuses:?}");
    for answer in answers.into_iter().filter(|a| !a.status.is_success()) {
        answer.refused(409, "quote_used");
    }
    let uri = "/v1/transfers/preview";
    for _ in 0..40 {
        let body = transfer(&alice, &json!({"phone": "+998901999999"}), "1.00");
        bank.post(uri).token(&alice.token).json(&body).send().await;
    }
    let body = transfer(&alice, &json!({"phone": bob.phone}), "1.00");
    Bad::post(uri, &body).token(&alice.token).refused(&bank, 429, "too_many_requests").await;
    assert_eq!(
        (bank.balance(&alice).await, bank.balance(&bob).await),
        ("990.00".into(), "10.00".into())
    );
}

#[tokio::test]
async fn unreadable_requests_are_refused() {
    let bank = TestBank::open().await;
    bank.person("+998901000001", "Lola", 0).await;
    let uri = "/v1/sign-in";
    for body in ["", "{", "[]", "null", "{\"phone\": \"+998901000001\"", "\u{feff}{}", "{} {}"] {
        Bad::post(uri, &body).refused(&bank, 400, "request_malformed").await;
    }
    for (body, named) in [
        (json!({"phone": "+998901000001"}), Some("password")),
        (json!({"password": PASSWORD}), Some("phone")),
        (json!({"phone": 998_901_000_001_i64, "password": PASSWORD}), Some("phone")),
        (json!({"phone": "+998901000001", "password": {"a": 1}}), Some("password")),
        (json!({"phone": "+998901000001", "password": PASSWORD, "admin": true}), Some("admin")),
    ] {
        let field = Bad::post(uri, &body).refused(&bank, 400, "request_malformed").await;
        assert_eq!(field.as_deref(), named, "{body}");
    }
    let body = json!({"phone": "+998901000001", "password": PASSWORD});
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let call = Bad::post(uri, &body).with("content-type", kind);
        call.refused(&bank, 415, "media_type_unsupported").await;
    }
    let json = Bad::post(uri, &body).with("content-type", "application/json; charset=utf-8");
    // What can be read begins a sign-in.
    assert!(json.send(&bank, "en").await.expect(202).at("/challenge_id").starts_with("chl_"));
}

#[tokio::test]
async fn requests_that_are_too_large_or_go_nowhere_are_refused() {
    let bank = TestBank::open().await;
    let uri = "/v1/sign-in";
    // Too large, with and without saying so before.
    let large = format!("{{\"phone\": \"{}\"}}", "9".repeat(70_000));
    Bad::post(uri, &large).refused(&bank, 413, "request_too_large").await;
    let declared = Bad::post(uri, &"{}").with("content-length", &1_000_000_000);
    declared.refused(&bank, 413, "request_too_large").await;
    let chunks: Vec<Result<Vec<u8>, std::io::Error>> = vec![Ok(large.into_bytes())];
    let stream = Body::from_stream(futures_util::stream::iter(chunks));
    let answer = bank.post(uri).body("application/json", stream).send().await;
    answer.refused(413, "request_too_large");
    let long = format!("/v1/operations?q={}", "x".repeat(5_000));
    Bad::get(long).refused(&bank, 413, "request_too_large").await;

    // Addresses and methods.
    Bad::get("/v1/nothing").refused(&bank, 404, "not_found").await;
    Bad::get("/problems/nothing").refused(&bank, 404, "not_found").await;
    Bad::get("/docs/nothing.js").refused(&bank, 404, "not_found").await;
    let wrong = Bad::get("/v1/sign-in");
    wrong.refused(&bank, 405, "method_not_allowed").await;
    assert_eq!(wrong.send(&bank, "uz").await.header("allow"), Some("POST"));
    let wrong = Bad { method: Method::DELETE, ..Bad::get("/v1/accounts") };
    wrong.refused(&bank, 405, "method_not_allowed").await;
}

#[tokio::test]
async fn bad_ids_and_queries_are_refused() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    for (uri, status, code, named) in [
        ("/v1/accounts/1", 400, "field_invalid", Some("account_id")),
        ("/v1/accounts/%FF", 400, "field_invalid", Some("account_id")),
        (
            "/v1/accounts/op_019ab2c47d107c3e8f000123456789ab",
            400,
            "field_invalid",
            Some("account_id"),
        ),
        ("/v1/transfers/x", 400, "field_invalid", Some("operation_id")),
        ("/v1/transfers/op_019ab2c47d107c3e8f000123456789ab", 404, "not_found", None),
        ("/v1/operations?limit=0", 400, "field_invalid", Some("limit")),
        ("/v1/operations?limit=101", 400, "field_invalid", Some("limit")),
        ("/v1/operations?limit=1&limit=2", 400, "request_malformed", None),
        ("/v1/operations?color=red", 400, "request_malformed", None),
        ("/v1/operations?direction=up", 400, "field_invalid", Some("direction")),
        ("/v1/operations?kind=%27", 400, "field_invalid", Some("kind")),
        ("/v1/operations?kind=cash.in,,", 400, "field_invalid", Some("kind")),
        ("/v1/operations?category=yachts", 400, "field_invalid", Some("category")),
        ("/v1/operations?from=2026-11-02&to=2026-11-01", 400, "field_invalid", Some("to")),
        ("/v1/operations?asset=UZS&min=2&max=1", 400, "field_invalid", Some("max")),
        ("/v1/operations/x", 400, "field_invalid", Some("operation_id")),
        ("/v1/operations/op_019ab2c47d107c3e8f000123456789ab", 404, "not_found", None),
        ("/v1/spending", 400, "request_malformed", None),
        ("/v1/spending?from=2026-11-02&to=2026-11-01", 400, "period_invalid", None),
        ("/v1/documents/ABCH-0K1M", 400, "field_invalid", Some("code")),
        ("/v1/documents/ABCH0K1MEPTX3Y5Z", 404, "not_found", None),
        ("/v1/verify/x", 400, "field_invalid", Some("code")),
        ("/v1/verify/ABCH0K1MEPTX3Y5Z", 404, "not_found", None),
        ("/v1/operations?q=%00", 400, "field_invalid", Some("q")),
        ("/v1/operations?cursor=abc", 400, "cursor_invalid", Some("cursor")),
        ("/v1/operations?from=2026-02-30", 400, "field_invalid", Some("from")),
        ("/v1/operations?asset=EUR", 400, "currency_unknown", Some("asset")),
        ("/v1/operations?min=1", 400, "field_invalid", Some("asset")),
        ("/v1/operations?min=0&asset=UZS", 400, "amount_not_positive", Some("min")),
    ] {
        let field = Bad::get(uri).token(&alice.token).refused(&bank, status, code).await;
        assert_eq!(field.as_deref(), named, "{uri}");
    }
    let account = format!("/v1/accounts/{}", alice.account);
    for (rest, code) in [
        ("/balance?at=yesterday", "field_invalid"),
        ("/balance?at=2999-01-01T00:00:00Z", "field_invalid"),
        ("/statement", "request_malformed"),
        ("/statement?from=2026-11-22&to=2026-11-21", "period_invalid"),
        ("/statement?from=2020-01-01&to=2026-11-21", "period_invalid"),
        ("/statement?from=2026-11-01&to=2999-11-21", "period_invalid"),
        ("/statement?from=2026-11-01&to=2026-11-01&format=pdf", "field_invalid"),
    ] {
        let call = Bad::get(format!("{account}{rest}")).token(&alice.token);
        call.refused(&bank, 400, code).await;
    }
    for (asset, code) in [(json!("EUR"), "currency_unknown"), (json!(860), "request_malformed")] {
        let call = Bad::post("/v1/accounts", &json!({"asset": asset})).token(&alice.token);
        call.with("idempotency-key", &bank.new_key().uuid()).refused(&bank, 400, code).await;
    }
}

#[tokio::test]
async fn three_wrong_codes_make_a_phone_wait() {
    let bank = TestBank::open().await;
    let start = async |phone: &str| {
        let answer = bank.post("/v1/sign-up").json(&json!({"phone": phone})).send().await;
        answer.expect(202).at("/challenge_id")
    };
    let verify = async |challenge: &str, code: &str| {
        let body = json!({"challenge_id": challenge, "code": code});
        bank.post("/v1/sign-up/verify").json(&body).send().await
    };
    let phone = "+998901000007";
    let challenge = start(phone).await;
    let again = Bad::post("/v1/sign-up", &json!({"phone": phone}));
    again.refused(&bank, 429, "code_resent_too_soon").await;
    assert_eq!(again.send(&bank, "en").await.header("retry-after"), Some("60"));
    let code = bank.code(phone, 0).await;
    let wrong = if code == "000000" { "111111" } else { "000000" };

    // Three tries, then fifteen minutes, in which even the right code does not help.
    let first = verify(&challenge, wrong).await;
    assert!(first.at("/detail").contains('2'), "{first:?}");
    first.refused(400, "code_wrong");
    verify(&challenge, wrong).await.refused(400, "code_wrong");
    let third = verify(&challenge, wrong).await.refused(429, "code_tries_used_up");
    assert_eq!(third.header("retry-after"), Some("900"));
    let right = Bad::post("/v1/sign-up/verify", &json!({"challenge_id": challenge, "code": code}));
    right.refused(&bank, 429, "code_tries_used_up").await;
    again.refused(&bank, 429, "code_tries_used_up").await;
    bank.clock.advance_seconds(901);
    right.refused(&bank, 400, "code_expired").await;
}

#[tokio::test]
async fn late_and_used_codes_are_refused_and_keep_the_ticket() {
    let bank = TestBank::open().await;
    let phone = "+998901000007";
    let start = async || {
        let answer = bank.post("/v1/sign-up").json(&json!({"phone": phone})).send().await;
        answer.expect(202).at("/challenge_id")
    };
    // Late.
    let late = start().await;
    let code = bank.code(phone, 0).await;
    bank.clock.advance_seconds(181);
    let call = Bad::post("/v1/sign-up/verify", &json!({"challenge_id": late, "code": code}));
    call.refused(&bank, 400, "code_expired").await;

    // Used, and what is no code or challenge at all.
    let good = start().await;
    let code = bank.code(phone, 1).await;
    let body = json!({"challenge_id": good, "code": code});
    let ticket = bank.post("/v1/sign-up/verify").json(&body).send().await.expect(200).at("/ticket");
    let call = Bad::post("/v1/sign-up/verify", &json!({"challenge_id": good, "code": code}));
    call.refused(&bank, 400, "code_expired").await;
    for (challenge, code, refusal) in [
        ("chl_019ab2c47d107c3e8f000123456789ab", "123456", "code_expired"),
        ("chl_019AB2C47D107C3E8F000123456789AB", "123456", "field_invalid"),
        (good.as_str(), "12345", "field_invalid"),
        (good.as_str(), "１２３４５６", "field_invalid"),
    ] {
        let body = json!({"challenge_id": challenge, "code": code});
        Bad::post("/v1/sign-up/verify", &body).refused(&bank, 400, refusal).await;
    }

    // What a new customer says of themselves.
    let whole = json!({
        "ticket": ticket, "password": PASSWORD, "first_name": "Aziz", "last_name": "Karimov",
        "birth_date": "1990-01-01", "language": "uz",
    });
    let changes = [
        ("ticket", "bk_su_nothing", 400, "code_expired"),
        ("password", "short", 400, "password_too_short"),
        ("password", "password123456", 400, "password_too_common"),
        ("password", &"a b".repeat(500), 400, "password_too_long"),
        ("first_name", "", 400, "name_malformed"),
        ("last_name", "<b>", 400, "name_malformed"),
        ("birth_date", "yesterday", 400, "birth_date_invalid"),
        ("birth_date", "1800-01-01", 400, "birth_date_invalid"),
        ("birth_date", "2020-01-01", 422, "customer_too_young"),
        ("language", "fr", 400, "field_invalid"),
    ];
    for (name, value, status, refusal) in changes {
        let mut body = whole.clone();
        body[name] = json!(value);
        Bad::post("/v1/sign-up/complete", &body).refused(&bank, status, refusal).await;
    }
    // The ticket has survived all that.
    bank.post("/v1/sign-up/complete").json(&whole).send().await.expect(201);
}

#[tokio::test]
async fn sign_in_tells_nothing_and_slows_down() {
    let bank = TestBank::open().await;
    bank.person("+998901000001", "Lola", 0).await;
    let wrong = |phone: &str| {
        Bad::post("/v1/sign-in", &json!({"phone": phone, "password": "not this one at all"}))
    };
    let known = wrong("+998901000001").send(&bank, "en").await;
    let unknown = wrong("+998901999999").send(&bank, "en").await;
    assert_eq!(known.at("/detail"), unknown.at("/detail"));
    assert_eq!(known.header("www-authenticate"), Some("Bearer"));
    known.refused(401, "sign_in_failed");
    let mut last = unknown.refused(401, "sign_in_failed");
    for _ in 0..10 {
        last = wrong("+998901000001").send(&bank, "en").await;
    }
    assert!(last.header("retry-after").is_some());
    last.refused(429, "sign_in_throttled");
    wrong("+998901000001").refused(&bank, 429, "sign_in_throttled").await;
}
