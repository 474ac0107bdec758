use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;

use crate::Api;
use crate::documented::refusals;
use crate::extract::Customer;

refusals!(Refusals: [SIGNED_IN],);

/// Ends the customer's sessions but the one of this request.
#[utoipa::path(
    post,
    path = "/v1/sessions/end-others",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 204, description = "They have ended."), Refusals)
)]
pub(crate) async fn end_other_sessions(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<StatusCode> {
    api.identity().end_other_sessions(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
