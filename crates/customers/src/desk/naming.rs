//! The names of customers, for lists of what is about them.

use std::collections::HashMap;

use kernel::{Ctx, CustomerId, Permission, Result};
use serde_json::json;
use store::audit::{self, Entry};

use super::Desk;

impl Desk {
    /// What customers are called, for a list of a use case that asked the policies. Those who are
    /// not known, or were erased, are left out. Whose names were given is in the audit log: of one
    /// customer as an event about them.
    pub async fn names(
        &self,
        ctx: &Ctx,
        ids: &[CustomerId],
    ) -> Result<HashMap<CustomerId, String>> {
        ctx.require(Permission::CustomerRead)?;
        let people = self.customers.people(ids).await?;
        let known: Vec<_> = people.into_iter().filter(|customer| !customer.is_erased()).collect();
        let named: Vec<_> = known.iter().map(|customer| customer.id).collect();
        let entry = Entry::done("customer.named");
        let entry = match named.as_slice() {
            [] => return Ok(HashMap::new()),
            [one] => entry.subject(one.uuid()).object("customer", one),
            more => entry.facts(json!({ "customers": more })),
        };
        audit::record(&self.customers.store, self.identity().keys(), ctx, entry).await?;
        let called = known.into_iter().map(|customer| {
            let name = format!("{} {}", customer.name.first(), customer.name.last());
            (customer.id, name)
        });
        Ok(called.collect())
    }
}
