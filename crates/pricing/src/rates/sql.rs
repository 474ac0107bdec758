use std::num::NonZeroU32;

use kernel::{Asset, Day, Error, Moment, Result};
use sqlx::PgPool;
use store::broken;

use super::{Kept, Published, rules};

struct Row {
    asset: i16,
    day: time::Date,
    nominal: i32,
    rate: i64,
    source: String,
    read_at: time::OffsetDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept> {
        let published = || {
            Some(Published {
                asset: Asset::from_numeric(self.asset)?,
                day: Day::from(self.day),
                rate: rules::of_millionths(self.rate)?,
                nominal: NonZeroU32::new(u32::try_from(self.nominal).ok()?)?,
            })
        };
        let published =
            published().ok_or(Error::invariant("a published rate is kept that cannot be read"))?;
        Ok(Kept { published, source: self.source, read_at: Moment::from(self.read_at) })
    }
}

/// Keeps the rates of a day. Those that are there already stay as they are: money was changed by
/// them. Gives how many are new.
pub async fn keep(pool: &PgPool, rates: &[Published], (source, at): (&str, Moment)) -> Result<u64> {
    let assets: Vec<i16> = rates.iter().map(|rate| rate.asset.numeric()).collect();
    let days: Vec<time::Date> = rates.iter().map(|rate| rate.day.date()).collect();
    let nominal = |rate: &Published| i32::try_from(rate.nominal.get()).unwrap_or(i32::MAX);
    let nominals: Vec<i32> = rates.iter().map(nominal).collect();
    let values: Vec<i64> = rates.iter().map(|rate| rate.rate.millionths()).collect();
    sqlx::query!(
        "INSERT INTO published_rate (asset, day, nominal, rate, source, read_at)
         SELECT asset, day, nominal, rate, $5, $6
         FROM unnest($1::smallint[], $2::date[], $3::integer[], $4::bigint[])
              AS r (asset, day, nominal, rate)
         ON CONFLICT (asset, day) DO NOTHING",
        &assets,
        &days,
        &nominals,
        &values,
        source,
        at.datetime(),
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("keeping published rates"))
}

/// The days of a period of which there are rates.
pub async fn days(pool: &PgPool, (from, to): (Day, Day)) -> Result<Vec<Day>> {
    let days = sqlx::query_scalar!(
        "SELECT DISTINCT day FROM published_rate WHERE day BETWEEN $1 AND $2",
        from.date(),
        to.date(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading of which days rates were published"))?;
    Ok(days.into_iter().map(Day::from).collect())
}

/// The last rate of a currency that was published for a day or one before it.
pub async fn last(pool: &PgPool, asset: Asset, day: Day) -> Result<Option<Kept>> {
    sqlx::query_as!(
        Row,
        "SELECT asset, day, nominal, rate, source, read_at FROM published_rate
         WHERE asset = $1 AND day <= $2 ORDER BY day DESC LIMIT 1",
        asset.numeric(),
        day.date(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a published rate"))?
    .map(Row::kept)
    .transpose()
}

/// The rates of a currency over a period, the last first.
pub async fn history(
    pool: &PgPool,
    asset: Asset,
    (from, to): (Day, Day),
    limit: i64,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT asset, day, nominal, rate, source, read_at FROM published_rate
         WHERE asset = $1 AND day BETWEEN $2 AND $3 ORDER BY day DESC LIMIT $4",
        asset.numeric(),
        from.date(),
        to.date(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the history of a rate"))?;
    rows.into_iter().map(Row::kept).collect()
}
