//! The customers on both sides of a payment.

use customers::{Customer, Status};
use kernel::{Ctx, CustomerId, Error, Phone, Result};

use crate::Payments;

impl Payments {
    /// A customer who must exist, such as the one who asks.
    pub(crate) async fn person(&self, ctx: &Ctx, id: CustomerId) -> Result<Customer> {
        let found = self.customers.by_id(ctx, id).await?;
        found.ok_or(Error::invariant("an account's owner is not a customer"))
    }

    /// The customer with a phone, when they can be paid.
    pub(crate) async fn payee_by_phone(
        &self,
        ctx: &Ctx,
        phone: &Phone,
    ) -> Result<Option<Customer>> {
        Ok(self.customers.by_phone(ctx, phone).await?.filter(served))
    }

    /// The owner of an account, when they can be paid.
    pub(crate) async fn payee_by_id(&self, ctx: &Ctx, id: CustomerId) -> Result<Option<Customer>> {
        Ok(self.customers.by_id(ctx, id).await?.filter(served))
    }
}

fn served(customer: &Customer) -> bool {
    customer.status == Status::Active
}
