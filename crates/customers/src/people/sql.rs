use kernel::{CustomerId, Day, Error, Lang, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Customer, PersonName, Status};

struct Row {
    id: Uuid,
    first_name: String,
    last_name: String,
    birth_date: Date,
    lang: String,
    client_code: i32,
    status: String,
    created_at: OffsetDateTime,
}

impl TryFrom<Row> for Customer {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        const UNREADABLE: Error = Error::invariant("a stored customer cannot be read");
        Ok(Self {
            id: CustomerId::from_uuid(row.id),
            name: PersonName::stored(row.first_name, row.last_name),
            birth_date: Day::from(row.birth_date),
            lang: Lang::from_tag(&row.lang).ok_or(UNREADABLE)?,
            client_code: u32::try_from(row.client_code).map_err(|_| UNREADABLE)?,
            status: Status::parse(&row.status).ok_or(UNREADABLE)?,
            created_at: Moment::from(row.created_at),
        })
    }
}

/// A person about to become a customer.
pub(super) struct Person {
    pub name: PersonName,
    pub birth_date: Day,
    pub lang: Lang,
}

/// Adds a customer and gives out their client code.
pub(super) async fn insert(
    tx: &mut Tx,
    id: CustomerId,
    person: &Person,
    now: Moment,
) -> Result<Customer> {
    sqlx::query_as!(
        Row,
        "INSERT INTO customer (id, first_name, last_name, birth_date, lang, status, created_at)
         VALUES ($1, $2, $3, $4, $5, 'active', $6)
         RETURNING id, first_name, last_name, birth_date, lang, client_code, status, created_at",
        id.uuid(),
        person.name.first(),
        person.name.last(),
        person.birth_date.date(),
        person.lang.tag(),
        now.datetime(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("adding a customer"))?
    .try_into()
}

pub(super) async fn by_id(pool: &PgPool, id: CustomerId) -> Result<Option<Customer>> {
    sqlx::query_as!(
        Row,
        "SELECT id, first_name, last_name, birth_date, lang, client_code, status, created_at
         FROM customer WHERE id = $1",
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a customer"))?
    .map(Customer::try_from)
    .transpose()
}

pub(super) async fn by_ids(pool: &PgPool, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query_as!(
        Row,
        "SELECT id, first_name, last_name, birth_date, lang, client_code, status, created_at
         FROM customer WHERE id = ANY($1)",
        &ids,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading customers"))?
    .into_iter()
    .map(Customer::try_from)
    .collect()
}

/// The customer, whom nobody else changes until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>> {
    sqlx::query_as!(
        Row,
        "SELECT id, first_name, last_name, birth_date, lang, client_code, status, created_at
         FROM customer WHERE id = $1 FOR NO KEY UPDATE",
        id.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a customer"))?
    .map(Customer::try_from)
    .transpose()
}

/// Sets the language of a customer. `false` when it is that already.
pub(super) async fn set_lang(tx: &mut Tx, id: CustomerId, lang: Lang) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE customer SET lang = $2 WHERE id = $1 AND lang <> $2",
        id.uuid(),
        lang.tag(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("setting the language of a customer"))?;
    Ok(done.rows_affected() == 1)
}

/// When the customer's name was changed after `since`, oldest first.
pub(super) async fn renames(tx: &mut Tx, id: CustomerId, since: Moment) -> Result<Vec<Moment>> {
    let moments = sqlx::query_scalar!(
        "SELECT until FROM customer_former_name
         WHERE customer = $1 AND until > $2 ORDER BY until",
        id.uuid(),
        since.datetime(),
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("reading the changes of a name"))?;
    Ok(moments.into_iter().map(Moment::from).collect())
}

/// Gives a customer a name and keeps the one they had.
pub(super) async fn rename(
    tx: &mut Tx,
    customer: &Customer,
    name: &PersonName,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO customer_former_name (customer, until, first_name, last_name)
         VALUES ($1, $2, $3, $4)",
        customer.id.uuid(),
        now.datetime(),
        customer.name.first(),
        customer.name.last(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("keeping a former name"))?;
    sqlx::query!(
        "UPDATE customer SET first_name = $2, last_name = $3 WHERE id = $1",
        customer.id.uuid(),
        name.first(),
        name.last(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("renaming a customer"))?;
    Ok(())
}
