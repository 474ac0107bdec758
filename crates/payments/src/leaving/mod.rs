//! Customers who leave: the books say whether anything of theirs is left, and what stands in clear
//! about them in the tables of payments goes when they are erased. The books themselves stay.

use customers::leaving;
use identity::ports::{Answered, Leaving};
use kernel::{Ctx, CustomerId, Error, Moment, OperationId, Result};
use ledger::{Operation, Principal, Status};
use store::Tx;

use crate::freezes::KIND;
use crate::{Payments, accounts, documents};

impl Leaving for Payments {
    fn is_settled<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, bool> {
        Box::pin(self.ledger.is_settled(tx, customer.uuid()))
    }

    fn leaves<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        customer: CustomerId,
    ) -> Answered<'a, ()> {
        Box::pin(async move {
            leaving::leave(tx, customer).await?;
            self.close_accounts(tx, ctx, customer).await
        })
    }

    fn takes_document<'a>(
        &'a self,
        tx: &'a mut Tx,
        customer: CustomerId,
        since: Moment,
    ) -> Answered<'a, bool> {
        Box::pin(leaving::take_document(tx, customer, since))
    }

    fn follows<'a>(&'a self, ctx: &'a Ctx, customer: CustomerId) -> Answered<'a, ()> {
        Box::pin(self.follow_status(ctx, customer))
    }

    fn is_erased<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, ()> {
        Box::pin(async move {
            leaving::erase(tx, customer).await?;
            accounts::delete_names(tx, customer).await?;
            documents::blank_holder(tx, customer).await
        })
    }
}

impl Payments {
    /// Closes the accounts of whoever leaves, in the commit by which they do. A payment that is
    /// confirmed meanwhile is in the books before, and the account is not empty; or it is decided
    /// after, and the account takes nothing.
    async fn close_accounts(&self, tx: &mut Tx, ctx: &Ctx, customer: CustomerId) -> Result<()> {
        let own = self.ledger.accounts_within(tx, customer.uuid()).await?;
        let statuses: Vec<_> = own
            .iter()
            .filter(|record| record.account.status != Status::Closed)
            .map(|record| (record.account.id, Status::Closed))
            .collect();
        if statuses.is_empty() {
            return Ok(());
        }
        let initiator = Principal::of(ctx).ok_or(Error::invariant("nobody closes accounts"))?;
        let id = OperationId::generate(ctx.now(), ctx.entropy());
        let operation = Operation { statuses, ..Operation::new(id, KIND, initiator) };
        self.ledger.execute_within(tx, ctx, operation).await.map(|_| ())
    }
}
