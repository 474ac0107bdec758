use axum::extract::State;
use edge::Reply;
use kernel::Asset;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::{AssetName, text};

/// What the customer can open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Products {
    /// Accounts, by currency.
    accounts: Vec<AccountProduct>,
}

/// Accounts in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountProduct {
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// How many more the customer can open.
    #[schema(minimum = 0)]
    left: i64,
}

refusals!(Refusals: [SIGNED_IN],);

/// Shows what the customer can open.
#[utoipa::path(
    get,
    path = "/v1/products",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = 200, description = "What can be opened.", body = Products), Refusals)
)]
pub(crate) async fn list_products(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<Products>> {
    let openable = api.payments().openable(&ctx).await?;
    let accounts = openable.into_iter().map(|(asset, left)| AccountProduct { asset, left });
    Ok(Json(Products { accounts: accounts.collect() }))
}
