use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Code, Moment, OperationId, QuoteId, Refusal, Secret};
use payments::{Payee, Preview};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json, present};
use crate::shapes::{AmountInput, MoneyView, exposed, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewTransfer {
    /// One of the customer's accounts.
    #[schema(pattern = "^acc_[0-9a-f]{32}$", example = "acc_019ab2c47d107c3e8f000123456789ab")]
    pub from_account_id: String,
    #[schema(value_type = PayeeSchema)]
    pub to: PayeeInput,
    pub amount: AmountInput,
    /// A note for both sides.
    #[schema(value_type = Option<String>, max_length = 140, example = "Tushlik uchun")]
    pub note: Option<Secret<String>>,
}

/// Whom to pay: the owner of a phone, or of an account, or who was paid before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayeeInput {
    #[serde(default, deserialize_with = "present")]
    pub phone: Option<Secret<String>>,
    #[serde(default, deserialize_with = "present")]
    pub account_number: Option<Secret<String>>,
    #[serde(default, deserialize_with = "present")]
    pub operation_id: Option<String>,
}

/// Whom to pay: the customer with a phone, the owner of an account, or who was paid before.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Payee)]
#[expect(dead_code, reason = "describes `PayeeInput` in the document")]
pub(crate) enum PayeeSchema {
    Phone(PayeePhone),
    Number(PayeeNumber),
    Again(PayeeAgain),
}

/// The customer with a phone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `PayeeInput` in the document")]
pub(crate) struct PayeePhone {
    #[schema(pattern = r"^\+?998[0-9]{9}$", example = "+998901234567")]
    phone: String,
}

/// The owner of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `PayeeInput` in the document")]
pub(crate) struct PayeeNumber {
    #[schema(pattern = "^[0-9]{20}$", example = "20206000510000001001")]
    account_number: String,
}

/// Who was paid by an earlier transfer of the customer: nobody needs to be shown the full number of
/// somebody else's account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `PayeeInput` in the document")]
pub(crate) struct PayeeAgain {
    #[schema(pattern = "^op_[0-9a-f]{32}$", example = "op_019ab2c47d107c3e8f000123456789ab")]
    operation_id: String,
}

impl PayeeInput {
    /// The one way in which the payee is named.
    pub fn read(&self) -> Result<Payee, Refusal> {
        match (&self.phone, &self.account_number, &self.operation_id) {
            (Some(phone), None, None) => input::phone(phone.expose(), "to.phone").map(Payee::Phone),
            (None, None, Some(operation)) => {
                input::id(operation, "to.operation_id").map(Payee::Again)
            }
            (None, Some(number), None) => {
                let digits = number.expose().bytes().all(|b| b.is_ascii_digit());
                let number = if digits { number.expose().parse().ok() } else { None };
                number.map(Payee::Number).ok_or_else(|| input::invalid("to.account_number"))
            }
            _ => Err(Refusal::new(Code::PayeeAmbiguous).field("to")),
        }
    }
}

/// What a transfer would do and cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub(crate) struct QuoteView {
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
    from: QuoteFrom,
    payee: QuotePayee,
    /// What the payee gets.
    amount: MoneyView,
    /// What the payer pays for it.
    fee: MoneyView,
    /// The tax in the fee.
    vat: MoneyView,
    /// What leaves the payer's account.
    total: MoneyView,
    /// The note as it was understood.
    note: Option<String>,
    /// Why the customer has to confirm it first, when they have to.
    confirmation: Option<ConfirmationReason>,
    /// Whether the account has the total now. The confirmation looks again.
    sufficient: bool,
    /// From this moment on it cannot be confirmed.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

/// Why a transfer has to be confirmed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConfirmationReason {
    /// The customer did not pay them before.
    NewPayee,
    /// It is not small.
    Amount,
    /// Together with others since the last confirmation it is not small.
    Sum,
}

impl From<payments::ConfirmationReason> for ConfirmationReason {
    fn from(reason: payments::ConfirmationReason) -> Self {
        match reason {
            payments::ConfirmationReason::NewPayee => Self::NewPayee,
            payments::ConfirmationReason::Amount => Self::Amount,
            payments::ConfirmationReason::Sum => Self::Sum,
        }
    }
}

/// The paying side.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteFrom {
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    /// The last four digits of its number.
    #[schema(pattern = "^[0-9]{4}$")]
    account_tail: String,
    /// What is on it and not held.
    available: MoneyView,
}

/// What the payer may see of the payee.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuotePayee {
    /// The name, with the last name cut to its initial.
    #[schema(example = "Jasur K.")]
    masked_name: String,
    /// The last four digits of the account.
    #[schema(pattern = "^[0-9]{4}$")]
    account_tail: String,
    /// The end of the phone, when the payee was named by phone.
    masked_phone: Option<String>,
}

impl From<payments::QuotePayee> for QuotePayee {
    fn from(payee: payments::QuotePayee) -> Self {
        Self {
            masked_name: payee.masked_name,
            account_tail: payee.account_tail,
            masked_phone: payee.phone_masked,
        }
    }
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    NoteHoldsCard,
    PhoneMalformed,
    PayeeAmbiguous,
    AmountMalformed,
    AmountNotPositive,
    AmountTooPrecise,
    AmountTooLarge,
    CurrencyUnknown,
    CurrencyMismatch,
    AccountNotFound,
    AccountFrozen,
    AccountClosed,
    PayeeNotFound,
    NotFound,
    SameAccount,
    LimitExceeded,
    NotPriced,
    TooManyRequests,
);

/// Shows what a transfer would do and cost. Moves nothing.
///
/// How often this may be asked is limited, because it tells whether a phone is a customer's.
#[utoipa::path(
    post,
    path = "/v1/transfers/preview",
    tag = "transfers",
    security(("bearer" = [])),
    request_body = PreviewTransfer,
    responses((status = 200, description = "The quote.", body = QuoteView), Refusals)
)]
pub(crate) async fn preview_transfer(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<PreviewTransfer>,
) -> Reply<Json<QuoteView>> {
    let preview = Preview {
        from: input::id(&request.from_account_id, "from_account_id")?,
        to: request.to.read()?,
        amount: request.amount.read()?,
        note: request.note.map(|note| note.expose().clone()),
    };
    let quote = api.payments().preview(&ctx, preview).await?;
    let key = OperationId::generate(ctx.now(), ctx.entropy());
    Ok(Json(view(quote, key)))
}

fn view(quote: payments::Quote, key: OperationId) -> QuoteView {
    QuoteView {
        quote_id: quote.id,
        quote: quote.token.into(),
        operation_key: key.uuid().to_string(),
        from: QuoteFrom {
            account_id: quote.from.account,
            account_tail: quote.from.account_tail,
            available: quote.from.available.into(),
        },
        payee: quote.payee.into(),
        amount: quote.amount.into(),
        fee: quote.fee.into(),
        vat: quote.vat.into(),
        total: quote.total.into(),
        note: quote.note,
        confirmation: quote.confirmation.map(ConfirmationReason::from),
        sufficient: quote.sufficient,
        expires_at: quote.expires_at,
    }
}
