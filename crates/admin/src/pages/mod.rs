//! The screens: one file each, with its routes.

mod acts;
mod approvals;
mod audit;
mod books;
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
mod rates;
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
        .merge(books::routes())
        .merge(cases::routes())
        .merge(customers::routes())
        .merge(enrol::routes())
        .merge(everyone::routes())
        .merge(idle::routes())
        .merge(me::routes())
        .merge(prove::routes())
        .merge(rates::routes())
        .merge(sign_in::routes())
        .merge(staff::routes())
        .merge(taste::routes())
        .merge(terms::routes())
        .merge(today::routes())
}

/// Whether the form of an address may hold a document of terms: its own, or that of the passkey
/// which the document waits for.
pub(crate) fn takes_a_document(path: &str) -> bool {
    terms::takes_a_document(path) || path == prove::CHALLENGE
}
