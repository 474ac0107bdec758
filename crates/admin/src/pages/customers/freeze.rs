//! Freezing a customer, which one employee may do at once.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply, see_other};
use kernel::{CustomerId, Error, Permission};
use maud::html;
use policy::Object;
use ui::panel::reason_field;
use ui::{Banner, Button, Tone};

use super::super::common::Problem;
use super::profile::{FROZEN, who};
use super::{customer_id, page_under};
use crate::Admin;
use crate::draft;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers/{id}/freeze", get(show).post(freeze))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let about = Object::Customer(id);
    admin.identity().staff_could(&view.ctx, Permission::CustomerFreeze, about).await?;
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(page(&admin, &view, id, typed).await?.respond(&view))
}

/// On to the customer, who is frozen; or the form again with what was wrong.
async fn freeze(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let reason = fields.text("reason");
    match admin.desk().freeze(&view.ctx, id, reason).await {
        Ok(_) => Ok(see_other(&format!("/customers/{id}?{FROZEN}=1"))),
        Err(Error::Refused(refusal)) if refusal.field == Some("reason") => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&admin, &view, id, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    admin: &Admin,
    view: &View,
    id: CustomerId,
    (reason, problem): (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let who = who(words, &admin.desk().profile(&view.ctx, id).await?);
    let texts = [
        t!(words, "freeze-text"),
        t!(words, "freeze-submit"),
        t!(words, "reason"),
        t!(words, "reason-hint"),
        t!(words, "cancel"),
    ];
    let [text, submit, label, hint, cancel] = &texts;
    let back = format!("/customers/{id}");
    let main = html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Warn, text, ""))
                (problem.notice(words, &["reason"]))
                form.stack id=(draft::FORM) method="post" {
                    (view.token_and_way_back())
                    (reason_field(label, hint, reason, problem.at("reason")))
                    div.actions {
                        (Button::danger(submit).icon("snowflake"))
                        (Button::plain(cancel).href(&back))
                    }
                }
            }
        }
    };
    let titles = (t!(words, "freeze-title", name = who.name.as_str()), t!(words, "freeze"));
    Ok(page_under(view, &who, titles).typed().main(main))
}
