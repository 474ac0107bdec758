//! How a customer ends their sessions, and stops everything.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, PASSWORD, client, phone, proof, refused};
use identity::testing::EmptyBooks;
use identity::{Begun, By, Door, NewDevice, Reason, Tokens, Use, UserStatus};
use kernel::{Code, Ctx, CustomerId};

async fn opened(bank: &Bank, user: CustomerId) -> Tokens {
    let mut tx = bank.begin().await;
    let tokens =
        bank.identity.open_session(&mut tx, &bank.ctx(), user, (&proof(), &client())).await;
    store::commit(tx).await.unwrap();
    tokens.unwrap()
}

fn ctx(bank: &Bank, tokens: &Tokens) -> Ctx {
    bank.ctx().for_customer(tokens.customer, tokens.session)
}

/// A token is used, and its node has written that down, as it does every now and then.
async fn used(bank: &Bank, tokens: &Tokens) {
    assert!(bank.accepts(&bank.identity, &tokens.access).await);
    let following = Bank::follow(&bank.identity);
    following.send(true).unwrap();
    following.closed().await;
}

#[tokio::test]
async fn a_customer_sees_where_they_are_signed_in_and_ends_one() {
    let bank = Bank::open().await;
    let (user, stranger) = (bank.user(&phone(1)).await, bank.user(&phone(2)).await);
    let here = opened(&bank, user).await;
    bank.clock.advance_seconds(600);
    // The first access token is over by then, the session is not.
    let here = bank.identity.refresh(&bank.ctx(), here.refresh.expose(), None).await.unwrap();
    let there = opened(&bank, user).await;
    let theirs = opened(&bank, stranger).await;
    let opened_at = bank.ctx().now();
    used(&bank, &here).await;

    let listed = bank.identity.sessions(&ctx(&bank, &here), user).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|s| (s.id, s.current)).collect();
    assert_eq!(ids, [(there.session, false), (here.session, true)]);
    let first = listed.first().unwrap();
    assert_eq!((first.kind.as_str(), first.client.as_str()), ("mobile", "app/1.0"));
    assert_eq!((first.network.as_str(), first.aal, first.device), ("203.0.113.0/24", 1, None));
    assert_eq!(first.ends, bank.ctx().now().plus_seconds(90 * 86_400));
    assert_eq!((first.proven_at, first.device_name.as_deref()), (opened_at, None));
    // The other was proven when it was opened.
    let second = listed.last().unwrap();
    assert_eq!(second.proven_at, opened_at.plus_seconds(-600));
    let unused = opened_at.micros_since(second.last_seen);
    assert!((0..300_000_000).contains(&unused), "to within five minutes: {unused}");

    let foreign = bank.identity.sessions(&ctx(&bank, &theirs), user).await;
    assert_eq!(refused(foreign).0, Code::NotFound);
    let foreign = bank.identity.end_session(&ctx(&bank, &theirs), there.session).await;
    assert_eq!(refused(foreign).0, Code::NotFound);
    assert!(bank.accepts(&bank.identity, &there.access).await);

    bank.identity.end_session(&ctx(&bank, &here), there.session).await.unwrap();
    assert!(!bank.accepts(&bank.identity, &there.access).await);
    assert!(bank.accepts(&bank.identity, &here.access).await);
    let again = bank.identity.end_session(&ctx(&bank, &here), there.session).await;
    assert_eq!(refused(again).0, Code::NotFound);
    assert_eq!(bank.identity.sessions(&ctx(&bank, &here), user).await.unwrap().len(), 1);
}

/// On a device the list says which, as its customer calls it now, and when it was used last.
#[tokio::test]
async fn the_list_names_the_device_and_the_last_use() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let here = opened(&bank, user).await;
    let mut tx = bank.begin().await;
    let new = NewDevice { by: By::Cookie(None), name: "Telefon", client: &client() };
    let bound = bank.identity.enrol_device(&mut tx, &bank.ctx(), user, new).await.unwrap().device;
    let with = (&proof().on(bound.id), &client());
    let there = bank.identity.open_session(&mut tx, &bank.ctx(), user, with).await.unwrap();
    store::commit(tx).await.unwrap();
    let opened_at = bank.ctx().now();
    let own = ctx(&bank, &here);
    bank.identity.rename_device(&own, bound.id, "Oshxonadagi telefon").await.unwrap();
    let of_device = async || {
        let listed = bank.identity.sessions(&ctx(&bank, &here), user).await.unwrap();
        listed.into_iter().find(|session| session.id == there.session).unwrap()
    };
    let seen = of_device().await;
    assert_eq!(seen.device, Some(bound.id));
    assert_eq!(seen.device_name.as_deref(), Some("Oshxonadagi telefon"));
    assert_eq!((seen.proven_at, seen.last_seen), (opened_at, opened_at));

    bank.clock.advance_seconds(3_600);
    let unused = of_device().await;
    assert_eq!((unused.proven_at, unused.last_seen), (opened_at, opened_at));
    let refresh = there.refresh.expose();
    let there = bank.identity.refresh(&bank.ctx(), refresh, None).await.unwrap();
    used(&bank, &there).await;
    let seen = of_device().await;
    let ago = bank.ctx().now().micros_since(seen.last_seen);
    assert!((0..300_000_000).contains(&ago), "to within five minutes: {ago}");
    assert_eq!(seen.proven_at, opened_at, "a refresh proves nothing");
}

#[tokio::test]
async fn the_others_end_and_this_one_goes_on() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let (here, there) = (opened(&bank, user).await, opened(&bank, user).await);
    let browser = bank.sign_in_browser(&phone(1), PASSWORD).await;
    let node = bank.node();
    let stop = Bank::follow(&node);
    for token in [&here.access, &there.access] {
        assert!(bank.accepts(&node, token).await);
    }
    bank.identity.end_other_sessions(&ctx(&bank, &here)).await.unwrap();
    for identity in [&bank.identity, &node] {
        tokio::time::sleep(Duration::from_millis(450)).await;
        assert!(bank.accepts(identity, &here.access).await);
        assert!(!bank.accepts(identity, &there.access).await);
        if let Ok(browser) = &browser {
            let token = browser.token.expose();
            let answer = identity.authenticate_browser(&bank.ctx(), token, Use::Request).await;
            assert_eq!(refused(answer).0, Code::SignInRequired);
        }
    }
    // The one that is kept can go on to its end.
    let renewed = bank.identity.refresh(&bank.ctx(), here.refresh.expose(), None).await.unwrap();
    let other = bank.identity.refresh(&bank.ctx(), there.refresh.expose(), None).await;
    assert_eq!(refused(other).0, Code::SignInRequired);

    bank.identity.end_all_sessions(&ctx(&bank, &here)).await.unwrap();
    assert!(!bank.accepts(&bank.identity, &renewed.access).await);
    stop.send_replace(true);
}

/// A session that is being opened on what was true before must not outlive the end of all.
#[tokio::test]
async fn a_session_that_is_being_opened_meanwhile_ends_too() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let here = opened(&bank, user).await;
    let mut slow = bank.begin().await;
    let late =
        bank.identity.open_session(&mut slow, &bank.ctx(), user, (&proof(), &client())).await;
    bank.identity.end_other_sessions(&ctx(&bank, &here)).await.unwrap();
    store::commit(slow).await.unwrap();
    assert!(!bank.accepts(&bank.identity, &late.unwrap().access).await);
    assert!(bank.accepts(&bank.identity, &here.access).await);
}

#[tokio::test]
async fn it_was_not_me() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let (here, there) = (opened(&bank, user).await, opened(&bank, user).await);
    let case = bank.identity.freeze_myself(&ctx(&bank, &here)).await.unwrap();
    for tokens in [&here, &there] {
        assert!(!bank.accepts(&bank.identity, &tokens.access).await);
        let again = bank.identity.refresh(&bank.ctx(), tokens.refresh.expose(), None).await;
        assert_eq!(refused(again).0, Code::SignInRequired);
    }
    assert_eq!(bank.identity.user_status(&system(), user).await.unwrap(), UserStatus::Frozen);
    let cases = bank.identity.cases(Some(user)).await.unwrap();
    assert_eq!(cases.iter().map(|c| (c.id, c.closed_at)).collect::<Vec<_>>(), [(case, None)]);
    // No way in.
    assert!(bank.sign_in(&phone(1), PASSWORD).await.is_err());
    let mut tx = bank.begin().await;
    let way = bank.identity.open_session(&mut tx, &bank.ctx(), user, (&proof(), &client())).await;
    assert_eq!(refused(way).0, Code::SignInFailed);
    drop(tx);

    let mut tx = bank.begin().await;
    bank.identity.unfreeze(&mut tx, &system(), user, &EmptyBooks).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bank.identity.user_status(&system(), user).await.unwrap(), UserStatus::Active);
    assert!(bank.identity.cases(None).await.unwrap().is_empty());
    // What ended stays ended.
    assert!(!bank.accepts(&bank.identity, &here.access).await);
    let back = opened(&bank, user).await;
    assert!(bank.accepts(&bank.identity, &back.access).await);

    let mut tx = bank.begin().await;
    bank.identity.close_user(&mut tx, &system(), user).await.unwrap();
    store::commit(tx).await.unwrap();
    bank.identity.forget_sessions_of(user);
    assert!(!bank.accepts(&bank.identity, &back.access).await);
    let mut tx = bank.begin().await;
    bank.identity.unfreeze(&mut tx, &system(), user, &EmptyBooks).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bank.identity.user_status(&system(), user).await.unwrap(), UserStatus::Closed);
}

#[tokio::test]
async fn a_notice_stops_everything_without_a_session() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let thief = opened(&bank, user).await;
    let alarm = bank.identity.alarm(&bank.ctx(), user, (Some(thief.session), bank.ctx().now()));
    let bad = bank.identity.freeze_by_alarm(&bank.ctx(), "nonsense").await;
    assert_eq!(refused(bad).0, Code::CodeExpired);
    let (whose, case) = bank.identity.freeze_by_alarm(&bank.ctx(), alarm.expose()).await.unwrap();
    assert_eq!(whose, user);
    assert!(!bank.accepts(&bank.identity, &thief.access).await);
    // Twice is once.
    let again = bank.identity.freeze_by_alarm(&bank.ctx(), alarm.expose()).await.unwrap();
    assert_eq!(again.1, case);

    // Whoever reads the mail of somebody who was let in again does not freeze them once more.
    bank.clock.advance_seconds(86_400);
    let mut tx = bank.begin().await;
    bank.identity.unfreeze(&mut tx, &system(), user, &EmptyBooks).await.unwrap();
    store::commit(tx).await.unwrap();
    let spent = bank.identity.freeze_by_alarm(&bank.ctx(), alarm.expose()).await;
    assert_eq!(refused(spent).0, Code::CodeExpired);
    assert_eq!(bank.identity.user_status(&system(), user).await.unwrap(), UserStatus::Active);
    // The notice of another sign-in is good for its own week.
    let thief = opened(&bank, user).await;
    let alarm = bank.identity.alarm(&bank.ctx(), user, (Some(thief.session), bank.ctx().now()));
    bank.clock.advance_seconds(7 * 86_400 - 1);
    let (_, next) = bank.identity.freeze_by_alarm(&bank.ctx(), alarm.expose()).await.unwrap();
    assert_ne!(next, case);
    bank.clock.advance_seconds(1);
    let late = bank.identity.freeze_by_alarm(&bank.ctx(), alarm.expose()).await;
    assert_eq!(refused(late).0, Code::CodeExpired);
}

#[tokio::test]
async fn everyone_is_signed_out_at_once() {
    let bank = Bank::open().await;
    let users = [bank.user(&phone(1)).await, bank.user(&phone(2)).await];
    let all = [opened(&bank, users[0]).await, opened(&bank, users[1]).await];
    let node = bank.node();
    let stop = Bank::follow(&node);
    for tokens in &all {
        assert!(bank.accepts(&node, &tokens.access).await);
    }
    let mut tx = bank.begin().await;
    bank.identity.end_everyones_sessions(&mut tx, &system()).await.unwrap();
    store::commit(tx).await.unwrap();
    let told: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM outbox WHERE kind LIKE '%-revoked'")
            .fetch_all(bank.store().pool())
            .await
            .unwrap();
    assert_eq!(told, ["everyones-sessions-revoked"], "once, about nobody");
    tokio::time::sleep(Duration::from_millis(900)).await;
    for tokens in &all {
        assert!(!bank.accepts(&node, &tokens.access).await);
        let again = bank.identity.refresh(&bank.ctx(), tokens.refresh.expose(), None).await;
        assert_eq!(refused(again).0, Code::SignInRequired);
    }
    let back = opened(&bank, users[0]).await;
    assert!(bank.accepts(&node, &back.access).await);
    stop.send_replace(true);
}

#[tokio::test]
async fn a_token_can_be_given_back_by_whoever_has_it() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let by_access = opened(&bank, user).await;
    let by_refresh = opened(&bank, user).await;
    bank.identity.revoke_token(&bank.ctx(), by_access.access.expose()).await.unwrap();
    bank.identity.revoke_token(&bank.ctx(), by_refresh.refresh.expose()).await.unwrap();
    bank.identity.revoke_token(&bank.ctx(), "nonsense").await.unwrap();
    for tokens in [&by_access, &by_refresh] {
        assert!(!bank.accepts(&bank.identity, &tokens.access).await);
    }
}

/// Whoever ends a session may be ending a thief's, who is on the way into the next one.
#[tokio::test]
async fn the_end_of_a_session_ends_the_sign_ins_that_wait() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let here = opened(&bank, user).await;
    let waits = async || {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM auth_sign_in WHERE ended_at IS NULL")
                .fetch_one(bank.store().pool())
                .await
                .unwrap();
        count == 1
    };
    for way in ["sign-out", "from the list", "given back", "replayed"] {
        let (there, ctx) = (opened(&bank, user).await, bank.ctx());
        let begun = bank.begin_at(Door::App, &client(), &phone(1), PASSWORD).await.unwrap();
        assert!(matches!(begun, Begun::Waits(_)) && waits().await, "{way}");
        match way {
            "sign-out" => bank.identity.sign_out(&self::ctx(&bank, &there)).await.unwrap(),
            "from the list" => {
                let own = self::ctx(&bank, &here);
                bank.identity.end_session(&own, there.session).await.unwrap();
            }
            "given back" => {
                bank.identity.revoke_token(&ctx, there.refresh.expose()).await.unwrap();
            }
            _ => {
                let old = there.refresh.expose();
                let next = bank.identity.refresh(&ctx, old, None).await.unwrap();
                assert!(bank.accepts(&bank.identity, &next.access).await);
                let again = bank.identity.refresh(&ctx, old, None).await;
                assert_eq!(refused(again).0, Code::SignInRequired);
            }
        }
        assert!(!waits().await, "{way}");
        // Nor can whoever kept a token of it keep its owner from signing in.
        bank.begin_at(Door::App, &client(), &phone(1), PASSWORD).await.unwrap();
        for token in [&there.access, &there.refresh] {
            bank.identity.revoke_token(&ctx, token.expose()).await.unwrap();
        }
        let again = bank.identity.refresh(&ctx, there.refresh.expose(), None).await;
        assert_eq!(refused(again).0, Code::SignInRequired);
        assert!(waits().await, "{way}");
        bank.identity.sign_out(&self::ctx(&bank, &opened(&bank, user).await)).await.unwrap();
    }
    assert!(bank.accepts(&bank.identity, &here.access).await);
}

#[tokio::test]
async fn a_partner_is_told_what_a_token_is() {
    let bank = Bank::open().await;
    let (ctx, from) = (bank.ctx(), client());
    let user = bank.user(&phone(1)).await;
    let tokens = opened(&bank, user).await;
    let (id, secret) = bank.identity.add_partner(&system(), "Doʻkon").await.unwrap();
    let id = id.to_string();
    for (id, secret) in [(id.as_str(), "bk_ps_nonsense"), ("par_nonsense", secret.expose())] {
        let secret = common::secret(secret);
        let refusal = bank.identity.partner(&ctx, (id, &secret), &from).await;
        assert_eq!(refused(refusal).0, Code::SignInFailed);
    }
    let partner = bank.identity.partner(&ctx, (&id, &secret), &from).await.unwrap();
    let told = bank.identity.introspect(&ctx, partner, tokens.access.expose()).await.unwrap();
    let told = told.unwrap();
    assert_eq!((told.customer, told.session, told.key), (user, tokens.session, None));
    for token in [tokens.refresh.expose(), "nonsense"] {
        assert_eq!(bank.identity.introspect(&ctx, partner, token).await.unwrap(), None);
    }
    let mut tx = bank.begin().await;
    let whose = (user, None);
    bank.identity.end_sessions(&mut tx, &ctx, whose, Reason::PasswordReset).await.unwrap();
    store::commit(tx).await.unwrap();
    let over = bank.identity.introspect(&ctx, partner, tokens.access.expose()).await;
    assert_eq!(over.unwrap(), None);
    bank.identity.end_partner(&system(), id.parse().unwrap()).await.unwrap();
    let gone = bank.identity.partner(&ctx, (&id, &secret), &from).await;
    assert_eq!(refused(gone).0, Code::SignInFailed);
}

fn system() -> Ctx {
    Ctx::system("test", kernel::Permissions::NONE)
}
