use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;

use crate::Api;
use crate::documented::refusals;
use crate::extract::Customer;

refusals!(Refusals: [SIGNED_IN],);

/// Ends the session of the token.
#[utoipa::path(
    post,
    path = "/v1/sign-out",
    tag = "session",
    security(("bearer" = [])),
    responses((status = 204, description = "The session has ended."), Refusals)
)]
pub(crate) async fn sign_out(State(api): State<Api>, Customer(ctx): Customer) -> Reply<StatusCode> {
    api.identity().sign_out(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
