//! The account's data and its balance.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{LIMIT, USER, auth};
use crate::{Sandbox, locked};

pub(super) const USER_ID: u32 = 378;
pub(super) const OPENING_BALANCE_SOM: u64 = 1_000_000;
/// What one part of a message costs.
pub(super) const PART_PRICE_SOM: u64 = 50;

pub(super) async fn user(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let answer = || match auth::admit(&sandbox, &headers) {
        Ok(()) => about_user(&sandbox),
        Err(refusal) => *refusal,
    };
    sandbox.perform(USER, answer).await
}

fn about_user(sandbox: &Sandbox) -> Response {
    let eskiz = sandbox.eskiz();
    let data = json!({
        "id": USER_ID,
        "created_at": "2020-10-14T18:27:03Z",
        "updated_at": "2023-11-03T20:09:31.527361Z",
        "name": "Okto",
        "email": eskiz.config.email,
        "password": "",
        "role": "user",
        "status": "active",
        "is_vip": false,
        "balance": *locked(&eskiz.balance_som),
    });
    Json(json!({ "status": "success", "data": data, "id": null })).into_response()
}

pub(super) async fn limit(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let answer = || match auth::admit(&sandbox, &headers) {
        Ok(()) => {
            let balance = *locked(&sandbox.eskiz().balance_som);
            Json(json!({ "data": { "balance": balance }, "status": "success" })).into_response()
        }
        Err(refusal) => *refusal,
    };
    sandbox.perform(LIMIT, answer).await
}
