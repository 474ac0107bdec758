//! The first passkey of an employee, by a link that works once.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use edge::{Fields, Reply, see_other};
use kernel::{Code, Error};
use maud::html;
use ui::{Button, Ceremony, Field, PasskeyForm};

use super::common::{Problem, answered, challenge_json};
use crate::Admin;
use crate::shell::Page;
use crate::view::{Guest, PasskeyWords, View};
use crate::words::t;

/// The field of the address of the sign-in that says that a passkey was just made.
pub(super) const ENROLLED: &str = "enrolled";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/enrol/{ticket}", get(show).post(enrol))
        .route("/enrol/{ticket}/challenge", post(challenge))
}

async fn show(
    State(admin): State<Admin>,
    Guest(view): Guest,
    Path(ticket): Path<String>,
) -> Reply<Response> {
    Ok(page(&admin, &view, &ticket, ("", &Problem::default())).await?.respond(&view))
}

async fn challenge(
    State(admin): State<Admin>,
    Guest(view): Guest,
    Path(ticket): Path<String>,
) -> Reply<Response> {
    let started = admin.identity().start_enrolment(&view.ctx, &ticket, &view.client_info()).await?;
    Ok(Json(challenge_json(&started)).into_response())
}

async fn enrol(
    State(admin): State<Admin>,
    Guest(view): Guest,
    Path(ticket): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let name = fields.text("name");
    let enrolled = match answered(&fields) {
        Ok((challenge, answer)) => {
            let client = view.client_info();
            let link = (ticket.as_str(), &client);
            admin.identity().finish_enrolment(&view.ctx, link, (challenge, &answer), name).await
        }
        Err(error) => Err(error),
    };
    match enrolled {
        Ok(_) => Ok(see_other(&format!("/sign-in?{ENROLLED}=1"))),
        Err(Error::Refused(refusal)) if refusal.code != Code::EnrolmentOver => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&admin, &view, &ticket, (name, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    admin: &Admin,
    view: &View,
    ticket: &str,
    (name, problem): (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let invited = admin.identity().enrolment(&view.ctx, ticket, &view.client_info()).await?;
    let passkey = PasskeyWords::of(words);
    let action = format!("/enrol/{ticket}");
    let options = format!("{action}/challenge");
    let form = PasskeyForm {
        ceremony: Ceremony::Create,
        action: &action,
        options: &options,
        texts: passkey.texts(),
    };
    let own = t!(words, "enrol-default-name");
    let name = if name.is_empty() { own.as_str() } else { name };
    let (label, hint) = (t!(words, "enrol-name"), t!(words, "enrol-name-hint"));
    let submit = t!(words, "enrol-submit");
    let main = html! {
        p.head-sub { (t!(words, "enrol-text", name = invited.name)) }
        (problem.notice(words, &["name"]))
        (form.around(&html! {
            (view.token())
            (Field::new("name", &label)
                .value(name)
                .hint(&hint)
                .error(problem.at("name"))
                .attr("maxlength", "60"))
            (Button::primary(&submit).icon("fingerprint"))
        }))
    };
    Ok(Page::new(t!(words, "enrol-title")).main(main))
}
