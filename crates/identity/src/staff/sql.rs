use kernel::{CustomerId, Moment, Result, Role, Roles, StaffId};
use sqlx::types::time::OffsetDateTime;
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};
use uuid::Uuid;

use super::rules::{StaffStatus, roles_of_row};

/// An employee as stored.
pub(super) struct Row {
    pub id: Uuid,
    pub name: String,
    pub email_sealed: Vec<u8>,
    pub customer_id: Option<Uuid>,
    pub roles: Vec<String>,
    pub status: String,
    pub created_at: OffsetDateTime,
    pub last_sign_in: Option<OffsetDateTime>,
    pub last_seen: Option<OffsetDateTime>,
    /// What became of the mail with their last link, and until when that is good.
    pub mail: Option<String>,
    pub link_until: Option<OffsetDateTime>,
}

pub(super) async fn list(pool: &PgPool, limit: i64) -> Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT m.id, m.name, m.email_sealed, m.customer_id, m.roles, m.status, m.created_at,
               (SELECT max(s.began_at) FROM staff_session s WHERE s.staff_id = m.id)
                   AS last_sign_in,
               (SELECT max(s.seen_at) FROM staff_session s WHERE s.staff_id = m.id) AS last_seen,
               e.mail AS "mail?", e.expires_at AS "link_until?"
           FROM staff m
           LEFT JOIN LATERAL (SELECT mail, expires_at FROM staff_enrolment
               WHERE staff_id = m.id AND used_at IS NULL
               ORDER BY created_at DESC LIMIT 1) e ON m.status = 'invited'
           ORDER BY m.name, m.id LIMIT $1"#,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing employees"))
}

pub(super) async fn one(pool: &PgPool, id: StaffId) -> Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT m.id, m.name, m.email_sealed, m.customer_id, m.roles, m.status, m.created_at,
               (SELECT max(s.began_at) FROM staff_session s WHERE s.staff_id = m.id)
                   AS last_sign_in,
               (SELECT max(s.seen_at) FROM staff_session s WHERE s.staff_id = m.id) AS last_seen,
               e.mail AS "mail?", e.expires_at AS "link_until?"
           FROM staff m
           LEFT JOIN LATERAL (SELECT mail, expires_at FROM staff_enrolment
               WHERE staff_id = m.id AND used_at IS NULL
               ORDER BY created_at DESC LIMIT 1) e ON m.status = 'invited' WHERE m.id = $1"#,
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading an employee"))
}

/// What decisions about an employee go by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub roles: Roles,
    pub status: StaffStatus,
    pub customer: Option<CustomerId>,
}

/// Where an employee stands, locked until the transaction ends, so that nobody changes it under a
/// decision.
pub(crate) async fn lock(tx: &mut Tx, id: StaffId) -> Result<Option<Standing>> {
    let row = sqlx::query!(
        "SELECT roles, status, coalesce(customer_id,
             (SELECT u.id FROM auth_user u WHERE u.phone_index = m.phone_index)) AS customer_id
         FROM staff m WHERE id = $1 FOR NO KEY UPDATE OF m",
        id.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking an employee"))?;
    row.map(|row| {
        Ok(Standing {
            roles: roles_of_row(&row.roles)?,
            status: StaffStatus::of_row(&row.status)?,
            customer: row.customer_id.map(CustomerId::from_uuid),
        })
    })
    .transpose()
}

/// The sealed mail address of an employee.
pub(crate) async fn email_of(conn: impl PgExecutor<'_>, id: StaffId) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT email_sealed FROM staff WHERE id = $1", id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(broken("reading the address of an employee"))
}

/// The name of an employee.
pub(crate) async fn name_of(tx: &mut Tx, id: StaffId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT name FROM staff WHERE id = $1", id.uuid())
        .fetch_optional(&mut **tx)
        .await
        .map_err(broken("reading the name of an employee"))
}

/// A new employee.
pub(crate) struct New<'a> {
    pub id: StaffId,
    pub name: &'a str,
    pub email_index: [u8; 32],
    pub email_sealed: &'a [u8],
    pub roles: Roles,
    /// Their own phone, and the customer who they are by it.
    pub person: Person,
}

/// By what an employee is known as a customer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Person {
    /// The blind index of their own phone.
    pub phone: Option<[u8; 32]>,
    /// The customer who has it.
    pub customer: Option<CustomerId>,
}

/// Adds an employee. False when the address is another's.
pub(crate) async fn insert(tx: &mut Tx, new: &New<'_>, now: Moment) -> Result<bool> {
    let roles: Vec<String> = new.roles.iter().map(|role| role.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO staff (id, name, email_index, email_sealed, roles, status, created_at,
             customer_id, phone_index)
         VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7, $8) ON CONFLICT (email_index) DO NOTHING",
        new.id.uuid(),
        new.name,
        new.email_index.as_slice(),
        new.email_sealed,
        &roles,
        now.datetime(),
        new.person.customer.map(CustomerId::uuid),
        new.person.phone.as_ref().map(<[u8; 32]>::as_slice),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("adding an employee"))
}

/// Knows the employees with this phone as the customer who has it now, unless they are known as one
/// already. Gives who that is.
pub(crate) async fn recognise(
    tx: &mut Tx,
    customer: CustomerId,
    phone: &[u8; 32],
) -> Result<Vec<StaffId>> {
    sqlx::query_scalar!(
        "UPDATE staff SET customer_id = $1 WHERE phone_index = $2 AND customer_id IS NULL
         RETURNING id",
        customer.uuid(),
        phone.as_slice(),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(StaffId::from_uuid).collect())
    .map_err(broken("recognising an employee as a customer"))
}

/// Says by what an employee is known as a customer. A customer who is known already stays so when
/// the phone is nobody's.
pub(crate) async fn set_person(tx: &mut Tx, id: StaffId, person: Person) -> Result<()> {
    sqlx::query!(
        "UPDATE staff SET phone_index = $2, customer_id = coalesce($3, customer_id) WHERE id = $1",
        id.uuid(),
        person.phone.as_ref().map(<[u8; 32]>::as_slice),
        person.customer.map(CustomerId::uuid),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("saying who an employee is as a customer"))
}

pub(crate) async fn id_by_email(
    conn: impl PgExecutor<'_>,
    index: &[u8; 32],
) -> Result<Option<StaffId>> {
    sqlx::query_scalar!("SELECT id FROM staff WHERE email_index = $1", index.as_slice())
        .fetch_optional(conn)
        .await
        .map(|id| id.map(StaffId::from_uuid))
        .map_err(broken("looking up an employee"))
}

/// Gives an employee other roles. They apply from the next request on.
pub(crate) async fn set_roles(tx: &mut Tx, id: StaffId, roles: Roles) -> Result<()> {
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    sqlx::query!(
        "UPDATE staff SET roles = $2, perm_epoch = perm_epoch + 1 WHERE id = $1",
        id.uuid(),
        &roles,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("giving an employee other roles"))
}

/// Gives an employee another status; every session of theirs is over.
pub(crate) async fn set_status(tx: &mut Tx, id: StaffId, status: StaffStatus) -> Result<()> {
    sqlx::query!(
        "UPDATE staff SET status = $2, epoch = epoch + 1 WHERE id = $1",
        id.uuid(),
        status.as_str(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("changing the status of an employee"))
}

/// How many active employees other than this one have a role.
pub(crate) async fn others_with(tx: &mut Tx, id: StaffId, role: Role) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM staff
           WHERE id <> $1 AND status = 'active' AND $2 = ANY (roles)"#,
        id.uuid(),
        role.as_str(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("counting employees with a role"))
}
