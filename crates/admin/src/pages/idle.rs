//! Where a page goes by itself when nobody used it for as long as a session lives: what it showed
//! must not stay on a screen that nobody watches.
//!
//! That a page goes here is no request of its employee: two pages at one desk would keep each
//! other, and the session, alive for as long as a session can live.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use edge::{Query, own_path, see_other};
use maud::html;
use ui::Button;

use crate::Admin;
use crate::shell::Page;
use crate::view::View;
use crate::words::t;

/// The address. The door does not count what is asked of it.
pub(crate) const PATH: &str = "/idle";
/// The field that says which page it was.
const NEXT: &str = "next";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/idle", get(show))
}

/// The address for a page.
pub(crate) fn address(page: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{PATH}?{}", query.append_pair(NEXT, page).finish())
}

/// With a session that another page keeps alive: nothing but the way back. Without one, on to the
/// page, which sends to the sign-in.
async fn show(view: View, Query(query): Query) -> Response {
    let next = own_path(query.text(NEXT)).unwrap_or("/");
    if !view.signed_in() {
        return see_other(next);
    }
    let words = view.words;
    let main = html! {
        p.head-sub { (t!(words, "idle-over-text")) }
        (Button::primary(&t!(words, "idle-over-back")).href(next))
    };
    Page::new(t!(words, "idle-over-title")).main(main).respond(&View { employee: None, ..view })
}
