use axum::extract::State;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::freeze::Frozen;
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Anyone, Json};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FreezeByAlarm {
    /// What came with the notice of a sign-in.
    #[schema(
        value_type = String,
        format = Password,
        max_length = 200,
        pattern = "^[0-9A-Za-z_-]+$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub alarm: Secret<String>,
}

refusals!(Refusals: [BODY], CodeExpired, NotFound);

/// "It was not me" without a session, by what came with the notice of a sign-in.
///
/// Does the same as `/v1/freeze`. The alarm is good for a week, and for nothing else.
#[utoipa::path(
    post,
    path = "/v1/freeze/by-alarm",
    tag = "security",
    request_body = FreezeByAlarm,
    responses((status = 200, description = "Everything is stopped.", body = Frozen), Refusals)
)]
pub(crate) async fn freeze_by_alarm(
    State(api): State<Api>,
    caller: Anyone,
    Json(request): Json<FreezeByAlarm>,
) -> Reply<Json<Frozen>> {
    let case_id = api.payments().freeze_by_alarm(&caller.ctx, request.alarm.expose()).await?;
    Ok(Json(Frozen { case_id }))
}
