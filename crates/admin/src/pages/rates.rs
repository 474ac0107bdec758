//! Exchange rates: what the Central Bank publishes and what the bank makes of it. They hang on the
//! wall of every bank, so every employee sees them.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::{Amount, Asset, Code, Permission, Result};
use maud::{Markup, Render, html};
use pricing::rates::{BOOK, Kept, Listed, Published, Spreads};
use ui::panel::{Cells, Column, Table, panel};
use ui::{Banner, Button, Tone, badge, empty_state, format};

use super::common::time;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

const PATH: &str = "/rates";
/// How many days of the past a history shows.
const HISTORY_DAYS: i64 = 90;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/rates", get(board)).route("/rates/{asset}", get(history))
}

/// A currency that has a rate: any but the one that rates are in.
fn currency(code: &str) -> Result<Asset> {
    let found = Asset::from_code(code).filter(|asset| *asset != Asset::Uzs);
    found.ok_or_else(|| Code::NotFound.into())
}

fn path(asset: Asset) -> String {
    format!("{PATH}/{}", asset.code())
}

/// What one unit is worth by the Central Bank.
fn worth(view: &View, published: &Published) -> Result<String> {
    let one = Amount::parse("1", published.asset)?.money();
    let worth = published.worth(one).ok_or(Code::AmountTooLarge)?;
    Ok(format::money(view.lang(), worth))
}

/// Where the spreads are changed.
fn way(view: &View) -> Markup {
    let href = format!("/terms/{BOOK}");
    html! {
        @if view.may(Permission::TermsRead) {
            (Button::quiet(&t!(view.words, "rates-spreads")).icon("note-pencil").href(&href))
        }
    }
}

async fn board(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let now = view.ctx.now();
    let board = admin.rates().board(now).await?;
    let spreads = admin.rates().spreads(now).await?;
    let dealt: Vec<_> = spreads.iter().flat_map(|(_, spreads)| spreads.assets()).collect();
    let unknown: Vec<_> =
        dealt.iter().filter(|asset| !board.iter().any(|l| l.published.asset == **asset)).collect();
    let stale = board.iter().any(|listed| !listed.is_good) || !unknown.is_empty();
    let content = if dealt.is_empty() {
        empty_state("swap", &t!(words, "rates-none"), &t!(words, "rates-none-text"), &html! {})
    } else {
        let mut rows = Vec::new();
        for listed in &board {
            rows.push(line(&view, listed)?);
        }
        rows.extend(unknown.iter().map(|asset| without(words, **asset)));
        table(words, rows)
    };
    let main = html! {
        @if stale {
            (Banner::new(Tone::Bad, &t!(words, "rates-stale"), &t!(words, "rates-stale-text")))
        }
        (panel(&t!(words, "rates-board"), &html! {}, &content))
        @if let Some((_, spreads)) = &spreads { (spread_list(words, spreads)) }
    };
    Ok(Page::new(t!(words, "rates-title"))
        .at(At::Rates)
        .actions(way(&view))
        .main(main)
        .respond(&view))
}

fn table(words: Words, rows: Vec<Cells>) -> Markup {
    let columns = [
        Column::text(t!(words, "rates-currency")),
        Column::number(t!(words, "rates-central")),
        Column::number(t!(words, "rates-buys")),
        Column::number(t!(words, "rates-sells")),
        Column::text(t!(words, "rates-day")),
        Column::text(t!(words, "rates-age")),
        Column::text(t!(words, "rates-state")),
    ];
    Table::new(&t!(words, "rates-board"), &columns).rows(rows).render()
}

fn line(view: &View, listed: &Listed) -> Result<Cells> {
    let words = view.words;
    let published = &listed.published;
    let age = view.ctx.now().day().days_since(published.day);
    let state = if listed.is_good {
        badge(Tone::Good, &t!(words, "rates-good"))
    } else {
        badge(Tone::Bad, &t!(words, "rates-too-old"))
    };
    Ok(Cells::linked(&path(published.asset), published.asset.code())
        .text(&worth(view, published)?)
        .text(&format::money(view.lang(), listed.buys_at))
        .text(&format::money(view.lang(), listed.sells_at))
        .text(&format::day(view.lang(), published.day))
        .text(&t!(words, "books-age", days = age))
        .cell(state))
}

/// A currency in which the bank deals and of which no rate was ever read.
fn without(words: Words, asset: Asset) -> Cells {
    let nothing = || html! { span.dim { "–" } };
    (0..5)
        .fold(Cells::linked(&path(asset), asset.code()), |cells, _| cells.cell(nothing()))
        .cell(badge(Tone::Bad, &t!(words, "rates-never")))
}

/// What the bank takes off and adds, and how long a rate is good.
fn spread_list(words: Words, spreads: &Spreads) -> Markup {
    let columns = [
        Column::text(t!(words, "rates-currency")),
        Column::number(t!(words, "rates-spread-buy")),
        Column::number(t!(words, "rates-spread-sell")),
    ];
    let percent = |value: pricing::Decimal| format!("{value}\u{a0}%");
    let rows = spreads.currencies.iter().map(|spread| {
        Cells::plain(html! { (spread.asset) })
            .text(&percent(spread.buy_percent))
            .text(&percent(spread.sell_percent))
    });
    let title = t!(words, "rates-spreads-title");
    let content = html! {
        (Table::new(&title, &columns).rows(rows))
        p.card-foot { (t!(words, "rates-good-for", days = i64::from(spreads.max_age_days))) }
    };
    panel(&title, &html! {}, &content)
}

async fn history(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(code): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let asset = currency(&code)?;
    let today = view.ctx.now().day();
    let first = today.start().plus_seconds(-HISTORY_DAYS * 86_400).day();
    let kept = admin.rates().history(asset, first, today).await?;
    let title = t!(words, "rates-history");
    let content = if kept.is_empty() {
        empty_state("clock", "", &t!(words, "rates-history-none"), &html! {})
    } else {
        past(&view, &title, &kept)?
    };
    Ok(Page::new(asset.code())
        .at(At::Rates)
        .under(PATH, t!(words, "rates-title"))
        .sub(html! { (t!(words, "rates-history-text", days = HISTORY_DAYS)) })
        .actions(way(&view))
        .main(panel(&title, &html! {}, &content))
        .respond(&view))
}

fn past(view: &View, title: &str, kept: &[Kept]) -> Result<Markup> {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "rates-day")),
        Column::number(t!(words, "rates-central")),
        Column::text(t!(words, "rates-source")),
        Column::time(t!(words, "rates-read-at")),
    ];
    let mut rows = Vec::with_capacity(kept.len());
    for rate in kept {
        rows.push(
            Cells::plain(html! { (format::day(view.lang(), rate.published.day)) })
                .text(&worth(view, &rate.published)?)
                .text(&rate.source)
                .cell(time(view, rate.read_at)),
        );
    }
    Ok(Table::new(title, &columns).rows(rows).render())
}
