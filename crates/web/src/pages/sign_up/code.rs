//! The second step: the code that proves the phone.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use kernel::{Code, Error, Phone, Refusal, Result, Secret};
use maud::{Markup, html};
use ui::{Button, Field, form_actions, format};

use super::progress::{CODE, Known, PHONE, Progress, Sent, YOU};
use super::{checked, phone, step};
use crate::Web;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page};
use crate::view::{Guest, View, see_other, with_cookie};
use crate::words::{Words, t};

pub(super) async fn show(Guest(view): Guest, known: Known) -> Response {
    match known.code() {
        Ok((phone, sent)) => page(&view, &phone, sent, None).respond(&view),
        Err(place) => see_other(place),
    }
}

pub(super) async fn check(
    State(web): State<Web>,
    Guest(view): Guest,
    known: Known,
    fields: Fields,
) -> Reply<Response> {
    let (phone, sent) = match known.code() {
        Ok(known) => known,
        Err(place) => return Ok(see_other(place)),
    };
    // Some phones paste the code with a space in its middle.
    let code = fields.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    match web.identity().verify_code(&view.ctx, sent.challenge, &Secret::new(code)).await {
        Ok(proof) => {
            let proven = Progress::proven(phone, proof.ticket);
            Ok(with_cookie(see_other(YOU), proven.cookie(&web)?))
        }
        Err(Error::Refused(refusal)) => {
            let refusal = at_field(view.words, refusal);
            Ok(page(&view, &phone, sent, Some(&refusal)).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn again(
    State(web): State<Web>,
    Guest(view): Guest,
    known: Known,
) -> Reply<Response> {
    let (phone, sent) = match known.code() {
        Ok(known) => known,
        Err(place) => return Ok(see_other(place)),
    };
    match send_again(&web, &view, &phone, sent).await {
        Ok(progress) => Ok(with_cookie(see_other(CODE), progress.cookie(&web)?)),
        Err(Error::Refused(refusal)) => {
            Ok(page(&view, &phone, sent, Some(&refusal)).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Another code for the challenge, or for a new one when it has ended: whoever looks for their
/// phone for long does not have to type the number again.
async fn send_again(web: &Web, view: &View, phone: &Phone, sent: Sent) -> Result<Progress> {
    let (identity, client) = (web.identity(), view.client_info());
    match identity.resend_code(&view.ctx, sent.challenge, &client).await {
        Ok(challenge) => {
            let sent = Sent::of(&challenge, view.ctx.now(), true);
            Ok(Progress::sent(phone.clone(), sent))
        }
        Err(error) if error.code() == Some(Code::CodeExpired) => {
            phone::start(web, view, phone.clone()).await
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with a code stands at its field, which is named as the page names it.
fn at_field(words: Words, refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::FieldInvalid => {
            let label = t!(words, "sign-up-code-label");
            Refusal::new(Code::FieldInvalid).field("code").value("field", label)
        }
        Code::CodeWrong | Code::CodeExpired | Code::CodeTriesUsedUp => refusal.field("code"),
        _ => refusal,
    }
}

fn page(view: &View, phone: &Phone, sent: Sent, refused: Option<&Refusal>) -> Page {
    let problem = refused.map(|refusal| Problem::of(view.lang(), refusal)).unwrap_or_default();
    let ended = refused.is_some_and(|refusal| refusal.code == Code::CodeExpired);
    let page =
        Page::new(t!(view.words, "sign-up-code-title")).back(PHONE).with_form().main(html! {
            (form(view, phone, sent, &problem))
            (ways_on(view, sent, ended))
        });
    match refused {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

fn form(view: &View, phone: &Phone, sent: Sent, problem: &Problem) -> Markup {
    let words = view.words;
    let phone = format::phone(phone.expose());
    let (label, hint) = (t!(words, "sign-up-code-label"), t!(words, "sign-up-code-hint"));
    let submit = t!(words, "continue");
    let field = Field::code("code", &label, "7").hint(&hint);
    let field = if problem.is_some() {
        checked(field, "code", problem)
    } else {
        field.attr("autofocus", "")
    };
    html! {
        (step(words, 2))
        p.lead-in {
            @if sent.again {
                (t!(words, "sign-up-code-sent-again", phone = phone))
            } @else {
                (t!(words, "sign-up-code-sent", phone = phone))
            }
        }
        (problem.notice(words, &["code"]))
        form #(FORM) method="post" action=(CODE) hx-boost="false" {
            (view.token())
            (field)
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
    }
}

/// Another code, another number.
fn ways_on(view: &View, sent: Sent, ended: bool) -> Markup {
    let words = view.words;
    let (again, label) = (t!(words, "sign-up-code-again"), t!(words, "sign-up-code-wait"));
    let wait = sent.wait_seconds(view.ctx.now()).map(|seconds| seconds.to_string());
    let button = if ended { Button::primary(&again) } else { Button::quiet(&again) };
    let button = match &wait {
        Some(wait) => button.attr("data-wait", wait).attr("data-wait-label", &label),
        None => button,
    };
    html! {
        form method="post" action="/sign-up/code/again" hx-boost="false" {
            (view.token())
            p.hint { (t!(words, "sign-up-code-none")) }
            (form_actions(&html! { (button) }))
        }
        p.aside { a href=(PHONE) { (t!(words, "sign-up-other-phone")) } }
    }
}
