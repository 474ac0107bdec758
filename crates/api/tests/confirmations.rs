//! Payments that are confirmed through the API: by what, and that a confirmation is of exactly what
//! was shown, in its session, in time, and of one payment.

mod common;

use axum::http::Method;
use common::app::App;
use common::key::ClientKey;
use common::program::Program;
use common::{Answer, Person, TestBank, transfer};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Somebody who pays from their telephone, which the bank knows.
struct Payer<'a> {
    app: App<'a>,
    /// The key that they unlock to confirm.
    key: ClientKey,
    person: Person,
    token: String,
    refresh: String,
}

impl<'a> Payer<'a> {
    async fn new(bank: &'a TestBank, phone: &str) -> Self {
        let (app, person) = (bank.app(), bank.person(phone, "Lola", 100_000).await);
        let tokens = app.sign_in(phone, Some("Telefonim")).await;
        let (token, refresh) = (tokens.at("/access_token"), tokens.at("/refresh_token"));
        let (key, session) = (ClientKey::new(), tokens.at("/session_id"));
        let body = json!({"key": key.jwk(), "signature": key.sign(&session)});
        app.put("/v1/me/factors/device-key", &token, &body).await.expect(204);
        Self { app, key, person, token, refresh }
    }

    /// Goes on in the same session with new tokens.
    async fn renew(&mut self) {
        let body = json!({"refresh_token": self.refresh});
        let tokens = self.app.post("/v1/token/refresh", &body).await.expect(200);
        self.token = tokens.at("/access_token");
        self.refresh = tokens.at("/refresh_token");
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.app.call(Method::POST, path, &self.token, Some(body)).await
    }

    async fn preview(&self, to: &Person, value: &str) -> String {
        let body = transfer(&self.person, &json!({"phone": to.phone}), value);
        self.post("/v1/transfers/preview", &body).await.expect(200).at("/quote")
    }

    async fn ask(&self, quote: &str) -> Answer {
        self.post("/v1/transfers/confirmation", &json!({"quote": quote})).await.expect(201)
    }

    async fn answer(&self, asked: &Answer, method: &str, code: &str) -> Answer {
        let uri = format!("/v1/confirmations/{}/answer", asked.at("/challenge_id"));
        self.post(&uri, &json!({"answer": {"method": method, "code": code}})).await
    }

    /// A confirmation that the telephone gave.
    async fn confirmed(&self, quote: &str) -> String {
        let asked = self.ask(quote).await;
        let signature = self.key.sign(&asked.at("/text"));
        self.answer(&asked, "device_key", &signature).await.expect(204);
        asked.at("/challenge_id")
    }

    async fn pay(&self, quote: &str, confirmation: &str) -> Answer {
        let body = json!({"quote": quote, "confirmation_id": confirmation});
        self.app.transfer(&self.token, self.app.bank.new_key(), &body).await
    }
}

#[tokio::test]
async fn the_telephones_key_signs_exactly_what_is_shown() {
    let bank = TestBank::open_at_site(true).await;
    let lola = Payer::new(&bank, "+998901000001").await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let (ten, other) = (lola.preview(&bob, "10.00").await, lola.preview(&bob, "900.00").await);
    let asked = lola.ask(&ten).await;
    // Nothing weaker is taken where the telephone can sign.
    assert_eq!(asked.json()["methods"], json!(["device_key"]));
    assert_eq!((asked.at("/code_sent"), bank.sent(&bob.phone)), ("false".to_owned(), 0));
    for weaker in ["sms", "totp", "pin"] {
        lola.answer(&asked, weaker, "123456").await.refused(400, "method_not_offered");
    }
    let text = asked.at("/text");
    for shown in ["10.00", "UZS", "Botir K.", &bob.number[16..], &lola.person.number[16..]] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
    // Another amount, another payment's text, another telephone.
    let dearer = lola.key.sign(&text.replace("10.00", "900.00"));
    let others = lola.key.sign(&lola.ask(&other).await.at("/text"));
    let strange = ClientKey::new().sign(&text);
    // The key that signs every request asks nobody.
    let asks_nobody = lola.app.key.sign(&text);
    for forged in [dearer.as_str(), &others, &strange, &asks_nobody] {
        lola.answer(&asked, "device_key", forged).await.refused(400, "answer_wrong");
    }
    let right = lola.key.sign(&text);
    lola.answer(&asked, "device_key", &right).await.expect(204);
    lola.answer(&asked, "device_key", &right).await.refused(400, "challenge_over");

    // Good for this payment only, and once.
    let confirmation = asked.at("/challenge_id");
    lola.pay(&other, &confirmation).await.refused(403, "step_up_required");
    lola.pay(&ten, &confirmation).await.expect(201);
    lola.pay(&ten, &confirmation).await.refused(409, "quote_used");
    let again = lola.preview(&bob, "10.00").await;
    lola.pay(&again, &confirmation).await.refused(403, "step_up_required");
    assert_eq!(bank.balance(&bob).await, "10.00");
}

#[tokio::test]
async fn a_telephone_confirms_with_a_key_that_its_user_unlocks_or_not_at_all() {
    let bank = TestBank::open_at_site(true).await;
    let (app, lola) = (bank.app(), bank.person("+998901000001", "Lola", 100_000).await);
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let tokens = app.sign_in(&lola.phone, Some("Telefonim")).await;
    let (token, session) = (tokens.at("/access_token"), tokens.at("/session_id"));
    let methods = async || {
        let body = transfer(&lola, &json!({"phone": bob.phone}), "10.00");
        let path = "/v1/transfers/preview";
        let quoted = app.call(Method::POST, path, &token, Some(&body)).await.expect(200);
        let body = json!({"quote": quoted.at("/quote")});
        let path = "/v1/transfers/confirmation";
        app.call(Method::POST, path, &token, Some(&body)).await.expect(201).json()["methods"]
            .clone()
    };
    assert_eq!(methods().await, json!(["sms"]));
    let put = async |key: &ClientKey, signed: &str| {
        let body = json!({"key": key.jwk(), "signature": key.sign(signed)});
        app.put("/v1/me/factors/device-key", &token, &body).await
    };
    let key = ClientKey::new();
    put(&app.key, &session).await.refused(422, "device_not_bound");
    put(&key, "ses_019ab2c47d107c3e8f000123456789ab").await.refused(400, "answer_wrong");
    let mut odd = key.jwk();
    odd["crv"] = json!("P-384");
    let body = json!({"key": odd, "signature": key.sign(&session)});
    let odd = app.put("/v1/me/factors/device-key", &token, &body).await;
    odd.refused(400, "field_invalid");
    assert_eq!(methods().await, json!(["sms"]));
    put(&key, &session).await.expect(204);
    assert_eq!(methods().await, json!(["device_key"]));
    // A session that is on no device of the customer has none to give a key to.
    let body = json!({"key": key.jwk(), "signature": key.sign(&lola.session)});
    let call = bank.put("/v1/me/factors/device-key").token(&lola.token).json(&body);
    call.send().await.refused(422, "device_not_bound");
}

#[tokio::test]
async fn a_confirmation_is_of_its_session_and_of_its_time() {
    let bank = TestBank::open_at_site(true).await;
    let mut lola = Payer::new(&bank, "+998901000001").await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let quote = lola.preview(&bob, "10.00").await;
    let (asked, confirmation) = (lola.ask(&quote).await, lola.confirmed(&quote).await);
    // Another session of the same customer, on the same telephone.
    let first = lola.token.clone();
    lola.token = lola.app.begin(&lola.person.phone).await.expect(200).at("/access_token");
    let signature = lola.key.sign(&asked.at("/text"));
    lola.answer(&asked, "device_key", &signature).await.refused(400, "challenge_over");
    lola.pay(&quote, &confirmation).await.refused(403, "step_up_required");
    lola.token = first;
    // Five minutes later it is too late to answer, and to pay with what was answered then. The
    // preview lives on, and is confirmed anew.
    bank.clock.advance_seconds(300);
    lola.renew().await;
    lola.answer(&asked, "device_key", &signature).await.refused(400, "challenge_over");
    lola.pay(&quote, &confirmation).await.refused(403, "step_up_required");
    let confirmation = lola.confirmed(&quote).await;
    lola.pay(&quote, &confirmation).await.expect(201);
    assert_eq!(bank.sent(&lola.person.phone), 1, "the code of the first sign-in only");
}

#[tokio::test]
async fn a_pin_and_a_passkey_confirm_too() {
    let bank = TestBank::open_at_site(true).await;
    let lola = Payer::new(&bank, "+998901000001").await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    // A program signs nothing, so it confirms no payment.
    let made = lola.app.call(Method::POST, "/v1/me/factors/totp", &lola.token, None).await;
    let program = Program(made.expect(201).at("/secret"));
    let body = json!({"code": program.code(bank.clock.now())});
    lola.post("/v1/me/factors/totp/confirm", &body).await.expect(200);
    let pin = json!({"pin": "608537"});
    lola.app.put("/v1/me/factors/pin", &lola.token, &pin).await.expect(204);
    let quote = lola.preview(&bob, "10.00").await;
    let asked = lola.ask(&quote).await;
    assert_eq!(asked.json()["methods"], json!(["device_key", "pin"]));
    let code = program.code(bank.clock.now());
    lola.answer(&asked, "totp", &code).await.refused(400, "method_not_offered");
    lola.answer(&asked, "pin", "604137").await.refused(400, "answer_wrong");
    lola.answer(&asked, "pin", "608537").await.expect(204);
    lola.pay(&quote, &asked.at("/challenge_id")).await.expect(201);

    // Without a device, a passkey: it signs what is shown, too.
    let nodira = bank.person("+998901000003", "Nodira", 100_000).await;
    let (_, mut passkey) = bank.add_passkey(&nodira.token).await;
    let ask = async |value: &str| {
        let quote = bank.preview(&nodira, &bob, value).await.expect(200).at("/quote");
        let call = bank.post("/v1/transfers/confirmation").token(&nodira.token);
        let asked = call.json(&json!({"quote": quote})).send().await.expect(201);
        assert_eq!(asked.json()["methods"], json!(["passkey"]));
        (quote, asked.at("/challenge_id"))
    };
    let start = async |confirmation: &str| {
        let uri = format!("/v1/confirmations/{confirmation}/passkey");
        bank.post(&uri).token(&nodira.token).send().await.expect(200).json()
    };
    let answer = async |confirmation: &str, id: &Value, credential: Value| {
        let passkey = json!({"passkey_challenge_id": id, "credential": credential});
        let body = json!({"answer": {"method": "passkey", "passkey": passkey}});
        let uri = format!("/v1/confirmations/{confirmation}/answer");
        bank.post(&uri).token(&nodira.token).json(&body).send().await
    };
    let ((ten, one), (_, two)) = (ask("10.00").await, ask("900.00").await);
    let options = start(&two).await;
    let signed = passkey.assert(&options["options"]);
    let mixed = answer(&one, &options["passkey_challenge_id"], signed).await;
    mixed.refused(400, "passkey_challenge_over");
    let options = start(&one).await;
    let signed = passkey.assert(&options["options"]);
    answer(&one, &options["passkey_challenge_id"], signed).await.expect(204);
    bank.confirm_with(&nodira, (&ten, &one), bank.new_key()).await.expect(201);
    assert_eq!(bank.balance(&bob).await, "20.00");
}

#[tokio::test]
async fn five_wrong_answers_end_a_confirmation() {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let quote = bank.preview(&lola, &bob, "10.00").await.expect(200).at("/quote");
    let body = json!({"quote": quote});
    let (id, code) = bank.asked(&lola, "/v1/transfers/confirmation", Some(&body)).await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let uri = format!("/v1/confirmations/{id}/answer");
    let answer = async |code: &str| {
        let body = json!({"answer": {"method": "sms", "code": code}});
        bank.post(&uri).token(&lola.token).json(&body).send().await
    };
    let guesses = join_all((0..20).map(|_| answer(wrong))).await;
    let codes: Vec<_> = guesses.iter().map(|answer| answer.at("/code")).collect();
    assert_eq!(codes.iter().filter(|code| *code == "answer_wrong").count(), 4, "{codes:?}");
    answer(&code).await.refused(422, "answer_tries_used_up");
    // The code of one confirmation is of no use in another, of the same preview.
    let (other, right) = bank.asked(&lola, "/v1/transfers/confirmation", Some(&body)).await;
    let uri = format!("/v1/confirmations/{other}/answer");
    let answer = async |code: &str| {
        let body = json!({"answer": {"method": "sms", "code": code}});
        bank.post(&uri).token(&lola.token).json(&body).send().await
    };
    if code != right {
        answer(&code).await.refused(400, "answer_wrong");
    }
    answer(&right).await.expect(204);
    bank.confirm_with(&lola, (&quote, &other), bank.new_key()).await.expect(201);
}
