use kernel::{CustomerId, Day, Moment, Result, StaffId};
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;

/// A document as it is stored.
pub(super) struct New {
    pub number: [u8; 32],
    pub personal: [u8; 32],
    pub sealed: Vec<u8>,
}

pub(super) struct Row {
    pub sealed: Vec<u8>,
    pub declared_at: OffsetDateTime,
    pub verified: bool,
}

/// Keeps a declared document. False when one stands there that the bank has seen, unless it is the
/// one of that moment, which is over.
pub(super) async fn declare(
    tx: &mut Tx,
    customer: CustomerId,
    new: &New,
    (now, over): (Moment, Option<Moment>),
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO customer_document AS d
             (customer, number_index, personal_index, sealed, declared_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (customer) DO UPDATE
         SET number_index = $2, personal_index = $3, sealed = $4, declared_at = $5,
             verified_at = NULL, verified_by = NULL
         WHERE d.verified_at IS NULL OR d.declared_at = $6",
        customer.uuid(),
        new.number.as_slice(),
        new.personal.as_slice(),
        new.sealed,
        now.datetime(),
        over.map(Moment::datetime),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("declaring a document"))
}

/// Whether somebody else declared the same.
pub(super) async fn others_have(tx: &mut Tx, customer: CustomerId, new: &New) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM customer_document
               WHERE customer <> $1 AND (number_index = $2 OR personal_index = $3)) AS "have!""#,
        customer.uuid(),
        new.number.as_slice(),
        new.personal.as_slice(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("looking for the same document"))
}

pub(super) async fn read(pool: &PgPool, customer: CustomerId) -> Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT sealed, declared_at, verified_at IS NOT NULL AS "verified!"
           FROM customer_document WHERE customer = $1"#,
        customer.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a document"))
}

/// Whether a customer who was born on this day has had a document with this number since then.
pub(super) async fn is_shown(
    pool: &PgPool,
    customer: CustomerId,
    (number, born): (&[u8; 32], Day),
    declared_before: Moment,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM customer_document d JOIN customer c ON c.id = d.customer
               WHERE d.customer = $1 AND d.number_index = $2 AND c.birth_date = $3
                 AND (d.declared_at <= $4 OR d.verified_at IS NOT NULL)) AS "shown!""#,
        customer.uuid(),
        number.as_slice(),
        born.date(),
        declared_before.datetime(),
    )
    .fetch_one(pool)
    .await
    .map_err(broken("comparing a document"))
}

/// What came of showing a document to an employee.
pub(crate) enum Marked {
    /// It is the one that the customer declared.
    Seen,
    /// It is not, or it was seen before.
    Differs,
    /// The same document of another customer was seen before.
    Taken,
}

/// Notes that an employee has seen the document that a customer declared, by both its numbers.
pub(crate) async fn mark_seen(
    tx: &mut Tx,
    customer: CustomerId,
    (number, personal): (&[u8; 32], &[u8; 32]),
    (now, by): (Moment, StaffId),
) -> Result<Marked> {
    let done = sqlx::query!(
        "UPDATE customer_document SET verified_at = $4, verified_by = $5
         WHERE customer = $1 AND number_index = $2 AND personal_index = $3
           AND verified_at IS NULL",
        customer.uuid(),
        number.as_slice(),
        personal.as_slice(),
        now.datetime(),
        by.uuid(),
    )
    .execute(&mut **tx)
    .await;
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(Marked::Seen),
        Ok(_) => Ok(Marked::Differs),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
        {
            Ok(Marked::Taken)
        }
        Err(error) => Err(broken("noting that a document was seen")(error)),
    }
}

/// Takes that back. False when no employee has seen it.
pub(crate) async fn unmark_seen(tx: &mut Tx, customer: CustomerId) -> Result<bool> {
    sqlx::query!(
        "UPDATE customer_document SET verified_at = NULL, verified_by = NULL
         WHERE customer = $1 AND verified_at IS NOT NULL",
        customer.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("taking back that a document was seen"))
}
