//! Paying somebody: form, review, confirmation.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
