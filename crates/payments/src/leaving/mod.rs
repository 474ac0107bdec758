//! Customers who leave: the books say whether anything of theirs is left, and what stands in clear
//! about them in the tables of payments goes when they are erased. The books themselves stay.

use customers::leaving;
use identity::ports::{Answered, Leaving};
use kernel::CustomerId;
use store::Tx;

use crate::{Payments, accounts, documents};

impl Leaving for Payments {
    fn is_settled<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, bool> {
        Box::pin(self.ledger.is_settled(tx, customer.uuid()))
    }

    fn leaves<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, ()> {
        Box::pin(leaving::leave(tx, customer))
    }

    fn is_erased<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, ()> {
        Box::pin(async move {
            leaving::erase(tx, customer).await?;
            accounts::delete_names(tx, customer).await?;
            documents::blank_holder(tx, customer).await
        })
    }
}
