//! `/control/abs`: what a test or a developer tells the ABS.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::Plant;
use crate::{Sandbox, locked};

/// The longest that it is down.
const MAX_MS: u32 = 600_000;

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/control/abs", get(show))
        .route("/control/abs/plant", post(plant).delete(clear))
        .route("/control/abs/repair", post(repair))
        .route("/control/abs/down", post(down))
        .route("/control/abs/restart", post(restart))
        .route("/control/abs/processing", post(processing))
}

async fn show(State(sandbox): State<Sandbox>) -> Response {
    let down = sandbox.abs().is_down();
    let state = locked(&sandbox.abs().state);
    let body = json!({
        "down": down,
        "business_date": state.books.date(),
        "processing_ms": state.processing_ms,
        "plans": state.plans.list(),
        "planted": state.books.planted(),
        "repeated": state.repeated,
    });
    Json(body).into_response()
}

async fn plant(State(sandbox): State<Sandbox>, Json(plan): Json<Plant>) -> Response {
    match sandbox.abs_plant(plan) {
        Ok(()) => (StatusCode::CREATED, Json(plan)).into_response(),
        Err(why) => unprocessable(why),
    }
}

async fn clear(State(sandbox): State<Sandbox>) -> StatusCode {
    locked(&sandbox.abs().state).plans.clear();
    StatusCode::NO_CONTENT
}

async fn repair(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.abs_repair();
    StatusCode::NO_CONTENT
}

/// For how long.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Time {
    ms: u32,
}

impl Time {
    fn checked(&self) -> Result<Duration, Box<Response>> {
        if self.ms > MAX_MS {
            return Err(Box::new(unprocessable("ms is at most 600000")));
        }
        Ok(Duration::from_millis(u64::from(self.ms)))
    }
}

async fn down(State(sandbox): State<Sandbox>, Json(time): Json<Time>) -> Response {
    match time.checked() {
        Ok(time) => {
            sandbox.abs_down(time);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => *refusal,
    }
}

async fn restart(State(sandbox): State<Sandbox>, Json(time): Json<Time>) -> Response {
    let time = match time.checked() {
        Ok(time) => time,
        Err(refusal) => return *refusal,
    };
    match sandbox.abs_restart(time) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            tracing::error!(?error, "the sandbox's ABS does not start again");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn processing(State(sandbox): State<Sandbox>, Json(time): Json<Time>) -> Response {
    match time.checked() {
        Ok(_) => {
            sandbox.abs_processing(time.ms);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => *refusal,
    }
}

fn unprocessable(why: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": why }))).into_response()
}
