//! The bank's JSON API for the mobile app and partners.
//!
//! One file per endpoint: request, response, documentation, handler. Routes come out of the same
//! declarations as the OpenAPI document, so the two cannot drift. A handler reads the request,
//! calls one use case and shows its result; what is the same for all requests is in `edge`.
//!
//! Whatever goes wrong ends as a problem document (RFC 9457) with a stable code.
#![deny(missing_docs)]

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

use axum::Router;
use axum::middleware::from_fn_with_state;
use customers::Customers;
use identity::Identity;
use kernel::{Clock, Code};
use payments::Payments;
use store::Store;
use tokio::sync::Semaphore;

use failure::Failure;

pub use openapi::{openapi, refusals_page};
pub use serve::serve;

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
    document: axum::body::Bytes,
}

impl Api {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let places = Semaphore::new(config.in_flight_max);
        let document = openapi().to_json().unwrap_or_default().into();
        Self(Arc::new(Inner { services, config, places, document }))
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

    /// The OpenAPI document as JSON.
    fn document(&self) -> axum::body::Bytes {
        self.0.document.clone()
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
