use axum::extract::State;
use edge::Reply;
use kernel::Moment;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json, LimitName, LimitPath, PathId};
use crate::shapes::text;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetLimit {
    /// The most, in minor units of what the limit counts or as a number of operations; `null` gives
    /// the bank's own ceiling back.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<i64>, required, minimum = 0, example = 5_000_000)]
    pub ceiling: Option<i64>,
}

/// A field that may be `null`, but not missing.
fn given<'de, D: Deserializer<'de>>(given: D) -> Result<Option<i64>, D::Error> {
    Option::deserialize(given)
}

/// From when on it holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitSet {
    /// Now for a lower ceiling, a day later for a higher one.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
}

refusals!(Refusals: [BODY, SIGNED_IN], FieldInvalid, NotFound);

/// Sets a ceiling of the customer's own: lower than the bank's at once, higher again after a day.
#[utoipa::path(
    put,
    path = "/v1/limits/{name}",
    tag = "accounts",
    security(("bearer" = [])),
    params(LimitPath),
    request_body = SetLimit,
    responses((status = 200, description = "It is noted.", body = LimitSet), Refusals)
)]
pub(crate) async fn set_limit(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(name): PathId<LimitName>,
    Json(request): Json<SetLimit>,
) -> Reply<Json<LimitSet>> {
    let from = api.payments().set_own_limit(&ctx, &name.0, request.ceiling).await?;
    Ok(Json(LimitSet { from }))
}
