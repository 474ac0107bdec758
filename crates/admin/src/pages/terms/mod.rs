//! What the bank goes by: books of tariffs, limits, rates, the mapping of accounts. Of the editions
//! of a book one holds; a draft becomes one when two employees want it.

mod approving;
mod calculator;
mod draft;
mod edition;
mod faults;
mod in_words;
mod propose;
mod rule;
mod rule_form;
mod simulation;
mod text;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use identity::approvals::BookView;
use kernel::{Code, EditionId, Permission, Result};
use maud::{Markup, Render, html};
use store::editions::Edition;
use ui::panel::{Cells, Column, Table, panel, panel_with};
use ui::{Button, Tone, badge, empty_state};

use super::common::time;
use super::people::People;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) use approving::panels as of_proposal;

/// Every page of a book stands below this one.
const PATH: &str = "/terms";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/terms", get(list))
        .route("/terms/{book}", get(show))
        .merge(draft::routes())
        .merge(edition::routes())
        .merge(propose::routes())
}

/// Whether a form of an address holds a document.
pub(super) fn takes_a_document(path: &str) -> bool {
    let Some(below) = path.strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    match below.split_once('/') {
        Some(("draft", id)) => !id.contains('/'),
        Some((_, rest)) => rest == "draft",
        None => false,
    }
}

fn edition_id(text: &str) -> Result<EditionId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// What a book is called; one that nobody has named yet is called as the bank calls it.
pub(super) fn book_name(words: Words, name: &str) -> String {
    match name {
        "tariff.transfer.internal" => t!(words, "book-tariff-transfer"),
        "limits" => t!(words, "book-limits"),
        "values" => t!(words, "book-values"),
        "rates.spreads" => t!(words, "book-rates-spreads"),
        "chart" => t!(words, "book-chart"),
        other => other.to_owned(),
    }
}

/// The address of a book.
fn book_path(name: &str) -> String {
    format!("{PATH}/{name}")
}

/// A page below a book.
fn page_under(words: Words, title: impl Into<String>, book: &str) -> Page {
    Page::new(title)
        .at(At::Terms)
        .under(PATH, t!(words, "terms-title"))
        .under(book_path(book), book_name(words, book))
}

/// How an edition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The bank goes by it.
    Holds,
    /// It was published ahead.
    WillHold,
    /// Another one followed it.
    Replaced,
    /// It was taken back before it held.
    TakenBack,
}

impl Standing {
    fn of(view: &View, book: &BookView, edition: &Edition) -> Self {
        if edition.withdrawn_at.is_some() {
            Self::TakenBack
        } else if book.holds == Some(edition.id) {
            Self::Holds
        } else if edition.effective_at > view.ctx.now() {
            Self::WillHold
        } else {
            Self::Replaced
        }
    }

    fn badge(self, words: Words) -> Markup {
        let (tone, text) = match self {
            Self::Holds => (Tone::Good, t!(words, "edition-holds")),
            Self::WillHold => (Tone::Warn, t!(words, "edition-will-hold")),
            Self::Replaced => (Tone::Info, t!(words, "edition-replaced")),
            Self::TakenBack => (Tone::Bad, t!(words, "edition-taken-back")),
        };
        badge(tone, &text)
    }
}

/// The edition that holds.
fn holding(book: &BookView) -> Option<&Edition> {
    let held = book.editions.iter().find(|edition| Some(edition.id) == book.holds);
    held.map(AsRef::as_ref)
}

/// The edition that is to hold next.
fn next<'a>(view: &View, book: &'a BookView) -> Option<&'a Edition> {
    let editions = book.editions.iter().map(AsRef::as_ref);
    let coming = editions.filter(|e| Standing::of(view, book, e) == Standing::WillHold);
    coming.min_by_key(|edition| edition.effective_at)
}

/// What an edition is called in its book.
fn edition_name(words: Words, edition: &Edition) -> String {
    t!(words, "edition-number", number = edition.number.to_string())
}

async fn list(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let mut books = Vec::new();
    for name in admin.approvals().books(&view.ctx).await? {
        books.push(admin.approvals().book(&view.ctx, &name).await?);
    }
    let columns = [
        Column::text(t!(words, "terms-book")),
        Column::time(t!(words, "terms-holds")),
        Column::time(t!(words, "terms-next")),
        Column::number(t!(words, "terms-drafts")),
    ];
    let rows = books.iter().map(|book| {
        Cells::linked(&book_path(&book.name), &book_name(words, &book.name))
            .beside(&html! { span.sub.mono { (book.name) } })
            .cell(in_line(&view, holding(book)))
            .cell(in_line(&view, next(&view, book)))
            .text(&book.drafts.len().to_string())
    });
    let (title, text) = (t!(words, "terms-books"), t!(words, "terms-text"));
    let table = Table::new(&title, &columns).rows(rows).render();
    Ok(Page::new(t!(words, "terms-title"))
        .at(At::Terms)
        .sub(html! { (text) })
        .main(panel(&title, &html! {}, &table))
        .respond(&view))
}

/// An edition in a cell: which one, and from when on.
fn in_line(view: &View, edition: Option<&Edition>) -> Markup {
    let words = view.words;
    html! {
        @match edition {
            None => span.dim { (t!(words, "none")) },
            Some(edition) => {
                (edition_name(words, edition))
                span.sub { (time(view, edition.effective_at)) }
            }
        }
    }
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let book = admin.approvals().book(&view.ctx, &name).await?;
    let people = People::of(&admin, &view, Vec::new()).await?;
    let main = html! {
        (panel(&t!(words, "terms-editions"), &html! {}, &editions(&view, &book)))
        (panel(&t!(words, "terms-drafts"), &html! {}, &drafts(&view, &book, &people)))
        @if let Some(edition) = holding(&book) {
            (panel_with(&t!(words, "terms-holds"), &html! {}, &text::shown(&edition.body)))
        }
    };
    let begin = format!("{}/draft", book_path(&book.name));
    let ways = html! {
        @if view.may(Permission::TermsPropose) {
            (Button::primary(&t!(words, "draft-new")).icon("note-pencil").href(&begin))
        }
    };
    Ok(Page::new(book_name(words, &book.name))
        .at(At::Terms)
        .under(PATH, t!(words, "terms-title"))
        .sub(html! { span.mono { (book.name) } })
        .actions(ways)
        .main(main)
        .respond(&view))
}

fn editions(view: &View, book: &BookView) -> Markup {
    let words = view.words;
    if book.editions.is_empty() {
        let (title, text) = (t!(words, "terms-editions-none"), t!(words, "terms-editions-text"));
        return empty_state("tag", &title, &text, &html! {});
    }
    let columns = [
        Column::text(t!(words, "edition")),
        Column::time(t!(words, "edition-from")),
        Column::time(t!(words, "edition-published")),
        Column::text(t!(words, "edition-state")),
    ];
    let rows = book.editions.iter().map(|edition| {
        let address = edition::path(edition.id);
        Cells::linked(&address, &edition_name(words, edition))
            .cell(time(view, edition.effective_at))
            .cell(time(view, edition.published_at))
            .cell(Standing::of(view, book, edition).badge(words))
    });
    Table::new(&t!(words, "terms-editions"), &columns).rows(rows).render()
}

fn drafts(view: &View, book: &BookView, people: &People) -> Markup {
    let words = view.words;
    if book.drafts.is_empty() {
        let text = t!(words, "terms-drafts-none");
        return empty_state("note-pencil", "", &text, &html! {});
    }
    let columns = [Column::text(t!(words, "draft")), Column::time(t!(words, "draft-changed"))];
    let rows = book.drafts.iter().map(|draft| {
        let name = t!(words, "draft-of", name = people.colleague(draft.author));
        Cells::linked(&draft::path(draft.id), &name).cell(time(view, draft.changed_at))
    });
    Table::new(&t!(words, "terms-drafts"), &columns).rows(rows).render()
}
