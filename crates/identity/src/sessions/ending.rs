//! Sessions that end before their time.

use kernel::{Actor, Code, Ctx, CustomerId, Permission, Result, SessionId};
use store::audit::{self, Entry};
use store::{Tx, outbox};

use super::{events, sql};
use crate::revocations::{self, Kind, Reason};
use crate::tokens::{Purpose, Token};
use crate::{Identity, RefusedAct, factors, freezes, sign_in, signals};

impl Identity {
    /// Ends every session of a user but one, in the transaction of another use case and as the last
    /// thing in it. Those that are being opened meanwhile on the strength of what was true before
    /// end too. Every node learns of it within a second; call
    /// [`Identity::forget_sessions_of`] after the commit and this one knows at once.
    pub async fn end_sessions(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, but): (CustomerId, Option<SessionId>),
        reason: Reason,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let epoch = sql::raise_epoch(tx, user).await?;
        if let Some(kept) = but {
            sql::lift(tx, user, kept, epoch).await?;
        }
        let ended = sql::revoke_of(tx, (user, but), reason, ctx.now()).await?;
        if !ended.is_empty() {
            signals::sessions_ended(tx, ctx, (user, &ended), reason).await?;
            self.note_ended(tx, ctx, (user, &ended), reason).await?;
        }
        revocations::record(tx, ctx, (Kind::User, &[user.uuid()]), reason).await
    }

    /// Ends every session there is, and every way into one that is under way, as the last thing in
    /// its transaction. For a bank that has lost its keys.
    pub async fn end_everyones_sessions(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        // Part of a use case that asked who may.
        sql::raise_everyones_epoch(tx).await?;
        factors::end_everyones_waiting(tx, ctx).await?;
        audit::append(tx, &self.keys, ctx, Entry::done("sessions.ended_everyones")).await?;
        signals::everyones_sessions_ended(tx, ctx).await?;
        let nobody_in_particular = [uuid::Uuid::nil()];
        revocations::record(tx, ctx, (Kind::Everyone, &nobody_in_particular), Reason::Everyone)
            .await
    }

    /// Ends the session the request came in. Here at once, on every other node within a second.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        let Actor::Customer { id, session } = ctx.actor else {
            return Err(Code::SignInRequired.into());
        };
        let mut tx = self.store.begin().await?;
        self.end_one(&mut tx, ctx, (id, session), Reason::SignedOut).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict_session(session);
        Ok(())
    }

    /// Ends the session of a token, whichever of its tokens it is (RFC 7009). Whoever has it may
    /// end it: that is the safe way out. What is no token of the bank's changes nothing.
    pub async fn revoke_token(&self, ctx: &Ctx, token: &str) -> Result<()> {
        // Anonymous: the token itself is the proof.
        let access = Token::parse(Purpose::Access, token).map(|token| token.hash());
        let family = Token::parse(Purpose::Refresh, token).map(|token| token.family_hash());
        if access.is_none() && family.is_none() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let found = sql::of_token(&mut tx, access.as_ref(), family.as_ref()).await?;
        let Some((user, session)) = found else { return Ok(()) };
        self.end_one(&mut tx, ctx, (user, session), Reason::SignedOut).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict_session(session);
        Ok(())
    }

    /// Ends one of one's own sessions. One that is over already is not there.
    pub async fn end_session(&self, ctx: &Ctx, session: SessionId) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        let user = ctx.customer()?;
        let mut tx = self.store.begin().await?;
        if !sql::lives(&mut tx, user, session, ctx.now()).await? {
            drop(tx);
            let act = RefusedAct::of("session.ended").object("session", session);
            return self.refuse_act(ctx, act, Code::NotFound).await;
        }
        self.end_one(&mut tx, ctx, (user, session), Reason::EndedByUser).await?;
        self.store.commit_and_wake(tx).await?;
        self.cache.evict_session(session);
        Ok(())
    }

    /// Ends one's own sessions but the one the request came in.
    pub async fn end_other_sessions(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        let Actor::Customer { id, session } = ctx.actor else {
            return Err(Code::SignInRequired.into());
        };
        self.end_own(ctx, (id, Some(session))).await
    }

    /// Ends one's own sessions, the one the request came in too.
    pub async fn end_all_sessions(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::SessionUse)?;
        self.end_own(ctx, (ctx.customer()?, None)).await
    }

    async fn end_own(&self, ctx: &Ctx, whose: (CustomerId, Option<SessionId>)) -> Result<()> {
        let mut tx = self.store.begin().await?;
        self.end_sessions(&mut tx, ctx, whose, Reason::EndedByUser).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(whose.0);
        Ok(())
    }

    /// Ends one session of a user and the sign-ins that wait, as the last thing in its transaction:
    /// whoever ends a session may be ending a thief's, who is on the way into the next. A session
    /// that is over already ends nothing else, or whoever kept an old token of it could keep its
    /// owner from signing in.
    pub(crate) async fn end_one(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, session): (CustomerId, SessionId),
        reason: Reason,
    ) -> Result<()> {
        // The user before their sign-ins and sessions, as everywhere.
        freezes::lock(tx, user).await?;
        if sql::lives(tx, user, session, ctx.now()).await? {
            sign_in::end_waiting(tx, user, ctx.now()).await?;
        }
        self.end_these(tx, ctx, (user, &[session]), reason).await
    }

    /// Ends these sessions of a user, as the last thing in its transaction.
    pub(crate) async fn end_these(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, sessions): (CustomerId, &[SessionId]),
        reason: Reason,
    ) -> Result<()> {
        let ended = sql::revoke(tx, sessions, reason, ctx.now()).await?;
        if ended.is_empty() {
            return Ok(());
        }
        if reason == Reason::TokenReused {
            let reuse = ended.iter().map(|s| events::token_reuse(*s, user, ctx.now()));
            outbox::append(tx, &reuse.collect::<Vec<_>>()).await?;
        }
        signals::sessions_ended(tx, ctx, (user, &ended), reason).await?;
        self.note_ended(tx, ctx, (user, &ended), reason).await?;
        let ids: Vec<_> = ended.iter().map(|session| session.uuid()).collect();
        revocations::record(tx, ctx, (Kind::Session, &ids), reason).await
    }

    async fn note_ended(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (user, sessions): (CustomerId, &[SessionId]),
        reason: Reason,
    ) -> Result<()> {
        let facts = serde_json::json!({ "sessions": sessions, "reason": reason.as_str() });
        let entry = Entry::done("session.ended").subject(user.uuid()).facts(facts);
        let entry = match sessions {
            [one] => entry.object("session", one),
            _ => entry,
        };
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }

    /// Has every node ask the database again about the sessions of a user, as something about them
    /// has changed: in the transaction of the change, as the last thing in it.
    pub async fn recheck_sessions(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: CustomerId,
        reason: Reason,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        revocations::record(tx, ctx, (Kind::User, &[user.uuid()]), reason).await
    }

    /// Has this node ask the database again about the sessions of a user.
    pub fn forget_sessions_of(&self, user: CustomerId) {
        self.cache.evict(|live| live.user == user);
    }
}
