//! Passwords that are reset, on a real database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Bank, PASSWORD, Person, client, code, phone, secret, stranger};
use customers::{DocumentProof, NewDocument};
use futures_util::future::join_all;
use identity::{By, ClientInfo, DeviceKey, Door, NewDevice, ResetStarted, Resetting};
use kernel::{Aal, Code, Phone, Result, Secret};

const NEW_PASSWORD: &str = "besh qora ot daryoda";
const HALF_DAY: i64 = 12 * 3_600;
const TOLD: &str = "SELECT count(*) FROM outbox WHERE kind = 'sign-in-refused'";

impl Bank {
    async fn start(&self, phone: &Phone, from: &ClientInfo) -> Result<ResetStarted> {
        self.identity.start_reset(&self.ctx(), phone, from).await
    }

    /// A reset whose code was right.
    async fn reset(&self, person: &Person, n: usize) -> ResetStarted {
        self.clock.advance_seconds(61);
        let started = self.start(&person.phone, &client()).await.unwrap();
        let sms = self.sent.code(person.phone.expose(), "password reset code", n).await;
        let by = by(&started.key);
        self.identity.verify_reset_code(&self.ctx(), by, &sms).await.unwrap();
        started
    }

    async fn declare(&self, person: &Person) {
        let new = NewDocument {
            number: secret("AA1234567"),
            personal_number: secret("31705901230018"),
            expires_on: "2040-01-01".parse().unwrap(),
        };
        self.customers.declare_document(&self.fresh(person), &new).await.unwrap();
        self.clock.advance_seconds(HALF_DAY);
    }

    async fn show(&self, key: &Secret<String>, number: &str, born: &str) -> Result<()> {
        let shown = DocumentProof { number: secret(number), birth_date: born.parse().unwrap() };
        self.customers.prove_reset_by_document(&self.ctx(), by(key), &shown).await
    }

    async fn complete(&self, key: &Secret<String>) -> Result<()> {
        self.complete_with(key, NEW_PASSWORD).await
    }

    async fn complete_with(&self, key: &Secret<String>, password: &str) -> Result<()> {
        let done = self.customers.complete_reset(&self.ctx(), by(key), &secret(password)).await;
        done.map(|_| ())
    }

    async fn knows(&self, person: &Person, password: &str) -> bool {
        let ctx = self.proven(person, Aal::One);
        self.identity.check_password(&ctx, &secret(password)).await.is_ok()
    }
}

fn by(key: &Secret<String>) -> Resetting<'_> {
    static CLIENT: std::sync::LazyLock<ClientInfo> = std::sync::LazyLock::new(client);
    Resetting { key, client: &CLIENT, device_cookie: None }
}

#[tokio::test]
async fn a_code_and_a_document_set_a_new_password() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    let tokens = bank.session(malika.id, &client()).await;
    let (first, second) = (bank.reset(&malika, 1).await, bank.reset(&malika, 2).await);
    // Nothing is set after the code alone.
    assert_eq!(code(bank.complete(&second.key).await), Code::ResetOver);
    for (number, born) in [("AA1234568", "1990-05-17"), ("AA1234567", "1990-05-16")] {
        assert_eq!(code(bank.show(&second.key, number, born).await), Code::ResetProofWrong);
    }
    bank.show(&second.key, "aa 1234567", "1990-05-17").await.unwrap();
    bank.show(&first.key, "AA1234567", "1990-05-17").await.unwrap();
    let (ctx, weak) = (bank.ctx(), secret("malika12345"));
    let weak = bank.customers.complete_reset(&ctx, by(&second.key), &weak).await;
    assert!(matches!(code(weak), Code::PasswordTooShort | Code::PasswordTooCommon));
    assert!(bank.lives(&tokens).await);
    bank.complete(&second.key).await.unwrap();

    assert!(!bank.lives(&tokens).await && !bank.lives(&malika.tokens).await);
    assert!(bank.knows(&malika, NEW_PASSWORD).await && !bank.knows(&malika, PASSWORD).await);
    // Once, and every other reset is over with it.
    for key in [&second.key, &first.key] {
        assert_eq!(code(bank.complete(key).await), Code::ResetOver);
    }
    bank.sent.wait(malika.phone.expose(), "password reset, signed out everywhere", 1).await;
    let again = bank.session(malika.id, &client()).await;
    let known = bank.identity.authenticate(&bank.ctx(), again.access.expose(), None).await.unwrap();
    let until = known.assurance.unwrap().cooling_until.unwrap();
    assert_eq!(until, bank.ctx().now().plus_seconds(HALF_DAY));
}

/// Somebody else may know the password that is reset. Only who showed both proofs learns that it is
/// the same, and not by trying many.
#[tokio::test]
async fn a_reset_sets_another_password_than_the_one_that_was_there() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    let tokens = bank.session(malika.id, &client()).await;
    let started = bank.reset(&malika, 1).await;
    assert_eq!(code(bank.complete_with(&started.key, PASSWORD).await), Code::ResetOver);
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    let same = bank.complete_with(&started.key, PASSWORD).await;
    assert_eq!(code(same), Code::PasswordUnchanged);
    assert!(bank.lives(&tokens).await, "nothing has changed");
    // Two requests with the same new password, one of which comes second: it is set, not refused.
    let (one, other) = tokio::join!(bank.complete(&started.key), bank.complete(&started.key));
    let late = [one, other].into_iter().filter_map(Result::err).map(|e| e.code().unwrap());
    assert_eq!(late.collect::<Vec<_>>(), [Code::ResetOver]);
    assert!(bank.knows(&malika, NEW_PASSWORD).await);

    let started = bank.reset(&malika, 2).await;
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..12 {
        answers.push(code(bank.complete(&started.key).await));
    }
    let looked_at = answers.iter().filter(|code| **code == Code::PasswordUnchanged).count();
    assert!((5..=10).contains(&looked_at), "{answers:?}");
    assert_eq!(answers.last(), Some(&Code::TooManyRequests));
}

#[tokio::test]
async fn a_device_that_has_cooled_off_is_a_second_proof() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    // The first device of a new customer does not cool off; the next one does.
    let mut cookies = Vec::new();
    for name in ["first", "second"] {
        let mut tx = bank.db.store().begin().await.unwrap();
        let new = NewDevice { by: By::Cookie(None), name, client: &client() };
        let bound = bank.identity.enrol_device(&mut tx, &bank.ctx(), malika.id, new).await;
        store::commit(tx).await.unwrap();
        cookies.push(bound.unwrap().cookie.unwrap());
    }
    let started = bank.reset(&malika, 1).await;
    let prove = async |cookie: Option<&str>| {
        let caller = Resetting { device_cookie: cookie, ..by(&started.key) };
        bank.identity.prove_reset_by_device(&bank.ctx(), caller).await
    };
    for none in [None, Some("bk_dv_garbage"), Some(cookies[1].expose().as_str())] {
        assert_eq!(code(prove(none).await), Code::ResetProofWrong);
    }
    prove(Some(cookies[0].expose())).await.unwrap();
    bank.complete(&started.key).await.unwrap();
    assert!(bank.knows(&malika, NEW_PASSWORD).await);
}

#[tokio::test]
async fn a_reset_belongs_to_whoever_began_it() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    // Two points on the curve: the generator, and its double.
    let key = |x: &str, y: &str| DeviceKey::from_coordinates(x, y).unwrap();
    let own = client().with_key(key(
        "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    ));
    let other = client().with_key(key(
        "fPJ7GI0DT36KUjgDBLUaw8CJaeJ38hs1pgtI_EdmmXg",
        "B3dVENuO0EApPZrGn3Qw27p9reY86YIpngS3nSJ4c9E",
    ));
    let ctx = bank.ctx();
    let started = bank.identity.start_reset(&ctx, &malika.phone, &own).await.unwrap();
    let sms = bank.sent.code(malika.phone.expose(), "password reset code", 1).await;
    for from in [&client(), &other] {
        let caller = Resetting { client: from, ..by(&started.key) };
        let verified = bank.identity.verify_reset_code(&ctx, caller, &sms).await;
        assert_eq!(code(verified), Code::ResetOver);
    }
    let garbage = secret("bk_pr_garbage");
    let verified = bank.identity.verify_reset_code(&ctx, by(&garbage), &sms).await;
    assert_eq!(code(verified), Code::ResetOver);
    let caller = Resetting { client: &own, ..by(&started.key) };
    bank.identity.verify_reset_code(&ctx, caller, &sms).await.unwrap();
    bank.clock.advance_seconds(1_200);
    let late = bank.identity.prove_reset_by_device(&bank.ctx(), caller).await;
    assert_eq!(code(late), Code::ResetOver);
}

#[tokio::test]
async fn parallel_proofs_are_five_proofs() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    let started = bank.reset(&malika, 1).await;
    let tries = (0..100).map(|n| {
        let (customers, ctx, key) = (bank.customers.clone(), bank.ctx(), started.key.clone());
        tokio::spawn(async move {
            // Many networks: a limit by address is not what stops them.
            let from = stranger(u8::try_from(n).unwrap());
            let caller = Resetting { client: &from, ..by(&key) };
            let shown = DocumentProof {
                number: secret(&format!("AA{n:07}")),
                birth_date: "1990-05-17".parse().unwrap(),
            };
            customers.prove_reset_by_document(&ctx, caller, &shown).await
        })
    });
    let answers: Vec<_> =
        join_all(tries).await.into_iter().map(|answer| code(answer.unwrap())).collect();
    let looked_at = answers.iter().filter(|code| **code == Code::ResetProofWrong).count();
    assert_eq!(looked_at, 5, "{answers:?}");
    let right = bank.show(&started.key, "AA1234567", "1990-05-17").await;
    assert!(matches!(code(right), Code::ResetOver | Code::TooManyRequests));
    // Over all resets of a day it is fifteen.
    let mut more = 0;
    for n in 2..=5 {
        let started = bank.reset(&malika, n).await;
        for _ in 0..5 {
            let answer = code(bank.show(&started.key, "AA7654321", "1990-05-17").await);
            more += usize::from(answer == Code::ResetProofWrong);
        }
    }
    assert!(more <= 10, "{more}");
}

#[tokio::test]
async fn strangers_do_not_keep_a_customer_from_a_reset() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    // Where she was signed in not long ago, whatever strangers did.
    bank.session(malika.id, &client()).await;
    let (text, mut sent) = ("password reset code", 0);
    for n in 0..40 {
        let Ok(started) = bank.start(&malika.phone, &stranger(n)).await else { continue };
        sent += 1;
        bank.sent.wait(malika.phone.expose(), text, sent).await;
        let ctx = bank.ctx();
        for guess in ["000000", "111111", "222222"] {
            let from = stranger(n);
            let caller = Resetting { client: &from, ..by(&started.key) };
            let wrong = bank.identity.verify_reset_code(&ctx, caller, &secret(guess)).await;
            assert!(wrong.is_err());
            // Without the code no second proof is looked at, and none is used up.
            let shown = bank.show(&started.key, "AA1234567", "1990-05-17").await;
            assert!(matches!(code(shown), Code::ResetOver | Code::TooManyRequests));
        }
    }
    assert_eq!(sent, 10);
    bank.clock.advance_seconds(3_600);
    let started = bank.start(&malika.phone, &client()).await.unwrap();
    let sms = bank.sent.code(malika.phone.expose(), text, sent + 1).await;
    bank.identity.verify_reset_code(&bank.ctx(), by(&started.key), &sms).await.unwrap();
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    bank.complete(&started.key).await.unwrap();
}

#[tokio::test]
async fn the_bank_helps_who_has_no_second_proof() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    let mut tx = bank.db.store().begin().await.unwrap();
    let own = bank.identity.assisted_recovery(&mut tx, &bank.fresh(&malika), malika.id).await;
    assert_eq!(code(own), Code::PermissionMissing);
    let given = bank.identity.assisted_recovery(&mut tx, &bank.system(), malika.id).await.unwrap();
    store::commit(tx).await.unwrap();
    bank.sent.wait(malika.phone.expose(), "the bank gave out a recovery code", 1).await;
    let started = bank.reset(&malika, 1).await;
    let show = async |text: &str| {
        let (ctx, code) = (bank.ctx(), secret(text));
        bank.identity.prove_reset_by_assisted_code(&ctx, by(&started.key), &code).await
    };
    assert_eq!(code(show("ABCDE-FGHJK").await), Code::ResetProofWrong);
    show(&given.expose().to_lowercase()).await.unwrap();
    bank.complete(&started.key).await.unwrap();
    // Once.
    let second = bank.reset(&malika, 2).await;
    let ctx = bank.ctx();
    let again = bank.identity.prove_reset_by_assisted_code(&ctx, by(&second.key), &given).await;
    assert_eq!(code(again), Code::ResetProofWrong);
}

/// What the bank gave out for a reset is worth nothing any more once the password was set without
/// it: by the customer in a session, or by another reset.
#[tokio::test]
async fn what_the_bank_gave_out_ends_with_the_next_password() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    let give = async || {
        let mut tx = bank.db.store().begin().await.unwrap();
        let given = bank.identity.assisted_recovery(&mut tx, &bank.system(), malika.id).await;
        store::commit(tx).await.unwrap();
        given.unwrap()
    };
    let given = give().await;
    let ctx = bank.fresh(&malika);
    let passwords = (&secret(PASSWORD), &secret("yetti oq qush togʻda"));
    bank.customers.change_password(&ctx, passwords).await.unwrap();
    let started = bank.reset(&malika, 1).await;
    let prove = async |key: &Secret<String>, code: &Secret<String>| {
        bank.identity.prove_reset_by_assisted_code(&bank.ctx(), by(key), code).await
    };
    assert_eq!(code(prove(&started.key, &given).await), Code::ResetProofWrong);

    let given = give().await;
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    bank.complete(&started.key).await.unwrap();
    let started = bank.reset(&malika, 2).await;
    assert_eq!(code(prove(&started.key, &given).await), Code::ResetProofWrong);
    // Given out again, it is good again.
    prove(&started.key, &give().await).await.unwrap();
}

/// A customer learns that somebody tries to come in as them, whether or not they ever sign in
/// again; once a day, whatever a stranger does.
#[tokio::test]
async fn whoever_tries_to_come_in_is_told_of_once_a_day() {
    const TRIED: &str = "several failed attempts to sign in";
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    // No day turns meanwhile.
    let into_day = bank.ctx().now().micros() / 1_000_000 % 86_400;
    bank.clock.advance_seconds(86_400 - into_day + 60);
    let tries = async |from: std::ops::Range<u8>| {
        for n in from {
            let with = (&malika.phone, &secret("uch yashil fil daryoda"));
            let tried = bank.identity.sign_in(&bank.ctx(), with, Door::App, &stranger(n)).await;
            assert_eq!(code(tried), Code::SignInFailed);
        }
    };
    tries(0..4).await;
    assert_eq!(bank.number(TOLD).await, 0);
    tries(4..9).await;
    bank.sent.wait(malika.phone.expose(), TRIED, 1).await;
    assert_eq!(bank.number(TOLD).await, 1);
    bank.clock.advance_seconds(86_400);
    tries(10..15).await;
    bank.sent.wait(malika.phone.expose(), TRIED, 2).await;
    assert_eq!(bank.number(TOLD).await, 2);
}

#[tokio::test]
async fn what_else_changes_ends_a_reset() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika).await;
    let started = bank.reset(&malika, 1).await;
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    let ctx = bank.fresh(&malika);
    let passwords = (&secret(PASSWORD), &secret("yetti oq qush togʻda"));
    bank.customers.change_password(&ctx, passwords).await.unwrap();
    assert_eq!(code(bank.complete(&started.key).await), Code::ResetOver);
    // Nor does a frozen customer get in by one.
    let started = bank.reset(&malika, 2).await;
    bank.show(&started.key, "AA1234567", "1990-05-17").await.unwrap();
    sqlx::query("UPDATE auth_user SET status = 'frozen'")
        .execute(bank.db.store().pool())
        .await
        .unwrap();
    assert_eq!(code(bank.complete(&started.key).await), Code::ResetOver);
}

#[tokio::test]
async fn nobody_is_written_to_about_the_password_of_a_phone_that_is_no_customers() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.start(&phone(5), &client()).await.unwrap();
    bank.start(&malika.phone, &client()).await.unwrap();
    bank.sent.wait(malika.phone.expose(), "password reset code", 1).await;
    for _ in 0..200 {
        if bank.number("SELECT count(*) FROM job WHERE state <> 'done'").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(bank.sent.to(phone(5).expose()).is_empty());
}
