//! Confirmations: a second proof for one act, bound to exactly what was shown (dynamic linking,
//! RTS 2018/389, article 5).
//!
//! A confirmation belongs to the session that asked for it, lives five minutes, takes five wrong
//! answers, and is good for one act: a payment that differs in anything from what was shown has
//! another hash. A refusal does not say what was wrong with an answer.

pub mod jobs;
mod rules;
mod sql;

use kernel::{
    Aal, Actor, ChallengeId, Code, Ctx, CustomerId, Error, KeyRing, Moment, Permission, Refusal,
    Result, SealedAt, Secret, SessionId,
};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Rate};
use store::{Tx, subjects};

use crate::factors::{self, Factor};
use crate::passkeys::{Owner, PasskeyChallenge};
use crate::pins::{accept_pin, session_device};
use crate::told::{RefusedAct, RefusedAttempt};
use crate::{Identity, signals, totp};

pub(crate) use rules::is_signed;
pub use rules::{Act, FRESH_SECONDS, LIFE_SECONDS, PaymentShown, TRIES_MAX};
pub(crate) use sql::end_waiting;

/// Confirmations that one customer may ask for: more than anybody pays, and with five tries each
/// still few guesses.
const RATES: [Rate; 2] = [
    Rate { scope: "confirmation/hour", max: 40, window_seconds: 3_600 },
    Rate { scope: "confirmation/day", max: 150, window_seconds: 86_400 },
];
/// Who tries codes of programs and recovery codes of a customer. Each is counted apart, over all
/// sign-ins, confirmations and resets of a day: strangers who know the password must not use up
/// what the customer has on devices of their own.
#[derive(Clone, Copy)]
pub(crate) enum Guesser {
    /// Somebody in a session of the customer's, or on a device that they bound.
    Known,
    /// Somebody who knows the password.
    Stranger,
    /// Somebody who holds the phone.
    Resetting,
}

impl Guesser {
    const fn rate(self) -> Rate {
        let scope = match self {
            Self::Known => "factor/day",
            Self::Stranger => "factor/stranger/day",
            Self::Resetting => "factor/reset/day",
        };
        Rate { scope, max: 60, window_seconds: 86_400 }
    }
}

const COLUMN: &str = "auth_step_up.shown";

/// A confirmation that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Names it when it is answered, and when it is used.
    pub id: ChallengeId,
    /// How it can be answered, the stronger first.
    pub methods: Vec<Factor>,
    /// What the device signs when it is answered by the device's key.
    pub text: String,
    /// Until when it can be answered. Once answered, it is good for as long again.
    pub expires_at: Moment,
    /// Whether a code was sent by SMS.
    pub code_sent: bool,
}

/// An answer to a sign-in or a confirmation that waits.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The challenge that a passkey answered, and what it answered.
    Passkey(ChallengeId, Box<Value>),
    /// A signature over [`Confirmation::text`]: ES256 in the form of JWS, in base64url.
    DeviceKey(Secret<String>),
    /// The PIN of the device.
    Pin(Secret<String>),
    /// A code of the customer's program.
    Totp(Secret<String>),
    /// A recovery code.
    Recovery(Secret<String>),
    /// A code that was sent by SMS.
    Sms(Secret<String>),
}

impl Answer {
    /// What it is an answer by.
    pub const fn factor(&self) -> Factor {
        match self {
            Self::Passkey(..) => Factor::Passkey,
            Self::DeviceKey(_) => Factor::DeviceKey,
            Self::Pin(_) => Factor::Pin,
            Self::Totp(_) => Factor::Totp,
            Self::Recovery(_) => Factor::Recovery,
            Self::Sms(_) => Factor::Sms,
        }
    }
}

/// A right answer, with what is to be used up together with what it was given for.
pub(crate) enum Right {
    /// Nothing: it was used up when it was looked at.
    Spent,
    Pin(crate::pins::RightPin),
    TotpStep(i64),
    Recovery(Secret<String>),
}

/// Who confirms, and in which session.
#[derive(Clone, Copy)]
struct Asker {
    user: CustomerId,
    session: SessionId,
}

fn asker(ctx: &Ctx) -> Result<Asker> {
    match ctx.actor {
        Actor::Customer { id, session } => Ok(Asker { user: id, session }),
        _ => Err(Code::SignInRequired.into()),
    }
}

const fn place(id: ChallengeId) -> SealedAt<'static> {
    SealedAt { column: COLUMN, row: id.uuid() }
}

impl Identity {
    /// Asks for a confirmation of an act. A code is sent at once when there is no other way.
    pub async fn ask_confirmation(&self, ctx: &Ctx, act: &Act) -> Result<Confirmation> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        for rate in RATES {
            rates::take(&self.store, ctx, rate, &asker.user.to_string()).await?;
        }
        let methods = rules::methods(act, self.at_hand(ctx, asker.user).await?);
        let (now, expires_at) = (ctx.now(), ctx.now().plus_seconds(LIFE_SECONDS));
        let id = ChallengeId::generate(now, ctx.entropy());
        let mut tx = self.store.begin().await?;
        let key = subjects::ensure(&mut tx, &self.keys, asker.user.uuid(), now).await?;
        let key = key.ok_or(Code::SignInRequired)?;
        let shown =
            serde_json::to_vec(act).map_err(|e| Error::broken("writing what is confirmed", e))?;
        let new = sql::New {
            id,
            asker,
            act,
            shown: key.seal(place(id), &shown),
            methods: &methods,
            expires_at,
        };
        sql::insert(&mut tx, &new, now).await?;
        let code_sent = methods == [Factor::Sms];
        if code_sent {
            sql::send(&mut tx, (id, asker), now).await?.ok_or(Code::ChallengeOver)?;
            store::jobs::enqueue(&mut tx, ctx, jobs::send(id, 1)?).await?;
        }
        self.store.commit_and_wake(tx).await?;
        let text = rules::signed_text(act, id, expires_at);
        Ok(Confirmation { id, methods, text, expires_at, code_sent })
    }

    /// Sends a code by SMS, or another one; those before are of no use then.
    pub async fn send_confirmation_code(&self, ctx: &Ctx, id: ChallengeId) -> Result<()> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        let found = self.waiting(ctx, id, Factor::Sms).await?;
        if let Some(wait) = found.wait_to_send(ctx.now()) {
            return Err(Refusal::new(Code::CodeResentTooSoon).retry_after(wait).into());
        }
        let mut tx = self.store.begin().await?;
        let sent = sql::send(&mut tx, (id, asker), ctx.now()).await?;
        let sent = sent.ok_or(Code::TooManyRequests)?;
        store::jobs::enqueue(&mut tx, ctx, jobs::send(id, sent)?).await?;
        self.store.commit_and_wake(tx).await
    }

    /// Asks the customer's passkeys to sign what is confirmed.
    pub async fn start_confirmation_passkey(
        &self,
        ctx: &Ctx,
        id: ChallengeId,
    ) -> Result<PasskeyChallenge> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        let found = self.waiting(ctx, id, Factor::Passkey).await?;
        let owner = Owner::Customer(asker.user);
        self.start_passkey_signature(ctx, owner, found.bound_hash(id)).await
    }

    /// Answers a confirmation. From now on the act can be done, once, within five minutes.
    pub async fn answer_confirmation(
        &self,
        ctx: &Ctx,
        id: ChallengeId,
        answer: &Answer,
    ) -> Result<()> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        let found = self.waiting(ctx, id, answer.factor()).await?;
        let tries = sql::count_try(self.store.pool(), (id, asker), ctx.now()).await?;
        let method = answer.factor().as_str();
        let attempt = RefusedAttempt::of("confirmation.answer", method).by(Some(asker.user));
        let tries = tries.ok_or_else(|| Code::AnswerTriesUsedUp.into());
        let tries = self.or_record_refused(ctx, attempt, tries).await?;
        let right = match self.look_at(ctx, (id, asker.user), &found, answer).await {
            Ok(Some(right)) => right,
            Ok(None) => return self.refused(ctx, (id, answer.factor()), rules::wrong(tries)).await,
            // A PIN that was wrong for the last time: a refusal like any other.
            Err(Error::Refused(refusal)) => {
                return self.refused(ctx, (id, answer.factor()), refusal).await;
            }
            Err(error) => return Err(error),
        };
        let mut tx = self.begin_change(asker.user).await?;
        let used = self.use_up_answer(&mut tx, ctx, asker.user, &right).await?;
        if !used || !sql::prove(&mut tx, (id, asker), answer.factor(), ctx.now()).await? {
            drop(tx);
            return self.refused(ctx, (id, answer.factor()), rules::wrong(tries)).await;
        }
        if found.is_payment() {
            sql::note_payment_confirmed(&mut tx, asker.user, ctx.now()).await?;
        }
        let facts = json!({ "session": asker.session, "method": answer.factor().as_str() });
        let entry = Entry::done("confirmation.given").subject(asker.user.uuid());
        let entry = entry.object("confirmation", id).facts(facts.clone());
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        signals::tell(&mut tx, ctx, signals::ASSURANCE_LEVEL_CHANGE, asker.user, facts).await?;
        self.store.commit_and_wake(tx).await
    }

    /// Looks at an answer that was counted. `None` when it is wrong.
    async fn look_at(
        &self,
        ctx: &Ctx,
        (id, user): (ChallengeId, CustomerId),
        found: &sql::Found,
        answer: &Answer,
    ) -> Result<Option<Right>> {
        match answer {
            Answer::Sms(code) => Ok(self.check_confirmation_code(id, found, code)),
            Answer::DeviceKey(signature) => {
                self.check_signature(ctx, (id, user), found, signature).await
            }
            Answer::Passkey(challenge, answer) => {
                let (owner, hash) = (Owner::Customer(user), found.bound_hash(id));
                let asserted =
                    self.finish_passkey_signature(ctx, owner, hash, (*challenge, answer)).await;
                passkey_right(asserted)
            }
            other => self.check_answer(ctx, (user, Guesser::Known), other).await,
        }
    }

    /// Refuses an answer, and leaves a record of it.
    async fn refused(
        &self,
        ctx: &Ctx,
        (id, factor): (ChallengeId, Factor),
        refusal: Refusal,
    ) -> Result<()> {
        let user = ctx.customer()?;
        let entry = Entry::refused("confirmation.answer", refusal.code)
            .subject(user.uuid())
            .facts(json!({ "method": factor.as_str() }));
        audit::record(&self.store, &self.keys, ctx, entry.object("confirmation", id)).await?;
        Err(refusal.into())
    }

    /// Uses a confirmation up, in the transaction of the act that it confirms.
    /// [`Code::StepUpRequired`] when it is not one of this act, in this session, given in time.
    pub async fn use_confirmation(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        id: ChallengeId,
        act: &Act,
    ) -> Result<()> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        if sql::consume(tx, (id, asker), &act.hash(), ctx.now()).await? {
            Ok(())
        } else {
            Err(Code::StepUpRequired.into())
        }
    }

    /// Uses a confirmation up for an act that is done in a transaction of another's, which itself
    /// lets it be done once only. The same act may be tried again with it: a client that got no
    /// answer sends the same payment again.
    pub async fn claim_confirmation(&self, ctx: &Ctx, id: ChallengeId, act: &Act) -> Result<()> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        if sql::claim(self.store.pool(), (id, asker), &act.hash(), ctx.now()).await? {
            Ok(())
        } else {
            Err(Code::StepUpRequired.into())
        }
    }

    /// Refuses unless the customer showed a second factor in this session within five minutes: at
    /// the sign-in, or by a confirmation of [`Act::Security`]. The refusal is in the audit log.
    pub async fn require_fresh(&self, ctx: &Ctx) -> Result<()> {
        // [`Identity::is_fresh`] asks who may.
        if self.is_fresh(ctx).await? {
            return Ok(());
        }
        self.refuse_act(ctx, RefusedAct::of("security.changed"), Code::StepUpRequired).await
    }

    /// Whether the customer showed a second factor so lately that [`Identity::require_fresh`] lets
    /// them go on.
    pub async fn is_fresh(&self, ctx: &Ctx) -> Result<bool> {
        ctx.require(Permission::ConfirmationUse)?;
        let asker = asker(ctx)?;
        let now = ctx.now();
        if ctx.assurance.is_some_and(|a| a.is_fresh(Aal::Two, FRESH_SECONDS, now)) {
            return Ok(true);
        }
        let since = now.plus_seconds(FRESH_SECONDS.saturating_neg());
        sql::proven_since(self.store.pool(), asker, since).await
    }

    /// When a customer last confirmed a payment.
    pub async fn payment_confirmed_at(&self, ctx: &Ctx) -> Result<Option<Moment>> {
        ctx.require(Permission::ConfirmationUse)?;
        sql::payment_confirmed_at(self.store.pool(), ctx.customer()?).await
    }

    async fn at_hand(&self, ctx: &Ctx, user: CustomerId) -> Result<rules::AtHand> {
        let enrolled = self.enrolled(user).await?;
        let Some(device) = session_device(ctx) else {
            return Ok(rules::AtHand { enrolled, ..rules::AtHand::default() });
        };
        let device_key = factors::confirm_point(self, user, device).await?.is_some();
        Ok(rules::AtHand { enrolled, pin: self.has_pin(device).await?, device_key })
    }

    /// The confirmation of this session with this id, if it can be answered so.
    async fn waiting(&self, ctx: &Ctx, id: ChallengeId, factor: Factor) -> Result<sql::Found> {
        let found = sql::find(self.store.pool(), (id, asker(ctx)?)).await?;
        let found = found.filter(|f| f.is_open(ctx.now())).ok_or(Code::ChallengeOver)?;
        if !found.offers(factor) {
            return Err(Refusal::new(Code::MethodNotOffered).field("method").into());
        }
        Ok(found)
    }

    fn check_confirmation_code(
        &self,
        id: ChallengeId,
        found: &sql::Found,
        code: &Secret<String>,
    ) -> Option<Right> {
        let sent = found.sent_count;
        let expected = rules::code(&self.keys, id, sent, &found.payload_hash);
        (sent > 0 && rules::same(code, &expected)).then_some(Right::Spent)
    }

    async fn check_signature(
        &self,
        ctx: &Ctx,
        (id, user): (ChallengeId, CustomerId),
        found: &sql::Found,
        signature: &Secret<String>,
    ) -> Result<Option<Right>> {
        let device = session_device(ctx).ok_or(Code::DeviceNotBound)?;
        let point = factors::confirm_point(self, user, device).await?;
        let point = point.ok_or(Code::DeviceNotBound)?;
        let act = self.shown(user, id, &found.shown).await?;
        let text = rules::signed_text(&act, id, found.expires_at());
        Ok(rules::is_signed(&point, &text, signature).then_some(Right::Spent))
    }

    /// What a confirmation is of.
    async fn shown(&self, user: CustomerId, id: ChallengeId, sealed: &[u8]) -> Result<Act> {
        const LOST: Error = Error::invariant("what is to be confirmed does not open");
        let key = subjects::read(self.store.pool(), &self.keys, user.uuid()).await?;
        let key = key.ok_or(Code::SignInRequired)?;
        let bytes = key.open(place(id), sealed).ok_or(LOST)?;
        serde_json::from_slice(bytes.expose()).map_err(|_| LOST)
    }

    /// Looks at an answer by what the customer has, which must have been counted before. `None`
    /// when it is wrong.
    pub(crate) async fn check_answer(
        &self,
        ctx: &Ctx,
        (user, guesser): (CustomerId, Guesser),
        answer: &Answer,
    ) -> Result<Option<Right>> {
        match answer {
            Answer::Totp(code) => {
                rates::take(&self.store, ctx, guesser.rate(), &user.to_string()).await?;
                Ok(self.check_totp(ctx, user, code).await?.map(Right::TotpStep))
            }
            Answer::Recovery(code) => {
                rates::take(&self.store, ctx, guesser.rate(), &user.to_string()).await?;
                Ok(Some(Right::Recovery(code.clone())))
            }
            Answer::Pin(pin) => {
                let device = session_device(ctx).ok_or(Code::DeviceNotBound)?;
                Ok(self.check_pin((user, device), pin).await?.map(Right::Pin))
            }
            Answer::Passkey(..) | Answer::DeviceKey(_) | Answer::Sms(_) => Ok(None),
        }
    }

    /// Uses a right answer up. False when it is none, or was used up meanwhile.
    pub(crate) async fn use_up_answer(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        right: &Right,
    ) -> Result<bool> {
        match right {
            Right::Spent => Ok(true),
            Right::Pin(pin) => accept_pin(tx, pin).await,
            Right::TotpStep(step) => totp::take_totp(tx, user, *step).await,
            Right::Recovery(code) => self.take_recovery_code(tx, ctx, (user, code)).await,
        }
    }
}

/// A passkey that was refused is a wrong answer like any other.
pub(crate) fn passkey_right<T>(asserted: Result<T>) -> Result<Option<Right>> {
    match asserted {
        Ok(_) => Ok(Some(Right::Spent)),
        Err(error) if error.code() == Some(Code::PasskeyRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

impl sql::Found {
    /// What a passkey signs: what is confirmed, and of which confirmation the signature is.
    fn bound_hash(&self, id: ChallengeId) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        let hash = Sha256::new().chain_update(&self.payload_hash);
        hash.chain_update(id.uuid().as_bytes()).finalize().into()
    }
}

/// The code of a confirmation, for the job that sends it.
fn code_of(keys: &KeyRing, id: ChallengeId, found: &sql::ToSend) -> Secret<String> {
    rules::code(keys, id, found.sent_count, &found.payload_hash)
}
