//! Sessions of browsers: one token, kept in a cookie for the life of the session. It ends some time
//! after the last request, and at the latest some hours after the sign-in.
//!
//! What keeps the idle end true without a write for each request: it is moved when at least a
//! minute is gained, together with when the session was seen. A node counts on nothing but the end
//! that is written, and when that is near, it writes the new one before it answers. So a session
//! never outlives its idle time, and one in use never ends early because a note was still on its
//! way.

mod rules;
mod sql;

use kernel::{Actor, Code, Ctx, CustomerId, Moment, Permission, Result, Secret, SessionId};
use store::Tx;

use crate::cache::{Entry, Live};
use crate::revocations::Reason;
use crate::sessions::{self, NewSession, Note};
use crate::tokens::{Hash, Purpose, Token};
use crate::{ClientInfo, Identity, Proof, UserStatus};

/// What a browser carries after its user signed in. The token is shown once and stored only as a
/// hash.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// The session.
    pub session: SessionId,
    /// Whose session it is.
    pub customer: CustomerId,
    /// To be sent with each request, in a cookie that no script reads.
    pub token: Secret<String>,
    /// When the session ends, however much it is used. Without requests it ends earlier.
    pub ends: Moment,
}

/// What a browser's token is presented for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Something that the customer does: the session lives on.
    Request,
    /// A look at whether the session still lives, by what goes on without the customer, such as a
    /// live stream of a page left open: it does not keep the session alive.
    Watch,
}

impl Identity {
    /// Opens a browser's session for a user who just proved who they are. Leaves the user's other
    /// sessions as they are, but for those beyond the number allowed.
    pub async fn open_browser_session(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        with: (&Proof, &ClientInfo),
    ) -> Result<BrowserSession> {
        // Part of a use case that proved the user, as a sign-in or a sign-up: its caller is nobody.
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let token = Token::generate(Purpose::Browser, entropy);
        let ends = rules::absolute_end(now);
        let new = NewSession {
            id: SessionId::generate(now, entropy),
            user,
            token: token.hash(),
            token_ends: ends,
            idle_until: rules::idle_end(now, ends),
            abs_until: ends,
            proof: *with.0,
            refresh: None,
        };
        self.begin(tx, ctx, &new, with.1).await?;
        Ok(BrowserSession { session: new.id, customer: user, token: token.text(), ends })
    }

    /// Gives the browser of the signed-in customer another token for the same session: whoever has
    /// a copy of the one before has it no more. For after a change of what proves the customer.
    pub async fn renew_browser_session(&self, ctx: &Ctx) -> Result<BrowserSession> {
        ctx.require(Permission::SessionUse)?;
        let Actor::Customer { id, session } = ctx.actor else {
            return Err(Code::SignInRequired.into());
        };
        let token = Token::generate(Purpose::Browser, ctx.entropy());
        let mut tx = self.store.begin().await?;
        let ends =
            sql::renew(&mut tx, session, &token.hash()).await?.ok_or(Code::SignInRequired)?;
        self.recheck_sessions(&mut tx, ctx, id, Reason::AssuranceChanged).await?;
        store::commit(tx).await?;
        self.cache.evict_session(session);
        Ok(BrowserSession { session, customer: id, token: token.text(), ends })
    }

    /// Who a browser's request is from, by its token. Refused with [`Code::SignInRequired`] when
    /// the token is not good, and with [`Code::Busy`] when that cannot be known.
    pub async fn authenticate_browser(&self, ctx: &Ctx, token: &str, using: Use) -> Result<Ctx> {
        // Anonymous: this is what makes somebody of nobody.
        let token = Token::parse(Purpose::Browser, token).ok_or(Code::SignInRequired)?.hash();
        let now = ctx.now();
        let trusted = self.freshness.is_good();
        let cached = if trusted { self.cached_browser(&token, using, now) } else { None };
        let live = if let Some(live) = cached {
            live
        } else {
            let generation = self.cache.generation();
            let asked = self.ask_browser(&token, using, now);
            let (live, idle) = sessions::recognised(asked).await?;
            if trusted {
                self.cache.insert(generation, token, Entry::new(live, idle), now);
            }
            live
        };
        Ok(live.context(ctx))
    }

    /// Whose a session was that is over, and whether they may do anything now, by the token that
    /// its browser still carries. `None` when the token is nobody's.
    pub async fn ended_browser(
        &self,
        _: &Ctx,
        token: &str,
    ) -> Result<Option<(CustomerId, UserStatus)>> {
        // Anonymous: whoever holds the token was the customer. It opens nothing any more.
        let Some(token) = Token::parse(Purpose::Browser, token) else { return Ok(None) };
        let found = sql::user_of(self.store.pool(), &token.hash()).await?;
        let Some((user, status)) = found else { return Ok(None) };
        Ok(Some((user, UserStatus::of_row(&status)?)))
    }

    fn cached_browser(&self, token: &Hash, using: Use, now: Moment) -> Option<Live> {
        let good_until = match using {
            Use::Request => rules::close_from(now),
            Use::Watch => now,
        };
        let (live, later) = self.cache.get(token, good_until, |live, noted| match using {
            Use::Request => rules::slide(noted.latest(), live.slides_until?, now)
                .filter(|later| noted.advance(*later)),
            Use::Watch => None,
        })?;
        if let Some(later) = later {
            self.seen.note(live.session, Note::until(now, later));
        }
        Some(live)
    }

    /// The living session of a token, and until when it is known to live or noted to be let live.
    async fn ask_browser(
        &self,
        token: &Hash,
        using: Use,
        now: Moment,
    ) -> Result<Option<(Live, Moment)>> {
        let pool = self.store.pool();
        let Some(found) = sql::by_token(pool, token, now).await? else { return Ok(None) };
        let (idle, absolute) = (found.idle_until.into(), found.abs_until.into());
        let mut live = Live {
            session: SessionId::from_uuid(found.session),
            user: CustomerId::from_uuid(found.user),
            assurance: found.known.assurance()?,
            key: None,
            expires: rules::kept_until(idle, now),
            slides_until: Some(absolute),
        };
        let later = match using {
            Use::Request => rules::slide(idle, absolute, now),
            Use::Watch => None,
        };
        let Some(later) = later else { return Ok(Some((live, idle))) };
        let note = Note::until(now, later);
        if idle > rules::close_from(now) {
            self.seen.note(live.session, note);
        } else if sql::extend(pool, live.session, &note, now).await? {
            live.expires = rules::kept_until(later, now);
        } else {
            return Ok(None);
        }
        Ok(Some((live, later)))
    }
}
