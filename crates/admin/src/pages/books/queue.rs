//! What the core banking system does not take: documents and accounts, each with the reason, and
//! another try for them.

use accounting::DocumentId;
use accounting::export::{Refused, Stuck};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Query, Reply, see_other};
use kernel::{Code, Permission, Refusal, Result};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, reason_field};
use ui::{Banner, Button, Tone, badge, breakable, empty_state, format};

use super::names::{product_name, reason_name};
use super::{Part, page, standing, tabs};
use crate::Admin;
use crate::draft;
use crate::pages::common::{Problem, short};
use crate::pages::proposals::about_it;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) const PATH: &str = "/books/queue";
/// The field of the address that says that something was just given another try.
const DONE: &str = "done";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/books/queue", get(show))
        .route("/books/queue/accounts", get(ask_accounts).post(open_again))
        .route("/books/queue/{id}/send", get(ask).post(send))
}

fn document_id(text: &str) -> Result<DocumentId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let queue = admin.books().queue(&view.ctx).await?;
    let may = view.may(Permission::BooksSendAgain);
    let main = html! {
        (tabs(words, Part::Queue))
        @if query.has(DONE) { (Banner::new(Tone::Good, &t!(words, "queue-done"), "")) }
        (standing(&view, &queue.lag))
        (panel(&t!(words, "queue-documents"), &html! {}, &documents(&view, &queue.stuck, may)))
        (panel(&t!(words, "queue-accounts"), &html! {}, &accounts(&view, &queue.accounts)))
    };
    let again = t!(words, "queue-accounts-again");
    let ways = html! {
        @if may && !queue.accounts.is_empty() {
            (Button::quiet(&again).icon("arrow-clockwise").href("/books/queue/accounts"))
        }
    };
    Ok(page(words, t!(words, "books-queue")).actions(ways).main(main).respond(&view))
}

fn documents(view: &View, stuck: &[Stuck], may: bool) -> Markup {
    let words = view.words;
    if stuck.is_empty() {
        return empty_state("check-circle", "", &t!(words, "queue-documents-none"), &html! {});
    }
    let mut columns = vec![
        Column::text(t!(words, "queue-document")),
        Column::text(t!(words, "books-day")),
        Column::number(t!(words, "queue-amount")),
        Column::text(t!(words, "queue-reason")),
    ];
    if may {
        columns.push(Column::actions(t!(words, "actions")));
    }
    let again = t!(words, "queue-send-again");
    let rows = stuck.iter().map(|stuck| {
        let product = product_name(words, &stuck.product);
        let cells = Cells::plain(html! { (product) })
            .beside(&html! {
                span.sub.mono title=(stuck.id) { (short(&stuck.id.to_string())) }
                span.sub { (t!(words, "queue-leg", leg = stuck.leg.to_string())) }
            })
            .text(&format::day(view.lang(), stuck.day))
            .text(&format::money(view.lang(), stuck.amount))
            .cell(why(view, stuck));
        if !may {
            return cells;
        }
        cells.cell(html! {
            @if stuck.rejected {
                (Button::quiet(&again).href(&format!("{PATH}/{}/send", stuck.id)))
            }
        })
    });
    Table::new(&t!(words, "queue-documents"), &columns).rows(rows).render()
}

/// Whose no it is, and why.
fn why(view: &View, stuck: &Stuck) -> Markup {
    let words = view.words;
    let (tone, state) = if stuck.rejected {
        (Tone::Bad, t!(words, "queue-rejected"))
    } else {
        (Tone::Warn, t!(words, "queue-unmapped"))
    };
    html! { (badge(tone, &state)) span.sub { (reason_name(words, &stuck.reason)) } }
}

fn accounts(view: &View, refused: &[Refused]) -> Markup {
    let words = view.words;
    if refused.is_empty() {
        return empty_state("check-circle", "", &t!(words, "queue-accounts-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "queue-account")),
        Column::text(t!(words, "queue-opened")),
        Column::text(t!(words, "queue-reason")),
    ];
    let rows = refused.iter().map(|account| {
        Cells::plain(html! { span.mono { (account.number) } })
            .beside(&html! { span.sub { (account.asset.code()) } })
            .text(&format::day(view.lang(), account.opened_on))
            .text(&reason_name(words, &account.reason))
    });
    Table::new(&t!(words, "queue-accounts"), &columns).rows(rows).render()
}

async fn ask(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(asking(&admin, &view, document_id(&id)?, typed).await?.respond(&view))
}

async fn asking(
    admin: &Admin,
    view: &View,
    id: DocumentId,
    typed: (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let stuck = admin.books().rejected(&view.ctx, id).await?;
    let texts = [
        t!(words, "queue-document"),
        t!(words, "queue-operation"),
        t!(words, "books-day"),
        t!(words, "queue-amount"),
        t!(words, "queue-reason"),
    ];
    let [document, operation, day, amount, reason] = &texts;
    let whole = |id: &str| html! { span.mono { (breakable(id, &['_'])) } };
    let mut lines = vec![Fact::markup(document, whole(&id.to_string()))];
    if let Some(id) = stuck.operation {
        lines.push(Fact::markup(operation, whole(&id.to_string())));
    }
    lines.push(Fact::text(day, &format::day(view.lang(), stuck.day)));
    lines.push(Fact::text(amount, &format::money(view.lang(), stuck.amount)));
    lines.push(Fact::text(reason, &reason_name(words, &stuck.reason)));
    let text = t!(words, "queue-send-text");
    let form = again_form(view, (&text, &facts(&lines)), typed);
    Ok(page(words, t!(words, "queue-send-again"))
        .under(PATH, t!(words, "books-queue"))
        .typed()
        .main(form))
}

/// The form of another try: what is said about it, what it is about, the reason that was typed.
fn again_form(
    view: &View,
    (text, about): (&str, &Markup),
    (reason, problem): (&str, &Problem),
) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "reason"),
        t!(words, "reason-hint"),
        t!(words, "queue-send-again"),
        t!(words, "cancel"),
    ];
    let [label, hint, submit, cancel] = &texts;
    html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Warn, text, ""))
                (problem.notice(words, &["reason"]))
                (about)
                form.stack id=(draft::FORM) method="post" {
                    (view.token_and_way_back())
                    (reason_field(label, hint, reason, problem.at("reason")))
                    div.actions {
                        (Button::primary(submit))
                        (Button::plain(cancel).href(PATH))
                    }
                }
            }
        }
    }
}

/// Back to the queue; or the form again with what was wrong. What was sent again by somebody else
/// meanwhile is on its way.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let (id, reason) = (document_id(&id)?, fields.text("reason"));
    match about_it(admin.books().send_again(&view.ctx, id, reason).await)? {
        Ok(()) => Ok(gone()),
        Err(refusal) if refusal.code == Code::NothingToChange => Ok(see_other(PATH)),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = asking(&admin, &view, id, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

fn gone() -> Response {
    see_other(&format!("{PATH}?{DONE}=1"))
}

async fn ask_accounts(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(asking_accounts(&admin, &view, typed).await?.respond(&view))
}

async fn asking_accounts(admin: &Admin, view: &View, typed: (&str, &Problem)) -> Reply<Page> {
    let words = view.words;
    let refused = admin.books().refused_accounts(&view.ctx).await?;
    let page = page(words, t!(words, "queue-accounts-again")).under(PATH, t!(words, "books-queue"));
    if refused.is_empty() {
        let why = Refusal::new(Code::NothingToChange);
        let content = crate::pages::proposals::not_now(view, &why, PATH);
        return Ok(page.main(content).refused(why.code));
    }
    let text = t!(words, "queue-accounts-text");
    let form = again_form(view, (&text, &accounts(view, &refused)), typed);
    Ok(page.typed().main(form))
}

async fn open_again(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let reason = fields.text("reason");
    match about_it(admin.books().open_again(&view.ctx, reason).await)? {
        Ok(()) => Ok(gone()),
        Err(refusal) if refusal.code == Code::NothingToChange => Ok(see_other(PATH)),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = asking_accounts(&admin, &view, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}
