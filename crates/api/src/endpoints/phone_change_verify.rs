use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyPhoneChange {
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub challenge_id: String,
    /// The six digits from the message.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "048213")]
    pub code: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    CodeWrong,
    CodeExpired,
    CodeTriesUsedUp,
    ContactTaken,
);

/// Ends the change of the phone with the code that was sent to the new one.
///
/// The customer is told at the old phone and the new, and payments stay small for twelve hours.
#[utoipa::path(
    post,
    path = "/v1/me/phone/verify",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = VerifyPhoneChange,
    responses((status = 204, description = "The phone is changed."), Refusals)
)]
pub(crate) async fn verify_phone_change(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<VerifyPhoneChange>,
) -> Reply<StatusCode> {
    let id = input::id(&request.challenge_id, "challenge_id")?;
    api.identity().finish_phone_change(&ctx, id, &request.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
