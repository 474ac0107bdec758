//! The keys with which the bank signs what leaves it, and how they follow one another.
//!
//! A key is published a day before it signs, so that whoever caches the document of keys knows it
//! by then; the one before it stays in the document until everything it signed is over. A key that
//! fell into wrong hands is removed at once, by its name.

mod jws;
mod sql;

use std::sync::Arc;

use kernel::{Error, KeyId, KeyProvider, Moment, PublicKey, Result, SigningUse};
use serde_json::{Value, json};

use crate::audit::{self, Origin, Recorded};
use crate::{Store, Tx, broken, commit};

/// How long a key is published before it signs.
pub const NOTICE_SECONDS: i64 = 24 * 3_600;
/// How long a key of tokens is in the document after it signed the last time: longer than anything
/// it signs is good for, and clocks differ.
pub const OVERLAP_SECONDS: i64 = 3_600;
/// How long a key of tokens signs before the next one is published.
pub const PERIOD_SECONDS: i64 = 90 * 86_400;

/// Where a signing key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Others may fetch it; nothing is signed with it yet.
    Published,
    /// It signs.
    Active,
    /// What it signed still counts.
    Retired,
    /// Nothing that it signed counts.
    Removed,
}

impl State {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Removed => "removed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Published, Self::Active, Self::Retired, Self::Removed];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// A signing key and its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// The key as everybody may know it.
    pub public: PublicKey,
    /// Where it is.
    pub state: State,
    /// Since when others may fetch it.
    pub published_at: Moment,
    /// Since when it signs.
    pub active_at: Option<Moment>,
    /// Since when it does not any more.
    pub ended_at: Option<Moment>,
}

impl SigningKey {
    /// Whether a published key has been known for long enough to sign.
    pub fn is_due(&self, now: Moment) -> bool {
        now >= self.published_at.plus_seconds(NOTICE_SECONDS)
    }
}

fn in_state(keys: &[SigningKey], state: State) -> Option<&SigningKey> {
    keys.iter().find(|key| key.state == state)
}

/// What the audit log has of a step of a key, in the transaction of it.
fn event(action: &str, id: KeyId, facts: Value, at: Moment) -> Recorded {
    Recorded {
        at,
        actor: "system:signing".to_owned(),
        origin: Origin::default(),
        action: action.to_owned(),
        refusal: None,
        subject: None,
        object: format!("signing_key:{id}"),
        facts,
    }
}

/// Signs in the bank's name. [`Signing::tend`] comes first: it makes the keys.
#[derive(Clone, Debug)]
pub struct Signing {
    store: Store,
    provider: Arc<dyn KeyProvider>,
}

impl Signing {
    /// With the keys of a provider.
    pub const fn new(store: Store, provider: Arc<dyn KeyProvider>) -> Self {
        Self { store, provider }
    }

    /// Where the private halves are.
    pub fn describe(&self) -> String {
        self.provider.describe()
    }

    /// Every key of a use, the latest first.
    pub async fn keys(&self, purpose: SigningUse) -> Result<Vec<SigningKey>> {
        sql::of(self.store.pool(), purpose).await
    }

    /// Makes the first key of each use, and lets keys follow one another as time goes by: publishes
    /// the next, lets it sign when its day has passed, and destroys what is over. For the worker,
    /// every hour; any number of nodes may do it.
    pub async fn tend(&self, now: Moment) -> Result<()> {
        for purpose in SigningUse::ALL {
            self.tend_one(purpose, now).await?;
        }
        Ok(())
    }

    async fn tend_one(&self, purpose: SigningUse, now: Moment) -> Result<()> {
        let keys = self.keys(purpose).await?;
        let due = match (in_state(&keys, State::Active), in_state(&keys, State::Published)) {
            (None, _) => true,
            (Some(_), Some(next)) => next.is_due(now),
            (Some(key), None) => {
                let old = key.active_at.is_some_and(|at| now >= at.plus_seconds(PERIOD_SECONDS));
                // Auditors keep the key of the audit log: it changes when somebody tells them.
                old && purpose == SigningUse::Tokens
            }
        };
        if due {
            let keys = self.rotate(purpose, now).await?;
            let active = in_state(&keys, State::Active).map(|key| key.public.id);
            tracing::info!(purpose = purpose.as_str(), ?active, "signing keys went a step on");
        }
        // A day of hours to try it in: the module may be away.
        let over = |key: &&SigningKey| {
            let age = key.ended_at.map(|at| now.micros_since(at.plus_seconds(OVERLAP_SECONDS)));
            key.state == State::Retired && age.is_some_and(|age| (0..86_400_000_000).contains(&age))
        };
        for key in keys.iter().filter(over) {
            self.destroy(purpose, key.public.id).await?;
        }
        Ok(())
    }

    /// One step: publishes the next key; or lets the published one sign, when its day has passed.
    /// The first key of a use signs at once, as nobody knows another. Gives the keys then.
    pub async fn rotate(&self, purpose: SigningUse, now: Moment) -> Result<Vec<SigningKey>> {
        let keys = self.keys(purpose).await?;
        let made = match in_state(&keys, State::Published) {
            Some(_) => None,
            None => Some(self.made(purpose).await?),
        };
        let mut tx = self.locked(purpose).await?;
        let keys = sql::of(&mut *tx, purpose).await?;
        let has_active = in_state(&keys, State::Active).is_some();
        let mut left_over = None;
        let mut step = None;
        match (in_state(&keys, State::Published), made) {
            (None, Some(public)) => {
                sql::publish(&mut tx, &public, now).await?;
                if !has_active {
                    sql::activate(&mut tx, public.id, now).await?;
                }
                step = Some((public.id, if has_active { "published" } else { "active" }));
            }
            (Some(next), None) => {
                if next.is_due(now) || !has_active {
                    sql::retire_active(&mut tx, purpose, now).await?;
                    sql::activate(&mut tx, next.public.id, now).await?;
                    step = Some((next.public.id, "active"));
                }
            }
            // Another node was quicker.
            (_, made) => left_over = made,
        }
        // The first key of all comes with the bank itself.
        if let Some((id, state)) = step.filter(|_| !keys.is_empty()) {
            let facts = json!({ "purpose": purpose.as_str(), "state": state });
            audit::append_recorded(&mut tx, &[event("signing_key.rotated", id, facts, now)])
                .await?;
        }
        commit(tx).await?;
        if let Some(made) = left_over {
            self.destroy(purpose, made.id).await?;
        }
        self.keys(purpose).await
    }

    /// Removes a key that fell into wrong hands: nothing that it signed counts from now on. When it
    /// was the one that signs, the published one takes its place at once, or a new one. False when
    /// there is none of this name, or it is removed already.
    pub async fn remove(&self, id: KeyId, now: Moment) -> Result<bool> {
        let Some(purpose) = sql::purpose_of(self.store.pool(), id).await? else {
            return Ok(false);
        };
        let mut tx = self.locked(purpose).await?;
        if !sql::remove(&mut tx, id, now).await? {
            return Ok(false);
        }
        let facts = json!({ "purpose": purpose.as_str() });
        audit::append_recorded(&mut tx, &[event("signing_key.removed", id, facts, now)]).await?;
        commit(tx).await?;
        let keys = self.keys(purpose).await?;
        if !keys.iter().any(|key| key.state == State::Active) {
            self.rotate(purpose, now).await?;
        }
        self.destroy(purpose, id).await?;
        Ok(true)
    }

    /// Signs with the active key of a use.
    pub async fn sign(&self, purpose: SigningUse, message: Vec<u8>) -> Result<Vec<u8>> {
        let key = self.active(purpose).await?;
        self.sign_with(&key, message).await
    }

    /// The key that signs now.
    pub async fn active(&self, purpose: SigningUse) -> Result<PublicKey> {
        let key = sql::active(self.store.pool(), purpose).await?;
        key.map(|key| key.public).ok_or(Error::invariant("a use has no signing key yet"))
    }

    /// Signs with this key.
    pub async fn sign_with(&self, key: &PublicKey, message: Vec<u8>) -> Result<Vec<u8>> {
        let (provider, purpose, id) = (self.provider.clone(), key.purpose, key.id);
        blocking(move || provider.sign(purpose, id, &message)).await
    }

    /// The document of keys (RFC 7517) with which others check what the bank signed: the keys that
    /// sign, will sign, or signed what may still be good.
    pub async fn jwks(&self, now: Moment) -> Result<Value> {
        let keys = self.keys(SigningUse::Tokens).await?;
        let shown = keys.iter().filter(|key| match key.state {
            State::Published | State::Active => true,
            State::Retired => key.ended_at.is_some_and(|at| now < at.plus_seconds(OVERLAP_SECONDS)),
            State::Removed => false,
        });
        jws::document(shown.map(|key| &key.public))
    }

    /// Claims as a signed token in compact form (JWS, ES256). `typ` says what kind it is, such as
    /// `secevent+jwt`: a token of one kind must not pass for another.
    pub async fn sign_jws(&self, claims: &Value, typ: &str) -> Result<String> {
        let key = self.active(SigningUse::Tokens).await?;
        let input = jws::input(key.id, claims, typ)?;
        let signature = self.sign_with(&key, input.clone().into_bytes()).await?;
        Ok(jws::compact(input, &signature))
    }

    async fn made(&self, purpose: SigningUse) -> Result<PublicKey> {
        let provider = self.provider.clone();
        blocking(move || provider.make_signing_key(purpose)).await
    }

    async fn destroy(&self, purpose: SigningUse, id: KeyId) -> Result<bool> {
        let provider = self.provider.clone();
        blocking(move || provider.destroy_signing_key(purpose, id)).await
    }

    /// A transaction in which nobody else changes the keys of a use.
    async fn locked(&self, purpose: SigningUse) -> Result<Tx> {
        const LOCK_CLASS: i32 = 0x736b;
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            "SELECT pg_advisory_xact_lock($1, hashtext($2))",
            LOCK_CLASS,
            purpose.as_str()
        )
        .execute(&mut *tx)
        .await
        .map_err(broken("taking the lock of signing keys"))?;
        Ok(tx)
    }
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::broken("asking the security module", e))?
}
