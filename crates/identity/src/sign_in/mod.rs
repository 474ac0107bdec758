//! Sign-in, from nobody to a session.
//!
//! Two factors, always: a right password on a device that the customer bound is enough; elsewhere
//! the sign-in waits for a second factor. On a bound device the PIN does in the place of the
//! password, and a passkey alone is two factors, because its authenticator verified its user.
//!
//! A wrong password and an unknown phone get the same refusal after the same time. A sign-in that
//! waits tells that the password was right: whoever learns that has it already, and hiding it would
//! mean to ask strangers for codes that nobody sends. The wait belongs to whoever began it (a
//! handle that only they hold, and their key), lives ten minutes, takes five answers, each counted
//! before it is looked at, and sees the user again, locked, before it lets them in.

mod entered;
mod rules;
mod sql;

use kernel::{
    Aal, ChallengeId, Code, Ctx, CustomerId, DeviceId, Error, Method, Methods, Phone, Refusal,
    Result, Secret,
};
use serde_json::{Value, json};
use store::audit::Entry;
use store::{Tx, commit};

use crate::codes::{ChallengeView, Purpose};
use crate::devices::{Device, DeviceState, NewDevice};
use crate::factors::{Factor, enrolled};
use crate::passkeys::{self, Asserted, Owner, PasskeyChallenge, Realm};
use crate::pins;
use crate::risk::{self, Facts, Verdict};
use crate::stepup::{Answer, Guesser, Right};
use crate::tokens::{self, Token};
use crate::told::RefusedAttempt;
use crate::users::{Admitted, Entering};
use crate::{ClientInfo, Identity, Proof};

pub use entered::{Begun, Door, Entered, Opened, SignInChallenge};
pub(crate) use sql::end_waiting;

/// Who is about to come in, and by what.
struct Proven {
    user: CustomerId,
    amr: Methods,
    aal: Aal,
    /// The bound device it was proven on.
    device: Option<DeviceId>,
}

impl Identity {
    /// Signs in by a password. [`Code::SignInFailed`] does not tell whether the phone is known;
    /// [`Code::SignInThrottled`] comes after some wrong passwords from one network, or very many
    /// from all of them, whether or not it is. [`Code::SignInStopped`] tells a frozen customer, who
    /// has the right password, why it does not let them in; the other ways in do so too.
    /// [`Code::PasswordVoid`] tells who has the password of a time before a freeze that it is of no
    /// use any more.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        (phone, password): (&Phone, &Secret<String>),
        door: Door<'_>,
        client: &ClientInfo,
    ) -> Result<Begun> {
        // Anonymous: this is what makes somebody of nobody.
        let here = self.devices_here(door, client).await?;
        let on: Vec<_> = here.iter().map(|device| device.customer).collect();
        let admitted = self.admit(ctx, (phone, password), &on, client).await?;
        let device = usable(&here, admitted.user);
        let facts = Facts {
            known_device: device.is_some(),
            device_cools_off: device.is_some_and(|d| d.state_at(ctx.now()) == DeviceState::Cooling),
            familiar_place: admitted.standing.familiar_place,
            recovering: admitted.standing.recovering,
            failures_today: admitted.failures_today,
        };
        match (device, risk::judge(facts)) {
            (Some(device), Verdict::Allow) => {
                let proven = Proven {
                    user: admitted.user,
                    amr: Methods::of(&[Method::Password, Method::SoftwareKey]),
                    aal: Aal::Two,
                    device: Some(device.id),
                };
                self.enter(admitted.tx, ctx, proven, (door, None), client)
                    .await
                    .map(Begun::SignedIn)
            }
            (device, _) => {
                let bound = device.is_some();
                let waits = self.wait(ctx, admitted, door, client).await;
                waits.map(|waits| Begun::Waits(SignInChallenge { bound, ..waits }))
            }
        }
    }

    /// Signs in by the PIN of a bound device. [`Code::SignInFailed`] when it is wrong or the device
    /// is not one of the bank's, [`Code::PinLocked`] when it was wrong too often,
    /// [`Code::PasswordNeeded`] while the bank has reason to be careful.
    pub async fn sign_in_by_pin(
        &self,
        ctx: &Ctx,
        (device, pin): (DeviceId, &Secret<String>),
        door: Door<'_>,
        client: &ClientInfo,
    ) -> Result<Entered> {
        // Anonymous: this is what makes somebody of nobody.
        let attempt = || RefusedAttempt::of("sign_in.answer", "pin").at(client);
        let counted = self.count_address(ctx, client).await;
        self.or_record_refused(ctx, attempt(), counted).await?;
        let here = self.devices_here(door, client).await?;
        let device = here.iter().find(|d| d.id == device);
        let device = device.ok_or_else(|| Code::SignInFailed.into());
        let device = self.or_record_refused(ctx, attempt(), device).await?;
        if !pins::is_pin(pin.expose()) {
            return Err(Refusal::new(Code::FieldInvalid).field("pin").value("field", "pin").into());
        }
        if self.judge_pin(ctx, device, client).await? != Verdict::Allow {
            return Err(Code::PasswordNeeded.into());
        }
        let (user, by) = (device.customer, (device.customer, Factor::Pin));
        let right = match self.check_pin((user, device.id), pin).await {
            Ok(Some(right)) => right,
            Ok(None) => {
                return self.refuse(ctx, by, Refusal::new(Code::SignInFailed)).await;
            }
            Err(Error::Refused(refusal)) => return self.refuse(ctx, by, refusal).await,
            Err(error) => return Err(error),
        };
        let (mut tx, stopped) = match self.begin_entering(user, None).await? {
            Entering::May(tx) => (tx, None),
            Entering::Stopped(tx, why) => (tx, Some(why)),
        };
        if !pins::accept_pin(&mut tx, &right).await? {
            return Err(Code::SignInFailed.into());
        }
        if let Some(why) = stopped {
            return self.stopped(ctx, attempt().by(Some(user)), (tx, why)).await;
        }
        let proven = Proven {
            user: device.customer,
            amr: Methods::of(&[Method::Pin, Method::SoftwareKey]),
            aal: Aal::Two,
            device: Some(device.id),
        };
        self.enter(tx, ctx, proven, (door, None), client).await
    }

    /// Signs in by the answer of a passkey to [`Identity::start_passkey_sign_in`] alone.
    pub async fn sign_in_by_passkey(
        &self,
        ctx: &Ctx,
        (challenge, answer): (ChallengeId, &Value),
        (door, bind): (Door<'_>, Option<&str>),
        client: &ClientInfo,
    ) -> Result<Entered> {
        // Anonymous: this is what makes somebody of nobody.
        let asserted = self.finish_passkey_sign_in(ctx, Realm::Customers, challenge, answer).await;
        let attempt = RefusedAttempt::of("sign_in.answer", Factor::Passkey.as_str()).at(client);
        let asserted = self.or_record_refused(ctx, attempt, asserted).await?;
        let Owner::Customer(user) = asserted.owner else {
            return Err(Code::PasskeyRefused.into());
        };
        let here = self.devices_here(door, client).await?;
        let attempt = RefusedAttempt::of("sign_in.answer", Factor::Passkey.as_str()).at(client);
        let mut tx = match self.begin_entering(user, None).await? {
            Entering::May(tx) => tx,
            Entering::Stopped(tx, why) => {
                return self.stopped(ctx, attempt.by(Some(user)), (tx, why)).await;
            }
        };
        // It may have been removed while the answer was on its way.
        if !passkeys::is_kept(&mut tx, asserted.passkey).await? {
            return Err(Code::PasskeyRefused.into());
        }
        let proven = Proven {
            user,
            amr: passkey_methods(&asserted),
            aal: if asserted.may_sync { Aal::Two } else { Aal::Three },
            device: usable(&here, user).map(|device| device.id),
        };
        self.enter(tx, ctx, proven, (door, bind), client).await
    }

    /// Sends another code by SMS for a sign-in that waits.
    pub async fn send_sign_in_code(
        &self,
        ctx: &Ctx,
        waiting: (ChallengeId, &Secret<String>),
        door: Door<'_>,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        // Anonymous: the handle of the sign-in is the proof of the password.
        let found = self.waiting_sign_in(ctx, waiting, (door, client), Factor::Sms).await?;
        match found.sms() {
            Some(sent) => match self.resend_code(ctx, sent, client).await {
                Err(error) if error.code() == Some(Code::CodeExpired) => {
                    self.send_code_to(ctx, (waiting.0, found.user()), client).await
                }
                sent => sent,
            },
            None => self.send_code_to(ctx, (waiting.0, found.user()), client).await,
        }
    }

    /// Asks a passkey for a sign-in that waits.
    pub async fn start_sign_in_passkey(
        &self,
        ctx: &Ctx,
        waiting: (ChallengeId, &Secret<String>),
        door: Door<'_>,
        client: &ClientInfo,
    ) -> Result<PasskeyChallenge> {
        // Anonymous: the handle of the sign-in is the proof of the password.
        self.waiting_sign_in(ctx, waiting, (door, client), Factor::Passkey).await?;
        self.start_passkey_sign_in(ctx, Realm::Customers, client).await
    }

    /// Answers a sign-in that waits. `bind` names the device, when it is to be bound: from now on
    /// the password is enough on it. A wrong answer and one of a method that has been taken away
    /// meanwhile get the same refusal.
    #[expect(clippy::too_many_arguments, reason = "each is from another part of the request")]
    pub async fn answer_sign_in(
        &self,
        ctx: &Ctx,
        (id, handle): (ChallengeId, &Secret<String>),
        answer: &Answer,
        (door, bind): (Door<'_>, Option<&str>),
        client: &ClientInfo,
    ) -> Result<Entered> {
        // Anonymous: the handle of the sign-in is the proof of the password.
        let found =
            self.waiting_sign_in(ctx, (id, handle), (door, client), answer.factor()).await?;
        let user = found.user();
        let tries = sql::count_try(self.store.pool(), id, ctx.now()).await?;
        let (method, by) = (answer.factor().as_str(), (user, answer.factor()));
        let attempt = RefusedAttempt::of("sign_in.answer", method).by(Some(user));
        let tries = tries.ok_or_else(|| Code::AnswerTriesUsedUp.into());
        let tries = self.or_record_refused(ctx, attempt, tries).await?;
        let here = self.devices_here(door, client).await?;
        let device = usable(&here, user).map(|device| device.id);
        let guesser = if device.is_some() { Guesser::Known } else { Guesser::Stranger };
        let shown = match self.second_factor(ctx, (&found, guesser), answer).await {
            Ok(Some(shown)) => shown,
            Ok(None) => return self.refuse(ctx, by, rules::wrong(tries)).await,
            // A code that was tried too often, or is over: a refusal like any other.
            Err(Error::Refused(refusal)) => return self.refuse(ctx, by, refusal).await,
            Err(error) => return Err(error),
        };
        let mut tx = self.begin_change(user).await.map_err(gone)?;
        // What is enough may have changed while the answer was on its way.
        let still = enrolled(&mut *tx, user).await?;
        let still = rules::methods(still).contains(&answer.factor());
        if !still || !self.use_up_shown(&mut tx, ctx, user, &shown).await? {
            drop(tx);
            return self.refuse(ctx, by, rules::wrong(tries)).await;
        }
        if !sql::finish(&mut tx, id, ctx.now()).await? {
            return Err(Code::ChallengeOver.into());
        }
        let proven = Proven {
            user,
            amr: Methods::of(&[Method::Password]).and(shown.methods(answer)),
            aal: Aal::Two,
            device,
        };
        self.enter(tx, ctx, proven, (door, bind), client).await
    }

    /// Refuses a second factor or a PIN, and leaves a record of it.
    async fn refuse<T>(
        &self,
        ctx: &Ctx,
        (user, factor): (CustomerId, Factor),
        refusal: Refusal,
    ) -> Result<T> {
        let entry = Entry::refused("sign_in.answer", refusal.code)
            .facts(json!({ "method": factor.as_str() }));
        self.record_failed_sign_in(ctx, (Some(user), ""), entry).await?;
        Err(refusal.into())
    }

    /// The devices that whoever comes through a door is on: one for each customer who uses it.
    async fn devices_here(&self, door: Door<'_>, client: &ClientInfo) -> Result<Vec<Device>> {
        match (door, door.key(client)) {
            (Door::App, Some(key)) => self.devices_of_key(key, None).await,
            (Door::Browser(Some(cookie)), _) => self.devices_of_cookie(cookie, None).await,
            (Door::App, None) | (Door::Browser(None), _) => Ok(Vec::new()),
        }
    }

    /// Lets a right password wait for the second factor.
    async fn wait(
        &self,
        ctx: &Ctx,
        admitted: Admitted,
        door: Door<'_>,
        client: &ClientInfo,
    ) -> Result<SignInChallenge> {
        let Admitted { mut tx, user, .. } = admitted;
        let methods = rules::methods(enrolled(&mut *tx, user).await?);
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let handle = Token::generate(tokens::Purpose::SignIn, entropy);
        let (id, expires_at) =
            (ChallengeId::generate(now, entropy), now.plus_seconds(rules::LIFE_SECONDS));
        let new = sql::New {
            id,
            user,
            handle: handle.hash(),
            key: door.key(client),
            door: door.as_str(),
            methods: &methods,
            expires_at,
        };
        sql::insert(&mut tx, &new, now).await?;
        commit(tx).await?;
        let (code, code_after_seconds) = if methods.contains(&Factor::Sms) {
            self.first_code(ctx, (id, user), client).await?
        } else {
            (None, None)
        };
        let handle = handle.text();
        let bound = false;
        Ok(SignInChallenge { id, handle, methods, expires_at, code, code_after_seconds, bound })
    }

    /// The code that is sent unasked. That none may be sent just now is no reason to refuse: it
    /// can be asked for after so many seconds.
    async fn first_code(
        &self,
        ctx: &Ctx,
        waiting: (ChallengeId, CustomerId),
        client: &ClientInfo,
    ) -> Result<(Option<ChallengeView>, Option<i64>)> {
        match self.send_code_to(ctx, waiting, client).await {
            Ok(sent) => Ok((Some(sent), None)),
            Err(Error::Refused(refusal)) => Ok((None, refusal.retry_after_seconds)),
            Err(error) => Err(error),
        }
    }

    async fn send_code_to(
        &self,
        ctx: &Ctx,
        (id, user): (ChallengeId, CustomerId),
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        let phone = self.own_phone(user).await?;
        let sent = self.start_phone_challenge(ctx, &phone, Purpose::SignIn, client).await?;
        sql::sent(self.store.pool(), id, sent.id).await?;
        Ok(sent)
    }

    /// The sign-in with this id and handle, begun through this door with this key, if it can be
    /// answered so.
    async fn waiting_sign_in(
        &self,
        ctx: &Ctx,
        (id, handle): (ChallengeId, &Secret<String>),
        (door, client): (Door<'_>, &ClientInfo),
        factor: Factor,
    ) -> Result<sql::Found> {
        let handle = Token::parse(tokens::Purpose::SignIn, handle.expose());
        let handle = handle.ok_or(Code::ChallengeOver)?.hash();
        let found = sql::find(self.store.pool(), id, &handle).await?;
        let found = found
            .filter(|f| f.is_open(ctx.now()) && f.door == door.as_str())
            .filter(|f| f.key.as_deref() == door.key(client).map(<[u8; 32]>::as_slice))
            .ok_or(Code::ChallengeOver)?;
        if !found.offers(factor) {
            return Err(Refusal::new(Code::MethodNotOffered).field("method").into());
        }
        Ok(found)
    }

    /// What an answer shows. `None` when it is wrong.
    async fn second_factor(
        &self,
        ctx: &Ctx,
        (found, guesser): (&sql::Found, Guesser),
        answer: &Answer,
    ) -> Result<Option<Shown>> {
        match answer {
            Answer::Sms(code) => {
                let sent = found.sms().ok_or(Code::CodeExpired)?;
                match self.verify_code(ctx, sent, code).await {
                    Ok(proof) => Ok(Some(Shown::Ticket(proof.ticket))),
                    Err(error) if error.code() == Some(Code::CodeWrong) => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Answer::Passkey(challenge, answer) => {
                let asserted =
                    self.finish_passkey_sign_in(ctx, Realm::Customers, *challenge, answer).await;
                match asserted {
                    Ok(asserted) if asserted.owner == Owner::Customer(found.user()) => {
                        Ok(Some(Shown::Passkey(asserted)))
                    }
                    Err(error) if error.code() != Some(Code::PasskeyRefused) => Err(error),
                    Ok(_) | Err(_) => Ok(None),
                }
            }
            other => {
                let by = (found.user(), guesser);
                Ok(self.check_answer(ctx, by, other).await?.map(Shown::Factor))
            }
        }
    }

    async fn use_up_shown(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        shown: &Shown,
    ) -> Result<bool> {
        match shown {
            Shown::Passkey(_) => Ok(true),
            Shown::Factor(right) => self.use_up_answer(tx, ctx, user, right).await,
            Shown::Ticket(ticket) => {
                self.consume_ticket(tx, ctx, Purpose::SignIn, ticket).await.map(|_| true)
            }
        }
    }

    /// Opens the session, and binds the device when that is asked for.
    #[expect(clippy::too_many_arguments, reason = "each is from another part of the request")]
    async fn enter(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        proven: Proven,
        (door, bind): (Door<'_>, Option<&str>),
        client: &ClientInfo,
    ) -> Result<Entered> {
        let Proven { user, amr, aal, mut device } = proven;
        let mut cookie = None;
        if let (None, Some(name), Some(by)) = (device, bind, door.by(client)) {
            let new = NewDevice { by, name, client };
            let enrolled = self.enrol_device(&mut tx, ctx, user, new).await?;
            (device, cookie) = (Some(enrolled.device.id), enrolled.cookie);
        }
        let amr = amr.with(Method::MultiFactor);
        let proof = Proof { aal, amr, device };
        let session = match door {
            Door::App => {
                Opened::App(self.open_session(&mut tx, ctx, user, (&proof, client)).await?)
            }
            Door::Browser(_) => Opened::Browser(
                self.open_browser_session(&mut tx, ctx, user, (&proof, client)).await?,
            ),
        };
        self.store.commit_and_wake(tx).await?;
        Ok(Entered { session, cookie, device })
    }
}

/// A right second factor, with what is to be used up.
enum Shown {
    Ticket(Secret<String>),
    Passkey(Asserted),
    Factor(Right),
}

impl Shown {
    fn methods(&self, answer: &Answer) -> Methods {
        match self {
            Self::Passkey(asserted) => passkey_methods(asserted),
            Self::Ticket(_) | Self::Factor(_) => Methods::of(&[answer.factor().method()]),
        }
    }
}

fn passkey_methods(asserted: &Asserted) -> Methods {
    let key = if asserted.may_sync { Method::SoftwareKey } else { Method::HardwareKey };
    Methods::of(&[key, Method::Presence])
}

/// The device of a customer, among those here, if to be on it counts as a factor.
fn usable(here: &[Device], user: CustomerId) -> Option<&Device> {
    here.iter().find(|device| device.customer == user)
}

/// The user is not there any more, or not let in: what ended the user ended what waited for them.
fn gone(error: Error) -> Error {
    match error {
        Error::Refused(_) => Code::ChallengeOver.into(),
        broken @ Error::Broken(_) => broken,
    }
}
