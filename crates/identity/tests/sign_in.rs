//! Sign-in: passwords, and how guessing them is slowed down.

mod common;

use common::{Bank, PASSWORD, client, phone, proof, refused, secret, stranger};
use futures_util::future::join_all;
use identity::{ClientInfo, Config};
use kernel::{Actor, Clock, Code, Ctx, ManualClock, Moment, Permission};

#[tokio::test]
async fn the_right_password_signs_in() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let tokens = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    assert_eq!(tokens.customer, user);
    let ctx = bank.identity.authenticate(&bank.ctx(), tokens.access.expose(), None).await.unwrap();
    assert_eq!(ctx.actor, Actor::Customer { id: user, session: tokens.session });
    assert!(ctx.permissions.has(Permission::TransferCreate));
    assert_eq!(bank.identity.phone_of(&ctx, user).await.unwrap(), phone(1));

    let life = tokens.access_expires.micros_since(bank.ctx().now()) / 1_000_000;
    assert!((285..=300).contains(&life), "{life}");
    bank.clock.advance_seconds(life - 1);
    assert!(bank.accepts(&bank.identity, &tokens.access).await);
    bank.clock.advance_seconds(1);
    assert!(!bank.accepts(&bank.identity, &tokens.access).await);
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_the_phone_is_known() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let too_long = "x".repeat(1_000);
    // Eight wrong ones with the waits between them, and one in the middle of a wait.
    let mut answers = [Vec::new(), Vec::new()];
    for (n, wait) in [0, 0, 5, 15, 60, 180, 300, 900, 900].into_iter().enumerate() {
        let password = if n == 1 { &too_long } else { "not the password" };
        for (known, answers) in [phone(1), phone(2)].iter().zip(&mut answers) {
            answers.push(refused(bank.sign_in(known, password).await));
        }
        bank.clock.advance_seconds(wait - i64::from(wait > 0));
        if wait > 0 {
            for (known, answers) in [phone(1), phone(2)].iter().zip(&mut answers) {
                answers.push(refused(bank.sign_in(known, PASSWORD).await));
            }
            bank.clock.advance_seconds(1);
        }
    }
    let [known, unknown] = answers;
    assert_eq!(known, unknown);
    let failed = known.iter().filter(|(code, _)| *code == Code::SignInFailed).count();
    let throttled =
        known.iter().filter(|answer| **answer == (Code::SignInThrottled, Some(1))).count();
    assert_eq!((failed, throttled), (9, 7));
    // The customer comes in after the wait, and then the count is forgotten.
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
    for _ in 0..2 {
        assert_eq!(refused(bank.sign_in(&phone(1), "x").await).0, Code::SignInFailed);
    }
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
}

#[tokio::test]
async fn parallel_guesses_do_not_go_uncounted() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let ctx = bank.ctx();
    let guesses = (0..50).map(|n| {
        let (identity, ctx) = (bank.identity.clone(), ctx.clone());
        tokio::spawn(async move {
            let guess = secret(&format!("guess number {n}"));
            let by = (&phone(1), &guess);
            identity.sign_in(&ctx, by, identity::Door::App, &client()).await
        })
    });
    let answers: Vec<_> =
        join_all(guesses).await.into_iter().map(|a| refused(a.unwrap()).0).collect();
    let looked_at = answers.iter().filter(|code| **code == Code::SignInFailed).count();
    // Two without a wait, and the one that starts the wait.
    assert_eq!(looked_at, 3);
}

/// The free attempts are free: not even the difference of two nodes' clocks makes anybody wait.
#[tokio::test]
async fn two_right_passwords_at_once_do_not_wait_for_each_other() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let behind = Clock::Manual(ManualClock::new(bank.ctx().now()));
    let earlier = bank.ctx().with_clock(behind);
    bank.clock.advance_seconds(2);
    let at = async |ctx: &Ctx, password: &str| {
        let by = (&phone(1), &secret(password));
        bank.identity.sign_in(ctx, by, identity::Door::App, &client()).await
    };
    assert_eq!(refused(at(&bank.ctx(), "x").await).0, Code::SignInFailed);
    assert_eq!(refused(at(&earlier, "x").await).0, Code::SignInFailed);
    assert!(at(&earlier, PASSWORD).await.is_ok());
    // What is not free waits, on the node whose clock is behind a little longer.
    for _ in 0..3 {
        assert_eq!(refused(at(&bank.ctx(), "x").await).0, Code::SignInFailed);
    }
    assert_eq!(refused(at(&bank.ctx(), PASSWORD).await), (Code::SignInThrottled, Some(5)));
    assert_eq!(refused(at(&earlier, PASSWORD).await), (Code::SignInThrottled, Some(7)));
}

/// Whoever comes in as often as they like is never made to wait by that, wherever they are.
#[tokio::test]
async fn right_passwords_are_not_counted() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    for number in 0..103 {
        let place = stranger(number);
        assert!(bank.sign_in_from(&place, &phone(1), PASSWORD).await.is_ok(), "{number}");
        assert!(bank.sign_in_from(&place, &phone(1), PASSWORD).await.is_ok(), "{number} again");
    }
}

/// The day's count of strangers goes on where it was when the customer comes in between.
#[tokio::test]
async fn a_right_password_gives_strangers_no_guesses_back() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let into_day = bank.ctx().now().micros_since(bank.ctx().now().day().start()) / 1_000_000;
    bank.clock.advance_seconds(86_400 - into_day);
    let mut looked_at = 0;
    for number in 0..110 {
        if number % 10 == 0 {
            let own = stranger(150 + number / 10);
            let came_in = bank.sign_in_from(&own, &phone(1), PASSWORD).await;
            assert_eq!(came_in.is_ok(), looked_at <= 100, "{number}");
        }
        let guess = bank.sign_in_from(&stranger(number), &phone(1), "not the password").await;
        looked_at += i32::from(refused(guess).0 == Code::SignInFailed);
    }
    assert_eq!(looked_at, 101);
}

/// Tries wrong passwords from one network as soon as each wait ends, until this moment. Gives how
/// many were looked at.
async fn guess_until(bank: &Bank, guesser: &ClientInfo, end: Moment) -> u32 {
    let mut looked_at = 0;
    loop {
        match refused(bank.sign_in_from(guesser, &phone(1), "not the password").await) {
            (Code::SignInFailed, None) => looked_at += 1,
            (Code::SignInThrottled, Some(wait)) if bank.ctx().now().plus_seconds(wait) < end => {
                bank.clock.advance_seconds(wait);
            }
            (Code::SignInThrottled, Some(_)) => return looked_at,
            other => assert_eq!(other, (Code::SignInFailed, None)),
        }
    }
}

#[tokio::test]
async fn a_stranger_does_not_lock_the_customer_out() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let end = bank.ctx().now().plus_seconds(10_000);
    assert!(guess_until(&bank, &stranger(1), end).await > 10);
    // The stranger waits, and the customer, who was never seen before, does not.
    assert_eq!(
        refused(bank.sign_in_from(&stranger(1), &phone(1), PASSWORD).await).0,
        Code::SignInThrottled
    );
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
    // A success forgets the wrong passwords at its own place only.
    assert_eq!(
        refused(bank.sign_in_from(&stranger(1), &phone(1), PASSWORD).await).0,
        Code::SignInThrottled
    );
}

#[tokio::test]
async fn guesses_from_many_networks_are_limited_but_not_the_customer_at_home() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
    // The day is young, so that it does not turn meanwhile.
    let into_day = bank.ctx().now().micros_since(bank.ctx().now().day().start()) / 1_000_000;
    bank.clock.advance_seconds(86_400 - into_day);
    let mut looked_at = [0, 0];
    for number in 0..110 {
        for (known, looked_at) in [phone(1), phone(2)].iter().zip(&mut looked_at) {
            let answer = bank.sign_in_from(&stranger(number), known, "not the password").await;
            match refused(answer) {
                (Code::SignInFailed, None) => *looked_at += 1,
                (Code::SignInThrottled, Some(5)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    // A hundred without a wait, and the one that starts the wait; the same for an unknown phone.
    assert_eq!(looked_at, [101, 101]);
    let abroad = stranger(0);
    assert_eq!(
        refused(bank.sign_in_from(&abroad, &phone(1), PASSWORD).await).0,
        Code::SignInThrottled
    );
    // At home the customer makes a mistake and comes in.
    assert_eq!(refused(bank.sign_in(&phone(1), "x").await).0, Code::SignInFailed);
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
}

#[tokio::test]
async fn sign_ins_from_one_address_are_limited() {
    let config = Config { sign_ins_per_address_quarter_hour: 3, ..Config::default() };
    let bank = Bank::with(config).await;
    for n in 0..3 {
        assert_eq!(refused(bank.sign_in(&phone(n), "x").await).0, Code::SignInFailed);
    }
    assert_eq!(refused(bank.sign_in(&phone(9), "x").await).0, Code::TooManyRequests);
}

#[tokio::test]
async fn a_blocked_user_stays_outside() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let tokens = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    sqlx::query("UPDATE auth_user SET status = 'frozen'")
        .execute(bank.store().pool())
        .await
        .unwrap();
    assert!(!bank.accepts(&bank.identity, &tokens.access).await);
    let refreshed = bank.identity.refresh(&bank.ctx(), tokens.refresh.expose(), None).await;
    assert_eq!(refused(refreshed).0, Code::SignInRequired);
    // Whoever has the password is told why; nobody else.
    assert_eq!(refused(bank.sign_in(&phone(1), "x").await).0, Code::SignInFailed);
    for _ in 0..8 {
        // What is right is no wrong try, however often it comes.
        assert_eq!(refused(bank.sign_in(&phone(1), PASSWORD).await).0, Code::SignInStopped);
    }
    // Who left is nobody's phone any more.
    sqlx::query("UPDATE auth_user SET status = 'closed'")
        .execute(bank.store().pool())
        .await
        .unwrap();
    assert_eq!(refused(bank.sign_in(&phone(1), PASSWORD).await).0, Code::SignInFailed);
}

#[tokio::test]
async fn a_hash_of_old_parameters_is_made_anew() {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    use kernel::KeyUse;
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let pepper = common::keys().key(KeyUse::Password);
    let weak = Params::new(8_192, 1, 1, None).unwrap();
    let argon = Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, weak);
    let old = argon.unwrap().hash_password_with_salt(PASSWORD.as_bytes(), &[3; 16]).unwrap();
    let store = bank.store();
    sqlx::query("UPDATE auth_user SET password_hash = $1")
        .bind(old.to_string())
        .execute(store.pool())
        .await
        .unwrap();
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
    let new: String = sqlx::query_scalar("SELECT password_hash FROM auth_user")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_ok());
}

#[tokio::test]
async fn the_forty_ninth_session_ends_the_oldest() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let mut first = None;
    for _ in 0..49 {
        let mut tx = bank.begin().await;
        let tokens =
            bank.identity.open_session(&mut tx, &bank.ctx(), user, (&proof(), &client())).await;
        store::commit(tx).await.unwrap();
        first.get_or_insert(tokens.unwrap());
        bank.clock.advance_seconds(1);
    }
    let store = bank.store();
    let alive: i64 =
        sqlx::query_scalar("SELECT count(*) FROM auth_session WHERE revoked_at IS NULL")
            .fetch_one(store.pool())
            .await
            .unwrap();
    assert_eq!(alive, 48);
    assert!(!bank.accepts(&bank.identity, &first.unwrap().access).await);
}

#[tokio::test]
async fn what_is_old_is_deleted_and_nothing_else() {
    const DAY: i64 = 86_400;
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let count = async || -> [i64; 4] {
        let mut found = [0; 4];
        let tables = ["auth_challenge", "auth_session", "auth_code_guard", "auth_sign_in_guard"];
        for (found, table) in found.iter_mut().zip(tables) {
            let query = format!("SELECT count(*) FROM {table}");
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
            *found = query.fetch_one(bank.store().pool()).await.unwrap();
        }
        found
    };
    bank.start(&phone(1)).await.unwrap();
    bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    assert_eq!(refused(bank.sign_in(&phone(1), "x").await).0, Code::SignInFailed);
    // The code of the sign-up, and that of the sign-in, which waited besides.
    assert_eq!(count().await, [2, 1, 2, 1]);
    bank.clock.advance_seconds(DAY - 1);
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 0);
    bank.clock.advance_seconds(2);
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 6);
    assert_eq!(count().await, [0, 1, 0, 0]);
    bank.clock.advance_seconds(88 * DAY);
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 0);
    bank.clock.advance_seconds(DAY);
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_leaked_password_is_refused() {
    // SHA-1 of "olti yashil qush tongda", computed by coreutils, between two others.
    let listed = [
        "46F98C7E0BB1FFB4938B00000000000000000000:3",
        "46F98C7E0BB1FFB4938B657538985D0ED33F028A:1",
        "46F98C7E0BB1FFB4938BFFFFFFFFFFFFFFFFFFFF:12",
    ];
    let path = std::env::temp_dir()
        .join(format!("okto-leaked-{}", store::hex(&kernel::Entropy.bytes::<16>())));
    std::fs::write(&path, listed.join("\n")).unwrap();
    let leaked = identity::LeakedPasswords::open(&path);
    std::fs::remove_file(&path).unwrap();
    let bank = Bank::with(Config { leaked_passwords: leaked.ok(), ..Config::default() }).await;
    let (phone, personal) =
        (phone(1), |phone| identity::Personal { phone, first_name: "Jasur", last_name: "Karimov" });
    let prepare = async |text: &str| {
        let refusal = bank.identity.prepare_password(&secret(text), personal(&phone)).await;
        refusal.err().and_then(|error| error.code())
    };
    assert_eq!(prepare("olti yashil qush tongda").await, Some(Code::PasswordLeaked));
    assert_eq!(prepare("olti yashil qush tonglar").await, None);
}

#[tokio::test]
async fn a_password_does_not_grow_old() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    bank.clock.advance_seconds(10 * 365 * 86_400);
    bank.sign_in(&phone(1), PASSWORD).await.unwrap();
}
