use axum::extract::State;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::shapes::Tokens;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshTokens {
    #[schema(
        value_type = String,
        format = Password,
        pattern = "^bk_rt_[0-9A-Za-z_-]{49}$",
        example = "bk_rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000"
    )]
    pub refresh_token: Secret<String>,
}

refusals!(Refusals: [BODY, SIGNED_IN, GIVEN],);

/// Exchanges a refresh token for new tokens.
///
/// Each refresh token works once. If its answer was lost, it works again for half a minute, as
/// long as nobody used the new tokens; otherwise a second use ends the session.
#[utoipa::path(
    post,
    path = "/v1/token/refresh",
    tag = "session",
    request_body = RefreshTokens,
    responses((status = 200, description = "New tokens.", body = Tokens), Refusals)
)]
pub(crate) async fn refresh_tokens(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<RefreshTokens>,
) -> Reply<Json<Tokens>> {
    let (token, key) = (request.refresh_token.expose(), caller.client.key.as_ref());
    let tokens = api.identity().refresh_since(&caller.ctx, (token, key), caller.arrived).await?;
    caller.is(&tokens);
    Ok(Json(tokens.into()))
}
