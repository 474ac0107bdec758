//! The names of customers, for lists of what is about them.

use std::collections::HashMap;

use kernel::{Ctx, CustomerId, Permission, Result};

use super::Desk;

impl Desk {
    /// What customers are called, for a list of a use case that asked the policies. Those who are
    /// not known, or were erased, are left out.
    pub async fn names(
        &self,
        ctx: &Ctx,
        ids: &[CustomerId],
    ) -> Result<HashMap<CustomerId, String>> {
        ctx.require(Permission::CustomerRead)?;
        let people = self.customers.people(ids).await?;
        let known = people.into_iter().filter(|customer| !customer.is_erased());
        let called = known.map(|customer| {
            let name = format!("{} {}", customer.name.first(), customer.name.last());
            (customer.id, name)
        });
        Ok(called.collect())
    }
}
