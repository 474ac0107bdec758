//! How a handler says no, and the one table that gives each "no" its HTTP status.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Code, Error, Kind, Refusal};

/// The result of every handler.
pub(crate) type Reply<T> = Result<T, Failure>;

/// An error on its way to the edge, which makes a problem document of it. The edge knows the
/// language and the trace id; a handler need not.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    error: Error,
    field: Option<String>,
}

impl Failure {
    /// A refusal about a field whose name came with the request.
    pub fn at(code: Code, field: Option<String>) -> Self {
        Self(Arc::new(Inner { error: code.into(), field }))
    }

    /// What went wrong.
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// The request field that is wrong, when one is.
    pub fn field(&self) -> Option<&str> {
        match &self.0.error {
            Error::Refused(Refusal { field: Some(field), .. }) => Some(field),
            _ => self.0.field.as_deref(),
        }
    }

    /// The code that the problem document shows.
    pub fn code(&self) -> Code {
        self.0.error.code().unwrap_or(Code::ServiceFailed)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Arc::new(Inner { error, field: None }))
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Error::from(code).into()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Error::from(refusal).into()
    }
}

impl IntoResponse for Failure {
    /// An answer without a body, which the edge replaces.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status(self.code());
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a code. An incident is the server's own failure; every refusal has the status
/// of its kind.
pub(crate) fn status(code: Code) -> StatusCode {
    if code == Code::ServiceFailed {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    match code.kind() {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Rule => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether the same request may be right later.
pub(crate) const fn retryable(code: Code) -> bool {
    matches!(code.kind(), Kind::TooMany | Kind::Unavailable)
}

/// The name of a kind in documents.
pub(crate) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not_found",
        Kind::Conflict => "conflict",
        Kind::TooLarge => "too_large",
        Kind::UnsupportedMedia => "unsupported_media",
        Kind::MethodNotAllowed => "method_not_allowed",
        Kind::Rule => "rule",
        Kind::TooMany => "too_many",
        Kind::Unavailable => "unavailable",
    }
}
