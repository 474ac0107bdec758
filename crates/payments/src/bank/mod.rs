//! The bank's own accounts: the cash desk and the income from fees, one of each per asset.
//!
//! Their ids are fixed, so every node names them without asking. They are opened once per
//! installation, whoever comes first.

use std::sync::Arc;

use kernel::{
    AccountId, AccountNumberParts, Actor, Asset, Code, Ctx, Error, OperationId, Permissions, Result,
};
use ledger::{BalanceRule, Ledger, NewAccount, Operation, Principal};
use uuid::Uuid;

use crate::AccountKeyScheme;

/// The kind of the operation that opens one of them.
const KIND: &str = "bank.account.open";
/// The cause from which their ids derive: a version 7 UUID of 2026-01-01T00:00:00Z.
const CAUSE: Uuid = Uuid::from_u128(0x019b_76da_a800_7000_8000_6f6b_746f_0001);
/// What follows the time in the cause of the operation that opens them.
const OPENING: [u8; 10] = *b"okto/bank1";
/// The bank's own code in account numbers, below every client code.
const BANK_CODE: u32 = 1;
/// There is one account of each kind and asset.
const ORDER_NUMBER: u16 = 1;
/// Who opens them, whichever command of the bank asks first.
const PRINCIPAL: &str = "bank";

/// One of the bank's own accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BankAccount {
    /// Cash in the desk.
    Cash,
    /// Income from fees.
    FeeIncome,
}

impl BankAccount {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Cash, Self::FeeIncome];

    /// Its id, the same in every installation.
    pub fn id(self, asset: Asset) -> AccountId {
        let purpose = format!("bank/{}/{asset}", self.code());
        AccountId::from_uuid(OperationId::derive(CAUSE, &purpose).uuid())
    }

    /// Balance account of the chart of accounts (reg. 3336). For fees it is the family: which
    /// second-level account of it a bank uses is its own accounting policy.
    pub const fn code(self) -> i32 {
        match self {
            Self::Cash => 10_101,
            Self::FeeIncome => 45_200,
        }
    }

    /// Its name for accountants.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cash => "cash in the desk",
            Self::FeeIncome => "income from fees",
        }
    }

    /// Cash is an asset: it grows by debits, and no more can be handed out than is there. Income
    /// from fees has no rule: it is emptied into the result when the year is closed, and the refund
    /// of an old fee, which debits it, must go through on the next day too.
    pub const fn rule(self) -> BalanceRule {
        match self {
            Self::Cash => BalanceRule::CreditsWithinDebits,
            Self::FeeIncome => BalanceRule::None,
        }
    }
}

/// The bank as the owner of accounts.
#[derive(Clone)]
pub struct Bank {
    ledger: Ledger,
    scheme: Arc<dyn AccountKeyScheme>,
}

impl Bank {
    /// In a ledger, with the rule for the key digit of account numbers.
    pub fn new(ledger: Ledger, scheme: Arc<dyn AccountKeyScheme>) -> Self {
        Self { ledger, scheme }
    }

    /// Opens those of the bank's own accounts that are not open yet. Only the bank itself may ask;
    /// any number of nodes may at the same time.
    pub async fn ensure(&self, ctx: &Ctx) -> Result<()> {
        if !matches!(ctx.actor, Actor::System(_)) {
            return Err(Code::PermissionMissing.into());
        }
        for asset in Asset::ALL {
            for account in BankAccount::ALL {
                self.ensure_one(ctx, account, asset).await?;
            }
        }
        Ok(())
    }

    /// Opens one of them if it is not open yet.
    pub(crate) async fn ensure_one(
        &self,
        ctx: &Ctx,
        account: BankAccount,
        asset: Asset,
    ) -> Result<()> {
        let id = account.id(asset);
        if self.ledger.account(id).await?.is_some() {
            return Ok(());
        }
        match self.ledger.execute(ctx, self.opening(ctx, account, asset)?).await {
            Ok(_) => Ok(()),
            // Another node was first, on the other side of midnight: the fixed account id made
            // this operation impossible, and that is all that was wanted.
            Err(_) if self.ledger.account(id).await?.is_some() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The id of the operation carries the time of this day, because ids of long ago have no
    /// partition to lie in.
    fn opening(&self, ctx: &Ctx, account: BankAccount, asset: Asset) -> Result<Operation> {
        let today = ctx.now().day().start().millis();
        let cause = uuid::Builder::from_unix_timestamp_millis(today, &OPENING).into_uuid();
        let purpose = format!("open/{}/{asset}", account.code());
        let bank = Ctx::system(PRINCIPAL, Permissions::NONE);
        let initiator =
            Principal::of(&bank).ok_or(Error::invariant("the bank has no principal"))?;
        let mut operation = Operation::new(OperationId::derive(cause, &purpose), KIND, initiator);
        let parts = AccountNumberParts {
            balance_account: account.code().unsigned_abs(),
            asset,
            client: BANK_CODE,
            order: ORDER_NUMBER,
        };
        operation.opens.push(NewAccount {
            id: account.id(asset),
            number: parts.with_key(self.scheme.key_digit(&parts)),
            owner: None,
            asset,
            code: account.code(),
            rule: account.rule(),
        });
        account.title().clone_into(&mut operation.narrative);
        Ok(operation)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_fixed_and_differ() {
        assert_eq!(
            OperationId::from_uuid(CAUSE).moment().unwrap().to_string(),
            "2026-01-01T00:00:00Z"
        );
        let ids: HashSet<_> = Asset::ALL
            .into_iter()
            .flat_map(|asset| BankAccount::ALL.map(|account| account.id(asset)))
            .collect();
        assert_eq!(ids.len(), 4);
        // What is in the books stays under these ids: they must not change with the code.
        let cash = BankAccount::Cash.id(Asset::Uzs).to_string();
        assert_eq!(cash, "acc_019b76daa8008df9a6d50fe38c8981e8");
    }
}
