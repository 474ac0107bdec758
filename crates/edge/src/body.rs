//! How the body of a request is read.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Extensions, HeaderMap, Method};
use http_body_util::LengthLimitError;
use kernel::Code;
use tokio::time::timeout;

use crate::failure::{Failure, Reply};

/// The longest body that is read. A body is kept before it is known who sends it, so this times
/// the connections that are let in is memory that any stranger can fill.
pub const BODY_MAX_BYTES: usize = 16 * 1_024;
/// How long the body of one request may be. Whoever leads to a door puts it into a request of which
/// they know that somebody sends it who is trusted with more than strangers are.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// How long the body of a request may be.
pub(crate) fn limit(extensions: &Extensions) -> usize {
    extensions.get::<BodyLimit>().map_or(BODY_MAX_BYTES, |limit| limit.0)
}

/// How long a client may take to send the body after the head.
const BODY_TIMEOUT_SECONDS: u64 = 10;

/// Whether this method only reads. Whatever body comes with it, nobody looks at it.
pub(crate) fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Waits for the body of a request that somebody may look at, so that whoever works on the request
/// does not wait for its sender. An address that does not exist makes no difference: doors look at
/// a form before they know where it goes.
pub(crate) async fn read(request: Request) -> Reply<Request> {
    if only_reads(request.method()) {
        return Ok(request);
    }
    let max_bytes = limit(request.extensions());
    if declared_length(request.headers()).is_some_and(|bytes| bytes > max_bytes) {
        return Err(Code::RequestTooLarge.into());
    }
    let (head, body) = request.into_parts();
    let time = Duration::from_secs(BODY_TIMEOUT_SECONDS);
    match timeout(time, to_bytes(body, max_bytes)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(head, Body::from(bytes))),
        Ok(Err(error)) => Err(unread(&error)),
        // The client is slow or its line is: the same request may arrive in time later.
        Err(_) => Err(Code::Busy.into()),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unread(error: &axum::Error) -> Failure {
    let mut source = std::error::Error::source(error);
    while let Some(current) = source {
        if current.is::<LengthLimitError>() {
            return Code::RequestTooLarge.into();
        }
        source = current.source();
    }
    Code::RequestMalformed.into()
}
