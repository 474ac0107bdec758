use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;

use crate::Api;
use crate::documented::refusals;
use crate::extract::Customer;

refusals!(Refusals: [SIGNED_IN], StepUpRequired, NotFound);

/// Takes the e-mail address away.
#[utoipa::path(
    delete,
    path = "/v1/me/email",
    tag = "contacts",
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone."), Refusals)
)]
pub(crate) async fn remove_email(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<StatusCode> {
    api.identity().remove_email(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
