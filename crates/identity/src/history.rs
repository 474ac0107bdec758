//! What happened to a customer's protection, as the audit log has it: for the customer.

use kernel::{Ctx, Moment, Permission, Result};
use serde_json::Value;
use store::audit::{self, Filter, Outcome, Page};

use crate::Identity;

/// An event of a customer's own protection.
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityEvent {
    /// When.
    pub at: Moment,
    /// What was done, as the audit log names it: `session.began`.
    pub action: String,
    /// Whether it was done, and not refused.
    pub done: bool,
    object: Option<String>,
    facts: Option<Value>,
}

impl SecurityEvent {
    /// A fact of it that is a text.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.as_ref()?.get(name)?.as_str()
    }

    /// The id of what it was done to.
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()?.split_once(':').map(|(_, id)| id)
    }
}

impl Identity {
    /// What happened to the protection of the signed-in customer, the latest first: of these acts.
    /// Nothing that is sealed is opened.
    pub async fn security_events(
        &self,
        ctx: &Ctx,
        acts: &[&str],
        limit: u16,
    ) -> Result<Vec<SecurityEvent>> {
        ctx.require(Permission::ProfileRead)?;
        let actions = acts.iter().map(|act| (*act).to_owned()).collect();
        let subject = Some(ctx.customer()?.uuid());
        let filter = Filter { subject, actions, ..Filter::default() };
        let page = Page { limit, ..Page::default() };
        let found = audit::search(&self.store, None, &filter, page).await?;
        Ok(found
            .into_iter()
            .map(|event| SecurityEvent {
                at: event.at,
                action: event.action,
                done: event.outcome == Outcome::Done,
                object: event.object,
                facts: event.facts,
            })
            .collect())
    }
}
