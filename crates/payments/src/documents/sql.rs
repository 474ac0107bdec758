use kernel::{AccountId, CustomerId, Day, Error, Moment, OperationId, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{DocumentCode, Paper};

struct Row {
    code: String,
    account: Uuid,
    customer: Uuid,
    key: Uuid,
    issued_at: OffsetDateTime,
    holder: String,
    holder_masked: String,
    first_day: Date,
    last_day: Date,
    lines_until: OffsetDateTime,
    opening: i64,
    closing: i64,
    credits: i64,
    debits: i64,
    line_count: i32,
    lines_hash: Vec<u8>,
}

impl TryFrom<Row> for Paper {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        const UNREADABLE: Error = Error::invariant("a stored document cannot be read");
        Ok(Self {
            code: DocumentCode::parse(&row.code).map_err(|_| UNREADABLE)?,
            account: AccountId::from_uuid(row.account),
            customer: CustomerId::from_uuid(row.customer),
            key: OperationId::from_uuid(row.key),
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
        })
    }
}

/// Keeps a document. `false`: the customer has one under this key.
pub async fn insert(tx: &mut Tx, paper: &Paper) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO statement_document (code, account, customer, key, issued_at, holder,
             holder_masked, first_day, last_day, lines_until, opening, closing, credits, debits,
             line_count, lines_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (customer, key) DO NOTHING",
        paper.code.as_str(),
        paper.account.uuid(),
        paper.customer.uuid(),
        paper.key.uuid(),
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
    .execute(&mut **tx)
    .await
    .map_err(broken("keeping a document"))?;
    Ok(done.rows_affected() == 1)
}

/// The document of a code.
pub async fn find(pool: &PgPool, code: &DocumentCode) -> Result<Option<Paper>> {
    sqlx::query_as!(Row, "SELECT * FROM statement_document WHERE code = $1", code.as_str())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading a document"))?
        .map(Paper::try_from)
        .transpose()
}

/// The document that a customer had made under a key.
pub async fn find_by_key(
    pool: &PgPool,
    customer: CustomerId,
    key: OperationId,
) -> Result<Option<Paper>> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM statement_document WHERE customer = $1 AND key = $2",
        customer.uuid(),
        key.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading the document of a key"))?
    .map(Paper::try_from)
    .transpose()
}

/// Blanks the holder of a customer's papers: what they say in figures can be compared further on.
pub async fn blank_holder(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    sqlx::query!(
        "UPDATE statement_document SET holder = $2, holder_masked = $2 WHERE customer = $1",
        customer.uuid(),
        customers::leaving::ERASED,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("blanking the holder of statements"))
}
