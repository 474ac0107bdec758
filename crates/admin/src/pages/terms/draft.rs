//! A draft: the editor, what is wrong with it, how it differs from the edition that holds, what it
//! would charge.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply, see_other};
use identity::approvals::{Action, Approvals, BookView, TermsPublish};
use kernel::{Code, EditionId, Permission, Refusal};
use maud::{Markup, html};
use policy::Object;
use store::editions::{Draft, Edition, differences};
use ui::panel::{panel, panel_with};
use ui::{Banner, Button, Tone};

use super::super::approvals::places;
use super::super::common::{Problem, role_list, when};
use super::super::people::People;
use super::super::proposals::about_it;
use super::rule::{self, RULE};
use super::rule_form::Wrong;
use super::{
    approving, book_path, calculator, edition_id, faults, holding, page_under, rule_form,
    simulation, text,
};
use crate::Admin;
use crate::draft::FORM;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

/// The field of the document.
const BODY: &str = "body";
/// The field of the address that says that the draft was just saved.
const SAVED: &str = "saved";
/// How documents are written of which the first edition shows nothing.
const EXAMPLES: [(&str, &str); 2] =
    [("limits", include_str!("limits.json")), ("values", include_str!("values.json"))];

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/terms/{book}/draft", get(begin).post(keep_new))
        .route("/terms/draft/{id}", get(show).post(keep))
        .route("/terms/draft/{id}/drop", post(drop_it))
}

/// The address of a draft.
pub(super) fn path(id: EditionId) -> String {
    format!("/terms/draft/{id}")
}

/// The document of a form. Browsers end lines in their own way.
fn written(fields: &Fields) -> String {
    fields.text(BODY).replace("\r\n", "\n")
}

/// What was typed into the form of a page before it came in this language.
fn typed(view: &View) -> Option<String> {
    view.typed.has(BODY).then(|| written(&view.typed))
}

/// What a new draft begins with: the edition that holds.
fn copied(book: &BookView) -> String {
    holding(book).map_or_else(String::new, |edition| text::indented(&edition.body))
}

async fn begin(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    may_write(&admin, &view).await?;
    let book = admin.approvals().book(&view.ctx, &name).await?;
    let shown = Shown { asked: asked(&view, &query), ..Shown::default() };
    Ok(new_page(&view, &book, typed(&view).as_deref(), &shown).respond(&view))
}

/// On to the draft; or the form again with what was wrong.
async fn keep_new(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let body = if fields.has(RULE) {
        may_write(&admin, &view).await?;
        let book = admin.approvals().book(&view.ctx, &name).await?;
        match rule::changed(&copied(&book), &fields) {
            Ok(body) => body,
            Err(wrong) => {
                let page = new_page(&view, &book, None, &Shown::wrong(fields, wrong));
                return Ok(page.refused(Code::FieldInvalid).respond(&view));
            }
        }
    } else {
        written(&fields)
    };
    let kept = admin.approvals().keep_draft(&view.ctx, None, (&name, &body)).await;
    match about_it(kept)? {
        Ok(id) => Ok(see_other(&format!("{}?{SAVED}=1", path(id)))),
        Err(refusal) => {
            let book = admin.approvals().book(&view.ctx, &name).await?;
            let page = new_page(&view, &book, Some(&body), &Shown::of(&view, &refusal));
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

/// Whoever may not write drafts is told that before anything else.
async fn may_write(admin: &Admin, view: &View) -> Reply<()> {
    let may = Permission::TermsPropose;
    Ok(admin.identity().staff_could(&view.ctx, may, Object::Bank).await.map(drop)?)
}

/// What a page shows beside the document: the rule whose form was asked for, or filled; what of
/// that form cannot be read; why the document was not kept.
#[derive(Default)]
struct Shown {
    asked: Fields,
    wrong: Wrong,
    problem: Problem,
}

impl Shown {
    fn wrong(asked: Fields, wrong: Wrong) -> Self {
        Self { asked, wrong, ..Self::default() }
    }

    fn of(view: &View, refusal: &Refusal) -> Self {
        Self { problem: Problem::of(view.lang(), refusal), ..Self::default() }
    }
}

/// The rule that is asked for: what was typed into its form, or what the address names.
fn asked(view: &View, query: &Fields) -> Fields {
    if view.typed.has(RULE) { view.typed.clone() } else { query.clone() }
}

fn new_page(view: &View, book: &BookView, typed: Option<&str>, shown: &Shown) -> Page {
    let words = view.words;
    let body = typed.map_or_else(|| copied(book), str::to_owned);
    let back = book_path(&book.name);
    let hint = match holding(book) {
        Some(_) => t!(words, "draft-new-copy"),
        None => t!(words, "draft-new-first"),
    };
    let path = format!("{back}/draft");
    let main = html! {
        (shown.problem.notice(words, &[]))
        (document(view, (&book.name, &path, &back), (&body, typed.is_some(), &hint), shown))
    };
    page_under(words, t!(words, "draft-new"), &book.name).typed().main(main)
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let typed = typed(&view);
    let shown = Shown { asked: asked(&view, &query), ..Shown::default() };
    let form = (typed.as_deref(), &shown);
    Ok(page(&admin, &view, (edition_id(&id)?, &query), form).await?.respond(&view))
}

async fn keep(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = edition_id(&id)?;
    let (draft, _) = admin.approvals().draft(&view.ctx, id).await?;
    let body = if fields.has(RULE) {
        may_write(&admin, &view).await?;
        match rule::changed(&draft.body, &fields) {
            Ok(body) => body,
            Err(wrong) => {
                let form = (None, &Shown::wrong(fields, wrong));
                let page = page(&admin, &view, (id, &Fields::default()), form).await?;
                return Ok(page.refused(Code::FieldInvalid).respond(&view));
            }
        }
    } else {
        written(&fields)
    };
    let kept = admin.approvals().keep_draft(&view.ctx, Some(id), (&draft.book, &body)).await;
    match about_it(kept)? {
        Ok(_) => Ok(see_other(&format!("{}?{SAVED}=1", path(id)))),
        Err(refusal) => {
            let form = (Some(body.as_str()), &Shown::of(&view, &refusal));
            let page = page(&admin, &view, (id, &Fields::default()), form).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

async fn drop_it(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = edition_id(&id)?;
    let (draft, _) = admin.approvals().draft(&view.ctx, id).await?;
    admin.approvals().drop_draft(&view.ctx, id).await?;
    Ok(see_other(&book_path(&draft.book)))
}

/// A draft as it is kept, with what was typed over it but not kept.
async fn page(
    admin: &Admin,
    view: &View,
    (id, query): (EditionId, &Fields),
    (typed, shown): (Option<&str>, &Shown),
) -> Reply<Page> {
    let words = view.words;
    let (draft, found) = admin.approvals().draft(&view.ctx, id).await?;
    let book = admin.approvals().book(&view.ctx, &draft.book).await?;
    let holds = holding(&book);
    let people = People::of(admin, view, Vec::new()).await?;
    let priced = (draft.body.as_str(), holds.map(|edition| edition.body.as_str()));
    let example = if found.is_empty() && calculator::prices(&draft.book) {
        Some(calculator::panel(view, priced, (query, &path(id))))
    } else {
        None
    };
    let refused = example.as_ref().and_then(|example| example.refused);
    let (may, back) = (view.may(Permission::TermsPropose), book_path(&draft.book));
    let (hint, here) = (who_decides(view)?, path(id));
    let main = html! {
        (shown.problem.notice(words, &[]))
        @if !found.is_empty() { (faults::notice(view, &found)) }
        @else if query.has(SAVED) { (Banner::new(Tone::Good, &t!(words, "draft-saved"), "")) }
        @if may {
            @let body = typed.unwrap_or(&draft.body);
            @let about = (draft.book.as_str(), here.as_str(), back.as_str());
            (document(view, about, (body, typed.is_some(), &hint), shown))
        } @else {
            (panel_with(&t!(words, "terms-document"), &html! {}, &text::shown(&draft.body)))
        }
        (approving::sentences(view, holds.map_or("", |h| h.body.as_str()), &draft.body))
        (panel(&t!(words, "draft-difference"), &html! {}, &difference(view, &draft, holds)))
        @if found.is_empty() { (simulation::panel(admin, view, (&draft, query)).await?) }
        @if let Some(example) = &example { (example.content) }
    };
    let changed = t!(words, "draft-of", name = people.colleague(draft.author));
    let page = page_under(words, t!(words, "draft"), &draft.book)
        .sub(html! { (changed) " · " (when(view, draft.changed_at)) })
        .main(main);
    let page = if may {
        let good = found.is_empty() && differs(&draft, holds);
        page.typed().actions(ways(view, id, good))
    } else {
        page
    };
    Ok(match refused {
        Some(code) => page.refused(code),
        None => page,
    })
}

/// Who makes an edition of it.
fn who_decides(view: &View) -> kernel::Result<String> {
    let deciders = role_list(view.words, Approvals::deciders(&TermsPublish::TERMS)?);
    Ok(t!(view.words, "draft-hint", roles = deciders))
}

/// What may be done with a draft: proposed, when it is good and changes something, or dropped.
fn ways(view: &View, id: EditionId, good: bool) -> Markup {
    let words = view.words;
    html! {
        @if good {
            (Button::primary(&t!(words, "draft-propose")).icon("seal-check")
                .href(&format!("{}/propose", path(id))))
        }
        form method="post" action={ (path(id)) "/drop" } {
            (view.token())
            (Button::danger(&t!(words, "draft-drop")).icon("trash"))
        }
    }
}

fn differs(draft: &Draft, holds: Option<&Edition>) -> bool {
    !differences(holds.map(|edition| edition.body.as_str()), &draft.body).is_empty()
}

/// How a draft differs from what holds. What is no document differs in everything and says nothing.
fn difference(view: &View, draft: &Draft, holds: Option<&Edition>) -> Markup {
    let words = view.words;
    if !text::is_json(&draft.body) {
        return html! { div.card-body { p.dim { (t!(words, "draft-unreadable")) } } };
    }
    let found = differences(holds.map(|edition| edition.body.as_str()), &draft.body);
    if found.is_empty() {
        return html! { div.card-body { p.dim { (t!(words, "draft-same")) } } };
    }
    places(view, &found, &[t!(words, "terms-holds"), t!(words, "draft")])
}

/// A document of the kind of a book, for whoever writes one.
fn pattern(view: &View, book: &str) -> Markup {
    let found = EXAMPLES.into_iter().find(|(name, _)| *name == book);
    html! {
        @if let Some((_, body)) = found {
            details {
                summary { (t!(view.words, "draft-pattern")) }
                (text::shown(body))
            }
        }
    }
}

/// What is written: the rules of a tariff each with its form, and the document itself, which is
/// folded away below them unless somebody writes in it. Of other books there is the document alone.
fn document(
    view: &View,
    (book, path, back): (&str, &str, &str),
    (body, typed, hint): (&str, bool, &str),
    shown: &Shown,
) -> Markup {
    let words = view.words;
    let title = t!(words, "terms-document");
    let tariff = rule_form::tariff(book, body).filter(|_| !typed);
    // One form of a page is what its language buttons send along.
    let id = (!shown.asked.has(RULE) || tariff.is_none()).then_some(FORM);
    let written = html! {
        (editor(view, (path, back), (body, hint), id))
        (pattern(view, book))
    };
    html! {
        @if let Some(tariff) = tariff {
            (rule_form::rules(view, path, &tariff, (&shown.asked, &shown.wrong)))
            (panel_with(&title, &html! {}, &html! {
                details { summary { (t!(words, "draft-advanced")) } (written) }
            }))
        } @else {
            (panel_with(&title, &html! {}, &written))
        }
    }
}

/// The form of a document: where it goes, where whoever gives up goes, what stands in it, what
/// helps to write it.
fn editor(
    view: &View,
    (action, back): (&str, &str),
    (body, hint): (&str, &str),
    id: Option<&str>,
) -> Markup {
    let words = view.words;
    let (save, cancel) = (t!(words, "draft-save"), t!(words, "cancel"));
    html! {
        form.stack id=[id] method="post" action=(action) {
            (view.token_and_way_back())
            div.field.code {
                label for="f-body" { (t!(words, "draft-body")) }
                div.control {
                    textarea #f-body name=(BODY) rows="24" spellcheck="false" autocomplete="off"
                        required aria-describedby="f-body-hint" { (body) }
                }
                p.hint #f-body-hint { (hint) }
            }
            div.actions {
                (Button::primary(&save))
                (Button::plain(&cancel).href(back))
            }
        }
    }
}
