//! The first screen: what there is, what was spent, what needs attention.

use axum::Router;

use crate::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
}
