//! What a customer's money was for: by itself, or as they say.

pub mod rules;

use kernel::{Asset, Ctx, Day, Money, OperationId, Permission, Result};

use crate::{Payments, field_invalid, history};

pub use rules::Category;

/// What left a customer's accounts in one asset over a period, without transfers between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// In what.
    pub asset: Asset,
    /// All of it, without a sign.
    pub total: Money,
    /// What it was for, the largest first. The sum is the total.
    pub by_category: Vec<(Category, Money)>,
}

impl Payments {
    /// Says what one of the customer's operations was for. Their own view of it: nobody else sees
    /// it, and the operation stays as it is.
    pub async fn categorise(
        &self,
        ctx: &Ctx,
        operation: OperationId,
        category: Category,
    ) -> Result<()> {
        ctx.require(Permission::OperationCategorise)?;
        let seen = self.operation(ctx, operation).await?;
        if seen.category == category {
            return Ok(());
        }
        if !category.may_be_given(seen.direction) || seen.category.is_fact() {
            return Err(field_invalid("category"));
        }
        let owner = ctx.customer()?.uuid();
        self.ledger.set_label(owner, operation, category.number(), ctx.now()).await
    }

    /// What left the customer's accounts from the first to the last day, both included, without
    /// transfers between them. Assets of which nothing left are not in it.
    pub async fn spending(&self, ctx: &Ctx, first: Day, last: Day) -> Result<Vec<Spending>> {
        ctx.require(Permission::OperationRead)?;
        let customer = ctx.customer()?;
        history::rules::check_period(ctx, first, last)?;
        let left = self.ledger.outgoings(customer.uuid(), first.start(), last.end()).await?;
        rules::spending(&left)
    }
}
