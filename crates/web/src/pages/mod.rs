//! The screens: one file each, with its routes.

mod account;
mod activity;
pub(crate) mod common;
mod design;
mod device;
mod documents;
mod events;
mod exchange;
mod factor;
pub(crate) mod failure;
mod help;
mod home;
mod language;
pub(crate) mod limits;
mod month;
mod moving;
mod operation;
mod pay;
mod products;
mod profile;
mod rates;
mod reset;
mod security;
mod sign_in;
mod sign_up;
mod verify;
mod welcome;

use axum::Router;

use crate::Web;
pub(crate) use security::{FREEZE, FROZEN};

/// The routes of every screen; of the design system only in development.
pub(crate) fn routes(development: bool) -> Router<Web> {
    let routes = Router::new()
        .merge(account::routes())
        .merge(activity::routes())
        .merge(device::routes())
        .merge(documents::routes())
        .merge(events::routes())
        .merge(exchange::routes())
        .merge(help::routes())
        .merge(home::routes())
        .merge(language::routes())
        .merge(limits::routes())
        .merge(operation::routes())
        .merge(pay::routes())
        .merge(products::routes())
        .merge(profile::routes())
        .merge(rates::routes())
        .merge(reset::routes())
        .merge(security::routes())
        .merge(sign_in::routes())
        .merge(sign_up::routes())
        .merge(verify::routes())
        .merge(welcome::routes());
    if development { routes.merge(design::routes()) } else { routes }
}
