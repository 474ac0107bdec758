//! `/control`: what a test or a developer tells the sandbox, as opposed to what the bank tells it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::{Fault, Sandbox, faults};

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/control/faults", get(list).post(arm).delete(clear))
        .route("/control/calls", get(calls))
}

async fn list(State(sandbox): State<Sandbox>) -> Response {
    let body = json!({ "armed": sandbox.faults().list(), "operations": faults::operations() });
    Json(body).into_response()
}

async fn arm(State(sandbox): State<Sandbox>, Json(fault): Json<Fault>) -> Response {
    match sandbox.faults().arm(fault) {
        Ok(armed) => (StatusCode::CREATED, Json(armed)).into_response(),
        Err(why) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": why }))).into_response()
        }
    }
}

async fn clear(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.faults().clear();
    StatusCode::NO_CONTENT
}

async fn calls(State(sandbox): State<Sandbox>) -> Response {
    Json(sandbox.call_counts()).into_response()
}
