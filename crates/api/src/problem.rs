//! Problem documents (RFC 9457).

use axum::body::Body;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use edge::{Failure, retry_after_seconds, retryable};
use kernel::{Code, Ctx};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not carried out (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Names the kind of problem, relative to this server. Opens as a page that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/insufficient_funds", pattern = "^/problems/[a-z_]+$")]
    kind: String,
    /// What the kind of problem means, in English.
    title: &'static str,
    /// The HTTP status of this answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The stable code of the refusal.
    #[schema(value_type = String, example = "insufficient_funds", pattern = "^[a-z_]+$")]
    code: &'static str,
    /// A sentence for the customer, in the language of `Content-Language`.
    detail: String,
    /// The field of the request that is wrong, when one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    field: Option<String>,
    /// Names this request in the bank's logs.
    #[schema(example = "0f8fad5bd9cb469fa16570867728950e", pattern = "^[0-9a-f]{32}$")]
    request_id: String,
    /// Whether the same request may succeed later. Repeat what moves money with the same key.
    retryable: bool,
    /// After how many seconds to try again, as in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, minimum = 0)]
    retry_after_seconds: Option<i64>,
}

impl Problem {
    fn of(failure: &Failure, ctx: &Ctx) -> Self {
        let code = failure.code();
        let refusal = failure.refusal();
        Self {
            kind: format!("/problems/{code}"),
            title: code.meaning(),
            status: failure.status().as_u16(),
            code: code.as_str(),
            detail: refusal.sentence(ctx.lang),
            field: failure.field().map(str::to_owned),
            request_id: ctx.trace.to_string(),
            retryable: retryable(code),
            retry_after_seconds: retry_after_seconds(&refusal),
        }
    }
}

/// The answer to a request that failed, with its problem document.
pub(crate) fn render(failure: &Failure, ctx: &Ctx) -> Response {
    let problem = Problem::of(failure, ctx);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    let status = failure.status();
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(ctx.lang.tag()));
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    challenge(status, failure.code(), headers);
    response
}

/// RFC 9110, 11.6.1: an answer 401 names the schemes, and RFC 9449, 7.1, what was wrong.
pub(crate) fn challenge(status: StatusCode, code: Code, headers: &mut HeaderMap) {
    if status != StatusCode::UNAUTHORIZED {
        return;
    }
    let proof = match code {
        Code::KeyProofInvalid | Code::KeyProofRequired => {
            r#"DPoP error="invalid_dpop_proof", algs="ES256""#
        }
        _ => r#"DPoP error="invalid_token", algs="ES256""#,
    };
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(proof));
}
