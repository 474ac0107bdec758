//! A customer is told of a new device, on every way there is to them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, Person, client};
use identity::testing::EmptyBooks;
use identity::{By, NewDevice, UserStatus};
use kernel::EmailAddress;

const WORDS: &str = "new device";

async fn bind(bank: &Bank, person: &Person) {
    let mut tx = bank.db.store().begin().await.unwrap();
    let new = NewDevice { by: By::Cookie(None), name: "Telefon", client: &client() };
    bank.identity.enrol_device(&mut tx, &bank.ctx(), person.id, new).await.unwrap();
    bank.db.store().commit_and_wake(tx).await.unwrap();
}

/// Takes a mailbox, to which so many codes have been sent then.
async fn take_mailbox(bank: &Bank, person: &Person, mailbox: &str, codes: usize) {
    let (ctx, mailbox) = (bank.fresh(person), EmailAddress::parse(mailbox).unwrap());
    let challenge = bank.identity.start_email_change(&ctx, &mailbox, &client()).await.unwrap();
    let code = bank.sent.code(mailbox.expose(), "e-mail code", codes).await;
    bank.identity.finish_email_change(&ctx, challenge.id, &code).await.unwrap();
}

#[tokio::test]
async fn a_new_device_is_told_to_the_phone_and_the_mailbox() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let mailbox = "malika@example.uz";
    take_mailbox(&bank, &malika, mailbox, 1).await;
    let to = [malika.phone.expose(), mailbox];
    let told = |whom: &str| bank.sent.to(whom).iter().filter(|text| text.contains(WORDS)).count();
    // The sign-in of `person` was on no device at all: that was told when there was no mailbox.
    bank.sent.wait(malika.phone.expose(), WORDS, 1).await;
    let before = to.map(told);

    bind(&bank, &malika).await;
    for (whom, before) in to.iter().zip(before) {
        let notice = bank.sent.wait(whom, WORDS, before + 1).await;
        assert!(notice.contains("Not you?"), "{notice}");
    }
}

#[tokio::test]
async fn a_new_device_is_told_to_the_contacts_that_were_replaced_while_payments_stay_small() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.sent.wait(malika.phone.expose(), WORDS, 1).await;
    let boxes = ["malika@example.uz", "thief@example.uz"];
    for mailbox in boxes {
        take_mailbox(&bank, &malika, mailbox, 1).await;
    }
    let told = |whom: &str| bank.sent.to(whom).iter().filter(|text| text.contains(WORDS)).count();
    bind(&bank, &malika).await;
    for mailbox in boxes {
        // By the mailbox that was lost, the money can be stopped.
        let notice = bank.sent.wait(mailbox, WORDS, 1).await;
        assert!(notice.contains("/not-me/"), "{notice}");
    }
    // Whoever went back to a contact, and had lost it before, is told there once.
    bank.clock.advance_seconds(3_600);
    take_mailbox(&bank, &malika, boxes[0], 2).await;
    bind(&bank, &malika).await;
    for mailbox in boxes {
        bank.sent.wait(mailbox, WORDS, 2).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(boxes.map(told), [2, 2]);
    // After the hours in which payments are small it is the customer's own matter again.
    bank.clock.advance_seconds(12 * 3_600);
    bind(&bank, &malika).await;
    bank.sent.wait(boxes[0], WORDS, 3).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(boxes.map(told), [3, 2]);
    bank.clock.advance_seconds(1);
    bank.identity.clean(bank.ctx().now()).await.unwrap();
    assert_eq!(bank.number("SELECT count(*) FROM auth_former_contact").await, 0);
}

#[tokio::test]
async fn a_mailbox_that_was_taken_away_first_still_hears_and_after_an_unfreeze_nobody_does() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.sent.wait(malika.phone.expose(), WORDS, 1).await;
    let mailbox = "malika@example.uz";
    take_mailbox(&bank, &malika, mailbox, 1).await;
    bank.identity.remove_email(&bank.fresh(&malika)).await.unwrap();
    take_mailbox(&bank, &malika, "thief@example.uz", 1).await;
    bind(&bank, &malika).await;
    bank.sent.wait(mailbox, WORDS, 1).await;

    bank.identity.freeze_myself(&bank.fresh(&malika)).await.unwrap();
    let mut tx = bank.db.store().begin().await.unwrap();
    bank.identity.unfreeze(&mut tx, &bank.system(), malika.id, &EmptyBooks).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bank.number("SELECT count(*) FROM auth_former_contact").await, 0);
}

/// Whoever was attacked once needs the link most.
#[tokio::test]
async fn what_a_notice_tells_after_an_unfreeze_can_be_stopped_by_its_link() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let mailbox = "malika@example.uz";
    take_mailbox(&bank, &malika, mailbox, 1).await;
    // What was set up shortly before a freeze is taken away with it.
    bank.clock.advance_seconds(4 * 86_400);
    bank.identity.freeze_myself(&bank.fresh(&malika)).await.unwrap();
    bank.clock.advance_seconds(3_600);
    let mut tx = bank.db.store().begin().await.unwrap();
    bank.identity.unfreeze(&mut tx, &bank.system(), malika.id, &EmptyBooks).await.unwrap();
    bank.db.store().commit_and_wake(tx).await.unwrap();
    bank.clock.advance_seconds(60);

    bind(&bank, &malika).await;
    let notice = bank.sent.wait(mailbox, WORDS, 1).await;
    let (_, link) = notice.split_once("/not-me/").unwrap();
    let alarm = link.split_whitespace().next().unwrap();
    let (whose, _) = bank.identity.freeze_by_alarm(&bank.ctx(), alarm).await.unwrap();
    assert_eq!(whose, malika.id);
    let status = bank.identity.user_status(&bank.system(), malika.id).await.unwrap();
    assert_eq!(status, UserStatus::Frozen);
}
