//! Becoming a customer: phone, code, name and password.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
