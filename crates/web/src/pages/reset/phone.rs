//! The first step: the phone.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use kernel::{Error, Result};
use maud::{Markup, Render, html};
use ui::{Button, Field, form_actions};

use super::progress::Progress;
use super::{CODE, PHONE, go, nothing_of_it, step};
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page};
use crate::view::{View, with_cookie};
use crate::words::t;

pub(super) async fn show(view: View, Draft(draft): Draft) -> Response {
    page(&view, &draft, &Problem::default()).respond(&view)
}

/// Whether the phone is a customer's or not, the answer is the same.
pub(super) async fn send(State(web): State<Web>, view: View, fields: Fields) -> Reply<Response> {
    match begin(&web, &view, &fields).await {
        Ok(progress) => Ok(with_cookie(go(CODE), progress.cookie(&web)?)),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(page(&view, &fields, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn begin(web: &Web, view: &View, fields: &Fields) -> Result<Progress> {
    let phone = input::phone(fields.text("phone"), "phone")?;
    let client = view.client_info();
    let started = web.identity().start_reset(&view.ctx, &phone, &client).await?;
    Ok(Progress::sent(phone, started.key, &started.challenge, view.ctx.now()))
}

fn page(view: &View, fields: &Fields, problem: &Problem) -> Page {
    let words = view.words;
    Page::new(t!(words, "reset-title")).back("/sign-in").with_form().main(html! {
        (step(words, 1))
        p.lead-in { (t!(words, "reset-text")) }
        (problem.notice(words, &["phone"]))
        (form(view, fields, problem))
        (nothing_of_it(words))
        p.aside { a href="/help/signed-out" { (t!(words, "reset-help")) } }
    })
}

fn form(view: &View, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, submit) = (t!(words, "phone-label"), t!(words, "sign-up-send"));
    html! {
        form #(FORM) method="post" action=(PHONE) hx-boost="false" {
            (view.token())
            (Field::phone("phone", &label)
                .value(fields.text("phone"))
                .error(problem.at("phone"))
                .autocomplete("tel")
                .attr("data-phone", ""))
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}
