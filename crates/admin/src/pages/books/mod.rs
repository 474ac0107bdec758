//! The books: how far the general ledger is behind, which days are closed, where books differ, and
//! by which accounts everything is booked.

mod breaks;
mod chart;
mod days;
mod fees;
mod names;
mod queue;
mod resolve;

use accounting::day_close::BusinessDay;
use accounting::desk::Overview;
use accounting::export::Lag;
use accounting::reconciliation::OpenBreaks;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, Tile, facts, panel, panel_with, tab_links, tiles};
use ui::{Banner, Segment, Tone, empty_state, format};

use self::names::{age, ago, kind_badge};
use super::common::time;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) use self::names::{how_name, kind_name, named_book};

/// Every page of the books stands below this one.
const PATH: &str = "/books";
/// How many of the last days stand on the first page.
const DAYS_SHOWN: usize = 7;
/// What is waiting this long is late: documents leave within seconds while the other side answers.
const LATE_SECONDS: i64 = 300;

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/books", get(overview))
        .merge(breaks::routes())
        .merge(chart::routes())
        .merge(days::routes())
        .merge(fees::routes())
        .merge(queue::routes())
        .merge(resolve::routes())
}

/// The parts of the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Overview,
    Queue,
    Days,
    Breaks,
    Fees,
    Chart,
}

/// The ways between the parts.
fn tabs(words: Words, current: Part) -> Markup {
    let parts = [
        (Part::Overview, PATH, t!(words, "books-overview")),
        (Part::Queue, queue::PATH, t!(words, "books-queue")),
        (Part::Days, days::PATH, t!(words, "books-days")),
        (Part::Breaks, breaks::PATH, t!(words, "books-breaks")),
        (Part::Fees, fees::PATH, t!(words, "books-fees")),
        (Part::Chart, chart::PATH, t!(words, "books-chart")),
    ];
    let segments: Vec<_> = parts
        .iter()
        .map(|(part, href, text)| Segment { href, text, current: *part == current })
        .collect();
    tab_links(&t!(words, "books-tabs"), &segments)
}

/// A page of the books.
fn page(words: Words, title: impl Into<String>) -> Page {
    Page::new(title).at(At::Books).under(PATH, t!(words, "books-title"))
}

async fn overview(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let books = admin.books().overview(&view.ctx).await?;
    let checks = admin.payments().fee_checks(&view.ctx).await?;
    let days: Vec<_> = books.days.iter().take(DAYS_SHOWN).collect();
    let main = html! {
        (tabs(words, Part::Overview))
        (standing(&view, &books.lag))
        (numbers(words, &books))
        (panel_with(&t!(words, "books-abs"), &html! {}, &known(&view, &books)))
        (panel(&t!(words, "books-days-last"), &html! {}, &day_list(&view, &days)))
        (panel(&t!(words, "books-breaks-open"), &html! {}, &by_kind(&view, &books.breaks)))
        (fees::summary(&view, &checks))
    };
    Ok(Page::new(t!(words, "books-title")).at(At::Books).main(main).respond(&view))
}

/// How far the core banking system is behind, in a sentence.
fn standing(view: &View, lag: &Lag) -> Markup {
    let words = view.words;
    let stuck = lag.rejected.saturating_add(lag.unmapped);
    let late = lag.seconds(view.ctx.now()) > LATE_SECONDS;
    let (tone, title, text) = if stuck > 0 {
        (Tone::Bad, t!(words, "books-stuck"), t!(words, "books-stuck-text"))
    } else if late {
        (Tone::Warn, t!(words, "books-late"), t!(words, "books-late-text"))
    } else if lag.documents > 0 || lag.unread > 0 {
        (Tone::Info, t!(words, "books-on-the-way"), String::new())
    } else {
        (Tone::Good, t!(words, "books-all-there"), String::new())
    };
    html! {
        (Banner::new(tone, &title, &text))
        @if lag.unknown {
            (Banner::new(Tone::Warn, &t!(words, "books-unknown"), &t!(words, "books-unknown-text")))
        }
    }
}

fn numbers(words: Words, books: &Overview) -> Markup {
    let open = books.breaks.iter().fold(0_i64, |sum, kind| sum.saturating_add(kind.count));
    let texts = [
        t!(words, "books-waiting"),
        t!(words, "books-rejected"),
        t!(words, "books-unmapped"),
        t!(words, "books-accounts"),
        t!(words, "books-breaks-open"),
    ];
    let [waiting, rejected, unmapped, accounts, breaks] = &texts;
    let tile = |href, icon, label, value: i64| Tile {
        href: Some(href),
        icon,
        label,
        value: value.to_string(),
    };
    tiles(&[
        tile(queue::PATH, "hourglass", waiting, books.lag.documents),
        tile(queue::PATH, "prohibit", rejected, books.lag.rejected),
        tile(queue::PATH, "question", unmapped, books.lag.unmapped),
        tile(queue::PATH, "identification-card", accounts, books.lag.accounts),
        tile(breaks::PATH, "git-diff", breaks, open),
    ])
}

/// What is known of the core banking system.
fn known(view: &View, books: &Overview) -> Markup {
    let words = view.words;
    let lag = &books.lag;
    let texts = [
        t!(words, "books-open-day"),
        t!(words, "books-since"),
        t!(words, "books-unread"),
        t!(words, "books-last-error"),
    ];
    let [open_day, since, unread, error] = &texts;
    let mut lines = Vec::new();
    lines.push(match books.open_day {
        Some(day) => Fact::markup(
            open_day,
            html! { a href=(days::path(day)) { (format::day(view.lang(), day)) } },
        ),
        None => Fact::text(open_day, &t!(words, "books-nothing-yet")),
    });
    if let Some(at) = lag.oldest {
        lines.push(Fact::markup(since, html! { (time(view, at)) " · " (ago(view, at)) }));
    }
    lines.push(Fact::text(unread, &lag.unread.to_string()));
    if let Some(text) = &lag.last_error {
        lines.push(Fact::markup(error, html! { span.mono { (text) } }));
    }
    facts(&lines)
}

/// Days, each with how it ended.
fn day_list(view: &View, ended: &[&BusinessDay]) -> Markup {
    let words = view.words;
    if ended.is_empty() {
        return empty_state("calendar-blank", "", &t!(words, "books-days-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "books-day")),
        Column::number(t!(words, "books-documents")),
        Column::time(t!(words, "books-frozen-at")),
        Column::time(t!(words, "books-closed-at")),
        Column::text(t!(words, "books-state")),
    ];
    let rows = ended.iter().map(|ended| {
        Cells::linked(&days::path(ended.day), &format::day(view.lang(), ended.day))
            .text(&ended.documents.to_string())
            .cell(time(view, ended.frozen_at))
            .cell(html! {
                @match ended.closed_at {
                    Some(at) => (time(view, at)),
                    None => span.dim { "–" },
                }
            })
            .cell(days::state(words, Some(ended)))
    });
    Table::new(&t!(words, "books-days"), &columns).rows(rows).render()
}

/// Open differences by book and kind, with how old the oldest of each is.
fn by_kind(view: &View, breaks: &[OpenBreaks]) -> Markup {
    let words = view.words;
    if breaks.is_empty() {
        return empty_state("check-circle", "", &t!(words, "books-breaks-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "break-kind")),
        Column::text(t!(words, "break-book")),
        Column::number(t!(words, "break-count")),
        Column::number(t!(words, "break-sum")),
        Column::time(t!(words, "break-oldest")),
    ];
    let now = view.ctx.now();
    let rows = breaks.iter().map(|open| {
        Cells::plain(kind_badge(words, open.kind))
            .text(&named_book(words, &open.book))
            .text(&open.count.to_string())
            .text(&format::money(view.lang(), open.difference))
            .cell(html! {
                (time(view, open.oldest))
                span.sub { (age(words, now.day().days_since(open.oldest.day()))) }
            })
    });
    Table::new(&t!(words, "books-breaks-open"), &columns).rows(rows).render()
}
