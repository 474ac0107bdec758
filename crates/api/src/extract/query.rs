use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use edge::Failure;
use kernel::Code;
use serde::de::DeserializeOwned;

/// The query of an address. Unknown and repeated names are refused.
pub(crate) struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(_) => Err(Code::RequestMalformed.into()),
        }
    }
}
