use axum::extract::State;
use edge::Reply;
use kernel::CaseId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};

/// What the bank looks into.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Frozen {
    /// Names the case to the bank.
    #[schema(value_type = String, pattern = "^case_[0-9a-f]{32}$")]
    pub case_id: CaseId,
}

refusals!(Refusals: [SIGNED_IN],);

/// "It was not me": stops the customer's money and ends every session.
///
/// Nothing leaves the customer's accounts any more, whatever was about to; what others pay them
/// still arrives. The bank opens a case, and only the bank can undo it.
#[utoipa::path(
    post,
    path = "/v1/freeze",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 200, description = "Everything is stopped.", body = Frozen), Refusals)
)]
pub(crate) async fn freeze(State(api): State<Api>, Customer(ctx): Customer) -> Reply<Json<Frozen>> {
    Ok(Json(Frozen { case_id: api.payments().freeze_myself(&ctx).await? }))
}
