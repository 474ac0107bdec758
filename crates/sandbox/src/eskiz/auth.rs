//! Login and tokens.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Entropy, Moment, Secret};
use serde_json::json;

use super::account::USER_ID;
use super::{Config, LOGIN, REFRESH, invalid, no};
use crate::form::Fields;
use crate::{Sandbox, locked};

/// How many tokens are remembered; the oldest stops working first.
const MAX_TOKENS: usize = 1_000;

#[derive(Default)]
pub(super) struct Tokens(Mutex<VecDeque<Issued>>);

struct Issued {
    token: Secret<String>,
    expires: Moment,
}

/// What a token that a request brings is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Good,
    Expired { refreshable: bool },
    Unknown,
}

impl Tokens {
    fn issue(&self, config: &Config, now: Moment) -> Secret<String> {
        let expires = now.plus_seconds(config.token_lifetime_seconds);
        let token = Secret::new(jwt(now, expires));
        let mut issued = locked(&self.0);
        if issued.len() >= MAX_TOKENS {
            issued.pop_front();
        }
        issued.push_back(Issued { token: token.clone(), expires });
        token
    }

    fn standing(&self, token: &str, config: &Config, now: Moment) -> Standing {
        let issued = locked(&self.0);
        match issued.iter().find(|known| known.token.expose() == token) {
            Some(known) if now < known.expires => Standing::Good,
            Some(known) => Standing::Expired {
                refreshable: now < known.expires.plus_seconds(config.refresh_window_seconds),
            },
            None => Standing::Unknown,
        }
    }
}

/// A token of the gateway's looks: clients decode its `exp`. It is known by comparison, so its
/// signature is random.
fn jwt(now: Moment, expires: Moment) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let seconds = |at: Moment| at.datetime().unix_timestamp();
    let head = part(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = json!({
        "exp": seconds(expires),
        "iat": seconds(now),
        "role": "user",
        "sub": USER_ID.to_string(),
    });
    let signature = URL_SAFE_NO_PAD.encode(Entropy.bytes::<32>());
    format!("{head}.{}.{signature}", part(claims))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Lets a request pass that brings a good token; else the answer it gets.
pub(super) fn admit(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), Box<Response>> {
    let refuse = |message, status| Err(Box::new(no(StatusCode::UNAUTHORIZED, message, status)));
    let Some(token) = bearer(headers) else {
        return refuse("Unauthenticated.", "error");
    };
    let eskiz = sandbox.eskiz();
    match eskiz.tokens.standing(token, &eskiz.config, sandbox.now()) {
        Standing::Good => Ok(()),
        Standing::Expired { .. } => refuse("Token has expired", "token_expired"),
        Standing::Unknown => refuse("Token is invalid", "token_invalid"),
    }
}

pub(super) async fn login(State(sandbox): State<Sandbox>, fields: Fields) -> Response {
    sandbox.perform(LOGIN, || log_in(&sandbox, &fields)).await
}

fn log_in(sandbox: &Sandbox, fields: &Fields) -> Response {
    let config = &sandbox.eskiz().config;
    let (Some(email), Some(password)) = (fields.get("email"), fields.get("password")) else {
        let required = "The field is required.";
        let missing: Vec<_> = ["email", "password"]
            .into_iter()
            .filter(|name| fields.get(name).is_none())
            .map(|name| (name, required))
            .collect();
        return invalid(&missing);
    };
    if email != config.email || password != config.password.expose() {
        return no(StatusCode::UNAUTHORIZED, "Invalid credentials", "error");
    }
    generated(sandbox)
}

pub(super) async fn refresh(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    sandbox.perform(REFRESH, || exchange(&sandbox, &headers)).await
}

fn exchange(sandbox: &Sandbox, headers: &HeaderMap) -> Response {
    let eskiz = sandbox.eskiz();
    let standing = bearer(headers).map_or(Standing::Unknown, |token| {
        eskiz.tokens.standing(token, &eskiz.config, sandbox.now())
    });
    match standing {
        Standing::Good | Standing::Expired { refreshable: true } => generated(sandbox),
        Standing::Expired { refreshable: false } => {
            no(StatusCode::UNAUTHORIZED, "Token has expired", "token_expired")
        }
        Standing::Unknown => no(StatusCode::UNAUTHORIZED, "Token is invalid", "token_invalid"),
    }
}

fn generated(sandbox: &Sandbox) -> Response {
    let eskiz = sandbox.eskiz();
    let token = eskiz.tokens.issue(&eskiz.config, sandbox.now());
    let body = json!({
        "message": "token_generated", "data": { "token": token.expose() }, "token_type": "bearer"
    });
    Json(body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_and_can_be_refreshed_for_a_while() {
        let mut config = Config::new("a@b.uz", Secret::new("x".to_owned()));
        config.token_lifetime_seconds = 60;
        config.refresh_window_seconds = 60;
        let tokens = Tokens::default();
        let token = tokens.issue(&config, Moment::EPOCH);
        let at = |s| tokens.standing(token.expose(), &config, Moment::EPOCH.plus_seconds(s));
        assert_eq!(at(59), Standing::Good);
        assert_eq!(at(60), Standing::Expired { refreshable: true });
        assert_eq!(at(120), Standing::Expired { refreshable: false });
        assert_eq!(tokens.standing("other", &config, Moment::EPOCH), Standing::Unknown);
        for _ in 0..MAX_TOKENS {
            tokens.issue(&config, Moment::EPOCH);
        }
        assert_eq!(at(0), Standing::Unknown, "memory is bounded");
    }
}
