//! Refusals in the words of OAuth (RFC 6749, 5.2).

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use edge::{Failure, retry_after_seconds};
use kernel::{Code, Error};
use serde_json::json;

/// An answer that says no.
#[derive(Debug)]
pub(super) enum Refused {
    /// With the words of OAuth.
    Oauth(StatusCode, &'static str),
    /// The client is not a partner, or did not show that it is.
    Client,
    /// For now: the bank is busy, or was asked too often.
    Later(Failure),
}

impl Refused {
    pub const fn invalid(error: &'static str) -> Self {
        Self::Oauth(StatusCode::BAD_REQUEST, error)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error.code() {
            Some(Code::SignInRequired) => Self::invalid("invalid_grant"),
            Some(Code::KeyProofInvalid | Code::KeyProofRequired) => {
                Self::invalid("invalid_dpop_proof")
            }
            Some(Code::SignInFailed) => Self::Client,
            Some(Code::RequestMalformed | Code::MediaTypeUnsupported | Code::RequestTooLarge) => {
                Self::invalid("invalid_request")
            }
            _ => Self::Later(error.into()),
        }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Error::from(code).into()
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure.error().code() {
            Some(code) => match Self::from(code) {
                // It may say after how long to try again.
                Self::Later(_) => Self::Later(failure),
                other => other,
            },
            None => Self::Later(failure),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Oauth(status, error) => written(status, error),
            Self::Client => {
                let mut response = written(StatusCode::UNAUTHORIZED, "invalid_client");
                let scheme = HeaderValue::from_static(r#"Basic realm="partner""#);
                response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
                response
            }
            // An incident goes the way of all: it is logged, and shown as a problem document.
            Self::Later(failure) if failure.error().code().is_none() => failure.into_response(),
            Self::Later(failure) => {
                let mut response = written(failure.status(), "temporarily_unavailable");
                if let Some(seconds) = retry_after_seconds(&failure.refusal()) {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                response
            }
        }
    }
}

fn written(status: StatusCode, error: &'static str) -> Response {
    let mut response = (status, json!({ "error": error }).to_string()).into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
