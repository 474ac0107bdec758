use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use edge::{BODY_MAX_BYTES, Failure, Fields};
use kernel::Code;

/// A form-encoded body, as OAuth sends.
pub(crate) struct Form(pub Fields);

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Code::MediaTypeUnsupported.into());
        }
        // The edge has read the body already.
        let bytes = to_bytes(request.into_body(), BODY_MAX_BYTES).await;
        let bytes = bytes.map_err(|_| Code::RequestMalformed)?;
        Fields::read(&bytes).map(Self).ok_or_else(|| Code::RequestMalformed.into())
    }
}
