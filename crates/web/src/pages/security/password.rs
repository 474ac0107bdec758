//! A new password, by whoever knows the old one.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use kernel::{Code, Error, Refusal};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Field, Tone, form_actions};

use super::{PASSWORD, SECURITY, confirm};
use crate::Web;
use crate::door::session_cookie;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other, with_cookie};
use crate::words::t;

const FIELDS: [&str; 2] = ["password", "new_password"];

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let title = t!(view.words, "security-password-change");
    if let Some(gate) = confirm::gate(&web, &view, &title, PASSWORD).await? {
        return Ok(gate.respond(&view));
    }
    Ok(page(&view, None).respond(&view))
}

fn page(view: &View, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let main = html! {
        (problem.notice(words, &FIELDS))
        (form(view, &problem))
        (Banner::new(Tone::Info, &t!(words, "password-after"), &t!(words, "password-after-text")))
    };
    let page = Page::new(t!(words, "security-password-change")).back(SECURITY).main(main);
    super::with_refusal(page, refusal)
}

fn form(view: &View, problem: &Problem) -> Markup {
    let words = view.words;
    let (old, new) = (t!(words, "password-old"), t!(words, "reset-password-title"));
    let (hint, submit) = (t!(words, "sign-up-password-hint"), t!(words, "password-submit"));
    let show = t!(words, "password-show");
    html! {
        // A new document, whose stream of news has the new cookie.
        form #(FORM) method="post" action=(PASSWORD) hx-boost="false" {
            (view.token())
            (Field::password("password", &old).error(problem.at("password")).reveal(&show))
            (Field::new_password("new_password", &new).hint(&hint).reveal(&show)
                .error(problem.at("new_password")))
            (form_actions(&Button::accent(&submit).render()))
        }
        p.aside { a href="/reset" { (t!(words, "password-forgotten")) } }
    }
}

pub(super) async fn change(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let (old, new) = (fields.secret("password"), fields.secret("new_password"));
    match web.customers().change_password(&view.ctx, (&old, &new)).await {
        Ok(()) => {
            // A copy of the cookie that somebody took before is good for nothing from now on.
            let session = web.identity().renew_browser_session(&view.ctx).await?;
            let cookie = session_cookie(&web, &session, view.ctx.now())?;
            Ok(with_cookie(see_other(SECURITY), cookie))
        }
        Err(Error::Refused(refusal)) => {
            if refusal.code == Code::StepUpRequired {
                let title = t!(view.words, "security-password-change");
                return Ok(confirm::closed(&view, &title, PASSWORD).respond(&view));
            }
            let refusal = at_field(refusal);
            Ok(page(&view, Some(&refusal)).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with one of the two passwords stands at it.
fn at_field(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::PasswordWrong => refusal.field("password"),
        Code::PasswordTooShort
        | Code::PasswordTooLong
        | Code::PasswordTooCommon
        | Code::PasswordLeaked
        | Code::PasswordUnchanged => refusal.field("new_password"),
        _ => refusal,
    }
}
