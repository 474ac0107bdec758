//! Values planted through every way in that concerns contacts and recovery, then looked for in
//! everything that the database keeps and everything that was logged: none may be found.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use common::{Bank, PASSWORD, client, secret};
use customers::{DocumentProof, NewDocument, SignUp};
use identity::{By, NewDevice, Purpose, Resetting};
use kernel::{EmailAddress, Lang, Phone};
use store::testing::planted_in;
use tracing_subscriber::fmt::MakeWriter;

const PHONE: &str = "998907351942";
const NEW_PHONE: &str = "998937351943";
const EMAIL: &str = "planted.mailbox@planted.example";
const NUMBER: &str = "AC7351944";
const PINFL: &str = "31705901230018";
const NEW_PASSWORD: &str = "planted ot daryo bosh";
const PAN: &str = "8600491234567897";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that anybody was shown or sent, and must not be kept.
async fn walk(bank: &Bank) -> Vec<String> {
    let (phone, new_phone) = (Phone::parse(PHONE).unwrap(), Phone::parse(NEW_PHONE).unwrap());
    let ctx = bank.ctx();
    let mut secrets = Vec::new();

    // Becomes a customer.
    let client_info = client();
    let started = bank.identity.start_phone_challenge(&ctx, &phone, Purpose::SignUp, &client_info);
    let started = started.await.unwrap();
    let code = bank.sent.code(PHONE, "confirmation code", 1).await;
    let ticket = bank.identity.verify_code(&ctx, started.id, &code).await.unwrap().ticket;
    secrets.extend([code.expose().clone(), ticket.expose().clone()]);
    let (customer, tokens) = bank
        .customers
        .sign_up(
            &ctx,
            SignUp {
                ticket,
                password: secret(PASSWORD),
                first_name: "Malika".to_owned(),
                last_name: "Karimova".to_owned(),
                birth_date: "1990-05-17".parse().unwrap(),
                lang: Lang::En,
                client: client(),
            },
        )
        .await
        .unwrap();
    secrets.extend([tokens.access.expose().clone(), tokens.refresh.expose().clone()]);
    let person = common::Person { id: customer.id, phone: phone.clone(), tokens };

    // Calls a device by the number of a card, gives a mailbox and a document.
    let mut tx = bank.db.store().begin().await.unwrap();
    let new = NewDevice { by: By::Cookie(None), name: PAN, client: &client() };
    let bound = bank.identity.enrol_device(&mut tx, &ctx, person.id, new).await.unwrap();
    store::commit(tx).await.unwrap();
    let cookie = bound.cookie.unwrap();
    secrets.push(cookie.expose().clone());
    let fresh = bank.fresh(&person);
    let email = EmailAddress::parse(EMAIL).unwrap();
    let challenge = bank.identity.start_email_change(&fresh, &email, &client()).await.unwrap();
    let code = bank.sent.code(EMAIL, "e-mail code", 1).await;
    bank.identity.finish_email_change(&fresh, challenge.id, &code).await.unwrap();
    secrets.push(code.expose().clone());
    let document = NewDocument {
        number: secret(NUMBER),
        personal_number: secret(PINFL),
        expires_on: "2040-01-01".parse().unwrap(),
    };
    bank.customers.declare_document(&fresh, &document).await.unwrap();

    // Changes the phone; types a card number where a password belongs.
    let challenge = bank.identity.start_phone_change(&fresh, &new_phone, &client()).await.unwrap();
    let code = bank.sent.code(NEW_PHONE, "new number code", 1).await;
    bank.identity.finish_phone_change(&fresh, challenge.id, &code).await.unwrap();
    secrets.push(code.expose().clone());
    let slip = bank.customers.change_password(&fresh, (&secret(PAN), &secret(PAN))).await;
    assert!(slip.is_err());

    // Resets the password.
    bank.clock.advance_seconds(12 * 3_600);
    let ctx = bank.ctx();
    let started = bank.identity.start_reset(&ctx, &new_phone, &client()).await.unwrap();
    let code = bank.sent.code(NEW_PHONE, "password reset code", 1).await;
    let from = client();
    let caller =
        Resetting { key: &started.key, client: &from, device_cookie: Some(cookie.expose()) };
    bank.identity.verify_reset_code(&ctx, caller, &code).await.unwrap();
    for number in ["AC7351945", NUMBER] {
        let birth_date = "1990-05-17".parse().unwrap();
        let shown = DocumentProof { number: secret(number), birth_date };
        let _ = bank.customers.prove_reset_by_document(&ctx, caller, &shown).await;
    }
    bank.customers.complete_reset(&ctx, caller, &secret(NEW_PASSWORD)).await.unwrap();
    secrets.extend([code.expose().clone(), started.key.expose().clone()]);
    bank.sent.wait(NEW_PHONE, "password reset", 2).await;
    secrets
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_planted_is_kept_or_logged() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(captured.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let bank = Bank::open().await;
    let mut planted = walk(&bank).await;
    // Of tokens the random part, too, without what says which kind it is.
    let random: Vec<_> =
        planted.iter().filter_map(|text| text.get(6..49)).map(str::to_owned).collect();
    planted.extend(random);
    // Six digits are found by chance among hashes: as words of their own they are not.
    planted.retain(|text| text.len() > 6);
    for text in [PHONE, NEW_PHONE, EMAIL, NUMBER, "AC7351945", PINFL, PASSWORD, NEW_PASSWORD, PAN] {
        planted.push(text.to_owned());
    }
    planted.extend(["7351942", "7351943", "7351944", "planted.mailbox"].map(str::to_owned));
    let planted: Vec<&str> = planted.iter().map(String::as_str).collect();
    let found = planted_in(&bank.db.store(), &planted).await;
    assert!(found.is_empty(), "{found:#?}");
    let log = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    assert!(log.contains("sqlx"), "the log was captured");
    let told: Vec<_> = planted.iter().filter(|text| log.contains(**text)).collect();
    assert!(told.is_empty(), "{told:?}");
    // The search itself finds what stands there.
    sqlx::query("UPDATE auth_session SET ua = $1")
        .bind(format!("card {PAN}"))
        .execute(bank.db.store().pool())
        .await
        .unwrap();
    let found = planted_in(&bank.db.store(), &[PAN]).await;
    assert!(found.iter().all(|place| place.starts_with("auth_session.ua")) && !found.is_empty());
}
