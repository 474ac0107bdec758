//! By which accounts of the chart each leg of the bank's postings is booked, as a table to read. It
//! is changed where everything is that the bank goes by.

use accounting::chart::{BOOK, Line, Side};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::Permission;
use maud::{Markup, Render, html};
use payments::postings::Leg;
use ui::panel::{Cells, Column, Table, panel};
use ui::{Button, empty_state};

use super::{Part, page, tabs};
use crate::Admin;
use crate::pages::common::time;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) const PATH: &str = "/books/chart";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/books/chart", get(show))
}

async fn show(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let chart = admin.books().chart(&view.ctx).await?;
    let title = t!(words, "books-chart");
    let main = html! {
        (tabs(words, Part::Chart))
        @match &chart {
            Some((_, chart)) => (panel(&title, &html! {}, &lines(words, &chart.lines))),
            None => section.card {
                (empty_state("bank", &t!(words, "chart-none"), &t!(words, "chart-none-text"),
                    &html! {}))
            },
        }
    };
    let page = page(words, title).actions(way(&view)).main(main);
    let page = match &chart {
        Some((edition, _)) => {
            let number = edition.number.to_string();
            page.sub(html! {
                (t!(words, "edition-number", number = number)) " · " (t!(words, "edition-from"))
                " " (time(&view, edition.effective_at))
            })
        }
        None => page,
    };
    Ok(page.respond(&view))
}

/// Where it is changed.
fn way(view: &View) -> Markup {
    let href = format!("/terms/{BOOK}");
    html! {
        @if view.may(Permission::TermsRead) {
            (Button::quiet(&t!(view.words, "chart-change")).icon("note-pencil").href(&href))
        }
    }
}

fn lines(words: Words, lines: &[Line]) -> Markup {
    let columns = [
        Column::text(t!(words, "chart-leg")),
        Column::text(t!(words, "chart-meaning")),
        Column::text(t!(words, "day-debit")),
        Column::text(t!(words, "day-credit")),
        Column::text(t!(words, "chart-through")),
        Column::text(t!(words, "chart-purpose")),
    ];
    let mut lines: Vec<_> = lines.iter().collect();
    lines.sort_by_key(|line| line.leg);
    let rows = lines.into_iter().map(|line| {
        Cells::plain(html! { span.mono { (line.leg) } })
            .cell(html! { (meaning(words, line.leg)) span.sub.mono { (line.name) } })
            .cell(side(words, line.debit))
            .cell(side(words, line.credit))
            .cell(html! {
                @match line.through {
                    Some(account) => span.mono { (account) },
                    None => span.dim { "–" },
                }
            })
            .text(&line.purpose)
    });
    Table::new(&t!(words, "books-chart"), &columns).rows(rows).render()
}

fn side(words: Words, side: Side) -> Markup {
    html! {
        @match side {
            Side::Gl(account) => span.mono { (account) },
            Side::Number => (t!(words, "chart-number")),
        }
    }
}

/// What a leg is for.
fn meaning(words: Words, leg: i16) -> String {
    match Leg::from_code(leg) {
        Some(Leg::CashIn) => t!(words, "leg-cash-in"),
        Some(Leg::InternalTransfer) => t!(words, "leg-transfer"),
        Some(Leg::InternalTransferFee) => t!(words, "leg-transfer-fee"),
        Some(Leg::InternalTransferFeeVat) => t!(words, "leg-transfer-vat"),
        Some(Leg::InternalTransferFeeScheme) => t!(words, "leg-transfer-scheme"),
        Some(Leg::InternalTransferFeeAgent) => t!(words, "leg-transfer-agent"),
        Some(Leg::InternalTransferRefund) => t!(words, "leg-refund"),
        Some(Leg::InternalTransferFeeRefund) => t!(words, "leg-refund-fee"),
        Some(Leg::InternalTransferFeeVatRefund) => t!(words, "leg-refund-vat"),
        Some(Leg::InternalTransferFeeSchemeRefund) => t!(words, "leg-refund-scheme"),
        Some(Leg::InternalTransferFeeAgentRefund) => t!(words, "leg-refund-agent"),
        Some(Leg::ExchangeGiven) => t!(words, "leg-exchange-given"),
        Some(Leg::ExchangeTaken) => t!(words, "leg-exchange-taken"),
        Some(Leg::ExchangeSpread) => t!(words, "leg-exchange-spread"),
        None => t!(words, "leg-unknown"),
    }
}
