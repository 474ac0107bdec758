use kernel::{Error, KeyId, Moment, PublicKey, Result, SigningUse};
use sqlx::PgExecutor;
use time::OffsetDateTime;

use super::{SigningKey, State};
use crate::{Tx, broken};

struct Row {
    kid: String,
    purpose: String,
    public: Vec<u8>,
    state: String,
    published_at: OffsetDateTime,
    active_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
}

impl Row {
    fn read(self) -> Result<SigningKey> {
        const UNREADABLE: Error = Error::invariant("a signing key cannot be read");
        let id = self.kid.parse().map_err(|()| UNREADABLE)?;
        let purpose = SigningUse::parse(&self.purpose).ok_or(UNREADABLE)?;
        Ok(SigningKey {
            public: PublicKey { id, purpose, bytes: self.public },
            state: State::parse(&self.state).ok_or(UNREADABLE)?,
            published_at: self.published_at.into(),
            active_at: self.active_at.map(Moment::from),
            ended_at: self.ended_at.map(Moment::from),
        })
    }
}

const READING: &str = "reading the signing keys";

pub async fn of(conn: impl PgExecutor<'_>, purpose: SigningUse) -> Result<Vec<SigningKey>> {
    sqlx::query_as!(
        Row,
        "SELECT kid, purpose, public, state, published_at, active_at, ended_at
         FROM signing_key WHERE purpose = $1 ORDER BY published_at DESC, kid",
        purpose.as_str(),
    )
    .fetch_all(conn)
    .await
    .map_err(broken(READING))?
    .into_iter()
    .map(Row::read)
    .collect()
}

pub async fn active(conn: impl PgExecutor<'_>, purpose: SigningUse) -> Result<Option<SigningKey>> {
    sqlx::query_as!(
        Row,
        "SELECT kid, purpose, public, state, published_at, active_at, ended_at
         FROM signing_key WHERE purpose = $1 AND state = 'active'",
        purpose.as_str(),
    )
    .fetch_optional(conn)
    .await
    .map_err(broken(READING))?
    .map(Row::read)
    .transpose()
}

pub async fn purpose_of(conn: impl PgExecutor<'_>, id: KeyId) -> Result<Option<SigningUse>> {
    sqlx::query_scalar!("SELECT purpose FROM signing_key WHERE kid = $1", id.to_string())
        .fetch_optional(conn)
        .await
        .map(|purpose| purpose.as_deref().and_then(SigningUse::parse))
        .map_err(broken(READING))
}

pub async fn publish(tx: &mut Tx, key: &PublicKey, now: Moment) -> Result<()> {
    sqlx::query!(
        "INSERT INTO signing_key (kid, purpose, public, state, published_at)
         VALUES ($1, $2, $3, 'published', $4)",
        key.id.to_string(),
        key.purpose.as_str(),
        key.bytes,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("publishing a signing key"))
}

pub async fn activate(tx: &mut Tx, id: KeyId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE signing_key SET state = 'active', active_at = $2
         WHERE kid = $1 AND state = 'published'",
        id.to_string(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("putting a signing key into use"))
}

pub async fn retire_active(tx: &mut Tx, purpose: SigningUse, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE signing_key SET state = 'retired', ended_at = $2
         WHERE purpose = $1 AND state = 'active'",
        purpose.as_str(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("retiring a signing key"))
}

pub async fn remove(tx: &mut Tx, id: KeyId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE signing_key SET state = 'removed', ended_at = $2
         WHERE kid = $1 AND state <> 'removed'",
        id.to_string(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("removing a signing key"))
}
