//! Devices: bound at a sign-in, cooling off, and gone with their sessions when they are unbound.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Bank, client, phone, proof, refused};
use futures_util::future::join_all;
use identity::{By, Device, DeviceKey, DeviceState, Enrolled, NewDevice, Proof};
use kernel::{Aal, Assurance, Code, Ctx, CustomerId, Method, Methods, Secret};
use store::audit::{Filter, Page, search};

const HOUR: i64 = 3_600;
/// A key of RFC 9449, and the coordinates of another.
const KEY: [&str; 2] =
    ["l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"];

fn key() -> DeviceKey {
    DeviceKey::from_coordinates(KEY[0], KEY[1]).unwrap()
}

async fn enrol(bank: &Bank, user: CustomerId, by: By<'_>) -> Enrolled {
    let mut tx = bank.begin().await;
    let new = NewDevice { by, name: "Telefon", client: &client() };
    let bound = bank.identity.enrol_device(&mut tx, &bank.ctx(), user, new).await.unwrap();
    store::commit(tx).await.unwrap();
    bound
}

/// Somebody who showed two factors just now.
fn proven_now(ctx: Ctx) -> Ctx {
    let assurance = Assurance {
        aal: Aal::Two,
        methods: Methods::of(&[Method::Password, Method::Otp]),
        proven_at: ctx.now(),
        device: None,
        cooling_until: None,
    };
    ctx.with_assurance(assurance)
}

fn state(bank: &Bank, device: &Device) -> DeviceState {
    device.state_at(bank.ctx().now())
}

#[tokio::test]
async fn the_first_device_works_at_once_and_the_next_cools_off() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let first = enrol(&bank, user, By::Key(key())).await;
    assert_eq!(state(&bank, &first.device), DeviceState::Active);
    assert!(first.cookie.is_none());

    let second = enrol(&bank, user, By::Cookie(None)).await;
    assert_eq!(state(&bank, &second.device), DeviceState::Cooling);
    bank.clock.advance_seconds(12 * HOUR);
    assert_eq!(state(&bank, &second.device), DeviceState::Active);

    // Whoever is bound already stays as they are, and no second time.
    let cookie = second.cookie.unwrap();
    let again = enrol(&bank, user, By::Cookie(Some(cookie.expose()))).await;
    assert_eq!((again.device.id, again.cookie.is_none()), (second.device.id, true));
    assert_eq!(enrol(&bank, user, By::Key(key())).await.device.id, first.device.id);

    let known = bank.identity.devices_of_cookie(cookie.expose(), Some(user)).await.unwrap();
    assert_eq!(known.first().map(|d| d.id), Some(second.device.id));
    let known = bank.identity.devices_of_key(key().thumbprint(), None).await.unwrap();
    assert_eq!(known.first().map(|d| d.id), Some(first.device.id));
    assert!(bank.identity.devices_of_cookie("bk_dv_nonsense", None).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_browser_serves_two_customers_and_tells_them_apart() {
    let bank = Bank::open().await;
    let (one, other) = (bank.user(&phone(1)).await, bank.user(&phone(2)).await);
    let cookie = enrol(&bank, one, By::Cookie(None)).await.cookie.unwrap();
    let theirs = enrol(&bank, other, By::Cookie(Some(cookie.expose()))).await;
    let on = async |cookie: &Secret<String>, user| {
        bank.identity.devices_of_cookie(cookie.expose(), user).await.unwrap()
    };
    // Whoever copied the cookie before is on nobody's device now.
    assert_eq!(on(&cookie, None).await, []);
    let cookie = theirs.cookie.unwrap();
    assert_eq!(on(&cookie, None).await.len(), 2);
    let only = on(&cookie, Some(other)).await;
    assert_eq!(only.iter().map(|d| d.id).collect::<Vec<_>>(), [theirs.device.id]);
    // Binding it again changes nothing.
    let again = enrol(&bank, other, By::Cookie(Some(cookie.expose()))).await;
    assert_eq!((again.device.id, again.cookie.is_none()), (theirs.device.id, true));
    // Nor do strangers' devices move: a cookie that the bank did not make is none.
    let third = bank.user(&phone(3)).await;
    let theirs = enrol(&bank, third, By::Cookie(Some("bk_dv_planted"))).await;
    assert_eq!(on(theirs.cookie.as_ref().unwrap(), None).await.len(), 1);
    assert_eq!(on(&cookie, None).await.len(), 2);
}

#[tokio::test]
async fn a_session_knows_its_device_and_how_it_was_opened() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    enrol(&bank, user, By::Key(key())).await;
    let device = enrol(&bank, user, By::Cookie(None)).await.device;
    let shown = Proof::two(&[Method::Password, Method::Sms]).on(device.id);
    let mut tx = bank.begin().await;
    let opened = bank
        .identity
        .open_browser_session(&mut tx, &bank.ctx(), user, (&shown, &client()))
        .await
        .unwrap();
    store::commit(tx).await.unwrap();
    let using = identity::Use::Request;
    let ctx = bank.identity.authenticate_browser(&bank.ctx(), opened.token.expose(), using).await;
    let known = ctx.unwrap().assurance.unwrap();
    assert_eq!((known.aal, known.device), (Aal::Two, Some(device.id)));
    assert_eq!(known.methods.words(), ["pwd", "sms", "mfa"]);
    assert!(known.cools_off(bank.ctx().now()));
    assert!(known.is_fresh(Aal::Two, 300, bank.ctx().now()));
    bank.clock.advance_seconds(12 * HOUR);
    assert!(!known.cools_off(bank.ctx().now()));
}

#[tokio::test]
async fn an_unbound_device_is_gone_with_its_sessions() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let device = enrol(&bank, user, By::Key(key())).await.device;
    let mut tx = bank.begin().await;
    let with = Proof::one(Method::Password).on(device.id);
    let on_it =
        bank.identity.open_session(&mut tx, &bank.ctx(), user, (&with, &client())).await.unwrap();
    // Not on the device, but its key holds the tokens.
    let from = client().with_key(key());
    let by_key =
        bank.identity.open_session(&mut tx, &bank.ctx(), user, (&proof(), &from)).await.unwrap();
    assert!(by_key.bound && !on_it.bound);
    let elsewhere = bank
        .identity
        .open_session(&mut tx, &bank.ctx(), user, (&proof(), &client()))
        .await
        .unwrap();
    store::commit(tx).await.unwrap();

    let other = bank.node();
    let stop = Bank::follow(&other);
    assert!(bank.accepts(&other, &on_it.access).await);

    let ctx = bank.ctx().for_customer(user, elsewhere.session);
    let stranger = bank.user(&phone(2)).await;
    let theirs = bank.ctx().for_customer(stranger, elsewhere.session);
    let code = refused(bank.identity.unbind_device(&theirs, device.id).await).0;
    assert_eq!(code, Code::NotFound);
    let code = refused(bank.identity.rename_device(&theirs, device.id, "mine").await).0;
    assert_eq!(code, Code::NotFound);
    assert_eq!(refused(bank.identity.devices(&theirs, user).await).0, Code::NotFound);

    bank.identity.rename_device(&ctx, device.id, " Eski  telefon ").await.unwrap();
    let names = bank.identity.devices(&ctx, user).await.unwrap();
    assert_eq!(names.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["Eski telefon"]);

    // Whoever is elsewhere shows first that it is them.
    let code = refused(bank.identity.unbind_device(&ctx, device.id).await).0;
    assert_eq!(code, Code::StepUpRequired);
    assert!(bank.accepts(&bank.identity, &on_it.access).await);
    let ctx = proven_now(ctx);
    bank.identity.unbind_device(&ctx, device.id).await.unwrap();
    assert!(!bank.accepts(&bank.identity, &on_it.access).await);
    let answer =
        bank.identity.authenticate(&bank.ctx(), by_key.access.expose(), Some(&key())).await;
    assert_eq!(refused(answer).0, Code::SignInRequired);
    assert!(bank.accepts(&bank.identity, &elsewhere.access).await);
    assert!(bank.identity.refresh(&bank.ctx(), on_it.refresh.expose(), None).await.is_err());
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(!bank.accepts(&other, &on_it.access).await);
    stop.send_replace(true);

    assert!(bank.identity.devices(&ctx, user).await.unwrap().is_empty());
    let gone = bank.identity.devices_of_key(key().thumbprint(), Some(user)).await.unwrap();
    assert!(gone.is_empty());
    // The same key comes back as a new device, which cools off.
    let again = enrol(&bank, user, By::Key(key())).await.device;
    assert_ne!(again.id, device.id);
    assert_eq!(state(&bank, &again), DeviceState::Cooling);
}

/// A session that began before its key was a device's does not name the device.
#[tokio::test]
async fn what_a_key_opened_before_it_was_bound_ends_with_the_device_on_every_node() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let from = client().with_key(key());
    let mut tx = bank.begin().await;
    let opened = bank.identity.open_session(&mut tx, &bank.ctx(), user, (&proof(), &from)).await;
    store::commit(tx).await.unwrap();
    let tokens = opened.unwrap();
    let nodes = [bank.identity.clone(), bank.node()];
    let stops = nodes.each_ref().map(Bank::follow);
    let lets = async |node: &identity::Identity| {
        let token = tokens.access.expose();
        node.authenticate(&bank.ctx(), token, Some(&key())).await
    };
    for node in &nodes {
        while !node.knows_revocations() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(lets(node).await.unwrap().assurance.unwrap().device, None);
    }
    let device = enrol(&bank, user, By::Key(key())).await.device;
    let ctx = bank.ctx().for_customer(user, tokens.session);
    nodes[0].unbind_device(&proven_now(ctx), device.id).await.unwrap();
    assert_eq!(refused(lets(&nodes[0]).await).0, Code::SignInRequired);
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(refused(lets(&nodes[1]).await).0, Code::SignInRequired);
    let told: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM audit_event WHERE action = 'session.ended'),
                (SELECT count(*) FROM outbox WHERE kind = $1)",
    )
    .bind(identity::signals::SESSION_REVOKED)
    .fetch_one(bank.store().pool())
    .await
    .unwrap();
    assert_eq!(told, (1, 1), "the audit log and the partners learn of it");
    for stop in stops {
        stop.send_replace(true);
    }
}

/// Whoever has a copied token and not its key cannot fill the audit log with it.
#[tokio::test]
async fn the_misuse_of_a_token_is_told_a_few_times_a_minute_and_counted() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let seconds = bank.ctx().now().micros() / 1_000_000;
    bank.clock.advance_seconds(60 - seconds % 60);
    let mut tx = bank.begin().await;
    let from = client().with_key(key());
    let with = (&Proof::one(Method::Password), &from);
    let opened = bank.identity.open_session(&mut tx, &bank.ctx(), user, with).await;
    store::commit(tx).await.unwrap();
    let tokens = opened.unwrap();

    let nodes = [bank.identity.clone(), bank.node()];
    let misuse = async |times: usize| {
        let tries = (0..times).map(|n| {
            let (node, token, ctx) = (&nodes[n % 2], tokens.access.expose(), bank.ctx());
            async move { node.authenticate(&ctx, token, None).await }
        });
        for answer in join_all(tries).await {
            assert_eq!(refused(answer).0, Code::KeyProofInvalid);
        }
    };
    let told = async || {
        let told: (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM audit_event WHERE action = 'session.used'),
                    (SELECT count(*) FROM outbox WHERE kind = 'key-misuse')",
        )
        .fetch_one(bank.store().pool())
        .await
        .unwrap();
        told
    };
    misuse(60).await;
    assert_eq!(told().await, (5, 5));
    // The next minute says how many were left out of this one.
    bank.clock.advance_seconds(60);
    misuse(1).await;
    assert_eq!(told().await, (6, 6));
    let filter = Filter { action: Some("session.used".to_owned()), ..Filter::default() };
    let last = search(&bank.store(), None, &filter, Page::default()).await.unwrap().remove(0);
    assert_eq!(last.facts.unwrap()["left_out_before"], 55);
    // And the token goes on being refused to whoever has not the key, and taken from who has.
    let (ctx, own) = (bank.ctx(), key());
    let theirs = bank.identity.authenticate(&ctx, tokens.access.expose(), Some(&own)).await;
    assert!(theirs.is_ok());
}
