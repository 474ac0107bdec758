use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use edge::Reply;
use identity::{Begun, Door};
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::proofs::SignInChallenge;
use crate::shapes::Tokens;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    #[schema(value_type = String, pattern = r"^\+?998[0-9]{9}$", example = "+998901234567")]
    pub phone: Secret<String>,
    #[schema(
        value_type = String,
        format = Password,
        min_length = 1,
        max_length = 128,
        example = "olma bogʻida uch quyosh"
    )]
    pub password: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    PhoneMalformed,
    SignInFailed,
    SignInStopped,
    PasswordVoid,
    SignInThrottled,
    TooManyRequests,
);

/// Begins to sign a customer in, by the password.
///
/// On a device that the customer bound that is enough. Elsewhere the sign-in waits for a second
/// factor: one of `methods`. A refusal does not tell whether the phone is a customer's.
///
/// The password of a customer who was frozen is void from then on: let in again, they set another
/// one by a reset.
///
/// With a `DPoP` header (RFC 9449) the tokens are bound to its key: each request with them needs
/// `Authorization: DPoP` and a proof, and the second factor comes with the same key.
#[utoipa::path(
    post,
    path = "/v1/sign-in",
    tag = "session",
    request_body = SignIn,
    responses(
        (status = 200, description = "Signed in.", body = Tokens),
        (status = 202, description = "The password is right; a second factor is needed.",
            body = SignInChallenge),
        Refusals
    )
)]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<SignIn>,
) -> Reply<Response> {
    let phone = input::phone(request.phone.expose(), "phone")?;
    let by = (&phone, &request.password);
    let begun = api.identity().sign_in(&caller.ctx, by, Door::App, &caller.client).await?;
    match begun {
        Begun::SignedIn(entered) => {
            let tokens = entered.session.app()?;
            caller.is(&tokens);
            Ok(Json(Tokens::from(tokens)).into_response())
        }
        Begun::Waits(waits) => {
            Ok((StatusCode::ACCEPTED, Json(SignInChallenge::from(waits))).into_response())
        }
    }
}
