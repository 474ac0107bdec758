//! The limits that count a customer: how much of each is used, who set it, and the ways to move
//! those that the bank may move for a time.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::{CustomerId, Money};
use limits::document::Window;
use maud::{Markup, Render, html};
use payments::{LimitOf, LimitSetBy, LimitView};
use ui::panel::{Cells, Column, Table, panel};
use ui::{Banner, Tone, empty_state, format};

use super::super::common::{time, when};
use super::profile::who;
use super::{Part, Standing, customer_id, page};
use crate::Admin;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers/{id}/limits", get(show))
}

/// Where a customer's limits stand.
pub(super) fn path(id: CustomerId) -> String {
    format!("/customers/{id}/limits")
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let (id, words) = (customer_id(&id)?, view.words);
    let limits = admin.payments().customer_limits(&view.ctx, id).await?;
    let who = who(words, &admin.desk().profile(&view.ctx, id).await?);
    let title = t!(words, "customer-limits");
    let listed = if limits.is_empty() {
        let texts = [t!(words, "limits-none"), t!(words, "limits-none-text")];
        let [none, text] = &texts;
        empty_state("chart-bar", none, text, &html! {})
    } else {
        let left = who.standing == Standing::Closed;
        table(&view, &title, limits.iter().map(|limit| row(&view, (id, left), limit)))
    };
    let content = html! {
        (notice(words, who.standing))
        (panel(&title, &html! {}, &listed))
    };
    Ok(page(&view, &who, Part::Limits, &content).respond(&view))
}

/// What a customer's standing means for their limits.
pub(super) fn notice(words: Words, standing: Standing) -> Markup {
    let (tone, text) = match standing {
        Standing::Active => return html! {},
        Standing::Frozen => (Tone::Warn, t!(words, "limits-frozen")),
        Standing::Closed => (Tone::Info, t!(words, "limits-closed")),
    };
    Banner::new(tone, &text, "").render()
}

fn table(view: &View, title: &str, rows: impl Iterator<Item = Cells>) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "limit")),
        Column::number(t!(words, "limit-ceiling")),
        Column::number(t!(words, "limit-of-bank")),
        Column::number(t!(words, "limit-used")),
        Column::number(t!(words, "limit-left")),
        Column::text(t!(words, "limit-set-by")),
        Column::time(t!(words, "limit-moved-until")),
    ];
    Table::new(title, &columns).rows(rows).render()
}

fn row(view: &View, (id, left): (CustomerId, bool), limit: &LimitView) -> Cells {
    let words = view.words;
    let head = if limit.is_movable() && !left {
        Cells::linked(&format!("{}/{}", path(id), limit.name), &limit.title)
    } else {
        Cells::plain(html! { (limit.title) })
    };
    let counts = format!("{} · {}", whose(words, limit), window(view, limit));
    let head = head.beside(&html! {
        span.sub { (counts) }
        @if let Some(why) = fixed(words, limit) { span.sub { (why) } }
        @if let Some(coming) = coming(view, limit) { span.sub { (coming) } }
    });
    let figure = |minor| number(view, limit, minor);
    // Of what is counted one by one, nothing is used up.
    let [used, remaining] = if adds_up(limit) {
        [figure(limit.used), figure(limit.remaining)]
    } else {
        [(); 2].map(|()| "–".to_owned())
    };
    head.text(&figure(limit.ceiling))
        .text(&figure(limit.bank_ceiling))
        .text(&used)
        .text(&remaining)
        .text(&set_by(words, limit.set_by))
        .cell(html! {
            @match limit.temporary_until {
                Some(until) => (time(view, until)),
                None => span.dim { "–" },
            }
        })
}

/// Why the bank moves a limit for nobody.
pub(super) fn fixed(words: Words, limit: &LimitView) -> Option<String> {
    if limit.by_law {
        Some(t!(words, "limit-of-law"))
    } else if limit.settable {
        None
    } else {
        Some(t!(words, "limit-not-theirs"))
    }
}

/// What the customer wants to hold later.
fn coming(view: &View, limit: &LimitView) -> Option<String> {
    let (ceiling, from) = limit.coming?;
    let most = number(view, limit, ceiling.unwrap_or(limit.bank_ceiling));
    Some(t!(view.words, "limit-coming", most = most, when = when(view, from)))
}

pub(super) fn adds_up(limit: &LimitView) -> bool {
    limit.is_balance || (limit.window != Window::Operation && limit.of != LimitOf::Payee)
}

/// Whose operations are added up.
pub(super) fn whose(words: Words, limit: &LimitView) -> String {
    match &limit.of {
        LimitOf::Customer => t!(words, "limit-of-customer"),
        LimitOf::Kind(kind) if *kind == payments::exchange::KIND => {
            t!(words, "limit-of-exchange")
        }
        LimitOf::Kind(_) => t!(words, "limit-of-transfers"),
        LimitOf::Account(own) => t!(words, "limit-of-account", tail = format::tail(&own.tail)),
        LimitOf::Device => t!(words, "limit-of-device"),
        LimitOf::Payee => t!(words, "limit-of-payee"),
    }
}

/// Over which time a limit counts.
pub(super) fn window(view: &View, limit: &LimitView) -> String {
    let words = view.words;
    match limit.window {
        Window::Operation if limit.is_balance => t!(words, "limit-window-balance"),
        Window::Operation => t!(words, "limit-window-operation"),
        Window::Day => t!(words, "limit-window-day"),
        Window::Week => t!(words, "limit-window-week"),
        Window::Month => t!(words, "limit-window-month"),
        Window::RollingDays(days) => t!(words, "limit-window-rolling", days = i64::from(days)),
        Window::Lifetime => t!(words, "limit-window-lifetime"),
    }
}

pub(super) fn set_by(words: Words, set_by: LimitSetBy) -> String {
    match set_by {
        LimitSetBy::Law => t!(words, "limit-by-law"),
        LimitSetBy::Tariff => t!(words, "limit-by-tariff"),
        LimitSetBy::Staff => t!(words, "limit-by-staff"),
        LimitSetBy::Customer => t!(words, "limit-by-customer"),
    }
}

/// A number of what a limit counts.
pub(super) fn number(view: &View, limit: &LimitView, number: i64) -> String {
    match limit.asset {
        Some(asset) => format::money(view.lang(), Money::new(number, asset)),
        None => t!(view.words, "limit-operations", count = number),
    }
}
