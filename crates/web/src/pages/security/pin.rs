//! The PIN of this device.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use kernel::{Code, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Field, Tone, empty_state, form_actions};

use super::{PIN, SECURITY, confirm};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::figures;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

const FIELDS: [&str; 2] = ["pin", "pin_again"];

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let title = t!(view.words, "security-pin");
    let Some(set) = web.identity().factors(&view.ctx).await?.pin else {
        return Ok(not_here(&view).respond(&view));
    };
    if let Some(gate) = confirm::gate(&web, &view, &title, PIN).await? {
        return Ok(gate.respond(&view));
    }
    Ok(page(&view, set, None).respond(&view))
}

/// A PIN is good on a device that the bank knows. On another one there are two ways on: to make it
/// one's own, which begins with a new sign-in, or back to what can be set here.
fn not_here(view: &View) -> Page {
    let words = view.words;
    let text = t!(words, "pin-not-here-text");
    let (again, security) = (t!(words, "sign-out"), t!(words, "pin-not-here-security"));
    Page::new(t!(words, "security-pin")).back(SECURITY).main(html! {
        (empty_state("numpad", &t!(words, "pin-not-here"), &text, &html! {}))
        form.stack method="post" action="/sign-out" hx-boost="false" data-forget {
            (view.token())
            (form_actions(&html! {
                (Button::primary(&again).icon("sign-out"))
                (Button::quiet(&security).href(SECURITY))
            }))
        }
    })
}

fn page(view: &View, set: bool, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let main = html! {
        p.lead-in { (t!(words, "pin-text")) }
        (problem.notice(words, &FIELDS))
        (form(view, set, &problem))
        @if set { (remove(view)) }
    };
    let page = Page::new(t!(words, "security-pin")).back(SECURITY).main(main);
    super::with_refusal(page, refusal)
}

fn form(view: &View, set: bool, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, again) = (t!(words, "pin-new"), t!(words, "pin-again"));
    let hint = t!(words, "pin-new-hint");
    let submit = if set { t!(words, "pin-change") } else { t!(words, "pin-set") };
    html! {
        form #(FORM) method="post" action=(PIN) {
            (view.token())
            (Field::pin("pin", &label, "6").hint(&hint).error(problem.at("pin")))
            (Field::pin("pin_again", &again, "6").error(problem.at("pin_again")))
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}

fn remove(view: &View) -> Markup {
    let words = view.words;
    let (title, text) = (t!(words, "pin-remove"), t!(words, "pin-remove-text"));
    let form = html! {
        form.stack method="post" action="/security/pin/remove" {
            (view.token())
            (Button::danger(&title).icon("trash"))
        }
    };
    Banner::new(Tone::Info, &title, &text).action(form).render()
}

pub(super) async fn set(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    match chosen(&web, &view, &fields).await {
        Ok(()) => Ok(see_other(SECURITY)),
        Err(Error::Refused(refusal)) => refused(&web, &view, refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn chosen(web: &Web, view: &View, fields: &Fields) -> Result<()> {
    let pin = figures(fields.raw("pin"));
    if pin.expose() != figures(fields.raw("pin_again")).expose() {
        return Err(Refusal::new(Code::PinsDiffer).field("pin_again").into());
    }
    web.identity().set_pin(&view.ctx, &pin).await
}

async fn refused(web: &Web, view: &View, refusal: Refusal) -> Reply<Response> {
    let title = t!(view.words, "security-pin");
    let refusal = match refusal.code {
        Code::StepUpRequired => return Ok(confirm::closed(view, &title, PIN).respond(view)),
        Code::FieldInvalid => {
            let label = t!(view.words, "pin-new");
            Refusal::new(Code::FieldInvalid).field("pin").value("field", label)
        }
        Code::PinTooCommon => refusal.field("pin"),
        _ => refusal,
    };
    let set = web.identity().factors(&view.ctx).await?.pin.unwrap_or(false);
    Ok(page(view, set, Some(&refusal)).respond(view))
}

pub(super) async fn remove_it(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    match web.identity().remove_pin(&view.ctx).await {
        Ok(()) => Ok(see_other(SECURITY)),
        Err(Error::Refused(refusal)) => refused(&web, &view, refusal).await,
        Err(error) => Err(error.into()),
    }
}
