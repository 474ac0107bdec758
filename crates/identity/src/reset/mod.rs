//! A password that was forgotten: a code to the phone, and a second proof beside it, because a SIM
//! card is taken over more easily than anything else a customer has.
//!
//! Who is a customer is not told. Every step does the same statements for a stranger's phone as for
//! a customer's, with nobody's id where the customer's would be; only whether a code is sent
//! differs, and that is seen by whoever holds the phone. A second proof is looked at only after the
//! code was right, so strangers cannot use up a customer's tries; and it is counted before it is
//! looked at.
//!
//! A reset belongs to whoever began it: each step shows the key that the first one gave, and the
//! device key of the app, if it proved one.

mod assisted;
mod rules;
mod sql;

use kernel::{Actor, ChallengeId, Code, Ctx, CustomerId, Error, Moment, Phone, Result, Secret};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Rate};

use crate::client::rate_key;
use crate::codes::{ChallengeView, Purpose};
use crate::contacts::COOLING_SECONDS;
use crate::devices::{Device, DeviceKey, DeviceState};
use crate::passkeys::{Owner, Realm};
use crate::passwords::PreparedPassword;
use crate::revocations::Reason;
use crate::sealed;
use crate::stepup::{Answer, Guesser};
use crate::tokens::{self, Hash, Token};
use crate::told::RefusedAttempt;
use crate::{ClientInfo, Identity, factors, signals};

pub(crate) use sql::cancel;

/// How many second proofs one address may try in an hour, whatever resets they are for.
const PER_ADDRESS: Rate = Rate { scope: "reset/address", max: 30, window_seconds: 3_600 };
/// How many second proofs may be tried for one phone in a day. Only whoever reads its messages can
/// use them up.
const PER_PHONE: Rate = Rate { scope: "reset/phone", max: 15, window_seconds: 86_400 };

/// How many new passwords may be tried at the end of a customer's resets in an hour.
const PASSWORDS: Rate = Rate { scope: "reset/password", max: 10, window_seconds: 3_600 };

/// What somebody shows beside the code to their phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetMethod {
    /// A device that was bound and has cooled off.
    Device,
    /// A passkey.
    Passkey,
    /// A code of the customer's own program.
    Totp,
    /// One of the codes that the customer keeps on paper.
    RecoveryCode,
    /// The number of the identity document and the date of birth.
    Document,
    /// What an employee gave them in person.
    Assisted,
}

impl ResetMethod {
    /// As it is stored and shown to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Document => "document",
            Self::Assisted => "assisted",
        }
    }
}

/// A reset that has begun.
#[derive(Clone, Debug)]
pub struct ResetStarted {
    /// The code that was sent, if the phone is a customer's.
    pub challenge: ChallengeView,
    /// To be shown with every further step. Stored only as a hash.
    pub key: Secret<String>,
    /// When the reset is over.
    pub expires_at: Moment,
}

/// Who goes on with a reset.
#[derive(Clone, Copy)]
pub struct Resetting<'a> {
    /// What the first step gave them.
    pub key: &'a Secret<String>,
    /// Where the request came from, with the device key that the app proved.
    pub client: &'a ClientInfo,
    /// The cookie by which the bank knows the browser.
    pub device_cookie: Option<&'a str>,
}

/// A second proof that was counted and is now looked at.
#[must_use]
#[derive(Debug)]
pub struct ProofAttempt {
    reset: uuid::Uuid,
    user: Option<CustomerId>,
}

impl ProofAttempt {
    /// Whose data to compare with; an id that is nobody's when the phone is no customer's, so that
    /// the same questions are asked.
    pub fn user(&self) -> CustomerId {
        self.user.unwrap_or(CustomerId::from_uuid(uuid::Uuid::nil()))
    }
}

impl Identity {
    /// Begins a reset: sends a code to the phone if it is a customer's, and answers alike if it is
    /// not.
    pub async fn start_reset(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        client: &ClientInfo,
    ) -> Result<ResetStarted> {
        // Anonymous: whoever forgot their password cannot sign in.
        let started = self.start_phone_challenge_with(ctx, phone, Purpose::Reset, client).await?;
        let (mut tx, challenge) = started;
        let key = Token::generate(tokens::Purpose::Reset, ctx.entropy());
        let expires_at = ctx.now().plus_seconds(rules::LIFE_SECONDS);
        let new = sql::New {
            challenge: challenge.id,
            key: key.hash(),
            jkt: thumbprint(client),
            phone: sealed::phone_index(&self.keys, phone),
        };
        sql::insert(&mut tx, ctx, &new, expires_at).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(ResetStarted { challenge, key: key.text(), expires_at })
    }

    /// Sends another code for a reset.
    pub async fn resend_reset_code(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
    ) -> Result<ChallengeView> {
        // Anonymous, as the start of the reset.
        let reset = self.open_reset(ctx, &caller).await?;
        self.resend_code(ctx, reset.challenge(), caller.client).await
    }

    /// Takes the code that was sent to the phone.
    pub async fn verify_reset_code(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        code: &Secret<String>,
    ) -> Result<()> {
        // Anonymous, as the start of the reset.
        let reset = self.open_reset(ctx, &caller).await?;
        let proof = self.verify_code(ctx, reset.challenge(), code).await;
        let phone = reset.rate_key();
        let attempt = RefusedAttempt::of("password.reset", "sms").by(reset.user());
        let proof = self.or_record_refused(ctx, attempt.of_phone(&phone), proof).await?;
        let mut tx = self.store.begin().await?;
        self.consume_contact(&mut tx, ctx, Purpose::Reset, &proof.ticket).await?;
        if !sql::prove_code(&mut tx, reset.id, ctx.now()).await? {
            return Err(Code::ResetOver.into());
        }
        store::commit(tx).await
    }

    /// Shows that the request comes from a device that the customer bound. A device that cools off
    /// proves nothing yet. [`Code::ResetProofWrong`] when it does not; that costs no try, as there
    /// is nothing to guess.
    pub async fn prove_reset_by_device(&self, ctx: &Ctx, caller: Resetting<'_>) -> Result<()> {
        // Anonymous: the device is the proof.
        let reset = self.open_reset(ctx, &caller).await?;
        let user = reset.proven_user().ok_or(Code::ResetOver)?;
        let mut devices = Vec::new();
        if let Some(cookie) = caller.device_cookie {
            devices.extend(self.devices_of_cookie(cookie, Some(user)).await?);
        }
        if let Some(key) = thumbprint(caller.client) {
            devices.extend(self.devices_of_key(key, Some(user)).await?);
        }
        let settled = |d: &Device| d.state_at(ctx.now()) == DeviceState::Active;
        if !devices.iter().any(settled) {
            // Nothing is counted here, so the log has to bound itself.
            let method = ResetMethod::Device.as_str();
            let (attempt, phone) = (RefusedAttempt::of("password.reset", method), reset.rate_key());
            let attempt = attempt.by(reset.user()).of_phone(&phone);
            self.record_refused(ctx, attempt, Code::ResetProofWrong).await?;
            return Err(Code::ResetProofWrong.into());
        }
        self.accept(ctx, reset.id, ResetMethod::Device).await
    }

    /// Shows what an employee gave the customer in person.
    pub async fn prove_reset_by_assisted_code(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        code: &Secret<String>,
    ) -> Result<()> {
        // Anonymous: the code is the proof.
        let attempt = self.begin_reset_proof(ctx, caller).await?;
        let hash = assisted::hash(&self.keys, attempt.user(), code);
        let mut tx = self.store.begin().await?;
        if !assisted::take(&mut tx, attempt.user(), &hash, ctx.now()).await? {
            drop(tx);
            return self.refuse_reset_proof(ctx, attempt, ResetMethod::Assisted).await;
        }
        if !sql::prove(&mut tx, attempt.reset, ResetMethod::Assisted, ctx.now()).await? {
            return Err(Code::ResetOver.into());
        }
        store::commit(tx).await
    }

    /// Shows a code of the customer's own program, or one of those they keep on paper. What was set
    /// up lately proves nothing yet, as with devices.
    pub async fn prove_reset_by_code(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        answer: &Answer,
    ) -> Result<()> {
        // Anonymous: the code is the proof.
        let method = match answer {
            Answer::Totp(_) => ResetMethod::Totp,
            Answer::Recovery(_) => ResetMethod::RecoveryCode,
            _ => return Err(Code::ResetProofWrong.into()),
        };
        let attempt = self.begin_reset_proof(ctx, caller).await?;
        let user = attempt.user();
        if let Some(right) = self.check_answer(ctx, (user, Guesser::Resetting), answer).await? {
            let mut tx = self.begin_change(user).await?;
            let settled = sql::is_settled(&mut tx, user, method, settled_by(ctx.now())).await?;
            if settled && self.use_up_answer(&mut tx, ctx, user, &right).await? {
                if !sql::prove(&mut tx, attempt.reset, method, ctx.now()).await? {
                    return Err(Code::ResetOver.into());
                }
                return store::commit(tx).await;
            }
        }
        self.refuse_reset_proof(ctx, attempt, method).await
    }

    /// Shows a passkey: one that answered a challenge of a sign-in, and is not new.
    pub async fn prove_reset_by_passkey(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        (challenge, answer): (ChallengeId, &Value),
    ) -> Result<()> {
        // Anonymous: the passkey is the proof.
        let attempt = self.begin_reset_proof(ctx, caller).await?;
        let asserted = self.finish_passkey_sign_in(ctx, Realm::Customers, challenge, answer).await;
        match asserted {
            Ok(passkey)
                if passkey.owner == Owner::Customer(attempt.user())
                    && passkey.added_at <= settled_by(ctx.now()) =>
            {
                self.accept_reset_proof(ctx, attempt, ResetMethod::Passkey).await
            }
            Ok(_) | Err(Error::Refused(_)) => {
                self.refuse_reset_proof(ctx, attempt, ResetMethod::Passkey).await
            }
            Err(error) => Err(error),
        }
    }

    /// Counts a second proof, before it is looked at: parallel guesses each count. For whoever
    /// compares something that is kept elsewhere.
    pub async fn begin_reset_proof(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
    ) -> Result<ProofAttempt> {
        // Anonymous, as the start of the reset.
        let attempt = || RefusedAttempt::of("password.reset", "proof").at(caller.client);
        let here = rate_key(caller.client.ip);
        let counted = rates::take(&self.store, ctx, PER_ADDRESS, &here).await;
        self.or_record_refused(ctx, attempt(), counted).await?;
        let reset = self.open_reset(ctx, &caller).await?;
        // Strangers, who have no right code, must not use up what a phone is given in a day.
        reset.proven_user().ok_or(Code::ResetOver)?;
        let counted = self.count_proof(ctx, &reset).await;
        let phone = reset.rate_key();
        let of_phone = attempt().by(reset.user()).of_phone(&phone);
        self.or_record_refused(ctx, of_phone, counted).await?;
        Ok(ProofAttempt { reset: reset.id, user: reset.user() })
    }

    async fn count_proof(&self, ctx: &Ctx, reset: &sql::Reset) -> Result<()> {
        rates::take(&self.store, ctx, PER_PHONE, &reset.rate_key()).await?;
        if sql::count_try(self.store.pool(), reset.id, ctx.now()).await? {
            Ok(())
        } else {
            Err(Code::ResetOver.into())
        }
    }

    /// The second proof was right.
    pub async fn accept_reset_proof(
        &self,
        ctx: &Ctx,
        attempt: ProofAttempt,
        method: ResetMethod,
    ) -> Result<()> {
        // Part of whatever compared the proof.
        if attempt.user.is_none() {
            return Err(Code::ResetProofWrong.into());
        }
        self.accept(ctx, attempt.reset, method).await
    }

    /// The second proof was wrong. The customer's audit log tells of it.
    pub async fn refuse_reset_proof(
        &self,
        ctx: &Ctx,
        attempt: ProofAttempt,
        method: ResetMethod,
    ) -> Result<()> {
        // Part of whatever compared the proof.
        let entry = Entry::refused("password.reset", Code::ResetProofWrong)
            .facts(json!({ "method": method.as_str() }));
        let entry = match attempt.user {
            Some(user) => entry.subject(user.uuid()),
            None => entry,
        };
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        Err(Code::ResetProofWrong.into())
    }

    async fn accept(&self, ctx: &Ctx, reset: uuid::Uuid, method: ResetMethod) -> Result<()> {
        let mut tx = self.store.begin().await?;
        if !sql::prove(&mut tx, reset, method, ctx.now()).await? {
            return Err(Code::ResetOver.into());
        }
        store::commit(tx).await
    }

    /// Whose password is about to be set, for the rules that it must keep: only after both proofs.
    pub async fn reset_user(&self, ctx: &Ctx, caller: Resetting<'_>) -> Result<CustomerId> {
        // Anonymous: both proofs were shown.
        let reset = self.open_reset(ctx, &caller).await?;
        let user = reset.user().filter(|_| reset.is_proven());
        user.ok_or_else(|| Code::ResetOver.into())
    }

    /// Refuses the password that the customer has: somebody else may know it. Counted before it is
    /// looked at, and only after both proofs: whoever showed them may set any password, and needs
    /// not find out which one it was.
    pub async fn refuse_same_password(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        new: &Secret<String>,
    ) -> Result<()> {
        // Anonymous: both proofs were shown.
        let user = self.reset_user(ctx, caller).await?;
        rates::take(&self.store, ctx, PASSWORDS, &user.to_string()).await?;
        if !self.is_password_of(user, new).await? {
            return Ok(());
        }
        // The same request may have set it just now, and its answer was lost.
        self.reset_user(ctx, caller).await?;
        Err(Code::PasswordUnchanged.into())
    }

    /// Sets the password. Every session ends, every other reset with it, and payments stay small
    /// for a while. Nobody is signed in by it: the new password and the device do that.
    pub async fn complete_reset(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        password: &PreparedPassword,
    ) -> Result<CustomerId> {
        // Anonymous: both proofs were shown.
        let user = self.reset_user(ctx, caller).await?;
        let hash = reset_key(caller.key)?;
        let now = ctx.now();
        let mut tx = self.store.begin().await?;
        let until = now.plus_seconds(COOLING_SECONDS);
        if !sql::set_password(&mut tx, user, (password.hash(), until), now).await? {
            return Err(Code::ResetOver.into());
        }
        let method = sql::finish(&mut tx, &hash, now).await?.ok_or(Code::ResetOver)?;
        factors::end_waiting(&mut tx, ctx, user).await?;
        let entry = Entry::done("password.reset")
            .subject(user.uuid())
            .facts(json!({ "method": method }))
            .personal(json!({ "place": caller.client.ip_prefix() }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        let facts = json!({
            "credential_type": "password", "change_type": "update", "reason": "reset",
        });
        signals::tell(&mut tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        self.end_sessions(&mut tx, ctx, (user, None), Reason::PasswordReset).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(user);
        Ok(user)
    }

    /// Gives a customer who came to the bank in person a code that stands for the second proof, in
    /// the transaction of the approval. Shown once; good for an hour and one reset.
    pub async fn assisted_recovery(
        &self,
        tx: &mut store::Tx,
        ctx: &Ctx,
        user: CustomerId,
    ) -> Result<Secret<String>> {
        // Part of a use case that asked who may.
        if matches!(ctx.actor, Actor::Customer { .. } | Actor::Anonymous) {
            return Err(Code::PermissionMissing.into());
        }
        let code = assisted::generate(ctx.entropy());
        let hash = assisted::hash(&self.keys, user, &code);
        if !assisted::give(tx, user, &hash, ctx.now()).await? {
            return Err(Code::NotFound.into());
        }
        let entry = Entry::done("recovery.given").subject(user.uuid());
        audit::append(tx, &self.keys, ctx, entry).await?;
        let facts = json!({ "credential_type": "assisted-recovery", "change_type": "create" });
        signals::tell(tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        Ok(code)
    }

    /// The phone of a user whose reset is proven, for the rules of passwords.
    pub async fn reset_phone(&self, ctx: &Ctx, caller: Resetting<'_>) -> Result<Phone> {
        // Anonymous: both proofs were shown.
        let user = self.reset_user(ctx, caller).await?;
        let contacts = self.contacts_or_none(user).await?.ok_or(Code::ResetOver)?;
        Ok(contacts.phone)
    }

    async fn open_reset(&self, ctx: &Ctx, caller: &Resetting<'_>) -> Result<sql::Reset> {
        let key = reset_key(caller.key)?;
        let found =
            sql::open(self.store.pool(), (&key, thumbprint(caller.client)), ctx.now()).await?;
        found.ok_or_else(|| Code::ResetOver.into())
    }
}

/// By what the app's key is known.
fn thumbprint(client: &ClientInfo) -> Option<&Hash> {
    client.key.as_ref().map(DeviceKey::thumbprint)
}

/// When what proves a reset must have been set up at the latest. Who comes in with the password and
/// a code sent to the phone must not be able to make themselves the second proof of a reset.
const fn settled_by(now: Moment) -> Moment {
    now.plus_seconds(COOLING_SECONDS.saturating_neg())
}

fn reset_key(text: &Secret<String>) -> Result<Hash> {
    Token::parse(tokens::Purpose::Reset, text.expose())
        .map(|token| token.hash())
        .ok_or_else(|| Code::ResetOver.into())
}

impl sql::Reset {
    fn challenge(&self) -> ChallengeId {
        ChallengeId::from_uuid(self.challenge)
    }
}
