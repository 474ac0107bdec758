//! Contacts and frequent questions.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
