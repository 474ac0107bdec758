use axum::extract::State;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
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

refusals!(Refusals: [BODY, GIVEN], PhoneMalformed, SignInFailed, SignInThrottled, TooManyRequests);

/// Signs a customer in.
///
/// A refusal does not tell whether the phone is a customer's. With a `DPoP` header (RFC 9449) the
/// tokens are bound to its key: each request with them needs `Authorization: DPoP` and a proof.
#[utoipa::path(
    post,
    path = "/v1/sign-in",
    tag = "session",
    request_body = SignIn,
    responses((status = 200, description = "Signed in.", body = Tokens), Refusals)
)]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<SignIn>,
) -> Reply<Json<Tokens>> {
    let phone = input::phone(request.phone.expose(), "phone")?;
    let tokens =
        api.identity().sign_in(&caller.ctx, &phone, &request.password, &caller.client).await?;
    caller.is(&tokens);
    Ok(Json(tokens.into()))
}
