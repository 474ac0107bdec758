//! The schema: embedded scripts, each with the script that takes it back.
//!
//! One process at a time migrates: an advisory lock of the database is held meanwhile. Each
//! migration is one transaction together with its row in the list of applied ones.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::{Error, Moment, Result};
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

use crate::{Store, broken};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// The name that sqlx gives the list of applied migrations.
const TABLE: &str = "_sqlx_migrations";
/// How long to wait for another process that migrates.
const LOCK_TIMEOUT_SECONDS: u64 = 60;
/// How long a migration waits for a table: everyone else queues up behind it meanwhile.
const TABLE_LOCK_TIMEOUT: &str = "SET lock_timeout = '10s'";

/// One migration of this program or of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The number in front of the file's name.
    pub version: i64,
    /// The rest of the file's name.
    pub name: String,
    /// When it was applied, if it was.
    pub applied_at: Option<Moment>,
    /// Whether the applied script is not the one in this program.
    pub differs: bool,
}

/// Applies what is missing, one transaction each. Gives the names of what was applied. Breaks when
/// the database was migrated with other scripts than this program's.
pub async fn up(store: &Store) -> Result<Vec<String>> {
    const DOING: &str = "migrating the database";
    let mut conn = locked_connection(store).await?;
    let applied = checked(applied(&mut conn).await?)?;
    let mut names = Vec::new();
    for migration in scripts() {
        if applied.contains_key(&migration.version) {
            continue;
        }
        conn.apply(TABLE, migration).await.map_err(failed(DOING))?;
        tracing::info!(version = migration.version, name = %migration.description, "migrated");
        names.push(migration.description.to_string());
    }
    close(conn).await?;
    Ok(names)
}

/// Rolls back, newest first, what is above `to_version`. Gives the names of what was rolled back.
pub async fn down(store: &Store, to_version: i64) -> Result<Vec<String>> {
    const DOING: &str = "rolling migrations back";
    let mut conn = locked_connection(store).await?;
    let applied = checked(applied(&mut conn).await?)?;
    let mut names = Vec::new();
    for version in applied.into_keys().rev().filter(|v| *v > to_version) {
        let script = MIGRATOR
            .iter()
            .find(|m| m.version == version && m.migration_type.is_down_migration())
            .ok_or_else(|| Error::broken(DOING, format!("{version} has no way back")))?;
        conn.revert(TABLE, script).await.map_err(failed(DOING))?;
        tracing::info!(version, name = %script.description, "rolled back");
        names.push(script.description.to_string());
    }
    close(conn).await?;
    Ok(names)
}

/// Every migration, of this program and of the database, in their order.
pub async fn status(store: &Store) -> Result<Vec<MigrationStatus>> {
    const DOING: &str = "reading the list of migrations";
    let mut conn = store.pool().acquire().await.map_err(broken(DOING))?;
    let listed: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(TABLE)
        .fetch_one(&mut *conn)
        .await
        .map_err(broken(DOING))?;
    let applied = if listed { applied(&mut conn).await? } else { BTreeMap::new() };
    let mut all: BTreeMap<i64, MigrationStatus> = applied
        .iter()
        .map(|(version, row)| (*version, row.status(*version, scripts().find(same(*version)))))
        .collect();
    for script in scripts() {
        all.entry(script.version).or_insert_with(|| MigrationStatus {
            version: script.version,
            name: script.description.to_string(),
            applied_at: None,
            differs: false,
        });
    }
    Ok(all.into_values().collect())
}

/// What changes whenever a migration changes: the key of the template database of the tests.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for script in scripts() {
        hash.update(script.version.to_be_bytes());
        hash.update(&*script.checksum);
    }
    crate::hex::hex(&hash.finalize())
}

fn scripts() -> impl Iterator<Item = &'static Migration> {
    MIGRATOR.iter().filter(|m| m.migration_type.is_up_migration())
}

fn same(version: i64) -> impl Fn(&&Migration) -> bool {
    move |m| m.version == version
}

struct Applied {
    name: String,
    at: Moment,
    checksum: Vec<u8>,
}

impl Applied {
    fn status(&self, version: i64, script: Option<&Migration>) -> MigrationStatus {
        MigrationStatus {
            version,
            name: self.name.clone(),
            applied_at: Some(self.at),
            differs: script.is_none_or(|s| *s.checksum != *self.checksum),
        }
    }
}

async fn applied(conn: &mut PgConnection) -> Result<BTreeMap<i64, Applied>> {
    let rows: Vec<(i64, String, OffsetDateTime, Vec<u8>)> = sqlx::query_as(
        "SELECT version, description, installed_on, checksum FROM _sqlx_migrations WHERE success",
    )
    .fetch_all(conn)
    .await
    .map_err(broken("reading the list of migrations"))?;
    let applied = rows.into_iter().map(|(version, name, at, checksum)| {
        (version, Applied { name, at: Moment::from(at), checksum })
    });
    Ok(applied.collect())
}

/// Refuses a database that was migrated with other scripts: what this program believes about its
/// tables would be wrong.
fn checked(applied: BTreeMap<i64, Applied>) -> Result<BTreeMap<i64, Applied>> {
    for (version, row) in &applied {
        if row.status(*version, scripts().find(same(*version))).differs {
            let what = format!("migration {version} ({}) is not the one applied", row.name);
            return Err(Error::broken("comparing the migrations with the database's", what));
        }
    }
    Ok(applied)
}

/// A connection of its own, so that the lock ends with it whatever happens.
async fn locked_connection(store: &Store) -> Result<PgConnection> {
    const DOING: &str = "waiting for another process that migrates";
    let options = store.pool().connect_options().as_ref().clone();
    let options = options.options([("statement_timeout", "0")]);
    let mut conn = PgConnection::connect_with(&options)
        .await
        .map_err(broken("connecting to migrate the database"))?;
    tokio::time::timeout(Duration::from_secs(LOCK_TIMEOUT_SECONDS), conn.lock())
        .await
        .map_err(|late| Error::broken(DOING, late))?
        .map_err(failed(DOING))?;
    conn.ensure_migrations_table(TABLE).await.map_err(failed("listing migrations"))?;
    sqlx::query(TABLE_LOCK_TIMEOUT)
        .execute(&mut conn)
        .await
        .map_err(broken("limiting how long a migration waits"))?;
    Ok(conn)
}

async fn close(conn: PgConnection) -> Result<()> {
    conn.close().await.map_err(broken("ending the connection that migrated"))
}

fn failed(doing: &'static str) -> impl FnOnce(MigrateError) -> Error {
    move |error| Error::broken(doing, error)
}
