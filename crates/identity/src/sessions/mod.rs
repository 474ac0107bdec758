//! Sessions and their tokens: opened by a sign-in, carried by each request, renewed by a refresh,
//! ended by a sign-out or by a replay.

mod ending;
mod events;
mod listing;
mod rules;
mod sql;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::{
    Aal, Assurance, Code, Ctx, CustomerId, DeviceId, Entropy, Error, Method, Methods, Moment,
    Result, Secret, SessionId,
};
use serde_json::json;
use store::{Tx, audit, commit};
use time::OffsetDateTime;
use tokio::time::timeout;
use uuid::Uuid;

use crate::cache::{Entry, Live};
use crate::revocations::Reason;
use crate::tokens::{Hash, Purpose, Token};
use crate::{ClientInfo, DeviceKey, Identity, Proof, devices, freezes, sign_in, signals};
pub use events::TOKEN_REUSE;
pub use listing::SessionView;
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
    /// Whether they are good only with proofs of the key that they were given to.
    pub bound: bool,
}

/// New tokens of a session, before they are written.
struct Issued {
    session: SessionId,
    user: CustomerId,
    access: Token,
    refresh: Token,
    ends: Ends,
    bound: bool,
}

/// A session that begins, with what is stored of its tokens. One without a refresh token is a
/// browser's.
pub(crate) struct NewSession {
    pub id: SessionId,
    pub user: CustomerId,
    pub token: Hash,
    pub token_ends: Moment,
    pub idle_until: Moment,
    pub abs_until: Moment,
    pub proof: Proof,
    pub refresh: Option<RefreshHashes>,
}

/// What a row tells of how the user of a session proved who they are.
pub(crate) struct Known {
    pub aal: i16,
    pub amr: Vec<String>,
    pub auth_time: OffsetDateTime,
    pub device: Option<Uuid>,
    pub cooling_until: Option<OffsetDateTime>,
}

impl Known {
    pub fn assurance(&self) -> Result<Assurance> {
        let unread = Error::invariant("the level of a session cannot be read");
        // A word that an older node does not know is no reason to turn the customer away.
        let methods = self.amr.iter().filter_map(|word| Method::parse(word));
        Ok(Assurance {
            aal: Aal::from_number(self.aal).ok_or(unread)?,
            methods: methods.fold(Methods::NONE, Methods::with),
            proven_at: self.auth_time.into(),
            device: self.device.map(DeviceId::from_uuid),
            cooling_until: self.cooling_until.map(Moment::from),
        })
    }
}

impl Live {
    /// The context of a request in this session.
    pub fn context(&self, ctx: &Ctx) -> Ctx {
        ctx.clone().for_customer(self.user, self.session).with_assurance(self.assurance)
    }
}

/// What is stored of a first refresh token.
pub(crate) struct RefreshHashes {
    family: Hash,
    current: Hash,
}

impl Issued {
    fn new_session(&self, proof: Proof) -> NewSession {
        let refresh =
            RefreshHashes { family: self.refresh.family_hash(), current: self.refresh.hash() };
        NewSession {
            id: self.session,
            user: self.user,
            token: self.access.hash(),
            token_ends: self.ends.access,
            idle_until: self.ends.idle,
            abs_until: self.ends.absolute,
            proof,
            refresh: Some(refresh),
        }
    }

    fn tokens(&self) -> Tokens {
        Tokens {
            session: self.session,
            customer: self.user,
            access: self.access.text(),
            access_expires: self.ends.access,
            refresh: self.refresh.text(),
            refresh_expires: self.ends.idle,
            bound: self.bound,
        }
    }
}

fn jitter(entropy: Entropy) -> u8 {
    let [random] = entropy.bytes();
    random
}

/// What is to be written of a session that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Note {
    bucket: Moment,
    idle: Option<Moment>,
}

impl Note {
    /// It was seen.
    fn seen(now: Moment) -> Self {
        Self { bucket: rules::seen_bucket(now), idle: None }
    }

    /// It was seen, and lives on until this moment.
    pub fn until(now: Moment, idle: Moment) -> Self {
        Self { idle: Some(idle), ..Self::seen(now) }
    }

    /// The beginning of the interval in which it was seen.
    pub const fn bucket(&self) -> Moment {
        self.bucket
    }

    /// Its new idle end.
    pub const fn idle(&self) -> Option<Moment> {
        self.idle
    }
}

/// Which sessions were seen when, until it is written: never one write per request.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<SessionId, Note>>);

impl Seen {
    pub fn note(&self, session: SessionId, note: Note) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < SEEN_MAX_ENTRIES || noted.contains_key(&session) {
            // Of two requests at once the later one may come here first.
            noted.entry(session).and_modify(|known| *known = note.max(*known)).or_insert(note);
        }
    }

    fn take(&self) -> Vec<(SessionId, Note)> {
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
        with: (&Proof, &ClientInfo),
    ) -> Result<Tokens> {
        // Part of a use case that proved the user, as a sign-in or a sign-up: its caller is nobody.
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let issued = Issued {
            session: SessionId::generate(now, entropy),
            user,
            access: Token::generate(Purpose::Access, entropy),
            refresh: Token::generate(Purpose::Refresh, entropy),
            ends: Ends::begin(now, jitter(entropy)),
            bound: with.1.key.is_some(),
        };
        self.begin(tx, ctx, &issued.new_session(*with.0), with.1).await?;
        Ok(issued.tokens())
    }

    /// Who a request is from, by its access token and the key that was proven with it. Refused with
    /// [`Code::SignInRequired`] when the token is not good, with [`Code::KeyProofInvalid`] when it
    /// is bound to another key, and with [`Code::Busy`] when that cannot be known.
    pub async fn authenticate(
        &self,
        ctx: &Ctx,
        token: &str,
        key: Option<&DeviceKey>,
    ) -> Result<Ctx> {
        // Anonymous: this is what makes somebody of nobody.
        let token = Token::parse(Purpose::Access, token).ok_or(Code::SignInRequired)?.hash();
        let now = ctx.now();
        let bucket = rules::seen_bucket(now);
        let trusted = self.freshness.is_good();
        let cached = if trusted {
            self.cache.get(&token, now, |_, noted| noted.advance(bucket))
        } else {
            None
        };
        let (live, first) = match cached {
            Some(found) => found,
            None => (self.look_up(token, now, trusted).await?, true),
        };
        let keys = (live.key.as_ref(), key.map(DeviceKey::thumbprint));
        self.same_key(ctx, (live.user, live.session), keys).await?;
        if first {
            self.seen.note(live.session, Note::seen(now));
        }
        Ok(live.context(ctx))
    }

    async fn look_up(&self, token: Hash, now: Moment, keep: bool) -> Result<Live> {
        let generation = self.cache.generation();
        let live = recognised(self.ask(&token, now)).await?;
        if keep {
            let entry = Entry::new(live, rules::seen_bucket(now));
            self.cache.insert(generation, token, entry, now);
        }
        Ok(live)
    }

    /// The living session of an access token, whatever this node remembers of it.
    pub(crate) async fn peek(&self, token: &Hash, now: Moment) -> Result<Option<Live>> {
        let found = sql::by_access(self.store.pool(), token, now).await?;
        found.as_ref().map(sql::Access::live).transpose()
    }

    async fn ask(&self, token: &Hash, now: Moment) -> Result<Option<Live>> {
        let pool = self.store.pool();
        let Some(found) = sql::by_access(pool, token, now).await? else { return Ok(None) };
        // From here on the refresh token before this one is a replay. While nobody used the new
        // tokens they are in no node's cache, so replacing them takes effect at once everywhere.
        if found.first_use && !sql::mark_used(pool, found.session, token, now).await? {
            return Ok(None);
        }
        found.live().map(Some)
    }

    /// Exchanges a refresh token for new tokens, for the holder of the key that its session is
    /// bound to; without that nothing is exchanged. A token that was exchanged before ends its
    /// session, unless its answer seems to have been lost: then it is given again.
    pub async fn refresh(&self, ctx: &Ctx, token: &str, key: Option<&DeviceKey>) -> Result<Tokens> {
        // Anonymous: the token itself is the proof.
        self.refresh_since(ctx, (token, key), ctx.now()).await
    }

    /// The same of a request that arrived at this moment, whole, and may have waited since: what
    /// others did meanwhile does not make a replay of it.
    pub async fn refresh_since(
        &self,
        ctx: &Ctx,
        (token, key): (&str, Option<&DeviceKey>),
        arrived: Moment,
    ) -> Result<Tokens> {
        // Anonymous: the token itself is the proof.
        let presented = Token::parse(Purpose::Refresh, token).ok_or(Code::SignInRequired)?;
        let mut tx = self.store.begin().await?;
        let locked = sql::lock(&mut tx, &presented.family_hash()).await?;
        let locked = locked.ok_or(Code::SignInRequired)?;
        let proven = key.map(DeviceKey::thumbprint);
        if locked.key() != proven.map(<[u8; 32]>::as_slice) {
            let (whose, bound) = ((locked.user(), locked.session()), locked.key_hash());
            drop(tx);
            self.same_key(ctx, whose, (bound.as_ref(), proven)).await?;
            return Err(Code::SignInRequired.into());
        }
        let may_enter = sql::may_go_on(&mut tx, &locked).await?;
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let decision = rules::redeem(&locked.family(may_enter, now), &presented.hash(), arrived);
        let (access, refresh) = presented.exchanged(&self.keys);
        let issued = Issued {
            session: locked.session(),
            user: locked.user(),
            access,
            refresh,
            ends: Ends::renew(now, locked.absolute(), jitter(entropy)),
            bound: proven.is_some(),
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
        let whose = (issued.user, [issued.session]);
        self.end_these(&mut tx, ctx, (whose.0, &whose.1), Reason::TokenReused).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict_session(issued.session);
        self.end_waiting_after_replay(ctx, issued.user).await?;
        tracing::warn!(
            counter.authn_token_reuse = 1,
            session = %issued.session,
            trace = %ctx.trace,
            "a refresh token was presented again; its session is ended"
        );
        Ok(())
    }

    /// Whoever has a copy of a token may be on the way into the next session. In a transaction of
    /// its own: the user is locked before their sessions, and a refresh locks only the session.
    async fn end_waiting_after_replay(&self, ctx: &Ctx, user: CustomerId) -> Result<()> {
        let mut tx = self.store.begin().await?;
        freezes::lock(&mut tx, user).await?;
        sign_in::end_waiting(&mut tx, user, ctx.now()).await?;
        commit(tx).await
    }

    /// Writes a session that begins, and ends what its user has too many of.
    pub(crate) async fn begin(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        new: &NewSession,
        client: &ClientInfo,
    ) -> Result<()> {
        let (now, proof, user) = (ctx.now(), &new.proof, new.user);
        sql::insert(tx, new, client, now).await?.ok_or(Code::SignInFailed)?;
        if let Some(device) = proof.device {
            devices::seen(tx, device, now).await?;
        }
        signals::session_began(tx, ctx, new).await?;
        let facts = json!({ "aal": proof.aal.number(), "amr": proof.amr.words(),
            "device": proof.device, "bound_to_key": client.key.is_some() });
        let entry = audit::Entry::done("session.began")
            .subject(user.uuid())
            .object("session", new.id)
            .facts(facts)
            .personal(json!({ "network": client.ip_prefix(), "client": client.user_agent }));
        // From here on it is somebody.
        let theirs = ctx.clone().for_customer(user, new.id);
        audit::append(tx, &self.keys, &theirs, entry).await?;
        let surplus = sql::beyond(tx, user, rules::SESSIONS_MAX, now).await?;
        self.end_these(tx, ctx, (user, &surplus), Reason::TooManySessions).await
    }

    /// Writes which sessions were seen since the last time, and until when browsers' now live.
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

/// What the database says of a token, in bounded time. [`Code::SignInRequired`] when it is not
/// good, [`Code::Busy`] when that cannot be known.
pub(crate) async fn recognised<T>(asked: impl Future<Output = Result<Option<T>>>) -> Result<T> {
    match timeout(Duration::from_millis(LOOKUP_TIMEOUT_MILLIS), asked).await {
        Ok(Ok(found)) => Ok(found.ok_or(Code::SignInRequired)?),
        Ok(Err(error @ Error::Refused(_))) => Err(error),
        Ok(Err(error)) => {
            tracing::error!(?error, "a token could not be checked");
            Err(Code::Busy.into())
        }
        Err(_) => {
            tracing::error!("a token could not be checked in time");
            Err(Code::Busy.into())
        }
    }
}
