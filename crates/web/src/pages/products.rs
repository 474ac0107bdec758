//! What the bank offers: opening an account.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
