use std::collections::HashMap;

use kernel::{AccountId, CustomerId, Error, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use uuid::Uuid;

/// Takes the next order number of a client code. `None` when all three digits are used up.
pub async fn next_order_number(pool: &PgPool, client_code: u32) -> Result<Option<u16>> {
    let client_code = i32::try_from(client_code)
        .map_err(|error| Error::broken("writing a client code", error))?;
    let taken = sqlx::query_scalar!(
        "INSERT INTO account_order_number AS n (client_code, last) VALUES ($1, 1)
         ON CONFLICT (client_code) DO UPDATE SET last = n.last + 1 WHERE n.last < 999
         RETURNING last",
        client_code
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("taking an order number"))?;
    taken
        .map(u16::try_from)
        .transpose()
        .map_err(|error| Error::broken("reading an order number", error))
}

/// What the owners of these accounts call them. An account without a name is not in it.
pub async fn names(pool: &PgPool, accounts: &[AccountId]) -> Result<HashMap<AccountId, String>> {
    let ids: Vec<Uuid> = accounts.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!("SELECT account, name FROM account_name WHERE account = ANY($1)", &ids)
        .fetch_all(pool)
        .await
        .map_err(broken("reading the names of accounts"))?;
    Ok(rows.into_iter().map(|row| (AccountId::from_uuid(row.account), row.name)).collect())
}

/// Gives an account a name, or takes it away. `false` when it is called so already.
pub async fn set_name(tx: &mut Tx, account: AccountId, name: Option<&str>) -> Result<bool> {
    let query = match name {
        Some(name) => sqlx::query!(
            "INSERT INTO account_name AS n (account, name) VALUES ($1, $2)
             ON CONFLICT (account) DO UPDATE SET name = excluded.name
                 WHERE n.name <> excluded.name",
            account.uuid(),
            name
        ),
        None => sqlx::query!("DELETE FROM account_name WHERE account = $1", account.uuid()),
    };
    let done = query.execute(&mut **tx).await.map_err(broken("naming an account"))?;
    Ok(done.rows_affected() > 0)
}

/// Deletes what a customer calls their accounts.
pub async fn delete_names(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM account_name WHERE account IN (SELECT id FROM account WHERE owner = $1)",
        customer.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("deleting the names of accounts"))
}
