//! What whoever decides about a draft sees beside the places that differ: the difference in
//! sentences, and what the draft would have done to the operations of the last weeks.

use identity::approvals::{Action, ApprovalView, BookView, Change, State, TermsPublish};
use kernel::{EditionId, Permission, Result};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use store::editions::{Draft, Edition, differences};
use ui::panel::panel_with;

use super::{in_words, simulation};
use crate::Admin;
use crate::view::View;
use crate::words::t;

/// The panels about a proposal to publish a draft; nothing about others, nor for whoever may not
/// read terms.
pub(in crate::pages) async fn panels(
    admin: &Admin,
    view: &View,
    proposal: &ApprovalView,
) -> Result<Markup> {
    let summary = &proposal.summary;
    let about_terms = summary.kind == TermsPublish::TERMS.kind && summary.state == State::Open;
    if !about_terms || !view.may(Permission::TermsRead) {
        return Ok(html! {});
    }
    let changes = proposal.changes.as_deref().unwrap_or_default();
    let Some(name) = after(changes, "terms_book") else { return Ok(html! {}) };
    let book = admin.approvals().book(&view.ctx, name).await?;
    let words = view.words;
    let Some(draft) = proposed(&book, changes) else {
        // It cannot be approved any more; the decision says so too.
        let text = html! { p { (t!(words, "approval-draft-changed")) } };
        return Ok(panel_with(&t!(words, "words-title"), &html! {}, &text));
    };
    let before = replaced(&book, changes).map_or("", |edition| edition.body.as_str());
    Ok(html! {
        (sentences(view, before, &draft.body))
        (simulation::of_proposal(admin, view, draft).await)
    })
}

/// The difference between two documents in sentences, in a panel; nothing where there is none to
/// say.
pub(super) fn sentences(view: &View, before: &str, after: &str) -> Markup {
    let found = differences((!before.is_empty()).then_some(before), after);
    let said = in_words::list(view, &found, (before, after));
    html! {
        @if !said.0.is_empty() {
            (panel_with(&t!(view.words, "words-title"), &html! {}, &said))
        }
    }
}

fn after<'a>(changes: &'a [Change], field: &str) -> Option<&'a str> {
    changes.iter().find(|change| change.field == field)?.after.as_deref()
}

/// The draft that is to be published, as long as it is what was proposed.
fn proposed<'a>(book: &'a BookView, changes: &[Change]) -> Option<&'a Draft> {
    let hash = after(changes, "terms_sha256")?;
    book.drafts.iter().find(|draft| store::hex(&Sha256::digest(&draft.body)) == hash)
}

/// The edition that it would follow.
fn replaced<'a>(book: &'a BookView, changes: &[Change]) -> Option<&'a Edition> {
    let change = changes.iter().find(|change| change.field == "terms_sha256")?;
    let id: EditionId = change.before.as_deref()?.parse().ok()?;
    book.editions.iter().map(|edition| &**edition).find(|edition| edition.id == id)
}
