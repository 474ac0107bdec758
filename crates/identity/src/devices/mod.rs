//! Devices of customers: telephones known by a key that never leaves them, browsers known by a
//! long-lived cookie. To sign in on a bound device is one factor; a new one cools off first.

mod key;
mod rules;
mod sql;

use kernel::{
    Actor, Code, Ctx, CustomerId, DeviceId, Error, Moment, Permission, Result, Secret,
    refuse_card_number,
};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, commit};

use crate::revocations::{self, Kind, Reason};
use crate::tokens::{Hash, Purpose, Token};
use crate::{ClientInfo, Identity, RefusedAct, sign_in, signals};
pub use key::DeviceKey;
pub(crate) use sql::seen;

/// Devices that a list shows at most.
const LIST_MAX: i64 = 48;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {$($(#[$each])* $variant,)*}

        impl $name {
            /// As it is stored and shown to programs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            fn of_row(text: &str) -> Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Error::invariant("a stored device cannot be read")),
                }
            }
        }
    };
}

words! {
    /// How a device is known.
    DeviceKind {
        /// By a key of its own.
        App = "app",
        /// By a cookie.
        Browser = "browser",
    }
}

words! {
    /// Where a bound device stands. One that was unbound is not read any more.
    DeviceState {
        /// It works, and payments from it are small.
        Cooling = "cooling",
        /// It works.
        Active = "active",
    }
}

/// A device of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub customer: CustomerId,
    /// How it is known.
    pub kind: DeviceKind,
    /// Where it stands. One that cools off is active when its time has come.
    pub state: DeviceState,
    /// Until when it cools off.
    pub cooling_until: Option<Moment>,
    /// What its customer calls it.
    pub name: String,
    /// What it says it is.
    pub platform: String,
    /// The network it was bound in.
    pub network: String,
    /// The town or country it was bound in, if a proxy of the bank named it.
    pub place: Option<String>,
    /// When it was bound.
    pub created_at: Moment,
    /// When it was used last, to within some minutes.
    pub last_seen: Moment,
}

impl Device {
    /// Where it stands now.
    pub fn state_at(&self, now: Moment) -> DeviceState {
        let cooled = self.cooling_until.is_none_or(|until| until <= now);
        if self.state == DeviceState::Cooling && cooled { DeviceState::Active } else { self.state }
    }
}

/// A device that is to be bound.
#[derive(Clone, Debug)]
pub struct NewDevice<'a> {
    /// By what it will be known.
    pub by: By<'a>,
    /// What to call it. What it says it is when nothing is left of this.
    pub name: &'a str,
    /// Where the request came from, and what it says it is.
    pub client: &'a ClientInfo,
}

/// By what a new device will be known.
#[derive(Clone, Debug)]
pub enum By<'a> {
    /// The key that it proved to have.
    Key(DeviceKey),
    /// A cookie of its own. The one it carries already is replaced: whoever used the browser
    /// before may have copied it.
    Cookie(Option<&'a str>),
}

/// What is stored to know a device again.
enum Knowing {
    Key(DeviceKey),
    Token(Token),
}

/// A bound device.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// The device.
    pub device: Device,
    /// The cookie that a browser is to keep from now on.
    pub cookie: Option<Secret<String>>,
}

impl Identity {
    /// Binds the device on which a user signs up, in the transaction that makes the user. They are
    /// told of it by no notice.
    pub async fn enrol_at_sign_up(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        new: NewDevice<'_>,
    ) -> Result<Enrolled> {
        // Part of a use case that proved the phone: its caller is nobody.
        self.bind_device(tx, ctx, user, (new, "signed_up")).await
    }

    /// Binds a device to a user who just proved who they are, in the transaction that opens their
    /// session. One that is bound already stays as it is. The very first device of a new user is
    /// active at once; every other one cools off. Others for whom the browser is bound go on with
    /// the cookie that it gets.
    pub async fn enrol_device(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        new: NewDevice<'_>,
    ) -> Result<Enrolled> {
        // Part of a use case that proved the user: its caller is nobody.
        self.bind_device(tx, ctx, user, (new, "bound")).await
    }

    async fn bind_device(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        (new, change): (NewDevice<'_>, &'static str),
    ) -> Result<Enrolled> {
        let now = ctx.now();
        let past = sql::past(tx, user).await?.ok_or(Code::SignInFailed)?;
        let (knowing, carried) = match new.by {
            By::Key(key) => (Knowing::Key(key), None),
            By::Cookie(carried) => {
                let token = Token::generate(Purpose::Device, ctx.entropy());
                (Knowing::Token(token), carried.and_then(|it| Token::parse(Purpose::Device, it)))
            }
        };
        let bound = match (&knowing, &carried) {
            (Knowing::Key(key), _) => sql::by_key(&mut **tx, key.thumbprint(), Some(user)).await?,
            (_, Some(old)) => sql::by_token(&mut **tx, &old.hash(), Some(user)).await?,
            (_, None) => Vec::new(),
        };
        if let Some(device) = bound.into_iter().next() {
            return Ok(Enrolled { device, cookie: None });
        }
        let cooling_until = rules::cooling_until(past, now);
        let state =
            if cooling_until.is_some() { DeviceState::Cooling } else { DeviceState::Active };
        let kind = match knowing {
            Knowing::Key(_) => DeviceKind::App,
            Knowing::Token(_) => DeviceKind::Browser,
        };
        let named = rules::name(new.name).or_else(|| rules::name(&new.client.user_agent));
        let device = Device {
            id: DeviceId::generate(now, ctx.entropy()),
            customer: user,
            kind,
            state,
            cooling_until,
            name: named.unwrap_or_else(|| kind.as_str().to_owned()),
            platform: new.client.user_agent.clone(),
            network: new.client.ip_prefix(),
            place: new.client.place.clone(),
            created_at: now,
            last_seen: now,
        };
        if let (Knowing::Token(token), Some(old)) = (&knowing, &carried) {
            sql::replace_token(tx, &old.hash(), &token.hash()).await?;
        }
        sql::insert(tx, &device, &knowing).await?;
        signals::device_changed(tx, ctx, &device, change).await?;
        self.note_device(tx, ctx, &device, "device.bound").await?;
        let cookie = match knowing {
            Knowing::Key(_) => None,
            Knowing::Token(token) => Some(token.text()),
        };
        Ok(Enrolled { device, cookie })
    }

    /// The bound devices that a browser's cookie tells: one for each customer who uses it, or that
    /// of one customer.
    pub async fn devices_of_cookie(
        &self,
        cookie: &str,
        user: Option<CustomerId>,
    ) -> Result<Vec<Device>> {
        // Anonymous: whoever holds the cookie is on the device.
        let Some(token) = Token::parse(Purpose::Device, cookie) else { return Ok(Vec::new()) };
        sql::by_token(self.store.pool(), &token.hash(), user).await
    }

    /// The bound devices with a key that was just proven: one for each customer who uses it, or
    /// that of one customer.
    pub async fn devices_of_key(
        &self,
        thumbprint: &Hash,
        user: Option<CustomerId>,
    ) -> Result<Vec<Device>> {
        // Anonymous: whoever proved the key is on the device.
        sql::by_key(self.store.pool(), thumbprint, user).await
    }

    /// One's own devices, or a customer's for the bank.
    pub async fn devices(&self, ctx: &Ctx, user: CustomerId) -> Result<Vec<Device>> {
        Self::may_see(ctx, user)?;
        sql::of_user(self.store.pool(), user, LIST_MAX).await
    }

    /// Names one of one's own devices.
    pub async fn rename_device(&self, ctx: &Ctx, device: DeviceId, name: &str) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        refuse_card_number(name, "name")?;
        let name = rules::name(name).ok_or(Code::RequestMalformed)?;
        let mut tx = self.store.begin().await?;
        if !sql::rename(&mut tx, ctx.customer()?, device, &name).await? {
            drop(tx);
            let act = RefusedAct::of("device.renamed").object("device", device);
            return self.refuse_act(ctx, act, Code::NotFound).await;
        }
        commit(tx).await
    }

    /// Unbinds one of one's own devices: it is unknown from now on, and its sessions end.
    ///
    /// Another than the one that asks takes a fresh proof, as every change of what a customer
    /// proves themselves by: a thief on one of two devices must not shut the customer out of the
    /// other.
    pub async fn unbind_device(&self, ctx: &Ctx, device: DeviceId) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        let user = ctx.customer()?;
        if ctx.assurance.and_then(|assurance| assurance.device) != Some(device) {
            if sql::by_id(self.store.pool(), user, device).await?.is_none() {
                let act = RefusedAct::of("device.unbound").object("device", device);
                return self.refuse_act(ctx, act, Code::NotFound).await;
            }
            self.require_fresh(ctx).await?;
        }
        let mut tx = self.store.begin().await?;
        self.end_device(&mut tx, ctx, (user, device), Reason::DeviceUnbound).await?;
        self.store.commit_and_wake(tx).await?;
        // Those that its key holds, and that began before it was bound, do not name it.
        self.forget_sessions_of(user);
        Ok(())
    }

    /// The same in the transaction of another use case, as the last thing in it. Call
    /// [`Identity::forget_sessions_of`] after the commit.
    pub async fn end_device(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, device): (CustomerId, DeviceId),
        reason: Reason,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let found = sql::by_id(&mut **tx, user, device).await?.ok_or(Code::NotFound)?;
        sql::lock_user(tx, user).await?;
        if !sql::revoke(tx, (user, device), reason, ctx.now()).await? {
            return Ok(());
        }
        sign_in::end_waiting(tx, user, ctx.now()).await?;
        let sessions = sql::sessions(tx, device).await?;
        signals::device_changed(tx, ctx, &found, reason.as_str()).await?;
        self.note_device(tx, ctx, &found, "device.unbound").await?;
        self.end_these(tx, ctx, (user, &sessions), reason).await?;
        revocations::record(tx, ctx, (Kind::Device, &[device.uuid()]), reason).await
    }

    async fn note_device(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        device: &Device,
        act: &'static str,
    ) -> Result<()> {
        let personal = json!({ "name": device.name, "platform": device.platform,
            "network": device.network });
        let entry = Entry::done(act)
            .subject(device.customer.uuid())
            .object("device", device.id)
            .facts(json!({ "kind": device.kind.as_str() }))
            .personal(personal);
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }

    /// Refuses a customer who asks about another. An employee's use case has asked the policies.
    pub(crate) fn may_see(ctx: &Ctx, user: CustomerId) -> Result<()> {
        match ctx.actor {
            Actor::Customer { id, .. } if id == user => ctx.require(Permission::SessionUse),
            Actor::Customer { .. } => Err(Code::NotFound.into()),
            Actor::Anonymous => Err(Code::SignInRequired.into()),
            Actor::Staff(_) | Actor::System(_) => Ok(()),
        }
    }
}
