use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::shapes::ChallengeView;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendPasswordResetCode {
    /// What the first step gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_pr_[0-9A-Za-z_-]{49}$")]
    pub reset_key: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    ResetOver,
    CodeExpired,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Sends another code; the ones before end.
#[utoipa::path(
    post,
    path = "/v1/password-reset/resend",
    tag = "recovery",
    request_body = ResendPasswordResetCode,
    responses(
        (status = 202, description = "A code is on its way to a customer.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn resend_password_reset_code(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<ResendPasswordResetCode>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let by = caller.resetting(&request.reset_key);
    let challenge = api.identity().resend_reset_code(&caller.ctx, by).await?;
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
