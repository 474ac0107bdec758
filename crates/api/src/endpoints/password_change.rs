use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The password that the customer has.
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub current_password: Secret<String>,
    /// The one they want.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub new_password: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    StepUpRequired,
    PasswordWrong,
    PasswordUnchanged,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooCommon,
    PasswordLeaked,
    TooManyRequests,
);

/// Changes the password of the signed-in customer.
///
/// It takes a second factor shown within five minutes. Every other session ends, and so does the
/// access token of this one: refresh it.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = ChangePassword,
    responses((status = 204, description = "The password is changed."), Refusals)
)]
pub(crate) async fn change_password(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<ChangePassword>,
) -> Reply<StatusCode> {
    let passwords = (&request.current_password, &request.new_password);
    api.customers().change_password(&ctx, passwords).await?;
    Ok(StatusCode::NO_CONTENT)
}
