//! The PIN, on a device that the bank knows.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Known, Query, Reply};
use identity::Entered;
use kernel::{Code, DeviceId, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, Field, form_actions};

use super::password::WITH;
use super::{NEXT, device, door, sign_in_at, ways_out, welcome, with_next};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::figures;
use crate::pages::security::stopped;
use crate::shell::{FORM, Page};
use crate::view::{Guest, View, see_other};
use crate::words::t;

/// How the PIN stands in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// There is none to try.
    None,
    /// It lets in.
    Enough,
    /// There is one, and the bank would ask for the password all the same.
    NotEnough,
}

/// Whether it makes sense to ask for the PIN here.
pub(super) async fn stands(web: &Web, view: &View, headers: &HeaderMap) -> Result<Pin> {
    let Some(cookie) = device(web, headers) else { return Ok(Pin::None) };
    let Some(known) = of(web, headers).await? else { return Ok(Pin::None) };
    let client = view.client_info();
    let enough = web.identity().pin_is_enough(&view.ctx, (cookie, known), &client).await?;
    Ok(if enough { Pin::Enough } else { Pin::NotEnough })
}

/// The device of this browser on which a PIN is set. None where several customers have one: the
/// PIN does not say whose it is, so the password does.
async fn of(web: &Web, headers: &HeaderMap) -> Result<Option<DeviceId>> {
    let Some(cookie) = device(web, headers) else { return Ok(None) };
    let with_pin = web.identity().devices_with_pin(cookie).await?;
    Ok(match with_pin.as_slice() {
        [device] => Some(*device),
        _ => None,
    })
}

pub(super) async fn show(
    State(web): State<Web>,
    Guest(view): Guest,
    headers: HeaderMap,
    Query(query): Query,
) -> Reply<Response> {
    let next = query.text(NEXT);
    Ok(match stands(&web, &view, &headers).await? {
        Pin::Enough => page(&view, next, &Problem::default()).respond(&view),
        // There it is said why.
        Pin::NotEnough => see_other(&sign_in_at(next)),
        Pin::None => see_other(&with_password(next)),
    })
}

pub(super) async fn sign_in(
    State(web): State<Web>,
    Guest(view): Guest,
    (Extension(known), headers): (Extension<Known>, HeaderMap),
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let next = query.text(NEXT);
    let Some(device) = of(&web, &headers).await? else {
        return Ok(see_other(&with_password(next)));
    };
    match enter(&web, &view, (device, &headers), &fields).await {
        Ok(entered) => welcome(&web, &view, (&known, &headers), entered, next),
        Err(Error::Refused(refusal)) if refusal.code == Code::SignInStopped => {
            Ok(stopped(&web, &view).respond(&view))
        }
        Err(Error::Refused(refusal)) => {
            let refusal = at_field(&view, refusal);
            let problem = Problem::of(view.lang(), &refusal);
            Ok(page(&view, next, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(
    web: &Web,
    view: &View,
    (device, headers): (DeviceId, &HeaderMap),
    fields: &Fields,
) -> Result<Entered> {
    let pin = figures(fields.raw("pin"));
    let client = view.client_info();
    web.identity().sign_in_by_pin(&view.ctx, (device, &pin), door(web, headers), &client).await
}

/// What is wrong with a PIN, at its field.
fn at_field(view: &View, refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::FieldInvalid => {
            let label = t!(view.words, "factor-pin");
            Refusal::new(Code::FieldInvalid).field("pin").value("field", label)
        }
        // The sentence of a wrong phone or password is not that of a wrong PIN.
        Code::SignInFailed => Refusal::new(Code::AnswerWrong).field("pin"),
        _ => refusal,
    }
}

fn page(view: &View, next: &str, problem: &Problem) -> Page {
    Page::new(t!(view.words, "pin-sign-in-title"))
        .back("/welcome")
        .with_form()
        .main(main(view, next, problem))
}

fn main(view: &View, next: &str, problem: &Problem) -> Markup {
    let words = view.words;
    if problem.is(Code::PasswordNeeded) || problem.is(Code::PinLocked) {
        return password_needed(view, next, problem);
    }
    let (label, hint) = (t!(words, "factor-pin"), t!(words, "factor-pin-hint"));
    let (submit, password) = (t!(words, "sign-in-submit"), t!(words, "pin-sign-in-password"));
    html! {
        p.lead-in { (t!(words, "pin-sign-in-text")) }
        (problem.notice(words, &["pin"]))
        form #(FORM) method="post" action=(with_next("/sign-in/pin", next)) hx-boost="false" {
            (view.token())
            (Field::pin("pin", &label, "6").hint(&hint).error(problem.at("pin"))
                .attr("autofocus", ""))
            (form_actions(&html! {
                (Button::accent(&submit))
                (Button::quiet(&password).href(&with_password(next)))
            }))
        }
        (ways_out(words))
    }
}

/// Since the page was shown the PIN has become too little, or was wrong for the last time: it is
/// not asked for again.
fn password_needed(view: &View, next: &str, problem: &Problem) -> Markup {
    let words = view.words;
    let password = t!(words, "pin-sign-in-password");
    html! {
        (problem.notice(words, &[]))
        (form_actions(&Button::accent(&password).href(&with_password(next)).render()))
        (ways_out(words))
    }
}

/// The page of the password, where the PIN is not wanted.
fn with_password(next: &str) -> String {
    let to = sign_in_at(next);
    let sign = if to.contains('?') { '&' } else { '?' };
    format!("{to}{sign}{WITH}=password")
}
