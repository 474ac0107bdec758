//! Users: who has a phone and a password with the bank.

mod rules;
mod sql;

use kernel::{Actor, Code, Ctx, CustomerId, Error, Permission, Phone, Refusal, Result, Secret};
use store::rates::{self, Rate};
use store::{Tx, commit};

use crate::client::rate_key;
use crate::passwords::PreparedPassword;
use crate::{ClientInfo, Identity, Tokens};

/// Reads a phone that the bank wrote.
pub(crate) fn phone_of_row(text: &str) -> Result<Phone> {
    Phone::parse(text).ok_or(Error::invariant("a stored phone number cannot be read"))
}

impl Identity {
    /// Adds a user with a proven phone. [`Code::AlreadyCustomer`] when the phone is a user's.
    pub async fn create_user(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        phone: &Phone,
        password: &PreparedPassword,
    ) -> Result<CustomerId> {
        // Anonymous: part of a use case that proved the phone.
        let id = CustomerId::generate(ctx.now(), ctx.entropy());
        if sql::insert(tx, id, phone, password.hash(), ctx.now()).await? {
            Ok(id)
        } else {
            Err(Code::AlreadyCustomer.into())
        }
    }

    /// Opens a session for whoever knows the password of a phone. [`Code::SignInFailed`] does not
    /// tell whether the phone is known; [`Code::SignInThrottled`] comes after some wrong passwords
    /// in a row, whether or not it is.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        password: &Secret<String>,
        client: &ClientInfo,
    ) -> Result<Tokens> {
        // Anonymous: this is what makes somebody of nobody.
        self.count_sign_in(ctx, phone, client).await?;
        let known = sql::by_phone(self.store.pool(), phone).await?;
        let stored = known.as_ref().map(|k| k.password_hash.as_str());
        let checked = self.passwords.check(password, stored).await?;
        let known = known.filter(|_| checked.right).ok_or(Code::SignInFailed)?;
        let renewed =
            if checked.outdated { Some(self.passwords.hash(password).await?) } else { None };
        let mut tx = self.store.begin().await?;
        if !sql::lock(&mut tx, &known).await? {
            return Err(Code::SignInFailed.into());
        }
        if let Some(renewed) = renewed {
            sql::replace_hash(&mut tx, known.id, renewed.expose()).await?;
        }
        sql::forget_attempts(&mut tx, phone).await?;
        let user = CustomerId::from_uuid(known.id);
        let tokens = self.open_session(&mut tx, ctx, user, client).await?;
        commit(tx).await?;
        Ok(tokens)
    }

    async fn count_sign_in(&self, ctx: &Ctx, phone: &Phone, client: &ClientInfo) -> Result<()> {
        const QUARTER_HOUR_SECONDS: i64 = 900;
        let per_address = Rate {
            scope: "sign_in/address",
            max: self.config.sign_ins_per_address_quarter_hour,
            window_seconds: QUARTER_HOUR_SECONDS,
        };
        rates::take(&self.store, ctx, per_address, &rate_key(client.ip)).await?;
        let (pool, now) = (self.store.pool(), ctx.now());
        if sql::count_attempt(pool, phone, now).await? {
            return Ok(());
        }
        let until = sql::waits_until(pool, phone).await?.unwrap_or(now);
        let left_seconds = until.micros_since(now).saturating_add(999_999).div_euclid(1_000_000);
        Err(Refusal::new(Code::SignInThrottled).retry_after(left_seconds.max(1)).into())
    }

    /// Whose phone it is. For naming a payee: whoever offers it limits how often it is asked.
    pub async fn find_by_phone(&self, ctx: &Ctx, phone: &Phone) -> Result<Option<CustomerId>> {
        ctx.require(Permission::TransferCreate)?;
        sql::id_of(self.store.pool(), phone).await
    }

    /// The phone of a user: one's own, or any for a part of the bank.
    pub async fn phone_of(&self, ctx: &Ctx, user: CustomerId) -> Result<Phone> {
        ctx.require(Permission::ProfileRead)?;
        if !matches!(ctx.actor, Actor::System(_)) && ctx.customer()? != user {
            return Err(Code::NotFound.into());
        }
        let phone = sql::phone_of(self.store.pool(), user).await?.ok_or(Code::NotFound)?;
        phone_of_row(&phone)
    }
}
