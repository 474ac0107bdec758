use axum::extract::State;
use edge::Reply;
use kernel::{Asset, Moment};
use payments::DocumentCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Anyone, DocumentPath, Json, PathId};
use crate::shapes::{AssetName, MoneyView, text};

/// What the bank tells whoever holds a document: enough to see whether the paper was changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedDocument {
    /// When it was made.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    issued_at: Moment,
    /// The name of the owner as it was then, with the last name cut to its initial.
    #[schema(example = "Jasur K.")]
    masked_holder: String,
    /// The number of the account, with its middle starred.
    #[schema(pattern = "^[0-9]{8}[*]{8}[0-9]{4}$", example = "20206000********1001")]
    masked_number: String,
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    to: String,
    /// Balance at the beginning of the first day.
    opening: MoneyView,
    /// Balance after the last line.
    closing: MoneyView,
    /// Sum of what came in.
    credits: MoneyView,
    /// Sum of what went out, without a sign.
    debits: MoneyView,
    /// How many lines it has.
    #[schema(minimum = 0)]
    line_count: i32,
    /// Whether the books still say the same, line by line.
    intact: bool,
}

impl From<payments::VerifiedDocument> for VerifiedDocument {
    fn from(document: payments::VerifiedDocument) -> Self {
        Self {
            issued_at: document.issued_at,
            masked_holder: document.holder_masked,
            masked_number: document.number_masked,
            asset: document.asset,
            from: document.from.to_string(),
            to: document.to.to_string(),
            opening: document.opening.into(),
            closing: document.closing.into(),
            credits: document.credits.into(),
            debits: document.debits.into(),
            line_count: document.lines,
            intact: document.intact,
        }
    }
}

refusals!(Refusals: [], FieldInvalid, NotFound, TooManyRequests);

/// Verifies a document by the code that stands on it.
///
/// Whoever has the code may ask. How often is limited by the address of the asker.
#[utoipa::path(
    get,
    path = "/v1/verify/{code}",
    tag = "documents",
    params(DocumentPath),
    responses(
        (status = 200, description = "The bank made it; compare.", body = VerifiedDocument),
        Refusals
    )
)]
pub(crate) async fn verify_document(
    State(api): State<Api>,
    caller: Anyone,
    PathId(code): PathId<DocumentCode>,
) -> Reply<Json<VerifiedDocument>> {
    let verified = api.payments().verify_document(&caller.ctx, &code, caller.client.ip).await?;
    Ok(Json(verified.into()))
}
