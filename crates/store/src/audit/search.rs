use std::collections::HashMap;

use kernel::{AuditId, Error, KeyRing, Moment, Result, SubjectKey};
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::body::Body;
use super::{Outcome, Personal, place};
use crate::partitions::lower_bound;
use crate::{Store, broken, subjects};

/// The most events of one page.
const PAGE_MAX: u16 = 200;

/// Which events to find: all that agree with everything that is set.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Who acted, as [`super::actor_text`] names them.
    pub actor: Option<String>,
    /// Whom it was about.
    pub subject: Option<Uuid>,
    /// What was done. With a dot at the end, everything that begins so: `session.`.
    pub action: Option<String>,
    /// Any of these, when there are some.
    pub actions: Vec<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What it was done to: kind, colon, id.
    pub object: Option<String>,
    /// Not about any of these: whoever looks does not see what is about themselves.
    pub not_about: Vec<Uuid>,
    /// Not before this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub to: Option<Moment>,
}

/// A page of what was found, the latest first.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The last event of the page before.
    pub after: Option<AuditId>,
    /// How many, 200 at most.
    pub limit: u16,
}

impl Default for Page {
    fn default() -> Self {
        Self { after: None, limit: 50 }
    }
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub at: Moment,
    /// Who acted: see [`super::actor_text`].
    pub actor: String,
    /// The session in which they acted.
    pub session: Option<String>,
    /// The bound device on which it is, of a customer.
    pub device: Option<String>,
    /// How sure the bank was of who it is (NIST SP 800-63B).
    pub aal: Option<i16>,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of the refusal.
    pub refusal: Option<String>,
    /// Whom it was about.
    pub subject: Option<Uuid>,
    /// What it was done to: kind, colon, id.
    pub object: Option<String>,
    /// The request.
    pub trace: String,
    /// What else was recorded.
    pub facts: Option<Value>,
    /// Whether it holds personal data, readable or not.
    pub has_personal: bool,
    /// The personal data, when it was asked for and its subject is not erased.
    pub personal: Option<Personal>,
    /// Its place in the tree, when it is sealed.
    pub leaf: Option<u64>,
}

/// Finds events, the latest first. With the keys, opens the personal data in them. Reading the log
/// is itself an act: whoever shows the result to a person records that first.
pub async fn search(
    store: &Store,
    keys: Option<&KeyRing>,
    filter: &Filter,
    page: Page,
) -> Result<Vec<Event>> {
    let below = [page.after.map(AuditId::uuid), filter.to.map(lower_bound)];
    let prefix = filter.action.as_deref().filter(|action| action.ends_with('.'));
    let action = filter.action.as_deref().filter(|_| prefix.is_none());
    let rows = sqlx::query!(
        r#"SELECT e.id, e.body, l.leaf AS "leaf?"
           FROM audit_event e LEFT JOIN audit_leaf l ON l.event = e.id
           WHERE e.id >= $1 AND e.id < $2
             AND ($3::text IS NULL OR e.actor = $3)
             AND ($4::uuid IS NULL OR e.subject = $4)
             AND ($5::text IS NULL OR e.action = $5)
             AND ($6::text IS NULL OR starts_with(e.action, $6))
             AND ($7::smallint IS NULL OR e.outcome = $7)
             AND ($8::text IS NULL OR e.object = $8)
             AND (e.subject IS NULL OR e.subject <> ALL($10))
             AND (cardinality($11::text[]) = 0 OR e.action = ANY($11))
           ORDER BY e.id DESC LIMIT $9"#,
        filter.from.map_or(Uuid::nil(), lower_bound),
        below.into_iter().flatten().min().unwrap_or(Uuid::max()),
        filter.actor,
        filter.subject,
        action,
        prefix,
        filter.outcome.map(Outcome::number),
        filter.object,
        i64::from(page.limit.min(PAGE_MAX)),
        &filter.not_about,
        &filter.actions,
    )
    .fetch_all(store.pool())
    .await
    .map_err(broken("searching the audit log"))?;
    let bodies = rows
        .into_iter()
        .map(|row| {
            let body = Body::parse(&row.body).filter(|body| body.id.uuid() == row.id);
            let leaf = row.leaf.and_then(|leaf| u64::try_from(leaf).ok());
            body.map(|body| (body, leaf)).ok_or(DAMAGED)
        })
        .collect::<Result<Vec<_>>>()?;
    let opened = match keys {
        Some(keys) => keys_of(store, keys, &bodies).await?,
        None => HashMap::new(),
    };
    bodies.into_iter().map(|(body, leaf)| event(body, leaf, &opened)).collect()
}

/// One event, by its id. With the keys, opens the personal data in it.
pub async fn by_id(store: &Store, keys: Option<&KeyRing>, id: AuditId) -> Result<Option<Event>> {
    // The latest that is older than the next id there can be.
    let next = Uuid::from_u128(id.uuid().as_u128().saturating_add(1));
    let page = Page { after: Some(AuditId::from_uuid(next)), limit: 1 };
    let found = search(store, keys, &Filter::default(), page).await?.pop();
    Ok(found.filter(|event| event.id == id))
}

/// The latest event of one of these actions on an object, in a transaction or outside: what was
/// done, and how it ended.
pub async fn last_of(
    conn: impl PgExecutor<'_>,
    object: &str,
    actions: &[&str],
) -> Result<Option<(String, Outcome)>> {
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    let body = sqlx::query_scalar!(
        "SELECT body FROM audit_event WHERE object = $1 AND action = ANY($2)
         ORDER BY id DESC LIMIT 1",
        object,
        &actions,
    )
    .fetch_optional(conn)
    .await
    .map_err(broken("looking for an event of the audit log"))?;
    let Some(body) = body else { return Ok(None) };
    let body = Body::parse(&body).ok_or(DAMAGED)?;
    let outcome = body.outcome().ok_or(DAMAGED)?;
    Ok(Some((body.action, outcome)))
}

const DAMAGED: Error = Error::invariant("an event of the audit log cannot be read");

async fn keys_of(
    store: &Store,
    keys: &KeyRing,
    bodies: &[(Body, Option<u64>)],
) -> Result<HashMap<Uuid, SubjectKey>> {
    let mut wanted: Vec<Uuid> = bodies
        .iter()
        .filter(|(body, _)| body.personal.is_some())
        .filter_map(|(body, _)| body.subject)
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(subjects::read_many(store.pool(), keys, &wanted).await?.into_iter().collect())
}

fn event(body: Body, leaf: Option<u64>, keys: &HashMap<Uuid, SubjectKey>) -> Result<Event> {
    let (at, outcome) = (body.moment().ok_or(DAMAGED)?, body.outcome().ok_or(DAMAGED)?);
    let personal = personal(&body, keys)?;
    Ok(Event {
        id: body.id,
        at,
        actor: body.actor,
        session: body.session,
        device: body.device,
        aal: body.aal,
        action: body.action,
        outcome,
        refusal: body.refusal,
        subject: body.subject,
        object: body.object,
        trace: body.trace,
        facts: body.facts,
        has_personal: body.personal.is_some(),
        personal,
        leaf,
    })
}

fn personal(body: &Body, keys: &HashMap<Uuid, SubjectKey>) -> Result<Option<Personal>> {
    let Some(key) = body.subject.and_then(|subject| keys.get(&subject)) else { return Ok(None) };
    if body.personal.is_none() {
        return Ok(None);
    }
    let sealed = body.sealed_personal().ok_or(DAMAGED)?;
    let plain = key.open(place(body.id.uuid()), &sealed).ok_or(DAMAGED)?;
    let opened = serde_json::from_slice(plain.expose()).map_err(|_| DAMAGED)?;
    Ok(Some(Personal::new(opened)))
}
