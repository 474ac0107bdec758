//! The panel of the staff: pages made by the bank, for a browser at a desk.
//!
//! It is a door of its own, at an address of its own, with cookies of its own: a customer's session
//! is nothing here, and an employee's is nothing at the other doors. A page handler reads the
//! fields of its form, calls one use case and shows the result; it holds no rules. What an employee
//! may not do is neither shown nor done: pages ask the same permissions that the use cases require.
//!
//! One file per screen in `pages`; what all requests have in common is in `door`.
#![deny(missing_docs)]

mod door;
mod draft;
mod input;
mod pages;
mod shell;
mod view;
mod words;

use std::sync::Arc;

use accounting::{Accounting, desk};
use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::from_fn_with_state;
use customers::Desk;
use edge::csrf::Csrf;
use edge::{Door, Failure, Site};
use identity::Identity;
use identity::approvals::Approvals;
use kernel::{Clock, Code, KeyRing};
use payments::Payments;
use pricing::rates::Rates;
use store::Store;
use tower_http::compression::CompressionLayer;

/// What an installation may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The limits of the door.
    pub door: edge::Config,
    /// The address under which employees know the panel.
    pub site: Site,
}

/// The parts of the bank that the panel is a door to.
#[derive(Clone)]
pub struct Services {
    /// The database, for the audit log.
    pub store: Store,
    /// Employees, sessions, approvals.
    pub identity: Identity,
    /// What takes the eyes of several employees.
    pub approvals: Approvals,
    /// Customers, as employees see them.
    pub desk: Desk,
    /// What the general ledger is told.
    pub accounting: Accounting,
    /// By what currencies are exchanged, and what a draft would have done to past operations.
    pub payments: Payments,
    /// The keys of the installation.
    pub keys: KeyRing,
    /// The clock of every request.
    pub clock: Clock,
}

/// The panel. Cheap to clone.
#[derive(Clone)]
pub struct Admin(Arc<Inner>);

struct Inner {
    services: Services,
    books: desk::Desk,
    door: Door,
    csrf: Csrf,
    site: Site,
}

impl Admin {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let Config { door, site } = config;
        let door = Door::new("admin", services.clock.clone(), door);
        let csrf = Csrf::new(services.keys.clone());
        let books = desk::Desk::new(services.accounting.clone(), services.identity.clone());
        Self(Arc::new(Inner { services, books, door, csrf, site }))
    }

    fn store(&self) -> &Store {
        &self.0.services.store
    }

    fn identity(&self) -> &Identity {
        &self.0.services.identity
    }

    fn approvals(&self) -> &Approvals {
        &self.0.services.approvals
    }

    fn desk(&self) -> &Desk {
        &self.0.services.desk
    }

    /// The books, as employees see them.
    fn books(&self) -> &desk::Desk {
        &self.0.books
    }

    fn payments(&self) -> &Payments {
        &self.0.services.payments
    }

    fn rates(&self) -> &Rates {
        self.payments().rates()
    }

    fn keys(&self) -> &KeyRing {
        &self.0.services.keys
    }

    fn site(&self) -> &Site {
        &self.0.site
    }

    fn clock(&self) -> &Clock {
        &self.0.services.clock
    }
}

/// What is worth compressing: files are compressed already.
fn text_of_ours(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Every route.
pub fn router(admin: Admin) -> Router {
    let pages = pages::routes()
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(admin.clone(), door::inside))
        .layer(from_fn_with_state(admin.clone(), door::outside))
        .layer(CompressionLayer::new().compress_when(text_of_ours))
        .with_state(admin);
    // Styles, scripts and fonts are the same for everybody and need none of that.
    pages.merge(ui::assets::router())
}
