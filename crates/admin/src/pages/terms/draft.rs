//! A draft: the editor, what is wrong with it, how it differs from the edition that holds, what it
//! would charge.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply, see_other};
use identity::approvals::{Action, Approvals, BookView, TermsPublish};
use kernel::{EditionId, Permission};
use maud::{Markup, html};
use policy::Object;
use store::editions::{Draft, Edition, differences};
use ui::panel::{panel, panel_with};
use ui::{Banner, Button, Tone};

use super::super::approvals::places;
use super::super::common::{Problem, role_list, when};
use super::super::people::People;
use super::super::proposals::about_it;
use super::{book_path, calculator, edition_id, faults, holding, page_under, simulation, text};
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
) -> Reply<Response> {
    let may = Permission::TermsPropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let book = admin.approvals().book(&view.ctx, &name).await?;
    let body = typed(&view).unwrap_or_else(|| copied(&book));
    Ok(new_page(&view, &book, (&body, &Problem::default())).respond(&view))
}

/// On to the draft; or the form again with what was wrong.
async fn keep_new(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let body = written(&fields);
    let kept = admin.approvals().keep_draft(&view.ctx, None, (&name, &body)).await;
    match about_it(kept)? {
        Ok(id) => Ok(see_other(&format!("{}?{SAVED}=1", path(id)))),
        Err(refusal) => {
            let book = admin.approvals().book(&view.ctx, &name).await?;
            let problem = Problem::of(view.lang(), &refusal);
            let page = new_page(&view, &book, (&body, &problem));
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

fn new_page(view: &View, book: &BookView, (body, problem): (&str, &Problem)) -> Page {
    let words = view.words;
    let back = book_path(&book.name);
    let hint = match holding(book) {
        Some(_) => t!(words, "draft-new-copy"),
        None => t!(words, "draft-new-first"),
    };
    let content = html! {
        (problem.notice(words, &[]))
        (editor(view, (&format!("{back}/draft"), &back), (body, &hint)))
        (pattern(view, &book.name))
    };
    let main = panel_with(&t!(words, "terms-document"), &html! {}, &content);
    page_under(words, t!(words, "draft-new"), &book.name).typed().main(main)
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let typed = typed(&view);
    let form = (typed.as_deref(), &Problem::default());
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
    let body = written(&fields);
    let kept = admin.approvals().keep_draft(&view.ctx, Some(id), (&draft.book, &body)).await;
    match about_it(kept)? {
        Ok(_) => Ok(see_other(&format!("{}?{SAVED}=1", path(id)))),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let form = (Some(body.as_str()), &problem);
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
    (typed, problem): (Option<&str>, &Problem),
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
    let hint = who_decides(view)?;
    let main = html! {
        (problem.notice(words, &[]))
        @if !found.is_empty() { (faults::notice(view, &found)) }
        @else if query.has(SAVED) { (Banner::new(Tone::Good, &t!(words, "draft-saved"), "")) }
        @let document = html! {
            @if may {
                (editor(view, (&path(id), &back), (typed.unwrap_or(&draft.body), &hint)))
                (pattern(view, &draft.book))
            } @else {
                (text::shown(&draft.body))
            }
        };
        (panel_with(&t!(words, "terms-document"), &html! {}, &document))
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

/// The form of a document: where it goes, where whoever gives up goes, what stands in it, what
/// helps to write it.
fn editor(view: &View, (action, back): (&str, &str), (body, hint): (&str, &str)) -> Markup {
    let words = view.words;
    let (save, cancel) = (t!(words, "draft-save"), t!(words, "cancel"));
    html! {
        form.stack id=(FORM) method="post" action=(action) {
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
