//! Customers who leave the bank, and what is left of those who were erased: an id, and the number
//! that stands in those of their accounts. And what is taken from those who are let in again.

mod sql;

use kernel::{CustomerId, Moment, Result};
use store::Tx;

/// What stands where a name stood of whoever was erased. No name is a dash.
pub const ERASED: &str = "—";

/// A customer is served no more, in the transaction that ends their way in.
pub async fn leave(tx: &mut Tx, id: CustomerId) -> Result<()> {
    // Part of a use case that asked who may.
    sql::close(tx, id).await
}

/// Takes the document that a customer declared since then, in the transaction that lets them in
/// again: it may be that of whoever made the freeze necessary. One that an employee has seen is the
/// customer's. Says whether there was one.
pub async fn take_document(tx: &mut Tx, id: CustomerId, since: Moment) -> Result<bool> {
    // Part of a use case that asked who may.
    sql::take_document(tx, id, since).await
}

/// Blanks the name and the date of birth of a customer, and deletes their former names and their
/// document, in the transaction in which their key goes.
pub async fn erase(tx: &mut Tx, id: CustomerId) -> Result<()> {
    // Part of a use case that asked who may.
    sql::blank(tx, id).await?;
    sql::delete_former_names(tx, id).await?;
    sql::delete_document(tx, id).await
}
