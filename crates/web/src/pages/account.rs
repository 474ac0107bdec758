//! One account: what is on it, its requisites, its name, its statements.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
