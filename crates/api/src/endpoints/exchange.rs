use axum::extract::State;
use edge::Reply;
use kernel::{Moment, OperationId};
use payments::ExchangeReceipt;
use serde::Serialize;
use utoipa::ToSchema;

use super::operation::OwnAccount;
use super::rates::CentralRateView;
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json, OperationPath, PathId};
use crate::shapes::{MoneyView, text};

/// An exchange that was carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exchange {
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    from: OwnAccount,
    to: OwnAccount,
    /// What was given.
    given: MoneyView,
    /// What was got for it.
    taken: MoneyView,
    /// What was paid besides, in what was given.
    fee: MoneyView,
    /// The bank's rate: sum for one unit of the currency.
    rate: MoneyView,
    central: CentralRateView,
}

impl From<ExchangeReceipt> for Exchange {
    fn from(receipt: ExchangeReceipt) -> Self {
        Self {
            operation_id: receipt.id,
            at: receipt.at,
            from: receipt.from.into(),
            to: receipt.to.into(),
            given: receipt.given.into(),
            taken: receipt.taken.into(),
            fee: receipt.fee.into(),
            rate: receipt.rate.into(),
            central: receipt.central.into(),
        }
    }
}

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound);

/// The receipt of an exchange, for whoever made it.
#[utoipa::path(
    get,
    path = "/v1/exchanges/{operation_id}",
    tag = "exchange",
    security(("bearer" = [])),
    params(OperationPath),
    responses((status = 200, description = "The receipt.", body = Exchange), Refusals)
)]
pub(crate) async fn get_exchange(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<OperationId>,
) -> Reply<Json<Exchange>> {
    Ok(Json(api.payments().exchange_receipt(&ctx, id).await?.into()))
}
