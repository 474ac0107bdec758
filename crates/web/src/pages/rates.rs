//! The board of the rates, as it hangs in a branch: what the bank pays and asks, what the Central
//! Bank says, and what it said before.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Query, Reply};
use kernel::{Asset, Code, Money};
use maud::{Markup, Render, html};
use pricing::rates::{Kept, Listed, Published};
use ui::{
    Button, KeyValue, Segment, Tone, badge, card, empty_state, form_actions, format, key_values,
    section, segmented_links,
};

use super::exchange;
use crate::Web;
use crate::shell::Page;
use crate::view::View;
use crate::words::{Words, t};

/// Where the board hangs.
pub(crate) const PATH: &str = "/rates";
/// The periods of a history, in days, the first when none is named.
const PERIODS: [u8; 3] = [30, 90, 180];
const DAYS: &str = "days";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/rates", get(show)).route("/rates/{currency}", get(history))
}

/// What a currency is called.
fn name(words: Words, asset: Asset) -> String {
    match asset {
        Asset::Uzs => t!(words, "rates-uzs"),
        Asset::Usd => t!(words, "rates-usd"),
    }
}

async fn show(State(web): State<Web>, view: View) -> Reply<Response> {
    let words = view.words;
    let board = web.payments().rates().board(view.ctx.now()).await?;
    let page = Page::new(t!(words, "rates-title")).back(if view.signed_in() {
        exchange::PATH
    } else {
        "/welcome"
    });
    if board.is_empty() {
        let way = Button::primary(&t!(words, "tab-help")).href("/help").render();
        let (title, text) = (t!(words, "rates-none-title"), t!(words, "rates-none-text"));
        return Ok(page.main(empty_state("chart-bar", &title, &text, &way)).respond(&view));
    }
    let main = html! {
        p.lead-in { (t!(words, "rates-text")) }
        @for listed in &board {
            (section(&name(words, listed.published.asset), None, &one(&view, listed)))
        }
        @if view.signed_in() && board.iter().any(|listed| listed.is_good) {
            (form_actions(&Button::primary(&t!(words, "exchange-title"))
                .href(exchange::PATH)
                .icon("swap")
                .render()))
        }
    };
    Ok(page.main(main).respond(&view))
}

/// A currency on the board.
fn one(view: &View, listed: &Listed) -> Markup {
    let (words, lang) = (view.words, view.lang());
    let published = &listed.published;
    let day = format::day_month(lang, published.day);
    let keys = [
        t!(words, "rates-buys"),
        t!(words, "rates-sells"),
        t!(words, "exchange-central", day = day),
    ];
    let [buys, sells, central] = &keys;
    let money = |money| format::money(lang, money);
    let more = t!(words, "rates-history");
    let label = format!("{more}: {}", name(words, published.asset));
    let href = format!("{PATH}/{}", published.asset.code());
    card(&html! {
        @if !listed.is_good {
            p { (badge(Tone::Warn, &t!(words, "rates-stale"))) }
            p.hint { (t!(words, "rates-stale-text")) }
        }
        (key_values(&[
            KeyValue::text(buys, &money(listed.buys_at)),
            KeyValue::text(sells, &money(listed.sells_at)),
            KeyValue::text(central, &money(of_one(published))),
        ]))
        (form_actions(&Button::quiet(&more).href(&href).attr("aria-label", &label).render()))
    })
}

/// Sum for one unit.
fn of_one(published: &Published) -> Money {
    payments::CentralRate::from(*published).of_one()
}

async fn history(
    State(web): State<Web>,
    view: View,
    Path(currency): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let asset = Asset::from_code(&currency).filter(|asset| *asset != Asset::Uzs);
    let asset = asset.ok_or(Code::NotFound)?;
    let [usual, ..] = PERIODS;
    let days = query.text(DAYS).parse().ok().filter(|days| PERIODS.contains(days));
    let days = days.unwrap_or(usual);
    let today = view.ctx.now().day();
    let period = (today.days_before(days), today);
    let kept = web.payments().rates().history(asset, period.0, period.1).await?;
    let name = name(words, asset);
    let main = html! {
        p.lead-in { (t!(words, "rates-history-text")) }
        (periods(&view, asset, days))
        @if kept.is_empty() {
            (empty_state("chart-bar", &t!(words, "rates-history-none"), "", &html! {}))
        } @else {
            (card(&table(&view, &name, &kept)))
        }
    };
    Ok(Page::new(name.clone()).back(PATH).main(main).respond(&view))
}

fn periods(view: &View, asset: Asset, current: u8) -> Markup {
    let words = view.words;
    let texts = PERIODS.map(|days| {
        let href = format!("{PATH}/{}?{DAYS}={days}", asset.code());
        (days, href, t!(words, "rates-days", count = i64::from(days)))
    });
    let segments: Vec<_> = texts
        .iter()
        .map(|(days, href, text)| Segment { href, text, current: *days == current })
        .collect();
    segmented_links(&t!(words, "statement-periods"), &segments)
}

/// What was published, the last first, each with what changed since the time before.
fn table(view: &View, name: &str, kept: &[Kept]) -> Markup {
    let (words, lang) = (view.words, view.lang());
    let before = kept.iter().skip(1).map(Some).chain(std::iter::once(None));
    html! {
        table.chart {
            caption.sr { (name) }
            thead.sr {
                tr {
                    th scope="col" { (t!(words, "rates-day")) }
                    th scope="col" { (t!(words, "rates-rate")) }
                }
            }
            tbody {
                @for (kept, before) in kept.iter().zip(before) {
                    @let rate = of_one(&kept.published);
                    tr {
                        th scope="row" { (format::day(lang, kept.published.day)) }
                        td {
                            (format::money(lang, rate))
                            @if let Some(before) = before {
                                " " span.share { (change(view, rate, of_one(&before.published))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a rate differs by from the one before, without the word of the currency.
fn change(view: &View, rate: Money, before: Money) -> String {
    let apart = Money::new(rate.minor.saturating_sub(before.minor), rate.asset);
    format::Written::new(view.lang(), apart, true).number
}
