//! What the owner calls an account.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Fields, Reply};
use kernel::{Code, Error, Refusal, Result};
use maud::{Markup, html};
use payments::AccountView;
use ui::{Button, Field, form_actions};

use super::find;
use crate::Web;
use crate::draft::Draft;
use crate::pages::common::{Problem, asset_name};
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

const NAME: &str = "name";
/// What the bank takes, for the browser.
const NAME_MAX_CHARS: &str = "40";

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Draft(draft): Draft,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let name = account.name.clone().unwrap_or_default();
    let name = if draft.has(NAME) { draft.text(NAME).to_owned() } else { name };
    Ok(page(&view, &account, &name, &Problem::default()).respond(&view))
}

pub(super) async fn rename(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let name = fields.text(NAME);
    match give(&web, &view, &account, name).await {
        Ok(()) => Ok(see_other(&format!("/accounts/{}", account.id))),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &called(&view, refusal.clone()));
            Ok(page(&view, &account, name, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn give(web: &Web, view: &View, account: &AccountView, name: &str) -> Result<()> {
    let name = Some(name.to_owned());
    web.payments().rename_account(&view.ctx, account.id, name).await.map(|_| ())
}

/// The refusal with the field as the page calls it.
fn called(view: &View, refusal: Refusal) -> Refusal {
    if refusal.code != Code::FieldInvalid {
        return refusal;
    }
    let label = t!(view.words, "account-name-label");
    Refusal::new(Code::FieldInvalid).field(NAME).value("field", label)
}

fn page(view: &View, account: &AccountView, name: &str, problem: &Problem) -> Page {
    Page::new(t!(view.words, "account-name-title"))
        .tab(Tab::Home)
        .back(format!("/accounts/{}", account.id))
        .with_form()
        .main(form(view, account, name, problem))
}

fn form(view: &View, account: &AccountView, name: &str, problem: &Problem) -> Markup {
    let words = view.words;
    let label = t!(words, "account-name-label");
    let hint = t!(words, "account-name-hint", usual = asset_name(words, account.asset));
    html! {
        (problem.notice(words, &[NAME]))
        form #(FORM) method="post" {
            (view.token())
            (Field::new(NAME, &label)
                .optional()
                .value(name)
                .hint(&hint)
                .error(problem.at(NAME))
                .autocomplete("off")
                .attr("maxlength", NAME_MAX_CHARS))
            (form_actions(&html! { (Button::accent(&t!(words, "save"))) }))
        }
    }
}
