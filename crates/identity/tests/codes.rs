//! One-time codes: what a right, a wrong, a late and a repeated one come to.

mod common;

use common::{Bank, PASSWORD, client, other_code, phone, refused, secret, stranger};
use futures_util::future::join_all;
use identity::{ClientInfo, Config, Purpose};
use kernel::{ChallengeId, Code, Entropy, Lang};

#[tokio::test]
async fn a_right_code_earns_a_ticket_that_is_used_once() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let (ctx, phone) = (bank.ctx(), phone(1));
    let challenge = bank.start(&phone).await.unwrap();
    assert_eq!(challenge.resend_after_seconds, 60);
    assert_eq!(challenge.expires_at, ctx.now().plus_seconds(180));
    let code = bank.inbox.code(1).await;
    assert_eq!(bank.inbox.message(1).await.to, phone);

    let proof = bank.identity.verify_code(&ctx, challenge.id, &code).await.unwrap();
    assert!(proof.ticket.expose().starts_with("bk_su_"));
    let again = bank.identity.verify_code(&ctx, challenge.id, &code).await;
    assert_eq!(refused(again).0, Code::CodeExpired);

    let seen = bank.identity.ticket_phone(&ctx, Purpose::SignUp, &proof.ticket).await.unwrap();
    assert_eq!(seen, phone);
    let use_it = async |commit: bool| {
        let mut tx = bank.begin().await;
        let used = bank.identity.consume_ticket(&mut tx, &ctx, Purpose::SignUp, &proof.ticket);
        let used = used.await;
        if commit {
            store::commit(tx).await.unwrap();
        }
        used
    };
    // What is rolled back did not use it.
    assert_eq!(use_it(false).await.unwrap(), phone);
    assert_eq!(use_it(true).await.unwrap(), phone);
    assert_eq!(refused(use_it(true).await).0, Code::CodeExpired);
    let seen = bank.identity.ticket_phone(&ctx, Purpose::SignUp, &proof.ticket).await;
    assert_eq!(refused(seen).0, Code::CodeExpired);
}

#[tokio::test]
async fn a_ticket_ends() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let challenge = bank.start(&phone(1)).await.unwrap();
    let code = bank.inbox.code(1).await;
    let proof = bank.identity.verify_code(&bank.ctx(), challenge.id, &code).await.unwrap();
    bank.clock.advance_seconds(899);
    let ticket = &proof.ticket;
    assert!(bank.identity.ticket_phone(&bank.ctx(), Purpose::SignUp, ticket).await.is_ok());
    let is_users =
        async || bank.identity.ticket_is_users(&bank.ctx(), Purpose::SignUp, ticket).await;
    assert!(!is_users().await.unwrap());
    bank.user(&phone(2)).await;
    assert!(!is_users().await.unwrap());
    bank.user(&phone(1)).await;
    assert!(is_users().await.unwrap());
    bank.clock.advance_seconds(1);
    let late = bank.identity.ticket_phone(&bank.ctx(), Purpose::SignUp, ticket).await;
    assert_eq!(refused(late).0, Code::CodeExpired);
    assert_eq!(refused(is_users().await).0, Code::CodeExpired);
    for foreign in ["", "bk_su_", "bk_at_AAAA", &ticket.expose().to_uppercase()] {
        let (ctx, foreign) = (bank.ctx(), secret(foreign));
        let found = bank.identity.ticket_phone(&ctx, Purpose::SignUp, &foreign).await;
        assert_eq!(refused(found).0, Code::CodeExpired);
    }
}

#[tokio::test]
async fn three_wrong_codes_block_the_phone_for_a_quarter_of_an_hour() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let phone = phone(1);
    let challenge = bank.start(&phone).await.unwrap();
    let code = bank.inbox.code(1).await;
    let (wrong, slip) = (other_code(&code), secret("12345"));
    let verify = async |code| bank.identity.verify_code(&bank.ctx(), challenge.id, code).await;
    assert_eq!(refused(verify(&wrong).await), (Code::CodeWrong, None));
    // A slip is no guess.
    assert_eq!(refused(verify(&slip).await).0, Code::FieldInvalid);
    assert_eq!(refused(verify(&wrong).await), (Code::CodeWrong, None));
    assert_eq!(refused(verify(&wrong).await), (Code::CodeTriesUsedUp, Some(900)));
    bank.clock.advance_seconds(10);
    assert_eq!(refused(verify(&code).await), (Code::CodeTriesUsedUp, Some(890)));
    bank.clock.advance_seconds(60);
    assert_eq!(refused(bank.start(&phone).await), (Code::CodeTriesUsedUp, Some(830)));
    let again = bank.identity.resend_code(&bank.ctx(), challenge.id, &client()).await;
    assert_eq!(refused(again), (Code::CodeTriesUsedUp, Some(830)));

    bank.clock.advance_seconds(830);
    assert_eq!(refused(verify(&code).await).0, Code::CodeExpired);
    let challenge = bank.start(&phone).await.unwrap();
    let code = bank.inbox.code(2).await;
    let wrong = other_code(&code);
    let first = bank.identity.verify_code(&bank.ctx(), challenge.id, &wrong).await;
    assert_eq!(refused(first), (Code::CodeWrong, None));
    assert!(bank.identity.verify_code(&bank.ctx(), challenge.id, &code).await.is_ok());
}

#[tokio::test]
async fn wrong_codes_count_over_challenges_until_a_right_one() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let phone = phone(1);
    let mut sent = 0;
    let mut round = async |wrong_ones: usize| {
        bank.clock.advance_seconds(60);
        let challenge = bank.start(&phone).await.unwrap();
        sent += 1;
        let code = bank.inbox.code(sent).await;
        let mut last = None;
        for _ in 0..wrong_ones {
            let wrong = other_code(&code);
            let tried = bank.identity.verify_code(&bank.ctx(), challenge.id, &wrong).await;
            last = Some(refused(tried).0);
        }
        (challenge.id, code, last)
    };
    let (id, code, last) = round(2).await;
    assert_eq!(last, Some(Code::CodeWrong));
    assert!(bank.identity.verify_code(&bank.ctx(), id, &code).await.is_ok());
    assert_eq!(round(2).await.2, Some(Code::CodeWrong));
    assert_eq!(round(1).await.2, Some(Code::CodeTriesUsedUp));
}

#[tokio::test]
async fn parallel_guesses_are_three_guesses() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let phone = phone(1);
    let challenge = bank.start(&phone).await.unwrap();
    let code = bank.inbox.code(1).await;
    let number: u32 = code.expose().parse().unwrap();
    let ctx = bank.ctx();
    let guesses = (1..=50).map(|n| {
        let (identity, ctx) = (bank.identity.clone(), ctx.clone());
        let guess = secret(&format!("{:06}", (number + n) % 1_000_000));
        tokio::spawn(async move { identity.verify_code(&ctx, challenge.id, &guess).await })
    });
    let answers: Vec<_> =
        join_all(guesses).await.into_iter().map(|a| refused(a.unwrap()).0).collect();
    let wrong = answers.iter().filter(|code| **code == Code::CodeWrong).count();
    let blocked = answers.iter().filter(|code| **code == Code::CodeTriesUsedUp).count();
    assert_eq!((wrong, blocked), (2, 48));
    let tries: i32 = sqlx::query_scalar("SELECT tries FROM auth_code_guard")
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
    assert_eq!(tries, 3);
    let right = bank.identity.verify_code(&ctx, challenge.id, &code).await;
    assert_eq!(refused(right).0, Code::CodeTriesUsedUp);
}

#[tokio::test]
async fn a_right_code_sent_in_parallel_earns_one_ticket() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let phone = phone(1);
    let challenge = bank.start(&phone).await.unwrap();
    let code = bank.inbox.code(1).await;
    let ctx = bank.ctx();
    let calls = (0..20).map(|_| {
        let (identity, ctx, code) = (bank.identity.clone(), ctx.clone(), code.clone());
        tokio::spawn(async move { identity.verify_code(&ctx, challenge.id, &code).await })
    });
    let earned = join_all(calls).await.into_iter().filter(|a| a.as_ref().unwrap().is_ok());
    assert_eq!(earned.count(), 1);
    // Knowing the code is no guessing: nothing is left to wait for.
    bank.clock.advance_seconds(60);
    assert!(bank.start(&phone).await.is_ok());
}

#[tokio::test]
async fn a_late_code_is_refused_and_not_counted() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let challenge = bank.start(&phone(1)).await.unwrap();
    let code = bank.inbox.code(1).await;
    bank.clock.advance_seconds(180);
    for _ in 0..5 {
        let late = bank.identity.verify_code(&bank.ctx(), challenge.id, &code).await;
        assert_eq!(refused(late), (Code::CodeExpired, None));
    }
    let unknown = ChallengeId::generate(bank.ctx().now(), Entropy);
    let unknown = bank.identity.verify_code(&bank.ctx(), unknown, &code).await;
    assert_eq!(refused(unknown), (Code::CodeExpired, None));
}

#[tokio::test]
async fn a_code_sent_again_ends_the_one_before() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let challenge = bank.start(&phone(1)).await.unwrap();
    let first = bank.inbox.code(1).await;
    let resend = async || bank.identity.resend_code(&bank.ctx(), challenge.id, &client()).await;
    bank.clock.advance_seconds(59);
    assert_eq!(refused(resend().await), (Code::CodeResentTooSoon, Some(1)));
    assert_eq!(refused(bank.start(&phone(1)).await), (Code::CodeResentTooSoon, Some(1)));
    bank.clock.advance_seconds(200);
    let view = resend().await.unwrap();
    assert_eq!((view.id, view.expires_at), (challenge.id, bank.ctx().now().plus_seconds(180)));
    let second = bank.inbox.code(2).await;
    assert_ne!(bank.inbox.message(1).await.reference, bank.inbox.message(2).await.reference);
    if first.expose() != second.expose() {
        let old = bank.identity.verify_code(&bank.ctx(), challenge.id, &first).await;
        assert_eq!(refused(old).0, Code::CodeWrong);
    }
    assert!(bank.identity.verify_code(&bank.ctx(), challenge.id, &second).await.is_ok());
    bank.clock.advance_seconds(60);
    assert_eq!(refused(resend().await).0, Code::CodeExpired);
}

#[tokio::test]
async fn codes_to_one_phone_and_from_one_address_are_limited() {
    let config = Config { codes_per_address_hour: 8, ..Config::default() };
    let bank = Bank::with(config).await;
    // The hour of the counter begins with the hour of the clock: start in a fresh one.
    bank.clock.advance_seconds(3_600 - bank.ctx().now().micros() / 1_000_000 % 3_600);
    for _ in 0..5 {
        assert!(bank.start(&phone(1)).await.is_ok());
        bank.clock.advance_seconds(60);
    }
    let (code, wait) = refused(bank.start(&phone(1)).await);
    assert_eq!(code, Code::TooManyRequests);
    assert_eq!(wait, Some(3_300));
    assert!(bank.start(&phone(2)).await.is_ok());
    assert!(bank.start(&phone(3)).await.is_ok());
    assert_eq!(refused(bank.start(&phone(4)).await).0, Code::TooManyRequests);
    bank.clock.advance_seconds(3_300);
    assert!(bank.start(&phone(1)).await.is_ok());
}

#[tokio::test]
async fn strangers_cannot_use_up_the_codes_of_a_customer() {
    let bank = Bank::open().await;
    bank.run_jobs();
    bank.clock.advance_seconds(86_400 - bank.ctx().now().micros() / 1_000_000 % 86_400);
    bank.user(&phone(1)).await;
    bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    bank.inbox.message(1).await;
    let ask = async |from: &ClientInfo| {
        let ctx = bank.ctx();
        bank.identity.start_phone_challenge(&ctx, &phone(1), Purpose::SignUp, from).await
    };
    // A stranger guesses wrong until that place waits.
    let theirs = ask(&stranger(1)).await.unwrap();
    let wrong = other_code(&bank.inbox.code(2).await);
    for _ in 0..3 {
        assert!(bank.identity.verify_code(&bank.ctx(), theirs.id, &wrong).await.is_err());
    }
    assert_eq!(refused(ask(&stranger(1)).await).0, Code::CodeTriesUsedUp);
    // Many of them get ten codes in an hour, and no more.
    let mut sent = 1;
    for n in 2..=30 {
        match ask(&stranger(n)).await {
            Ok(_) => sent += 1,
            other => assert_eq!(refused(other).0, Code::TooManyRequests),
        }
    }
    assert_eq!(sent, 10);
    // Where the customer is known nothing of it is felt, and the right code is right.
    let mine = ask(&client()).await.unwrap();
    let code = bank.inbox.code(12).await;
    assert!(bank.identity.verify_code(&bank.ctx(), mine.id, &code).await.is_ok());
}

#[tokio::test]
async fn parallel_starts_send_one_code() {
    let bank = Bank::open().await;
    let ctx = bank.ctx();
    let starts = (0..20).map(|_| {
        let (identity, ctx) = (bank.identity.clone(), ctx.clone());
        tokio::spawn(async move {
            identity.start_phone_challenge(&ctx, &phone(1), Purpose::SignUp, &client()).await
        })
    });
    let started = join_all(starts).await.into_iter().filter(|s| s.as_ref().unwrap().is_ok());
    assert_eq!(started.count(), 1);
    let jobs: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE kind = 'sms.code'")
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
    assert_eq!(jobs, 1);
}

#[tokio::test]
async fn nothing_is_sent_for_a_challenge_that_is_over() {
    let bank = Bank::open().await;
    bank.start(&phone(1)).await.unwrap();
    bank.clock.advance_seconds(180);
    let mut ctx = bank.ctx();
    ctx.lang = Lang::Ru;
    bank.identity.start_phone_challenge(&ctx, &phone(2), Purpose::SignUp, &client()).await.unwrap();
    bank.run_jobs();
    let sms = bank.inbox.message(1).await;
    assert_eq!(sms.to, phone(2));
    assert!(sms.text.expose().contains("код"));
    for _ in 0..200 {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE state <> 'done'")
            .fetch_one(bank.store().pool())
            .await
            .unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(bank.inbox.count(), 1);
}
