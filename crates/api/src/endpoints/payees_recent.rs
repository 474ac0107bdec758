use axum::extract::State;
use edge::Reply;
use kernel::{Asset, Moment, OperationId};
use serde::Serialize;
use utoipa::ToSchema;

use super::transfer::Party;
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::{AssetName, text};

/// People whom the customer paid not long ago.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecentPayees {
    /// The last one first.
    items: Vec<RecentPayee>,
}

/// Somebody whom the customer paid not long ago.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecentPayee {
    /// The last transfer to them: pays them again as `to` of a preview.
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    payee: Party,
    /// The currency of that transfer.
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// When it was.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
}

impl From<payments::RecentPayee> for RecentPayee {
    fn from(recent: payments::RecentPayee) -> Self {
        Self {
            operation_id: recent.operation,
            payee: recent.party.into(),
            asset: recent.asset,
            at: recent.at,
        }
    }
}

refusals!(Refusals: [SIGNED_IN],);

/// Lists the people whom the customer paid in the last 180 days, eight at most.
#[utoipa::path(
    get,
    path = "/v1/payees/recent",
    tag = "transfers",
    security(("bearer" = [])),
    responses((status = 200, description = "The people.", body = RecentPayees), Refusals)
)]
pub(crate) async fn list_recent_payees(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<RecentPayees>> {
    let recent = api.payments().recent_payees(&ctx).await?;
    Ok(Json(RecentPayees { items: recent.into_iter().map(RecentPayee::from).collect() }))
}
