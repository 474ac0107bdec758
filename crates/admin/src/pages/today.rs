//! The first screen: what waits for this employee.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use identity::approvals::{ApprovalSummary, Listed};
use kernel::{Permission, Result};
use maud::{Markup, Render, html};
use ui::panel::{Tile, panel, tiles};
use ui::{Button, empty_state};

use super::approvals;
use super::people::People;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/", get(show))
}

async fn show(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let Waits { inbox, own } = waits(&admin, &view).await?;
    let people = People::about(&admin, &view, &[&inbox, &own]).await?;
    let cases = if view.may(Permission::CaseRead) {
        Some(admin.identity().open_cases(&view.ctx).await?)
    } else {
        None
    };
    // The numbers are those of the bar: all that wait, however many of them stand below.
    let counts = view.employee.as_ref().map(|employee| employee.waiting).unwrap_or_default();
    let texts = [t!(words, "today-approvals"), t!(words, "today-own"), t!(words, "today-cases")];
    let [waiting, mine, open] = &texts;
    let mut numbers = vec![
        tile("/approvals", "seal-check", waiting, counts.inbox),
        tile("/approvals?list=own", "note-pencil", mine, counts.own),
    ];
    if let Some(cases) = cases {
        numbers.push(tile("/cases", "folder-open", open, cases));
    }
    let main = html! {
        (tiles(&numbers))
        (panel(waiting, &html! {}, &waiting_list(&view, &inbox, &people)))
        @if !own.is_empty() {
            (panel(mine, &html! {}, &approvals::table(&view, mine, (&own, &people))))
        }
    };
    Ok(Page::new(t!(words, "today-title")).at(At::Today).main(main).respond(&view))
}

/// The latest proposals, parted into what this employee may decide about and what they proposed.
struct Waits {
    inbox: Vec<ApprovalSummary>,
    own: Vec<ApprovalSummary>,
}

/// What waits. Nothing for whoever may not see proposals.
async fn waits(admin: &Admin, view: &View) -> Result<Waits> {
    if !view.may(Permission::ApprovalRead) {
        return Ok(Waits { inbox: Vec::new(), own: Vec::new() });
    }
    let inbox = admin.approvals().list(&view.ctx, Listed::Inbox, None).await?.proposals;
    let own = admin.approvals().list(&view.ctx, Listed::Own, None).await?.proposals;
    Ok(Waits { inbox, own })
}

fn tile<'a>(href: &'a str, icon: &'a str, label: &'a str, value: u64) -> Tile<'a> {
    Tile { href: Some(href), icon, label, value: value.to_string() }
}

fn waiting_list(view: &View, inbox: &[ApprovalSummary], people: &People) -> Markup {
    let words = view.words;
    if !inbox.is_empty() {
        return approvals::table(view, &t!(words, "today-approvals"), (inbox, people));
    }
    let (title, text) = (t!(words, "today-approvals-none"), t!(words, "today-approvals-none-text"));
    let find = t!(words, "today-find");
    let find = html! {
        @if view.may(Permission::CustomerSearch) {
            (Button::quiet(&find).icon("magnifying-glass").href("/customers").render())
        }
    };
    empty_state("seal-check", &title, &text, &find)
}
