//! The chart of accounts: by which accounts of the general ledger each leg of the bank's postings
//! is booked. A document with a moment from which it holds; every booking keeps the edition that it
//! was made by.

pub mod document;
pub mod rules;

use std::sync::Arc;

use kernel::Result;
use store::editions::{Book, Edition};

use crate::Accounting;

pub use document::{Chart, Fault, GlAccount, Line, Side, Wrong};
pub use rules::{AbsAccount, Booking, Charts, Dated, Sides, Unmapped};

/// The series of editions that the chart is.
pub const BOOK: &str = "chart";

/// A chart for the legs that the payment products have: what holds from the first day on. Which
/// second-level accounts a bank uses is its own accounting policy, so where it is not sure they are
/// those of the family.
pub const FIRST: &str = include_str!("first.json");

/// The series of charts, for products that have these legs.
#[derive(Clone, Debug)]
pub struct ChartBook {
    /// The numbers of the legs.
    pub legs: Vec<i16>,
}

impl Book for ChartBook {
    fn names(&self) -> Vec<String> {
        vec![BOOK.to_owned()]
    }

    fn faults(&self, _: &str, body: &str) -> Vec<String> {
        match serde_json::from_str::<Chart>(body) {
            Ok(chart) => chart.faults(&self.legs).iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.to_string()],
        }
    }
}

impl Accounting {
    /// Every chart that was published and not taken back.
    pub async fn charts(&self) -> Result<Charts> {
        // Called by the bank itself, on nobody's behalf.
        let editions = self.editions.of_book(BOOK).await?;
        let holding = editions.iter().filter(|edition| edition.withdrawn_at.is_none());
        let dated = |edition: &Arc<Edition>| {
            let chart = self.parsed.of(edition)?;
            Ok(Dated { edition: edition.id, from: edition.effective_at, chart })
        };
        holding.map(dated).collect::<Result<Vec<_>>>().map(Charts::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_chart_may_be_used() {
        let chart: Chart = serde_json::from_str(FIRST).unwrap();
        let book = ChartBook { legs: chart.lines.iter().map(|line| line.leg).collect() };
        assert_eq!(book.names(), [BOOK]);
        assert_eq!(book.faults(BOOK, FIRST), Vec::<String>::new());
        assert_eq!(book.faults(BOOK, "{}").len(), 1);
        let other = ChartBook { legs: vec![7] };
        assert!(other.faults(BOOK, FIRST).contains(&"leg 7: missing".to_owned()));
    }
}
