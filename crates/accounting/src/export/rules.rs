//! What is written down of a transfer, and how long to wait after a failure. Pure.

use std::collections::HashMap;
use std::time::Duration;

use kernel::{AccountNumber, Asset, Day, EditionId, Error, Moment, OperationId, Result};

use crate::DocumentId;
use crate::chart::{Booking, Charts, Sides, Unmapped};
use crate::ports::Verdict;

/// The waits after failures: they double, up to the longest.
const RETRY_MILLIS: u64 = 1_000;
const RETRY_MILLIS_MAX: u64 = 30_000;
/// Longest purpose of a document.
pub const MAX_PURPOSE_CHARS: usize = 140;

/// A transfer that moved money, as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The operation.
    pub operation: OperationId,
    /// Which of its transfers.
    pub index: i16,
    /// When.
    pub at: Moment,
    /// The kind of the operation.
    pub product: String,
    /// What it was for.
    pub leg: i16,
    /// Minor units, above zero.
    pub amount: i64,
    /// Of what.
    pub asset: Asset,
    /// The number of the account that gave.
    pub debit: Option<AccountNumber>,
    /// The number of the account that took.
    pub credit: Option<AccountNumber>,
}

/// A transfer as it is written down for the core banking system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The document.
    pub id: DocumentId,
    /// The transfer.
    pub moved: Moved,
    /// The day on which it is booked.
    pub day: Day,
    /// How, and by which chart.
    pub mapping: Result<Mapped, Unmapped>,
}

/// How a document is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// By this edition of the chart.
    pub edition: EditionId,
    /// Between these accounts.
    pub booking: Booking,
    /// What stands in it.
    pub purpose: String,
}

/// How a transfer is booked, by the charts there are now.
pub fn map(moved: &Moved, charts: &Charts, now: Moment) -> Result<Mapped, Unmapped> {
    let (edition, line) = charts.line(moved.leg, moved.at, now).ok_or(Unmapped::NoLine)?;
    let booking = line.book(moved.debit, moved.credit)?;
    Ok(Mapped { edition, booking, purpose: line.purpose.clone() })
}

/// What is written down of a transfer. Of days up to `frozen` nothing more is: what comes that late
/// is booked on the day after.
pub fn write_down(moved: Moved, charts: &Charts, (now, frozen): (Moment, Option<Day>)) -> Written {
    let own = moved.at.day();
    let day = frozen.map_or(own, |frozen| own.max(frozen.days_after(1)));
    let mapping = map(&moved, charts, now);
    let id = DocumentId::of_transfer(moved.operation, moved.index);
    Written { id, moved, day, mapping }
}

/// What is gathered into one sum of a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SumOf {
    /// The day.
    pub day: Day,
    /// The kind of the operations.
    pub product: String,
    /// Between which accounts the sum goes.
    pub sides: Sides,
    /// Of what.
    pub asset: Asset,
}

impl SumOf {
    /// The id of the one document that moves this sum on.
    pub fn id(&self) -> DocumentId {
        let Self { day, product, sides, asset } = self;
        let start = day.start().millis();
        let cause = uuid::Builder::from_unix_timestamp_millis(start, b"okto/daily").into_uuid();
        let purpose = format!("sum/{product}/{}/{}/{asset}", sides.debit, sides.credit);
        DocumentId::from_uuid(OperationId::derive(cause, &purpose).uuid())
    }

    /// What an accountant reads: what the documents say that it sums up, how many, of which day.
    pub fn purpose(&self, of_each: &str, count: i64) -> String {
        let tail = format!(" ({count}, {})", self.day);
        let room = MAX_PURPOSE_CHARS.saturating_sub(tail.chars().count());
        let mut text: String = of_each.chars().take(room).collect();
        text.push_str(&tail);
        text
    }
}

/// How long to wait after so many failures in a row.
pub fn wait_after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let millis = RETRY_MILLIS.saturating_mul(1_u64.checked_shl(doublings).unwrap_or(1));
    Duration::from_millis(millis.min(RETRY_MILLIS_MAX))
}

/// The verdicts on exactly these documents, in their order. An answer that leaves one out, or
/// names one twice or one that was not asked for, is no answer.
pub fn in_order(
    asked: &[DocumentId],
    verdicts: Vec<Verdict<DocumentId>>,
) -> Result<Vec<Verdict<DocumentId>>> {
    const NOT_ABOUT_IT: Error =
        Error::invariant("the verdicts on a batch are not about its documents");
    if asked.len() != verdicts.len() {
        return Err(NOT_ABOUT_IT);
    }
    let mut by_id: HashMap<DocumentId, Verdict<DocumentId>> =
        verdicts.into_iter().map(|verdict| (verdict.of, verdict)).collect();
    asked.iter().map(|id| by_id.remove(id).ok_or(NOT_ABOUT_IT)).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    #[test]
    fn waits_double_and_stay_below_half_a_minute() {
        let seconds: Vec<u64> =
            [1, 2, 3, 5, 6, 99].map(|failures| wait_after(failures).as_secs()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 16, 30, 30]);
    }

    #[test]
    fn an_answer_is_about_what_was_asked() {
        let id = || DocumentId::generate(Moment::EPOCH, Entropy);
        let asked = [id(), id()];
        let verdict = |of| Verdict { of, refusal: None };
        let [one, two] = asked.map(verdict);
        let answered = in_order(&asked, vec![two.clone(), one.clone()]).unwrap();
        assert_eq!(answered, [one.clone(), two.clone()]);
        for bad in [
            vec![],
            vec![one.clone()],
            vec![one.clone(), one.clone()],
            vec![one.clone(), verdict(id())],
            vec![one, two, verdict(id())],
        ] {
            assert!(in_order(&asked, bad).is_err());
        }
    }

    #[test]
    fn a_sum_has_one_id_and_a_purpose_that_fits() {
        let sides = Sides { debit: "29801".parse().unwrap(), credit: "45200".parse().unwrap() };
        let sum = SumOf {
            day: "2026-11-30".parse().unwrap(),
            product: "transfer.internal".to_owned(),
            sides,
            asset: Asset::Uzs,
        };
        assert_eq!(sum.id(), sum.clone().id());
        let next = SumOf { day: sum.day.days_after(1), ..sum.clone() };
        let dollars = SumOf { asset: Asset::Usd, ..sum.clone() };
        assert!(sum.id() != next.id() && sum.id() != dollars.id());
        assert_eq!(sum.purpose("Fee", 12), "Fee (12, 2026-11-30)");
        assert_eq!(sum.purpose(&"я".repeat(200), 12).chars().count(), MAX_PURPOSE_CHARS);
    }

    #[test]
    fn what_comes_late_is_booked_on_the_first_open_day() {
        let day: Day = "2026-11-30".parse().unwrap();
        let moved = |at| Moved {
            operation: OperationId::generate(at, Entropy),
            index: 0,
            at,
            product: "cash.in".to_owned(),
            leg: 101,
            amount: 1,
            asset: Asset::Uzs,
            debit: None,
            credit: None,
        };
        let booked =
            |at, frozen| write_down(moved(at), &Charts::default(), (at, frozen)).day.to_string();
        let at = day.start();
        assert_eq!(booked(at, None), "2026-11-30");
        assert_eq!(booked(at, Some(day.days_before(1))), "2026-11-30");
        assert_eq!(booked(at, Some(day)), "2026-12-01");
        assert_eq!(booked(at, Some(day.days_after(2))), "2026-12-03");
        let written = write_down(moved(at), &Charts::default(), (at, None));
        assert_eq!(written.mapping, Err(Unmapped::NoLine));
    }
}
