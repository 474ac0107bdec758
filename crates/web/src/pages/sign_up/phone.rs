//! The first step: a phone, to which a code is sent.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use identity::Purpose;
use kernel::{Code, Error, Phone, Result};
use maud::{Markup, html};
use ui::{Button, Field, form_actions, format};

use super::progress::{CODE, Known, Progress, Sent};
use super::{checked, step};
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page};
use crate::view::{Guest, View, see_other, with_cookie};
use crate::words::t;

pub(super) async fn show(Guest(view): Guest, known: Known, Draft(draft): Draft) -> Response {
    // Whoever comes back because of a slip in the number finds it there.
    let before = known.phone().map(|phone| format::phone(phone.expose()));
    let typed = draft.filled("phone").or(before.as_deref()).unwrap_or_default();
    page(&view, typed, &Problem::default()).respond(&view)
}

pub(super) async fn send(
    State(web): State<Web>,
    Guest(view): Guest,
    known: Known,
    fields: Fields,
) -> Reply<Response> {
    let typed = fields.text("phone");
    let phone = input::phone(typed, "phone");
    let given_before = phone.as_ref().is_ok_and(|phone| known.phone() == Some(phone));
    let started = match phone {
        Ok(phone) => start(&web, &view, phone).await,
        Err(error) => Err(error),
    };
    match started {
        Ok(progress) => Ok(with_cookie(see_other(CODE), progress.cookie(&web)?)),
        // They went back and on again: the code they wait for is on its way.
        Err(error) if error.code() == Some(Code::CodeResentTooSoon) && given_before => {
            Ok(see_other(known.place()))
        }
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(page(&view, typed, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends the first code of a challenge.
pub(super) async fn start(web: &Web, view: &View, phone: Phone) -> Result<Progress> {
    let (identity, client) = (web.identity(), view.client_info());
    let sent = identity.start_phone_challenge(&view.ctx, &phone, Purpose::SignUp, &client).await?;
    Ok(Progress::sent(phone, Sent::of(&sent, view.ctx.now(), false)))
}

fn page(view: &View, typed: &str, problem: &Problem) -> Page {
    Page::new(t!(view.words, "sign-up-title"))
        .back("/welcome")
        .with_form()
        .main(form(view, typed, problem))
}

fn form(view: &View, typed: &str, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, hint) = (t!(words, "phone-label"), t!(words, "sign-up-phone-hint"));
    let submit = t!(words, "sign-up-send");
    let phone = Field::phone("phone", &label)
        .value(typed)
        .hint(&hint)
        .autocomplete("tel")
        .attr("data-phone", "");
    html! {
        (step(words, 1))
        p.lead-in { (t!(words, "sign-up-phone-text")) }
        (problem.notice(words, &["phone"]))
        form #(FORM) method="post" hx-boost="false" {
            (view.token())
            (checked(phone, "phone", problem))
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
        p.aside {
            (t!(words, "sign-up-known")) " "
            a href="/sign-in" { (t!(words, "sign-up-sign-in")) }
        }
    }
}
