use axum::extract::State;
use edge::Reply;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::AccountView;

/// All accounts of a customer, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accounts {
    items: Vec<AccountView>,
}

refusals!(Refusals: [SIGNED_IN],);

/// Lists the customer's accounts.
#[utoipa::path(
    get,
    path = "/v1/accounts",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = 200, description = "The accounts.", body = Accounts), Refusals)
)]
pub(crate) async fn list_accounts(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<Accounts>> {
    let accounts = api.payments().accounts(&ctx).await?;
    Ok(Json(Accounts { items: accounts.into_iter().map(AccountView::from).collect() }))
}
