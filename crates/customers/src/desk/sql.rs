use kernel::{CustomerId, Result};
use sqlx::PgPool;
use store::broken;

use super::rules;

/// Customers of whose names one begins with each of these words, by name. The first word is asked
/// of an index; the others are looked for among what it finds.
pub(super) async fn by_name(
    pool: &PgPool,
    words: &[String],
    limit: i64,
) -> Result<Vec<CustomerId>> {
    let mut beginnings = words.iter().map(|word| rules::beginnings(word));
    let Some([first, or_first]) = beginnings.next() else { return Ok(Vec::new()) };
    let (others, or_others): (Vec<_>, Vec<_>) = beginnings.map(|[one, other]| (one, other)).unzip();
    sqlx::query_scalar!(
        "SELECT id FROM customer
         WHERE (comparable_name(last_name) LIKE $1 OR comparable_name(first_name) LIKE $1
             OR comparable_name(last_name) LIKE $2 OR comparable_name(first_name) LIKE $2)
           AND NOT EXISTS (
               SELECT FROM unnest($3::text[], $4::text[]) AS t (word, or_word)
               WHERE comparable_name(last_name) NOT LIKE word
                 AND comparable_name(first_name) NOT LIKE word
                 AND comparable_name(last_name) NOT LIKE or_word
                 AND comparable_name(first_name) NOT LIKE or_word)
         ORDER BY last_name, first_name, id LIMIT $5",
        first,
        or_first,
        &others,
        &or_others,
        limit,
    )
    .fetch_all(pool)
    .await
    .map(of)
    .map_err(broken("looking for customers by name"))
}

pub(super) async fn by_client_code(pool: &PgPool, code: i32) -> Result<Option<CustomerId>> {
    sqlx::query_scalar!("SELECT id FROM customer WHERE client_code = $1", code)
        .fetch_optional(pool)
        .await
        .map(|id| id.map(CustomerId::from_uuid))
        .map_err(broken("looking for a customer by number"))
}

/// Whoever declared a document with this number: more than one when somebody did not tell the
/// truth.
pub(super) async fn by_document(
    pool: &PgPool,
    index: &[u8; 32],
    limit: i64,
) -> Result<Vec<CustomerId>> {
    sqlx::query_scalar!(
        "SELECT customer FROM customer_document WHERE number_index = $1 ORDER BY customer LIMIT $2",
        index.as_slice(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map(of)
    .map_err(broken("looking for customers by a document"))
}

/// The same by the personal number in it.
pub(super) async fn by_personal_number(
    pool: &PgPool,
    index: &[u8; 32],
    limit: i64,
) -> Result<Vec<CustomerId>> {
    sqlx::query_scalar!(
        "SELECT customer FROM customer_document
         WHERE personal_index = $1 ORDER BY customer LIMIT $2",
        index.as_slice(),
        limit,
    )
    .fetch_all(pool)
    .await
    .map(of)
    .map_err(broken("looking for customers by a personal number"))
}

fn of(ids: Vec<uuid::Uuid>) -> Vec<CustomerId> {
    ids.into_iter().map(CustomerId::from_uuid).collect()
}
