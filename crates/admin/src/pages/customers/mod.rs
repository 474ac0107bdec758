//! Customers: found, seen, kept safe.

mod document;
mod freeze;
mod limit;
mod limits;
mod phone;
mod profile;
mod propose;
mod refund;
mod search;
mod security;

use axum::Router;
use identity::UserStatus;
use kernel::{Code, CustomerId, Permission, Result};
use maud::{Markup, html};
use ui::panel::tab_links;
use ui::{Button, Segment, Tone};

use super::common::badges;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::View;
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .merge(document::routes())
        .merge(freeze::routes())
        .merge(limit::routes())
        .merge(limits::routes())
        .merge(phone::routes())
        .merge(profile::routes())
        .merge(propose::routes())
        .merge(refund::routes())
        .merge(search::routes())
        .merge(security::routes())
}

/// The customer that an address names.
pub(super) fn customer_id(text: &str) -> Result<CustomerId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// The parts of a customer's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Profile,
    Security,
    Limits,
}

/// How a customer stands with the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    Frozen,
    Closed,
}

impl Standing {
    /// Of a customer whose way into the bank stands so.
    pub const fn of(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Frozen => Self::Frozen,
            UserStatus::Closed => Self::Closed,
        }
    }

    /// Its badge.
    pub fn badge(self, view: &View) -> Markup {
        let words = view.words;
        let (tone, text) = match self {
            Self::Active => (Tone::Good, t!(words, "customer-active")),
            Self::Frozen => (Tone::Bad, t!(words, "customer-frozen")),
            Self::Closed => (Tone::Info, t!(words, "customer-closed")),
        };
        badges(&[(tone, text)])
    }
}

/// Whose page it is.
struct Who {
    id: CustomerId,
    name: String,
    standing: Standing,
    /// Whether their data was erased: a customer has a phone for as long as there is any.
    erased: bool,
    /// Whether they declared an identity document.
    document: bool,
}

/// The frame of every part of a customer's page: who it is, what can be done, the parts.
fn page(view: &View, who: &Who, part: Part, content: &Markup) -> Page {
    let words = view.words;
    let main = html! {
        (tabs(view, who.id, part))
        (content)
    };
    let window = match part {
        Part::Profile => t!(words, "customer-profile"),
        Part::Security => t!(words, "customer-security"),
        Part::Limits => t!(words, "customer-limits"),
    };
    Page::new(&who.name)
        .called(window)
        .at(At::Customers)
        .under("/customers", t!(words, "customers-title"))
        .beside(who.standing.badge(view))
        .sub(html! { span.mono { (who.id) } })
        .actions(actions(view, who))
        .main(main)
}

/// The frame of a page about one thing of a customer, under that customer's own page. `title` may
/// name them; `window`, which stands in the history of the browser, does not.
fn page_under(view: &View, who: &Who, (title, window): (String, String)) -> Page {
    Page::new(title)
        .called(window)
        .at(At::Customers)
        .under("/customers", t!(view.words, "customers-title"))
        .under(format!("/customers/{}", who.id), who.name.as_str())
}

fn actions(view: &View, who: &Who) -> Markup {
    let words = view.words;
    let id = who.id;
    html! {
        @if who.standing == Standing::Active && view.may(Permission::CustomerFreeze) {
            (Button::danger(&t!(words, "freeze"))
                .icon("snowflake")
                .href(&format!("/customers/{id}/freeze")))
        }
        @if who.document && view.may(Permission::CustomerSeeDocument) {
            (Button::quiet(&t!(words, "document"))
                .icon("identification-card")
                .href(&format!("/customers/{id}/document")))
        }
        (propose::ways(view, who))
    }
}

fn tabs(view: &View, id: CustomerId, part: Part) -> Markup {
    let words = view.words;
    let mut places =
        vec![(format!("/customers/{id}"), t!(words, "customer-profile"), part == Part::Profile)];
    if view.may(Permission::CustomerReadSessions) {
        let at = format!("/customers/{id}/security");
        places.push((at, t!(words, "customer-security"), part == Part::Security));
    }
    if view.may(Permission::LimitTemporaryPropose) {
        places.push((limits::path(id), t!(words, "customer-limits"), part == Part::Limits));
    }
    if view.may(Permission::AuditRead) {
        places.push((format!("/audit?subject={id}"), t!(words, "customer-log"), false));
    }
    let tabs: Vec<_> = places
        .iter()
        .map(|(href, text, current)| Segment { href, text, current: *current })
        .collect();
    tab_links(&t!(words, "customer-tabs"), &tabs)
}
