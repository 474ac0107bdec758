//! The one table that gives each "no" its HTTP status.

use axum::http::StatusCode;
use kernel::{Code, Kind, Refusal};

/// How long a client waits that was told that the bank is busy.
const BUSY_SECONDS: i64 = 1;

/// The HTTP status of a code. An incident is the server's own failure; every refusal has the status
/// of its kind.
pub fn status(code: Code) -> StatusCode {
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
pub const fn retryable(code: Code) -> bool {
    matches!(code.kind(), Kind::TooMany | Kind::Unavailable)
}

/// After how many seconds to try again, when that is known.
pub fn retry_after_seconds(refusal: &Refusal) -> Option<i64> {
    let busy = matches!(refusal.code, Code::Busy | Code::OutcomeUnknown).then_some(BUSY_SECONDS);
    refusal.retry_after_seconds.or(busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_an_error_to_http() {
        for code in Code::ALL.iter().copied() {
            let status = status(code);
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
            let later = matches!(status.as_u16(), 429 | 500 | 503);
            assert_eq!(retryable(code), later, "{code}");
        }
    }
}
