use kernel::{Moment, Result, StaffId};
use sqlx::PgPool;
use sqlx::types::time::OffsetDateTime;
use store::{Tx, broken};
use uuid::Uuid;

use crate::staff::LinkMail;

pub(super) async fn insert(
    tx: &mut Tx,
    (id, mail): (Uuid, Option<LinkMail>),
    staff: StaffId,
    (now, expires): (Moment, Moment),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO staff_enrolment (id, staff_id, created_at, expires_at, mail)
         VALUES ($1, $2, $3, $4, $5)",
        id,
        staff.uuid(),
        now.datetime(),
        expires.datetime(),
        mail.map(LinkMail::as_str),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("adding an enrolment"))
}

/// Notes what became of the mail with a link.
pub(super) async fn mailed(tx: &mut Tx, id: Uuid, mail: LinkMail) -> Result<()> {
    sqlx::query!("UPDATE staff_enrolment SET mail = $2 WHERE id = $1", id, mail.as_str())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("noting what became of the mail with a link"))
}

/// Ends the links of an employee that are still good.
pub(super) async fn end_others(tx: &mut Tx, staff: StaffId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE staff_enrolment SET expires_at = $2
         WHERE staff_id = $1 AND used_at IS NULL AND expires_at > $2",
        staff.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("ending enrolments"))
}

pub(super) struct Open {
    pub staff: Uuid,
    pub name: String,
    pub roles: Vec<String>,
    pub status: String,
    pub expires_at: OffsetDateTime,
}

pub(super) async fn open(pool: &PgPool, id: Uuid, now: Moment) -> Result<Option<Open>> {
    sqlx::query_as!(
        Open,
        "SELECT m.id AS staff, m.name, m.roles, m.status, e.expires_at
         FROM staff_enrolment e JOIN staff m ON m.id = e.staff_id
         WHERE e.id = $1 AND e.used_at IS NULL AND e.expires_at > $2 AND m.status <> 'suspended'",
        id,
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading an enrolment"))
}

/// The link of an employee that is still good.
pub(super) async fn open_of(pool: &PgPool, staff: StaffId, now: Moment) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM staff_enrolment
         WHERE staff_id = $1 AND used_at IS NULL AND expires_at > $2 ORDER BY id DESC LIMIT 1",
        staff.uuid(),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("looking for an enrolment"))
}

/// Uses an enrolment up. False when it is not good any more.
pub(super) async fn use_up(tx: &mut Tx, id: Uuid, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE staff_enrolment SET used_at = $2
         WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
        id,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("using up an enrolment"))
}

/// Lets an employee who was invited work. Whoever works already goes on.
pub(super) async fn activate(tx: &mut Tx, staff: StaffId) -> Result<bool> {
    sqlx::query!(
        "UPDATE staff SET status = 'active' WHERE id = $1 AND status IN ('invited', 'active')",
        staff.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("letting an employee work"))
}
