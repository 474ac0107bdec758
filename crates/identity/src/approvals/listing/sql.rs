use kernel::{ApprovalId, Moment, Result, StaffId};
use policy::Object;
use sqlx::PgPool;
use store::broken;
use uuid::Uuid;

use super::super::rules::object_of_row;
use super::super::sql::{Row, Stored};

/// Proposals, the latest first: those that are open, or those that are not. Without those about
/// whoever looks.
pub(super) async fn list(
    pool: &PgPool,
    open: bool,
    (before, not_about): (Option<ApprovalId>, &[Uuid]),
    limit: i64,
) -> Result<Vec<Stored>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, object_kind, object_id, subject, maker, reason, payload, payload_hash,
             difference, difference_hash, quorum, created_at, expires_at, seal, state, closed_at,
             refusal
         FROM approval
         WHERE (state = 'open') = $1 AND ($2::uuid IS NULL OR id < $2) AND subject <> ALL($4)
         ORDER BY id DESC LIMIT $3",
        open,
        before.map(ApprovalId::uuid),
        limit,
        not_about,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing proposals"))?
    .into_iter()
    .map(Stored::try_from)
    .collect()
}

/// Whose lists they are, and what belongs into them.
pub(super) struct Wanted {
    pub by: StaffId,
    /// The kinds that the roles of this employee allow to decide about.
    pub kinds: Vec<String>,
    /// The ids under which something is about this employee.
    pub oneself: Vec<Uuid>,
    pub now: Moment,
}

/// What others proposed of some kinds and this employee has not decided about, the latest first.
pub(super) async fn list_inbox(
    pool: &PgPool,
    wanted: &Wanted,
    before: Option<ApprovalId>,
    limit: i64,
) -> Result<Vec<Stored>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, object_kind, object_id, subject, maker, reason, payload, payload_hash,
             difference, difference_hash, quorum, created_at, expires_at, seal, state, closed_at,
             refusal
         FROM approval a
         WHERE state = 'open' AND expires_at > $3 AND maker <> $1 AND kind = ANY($2)
           AND NOT EXISTS (SELECT FROM approval_decision d
               WHERE d.approval_id = a.id AND d.checker = $1)
           AND ($4::uuid IS NULL OR id < $4)
         ORDER BY id DESC LIMIT $5",
        wanted.by.uuid(),
        &wanted.kinds,
        wanted.now.datetime(),
        before.map(ApprovalId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing what waits for a decision"))?
    .into_iter()
    .map(Stored::try_from)
    .collect()
}

/// What this employee proposed and nobody decided about yet, the latest first.
pub(super) async fn list_own(
    pool: &PgPool,
    wanted: &Wanted,
    before: Option<ApprovalId>,
    limit: i64,
) -> Result<Vec<Stored>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, object_kind, object_id, subject, maker, reason, payload, payload_hash,
             difference, difference_hash, quorum, created_at, expires_at, seal, state, closed_at,
             refusal
         FROM approval
         WHERE maker = $1 AND state = 'open' AND expires_at > $2
           AND ($3::uuid IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4",
        wanted.by.uuid(),
        wanted.now.datetime(),
        before.map(ApprovalId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing one's own proposals"))?
    .into_iter()
    .map(Stored::try_from)
    .collect()
}

/// Proposals that the policies treat alike: of one kind, and about one's own person or not.
pub(super) struct Alike {
    pub kind: String,
    /// What one of them is about.
    pub object: Object,
    pub count: u64,
}

/// How many proposals [`list_inbox`] would give, by what the policies ask of them.
pub(super) async fn count_inbox(pool: &PgPool, wanted: &Wanted) -> Result<Vec<Alike>> {
    sqlx::query!(
        r#"SELECT kind, object_kind, (array_agg(object_id))[1] AS object_id, count(*) AS "count!"
           FROM approval a
           WHERE state = 'open' AND expires_at > $3 AND maker <> $1 AND kind = ANY($2)
             AND NOT EXISTS (SELECT FROM approval_decision d
                 WHERE d.approval_id = a.id AND d.checker = $1)
           GROUP BY kind, object_kind, coalesce(object_id = ANY($4), false)"#,
        wanted.by.uuid(),
        &wanted.kinds,
        wanted.now.datetime(),
        &wanted.oneself,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("counting what waits for a decision"))?
    .into_iter()
    .map(|row| {
        Ok(Alike {
            object: object_of_row(&row.object_kind, row.object_id)?,
            kind: row.kind,
            count: u64::try_from(row.count).unwrap_or_default(),
        })
    })
    .collect()
}

/// How many proposals [`list_own`] would give.
pub(super) async fn count_own(pool: &PgPool, wanted: &Wanted) -> Result<u64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM approval
           WHERE maker = $1 AND state = 'open' AND expires_at > $2"#,
        wanted.by.uuid(),
        wanted.now.datetime(),
    )
    .fetch_one(pool)
    .await
    .map(|count| u64::try_from(count).unwrap_or_default())
    .map_err(broken("counting one's own proposals"))
}
