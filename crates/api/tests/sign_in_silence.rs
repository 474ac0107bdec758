//! A sign-in does not tell who is a customer: whoever does not know the password gets the same
//! answer after the same work, by construction and not by a measurement.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use common::{Answer, PASSWORD, TestBank};
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What is done for a request by its own thread: the statements about users and attempts, and each
/// time a password takes a core.
#[derive(Clone, Default)]
struct Work(Arc<Mutex<Vec<String>>>);

impl Work {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if matches!(field.name(), "summary" | "db.statement" | "message") {
            let _ = write!(self.0, "{value:?} ");
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Work {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let text = text.0;
        let kept = match event.metadata().target() {
            // The bank's own work goes on beside, on this thread too.
            "sqlx::query" => {
                let about =
                    ["auth_", "audit_", "rate_counter"].iter().any(|name| text.contains(name));
                about && !text.contains("auth_revocation")
            }
            "identity::passwords" => true,
            _ => false,
        };
        if kept {
            self.0.lock().unwrap().push(text);
        }
    }
}

async fn sign_in(bank: &TestBank, phone: &str, password: &str) -> Answer {
    let body = json!({"phone": phone, "password": password});
    bank.post("/v1/sign-in").json(&body).send().await
}

/// All that an answer tells but the name of its request.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    (answer.status.as_u16(), headers, body)
}

#[tokio::test]
async fn an_unknown_phone_and_a_wrong_password_are_the_same() {
    let work = Work::default();
    let subscriber = tracing_subscriber::registry().with(work.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let bank = TestBank::open().await;
    let known = bank.customer("+998901000001", "Lola").await;
    let unknown = "+998901999999";
    let mut throttled = 0;
    for attempt in 0..6 {
        work.take();
        let one = sign_in(&bank, &known, "not this one at all").await;
        let for_known = work.take();
        let other = sign_in(&bank, unknown, "not this one at all").await;
        let for_unknown = work.take();
        assert_eq!(told(&one), told(&other), "attempt {attempt}");
        assert_eq!(for_known, for_unknown, "attempt {attempt}");
        assert!(for_known.iter().any(|done| done.contains("auth_user")), "{for_known:?}");
        let hashed = for_known.iter().filter(|done| done.contains("a core is free")).count();
        if one.status == 429 {
            one.refused(429, "sign_in_throttled");
            assert_eq!(hashed, 0, "an attempt that is not looked at costs no core");
            throttled += 1;
        } else {
            one.refused(401, "sign_in_failed");
            assert_eq!(hashed, 1, "attempt {attempt}");
        }
    }
    assert!(throttled > 0, "nobody was made to wait");
    // It can tell: what a right password makes the bank do is more.
    bank.clock.advance_seconds(3_600);
    work.take();
    sign_in(&bank, &known, PASSWORD).await.expect(202);
    let right = work.take();
    sign_in(&bank, unknown, PASSWORD).await.refused(401, "sign_in_failed");
    assert_ne!(right, work.take());
}
