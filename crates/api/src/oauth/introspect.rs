use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use edge::Fields;
use identity::Introspected;
use kernel::Secret;
use serde_json::{Value, json};

use super::refusal::Refused;
use super::token::one;
use crate::Api;
use crate::extract::{Anyone, Form};

/// Tells a partner what a token is (RFC 7662). Whatever is not a good access token is not active,
/// and nothing more is said of it.
pub(super) async fn introspect(
    State(api): State<Api>,
    caller: Anyone,
    headers: HeaderMap,
    form: Result<Form, edge::Failure>,
) -> Result<Json<Value>, Refused> {
    let Form(fields) = form?;
    let (id, secret) = credentials(&headers, &fields).ok_or(Refused::Client)?;
    let identity = api.identity();
    let partner = identity.partner(&caller.ctx, (&id, &secret), &caller.client).await?;
    let token = one(&fields, "token").ok_or(Refused::invalid("invalid_request"))?;
    let found = identity.introspect(&caller.ctx, partner, token).await?;
    Ok(Json(found.map_or_else(|| json!({ "active": false }), |found| told(&found))))
}

fn told(found: &Introspected) -> Value {
    let seconds = |at: kernel::Moment| at.seconds();
    let mut told = json!({
        "active": true,
        "sub": found.customer,
        "sid": found.session,
        "exp": seconds(found.expires),
        "auth_time": seconds(found.proven_at),
        "acr": found.aal.number().to_string(),
        "amr": found.amr,
        "token_type": if found.key.is_some() { "DPoP" } else { "Bearer" },
    });
    if let (Some(key), Some(told)) = (found.key, told.as_object_mut()) {
        told.insert("cnf".to_owned(), json!({ "jkt": URL_SAFE_NO_PAD.encode(key) }));
    }
    told
}

/// The id and the secret of a client: of `Authorization: Basic`, or of the form. Not of both.
fn credentials(headers: &HeaderMap, fields: &Fields) -> Option<(String, Secret<String>)> {
    let in_form = (one(fields, "client_id"), one(fields, "client_secret"));
    let Some(header) = headers.get(AUTHORIZATION) else {
        let (Some(id), Some(secret)) = in_form else { return None };
        return Some((id.to_owned(), Secret::new(secret.to_owned())));
    };
    if in_form.1.is_some() {
        return None;
    }
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    // Ids and secrets of the bank have no character that a form would encode.
    let (id, secret) = plain.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_shows_its_secret_in_one_place() {
        let read = |header: Option<&str>, form: &str| {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(AUTHORIZATION, header.parse().unwrap());
            }
            let fields = Fields::read(form.as_bytes()).unwrap();
            credentials(&headers, &fields).map(|(id, secret)| (id, secret.expose().clone()))
        };
        let both = Some(("a".to_owned(), "b".to_owned()));
        assert_eq!(read(Some("Basic YTpi"), "token=x"), both);
        assert_eq!(read(None, "client_id=a&client_secret=b"), both);
        for (header, form) in [
            (None, "token=x"),
            (None, "client_id=a"),
            (Some("Basic YTpi"), "client_id=a&client_secret=b"),
            (Some("Basic !"), ""),
            (Some("Bearer YTpi"), ""),
            (Some("Basic"), ""),
        ] {
            assert_eq!(read(header, form), None, "{header:?} {form}");
        }
    }
}
