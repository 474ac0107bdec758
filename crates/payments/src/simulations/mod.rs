//! What a draft would have done to the operations of the last weeks: before anybody approves it.

mod rules;

use kernel::{Code, Ctx, Error, Permission, Refusal, Result};
use limits::Limits;
use limits::book::{LIMITS, VALUES, Values};
use policy::Object;
use pricing::tariffs::{self, Tariff};
use serde::de::DeserializeOwned;

use crate::Payments;
use crate::exchange;
use crate::transfers::rules::KIND;
use rules::Counting;

pub use rules::{LimitEffect, RuleEffect, Simulation};

/// How far back operations are looked at.
const DAYS: i64 = 30;
/// Most of them that are looked at, the last ones.
const MAX_OPERATIONS: i64 = 20_000;

impl Payments {
    /// What a document of a book would have done to the operations of the last thirty days: a
    /// tariff to those that it prices, limits to all that they count.
    /// [`Code::NotFound`] for a book that prices and limits nothing.
    pub async fn simulate(&self, ctx: &Ctx, book: &str, body: &str) -> Result<Simulation> {
        // What is shown are sums: nobody's personal data.
        self.identity().staff_may(ctx, Permission::TermsRead, Object::Bank).await.map(drop)?;
        self.editions.accept(book, body)?;
        let now = ctx.now();
        let since = now.plus_seconds(DAYS.saturating_mul(86_400).saturating_neg());
        let transfers = self.ledger.past(KIND, since, MAX_OPERATIONS).await?;
        if book == tariffs::book(KIND) {
            let holds = self.tariffs.at(KIND, now).await?;
            return rules::by_tariff(&transfers, &holds.tariff, &read::<Tariff>(body)?);
        }
        let exchanges = self.ledger.past(exchange::KIND, since, MAX_OPERATIONS).await?;
        let mut past: Vec<_> = transfers.iter().map(Counting::of_transfer).collect();
        for exchange in &exchanges {
            past.push(Counting::of_exchange(exchange)?);
        }
        past.sort_by_key(Counting::order);
        let most = usize::try_from(MAX_OPERATIONS).unwrap_or(usize::MAX);
        let past = past.split_off(past.len().saturating_sub(most));
        let holding = self.limits.at(now).await?;
        match book {
            LIMITS => rules::by_limits(&past, &read::<Limits>(body)?, &holding.values),
            VALUES => rules::by_limits(&past, &holding.limits, &read::<Values>(body)?),
            _ => Err(Code::NotFound.into()),
        }
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|error| {
        Error::from(Refusal::new(Code::EditionMalformed).value("place", error.to_string()))
    })
}
