//! Where a customer is signed in.

use kernel::{Actor, Ctx, CustomerId, DeviceId, Moment, Result, SessionId};

use super::{rules, sql};
use crate::Identity;

/// A living session, as its customer and the bank see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// `mobile` or `browser`.
    pub kind: String,
    /// The bound device it is on.
    pub device: Option<DeviceId>,
    /// What its customer calls that device.
    pub device_name: Option<String>,
    /// What the client says it is.
    pub client: String,
    /// The network it was opened from, without the part that tells one household from the next.
    pub network: String,
    /// The town or country it was opened from, if a proxy of the bank named it. The bank itself
    /// does not guess one from the network: it has no source which would often be right.
    pub place: Option<String>,
    /// When it was opened, or its customer last proved who they are in it.
    pub proven_at: Moment,
    /// How sure the bank was then.
    pub aal: i16,
    /// When it was used last, to within some minutes.
    pub last_seen: Moment,
    /// When it ends if it is not used.
    pub idle_until: Moment,
    /// When it ends at the latest.
    pub ends: Moment,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Identity {
    /// One's own living sessions, or a customer's for the bank: the one used last first. There are
    /// never more than 48.
    pub async fn sessions(&self, ctx: &Ctx, user: CustomerId) -> Result<Vec<SessionView>> {
        Self::may_see(ctx, user)?;
        let asking = match ctx.actor {
            Actor::Customer { session, .. } => Some(session),
            _ => None,
        };
        let found = sql::living(self.store.pool(), user, ctx.now(), rules::SESSIONS_MAX).await?;
        Ok(found
            .into_iter()
            .map(|row| {
                let id = SessionId::from_uuid(row.id);
                SessionView {
                    id,
                    kind: row.kind,
                    device: row.device_id.map(DeviceId::from_uuid),
                    device_name: row.device_name,
                    client: row.ua,
                    network: row.ip_prefix,
                    place: row.place,
                    proven_at: row.auth_time.into(),
                    aal: row.aal,
                    last_seen: row.last_seen.into(),
                    idle_until: row.idle_until.into(),
                    ends: row.abs_until.into(),
                    current: asking == Some(id),
                }
            })
            .collect())
    }
}
