use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Secret};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{AccountPath, Customer, Json, PathId};
use crate::shapes::AccountView;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameAccount {
    /// What the customer calls the account; `null` or spaces take the name away.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, required, max_length = 40, example = "Taʼtil uchun")]
    pub name: Option<Secret<String>>,
}

/// A field that may be `null`, but not missing.
fn given<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Secret<String>>, D::Error> {
    Option::deserialize(given)
}

refusals!(Refusals: [BODY, SIGNED_IN], FieldInvalid, TextHoldsCard, AccountNotFound);

/// Gives one of the customer's accounts a name, or takes it away.
///
/// Only its owner sees the name.
#[utoipa::path(
    patch,
    path = "/v1/accounts/{account_id}",
    tag = "accounts",
    security(("bearer" = [])),
    params(AccountPath),
    request_body = RenameAccount,
    responses((status = 200, description = "The account.", body = AccountView), Refusals)
)]
pub(crate) async fn rename_account(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<AccountId>,
    Json(request): Json<RenameAccount>,
) -> Reply<Json<AccountView>> {
    let name = request.name.map(|name| name.expose().clone());
    Ok(Json(api.payments().rename_account(&ctx, id, name).await?.into()))
}
