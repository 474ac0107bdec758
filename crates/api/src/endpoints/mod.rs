//! The endpoints, one file each.

mod account;
mod accounts;
mod balance;
mod docs;
mod health;
mod me;
mod open_account;
mod operations;
mod problems;
mod sign_in;
mod sign_out;
mod sign_up_complete;
mod sign_up_resend;
mod sign_up_start;
mod sign_up_verify;
mod statement;
mod token_refresh;
mod transfer;
mod transfer_confirm;
mod transfer_preview;

use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Api, openapi};

/// What stands in the OpenAPI document.
pub(crate) fn documented() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(sign_up_start::start_sign_up))
        .routes(routes!(sign_up_resend::resend_sign_up_code))
        .routes(routes!(sign_up_verify::verify_sign_up_code))
        .routes(routes!(sign_up_complete::complete_sign_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(token_refresh::refresh_tokens))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(me::get_me))
        .routes(routes!(open_account::open_account, accounts::list_accounts))
        .routes(routes!(account::get_account))
        .routes(routes!(balance::get_balance))
        .routes(routes!(statement::get_statement))
        .routes(routes!(transfer_preview::preview_transfer))
        .routes(routes!(transfer_confirm::confirm_transfer))
        .routes(routes!(transfer::get_transfer))
        .routes(routes!(operations::list_operations))
        .routes(routes!(problems::explain_problem))
        .routes(routes!(health::get_live))
        .routes(routes!(health::get_ready))
}

/// The document itself and the pages around it.
pub(crate) fn undocumented() -> Router<Api> {
    Router::new()
        .route("/", get(docs::front))
        .route("/openapi.json", get(docs::document))
        .route("/docs", get(docs::to_docs))
        .route("/docs/", get(docs::index))
        .route("/docs/{*file}", get(docs::file))
}
