//! Tariffs: what an operation costs.
//!
//! [`document`] is what a tariff is, as it is drafted, approved and kept; [`price`] are the models
//! that it may use; [`charge`] says what one operation costs by it. [`Tariffs`] knows which of them
//! holds.

pub mod charge;
pub mod document;
pub mod price;

use std::sync::Arc;

use kernel::{Code, EditionId, Moment, Result};
use store::editions::{Book, Edition, Editions, Parsed};

pub use charge::{Charge, Facts, NotCharged, Usage};
pub use document::{Fault, Over, Rule, Tariff};
pub use price::{Price, Tier};

/// What the names of books of tariffs begin with; the kind of operation follows.
const PREFIX: &str = "tariff.";

/// The book of the tariffs of a kind of operation.
pub fn book(kind: &str) -> String {
    format!("{PREFIX}{kind}")
}

/// What makes a tariff acceptable. `kinds` are the operations that have one, `parties` those who
/// may have a share of a fee.
#[derive(Clone, Copy, Debug)]
pub struct TariffBook {
    /// Kinds of operations.
    pub kinds: &'static [&'static str],
    /// Who may share.
    pub parties: &'static [&'static str],
}

impl Book for TariffBook {
    fn names(&self) -> Vec<String> {
        self.kinds.iter().map(|kind| book(kind)).collect()
    }

    fn faults(&self, _: &str, body: &str) -> Vec<String> {
        let tariff: Tariff = match serde_json::from_str(body) {
            Ok(tariff) => tariff,
            Err(error) => return vec![error.to_string()],
        };
        let mut faults: Vec<String> =
            tariff.faults().into_iter().map(|fault| fault.to_string()).collect();
        for rule in &tariff.rules {
            for share in &rule.shares {
                if !self.parties.contains(&share.party.as_str()) {
                    faults.push(format!("rules[{}].shares: {}", rule.name, share.party));
                }
            }
        }
        faults
    }
}

/// A tariff with the edition that it stands in.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The edition: kept with every operation that it prices.
    pub edition: EditionId,
    /// The tariff.
    pub tariff: Arc<Tariff>,
}

/// Which tariff holds.
#[derive(Clone)]
pub struct Tariffs {
    editions: Editions,
    parsed: Parsed<Tariff>,
}

impl Tariffs {
    /// Out of the editions of the bank.
    pub fn new(editions: Editions) -> Self {
        Self { editions, parsed: Parsed::default() }
    }

    /// The tariff of a kind of operation at a moment. [`Code::NotPriced`] before its first one: an
    /// operation without a tariff is not free, it is not offered.
    pub async fn at(&self, kind: &str, moment: Moment) -> Result<Holding> {
        let edition = self.editions.at(&book(kind), moment).await?.ok_or(Code::NotPriced)?;
        self.read(&edition)
    }

    /// The tariff by which an operation was priced.
    pub async fn of(&self, edition: EditionId) -> Result<Holding> {
        let edition = self.editions.by_id(edition).await?.ok_or(Code::NotFound)?;
        self.read(&edition)
    }

    fn read(&self, edition: &Edition) -> Result<Holding> {
        Ok(Holding { edition: edition.id, tariff: self.parsed.of(edition)? })
    }
}
