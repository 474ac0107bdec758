//! Proofs that a request comes from the holder of a key (DPoP, RFC 9449). Tokens that were given
//! out to a key are good only together with such a proof, so that whoever copies one has nothing.
//!
//! What a proof is good for: one request, by its method and address, within a minute of when it was
//! made. A request that changes something writes its proof to the database, so that no node takes
//! it again, and so does one without a token, which anybody can make any number of; one that only
//! reads, with a token, is remembered by the node that answered it. So a proof that was overheard
//! can at most be read with once more at another node, within that minute, by somebody who also has
//! the token. A node whose memory is full goes on in the database.

mod rules;
mod seen;
mod sql;

use kernel::{Actor, Code, Ctx, CustomerId, Moment, Result, SessionId};
use serde_json::json;
use store::audit::{self, Entry};
use store::rates::Rate;

use crate::sessions::recognised;
use crate::tokens::Hash;
use crate::{DeviceKey, Identity, signals};
use seen::Noted;
pub(crate) use seen::Seen;

/// Misuses of one session that the audit log and the receivers of events are told of in a minute:
/// whoever has a copied token, or only a proof, must not fill the log with it.
const TOLD: Rate = Rate { scope: "audit/misuse", max: 5, window_seconds: 60 };

/// A proof as it came with a request, and the request.
#[derive(Clone, Copy, Debug)]
pub struct ProofOfKey<'a> {
    /// The text of the `DPoP` header.
    pub proof: &'a str,
    /// The method of the request.
    pub method: &'a str,
    /// The address of the request as the client wrote it, without a query.
    pub address: &'a str,
    /// Whether the request changes nothing.
    pub safe: bool,
}

impl Identity {
    /// The key whose possession a proof shows, of a request without a token. Refused with
    /// [`Code::KeyProofInvalid`] for whatever reason, a second use among them.
    pub async fn prove_key(&self, ctx: &Ctx, shown: ProofOfKey<'_>) -> Result<DeviceKey> {
        // Anonymous: the proof is looked at before anything else.
        let proven = checked(ctx, &shown, None)?;
        self.once(ctx, (&proven, shown.safe), None).await?;
        Ok(proven.key)
    }

    /// Who a request is from, by its access token and the proof that comes with it. Nothing is
    /// written for somebody without a good token.
    pub async fn authenticate_proven(
        &self,
        ctx: &Ctx,
        token: &str,
        shown: ProofOfKey<'_>,
    ) -> Result<Ctx> {
        // Anonymous: this is what makes somebody of nobody.
        let proven = checked(ctx, &shown, Some(token))?;
        let known = self.authenticate(ctx, token, Some(&proven.key)).await?;
        let whose = match known.actor {
            Actor::Customer { id, session } => Some((id, session)),
            _ => None,
        };
        self.once(&known, (&proven, shown.safe), whose).await?;
        Ok(known)
    }

    /// Refuses a proof that was used before.
    async fn once(
        &self,
        ctx: &Ctx,
        (proven, safe): (&rules::Proven, bool),
        whose: Option<(CustomerId, SessionId)>,
    ) -> Result<()> {
        let now = ctx.now();
        let kept_until = rules::kept_until(now);
        // Anybody can make a good proof without a token: the memory is for whoever has one.
        let noted = if safe && whose.is_some() {
            self.proofs.note(proven.id, now, kept_until)
        } else {
            Noted::AskTable
        };
        let new = match noted {
            Noted::New => true,
            Noted::Before => false,
            Noted::AskTable => recognised(self.noted(proven, kept_until)).await?,
        };
        if new {
            return Ok(());
        }
        self.alert(ctx, "replayed", whose).await;
        Err(Code::KeyProofInvalid.into())
    }

    /// Whether a proof was never used on any node. Whoever is not told in time makes another.
    async fn noted(&self, proven: &rules::Proven, kept_until: Moment) -> Result<Option<bool>> {
        sql::note(self.store.pool(), &proven.id, kept_until).await.map(Some)
    }

    /// Refuses when a session's tokens are bound to another key than was proven, or the other way
    /// round.
    pub(crate) async fn same_key(
        &self,
        ctx: &Ctx,
        whose: (CustomerId, SessionId),
        (bound, proven): (Option<&Hash>, Option<&Hash>),
    ) -> Result<()> {
        // Part of recognising a request.
        if bound == proven {
            return Ok(());
        }
        self.alert(ctx, "another_key", Some(whose)).await;
        Err(if bound.is_some() { Code::KeyProofInvalid } else { Code::SignInRequired }.into())
    }

    /// Notes in the audit log, and for the bank to see, that somebody tried a token or a proof that
    /// is not theirs. The request is refused in any case. Of many in a minute the log tells of the
    /// first, and of how many it left out.
    async fn alert(&self, ctx: &Ctx, what: &'static str, whose: Option<(CustomerId, SessionId)>) {
        tracing::warn!(
            counter.authn_key_proof_misused = 1,
            what,
            session = whose.map(|w| tracing::field::display(w.1)),
            trace = %ctx.trace,
            "a proof of a key was misused"
        );
        if let Err(error) = self.write_alert(ctx, what, whose).await {
            tracing::error!(?error, "the misuse of a proof is not in the audit log");
        }
    }

    async fn write_alert(
        &self,
        ctx: &Ctx,
        what: &'static str,
        whose: Option<(CustomerId, SessionId)>,
    ) -> Result<()> {
        let whom = whose.map_or_else(|| "nobody".to_owned(), |(_, session)| session.to_string());
        let facts = self.telling(ctx, (TOLD, &whom), json!({ "what": what })).await?;
        let Some(facts) = facts else { return Ok(()) };
        let entry = Entry::refused("session.used", Code::KeyProofInvalid).facts(facts);
        let mut tx = self.store.begin().await?;
        let entry = match whose {
            None => entry,
            Some((user, session)) => {
                let facts = json!({ "session": session, "misuse": what });
                signals::tell(&mut tx, ctx, signals::KEY_MISUSE, user, facts).await?;
                entry.subject(user.uuid()).object("session", session)
            }
        };
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        self.store.commit_and_wake(tx).await
    }

    /// Deletes proofs that nobody could use again anyway.
    pub(crate) async fn clean_proofs(&self, now: Moment) -> Result<u64> {
        // Called by the bank itself, on nobody's behalf.
        sql::clean(self.store.pool(), now).await
    }
}

fn checked(ctx: &Ctx, shown: &ProofOfKey<'_>, token: Option<&str>) -> Result<rules::Proven> {
    rules::check(shown, token, ctx.now()).map_err(|why| {
        tracing::debug!(why, trace = %ctx.trace, "a proof of a key is not good");
        Code::KeyProofInvalid.into()
    })
}
