use axum::extract::State;
use edge::Reply;
use kernel::{Code, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::text;

/// An identity document, masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityDocument {
    /// The end of series and number.
    #[schema(example = "** ****567")]
    number: String,
    /// The end of the personal identification number.
    #[schema(example = "***********018")]
    personal_number: String,
    /// The last day on which it is valid.
    #[schema(format = Date)]
    expires_on: String,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    declared_at: Moment,
    /// Whether the bank has seen it.
    verified: bool,
}

refusals!(Refusals: [SIGNED_IN], NotFound);

/// Shows the identity document of the signed-in customer, masked.
#[utoipa::path(
    get,
    path = "/v1/me/identity-document",
    tag = "contacts",
    security(("bearer" = [])),
    responses((status = 200, description = "The document.", body = IdentityDocument), Refusals)
)]
pub(crate) async fn get_identity_document(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<IdentityDocument>> {
    let document = api.customers().document(&ctx).await?.ok_or(Code::NotFound)?;
    Ok(Json(IdentityDocument {
        number: document.number,
        personal_number: document.personal_number,
        expires_on: document.expires_on.to_string(),
        declared_at: document.declared_at,
        verified: document.verified,
    }))
}
