//! Contacts and frequent questions.

mod topics;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use documents::BankRequisites;
use edge::Reply;
use kernel::{Code, Lang};
use maud::{Markup, Render, html};
use ui::{
    Button, KeyValue, Row, card, chevron, form_actions, format, key_values, lead_icon, list, prose,
    section,
};

use crate::Web;
use crate::shell::{Page, Tab};
use crate::view::View;
use crate::words::{Words, t};

use topics::{TOPICS, Topic};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/help", get(index)).route("/help/{topic}", get(show))
}

async fn index(State(web): State<Web>, view: View) -> Response {
    let words = view.words;
    let page = Page::new(t!(words, "help-title")).tab(Tab::Help).main(html! {
        (section(&t!(words, "help-topics"), None, &links(view.lang(), None)))
        (list("", &[verify(words)]))
        (section(&t!(words, "help-contacts"), None, &contacts(words, web.bank())))
    });
    // The tab bar is for those who are signed in; the others came from the welcome.
    let page = if view.signed_in() { page } else { page.back("/welcome") };
    page.respond(&view)
}

async fn show(
    State(web): State<Web>,
    view: View,
    topic: Result<Path<String>, PathRejection>,
) -> Reply<Response> {
    let Path(id) = topic.map_err(|_| Code::NotFound)?;
    let topic = TOPICS.iter().find(|topic| topic.id == id).ok_or(Code::NotFound)?;
    let text = topic.text(view.lang()).ok_or(Code::NotFound)?;
    let (words, bank) = (view.words, web.bank());
    let call = t!(words, "help-call", phone = format::phone(&bank.phone));
    let tel = dialled(&bank.phone);
    let call = html! {
        (form_actions(&html! { (Button::quiet(&call).href(&tel).icon("phone")) }))
    };
    let page = Page::new(text.title).tab(Tab::Help).back("/help").main(html! {
        (prose(&text.body))
        (section(&t!(words, "help-not-solved"), None, &call))
        (section(&t!(words, "help-others"), None, &links(view.lang(), Some(topic))))
    });
    Ok(page.respond(&view))
}

/// The questions, without the one that is open.
fn links(lang: Lang, open: Option<&Topic>) -> Markup {
    let others = TOPICS.iter().filter(|topic| open.is_none_or(|open| open.id != topic.id));
    let rows = others.filter_map(|topic| {
        let text = topic.text(lang)?;
        let href = format!("/help/{}", topic.id);
        let row = Row::new(&text.title).href(&href).lead(lead_icon(topic.icon));
        Some(row.trail(chevron()).render())
    });
    list("", &rows.collect::<Vec<_>>())
}

fn verify(words: Words) -> Markup {
    let (title, text) = (t!(words, "help-verify"), t!(words, "help-verify-text"));
    let row = Row::new(&title).sub(&text).href("/verify").lead(lead_icon("qr-code"));
    row.trail(chevron()).render()
}

pub(in crate::pages) fn contacts(words: Words, bank: &BankRequisites) -> Markup {
    let keys = [
        t!(words, "help-phone"),
        t!(words, "help-address"),
        t!(words, "help-bank"),
        t!(words, "help-licence"),
    ];
    let [phone, address, name, licence] = &keys;
    let number = html! {
        a href=(dialled(&bank.phone)) { (format::phone(&bank.phone)) }
    };
    // An address is written as it is registered, whatever the language of the page.
    let place = html! { span lang=(Lang::Uz.tag()) { (bank.address) } };
    card(&key_values(&[
        KeyValue::markup(phone, number),
        KeyValue::markup(address, place),
        KeyValue::text(name, &format!("{} {}", bank.name, bank.legal_form)),
        KeyValue::text(licence, &bank.licence),
    ]))
}

/// The address that dials a number (RFC 3966): without the spaces people read it by.
pub(in crate::pages) fn dialled(phone: &str) -> String {
    let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dialled_without_what_they_are_read_by() {
        for (phone, address) in [
            ("+998 71 200 00 00", "tel:+998712000000"),
            ("+998 (71) 200-00-00", "tel:+998712000000"),
            ("1200", "tel:1200"),
        ] {
            assert_eq!(dialled(phone), address);
        }
    }
}
