//! Which limits hold, and which ceilings were moved for whom.

use std::sync::Arc;

use kernel::{Ctx, EditionId, Moment, Result};
use store::editions::{Editions, Parsed};
use store::{Store, Tx};
use uuid::Uuid;

use crate::book::{LIMITS, VALUES, Values};
use crate::count::{AdjustedBy, Adjustment, Facts};
use crate::document::Limits;
use crate::sql;

/// What holds at a moment.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The edition of the limits; `None` while the bank has none.
    pub edition: Option<EditionId>,
    /// The limits.
    pub limits: Arc<Limits>,
    /// The regulatory values.
    pub values: Arc<Values>,
}

/// A ceiling of a customer's own that does not hold yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The most; `None` gives the bank's own back.
    pub ceiling: Option<i64>,
    /// From when on.
    pub from: Moment,
}

/// What a customer wants as their own ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// The limit, see [`Limit::id`].
    pub limit: Uuid,
    /// Whom it counts.
    pub subject: Uuid,
    /// The most; `None` gives the bank's own back.
    pub ceiling: Option<i64>,
    /// From when on.
    pub from: Moment,
}

/// A ceiling that the bank moves for somebody for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Temporary<'a> {
    /// The limit, see [`Limit::id`].
    pub limit: Uuid,
    /// Whom it counts.
    pub subject: Uuid,
    /// The most.
    pub ceiling: i64,
    /// Until when.
    pub until: Moment,
    /// Where it stands why. Not the reason itself, which tells about a person.
    pub reason: &'a str,
}

/// The limits of the bank, as every node knows them.
#[derive(Clone)]
pub struct Holdings {
    store: Store,
    editions: Editions,
    limits: Parsed<Limits>,
    values: Parsed<Values>,
}

impl Holdings {
    /// Out of the editions of the bank and what was moved in its database.
    pub fn new(store: Store, editions: Editions) -> Self {
        Self { store, editions, limits: Parsed::default(), values: Parsed::default() }
    }

    /// What holds at a moment.
    pub async fn at(&self, moment: Moment) -> Result<Holding> {
        let limits = self.editions.at(LIMITS, moment).await?;
        let values = self.editions.at(VALUES, moment).await?;
        let edition = limits.as_ref().map(|edition| edition.id);
        let limits = limits.map(|edition| self.limits.of(&edition)).transpose()?;
        let values = values.map(|edition| self.values.of(&edition)).transpose()?;
        Ok(Holding {
            edition,
            limits: limits.unwrap_or_default(),
            values: values.unwrap_or_default(),
        })
    }

    /// The ceilings that hold for the subjects of an operation and were moved.
    pub async fn adjusted(
        &self,
        holding: &Holding,
        facts: &Facts<'_>,
        now: Moment,
    ) -> Result<Vec<Adjustment>> {
        let met = holding.limits.limits.iter().filter(|limit| limit.when.hold(facts));
        let named: Vec<_> =
            met.filter_map(|limit| Some((limit.id(), limit.subject(facts)?))).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        sql::adjusted(self.store.pool(), &named, now).await
    }

    /// The ceiling of its own that a subject is to have next.
    pub async fn coming(&self, limit: Uuid, subject: Uuid, now: Moment) -> Result<Option<Coming>> {
        sql::coming(self.store.pool(), (limit, subject), now).await
    }

    /// Writes a ceiling of a customer's own, in the transaction of whoever decided from when on it
    /// may hold. What was to hold later before is dropped.
    pub async fn set_own(&self, tx: &mut Tx, ctx: &Ctx, own: &Own) -> Result<()> {
        // Part of a use case that asked who may.
        let moved = sql::Moved {
            id: EditionId::generate(ctx.now(), ctx.entropy()).uuid(),
            limit: own.limit,
            subject: own.subject,
            by: AdjustedBy::Customer,
            ceiling: own.ceiling,
            from: own.from,
            until: None,
            reason: "by the customer",
        };
        sql::adjust(tx, &moved, ctx.now()).await
    }

    /// Writes a ceiling that the bank moves for a time, from now on, in the transaction of whoever
    /// decided about it. It takes the place of one that was moved before.
    pub async fn set_temporary(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        temporary: &Temporary<'_>,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let moved = sql::Moved {
            id: EditionId::generate(ctx.now(), ctx.entropy()).uuid(),
            limit: temporary.limit,
            subject: temporary.subject,
            by: AdjustedBy::Staff,
            ceiling: Some(temporary.ceiling),
            from: ctx.now(),
            until: Some(temporary.until),
            reason: temporary.reason,
        };
        sql::adjust(tx, &moved, ctx.now()).await
    }
}
