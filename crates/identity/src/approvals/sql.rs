use kernel::{ApprovalId, CaseId, CustomerId, Error, Moment, PasskeyId, Result, StaffId};
use serde_json::Value;
use sqlx::types::time::OffsetDateTime;
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};
use uuid::Uuid;

use super::rules::{
    Change, Proposed, Said, Say, State, object_columns, object_of_row, payload_hash,
};

/// A proposal before it is stored.
pub(super) struct New<'a> {
    pub proposed: &'a Proposed,
    pub difference: &'a [u8],
    pub seal: [u8; 32],
    /// What keeps it apart from others of its kind about the same.
    pub apart: Option<[u8; 32]>,
}

/// Adds a proposal. False when the same is open already.
pub(super) async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<bool> {
    let proposed = new.proposed;
    let (object_kind, object_id) = object_columns(proposed.object);
    let payload_hash = payload_hash(&proposed.kind, &proposed.payload);
    sqlx::query!(
        "INSERT INTO approval (id, kind, object_kind, object_id, subject, maker, reason, payload,
             payload_hash, difference, difference_hash, quorum, created_at, expires_at, seal, apart,
             state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open')
         ON CONFLICT (kind, coalesce(object_id, '00000000-0000-0000-0000-000000000000'),
             coalesce(apart, '')) WHERE state = 'open' DO NOTHING",
        proposed.id.uuid(),
        proposed.kind,
        object_kind,
        object_id,
        proposed.subject,
        proposed.maker.uuid(),
        proposed.reason,
        proposed.payload,
        payload_hash.as_slice(),
        new.difference,
        proposed.difference_hash.as_slice(),
        proposed.quorum,
        proposed.created_at.datetime(),
        proposed.expires_at.datetime(),
        new.seal.as_slice(),
        new.apart.as_ref().map(<[u8; 32]>::as_slice),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("adding a proposal"))
}

/// A proposal as stored.
pub(super) struct Row {
    pub id: Uuid,
    pub kind: String,
    pub object_kind: String,
    pub object_id: Option<Uuid>,
    pub subject: Uuid,
    pub maker: Uuid,
    pub reason: String,
    pub payload: String,
    pub payload_hash: Vec<u8>,
    pub difference: Vec<u8>,
    pub difference_hash: Vec<u8>,
    pub quorum: i16,
    pub created_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    pub seal: Vec<u8>,
    pub state: String,
    pub closed_at: Option<OffsetDateTime>,
    pub refusal: Option<String>,
}

/// The same, read.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub proposed: Proposed,
    pub payload_hash: Vec<u8>,
    pub difference: Vec<u8>,
    pub seal: Vec<u8>,
    pub state: State,
    pub closed_at: Option<Moment>,
    pub refusal: Option<String>,
}

impl TryFrom<Row> for Stored {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let difference_hash = <[u8; 32]>::try_from(row.difference_hash)
            .map_err(|_| Error::invariant("the hash of a difference is 32 bytes"))?;
        Ok(Self {
            proposed: Proposed {
                id: ApprovalId::from_uuid(row.id),
                kind: row.kind,
                object: object_of_row(&row.object_kind, row.object_id)?,
                subject: row.subject,
                maker: StaffId::from_uuid(row.maker),
                reason: row.reason,
                payload: row.payload,
                difference_hash,
                quorum: row.quorum,
                created_at: row.created_at.into(),
                expires_at: row.expires_at.into(),
            },
            payload_hash: row.payload_hash,
            difference: row.difference,
            seal: row.seal,
            state: State::of_row(&row.state)?,
            closed_at: row.closed_at.map(Moment::from),
            refusal: row.refusal,
        })
    }
}

pub(super) async fn read(pool: &PgPool, id: ApprovalId) -> Result<Option<Stored>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, object_kind, object_id, subject, maker, reason, payload, payload_hash,
             difference, difference_hash, quorum, created_at, expires_at, seal, state, closed_at,
             refusal
         FROM approval WHERE id = $1",
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a proposal"))?
    .map(Stored::try_from)
    .transpose()
}

/// Locks a proposal, so that one decision is taken after the other.
pub(super) async fn lock(tx: &mut Tx, id: ApprovalId) -> Result<Option<Stored>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, object_kind, object_id, subject, maker, reason, payload, payload_hash,
             difference, difference_hash, quorum, created_at, expires_at, seal, state, closed_at,
             refusal
         FROM approval WHERE id = $1 FOR UPDATE",
        id.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a proposal"))?
    .map(Stored::try_from)
    .transpose()
}

/// Closes an open proposal. False when it is closed already.
pub(super) async fn close(
    tx: &mut Tx,
    id: ApprovalId,
    (state, refusal): (State, Option<&str>),
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE approval SET state = $2, refusal = $3, closed_at = $4
         WHERE id = $1 AND state = 'open'",
        id.uuid(),
        state.as_str(),
        refusal,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("closing a proposal"))
}

/// Closes what nobody decided about in time.
pub(super) async fn expire(tx: &mut Tx, now: Moment) -> Result<Vec<(ApprovalId, Uuid)>> {
    let expired = sqlx::query!(
        "UPDATE approval SET state = 'expired', closed_at = $1
         WHERE id IN (SELECT id FROM approval WHERE state = 'open' AND expires_at <= $1
             ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
         RETURNING id, subject",
        now.datetime(),
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("closing proposals that expired"))?;
    Ok(expired.into_iter().map(|row| (ApprovalId::from_uuid(row.id), row.subject)).collect())
}

/// Notes that a proposal is carried out. False when it was before.
pub(super) async fn executed(tx: &mut Tx, id: ApprovalId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO approval_execution (approval_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        id.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("noting that a proposal is carried out"))
}

/// A decision before it is stored.
pub(super) struct NewDecision<'a> {
    pub said: &'a Said,
    pub maker: StaffId,
    pub evidence: &'a Value,
    pub seal: [u8; 32],
}

/// Adds a decision. False when this employee, or this passkey, decided already.
pub(super) async fn decide(tx: &mut Tx, new: &NewDecision<'_>) -> Result<bool> {
    let said = new.said;
    sqlx::query!(
        "INSERT INTO approval_decision (approval_id, maker, checker, verdict, reason, signed_hash,
             passkey_id, evidence, at, seal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        said.approval.uuid(),
        new.maker.uuid(),
        said.checker.uuid(),
        said.say.as_str(),
        said.reason.as_deref(),
        said.signed_hash,
        said.passkey.uuid(),
        new.evidence,
        said.at.datetime(),
        new.seal.as_slice(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("adding a decision"))
}

/// A decision as stored.
pub(super) struct Decided {
    pub said: Said,
    pub seal: Vec<u8>,
}

/// The decisions about a proposal, in their order.
pub(super) async fn decisions(conn: impl PgExecutor<'_>, id: ApprovalId) -> Result<Vec<Decided>> {
    sqlx::query!(
        "SELECT checker, verdict, reason, signed_hash, passkey_id, at, seal FROM approval_decision
         WHERE approval_id = $1 ORDER BY at, checker",
        id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(broken("reading decisions"))?
    .into_iter()
    .map(|row| {
        let said = Said {
            approval: id,
            checker: StaffId::from_uuid(row.checker),
            say: Say::of_row(&row.verdict)?,
            reason: row.reason,
            signed_hash: row.signed_hash,
            passkey: PasskeyId::from_uuid(row.passkey_id),
            at: row.at.into(),
        };
        Ok(Decided { said, seal: row.seal })
    })
    .collect()
}

/// From here on what is done can be taken back without the rest of the transaction.
pub(super) async fn begin_attempt(tx: &mut Tx) -> Result<()> {
    sqlx::query("SAVEPOINT carrying_out")
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("beginning to carry out a proposal"))
}

/// Takes back what was done since.
pub(super) async fn undo_attempt(tx: &mut Tx) -> Result<()> {
    sqlx::query("ROLLBACK TO SAVEPOINT carrying_out")
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("taking back what a proposal did"))
}

/// One decision after the other, until the transaction ends.
pub(super) async fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('approval decisions', 0))")
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("waiting for one's turn to decide"))
}

/// Where a customer stands, locked until the transaction ends.
pub(super) async fn lock_customer(tx: &mut Tx, id: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT status FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", id.uuid(),)
        .fetch_optional(&mut **tx)
        .await
        .map_err(broken("locking a customer for a proposal"))
}

/// A freeze that stands.
pub(super) struct Freeze {
    last: Option<Moment>,
    /// Its cases, with what came of those that are closed.
    cases: Vec<(CaseId, Option<String>)>,
}

impl Freeze {
    /// What becomes of it when it is lifted: its open cases are closed by that.
    pub fn changes(&self) -> Vec<Change> {
        let last = self.last.map(|last| Change::new("last_freeze", Some(&last.to_string()), None));
        let cases = self.cases.iter().map(|(case, outcome)| {
            let case = case.to_string();
            match outcome.as_deref() {
                None => Change::new("case_open", Some(&case), Some("closed")),
                Some(outcome) => Change::new(&format!("case_{outcome}"), Some(&case), Some(&case)),
            }
        });
        last.into_iter().chain(cases).collect()
    }
}

/// The freeze of a customer, in a transaction that locked them: when somebody last asked for it,
/// and the cases since it began.
pub(super) async fn freeze(tx: &mut Tx, customer: CustomerId) -> Result<Freeze> {
    const DOING: &str = "reading what a freeze rests on";
    let last =
        sqlx::query_scalar!("SELECT stopped_at FROM auth_user WHERE id = $1", customer.uuid())
            .fetch_one(&mut **tx)
            .await
            .map_err(broken(DOING))?;
    let cases = sqlx::query!(
        "SELECT c.id, c.outcome FROM case_file c JOIN auth_user u ON u.id = c.subject
         WHERE c.subject = $1 AND c.kind LIKE 'frozen%'
           AND (c.state = 'open' OR c.opened_at >= u.frozen_at)
         ORDER BY c.opened_at, c.id LIMIT 50",
        customer.uuid(),
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken(DOING))?;
    let cases = cases.into_iter().map(|row| (CaseId::from_uuid(row.id), row.outcome)).collect();
    Ok(Freeze { last: last.map(Moment::from), cases })
}

/// The open cases about a customer, of whatever kind, the oldest first.
pub(super) async fn open_cases(tx: &mut Tx, customer: CustomerId) -> Result<Vec<CaseId>> {
    sqlx::query_scalar!(
        "SELECT id FROM case_file WHERE subject = $1 AND state = 'open'
         ORDER BY opened_at, id LIMIT 50",
        customer.uuid(),
    )
    .fetch_all(&mut **tx)
    .await
    .map(|ids| ids.into_iter().map(CaseId::from_uuid).collect())
    .map_err(broken("looking for open cases about a customer"))
}

/// The blind index of a customer's phone.
pub(super) async fn phone_index(
    conn: impl PgExecutor<'_>,
    id: CustomerId,
) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT phone_index FROM auth_user WHERE id = $1", id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(broken("reading the index of a phone"))
}

/// Whether a phone is that of another user.
pub(super) async fn is_anothers(tx: &mut Tx, index: &[u8; 32], than: CustomerId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM auth_user
               WHERE phone_index = $1 AND id <> $2) AS "is!""#,
        index.as_slice(),
        than.uuid(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking whose phone it is"))
}
