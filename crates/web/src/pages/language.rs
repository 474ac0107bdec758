//! Another language, from a page without a form. The door has done it before this is asked.

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use edge::Reply;

use crate::Web;
use crate::view::see_other;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/language", post(back))
}

/// The form came without a language: nothing changes.
async fn back() -> Reply<Response> {
    Ok(see_other("/"))
}
