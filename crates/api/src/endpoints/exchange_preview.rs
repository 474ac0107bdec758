use axum::extract::State;
use edge::Reply;
use kernel::{Moment, OperationId, QuoteId, Secret};
use payments::PreviewExchange;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::operation::OwnAccount;
use super::rates::CentralRateView;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::{AmountInput, MoneyView, exposed, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewExchange)]
pub(crate) struct PreviewExchangeInput {
    /// One of the customer's accounts: what is on it is given.
    #[schema(pattern = "^acc_[0-9a-f]{32}$", example = "acc_019ab2c47d107c3e8f000123456789ab")]
    pub from_account_id: String,
    /// Another one, in another currency.
    #[schema(pattern = "^acc_[0-9a-f]{32}$", example = "acc_019ab2c47d107c3e8f000123456789ac")]
    pub to_account_id: String,
    /// How much to give, when it is in the currency of the first account; how much to get, when it
    /// is in that of the second. This is exact, the other side follows from the rate.
    pub amount: AmountInput,
}

/// What an exchange would come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExchangeQuote)]
pub(crate) struct ExchangeQuoteView {
    #[schema(value_type = String, pattern = "^quo_[0-9a-f]{32}$")]
    quote_id: QuoteId,
    /// To be sent back with the confirmation.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, pattern = "^[0-9A-Za-z_-]+$")]
    quote: Secret<String>,
    /// A key made by the bank, for a client whose clock is wrong: it may be the `Idempotency-Key`
    /// of the confirmation.
    #[schema(pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    operation_key: String,
    from: OwnAccount,
    to: OwnAccount,
    /// What is on the first account and not held.
    available: MoneyView,
    /// What is given.
    given: MoneyView,
    /// What is got for it.
    taken: MoneyView,
    /// What is paid besides, in what is given.
    fee: MoneyView,
    /// The bank's rate: sum for one unit of the currency.
    rate: MoneyView,
    central: CentralRateView,
    /// Whether the account has what is given now. The confirmation looks again.
    sufficient: bool,
    /// From this moment on it cannot be confirmed: a minute after the preview.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    AmountMalformed,
    AmountNotPositive,
    AmountTooPrecise,
    AmountTooLarge,
    CurrencyUnknown,
    CurrencyMismatch,
    CurrencyNotDealt,
    RateStale,
    ExchangeTooSmall,
    AccountNotFound,
    AccountFrozen,
    AccountClosed,
    SameAccount,
    LimitExceeded,
    NotPriced,
    TooManyRequests,
);

/// Shows what an exchange between two accounts of the customer would come to. Moves nothing, and
/// promises the rate for a minute.
#[utoipa::path(
    post,
    path = "/v1/exchanges/preview",
    tag = "exchange",
    security(("bearer" = [])),
    request_body = PreviewExchangeInput,
    responses((status = 200, description = "The quote.", body = ExchangeQuoteView), Refusals)
)]
pub(crate) async fn preview_exchange(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<PreviewExchangeInput>,
) -> Reply<Json<ExchangeQuoteView>> {
    let preview = PreviewExchange {
        from: input::id(&request.from_account_id, "from_account_id")?,
        to: input::id(&request.to_account_id, "to_account_id")?,
        amount: request.amount.read()?,
    };
    let quote = api.payments().preview_exchange(&ctx, preview).await?;
    let key = OperationId::generate(ctx.now(), ctx.entropy());
    Ok(Json(view(quote, key)))
}

fn view(quote: payments::ExchangeQuote, key: OperationId) -> ExchangeQuoteView {
    ExchangeQuoteView {
        quote_id: quote.id,
        quote: quote.token.into(),
        operation_key: key.uuid().to_string(),
        from: quote.from.into(),
        to: quote.to.into(),
        available: quote.available.into(),
        given: quote.given.into(),
        taken: quote.taken.into(),
        fee: quote.fee.into(),
        rate: quote.rate.into(),
        central: quote.central.into(),
        sufficient: quote.sufficient,
        expires_at: quote.expires_at,
    }
}
