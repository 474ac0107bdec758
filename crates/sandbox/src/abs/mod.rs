//! A core banking system (ABS) that speaks the bank's contract with one, `docs/abs-contract.md`.
//!
//! It keeps its own books: accounts, entries of a debit and a credit, a business date. They are in
//! memory, and in a file when it is given one: then they outlive the program. On demand it is down
//! for a time, restarts and forgets what it was processing, is slow to process, or makes mistakes
//! in its books ([`Drift`]), of which it can be asked.
//!
//! Not simulated: that an account is closed, and what a real ABS books by itself (interest, the
//! revaluation of currencies).

mod batches;
mod books;
mod control;
mod journal;
mod plant;
mod reading;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kernel::{Day, Entropy, Error, Moment, Result, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::Instant;

use crate::faults::Operation;
use crate::{Sandbox, locked};
use books::{Books, Document, Record};
use journal::Journal;
use plant::Plans;

pub(crate) use control::router as control_router;
pub use plant::{Drift, Plant, Planted};

const NAME: &str = "abs";
pub(crate) const ACCOUNTS: Operation = Operation::new(NAME, "accounts");
pub(crate) const POST: Operation = Operation::new(NAME, "post");
pub(crate) const BATCH: Operation = Operation::new(NAME, "batch");
pub(crate) const BUSINESS_DATE: Operation = Operation::new(NAME, "business_date");
pub(crate) const CLOSE_DAY: Operation = Operation::new(NAME, "close_day");
pub(crate) const BALANCES: Operation = Operation::new(NAME, "balances");
pub(crate) const STATEMENT: Operation = Operation::new(NAME, "statement");
/// Everything a fault can be armed for.
pub(crate) const OPERATIONS: &[Operation] =
    &[ACCOUNTS, POST, BATCH, BUSINESS_DATE, CLOSE_DAY, BALANCES, STATEMENT];

/// How long before the first start the business date is. A bank that brings the history of a demo
/// has documents of then.
const HISTORY_DAYS: u8 = 200;

/// What the ABS is told when it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// What a request has to bring.
    pub token: Secret<String>,
    /// The file of its books. Without one they end with the program.
    pub books: Option<PathBuf>,
    /// The business date of new books; without it, one that is long over.
    pub business_date: Option<Day>,
}

impl Config {
    /// Books in memory, for whoever brings this token.
    pub const fn new(token: Secret<String>) -> Self {
        Self { token, books: None, business_date: None }
    }
}

/// The ABS.
pub(crate) struct Abs {
    config: Config,
    state: Mutex<State>,
    /// Until when it does not answer.
    down: Mutex<Option<Instant>>,
}

struct State {
    books: Books,
    journal: Option<Journal>,
    plans: Plans,
    /// Batches that were taken and are not posted yet: a restart forgets them.
    processing: Vec<Processing>,
    processing_ms: i64,
    /// Documents that came again in a batch that was taken before, and were not posted again.
    repeated: u64,
}

struct Processing {
    id: String,
    documents: Vec<Document>,
    due: Moment,
}

impl Abs {
    /// Opens its books, or begins new ones.
    pub fn open(config: Config, now: Moment) -> Result<Self> {
        let (books, journal) = open(&config, now)?;
        Ok(Self::with(config, books, journal))
    }

    /// One that nobody has the token of.
    pub fn closed(now: Moment) -> Self {
        let token = kernel::TraceId::generate(Entropy).to_string();
        Self::with(Config::new(Secret::new(token)), Books::begun(now.day()), None)
    }

    fn with(config: Config, books: Books, journal: Option<Journal>) -> Self {
        let state = State {
            books,
            journal,
            plans: Plans::default(),
            processing: Vec::new(),
            processing_ms: 0,
            repeated: 0,
        };
        Self { config, state: Mutex::new(state), down: Mutex::default() }
    }

    fn is_down(&self) -> bool {
        locked(&self.down).is_some_and(|until| Instant::now() < until)
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let bearer = || {
            let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        };
        bearer().is_some_and(|token| token == self.config.token.expose())
    }

    /// Goes on as a program that was started anew: with what its file says, where it has one.
    fn restart(&self, down: Duration, now: Moment) -> Result<()> {
        *locked(&self.down) = Some(Instant::now() + down);
        let mut state = locked(&self.state);
        state.processing.clear();
        if self.config.books.is_some() {
            state.journal = None;
            (state.books, state.journal) = open(&self.config, now)?;
        }
        Ok(())
    }
}

fn open(config: &Config, now: Moment) -> Result<(Books, Option<Journal>)> {
    let date = config.business_date.unwrap_or_else(|| now.day().days_before(HISTORY_DAYS));
    match &config.books {
        None => Ok((Books::begun(date), None)),
        Some(file) => journal::open(file, date).map(|(books, journal)| (books, Some(journal))),
    }
}

impl State {
    /// Writes down what happened, and lets it happen.
    fn record(&mut self, record: Record) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&record)
        {
            tracing::error!(%error, "the books of the sandbox's ABS are not kept");
        }
        self.books.apply(record);
    }

    /// Posts the batches that were processed long enough.
    fn settle(&mut self, now: Moment) {
        let (due, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.processing).into_iter().partition(|batch| batch.due <= now);
        self.processing = waiting;
        for batch in due {
            self.post(&batch.id, batch.documents);
        }
    }

    fn post(&mut self, id: &str, documents: Vec<Document>) {
        let plans = &mut self.plans;
        let done = self.books.decide(id, documents, || plans.next());
        self.record(Record::Done(done));
    }
}

impl Sandbox {
    /// The same, with an ABS that the bank can talk to. An error means that its books cannot be
    /// read, or that it was talked to already.
    pub fn with_abs(self, config: Config) -> Result<Self> {
        let abs = Abs::open(config, self.now())?;
        match self.0.abs.set(Box::new(abs)) {
            Ok(()) => Ok(self),
            Err(_) => Err(Error::invariant("the sandbox has an ABS already")),
        }
    }

    /// Has something go wrong with documents to come. An error says what is wrong with the plan.
    pub fn abs_plant(&self, plan: Plant) -> Result<(), &'static str> {
        locked(&self.abs().state).plans.add(plan)
    }

    /// What went wrong, and was not put right.
    pub fn abs_planted(&self) -> Vec<Planted> {
        locked(&self.abs().state).books.planted().to_vec()
    }

    /// Puts right what went wrong, and lets nothing else go wrong.
    pub fn abs_repair(&self) {
        let mut state = locked(&self.abs().state);
        state.plans.clear();
        let repairs = state.books.repairs();
        state.record(Record::Repaired(repairs));
    }

    /// Is down for a while.
    pub fn abs_down(&self, time: Duration) {
        *locked(&self.abs().down) = Some(Instant::now() + time);
    }

    /// Restarts, and is down for as long as that takes. What was being processed is forgotten.
    pub fn abs_restart(&self, time: Duration) -> Result<()> {
        self.abs().restart(time, self.now())
    }

    /// Takes this long to process a batch, by the sandbox's clock.
    pub fn abs_processing(&self, millis: u32) {
        locked(&self.abs().state).processing_ms = i64::from(millis);
    }
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/v1/accounts", post(batches::open_accounts))
        .route("/v1/batches", post(batches::post))
        .route("/v1/batches/{id}", get(batches::one))
        .route("/v1/business-date", get(reading::business_date))
        .route("/v1/business-date/close", post(reading::close_day))
        .route("/v1/balances", get(reading::balances))
        .route("/v1/statement", get(reading::statement))
}

/// Answers a request of the bank: unless it is down, to whoever brings the token.
async fn answer(
    sandbox: &Sandbox,
    operation: Operation,
    headers: &HeaderMap,
    mut effect: impl FnMut(&mut State) -> Response + Send,
) -> Response {
    let abs = sandbox.abs();
    if abs.is_down() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let effect = || {
        if !abs.admits(headers) {
            return no(StatusCode::UNAUTHORIZED, "token_not_good");
        }
        let mut state = locked(&abs.state);
        state.settle(sandbox.now());
        effect(&mut state)
    };
    sandbox.perform(operation, effect).await
}

fn yes(body: &impl Serialize) -> Response {
    Json(body).into_response()
}

/// An answer that says no. Nothing was done then.
fn no(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "code": code, "message": code.replace('_', " ") }))).into_response()
}

/// Reads a body, or answers that it cannot be read.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body)
        .map_err(|_| Box::new(no(StatusCode::BAD_REQUEST, "body_malformed")))
}
