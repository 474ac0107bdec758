//! Which limits an operation meets, and what it uses of each.

use kernel::{Asset, Day, Lang, Moment, Money, hashed_uuid};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::document::{Ceiling, Conditions, Limit, Limits, Measure, Per, SetBy, Title, Window};

/// Whom and what an operation is about, as far as limits are counted by it.
#[derive(Clone, Copy, Debug)]
pub struct Subjects {
    /// The customer.
    pub customer: Uuid,
    /// The account that gives.
    pub account: Uuid,
    /// The card.
    pub card: Option<Uuid>,
    /// The device.
    pub device: Option<Uuid>,
    /// Who is on the other side.
    pub counterparty: Option<Uuid>,
}

impl Subjects {
    /// A customer, and nothing else.
    pub const fn of(customer: Uuid) -> Self {
        Self { customer, account: Uuid::nil(), card: None, device: None, counterparty: None }
    }
}

/// What limits ask of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its kind: `transfer.internal`.
    pub operation: &'a str,
    /// Who and what.
    pub subjects: Subjects,
    /// The tier of the customer.
    pub tier: &'a str,
    /// The channel it came by.
    pub channel: &'a str,
    /// The country of the other side, ISO 3166 of two letters.
    pub country: &'a str,
    /// What leaves.
    pub amount: Money,
    /// What the account on the other side holds: another asset than what leaves, of an exchange.
    pub takes: Asset,
    /// What that is worth in sum, in tiyin; `None` when there is no rate of the day. A limit of
    /// worth cannot be asked then, and refuses.
    pub worth: Option<i64>,
    /// The day in Tashkent.
    pub day: Day,
}

/// A ceiling that was moved for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The limit, see [`Limit::id`].
    pub limit: Uuid,
    /// Who moved it.
    pub by: AdjustedBy,
    /// To what.
    pub ceiling: i64,
    /// Until when.
    pub until: Option<Moment>,
}

/// Who moved a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustedBy {
    /// The bank, for a time, up or down.
    Staff,
    /// The customer, downward only.
    Customer,
}

/// What an operation uses of a limit, for the ledger to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The limit, see [`Limit::id`].
    pub limit: Uuid,
    /// Whom or what it counts.
    pub subject: Uuid,
    /// The first day of the part of the counter that it is added to.
    pub day: Day,
    /// The first day that counts together with it.
    pub oldest: Day,
    /// Minor units, or one for an operation.
    pub amount: i64,
    /// The most.
    pub ceiling: i64,
}

/// A limit that an operation meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met<'a> {
    /// It is counted over a time.
    Counts(&'a Limit, Counted),
    /// It bounds each operation alone, and this one is within it.
    Within(&'a Limit),
    /// It stops this operation whatever was before: the most that would pass.
    Stops(&'a Limit, i64),
    /// It bounds the balance of the account that takes, in minor units.
    Balance(&'a Limit, i64),
    /// What it hangs on is not known: a rate or a regulatory value of the day.
    Unknown(&'a Limit),
}

impl Title {
    /// In a language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Uz => &self.uz,
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

impl Conditions {
    /// Whether all of them hold.
    pub fn hold(&self, facts: &Facts<'_>) -> bool {
        let among = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|n| n.as_str() == name)
        };
        let of_kind = |kind: &String| match kind.strip_suffix('.') {
            Some(_) => facts.operation.starts_with(kind.as_str()),
            None => facts.operation == kind,
        };
        (self.operations.is_empty() || self.operations.iter().any(of_kind))
            && among(&self.tiers, facts.tier)
            && among(&self.channels, facts.channel)
            && among(&self.countries, facts.country)
            && !self.not_countries.iter().any(|c| c == facts.country)
    }
}

impl Limits {
    /// The limits that an operation meets. `adjusted` are the ceilings that were moved for its
    /// subjects, `value` gives a regulatory value of the day in tiyin.
    pub fn met<'a>(
        &'a self,
        facts: &Facts<'_>,
        adjusted: &[Adjustment],
        value: impl Fn(&str) -> Option<i64>,
    ) -> Vec<Met<'a>> {
        let counts = self.limits.iter().filter(|limit| limit.counts(facts));
        counts.filter_map(|limit| limit.met(facts, adjusted, &value)).collect()
    }

    /// The ids of the limits that an operation of this kind meets, each with whom it counts.
    pub(crate) fn named(&self, facts: &Facts<'_>) -> Vec<(Uuid, Uuid)> {
        let met = self.limits.iter().filter(|limit| limit.when.hold(facts));
        met.filter_map(|limit| Some((limit.id(), limit.subject(facts)?))).collect()
    }
}

impl Limit {
    /// Whether it counts operations of this kind, and what they move.
    pub fn counts(&self, facts: &Facts<'_>) -> bool {
        let asset = match &self.measure {
            Measure::Amount(code) => code == facts.amount.asset.code(),
            Measure::Balance(code) => code == facts.takes.code(),
            Measure::Worth | Measure::Count => true,
        };
        asset && self.when.hold(facts)
    }

    /// What of an operation it counts; `None` when that is not known.
    fn measured(&self, facts: &Facts<'_>) -> Option<i64> {
        match &self.measure {
            Measure::Amount(_) => Some(facts.amount.minor),
            Measure::Worth if facts.amount.asset == Asset::Uzs => Some(facts.amount.minor),
            Measure::Worth => facts.worth,
            Measure::Count => Some(1),
            Measure::Balance(_) => Some(0),
        }
    }

    /// The most, for one subject on one day.
    pub fn ceiling(
        &self,
        adjusted: &[Adjustment],
        value: &impl Fn(&str) -> Option<i64>,
    ) -> Option<i64> {
        let set = match &self.ceiling {
            Ceiling::Fixed(most) => *most,
            Ceiling::Times { times, value: name } => i64::from(*times).checked_mul(value(name)?)?,
        };
        let id = self.id();
        let moved = |by| {
            let mine = |a: &&Adjustment| a.limit == id && a.by == by;
            adjusted.iter().find(mine).map(|a| a.ceiling)
        };
        let by_staff = moved(AdjustedBy::Staff).filter(|_| self.set_by == SetBy::Tariff);
        let bank = by_staff.unwrap_or(set);
        Some(moved(AdjustedBy::Customer).map_or(bank, |own| own.min(bank)))
    }

    /// Whom or what it counts of an operation; `None` when the operation has no such thing.
    pub fn subject(&self, facts: &Facts<'_>) -> Option<Uuid> {
        let of = &facts.subjects;
        match self.per {
            Per::Bank => Some(Uuid::nil()),
            Per::Tier => Some(named(Uuid::nil(), facts.tier)),
            Per::Customer => Some(of.customer),
            Per::Account => Some(of.account),
            Per::Card => of.card,
            Per::Device => of.device,
            Per::Channel => Some(named(of.customer, facts.channel)),
            Per::Operation => Some(named(of.customer, facts.operation)),
            Per::Country => Some(named(of.customer, facts.country)),
            Per::Counterparty => Some(pair(of.customer, of.counterparty?)),
        }
    }

    fn met<'a>(
        &'a self,
        facts: &Facts<'_>,
        adjusted: &[Adjustment],
        value: &impl Fn(&str) -> Option<i64>,
    ) -> Option<Met<'a>> {
        let subject = self.subject(facts)?;
        let measured = self.measured(facts).zip(self.ceiling(adjusted, value));
        let Some((amount, ceiling)) = measured else {
            return Some(Met::Unknown(self));
        };
        if matches!(self.measure, Measure::Balance(_)) {
            return Some(Met::Balance(self, ceiling));
        }
        // What alone is too much needs no counter to be refused.
        if amount > ceiling {
            return Some(Met::Stops(self, ceiling));
        }
        let Some((day, oldest)) = self.window.days(facts.day) else {
            return Some(Met::Within(self));
        };
        let counted = Counted { limit: self.id(), subject, day, oldest, amount, ceiling };
        Some(Met::Counts(self, counted))
    }
}

/// The subject of something that has a name of its own beside a customer.
fn named(of: Uuid, name: &str) -> Uuid {
    hashed(&[of.as_bytes(), name.as_bytes()])
}

fn pair(of: Uuid, other: Uuid) -> Uuid {
    hashed(&[of.as_bytes(), other.as_bytes()])
}

fn hashed(parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new().chain_update(b"okto/limit-subject/1\n");
    for part in parts {
        hash.update(part);
    }
    hashed_uuid(hash.finalize().into())
}

impl Window {
    /// When what was used begins to be usable again: the first day of the next window. `None` where
    /// it never is, or nothing is added up; of a rolling window, the next day.
    pub fn turns(self, day: Day) -> Option<Day> {
        match self {
            Self::Operation | Self::Lifetime => None,
            Self::Day | Self::RollingDays(_) => Some(day.days_after(1)),
            Self::Week => Some(day.week_start().days_after(7)),
            Self::Month => Some(day.month_start().days_after(31).month_start()),
        }
    }
}
