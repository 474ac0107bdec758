//! The second factor: sign-ins that wait for it, what answers them, and what ends them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;

use common::{Bank, PASSWORD, client, first_code, other_code, phone, refused, secret, stranger};
use futures_util::future::join_all;
use identity::testing::{Authenticator, EmptyBooks};
use identity::{
    Answer, Begun, BrowserSession, By, ClientInfo, Door, Entered, Factor, Identity, Names,
    NewDevice, Notice, Opened, Personal, Realm, RelyingParties, Resetting, SignInChallenge, Use,
};
use kernel::{
    Aal, Clock, Code, Ctx, CustomerId, DeviceId, Entropy, ManualClock, Method, Permissions, Result,
    Secret, SessionId,
};
use store::audit::{Filter, Page, search};
use store::outbox;
use totp_rs::{Algorithm, Builder};

/// Somebody at a browser that the bank knows, or does not.
struct Visitor {
    user: CustomerId,
    cookie: Option<String>,
}

impl Bank {
    async fn visitor(&self) -> Visitor {
        Visitor { user: self.user(&phone(1)).await, cookie: None }
    }

    /// One of the bank's customers with a browser that was bound when they were new.
    async fn at_home(&self) -> (Visitor, DeviceId) {
        let mut visitor = self.visitor().await;
        let new = NewDevice { by: By::Cookie(None), name: "Uy", client: &client() };
        let mut tx = self.begin().await;
        let bound = self.identity.enrol_device(&mut tx, &self.ctx(), visitor.user, new).await;
        store::commit(tx).await.unwrap();
        let bound = bound.unwrap();
        visitor.cookie = bound.cookie.map(|cookie| cookie.expose().clone());
        (visitor, bound.device.id)
    }

    async fn begin_sign_in(&self, visitor: &Visitor, client: &ClientInfo) -> Result<Begun> {
        let door = Door::Browser(visitor.cookie.as_deref());
        self.begin_at(door, client, &phone(1), PASSWORD).await
    }

    async fn begin_with(&self, visitor: &Visitor, password: &str) -> Result<Begun> {
        let door = Door::Browser(visitor.cookie.as_deref());
        self.begin_at(door, &client(), &phone(1), password).await
    }

    /// Resets the password, in a browser that was bound long ago.
    async fn reset(&self, ctx: &Ctx, visitor: &Visitor, password: &str) {
        let (number, from) = (phone(1), client());
        let started = self.identity.start_reset(ctx, &number, &from).await.unwrap();
        let device_cookie = visitor.cookie.as_deref();
        let caller = Resetting { key: &started.key, client: &from, device_cookie };
        let code = first_code(&started.challenge);
        self.identity.verify_reset_code(ctx, caller, &code).await.unwrap();
        self.identity.prove_reset_by_device(ctx, caller).await.unwrap();
        let personal = Personal { phone: &number, first_name: "Jasur", last_name: "Karimov" };
        let new = self.identity.prepare_password(&secret(password), personal).await.unwrap();
        self.identity.complete_reset(ctx, caller, &new).await.unwrap();
    }

    async fn waits(&self, visitor: &Visitor) -> SignInChallenge {
        match self.begin_sign_in(visitor, &client()).await.unwrap() {
            Begun::Waits(waits) => waits,
            Begun::SignedIn(_) => panic!("it did not wait"),
        }
    }

    async fn answer(&self, waits: &SignInChallenge, answer: Answer) -> Result<Entered> {
        self.answer_at(Door::Browser(None), waits, answer, None).await
    }

    async fn answer_at(
        &self,
        door: Door<'_>,
        waits: &SignInChallenge,
        answer: Answer,
        bind: Option<&str>,
    ) -> Result<Entered> {
        let by = (waits.id, &waits.handle);
        self.identity.answer_sign_in(&self.ctx(), by, &answer, (door, bind), &client()).await
    }

    /// The context of a request in a browser's session.
    async fn at(&self, session: &BrowserSession) -> Ctx {
        let token = session.token.expose();
        self.identity.authenticate_browser(&self.ctx(), token, Use::Request).await.unwrap()
    }

    /// Somebody who signed in just now, by a code sent to them.
    async fn signed_in(&self, visitor: &Visitor) -> Ctx {
        let waits = self.waits(visitor).await;
        let code = first_code(&waits.code.unwrap());
        let entered = self.answer(&waits, Answer::Sms(code)).await.unwrap();
        self.at(&entered.session.browser().unwrap()).await
    }

    /// Sets up a program for codes, for somebody who has recovery codes.
    async fn with_totp_only(&self, ctx: &Ctx) {
        let made = self.identity.begin_totp(ctx).await.unwrap();
        let code = Program(made.secret.expose().clone()).code(ctx);
        assert!(self.identity.confirm_totp(ctx, &code).await.unwrap().is_none());
    }

    /// Sets up a program for codes. Gives its secret, in base32, and recovery codes.
    async fn with_totp(&self, ctx: &Ctx) -> (Program, Vec<Secret<String>>) {
        let made = self.identity.begin_totp(ctx).await.unwrap();
        let program = Program(made.secret.expose().clone());
        let code = program.code(ctx);
        let codes = self.identity.confirm_totp(ctx, &code).await.unwrap();
        (program, codes.unwrap().0)
    }
}

/// The bank as the site of passkeys.
fn with_sites(bank: &Bank) -> Identity {
    bank.identity.clone().with_sites(RelyingParties::local(8081, 8082).unwrap())
}

/// Adds a passkey in a session.
async fn add_passkey(identity: &Identity, ctx: &Ctx) -> Authenticator {
    let mut passkey = Authenticator::at("http://localhost:8081");
    let names = Names { account: "+998 90 *** ** 01", person: "Jasur Karimov" };
    let asked = identity.start_own_passkey(ctx, names).await.unwrap();
    let answer = passkey.register(&asked.options);
    identity.add_own_passkey(ctx, (asked.id, &answer), "Kalit").await.unwrap();
    passkey
}

/// What a customer keeps on their telephone.
struct Program(String);

impl Program {
    fn code(&self, ctx: &Ctx) -> Secret<String> {
        let secret = totp_rs::Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret);
        let seconds = u64::try_from(ctx.now().micros() / 1_000_000).unwrap();
        Secret::new(totp.build().unwrap().generate(seconds).to_string())
    }
}

fn code_of<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

#[tokio::test]
async fn an_unknown_device_needs_a_code_and_a_known_one_does_not() {
    let bank = Bank::open().await;
    let (home, device) = bank.at_home().await;
    let abroad = Visitor { user: home.user, cookie: None };
    let waits = bank.waits(&abroad).await;
    assert_eq!(waits.methods, [Factor::Sms]);
    let code = first_code(&waits.code.unwrap());
    // The handle, the id and the door belong together.
    let other = bank.waits(&abroad).await;
    let by = (waits.id, &other.handle);
    let (answer, door) = (Answer::Sms(code.clone()), (Door::Browser(None), None));
    let mixed = bank.identity.answer_sign_in(&bank.ctx(), by, &answer, door, &client()).await;
    assert_eq!(code_of(mixed), Code::ChallengeOver);
    let app = bank.answer_at(Door::App, &waits, answer.clone(), None).await;
    assert_eq!(code_of(app), Code::ChallengeOver);

    let entered = bank.answer(&waits, answer.clone()).await.unwrap();
    assert_eq!(entered.device, None);
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    let assurance = ctx.assurance.unwrap();
    assert_eq!((ctx.customer().unwrap(), assurance.aal), (home.user, Aal::Two));
    assert!(assurance.methods.has(Method::Sms) && assurance.methods.has(Method::Password));
    assert_eq!(code_of(bank.answer(&waits, answer).await), Code::ChallengeOver);

    let Begun::SignedIn(entered) = bank.begin_sign_in(&home, &client()).await.unwrap() else {
        panic!("the bank does not know the browser");
    };
    assert_eq!(entered.device, Some(device));
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    assert_eq!(ctx.assurance.unwrap().aal, Aal::Two);
}

#[tokio::test]
async fn a_browser_that_is_trusted_cools_off_and_is_known_from_then_on() {
    let bank = Bank::open().await;
    let (home, _) = bank.at_home().await;
    let mut abroad = Visitor { user: home.user, cookie: None };
    let waits = bank.waits(&abroad).await;
    let answer = Answer::Sms(first_code(&waits.code.unwrap()));
    let entered = bank.answer_at(Door::Browser(None), &waits, answer, Some("Ish")).await.unwrap();
    let ctx = bank.at(&entered.session.clone().browser().unwrap()).await;
    assert!(ctx.assurance.unwrap().cools_off(ctx.now()));
    abroad.cookie = entered.cookie.map(|cookie| cookie.expose().clone());
    let again = bank.begin_sign_in(&abroad, &client()).await.unwrap();
    assert!(matches!(again, Begun::SignedIn(Entered { session: Opened::Browser(_), .. })));
    // A new device in a new place is asked for more.
    let elsewhere = bank.begin_sign_in(&abroad, &stranger(7)).await.unwrap();
    assert!(matches!(elsewhere, Begun::Waits(_)));
}

#[tokio::test]
async fn a_program_takes_the_place_of_messages_and_its_codes_are_good_once() {
    let bank = Bank::open().await;
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    let (program, _) = bank.with_totp(&ctx).await;
    let waits = bank.waits(&visitor).await;
    assert_eq!(waits.methods, [Factor::Totp, Factor::Recovery]);
    assert!(waits.code.is_none(), "nothing is sent");
    let sms = bank.answer(&waits, Answer::Sms(secret("123456"))).await;
    assert_eq!(code_of(sms), Code::MethodNotOffered);
    // The code that confirmed the program is used.
    let used = bank.answer(&waits, Answer::Totp(program.code(&bank.ctx()))).await;
    assert_eq!(code_of(used), Code::AnswerWrong);
    bank.clock.advance_seconds(30);
    let code = program.code(&bank.ctx());
    let (one, two) = (bank.waits(&visitor).await, bank.waits(&visitor).await);
    let answers = [&one, &two].map(|waits| bank.answer(waits, Answer::Totp(code.clone())));
    let answers = join_all(answers).await;
    let entered = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(entered, 1, "one code, one sign-in: {answers:?}");
}

#[tokio::test]
async fn recovery_codes_are_good_once_each_whatever_was_lost() {
    let bank = Bank::open().await;
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    let (_, codes) = bank.with_totp(&ctx).await;
    assert_eq!(codes.len(), 10);
    let typed = Secret::new(codes[0].expose().to_lowercase().replace('-', " "));
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(bank.waits(&visitor).await);
    }
    let answers = waiting.iter().map(|waits| bank.answer(waits, Answer::Recovery(typed.clone())));
    let parallel = join_all(answers).await;
    assert_eq!(parallel.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(bank.identity.factors(&ctx).await.unwrap().recovery_codes_left, 9);
    // New ones put an end to the old.
    let fresh = bank.identity.renew_recovery_codes(&ctx).await.unwrap();
    let waits = bank.waits(&visitor).await;
    let old = bank.answer(&waits, Answer::Recovery(codes[1].clone())).await;
    assert_eq!(code_of(old), Code::AnswerWrong);
    assert!(bank.answer(&waits, Answer::Recovery(fresh.0[0].clone())).await.is_ok());
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT code_hash FROM auth_recovery_code")
        .fetch_all(bank.store().pool())
        .await
        .unwrap();
    assert_eq!(stored.iter().collect::<HashSet<_>>().len(), 10);
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_five() {
    let bank = Bank::open().await;
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    let (program, _) = bank.with_totp(&ctx).await;
    bank.clock.advance_seconds(60);
    let waits = bank.waits(&visitor).await;
    let right = program.code(&bank.ctx());
    let wrong = other_code(&right);
    let guesses = (0..100).map(|_| bank.answer(&waits, Answer::Totp(wrong.clone())));
    let answers: Vec<_> = join_all(guesses).await.into_iter().map(code_of).collect();
    let looked_at = answers.iter().filter(|code| **code == Code::AnswerWrong).count();
    // The fifth says that the tries are used up.
    assert_eq!(looked_at, 4, "{answers:?}");
    assert!(answers.iter().all(|c| matches!(c, Code::AnswerWrong | Code::AnswerTriesUsedUp)));
    let late = bank.answer(&waits, Answer::Totp(right.clone())).await;
    assert_eq!(code_of(late), Code::AnswerTriesUsedUp);
    // The customer begins again.
    let waits = bank.waits(&visitor).await;
    assert!(bank.answer(&waits, Answer::Totp(right)).await.is_ok());
}

#[tokio::test]
async fn what_changes_meanwhile_ends_a_sign_in_that_waits() {
    let changes = [
        "UPDATE auth_user SET status = 'frozen'",
        "UPDATE auth_user SET password_changed_at = now()",
        "UPDATE auth_user SET epoch = epoch + 1",
    ];
    for change in changes {
        let bank = Bank::open().await;
        let visitor = bank.visitor().await;
        let waits = bank.waits(&visitor).await;
        let code = first_code(&waits.code.unwrap());
        sqlx::query(change).execute(bank.store().pool()).await.unwrap();
        let late = bank.answer(&waits, Answer::Sms(code)).await;
        assert_eq!(code_of(late), Code::ChallengeOver, "{change}");
    }
    // A program that was set up meanwhile: a message is not enough any more.
    let bank = Bank::open().await;
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    bank.clock.advance_seconds(61);
    let waits = bank.waits(&visitor).await;
    let code = first_code(&waits.code.unwrap());
    bank.with_totp(&ctx).await;
    assert_eq!(code_of(bank.answer(&waits, Answer::Sms(code)).await), Code::ChallengeOver);
    // And time.
    let waits = bank.waits(&visitor).await;
    bank.clock.advance_seconds(600);
    let late = bank.answer(&waits, Answer::Recovery(secret("0"))).await;
    assert_eq!(code_of(late), Code::ChallengeOver);
}

#[tokio::test]
async fn a_pin_is_good_on_its_device_for_five_tries() {
    let bank = Bank::open().await;
    let (home, device) = bank.at_home().await;
    let Begun::SignedIn(entered) = bank.begin_sign_in(&home, &client()).await.unwrap() else {
        panic!("the bank does not know the browser");
    };
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    let weak = bank.identity.set_pin(&ctx, &secret("123456")).await;
    assert_eq!(code_of(weak), Code::PinTooCommon);
    bank.identity.set_pin(&ctx, &secret("608537")).await.unwrap();
    assert_eq!(bank.identity.factors(&ctx).await.unwrap().pin, Some(true));

    let cookie = home.cookie.clone().unwrap();
    let enter = |door: Option<&str>, pin: &str| {
        let (bank, pin) = (&bank, secret(pin));
        let door = door.map(str::to_owned);
        async move {
            let door = Door::Browser(door.as_deref());
            bank.identity.sign_in_by_pin(&bank.ctx(), (device, &pin), door, &client()).await
        }
    };
    let entered = enter(Some(&cookie), "608537").await.unwrap();
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    assert!(ctx.assurance.unwrap().methods.has(Method::Pin));
    // Without the device it is worth nothing, and what is no PIN is no try.
    assert_eq!(code_of(enter(None, "608537").await), Code::SignInFailed);
    assert_eq!(code_of(enter(Some(&cookie), "73041").await), Code::FieldInvalid);
    let guesses = (0..100).map(|_| enter(Some(&cookie), "111111"));
    let answers: Vec<_> = join_all(guesses).await.into_iter().map(code_of).collect();
    // The last of five that are looked at says that there are no more.
    let wrong = answers.iter().filter(|code| **code == Code::SignInFailed).count();
    let locked = answers.iter().filter(|code| **code == Code::PinLocked).count();
    assert_eq!((wrong, locked), (4, 96), "{answers:?}");
    assert_eq!(code_of(enter(Some(&cookie), "608537").await), Code::PinLocked);
    // The password goes on working, and with it another PIN can be set.
    let again = bank.begin_sign_in(&home, &client()).await.unwrap();
    let Begun::SignedIn(entered) = again else { panic!("the password is locked, too") };
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    bank.identity.set_pin(&ctx, &secret("604137")).await.unwrap();
    assert!(enter(Some(&cookie), "604137").await.is_ok());

    // A frozen customer with the right one is told so, and nobody else.
    let freeze = sqlx::query("UPDATE auth_user SET status = 'frozen'");
    freeze.execute(bank.store().pool()).await.unwrap();
    assert_eq!(code_of(enter(Some(&cookie), "111111").await), Code::SignInFailed);
    for _ in 0..6 {
        assert_eq!(code_of(enter(Some(&cookie), "604137").await), Code::SignInStopped);
    }
}

/// What a page asks before it offers the PIN is what the PIN meets.
#[tokio::test]
async fn whether_a_pin_is_enough_is_known_before_it_is_tried() {
    let bank = Bank::open().await;
    let (home, device) = bank.at_home().await;
    let Begun::SignedIn(entered) = bank.begin_sign_in(&home, &client()).await.unwrap() else {
        panic!("the bank does not know the browser");
    };
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    bank.identity.set_pin(&ctx, &secret("608537")).await.unwrap();
    let cookie = home.cookie.as_deref().unwrap();
    let enough = async |cookie: &str| {
        bank.identity.pin_is_enough(&bank.ctx(), (cookie, device), &client()).await.unwrap()
    };
    let enter = async || {
        let (pin, door) = (secret("608537"), Door::Browser(Some(cookie)));
        bank.identity.sign_in_by_pin(&bank.ctx(), (device, &pin), door, &client()).await
    };
    assert!(enough(cookie).await && enter().await.is_ok());
    assert!(!enough("bk_dv_nobody").await, "of no device here");
    let change = "UPDATE auth_user SET cooling_until = $1";
    let until = bank.ctx().now().plus_seconds(HOUR).datetime();
    sqlx::query(change).bind(until).execute(bank.store().pool()).await.unwrap();
    assert!(!enough(cookie).await);
    assert_eq!(code_of(enter().await), Code::PasswordNeeded);
    bank.clock.advance_seconds(HOUR);
    assert!(enough(cookie).await && enter().await.is_ok());
}

#[tokio::test]
async fn factors_change_only_after_a_fresh_proof_and_end_what_they_opened() {
    let bank = Bank::open().await;
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    let (program, _) = bank.with_totp(&ctx).await;
    bank.clock.advance_seconds(30);
    let waits = bank.waits(&visitor).await;
    let entered = bank.answer(&waits, Answer::Totp(program.code(&bank.ctx()))).await.unwrap();
    let opened = entered.session.browser().unwrap();
    bank.clock.advance_seconds(301);
    let stale = bank.identity.remove_totp(&ctx).await;
    assert_eq!(code_of(stale), Code::StepUpRequired);
    let asked = bank.identity.ask_confirmation(&ctx, &identity::Act::Security).await.unwrap();
    assert_eq!(asked.methods, [Factor::Totp, Factor::Recovery]);
    let answer = Answer::Totp(program.code(&bank.ctx()));
    bank.identity.answer_confirmation(&ctx, asked.id, &answer).await.unwrap();
    bank.identity.remove_totp(&ctx).await.unwrap();
    // The session that the program had opened is over, the one that removed it is not.
    let token = opened.token.expose();
    let over = bank.identity.authenticate_browser(&bank.ctx(), token, Use::Request).await;
    assert_eq!(code_of(over), Code::SignInRequired);
    assert!(!bank.identity.factors(&ctx).await.unwrap().totp);
    assert_eq!(code_of(bank.identity.remove_totp(&ctx).await), Code::FactorNotSet);
    let told: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE kind = 'credential-change' AND subject = $1",
    )
    .bind(visitor.user.uuid())
    .fetch_one(bank.store().pool())
    .await
    .unwrap();
    assert_eq!(told, 2);
}

#[tokio::test]
async fn an_unknown_phone_and_a_wrong_password_look_the_same() {
    let bank = Bank::open().await;
    bank.visitor().await;
    for number in [1, 2] {
        let door = Door::Browser(None);
        let answer = bank.begin_at(door, &client(), &phone(number), "not the password").await;
        assert_eq!(refused(answer), (Code::SignInFailed, None), "{number}");
    }
}

const NEW_PASSWORD: &str = "besh qora ot daryoda";
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// What somebody set up in the days before they were found out does not let them in again.
#[tokio::test]
async fn what_was_set_up_before_a_freeze_is_gone_after_it() {
    let bank = Bank::open().await;
    let identity = with_sites(&bank);
    let (home, known) = bank.at_home().await;
    let Begun::SignedIn(entered) = bank.begin_sign_in(&home, &client()).await.unwrap() else {
        panic!("the bank does not know the browser");
    };
    let own = bank.at(&entered.session.browser().unwrap()).await;
    bank.identity.set_pin(&own, &secret("608537")).await.unwrap();
    bank.clock.advance_seconds(30 * DAY);

    let mut thief = Visitor { user: home.user, cookie: None };
    let waits = bank.waits(&thief).await;
    let answer = Answer::Sms(first_code(&waits.code.unwrap()));
    let entered = bank.answer_at(Door::Browser(None), &waits, answer, Some("Ish")).await.unwrap();
    thief.cookie = entered.cookie.map(|cookie| cookie.expose().clone());
    let theirs = bank.at(&entered.session.browser().unwrap()).await;
    add_passkey(&identity, &theirs).await;
    bank.with_totp_only(&theirs).await;
    bank.identity.set_pin(&theirs, &secret("604137")).await.unwrap();
    bank.clock.advance_seconds(71 * HOUR);
    bank.identity.freeze_myself(&own).await.unwrap();
    bank.clock.advance_seconds(10 * DAY);
    outbox::register(&bank.store(), "test").await.unwrap();
    let system = Ctx::system("test", Permissions::OPERATOR).with_clock(bank.ctx().clock);
    let mut tx = bank.begin().await;
    bank.identity.unfreeze(&mut tx, &system, home.user, &EmptyBooks).await.unwrap();
    store::commit(tx).await.unwrap();

    // Nobody comes in by what somebody else may know.
    for visitor in [&home, &thief] {
        assert_eq!(code_of(bank.begin_with(visitor, PASSWORD).await), Code::PasswordVoid);
    }
    assert!(
        bank.identity.devices_with_pin(home.cookie.as_deref().unwrap()).await.unwrap().is_empty()
    );
    // The customer comes back by what they had, and pays little for a while.
    bank.reset(&bank.ctx(), &home, NEW_PASSWORD).await;
    bank.clock.advance_seconds(61);
    let Begun::Waits(waits) = bank.begin_with(&home, NEW_PASSWORD).await.unwrap() else {
        panic!("it did not wait");
    };
    assert_eq!(waits.methods, [Factor::Sms]);
    let answer = Answer::Sms(first_code(&waits.code.unwrap()));
    let door = Door::Browser(home.cookie.as_deref());
    let entered = bank.answer_at(door, &waits, answer, None).await.unwrap();
    let back = bank.at(&entered.session.browser().unwrap()).await;
    let assurance = back.assurance.unwrap();
    assert_eq!((assurance.device, assurance.cools_off(back.now())), (Some(known), true));
    assert!(!assurance.cools_off(back.now().plus_seconds(12 * HOUR)));
    let left = identity.factors(&back).await.unwrap();
    assert_eq!((left.totp, left.recovery_codes_left, left.pin), (false, 0, Some(false)));
    assert!(left.passkeys.is_empty());
    let devices = bank.identity.devices(&back, home.user).await.unwrap();
    assert_eq!(devices.iter().map(|device| device.id).collect::<Vec<_>>(), [known]);
    assert!(matches!(bank.begin_with(&thief, NEW_PASSWORD).await.unwrap(), Begun::Waits(_)));

    let filter = Filter { action: Some("customer.unfrozen".to_owned()), ..Filter::default() };
    let noted = search(&bank.store(), None, &filter, Page::default()).await.unwrap().remove(0);
    let taken =
        serde_json::json!({"devices": 1, "passkey": 1, "pin": 2, "totp": 1, "recovery_code": 10});
    assert_eq!(noted.facts.unwrap()["taken"], taken);
    let enabled = |events: &[outbox::Event]| {
        events.iter().filter_map(Notice::of).any(|told| told == Notice::UnfrozenWithoutNew)
    };
    let events = events_until(&bank, enabled).await;
    // Receivers are told of each, the customer of all of it at once.
    let why = |event: &outbox::Event| event.payload.as_ref()?.get("reason").cloned();
    let gone = events.iter().filter(|event| why(event) == Some("unfrozen".into()));
    assert_eq!(gone.count(), 4);
    let told: Vec<_> = events.iter().filter_map(Notice::of).collect();
    assert!(told.contains(&Notice::UnfrozenWithoutNew), "{told:?}");
    assert!(!told.contains(&Notice::FactorRemoved), "{told:?}");
}

/// Whoever made a freeze necessary may know the password. Nodes have clocks of their own: one that
/// is behind must not take a password from before the freeze for a later one, nor the other way.
#[tokio::test]
async fn a_password_from_before_a_freeze_lets_nobody_in_until_another_is_set() {
    for how in ["session", "notice", "bank", "behind"] {
        let bank = Bank::open().await;
        let (home, _) = bank.at_home().await;
        bank.clock.advance_seconds(4 * DAY);
        let now = bank.clock.now();
        let set = "UPDATE auth_user SET password_changed_at = $1";
        sqlx::query(set).bind(now.datetime()).execute(bank.store().pool()).await.unwrap();
        let behind = if how == "behind" { -5 } else { 0 };
        let clock = Clock::Manual(ManualClock::new(now.plus_seconds(behind)));
        let ctx = bank.ctx().with_clock(clock.clone());
        let system = Ctx::system("test", Permissions::OPERATOR).with_clock(clock);
        match how {
            "notice" => {
                let alarm = bank.identity.alarm(&ctx, home.user, (None, now));
                bank.identity.freeze_by_alarm(&ctx, alarm.expose()).await.unwrap();
            }
            "bank" => {
                let (mut tx, facts) = (bank.begin().await, serde_json::json!({}));
                let case = bank.identity.freeze_for_bank(&mut tx, &system, home.user, facts);
                case.await.unwrap();
                store::commit(tx).await.unwrap();
            }
            _ => {
                let own = ctx.clone().for_customer(home.user, SessionId::generate(now, Entropy));
                bank.identity.freeze_myself(&own).await.unwrap();
            }
        }
        assert_eq!(code_of(bank.begin_with(&home, PASSWORD).await), Code::SignInStopped, "{how}");
        let mut tx = bank.begin().await;
        bank.identity.unfreeze(&mut tx, &system, home.user, &EmptyBooks).await.unwrap();
        store::commit(tx).await.unwrap();

        // It is no wrong try, and a wrong one is told nothing.
        let stranger = Visitor { user: home.user, cookie: None };
        for visitor in [&home, &stranger, &home, &stranger, &home, &stranger] {
            let void = bank.begin_with(visitor, PASSWORD).await;
            assert_eq!(code_of(void), Code::PasswordVoid, "{how}");
        }
        let wrong = bank.begin_with(&home, "not the password").await;
        assert_eq!(code_of(wrong), Code::SignInFailed, "{how}");
        bank.reset(&ctx, &home, NEW_PASSWORD).await;
        assert!(bank.begin_with(&home, NEW_PASSWORD).await.is_ok(), "{how}");
        let old = bank.begin_with(&home, PASSWORD).await;
        assert_eq!(code_of(old), Code::SignInFailed, "{how}");
    }
}

/// What a reader of events sees, once these are among it: it waits for transactions that began
/// before theirs, also those of other tests on the same server.
async fn events_until(bank: &Bank, there: impl Fn(&[outbox::Event]) -> bool) -> Vec<outbox::Event> {
    for _ in 0..400 {
        let events = outbox::read(&bank.store(), "test", 1_000).await.unwrap();
        if there(&events) {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the events did not come");
}

#[tokio::test]
async fn a_new_pin_and_new_recovery_codes_are_told() {
    let bank = Bank::open().await;
    let (home, _) = bank.at_home().await;
    let Begun::SignedIn(entered) = bank.begin_sign_in(&home, &client()).await.unwrap() else {
        panic!("the bank does not know the browser");
    };
    let ctx = bank.at(&entered.session.browser().unwrap()).await;
    outbox::register(&bank.store(), "test").await.unwrap();
    bank.identity.set_pin(&ctx, &secret("608537")).await.unwrap();
    bank.identity.renew_recovery_codes(&ctx).await.unwrap();
    bank.identity.set_pin(&ctx, &secret("604137")).await.unwrap();
    let all = |events: &[outbox::Event]| {
        let pins = events.iter().filter_map(Notice::of).filter(|told| *told == Notice::PinSet);
        pins.count() == 2
    };
    let events = events_until(&bank, all).await;
    let told = events.iter().filter_map(Notice::of);
    let told: Vec<_> = told.filter(|notice| *notice != Notice::NewDevice).collect();
    assert_eq!(told, [Notice::PinSet, Notice::RecoveryRenewed, Notice::PinSet]);
}

/// Whoever took a session over must not make themselves the second proof of a reset.
#[tokio::test]
async fn what_was_set_up_lately_proves_no_reset() {
    let bank = Bank::open().await;
    let identity = with_sites(&bank);
    let visitor = bank.visitor().await;
    let ctx = bank.signed_in(&visitor).await;
    let (program, codes) = bank.with_totp(&ctx).await;
    let mut passkey = add_passkey(&identity, &ctx).await;
    let (from, nobody) = (client(), bank.ctx());
    let begin = async || {
        bank.clock.advance_seconds(HOUR);
        let started = bank.identity.start_reset(&nobody, &phone(1), &from).await.unwrap();
        let caller = Resetting { key: &started.key, client: &from, device_cookie: None };
        let code = first_code(&started.challenge);
        bank.identity.verify_reset_code(&nobody, caller, &code).await.unwrap();
        started.key
    };
    let prove = async |key: &Secret<String>, by: Factor, passkey: &mut Authenticator| {
        let caller = Resetting { key, client: &from, device_cookie: None };
        if by == Factor::Passkey {
            let realm = Realm::Customers;
            let asked = identity.start_passkey_sign_in(&nobody, realm, &from).await.unwrap();
            let answer = passkey.assert(&asked.options);
            return identity.prove_reset_by_passkey(&nobody, caller, (asked.id, &answer)).await;
        }
        let answer = match by {
            Factor::Totp => Answer::Totp(program.code(&nobody)),
            _ => Answer::Recovery(codes[0].clone()),
        };
        identity.prove_reset_by_code(&nobody, caller, &answer).await
    };
    let ways = [Factor::Totp, Factor::Recovery, Factor::Passkey];
    bank.clock.advance_seconds(11 * HOUR - 1);
    let key = begin().await;
    for by in ways {
        assert_eq!(code_of(prove(&key, by, &mut passkey).await), Code::ResetProofWrong, "{by:?}");
    }
    bank.clock.advance_seconds(1);
    for (number, by) in ways.into_iter().enumerate() {
        // The first at the very moment from which it is enough.
        let key = if number == 0 { key.clone() } else { begin().await };
        prove(&key, by, &mut passkey).await.unwrap();
    }
}
