//! What needs the person to change the way in: a password must not be made of its owner's name.

use identity::ports::{Answered, Languages};
use identity::{Personal, PreparedPassword, Resetting};
use kernel::{Code, Ctx, CustomerId, Lang, Permission, Phone, Result, Secret};

use crate::Customers;
use crate::people::Customer;

impl Customers {
    /// Changes the password of the signed-in customer, who shows the one they have. Every other
    /// session ends.
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        (old, new): (&Secret<String>, &Secret<String>),
    ) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        let customer = self.profile(ctx).await?;
        let phone = self.identity.phone_of(ctx, customer.id).await?;
        let known = self.identity.check_password(ctx, old).await?;
        if old.expose() == new.expose() {
            return Err(Code::PasswordUnchanged.into());
        }
        let prepared = self.prepared(&phone, &customer, new).await?;
        self.identity.change_password(ctx, &known, &prepared).await
    }

    /// Ends a password reset whose proofs were shown: sets the password.
    pub async fn complete_reset(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        new: &Secret<String>,
    ) -> Result<CustomerId> {
        // Anonymous: both proofs were shown.
        let user = self.identity.reset_user(ctx, caller).await?;
        let phone = self.identity.reset_phone(ctx, caller).await?;
        let customer = self.person(user).await?.ok_or(Code::ResetOver)?;
        let prepared = self.prepared(&phone, &customer, new).await?;
        self.identity.refuse_same_password(ctx, caller, new).await?;
        self.identity.complete_reset(ctx, caller, &prepared).await
    }

    async fn prepared(
        &self,
        phone: &Phone,
        customer: &Customer,
        password: &Secret<String>,
    ) -> Result<PreparedPassword> {
        let (first_name, last_name) = (customer.name.first(), customer.name.last());
        let personal = Personal { phone, first_name, last_name };
        self.identity.prepare_password(password, personal).await
    }
}

impl Languages for Customers {
    fn language_of(&self, customer: CustomerId) -> Answered<'_, Option<Lang>> {
        Box::pin(async move { Ok(self.person(customer).await?.map(|person| person.lang)) })
    }
}
