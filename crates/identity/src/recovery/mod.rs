//! Recovery codes: for whoever lost the telephone and everything on it. Ten of 120 bits, each good
//! once, shown once and stored only as keyed hashes.

mod rules;
mod sql;

use kernel::{Ctx, CustomerId, Permission, Result, Secret};
use store::Tx;

use crate::Identity;
use crate::factors::{Change, Factor};

pub use rules::CODES;

/// New recovery codes. Shown once.
#[derive(Clone, Debug)]
pub struct RecoveryCodes(pub Vec<Secret<String>>);

impl Identity {
    /// Makes new recovery codes. Those before are of no use any more.
    pub async fn renew_recovery_codes(&self, ctx: &Ctx) -> Result<RecoveryCodes> {
        ctx.require(Permission::SecurityChange)?;
        let user = ctx.customer()?;
        self.require_fresh(ctx).await?;
        let mut tx = self.begin_change(user).await?;
        let codes = self.new_recovery_codes(&mut tx, ctx, user).await?;
        self.factor_changed(tx, ctx, Change::renewed(Factor::Recovery)).await?;
        Ok(codes)
    }

    pub(crate) async fn recovery_codes_for_whoever_has_none(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
    ) -> Result<Option<RecoveryCodes>> {
        if sql::left(&mut **tx, user).await? > 0 {
            return Ok(None);
        }
        self.new_recovery_codes(tx, ctx, user).await.map(Some)
    }

    async fn new_recovery_codes(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
    ) -> Result<RecoveryCodes> {
        let codes: Vec<_> = (0..CODES).map(|_| rules::new_code(ctx.entropy())).collect();
        let hash = |code: &Secret<String>| rules::hash(&self.keys, user, code.expose());
        let hashes: Vec<_> = codes.iter().filter_map(hash).map(Vec::from).collect();
        sql::replace(tx, user, &hashes, ctx.now()).await?;
        Ok(RecoveryCodes(codes))
    }

    /// How many codes a user has left.
    pub(crate) async fn recovery_codes_left(&self, user: CustomerId) -> Result<i64> {
        sql::left(self.store.pool(), user).await
    }

    /// Uses a code up. The attempt must have been counted before. False when it is not a good one.
    pub(crate) async fn take_recovery_code(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, typed): (CustomerId, &Secret<String>),
    ) -> Result<bool> {
        match rules::hash(&self.keys, user, typed.expose()) {
            Some(hash) => sql::take(tx, user, &hash, ctx.now()).await,
            None => Ok(false),
        }
    }
}
