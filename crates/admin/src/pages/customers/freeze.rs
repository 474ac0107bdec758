//! Freezing a customer, which one employee may do at once, and the proposal to undo it, which takes
//! two.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply, see_other};
use identity::approvals::{CustomerUnfreeze, OnCustomer};
use kernel::{CustomerId, Error, Permission};
use maud::html;
use ui::panel::reason_field;
use ui::{Banner, Button, Tone};

use super::super::common::Problem;
use super::profile::{FROZEN, who};
use super::{Who, customer_id};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/customers/{id}/freeze", get(show_freeze).post(freeze))
        .route("/customers/{id}/unfreeze", get(show_unfreeze).post(unfreeze))
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Freeze,
    Unfreeze,
}

impl Act {
    const fn permission(self) -> Permission {
        match self {
            Self::Freeze => Permission::CustomerFreeze,
            Self::Unfreeze => Permission::CustomerUnfreezePropose,
        }
    }
}

async fn show(admin: &Admin, view: &View, id: &str, act: Act) -> Reply<Response> {
    view.ctx.require(act.permission())?;
    let profile = admin.desk().profile(&view.ctx, customer_id(id)?).await?;
    Ok(page(view, &who(&profile), act, ("", &Problem::default())).respond(view))
}

async fn show_freeze(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    show(&admin, &view, &id, Act::Freeze).await
}

async fn show_unfreeze(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    show(&admin, &view, &id, Act::Unfreeze).await
}

async fn freeze(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let done = admin.desk().freeze(&view.ctx, id, fields.text("reason")).await;
    let to = done.map(|_| format!("/customers/{id}?{FROZEN}=1"));
    after(&admin, &view, (id, Act::Freeze), &fields, to).await
}

async fn unfreeze(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let (about, reason) = (OnCustomer { customer: id }, fields.text("reason"));
    let proposed = admin.approvals().propose::<CustomerUnfreeze>(&view.ctx, &about, reason).await;
    let to = proposed.map(|proposal| format!("/approvals/{proposal}?sent=1"));
    after(&admin, &view, (id, Act::Unfreeze), &fields, to).await
}

/// On to where it can be seen, or the form again with what was wrong.
async fn after(
    admin: &Admin,
    view: &View,
    (id, act): (CustomerId, Act),
    fields: &Fields,
    done: kernel::Result<String>,
) -> Reply<Response> {
    match done {
        Ok(to) => Ok(see_other(&to)),
        Err(Error::Refused(refusal)) if refusal.field == Some("reason") => {
            let profile = admin.desk().profile(&view.ctx, id).await?;
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(view, &who(&profile), act, (fields.text("reason"), &problem));
            Ok(page.refused(refusal.code).respond(view))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(view: &View, who: &Who, act: Act, (reason, problem): (&str, &Problem)) -> Page {
    let words = view.words;
    let name = who.name.clone();
    let (title, text, label) = match act {
        Act::Freeze => (
            t!(words, "freeze-title", name = name),
            t!(words, "freeze-text"),
            t!(words, "freeze-submit"),
        ),
        Act::Unfreeze => (
            t!(words, "unfreeze-title", name = name),
            t!(words, "unfreeze-text"),
            t!(words, "unfreeze-submit"),
        ),
    };
    let submit = match act {
        Act::Freeze => Button::danger(&label).icon("snowflake"),
        Act::Unfreeze => Button::primary(&label),
    };
    let back = format!("/customers/{}", who.id);
    let (reason_label, hint) = (t!(words, "reason"), t!(words, "reason-hint"));
    let main = html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Warn, &text, ""))
                (problem.notice(words, &["reason"]))
                form.stack method="post" {
                    (view.token())
                    (reason_field(&reason_label, &hint, reason, problem.at("reason")))
                    div.actions {
                        (submit)
                        (Button::plain(&t!(words, "cancel")).href(&back))
                    }
                }
            }
        }
    };
    Page::new(title)
        .at(At::Customers)
        .under("/customers", t!(words, "customers-title"))
        .under(back.clone(), who.name.clone())
        .main(main)
}
