//! PINs: six digits that are good on one bound device only, where the device itself is the other
//! factor. Five wrong ones in a row, and the PIN of that device is of no use until the customer
//! comes in by the password and sets another; nobody without the device can bring that about.

mod rules;
mod sql;

use kernel::{Code, Ctx, CustomerId, DeviceId, Permission, Result, Secret};
use store::Tx;

use crate::devices::{Device, DeviceState};
use crate::factors::{Change, Factor};
use crate::risk::{self, Facts, Verdict};
use crate::{ClientInfo, Identity};

use rules::TRIES_MAX;
pub(crate) use rules::is_pin;

/// A right PIN, until it is used.
pub(crate) struct RightPin {
    device: DeviceId,
    pin_hash: String,
}

impl Identity {
    /// Sets the PIN of the device that the customer's session is on, or another in its place.
    /// [`Code::DeviceNotBound`] without a device.
    pub async fn set_pin(&self, ctx: &Ctx, pin: &Secret<String>) -> Result<()> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        let device = session_device(ctx).ok_or(Code::DeviceNotBound)?;
        let phone = self.phone_of(ctx, user).await?;
        rules::check(pin, phone.expose())?;
        self.require_fresh(ctx).await?;
        let pin_hash = self.passwords.hash(&bound(device, pin)).await?;
        let mut tx = self.begin_change(user).await?;
        if !sql::set(&mut tx, user, device, (pin_hash.expose(), ctx.now())).await? {
            return Err(Code::DeviceNotBound.into());
        }
        self.factor_changed(tx, ctx, Change::renewed(Factor::Pin)).await
    }

    /// Takes the PIN of this device away, and ends the other sessions that were opened with one.
    pub async fn remove_pin(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        let device = session_device(ctx).ok_or(Code::DeviceNotBound)?;
        self.require_fresh(ctx).await?;
        let mut tx = self.begin_change(user).await?;
        if !sql::remove(&mut tx, user, device).await? {
            return Err(Code::FactorNotSet.into());
        }
        self.factor_changed(tx, ctx, Change::removed(Factor::Pin)).await
    }

    /// The devices that a browser's cookie tells and on which a PIN can be tried.
    pub async fn devices_with_pin(&self, cookie: &str) -> Result<Vec<DeviceId>> {
        // Anonymous: whoever holds the cookie is on the device.
        let mut with_pin = Vec::new();
        for device in self.devices_of_cookie(cookie, None).await? {
            if self.has_pin(device.id).await? {
                with_pin.push(device.id);
            }
        }
        Ok(with_pin)
    }

    /// Whether the PIN of one of these devices would be enough just now. False while the bank has
    /// reason to be careful, and [`Identity::sign_in_by_pin`] would ask for the password.
    pub async fn pin_is_enough(
        &self,
        ctx: &Ctx,
        (cookie, device): (&str, DeviceId),
        client: &ClientInfo,
    ) -> Result<bool> {
        // Anonymous: whoever holds the cookie is on the device.
        let here = self.devices_of_cookie(cookie, None).await?;
        match here.iter().find(|known| known.id == device) {
            Some(device) => Ok(self.judge_pin(ctx, device, client).await? == Verdict::Allow),
            None => Ok(false),
        }
    }

    /// What is asked of whoever comes by the PIN of a device.
    pub(crate) async fn judge_pin(
        &self,
        ctx: &Ctx,
        device: &Device,
        client: &ClientInfo,
    ) -> Result<Verdict> {
        let standing = self.standing(ctx, device.customer, client).await?;
        Ok(risk::judge(Facts {
            known_device: true,
            device_cools_off: device.state_at(ctx.now()) == DeviceState::Cooling,
            familiar_place: standing.familiar_place,
            recovering: standing.recovering,
            // Who guesses passwords has not got this device.
            failures_today: 0,
        }))
    }

    /// Whether a device has a PIN that can be tried.
    pub(crate) async fn has_pin(&self, device: DeviceId) -> Result<bool> {
        let tries = sql::tries(self.store.pool(), device).await?;
        Ok(tries.is_some_and(|tries| tries < TRIES_MAX))
    }

    /// Looks at a PIN, after having counted that it was tried. `None` when it is wrong;
    /// [`Code::PinLocked`] when it was wrong for the last time, and when none is looked at on this
    /// device any more.
    pub(crate) async fn check_pin(
        &self,
        (user, device): (CustomerId, DeviceId),
        pin: &Secret<String>,
    ) -> Result<Option<RightPin>> {
        let counted = sql::count_try(self.store.pool(), user, device).await?;
        let sql::Counted { pin_hash, tries } = counted.ok_or(Code::PinLocked)?;
        let checked = self.passwords.check(&bound(device, pin), Some(&pin_hash)).await?;
        if !checked.right && tries >= TRIES_MAX {
            return Err(Code::PinLocked.into());
        }
        Ok(checked.right.then_some(RightPin { device, pin_hash }))
    }
}

/// Forgets the wrong PINs before a right one. False when the PIN was changed meanwhile.
pub(crate) async fn accept_pin(tx: &mut Tx, right: &RightPin) -> Result<bool> {
    sql::forget_tries(tx, right.device, &right.pin_hash).await
}

/// What is hashed: the PIN and whose it is, so that one row's hash is of no use in another.
fn bound(device: DeviceId, pin: &Secret<String>) -> Secret<String> {
    Secret::new(format!("pin {device} {}", pin.expose()))
}

/// The bound device of the customer's session.
pub(crate) fn session_device(ctx: &Ctx) -> Option<DeviceId> {
    ctx.assurance.and_then(|assurance| assurance.device)
}
