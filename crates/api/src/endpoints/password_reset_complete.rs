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
pub(crate) struct CompletePasswordReset {
    /// What the first step gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_pr_[0-9A-Za-z_-]{49}$")]
    pub reset_key: Secret<String>,
    /// The new password.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub new_password: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    ResetOver,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooCommon,
    PasswordLeaked,
    PasswordUnchanged,
    TooManyRequests,
);

/// Sets the new password, after both proofs. It is another one than the customer has.
///
/// Every session of the customer ends, and payments stay small for twelve hours.
#[utoipa::path(
    post,
    path = "/v1/password-reset/complete",
    tag = "recovery",
    request_body = CompletePasswordReset,
    responses((status = 204, description = "The password is set."), Refusals)
)]
pub(crate) async fn complete_password_reset(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<CompletePasswordReset>,
) -> Reply<StatusCode> {
    let by = caller.resetting(&request.reset_key);
    api.customers().complete_reset(&caller.ctx, by, &request.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}
