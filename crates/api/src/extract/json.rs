use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use edge::{BODY_MAX_BYTES, Failure};
use kernel::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::position;

/// A JSON body, of a request or of an answer.
pub(crate) struct Json<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Code::MediaTypeUnsupported.into());
        }
        // The edge has read the body already.
        let bytes = to_bytes(request.into_body(), BODY_MAX_BYTES)
            .await
            .map_err(|_| Code::RequestMalformed)?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            Err(error) => {
                let field = position::field(&bytes, &error);
                Err(Failure::at(Code::RequestMalformed, field))
            }
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A field that may be missing, but not `null`.
pub(crate) fn present<'de, T, D>(given: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(given).map(Some)
}

/// `application/json`, or a type built on it, whatever the parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}
