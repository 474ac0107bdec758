//! The limits within which a door works on its requests.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderName;
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use kernel::{Clock, Code, Ctx, Error, Lang};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::body;
use crate::client_ip::client_ip;
use crate::failure::Reply;
use crate::place::client_place;
use crate::visit::{Client, Visit};

/// How long a request may take once its body is read. Longer than every limit beneath, so that
/// what is slow is named there.
const REQUEST_TIMEOUT_SECONDS: u64 = 60;
/// The longest path with query that is looked at.
const URI_MAX_BYTES: usize = 4_096;

/// What an installation may set of a door.
#[derive(Clone, Debug)]
pub struct Config {
    /// Proxies of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which these proxies name the town or country of a client. Nobody's is known
    /// without it.
    pub place_header: Option<HeaderName>,
    /// Requests that are worked on at once. More are told that the bank is busy.
    pub in_flight_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { trusted_proxies: Vec::new(), place_header: None, in_flight_max: 2_048 }
    }
}

/// Whether a request takes one of the places of those that are worked on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It does, as every request that costs anything.
    Taken,
    /// It needs none: whoever watches a node must not take a full one for a dead one.
    Free,
}

/// One door of the bank: where the bank listens, and for whom.
#[derive(Debug)]
pub struct Door {
    name: &'static str,
    clock: Clock,
    trusted_proxies: Vec<IpAddr>,
    place_header: Option<HeaderName>,
    places: Semaphore,
}

impl Door {
    /// A door with its name, which stands in every line of its log.
    pub fn new(name: &'static str, clock: Clock, config: Config) -> Self {
        let places = Semaphore::new(config.in_flight_max);
        let Config { trusted_proxies, place_header, .. } = config;
        Self { name, clock, trusted_proxies, place_header, places }
    }

    /// Begins a request: makes its context, of nobody yet, and puts that, the [`Client`] and the
    /// [`crate::Known`] into it.
    pub fn arrive(&self, request: &mut Request, lang: Lang) -> Visit {
        let ctx = Ctx::anonymous(lang).with_clock(self.clock.clone());
        let client = self.client(request);
        request.extensions_mut().insert(client);
        request.extensions_mut().insert(ctx.clone());
        Visit::begin(self.name, ctx, request)
    }

    /// Runs the handler within the limits: of size, of requests at once, of time. A place among the
    /// requests at once is taken when the body is there, so that slow senders take none. What is
    /// refused here is a [`crate::Failure`] as any other.
    pub async fn admit(&self, request: Request, next: Next, place: Place) -> Response {
        self.limited(request, next, place).await.unwrap_or_else(IntoResponse::into_response)
    }

    async fn limited(&self, request: Request, next: Next, place: Place) -> Reply<Response> {
        let uri_bytes = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
        if uri_bytes > URI_MAX_BYTES {
            return Err(Code::RequestTooLarge.into());
        }
        let request = body::read(request).await?;
        let permit = match place {
            Place::Taken => Some(self.places.try_acquire().map_err(|_| Code::Busy)?),
            Place::Free => None,
        };
        let reads = body::only_reads(request.method());
        let limit = Duration::from_secs(REQUEST_TIMEOUT_SECONDS);
        let ran = timeout(limit, survived(next.run(request))).await;
        drop(permit);
        // What only reads can be said to have changed nothing; of the rest, nobody knows.
        ran.unwrap_or_else(|_| Err(if reads { Code::Busy } else { Code::OutcomeUnknown }.into()))
    }

    fn client(&self, request: &Request) -> Client {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        let (headers, trusted) = (request.headers(), &self.trusted_proxies);
        let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Client {
            ip: client_ip(peer, headers, trusted),
            place: client_place(peer, headers, trusted, self.place_header.as_ref()),
            user_agent: user_agent.unwrap_or_default().to_owned(),
        }
    }
}

/// A panic ends one request, not the process.
async fn survived(handler: impl Future<Output = Response>) -> Reply<Response> {
    AssertUnwindSafe(handler)
        .catch_unwind()
        .await
        .map_err(|_| Error::invariant("a handler panicked").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_incident_of_one_request() {
        let failure = survived(async { panic!("planted") }).await.unwrap_err();
        assert_eq!(failure.code(), Code::ServiceFailed);
        assert_eq!(failure.error().to_string(), "broken while: a handler panicked");
    }
}
