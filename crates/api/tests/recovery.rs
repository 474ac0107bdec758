//! Contacts, documents and password resets, through the API.

mod common;

use common::{PASSWORD, TestBank};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "besh qora ot daryoda";

fn document() -> Value {
    json!({"number": "AA1234567", "personal_number": "31705901230018", "expires_on": "2040-01-01"})
}

#[tokio::test]
async fn a_password_is_reset_by_a_code_and_a_document() {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 0).await;
    let call = bank.put("/v1/me/identity-document").token(&lola.token).json(&document());
    call.send().await.expect(204);
    let shown = bank.get("/v1/me/identity-document").token(&lola.token).send().await.expect(200);
    assert_eq!(shown.at("/number"), "** ****567");
    assert!(!shown.text.contains("1234567") && !shown.text.contains("3170590"));
    bank.clock.advance_seconds(12 * 3_600);

    let start = async |phone: &str| {
        bank.post("/v1/password-reset").json(&json!({"phone": phone})).send().await.expect(202)
    };
    let (known, unknown) = (start(&lola.phone).await, start("+998901000009").await);
    let names = |answer: &common::Answer| -> Vec<String> {
        answer.json().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names(&known), names(&unknown));
    let key = known.at("/reset_key");
    let code = bank.code(&lola.phone, 0).await;
    let step = async |path: &str, mut body: Value| {
        body.as_object_mut().unwrap().insert("reset_key".to_owned(), json!(key));
        bank.post(&format!("/v1/password-reset/{path}")).json(&body).send().await
    };
    let new = json!({"new_password": NEW_PASSWORD});
    step("complete", new.clone()).await.refused(400, "reset_over");
    step("verify", json!({"code": "12345"})).await.refused(400, "field_invalid");
    step("verify", json!({"code": code})).await.expect(204);
    let proof = |number: &str| {
        let document = json!({"method": "document", "number": number, "birth_date": "1990-05-17"});
        json!({"proof": document})
    };
    step("prove", json!({"proof": {"method": "device"}})).await.refused(400, "reset_proof_wrong");
    step("prove", proof("AA1234568")).await.refused(400, "reset_proof_wrong");
    let unknown_way = json!({"proof": {"method": "palm", "code": "1"}});
    step("prove", unknown_way).await.refused(400, "request_malformed");
    let same = json!({"new_password": PASSWORD});
    step("complete", same.clone()).await.refused(400, "reset_over");
    step("prove", proof("AA1234567")).await.expect(204);
    step("complete", same).await.refused(400, "password_unchanged");
    step("complete", new.clone()).await.expect(204);
    step("complete", new).await.refused(400, "reset_over");
    bank.get("/v1/me").token(&lola.token).send().await.refused(401, "sign_in_required");
}

/// Whoever made a freeze necessary may know the password: no door opens by it any more.
#[tokio::test]
async fn the_password_of_a_customer_who_was_frozen_is_void() {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 0).await;
    let call = bank.put("/v1/me/identity-document").token(&lola.token).json(&document());
    call.send().await.expect(204);
    bank.clock.advance_seconds(4 * 86_400);
    let here = bank.sign_in(&lola.phone).await.at("/access_token");
    bank.post("/v1/freeze").token(&here).send().await.expect(200);
    let sign_in = async |password: &str| {
        let by = json!({"phone": lola.phone, "password": password});
        bank.post("/v1/sign-in").json(&by).send().await
    };
    sign_in(PASSWORD).await.refused(403, "sign_in_stopped");
    bank.unfreeze(&lola).await;
    sign_in(PASSWORD).await.refused(403, "password_void");
    sign_in("not the password").await.refused(401, "sign_in_failed");

    let before = bank.sent(&lola.phone);
    let started = bank.post("/v1/password-reset").json(&json!({"phone": lola.phone})).send().await;
    let key = started.expect(202).at("/reset_key");
    let code = bank.code(&lola.phone, before).await;
    let proof = json!({"method": "document", "number": "AA1234567", "birth_date": "1990-05-17"});
    for (path, mut body, status) in [
        ("verify", json!({"code": code}), 204),
        ("prove", json!({"proof": proof}), 204),
        ("complete", json!({"new_password": PASSWORD}), 400),
        ("complete", json!({"new_password": NEW_PASSWORD}), 204),
    ] {
        body["reset_key"] = json!(key);
        let step = bank.post(&format!("/v1/password-reset/{path}")).json(&body);
        step.send().await.expect(status);
    }
    sign_in(NEW_PASSWORD).await.expect(202);
}

#[tokio::test]
async fn a_passkey_proves_more_than_the_phone() {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 0).await;
    let nodira = bank.person("+998901000002", "Nodira", 0).await;
    let (_, mut passkey) = bank.add_passkey(&lola.token).await;
    let (_, mut strangers) = bank.add_passkey(&nodira.token).await;
    // One that is new proves nothing yet.
    bank.clock.advance_seconds(12 * 3_600);
    let lola_here = bank.sign_in(&lola.phone).await.at("/access_token");
    let nodira_here = bank.sign_in(&nodira.phone).await.at("/access_token");
    let started = bank.post("/v1/password-reset").json(&json!({"phone": lola.phone})).send().await;
    let key = started.expect(202).at("/reset_key");
    let step = async |path: &str, body: Value| {
        let mut body = body;
        body["reset_key"] = json!(key);
        bank.post(&format!("/v1/password-reset/{path}")).json(&body).send().await
    };
    let asked = async || bank.post("/v1/sign-in/passkey").send().await.expect(200).json();
    let proof = |asked: &Value, credential: Value| {
        let id = asked["passkey_challenge_id"].clone();
        let passkey = json!({"passkey_challenge_id": id, "credential": credential});
        json!({"proof": {"method": "passkey", "passkey": passkey}})
    };
    // Not before the code to the phone.
    let challenge = asked().await;
    let early = proof(&challenge, passkey.assert(&challenge["options"]));
    step("prove", early).await.refused(400, "reset_over");
    let code = bank.code(&lola.phone, 0).await;
    step("verify", json!({"code": code})).await.expect(204);
    // Another customer's passkey, and an answer to another challenge.
    let challenge = asked().await;
    let strange = proof(&challenge, strangers.assert(&challenge["options"]));
    step("prove", strange).await.refused(400, "reset_proof_wrong");
    let (one, other) = (asked().await, asked().await);
    let mixed = proof(&one, passkey.assert(&other["options"]));
    step("prove", mixed).await.refused(400, "reset_proof_wrong");
    let malformed = json!({"proof": {"method": "passkey", "passkey": {"credential": {}}}});
    step("prove", malformed).await.refused(400, "request_malformed");
    step("complete", json!({"new_password": NEW_PASSWORD})).await.refused(400, "reset_over");

    let challenge = asked().await;
    let right = proof(&challenge, passkey.assert(&challenge["options"]));
    step("prove", right.clone()).await.expect(204);
    step("complete", json!({"new_password": NEW_PASSWORD})).await.expect(204);
    step("prove", right).await.refused(400, "reset_over");
    bank.get("/v1/me").token(&lola_here).send().await.refused(401, "sign_in_required");
    bank.get("/v1/me").token(&nodira_here).send().await.expect(200);
}

#[tokio::test]
async fn forged_addresses_do_not_buy_more_codes() {
    let bank = TestBank::open().await;
    bank.customer("+998901000001", "Lola").await;
    bank.clock.advance_seconds(3_600 - bank.clock.now().micros() / 1_000_000 % 3_600);
    let mut sent = 0;
    for n in 0..20 {
        bank.clock.advance_seconds(61);
        let address = format!("198.18.{n}.1");
        let call = bank.post("/v1/password-reset").header("x-forwarded-for", &address);
        let call = call.header("forwarded", &format!("for={address}"));
        let answer = call.json(&json!({"phone": "+998901000001"})).send().await;
        if answer.status.as_u16() == 202 {
            sent += 1;
        } else {
            answer.refused(429, "too_many_requests");
        }
    }
    assert_eq!(sent, 5, "one network gets five an hour, whatever it says of itself");
}

#[tokio::test]
async fn contacts_and_the_password_change_in_a_session() {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 0).await;
    let nodira = bank.person("+998901000002", "Nodira", 0).await;
    let post = async |path: &str, token: &str, body: Value| {
        bank.post(&format!("/v1/me/{path}")).token(token).json(&body).send().await
    };
    post("email", &lola.token, json!({"email": "no address"}))
        .await
        .refused(400, "email_malformed");
    post("email", &lola.token, json!({"email": "lola@example.uz"})).await.expect(202);
    let phone = json!({"phone": "+998901000003"});
    let challenge = post("phone", &lola.token, phone).await.expect(202).at("/challenge_id");
    let code = bank.code("+998901000003", 0).await;
    let answer = json!({"challenge_id": challenge, "code": code});
    // Nobody else's session answers it.
    post("phone/verify", &nodira.token, answer.clone()).await.refused(400, "code_expired");
    post("phone/verify", &lola.token, answer).await.expect(204);
    let me = bank.get("/v1/me").token(&lola.token).send().await.expect(200);
    assert_eq!(me.at("/phone"), "+998901000003");

    let change = async |old: &str, new: &str| {
        let body = json!({"current_password": old, "new_password": new});
        bank.put("/v1/me/password").token(&lola.token).json(&body).send().await
    };
    change("another one", NEW_PASSWORD).await.refused(400, "password_wrong");
    change(PASSWORD, NEW_PASSWORD).await.expect(204);
    // The access token is over; the session goes on with the next one.
    bank.get("/v1/me").token(&lola.token).send().await.refused(401, "sign_in_required");
}
