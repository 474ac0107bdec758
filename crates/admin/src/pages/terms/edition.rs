//! One edition of a book: what it says, and what it changed.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use identity::approvals::BookView;
use kernel::{Code, EditionId, Permission, Result};
use maud::{Markup, html};
use store::editions::{Edition, differences};
use ui::Button;
use ui::panel::{Fact, facts, panel, panel_with};

use super::super::approvals::places;
use super::super::common::time;
use super::{Standing, edition_id, edition_name, page_under, text};
use crate::Admin;
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/terms/edition/{id}", get(show))
}

/// The address of an edition.
pub(super) fn path(id: EditionId) -> String {
    format!("/terms/edition/{id}")
}

/// An edition with its book.
pub(super) async fn find(
    admin: &Admin,
    view: &View,
    id: EditionId,
) -> Result<(BookView, Arc<Edition>)> {
    for name in admin.approvals().books(&view.ctx).await? {
        let book = admin.approvals().book(&view.ctx, &name).await?;
        let found = book.editions.iter().find(|edition| edition.id == id).cloned();
        if let Some(edition) = found {
            return Ok((book, edition));
        }
    }
    Err(Code::NotFound.into())
}

/// The edition that held before another one was to.
fn before<'a>(book: &'a BookView, edition: &Edition) -> Option<&'a Arc<Edition>> {
    let earlier = |other: &&Arc<Edition>| {
        other.withdrawn_at.is_none() && other.effective_at < edition.effective_at
    };
    book.editions.iter().filter(earlier).max_by_key(|other| other.effective_at)
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let (book, edition) = find(&admin, &view, edition_id(&id)?).await?;
    let standing = Standing::of(&view, &book, &edition);
    let earlier = before(&book, &edition);
    let found = differences(earlier.map(|edition| edition.body.as_str()), &edition.body);
    let sides = match earlier {
        Some(earlier) => [edition_name(words, earlier), edition_name(words, &edition)],
        None => [t!(words, "approval-before"), edition_name(words, &edition)],
    };
    let main = html! {
        (panel_with(&t!(words, "edition"), &html! {}, &known(&view, &edition)))
        @if !found.is_empty() {
            (panel(&t!(words, "edition-difference"), &html! {}, &places(&view, &found, &sides)))
        }
        (panel_with(&t!(words, "terms-document"), &html! {}, &text::shown(&edition.body)))
    };
    let withdraw = format!("{}/withdraw", path(edition.id));
    let ways = html! {
        @if standing == Standing::WillHold && view.may(Permission::TermsPropose) {
            (Button::danger(&t!(words, "withdraw")).icon("prohibit").href(&withdraw))
        }
    };
    Ok(page_under(words, edition_name(words, &edition), &book.name)
        .beside(standing.badge(words))
        .sub(html! { span.mono { (edition.id) } })
        .actions(ways)
        .main(main)
        .respond(&view))
}

fn known(view: &View, edition: &Edition) -> Markup {
    let words = view.words;
    let texts =
        [t!(words, "edition-from"), t!(words, "edition-published"), t!(words, "edition-withdrawn")];
    let [from, published, withdrawn] = &texts;
    let mut lines = vec![
        Fact::markup(from, time(view, edition.effective_at)),
        Fact::markup(published, time(view, edition.published_at)),
    ];
    if let Some(at) = edition.withdrawn_at {
        lines.push(Fact::markup(withdrawn, time(view, at)));
    }
    facts(&lines)
}
