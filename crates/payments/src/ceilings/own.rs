//! A customer's limits as they see them: how much remains, and ceilings of their own, which may be
//! lowered at once and raised only after a while: who took the account over must not lift at once
//! what its owner set against them.

use kernel::{Asset, Code, Ctx, CustomerId, Day, Lang, Moment, Money, Permission, Refusal, Result};
use limits::document::{Measure, Per, SetBy, Window};
use limits::{AdjustedBy, Adjustment, Counted, Facts, Limit, Met, Own, Subjects};
use serde_json::json;
use store::audit::{self, Entry};
use store::commit;

use super::rules::{counted, facts};
use crate::Payments;
use crate::fees::APP;

/// How long a ceiling of one's own that is raised waits.
const RAISE_SECONDS: i64 = 24 * 3_600;

/// A limit as its customer sees it. Numbers are minor units of `asset`, or operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitView {
    /// Names it.
    pub name: String,
    /// What it is called, in the customer's language.
    pub title: String,
    /// A law sets it: the bank moves it for nobody.
    pub by_law: bool,
    /// Over which time it counts.
    pub window: Window,
    /// What it counts: money of this asset, or operations.
    pub asset: Option<Asset>,
    /// The most that holds now.
    pub ceiling: i64,
    /// The most that the bank lets, without what the customer set.
    pub bank_ceiling: i64,
    /// Until when the bank lets that, when it moved the limit for a time.
    pub temporary_until: Option<Moment>,
    /// What was used in the window.
    pub used: i64,
    /// What is left of it.
    pub remaining: i64,
    /// The day on which it begins anew.
    pub turns: Option<Day>,
    /// What the customer wants from a moment on: a ceiling, or none of their own.
    pub coming: Option<(Option<i64>, Moment)>,
}

/// A limit that counts a customer, with what it counts of the least operation.
pub(super) struct Counting {
    pub limit: Limit,
    pub of: Counted,
    pub asset: Asset,
    pub bank_ceiling: i64,
    /// Until when the bank moved it.
    pub until: Option<Moment>,
}

impl Payments {
    /// The limits of the customer that are counted over a time.
    pub async fn own_limits(&self, ctx: &Ctx) -> Result<Vec<LimitView>> {
        ctx.require(Permission::AccountRead)?;
        self.limit_views(ctx.customer()?, (ctx.lang, ctx.now())).await
    }

    /// Sets a ceiling of the customer's own, or gives the bank's own back. Lower than what holds it
    /// holds at once, higher after a day. Gives from when on. [`Code::NotFound`] for a limit that
    /// does not count the customer, [`Code::FieldInvalid`] for more than the bank lets.
    pub async fn set_own_limit(
        &self,
        ctx: &Ctx,
        name: &str,
        ceiling: Option<i64>,
    ) -> Result<Moment> {
        ctx.require(Permission::SecurityChange)?;
        let (customer, now) = (ctx.customer()?, ctx.now());
        let found = self.counting(customer, now).await?.into_iter().find(|c| c.limit.name == name);
        let Counting { limit, of, bank_ceiling, .. } = found.ok_or(Code::NotFound)?;
        if ceiling.is_some_and(|most| !(0..=bank_ceiling).contains(&most)) {
            let title = limit.title.in_lang(ctx.lang).to_owned();
            let refusal = Refusal::new(Code::FieldInvalid).field("ceiling").value("field", title);
            return Err(refusal.into());
        }
        let raises = ceiling.unwrap_or(bank_ceiling) > of.ceiling;
        let from = if raises { now.plus_seconds(RAISE_SECONDS) } else { now };
        let own = Own { limit: of.limit, subject: of.subject, ceiling, from };
        let mut tx = self.store.begin().await?;
        self.limits.set_own(&mut tx, ctx, &own).await?;
        let facts = json!({ "limit": name, "from": from.to_string(), "ceiling": ceiling });
        let entry = Entry::done("limit.moved").subject(customer.uuid()).facts(facts);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok(from)
    }

    /// The limits that count a customer who comes by themselves.
    pub(super) async fn counting(
        &self,
        customer: CustomerId,
        now: Moment,
    ) -> Result<Vec<Counting>> {
        let holding = self.limits.at(now).await?;
        let value = |name: &str| holding.values.get(name);
        let mut counting: Vec<Counting> = Vec::new();
        for asset in Asset::ALL {
            // The least operation in the asset: it meets every limit that counts the customer.
            let subjects = Subjects::of(customer.uuid());
            let facts = facts(subjects, APP, Money::zero(asset), now.day());
            let facts = Facts { worth: Some(0), ..facts };
            let adjusted = self.limits.adjusted(&holding, &facts, now).await?;
            let bank: Vec<Adjustment> =
                adjusted.iter().filter(|a| a.by == AdjustedBy::Staff).copied().collect();
            for met in holding.limits.met(&facts, &adjusted, value) {
                let Met::Counts(limit, of) = met else { continue };
                let personal = matches!(limit.per, Per::Customer | Per::Operation | Per::Channel);
                if !personal || counting.iter().any(|c| c.limit.name == limit.name) {
                    continue;
                }
                let bank_ceiling = limit.ceiling(&bank, &value).unwrap_or(of.ceiling);
                let moved = bank.iter().find(|a| a.limit == of.limit);
                let until = moved.filter(|_| limit.set_by == SetBy::Tariff).and_then(|a| a.until);
                counting.push(Counting { limit: limit.clone(), of, asset, bank_ceiling, until });
            }
        }
        Ok(counting)
    }

    /// The limits that count a customer, as whoever looks at them reads.
    pub(super) async fn limit_views(
        &self,
        customer: CustomerId,
        (lang, now): (Lang, Moment),
    ) -> Result<Vec<LimitView>> {
        let counting = self.counting(customer, now).await?;
        let asked: Vec<_> = counting.iter().map(|c| counted(&c.of)).collect();
        let asked: Vec<_> = asked.iter().map(|used| (used.counter, used.window)).collect();
        let used = self.ledger.used(&asked).await?;
        let mut views = Vec::with_capacity(counting.len());
        for (Counting { limit, of, asset, bank_ceiling, until }, used) in
            counting.into_iter().zip(used)
        {
            let coming = self.limits.coming(of.limit, of.subject, now).await?;
            views.push(LimitView {
                title: limit.title.in_lang(lang).to_owned(),
                by_law: limit.set_by == SetBy::Law,
                window: limit.window,
                asset: asset_of(&limit, asset),
                ceiling: of.ceiling,
                bank_ceiling,
                temporary_until: until,
                used,
                remaining: of.ceiling.saturating_sub(used).max(0),
                turns: limit.window.turns(now.day()),
                coming: coming.map(|coming| (coming.ceiling, coming.from)),
                name: limit.name,
            });
        }
        Ok(views)
    }
}

pub(super) const fn asset_of(limit: &Limit, asset: Asset) -> Option<Asset> {
    match limit.measure {
        Measure::Count => None,
        Measure::Worth => Some(Asset::Uzs),
        Measure::Amount(_) | Measure::Balance(_) => Some(asset),
    }
}
