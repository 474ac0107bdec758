use kernel::{Asset, Day, Moment, Money, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use uuid::Uuid;

use super::rules::{Balances, Movement, Sums};
use super::{AccountSum, BusinessDay, DaySum, Gathered, ProductSum, Unconfirmed};
use crate::DocumentId;
use crate::chart::{GlAccount, Sides};
use crate::export::CONSUMER;
use crate::export::rules::SumOf;
use crate::export::sql::{account, asset};

/// How many documents are summed up in one statement.
const PAGE: i64 = 5_000;
/// Documents of sums carry the last moment of their day.
const LAST_MICROS: i64 = -1;

/// The day that is to be closed next. None while there is no document at all.
pub async fn next(pool: &PgPool) -> Result<Option<Day>> {
    sqlx::query_scalar!(
        "SELECT coalesce((SELECT max(day) + 1 FROM abs_day WHERE closed_at IS NOT NULL),
                         (SELECT min(day) FROM abs_document))"
    )
    .fetch_one(pool)
    .await
    .map(|day| day.map(Day::from))
    .map_err(broken("asking which day is to be closed next"))
}

pub async fn is_frozen(tx: &mut Tx, day: Day) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM abs_day WHERE day = $1) AS "frozen!""#,
        day.date(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking whether a day is frozen"))
}

/// Whether events of before this moment wait to be read by whoever writes documents down.
pub async fn unread(tx: &mut Tx, before: Moment) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM outbox o
               WHERE o.at < $2 AND (o.xid, o.seq) > (
                   SELECT c.xid, c.seq FROM outbox_cursor c WHERE c.consumer = $1)
           ) AS "unread!""#,
        CONSUMER,
        before.datetime(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking whether everything of a day was read"))
}

/// What of a day is gathered into sums.
pub async fn gathered(tx: &mut Tx, day: Day) -> Result<Vec<Gathered>> {
    let rows = sqlx::query!(
        r#"SELECT product, summed_debit AS "debit!", summed_credit AS "credit!", asset,
                  sum(amount)::bigint AS "amount!", count(*) AS "count!",
                  min(purpose) AS "purpose!"
           FROM abs_document WHERE day = $1 AND summed_debit IS NOT NULL
           GROUP BY product, summed_debit, summed_credit, asset
           ORDER BY product, summed_debit, summed_credit, asset"#,
        day.date(),
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("summing up what was gathered in a day"))?;
    rows.into_iter()
        .map(|row| -> Result<Gathered> {
            let sides = Sides { debit: account(&row.debit)?, credit: account(&row.credit)? };
            let of = SumOf { day, product: row.product, sides, asset: asset(row.asset)? };
            Ok(Gathered { of, amount: row.amount, count: row.count, purpose: row.purpose })
        })
        .collect()
}

/// Writes down the document that moves a sum on.
pub async fn write_sum(tx: &mut Tx, gathered: &Gathered) -> Result<()> {
    let of = &gathered.of;
    sqlx::query!(
        "INSERT INTO abs_document (id, day, at, product, leg, amount, asset, debit, credit,
             purpose, state)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, 1)
         ON CONFLICT (id) DO NOTHING",
        of.id().uuid(),
        of.day.date(),
        of.day.end().plus_micros(LAST_MICROS).datetime(),
        of.product,
        gathered.amount,
        of.asset.numeric(),
        of.sides.debit.to_string(),
        of.sides.credit.to_string(),
        of.purpose(&gathered.purpose, gathered.count),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("writing down a sum of a day"))
}

/// Nothing more is written down of a day.
pub async fn freeze(tx: &mut Tx, day: Day, now: Moment) -> Result<()> {
    sqlx::query!(
        "INSERT INTO abs_day (day, documents, frozen_at)
         SELECT $1, count(*), $2 FROM abs_document WHERE day = $1
         ON CONFLICT (day) DO NOTHING",
        day.date(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("freezing a day"))
}

/// The documents of a day that are not posted at the core banking system.
pub async fn unconfirmed(tx: &mut Tx, day: Day) -> Result<Unconfirmed> {
    sqlx::query_as!(
        Unconfirmed,
        r#"SELECT count(*) FILTER (WHERE state IN (1, 2)) AS "waiting!",
                  count(*) FILTER (WHERE state = 0) AS "unmapped!",
                  count(*) FILTER (WHERE state = 4) AS "rejected!"
           FROM abs_document WHERE day = $1 AND state <> 3"#,
        day.date(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking which documents of a day are not confirmed"))
}

/// What moved in a day: between the accounts of the documents, and how much the ledger says.
pub async fn sums(pool: &PgPool, day: Day) -> Result<Sums> {
    let mut sums = Sums::default();
    let mut after = Uuid::nil();
    loop {
        let rows = sqlx::query!(
            r#"SELECT d.id, d.asset, d.debit AS "debit!", d.credit AS "credit!",
                      coalesce(t.amount, d.amount) AS "amount!"
               FROM abs_document d
               LEFT JOIN transfer t ON t.operation_id = d.operation_id AND t.index = d.index
               WHERE d.day = $1 AND d.id > $2 AND d.state <> 0
               ORDER BY d.id LIMIT $3"#,
            day.date(),
            after,
            PAGE,
        )
        .fetch_all(pool)
        .await
        .map_err(broken("summing up a day"))?;
        let Some(last) = rows.last() else { return Ok(sums) };
        after = last.id;
        for row in rows {
            let sides = Sides { debit: account(&row.debit)?, credit: account(&row.credit)? };
            sums.add(sides, Money::new(row.amount, asset(row.asset)?))?;
        }
    }
}

/// What stood on accounts of the chart before a day, by the days that are closed.
pub async fn balances_before(pool: &PgPool, day: Day) -> Result<Balances> {
    let rows = sqlx::query!(
        r#"SELECT account, asset, (sum(credits) - sum(debits))::bigint AS "balance!"
           FROM abs_day_sum WHERE day < $1 GROUP BY account, asset"#,
        day.date(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading balances of the chart"))?;
    rows.into_iter().map(|row| Ok((chart(&row.account, row.asset)?, row.balance))).collect()
}

fn chart(account: &str, numeric: i16) -> Result<(GlAccount, Asset)> {
    let malformed = |()| kernel::Error::invariant("a sum of a day has a malformed account");
    Ok((account.parse().map_err(malformed)?, asset(numeric)?))
}

/// A day is closed in both books, which said this of it.
pub async fn close(tx: &mut Tx, day: Day, sums: &Sums, now: Moment) -> Result<()> {
    const DOING: &str = "closing a day";
    let closed = sqlx::query!(
        "UPDATE abs_day SET closed_at = $2 WHERE day = $1 AND closed_at IS NULL",
        day.date(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken(DOING))?;
    if closed.rows_affected() == 0 {
        // Another node did.
        return Ok(());
    }
    for (account, asset, moved) in sums.iter() {
        sqlx::query!(
            "INSERT INTO abs_day_sum (day, account, asset, debits, credits)
             VALUES ($1, $2, $3, $4, $5)",
            day.date(),
            account.to_string(),
            asset.numeric(),
            moved.debits,
            moved.credits,
        )
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    }
    Ok(())
}

/// The last days that are frozen or closed, the latest first.
pub async fn days(pool: &PgPool, limit: i64) -> Result<Vec<BusinessDay>> {
    let rows = sqlx::query!(
        "SELECT day, documents, frozen_at, closed_at FROM abs_day ORDER BY day DESC LIMIT $1",
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing days"))?;
    Ok(rows
        .into_iter()
        .map(|row| BusinessDay {
            day: row.day.into(),
            documents: row.documents,
            frozen_at: row.frozen_at.into(),
            closed_at: row.closed_at.map(Moment::from),
        })
        .collect())
}

/// A day that is frozen or closed.
pub async fn one_day(pool: &PgPool, day: Day) -> Result<Option<BusinessDay>> {
    let row = sqlx::query!(
        "SELECT documents, frozen_at, closed_at FROM abs_day WHERE day = $1",
        day.date(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a day"))?;
    Ok(row.map(|row| BusinessDay {
        day,
        documents: row.documents,
        frozen_at: row.frozen_at.into(),
        closed_at: row.closed_at.map(Moment::from),
    }))
}

/// What the documents of a day come to, by kind of operation and accounts of the chart.
pub async fn by_product(pool: &PgPool, day: Day, limit: i64) -> Result<Vec<ProductSum>> {
    let rows = sqlx::query!(
        r#"SELECT product, left(debit, 5) AS "debit!", left(credit, 5) AS "credit!", asset,
                  count(*) AS "documents!", count(*) FILTER (WHERE state = 3) AS "posted!",
                  sum(amount)::bigint AS "amount!"
           FROM abs_document WHERE day = $1 AND state <> 0
           GROUP BY product, left(debit, 5), left(credit, 5), asset
           ORDER BY product, left(debit, 5), left(credit, 5), asset LIMIT $2"#,
        day.date(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("summing up a day by kinds of operations"))?;
    rows.into_iter()
        .map(|row| -> Result<ProductSum> {
            let (debit, asset) = chart(&row.debit, row.asset)?;
            let (credit, _) = chart(&row.credit, row.asset)?;
            Ok(ProductSum {
                product: row.product,
                debit,
                credit,
                documents: row.documents,
                posted: row.posted,
                amount: Money::new(row.amount, asset),
            })
        })
        .collect()
}

/// What both books said of a day when it was closed.
pub async fn closed_sums(pool: &PgPool, day: Day) -> Result<Vec<AccountSum>> {
    let rows = sqlx::query!(
        "SELECT account, asset, debits, credits FROM abs_day_sum
         WHERE day = $1 ORDER BY account, asset",
        day.date(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading what both books said of a day"))?;
    rows.into_iter()
        .map(|row| -> Result<AccountSum> {
            let (account, asset) = chart(&row.account, row.asset)?;
            let moved = Movement { debits: row.debits, credits: row.credits };
            Ok(AccountSum { account, asset, moved })
        })
        .collect()
}

/// The sums that were moved on at the end of a day.
pub async fn day_sums(pool: &PgPool, day: Day) -> Result<Vec<DaySum>> {
    let rows = sqlx::query!(
        r#"SELECT id, product, debit AS "debit!", credit AS "credit!", amount, asset,
                  state = 3 AS "posted!"
           FROM abs_document WHERE day = $1 AND operation_id IS NULL
           ORDER BY product, debit, credit, asset"#,
        day.date(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing the sums of a day"))?;
    rows.into_iter()
        .map(|row| -> Result<DaySum> {
            Ok(DaySum {
                id: DocumentId::from_uuid(row.id),
                product: row.product,
                sides: Sides { debit: account(&row.debit)?, credit: account(&row.credit)? },
                amount: Money::new(row.amount, asset(row.asset)?),
                posted: row.posted,
            })
        })
        .collect()
}
