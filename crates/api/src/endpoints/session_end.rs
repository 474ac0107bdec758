use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::SessionId;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, PathId, SessionPath};

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound);

/// Ends one of the customer's sessions, with its tokens.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{session_id}",
    tag = "security",
    security(("bearer" = [])),
    params(SessionPath),
    responses((status = 204, description = "It has ended."), Refusals)
)]
pub(crate) async fn end_session(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<SessionId>,
) -> Reply<StatusCode> {
    api.identity().end_session(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
