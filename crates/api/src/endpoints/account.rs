use axum::extract::State;
use edge::Reply;
use kernel::AccountId;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{AccountPath, Customer, Json, PathId};
use crate::shapes::AccountView;

refusals!(Refusals: [SIGNED_IN], FieldInvalid, AccountNotFound);

/// Shows one of the customer's accounts.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}",
    tag = "accounts",
    security(("bearer" = [])),
    params(AccountPath),
    responses((status = 200, description = "The account.", body = AccountView), Refusals)
)]
pub(crate) async fn get_account(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<AccountId>,
) -> Reply<Json<AccountView>> {
    Ok(Json(api.payments().account(&ctx, id).await?.into()))
}
