//! What is given back of a transfer inside the bank, whole or in parts, with as much of its fee as
//! is wanted. Two employees decide about it.
//!
//! A refund is an operation of its own, beside the transfer, which stays as it is. Its id derives
//! from the transfer and from how many refunds there were before, so that none happens twice and no
//! two are decided on the same rest. It gives each party of the fee back its own part, and to each
//! limit what the transfer used of it, in the window in which that was counted.

pub mod jobs;
pub mod postings;
pub mod rules;

use identity::approvals::{Action, Approved, Change, Preview, Shown, Terms};
use kernel::{
    AccountId, Actor, Code, Ctx, CustomerId, Error, Moment, Money, OperationId, Permission, Result,
};
use ledger::{AccountRecord, Receipt, Ref, Status};
use policy::Object;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::audit;

use crate::{Party, Payments};

pub(crate) use rules::REFUND_SCHEME;
use rules::Standing;
pub use rules::{KIND, Part, Parts, RefundDetail};

/// How long a proposal to give something back waits.
const LIFE_SECONDS: i64 = 7 * 86_400;
/// The scheme of the reference by which an operation names the proposal that it carries out.
const APPROVAL_SCHEME: &str = "approval";

/// A transfer as whoever thinks of giving it back sees it.
#[derive(Clone, Debug)]
pub struct Refundable {
    /// The transfer.
    pub operation: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// The customer who paid.
    pub customer: CustomerId,
    /// Who paid.
    pub payer: Party,
    /// Who was paid.
    pub payee: Party,
    /// What the payee was paid.
    pub amount: Money,
    /// What the payer paid for it.
    pub fee: Money,
    /// What of the amount is left to be given back.
    pub amount_left: Money,
    /// What of the fee is.
    pub fee_left: Money,
    /// In so many refunds the rest was given back.
    pub refunds: u16,
    paid: Option<CustomerId>,
    standing: Standing,
}

impl Refundable {
    /// What of the fee goes with so much of the amount.
    pub fn fee_with(&self, amount: Money) -> Money {
        Money::new(self.standing.fee_with(amount.minor), self.standing.asset)
    }

    /// The proposal to give so much of it back.
    pub const fn give(&self, part: Part) -> Refunding {
        let number = self.refunds.saturating_add(1);
        let (operation, customer, payee) = (self.operation, self.customer, self.paid);
        Refunding { operation, customer, payee, number, part }
    }
}

/// What is to be given back of which transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refunding {
    /// The transfer.
    pub operation: OperationId,
    /// Who paid.
    pub customer: CustomerId,
    /// Who was paid.
    pub payee: Option<CustomerId>,
    /// Which refund of it this is, from one.
    pub number: u16,
    /// How much.
    pub part: Part,
}

impl Payments {
    /// A transfer that a customer paid, for the form by which it is given back. [`Code::NotFound`]
    /// for every other operation: whatever was looked for is in the audit log.
    pub async fn refundable(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        id: OperationId,
    ) -> Result<Refundable> {
        let (may, about) = (Permission::TransferRefundPropose, Object::Customer(customer));
        self.identity().staff_could(ctx, may, about).await?;
        let read = self.identity().staff_may(ctx, Permission::CustomerRead, about).await?;
        let found = self.paid_by(customer, id).await?;
        let entry = read.done_with(json!({ "operation": id, "found": found.is_some() }));
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        let standing = found.ok_or(Code::NotFound)?;
        let paid = self.owner_of(standing.payee).await?;
        let money = |minor| Money::new(minor, standing.asset);
        Ok(Refundable {
            operation: id,
            at: standing.original.at,
            customer,
            payer: standing.detail.payer.clone(),
            payee: standing.detail.payee.clone(),
            amount: money(standing.amount),
            fee: money(standing.fee.total()),
            amount_left: money(standing.amount_left()),
            fee_left: money(standing.fee_left().total()),
            refunds: standing.refunds,
            paid,
            standing,
        })
    }

    /// Gives something of a transfer back at once. Only the bank itself may: employees propose it.
    pub async fn refund(&self, ctx: &Ctx, refunding: &Refunding) -> Result<Receipt> {
        if !matches!(ctx.actor, Actor::System(_)) {
            return Err(Code::PermissionMissing.into());
        }
        let mut tx = self.store.begin().await?;
        let receipt = self.give_back(&mut tx, ctx, (refunding, None)).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(receipt)
    }

    /// How many refunds of a transfer there were. For the bank itself.
    pub async fn refunds_of(&self, ctx: &Ctx, of: OperationId) -> Result<u16> {
        if !matches!(ctx.actor, Actor::System(_)) {
            return Err(Code::PermissionMissing.into());
        }
        let ids = self.ledger.operations_by_reference(REFUND_SCHEME, &of.to_string()).await?;
        u16::try_from(ids.len())
            .map_err(|error| Error::broken("counting the refunds of a transfer", error))
    }

    /// Gives something of a transfer back, in a transaction that decides more. The same refund of
    /// the same transfer is given once; with other amounts it is refused.
    async fn give_back(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (refunding, by): (&Refunding, Option<Ref>),
    ) -> Result<Receipt> {
        let standing = self.standing_for(tx, refunding).await?;
        let given = standing.give(refunding.part)?;
        let mut operation = rules::operation(&standing, &given)?;
        operation.refs.extend(by);
        let id = operation.id;
        let receipt = self.ledger.execute_within(tx, ctx, operation).await?;
        jobs::enqueue(tx, ctx, id).await?;
        Ok(receipt)
    }

    async fn standing(&self, tx: &mut Tx, id: OperationId) -> Result<Standing> {
        let original = self.ledger.operation_within(tx, id).await?.ok_or(Code::NotFound)?;
        let of = id.to_string();
        let ids = self.ledger.operations_by_reference_within(tx, REFUND_SCHEME, &of).await?;
        let mut refunds = Vec::with_capacity(ids.len());
        for id in ids {
            refunds.extend(self.ledger.operation_within(tx, id).await?);
        }
        Standing::of(original, &refunds)
    }

    /// How a transfer stands of which this is to be the next refund. [`Code::NothingToChange`] when
    /// it was given already.
    async fn standing_for(&self, tx: &mut Tx, refunding: &Refunding) -> Result<Standing> {
        let standing = self.standing(tx, refunding.operation).await?;
        if standing.refunds.saturating_add(1) == refunding.number {
            Ok(standing)
        } else {
            Err(Code::NothingToChange.into())
        }
    }

    async fn owner_of(&self, account: AccountId) -> Result<Option<CustomerId>> {
        let record = self.ledger.account(account).await?;
        Ok(record.and_then(|record| record.owner).map(CustomerId::from_uuid))
    }

    /// How a transfer stands, if this customer paid it.
    async fn paid_by(&self, customer: CustomerId, id: OperationId) -> Result<Option<Standing>> {
        let mut tx = self.store.begin().await?;
        let standing = match self.standing(&mut tx, id).await {
            Ok(standing) => standing,
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        drop(tx);
        let owner = self.owner_of(standing.payer).await?;
        Ok((owner == Some(customer)).then_some(standing))
    }
}

/// Gives a transfer back, whole or in part.
pub struct TransferRefund(pub Payments);

impl TransferRefund {
    /// The accounts of who paid and who was paid, if they are whose the proposal says.
    async fn sides(
        &self,
        tx: &mut Tx,
        (standing, refunding): (&Standing, &Refunding),
    ) -> Result<(AccountRecord, AccountRecord)> {
        let ids = [standing.payer, standing.payee];
        let found = self.0.ledger.accounts_by_ids_within(tx, &ids).await?;
        let of = |id| found.iter().find(|record| record.account.id == id).copied();
        let sides = of(standing.payer).zip(of(standing.payee));
        let (payer, payee) = sides.ok_or(Error::invariant("a transfer names no accounts"))?;
        let paid = refunding.payee.map(CustomerId::uuid);
        if payer.owner != Some(refunding.customer.uuid()) || payee.owner != paid {
            return Err(Code::NotFound.into());
        }
        Ok((payer, payee))
    }
}

/// What the books would refuse as things are now.
fn could_be_given(amount: i64, payer: &AccountRecord, payee: &AccountRecord) -> Result<()> {
    let (payer, payee) = (&payer.account, &payee.account);
    let gives = amount > 0;
    if payer.status == Status::Closed || (gives && payee.status == Status::Closed) {
        return Err(Code::AccountClosed.into());
    }
    if gives && payee.status == Status::Frozen {
        return Err(Code::AccountFrozen.into());
    }
    if amount > payee.available() { Err(Code::InsufficientFunds.into()) } else { Ok(()) }
}

impl Action for TransferRefund {
    const TERMS: Terms = Terms {
        kind: "transfer.refund",
        propose: Permission::TransferRefundPropose,
        approve: Permission::TransferRefundApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = Refunding;

    fn object(payload: &Refunding) -> Object {
        Object::Customer(payload.customer)
    }

    /// Whoever was paid would give it back.
    fn also(payload: &Refunding) -> Vec<Object> {
        payload.payee.map(Object::Customer).into_iter().collect()
    }

    fn apart(payload: &Refunding) -> Option<[u8; 32]> {
        Some(rules::apart(payload.operation))
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &Refunding) -> Result<Preview> {
        let standing = self.0.standing_for(tx, payload).await?;
        let (payer, payee) = self.sides(tx, (&standing, payload)).await?;
        let given = standing.give(payload.part)?;
        could_be_given(given.amount, &payer, &payee)?;
        let money = |minor: i64| Money::new(minor, standing.asset).to_string();
        let grows = |field, before: i64, more: i64| {
            let after = money(before.saturating_add(more));
            Change::new(field, Some(&money(before)), Some(&after))
        };
        let side = |party: &Party| format!("{} ••••{}", party.masked_name, party.account_tail);
        let (amount, fee) = (money(standing.amount), money(standing.fee.total()));
        let mut changes = vec![
            Change::new("refund_of", None, Some(&payload.operation.to_string())),
            Change::new("refund_at", None, Some(&standing.original.at.to_string())),
            Change::new("refund_payer", None, Some(&side(&standing.detail.payer))),
            Change::new("refund_payee", None, Some(&side(&standing.detail.payee))),
            Change::new("refund_paid", None, Some(&amount)),
            Change::new("refund_fee_paid", None, Some(&fee)),
        ];
        changes.push(grows("refund_amount", standing.amount_back, given.amount));
        changes.push(grows("refund_fee", standing.fee_back.total(), given.fee.total()));
        Ok(Preview { subject: payload.customer.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, Refunding>,
    ) -> Result<Shown> {
        let by =
            Ref { scheme: APPROVAL_SCHEME, reference: approved.id.to_string(), exclusive: true };
        self.0.give_back(tx, ctx, (approved.payload, Some(by))).await.map(|_| None)
    }
}
