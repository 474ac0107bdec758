//! Sending what was written down: accounts first, then documents in batches, one batch at a time.
//!
//! Each step reads where things stand, so whoever takes over goes on where another stopped. No
//! transaction is open while the core banking system is asked.

mod sql;

use kernel::{Ctx, Error, Result};
use store::commit;

use super::rules;
use crate::ports::{Batch, BatchState, CoreBanking, MAX_DOCUMENTS, MAX_OPENINGS, Posted, Verdict};
use crate::{Accounting, BatchId, DocumentId};

pub(super) use sql::{Turn, turn};

/// The batch that is not settled yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UnderWay {
    id: BatchId,
    /// It has left, or was about to.
    unknown: bool,
}

/// What a step of sending came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There was nothing to send.
    Idle,
    /// Something was confirmed or refused.
    Went,
    /// A batch is being processed.
    Waits,
}

impl Accounting {
    /// Sends what is next. An error means that it did not come to an end: the next step asks first
    /// what came of it.
    pub async fn send_next(&self, ctx: &Ctx, abs: &dyn CoreBanking) -> Result<Step> {
        // Called by the bank itself, on nobody's behalf.
        if let Some(batch) = sql::under_way(self.store.pool()).await? {
            return self.go_on(ctx, abs, batch).await;
        }
        if self.open_accounts(abs).await? {
            return Ok(Step::Went);
        }
        let id = BatchId::generate(ctx.now(), ctx.entropy());
        let most = i64::try_from(MAX_DOCUMENTS).unwrap_or(i64::MAX);
        if sql::form(self.store.pool(), id, ctx.now(), most).await? == 0 {
            return Ok(Step::Idle);
        }
        self.go_on(ctx, abs, UnderWay { id, unknown: false }).await
    }

    /// Whether there were accounts to open.
    async fn open_accounts(&self, abs: &dyn CoreBanking) -> Result<bool> {
        let most = i64::try_from(MAX_OPENINGS).unwrap_or(i64::MAX);
        let waiting = sql::waiting_accounts(self.store.pool(), most).await?;
        if waiting.is_empty() {
            return Ok(false);
        }
        let verdicts = abs.open_accounts(&waiting).await?;
        for refused in verdicts.iter().filter(|verdict| verdict.refusal.is_some()) {
            let why = refused.refusal.as_deref();
            tracing::error!(counter.abs_accounts_refused = 1, why, "the ABS opens no account");
        }
        // Otherwise the same accounts would be asked for again and again, and nothing else.
        if sql::accounts_answered(self.store.pool(), &verdicts).await? == 0 {
            return Err(Error::invariant("an answer about accounts names none that was asked for"));
        }
        Ok(true)
    }

    async fn go_on(&self, ctx: &Ctx, abs: &dyn CoreBanking, batch: UnderWay) -> Result<Step> {
        let known = if batch.unknown { abs.batch(batch.id).await? } else { None };
        let state = match known {
            Some(state) => state,
            None => self.send_batch(abs, batch.id).await?,
        };
        match state {
            BatchState::Processing => Ok(Step::Waits),
            BatchState::Done(verdicts) => {
                self.settle(ctx, batch.id, verdicts).await.map(|()| Step::Went)
            }
        }
    }

    async fn settle(
        &self,
        ctx: &Ctx,
        batch: BatchId,
        verdicts: Vec<Verdict<DocumentId>>,
    ) -> Result<()> {
        let documents = sql::documents(self.store.pool(), batch).await?;
        let asked: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
        let verdicts = match rules::in_order(&asked, verdicts) {
            Ok(verdicts) => verdicts,
            Err(error) => {
                sql::failed(self.store.pool(), batch, (&error.to_string(), true)).await?;
                return Err(error);
            }
        };
        let refused = verdicts.iter().filter(|verdict| verdict.refusal.is_some()).count();
        if refused > 0 {
            tracing::error!(
                counter.abs_documents_rejected = refused, %batch, "the ABS rejected documents",
            );
        }
        let mut tx = self.store.begin().await?;
        sql::settle(&mut tx, batch, &verdicts, ctx.now()).await?;
        commit(tx).await
    }

    async fn send_batch(&self, abs: &dyn CoreBanking, id: BatchId) -> Result<BatchState> {
        let pool = self.store.pool();
        let batch = Batch { id, documents: sql::documents(pool, id).await? };
        sql::leaves(pool, id).await?;
        let (error, left) = match abs.post(&batch).await {
            Ok(Posted::Known(state)) => return Ok(state),
            Ok(Posted::Unknown(error)) => (error, true),
            Err(error) => (error, false),
        };
        sql::failed(pool, id, (&error.to_string(), left)).await?;
        Err(error)
    }
}
