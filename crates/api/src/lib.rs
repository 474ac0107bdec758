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
mod openapi;
mod problem;
mod shapes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use customers::Customers;
use edge::{Door, Failure};
use identity::Identity;
use kernel::{Clock, Code};
use payments::Payments;
use store::Store;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

pub use edge::{Config, serve};
pub use openapi::{openapi, refusals_page};

/// Statements that are built at once: each holds all its lines in memory, several times over.
const STATEMENTS_AT_ONCE: usize = 4;
/// How long a statement waits for its turn.
const STATEMENT_WAIT_SECONDS: u64 = 5;

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
    door: Door,
    statements: Semaphore,
    document: axum::body::Bytes,
}

impl Api {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let door = Door::new("api", services.clock.clone(), config);
        let document = openapi().to_json().unwrap_or_default().into();
        let statements = Semaphore::new(STATEMENTS_AT_ONCE);
        Self(Arc::new(Inner { services, door, statements, document }))
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

    fn door(&self) -> &Door {
        &self.0.door
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
        .layer(from_fn_with_state(api.clone(), door::door))
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
