//! Sessions: refreshes, replays, sign-outs, on one node and on several.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, PASSWORD, phone, refused};
use futures_util::future::join_all;
use identity::{Tokens, Use};
use kernel::{Code, Ctx, Lang, Secret};
use tokio::time::{Instant, sleep};

impl Bank {
    async fn signed_in(&self) -> Tokens {
        self.user(&phone(1)).await;
        self.sign_in(&phone(1), PASSWORD).await.unwrap()
    }

    async fn refresh(&self, token: &Secret<String>) -> kernel::Result<Tokens> {
        self.identity.refresh(&self.ctx(), token.expose(), None).await
    }

    async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.store().pool()).await.unwrap()
    }
}

const ALIVE: &str = "SELECT count(*) FROM auth_session WHERE revoked_at IS NULL";
const REUSES: &str = "SELECT count(*) FROM outbox WHERE kind = 'authn_token_reuse'";

#[tokio::test]
async fn a_refresh_rotates_both_tokens() {
    let bank = Bank::open().await;
    let first = bank.signed_in().await;
    bank.clock.advance_seconds(60);
    let second = bank.refresh(&first.refresh).await.unwrap();
    assert_eq!(second.session, first.session);
    assert!(bank.accepts(&bank.identity, &second.access).await);
    // Requests under way with the old token come through, until its end.
    assert!(bank.accepts(&bank.identity, &first.access).await);
    bank.clock.advance_seconds(241);
    assert!(!bank.accepts(&bank.identity, &first.access).await);
    assert!(
        bank.accepts(&bank.identity, &second.access).await
            == (bank.ctx().now() < second.access_expires)
    );
    assert!(bank.refresh(&second.refresh).await.is_ok());
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again() {
    let bank = Bank::open().await;
    let first = bank.signed_in().await;
    let lost = bank.refresh(&first.refresh).await.unwrap();
    bank.clock.advance_seconds(30);
    let again = bank.refresh(&first.refresh).await.unwrap();
    assert_eq!(again.session, first.session);
    // The same again, for as long as if it were new: so it does not matter which answer was lost.
    assert_eq!(again.access.expose(), lost.access.expose());
    assert_eq!(again.refresh.expose(), lost.refresh.expose());
    assert!(again.access_expires >= first.access_expires);
    assert!(bank.accepts(&bank.identity, &again.access).await);
    assert_eq!(bank.number(ALIVE).await, 1);
    assert_eq!(bank.number(REUSES).await, 0);
}

#[tokio::test]
async fn a_replay_ends_the_family_and_no_other() {
    // The previous token too late; after its successor was used; after it was refreshed on, once
    // and twice.
    for case in ["late", "access used", "refresh used", "older"] {
        let bank = Bank::open().await;
        let other = bank.signed_in().await;
        let first = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
        let second = bank.refresh(&first.refresh).await.unwrap();
        let (last, replayed) = match case {
            "late" => {
                bank.clock.advance_seconds(31);
                (second, first.refresh)
            }
            "access used" => {
                assert!(bank.accepts(&bank.identity, &second.access).await);
                (second, first.refresh)
            }
            "refresh used" => (bank.refresh(&second.refresh).await.unwrap(), first.refresh),
            _ => {
                let third = bank.refresh(&second.refresh).await.unwrap();
                (bank.refresh(&third.refresh).await.unwrap(), first.refresh)
            }
        };
        assert_eq!(refused(bank.refresh(&replayed).await).0, Code::SignInRequired, "{case}");
        assert!(!bank.accepts(&bank.identity, &last.access).await, "{case}");
        assert!(!bank.accepts(&bank.identity, &first.access).await, "{case}");
        assert_eq!(refused(bank.refresh(&last.refresh).await).0, Code::SignInRequired, "{case}");
        assert!(bank.accepts(&bank.identity, &other.access).await, "{case}");
        assert!(bank.refresh(&other.refresh).await.is_ok(), "{case}");
        // Later tokens of the dead family tell nothing new.
        assert_eq!(bank.number(REUSES).await, 1, "{case}");
        let logged =
            bank.number("SELECT count(*) FROM auth_revocation WHERE reason = 'token_reused'").await;
        assert_eq!(logged, 1, "{case}");
    }
}

/// Twenty ask at once. The first answer is used before the turn of the others has come.
#[tokio::test]
async fn a_refresh_that_was_under_way_when_another_was_used_is_no_replay() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let first = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    let arrived = bank.ctx().now();
    bank.clock.advance_seconds(1);
    let second = bank.refresh(&first.refresh).await.unwrap();
    assert!(bank.accepts(&bank.identity, &second.access).await);
    bank.clock.advance_seconds(1);
    let token = (first.refresh.expose().as_str(), None);
    let late = bank.identity.refresh_since(&bank.ctx(), token, arrived).await.unwrap();
    assert_eq!(late.refresh.expose(), second.refresh.expose(), "one family goes on by one token");
    for tokens in [&second, &late] {
        assert!(bank.accepts(&bank.identity, &tokens.access).await);
    }
    // The next refresh goes on from there, and what is older than the last one is a replay whenever
    // it arrived.
    let third = bank.refresh(&late.refresh).await.unwrap();
    assert!(bank.accepts(&bank.identity, &third.access).await);
    let older = bank.identity.refresh_since(&bank.ctx(), token, arrived).await;
    assert_eq!(refused(older).0, Code::SignInRequired);
    assert!(!bank.accepts(&bank.identity, &third.access).await);
}

/// Whoever has a copy and comes after the first use ends the family, as before.
#[tokio::test]
async fn a_refresh_that_arrives_once_another_was_used_is_a_replay() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let first = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    let second = bank.refresh(&first.refresh).await.unwrap();
    bank.clock.advance_seconds(1);
    assert!(bank.accepts(&bank.identity, &second.access).await);
    let arrived = bank.ctx().now();
    bank.clock.advance_seconds(1);
    let token = (first.refresh.expose().as_str(), None);
    let thief = bank.identity.refresh_since(&bank.ctx(), token, arrived).await;
    assert_eq!(refused(thief).0, Code::SignInRequired);
    assert!(!bank.accepts(&bank.identity, &second.access).await);
}

/// With the machine's clock: each uses what it got at once, while the others still ask.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_refreshes_whose_answers_are_used_at_once_leave_the_client_signed_in() {
    let bank = Bank::open().await;
    bank.user(&phone(1)).await;
    let mut token = bank.sign_in(&phone(1), PASSWORD).await.unwrap().refresh;
    let ctx = Ctx::anonymous(Lang::En);
    for round in 0..5 {
        let arrived = ctx.now();
        let asked = (0..20).map(|_| {
            let (identity, ctx, token) = (bank.identity.clone(), ctx.clone(), token.clone());
            tokio::spawn(async move {
                let asked = (token.expose().as_str(), None);
                let tokens = identity.refresh_since(&ctx, asked, arrived).await.unwrap();
                identity.authenticate(&ctx, tokens.access.expose(), None).await.unwrap();
                tokens.refresh
            })
        });
        let mut next = None;
        for asked in asked.collect::<Vec<_>>() {
            let given = asked.await.unwrap();
            let known = next.get_or_insert_with(|| given.clone());
            assert_eq!(known.expose(), given.expose(), "round {round}");
        }
        token = next.unwrap();
    }
}

#[tokio::test]
async fn twenty_parallel_refreshes_leave_the_client_signed_in() {
    let bank = Bank::open().await;
    let first = bank.signed_in().await;
    let ctx = bank.ctx();
    let calls = (0..20).map(|_| {
        let (identity, ctx, token) = (bank.identity.clone(), ctx.clone(), first.refresh.clone());
        tokio::spawn(async move { identity.refresh(&ctx, token.expose(), None).await.unwrap() })
    });
    let answers: Vec<Tokens> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(bank.number(ALIVE).await, 1);
    assert!(answers.iter().all(|tokens| tokens.session == first.session));
    // Whichever answer the client keeps: they are the same.
    for tokens in &answers {
        assert!(bank.accepts(&bank.identity, &tokens.access).await);
        assert_eq!(tokens.refresh.expose(), answers[0].refresh.expose());
    }
    assert!(bank.refresh(&answers[0].refresh).await.is_ok());
    assert_eq!(bank.number(REUSES).await, 0);
}

#[tokio::test]
async fn a_session_ends_by_idleness_and_by_age() {
    const DAY: i64 = 86_400;
    let bank = Bank::open().await;
    let idle = bank.signed_in().await;
    let mut used = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
    bank.clock.advance_seconds(29 * DAY);
    used = bank.refresh(&used.refresh).await.unwrap();
    bank.clock.advance_seconds(DAY);
    assert_eq!(refused(bank.refresh(&idle.refresh).await).0, Code::SignInRequired);
    assert_eq!(bank.number(REUSES).await, 0);
    bank.clock.advance_seconds(25 * DAY);
    used = bank.refresh(&used.refresh).await.unwrap();
    bank.clock.advance_seconds(29 * DAY);
    used = bank.refresh(&used.refresh).await.unwrap();
    bank.clock.advance_seconds(6 * DAY);
    assert_eq!(refused(bank.refresh(&used.refresh).await).0, Code::SignInRequired);
}

#[tokio::test]
async fn foreign_tokens_do_not_reach_the_database() {
    let bank = Bank::open().await;
    let tokens = bank.signed_in().await;
    bank.store().pool().close().await;
    let access = tokens.access.expose();
    let cut = &access[..access.len() - 1];
    let other_check = format!("{}{:06x}", &access[..access.len() - 6], 0x00ff_00ff);
    for foreign in ["", "Bearer x", "bk_at_", cut, &other_check, tokens.refresh.expose()] {
        let answer = bank.identity.authenticate(&bank.ctx(), foreign, None).await;
        assert_eq!(refused(answer).0, Code::SignInRequired, "{foreign}");
        if foreign != tokens.refresh.expose() {
            let answer = bank.identity.refresh(&bank.ctx(), foreign, None).await;
            assert_eq!(refused(answer).0, Code::SignInRequired, "{foreign}");
        }
    }
}

#[tokio::test]
async fn sign_out_needs_a_session_and_ends_it() {
    let bank = Bank::open().await;
    let tokens = bank.signed_in().await;
    assert_eq!(refused(bank.identity.sign_out(&bank.ctx()).await).0, Code::SignInRequired);
    let ctx = bank.identity.authenticate(&bank.ctx(), tokens.access.expose(), None).await.unwrap();
    bank.identity.sign_out(&ctx).await.unwrap();
    assert!(!bank.accepts(&bank.identity, &tokens.access).await);
    assert_eq!(refused(bank.refresh(&tokens.refresh).await).0, Code::SignInRequired);
    assert_eq!(bank.number(REUSES).await, 0);
    // Again is the same.
    bank.identity.sign_out(&ctx).await.unwrap();
    assert_eq!(bank.number("SELECT count(*) FROM auth_revocation").await, 1);
}

async fn until_cached(bank: &Bank, identity: &identity::Identity, token: &Secret<String>) {
    // Cached means that the database is not asked: it would say no for a moment.
    for _ in 0..100 {
        assert!(bank.accepts(identity, token).await);
        bank.set_revoked(true).await;
        let cached = bank.accepts(identity, token).await;
        bank.set_revoked(false).await;
        if cached {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the session never came into the cache");
}

impl Bank {
    /// Ends every session behind the back of the log, or undoes it.
    async fn set_revoked(&self, revoked: bool) {
        let query = if revoked {
            "UPDATE auth_session SET revoked_at = now(), revoke_reason = 'test'"
        } else {
            "UPDATE auth_session SET revoked_at = NULL, revoke_reason = NULL"
        };
        sqlx::query(query).execute(self.store().pool()).await.unwrap();
    }
}

#[tokio::test]
async fn a_sign_out_reaches_another_node_within_a_second() {
    let bank = Bank::open().await;
    let here = bank.identity.clone();
    let there = bank.node();
    let _following = (Bank::follow(&here), Bank::follow(&there));
    bank.user(&phone(1)).await;
    for _ in 0..3 {
        let tokens = bank.sign_in(&phone(1), PASSWORD).await.unwrap();
        until_cached(&bank, &here, &tokens.access).await;
        until_cached(&bank, &there, &tokens.access).await;
        let ctx = here.authenticate(&bank.ctx(), tokens.access.expose(), None).await.unwrap();
        let began = Instant::now();
        here.sign_out(&ctx).await.unwrap();
        assert!(!bank.accepts(&here, &tokens.access).await, "at once where it happened");
        while bank.accepts(&there, &tokens.access).await {
            assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
            sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn a_node_that_hears_nothing_asks_the_database() {
    let bank = Bank::open().await;
    let following = Bank::follow(&bank.identity);
    let tokens = bank.signed_in().await;
    until_cached(&bank, &bank.identity, &tokens.access).await;
    following.send(true).unwrap();
    bank.set_revoked(true).await;
    sleep(Duration::from_millis(800)).await;
    assert!(!bank.accepts(&bank.identity, &tokens.access).await);
    bank.set_revoked(false).await;
    assert!(bank.accepts(&bank.identity, &tokens.access).await);
}

#[tokio::test]
async fn without_the_database_nobody_is_let_in() {
    let bank = Bank::open().await;
    let _following = Bank::follow(&bank.identity);
    let tokens = bank.signed_in().await;
    let browser = bank.sign_in_browser(&phone(1), PASSWORD).await.unwrap().token;
    until_cached(&bank, &bank.identity, &tokens.access).await;

    let outage = Outage::begin(&bank).await;
    sleep(Duration::from_millis(800)).await;
    let began = Instant::now();
    let answer = bank.identity.authenticate(&bank.ctx(), tokens.access.expose(), None).await;
    assert_eq!(refused(answer).0, Code::Busy);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    for using in [Use::Request, Use::Watch] {
        let answer = bank.identity.authenticate_browser(&bank.ctx(), browser.expose(), using).await;
        assert_eq!(refused(answer).0, Code::Busy);
    }

    outage.end().await;
    // The connections that were cut off are found out one by one.
    for _ in 0..10 {
        let _ = bank.store().ping().await;
    }
    let began = Instant::now();
    let ctx = bank.ctx();
    while bank.identity.authenticate(&ctx, tokens.access.expose(), None).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(50)).await;
    }
    until_cached(&bank, &bank.identity, &tokens.access).await;
}

/// No connection to the test's database is let live or made.
struct Outage {
    admin: sqlx::PgPool,
    database: String,
}

impl Outage {
    async fn begin(bank: &Bank) -> Self {
        let store = bank.store();
        let options = store.pool().connect_options().as_ref().clone();
        let database = options.get_database().unwrap().to_owned();
        let admin = sqlx::PgPool::connect_with(options.database("postgres")).await.unwrap();
        let outage = Self { admin, database };
        outage.allow(false).await;
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(&outage.database)
            .execute(&outage.admin)
            .await
            .unwrap();
        outage
    }

    async fn allow(&self, allowed: bool) {
        let sql = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", self.database);
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&self.admin).await.unwrap();
    }

    async fn end(self) {
        self.allow(true).await;
    }
}

#[tokio::test]
async fn when_a_session_was_seen_is_written_in_batches() {
    let bank = Bank::open().await;
    let following = Bank::follow(&bank.identity);
    let tokens = bank.signed_in().await;
    let before = bank.number(SEEN).await;
    bank.clock.advance_seconds(290);
    let refreshed = bank.refresh(&tokens.refresh).await.unwrap();
    bank.clock.advance_seconds(280);
    for _ in 0..10 {
        assert!(bank.accepts(&bank.identity, &refreshed.access).await);
    }
    assert_eq!(bank.number(SEEN).await, before, "not with the request");
    following.send(true).unwrap();
    following.closed().await;
    assert!(bank.number(SEEN).await > before, "but at the latest at the end");
}

const SEEN: &str = "SELECT extract(epoch FROM max(last_seen_bucket))::bigint FROM auth_session";

#[tokio::test]
async fn nothing_prints_and_nothing_secret_is_stored() {
    let bank = Bank::open().await;
    bank.run_jobs();
    let tokens = bank.signed_in().await;
    bank.inbox.message(1).await;
    let challenge = bank.start(&phone(7_654_321)).await.unwrap();
    let sms = bank.inbox.message(2).await;
    let code = bank.inbox.code(2).await;
    let proof = bank.identity.verify_code(&bank.ctx(), challenge.id, &code).await.unwrap();
    let ctx = Ctx::anonymous(Lang::En);
    let printed = format!("{tokens:?} {challenge:?} {sms:?} {proof:?} {ctx:?} {code:?}");
    let personal = identity::Personal {
        phone: &phone(7_654_321),
        first_name: "Firstplanted",
        last_name: "Lastplanted",
    };
    let password = bank.identity.prepare_password(&common::secret(PASSWORD), personal).await;
    let browser = bank.sign_in_browser(&phone(1), PASSWORD).await.unwrap();
    let printed = format!("{printed} {personal:?} {:?} {browser:?}", password.unwrap());

    let mut stored = String::new();
    for table in ["auth_user", "auth_session", "auth_challenge", "auth_code_guard", "job"] {
        let query =
            format!("SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM {table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(bank.store().pool())
            .await
            .unwrap();
        stored.push_str(&rows);
    }
    let secrets = [&tokens.access, &tokens.refresh, &proof.ticket, &browser.token];
    let secrets = secrets.map(|s| s.expose().clone());
    for secret in secrets.iter().map(String::as_str).chain([PASSWORD]) {
        assert!(!printed.contains(secret) && !stored.contains(secret));
        // Nor the random part alone.
        let random = secret.get(6..49).unwrap_or(secret);
        assert!(!printed.contains(random) && !stored.contains(random));
    }
    for planted in ["7654321", "planted", code.expose()] {
        assert!(!printed.contains(planted), "{planted} in {printed}");
    }
    let payload: String = sqlx::query_scalar("SELECT payload::text FROM job")
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
    assert!(!payload.contains(code.expose()) && !payload.contains("7654321"), "{payload}");
}
