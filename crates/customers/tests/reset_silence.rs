//! A password reset does not tell who is a customer: by construction, the same statements run for a
//! stranger's phone as for a customer's, in the same order.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use common::{Bank, client, secret};
use customers::DocumentProof;
use identity::{ClientInfo, Resetting};
use kernel::{Code, Error, Phone, Result, Secret};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The statements that a thread sent to the database.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "summary" || field.name() == "db.statement" {
            let _ = write!(self.0, "{value:?} ");
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut text = Text::default();
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

fn outcome<T>(result: Result<T>) -> Option<Code> {
    match result {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal.code),
        Err(error) => Some(error.code().unwrap()),
    }
}

/// Goes as far as somebody gets who has neither the code nor the document, then as far as somebody
/// gets who has the code.
async fn walk(
    bank: &Bank,
    seen: &Statements,
    (phone, from): (&Phone, &ClientInfo),
) -> (Vec<Option<Code>>, Vec<String>) {
    let ctx = bank.ctx();
    seen.take();
    let mut answers = Vec::new();
    let started = bank.identity.start_reset(&ctx, phone, from).await.unwrap();
    let key: &Secret<String> = &started.key;
    let caller = Resetting { key, client: from, device_cookie: None };
    let guess = secret("314159");
    answers.push(outcome(bank.identity.verify_reset_code(&ctx, caller, &guess).await));
    let shown =
        DocumentProof { number: secret("AB7654321"), birth_date: "1980-01-01".parse().unwrap() };
    answers.push(outcome(bank.customers.prove_reset_by_document(&ctx, caller, &shown).await));
    let mut statements = seen.take();
    sqlx::query("UPDATE auth_reset SET code_proven_at = now()")
        .execute(bank.db.store().pool())
        .await
        .unwrap();
    seen.take();
    answers.push(outcome(bank.customers.prove_reset_by_document(&ctx, caller, &shown).await));
    let cookie = Some("bk_dv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000");
    let on_device = Resetting { device_cookie: cookie, ..caller };
    answers.push(outcome(bank.identity.prove_reset_by_device(&ctx, on_device).await));
    let assisted = secret("ABCDE-FGHJK");
    let proven = bank.identity.prove_reset_by_assisted_code(&ctx, caller, &assisted).await;
    answers.push(outcome(proven));
    answers.push(outcome(bank.customers.complete_reset(&ctx, caller, &guess).await));
    statements.extend(seen.take());
    (answers, statements)
}

#[tokio::test(flavor = "current_thread")]
async fn the_same_is_asked_of_the_database_whether_or_not_a_phone_is_a_customers() {
    let bank = Bank::quiet().await;
    let malika = bank.person(1).await;
    let seen = Statements::default();
    let subscriber = tracing_subscriber::registry().with(seen.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    // Warm: prepared statements and the pool are those of a node that serves.
    walk(&bank, &seen, (&common::phone(8), &common::stranger(1))).await;
    let known = walk(&bank, &seen, (&malika.phone, &common::stranger(2))).await;
    let unknown = walk(&bank, &seen, (&common::phone(9), &common::stranger(3))).await;
    // Where the customer is known it is the same, too.
    let familiar = walk(&bank, &seen, (&malika.phone, &client())).await;
    assert!(known.1.len() > 20, "statements were seen: {:?}", known.1);
    for other in [&unknown, &familiar] {
        assert_eq!(known.0, other.0);
        let pairs = known.1.iter().zip(&other.1);
        for (one, another) in pairs {
            assert_eq!(one, another);
        }
        assert_eq!(known.1.len(), other.1.len());
    }
}
