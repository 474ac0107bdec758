use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Json};
use crate::shapes::ChallengeView;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendSignUpCode {
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub challenge_id: String,
}

refusals!(
    Refusals: [BODY],
    FieldInvalid,
    CodeExpired,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Sends another code; the ones before end.
#[utoipa::path(
    post,
    path = "/v1/sign-up/resend",
    tag = "sign-up",
    request_body = ResendSignUpCode,
    responses(
        (status = 202, description = "The code is on its way.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn resend_sign_up_code(
    State(api): State<Api>,
    caller: Anyone,
    Json(request): Json<ResendSignUpCode>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let id = input::id(&request.challenge_id, "challenge_id")?;
    let challenge = api.identity().resend_code(&caller.ctx, id, &caller.client).await?;
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
