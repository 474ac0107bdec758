use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;

use crate::Api;
use crate::documented::refusals;
use crate::extract::Customer;

refusals!(Refusals: [SIGNED_IN],);

/// Ends every session of the customer, this one too.
#[utoipa::path(
    post,
    path = "/v1/sessions/end-all",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 204, description = "They have ended."), Refusals)
)]
pub(crate) async fn end_all_sessions(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<StatusCode> {
    api.identity().end_all_sessions(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
