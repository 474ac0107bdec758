use axum::extract::State;
use edge::Reply;
use kernel::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::Json;

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(value_type = String, example = "ready")]
    status: &'static str,
}

refusals!(Refusals: [],);

/// Tells that the process answers.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "service",
    responses((status = 200, description = "It does.", body = Health), Refusals)
)]
pub(crate) async fn get_live() -> Json<Health> {
    Json(Health { status: "live" })
}

/// Tells whether this node should be given requests.
///
/// It should when the database answers, has this program's migrations, and the node learns in time
/// which sessions have ended.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "service",
    responses((status = 200, description = "It should.", body = Health), Refusals)
)]
pub(crate) async fn get_ready(State(api): State<Api>) -> Reply<Json<Health>> {
    match why_not(&api).await {
        None => Ok(Json(Health { status: "ready" })),
        Some(why) => {
            tracing::warn!(why, "not ready");
            Err(Code::Busy.into())
        }
    }
}

async fn why_not(api: &Api) -> Option<&'static str> {
    let Ok(migrations) = store::migrations::status(api.store()).await else {
        return Some("the database does not answer");
    };
    if migrations.iter().any(|m| m.applied_at.is_none() || m.differs) {
        return Some("the database has other migrations");
    }
    (!api.follows_revocations()).then_some("the log of revocations is not followed")
}
