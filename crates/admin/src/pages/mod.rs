//! The screens: one file each, with its routes.

mod acts;
mod approvals;
mod audit;
mod cases;
pub(crate) mod common;
mod customers;
mod enrol;
mod everyone;
pub(crate) mod failure;
pub(crate) mod idle;
mod me;
mod people;
mod proposals;
pub(crate) mod prove;
mod sign_in;
mod staff;
mod taste;
mod terms;
mod today;

use axum::Router;

use crate::Admin;

/// The routes of every screen.
pub(crate) fn routes() -> Router<Admin> {
    Router::new()
        .merge(approvals::routes())
        .merge(audit::routes())
        .merge(cases::routes())
        .merge(customers::routes())
        .merge(enrol::routes())
        .merge(everyone::routes())
        .merge(idle::routes())
        .merge(me::routes())
        .merge(prove::routes())
        .merge(sign_in::routes())
        .merge(staff::routes())
        .merge(taste::routes())
        .merge(terms::routes())
        .merge(today::routes())
}
