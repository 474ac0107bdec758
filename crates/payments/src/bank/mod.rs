//! The bank's own accounts: the cash desk, the income from fees and what of fees is others', one of
//! each per asset; and what it has of each currency by exchanging it, with its worth in sum.
//!
//! Their ids are fixed, so every node names them without asking. They are opened once per
//! installation, whoever comes first.

use std::sync::Arc;

use kernel::{
    AccountId, AccountNumberParts, Actor, Asset, Code, Ctx, Error, OperationId, Permissions, Result,
};
use ledger::{BalanceRule, Ledger, NewAccount, Operation, Principal};
use store::editions::Editions;
use uuid::Uuid;

use crate::{AccountKeyScheme, books};

/// The kind of the operation that opens one of them.
const KIND: &str = "bank.account.open";
/// The cause from which their ids derive: a version 7 UUID of 2026-01-01T00:00:00Z.
const CAUSE: Uuid = Uuid::from_u128(0x019b_76da_a800_7000_8000_6f6b_746f_0001);
/// What follows the time in the cause of the operation that opens them.
const OPENING: [u8; 10] = *b"okto/bank1";
/// The bank's own code in account numbers, below every client code.
const BANK_CODE: u32 = 1;
/// Who opens them, whichever command of the bank asks first.
const PRINCIPAL: &str = "bank";

/// One of the bank's own accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BankAccount {
    /// Cash in the desk.
    Cash,
    /// Income from fees.
    FeeIncome,
    /// The tax in fees, until it is paid to the state.
    VatPayable,
    /// What of fees is a scheme's, until it is paid.
    SchemePayable,
    /// What of fees is an agent's, until it is paid.
    AgentPayable,
    /// The bank's position in a currency: what customers gave of it less what they got. On the side
    /// of the credits the bank has more of it than it owes.
    FxPosition,
    /// What the position in a currency is worth in sum, by the published rates of the days on which
    /// it was exchanged.
    FxEquivalent,
    /// Income from exchange: the spread between the published rate and the bank's.
    FxIncome,
}

impl BankAccount {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Cash,
        Self::FeeIncome,
        Self::VatPayable,
        Self::SchemePayable,
        Self::AgentPayable,
        Self::FxPosition,
        Self::FxEquivalent,
        Self::FxIncome,
    ];

    /// Whether the bank has it for an asset.
    pub const fn is_kept_for(self, asset: Asset) -> bool {
        match self {
            Self::FxPosition | Self::FxEquivalent => !matches!(asset, Asset::Uzs),
            Self::FxIncome => matches!(asset, Asset::Uzs),
            _ => true,
        }
    }

    /// What is on it, when it is kept for an asset.
    pub const fn held_in(self, asset: Asset) -> Asset {
        match self {
            Self::FxEquivalent => Asset::Uzs,
            _ => asset,
        }
    }

    /// Its id, the same in every installation.
    pub fn id(self, asset: Asset) -> AccountId {
        let purpose = format!("bank/{}/{asset}", self.name());
        AccountId::from_uuid(OperationId::derive(CAUSE, &purpose).uuid())
    }

    /// What its ids derive from: its balance account, and which one of that it is when there are
    /// several.
    fn name(self) -> String {
        match self.order() {
            1 => self.code().to_string(),
            order => format!("{}.{order}", self.code()),
        }
    }

    /// Which one of the bank's accounts under its balance account it is.
    const fn order(self) -> u16 {
        match self {
            Self::AgentPayable => 2,
            _ => 1,
        }
    }

    /// Its place in its number. The equivalents of all currencies are in sum, so each has the
    /// number of its currency.
    const fn order_number(self, asset: Asset) -> u16 {
        match self {
            Self::FxEquivalent => asset.numeric().unsigned_abs(),
            _ => self.order(),
        }
    }

    /// Balance account of the chart of accounts (reg. 3336). Where it ends with two zeros it is the
    /// family: which second-level account of it a bank uses is its own accounting policy.
    pub const fn code(self) -> i32 {
        match self {
            Self::Cash => 10_101,
            Self::FeeIncome => 45_200,
            Self::VatPayable => 22_500,
            Self::SchemePayable | Self::AgentPayable => 29_800,
            Self::FxPosition => 17_101,
            Self::FxEquivalent => 17_301,
            Self::FxIncome => 45_401,
        }
    }

    /// Its name for accountants.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cash => "cash in the desk",
            Self::FeeIncome => "income from fees",
            Self::VatPayable => "tax in fees",
            Self::SchemePayable => "owed to schemes for fees",
            Self::AgentPayable => "owed to agents for fees",
            Self::FxPosition => "position in the currency",
            Self::FxEquivalent => "equivalent of the position in sum",
            Self::FxIncome => "income from exchange",
        }
    }

    /// Cash is an asset: it grows by debits, and no more can be handed out than is there. Income
    /// from fees has no rule: it is emptied into the result when the year is closed, and the refund
    /// of an old fee, which debits it, must go through on the next day too. For the same reason
    /// what of a fee is owed to others has none: it may have been paid out by then. A position is
    /// on either side, and so is what it is worth.
    pub const fn rule(self) -> BalanceRule {
        match self {
            Self::Cash => BalanceRule::CreditsWithinDebits,
            Self::FeeIncome
            | Self::VatPayable
            | Self::SchemePayable
            | Self::AgentPayable
            | Self::FxPosition
            | Self::FxEquivalent
            | Self::FxIncome => BalanceRule::None,
        }
    }
}

/// The bank as the owner of accounts.
#[derive(Clone)]
pub struct Bank {
    ledger: Ledger,
    scheme: Arc<dyn AccountKeyScheme>,
    editions: Editions,
}

impl Bank {
    /// In a ledger, with the rule for the key digit of account numbers, and what it goes by.
    pub fn new(ledger: Ledger, scheme: Arc<dyn AccountKeyScheme>, editions: Editions) -> Self {
        Self { ledger, scheme, editions }
    }

    /// Opens those of the bank's own accounts that are not open yet, and publishes the first
    /// edition of what it goes by. Only the bank itself may ask; any number of nodes may at the
    /// same time.
    pub async fn ensure(&self, ctx: &Ctx) -> Result<()> {
        if !matches!(ctx.actor, Actor::System(_)) {
            return Err(Code::PermissionMissing.into());
        }
        for asset in Asset::ALL {
            for account in BankAccount::ALL.into_iter().filter(|a| a.is_kept_for(asset)) {
                self.ensure_one(ctx, account, asset).await?;
            }
        }
        for (book, body) in books::first()? {
            self.editions.found(ctx, &book, &body).await?;
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
        let purpose = format!("open/{}/{asset}", account.name());
        let bank = Ctx::system(PRINCIPAL, Permissions::NONE);
        let initiator =
            Principal::of(&bank).ok_or(Error::invariant("the bank has no principal"))?;
        let mut operation = Operation::new(OperationId::derive(cause, &purpose), KIND, initiator);
        let parts = AccountNumberParts {
            balance_account: account.code().unsigned_abs(),
            asset: account.held_in(asset),
            client: BANK_CODE,
            order: account.order_number(asset),
        };
        operation.opens.push(NewAccount {
            id: account.id(asset),
            number: parts.with_key(self.scheme.key_digit(&parts)),
            owner: None,
            asset: account.held_in(asset),
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
        assert_eq!(ids.len(), BankAccount::ALL.len() * Asset::ALL.len());
        let pairs = Asset::ALL.into_iter().flat_map(|a| BankAccount::ALL.map(|own| (own, a)));
        let kept: Vec<_> = pairs.filter(|(own, asset)| own.is_kept_for(*asset)).collect();
        let number = |(own, asset): &(BankAccount, Asset)| {
            (own.code(), own.held_in(*asset), own.order_number(*asset))
        };
        let numbers: HashSet<_> = kept.iter().map(number).collect();
        assert_eq!(numbers.len(), kept.len());
        // What is in the books stays under these ids: they must not change with the code.
        let cash = BankAccount::Cash.id(Asset::Uzs).to_string();
        assert_eq!(cash, "acc_019b76daa8008df9a6d50fe38c8981e8");
    }
}
