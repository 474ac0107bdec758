//! Cash over the desk.

pub mod postings;

use kernel::{
    AccountNumber, Amount, Code, Ctx, Error, Moment, Money, OperationId, Permission, Result,
};
use ledger::{Operation, Principal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bank::BankAccount;
use crate::{Payments, note};

/// The kind of the operation.
pub const KIND: &str = "cash.in";
/// What the request hash begins with.
const HASH_DOMAIN: &[u8] = b"okto/cash.in/1\n";

/// Cash that a customer pays in.
#[derive(Clone, Debug)]
pub struct CashIn {
    /// The operation's id and idempotency key.
    pub key: OperationId,
    /// The account it is for.
    pub account: AccountNumber,
    /// How much.
    pub amount: Amount,
    /// A note for the statement, 140 characters at most.
    pub note: Option<String>,
}

/// What the desk gives for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashReceipt {
    /// The operation.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// The account it went to.
    pub account: AccountNumber,
    /// How much.
    pub amount: Money,
    /// The note.
    pub note: Option<String>,
    /// Whether it had been posted before this request.
    pub replayed: bool,
}

/// The document of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashDetail {
    /// The last digits of the account.
    pub account: String,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Payments {
    /// Takes cash in for a customer's account.
    pub async fn cash_in(&self, ctx: &Ctx, cash: CashIn) -> Result<CashReceipt> {
        ctx.require(Permission::CashIn)?;
        let initiator = Principal::of(ctx).ok_or(Error::from(Code::SignInRequired))?;
        let note = note::accept(cash.note.as_deref())?;
        let account = self
            .ledger
            .account_by_number(&cash.account)
            .await?
            .filter(|record| record.owner.is_some())
            .ok_or(Error::from(Code::AccountNotFound))?;
        if account.account.asset != cash.amount.asset() {
            return Err(Code::CurrencyMismatch.into());
        }
        self.bank().ensure_one(ctx, BankAccount::Cash, cash.amount.asset()).await?;
        let mut operation = Operation::new(cash.key, KIND, initiator);
        operation.request_hash = request_hash(&cash, note.as_deref());
        operation.transfers.push(postings::cash_in(account.account.id, cash.amount));
        operation.narrative = note::searchable(note.as_deref().unwrap_or_default());
        let detail = CashDetail { account: cash.account.tail().to_owned(), note: note.clone() };
        operation.detail = serde_json::to_value(detail)
            .map_err(|error| Error::broken("writing the document of a cash operation", error))?;
        let receipt = self.ledger.execute(ctx, operation).await?;
        Ok(CashReceipt {
            id: receipt.id,
            at: receipt.at,
            account: cash.account,
            amount: cash.amount.money(),
            note,
            replayed: receipt.replayed,
        })
    }
}

fn request_hash(cash: &CashIn, note: Option<&str>) -> [u8; 32] {
    Sha256::new()
        .chain_update(HASH_DOMAIN)
        .chain_update(cash.account.as_str())
        .chain_update(cash.amount.asset().code())
        .chain_update(cash.amount.minor().to_be_bytes())
        .chain_update(note.unwrap_or_default())
        .finalize()
        .into()
}
