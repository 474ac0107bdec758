//! What happens on the first node. Everything that leads up to an event is done beforehand, so that
//! what is measured, and what a fault disturbs, begins with the event itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::pin::Pin;

use identity::passwords::{Personal, PreparedPassword};
use identity::{By, ClientInfo, DeviceState, Enrolled, NewDevice, Proof, Reason, Resetting};
use kernel::{Code, Ctx, Secret, SessionId};

use crate::app;
use crate::bank::{self, Bank, MESSAGES, PASSWORD, Person};

/// An event that is ready: it happens when this is waited for.
pub type Happens<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

const NEW_PASSWORD: &str = "toʻrt togʻ ustida bir oy";

/// A session signs out.
pub fn signed_out<'a>(bank: &'a Bank, person: &Person, session: SessionId) -> Happens<'a> {
    let ctx = bank.nobody().for_customer(person.id, session);
    Box::pin(async move { bank.a.identity.sign_out(&ctx).await.unwrap() })
}

/// The customer ends one session from another.
pub fn one_ended<'a>(bank: &'a Bank, person: &Person, session: SessionId) -> Happens<'a> {
    let here = bank.as_customer(&person.here);
    Box::pin(async move { bank.a.identity.end_session(&here, session).await.unwrap() })
}

/// The customer ends every session but the one that they ask from.
pub fn others_ended<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let here = bank.as_customer(&person.here);
    Box::pin(async move { bank.a.identity.end_other_sessions(&here).await.unwrap() })
}

/// An employee ends every session of the customer.
pub fn all_ended<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let (ctx, whose) = (bank.system(), (person.id, None));
    Box::pin(async move {
        let mut tx = bank.a.store.begin().await.unwrap();
        let why = Reason::EndedByStaff;
        bank.a.identity.end_sessions(&mut tx, &ctx, whose, why).await.unwrap();
        store::commit(tx).await.unwrap();
    })
}

/// Every session of everybody ends.
pub fn everyones_ended(bank: &Bank) -> Happens<'_> {
    Box::pin(async move {
        let mut tx = bank.a.store.begin().await.unwrap();
        bank.a.identity.end_everyones_sessions(&mut tx, &bank.system()).await.unwrap();
        store::commit(tx).await.unwrap();
    })
}

/// The bank freezes the customer.
pub fn frozen<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let (ctx, id) = (bank.system(), person.id);
    Box::pin(async move {
        let mut tx = bank.a.store.begin().await.unwrap();
        let facts = serde_json::json!({});
        bank.a.identity.freeze_for_bank(&mut tx, &ctx, id, facts).await.unwrap();
        store::commit(tx).await.unwrap();
    })
}

/// The customer leaves.
pub fn closed<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let (ctx, id) = (bank.system(), person.id);
    Box::pin(async move {
        let mut tx = bank.a.store.begin().await.unwrap();
        bank.a.identity.close_user(&mut tx, &ctx, id).await.unwrap();
        store::commit(tx).await.unwrap();
    })
}

/// The customer changes their password here.
pub async fn password_changed<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let a = &bank.a.identity;
    let ctx = recognised_here(bank, person).await;
    let old = a.check_password(&ctx, &Secret::new(PASSWORD.to_owned())).await.unwrap();
    let new = prepared(bank, person).await;
    Box::pin(async move { a.change_password(&ctx, &old, &new).await.unwrap() })
}

/// Whoever forgot their password, and proved who they are, chooses another.
pub async fn password_reset<'a>(bank: &'a Bank, person: &Person) -> Happens<'a> {
    let (a, ctx, system) = (&bank.a.identity, bank.nobody(), bank.system());
    let client = ClientInfo::new([198, 51, 100, 7].into(), "test");
    let started = a.start_reset(&ctx, &person.phone, &client).await.unwrap();
    let caller = Resetting { key: &started.key, client: &client, device_cookie: None };
    let code = bank.code(&person.phone, MESSAGES).await;
    a.verify_reset_code(&ctx, caller, &code).await.unwrap();
    let mut tx = bank.a.store.begin().await.unwrap();
    let given = a.assisted_recovery(&mut tx, &system, person.id).await.unwrap();
    store::commit(tx).await.unwrap();
    a.prove_reset_by_assisted_code(&ctx, caller, &given).await.unwrap();
    let new = prepared(bank, person).await;
    Box::pin(async move {
        let caller = Resetting { key: &started.key, client: &client, device_cookie: None };
        a.complete_reset(&ctx, caller, &new).await.unwrap();
    })
}

/// The recovery codes are made anew: what an old one opened ends.
pub async fn factor_changed<'a>(bank: &'a Bank, person: &mut Person) -> Happens<'a> {
    sessions_begin(bank, person, Proof::two(&[kernel::Method::Password, kernel::Method::Otp]))
        .await;
    let ctx = recognised_here(bank, person).await;
    Box::pin(async move {
        bank.a.identity.renew_recovery_codes(&ctx).await.unwrap();
    })
}

/// A device is unbound, on which the sessions are.
pub async fn device_unbound<'a>(bank: &'a Bank, person: &mut Person) -> (Enrolled, Happens<'a>) {
    let bound = on_a_device(bank, person).await;
    let (asker, id) = (bank.as_proven(&person.here), bound.device.id);
    let happens: Happens<'a> =
        Box::pin(async move { bank.a.identity.unbind_device(&asker, id).await.unwrap() });
    (bound, happens)
}

/// A refresh token comes again after what it was exchanged for was used.
pub async fn refresh_reused<'a>(bank: &'a Bank, person: &mut Person) -> Happens<'a> {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let old = person.mobile.refresh.expose().clone();
    let key = app::key();
    person.mobile = a.refresh(&nobody, &old, Some(&key)).await.unwrap();
    assert_eq!(bank.b.me(&person.mobile).await, 200);
    Box::pin(async move {
        let thief = a.refresh(&nobody, &old, Some(&key)).await;
        assert_eq!(thief.unwrap_err().code(), Some(Code::SignInRequired));
    })
}

/// So many days go by, for everybody.
pub fn days_pass(bank: &Bank, days: i64) -> Happens<'_> {
    Box::pin(async move { bank.clock.advance_seconds(days * 86_400) })
}

/// The customer as a request of theirs is recognised.
async fn recognised_here(bank: &Bank, person: &Person) -> Ctx {
    let token = person.here.access.expose();
    bank.a.identity.authenticate(&bank.nobody(), token, None).await.unwrap()
}

async fn prepared(bank: &Bank, person: &Person) -> PreparedPassword {
    let personal = Personal { phone: &person.phone, first_name: "Lola", last_name: "Karimova" };
    let new = Secret::new(NEW_PASSWORD.to_owned());
    bank.a.identity.prepare_password(&new, personal).await.unwrap()
}

/// Binds the first device of a customer, and has their sessions begin on it.
async fn on_a_device(bank: &Bank, person: &mut Person) -> Enrolled {
    let (a, nobody, client) = (&bank.a.identity, bank.nobody(), bank::client());
    let mut tx = bank.a.store.begin().await.unwrap();
    let new = NewDevice { by: By::Cookie(None), name: "Telefon", client: &client };
    let bound = a.enrol_device(&mut tx, &nobody, person.id, new).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bound.device.state_at(nobody.now()), DeviceState::Active);
    sessions_begin(bank, person, Proof::one(kernel::Method::Password).on(bound.device.id)).await;
    bound
}

/// The app's session and the browser's begin anew, by this proof. The other node has them in its
/// memory, and a stream of the browser's.
pub async fn sessions_begin(bank: &Bank, person: &mut Person, proof: Proof) {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let (app, client) = (app::client(), bank::client());
    let (mobile, browser) = ((&proof, &app), (&proof, &client));
    let mut tx = bank.a.store.begin().await.unwrap();
    person.mobile = a.open_session(&mut tx, &nobody, person.id, mobile).await.unwrap();
    person.browser = a.open_browser_session(&mut tx, &nobody, person.id, browser).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bank.b.me(&person.mobile).await, 200);
    assert_eq!(bank.b.page(&person.browser).await, 200);
    person.stream = bank.b.stream(&person.browser).await;
}
