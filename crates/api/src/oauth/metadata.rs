use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use edge::Reply;
use kernel::Code;
use serde_json::{Value, json};

use crate::Api;
use crate::extract::Anyone;

/// How long whoever asked may keep the document. A key in wrong hands that is taken out of it goes
/// on counting for so long where it is kept, so that is a minute and not an hour.
const KEYS_KEPT: &str = "public, max-age=60";

/// The keys that sign what leaves the bank (RFC 7517).
pub(super) async fn jwks(
    State(api): State<Api>,
    caller: Anyone,
) -> Reply<impl IntoResponse + use<>> {
    let signing = api.signing().ok_or(Code::NotFound)?;
    let keys = signing.jwks(caller.ctx.now()).await?;
    Ok(([(CACHE_CONTROL, KEYS_KEPT)], Json(keys)))
}

/// Where an OAuth client finds what (RFC 8414).
pub(super) async fn metadata(State(api): State<Api>, request: Request) -> Json<Value> {
    let issuer = api.tokens().origin(&request.into_parts().0);
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ["none"],
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post"],
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": ["refresh_token"],
        "response_types_supported": [],
        "dpop_signing_alg_values_supported": ["ES256"],
        "service_documentation": format!("{issuer}/docs/"),
    }))
}
