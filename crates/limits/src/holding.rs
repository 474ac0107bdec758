//! Which limits hold, and which ceilings were moved for whom.

use std::sync::Arc;

use kernel::{Ctx, EditionId, Moment, Result};
use store::editions::{Editions, Parsed};
use store::gather::Gather;
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
    moved: Gather<Asked, Vec<Adjustment>>,
}

/// A limit, and whom it counts.
pub(crate) type Named = (Uuid, Uuid);

/// The limits that an operation names, and when.
type Asked = (Vec<Named>, Moment);

impl Holdings {
    /// Out of the editions of the bank and what was moved in its database.
    pub fn new(store: Store, editions: Editions) -> Self {
        Self {
            store,
            editions,
            limits: Parsed::default(),
            values: Parsed::default(),
            moved: Gather::default(),
        }
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
        let named = holding.limits.named(facts);
        if named.is_empty() {
            return Ok(Vec::new());
        }
        // Every payment asks, so what comes together is read together.
        let store = self.store.clone();
        let read = move |asked: Vec<Asked>| {
            let store = store.clone();
            async move {
                let latest = asked.iter().map(|(_, now)| *now).max().unwrap_or(now);
                let named: Vec<_> = asked.into_iter().map(|(named, _)| named).collect();
                sql::adjusted(store.pool(), &named, latest).await
            }
        };
        self.moved.ask((named, now), read).await
    }

    /// The same of several operations, in their order, asked at once; in a transaction, where one
    /// decides by them.
    pub async fn adjusted_each(
        &self,
        tx: Option<&mut Tx>,
        (holding, facts): (&Holding, &[Facts<'_>]),
        now: Moment,
    ) -> Result<Vec<Vec<Adjustment>>> {
        let named: Vec<_> = facts.iter().map(|facts| holding.limits.named(facts)).collect();
        match tx {
            Some(tx) => sql::adjusted(&mut **tx, &named, now).await,
            None => sql::adjusted(self.store.pool(), &named, now).await,
        }
    }

    /// The ceiling of its own that a subject is to have next.
    pub async fn coming(&self, limit: Uuid, subject: Uuid, now: Moment) -> Result<Option<Coming>> {
        sql::coming(self.store.pool(), (limit, subject), now).await
    }

    /// Writes a ceiling of a customer's own. One that is lower than their own of before holds at
    /// once, whatever the bank lets meanwhile; a higher one, or none, only when `wait_seconds` are
    /// over. Gives from when on. What was to hold later before is dropped.
    pub async fn set_own(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        own: &Own,
        wait_seconds: i64,
    ) -> Result<Moment> {
        // Part of a use case that asked who may.
        let now = ctx.now();
        let held = sql::lock_own(tx, (own.limit, own.subject), now).await?;
        let raises = held.is_some_and(|held| own.ceiling.is_none_or(|wanted| wanted > held));
        let from = if raises { now.plus_seconds(wait_seconds) } else { now };
        let moved = sql::Moved {
            id: EditionId::generate(ctx.now(), ctx.entropy()).uuid(),
            limit: own.limit,
            subject: own.subject,
            by: AdjustedBy::Customer,
            ceiling: own.ceiling,
            from,
            until: None,
            reason: "by the customer",
        };
        sql::adjust(tx, &moved, now).await?;
        Ok(from)
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
