use axum::Json;
use axum::extract::State;
use edge::Fields;
use serde_json::{Value, json};

use super::refusal::Refused;
use crate::Api;
use crate::extract::{Form, SigningIn};

/// Exchanges a refresh token (RFC 6749, section 6), for the holder of its key.
pub(super) async fn token(
    State(api): State<Api>,
    caller: Result<SigningIn, edge::Failure>,
    form: Result<Form, edge::Failure>,
) -> Result<Json<Value>, Refused> {
    let SigningIn(caller) = caller?;
    let Form(fields) = form?;
    let refresh = match (one(&fields, "grant_type"), one(&fields, "refresh_token")) {
        (Some("refresh_token"), Some(token)) => token,
        (Some("refresh_token") | None, _) => return Err(Refused::invalid("invalid_request")),
        (Some(_), _) => return Err(Refused::invalid("unsupported_grant_type")),
    };
    let key = caller.client.key.as_ref();
    let tokens = api.identity().refresh_since(&caller.ctx, (refresh, key), caller.arrived).await?;
    caller.is(&tokens);
    let seconds = tokens.access_expires.micros_since(caller.ctx.now()).div_euclid(1_000_000);
    Ok(Json(json!({
        "access_token": tokens.access.expose(),
        "token_type": if tokens.bound { "DPoP" } else { "Bearer" },
        "expires_in": seconds,
        "refresh_token": tokens.refresh.expose(),
    })))
}

/// A field that must not be empty.
pub(super) fn one<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    Some(fields.text(name)).filter(|text| !text.is_empty())
}
