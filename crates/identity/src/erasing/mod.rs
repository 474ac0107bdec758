//! What is left of a user who was erased: the row that others refer to, without anything that tells
//! who it was. Their phone and their mailbox are free for somebody else from then on.

mod sql;

use kernel::{Code, Ctx, CustomerId, Result};
use store::audit::{self, Entry};
use store::{Tx, subjects};

use crate::Identity;

impl Identity {
    /// Erases a user who has left, in the transaction of the approval: what was sealed for them is
    /// unreadable everywhere, in backups and in the audit log too, and what stood beside it is
    /// gone. [`Code::NothingToChange`] when they were erased before.
    pub(crate) async fn erase_user(&self, tx: &mut Tx, ctx: &Ctx, user: CustomerId) -> Result<()> {
        // Part of a use case that asked who may.
        if !subjects::erase(tx, user.uuid(), ctx.now()).await? {
            return Err(Code::NothingToChange.into());
        }
        sql::delete_what_was_theirs(tx, user).await?;
        // The index has to be unique, and nobody's.
        sql::blank(tx, user, &ctx.entropy().bytes()).await?;
        let entry = Entry::done("customer.erased").subject(user.uuid()).object("customer", user);
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }
}
