//! An end to what nobody needs any more. What was revoked, by whom and why, stays.

mod sql;

use kernel::{Moment, Result};

use crate::Identity;

/// How long an answered or forgotten challenge stays, for whoever must look into a complaint.
const CHALLENGE_RETENTION_SECONDS: i64 = 86_400;
/// How long failed attempts are remembered: the longest time that any of them counts.
const GUARD_RETENTION_SECONDS: i64 = 86_400;
/// How long a session stays after its idle end: the customer may ask where they were signed in. A
/// refresh token lives 30 days at least, so the address of such a sign-in is known for 90; that of
/// a browser's, whose sessions are short and many, for 60.
const SESSION_RETENTION_SECONDS: i64 = 60 * 86_400;

impl Identity {
    /// Deletes old challenges, sessions and counted attempts. For every hour; any number of nodes
    /// may do it. Gives how many rows.
    pub async fn clean(&self, now: Moment) -> Result<u64> {
        // Called by the bank itself, on nobody's behalf.
        let pool = self.store.pool();
        let before = |seconds: i64| now.plus_seconds(seconds.saturating_neg());
        let challenges = sql::clean_challenges(pool, before(CHALLENGE_RETENTION_SECONDS)).await?;
        let asked = before(CHALLENGE_RETENTION_SECONDS);
        let passkeys = sql::clean_passkey_challenges(pool, asked).await?;
        let resets = sql::clean_resets(pool, asked).await?;
        let waiting = sql::clean_sign_ins(pool, asked).await?;
        let confirmations = sql::clean_confirmations(pool, asked).await?;
        let sessions = sql::clean_sessions(pool, before(SESSION_RETENTION_SECONDS)).await?;
        let codes = sql::clean_code_guards(pool, before(GUARD_RETENTION_SECONDS)).await?;
        let sign_ins = sql::clean_sign_in_guards(pool, before(GUARD_RETENTION_SECONDS)).await?;
        let former = sql::clean_former_contacts(pool, now).await?;
        let proofs = self.clean_proofs(now).await?;
        tracing::debug!(
            proofs,
            challenges,
            passkeys,
            resets,
            waiting,
            confirmations,
            sessions,
            codes,
            sign_ins,
            former,
            "cleaned up"
        );
        let asked = [challenges, passkeys, resets, waiting, confirmations];
        let tried = [proofs, sessions, codes, sign_ins, former];
        Ok(asked.into_iter().chain(tried).fold(0, u64::saturating_add))
    }
}
