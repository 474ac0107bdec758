//! Customers who leave the bank, and what is left of those who were erased: an id, and the number
//! that stands in those of their accounts.

mod sql;

use kernel::{CustomerId, Result};
use store::Tx;

/// What stands where a name stood of whoever was erased. No name is a dash.
pub const ERASED: &str = "—";

/// A customer is served no more, in the transaction that ends their way in.
pub async fn leave(tx: &mut Tx, id: CustomerId) -> Result<()> {
    // Part of a use case that asked who may.
    sql::close(tx, id).await
}

/// Blanks the name and the date of birth of a customer, and deletes their former names and their
/// document, in the transaction in which their key goes.
pub async fn erase(tx: &mut Tx, id: CustomerId) -> Result<()> {
    // Part of a use case that asked who may.
    sql::blank(tx, id).await?;
    sql::delete_former_names(tx, id).await?;
    sql::delete_document(tx, id).await
}
