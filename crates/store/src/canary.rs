//! Looks for planted values in everything that a database keeps: what must be stored sealed or
//! hashed is found in no column of any table.

use sqlx::{AssertSqlSafe, PgPool};

use crate::Store;
use crate::embedded::quoted;

/// The columns in which one of these values stands in clear, as `table.column: value`, over every
/// table of the schema and every column of text, bytes or JSON, arrays too. A value is looked for
/// as its bytes, and its hexadecimal and base64 spellings.
///
/// # Panics
/// When the database cannot be read: then the test that asks proves nothing.
pub async fn planted_in(store: &Store, planted: &[&str]) -> Vec<String> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT c.table_name::text, c.column_name::text, c.data_type::text
         FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           AND c.data_type IN ('text', 'character varying', 'character', 'bytea', 'json', 'jsonb',
                               'ARRAY', 'USER-DEFINED')
         ORDER BY 1, 2",
    )
    .fetch_all(store.pool())
    .await
    .expect("the list of columns is read");
    assert!(columns.len() > 50, "the list of columns is short: {}", columns.len());
    let mut found = Vec::new();
    for (table, column, kind) in &columns {
        for value in planted {
            if stands_in(store.pool(), (table, column, kind), value).await {
                found.push(format!("{table}.{column}: {value}"));
            }
        }
    }
    found
}

async fn stands_in(pool: &PgPool, (table, column, kind): (&str, &str, &str), value: &str) -> bool {
    let (table, column) = (quoted(table), quoted(column));
    // The text of bytes is hexadecimal; that of everything else holds what it holds.
    let shown = if kind == "bytea" {
        format!("encode({column}, 'escape') || ' ' || encode({column}, 'hex')")
    } else {
        format!("{column}::text")
    };
    let query = format!(
        "SELECT EXISTS (SELECT FROM {table} WHERE position($1 IN {shown}) > 0
             OR position(encode(convert_to($1, 'UTF8'), 'hex') IN {shown}) > 0
             OR position(rtrim(encode(convert_to($1, 'UTF8'), 'base64'), '=') IN {shown}) > 0)"
    );
    sqlx::query_scalar(AssertSqlSafe(query))
        .bind(value)
        .fetch_one(pool)
        .await
        .expect("a column is searched")
}
