use axum::extract::State;
use edge::Reply;
use payments::DocumentCode;

use super::statement_issue::StatementDocument;
use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, DocumentPath, Json, PathId};

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound, TooManyRequests);

/// Shows a document that the customer had made.
#[utoipa::path(
    get,
    path = "/v1/documents/{code}",
    tag = "documents",
    security(("bearer" = [])),
    params(DocumentPath),
    responses((status = 200, description = "The document.", body = StatementDocument), Refusals)
)]
pub(crate) async fn get_document(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(code): PathId<DocumentCode>,
) -> Reply<Json<StatementDocument>> {
    Ok(Json(api.payments().statement_document(&ctx, &code).await?.into()))
}
