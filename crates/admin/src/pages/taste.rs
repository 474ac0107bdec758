//! How a browser likes the panel: the language, the theme, the shortcuts. And what browsers and
//! scripts ask by themselves.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use edge::reports::Reports;
use edge::{Fields, Reply, cookies, own_path, see_other, with_cookie};
use kernel::Code;
use ui::Theme;

use crate::Admin;
use crate::view::{BACK_FIELD, KEYS, SignedIn, TASTE, THEME};

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/language", post(language))
        .route("/me/theme", post(theme))
        .route("/me/shortcuts", post(shortcuts))
        .route("/alive", get(alive))
        .route("/csp-report", post(report))
}

/// Another language. The door has done it before this is asked: the form came without one.
async fn language() -> Reply<Response> {
    Ok(see_other("/"))
}

async fn theme(
    State(admin): State<Admin>,
    SignedIn(_): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let theme = Theme::from_name(fields.text("theme")).ok_or(Code::RequestMalformed)?;
    let cookie = cookies::set(admin.site(), THEME, theme.name(), TASTE)?;
    Ok(with_cookie(see_other(back(&fields)), cookie))
}

async fn shortcuts(
    State(admin): State<Admin>,
    SignedIn(_): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let cookie = match fields.text("shortcuts") {
        "on" => cookies::clear(admin.site(), KEYS)?,
        "off" => cookies::set(admin.site(), KEYS, "off", TASTE)?,
        _ => return Err(Code::RequestMalformed.into()),
    };
    Ok(with_cookie(see_other(back(&fields)), cookie))
}

fn back(fields: &Fields) -> &str {
    own_path(fields.text(BACK_FIELD)).unwrap_or("/me")
}

/// Somebody who reads a long page says that they are still there.
async fn alive(SignedIn(_): SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

static REPORTS: Reports = Reports::of("admin");

/// A browser refused to do something that a page asked for.
async fn report(State(admin): State<Admin>, body: Bytes) -> StatusCode {
    REPORTS.note(&body, admin.clock().now())
}
