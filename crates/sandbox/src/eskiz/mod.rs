//! The SMS gateway of Eskiz (notify.eskiz.uz), as its customers see it.
//!
//! Requests and good answers follow the gateway's public API description. Checked with the public
//! Python client eskiz-sms 1.0.1, which runs against this simulator unmodified: login, user,
//! send, send-batch, status by id, limit, the refresh of an expired token, the fall back to login
//! when the refresh is refused, wrong credentials, and requests refused with 400, 404 and 422.
//!
//! The gateway does not publish what its refusals look like. The ones here have the status codes
//! and the fields that public clients look at, and nothing should depend on their wording.
//!
//! Not simulated: the approval of texts (the real gateway takes only texts that match a template
//! it has approved, and marks others as advertising or refuses them), international messages,
//! and reports.

mod account;
mod auth;
mod callback;
mod sms;

use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use kernel::Secret;
use serde_json::json;

use crate::Sandbox;
use crate::faults::Operation;

const NAME: &str = "eskiz";
pub(crate) const LOGIN: Operation = Operation::new(NAME, "login");
pub(crate) const REFRESH: Operation = Operation::new(NAME, "refresh");
pub(crate) const USER: Operation = Operation::new(NAME, "user");
pub(crate) const SEND: Operation = Operation::new(NAME, "send");
pub(crate) const SEND_BATCH: Operation = Operation::new(NAME, "send_batch");
pub(crate) const STATUS: Operation = Operation::new(NAME, "status");
pub(crate) const LIMIT: Operation = Operation::new(NAME, "limit");
/// Everything a fault can be armed for.
pub(crate) const OPERATIONS: &[Operation] =
    &[LOGIN, REFRESH, USER, SEND, SEND_BATCH, STATUS, LIMIT];

/// A token of the real gateway lives 30 days.
const TOKEN_LIFETIME_SECONDS: i64 = 30 * 86_400;
/// How long after its end a token can still be exchanged for a new one.
const REFRESH_WINDOW_SECONDS: i64 = 86_400;
const DELIVERY_MS: i64 = 2_000;

/// The account that the simulator knows.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its login.
    pub email: String,
    /// Its password.
    pub password: Secret<String>,
    /// How long a token is good, in seconds.
    pub token_lifetime_seconds: i64,
    /// How long after its end a token can still be refreshed, in seconds.
    pub refresh_window_seconds: i64,
    /// How long a message takes to its phone, in milliseconds. Half of it passes before the
    /// operator has it.
    pub delivery_ms: i64,
}

impl Config {
    /// An account with the real gateway's token lifetime, and quick delivery.
    pub fn new(email: impl Into<String>, password: Secret<String>) -> Self {
        Self {
            email: email.into(),
            password,
            token_lifetime_seconds: TOKEN_LIFETIME_SECONDS,
            refresh_window_seconds: REFRESH_WINDOW_SECONDS,
            delivery_ms: DELIVERY_MS,
        }
    }
}

/// The gateway's memory of the account.
pub(crate) struct Eskiz {
    config: Config,
    tokens: auth::Tokens,
    balance_som: Mutex<u64>,
    callbacks: callback::Callbacks,
}

impl Eskiz {
    pub fn new(config: Config) -> Self {
        Self {
            config,
            tokens: auth::Tokens::default(),
            balance_som: Mutex::new(account::OPENING_BALANCE_SOM),
            callbacks: callback::Callbacks::default(),
        }
    }
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/auth/login", post(auth::login))
        .route("/auth/refresh", patch(auth::refresh))
        .route("/auth/user", get(account::user))
        .route("/user/get-limit", get(account::limit))
        .route("/message/sms/send", post(sms::send))
        .route("/message/sms/send-batch", post(sms::send_batch))
        .route("/message/sms/status_by_id/{id}", get(sms::status))
}

/// An answer that says no.
fn no(code: StatusCode, message: &str, status: &str) -> Response {
    (code, Json(json!({ "message": message, "status": status }))).into_response()
}

/// An answer that names the fields that are missing or wrong.
fn invalid(fields: &[(&str, &str)]) -> Response {
    let errors: serde_json::Map<_, _> =
        fields.iter().map(|(name, why)| ((*name).to_owned(), json!([why]))).collect();
    let body = json!({ "message": "The given data was invalid.", "errors": errors });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
