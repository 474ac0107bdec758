//! For whoever has no proof at hand: what to bring to the bank.

use axum::extract::State;
use axum::response::Response;
use maud::{Render, html};
use ui::{Banner, Button, Tone, form_actions, format, points, section};

use crate::Web;
use crate::pages::help;
use crate::shell::Page;
use crate::view::View;
use crate::words::t;

pub(super) async fn show(State(web): State<Web>, view: View) -> Response {
    let words = view.words;
    let phone = &web.bank().phone;
    let call = t!(words, "help-call", phone = format::phone(phone));
    let bring = [
        ("identification-card", t!(words, "branch-document")),
        ("device-mobile", t!(words, "branch-phone")),
    ];
    let bring: Vec<_> = bring.iter().map(|(sign, text)| (*sign, text.as_str())).collect();
    let title = t!(words, "branch-bring");
    let main = html! {
        p.lead-in { (t!(words, "branch-text")) }
        (section(&title, None, &html! { div.card { (points(&title, &bring)) } }))
        (help::contacts(words, web.bank()))
        (Banner::new(Tone::Warn, &t!(words, "branch-money"), &t!(words, "branch-danger")))
        (form_actions(&Button::primary(&call).href(&help::dialled(phone)).icon("phone").render()))
    };
    Page::new(t!(words, "branch-title")).back("/reset").main(main).respond(&view)
}
