//! What somebody sees who is not signed in.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, Render, html};
use ui::{Button, Row, assets, chevron, form_actions, ikat, lead_icon, list};

use crate::Web;
use crate::shell::Page;
use crate::view::{Guest, View};
use crate::words::t;

/// The cloth of the bank itself.
const CLOTH: &[u8] = b"okto";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/welcome", get(show))
}

async fn show(Guest(view): Guest) -> Response {
    Page::new(t!(view.words, "welcome-title")).main(content(&view)).respond(&view)
}

fn content(view: &View) -> Markup {
    let words = view.words;
    let (sign_up, sign_in) = (t!(words, "welcome-sign-up"), t!(words, "sign-in-submit"));
    let promises = [
        ("device-mobile", t!(words, "welcome-transfer"), t!(words, "welcome-transfer-text")),
        ("wallet", t!(words, "welcome-accounts"), t!(words, "welcome-accounts-text")),
        ("shield-check", t!(words, "welcome-statements"), t!(words, "welcome-statements-text")),
    ];
    let promises = promises
        .map(|(icon, title, text)| Row::new(&title).sub(&text).lead(lead_icon(icon)).render());
    let links = [
        ("/help", "question", t!(words, "welcome-help")),
        ("/verify", "qr-code", t!(words, "welcome-verify")),
    ];
    let links = links.map(|(href, icon, title)| {
        Row::new(&title).href(href).lead(lead_icon(icon)).trail(chevron()).render()
    });
    html! {
        p.brand {
            img src=(assets::url("icon.svg")) alt="" width="40" height="40";
            (t!(words, "app-name"))
        }
        (ikat::band(CLOTH))
        (list("", &promises))
        (form_actions(&html! {
            (Button::accent(&sign_up).href("/sign-up"))
            (Button::quiet(&sign_in).href("/sign-in"))
        }))
        (list("", &links))
    }
}
