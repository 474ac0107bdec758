//! What the log tells of a request, and what it must not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use common::TestBank;
use serde_json::json;
use tracing::subscriber::DefaultGuard;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes what this thread logs, at every level: the tests run on one thread each.
    fn begin(&self) -> DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || log.clone());
        tracing::subscriber::set_default(subscriber.finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_request_is_one_line_without_anything_personal() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let log = Log::default();
    let guard = log.begin();
    bank.get("/v1/operations?q=planted").token(&alice.token).send().await.expect(200);
    bank.get("/v1/accounts/planted").token(&alice.token).send().await.expect(400);
    bank.get("/planted?planted").header("x-planted", "planted").send().await.expect(404);
    bank.get("/v1/me").token("planted").send().await.expect(401);
    let body = json!({"phone": "+998901000001", "password": "planted planted planted"});
    bank.post("/v1/sign-in").json(&body).send().await.expect(401);
    bank.post("/v1/sign-in").json(&json!({"planted": "planted"})).send().await.expect(400);
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    // Without a confirmation it is refused, then one is asked for, answered, and used.
    let receipt = bank.confirm(&alice, &quote, bank.new_key()).await.expect(201);
    drop(guard);
    let code = bank.code(&alice.phone, 0).await;
    let text = log.text();
    let lines: Vec<_> =
        text.lines().filter(|line| line.contains(": request door=\"api\"")).collect();
    assert_eq!(lines.len(), 11, "{text}");
    for expected in [
        "method=GET route=\"/v1/operations\" status=200 micros=",
        "route=\"/v1/accounts/{account_id}\" status=400 refused=\"field_invalid\" micros=",
        "method=GET route=\"none\" status=404 refused=\"not_found\" micros=",
        "route=\"/v1/me\" status=401 refused=\"sign_in_required\" micros=",
        "method=POST route=\"/v1/sign-in\" status=401 refused=\"sign_in_failed\" micros=",
        "method=POST route=\"/v1/transfers\" status=403 refused=\"step_up_required\" micros=",
        "route=\"/v1/transfers/confirmation\" status=201 micros=",
        "route=\"/v1/confirmations/{challenge_id}/answer\" status=204 micros=",
        "method=POST route=\"/v1/transfers\" status=201 micros=",
    ] {
        assert!(lines.iter().any(|line| line.contains(expected)), "{expected}: {text}");
    }
    // Who it was is known as soon as a token or a password is right, and not before.
    let trace = receipt.header("x-request-id").unwrap();
    let who = format!(" customer={} session={}", alice.customer, alice.session);
    assert!(lines[10].contains(&format!("{who} trace={trace}")), "{}", lines[10]);
    assert!(lines[..2].iter().chain(&lines[6..]).all(|line| line.contains(&who)), "{text}");
    assert!(!lines[2..6].iter().any(|line| line.contains("customer=")), "{text}");
    let secrets =
        ["planted", "901000001", "901000002", "Lola", "Botir", "Tushlik", &alice.token, &quote];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
    // Six digits are part of many a number: a code would stand alone.
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(!words.any(|word| word == code), "the code {code} is in the log: {text}");
}

#[tokio::test]
async fn an_incident_is_logged_once_and_its_source_is_not_told() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let log = Log::default();
    bank.get("/v1/me").token(&alice.token).send().await.expect(200);
    bank.lose_database().await;
    let guard = log.begin();
    let body = json!({"phone": "+998901000001", "password": common::PASSWORD});
    let answer = bank.post("/v1/sign-in").json(&body).header("accept-language", "en").send().await;
    let answer = answer.refused(500, "service_failed");
    bank.get("/health/ready").send().await.refused(503, "busy");
    bank.get("/health/live").send().await.expect(200);
    drop(guard);
    assert_eq!(answer.at("/retryable"), "true");
    assert!(!answer.text.contains("pool") && !answer.text.contains("sql"), "{}", answer.text);
    let text = log.text();
    let incidents: Vec<_> = text.lines().filter(|line| line.contains("a request failed")).collect();
    assert_eq!(incidents.len(), 1, "{text}");
    assert!(incidents[0].contains(answer.header("x-request-id").unwrap()));
    assert!(incidents[0].contains("closed pool"), "{}", incidents[0]);
}
