//! A customer's limits as they see them: how much remains, and ceilings of their own, which may be
//! lowered at once and raised only after a while: who took the account over must not lift at once
//! what its owner set against them.

use kernel::{
    Asset, Code, Ctx, CustomerId, Day, DeviceId, Lang, Moment, Money, Permission, Refusal, Result,
};
use ledger::{AccountRecord, CounterKey, Status};
use limits::document::{Measure, Per, SetBy, Window};
use limits::{AdjustedBy, Adjustment, Facts, Limit, Own, Subjects};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, commit};
use uuid::Uuid;

use super::rules::{asset_of, facts, window};
use crate::Payments;
use crate::exchange;
use crate::fees::{APP, channel};
use crate::history::OwnAccount;
use crate::transfers::{self, tail};

/// How long a ceiling of one's own that is raised waits.
const RAISE_SECONDS: i64 = 24 * 3_600;
/// The operations that limits count.
const KINDS: [&str; 2] = [transfers::KIND, exchange::KIND];

/// A limit as its customer sees it. Numbers are minor units of `asset`, or operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitView {
    /// Names it.
    pub name: String,
    /// What it is called, in the customer's language.
    pub title: String,
    /// Whose operations it adds up.
    pub of: LimitOf,
    /// Who set the ceiling that holds.
    pub set_by: LimitSetBy,
    /// A law sets it: the bank moves it for nobody.
    pub by_law: bool,
    /// Whether the customer may set a ceiling of their own.
    pub settable: bool,
    /// Over which time it counts.
    pub window: Window,
    /// What it counts: money of this asset, or operations.
    pub asset: Option<Asset>,
    /// Whether it bounds what stands on the account.
    pub is_balance: bool,
    /// The most that holds now.
    pub ceiling: i64,
    /// The most that the bank lets, without what the customer set.
    pub bank_ceiling: i64,
    /// Until when the bank lets that, when it moved the limit for a time.
    pub temporary_until: Option<Moment>,
    /// What was used in the window; of a balance, what stands on the account. Nothing where each
    /// operation or payee is counted by itself.
    pub used: i64,
    /// What is left of it.
    pub remaining: i64,
    /// The day on which it begins anew.
    pub turns: Option<Day>,
    /// What the customer wants from a moment on: a ceiling, or none of their own.
    pub coming: Option<(Option<i64>, Moment)>,
}

/// Whose operations a limit adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitOf {
    /// All of the customer's.
    Customer,
    /// Theirs of one kind.
    Kind(&'static str),
    /// Those of one of their accounts.
    Account(OwnAccount),
    /// Those on the device of the session.
    Device,
    /// Theirs to one payee, whoever that is.
    Payee,
}

/// Who set a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitSetBy {
    /// A law or the regulator.
    Law,
    /// The terms of the bank.
    Tariff,
    /// An employee of the bank, for this customer and for a time.
    Staff,
    /// The customer.
    Customer,
}

/// Whose limits are looked at, and for whom.
pub(super) struct Whose {
    customer: Uuid,
    device: Option<Uuid>,
    channel: &'static str,
    now: Moment,
    lang: Lang,
}

impl Whose {
    /// Those of the customer who asks.
    fn own(ctx: &Ctx) -> Result<Self> {
        let device = ctx.assurance.and_then(|assurance| assurance.device);
        let of = Self::of(ctx, ctx.customer()?);
        Ok(Self { device: device.map(DeviceId::uuid), channel: channel(ctx), ..of })
    }

    /// Those of a customer, for somebody of the bank.
    pub fn of(ctx: &Ctx, customer: CustomerId) -> Self {
        let (now, lang) = (ctx.now(), ctx.lang);
        Self { customer: customer.uuid(), device: None, channel: APP, now, lang }
    }
}

/// A limit that bounds a customer.
pub(super) struct Applying {
    /// Its place in the document.
    index: usize,
    pub limit: Limit,
    of: LimitOf,
    /// Where it is counted, unless each operation or payee is by itself.
    pub counter: Option<CounterKey>,
    pub asset: Asset,
    ceiling: i64,
    pub bank_ceiling: i64,
    /// Until when the bank moved it.
    pub until: Option<Moment>,
    set_by: LimitSetBy,
    /// What the customer set as their own ceiling, whatever the bank lets.
    pub own: Option<i64>,
    /// What stands on the account, where that is what it bounds.
    balance: Option<i64>,
}

impl Applying {
    /// Whether the customer may set a ceiling of their own: where all that is counted is theirs.
    pub const fn settable(&self) -> bool {
        matches!(self.limit.per, Per::Customer | Per::Operation | Per::Channel)
    }

    /// What it counts in its window, where that is asked of the books.
    fn asked(&self, day: Day) -> Option<(CounterKey, ledger::Window)> {
        let days = self.limit.window.days(day).filter(|_| self.balance.is_none());
        self.counter.zip(days.map(window))
    }
}

impl Payments {
    /// The limits that bound what the customer does, in the order in which the bank lists them.
    pub async fn own_limits(&self, ctx: &Ctx) -> Result<Vec<LimitView>> {
        ctx.require(Permission::AccountRead)?;
        self.limit_views(&Whose::own(ctx)?).await
    }

    /// The limits that bound a customer, as whoever looks at them reads.
    pub(super) async fn limit_views(&self, whose: &Whose) -> Result<Vec<LimitView>> {
        let day = whose.now.day();
        let mut accounts = Vec::new();
        if self.limits.at(whose.now).await?.limits.limits.iter().any(|l| l.per == Per::Account) {
            accounts = self.ledger.accounts_of(whose.customer).await?;
            accounts.retain(|record| record.account.status != Status::Closed);
        }
        let applying = self.applying(None, whose, &accounts).await?;
        let asked: Vec<_> = applying.iter().filter_map(|one| one.asked(day)).collect();
        let mut counted = self.ledger.used(&asked).await?.into_iter();
        let mut views = Vec::with_capacity(applying.len());
        for one in applying {
            let used = match (one.balance, one.asked(day)) {
                (Some(balance), _) => balance,
                (None, Some(_)) => counted.next().unwrap_or_default(),
                (None, None) => 0,
            };
            views.push(self.limit_view(whose, one, used).await?);
        }
        Ok(views)
    }

    async fn limit_view(&self, whose: &Whose, applying: Applying, used: i64) -> Result<LimitView> {
        let now = whose.now;
        let settable = applying.settable();
        let Applying { limit, of, ceiling, .. } = applying;
        let coming = match applying.counter {
            Some(key) if settable => self.limits.coming(key.limit, key.subject, now).await?,
            _ => None,
        };
        Ok(LimitView {
            title: limit.title.in_lang(whose.lang).to_owned(),
            of,
            set_by: applying.set_by,
            by_law: limit.set_by == SetBy::Law,
            settable,
            window: limit.window,
            asset: asset_of(&limit, applying.asset),
            is_balance: applying.balance.is_some(),
            ceiling,
            bank_ceiling: applying.bank_ceiling,
            temporary_until: applying.until,
            used,
            remaining: ceiling.saturating_sub(used).max(0),
            turns: limit.window.turns(now.day()),
            coming: coming.map(|coming| (coming.ceiling, coming.from)),
            name: limit.name,
        })
    }

    /// Sets a ceiling of the customer's own, or gives the bank's own back. Lower than their own of
    /// before it holds at once, higher after a day. Gives from when on. [`Code::NotFound`] for a
    /// limit that does not count the customer, [`Code::FieldInvalid`] for more than the bank lets.
    pub async fn set_own_limit(
        &self,
        ctx: &Ctx,
        name: &str,
        ceiling: Option<i64>,
    ) -> Result<Moment> {
        ctx.require(Permission::SecurityChange)?;
        let (customer, now) = (ctx.customer()?, ctx.now());
        let mut found = self.applying(None, &Whose::own(ctx)?, &[]).await?;
        // One that counts each kind of operation by itself has a row for each.
        found.retain(|applying| applying.limit.name == name && applying.settable());
        let first = found.first().ok_or(Code::NotFound)?;
        let most = found.iter().map(|applying| applying.bank_ceiling).max().unwrap_or_default();
        if ceiling.is_some_and(|own| !(0..=most).contains(&own)) {
            let title = first.limit.title.in_lang(ctx.lang).to_owned();
            let refusal = Refusal::new(Code::FieldInvalid).field("ceiling").value("field", title);
            return Err(refusal.into());
        }
        let mut holds_from = now;
        let mut tx = self.store.begin().await?;
        for applying in &found {
            let Some(CounterKey { limit, subject }) = applying.counter else { continue };
            let own = Own { limit, subject, ceiling };
            let from = self.limits.set_own(&mut tx, ctx, &own, RAISE_SECONDS).await?;
            holds_from = holds_from.max(from);
        }
        let facts = json!({ "limit": name, "from": holds_from.to_string(), "ceiling": ceiling });
        let entry = Entry::done("limit.moved").subject(customer.uuid()).facts(facts);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok(holds_from)
    }

    /// The limits that bound a customer, with those of these accounts; in a transaction, where one
    /// decides by them.
    pub(super) async fn applying(
        &self,
        tx: Option<&mut Tx>,
        whose: &Whose,
        accounts: &[AccountRecord],
    ) -> Result<Vec<Applying>> {
        let holding = self.limits.at(whose.now).await?;
        let limits = &holding.limits.limits;
        let (facts, records): (Vec<_>, Vec<_>) = looked_at(whose, accounts).into_iter().unzip();
        let asked = (&holding, facts.as_slice());
        let adjusted = self.limits.adjusted_each(tx, asked, whose.now).await?;
        let mut applying: Vec<Applying> = Vec::new();
        for ((facts, record), adjusted) in facts.into_iter().zip(records).zip(adjusted) {
            let seen = Seen { facts, record, adjusted };
            for (limit, index) in limits.iter().zip(0_usize..) {
                let Some(found) = seen.applying((index, limit), |n| holding.values.get(n))? else {
                    continue;
                };
                if !applying.iter().any(|a| a.index == index && a.of == found.of) {
                    applying.push(found);
                }
            }
        }
        applying.sort_by_key(|found| found.index);
        Ok(applying)
    }
}

/// The least operations of each kind and asset, of the customer and of each of their accounts: they
/// meet every limit that bounds the customer.
fn looked_at<'a>(
    whose: &Whose,
    accounts: &'a [AccountRecord],
) -> Vec<(Facts<'static>, Option<&'a AccountRecord>)> {
    let mut all = Vec::new();
    for kind in KINDS {
        for asset in Asset::ALL {
            all.push((least(whose, (kind, asset, Uuid::nil())), None));
        }
        for record in accounts {
            let (id, asset) = (record.account.id.uuid(), record.account.asset);
            all.push((least(whose, (kind, asset, id)), Some(record)));
        }
    }
    all
}

fn least(whose: &Whose, (kind, asset, account): (&'static str, Asset, Uuid)) -> Facts<'static> {
    let subjects = Subjects { account, device: whose.device, ..Subjects::of(whose.customer) };
    let amounts = (Money::zero(asset), asset);
    let facts = facts((kind, whose.channel), subjects, amounts, whose.now.day());
    Facts { worth: Some(0), ..facts }
}

/// One of [`looked_at`], and the ceilings that were moved for it.
struct Seen<'a> {
    facts: Facts<'static>,
    record: Option<&'a AccountRecord>,
    adjusted: Vec<Adjustment>,
}

impl Seen<'_> {
    /// A limit as it bounds what is looked at; `None` when it does not, or hangs on a regulatory
    /// value that is not known.
    fn applying(
        &self,
        (index, limit): (usize, &Limit),
        value: impl Fn(&str) -> Option<i64>,
    ) -> Result<Option<Applying>> {
        let Some(of) = self.of(limit.per)?.filter(|_| limit.counts(&self.facts)) else {
            return Ok(None);
        };
        let by_staff: Vec<_> =
            self.adjusted.iter().filter(|a| a.by == AdjustedBy::Staff).copied().collect();
        let ceilings = limit.ceiling(&self.adjusted, &value).zip(limit.ceiling(&by_staff, &value));
        let Some((ceiling, bank_ceiling)) = ceilings else { return Ok(None) };
        let moved = by_staff.iter().find(|a| a.limit == limit.id());
        let own = self.adjusted.iter().filter(|a| a.by == AdjustedBy::Customer);
        let own = own.filter(|a| a.limit == limit.id()).map(|a| a.ceiling).min();
        let until = moved.filter(|_| limit.set_by == SetBy::Tariff).and_then(|a| a.until);
        let set_by = match limit.set_by {
            _ if ceiling < bank_ceiling => LimitSetBy::Customer,
            SetBy::Law => LimitSetBy::Law,
            SetBy::Tariff if moved.is_some() => LimitSetBy::Staff,
            SetBy::Tariff => LimitSetBy::Tariff,
        };
        let subject = limit.subject(&self.facts);
        let is_balance = matches!(limit.measure, Measure::Balance(_));
        let balance = self.record.filter(|_| is_balance).map(|record| record.account.balance());
        Ok(Some(Applying {
            index,
            limit: limit.clone(),
            of,
            counter: subject.map(|subject| CounterKey { limit: limit.id(), subject }),
            asset: self.facts.amount.asset,
            ceiling,
            bank_ceiling,
            until,
            set_by,
            own,
            balance,
        }))
    }

    /// Whose operations a limit adds up here. Those of all customers together are nobody's own, and
    /// what is left of them is not told.
    fn of(&self, per: Per) -> Result<Option<LimitOf>> {
        Ok(match (per, self.record) {
            (Per::Account, Some(record)) => {
                Some(LimitOf::Account(OwnAccount { id: record.account.id, tail: tail(record)? }))
            }
            (_, Some(_)) | (Per::Bank | Per::Tier | Per::Account | Per::Card, None) => None,
            (Per::Customer | Per::Channel | Per::Country, None) => Some(LimitOf::Customer),
            (Per::Operation, None) => Some(LimitOf::Kind(self.facts.operation)),
            (Per::Device, None) => self.facts.subjects.device.map(|_| LimitOf::Device),
            (Per::Counterparty, None) => Some(LimitOf::Payee),
        })
    }
}
