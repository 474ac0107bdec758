use axum::extract::State;
use axum::response::Response;
use edge::Reply;
use kernel::Secret;
use payments::ConfirmExchange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::exchange::Exchange;
use super::transfer_confirm::moved;
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json, Key, KeyHeader};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmExchange)]
pub(crate) struct ConfirmExchangeInput {
    /// What the preview gave.
    #[schema(
        value_type = String,
        max_length = 2048,
        pattern = "^[0-9A-Za-z_-]+$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub quote: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN, KEYED],
    QuoteNotFound,
    QuoteExpired,
    QuoteUsed,
    InsufficientFunds,
    LimitExceeded,
    NotPriced,
    AccountNotFound,
    AccountFrozen,
    AccountClosed,
    BalanceOutOfRange,
);

/// Carries a previewed exchange out, at exactly the rate of the preview.
///
/// Keep the key before sending: if no answer comes, send the same request again. The money moves
/// once, and every answer is the same receipt.
#[utoipa::path(
    post,
    path = "/v1/exchanges",
    tag = "exchange",
    security(("bearer" = [])),
    params(KeyHeader),
    request_body = ConfirmExchangeInput,
    responses(
        (status = 201, description = "The money has moved.", body = Exchange),
        (status = 200, description = "The money had moved before, by the same request.",
            body = Exchange,
            headers(("Idempotent-Replayed" = String, description = "Always `true`."))),
        Refusals
    )
)]
pub(crate) async fn confirm_exchange(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Key(key): Key,
    Json(request): Json<ConfirmExchangeInput>,
) -> Reply<Response> {
    let confirm = ConfirmExchange { key, quote: request.quote.expose().clone() };
    let receipt = api.payments().confirm_exchange(&ctx, confirm).await?;
    Ok(moved(receipt.replayed, Json(Exchange::from(receipt))))
}
