//! A passkey as the whole sign-in: its authenticator verified who uses it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::{Extension, Json};
use edge::{Fields, Known, Query, Reply};
use identity::{Entered, PasskeyChallenge, Realm};
use kernel::{Error, Result};
use serde_json::json;

use super::{NEXT, bound_as, device_name, door, password, welcome};
use crate::Web;
use crate::pages::factor;
use crate::view::{Guest, View};

/// The challenge, for the browser.
pub(super) async fn options(State(web): State<Web>, Guest(view): Guest) -> Reply<Response> {
    let client = view.client_info();
    let challenge =
        web.identity().start_passkey_sign_in(&view.ctx, Realm::Customers, &client).await;
    asked(&view, challenge)
}

pub(super) async fn sign_in(
    State(web): State<Web>,
    Guest(view): Guest,
    (Extension(known), headers): (Extension<Known>, HeaderMap),
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    match enter(&web, &view, &headers, &fields).await {
        Ok(entered) => welcome(&web, &view, (&known, &headers), entered, query.text(NEXT)),
        Err(Error::Refused(refusal)) => {
            Ok(password::refused(&web, &view, (&headers, &query), &refusal)?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(web: &Web, view: &View, headers: &HeaderMap, fields: &Fields) -> Result<Entered> {
    let (challenge, answer) = factor::passkey(fields)?;
    let name = device_name(view);
    let with = (door(web, headers), bound_as(fields, &name));
    web.identity()
        .sign_in_by_passkey(&view.ctx, (challenge, &answer), with, &view.client_info())
        .await
}

/// The answer to a script that asks for a challenge: what the authenticator is to sign, or why it
/// cannot be asked, in the words of the page.
pub(crate) fn asked(view: &View, challenge: Result<PasskeyChallenge>) -> Reply<Response> {
    match challenge {
        Ok(challenge) => {
            let id = challenge.id.to_string();
            Ok(Json(json!({ "challenge": id, "options": challenge.options })).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let message = view.words.refusal(&refusal);
            let answer = Json(json!({ "message": message }));
            let mut response = (edge::status(refusal.code), answer).into_response();
            response.extensions_mut().insert(edge::Shown(refusal.code));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
