use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use edge::Reply;
use kernel::Secret;
use payments::Confirm;
use serde::Deserialize;
use utoipa::ToSchema;

use super::transfer::Transfer;
use crate::documented::refusals;
use crate::extract::{Customer, Json, Key, KeyHeader};
use crate::{Api, input};

const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmTransfer {
    /// What the preview gave.
    #[schema(
        value_type = String,
        max_length = 4096,
        pattern = "^[0-9A-Za-z_-]+$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub quote: Secret<String>,
    /// What the customer confirmed it by, when the preview says that it has to be confirmed.
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub confirmation_id: Option<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN, KEYED],
    QuoteNotFound,
    QuoteExpired,
    QuoteUsed,
    InsufficientFunds,
    LimitExceeded,
    PayeeLimit,
    NotPriced,
    PriceChanged,
    CoolingOffLimit,
    StepUpRequired,
    FieldInvalid,
    AccountNotFound,
    AccountFrozen,
    AccountClosed,
    PayeeNotFound,
    CurrencyMismatch,
    BalanceOutOfRange,
);

/// Carries a previewed transfer out.
///
/// Keep the key before sending: if no answer comes, send the same request again. The money moves
/// once, and every answer is the same receipt.
#[utoipa::path(
    post,
    path = "/v1/transfers",
    tag = "transfers",
    security(("bearer" = [])),
    params(KeyHeader),
    request_body = ConfirmTransfer,
    responses(
        (status = 201, description = "The money has moved.", body = Transfer),
        (status = 200, description = "The money had moved before, by the same request.",
            body = Transfer,
            headers(("Idempotent-Replayed" = String, description = "Always `true`."))),
        Refusals
    )
)]
pub(crate) async fn confirm_transfer(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Key(key): Key,
    Json(request): Json<ConfirmTransfer>,
) -> Reply<Response> {
    let confirmation =
        input::optional(request.confirmation_id.as_ref(), "confirmation_id", input::id)?;
    let confirm = Confirm { key, quote: request.quote.expose().clone(), confirmation };
    let receipt = api.payments().confirm(&ctx, confirm).await?;
    Ok(moved(receipt.replayed, Json(Transfer::from(receipt))))
}

/// The receipt of what moved money just now, or did so by the same request before.
pub(super) fn moved(replayed: bool, receipt: impl IntoResponse) -> Response {
    if replayed {
        let header = [(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"))];
        return (StatusCode::OK, header, receipt).into_response();
    }
    (StatusCode::CREATED, receipt).into_response()
}
