//! How a handler says no.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Code, Error, Refusal};

use crate::status::status;

/// The result of every handler.
pub type Reply<T> = Result<T, Failure>;

/// An error on its way to the edge, which makes an answer of it. The edge knows the language and
/// the trace id; a handler need not.
#[derive(Clone, Debug)]
pub struct Failure(Arc<Inner>);

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

    /// The code that the answer shows: of an incident, only that there was one.
    pub fn code(&self) -> Code {
        self.0.error.code().unwrap_or(Code::ServiceFailed)
    }

    /// The refusal that the answer shows, with its values.
    pub fn refusal(&self) -> Refusal {
        match &self.0.error {
            Error::Refused(refusal) => refusal.clone(),
            Error::Broken(_) => Refusal::new(Code::ServiceFailed),
        }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> StatusCode {
        status(self.code())
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
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}
