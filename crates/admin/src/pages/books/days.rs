//! Business days: how each ended, and what was booked on it by product and account of the chart.

use accounting::day_close::{AccountSum, BusinessDay, DaySum, ProductSum, Unconfirmed};
use accounting::desk::DayView;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::{Code, Day, Money, Result};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with};
use ui::{Banner, Tone, badge, empty_state, format};

use super::names::product_name;
use super::{Part, day_list, page, tabs};
use crate::Admin;
use crate::pages::common::time;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) const PATH: &str = "/books/days";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/books/days", get(list)).route("/books/days/{day}", get(show))
}

fn business_day(text: &str) -> Result<Day> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// The address of a day.
pub(super) fn path(day: Day) -> String {
    format!("{PATH}/{day}")
}

/// How a day stands.
pub(super) fn state(words: Words, ended: Option<&BusinessDay>) -> Markup {
    match ended.map(|ended| ended.closed_at) {
        None => badge(Tone::Info, &t!(words, "day-open")),
        Some(None) => badge(Tone::Warn, &t!(words, "day-frozen")),
        Some(Some(_)) => badge(Tone::Good, &t!(words, "day-closed")),
    }
}

async fn list(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let books = admin.books().overview(&view.ctx).await?;
    let ended: Vec<_> = books.days.iter().collect();
    let open_text = t!(words, "books-open-day");
    let main = html! {
        (tabs(words, Part::Days))
        @if let Some(day) = books.open_day {
            @let link = html! { a href=(path(day)) { (format::day(view.lang(), day)) } };
            (panel_with(&open_text, &html! {}, &link))
        }
        (panel(&t!(words, "books-days"), &html! {}, &day_list(&view, &ended)))
    };
    Ok(page(words, t!(words, "books-days")).main(main).respond(&view))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(day): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let day = admin.books().day(&view.ctx, business_day(&day)?).await?;
    let main = html! {
        (tabs(words, Part::Days))
        (waits(&view, &day))
        (panel_with(&t!(words, "books-state"), &html! {}, &known(&view, &day)))
        (panel(&t!(words, "day-accounts"), &html! {}, &accounts(&view, &day.accounts)))
        (panel(&t!(words, "day-products"), &html! {}, &products(&view, &day.products)))
        (panel(&t!(words, "day-sums"), &html! {}, &sums(&view, &day.sums)))
    };
    Ok(page(words, format::day(view.lang(), day.day))
        .under(PATH, t!(words, "books-days"))
        .beside(state(words, day.ended.as_ref()))
        .main(main)
        .respond(&view))
}

/// What keeps a day that is over from being closed.
fn waits(view: &View, day: &DayView) -> Markup {
    let words = view.words;
    let Unconfirmed { waiting, unmapped, rejected } = day.unconfirmed;
    let closed = day.ended.is_some_and(|ended| ended.closed_at.is_some());
    let over = day.day < view.ctx.now().day();
    if closed || !over {
        return html! {};
    }
    let text = t!(
        words,
        "day-waits-text",
        waiting = waiting.to_string(),
        unmapped = unmapped.to_string(),
        rejected = rejected.to_string()
    );
    if day.unconfirmed == Unconfirmed::default() {
        let (title, text) = (t!(words, "day-not-yet"), t!(words, "day-not-yet-text"));
        return Banner::new(Tone::Info, &title, &text).render();
    }
    Banner::new(Tone::Warn, &t!(words, "day-waits"), &text).render()
}

fn known(view: &View, day: &DayView) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "books-documents"),
        t!(words, "books-frozen-at"),
        t!(words, "books-closed-at"),
        t!(words, "day-difference"),
    ];
    let [documents, frozen, closed, difference] = &texts;
    let counted = day.products.iter().fold(0_i64, |sum, of| sum.saturating_add(of.documents));
    let mut lines = vec![Fact::text(documents, &counted.to_string())];
    if let Some(ended) = &day.ended {
        lines.push(Fact::markup(frozen, time(view, ended.frozen_at)));
        if let Some(at) = ended.closed_at {
            lines.push(Fact::markup(closed, time(view, at)));
            // Otherwise it would not be closed.
            lines.push(Fact::text(difference, "0"));
        }
    }
    facts(&lines)
}

fn accounts(view: &View, moved: &[AccountSum]) -> Markup {
    let words = view.words;
    if moved.is_empty() {
        return nothing(words);
    }
    let columns = [
        Column::text(t!(words, "day-account")),
        Column::number(t!(words, "day-debits")),
        Column::number(t!(words, "day-credits")),
    ];
    let rows = moved.iter().map(|sum| {
        let money = |minor| format::money(view.lang(), Money::new(minor, sum.asset));
        Cells::plain(html! { span.mono { (sum.account) } })
            .beside(&html! { " " span.dim { (sum.asset.code()) } })
            .text(&money(sum.moved.debits))
            .text(&money(sum.moved.credits))
    });
    Table::new(&t!(words, "day-accounts"), &columns).rows(rows).render()
}

fn products(view: &View, sums: &[ProductSum]) -> Markup {
    let words = view.words;
    if sums.is_empty() {
        return nothing(words);
    }
    let columns = [
        Column::text(t!(words, "day-product")),
        Column::text(t!(words, "day-debit")),
        Column::text(t!(words, "day-credit")),
        Column::number(t!(words, "books-documents")),
        Column::number(t!(words, "day-posted")),
        Column::number(t!(words, "queue-amount")),
    ];
    let rows = sums.iter().map(|sum| {
        let product = product_name(words, &sum.product);
        Cells::plain(html! { (product) })
            .cell(html! { span.mono { (sum.debit) } })
            .cell(html! { span.mono { (sum.credit) } })
            .text(&sum.documents.to_string())
            .text(&sum.posted.to_string())
            .text(&format::money(view.lang(), sum.amount))
    });
    Table::new(&t!(words, "day-products"), &columns).rows(rows).render()
}

/// The documents that move on what was gathered over the day.
fn sums(view: &View, sums: &[DaySum]) -> Markup {
    let words = view.words;
    if sums.is_empty() {
        return empty_state("file-text", "", &t!(words, "day-sums-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "day-product")),
        Column::text(t!(words, "day-debit")),
        Column::text(t!(words, "day-credit")),
        Column::number(t!(words, "queue-amount")),
        Column::text(t!(words, "books-state")),
    ];
    let rows = sums.iter().map(|sum| {
        let product = product_name(words, &sum.product);
        let (tone, text) = if sum.posted {
            (Tone::Good, t!(words, "day-sum-posted"))
        } else {
            (Tone::Warn, t!(words, "day-sum-waits"))
        };
        Cells::plain(html! { (product) })
            .cell(html! { span.mono { (sum.sides.debit) } })
            .cell(html! { span.mono { (sum.sides.credit) } })
            .text(&format::money(view.lang(), sum.amount))
            .cell(badge(tone, &text))
    });
    Table::new(&t!(words, "day-sums"), &columns).rows(rows).render()
}

fn nothing(words: Words) -> Markup {
    empty_state("file-text", "", &t!(words, "day-nothing"), &html! {})
}
