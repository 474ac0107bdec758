//! What a draft would have done to the operations of the last weeks: before anybody approves it.

mod rules;

use kernel::{Code, Ctx, Error, Permission, Refusal, Result};
use limits::Limits;
use limits::book::{LIMITS, VALUES, Values};
use policy::Object;
use pricing::tariffs::{self, Tariff};
use serde::de::DeserializeOwned;

use crate::Payments;
use crate::transfers::rules::KIND;

pub use rules::{LimitEffect, RuleEffect, Simulation};

/// How far back operations are looked at.
const DAYS: i64 = 30;
/// Most of them that are looked at, the last ones.
const MAX_OPERATIONS: i64 = 20_000;

impl Payments {
    /// What a document of a book would have done to the transfers of the last thirty days.
    /// [`Code::NotFound`] for a book that prices and limits nothing.
    pub async fn simulate(&self, ctx: &Ctx, book: &str, body: &str) -> Result<Simulation> {
        // What is shown are sums: nobody's personal data.
        self.identity().staff_may(ctx, Permission::TermsRead, Object::Bank).await.map(drop)?;
        self.editions.accept(book, body)?;
        let now = ctx.now();
        let since = now.plus_seconds(DAYS.saturating_mul(86_400).saturating_neg());
        let past = self.ledger.past(KIND, since, MAX_OPERATIONS).await?;
        if book == tariffs::book(KIND) {
            let holds = self.tariffs.at(KIND, now).await?;
            return rules::by_tariff(&past, &holds.tariff, &read::<Tariff>(body)?);
        }
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
