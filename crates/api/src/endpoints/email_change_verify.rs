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
pub(crate) struct VerifyEmailChange {
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

/// Ends the change of the e-mail address with the code that was sent to the new one.
///
/// The customer is told at the old address and the new, and payments stay small for twelve hours.
#[utoipa::path(
    post,
    path = "/v1/me/email/verify",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = VerifyEmailChange,
    responses((status = 204, description = "The e-mail address is changed."), Refusals)
)]
pub(crate) async fn verify_email_change(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<VerifyEmailChange>,
) -> Reply<StatusCode> {
    let id = input::id(&request.challenge_id, "challenge_id")?;
    api.identity().finish_email_change(&ctx, id, &request.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
