//! Sessions and their tokens: opened by a sign-in, carried by each request, renewed by a refresh,
//! ended by a sign-out or by a replay.

mod events;
mod rules;
mod sql;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::{
    Actor, Code, Ctx, CustomerId, Entropy, Error, Moment, Permission, Result, Secret, SessionId,
};
use store::{Tx, commit, outbox};
use tokio::time::timeout;

use crate::cache::Live;
use crate::revocations::{self, Reason};
use crate::tokens::{Hash, Purpose, Token};
use crate::{ClientInfo, Identity};
pub use events::TOKEN_REUSE;
use rules::{Ends, Redeem};

/// How long a request waits for the database to recognise its token.
const LOOKUP_TIMEOUT_MILLIS: u64 = 2_000;
/// Sessions noted as seen and not yet written; more are not noted.
const SEEN_MAX_ENTRIES: usize = 10_000;

/// What a client carries after it signed in. Each value is shown once and stored only as a hash.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The session they belong to.
    pub session: SessionId,
    /// Whose session it is.
    pub customer: CustomerId,
    /// To be sent with each request.
    pub access: Secret<String>,
    /// When the access token ends.
    pub access_expires: Moment,
    /// To be exchanged for new tokens, once.
    pub refresh: Secret<String>,
    /// When the refresh token ends if it is not used.
    pub refresh_expires: Moment,
}

/// New tokens of a session, before they are written.
struct Issued {
    session: SessionId,
    user: CustomerId,
    access: Token,
    refresh: Token,
    ends: Ends,
}

impl Issued {
    fn tokens(&self) -> Tokens {
        Tokens {
            session: self.session,
            customer: self.user,
            access: self.access.text(),
            access_expires: self.ends.access,
            refresh: self.refresh.text(),
            refresh_expires: self.ends.idle,
        }
    }
}

fn jitter(entropy: Entropy) -> u8 {
    let [random] = entropy.bytes();
    random
}

/// Which sessions were seen when, until it is written: never one write per request.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<SessionId, Moment>>);

impl Seen {
    fn note(&self, session: SessionId, bucket: Moment) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < SEEN_MAX_ENTRIES || noted.contains_key(&session) {
            noted.insert(session, bucket);
        }
    }

    fn take(&self) -> Vec<(SessionId, Moment)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}

impl Identity {
    /// Opens a session for a user who just proved who they are.
    pub async fn open_session(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        client: &ClientInfo,
    ) -> Result<Tokens> {
        // Part of a use case that proved the user, as a sign-in or a sign-up: its caller is nobody.
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let issued = Issued {
            session: SessionId::generate(now, entropy),
            user,
            access: Token::generate(Purpose::Access, entropy),
            refresh: Token::generate(Purpose::Refresh, entropy),
            ends: Ends::begin(now, jitter(entropy)),
        };
        sql::insert(tx, &issued, client, now).await?.ok_or(Code::SignInFailed)?;
        let surplus = sql::beyond(tx, user, rules::SESSIONS_MAX, now).await?;
        if !surplus.is_empty() {
            revoke(tx, ctx, &surplus, Reason::TooManySessions).await?;
        }
        Ok(issued.tokens())
    }

    /// Who a request is from, by its access token. Refused with [`Code::SignInRequired`] when the
    /// token is not good, and with [`Code::Busy`] when that cannot be known.
    pub async fn authenticate(&self, ctx: &Ctx, token: &str) -> Result<Ctx> {
        // Anonymous: this is what makes somebody of nobody.
        let token = Token::parse(Purpose::Access, token).ok_or(Code::SignInRequired)?.hash();
        let now = ctx.now();
        let bucket = rules::seen_bucket(now);
        let trusted = self.freshness.is_good();
        let cached = if trusted { self.cache.get(&token, now, bucket) } else { None };
        let (live, first) = match cached {
            Some(found) => found,
            None => (self.look_up(token, now, trusted).await?, true),
        };
        if first {
            self.seen.note(live.session, bucket);
        }
        Ok(ctx.clone().for_customer(live.user, live.session))
    }

    async fn look_up(&self, token: Hash, now: Moment, keep: bool) -> Result<Live> {
        let generation = self.cache.generation();
        let limit = Duration::from_millis(LOOKUP_TIMEOUT_MILLIS);
        let live = match timeout(limit, self.ask(&token, now)).await {
            Ok(Ok(live)) => live.ok_or(Code::SignInRequired)?,
            Ok(Err(error @ Error::Refused(_))) => return Err(error),
            Ok(Err(error)) => {
                tracing::error!(?error, "a token could not be checked");
                return Err(Code::Busy.into());
            }
            Err(_) => {
                tracing::error!("a token could not be checked in time");
                return Err(Code::Busy.into());
            }
        };
        if keep {
            self.cache.insert(generation, token, live, rules::seen_bucket(now));
        }
        Ok(live)
    }

    async fn ask(&self, token: &Hash, now: Moment) -> Result<Option<Live>> {
        let pool = self.store.pool();
        let Some(found) = sql::by_access(pool, token, now).await? else { return Ok(None) };
        // From here on the refresh token before this one is a replay. While nobody used the new
        // tokens they are in no node's cache, so replacing them takes effect at once everywhere.
        if found.first_use && !sql::mark_used(pool, found.session, token).await? {
            return Ok(None);
        }
        Ok(Some(Live {
            session: SessionId::from_uuid(found.session),
            user: CustomerId::from_uuid(found.user),
            expires: found.expires.into(),
        }))
    }

    /// Exchanges a refresh token for new tokens. A token that was exchanged before ends its
    /// session, unless its answer seems to have been lost.
    pub async fn refresh(&self, ctx: &Ctx, token: &str) -> Result<Tokens> {
        // Anonymous: the token itself is the proof.
        let presented = Token::parse(Purpose::Refresh, token).ok_or(Code::SignInRequired)?;
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let mut tx = self.store.begin().await?;
        let locked = sql::lock(&mut tx, &presented.family_hash()).await?;
        let locked = locked.ok_or(Code::SignInRequired)?;
        let may_enter = sql::user_may_enter(&mut tx, &locked).await?;
        let decision = rules::redeem(&locked.family(may_enter, now), &presented.hash(), now);
        let issued = Issued {
            session: locked.session(),
            user: locked.user(),
            access: Token::generate(Purpose::Access, entropy),
            refresh: presented.successor(entropy),
            ends: Ends::renew(now, locked.absolute(), jitter(entropy)),
        };
        match decision {
            Redeem::Rotate => sql::rotate(&mut tx, &issued, now).await?,
            Redeem::Reissue => sql::reissue(&mut tx, &issued).await?,
            Redeem::Over => return Err(Code::SignInRequired.into()),
            Redeem::Replay => {
                self.end_replayed(tx, ctx, &issued).await?;
                return Err(Code::SignInRequired.into());
            }
        }
        commit(tx).await?;
        Ok(issued.tokens())
    }

    async fn end_replayed(&self, mut tx: Tx, ctx: &Ctx, issued: &Issued) -> Result<()> {
        let event = events::token_reuse(issued.session, issued.user, ctx.now());
        outbox::append(&mut tx, &[event]).await?;
        revoke(&mut tx, ctx, &[issued.session], Reason::TokenReused).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict(&HashSet::from([issued.session]));
        tracing::warn!(
            counter.authn_token_reuse = 1,
            session = %issued.session,
            trace = %ctx.trace,
            "a refresh token was presented again; its session is ended"
        );
        Ok(())
    }

    /// Ends the session the request came in. Here at once, on every other node within a second.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        let Actor::Customer { session, .. } = ctx.actor else {
            return Err(Code::SignInRequired.into());
        };
        let mut tx = self.store.begin().await?;
        revoke(&mut tx, ctx, &[session], Reason::SignedOut).await?;
        commit(tx).await?;
        self.cache.evict(&HashSet::from([session]));
        Ok(())
    }

    /// Writes which sessions were seen since the last time.
    pub(crate) async fn write_seen(&self) {
        let seen = self.seen.take();
        if seen.is_empty() {
            return;
        }
        if let Err(error) = sql::write_seen(self.store.pool(), &seen).await {
            tracing::warn!(?error, lost = seen.len(), "it is not noted when sessions were seen");
        }
    }
}

/// Ends sessions. The last thing its transaction does.
async fn revoke(tx: &mut Tx, ctx: &Ctx, sessions: &[SessionId], reason: Reason) -> Result<()> {
    let ended = sql::revoke(tx, sessions, reason, ctx.now()).await?;
    revocations::record(tx, ctx, &ended, reason).await
}
