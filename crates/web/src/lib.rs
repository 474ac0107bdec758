//! The phone app: pages made by the bank, for a browser or an installed app.
//!
//! A page handler reads the fields of its form, calls one use case and shows the result. It holds
//! no rules: whatever happens here, the API can do too. Every control is a link or a form first,
//! so the app works with scripts off; scripts make it quicker and let it learn what happens
//! meanwhile.
//!
//! One file per screen in `pages`; what all requests have in common is in `door`.
#![deny(missing_docs)]

mod agent;
mod door;
mod draft;
mod input;
mod live;
mod pages;
mod papers;
mod shell;
mod view;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::from_fn_with_state;
use customers::Customers;
use documents::{BankRequisites, Renderer};
use edge::csrf::Csrf;
use edge::{Door, Failure, Site};
use identity::Identity;
use kernel::{Clock, Code, KeyRing};
use payments::Payments;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use live::Live;

/// What an installation may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The limits of the door.
    pub door: edge::Config,
    /// The address under which customers know the app.
    pub site: Site,
    /// The bank, as its documents and contacts name it.
    pub bank: BankRequisites,
    /// Whether the page of the design system is served.
    pub development: bool,
}

/// The parts of the bank that the app is a door to.
#[derive(Clone)]
pub struct Services {
    /// Sign-in and sessions.
    pub identity: Identity,
    /// Persons.
    pub customers: Customers,
    /// Accounts, transfers, history.
    pub payments: Payments,
    /// Documents.
    pub documents: Renderer,
    /// The keys of the installation.
    pub keys: KeyRing,
    /// The clock of every request.
    pub clock: Clock,
}

/// The app. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    services: Services,
    door: Door,
    csrf: Csrf,
    site: Site,
    bank: BankRequisites,
    development: bool,
    live: Live,
}

impl Web {
    /// Over the parts of the bank.
    pub fn new(services: Services, config: Config) -> Self {
        let Config { door, site, bank, development } = config;
        let door = Door::new("web", services.clock.clone(), door);
        let csrf = Csrf::new(services.keys.clone());
        let live = Live::default();
        Self(Arc::new(Inner { services, door, csrf, site, bank, development, live }))
    }

    /// Keeps open pages told until the shutdown.
    pub async fn follow(&self, stop: watch::Receiver<bool>) {
        self.0.live.clone().run(self.payments().clone(), stop).await;
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

    fn documents(&self) -> &Renderer {
        &self.0.services.documents
    }

    fn keys(&self) -> &KeyRing {
        &self.0.services.keys
    }

    fn site(&self) -> &Site {
        &self.0.site
    }

    fn bank(&self) -> &BankRequisites {
        &self.0.bank
    }

    fn clock(&self) -> &Clock {
        &self.0.services.clock
    }

    fn live(&self) -> &Live {
        &self.0.live
    }
}

/// What is worth compressing. Files are compressed already, and a stream must not wait for more.
fn text_of_ours(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("text/javascript"))
}

/// Every route.
pub fn router(web: Web) -> Router {
    let pages = pages::routes(web.0.development)
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(web.clone(), door::inside))
        .layer(from_fn_with_state(web.clone(), door::outside))
        .layer(CompressionLayer::new().compress_when(text_of_ours))
        .with_state(web);
    // Files of the app are the same for everybody and need none of that.
    pages.merge(ui::assets::router())
}
