use kernel::{AccountId, CustomerId, Day, Error, Moment, Result};
use sqlx::PgPool;
use store::broken;

use super::{DocumentCode, Paper};

/// Keeps a document.
pub async fn insert(pool: &PgPool, paper: &Paper) -> Result<()> {
    sqlx::query!(
        "INSERT INTO statement_document (code, account, customer, issued_at, holder, holder_masked,
             first_day, last_day, lines_until, opening, closing, credits, debits, line_count,
             lines_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        paper.code.as_str(),
        paper.account.uuid(),
        paper.customer.uuid(),
        paper.issued_at.datetime(),
        paper.holder,
        paper.holder_masked,
        paper.first_day.date(),
        paper.last_day.date(),
        paper.lines_until.datetime(),
        paper.opening,
        paper.closing,
        paper.credits,
        paper.debits,
        paper.line_count,
        paper.lines_hash.as_slice(),
    )
    .execute(pool)
    .await
    .map_err(broken("keeping a document"))?;
    Ok(())
}

/// The document of a code.
pub async fn find(pool: &PgPool, code: &DocumentCode) -> Result<Option<Paper>> {
    const UNREADABLE: Error = Error::invariant("a stored document cannot be read");
    let row = sqlx::query!("SELECT * FROM statement_document WHERE code = $1", code.as_str())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading a document"))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Paper {
        code: *code,
        account: AccountId::from_uuid(row.account),
        customer: CustomerId::from_uuid(row.customer),
        issued_at: Moment::from(row.issued_at),
        holder: row.holder,
        holder_masked: row.holder_masked,
        first_day: Day::from(row.first_day),
        last_day: Day::from(row.last_day),
        lines_until: Moment::from(row.lines_until),
        opening: row.opening,
        closing: row.closing,
        credits: row.credits,
        debits: row.debits,
        line_count: row.line_count,
        lines_hash: row.lines_hash.try_into().map_err(|_| UNREADABLE)?,
    }))
}
