//! What a fee should have been, from what is kept. Pure.

use std::collections::{BTreeMap, HashMap};

use kernel::{Asset, Day, EditionId, Moment, Money, OperationId};
use pricing::Decimal;
use pricing::tariffs::{Facts, Tariff, Usage};
use uuid::Uuid;

use super::{FeeCheck, FeeFault};
use crate::fees::rules::{AGENT, SCHEME};
use crate::fees::{Fee, TIER};
use crate::transfers::rules::QUOTE_LIFE_SECONDS;

/// What of a fee differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was priced by an edition that did not hold.
    Edition,
    /// The edition gives another fee, or other parts of it.
    Price,
    /// The ledger moved something else than was charged.
    Postings,
    /// The documents say something else than the ledger moved.
    Documents,
}

impl What {
    const ALL: [Self; 4] = [Self::Edition, Self::Price, Self::Postings, Self::Documents];

    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edition => "edition",
            Self::Price => "price",
            Self::Postings => "postings",
            Self::Documents => "documents",
        }
    }

    /// What [`What::as_str`] names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == text)
    }
}

/// A tariff, and when it held.
#[derive(Clone, Debug)]
pub struct Dated {
    pub edition: EditionId,
    pub from: Moment,
    pub withdrawn: bool,
    pub tariff: Tariff,
}

/// A fee and the parts of it that are not the bank's, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub whole: i64,
    pub vat: i64,
    pub scheme: i64,
    pub agent: i64,
}

impl Parts {
    fn of_fee(fee: &Fee) -> Self {
        let parts = [fee.bank, fee.vat, fee.scheme, fee.agent];
        let whole = parts.into_iter().fold(0_i64, i64::saturating_add);
        Self { whole, vat: fee.vat, scheme: fee.scheme, agent: fee.agent }
    }
}

/// An operation as it is kept.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: OperationId,
    pub at: Moment,
    pub initiator: Uuid,
    /// By which channel it came.
    pub channel: &'static str,
    /// Whether both accounts are of one customer.
    pub own: bool,
    pub amount: Money,
    /// What stands in it of its fee. None of before there were tariffs.
    pub priced: Option<Fee>,
    /// What the ledger moved.
    pub legs: Parts,
    /// What its documents say.
    pub documents: Parts,
    /// What of that is posted at the core banking system.
    pub confirmed: i64,
}

/// What a customer used of a rule in a window before a day.
#[derive(Clone, Debug)]
pub struct Before {
    pub customer: Uuid,
    pub rule: String,
    pub asset: Asset,
    /// Where the window begins, in seconds since 1970.
    pub since: i64,
    pub operations: i64,
    pub quantity: i64,
}

type Window = (Uuid, String, Asset, i64);

/// A look at the operations of a day, in the order in which they came.
pub struct Checking<'a> {
    tariffs: &'a [Dated],
    used: HashMap<Window, (i64, i64)>,
}

/// An operation with what its fee should have been.
struct One {
    operation: Operation,
    expected: i64,
    what: Option<What>,
}

/// What came of a look.
pub struct Checked(Vec<One>);

impl<'a> Checking<'a> {
    pub fn new(tariffs: &'a [Dated], before: Vec<Before>) -> Self {
        let window =
            |b: Before| ((b.customer, b.rule, b.asset, b.since), (b.operations, b.quantity));
        Self { tariffs, used: before.into_iter().map(window).collect() }
    }

    pub fn of_all(mut self, mut operations: Vec<Operation>) -> Checked {
        // Of one moment, those that rest on each other say in which order they came.
        let place = |one: &Operation| one.priced.as_ref().and_then(|fee| fee.used);
        operations.sort_by_key(|one| (one.at, place(one).map(|used| used.operations), one.id));
        Checked(operations.into_iter().map(|operation| self.of(operation)).collect())
    }

    fn of(&mut self, operation: Operation) -> One {
        let Some(fee) = operation.priced.clone() else {
            let what = differs(Parts::default(), &operation);
            return One { operation, expected: 0, what };
        };
        let charged = Parts::of_fee(&fee);
        let held = self.tariffs.iter().find(|dated| dated.edition == fee.edition);
        let expected = held.map(|dated| self.expected(&dated.tariff, &operation, charged));
        let what = match (held, expected) {
            (Some(dated), Some(expected)) => {
                if !self.held(dated, operation.at) {
                    Some(What::Edition)
                } else if expected == charged {
                    differs(charged, &operation)
                } else {
                    Some(What::Price)
                }
            }
            _ => Some(What::Edition),
        };
        if let Some(used) = fee.used {
            let window = (operation.initiator, fee.rule, operation.amount.asset, used.since);
            let (operations, quantity) = self.used.entry(window).or_default();
            *operations = operations.saturating_add(1);
            *quantity = quantity.saturating_add(operation.amount.minor);
        }
        One { operation, expected: expected.unwrap_or_default().whole, what }
    }

    /// Whether an edition held at some moment from the earliest preview of an operation on.
    fn held(&self, dated: &Dated, at: Moment) -> bool {
        let earliest = at.plus_seconds(QUOTE_LIFE_SECONDS.saturating_neg());
        let holding = self.tariffs.iter().filter(|other| !other.withdrawn);
        let next = holding.map(|other| other.from).filter(|from| *from > dated.from).min();
        !dated.withdrawn && dated.from <= at && next.is_none_or(|next| next > earliest)
    }

    /// The fee of the day of the operation. What was shown just before midnight is of the day
    /// before, so that counts when it is what was charged. Where a refund gave something of an
    /// allowance back, less was used than the operations add up to: what the operation says that
    /// was used counts, as long as it is not more.
    fn expected(&self, tariff: &Tariff, operation: &Operation, charged: Parts) -> Parts {
        let shown = operation.at.plus_seconds(QUOTE_LIFE_SECONDS.saturating_neg());
        let days = [operation.at.day(), shown.day()];
        let found: Vec<Parts> = [false, true]
            .into_iter()
            .flat_map(|as_said| days.map(|day| self.on(tariff, operation, (day, as_said))))
            .flatten()
            .collect();
        let same = found.iter().find(|parts| **parts == charged);
        same.or(found.first()).copied().unwrap_or_default()
    }

    fn on(
        &self,
        tariff: &Tariff,
        operation: &Operation,
        (day, as_said): (Day, bool),
    ) -> Option<Parts> {
        let counterparty = if operation.own { "own" } else { "bank" };
        let (amount, channel) = (operation.amount, operation.channel);
        let facts = Facts { amount, day, tier: TIER, channel, counterparty };
        let rule = tariff.rule(&facts)?;
        let usage = match rule.over.map(|over| over.start(day).start().seconds()) {
            None => Usage::default(),
            Some(since) => {
                let window = (operation.initiator, rule.name.clone(), amount.asset, since);
                let known = self.used.get(&window).copied().unwrap_or_default();
                let (operations, quantity) =
                    if as_said { said(operation, since, known)? } else { known };
                Usage {
                    operations: u32::try_from(operations).unwrap_or(u32::MAX),
                    quantity: Decimal::of_money(Money::new(quantity, amount.asset)),
                }
            }
        };
        let charge = tariff.charge(&facts, usage).ok()?;
        let share = |party: &str| {
            let shares = charge.shares.iter().filter(|(whose, _)| *whose == party);
            shares.map(|(_, share)| share.minor).fold(0_i64, i64::saturating_add)
        };
        Some(Parts {
            whole: charge.fee.minor,
            vat: charge.vat.minor,
            scheme: share(SCHEME),
            agent: share(AGENT),
        })
    }
}

/// What an operation says that was used of a window before it, when that is not more than is known.
fn said(operation: &Operation, since: i64, known: (i64, i64)) -> Option<(i64, i64)> {
    let used = operation.priced.as_ref()?.used?;
    let within = used.since == since && used.operations <= known.0 && used.quantity <= known.1;
    within.then_some((used.operations, used.quantity))
}

/// What of the ledger or the documents is not what was charged. What has no document yet is
/// counted by itself.
fn differs(charged: Parts, operation: &Operation) -> Option<What> {
    if operation.legs != charged {
        Some(What::Postings)
    } else if operation.documents != Parts::default() && operation.documents != operation.legs {
        Some(What::Documents)
    } else {
        None
    }
}

impl One {
    fn charged(&self) -> i64 {
        self.operation.priced.as_ref().map_or(0, |fee| Parts::of_fee(fee).whole)
    }

    fn is_undocumented(&self) -> bool {
        self.operation.legs != Parts::default() && self.operation.documents == Parts::default()
    }
}

impl Checked {
    /// The sums by currency.
    pub fn sums(&self, day: Day, now: Moment) -> Vec<FeeCheck> {
        let mut sums: BTreeMap<&str, FeeCheck> = BTreeMap::new();
        for one in &self.0 {
            let asset = one.operation.amount.asset;
            let sum = sums.entry(asset.code()).or_insert_with(|| empty(day, asset, now));
            let count = |counter: &mut i64, whether: bool| {
                *counter = counter.saturating_add(i64::from(whether));
            };
            let add = |sum: &mut i64, minor: i64| *sum = sum.saturating_add(minor);
            let paid = one.charged() > 0 || one.operation.legs.whole > 0;
            count(&mut sum.operations, true);
            count(&mut sum.paid, paid);
            count(&mut sum.undocumented, paid && one.is_undocumented());
            count(&mut sum.wrong, one.what.is_some());
            add(&mut sum.expected, one.expected);
            add(&mut sum.charged, one.charged());
            add(&mut sum.booked, one.operation.legs.whole);
            add(&mut sum.documented, one.operation.documents.whole);
            add(&mut sum.confirmed, one.operation.confirmed);
        }
        sums.into_values().collect()
    }

    /// The operations of which anything differs.
    pub fn faults(&self, day: Day) -> Vec<FeeFault> {
        let fault = |one: &One| {
            let money = |minor| Money::new(minor, one.operation.amount.asset);
            Some(FeeFault {
                operation: one.operation.id,
                day,
                what: one.what?,
                expected: money(one.expected),
                charged: money(one.charged()),
                booked: money(one.operation.legs.whole),
                documented: money(one.operation.documents.whole),
            })
        };
        self.0.iter().filter_map(fault).collect()
    }
}

const fn empty(day: Day, asset: Asset, checked_at: Moment) -> FeeCheck {
    FeeCheck {
        day,
        asset,
        operations: 0,
        paid: 0,
        expected: 0,
        charged: 0,
        booked: 0,
        documented: 0,
        confirmed: 0,
        undocumented: 0,
        wrong: 0,
        checked_at,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;
    use serde_json::json;

    use super::*;
    use crate::fees::Used;

    /// A second before midnight in Tashkent.
    const LATE: Moment = Moment::from_micros(1_796_065_199_000_000);

    fn tariff(percent: &str) -> Tariff {
        serde_json::from_value(json!({"rules": [{
            "name": "rest",
            "price": {"model": "percentage", "percent": percent},
            "over": "day",
            "free": {"operations": 1},
            "rounding": {"mode": "half_up", "to_minor": 1},
        }]}))
        .unwrap()
    }

    fn edition(n: u128) -> EditionId {
        EditionId::from_uuid(Uuid::from_u128(n))
    }

    fn dated(n: u128, from: Moment, percent: &str) -> Dated {
        Dated { edition: edition(n), from, withdrawn: false, tariff: tariff(percent) }
    }

    /// The payment of 100.00 that is so many in its day, with this fee in all books.
    fn paid(at: Moment, (nth, shown): (i64, Day), fee: i64) -> Operation {
        let used = Used {
            since: shown.start().seconds(),
            operations: nth,
            quantity: nth.saturating_mul(10_000),
        };
        let parts = Parts { whole: fee, ..Parts::default() };
        Operation {
            id: OperationId::generate(at, Entropy),
            at,
            initiator: Uuid::from_u128(7),
            channel: "app",
            own: false,
            amount: Money::new(10_000, Asset::Uzs),
            priced: Some(Fee {
                rule: "rest".to_owned(),
                bank: fee,
                used: Some(used),
                ..Fee::free(edition(1))
            }),
            legs: parts,
            documents: parts,
            confirmed: fee,
        }
    }

    fn faults(tariffs: &[Dated], operations: Vec<Operation>) -> Vec<What> {
        let checked = Checking::new(tariffs, Vec::new()).of_all(operations);
        checked.faults(LATE.day()).iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn what_came_before_counts_whatever_the_order_in_which_it_is_read() {
        let tariffs = [dated(1, Moment::EPOCH, "1")];
        let today = LATE.day();
        let right = || {
            vec![
                paid(LATE, (2, today), 100),
                paid(LATE, (0, today), 0),
                paid(LATE, (1, today), 100),
            ]
        };
        assert!(faults(&tariffs, right()).is_empty());
        let mut twice_free = right();
        twice_free.push(paid(LATE, (3, today), 0));
        assert_eq!(faults(&tariffs, twice_free), [What::Price]);
    }

    #[test]
    fn what_a_refund_gave_back_was_not_used() {
        let tariffs = [dated(1, Moment::EPOCH, "1")];
        let today = LATE.day();
        let before = LATE.plus_seconds(-1);
        let again = vec![paid(before, (0, today), 0), paid(LATE, (0, today), 0)];
        assert!(faults(&tariffs, again).is_empty());
        // Nobody used more than all.
        let more = vec![paid(LATE, (1, today), 100)];
        assert_eq!(faults(&tariffs, more), [What::Price]);
    }

    #[test]
    fn what_was_shown_before_midnight_keeps_its_day() {
        let tariffs = [dated(1, Moment::EPOCH, "1")];
        let after = LATE.plus_seconds(60);
        assert_ne!(after.day(), LATE.day());
        let shown = vec![paid(LATE, (0, LATE.day()), 0), paid(after, (1, LATE.day()), 100)];
        assert!(faults(&tariffs, shown).is_empty());
        // Long after midnight the first of the day is free again.
        let noon = after.plus_seconds(12 * 3_600);
        assert_eq!(faults(&tariffs, vec![paid(noon, (0, noon.day()), 100)]), [What::Price]);
        assert!(faults(&tariffs, vec![paid(noon, (0, noon.day()), 0)]).is_empty());
    }

    #[test]
    fn an_edition_prices_while_it_holds_and_what_was_shown_then() {
        let today = LATE.day();
        let of = |seconds: i64| {
            let next = LATE.plus_seconds(seconds.saturating_neg());
            let tariffs = [dated(1, Moment::EPOCH, "1"), dated(2, next, "2")];
            faults(&tariffs, vec![paid(LATE, (0, today), 0)])
        };
        assert!(of(-60).is_empty() && of(QUOTE_LIFE_SECONDS.saturating_sub(1)).is_empty());
        assert_eq!(of(QUOTE_LIFE_SECONDS), [What::Edition]);
        let unknown = [dated(3, Moment::EPOCH, "1")];
        assert_eq!(faults(&unknown, vec![paid(LATE, (0, today), 0)]), [What::Edition]);
        let withdrawn = [Dated { withdrawn: true, ..dated(1, Moment::EPOCH, "1") }];
        assert_eq!(faults(&withdrawn, vec![paid(LATE, (0, today), 0)]), [What::Edition]);
    }

    #[test]
    fn every_book_is_compared_and_what_has_no_document_is_counted() {
        let tariffs = [dated(1, Moment::EPOCH, "1")];
        let today = LATE.day();
        let first = || paid(LATE, (0, today), 0);
        let second = || paid(LATE, (1, today), 100);
        let more = Parts { whole: 101, ..Parts::default() };
        let vat = Parts { vat: 12, ..second().legs };
        for legs in [more, vat, Parts::default()] {
            let wrong = Operation { legs, ..second() };
            assert_eq!(faults(&tariffs, vec![first(), wrong]), [What::Postings]);
        }
        let wrong = Operation { documents: more, ..second() };
        assert_eq!(faults(&tariffs, vec![first(), wrong]), [What::Documents]);
        let waits = Operation { documents: Parts::default(), confirmed: 0, ..second() };
        let checked = Checking::new(&tariffs, Vec::new()).of_all(vec![first(), waits]);
        assert!(checked.faults(today).is_empty());
        let sums = checked.sums(today, LATE);
        assert_eq!((sums[0].operations, sums[0].paid, sums[0].undocumented), (2, 1, 1));
        assert!(!sums[0].is_accurate() && !sums[0].is_tied());
    }
}
