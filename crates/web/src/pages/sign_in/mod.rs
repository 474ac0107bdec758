//! Sign-in and sign-out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use edge::{Fields, Known, Query, Reply, cookies};
use identity::{Begun, Door};
use kernel::{Error, Result};
use maud::{Markup, html};
use ui::{Button, Field, form_actions};

use super::common::Problem;
use super::sign_in_code;
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::shell::{FORM, Page};
use crate::view::{DEVICE, Guest, SESSION, SignedIn, View, own_path, see_other, with_cookie};
use crate::words::t;

/// The field of the address that says that a session has ended by itself.
pub(super) const ENDED: &str = "ended";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/sign-in", get(show).post(sign_in)).route("/sign-out", post(sign_out))
}

async fn show(Guest(view): Guest, Query(query): Query, Draft(draft): Draft) -> Reply<Response> {
    Ok(page(&view, query.has(ENDED), &draft, &Problem::default()).respond(&view))
}

async fn sign_in(
    State(web): State<Web>,
    Guest(view): Guest,
    Query(query): Query,
    Extension(known): Extension<Known>,
    (headers, fields): (HeaderMap, Fields),
) -> Reply<Response> {
    let next = query.text("next");
    match begin(&web, &view, &headers, &fields).await {
        Ok(Begun::SignedIn(entered)) => {
            let next = own_path(next).unwrap_or("/");
            Ok(sign_in_code::entered_at(&web, &view, &known, entered, next)?)
        }
        Ok(Begun::Waits(waits)) => Ok(sign_in_code::waits(&web, &waits, next)?),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(page(&view, query.has(ENDED), &fields, &problem)
                .refused(refusal.code)
                .respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn begin(web: &Web, view: &View, headers: &HeaderMap, fields: &Fields) -> Result<Begun> {
    let phone = input::phone(fields.text("phone"), "phone")?;
    let password = fields.secret("password");
    let door = Door::Browser(cookies::read(web.site(), headers, DEVICE));
    web.identity().sign_in(&view.ctx, (&phone, &password), door, &view.client_info()).await
}

fn page(view: &View, ended: bool, fields: &Fields, problem: &Problem) -> Page {
    Page::new(t!(view.words, "sign-in-title"))
        .back("/welcome")
        .with_form()
        .main(form(view, ended, fields, problem))
}

fn form(view: &View, ended: bool, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (phone, password) = (t!(words, "phone-label"), t!(words, "password-label"));
    let submit = t!(words, "sign-in-submit");
    html! {
        @if ended && !problem.is_some() {
            p.lead-in { (t!(words, "error-signed-out-text")) }
        }
        (problem.notice(words, &["phone"]))
        form #(FORM) method="post" hx-boost="false" {
            (view.token())
            (Field::phone("phone", &phone)
                .value(fields.text("phone"))
                .error(problem.at("phone"))
                .attr("data-phone", ""))
            (Field::password("password", &password))
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
        p.aside { a href="/help/signed-out" { (t!(words, "sign-in-cannot")) } }
        p.aside {
            (t!(words, "sign-in-new")) " "
            a href="/sign-up" { (t!(words, "sign-up-link")) }
        }
    }
}

async fn sign_out(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    web.identity().sign_out(&view.ctx).await?;
    Ok(with_cookie(see_other("/welcome"), cookies::clear(web.site(), SESSION)?))
}
