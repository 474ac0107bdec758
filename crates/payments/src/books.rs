//! What the payment products go by: books whose editions are drafted and approved by the staff, and
//! what stands in them on the first day.

use std::num::NonZeroU32;
use std::sync::Arc;

use accounting::chart::{self, ChartBook};
use kernel::{Error, Result};
use limits::Limits;
use limits::book::{LIMITS, LimitsBook, VALUES, Values};
use pricing::rates::{self, SpreadBook, Spreads};
use pricing::tariffs::document::Conditions;
use pricing::tariffs::{self, Price, Rule, Tariff, TariffBook};
use pricing::{Decimal, Rounding, RoundingMode};
use serde::Serialize;
use store::editions::Book;

use crate::postings::Leg;
use crate::{fees, transfers};

/// The operations that have a tariff.
const PRICED: &[&str] = &[transfers::KIND];

/// Every book.
pub(crate) fn all() -> Vec<Arc<dyn Book>> {
    vec![
        Arc::new(TariffBook { kinds: PRICED, parties: &fees::PARTIES }),
        Arc::new(LimitsBook),
        Arc::new(SpreadBook),
        Arc::new(ChartBook { legs: Leg::ALL.into_iter().map(Leg::code).collect() }),
    ]
}

/// What holds from the first day on, book by book: nothing costs anything, nothing is limited,
/// currencies are exchanged by the first spreads, and every leg is booked by the first chart.
pub(crate) fn first() -> Result<Vec<(String, String)>> {
    let free = Tariff {
        rules: vec![Rule {
            name: "free".to_owned(),
            when: Conditions::default(),
            price: Price::Fixed { amount: Decimal::ZERO },
            over: None,
            free: None,
            minimum: None,
            maximum: None,
            rounding: Rounding { mode: RoundingMode::HalfUp, to_minor: NonZeroU32::MIN },
            vat_percent: Decimal::ZERO,
            shares: Vec::new(),
            promotions: Vec::new(),
        }],
    };
    let free = document(&free)?;
    let free = PRICED.iter().map(|kind| (tariffs::book(kind), free.clone()));
    let others = [
        (LIMITS.to_owned(), document(&Limits::default())?),
        (VALUES.to_owned(), document(&Values::default())?),
        (rates::BOOK.to_owned(), document(&Spreads::first())?),
        (chart::BOOK.to_owned(), chart::FIRST.to_owned()),
    ];
    Ok(free.chain(others).collect())
}

fn document(document: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(document)
        .map_err(|error| Error::broken("writing the first edition of a book", error))
}
