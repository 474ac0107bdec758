//! Confirmations: bound to what was shown and to the session, for five tries and five minutes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Bank, other_code, phone, proof, refused, secret, stranger};
use futures_util::future::join_all;
use identity::{Act, Answer, Factor, PaymentShown};
use kernel::{Code, Ctx, Result, Secret};

fn payment(amount: &str) -> Act {
    Act::Payment(PaymentShown {
        quote: "quo_1".to_owned(),
        amount: amount.to_owned(),
        currency: "UZS".to_owned(),
        payee: "Malika T.".to_owned(),
        payee_account: "1001".to_owned(),
        account: "2001".to_owned(),
        until: "2026-11-22T10:00:00Z".to_owned(),
    })
}

impl Bank {
    /// A customer in a new session of theirs.
    async fn customer(&self) -> Ctx {
        if !sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM auth_user)")
            .fetch_one(self.store().pool())
            .await
            .unwrap()
        {
            self.user(&phone(1)).await;
        }
        let (user, mut tx) = (self.id_of(&phone(1)).await, self.begin().await);
        let with = (&proof(), &stranger(1));
        let tokens = self.identity.open_session(&mut tx, &self.ctx(), user, with).await.unwrap();
        store::commit(tx).await.unwrap();
        self.identity.authenticate(&self.ctx(), tokens.access.expose(), None).await.unwrap()
    }

    /// The code in the newest message, of which there are so many by then.
    async fn newest(&self, number: usize) -> Secret<String> {
        let text = self.inbox.message(number).await.text;
        let runs = text.expose().split(|c: char| !c.is_ascii_digit()).find(|r| r.len() == 6);
        secret(runs.unwrap())
    }

    async fn uses(&self, ctx: &Ctx, id: kernel::ChallengeId, act: &Act) -> Result<()> {
        let mut tx = self.begin().await;
        self.identity.use_confirmation(&mut tx, ctx, id, act).await?;
        store::commit(tx).await
    }
}

#[tokio::test]
async fn a_code_confirms_what_its_message_says_and_nothing_else() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let ctx = bank.customer().await;
    let act = payment("150000.50");
    let asked = bank.identity.ask_confirmation(&ctx, &act).await.unwrap();
    assert_eq!((asked.methods.as_slice(), asked.code_sent), ([Factor::Sms].as_slice(), true));
    let text = bank.inbox.message(1).await.text;
    for part in ["150 000.50 UZS", "Malika T.", "*1001"] {
        assert!(text.expose().contains(part), "{}", text.expose());
    }
    let code = bank.newest(1).await;
    // Not confirmed yet, and not by a code of another confirmation.
    assert_eq!(refused(bank.uses(&ctx, asked.id, &act).await).0, Code::StepUpRequired);
    let other = bank.identity.ask_confirmation(&ctx, &payment("150000.51")).await.unwrap();
    bank.inbox.message(2).await;
    let answer = Answer::Sms(code.clone());
    let crossed = bank.identity.answer_confirmation(&ctx, other.id, &answer).await;
    assert_eq!(refused(crossed).0, Code::AnswerWrong);
    bank.identity.answer_confirmation(&ctx, asked.id, &answer).await.unwrap();
    let again = bank.identity.answer_confirmation(&ctx, asked.id, &answer).await;
    assert_eq!(refused(again).0, Code::ChallengeOver);
    // Another amount, another session: another confirmation.
    let changed = bank.uses(&ctx, asked.id, &payment("950000.50")).await;
    assert_eq!(refused(changed).0, Code::StepUpRequired);
    let elsewhere = bank.customer().await;
    let theirs = bank.uses(&elsewhere, asked.id, &act).await;
    assert_eq!(refused(theirs).0, Code::StepUpRequired);
    // Once, however many come at once.
    let uses = join_all((0..20).map(|_| bank.uses(&ctx, asked.id, &act))).await;
    assert_eq!(uses.iter().filter(|used| used.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_five() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let ctx = bank.customer().await;
    let act = payment("10.00");
    let asked = bank.identity.ask_confirmation(&ctx, &act).await.unwrap();
    let right = Answer::Sms(bank.newest(1).await);
    let wrong = Answer::Sms(other_code(&bank.newest(1).await));
    let guesses = (0..100).map(|_| bank.identity.answer_confirmation(&ctx, asked.id, &wrong));
    let answers: Vec<_> = join_all(guesses).await.into_iter().map(|a| refused(a).0).collect();
    let looked_at = answers.iter().filter(|code| **code == Code::AnswerWrong).count();
    assert_eq!(looked_at, 4, "{answers:?}");
    let late = bank.identity.answer_confirmation(&ctx, asked.id, &right).await;
    assert_eq!(refused(late).0, Code::AnswerTriesUsedUp);
}

#[tokio::test]
async fn it_lives_five_minutes_and_is_good_for_five_more() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let ctx = bank.customer().await;
    let act = payment("10.00");
    let asked = bank.identity.ask_confirmation(&ctx, &act).await.unwrap();
    let answer = Answer::Sms(bank.newest(1).await);
    bank.clock.advance_seconds(299);
    bank.identity.answer_confirmation(&ctx, asked.id, &answer).await.unwrap();
    bank.clock.advance_seconds(300);
    let late = bank.uses(&ctx, asked.id, &act).await;
    assert_eq!(refused(late).0, Code::StepUpRequired);
    let asked = bank.identity.ask_confirmation(&ctx, &act).await.unwrap();
    let answer = Answer::Sms(bank.newest(2).await);
    bank.clock.advance_seconds(300);
    let late = bank.identity.answer_confirmation(&ctx, asked.id, &answer).await;
    assert_eq!(refused(late).0, Code::ChallengeOver);
}

#[tokio::test]
async fn only_its_session_answers_and_codes_are_sent_sparingly() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let (ctx, other) = (bank.customer().await, bank.customer().await);
    let asked = bank.identity.ask_confirmation(&ctx, &payment("10.00")).await.unwrap();
    let answer = Answer::Sms(bank.newest(1).await);
    let elsewhere = bank.identity.answer_confirmation(&other, asked.id, &answer).await;
    assert_eq!(refused(elsewhere).0, Code::ChallengeOver);
    let totp = Answer::Totp(secret("123456"));
    let unasked = bank.identity.answer_confirmation(&ctx, asked.id, &totp).await;
    assert_eq!(refused(unasked).0, Code::MethodNotOffered);
    let soon = bank.identity.send_confirmation_code(&ctx, asked.id).await;
    assert_eq!(refused(soon), (Code::CodeResentTooSoon, Some(30)));
    for number in 2..=3 {
        bank.clock.advance_seconds(30);
        bank.identity.send_confirmation_code(&ctx, asked.id).await.unwrap();
        bank.inbox.message(number).await;
    }
    bank.clock.advance_seconds(30);
    let many = bank.identity.send_confirmation_code(&ctx, asked.id).await;
    assert_eq!(refused(many).0, Code::TooManyRequests);
    // A later code puts an end to those before.
    let old = bank.identity.answer_confirmation(&ctx, asked.id, &answer).await;
    assert_eq!(refused(old).0, Code::AnswerWrong);
    let newest = Answer::Sms(bank.newest(3).await);
    bank.identity.answer_confirmation(&ctx, asked.id, &newest).await.unwrap();
}

#[tokio::test]
async fn what_is_confirmed_is_not_stored_in_clear() {
    let bank = Bank::open().await;
    let ctx = bank.customer().await;
    bank.identity.ask_confirmation(&ctx, &payment("10.00")).await.unwrap();
    let stored: Vec<u8> = sqlx::query_scalar("SELECT shown FROM auth_step_up")
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
    assert!(!stored.windows(6).any(|w| w == b"Malika"));
    let job: String = sqlx::query_scalar("SELECT payload::text FROM job ORDER BY id DESC LIMIT 1")
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
    assert!(!job.contains("Malika") && !job.contains("10.00"), "{job}");
}
