use axum::extract::State;
use edge::Reply;
use serde::Deserialize;
use utoipa::ToSchema;

use super::transfer_preview::{PayeeInput, PayeeSchema, QuotePayee};
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckPayee {
    /// The customer's account that would pay.
    #[schema(pattern = "^acc_[0-9a-f]{32}$", example = "acc_019ab2c47d107c3e8f000123456789ab")]
    pub from_account_id: String,
    #[schema(value_type = PayeeSchema)]
    pub to: PayeeInput,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    PhoneMalformed,
    PayeeAmbiguous,
    CurrencyMismatch,
    AccountNotFound,
    AccountFrozen,
    AccountClosed,
    PayeeNotFound,
    NotFound,
    SameAccount,
    TooManyRequests,
);

/// Shows whom a transfer would pay, before there is an amount.
///
/// How often this may be asked is limited together with the previews, because it tells whether a
/// phone is a customer's.
#[utoipa::path(
    post,
    path = "/v1/payees/check",
    tag = "transfers",
    security(("bearer" = [])),
    request_body = CheckPayee,
    responses((status = 200, description = "The payee.", body = QuotePayee), Refusals)
)]
pub(crate) async fn check_payee(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<CheckPayee>,
) -> Reply<Json<QuotePayee>> {
    let from = input::id(&request.from_account_id, "from_account_id")?;
    let payee = api.payments().payee(&ctx, from, &request.to.read()?).await?;
    Ok(Json(payee.into()))
}
