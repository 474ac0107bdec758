use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use payments::Open;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json, Key, KeyHeader};
use crate::shapes::{AccountView, AssetName};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAccount {
    #[schema(value_type = AssetName)]
    pub asset: String,
}

refusals!(Refusals: [BODY, SIGNED_IN, KEYED], CurrencyUnknown, AccountLimitReached);

/// Opens an account.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "accounts",
    security(("bearer" = [])),
    params(KeyHeader),
    request_body = OpenAccount,
    responses(
        (status = 201, description = "The account, also when it was opened before with this key.",
            body = AccountView),
        Refusals
    )
)]
pub(crate) async fn open_account(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Key(key): Key,
    Json(request): Json<OpenAccount>,
) -> Reply<(StatusCode, Json<AccountView>)> {
    let asset = input::asset(&request.asset, "asset")?;
    let account = api.payments().open_account(&ctx, Open { key, asset }).await?;
    Ok((StatusCode::CREATED, Json(account.into())))
}
