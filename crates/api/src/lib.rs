//! The bank's JSON API for the mobile app and partners.
//!
//! One file per endpoint: request, response, documentation, handler. Routes come out of the same
//! declarations as the OpenAPI document, so the two cannot drift. A handler reads the request,
//! calls one use case and shows its result; what is the same for all requests is in `edge`.
//!
//! Whatever goes wrong ends as a problem document (RFC 9457) with a stable code.
#![deny(missing_docs)]

mod body;
mod client_ip;
mod csv;
mod documented;
mod edge;
mod endpoints;
mod extract;
mod failure;
mod input;
mod openapi;
mod problem;
mod serve;
mod shapes;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use customers::Customers;
use identity::Identity;
use kernel::{Clock, Code};
use payments::Payments;
use store::Store;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use failure::Failure;

pub use openapi::{openapi, refusals_page};
pub use serve::serve;

/// Statements that are built at once: each holds all its lines in memory, several times over.
const STATEMENTS_AT_ONCE: usize = 4;
/// How long a statement waits for its turn.
const STATEMENT_WAIT_SECONDS: u64 = 5;

/// What an installation may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Proxies of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests that are worked on at once. More are told that the bank is busy.
    pub in_flight_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { trusted_proxies: Vec::new(), in_flight_max: 2_048 }
    }
}

/// The parts of the bank that the API is a door to.
#[derive(Clone)]
pub struct Services {
    /// The database, to tell whether it answers.
    pub store: Store,
    /// Sign-in and sessions.
    pub identity: Identity,
    /// Persons.
    pub customers: Customers,
    /// Accounts, transfers, history.
    pub payments: Payments,
    /// The clock of every request.
    pub clock: Clock,
}

/// The API. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    services: Services,
    config: Config,
    places: Semaphore,
    statements: Semaphore,
    document: axum::body::Bytes,
}

impl Api {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let places = Semaphore::new(config.in_flight_max);
        let document = openapi().to_json().unwrap_or_default().into();
        let statements = Semaphore::new(STATEMENTS_AT_ONCE);
        Self(Arc::new(Inner { services, config, places, statements, document }))
    }

    fn store(&self) -> &Store {
        &self.0.services.store
    }

    fn identity(&self) -> &Identity {
        &self.0.services.identity
    }

    fn customers(&self) -> &Customers {
        &self.0.services.customers
    }

    fn payments(&self) -> &Payments {
        &self.0.services.payments
    }

    /// Whether this node learns which sessions have ended.
    fn follows_revocations(&self) -> bool {
        self.0.services.identity.knows_revocations()
    }

    fn clock(&self) -> &Clock {
        &self.0.services.clock
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn places(&self) -> &Semaphore {
        &self.0.places
    }

    /// A place among those who build a statement. [`Code::Busy`] when none becomes free in time.
    async fn statement_place(&self) -> kernel::Result<SemaphorePermit<'_>> {
        turn(&self.0.statements, Duration::from_secs(STATEMENT_WAIT_SECONDS)).await
    }

    /// The OpenAPI document as JSON.
    fn document(&self) -> axum::body::Bytes {
        self.0.document.clone()
    }
}

async fn turn(places: &Semaphore, wait: Duration) -> kernel::Result<SemaphorePermit<'_>> {
    match timeout(wait, places.acquire()).await {
        Ok(Ok(place)) => Ok(place),
        _ => Err(Code::Busy.into()),
    }
}

/// Every route.
pub fn router(api: Api) -> Router {
    let (documented, _) = endpoints::documented().split_for_parts();
    documented
        .merge(endpoints::undocumented())
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(api.clone(), edge::edge))
        .with_state(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_comes_when_another_ends_or_not_in_time() {
        let places = Semaphore::new(1);
        let first = turn(&places, Duration::ZERO).await.unwrap();
        let refused = turn(&places, Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Busy));
        let waiting = turn(&places, Duration::from_secs(5));
        let (second, ()) = tokio::join!(waiting, async { drop(first) });
        assert!(second.is_ok());
    }
}
