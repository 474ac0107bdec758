use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::OperationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json, OperationPath, PathId};
use crate::shapes::CategoryName;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoriseOperation {
    #[schema(value_type = CategoryName)]
    pub category: String,
}

refusals!(Refusals: [BODY, SIGNED_IN], FieldInvalid, NotFound);

/// Says what an operation was for.
///
/// It is the customer's own view: nobody else sees it, and the operation stays as it is. `own` and
/// `fees` are facts, which nobody gives or takes away, and what went out is no `income`.
#[utoipa::path(
    put,
    path = "/v1/operations/{operation_id}/category",
    tag = "operations",
    security(("bearer" = [])),
    params(OperationPath),
    request_body = CategoriseOperation,
    responses((status = 204, description = "So it is from now on."), Refusals)
)]
pub(crate) async fn categorise_operation(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<OperationId>,
    Json(request): Json<CategoriseOperation>,
) -> Reply<StatusCode> {
    let category = input::category(&request.category, "category")?;
    api.payments().categorise(&ctx, id, category).await?;
    Ok(StatusCode::NO_CONTENT)
}
