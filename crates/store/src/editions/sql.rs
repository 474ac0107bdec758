use kernel::{EditionId, Moment, Result, StaffId};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Draft, Edition, NewEdition};
use crate::{Tx, broken};

/// The key of the lock under which one edition at a time is published: numbers of a book have no
/// gaps then.
const PUBLISH_LOCK: i64 = 0x0ED1_7104;

pub async fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", PUBLISH_LOCK)
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("waiting for the turn to publish an edition"))
}

/// Every edition there is, and whether it was taken back.
pub async fn states(pool: &PgPool) -> Result<Vec<(EditionId, Option<Moment>)>> {
    let rows = sqlx::query!("SELECT id, withdrawn_at FROM edition")
        .fetch_all(pool)
        .await
        .map_err(broken("looking for new editions"))?;
    let row = |id: Uuid, at: Option<OffsetDateTime>| (EditionId::from_uuid(id), at.map(Into::into));
    Ok(rows.into_iter().map(|r| row(r.id, r.withdrawn_at)).collect())
}

pub async fn read(pool: &PgPool, ids: &[EditionId]) -> Result<Vec<Edition>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "SELECT id, book, number, effective_at, body, reason, published_at, withdrawn_at
         FROM edition WHERE id = ANY($1)",
        &ids
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading editions"))?;
    Ok(rows
        .into_iter()
        .map(|r| Edition {
            id: EditionId::from_uuid(r.id),
            book: r.book,
            number: r.number,
            effective_at: r.effective_at.into(),
            body: r.body,
            reason: r.reason,
            published_at: r.published_at.into(),
            withdrawn_at: r.withdrawn_at.map(Moment::from),
        })
        .collect())
}

/// Whether it was written: another of its book may begin at the same moment.
pub async fn insert(
    tx: &mut Tx,
    id: EditionId,
    new: &NewEdition<'_>,
    (hash, now): ([u8; 32], Moment),
) -> Result<bool> {
    let written = sqlx::query!(
        "INSERT INTO edition (id, book, number, effective_at, body, body_hash, reason, published_at)
         SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7
         FROM edition WHERE book = $2
         ON CONFLICT (book, effective_at) WHERE withdrawn_at IS NULL DO NOTHING",
        id.uuid(),
        new.book,
        new.effective_at.datetime(),
        new.body,
        &hash[..],
        new.reason,
        now.datetime()
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("publishing an edition"))?;
    Ok(written.rows_affected() == 1)
}

/// Whether a book has any edition.
pub async fn has_book(tx: &mut Tx, book: &str) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM edition WHERE book = $1) AS "has!""#, book)
        .fetch_one(&mut **tx)
        .await
        .map_err(broken("asking whether a book has an edition"))
}

/// The document that would hold at a moment.
pub async fn at(tx: &mut Tx, book: &str, moment: Moment) -> Result<Option<(EditionId, String)>> {
    let row = sqlx::query!(
        "SELECT id, body FROM edition
         WHERE book = $1 AND effective_at <= $2 AND withdrawn_at IS NULL
         ORDER BY effective_at DESC LIMIT 1",
        book,
        moment.datetime()
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("reading the edition of a moment"))?;
    Ok(row.map(|row| (EditionId::from_uuid(row.id), row.body)))
}

/// How an edition stands.
pub struct State {
    pub effective_at: Moment,
    pub withdrawn: bool,
}

pub async fn state(tx: &mut Tx, id: EditionId) -> Result<Option<State>> {
    let row =
        sqlx::query!("SELECT effective_at, withdrawn_at FROM edition WHERE id = $1", id.uuid())
            .fetch_optional(&mut **tx)
            .await
            .map_err(broken("reading how an edition stands"))?;
    Ok(row.map(|row| State {
        effective_at: row.effective_at.into(),
        withdrawn: row.withdrawn_at.is_some(),
    }))
}

pub async fn withdraw(tx: &mut Tx, id: EditionId, now: Moment) -> Result<()> {
    sqlx::query!("UPDATE edition SET withdrawn_at = $2 WHERE id = $1", id.uuid(), now.datetime())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("taking an edition back"))
}

pub async fn keep_draft(tx: &mut Tx, draft: &Draft) -> Result<()> {
    sqlx::query!(
        "INSERT INTO edition_draft (id, book, body, author, changed_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE
         SET body = excluded.body, author = excluded.author, changed_at = excluded.changed_at",
        draft.id.uuid(),
        draft.book,
        draft.body,
        draft.author.uuid(),
        draft.changed_at.datetime()
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping a draft"))
}

struct DraftRow {
    id: Uuid,
    book: String,
    body: String,
    author: Uuid,
    changed_at: OffsetDateTime,
}

impl From<DraftRow> for Draft {
    fn from(row: DraftRow) -> Self {
        Self {
            id: EditionId::from_uuid(row.id),
            book: row.book,
            body: row.body,
            author: StaffId::from_uuid(row.author),
            changed_at: row.changed_at.into(),
        }
    }
}

pub async fn draft(pool: &PgPool, id: EditionId) -> Result<Option<Draft>> {
    sqlx::query_as!(
        DraftRow,
        "SELECT id, book, body, author, changed_at FROM edition_draft WHERE id = $1",
        id.uuid()
    )
    .fetch_optional(pool)
    .await
    .map(|row| row.map(Draft::from))
    .map_err(broken("reading a draft"))
}

pub async fn lock_draft(tx: &mut Tx, id: EditionId) -> Result<Option<Draft>> {
    sqlx::query_as!(
        DraftRow,
        "SELECT id, book, body, author, changed_at FROM edition_draft WHERE id = $1 FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|row| row.map(Draft::from))
    .map_err(broken("locking a draft"))
}

pub async fn drafts(pool: &PgPool, book: &str) -> Result<Vec<Draft>> {
    sqlx::query_as!(
        DraftRow,
        "SELECT id, book, body, author, changed_at FROM edition_draft
         WHERE book = $1 ORDER BY changed_at DESC, id LIMIT 100",
        book
    )
    .fetch_all(pool)
    .await
    .map(|rows| rows.into_iter().map(Draft::from).collect())
    .map_err(broken("reading drafts"))
}

pub async fn drop_draft(tx: &mut Tx, id: EditionId) -> Result<()> {
    sqlx::query!("DELETE FROM edition_draft WHERE id = $1", id.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("dropping a draft"))
}
