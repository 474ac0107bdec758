//! Sessions that end before their time.

use kernel::{Ctx, CustomerId, Result, SessionId};
use store::Tx;

use super::sql;
use crate::revocations::{self, Kind, Reason};
use crate::{Identity, signals};

impl Identity {
    /// Ends every session of a user but one, in the transaction of another use case and as the last
    /// thing in it. Those that are being opened meanwhile on the strength of what was true before
    /// end too. Every node learns of it within a second; call
    /// [`Identity::forget_sessions_of`] after the commit and this one knows at once.
    pub async fn end_sessions(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, but): (CustomerId, Option<SessionId>),
        reason: Reason,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let epoch = sql::raise_epoch(tx, user).await?;
        if let Some(kept) = but {
            sql::lift(tx, user, kept, epoch).await?;
        }
        let ended = sql::revoke_of(tx, (user, but), reason, ctx.now()).await?;
        if !ended.is_empty() {
            signals::sessions_ended(tx, ctx, (user, &ended), reason).await?;
        }
        revocations::record(tx, ctx, (Kind::User, &[user.uuid()]), reason).await
    }

    /// Ends every session there is, as the last thing in its transaction. For a bank that has lost
    /// its keys.
    pub async fn end_everyones_sessions(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        // Part of a use case that asked who may.
        sql::raise_everyones_epoch(tx).await?;
        let nobody_in_particular = [uuid::Uuid::nil()];
        revocations::record(tx, ctx, (Kind::Everyone, &nobody_in_particular), Reason::Everyone)
            .await
    }

    /// Has every node ask the database again about the sessions of a user, as something about them
    /// has changed: in the transaction of the change, as the last thing in it.
    pub async fn recheck_sessions(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        reason: Reason,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        revocations::record(tx, ctx, (Kind::User, &[user.uuid()]), reason).await
    }

    /// Has this node ask the database again about the sessions of a user.
    pub fn forget_sessions_of(&self, user: CustomerId) {
        self.cache.evict(|live| live.user == user);
    }
}
