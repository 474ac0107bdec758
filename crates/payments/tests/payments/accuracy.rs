//! Each fee worked out anew from what is kept: what is right is found right, and what was planted
//! is found.

use accounting::Accounting;
use kernel::{AccountId, Clock, Day};
use payments::AccountView;
use payments::accuracy::{FeeCheck, What};
use payments::transfers::Payee;
use serde_json::{Value, json};

use crate::common::{Person, World};

const TARIFF: &str = "tariff.transfer.internal";

/// One percent with tax and shares; the first operation of a month is free.
fn rules(percent: &str) -> Value {
    json!({"rules": [{
        "name": "rest",
        "price": {"model": "percentage", "percent": percent},
        "over": "month",
        "free": {"operations": 1},
        "rounding": {"mode": "half_up", "to_minor": 1},
        "vat_percent": "12",
        "shares": [{"party": "scheme", "percent": "30"}, {"party": "agent", "percent": "15"}],
    }]})
}

impl World {
    async fn sends(&self, who: &Person, from: AccountId, to: &AccountView, sum: &str) {
        let quote = self.preview(who, from, Payee::Number(to.number), sum).await;
        self.confirm(who, self.key(), &quote.token).await.unwrap();
        self.clock.advance_seconds(1);
    }

    async fn looks(&self, day: Day) -> FeeCheck {
        let checks = self.payments.check_fees(&self.system(), day).await.unwrap();
        assert_eq!(checks.len(), 1, "{checks:?}");
        checks[0]
    }

    /// Writes the documents of everything that happened.
    async fn write_down(&self) {
        let editions = self.payments.editions().clone();
        let accounting = Accounting::new(self.store.clone(), editions, self.keys.clone());
        let writer = accounting.writer(&Clock::Manual(self.clock.clone()));
        for _ in 0..3_000 {
            writer.once().await.unwrap();
            if accounting.lag().await.unwrap().unread == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the events do not come");
    }

    async fn change(&self, query: &'static str) {
        let done = sqlx::query(query).execute(self.store.pool()).await.unwrap();
        assert!(done.rows_affected() > 0, "{query}");
    }

    /// What is wrong with the fees of a day.
    async fn wrong(&self, day: Day) -> Vec<String> {
        self.looks(day).await;
        let kept: Vec<String> =
            sqlx::query_scalar("SELECT what FROM fee_fault WHERE day = $1 ORDER BY what")
                .bind(day.date())
                .fetch_all(self.store.pool())
                .await
                .unwrap();
        kept
    }
}

#[tokio::test]
async fn fees_that_are_right_tie_as_soon_as_they_are_confirmed() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.publish(TARIFF, &rules("1")).await;
    for sum in ["100", "200", "33.33"] {
        world.sends(&jasur, from.id, &to, sum).await;
    }
    // The price of before is the price of what was shown before.
    let shown = world.preview(&jasur, from.id, Payee::Number(to.number), "50").await;
    world.publish(TARIFF, &rules("2")).await;
    world.confirm(&jasur, world.key(), &shown.token).await.unwrap();
    world.sends(&jasur, from.id, &to, "10").await;

    let day = world.clock.now().day();
    let found = world.looks(day).await;
    // Free, then 2.00, 0.33, 0.50 and, by the new tariff, 0.20.
    assert_eq!((found.operations, found.paid, found.wrong), (5, 4, 0));
    assert_eq!((found.expected, found.charged, found.booked), (303, 303, 303));
    assert_eq!((found.documented, found.undocumented), (0, 4));
    assert!(!found.is_accurate() && !found.is_tied());
    world.write_down().await;
    let found = world.looks(day).await;
    assert_eq!((found.documented, found.undocumented, found.confirmed), (303, 0, 0));
    assert!(found.is_accurate() && !found.is_tied());
    world
        .change(
            "WITH batch AS (INSERT INTO abs_batch (id, state, documents, formed_at, done_at)
                            VALUES (gen_random_uuid(), 3, 1, now(), now()) RETURNING id)
             UPDATE abs_document SET state = 3, batch = batch.id FROM batch",
        )
        .await;
    assert!(world.looks(day).await.is_tied());
    assert!(world.wrong(day).await.is_empty());
}

#[tokio::test]
async fn what_was_used_on_the_days_before_counts() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    // In the middle of a month, so that the next day is of the same.
    let month = pricing::tariffs::Over::Month.start(world.clock.now().day());
    let middle = month.start().plus_seconds(45 * 86_400 + 12 * 3_600);
    let seconds = middle.micros_since(world.clock.now()) / 1_000_000;
    world.clock.advance_seconds(seconds);
    world.publish(TARIFF, &rules("1")).await;
    world.sends(&jasur, from.id, &to, "100").await;
    let first = world.clock.now().day();
    world.clock.advance_seconds(86_400);
    world.sends(&jasur, from.id, &to, "100").await;
    let second = world.looks(world.clock.now().day()).await;
    assert_eq!((second.expected, second.charged, second.wrong), (100, 100, 0));
    let first = world.looks(first).await;
    assert_eq!((first.expected, first.charged, first.paid, first.wrong), (0, 0, 0, 0));
}

#[tokio::test]
async fn what_was_planted_is_found() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.publish(TARIFF, &rules("1")).await;
    // Long enough for nothing to have been shown by the tariff of before.
    world.clock.advance_seconds(700);
    for sum in ["100", "200"] {
        world.sends(&jasur, from.id, &to, sum).await;
    }
    world.write_down().await;
    let day = world.clock.now().day();
    assert!(world.wrong(day).await.is_empty());
    world.change("UPDATE abs_document SET amount = amount + 1 WHERE leg = 202").await;
    assert_eq!(world.wrong(day).await, [What::Documents.as_str()]);
    world.change("UPDATE transfer SET amount = amount + 1 WHERE code = 203").await;
    assert_eq!(world.wrong(day).await, [What::Postings.as_str()]);
    // A fee that is not that of its tariff, and one that names a tariff of another time.
    world
        .change(
            "UPDATE operation SET detail = jsonb_set(detail, '{priced,bank}', '1')
             WHERE kind = 'transfer.internal' AND detail->'fee' = '200'",
        )
        .await;
    let found = world.looks(day).await;
    assert_eq!((found.expected, found.wrong), (200, 1));
    assert_eq!(world.wrong(day).await, [What::Price.as_str()]);
    world
        .change(
            "UPDATE operation SET detail = jsonb_set(detail, '{priced,tariff}',
                 (SELECT to_jsonb('edn_' || replace(id::text, '-', '')) FROM edition
                  WHERE book = 'tariff.transfer.internal' AND number = 1))
             WHERE kind = 'transfer.internal'",
        )
        .await;
    assert_eq!(world.wrong(day).await, [What::Edition.as_str(); 2]);
}
