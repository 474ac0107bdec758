use kernel::{Error, Result};
use sqlx::PgPool;
use store::broken;

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
