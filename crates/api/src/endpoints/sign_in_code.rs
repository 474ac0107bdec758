use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use identity::Door;
use kernel::{ChallengeId, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{ChallengePath, Json, PathId, SigningIn};
use crate::proofs::SentCode;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendSignInCode {
    /// What the sign-in gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_si_[0-9A-Za-z_-]{49}$")]
    pub challenge_token: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    CodeExpired,
    TooManyRequests,
);

/// Sends another code by SMS for a sign-in.
#[utoipa::path(
    post,
    path = "/v1/sign-in/{challenge_id}/code",
    tag = "session",
    params(ChallengePath),
    request_body = SendSignInCode,
    responses((status = 202, description = "It is on its way.", body = SentCode), Refusals)
)]
pub(crate) async fn send_sign_in_code(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    PathId(id): PathId<ChallengeId>,
    Json(request): Json<SendSignInCode>,
) -> Reply<(StatusCode, Json<SentCode>)> {
    let waiting = (id, &request.challenge_token);
    let sent =
        api.identity().send_sign_in_code(&caller.ctx, waiting, Door::App, &caller.client).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}
