//! The second step: a proof that whoever learned the password does not have.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Known, Query, Reply};
use identity::{Answer, Entered, Factor};
use kernel::{Code, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, empty_state, format};

use super::passkey::asked;
use super::waiting::{Here, Waiting};
use super::{
    SECOND, begin_again, bound_as, device_name, door, own_device, sign_in_at, ways_out, welcome,
};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::{self, Asked};
use crate::shell::Page;
use crate::view::{Guest, View, see_other};
use crate::words::t;

const OPTIONS: &str = "/sign-in/second/options";
const SEND: &str = "/sign-in/second/code";

pub(super) async fn back() -> Response {
    see_other(SECOND)
}

pub(super) async fn show(Guest(view): Guest, Query(query): Query, here: Here) -> Response {
    let Some(waiting) = here.0 else { return see_other(super::SIGN_IN) };
    let shown = factor::shown(&waiting.methods, &query);
    page(&view, (&waiting, shown), &Problem::default()).respond(&view)
}

pub(super) async fn answer(
    State(web): State<Web>,
    Guest(view): Guest,
    (here, headers): (Here, HeaderMap),
    Extension(known): Extension<Known>,
    fields: Fields,
) -> Reply<Response> {
    let Some(waiting) = here.0 else { return Ok(see_other(super::SIGN_IN)) };
    match enter(&web, &view, (&waiting, &headers), &fields).await {
        Ok(entered) => welcome(&web, &view, (&known, &headers), entered, &waiting.next),
        Err(Error::Refused(refusal)) => refused(&web, &view, &waiting, &fields, &refusal),
        Err(error) => Err(error.into()),
    }
}

async fn enter(
    web: &Web,
    view: &View,
    (waiting, headers): (&Waiting, &HeaderMap),
    fields: &Fields,
) -> Result<Entered> {
    let answer: Answer = factor::answer(fields)?;
    let name = device_name(view);
    let with = (door(web, headers), bound_as(fields, &name));
    let client = view.client_info();
    web.identity().answer_sign_in(&view.ctx, waiting.name(), &answer, with, &client).await
}

/// Another code, or the first where it was not sent unasked.
pub(super) async fn send(
    State(web): State<Web>,
    Guest(view): Guest,
    headers: HeaderMap,
    here: Here,
) -> Reply<Response> {
    let Some(waiting) = here.0 else { return Ok(see_other(super::SIGN_IN)) };
    let (door, client) = (door(&web, &headers), view.client_info());
    match web.identity().send_sign_in_code(&view.ctx, waiting.name(), door, &client).await {
        Ok(sent) => {
            let to = format!("{SECOND}?{}={}", factor::BY, Factor::Sms.as_str());
            let waiting = waiting.sent(&sent, view.ctx.now());
            Ok(waiting.carried(&web, see_other(&to))?)
        }
        Err(Error::Refused(refusal)) => {
            let fields = Fields::default().with(factor::BY, Factor::Sms.as_str());
            refused(&web, &view, &waiting, &fields, &refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// The challenge of a passkey, for the browser.
pub(super) async fn options(
    State(web): State<Web>,
    Guest(view): Guest,
    headers: HeaderMap,
    here: Here,
) -> Reply<Response> {
    let Some(waiting) = here.0 else { return Ok(see_other(super::SIGN_IN)) };
    let (door, client) = (door(&web, &headers), view.client_info());
    let challenge =
        web.identity().start_sign_in_passkey(&view.ctx, waiting.name(), door, &client).await;
    asked(&view, challenge)
}

fn refused(
    web: &Web,
    view: &View,
    waiting: &Waiting,
    fields: &Fields,
    refusal: &Refusal,
) -> Reply<Response> {
    if begin_again(refusal.code) {
        let page = over(view, refusal, &waiting.next).refused(refusal.code);
        return Ok(super::waiting::forget(web, page.respond(view))?);
    }
    let shown = factor::shown(&waiting.methods, fields);
    let problem = factor::problem(view, shown, refusal);
    Ok(page(view, (waiting, shown), &problem).refused(refusal.code).respond(view))
}

fn page(view: &View, (waiting, shown): (&Waiting, Factor), problem: &Problem) -> Page {
    let words = view.words;
    let phone = format::phone(waiting.phone.expose());
    let submit = t!(words, "sign-in-submit");
    let asked = Asked {
        offered: &waiting.methods,
        shown,
        page: SECOND,
        options: OPTIONS,
        send: SEND,
        sms: waiting.code.at(view.ctx.now()),
        phone: &phone,
        fields: if waiting.bound {
            html! {}
        } else {
            own_device(words, false)
        },
        submit: &submit,
    };
    Page::new(t!(words, "sign-in-second-title")).back(sign_in_at(&waiting.next)).main(html! {
        p.lead-in { (t!(words, "sign-in-second-text")) }
        (asked.render(view, problem))
        (ways_out(words))
    })
}

/// This sign-in cannot be answered any more.
fn over(view: &View, refusal: &Refusal, next: &str) -> Page {
    let words = view.words;
    let again = t!(words, "sign-up-start-again");
    let again: Markup = Button::primary(&again).href(&sign_in_at(next)).render();
    let text = match refusal.code {
        // Its time is up, or a change of how its customer signs in has ended it: it does not know.
        Code::ChallengeOver => t!(words, "sign-in-over"),
        _ => words.refusal(refusal),
    };
    Page::new(t!(words, "sign-in-second-title")).main(empty_state("clock", "", &text, &again))
}
