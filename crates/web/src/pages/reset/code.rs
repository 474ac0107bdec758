//! The second step: the code that proves the phone.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Reply};
use identity::Resetting;
use kernel::{Code, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, Field, form_actions, format};

use super::progress::{Here, Progress};
use super::{CODE, PHONE, PROOF, go, is_over, over, step};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::figures;
use crate::pages::sign_in::device;
use crate::shell::{FORM, Page};
use crate::view::{View, with_cookie};
use crate::words::t;

pub(super) async fn back() -> Response {
    go(CODE)
}

pub(super) async fn show(view: View, here: Here) -> Response {
    match here.code() {
        Ok(progress) => page(&view, &progress, None).respond(&view),
        Err(place) => go(place),
    }
}

pub(super) async fn check(
    State(web): State<Web>,
    view: View,
    headers: HeaderMap,
    here: Here,
    fields: Fields,
) -> Reply<Response> {
    let progress = match here.code() {
        Ok(progress) => progress,
        Err(place) => return Ok(go(place)),
    };
    let code = figures(fields.raw("code"));
    let client = view.client_info();
    let caller =
        Resetting { key: &progress.key, client: &client, device_cookie: device(&web, &headers) };
    match web.identity().verify_reset_code(&view.ctx, caller, &code).await {
        Ok(()) => {
            let progress = Progress { code_proven: true, ..progress };
            Ok(with_cookie(go(PROOF), progress.cookie(&web)?))
        }
        Err(Error::Refused(refusal)) => Ok(refused(&web, &view, &progress, refusal)?),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn again(
    State(web): State<Web>,
    view: View,
    headers: HeaderMap,
    here: Here,
) -> Reply<Response> {
    let progress = match here.code() {
        Ok(progress) => progress,
        Err(place) => return Ok(go(place)),
    };
    let client = view.client_info();
    let caller =
        Resetting { key: &progress.key, client: &client, device_cookie: device(&web, &headers) };
    match web.identity().resend_reset_code(&view.ctx, caller).await {
        Ok(sent) => {
            let progress = progress.sent_again(&sent, view.ctx.now());
            Ok(with_cookie(go(CODE), progress.cookie(&web)?))
        }
        Err(Error::Refused(refusal)) => Ok(refused(&web, &view, &progress, refusal)?),
        Err(error) => Err(error.into()),
    }
}

fn refused(web: &Web, view: &View, progress: &Progress, refusal: Refusal) -> Result<Response> {
    if is_over(refusal.code) {
        return over(web, view, &refusal);
    }
    let refusal = match refusal.code {
        Code::FieldInvalid => {
            let label = t!(view.words, "sign-up-code-label");
            Refusal::new(Code::FieldInvalid).field("code").value("field", label)
        }
        Code::CodeWrong | Code::CodeExpired | Code::CodeTriesUsedUp => refusal.field("code"),
        _ => refusal,
    };
    Ok(page(view, progress, Some(&refusal)).respond(view))
}

fn page(view: &View, progress: &Progress, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let phone = format::phone(progress.phone.expose());
    let (label, hint) = (t!(words, "sign-up-code-label"), t!(words, "sign-up-code-hint"));
    let submit = t!(words, "continue");
    let page = Page::new(t!(words, "sign-up-code-title")).back(PHONE).with_form().main(html! {
        (step(words, 2))
        p.lead-in { (t!(words, "reset-code-sent", phone = phone)) }
        (problem.notice(words, &["code"]))
        form #(FORM) method="post" action=(CODE) hx-boost="false" {
            (view.token())
            (Field::code("code", &label, "7").hint(&hint).error(problem.at("code"))
                .attr("autofocus", ""))
            (form_actions(&Button::accent(&submit).render()))
        }
        (send_again(view, progress))
    });
    match refusal {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

fn send_again(view: &View, progress: &Progress) -> Markup {
    let words = view.words;
    let (again, label) = (t!(words, "sign-up-code-again"), t!(words, "sign-up-code-wait"));
    let wait = progress.wait_seconds(view.ctx.now()).map(|wait| wait.to_string());
    let button = Button::quiet(&again);
    let button = match &wait {
        Some(wait) => button.attr("data-wait", wait).attr("data-wait-label", &label),
        None => button,
    };
    html! {
        form method="post" action="/reset/code/again" hx-boost="false" {
            (view.token())
            p.hint { (t!(words, "sign-up-code-none")) }
            (form_actions(&html! { (button) }))
        }
        p.aside { a href=(PHONE) { (t!(words, "sign-up-other-phone")) } }
    }
}
