//! The screens: one file each, with its routes.

mod approvals;
mod audit;
pub(crate) mod common;
mod enrol;
pub(crate) mod failure;
mod me;
pub(crate) mod prove;
mod sign_in;
mod staff;
mod taste;
mod today;

use axum::Router;

use crate::Admin;

/// The routes of every screen.
pub(crate) fn routes() -> Router<Admin> {
    Router::new()
        .merge(approvals::routes())
        .merge(audit::routes())
        .merge(enrol::routes())
        .merge(me::routes())
        .merge(prove::routes())
        .merge(sign_in::routes())
        .merge(staff::routes())
        .merge(taste::routes())
        .merge(today::routes())
}
