use axum::extract::State;
use axum::http::StatusCode;
use customers::NewDocument;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareIdentityDocument {
    /// Series and number of a passport or an identity card.
    #[schema(value_type = String, pattern = "^[A-Z]{2}[0-9]{7}$", example = "AA1234567")]
    pub number: Secret<String>,
    /// The personal identification number (PINFL).
    #[schema(value_type = String, pattern = "^[0-9]{14}$", example = "31705901230018")]
    pub personal_number: Secret<String>,
    /// The last day on which it is valid.
    #[schema(value_type = String, format = Date, example = "2032-05-17")]
    pub expires_on: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    StepUpRequired,
    DocumentMalformed,
    DocumentExpired,
    DocumentVerified,
    TooManyRequests,
);

/// Declares the identity document of the signed-in customer.
///
/// It takes a second factor shown within five minutes. Twelve hours later it can help to reset the
/// password.
#[utoipa::path(
    put,
    path = "/v1/me/identity-document",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = DeclareIdentityDocument,
    responses((status = 204, description = "It is declared."), Refusals)
)]
pub(crate) async fn declare_identity_document(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<DeclareIdentityDocument>,
) -> Reply<StatusCode> {
    let expires_on = input::day(request.expires_on.expose(), "expires_on")?;
    let document = NewDocument {
        number: request.number,
        personal_number: request.personal_number,
        expires_on,
    };
    api.customers().declare_document(&ctx, &document).await?;
    Ok(StatusCode::NO_CONTENT)
}
