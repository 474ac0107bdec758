//! Every component of the design system in every state. For whoever builds pages.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use edge::Reply;

use crate::Web;
use crate::view::View;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/design", get(show))
}

async fn show(view: View) -> Reply<Response> {
    Ok(Html(ui::gallery(view.lang(), view.theme).into_string()).into_response())
}
