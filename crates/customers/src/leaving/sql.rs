use kernel::{CustomerId, Moment, Result};
use store::{Tx, broken};

pub(super) async fn close(tx: &mut Tx, id: CustomerId) -> Result<()> {
    sqlx::query!("UPDATE customer SET status = 'closed' WHERE id = $1", id.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("closing a customer"))
}

/// Nobody alive was born on the day that stands there then.
pub(super) async fn blank(tx: &mut Tx, id: CustomerId) -> Result<()> {
    sqlx::query!(
        "UPDATE customer SET first_name = $2, last_name = $2, birth_date = '1800-01-01'
         WHERE id = $1",
        id.uuid(),
        super::ERASED,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("blanking a customer"))
}

pub(super) async fn delete_former_names(tx: &mut Tx, id: CustomerId) -> Result<()> {
    sqlx::query!("DELETE FROM customer_former_name WHERE customer = $1", id.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("deleting the former names of a customer"))
}

pub(super) async fn delete_document(tx: &mut Tx, id: CustomerId) -> Result<()> {
    sqlx::query!("DELETE FROM customer_document WHERE customer = $1", id.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("deleting the document of a customer"))
}

/// Deletes a document that was declared since then and that nobody of the bank has seen.
pub(super) async fn take_document(tx: &mut Tx, id: CustomerId, since: Moment) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM customer_document
         WHERE customer = $1 AND verified_at IS NULL AND declared_at >= $2",
        id.uuid(),
        since.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("taking a new document away"))
}
