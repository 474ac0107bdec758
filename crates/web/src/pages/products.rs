//! What a customer can open.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Query, Reply};
use kernel::{Asset, Code, Error, OperationId, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, Open};
use ui::{
    Banner, Button, KeyValue, Row, Tone, card, chevron, form_actions, ikat, key_values, lead_icon,
    list, section,
};

use super::account::OPENED;
use super::common::{KEY, Problem, asset_name, is_spent, key, new_key};
use super::{exchange, rates};
use crate::Web;
use crate::draft::Draft;
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::{Words, t};

const ASSET: &str = "asset";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/products", get(show)).route("/products/open", get(offer).post(open))
}

async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let openable = web.payments().openable(&view.ctx).await?;
    let rows: Vec<_> = openable.iter().map(|(asset, left)| row(&view, *asset, *left)).collect();
    let words = view.words;
    Ok(Page::new(t!(words, "products-title"))
        .tab(Tab::Products)
        .main(html! {
            p { (t!(words, "products-text")) }
            (list("", &rows))
            (section(&t!(words, "exchange-title"), None, &list("", &[
                way(exchange::PATH, "arrows-clockwise", &t!(words, "exchange-title"),
                    &t!(words, "exchange-about")),
                way(rates::PATH, "chart-bar", &t!(words, "rates-title"),
                    &t!(words, "rates-about")),
            ])))
        })
        .respond(&view))
}

fn way(href: &str, icon: &str, title: &str, sub: &str) -> Markup {
    Row::new(title).sub(sub).href(href).lead(lead_icon(icon)).trail(chevron()).render()
}

/// What can be opened, and how often still. What cannot be opened any more says why.
fn row(view: &View, asset: Asset, left: i64) -> Markup {
    let words = view.words;
    let title = asset_name(words, asset);
    let href = format!("/products/open?{ASSET}={}", asset.code());
    let swatch = ikat::swatch(asset.code().as_bytes());
    let limit = if left > 0 {
        t!(words, "products-left", count = left)
    } else {
        t!(words, "products-limit")
    };
    let sub = html! {
        (purpose(words, asset)) " " (t!(words, "products-free")) br; (limit)
    };
    let row = Row::new(&title).sub_markup(sub).lead(swatch);
    if left > 0 { row.href(&href).trail(chevron()).render() } else { row.render() }
}

/// What an account of a currency is for.
fn purpose(words: Words, asset: Asset) -> String {
    match asset {
        Asset::Uzs => t!(words, "products-uzs-text"),
        Asset::Usd => t!(words, "products-usd-text"),
    }
}

/// The currency of an address; the sum when none is named.
fn asset(query: &Fields) -> Result<Asset> {
    match query.filled(ASSET) {
        Some(code) => Asset::from_code(code).ok_or(Code::NotFound.into()),
        None => Ok(Asset::Uzs),
    }
}

async fn offer(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    Draft(draft): Draft,
) -> Reply<Response> {
    let asset = asset(&query)?;
    let left = left(&web, &view, asset).await?;
    // The page in another language is the same page: it keeps its key.
    let key = key(&draft).unwrap_or_else(|| new_key(&view));
    Ok(page(&view, asset, left, &key, &Problem::default()).respond(&view))
}

async fn open(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let asset = asset(&query)?;
    let key = key(&fields).ok_or(Code::RequestMalformed)?;
    match web.payments().open_account(&view.ctx, Open { key, asset }).await {
        Ok(AccountView { id, .. }) => Ok(see_other(&format!("/accounts/{id}?{OPENED}"))),
        Err(Error::Refused(refusal)) => {
            let left = left(&web, &view, asset).await?;
            let problem = Problem::of(view.lang(), &refusal);
            let key = if is_spent(refusal.code) { new_key(&view) } else { key };
            Ok(page(&view, asset, left, &key, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn left(web: &Web, view: &View, asset: Asset) -> Result<i64> {
    let openable = web.payments().openable(&view.ctx).await?;
    Ok(openable.iter().find(|(a, _)| *a == asset).map_or(0, |(_, left)| *left))
}

fn page(view: &View, asset: Asset, left: i64, key: &OperationId, problem: &Problem) -> Page {
    let words = view.words;
    let page = Page::new(t!(words, "products-open-title")).tab(Tab::Products).back("/products");
    if left > 0 {
        return page.with_form().main(form(view, asset, left, key, problem));
    }
    page.main(html! {
        (problem.notice(words, &[]))
        @if !problem.is_some() { (limit(words)) }
        (facts(words, asset, left))
    })
}

/// Why nothing more can be opened.
fn limit(words: Words) -> Markup {
    let (title, text) = (t!(words, "products-limit-title"), t!(words, "products-limit"));
    Banner::new(Tone::Info, &title, &text).render()
}

fn form(view: &View, asset: Asset, left: i64, key: &OperationId, problem: &Problem) -> Markup {
    let words = view.words;
    let submit = t!(words, "products-open-submit");
    html! {
        (problem.notice(words, &[]))
        (facts(words, asset, left))
        form #(FORM) method="post" {
            (view.token())
            input type="hidden" name=(KEY) value=(key);
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
    }
}

/// What is true of the account that is to be opened.
fn facts(words: Words, asset: Asset, left: i64) -> Markup {
    let (name, free) = (asset_name(words, asset), t!(words, "products-open-price-free"));
    let keys = [
        t!(words, "products-open-what"),
        t!(words, "products-open-price"),
        t!(words, "products-open-left"),
    ];
    let [what, price, more] = &keys;
    let facts = key_values(&[
        KeyValue::text(what, &name),
        KeyValue::text(price, &free),
        KeyValue::text(more, &left.to_string()),
    ]);
    card(&html! {
        (facts)
        p { (purpose(words, asset)) }
        p.hint { (t!(words, "products-open-text")) }
    })
}

#[cfg(test)]
mod tests {
    use kernel::{Entropy, Moment};

    use super::*;

    use crate::pages::home::tests::view;
    use crate::words::Words;

    #[test]
    fn what_is_offered_is_what_can_be_opened() {
        for lang in kernel::Lang::ALL {
            let view = view(lang, "/products/open?asset=USD");
            let key = new_key(&view);
            let offered = form(&view, Asset::Usd, 3, &key, &Problem::default()).into_string();
            assert!(offered.contains(&format!("name=\"key\" value=\"{key}\"")), "{offered}");
            assert_eq!(offered.matches("btn accent").count(), 1);
            assert!(row(&view, Asset::Usd, 3).into_string().contains("href"));
            assert!(!row(&view, Asset::Usd, 0).into_string().contains("href"));
        }
        let one = t!(Words::of(kernel::Lang::En), "products-left", count = 1_i64);
        assert_eq!(one, "You can open one more.");
    }

    #[test]
    fn an_address_names_a_currency_or_the_usual_one() {
        let of = |code: &str| asset(&Fields::default().with(ASSET, code));
        assert_eq!(of("USD").unwrap(), Asset::Usd);
        assert_eq!(of("").unwrap(), Asset::Uzs);
        assert_eq!(of("XAU").unwrap_err().code(), Some(Code::NotFound));
    }

    #[test]
    fn a_key_is_one_that_a_customer_may_send() {
        let key_of = |text: String| key(&Fields::default().with(KEY, text));
        let good = OperationId::generate(Moment::EPOCH, Entropy);
        assert_eq!(key_of(good.to_string()), Some(good));
        let derived = OperationId::derive(good.uuid(), "account");
        for bad in [derived.to_string(), String::new(), "op_1".to_owned()] {
            assert_eq!(key_of(bad), None);
        }
    }
}
