//! The bank's JSON API for the mobile app and partners.
//!
//! One file per endpoint: request, response, documentation, handler. Routes come out of the same
//! declarations as the OpenAPI document, so the two cannot drift. A handler reads the request,
//! calls one use case and shows its result; what is the same for all requests is in crate `edge`.
//!
//! Whatever goes wrong ends as a problem document (RFC 9457) with a stable code.
#![deny(missing_docs)]

mod csv;
mod documented;
mod door;
mod endpoints;
mod extract;
mod input;
mod oauth;
mod openapi;
mod problem;
mod proofs;
mod shapes;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use customers::Customers;
use edge::{Door, Failure};
use identity::Identity;
use kernel::{Clock, Code};
use payments::Payments;
use store::Store;
use store::signing::Signing;

pub use edge::{Config, serve};
pub use openapi::{openapi, refusals_page};
pub use tokens::TokenRules;

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
    /// Whom tokens are given to.
    pub tokens: TokenRules,
    /// The keys by which others check what the bank signed, if it signs anything.
    pub signing: Option<Signing>,
}

/// The API. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    services: Services,
    door: Door,
    document: axum::body::Bytes,
}

impl Api {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let door = Door::new("api", services.clock.clone(), config);
        let document = openapi().to_json().unwrap_or_default().into();
        Self(Arc::new(Inner { services, door, document }))
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

    fn signing(&self) -> Option<&Signing> {
        self.0.services.signing.as_ref()
    }

    fn tokens(&self) -> &TokenRules {
        &self.0.services.tokens
    }

    /// Whether this node learns which sessions have ended.
    fn follows_revocations(&self) -> bool {
        self.0.services.identity.knows_revocations()
    }

    fn door(&self) -> &Door {
        &self.0.door
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
        .merge(oauth::routes())
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(api.clone(), door::door))
        .with_state(api)
}
