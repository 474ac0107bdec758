use axum::Json;
use axum::extract::{Request, State};
use serde_json::{Value, json};

use crate::Api;

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
