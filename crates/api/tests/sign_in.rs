//! Sign-ins through the API: a first factor, a second one, and what a device stands for.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use axum::http::Method;
use common::app::App;
use common::program::Program;
use common::{Answer, PASSWORD, TestBank};
use futures_util::future::join_all;
use serde_json::{Value, json};

const PHONE: &str = "+998901000001";
const NEW_PASSWORD: &str = "besh qora ot daryoda";

/// Begins a sign-in by a client without a key.
async fn begin(bank: &TestBank, phone: &str, password: &str) -> Answer {
    let body = json!({"phone": phone, "password": password});
    bank.post("/v1/sign-in").json(&body).send().await
}

/// Answers it.
async fn answer(bank: &TestBank, waits: &Answer, method: &str, code: &str) -> Answer {
    let uri = format!("/v1/sign-in/{}/answer", waits.at("/challenge_id"));
    let answer = json!({"method": method, "code": code});
    let body = json!({"challenge_token": waits.at("/challenge_token"), "answer": answer});
    bank.post(&uri).json(&body).send().await
}

fn by_sms(code: &str) -> Value {
    json!({"method": "sms", "code": code})
}

/// A code that is not this one.
fn other(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

/// Sets a program up for whoever just signed in. Gives recovery codes, too.
async fn with_program(bank: &TestBank, token: &str) -> (Program, Vec<String>) {
    let made = bank.post("/v1/me/factors/totp").token(token).send().await.expect(201);
    let program = Program(made.at("/secret"));
    let body = json!({"code": program.code(bank.clock.now())});
    let call = bank.post("/v1/me/factors/totp/confirm").token(token).json(&body);
    let codes = call.send().await.expect(200).json();
    let codes = codes["recovery_codes"].as_array().unwrap();
    (program, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

/// The devices of a customer, as their app sees them.
async fn devices(app: &App<'_>, tokens: &Answer) -> Vec<Value> {
    let listed = app.get("/v1/devices", &tokens.at("/access_token")).await.expect(200).json();
    listed["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_password_waits_for_a_code_that_lets_in_once() {
    let bank = TestBank::open().await;
    bank.customer(PHONE, "Lola").await;
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    assert_eq!(waits.json()["methods"], json!(["sms"]));
    assert!(waits.json().get("access_token").is_none());
    let code = bank.code(PHONE, 0).await;
    // Another sign-in a moment later: one message a minute.
    let second = begin(&bank, PHONE, PASSWORD).await.expect(202);
    assert_eq!((second.json()["code"].clone(), bank.sent(PHONE)), (Value::Null, 1));
    // The code is of the first, and so is its token.
    answer(&bank, &second, "sms", &code).await.refused(400, "code_expired");
    let uri = format!("/v1/sign-in/{}/answer", waits.at("/challenge_id"));
    let mixed = json!({"challenge_token": second.at("/challenge_token"), "answer": by_sms(&code)});
    bank.post(&uri).json(&mixed).send().await.refused(400, "challenge_over");
    answer(&bank, &waits, "totp", &code).await.refused(400, "method_not_offered");
    answer(&bank, &waits, "sms", "12345").await.refused(400, "field_invalid");
    answer(&bank, &waits, "sms", &other(&code)).await.refused(400, "answer_wrong");

    let tokens = answer(&bank, &waits, "sms", &code).await.expect(200);
    assert_eq!(tokens.at("/token_type"), "Bearer");
    answer(&bank, &waits, "sms", &code).await.refused(400, "challenge_over");
    bank.get("/v1/me").token(&tokens.at("/access_token")).send().await.expect(200);

    // A code for the second, when its time has come.
    let uri = format!("/v1/sign-in/{}/code", second.at("/challenge_id"));
    let body = json!({"challenge_token": second.at("/challenge_token")});
    let soon = bank.post(&uri).json(&body).send().await.refused(429, "code_resent_too_soon");
    assert!(soon.header("retry-after").is_some());
    bank.clock.advance_seconds(61);
    bank.post(&uri).json(&body).send().await.expect(202);
    let fresh = bank.code(PHONE, 1).await;
    answer(&bank, &second, "sms", &fresh).await.expect(200);
}

#[tokio::test]
async fn a_program_takes_the_place_of_messages() {
    let bank = TestBank::open().await;
    bank.customer(PHONE, "Lola").await;
    let token = bank.sign_in(PHONE).await.at("/access_token");
    let (program, recovery) = with_program(&bank, &token).await;
    assert_eq!(recovery.len(), 10);
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    assert_eq!(waits.json()["methods"], json!(["totp", "recovery_code"]));
    assert_eq!((waits.json()["code"].clone(), bank.sent(PHONE)), (Value::Null, 0));
    answer(&bank, &waits, "sms", "123456").await.refused(400, "method_not_offered");
    let uri = format!("/v1/sign-in/{}/code", waits.at("/challenge_id"));
    let body = json!({"challenge_token": waits.at("/challenge_token")});
    bank.post(&uri).json(&body).send().await.refused(400, "method_not_offered");
    // The code that set the program up is used.
    let used = program.code(bank.clock.now());
    answer(&bank, &waits, "totp", &used).await.refused(400, "answer_wrong");
    bank.clock.advance_seconds(30);
    let code = program.code(bank.clock.now());
    let second = begin(&bank, PHONE, PASSWORD).await.expect(202);
    let both = [&waits, &second].map(|waits| answer(&bank, waits, "totp", &code));
    let mut statuses: Vec<_> = join_all(both).await.iter().map(|a| a.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "one code lets in once");
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let bank = TestBank::open().await;
    bank.customer(PHONE, "Lola").await;
    let token = bank.sign_in(PHONE).await.at("/access_token");
    let (_, recovery) = with_program(&bank, &token).await;
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    let nobodys = "0000-0000-0000-0000-0000-0000";
    answer(&bank, &waits, "recovery_code", nobodys).await.refused(400, "answer_wrong");
    // As people type it.
    let typed = recovery[0].to_lowercase().replace('-', " ");
    answer(&bank, &waits, "recovery_code", &typed).await.expect(200);
    let again = begin(&bank, PHONE, PASSWORD).await.expect(202);
    answer(&bank, &again, "recovery_code", &recovery[0]).await.refused(400, "answer_wrong");
    let factors = bank.get("/v1/me/factors").token(&token).send().await.expect(200);
    assert_eq!(factors.at("/recovery_codes_left"), "9");
    answer(&bank, &again, "recovery_code", &recovery[1]).await.expect(200);
}

#[tokio::test]
async fn a_pin_lets_in_on_its_device_for_five_tries() {
    let bank = TestBank::open_at_site(true).await;
    bank.customer(PHONE, "Lola").await;
    let (app, thief) = (bank.app(), bank.app());
    let tokens = app.sign_in(PHONE, Some("Telefonim")).await;
    let device = devices(&app, &tokens).await[0]["device_id"].clone();
    let token = tokens.at("/access_token");
    let path = "/v1/me/factors/pin";
    let weak = app.put(path, &token, &json!({"pin": "123456"})).await;
    weak.refused(400, "pin_too_common");
    app.put(path, &token, &json!({"pin": "608537"})).await.expect(204);

    let enter = async |app: &App<'_>, pin: &str| {
        app.post("/v1/sign-in/pin", &json!({"device_id": device, "pin": pin})).await
    };
    let entered = enter(&app, "608537").await.expect(200);
    assert_eq!(entered.at("/token_type"), "DPoP");
    app.get("/v1/me", &entered.at("/access_token")).await.expect(200);
    // Without the device it is worth nothing, and what is no PIN is no try.
    enter(&thief, "608537").await.refused(401, "sign_in_failed");
    let body = json!({"device_id": device, "pin": "608537"});
    let bare = bank.post("/v1/sign-in/pin").json(&body).send().await;
    bare.refused(401, "sign_in_failed");
    enter(&app, "73041").await.refused(400, "field_invalid");
    let guesses = join_all((0..20).map(|_| enter(&app, "604137"))).await;
    let codes: Vec<_> = guesses.iter().map(|answer| answer.at("/code")).collect();
    // The last that is looked at says that there are no more.
    assert_eq!(codes.iter().filter(|code| *code == "sign_in_failed").count(), 4, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "pin_locked").count(), 16, "{codes:?}");
    enter(&app, "608537").await.refused(401, "pin_locked");
    // The password goes on working on this device, and another PIN can be set.
    let again = app.begin(PHONE).await.expect(200);
    let renewed = json!({"pin": "604137"});
    app.put(path, &again.at("/access_token"), &renewed).await.expect(204);
    enter(&app, "604137").await.expect(200);
}

#[tokio::test]
async fn on_a_bound_device_the_password_is_enough() {
    let bank = TestBank::open_at_site(true).await;
    bank.customer(PHONE, "Lola").await;
    // A customer of some days, who could have something to lose.
    bank.clock.advance_seconds(3 * 86_400);
    let (app, strange) = (bank.app(), bank.app());
    // Without a name it stays a stranger.
    let tokens = app.sign_in(PHONE, None).await;
    assert_eq!(devices(&app, &tokens).await, Vec::<Value>::new());
    bank.clock.advance_seconds(61);
    let tokens = app.sign_in(PHONE, Some("Mening telefonim")).await;
    let bound = devices(&app, &tokens).await;
    assert_eq!((&bound[0]["kind"], &bound[0]["state"]), (&json!("app"), &json!("cooling")));
    assert_eq!(bound[0]["name"], json!("Mening telefonim"));
    assert!(bound[0]["cooling_until"].is_string());

    let sent = bank.sent(PHONE);
    let again = app.begin(PHONE).await.expect(200);
    assert_eq!((again.at("/token_type"), bank.sent(PHONE)), ("DPoP".to_owned(), sent));
    // It is the key that is known, not the name that the bank gave it.
    strange.begin(PHONE).await.expect(202);
    begin(&bank, PHONE, PASSWORD).await.expect(202);
    // It has cooled off.
    bank.clock.advance_seconds(12 * 3_600);
    let cooled = app.begin(PHONE).await.expect(200);
    assert_eq!(devices(&app, &cooled).await[0]["state"], json!("active"));
    // Unbound it is unknown, and its sessions are over.
    let path = format!("/v1/devices/{}", bound[0]["device_id"].as_str().unwrap());
    let token = cooled.at("/access_token");
    app.call(Method::DELETE, &path, &token, None).await.expect(204);
    app.get("/v1/me", &token).await.refused(401, "sign_in_required");
    app.begin(PHONE).await.expect(202);
}

/// Becomes a customer. With an app, the telephone proves its key.
async fn sign_up(bank: &TestBank, app: Option<&App<'_>>, phone: &str) -> Answer {
    let post = async |path: &str, body: &Value| match app {
        Some(app) => app.post(path, body).await,
        None => bank.post(path).json(body).send().await,
    };
    let started = post("/v1/sign-up", &json!({"phone": phone})).await.expect(202);
    let code = bank.code(phone, 0).await;
    let proof = json!({"challenge_id": started.at("/challenge_id"), "code": code});
    let ticket = post("/v1/sign-up/verify", &proof).await.expect(200).at("/ticket");
    let person = json!({
        "ticket": ticket, "password": PASSWORD, "first_name": "Dilnoza", "last_name": "Karimova",
        "birth_date": "1995-03-08", "language": "uz",
    });
    post("/v1/sign-up/complete", &person).await.expect(201)
}

#[tokio::test]
async fn the_device_of_a_sign_up_is_active_at_once() {
    let bank = TestBank::open_at_site(true).await;
    let (app, strange) = (bank.app(), bank.app());
    let signed_up = sign_up(&bank, Some(&app), PHONE).await;
    let token = signed_up.at("/tokens/access_token");
    assert_eq!(signed_up.at("/tokens/token_type"), "DPoP");
    let listed = app.get("/v1/devices", &token).await.expect(200).json();
    let first = &listed["items"][0];
    assert_eq!((&first["kind"], &first["state"]), (&json!("app"), &json!("active")));
    assert_eq!((&first["cooling_until"], listed["items"].get(1)), (&Value::Null, None));
    let sessions = app.get("/v1/sessions", &token).await.expect(200).json();
    assert_eq!(sessions["items"][0]["device_id"], first["device_id"]);

    // It is known from then on, and only it.
    bank.clock.advance_seconds(61);
    let sent = bank.sent(PHONE);
    let again = app.begin(PHONE).await.expect(200);
    assert_eq!((again.at("/token_type"), bank.sent(PHONE)), ("DPoP".to_owned(), sent));
    strange.begin(PHONE).await.expect(202);

    // Who signs up without a key has no device.
    let phone = "+998901000002";
    let bare = sign_up(&bank, None, phone).await.at("/tokens/access_token");
    let listed = bank.get("/v1/devices").token(&bare).send().await.expect(200);
    assert_eq!(listed.json()["items"], json!([]));
    app.begin(phone).await.expect(202);
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_key_that_began_it() {
    let bank = TestBank::open_at_site(true).await;
    bank.customer(PHONE, "Lola").await;
    let (app, thief) = (bank.app(), bank.app());
    let waits = app.begin(PHONE).await.expect(202);
    let code = bank.code(PHONE, 0).await;
    // Whoever overheard all of it, with a key of their own or none, more often than five times.
    for _ in 0..6 {
        let stolen = thief.answer(&waits, by_sms(&code), Some("Telefonim")).await;
        stolen.refused(400, "challenge_over");
        answer(&bank, &waits, "sms", &code).await.refused(400, "challenge_over");
    }
    for step in ["code", "passkey"] {
        let uri = format!("/v1/sign-in/{}/{step}", waits.at("/challenge_id"));
        let body = json!({"challenge_token": waits.at("/challenge_token")});
        thief.post(&uri, &body).await.refused(400, "challenge_over");
    }
    app.answer(&waits, by_sms(&code), None).await.expect(200);
    // Nor does a key take over what was begun without one.
    bank.clock.advance_seconds(61);
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    let code = bank.code(PHONE, 1).await;
    thief.answer(&waits, by_sms(&code), None).await.refused(400, "challenge_over");
    answer(&bank, &waits, "sms", &code).await.expect(200);
}

#[tokio::test]
async fn five_wrong_answers_end_a_sign_in() {
    let bank = TestBank::open().await;
    bank.customer(PHONE, "Lola").await;
    let token = bank.sign_in(PHONE).await.at("/access_token");
    let (program, _) = with_program(&bank, &token).await;
    bank.clock.advance_seconds(60);
    let right = program.code(bank.clock.now());
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    for _ in 0..4 {
        answer(&bank, &waits, "totp", &other(&right)).await.refused(400, "answer_wrong");
    }
    for code in [other(&right), right.clone()] {
        answer(&bank, &waits, "totp", &code).await.refused(422, "answer_tries_used_up");
    }
    // Many at once are no more than five, and the customer begins again.
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    let wrong = other(&right);
    let guesses = join_all((0..20).map(|_| answer(&bank, &waits, "totp", &wrong))).await;
    let codes: Vec<_> = guesses.iter().map(|answer| answer.at("/code")).collect();
    assert_eq!(codes.iter().filter(|code| *code == "answer_wrong").count(), 4, "{codes:?}");
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    answer(&bank, &waits, "totp", &right).await.expect(200);
}

#[tokio::test]
async fn what_changes_meanwhile_ends_a_sign_in_that_waits() {
    let bank = TestBank::open().await;
    bank.customer(PHONE, "Lola").await;
    let token = bank.sign_in(PHONE).await.at("/access_token");
    let waits = begin(&bank, PHONE, PASSWORD).await.expect(202);
    let code = bank.code(PHONE, 0).await;
    let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    bank.put("/v1/me/password").token(&token).json(&change).send().await.expect(204);
    answer(&bank, &waits, "sms", &code).await.refused(400, "challenge_over");
    begin(&bank, PHONE, PASSWORD).await.refused(401, "sign_in_failed");

    bank.clock.advance_seconds(61);
    let waits = begin(&bank, PHONE, NEW_PASSWORD).await.expect(202);
    let code = bank.code(PHONE, 1).await;
    let token = bank.sign_in(PHONE).await.at("/access_token");
    bank.post("/v1/freeze").token(&token).send().await.expect(200);
    answer(&bank, &waits, "sms", &code).await.refused(400, "challenge_over");
}
