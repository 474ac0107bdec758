use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Json, SigningIn};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyPasswordResetCode {
    /// What the first step gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_pr_[0-9A-Za-z_-]{49}$")]
    pub reset_key: Secret<String>,
    /// The six digits from the message.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "048213")]
    pub code: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    ResetOver,
    CodeWrong,
    CodeExpired,
    CodeTriesUsedUp,
);

/// Proves the phone with the code.
///
/// Three wrong codes in a row make whoever typed them wait for fifteen minutes.
#[utoipa::path(
    post,
    path = "/v1/password-reset/verify",
    tag = "recovery",
    request_body = VerifyPasswordResetCode,
    responses((status = 204, description = "The code is right."), Refusals)
)]
pub(crate) async fn verify_password_reset_code(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<VerifyPasswordResetCode>,
) -> Reply<StatusCode> {
    let by = caller.resetting(&request.reset_key);
    api.identity().verify_reset_code(&caller.ctx, by, &request.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
