//! Users: who has a phone and a password with the bank.

mod rules;
mod sql;

pub(crate) use sql::id_of;

use kernel::{Actor, Code, Ctx, CustomerId, Moment, Permission, Phone, Refusal, Result, Secret};
use serde_json::json;
use store::audit::Entry;
use store::rates::{self, Rate};
use store::{Tx, commit, subjects};

use self::rules::{FAMILIAR_SECONDS, Guard};
use crate::client::rate_key;
use crate::freezes::UserStatus;
use crate::passwords::PreparedPassword;
use crate::sealed::{self, Column, Index};
use crate::told::RefusedAttempt;
use crate::{ClientInfo, Identity, Purpose, staff};

/// A user whose password was right, locked, in the transaction in which they come in or wait.
pub(crate) struct Admitted {
    pub tx: Tx,
    pub user: CustomerId,
    pub standing: Standing,
    /// Wrong passwords today, from wherever the customer is not known.
    pub failures_today: i32,
}

/// Who has shown a first factor, locked.
pub(crate) enum Entering {
    /// They may come in.
    May(Tx),
    /// They may not, for a reason that only they are told.
    Stopped(Tx, Code),
}

/// What is known of a user lately.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// They signed in from this network not long ago.
    pub familiar_place: bool,
    /// Payments are small since a reset or a changed contact.
    pub recovering: bool,
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
        let (id, now) = (CustomerId::generate(ctx.now(), ctx.entropy()), ctx.now());
        let key = subjects::ensure(tx, &self.keys, id.uuid(), now).await?;
        let key = key.ok_or(sealed::NO_KEY)?;
        let sealed = sealed::seal(&key, Column::Phone, id, phone.expose());
        let phone = sealed::phone_index(&self.keys, phone);
        if !sql::insert(tx, id, (&phone, &sealed), password.hash(), now).await? {
            return Err(Code::AlreadyCustomer.into());
        }
        staff::recognise(tx, (&self.keys, ctx), id, &phone).await?;
        Ok(id)
    }

    /// Whoever knows the password of a phone. `on` are the customers whose device this is.
    pub(crate) async fn admit(
        &self,
        ctx: &Ctx,
        (phone, password): (&Phone, &Secret<String>),
        on: &[CustomerId],
        client: &ClientInfo,
    ) -> Result<Admitted> {
        let attempt = || RefusedAttempt::of("sign_in.password", "password").at(client);
        let counted = self.count_address(ctx, client).await;
        self.or_record_refused(ctx, attempt(), counted).await?;
        let index = sealed::phone_index(&self.keys, phone);
        let known = sql::by_phone(self.store.pool(), &index).await?;
        let device = known.as_ref().is_some_and(|k| on.contains(&CustomerId::from_uuid(k.id)));
        let guards = self.count_sign_in(ctx, &index, device, client).await;
        let whose = known.as_ref().map(|k| CustomerId::from_uuid(k.id));
        let phone = store::hex(&index);
        let of_phone = attempt().by(whose).of_phone(&phone);
        let guards = self.or_record_refused(ctx, of_phone, guards).await?;
        let stored = known.as_ref().map(|k| k.password_hash.as_str());
        let checked = self.passwords.check(password, stored).await?;
        let Some(known) = known.as_ref().filter(|_| checked.right) else {
            // Recorded whether or not the phone is known, so that the answer takes as long.
            let entry = Entry::refused("sign_in.password", Code::SignInFailed)
                .facts(json!({ "method": "password" }));
            self.record_failed_sign_in(ctx, (whose, &phone), entry).await?;
            return Err(Code::SignInFailed.into());
        };
        let renewed =
            if checked.outdated { Some(self.passwords.hash(password).await?) } else { None };
        let user = CustomerId::from_uuid(known.id);
        let standing = self.standing(ctx, user, client).await?;
        let mut tx = match self.begin_entering(user, Some(&known.password_hash)).await? {
            Entering::May(tx) => tx,
            Entering::Stopped(mut tx, why) => {
                forget(&mut tx, &guards).await?;
                return self.stopped(ctx, attempt().by(whose), (tx, why)).await;
            }
        };
        if let Some(renewed) = renewed {
            sql::replace_hash(&mut tx, known.id, renewed.expose()).await?;
        }
        let day = Guard::in_day(&self.keys, &index, ctx.now());
        let failures_today = sql::failures(&mut tx, &day).await?;
        forget(&mut tx, &guards).await?;
        Ok(Admitted { tx, user, standing, failures_today })
    }

    /// Locks a user who has shown a first factor, to let them in. `password` is the hash that was
    /// checked: another one meanwhile is a wrong password, and one from before a freeze is void.
    /// Whoever made the freeze necessary may know it.
    pub(crate) async fn begin_entering(
        &self,
        user: CustomerId,
        password: Option<&str>,
    ) -> Result<Entering> {
        let mut tx = self.store.begin().await?;
        let locked = sql::lock(&mut tx, user).await?.ok_or(Code::SignInFailed)?;
        if password.is_some_and(|checked| checked != locked.password_hash) {
            return Err(Code::SignInFailed.into());
        }
        match locked.status {
            UserStatus::Active if password.is_some() && locked.password_void => {
                Ok(Entering::Stopped(tx, Code::PasswordVoid))
            }
            UserStatus::Active => Ok(Entering::May(tx)),
            UserStatus::Frozen => Ok(Entering::Stopped(tx, Code::SignInStopped)),
            UserStatus::Closed => Err(Code::SignInFailed.into()),
        }
    }

    /// Tells a customer why they do not come in, and nobody else hears it: what they showed is
    /// right, and does not count as a wrong try.
    pub(crate) async fn stopped<T: Send>(
        &self,
        ctx: &Ctx,
        attempt: RefusedAttempt<'_>,
        (tx, why): (Tx, Code),
    ) -> Result<T> {
        commit(tx).await?;
        self.or_record_refused(ctx, attempt, Err(why.into())).await
    }

    /// What is known of a user's whereabouts and lately.
    pub(crate) async fn standing(
        &self,
        ctx: &Ctx,
        user: CustomerId,
        client: &ClientInfo,
    ) -> Result<Standing> {
        let now = ctx.now();
        let since = now.plus_seconds(FAMILIAR_SECONDS.saturating_neg());
        sql::standing(self.store.pool(), user, (&client.ip_prefix(), since), now).await
    }

    /// Counts an attempt to sign in by the address it comes from.
    pub(crate) async fn count_address(&self, ctx: &Ctx, client: &ClientInfo) -> Result<()> {
        const QUARTER_HOUR_SECONDS: i64 = 900;
        let per_address = Rate {
            scope: "sign_in/address",
            max: self.config.sign_ins_per_address_quarter_hour,
            window_seconds: QUARTER_HOUR_SECONDS,
        };
        rates::take(&self.store, ctx, per_address, &rate_key(client.ip)).await
    }

    /// Counts an attempt, or refuses it uncounted. Gives by what it was counted. `device`: it comes
    /// from a device of the customer's own.
    async fn count_sign_in(
        &self,
        ctx: &Ctx,
        phone: &Index,
        device: bool,
        client: &ClientInfo,
    ) -> Result<Vec<Guard>> {
        let (now, keys, place) = (ctx.now(), &self.keys, client.ip_prefix());
        let familiar = self.is_familiar(phone, &place, now).await?;
        let mut guards = if device {
            // Nobody else can try there, so nobody else can make the customer wait.
            vec![Guard::on_device(keys, phone)]
        } else {
            vec![Guard::at_place(keys, phone, &place), Guard::in_day(keys, phone, now)]
        };
        // The day's limit is for strangers: they must not keep the customer out of where the
        // customer is known. Rows are locked in the order of the guards, here and on success.
        guards.truncate(if familiar { 1 } else { guards.len() });
        let mut tx = self.store.begin().await?;
        for guard in &guards {
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
        self.own_phone(user).await
    }

    /// The same, for a use case that knows who the user is.
    pub(crate) async fn own_phone(&self, user: CustomerId) -> Result<Phone> {
        let pool = self.store.pool();
        let phone = sql::phone_of(pool, user).await?.ok_or(Code::NotFound)?;
        // Without a key there is nobody behind the row any more.
        let key = subjects::read(pool, &self.keys, user.uuid()).await?.ok_or(Code::NotFound)?;
        sealed::open_phone(&key, user, &phone)
    }
}

/// A right password: what was counted against it is forgotten.
async fn forget(tx: &mut Tx, guards: &[Guard]) -> Result<()> {
    for guard in guards {
        sql::succeeded(tx, guard).await?;
    }
    Ok(())
}
