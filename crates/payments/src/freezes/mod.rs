//! The money of a customer who is frozen: the books let nothing leave their accounts, and take what
//! comes. Those of whoever left the bank are closed in the commit by which they left, and take
//! nothing any more; one that was being opened at that moment is closed here.
//!
//! Whether somebody is frozen is identity's to know. The accounts follow it: at once, in the call
//! that freezes, and once more when the event of it is read, so that nothing is missed when a node
//! dies in between. A payment that is confirmed at the same moment is either in the books before,
//! or is refused by them.

mod rules;

use identity::UserStatus;
use kernel::{CaseId, Code, Ctx, CustomerId, Error, OperationId, Permissions, Result};
use ledger::{Operation, Principal};

use crate::Payments;

/// The kind of operation that freezes accounts, opens them again, or closes them.
pub(crate) const KIND: &str = "account.status";
/// How often the accounts are brought up to date when the customer changes meanwhile.
const ROUNDS_MAX: usize = 4;

impl Payments {
    /// "It was not me": ends every session of the asker and lets no money leave their accounts any
    /// more. Gives the case that the bank looks into.
    pub async fn freeze_myself(&self, ctx: &Ctx) -> Result<CaseId> {
        let case = self.customers.identity().freeze_myself(ctx).await?;
        self.follow_status(ctx, ctx.customer()?).await?;
        Ok(case)
    }

    /// The same without a session, by what came with the notice of a sign-in.
    pub async fn freeze_by_alarm(&self, ctx: &Ctx, alarm: &str) -> Result<CaseId> {
        // Anonymous: the alarm is the proof.
        let (customer, case) = self.customers.identity().freeze_by_alarm(ctx, alarm).await?;
        self.follow_status(ctx, customer).await?;
        Ok(case)
    }

    /// Has the accounts of a customer follow whether the customer is frozen. Nothing else freezes
    /// accounts today, so all that are frozen are opened again.
    pub async fn follow_status(&self, ctx: &Ctx, customer: CustomerId) -> Result<()> {
        // Called by the bank itself, after it decided about the customer.
        let bank = Ctx {
            actor: kernel::Actor::System("freezes"),
            permissions: Permissions::NONE,
            ..ctx.clone()
        };
        let mut before = None;
        for _ in 0..ROUNDS_MAX {
            let status = self.customers.identity().user_status(&bank, customer).await?;
            if before == Some(status) {
                return Ok(());
            }
            self.bring_to(&bank, customer, status).await?;
            before = Some(status);
        }
        Err(Error::invariant("a customer was frozen and unfrozen too often at once"))
    }

    async fn bring_to(&self, ctx: &Ctx, customer: CustomerId, to: UserStatus) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let own = self.ledger.accounts_of(customer.uuid()).await?;
            let own: Vec<_> = own.into_iter().map(|record| record.account).collect();
            if to == UserStatus::Closed && own.iter().any(|account| !rules::is_empty(account)) {
                tracing::error!(
                    counter.closed_with_money = 1,
                    %customer,
                    "money came for a customer while they were closed"
                );
            }
            let follow = |account| rules::follow(account, to).map(|status| (account.id, status));
            let statuses: Vec<_> = own.iter().filter_map(follow).collect();
            if statuses.is_empty() {
                return Ok(());
            }
            let initiator = Principal::of(ctx).ok_or(Error::invariant("the bank is somebody"))?;
            let id = OperationId::generate(ctx.now(), ctx.entropy());
            let operation = Operation { statuses, ..Operation::new(id, KIND, initiator) };
            match self.ledger.execute(ctx, operation).await {
                // Something came since they were read.
                Err(error) if error.code() == Some(Code::AccountNotEmpty) => {}
                other => return other.map(|_| ()),
            }
        }
        Err(Error::invariant("money came too often for a customer who is closed"))
    }
}
