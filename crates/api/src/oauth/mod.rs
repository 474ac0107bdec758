//! What ordinary OAuth clients and partners ask: exchange a refresh token, revoke one, ask about
//! one, and find out where all of that is. Their answers are those of the standards (RFC 6749,
//! 7009, 7662, 8414), not the problem documents of `/v1`.
//!
//! There is no grant that hands a customer's tokens to a third party: the only grant is the refresh
//! token of a sign-in.

mod introspect;
mod metadata;
mod refusal;
mod revoke;
mod token;

use axum::Router;
use axum::routing::{get, post};

use crate::Api;

/// The routes.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata::metadata))
        .route("/.well-known/jwks.json", get(metadata::jwks))
        .route("/oauth/introspect", post(introspect::introspect))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/oauth/token", post(token::token))
}
