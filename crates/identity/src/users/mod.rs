//! Users: who has a phone and a password with the bank.

mod rules;
mod sql;

use kernel::{
    Actor, Code, Ctx, CustomerId, Method, Moment, Permission, Phone, Refusal, Result, Secret,
};
use store::rates::{self, Rate};
use store::{Tx, commit, subjects};

use self::rules::{FAMILIAR_SECONDS, Guard};
use crate::client::rate_key;
use crate::passwords::PreparedPassword;
use crate::sealed::{self, Column, Index};
use crate::{BrowserSession, ClientInfo, Identity, Proof, Purpose, Tokens};

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
        let (id, now) = (CustomerId::generate(ctx.now(), ctx.entropy()), ctx.now());
        let key = subjects::ensure(tx, &self.keys, id.uuid(), now).await?;
        let key = key.ok_or(sealed::NO_KEY)?;
        let sealed = sealed::seal(&key, Column::Phone, id, phone.expose());
        let phone = sealed::phone_index(&self.keys, phone);
        if sql::insert(tx, id, (&phone, &sealed), password.hash(), now).await? {
            Ok(id)
        } else {
            Err(Code::AlreadyCustomer.into())
        }
    }

    /// Opens a session for whoever knows the password of a phone. [`Code::SignInFailed`] does not
    /// tell whether the phone is known; [`Code::SignInThrottled`] comes after some wrong passwords
    /// from one network, or very many from all of them, whether or not it is.
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        password: &Secret<String>,
        client: &ClientInfo,
    ) -> Result<Tokens> {
        // Anonymous: this is what makes somebody of nobody.
        let (mut tx, user) = self.admit(ctx, phone, password, client).await?;
        let tokens =
            self.open_session(&mut tx, ctx, user, (&Proof::one(Method::Password), client)).await?;
        commit(tx).await?;
        Ok(tokens)
    }

    /// The same for a browser.
    pub async fn sign_in_browser(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        password: &Secret<String>,
        client: &ClientInfo,
    ) -> Result<BrowserSession> {
        // Anonymous: this is what makes somebody of nobody.
        let (mut tx, user) = self.admit(ctx, phone, password, client).await?;
        let session = self
            .open_browser_session(&mut tx, ctx, user, (&Proof::one(Method::Password), client))
            .await?;
        commit(tx).await?;
        Ok(session)
    }

    /// The user who knows the password of a phone, locked, in the transaction in which their
    /// session is to be opened.
    async fn admit(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        password: &Secret<String>,
        client: &ClientInfo,
    ) -> Result<(Tx, CustomerId)> {
        let index = sealed::phone_index(&self.keys, phone);
        let guards = self.count_sign_in(ctx, &index, client).await?;
        let known = sql::by_phone(self.store.pool(), &index).await?;
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
        for guard in &guards {
            sql::forget_attempts(&mut tx, guard).await?;
        }
        Ok((tx, CustomerId::from_uuid(known.id)))
    }

    /// Counts an attempt, or refuses it uncounted. Gives what a success forgets.
    async fn count_sign_in(
        &self,
        ctx: &Ctx,
        phone: &Index,
        client: &ClientInfo,
    ) -> Result<[Guard; 2]> {
        const QUARTER_HOUR_SECONDS: i64 = 900;
        let per_address = Rate {
            scope: "sign_in/address",
            max: self.config.sign_ins_per_address_quarter_hour,
            window_seconds: QUARTER_HOUR_SECONDS,
        };
        rates::take(&self.store, ctx, per_address, &rate_key(client.ip)).await?;
        let (now, keys, place) = (ctx.now(), &self.keys, client.ip_prefix());
        let familiar = self.is_familiar(phone, &place, now).await?;
        let guards = [Guard::at_place(keys, phone, &place), Guard::in_day(keys, phone, now)];
        // The day's limit is for strangers: they must not keep the customer out of where the
        // customer is known. Rows are locked in the order of the guards, here and on success.
        let asked = if familiar { 1 } else { guards.len() };
        let mut tx = self.store.begin().await?;
        for guard in guards.iter().take(asked) {
            if !sql::count_attempt(&mut tx, guard, now).await? {
                let until = sql::waits_until(&mut tx, guard).await?.unwrap_or(now);
                let left = until.micros_since(now).saturating_add(999_999).div_euclid(1_000_000);
                return Err(Refusal::new(Code::SignInThrottled).retry_after(left.max(1)).into());
            }
        }
        commit(tx).await?;
        Ok(guards)
    }

    /// Whether the user of a phone signed in at a place not long ago.
    pub(crate) async fn is_familiar(
        &self,
        phone: &Index,
        place: &str,
        now: Moment,
    ) -> Result<bool> {
        let since = now.plus_seconds(FAMILIAR_SECONDS.saturating_neg());
        sql::signed_in_at(self.store.pool(), phone, place, since).await
    }

    /// Whose phone it is. For naming a payee: whoever offers it limits how often it is asked.
    pub async fn find_by_phone(&self, ctx: &Ctx, phone: &Phone) -> Result<Option<CustomerId>> {
        ctx.require(Permission::TransferCreate)?;
        sql::id_of(self.store.pool(), &sealed::phone_index(&self.keys, phone)).await
    }

    /// Whether the phone that a ticket proves is a user's already. [`Code::CodeExpired`] when the
    /// ticket is not good any more. It is not used up.
    pub async fn ticket_is_users(
        &self,
        ctx: &Ctx,
        purpose: Purpose,
        ticket: &Secret<String>,
    ) -> Result<bool> {
        // Anonymous: the ticket is the proof.
        let phone = self.ticket_phone(ctx, purpose, ticket).await?;
        let phone = sealed::phone_index(&self.keys, &phone);
        Ok(sql::id_of(self.store.pool(), &phone).await?.is_some())
    }

    /// The phone of a user: one's own, or any for a part of the bank.
    pub async fn phone_of(&self, ctx: &Ctx, user: CustomerId) -> Result<Phone> {
        ctx.require(Permission::ProfileRead)?;
        if !matches!(ctx.actor, Actor::System(_)) && ctx.customer()? != user {
            return Err(Code::NotFound.into());
        }
        let pool = self.store.pool();
        let phone = sql::phone_of(pool, user).await?.ok_or(Code::NotFound)?;
        // Without a key there is nobody behind the row any more.
        let key = subjects::read(pool, &self.keys, user.uuid()).await?.ok_or(Code::NotFound)?;
        sealed::open_phone(&key, user, &phone)
    }
}
