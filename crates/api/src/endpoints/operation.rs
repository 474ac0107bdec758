use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Moment, OperationId};
use payments::{Direction, OperationView};
use serde::Serialize;
use utoipa::ToSchema;

use super::rates::CentralRateView;
use super::transfer::{Party, TransferDirection};
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json, OperationPath, PathId};
use crate::shapes::{CategoryName, MoneyView, OperationKind, text};

/// One operation as one of its customers sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OperationDetail {
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    #[schema(value_type = OperationKind)]
    kind: String,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    #[schema(value_type = TransferDirection)]
    direction: &'static str,
    /// What was moved, without a sign.
    amount: MoneyView,
    /// What the customer paid the bank for it; of a transfer that was given back, what the bank
    /// gave back of its fee.
    fee: MoneyView,
    /// What left the customer's account, or came to it, without a sign.
    total: MoneyView,
    /// The customer's account that paid, when it was theirs.
    from: Option<OwnAccount>,
    /// The customer's account that was paid, when it was theirs.
    to: Option<OwnAccount>,
    /// The other side, when that is another customer.
    counterparty: Option<Party>,
    note: Option<String>,
    /// What came of it in another currency, when it is an exchange: `amount` is what was given.
    exchanged: Option<Exchanged>,
    /// The transfer that it gives back, when it is a refund.
    refund_of: Option<Linked>,
    /// The refunds of it, the oldest first, when it is a transfer.
    #[schema(max_items = 500)]
    refunds: Vec<Linked>,
    #[schema(value_type = CategoryName)]
    category: &'static str,
    /// Whether the same payee can be paid again: then a payee of a preview may be this
    /// `operation_id`.
    repeatable: bool,
    /// The balance after it of the customer's account that paid; of the one that was paid, when
    /// somebody else paid.
    balance_after: MoneyView,
}

/// Another operation that one belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedOperation)]
pub(crate) struct Linked {
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// What left the customer's account by it, or came to it, without a sign.
    total: MoneyView,
}

impl From<payments::Linked> for Linked {
    fn from(linked: payments::Linked) -> Self {
        Self { operation_id: linked.id, at: linked.at, total: linked.total.into() }
    }
}

/// What came of an exchange.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exchanged {
    /// What was got.
    taken: MoneyView,
    /// The bank's rate: sum for one unit of the currency.
    rate: MoneyView,
    central: CentralRateView,
}

impl From<payments::ExchangedView> for Exchanged {
    fn from(view: payments::ExchangedView) -> Self {
        Self { taken: view.taken.into(), rate: view.rate.into(), central: view.central.into() }
    }
}

/// One of the customer's own accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnAccount {
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    /// The last four digits of its number.
    #[schema(pattern = "^[0-9]{4}$")]
    account_tail: String,
}

impl From<payments::OwnAccount> for OwnAccount {
    fn from(own: payments::OwnAccount) -> Self {
        Self { account_id: own.id, account_tail: own.tail }
    }
}

impl From<OperationView> for OperationDetail {
    fn from(view: OperationView) -> Self {
        Self {
            operation_id: view.id,
            kind: view.kind,
            at: view.at,
            direction: match view.direction {
                Direction::In => "in",
                Direction::Out => "out",
                Direction::Own => "own",
            },
            amount: view.amount.into(),
            fee: view.fee.into(),
            total: view.total.into(),
            from: view.from.map(OwnAccount::from),
            to: view.to.map(OwnAccount::from),
            counterparty: view.counterparty.map(Party::from),
            note: view.note,
            exchanged: view.exchanged.map(Exchanged::from),
            refund_of: view.refund_of.map(Linked::from),
            refunds: view.refunds.into_iter().map(Linked::from).collect(),
            category: view.category.as_str(),
            repeatable: view.repeatable,
            balance_after: view.balance_after.into(),
        }
    }
}

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound);

/// Shows one operation on the customer's accounts.
#[utoipa::path(
    get,
    path = "/v1/operations/{operation_id}",
    tag = "operations",
    security(("bearer" = [])),
    params(OperationPath),
    responses((status = 200, description = "The operation.", body = OperationDetail), Refusals)
)]
pub(crate) async fn get_operation(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<OperationId>,
) -> Reply<Json<OperationDetail>> {
    Ok(Json(api.payments().operation(&ctx, id).await?.into()))
}
