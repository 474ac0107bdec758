//! Contacts and passwords that change, on a real database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Bank, PASSWORD, client, code, phone, secret, stranger};
use customers::{DocumentProof, NewDocument};
use identity::{Act, Door, Purpose};
use kernel::{Aal, Code, EmailAddress, Lang};

const NEW_PASSWORD: &str = "besh qora ot daryoda";

fn document() -> NewDocument {
    NewDocument {
        number: secret("AA 1234567"),
        personal_number: secret("31705901230018"),
        expires_on: "2040-01-01".parse().unwrap(),
    }
}

fn shown(number: &str, born: &str) -> DocumentProof {
    DocumentProof { number: secret(number), birth_date: born.parse().unwrap() }
}

#[tokio::test]
async fn a_phone_changes_with_a_code_to_the_new_one_and_a_second_factor() {
    let bank = Bank::open().await;
    let (malika, lola) = (bank.person(1).await, bank.person(2).await);
    let identity = &bank.identity;
    let start = async |ctx, to| identity.start_phone_change(&ctx, &to, &client()).await;
    // One factor is not enough, nor are two shown a while ago.
    let weak = bank.proven(&malika, Aal::One);
    assert_eq!(code(start(weak, phone(9)).await), Code::StepUpRequired);
    let stale = bank.fresh(&malika);
    bank.clock.advance_seconds(301);
    assert_eq!(code(start(stale, phone(9)).await), Code::StepUpRequired);
    assert_eq!(code(start(bank.fresh(&malika), phone(1)).await), Code::ContactUnchanged);

    let challenge = start(bank.fresh(&malika), phone(9)).await.unwrap();
    let sms = bank.sent.code(phone(9).expose(), "new number code", 1).await;
    // Nobody else's session answers it, nor another of the same customer.
    let elsewhere = bank.session(malika.id, &client()).await;
    for other in [bank.fresh(&lola), bank.ctx().for_customer(malika.id, elsewhere.session)] {
        let answered = identity.finish_phone_change(&other, challenge.id, &sms).await;
        assert_eq!(code(answered), Code::CodeExpired);
    }
    let ctx = bank.fresh(&malika);
    // A code for one thing is none for another.
    assert_eq!(
        code(identity.finish_email_change(&ctx, challenge.id, &sms).await),
        Code::CodeExpired
    );
    bank.clock.advance_seconds(60);
    let challenge = start(bank.fresh(&malika), phone(9)).await.unwrap();
    let sms = bank.sent.code(phone(9).expose(), "new number code", 2).await;
    identity.finish_phone_change(&ctx, challenge.id, &sms).await.unwrap();

    assert_eq!(identity.phone_of(&ctx, malika.id).await.unwrap(), phone(9));
    let found = bank.customers.by_phone(&bank.fresh(&lola), &phone(9)).await.unwrap();
    assert_eq!(found.unwrap().id, malika.id);
    assert!(bank.customers.by_phone(&bank.fresh(&lola), &phone(1)).await.unwrap().is_none());
    // Both are told, the session goes on, and payments are small for a while.
    for to in [phone(1), phone(9)] {
        let notice = bank.sent.wait(to.expose(), "phone number changed", 1).await;
        assert!(notice.contains("Not you?") && !notice.contains("http"), "{notice}");
    }
    // Its access token lived five minutes, so it goes on with the next.
    let refresh = malika.tokens.refresh.expose();
    let renewed = identity.refresh(&bank.ctx(), refresh, None).await.unwrap();
    let access = renewed.access.expose();
    let known = identity.authenticate(&bank.ctx(), access, None).await.unwrap();
    let until = known.assurance.unwrap().cooling_until.unwrap();
    assert_eq!(until, bank.ctx().now().plus_seconds(12 * 3_600));
    let written = bank.number(
        "SELECT count(*) FROM audit_event WHERE action = 'contact.changed' AND outcome = 1",
    );
    assert_eq!(written.await, 1);
}

#[tokio::test]
async fn a_phone_of_somebody_else_is_told_only_to_whoever_reads_its_messages() {
    let bank = Bank::open().await;
    let (malika, lola) = (bank.person(1).await, bank.person(2).await);
    let ctx = bank.fresh(&malika);
    let challenge = bank.identity.start_phone_change(&ctx, &lola.phone, &client()).await.unwrap();
    let sms = bank.sent.code(lola.phone.expose(), "new number code", 1).await;
    let taken = bank.identity.finish_phone_change(&ctx, challenge.id, &sms).await;
    assert_eq!(code(taken), Code::ContactTaken);
    assert_eq!(bank.identity.phone_of(&ctx, malika.id).await.unwrap(), phone(1));
}

#[tokio::test]
async fn who_lost_the_phone_shows_the_document() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let weak = || bank.proven(&malika, Aal::One);
    assert_eq!(
        code(bank.customers.declare_document(&weak(), &document()).await),
        Code::StepUpRequired
    );
    bank.customers.declare_document(&bank.fresh(&malika), &document()).await.unwrap();
    bank.sent.wait(malika.phone.expose(), "identity document entered", 1).await;
    let view = bank.customers.document(&weak()).await.unwrap().unwrap();
    assert_eq!((view.number.as_str(), view.verified), ("** ****567", false));
    assert_eq!(view.personal_number, "***********018");

    let new = phone(9);
    let (to, right) = (client(), shown("aa1234567", "1990-05-17"));
    let start = async |proof: &DocumentProof| {
        bank.customers.start_phone_change_by_document(&weak(), (&new, &to), proof).await
    };
    // A document proves nothing in its first hours: whoever took a session over must not make
    // themselves a way back in.
    assert_eq!(code(start(&right).await), Code::ResetProofWrong);
    bank.clock.advance_seconds(12 * 3_600);
    for wrong in [shown("AA1234568", "1990-05-17"), shown("AA1234567", "1990-05-18")] {
        assert_eq!(code(start(&wrong).await), Code::ResetProofWrong);
    }
    assert_eq!(code(start(&shown("nonsense", "1990-05-17")).await), Code::DocumentMalformed);
    let challenge = start(&right).await.unwrap();
    let sms = bank.sent.code(new.expose(), "new number code", 1).await;
    bank.identity.finish_phone_change(&weak(), challenge.id, &sms).await.unwrap();
    assert_eq!(bank.identity.phone_of(&weak(), malika.id).await.unwrap(), new);
}

#[tokio::test]
async fn documents_are_checked_and_may_be_declared_by_two() {
    let bank = Bank::open().await;
    let (malika, lola) = (bank.person(1).await, bank.person(2).await);
    let declare = async |change: &dyn Fn(&mut NewDocument)| {
        let mut new = document();
        change(&mut new);
        code(bank.customers.declare_document(&bank.fresh(&malika), &new).await)
    };
    assert_eq!(declare(&|d| d.number = secret("A1234567")).await, Code::DocumentMalformed);
    let bad_check = |d: &mut NewDocument| d.personal_number = secret("31705901230017");
    assert_eq!(declare(&bad_check).await, Code::DocumentMalformed);
    let another = |d: &mut NewDocument| d.personal_number = secret("31805901230019");
    assert_eq!(declare(&another).await, Code::DocumentMalformed, "somebody born a day later");
    let old = |d: &mut NewDocument| d.expires_on = "2020-01-01".parse().unwrap();
    assert_eq!(declare(&old).await, Code::DocumentExpired);

    bank.customers.declare_document(&bank.fresh(&malika), &document()).await.unwrap();
    // Whoever declares a number first keeps nobody out; the bank sees that it is contested.
    bank.customers.declare_document(&bank.fresh(&lola), &document()).await.unwrap();
    let contested = bank.number(
        "SELECT count(*) FROM audit_event WHERE action = 'document.declared'
         AND position('\"contested\":true' IN encode(body, 'escape')) > 0",
    );
    assert_eq!(contested.await, 1);
}

#[tokio::test]
async fn a_mailbox_is_proven_changed_and_taken_away() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let ctx = bank.fresh(&malika);
    let [first, second] =
        ["malika@example.uz", "m.karimova@mail.example"].map(|e| EmailAddress::parse(e).unwrap());
    // The first one is added, the second one takes its place.
    let told = ["e-mail address added", "e-mail address changed"];
    for (email, told) in [&first, &second].into_iter().zip(told) {
        let challenge = bank.identity.start_email_change(&ctx, email, &client()).await.unwrap();
        let mail = bank.sent.code(email.expose(), "e-mail code", 1).await;
        bank.identity.finish_email_change(&ctx, challenge.id, &mail).await.unwrap();
        assert_eq!(bank.customers.contacts(&ctx).await.unwrap().email.as_ref(), Some(email));
        bank.sent.wait(malika.phone.expose(), told, 1).await;
        bank.sent.wait(email.expose(), told, 1).await;
    }
    // The old one is told, too.
    bank.sent.wait(first.expose(), "e-mail address changed", 1).await;
    // It is no login, and a mailbox of two customers is not told before the code.
    bank.identity.remove_email(&ctx).await.unwrap();
    assert_eq!(bank.customers.contacts(&ctx).await.unwrap().email, None);
    bank.sent.wait(second.expose(), "e-mail address removed", 1).await;
    assert_eq!(code(bank.identity.remove_email(&ctx).await), Code::NotFound);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let other = bank.session(malika.id, &stranger(1)).await;
    let change = async |ctx, old: &str, new: &str| {
        bank.customers.change_password(&ctx, (&secret(old), &secret(new))).await
    };
    let weak = bank.proven(&malika, Aal::One);
    assert_eq!(code(change(weak, PASSWORD, NEW_PASSWORD).await), Code::StepUpRequired);
    let ctx = || bank.fresh(&malika);
    assert_eq!(code(change(ctx(), "wrong password", NEW_PASSWORD).await), Code::PasswordWrong);
    assert_eq!(code(change(ctx(), PASSWORD, PASSWORD).await), Code::PasswordUnchanged);
    assert_eq!(code(change(ctx(), PASSWORD, "malika karimova").await), Code::PasswordTooCommon);
    assert!(bank.lives(&other).await);
    change(ctx(), PASSWORD, NEW_PASSWORD).await.unwrap();
    assert!(!bank.lives(&other).await);
    // This session goes on, with other tokens: whoever copied the one before has it no more.
    assert!(!bank.lives(&malika.tokens).await);
    let refresh = malika.tokens.refresh.expose();
    let renewed = bank.identity.refresh(&bank.ctx(), refresh, None).await.unwrap();
    assert!(bank.lives(&renewed).await);
    let over = bank.identity.refresh(&bank.ctx(), other.refresh.expose(), None).await;
    assert_eq!(code(over), Code::SignInRequired);
    bank.sent.wait(malika.phone.expose(), "password changed", 1).await;
    // Whoever took the session over does not find the password out with it.
    let mut throttled = 0;
    for _ in 0..10 {
        let answer = code(change(ctx(), "a guess of it", PASSWORD).await);
        throttled += usize::from(answer == Code::TooManyRequests);
    }
    assert!(throttled >= 4, "{throttled}");
}

/// A browser may be somebody else's, and an employee speaks their own language: a customer is
/// written to in theirs. Of a stranger the bank knows only the language of the request.
#[tokio::test]
async fn codes_go_out_in_the_language_of_the_customer() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.customers.set_language(&bank.fresh(&malika), Lang::Ru).await.unwrap();
    let (own, mailbox) = (malika.phone.expose(), "malika@example.uz");
    let (identity, from) = (&bank.identity, client());

    // None of these requests is in Russian.
    identity.start_reset(&bank.ctx(), &malika.phone, &from).await.unwrap();
    bank.sent.wait(own, "код для смены пароля", 1).await;
    let by = (&malika.phone, &secret(PASSWORD));
    identity.sign_in(&bank.ctx(), by, Door::App, &from).await.unwrap();
    bank.sent.wait(own, "код для входа", 1).await;
    identity.ask_confirmation(&bank.fresh(&malika), &Act::Security).await.unwrap();
    bank.sent.wait(own, "настроек безопасности", 1).await;
    let new = phone(2);
    let asked = identity.start_phone_change(&bank.fresh(&malika), &new, &from).await.unwrap();
    bank.sent.wait(new.expose(), "код для нового номера", 1).await;
    bank.clock.advance_seconds(61);
    identity.resend_code(&bank.fresh(&malika), asked.id, &from).await.unwrap();
    bank.sent.wait(new.expose(), "код для нового номера", 2).await;
    let to = EmailAddress::parse(mailbox).unwrap();
    identity.start_email_change(&bank.fresh(&malika), &to, &from).await.unwrap();
    bank.sent.wait(mailbox, "код для почты", 1).await;

    let strangers = phone(3);
    let sign_up = Purpose::SignUp;
    identity.start_phone_challenge(&bank.ctx(), &strangers, sign_up, &from).await.unwrap();
    bank.sent.wait(strangers.expose(), "confirmation code", 1).await;
    // Whoever holds a customer's phone is the customer.
    identity.start_phone_challenge(&bank.ctx(), &malika.phone, sign_up, &from).await.unwrap();
    bank.sent.wait(own, "код подтверждения", 1).await;
}
