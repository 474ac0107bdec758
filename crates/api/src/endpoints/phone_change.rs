use axum::extract::State;
use axum::http::StatusCode;
use customers::DocumentProof;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Customer, Json, present};
use crate::shapes::ChallengeView;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePhone {
    /// The new phone.
    #[schema(value_type = String, pattern = r"^\+?998[0-9]{9}$", example = "+998901234567")]
    pub phone: Secret<String>,
    /// For a customer who has no second factor at hand.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub document: Option<ShownDocument>,
}

/// The identity document that the customer declared, and their date of birth.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShownDocument {
    /// Series and number.
    #[schema(value_type = String, pattern = "^[A-Z]{2}[0-9]{7}$", example = "AA1234567")]
    pub number: Secret<String>,
    #[schema(value_type = String, format = Date, example = "1990-05-17")]
    pub birth_date: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    PhoneMalformed,
    DocumentMalformed,
    StepUpRequired,
    ContactUnchanged,
    ResetProofWrong,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Begins to change the phone: sends a one-time code to the new one.
///
/// It takes a second factor shown within five minutes, or the customer's document.
#[utoipa::path(
    post,
    path = "/v1/me/phone",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = ChangePhone,
    responses(
        (status = 202, description = "The code is on its way.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn change_phone(
    State(api): State<Api>,
    caller: Anyone,
    Customer(ctx): Customer,
    Json(request): Json<ChangePhone>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let phone = input::phone(request.phone.expose(), "phone")?;
    let challenge = match &request.document {
        None => api.identity().start_phone_change(&ctx, &phone, &caller.client).await?,
        Some(document) => {
            let birth_date = input::day(document.birth_date.expose(), "birth_date")?;
            let shown = DocumentProof { number: document.number.clone(), birth_date };
            let to = (&phone, &caller.client);
            api.customers().start_phone_change_by_document(&ctx, to, &shown).await?
        }
    };
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
