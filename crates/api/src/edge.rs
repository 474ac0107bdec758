//! What happens to every request before and after its handler: who and when, limits, headers, one
//! line in the log.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    USER_AGENT, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use identity::ClientInfo;
use kernel::{Code, Ctx, Error, Lang};
use tokio::time::{Instant, timeout};

use crate::client_ip::client_ip;
use crate::failure::{Failure, Reply};
use crate::{Api, body, problem};

/// How long a request may take once its body is read. Longer than every limit beneath, so that
/// what is slow is named there.
const REQUEST_TIMEOUT_SECONDS: u64 = 60;
/// The longest path with query that is looked at.
const URI_MAX_BYTES: usize = 4_096;

/// Where the routes begin that tell how the node is.
const HEALTH: &str = "/health/";
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOTHING_LOADS: &str = "default-src 'none'; frame-ancestors 'none'";

/// Wraps every route.
pub(crate) async fn edge(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let ctx = Ctx::anonymous(lang(request.headers())).with_clock(api.clock().clone());
    let method = request.method().clone();
    // Never the path itself, nor the query: they can hold personal data.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let client = client(&api, &request);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(ctx.clone());
    let response = match limited(&api, request, next).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    };
    let response = finish(response, &ctx);
    tracing::info!(
        method = %method,
        route = route.as_ref().map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        trace = %ctx.trace,
        "request"
    );
    response
}

/// Runs the handler within the limits: of size, of requests at once, of time. A place among the
/// requests at once is taken when the body is there, so that slow senders take none.
async fn limited(api: &Api, request: Request, next: Next) -> Reply<Response> {
    let uri_bytes = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    if uri_bytes > URI_MAX_BYTES {
        return Err(Code::RequestTooLarge.into());
    }
    let request = body::read(request).await?;
    // Whoever watches the node must not take a full one for a dead one.
    let watched = request.extensions().get::<MatchedPath>();
    let place = if watched.is_some_and(|route| route.as_str().starts_with(HEALTH)) {
        None
    } else {
        Some(api.places().try_acquire().map_err(|_| Code::Busy)?)
    };
    let reads = body::only_reads(request.method());
    let limit = Duration::from_secs(REQUEST_TIMEOUT_SECONDS);
    let ran = timeout(limit, survived(next.run(request))).await;
    drop(place);
    // What only reads can be said to have changed nothing; of the rest, nobody knows.
    ran.unwrap_or_else(|_| Err(if reads { Code::Busy } else { Code::OutcomeUnknown }.into()))
}

/// A panic ends one request, not the process.
async fn survived(handler: impl Future<Output = Response>) -> Reply<Response> {
    AssertUnwindSafe(handler)
        .catch_unwind()
        .await
        .map_err(|_| Error::invariant("a handler panicked").into())
}

/// Makes a problem document of a failure and adds the headers that every answer has.
fn finish(mut response: Response, ctx: &Ctx) -> Response {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        let allow = response.headers_mut().remove(ALLOW);
        response = problem::render(&failure, ctx);
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING_LOADS));
    if let Ok(trace) = HeaderValue::try_from(ctx.trace.to_string()) {
        headers.insert(X_REQUEST_ID, trace);
    }
    response
}

fn lang(headers: &HeaderMap) -> Lang {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Lang::default(), Lang::negotiate)
}

fn client(api: &Api, request: &Request) -> ClientInfo {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
    let ip = client_ip(peer, request.headers(), &api.config().trusted_proxies);
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    ClientInfo::new(ip, user_agent.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_incident_of_one_request() {
        let failure = survived(async { panic!("planted") }).await.unwrap_err();
        let ctx = Ctx::anonymous(Lang::En);
        let response = finish(failure.into_response(), &ctx);
        assert_eq!(response.status().as_u16(), 500);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("service_failed") && !body.contains("planted"), "{body}");
    }
}
