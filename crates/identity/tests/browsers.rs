//! Sessions of browsers: how long they live, and how they end.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, PASSWORD, client, phone, proof, refused};
use futures_util::future::join_all;
use identity::{BrowserSession, Identity, Use};
use kernel::{Actor, Code, Moment, Permission, Result, Secret};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

impl Bank {
    async fn at_browser(&self) -> BrowserSession {
        self.user(&phone(1)).await;
        self.sign_in_browser(&phone(1), PASSWORD).await.unwrap()
    }

    async fn lets(&self, identity: &Identity, token: &Secret<String>, using: Use) -> bool {
        match identity.authenticate_browser(&self.ctx(), token.expose(), using).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.code(), Some(Code::SignInRequired), "{error:?}");
                false
            }
        }
    }

    /// Whether a request gets through, here.
    async fn works(&self, session: &BrowserSession) -> bool {
        self.lets(&self.identity, &session.token, Use::Request).await
    }

    /// Whether the session lives, as a live stream here would ask.
    async fn lives(&self, session: &BrowserSession) -> bool {
        self.lets(&self.identity, &session.token, Use::Watch).await
    }

    async fn idle_until(&self, session: &BrowserSession) -> Moment {
        let found: OffsetDateTime =
            sqlx::query_scalar("SELECT idle_until FROM auth_session WHERE id = $1")
                .bind(session.session.uuid())
                .fetch_one(self.store().pool())
                .await
                .unwrap();
        found.into()
    }

    async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.store().pool()).await.unwrap()
    }

    /// Ends every session behind the back of the log, or undoes it.
    async fn set_revoked(&self, revoked: bool) {
        let query = if revoked {
            "UPDATE auth_session SET revoked_at = now(), revoke_reason = 'test'"
        } else {
            "UPDATE auth_session SET revoked_at = NULL, revoke_reason = NULL"
        };
        sqlx::query(query).execute(self.store().pool()).await.unwrap();
    }

    /// Waits until a node answers for a session without the database, which would say no.
    async fn until_cached(&self, identity: &Identity, session: &BrowserSession) {
        for _ in 0..100 {
            assert!(self.lets(identity, &session.token, Use::Watch).await);
            self.set_revoked(true).await;
            let cached = self.lets(identity, &session.token, Use::Watch).await;
            self.set_revoked(false).await;
            if cached {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the session never came into the cache");
    }
}

/// Lets a node write what it noted, as it does every ten seconds.
async fn write_notes(identity: &Identity) {
    let (_stop, stopped) = watch::channel(true);
    identity.follow_revocations(stopped).await;
}

#[tokio::test]
async fn one_token_carries_a_browser_for_twelve_hours() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let mobile = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    let session = bank.sign_in_browser(&phone(1), PASSWORD).await.unwrap();
    assert_eq!(session.customer, user);
    assert_eq!(session.ends, bank.ctx().now().plus_seconds(12 * HOUR));
    assert!(session.token.expose().starts_with("bk_ws_"));

    let token = session.token.expose();
    for using in [Use::Request, Use::Watch] {
        let ctx = bank.identity.authenticate_browser(&bank.ctx(), token, using).await.unwrap();
        assert_eq!(ctx.actor, Actor::Customer { id: user, session: session.session });
        assert!(ctx.permissions.has(Permission::TransferCreate));
    }
    // Neither the sign-in nor the requests touch the session of the phone.
    assert!(bank.accepts(&bank.identity, &mobile.access).await);
    assert!(bank.identity.refresh(&bank.ctx(), mobile.refresh.expose(), None).await.is_ok());
}

#[tokio::test]
async fn wrong_passwords_are_counted_together() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    for known in [phone(1), phone(2)] {
        let answer = bank.sign_in_browser(&known, "not the password").await;
        assert_eq!(refused(answer).0, Code::SignInFailed);
        for _ in 0..2 {
            let answer = bank.sign_in(&known, "not the password").await;
            assert_eq!(refused(answer).0, Code::SignInFailed);
        }
        let answer = bank.sign_in_browser(&known, PASSWORD).await;
        assert_eq!(refused(answer), (Code::SignInThrottled, Some(5)));
    }
    bank.clock.advance_seconds(5);
    assert!(bank.sign_in_browser(&phone(1), PASSWORD).await.is_ok());
    let answer = bank.sign_in(&phone(1), "not the password").await;
    assert_eq!(refused(answer).0, Code::SignInFailed, "and forgotten together");
}

#[tokio::test]
async fn five_minutes_without_a_request_end_a_session() {
    for caching in [false, true] {
        let bank = Bank::open().await;
        let following = caching.then(|| Bank::follow(&bank.identity));
        let session = bank.at_browser().await;
        if caching {
            bank.until_cached(&bank.identity, &session).await;
        }
        bank.clock.advance_seconds(5 * MINUTE - 1);
        assert!(bank.lives(&session).await);
        if caching {
            bank.until_cached(&bank.identity, &session).await;
        }
        bank.clock.advance_seconds(1);
        assert!(!bank.lives(&session).await, "caching: {caching}");
        assert!(!bank.works(&session).await);
        assert!(!bank.lets(&bank.node(), &session.token, Use::Request).await);
        drop(following);
    }
}

#[tokio::test]
async fn requests_keep_a_session_alive_to_its_last_minute() {
    for caching in [false, true] {
        let bank = Bank::open().await;
        let following = caching.then(|| Bank::follow(&bank.identity));
        let session = bank.at_browser().await;
        let mut left = 12 * HOUR;
        for pause in [1, 59, 299, 250, 61, 240, 299, 298, 5].into_iter().cycle() {
            if pause >= left {
                break;
            }
            bank.clock.advance_seconds(pause);
            left -= pause;
            assert!(bank.works(&session).await, "caching: {caching}, left: {left}");
            write_notes(&bank.identity).await;
            let later = bank.ctx().now().plus_seconds(5 * MINUTE).min(session.ends);
            let behind = later.micros_since(bank.idle_until(&session).await) / 1_000_000;
            assert!((0..60).contains(&behind), "{behind}");
        }
        assert!(left < 300, "{left}");
        bank.clock.advance_seconds(left - 1);
        assert!(bank.works(&session).await);
        bank.clock.advance_seconds(1);
        assert!(!bank.works(&session).await && !bank.lives(&session).await);
        drop(following);
    }
}

#[tokio::test]
async fn the_end_moves_once_a_minute_and_not_with_the_request() {
    let bank = Bank::open().await;
    let session = bank.at_browser().await;
    let first = bank.idle_until(&session).await;
    bank.clock.advance_seconds(59);
    assert!(bank.works(&session).await);
    write_notes(&bank.identity).await;
    assert_eq!(bank.idle_until(&session).await, first);

    bank.clock.advance_seconds(1);
    let row = "SELECT xmin::text::bigint FROM auth_session";
    let before = bank.number(row).await;
    for _ in 0..10 {
        assert!(bank.works(&session).await);
    }
    assert_eq!(bank.number(row).await, before, "not with the request");
    write_notes(&bank.identity).await;
    assert_eq!(bank.idle_until(&session).await, first.plus_seconds(MINUTE));

    let written = bank.number(row).await;
    bank.clock.advance_seconds(59);
    for _ in 0..10 {
        assert!(bank.works(&session).await);
    }
    write_notes(&bank.identity).await;
    assert_eq!(bank.number(row).await, written, "once a minute");
}

#[tokio::test]
async fn a_session_about_to_end_is_let_live_at_once_everywhere() {
    for caching in [false, true] {
        let bank = Bank::open().await;
        let following = caching.then(|| Bank::follow(&bank.identity));
        let session = bank.at_browser().await;
        bank.clock.advance_seconds(4 * MINUTE);
        if caching {
            bank.until_cached(&bank.identity, &session).await;
        }
        // Many requests of one page.
        let ctx = bank.ctx();
        let requests = (0..20).map(|_| {
            let (identity, ctx) = (bank.identity.clone(), ctx.clone());
            let token = session.token.clone();
            tokio::spawn(async move {
                identity.authenticate_browser(&ctx, token.expose(), Use::Request).await
            })
        });
        let answers: Vec<Result<_>> =
            join_all(requests).await.into_iter().map(std::result::Result::unwrap).collect();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        // Nothing waits to be written, and another node knows.
        assert_eq!(bank.idle_until(&session).await, ctx.now().plus_seconds(5 * MINUTE));
        bank.clock.advance_seconds(2 * MINUTE);
        assert!(bank.works(&session).await);
        assert!(bank.lets(&bank.node(), &session.token, Use::Watch).await);
        drop(following);
    }
}

#[tokio::test]
async fn a_live_stream_does_not_keep_a_session_alive() {
    for caching in [false, true] {
        let bank = Bank::open().await;
        let following = caching.then(|| Bank::follow(&bank.identity));
        let session = bank.at_browser().await;
        let first = bank.idle_until(&session).await;
        for _ in 0..4 {
            bank.clock.advance_seconds(MINUTE);
            assert!(bank.lives(&session).await);
        }
        if caching {
            bank.until_cached(&bank.identity, &session).await;
        }
        bank.clock.advance_seconds(59);
        assert!(bank.lives(&session).await);
        write_notes(&bank.identity).await;
        assert_eq!(bank.idle_until(&session).await, first);
        bank.clock.advance_seconds(1);
        assert!(!bank.lives(&session).await, "caching: {caching}");
        drop(following);
    }
}

#[tokio::test]
async fn a_stream_on_one_node_sees_the_requests_on_another() {
    let bank = Bank::open().await;
    let there = bank.node();
    let _following = (Bank::follow(&bank.identity), Bank::follow(&there));
    let session = bank.at_browser().await;
    bank.until_cached(&there, &session).await;
    for _ in 0..5 {
        bank.clock.advance_seconds(3 * MINUTE);
        assert!(bank.works(&session).await);
        write_notes(&bank.identity).await;
        assert!(bank.lets(&there, &session.token, Use::Watch).await);
    }
}

#[tokio::test]
async fn a_sign_out_reaches_another_node_within_a_second() {
    let bank = Bank::open().await;
    let here = bank.identity.clone();
    let there = bank.node();
    let _following = (Bank::follow(&here), Bank::follow(&there));
    bank.user(&phone(1)).await;
    let mobile = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    let other = bank.sign_in_browser(&phone(1), PASSWORD).await.unwrap();
    for using in [Use::Request, Use::Watch] {
        let session = bank.sign_in_browser(&phone(1), PASSWORD).await.unwrap();
        bank.until_cached(&here, &session).await;
        bank.until_cached(&there, &session).await;
        let token = session.token.expose();
        let ctx = here.authenticate_browser(&bank.ctx(), token, using).await.unwrap();
        let began = Instant::now();
        here.sign_out(&ctx).await.unwrap();
        assert!(!bank.lets(&here, &session.token, using).await, "at once where it happened");
        while bank.lets(&there, &session.token, using).await {
            assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
            sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(bank.number("SELECT count(*) FROM auth_revocation").await, 2);
    assert!(bank.works(&other).await && bank.accepts(&here, &mobile.access).await);
}

#[tokio::test]
async fn a_node_that_hears_nothing_asks_the_database() {
    let bank = Bank::open().await;
    let following = Bank::follow(&bank.identity);
    let session = bank.at_browser().await;
    bank.until_cached(&bank.identity, &session).await;
    following.send(true).unwrap();
    bank.set_revoked(true).await;
    sleep(Duration::from_millis(800)).await;
    assert!(!bank.works(&session).await && !bank.lives(&session).await);
    bank.set_revoked(false).await;
    assert!(bank.works(&session).await);
}

/// The same random part under another prefix, with the checksum that belongs to it.
fn renamed(token: &Secret<String>, prefix: &str) -> String {
    let body = format!("{prefix}{}", token.expose().get(6..49).unwrap());
    let check = crc32fast::hash(body.as_bytes()) & 0x00ff_ffff;
    format!("{body}{check:06x}")
}

#[tokio::test]
async fn tokens_of_one_kind_open_nothing_of_the_other() {
    for caching in [false, true] {
        let bank = Bank::open().await;
        let following = caching.then(|| Bank::follow(&bank.identity));
        let session = bank.at_browser().await;
        let mobile = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
        if caching {
            bank.until_cached(&bank.identity, &session).await;
            assert!(bank.accepts(&bank.identity, &mobile.access).await);
        }
        assert_eq!(renamed(&session.token, "bk_ws_"), *session.token.expose());
        let (ctx, identity) = (bank.ctx(), &bank.identity);
        for mobile in [&mobile.access, &mobile.refresh] {
            for token in [mobile.expose().clone(), renamed(mobile, "bk_ws_")] {
                for using in [Use::Request, Use::Watch] {
                    let answer = identity.authenticate_browser(&ctx, &token, using).await;
                    assert_eq!(refused(answer).0, Code::SignInRequired);
                }
            }
        }
        for prefix in ["bk_ws_", "bk_at_", "bk_rt_"] {
            let token = renamed(&session.token, prefix);
            let answer = identity.authenticate(&ctx, &token, None).await;
            assert_eq!(refused(answer).0, Code::SignInRequired);
            assert_eq!(refused(identity.refresh(&ctx, &token, None).await).0, Code::SignInRequired);
        }
        // Nobody was taken for a thief.
        assert!(bank.works(&session).await && bank.accepts(identity, &mobile.access).await);
        drop(following);
    }
}

#[tokio::test]
async fn a_blocked_user_stays_outside() {
    let bank = Bank::open().await;
    let session = bank.at_browser().await;
    sqlx::query("UPDATE auth_user SET status = 'frozen'")
        .execute(bank.store().pool())
        .await
        .unwrap();
    assert!(!bank.works(&session).await && !bank.lives(&session).await);
    let again = bank.sign_in_browser(&phone(1), PASSWORD).await;
    assert_eq!(refused(again).0, Code::SignInStopped);
}

#[tokio::test]
async fn sessions_of_both_kinds_are_counted_together() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let mut tx = bank.begin().await;
    let first = bank
        .identity
        .open_browser_session(&mut tx, &bank.ctx(), user, (&proof(), &client()))
        .await
        .unwrap();
    store::commit(tx).await.unwrap();
    for n in 0..48 {
        assert!(bank.lives(&first).await, "{n}");
        bank.clock.advance_seconds(1);
        let mut tx = bank.begin().await;
        let (identity, ctx) = (&bank.identity, bank.ctx());
        if n % 2 == 0 {
            identity.open_session(&mut tx, &ctx, user, (&proof(), &client())).await.unwrap();
        } else {
            identity
                .open_browser_session(&mut tx, &ctx, user, (&proof(), &client()))
                .await
                .unwrap();
        }
        store::commit(tx).await.unwrap();
    }
    assert!(!bank.lives(&first).await);
    let alive = "SELECT count(*) FROM auth_session WHERE revoked_at IS NULL";
    assert_eq!(bank.number(alive).await, 48);
}

#[tokio::test]
async fn an_old_session_is_deleted() {
    let bank = Bank::open().await;
    bank.at_browser().await;
    bank.clock.advance_seconds(60 * DAY + 5 * MINUTE);
    // What the sign-in left: that it waited, its code, and that one was sent.
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 3);
    bank.clock.advance_seconds(1);
    assert_eq!(bank.identity.clean(bank.ctx().now()).await.unwrap(), 1);
}

#[tokio::test]
async fn the_database_keeps_the_kinds_apart() {
    let bank = Bank::open().await;
    bank.at_browser().await;
    bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    for change in [
        "kind = 'desktop'",
        "kind = CASE kind WHEN 'mobile' THEN 'browser' ELSE 'mobile' END",
        "rt_family_hash = CASE kind WHEN 'browser' THEN at_hash END",
        "rt_cur_hash = CASE kind WHEN 'browser' THEN at_hash END",
        "rt_succ_used = CASE kind WHEN 'browser' THEN true END",
        "at_prev_hash = at_hash, at_prev_expires = at_expires",
        "at_expires = at_expires - interval '1 second'",
    ] {
        for kind in ["browser", "mobile"] {
            let mends = kind == "mobile" && change.starts_with("at_");
            let query = format!("UPDATE auth_session SET {change} WHERE kind = '{kind}'");
            let done = sqlx::query(sqlx::AssertSqlSafe(query)).execute(bank.store().pool()).await;
            assert_eq!(done.is_ok(), mends, "{change} of {kind}");
        }
    }
}
