//! One account: what is on it, what happened, and what can be done with it.

mod name;
mod period;
mod requisites;
mod statement;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Query, Reply};
use kernel::{AccountId, Code, Result};
use ledger::Status;
use maud::{Markup, Render, html};
use payments::{AccountView, Item};
use ui::{
    AmountText, Banner, Button, Hero, QuickAction, Tone, copy_row, empty_state, format, list,
    quick_actions, section,
};

use super::common::{PLACE, live, with_markup};
use super::common::{account_title, cloth, operation};
use super::exchange;
use crate::Web;
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View};
use crate::words::t;

/// Operations that stand on the page of an account; the rest is in the history.
const OPERATIONS: u32 = 20;
/// In the address of an account that was opened a moment ago.
pub(super) const OPENED: &str = "opened";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/accounts/{id}", get(show))
        .route("/accounts/{id}/requisites", get(requisites::show))
        .route("/accounts/{id}/name", get(name::show).post(name::rename))
        .route("/accounts/{id}/statement", get(statement::show).post(statement::issue))
}

/// The customer's account of an address.
async fn find(web: &Web, view: &View, id: &str) -> Result<AccountView> {
    let id: AccountId = id.parse().map_err(|()| Code::AccountNotFound)?;
    web.payments().account(&view.ctx, id).await
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let history = payments::Query {
        account: Some(account.id),
        limit: Some(OPERATIONS),
        ..payments::Query::default()
    };
    let page = web.payments().history(&view.ctx, &history).await?;
    let title = account_title(view.words, &account);
    let main = html! {
        (news(&view, &account, query.has(OPENED)))
        (hero(&view, &account))
        (actions(&view, &account))
        (number(&view, &account))
        (operations(&view, &account, &page.items, page.next_cursor.is_some()))
    };
    Ok(Page::new(title).tab(Tab::Home).back("/").main(main).respond(&view))
}

/// What is to know about the account before anything else.
fn news(view: &View, account: &AccountView, opened: bool) -> Markup {
    let words = view.words;
    match account.status {
        Status::Open if opened => {
            let title = t!(words, "account-opened-title");
            Banner::new(Tone::Good, &title, &t!(words, "account-opened-text")).render()
        }
        Status::Open => html! {},
        Status::Frozen => {
            let title = t!(words, "account-frozen-title");
            let link = t!(words, "account-frozen-link");
            Banner::new(Tone::Warn, &title, &t!(words, "account-frozen-text"))
                .action(html! { (Button::quiet(&link).href("/help")) })
                .render()
        }
        Status::Closed => {
            let title = t!(words, "account-closed-title");
            Banner::new(Tone::Info, &title, &t!(words, "account-closed-text")).render()
        }
    }
}

fn hero(view: &View, account: &AccountView) -> Markup {
    let words = view.words;
    let amount = |money| AmountText::new(view.lang(), money).private().render();
    let note = html! {
        @if account.held.minor > 0 {
            (with_markup(&t!(words, "account-held", amount = PLACE), &amount(account.held)))
            br;
            (with_markup(
                &t!(words, "account-available", amount = PLACE),
                &amount(account.available),
            ))
        }
    };
    let label = t!(words, "account-balance");
    let hero = Hero::new(&label, amount(account.balance), &cloth(account.id)).note(note).render();
    live("balance", hero)
}

fn actions(view: &View, account: &AccountView) -> Markup {
    let words = view.words;
    let at = |what: &str| format!("/accounts/{}/{what}", account.id);
    let pay = format!("/pay?from={}", account.id);
    let exchange = format!("{}?from={}", exchange::PATH, account.id);
    let (requisites, statement, name) = (at("requisites"), at("statement"), at("name"));
    let texts = [
        t!(words, "account-send"),
        t!(words, "account-requisites"),
        t!(words, "account-statement"),
        t!(words, "account-rename"),
        t!(words, "exchange-short"),
    ];
    let [send, details, paper, rename, swap] = &texts;
    let action = |href, icon, text, main| QuickAction { href, icon, text, main };
    let mut actions = Vec::new();
    // What the bank would refuse is not offered.
    if account.status == Status::Open {
        actions.push(action(&pay, "arrow-up-right", send, true));
    }
    if account.status == Status::Open {
        actions.push(action(&exchange, "arrows-clockwise", swap, false));
    }
    if account.status != Status::Closed {
        actions.push(action(&requisites, "qr-code", details, false));
    }
    actions.push(action(&statement, "file-text", paper, false));
    actions.push(action(&name, "pencil-simple", rename, false));
    quick_actions(&t!(words, "account-actions"), &actions)
}

fn number(view: &View, account: &AccountView) -> Markup {
    let number = account.number.to_string();
    let shown = format::account_number(&number);
    let key = t!(view.words, "account-number");
    let (copy, copied) = (t!(view.words, "copy"), t!(view.words, "copied"));
    list("", &[copy_row(&key, &shown, &number, (&copy, &copied))])
}

fn operations(view: &View, account: &AccountView, items: &[Item], more: bool) -> Markup {
    let words = view.words;
    let all = format!("/activity?account={}", account.id);
    let content = if items.is_empty() {
        let (title, text) = (t!(words, "account-none-title"), t!(words, "account-none-text"));
        empty_state("receipt", &title, &text, &html! {})
    } else {
        let rows: Vec<_> = items.iter().map(|item| operation(view, item, true)).collect();
        let button = t!(words, "more");
        html! {
            (list("", &rows))
            @if more {
                div.actions { (Button::quiet(&button).href(&all)) }
            }
        }
    };
    let link = t!(words, "all");
    let link = (!items.is_empty()).then_some((all.as_str(), link.as_str()));
    live("operations", section(&t!(words, "account-operations"), link, &content))
}
