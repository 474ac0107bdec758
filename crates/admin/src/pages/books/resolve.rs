//! The form that proposes how a difference between books is resolved, and what proves it.

use accounting::BreakId;
use accounting::desk::{BreakResolve, Resolving};
use accounting::reconciliation::How;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::Action;
use kernel::{Code, Permission, Refusal};
use maud::{Markup, html};
use policy::Object;
use ui::{Field, Select};

use super::breaks::{self, about, break_id};
use super::{how_name, page};
use crate::Admin;
use crate::pages::common::Problem;
use crate::pages::proposals::{self, Form};
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

/// Longest evidence, in characters.
const MAX_EVIDENCE_CHARS: &str = "500";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/books/breaks/{id}/resolve", get(show).post(send))
}

/// The address of the form.
pub(super) fn path(id: BreakId) -> String {
    format!("{}/resolve", breaks::path(id))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let typed = (&view.typed, &Problem::default());
    Ok(form_page(&admin, &view, break_id(&id)?, typed).await?.respond(&view))
}

/// The form with what it is about. What is resolved by now has none.
async fn form_page(
    admin: &Admin,
    view: &View,
    id: BreakId,
    (fields, problem): (&Fields, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let may = Permission::BreakResolvePropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let found = admin.books().one_break(&view.ctx, id).await?;
    let back = breaks::path(id);
    let page = page(words, t!(words, "break-resolve"))
        .under(breaks::PATH, t!(words, "books-breaks"))
        .under(&back, t!(words, "break"));
    if found.resolved.is_some() {
        let why = Refusal::new(Code::NothingToChange);
        return Ok(page.main(proposals::not_now(view, &why, &back)).refused(why.code));
    }
    let text = t!(words, "break-resolve-text");
    let form = Form {
        fields: html! { (about(view, &found)) (fields_of(view, (fields, problem))) },
        named: &["reason", "how", "evidence"],
        ..Form::of(BreakResolve::TERMS, &text, &back)?
    };
    Ok(page.typed().main(proposals::form(view, &form, (fields.text("reason"), problem))))
}

/// How it is resolved, and what proves it.
fn fields_of(view: &View, (fields, problem): (&Fields, &Problem)) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "break-how"),
        t!(words, "break-choose"),
        t!(words, "break-evidence"),
        t!(words, "break-evidence-hint"),
    ];
    let [how, choose, evidence, hint] = &texts;
    let names = How::SAID.map(|how| (how, how_name(words, how)));
    let chosen = fields.text("how");
    let select = names.iter().fold(
        Select::new("how", how).option("", choose, chosen.is_empty()),
        |select, (how, name)| select.option(how.as_str(), name, chosen == how.as_str()),
    );
    html! {
        (select.error(problem.at("how")))
        (Field::new("evidence", evidence)
            .hint(hint)
            .value(fields.text("evidence"))
            .error(problem.at("evidence"))
            .autocomplete("off")
            .attr("maxlength", MAX_EVIDENCE_CHARS))
    }
}

/// On to the proposal; or the form again with what was wrong.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = break_id(&id)?;
    let may = Permission::BreakResolvePropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let sent = match How::parse(fields.text("how")) {
        Some(how) => {
            let resolving = Resolving { of: id, how, evidence: fields.text("evidence").to_owned() };
            let reason = fields.text("reason");
            let proposed = admin.approvals().propose::<BreakResolve>(&view.ctx, &resolving, reason);
            proposals::sent(proposed.await)?
        }
        None => Err(Refusal::new(Code::FieldInvalid).field("how")),
    };
    match sent {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let mut problem = Problem::of(view.lang(), &refusal);
            if refusal.field == Some("how") {
                problem = problem.saying(t!(view.words, "break-choose-first"));
            }
            let page = form_page(&admin, &view, id, (&fields, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}
