//! Security events for others: each receiver is sent a signed token of what happened (RFC 8417), as
//! a push (RFC 8935), again and again until it took it. Receivers know an event that comes twice by
//! its `jti`.

pub mod jobs;
mod rules;
mod sql;

use kernel::{Code, Ctx, Error, HookId, Moment, Result};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, commit, outbox};

use crate::{Identity, signals};
pub use rules::may_receive;

/// A place that security events are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Its id.
    pub id: HookId,
    /// Where events are sent.
    pub url: String,
    /// Since when.
    pub created_at: Moment,
}

impl Identity {
    /// Sends security events to an address from now on. For the operator's command line.
    pub async fn add_hook(&self, ctx: &Ctx, url: &str) -> Result<HookId> {
        // Part of a command of whoever runs the bank.
        if !may_receive(url) {
            return Err(Code::RequestMalformed.into());
        }
        let id = HookId::generate(ctx.now(), ctx.entropy());
        let mut tx = self.store.begin().await?;
        sql::insert(&mut tx, id, url, ctx.now()).await?;
        let entry = Entry::done("webhook.added").object("webhook", id);
        audit::append(&mut tx, &self.keys, ctx, entry.facts(json!({ "url": url }))).await?;
        commit(tx).await?;
        Ok(id)
    }

    /// Every receiver.
    pub async fn hooks(&self) -> Result<Vec<Receiver>> {
        // Part of a command of whoever runs the bank.
        sql::all(self.store.pool()).await
    }

    /// Sends nothing more to a receiver. [`Code::NotFound`] when there is none.
    pub async fn end_hook(&self, ctx: &Ctx, id: HookId) -> Result<()> {
        // Part of a command of whoever runs the bank.
        let mut tx = self.store.begin().await?;
        if !sql::end(&mut tx, id, ctx.now()).await? {
            return Err(Code::NotFound.into());
        }
        let entry = Entry::done("webhook.ended").object("webhook", id);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await
    }

    /// Has an event sent to every receiver, when it is one about security. The reaction to each
    /// event; what is done twice has the same name twice.
    pub async fn send_to_hooks(&self, ctx: &Ctx, event: &outbox::Event) -> Result<()> {
        // Called by the bank itself, on nobody's behalf.
        if !signals::ALL.contains(&event.kind.as_str()) {
            return Ok(());
        }
        let receivers = sql::all(self.store.pool()).await?;
        if receivers.is_empty() {
            return Ok(());
        }
        let mut tx: Tx = self.store.begin().await?;
        for receiver in receivers {
            store::jobs::enqueue(&mut tx, ctx, jobs::deliver(receiver.id, event)?).await?;
        }
        self.store.commit_and_wake(tx).await
    }

    /// Where a receiver is, unless it has ended.
    pub(crate) async fn hook_url(&self, id: HookId) -> Result<Option<String>> {
        // Called by the bank itself, on nobody's behalf.
        let found = sql::all(self.store.pool()).await?;
        Ok(found.into_iter().find(|receiver| receiver.id == id).map(|receiver| receiver.url))
    }
}

/// What could not be written of an event.
fn unwritten(error: serde_json::Error) -> Error {
    Error::broken("writing a security event", error)
}
