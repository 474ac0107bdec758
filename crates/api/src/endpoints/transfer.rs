use axum::extract::State;
use edge::Reply;
use kernel::{Moment, OperationId};
use payments::{Direction, TransferReceipt};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json, OperationPath, PathId};
use crate::shapes::{MoneyView, text};

/// A transfer that was carried out, as one side of it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Transfer {
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// What the payee got.
    amount: MoneyView,
    /// What the payer paid for it; zero to the payee.
    fee: MoneyView,
    /// What left the payer's account; for the payee, what came.
    total: MoneyView,
    payer: Party,
    payee: Party,
    note: Option<String>,
    #[schema(value_type = TransferDirection)]
    direction: &'static str,
}

/// One side of a transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Party {
    /// The name, with the last name cut to its initial.
    #[schema(example = "Jasur K.")]
    masked_name: String,
    /// The last four digits of the account.
    #[schema(pattern = "^[0-9]{4}$")]
    account_tail: String,
}

/// To the asker, from the asker, or between two accounts of the asker.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the text of `payments::Direction` in the document")]
pub(crate) enum TransferDirection {
    In,
    Out,
    Own,
}

impl From<payments::Party> for Party {
    fn from(party: payments::Party) -> Self {
        Self { masked_name: party.masked_name, account_tail: party.account_tail }
    }
}

impl From<TransferReceipt> for Transfer {
    fn from(receipt: TransferReceipt) -> Self {
        Self {
            operation_id: receipt.id,
            at: receipt.at,
            amount: receipt.amount.into(),
            fee: receipt.fee.into(),
            total: receipt.total.into(),
            payer: receipt.payer.into(),
            payee: receipt.payee.into(),
            note: receipt.note,
            direction: match receipt.direction {
                Direction::In => "in",
                Direction::Out => "out",
                Direction::Own => "own",
            },
        }
    }
}

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound);

/// The receipt of a transfer, for its payer and its payee.
#[utoipa::path(
    get,
    path = "/v1/transfers/{operation_id}",
    tag = "transfers",
    security(("bearer" = [])),
    params(OperationPath),
    responses((status = 200, description = "The receipt.", body = Transfer), Refusals)
)]
pub(crate) async fn get_transfer(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<OperationId>,
) -> Reply<Json<Transfer>> {
    Ok(Json(api.payments().receipt(&ctx, id).await?.into()))
}
