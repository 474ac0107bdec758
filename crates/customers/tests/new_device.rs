//! A customer is told of a new device, on every way there is to them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, Person, client};
use identity::{By, NewDevice};
use kernel::EmailAddress;

const WORDS: &str = "new device";

async fn bind(bank: &Bank, person: &Person) {
    let mut tx = bank.db.store().begin().await.unwrap();
    let new = NewDevice { by: By::Cookie(None), name: "Telefon", client: &client() };
    bank.identity.enrol_device(&mut tx, &bank.ctx(), person.id, new).await.unwrap();
    bank.db.store().commit_and_wake(tx).await.unwrap();
}

async fn take_mailbox(bank: &Bank, person: &Person, mailbox: &EmailAddress) {
    let ctx = bank.fresh(person);
    let challenge = bank.identity.start_email_change(&ctx, mailbox, &client()).await.unwrap();
    let code = bank.sent.code(mailbox.expose(), "e-mail code", 1).await;
    bank.identity.finish_email_change(&ctx, challenge.id, &code).await.unwrap();
}

#[tokio::test]
async fn a_new_device_is_told_to_the_phone_and_the_mailbox() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let mailbox = EmailAddress::parse("malika@example.uz").unwrap();
    take_mailbox(&bank, &malika, &mailbox).await;
    let to = [malika.phone.expose(), mailbox.expose()];
    let told = |whom: &str| bank.sent.to(whom).iter().filter(|text| text.contains(WORDS)).count();
    // The sign-in of `person` was on no device at all: that was told when there was no mailbox.
    bank.sent.wait(malika.phone.expose(), WORDS, 1).await;
    let before = to.map(told);

    bind(&bank, &malika).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(to.map(told), before, "a customer's very first device is no news");

    bind(&bank, &malika).await;
    for (whom, before) in to.iter().zip(before) {
        let notice = bank.sent.wait(whom, WORDS, before + 1).await;
        assert!(notice.contains("Not you?"), "{notice}");
    }
}
