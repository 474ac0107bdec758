//! What a customer can prove who they are with besides the password, and what happens when that
//! changes: sign-ins and confirmations that wait are over, sessions that were opened with what was
//! removed end, the customer is told, and so is everybody who follows security events.
//!
//! The user's row is locked before anything of their factors.

mod sql;

pub(crate) use sql::enrolled;

use kernel::{
    Actor, ChallengeId, Code, Ctx, CustomerId, DeviceId, Method, PasskeyId, Permission, Result,
    Secret, SessionId,
};
use serde_json::{Value, json};
use store::Tx;
use store::audit::{self, Entry};

use crate::contacts::COOLING_SECONDS;
use crate::devices::DeviceKey;
use crate::passkeys::{self, Names, Owner, PasskeyChallenge, PasskeyView};
use crate::pins::session_device;
use crate::recovery::RecoveryCodes;
use crate::revocations::Reason;
use crate::{Identity, reset, sign_in, signals, stepup};

macro_rules! factors {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $method:ident;)*) => {
        /// Something that proves who somebody is, besides the password.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Factor {$($(#[$doc])* $name,)*}

        impl Factor {
            /// Every one, the stronger first.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is stored and shown to programs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The word of RFC 8176 by which sessions that it opened are known. For a passkey that
            /// is not the word for its key, which depends on the authenticator.
            pub const fn method(self) -> Method {
                match self { $(Self::$name => Method::$method,)* }
            }

            /// The factor of a word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|factor| factor.as_str() == text)
            }
        }
    };
}

factors! {
    /// A passkey, whose authenticator verified its user.
    Passkey = "passkey", Presence;
    /// The second key of the bound device, which its user unlocks for each use, by a signature over
    /// what is confirmed.
    DeviceKey = "device_key", SoftwareKey;
    /// The PIN of the bound device.
    Pin = "pin", Pin;
    /// A code of the customer's own program.
    Totp = "totp", Otp;
    /// One of the codes that the customer keeps for the worst.
    Recovery = "recovery_code", Otp;
    /// A code sent by SMS.
    Sms = "sms", Sms;
}

/// What a user has, besides the password and the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enrolled {
    pub passkey: bool,
    pub totp: bool,
    pub recovery: bool,
}

impl Enrolled {
    /// Whether there is anything that no operator can give away with a SIM card.
    pub const fn is_strong(self) -> bool {
        self.passkey || self.totp
    }
}

/// A customer's factors, as they see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorsView {
    /// Whether a program for codes is set up.
    pub totp: bool,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Whether the PIN of this device is set, when the session is on a bound one.
    pub pin: Option<bool>,
    /// Whether a code by SMS is enough as the second factor: until there is anything stronger.
    pub sms: bool,
}

/// What happened to a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub factor: Factor,
    /// In the words of CAEP.
    kind: &'static str,
    /// For the audit log.
    action: &'static str,
}

impl Change {
    pub const fn added(factor: Factor) -> Self {
        Self { factor, kind: "create", action: "factor.added" }
    }

    pub const fn removed(factor: Factor) -> Self {
        Self { factor, kind: "delete", action: "factor.removed" }
    }

    /// Set anew, in the place of what there was.
    pub const fn renewed(factor: Factor) -> Self {
        Self { factor, kind: "update", action: "factor.renewed" }
    }

    const fn takes_away(self) -> bool {
        !matches!(self.kind.as_bytes(), b"create")
    }

    /// Whether it opens sessions that payments trust wherever they are: only a new passkey does. A
    /// PIN is as good as its device, and a program for codes confirms no payment.
    const fn lifts_standing(self) -> bool {
        matches!((self.factor, self.kind.as_bytes()), (Factor::Passkey, b"create"))
    }
}

impl Identity {
    /// The customer's factors.
    pub async fn factors(&self, ctx: &Ctx) -> Result<FactorsView> {
        ctx.require(Permission::ProfileRead)?;
        let user = ctx.customer()?;
        let passkeys = self.passkeys(ctx, Owner::Customer(user)).await?;
        let totp = self.has_totp(user).await?;
        let pin = match session_device(ctx) {
            Some(device) => Some(self.has_pin(device).await?),
            None => None,
        };
        Ok(FactorsView {
            totp,
            recovery_codes_left: self.recovery_codes_left(user).await?,
            sms: passkeys.is_empty() && !totp,
            passkeys,
            pin,
        })
    }

    /// Begins to add a passkey of the customer.
    pub async fn start_own_passkey(&self, ctx: &Ctx, names: Names<'_>) -> Result<PasskeyChallenge> {
        ctx.require(Permission::SecurityChange)?;
        self.require_fresh(ctx).await?;
        self.start_passkey_registration(ctx, Owner::Customer(ctx.customer()?), names).await
    }

    /// Adds the passkey that the customer's authenticator made. Gives recovery codes to whoever has
    /// none.
    pub async fn add_own_passkey(
        &self,
        ctx: &Ctx,
        answer: (ChallengeId, &Value),
        name: &str,
    ) -> Result<(PasskeyId, Option<RecoveryCodes>)> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        let made = self.made_passkey(ctx, Owner::Customer(user), answer, name).await?;
        let mut tx = self.begin_change(user).await?;
        let id = passkeys::add(&mut tx, ctx, Owner::Customer(user), &made.0, &made.1).await?;
        let codes = self.recovery_codes_for_whoever_has_none(&mut tx, ctx, user).await?;
        self.factor_changed(tx, ctx, Change::added(Factor::Passkey)).await?;
        Ok((id, codes))
    }

    /// Removes a passkey of the customer, and ends the sessions that were opened with one.
    pub async fn remove_own_passkey(&self, ctx: &Ctx, id: PasskeyId) -> Result<()> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        let mut tx = self.begin_change(user).await?;
        if let Err(error) = passkeys::remove(&mut tx, Owner::Customer(user), id, ctx.now()).await {
            drop(tx);
            return self.not_removed(ctx, id, error).await;
        }
        self.factor_changed(tx, ctx, Change::removed(Factor::Passkey)).await
    }

    /// Gives the bound device of this session the key with which it confirms payments. The app
    /// makes it so that the telephone asks for its user at each use; the key that signs requests
    /// asks nobody and is not taken. What it signed over the id of the session shows that it is
    /// there: ES256 in the form of JWS, in base64url. [`Code::AnswerWrong`] when that is not so,
    /// [`Code::DeviceNotBound`] without such a device.
    pub async fn set_device_key(
        &self,
        ctx: &Ctx,
        key: &DeviceKey,
        signature: &Secret<String>,
    ) -> Result<()> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        let (device, session) =
            session_device(ctx).zip(own_session(ctx)).ok_or(Code::DeviceNotBound)?;
        self.require_fresh(ctx).await?;
        if !stepup::is_signed(key.point(), &session.to_string(), signature) {
            return Err(Code::AnswerWrong.into());
        }
        let mut tx = self.begin_change(user).await?;
        if !sql::set_confirm_key(&mut tx, (user, device), (key.point(), ctx.now())).await? {
            return Err(Code::DeviceNotBound.into());
        }
        self.factor_changed(tx, ctx, Change::added(Factor::DeviceKey)).await
    }

    /// What a user has, whoever asks.
    pub(crate) async fn enrolled(&self, user: CustomerId) -> Result<Enrolled> {
        sql::enrolled(self.store.pool(), user).await
    }

    /// Begins a change of a user's factors: everything else about them waits.
    pub(crate) async fn begin_change(&self, user: CustomerId) -> Result<Tx> {
        let mut tx = self.store.begin().await?;
        sql::lock_user(&mut tx, user).await?;
        Ok(tx)
    }

    /// Ends a change of the customer's factors. The commit is in it.
    pub(crate) async fn factor_changed(&self, mut tx: Tx, ctx: &Ctx, change: Change) -> Result<()> {
        let user = ctx.customer()?;
        end_waiting(&mut tx, ctx, user).await?;
        let facts = json!({
            "credential_type": change.factor.as_str(),
            "change_type": change.kind,
        });
        signals::tell(&mut tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        let entry = Entry::done(change.action).subject(user.uuid());
        let entry = entry.object("factor", change.factor.as_str());
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        let opened = if change.takes_away() {
            sql::opened_with(&mut tx, user, change.factor, own_session(ctx)).await?
        } else {
            Vec::new()
        };
        let cools = change.lifts_standing() && self.cool_off(&mut tx, ctx, user).await?;
        self.end_these(&mut tx, ctx, (user, &opened), Reason::FactorChanged).await?;
        if cools {
            self.recheck_sessions(&mut tx, ctx, user, Reason::CoolingChanged).await?;
        }
        self.store.commit_and_wake(tx).await?;
        self.cache.evict(|live| opened.contains(&live.session) || (cools && live.user == user));
        Ok(())
    }

    /// Lets payments stay small for a while, unless the session that asks for the change is one
    /// that payments trust already. Gives whether they stay small.
    async fn cool_off(&self, tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<bool> {
        let until = ctx.now().plus_seconds(COOLING_SECONDS);
        sql::cool_off(tx, (user, own_session(ctx)), until, ctx.now()).await
    }
}

/// Ends the sign-ins and confirmations of a user that wait: what they were begun on has changed.
pub(crate) async fn end_waiting(tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<()> {
    sign_in::end_waiting(tx, user, ctx.now()).await?;
    stepup::end_waiting(tx, user, ctx.now()).await?;
    reset::cancel(tx, user, ctx.now()).await
}

/// The same for everybody.
pub(crate) async fn end_everyones_waiting(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    sql::end_everyones_waiting(tx, ctx.now()).await
}

fn own_session(ctx: &Ctx) -> Option<SessionId> {
    match ctx.actor {
        Actor::Customer { session, .. } => Some(session),
        _ => None,
    }
}

/// The key with which a bound device confirms, when it has one.
pub(crate) async fn confirm_point(
    identity: &Identity,
    user: CustomerId,
    device: DeviceId,
) -> Result<Option<Vec<u8>>> {
    sql::confirm_point(identity.store.pool(), user, device).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for factor in Factor::ALL {
            assert_eq!(Factor::parse(factor.as_str()), Some(*factor));
        }
        assert_eq!(Factor::parse("password"), None);
    }

    #[test]
    fn only_a_new_passkey_lifts_the_standing() {
        for factor in Factor::ALL {
            assert_eq!(Change::added(*factor).lifts_standing(), *factor == Factor::Passkey);
            assert!(!Change::renewed(*factor).lifts_standing());
            assert!(!Change::removed(*factor).lifts_standing());
        }
    }

    #[test]
    fn what_is_set_anew_or_removed_takes_something_away() {
        assert!(!Change::added(Factor::Totp).takes_away());
        assert!(Change::removed(Factor::Totp).takes_away());
        assert!(Change::renewed(Factor::Recovery).takes_away());
    }
}
