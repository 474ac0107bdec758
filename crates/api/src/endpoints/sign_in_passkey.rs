use axum::extract::State;
use edge::Reply;
use identity::{Door, Realm};
use kernel::{ChallengeId, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{ChallengePath, Json, PathId, SigningIn};
use crate::proofs::{PasskeyAnswer, PasskeyOptions};
use crate::shapes::Tokens;

refusals!(StartRefusals: [GIVEN], TooManyRequests);

/// Begins to sign a customer in by a passkey alone.
///
/// The options are for `navigator.credentials.get` and what is like it.
#[utoipa::path(
    post,
    path = "/v1/sign-in/passkey",
    tag = "session",
    responses((status = 200, description = "What to sign.", body = PasskeyOptions), StartRefusals)
)]
pub(crate) async fn start_passkey_sign_in(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
) -> Reply<Json<PasskeyOptions>> {
    let started =
        api.identity().start_passkey_sign_in(&caller.ctx, Realm::Customers, &caller.client).await?;
    Ok(Json(started.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInByPasskey {
    pub passkey: PasskeyAnswer,
    /// What to call this device, if it is to be bound.
    #[schema(max_length = 60, example = "Mening telefonim")]
    pub device_name: Option<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    PasskeyRefused,
    PasskeyChallengeOver,
    SignInFailed,
    SignInStopped,
);

/// Signs a customer in by a passkey alone, whose authenticator verified its user.
#[utoipa::path(
    post,
    path = "/v1/sign-in/passkey/answer",
    tag = "session",
    request_body = SignInByPasskey,
    responses((status = 200, description = "Signed in.", body = Tokens), Refusals)
)]
pub(crate) async fn sign_in_by_passkey(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<SignInByPasskey>,
) -> Reply<Json<Tokens>> {
    let (id, answer) = request.passkey.read()?;
    let door = (Door::App, request.device_name.as_deref());
    let entered =
        api.identity().sign_in_by_passkey(&caller.ctx, (id, &answer), door, &caller.client).await?;
    let tokens = entered.session.app()?;
    caller.is(&tokens);
    Ok(Json(tokens.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartSignInPasskey {
    /// What the sign-in gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_si_[0-9A-Za-z_-]{49}$")]
    pub challenge_token: Secret<String>,
}

refusals!(
    SecondRefusals: [BODY, GIVEN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    TooManyRequests,
);

/// Asks a passkey for the second factor of a sign-in.
#[utoipa::path(
    post,
    path = "/v1/sign-in/{challenge_id}/passkey",
    tag = "session",
    params(ChallengePath),
    request_body = StartSignInPasskey,
    responses((status = 200, description = "What to sign.", body = PasskeyOptions), SecondRefusals)
)]
pub(crate) async fn start_second_passkey(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    PathId(id): PathId<ChallengeId>,
    Json(request): Json<StartSignInPasskey>,
) -> Reply<Json<PasskeyOptions>> {
    let waiting = (id, &request.challenge_token);
    let started = api
        .identity()
        .start_sign_in_passkey(&caller.ctx, waiting, Door::App, &caller.client)
        .await?;
    Ok(Json(started.into()))
}
