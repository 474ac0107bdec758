//! The identity document that a customer brings: an employee types what is printed in it, and
//! learns whether it is the one that the customer declared.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Reply, see_other};
use kernel::{Code, CustomerId, Error, Kind, Refusal, Secret};
use maud::{Markup, html};
use ui::{Banner, Button, Field, Tone};

use super::super::common::Problem;
use super::profile::{DOCUMENT, who};
use super::{customer_id, page_under};
use crate::Admin;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

const FIELDS: [&str; 2] = ["number", "personal_number"];

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/customers/{id}/document", get(show).post(see))
        .route("/customers/{id}/document/unsee", post(unsee))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    Ok(page(&admin, &view, id, &Problem::default()).await?.respond(&view))
}

/// Back to the customer; or the form again with what was wrong. What was typed does not come back:
/// it is to be read from the document once more.
async fn see(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let [number, personal] = FIELDS.map(|name| Secret::new(fields.text(name).to_owned()));
    match admin.desk().see_document(&view.ctx, id, (&number, &personal)).await {
        Ok(()) => Ok(see_other(&format!("/customers/{id}?{DOCUMENT}=seen"))),
        Err(Error::Refused(refusal)) if is_said_here(&refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(page(&admin, &view, id, &problem).await?.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

const fn is_said_here(refusal: &Refusal) -> bool {
    use Code::{DocumentDiffers, DocumentExpired, DocumentMalformed, DocumentTaken};
    matches!(refusal.code.kind(), Kind::TooMany)
        || matches!(
            refusal.code,
            DocumentDiffers | DocumentExpired | DocumentMalformed | DocumentTaken
        )
}

async fn unsee(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    admin.desk().unsee_document(&view.ctx, id).await?;
    Ok(see_other(&format!("/customers/{id}?{DOCUMENT}=unseen")))
}

async fn page(admin: &Admin, view: &View, id: CustomerId, problem: &Problem) -> Reply<Page> {
    let words = view.words;
    let state = admin.desk().document_state(&view.ctx, id).await?;
    let who = who(words, &admin.desk().profile(&view.ctx, id).await?);
    let back = format!("/customers/{id}");
    let content = match state {
        None => none(view, &back),
        Some(state) if state.seen => seen(view, &back, state.valid),
        Some(_) => form(view, &back, problem),
    };
    let main = html! { section.card.narrow { div.card-body { (content) } } };
    let titles = (t!(words, "document-title", name = who.name.as_str()), t!(words, "document"));
    Ok(page_under(view, &who, titles).main(main))
}

/// There is nothing to check.
fn none(view: &View, back: &str) -> Markup {
    let words = view.words;
    html! {
        (Banner::new(Tone::Info, &t!(words, "document-none"), ""))
        div.actions { (Button::quiet(&t!(words, "go-back")).href(back)) }
    }
}

fn form(view: &View, back: &str, problem: &Problem) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "document-text"),
        t!(words, "document-number"),
        t!(words, "document-personal"),
        t!(words, "document-submit"),
        t!(words, "cancel"),
    ];
    let [text, number, personal, submit, cancel] = &texts;
    html! {
        (Banner::new(Tone::Info, text, ""))
        (problem.notice(words, &FIELDS))
        form.stack method="post" action={ (back) "/document" } {
            (view.token())
            (Field::new("number", number)
                .error(problem.at("number"))
                .autocomplete("off")
                .attr("maxlength", "32"))
            (Field::new("personal_number", personal)
                .error(problem.at("personal_number"))
                .autocomplete("off")
                .inputmode("numeric")
                .attr("maxlength", "32"))
            div.actions {
                (Button::accent(submit).icon("identification-card"))
                (Button::plain(cancel).href(back))
            }
        }
    }
}

fn seen(view: &View, back: &str, valid: bool) -> Markup {
    let words = view.words;
    let (tone, text) = if valid {
        (Tone::Good, t!(words, "document-seen-text"))
    } else {
        (Tone::Warn, t!(words, "document-over-text"))
    };
    html! {
        (Banner::new(tone, &text, ""))
        form.stack method="post" action={ (back) "/document/unsee" } {
            (view.token())
            div.actions {
                (Button::danger(&t!(words, "document-unsee")))
                (Button::plain(&t!(words, "cancel")).href(back))
            }
        }
    }
}
