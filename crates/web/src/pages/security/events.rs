//! What happened to one's own protection, in plain words.

use axum::extract::State;
use axum::response::Response;
use edge::Reply;
use identity::{Factor, SecurityEvent};
use kernel::Result;
use maud::{Markup, Render, html};
use ui::{Banner, Button, Row, Tone, lead_icon, list};

use super::SECURITY;
use crate::Web;
use crate::pages::common::when;
use crate::pages::factor;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// Events of the whole page, and of the security centre.
const ALL: u16 = 50;
const FEW: usize = 4;
/// The acts of which some have words. What else the log has of a customer, as whoever of the bank
/// looked at them, is not theirs to see, and must not push out what is.
const ACTS: [&str; 18] = [
    "session.began",
    "session.ended",
    "sign_in.password",
    "sign_in.answer",
    "password.changed",
    "password.reset",
    "contact.changed",
    "contact.removed",
    "document.declared",
    "customer.see_document",
    "customer.frozen",
    "customer.unfrozen",
    "recovery.given",
    "factor.added",
    "factor.renewed",
    "factor.removed",
    "limit.moved",
    "limit.moved_for_a_time",
];

/// An event that has words.
struct Told {
    icon: &'static str,
    text: String,
    event: SecurityEvent,
}

async fn told(web: &Web, view: &View) -> Result<Vec<Told>> {
    let events = web.identity().security_events(&view.ctx, &ACTS, ALL).await?;
    let told = events.into_iter().filter_map(|event| {
        let (icon, text) = words_of(view.words, &event)?;
        Some(Told { icon, text, event })
    });
    Ok(told.collect())
}

/// What to say of an event. Nothing of what only the bank has to do with.
fn words_of(words: Words, event: &SecurityEvent) -> Option<(&'static str, String)> {
    let fact = |name| event.fact(name).unwrap_or_default();
    Some(match (event.action.as_str(), event.done) {
        ("session.began", true) => ("user", t!(words, "event-signed-in")),
        ("sign_in.password" | "sign_in.answer", false) => {
            ("warning", t!(words, "event-sign-in-refused"))
        }
        ("session.ended", true) => ("sign-out", t!(words, "event-signed-out")),
        ("password.changed", true) => ("key", t!(words, "event-password-changed")),
        ("password.changed", false) => ("warning", t!(words, "event-password-wrong")),
        ("password.reset", true) => ("key", t!(words, "event-password-reset")),
        ("password.reset", false) => ("warning", t!(words, "event-reset-refused")),
        ("contact.changed", true) if fact("contact") == "email" && fact("change") == "create" => {
            ("envelope-simple", t!(words, "event-email-added"))
        }
        ("contact.changed", true) if fact("contact") == "email" => {
            ("envelope-simple", t!(words, "event-email-changed"))
        }
        ("contact.changed", true) => ("phone", t!(words, "event-phone-changed")),
        ("contact.removed", true) => ("envelope-simple", t!(words, "event-email-removed")),
        ("document.declared", true) => ("identification-card", t!(words, "event-document")),
        ("customer.see_document", true) if fact("change") == "seen" => {
            ("identification-card", t!(words, "event-document-seen"))
        }
        ("customer.frozen", true) => ("snowflake", t!(words, "event-frozen")),
        ("customer.unfrozen", true) => ("check", t!(words, "event-unfrozen")),
        ("limit.moved" | "limit.moved_for_a_time", true) => {
            ("chart-bar", t!(words, "event-limit-moved"))
        }
        ("recovery.given", true) => ("bank", t!(words, "event-recovery-given")),
        ("factor.added" | "factor.renewed", true) => {
            ("shield-check", t!(words, "event-factor-added", name = factor(words, event)))
        }
        ("factor.removed", true) => {
            ("shield-warning", t!(words, "event-factor-removed", name = factor(words, event)))
        }
        _ => return None,
    })
}

/// What the factor of an event is called.
fn factor(words: Words, event: &SecurityEvent) -> String {
    let known = event.object().and_then(Factor::parse);
    known.map_or_else(String::new, |known| factor::name(words, known))
}

fn row(view: &View, told: &Told) -> Markup {
    Row::new(&told.text).sub(&when(view, told.event.at)).lead(lead_icon(told.icon)).render()
}

/// The last few, for the security centre.
pub(super) async fn few(web: &Web, view: &View) -> Result<Markup> {
    let told = told(web, view).await?;
    let rows: Vec<_> = told.iter().take(FEW).map(|told| row(view, told)).collect();
    Ok(html! { @if !rows.is_empty() { (list("", &rows)) } })
}

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let told = told(&web, &view).await?;
    let rows: Vec<_> = told.iter().map(|told| row(&view, told)).collect();
    let title = t!(words, "security-happened");
    let (not_me, text) = (t!(words, "sessions-not-me"), t!(words, "event-not-me"));
    let main = html! {
        (list(&title, &rows))
        (Banner::new(Tone::Warn, &not_me, &text).action(html! {
            (Button::danger(&t!(words, "freeze-title")).href("/security/freeze").icon("snowflake"))
        }))
    };
    Ok(Page::new(&title).back(SECURITY).main(main).respond(&view))
}
