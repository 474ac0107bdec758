//! One-time codes that the customer's own program makes (RFC 6238).
//!
//! The secret is sealed under the customer's data key, and a code is good once: the time step of
//! the last one that was accepted is kept, and nothing up to it is accepted again.

mod rules;
mod sql;

use kernel::{Code, Ctx, CustomerId, Error, Permission, Refusal, Result, SealedAt, Secret};
use store::rates::{self, Rate};
use store::{Tx, subjects};

use crate::factors::{Change, Factor};
use crate::recovery::RecoveryCodes;
use crate::{Identity, codes};

/// Codes that may be shown for a new program in an hour: more than somebody mistypes.
const CONFIRM: Rate = Rate { scope: "totp/confirm", max: 10, window_seconds: 3_600 };
const COLUMN: &str = "auth_totp.secret";

/// What a customer gives to their program. Shown once.
#[derive(Clone, Debug)]
pub struct TotpSecret {
    /// The secret in base32, for typing.
    pub secret: Secret<String>,
    /// The address for a QR code.
    pub uri: Secret<String>,
}

/// The place of a user's sealed secret.
const fn place(user: CustomerId) -> SealedAt<'static> {
    SealedAt { column: COLUMN, row: user.uuid() }
}

impl Identity {
    /// Makes a secret for a program. It counts for nothing until a code of it was shown.
    /// [`Code::FactorSetAlready`] while there is a program already: the old one is removed first.
    pub async fn begin_totp(&self, ctx: &Ctx) -> Result<TotpSecret> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        let phone = self.phone_of(ctx, user).await?;
        let secret = rules::new_secret(ctx.entropy());
        let mut tx = self.begin_change(user).await?;
        let key = subjects::ensure(&mut tx, &self.keys, user.uuid(), ctx.now()).await?;
        let key = key.ok_or(Code::SignInRequired)?;
        let sealed = key.seal(place(user), secret.expose());
        if !sql::propose(&mut tx, user, &sealed, ctx.now()).await? {
            return Err(Code::FactorSetAlready.into());
        }
        store::commit(tx).await?;
        Ok(TotpSecret { secret: rules::base32(&secret), uri: rules::uri(&secret, &phone) })
    }

    /// Takes the first code of a program: from now on it is asked for. Gives recovery codes to
    /// whoever has none.
    pub async fn confirm_totp(
        &self,
        ctx: &Ctx,
        code: &Secret<String>,
    ) -> Result<Option<RecoveryCodes>> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        if !codes::is_code(code.expose()) {
            return Err(Refusal::new(Code::FieldInvalid)
                .field("code")
                .value("field", "code")
                .into());
        }
        rates::take(&self.store, ctx, CONFIRM, &user.to_string()).await?;
        let (stored, secret) = self.totp_of(user).await?.ok_or(Code::FactorNotSet)?;
        if stored.confirmed {
            return Err(Code::FactorSetAlready.into());
        }
        let step = rules::accepted(&secret, code.expose(), stored.last_step, ctx.now());
        let step = step.ok_or(Refusal::new(Code::AnswerWrong).field("code"))?;
        let mut tx = self.begin_change(user).await?;
        if !sql::confirm(&mut tx, user, (&stored.secret, step), ctx.now()).await? {
            return Err(Code::FactorSetAlready.into());
        }
        let codes = self.recovery_codes_for_whoever_has_none(&mut tx, ctx, user).await?;
        self.factor_changed(tx, ctx, Change::added(Factor::Totp)).await?;
        Ok(codes)
    }

    /// Takes the program away, and ends the sessions that were opened with its codes.
    pub async fn remove_totp(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        let mut tx = self.begin_change(user).await?;
        if !sql::remove(&mut tx, user).await? {
            return Err(Code::FactorNotSet.into());
        }
        self.factor_changed(tx, ctx, Change::removed(Factor::Totp)).await
    }

    /// Whether a user has a confirmed program.
    pub(crate) async fn has_totp(&self, user: CustomerId) -> Result<bool> {
        Ok(sql::read(self.store.pool(), user).await?.is_some_and(|totp| totp.confirmed))
    }

    /// The time step of a right code. The attempt must have been counted before; the step is used
    /// up by [`take_totp`] in the transaction of what it is shown for.
    pub(crate) async fn check_totp(
        &self,
        ctx: &Ctx,
        user: CustomerId,
        code: &Secret<String>,
    ) -> Result<Option<i64>> {
        let Some((stored, secret)) = self.totp_of(user).await? else { return Ok(None) };
        let step = rules::accepted(&secret, code.expose(), stored.last_step, ctx.now());
        Ok(step.filter(|_| stored.confirmed))
    }

    async fn totp_of(&self, user: CustomerId) -> Result<Option<(sql::Stored, rules::Shared)>> {
        let pool = self.store.pool();
        let Some(stored) = sql::read(pool, user).await? else { return Ok(None) };
        let Some(key) = subjects::read(pool, &self.keys, user.uuid()).await? else {
            return Ok(None);
        };
        let opened = key.open(place(user), &stored.secret);
        let secret = opened.and_then(|bytes| rules::read(bytes.expose()));
        let secret = secret.ok_or(Error::invariant("the secret of a program does not open"))?;
        Ok(Some((stored, secret)))
    }
}

/// Uses the step of a right code up. False when it was used meanwhile.
pub(crate) async fn take_totp(tx: &mut Tx, user: CustomerId, step: i64) -> Result<bool> {
    sql::take_step(tx, user, step).await
}
