use axum::extract::State;
use edge::Reply;

use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::{Api, shapes};

refusals!(Refusals: [SIGNED_IN],);

/// Shows the signed-in customer.
#[utoipa::path(
    get,
    path = "/v1/me",
    tag = "session",
    security(("bearer" = [])),
    responses((status = 200, description = "The customer.", body = shapes::CustomerView), Refusals)
)]
pub(crate) async fn get_me(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<shapes::CustomerView>> {
    let customer = api.customers().profile(&ctx).await?;
    let contacts = api.customers().contacts(&ctx).await?;
    Ok(Json(shapes::CustomerView::new(&customer, &contacts)))
}
