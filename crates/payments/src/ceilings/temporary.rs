//! Ceilings that the bank moves for one customer for a time: by two employees, never one that a law
//! sets.

use identity::UserStatus;
use identity::approvals::{Action, Approved, Change, Preview, Shown, Terms, customer_status};
use kernel::{Amount, Code, Ctx, CustomerId, Error, Moment, Permission, Result};
use ledger::CounterKey;
use limits::Temporary;
use limits::document::SetBy;
use policy::Object;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::{self, Entry};

use super::LimitView;
use super::own::{Applying, Whose};
use super::rules::Named;
use crate::{Payments, field_invalid};

/// Longest time for which a ceiling is moved. What is for longer belongs into the limits.
pub const MAX_TEMPORARY_DAYS: i64 = 366;
/// How long a proposal to move one waits.
const LIFE_SECONDS: i64 = 3 * 86_400;

/// Which limit is to be moved for whom, to what and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovingLimit {
    /// The customer.
    pub customer: CustomerId,
    /// The name of the limit.
    pub limit: String,
    /// The most, in what the limit counts.
    pub ceiling: i64,
    /// In microseconds since 1970.
    pub until_micros: i64,
}

impl LimitView {
    /// Whether the bank moves it for a customer: none of a law, and only where all that is counted
    /// is the customer's.
    pub const fn is_movable(&self) -> bool {
        self.settable && !self.by_law
    }
}

impl MovingLimit {
    const fn until(&self) -> Moment {
        Moment::from_micros(self.until_micros)
    }
}

impl Payments {
    /// The limits that count a customer, for the form by which one is moved.
    pub async fn customer_limits(&self, ctx: &Ctx, customer: CustomerId) -> Result<Vec<LimitView>> {
        let (may, about) = (Permission::LimitTemporaryPropose, Object::Customer(customer));
        self.identity().staff_could(ctx, may, about).await?;
        let read = self.identity().staff_may(ctx, Permission::CustomerRead, about).await?;
        let entry = read.done_with(json!({ "limits": true }));
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        self.limit_views(&Whose::of(ctx, customer)).await
    }

    /// The limit that is to be moved, once for each counter that it has for the customer.
    /// [`Code::NotFound`] when there is none of this name that counts the customer,
    /// [`Code::LimitOfLaw`] when a law sets it.
    async fn movable(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        moving: &MovingLimit,
    ) -> Result<(Applying, Vec<CounterKey>)> {
        let (now, until) = (ctx.now(), moving.until());
        if !(0..=Amount::MAX_MINOR).contains(&moving.ceiling) {
            return Err(field_invalid("ceiling"));
        }
        let longest = now.plus_seconds(MAX_TEMPORARY_DAYS.saturating_mul(86_400));
        if until <= now || until > longest {
            return Err(field_invalid("until"));
        }
        let whose = Whose::of(ctx, moving.customer);
        let mut found = self.applying(Some(tx), &whose, &[]).await?;
        found.retain(|one| one.limit.name == moving.limit && one.settable());
        let counters: Vec<_> = found.iter().filter_map(|one| one.counter).collect();
        let first = found.into_iter().next().ok_or(Code::NotFound)?;
        match first.limit.set_by {
            SetBy::Law => Err(Code::LimitOfLaw.into()),
            SetBy::Tariff => Ok((first, counters)),
        }
    }
}

/// Moves a ceiling for a customer for a time.
pub struct TemporaryLimit(pub Payments);

impl Action for TemporaryLimit {
    const TERMS: Terms = Terms {
        kind: "limit.temporary",
        propose: Permission::LimitTemporaryPropose,
        approve: Permission::LimitTemporaryApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = MovingLimit;

    fn object(payload: &MovingLimit) -> Object {
        Object::Customer(payload.customer)
    }

    fn apart(payload: &MovingLimit) -> Option<[u8; 32]> {
        Some(Sha256::digest(&payload.limit).into())
    }

    async fn preview(&self, tx: &mut Tx, ctx: &Ctx, payload: &MovingLimit) -> Result<Preview> {
        if customer_status(tx, payload.customer).await? == UserStatus::Closed {
            return Err(Code::NotFound.into());
        }
        let (found, _) = self.0.movable(tx, ctx, payload).await?;
        let until = payload.until();
        if found.bank_ceiling == payload.ceiling && found.until.is_none_or(|now| now == until) {
            return Err(Code::NothingToChange.into());
        }
        let named = Named::of(&found.limit, ctx.lang, found.asset);
        let (before, after) = (named.number(found.bank_ceiling), named.number(payload.ceiling));
        let until_before = found.until.map(|until| until.to_string());
        // In every language, whoever looks: what is approved is compared with what was proposed.
        let title = serde_json::to_string(&found.limit.title)
            .map_err(|error| Error::broken("writing the title of a limit", error))?;
        let mut changes = vec![
            Change::new("limit_name", None, Some(&title)),
            Change::new("limit_ceiling", Some(&before), Some(&after)),
            Change::new("limit_until", until_before.as_deref(), Some(&until.to_string())),
        ];
        // A lower ceiling of the customer's own stays, so that what is approved is not what holds.
        // The customer may move it meanwhile, which must not void what the bank decides.
        if let Some(own) = found.own.filter(|own| *own < payload.ceiling) {
            let own = named.number(own);
            changes.push(Change::beside("limit_own", &own));
        }
        Ok(Preview { subject: payload.customer.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, MovingLimit>,
    ) -> Result<Shown> {
        let Approved { id, payload, .. } = approved;
        let (_, counters) = self.0.movable(tx, ctx, payload).await?;
        for CounterKey { limit, subject } in counters {
            let temporary = Temporary {
                limit,
                subject,
                ceiling: payload.ceiling,
                until: payload.until(),
                // Why stands with the proposal.
                reason: &id.to_string(),
            };
            self.0.limits.set_temporary(tx, ctx, &temporary).await?;
        }
        let facts = json!({
            "limit": payload.limit,
            "ceiling": payload.ceiling,
            "until": payload.until().to_string(),
            "approval": id,
        });
        let entry = Entry::done("limit.moved_for_a_time");
        let entry = entry.subject(payload.customer.uuid()).facts(facts);
        audit::append(tx, &self.0.keys, ctx, entry).await.map(|_| None)
    }
}
