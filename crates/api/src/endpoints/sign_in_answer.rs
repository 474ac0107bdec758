use axum::extract::State;
use edge::Reply;
use identity::Door;
use kernel::{ChallengeId, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{ChallengePath, Json, PathId, SigningIn};
use crate::proofs::AnswerInput;
use crate::shapes::Tokens;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerSignIn {
    /// What the sign-in gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_si_[0-9A-Za-z_-]{49}$")]
    pub challenge_token: Secret<String>,
    pub answer: AnswerInput,
    /// What to call this device, if it is to be bound: the password is enough on it from then on.
    /// It cools off first. Only for a client with a key of its own.
    #[schema(max_length = 60, example = "Mening telefonim")]
    pub device_name: Option<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    AnswerWrong,
    AnswerTriesUsedUp,
    CodeExpired,
    CodeTriesUsedUp,
    PasskeyChallengeOver,
    TooManyRequests,
);

/// Signs a customer in, by the second factor.
///
/// Five wrong answers end it, and so does whatever changes about the customer meanwhile: the
/// password, a factor, a freeze.
#[utoipa::path(
    post,
    path = "/v1/sign-in/{challenge_id}/answer",
    tag = "session",
    params(ChallengePath),
    request_body = AnswerSignIn,
    responses((status = 200, description = "Signed in.", body = Tokens), Refusals)
)]
pub(crate) async fn answer_sign_in(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    PathId(id): PathId<ChallengeId>,
    Json(request): Json<AnswerSignIn>,
) -> Reply<Json<Tokens>> {
    let answer = request.answer.read()?;
    let door = (Door::App, request.device_name.as_deref());
    let by = (id, &request.challenge_token);
    let entered =
        api.identity().answer_sign_in(&caller.ctx, by, &answer, door, &caller.client).await?;
    let tokens = entered.session.app()?;
    caller.is(&tokens);
    Ok(Json(tokens.into()))
}
