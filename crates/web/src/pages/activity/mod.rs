//! What happened: searched, filtered, exported.

mod export;
mod screen;
mod search;
mod spending;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use edge::{Query, Reply};
use kernel::{Error, Refusal, Result};
use payments::{Page as Found, Query as Asked};

use super::common::own_accounts;
use crate::Web;
use crate::view::{SignedIn, View, see_other};
use screen::Screen;
use search::{PATH, Search, Wrong};

/// Operations of one page.
const PAGE_ITEMS: u32 = 30;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/activity", get(show))
        .route("/activity/export.csv", get(export::csv))
        .route("/activity/export.xlsx", get(export::xlsx))
        .route("/activity/export.pdf", get(export::pdf))
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    headers: HeaderMap,
    Query(fields): Query,
) -> Reply<Response> {
    let (search, useless) = Search::read(&fields);
    let address = search.address(PATH);
    if useless && !view.partial {
        return Ok(see_other(&address));
    }
    let accounts = own_accounts(&web, &view, &[search.text("account")]).await?;
    let (mut asked, mut wrong) = search.query(&view, &accounts);
    asked.limit = Some(PAGE_ITEMS);
    let found = ask(&web, &view, &mut asked, &mut wrong).await?;
    let spent = spending::look(&web, &view, &search, &accounts).await?;
    let screen = Screen {
        view: &view,
        search: &search,
        links: &search.without(&wrong),
        asked: &asked,
        accounts: &accounts,
        found: &found,
        wrong: &wrong,
        spent: spent.as_ref(),
    };
    let mut response = screen.page().respond(&view);
    // The script has put every field of the form into the address, the empty ones too. A page that
    // only looks for news keeps the address that it has.
    if view.partial && !headers.contains_key("hx-live") {
        let address = HeaderValue::try_from(address)
            .map_err(|error| Error::broken("writing the address of a search", error))?;
        response.headers_mut().insert("hx-replace-url", address);
    }
    Ok(response)
}

/// Looks, and leaves out of the question what the bank refuses, so that one bad value in an address
/// does not take away the page.
async fn ask(web: &Web, view: &View, asked: &mut Asked, wrong: &mut Vec<Wrong>) -> Result<Found> {
    loop {
        match web.payments().history(&view.ctx, asked).await {
            Err(Error::Refused(refusal)) => match left_out(asked, &refusal) {
                Some(field) => wrong.push(Wrong::refused(view.words, field, &refusal)),
                None => return Err(refusal.into()),
            },
            other => return other,
        }
    }
}

/// Takes away what was refused, and says under which name it stands in the address. `None` when
/// there is nothing to take away.
fn left_out(asked: &mut Asked, refusal: &Refusal) -> Option<&'static str> {
    match refusal.field? {
        "text" => asked.text.take().map(|_| "q"),
        "to" => asked.to.take().map(|_| "to"),
        "max" => asked.max.take().map(|_| "max"),
        "cursor" => asked.cursor.take().map(|_| "cursor"),
        _ => None,
    }
}
