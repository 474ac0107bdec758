//! The other side of every counterpart: a server that speaks the protocol of each system the bank
//! calls, so that the bank talks to a simulator exactly as it will talk to the real host, by
//! address and credentials from configuration.
//!
//! For development and tests only: it keeps the text of messages, one-time codes included, in
//! memory and shows them to whoever opens its page.
//!
//! One folder per counterpart. A counterpart declares its operations as constants, lists them in
//! [`COUNTERPARTS`], mounts its routes in [`router`], and does its work inside
//! [`Sandbox::perform`]; faults on demand and call counts then work without another line.

pub mod abs;
mod cbu;
mod control;
pub mod eskiz;
mod faults;
mod form;
mod messages;
mod page;
pub mod smtp;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use kernel::{Clock, Error, Moment, Result};

use abs::Abs;
use eskiz::Eskiz;
pub use faults::{Fault, FaultKind};
use faults::{Faults, Operation};
pub use messages::Delivery;
use messages::Messages;

/// Every counterpart's operations.
const COUNTERPARTS: &[&[Operation]] =
    &[abs::OPERATIONS, cbu::OPERATIONS, eskiz::OPERATIONS, smtp::OPERATIONS];

/// The largest request the sandbox reads.
const MAX_REQUEST_BYTES: usize = 256 * 1024;
/// How long requests under way may go on after the signal to stop. Requests that a fault holds
/// would otherwise keep the program for minutes.
const DRAIN: Duration = Duration::from_secs(2);

/// What the sandbox is told when it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// The clock by which tokens expire and messages are delivered.
    pub clock: Clock,
    /// The Eskiz account.
    pub eskiz: eskiz::Config,
}

/// The state of all simulators. Clones share it.
#[derive(Clone)]
pub struct Sandbox(Arc<State>);

impl fmt::Debug for Sandbox {
    /// Without the messages: a sandbox that is formatted by mistake must not put codes into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

struct State {
    clock: Clock,
    faults: Faults,
    calls: Mutex<BTreeMap<Operation, u64>>,
    messages: Messages,
    eskiz: Eskiz,
    abs: OnceLock<Box<Abs>>,
}

impl Sandbox {
    /// A sandbox in which nothing has happened yet.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(State {
            clock: config.clock,
            faults: Faults::default(),
            calls: Mutex::default(),
            messages: Messages::default(),
            eskiz: Eskiz::new(config.eskiz),
            abs: OnceLock::new(),
        }))
    }

    /// Arms a fault, as `POST /control/faults` does. An error says what is wrong with it.
    pub fn arm(&self, fault: Fault) -> Result<(), &'static str> {
        self.0.faults.arm(fault).map(|_| ())
    }

    /// Takes back every fault that waits for a call, as `DELETE /control/faults` does.
    pub fn disarm(&self) {
        self.0.faults.clear();
    }

    /// How often an operation was called since the start, faulty calls included.
    pub fn calls(&self, counterpart: &str, operation: &str) -> u64 {
        let calls = locked(&self.0.calls);
        calls
            .iter()
            .filter(|(known, _)| known.counterpart == counterpart && known.name == operation)
            .map(|(_, count)| *count)
            .sum()
    }

    /// The texts sent to a phone (998 and nine digits), newest first.
    pub fn texts_to(&self, phone: &str) -> Vec<String> {
        self.0.messages.list(Some(phone)).into_iter().map(|message| message.text).collect()
    }

    /// The mail to an address: subject and text, newest first.
    pub fn mails_to(&self, email: &str) -> Vec<(String, String)> {
        let mails = self.0.messages.list(Some(email)).into_iter();
        mails.map(|mail| (mail.subject.unwrap_or_default(), mail.text)).collect()
    }

    fn now(&self) -> Moment {
        self.0.clock.now()
    }

    fn faults(&self) -> &Faults {
        &self.0.faults
    }

    fn messages(&self) -> &Messages {
        &self.0.messages
    }

    fn eskiz(&self) -> &Eskiz {
        &self.0.eskiz
    }

    fn abs(&self) -> &Abs {
        self.0.abs.get_or_init(|| Box::new(Abs::closed(self.now())))
    }

    /// Does an operation of a counterpart, with the fault that is armed for it, if any. `effect`
    /// is all that the operation changes, and the answer to it; a fault may leave it out, repeat
    /// it, or lose its answer.
    async fn perform(
        &self,
        operation: Operation,
        mut effect: impl FnMut() -> Response + Send,
    ) -> Response {
        match self.called(operation) {
            Some(fault) => faults::inflict(&fault, effect).await,
            None => effect(),
        }
    }

    /// Counts a call of an operation, and gives the fault that strikes it, if any.
    fn called(&self, operation: Operation) -> Option<Fault> {
        let mut calls = locked(&self.0.calls);
        let count = calls.entry(operation).or_default();
        *count = count.saturating_add(1);
        drop(calls);
        self.0.faults.take(operation)
    }

    fn call_counts(&self) -> BTreeMap<String, u64> {
        let calls = locked(&self.0.calls);
        calls.iter().map(|(o, count)| (format!("{}.{}", o.counterpart, o.name), *count)).collect()
    }
}

/// Takes a lock. What a panic left behind is good enough for a simulator.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything the sandbox answers: the page, its data, the controls, and each counterpart under
/// its own name (`/eskiz/api` is the base address of Eskiz).
pub fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .merge(page::router())
        .merge(control::router())
        .merge(abs::control_router())
        .nest("/abs/api", abs::router())
        .nest("/cbu", cbu::router())
        .nest("/eskiz/api", eskiz::router())
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(sandbox)
}

/// Serves the sandbox until `shutdown` ends.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, router(sandbox)).with_graceful_shutdown(async move {
        shutdown.await;
        drop(stopping);
    });
    tokio::select! {
        end = server.into_future() => {
            end.map_err(|e| Error::broken("serving the sandbox", e))
        }
        () = async { let _ = stopped.await; tokio::time::sleep(DRAIN).await; } => Ok(()),
    }
}
