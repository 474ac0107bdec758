//! Monthly partitions of the tables that grow with every operation.
//!
//! Their keys are version 7 UUIDs, whose first 48 bits are the milliseconds since 1970, so a range
//! of time is a range of keys. Months turn at midnight UTC.

use kernel::{Error, Moment, Result};
use sqlx::{AssertSqlSafe, PgConnection};
use time::{Date, Month};
use uuid::Uuid;

use crate::{Store, Tx, broken, commit};

/// The partitioned tables and the version 7 UUID each is partitioned by.
pub const TABLES: [(&str, &str); 3] =
    [("operation", "id"), ("transfer", "operation_id"), ("audit_event", "id")];

/// The table whose partitions refuse to be truncated: of its triggers they get those for each row.
const STAYS: &str = "audit_event";

/// Months kept ready before the present one: a client's clock may be behind.
const MONTHS_BACK: i32 = 1;
/// Months kept ready after the present one.
const MONTHS_AHEAD: i32 = 3;
/// Nodes that make partitions at the same time take turns by this lock.
const LOCK: i64 = 0x006f_6b74_6f70_6172;

/// How long to wait for a table: everyone else queues up behind it meanwhile.
const LOCK_TIMEOUT: &str = "5s";

const DOING: &str = "making the partitions of the coming months";

/// Makes the partitions from one month back to three months ahead. Does nothing when they are
/// there; any number of nodes may call it at the same time.
pub async fn ensure(store: &Store, now: Moment) -> Result<()> {
    for (table, _) in TABLES {
        for distance in MONTHS_BACK.saturating_neg()..=MONTHS_AHEAD {
            let month = YearMonth::of(now).plus(distance);
            let name = format!("{table}_{:04}_{:02}", month.year, month.month);
            let mut conn = store.pool().acquire().await.map_err(broken(DOING))?;
            let there = exists(&mut conn, table, &name).await?;
            drop(conn);
            if !there {
                make(store, table, &name, month).await?;
            }
        }
    }
    Ok(())
}

/// The smallest version 7 UUID of this moment, and of any version.
pub fn lower_bound(at: Moment) -> Uuid {
    Uuid::from_u128(u128::from(at.millis()).wrapping_shl(80))
}

/// Asks the catalogue's tables: the quicker `to_regclass` may remember that there was none.
async fn exists(conn: &mut PgConnection, table: &str, name: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM pg_inherits i
               JOIN pg_class parent ON parent.oid = i.inhparent
               JOIN pg_class child ON child.oid = i.inhrelid
               WHERE parent.relname = $1 AND child.relname = $2
           ) AS "found!""#,
        table,
        name,
    )
    .fetch_one(conn)
    .await
    .map_err(broken(DOING))
}

/// Attaching takes a weaker lock on the table than making the partition in one statement would:
/// operations go on meanwhile.
async fn make(store: &Store, table: &str, name: &str, month: YearMonth) -> Result<()> {
    let from = lower_bound(month.start()?);
    let to = lower_bound(month.plus(1).start()?);
    let mut tx = store.begin().await?;
    run(&mut tx, format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")).await?;
    run(&mut tx, format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    if exists(&mut tx, table, name).await? {
        return Ok(());
    }
    run(&mut tx, format!("CREATE TABLE {name} (LIKE {table} INCLUDING ALL EXCLUDING IDENTITY)"))
        .await?;
    let attach = format!(
        "ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}')"
    );
    run(&mut tx, attach).await?;
    if table == STAYS {
        let stays = format!(
            "CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {name}
                 FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        );
        run(&mut tx, stays).await?;
    }
    commit(tx).await?;
    tracing::info!(partition = name, "made a partition");
    Ok(())
}

async fn run(tx: &mut Tx, sql: String) -> Result<()> {
    // The names come from the list above and the bounds from the calendar.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(|_| ()).map_err(broken(DOING))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct YearMonth {
    year: i32,
    /// 1 to 12.
    month: i32,
}

impl YearMonth {
    fn of(at: Moment) -> Self {
        let date = at.datetime().date();
        Self { year: date.year(), month: i32::from(u8::from(date.month())) }
    }

    fn plus(self, months: i32) -> Self {
        let index = self.year.saturating_mul(12).saturating_add(self.month - 1 + months);
        Self { year: index.div_euclid(12), month: index.rem_euclid(12) + 1 }
    }

    /// The first moment of the month, in UTC.
    fn start(self) -> Result<Moment> {
        u8::try_from(self.month)
            .ok()
            .and_then(|m| Month::try_from(m).ok())
            .and_then(|m| Date::from_calendar_date(self.year, m, 1).ok())
            .map(|date| Moment::from(date.midnight().assume_utc()))
            .ok_or(Error::invariant("a month is outside the calendar"))
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Entropy, OperationId};

    use super::*;

    #[test]
    fn months_turn_with_the_year() {
        let november = YearMonth { year: 2026, month: 11 };
        assert_eq!(november.plus(1), YearMonth { year: 2026, month: 12 });
        assert_eq!(november.plus(2), YearMonth { year: 2027, month: 1 });
        assert_eq!(november.plus(-11), YearMonth { year: 2025, month: 12 });
    }

    #[test]
    fn ids_fall_into_the_month_of_their_moment() {
        let start = YearMonth { year: 2026, month: 12 }.start().unwrap();
        assert_eq!(start.to_string(), "2026-12-01T00:00:00Z");
        let id = |at: Moment| OperationId::generate(at, Entropy).uuid();
        assert!(id(start) >= lower_bound(start));
        assert!(id(start.plus_micros(-1)) < lower_bound(start));
    }
}
