//! The last step: a new password, and in with it.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Known, Reply, cookies, forgetting, with_cookie_first};
use identity::Resetting;
use kernel::{Code, Error, Refusal};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Field, Tone, form_actions, format};

use super::progress::{Here, Progress};
use super::{PASSWORD, go, is_over, over, progress, step};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::sign_in::{device, enter_with};
use crate::shell::{FORM, Page};
use crate::view::{SESSION, View, see_other, with_cookie};
use crate::words::t;

pub(super) async fn show(view: View, here: Here) -> Response {
    match here.password() {
        Ok(progress) => page(&view, &progress, None).respond(&view),
        Err(place) => go(place),
    }
}

/// Sets the password and comes in with it, as anybody would: on a device that the bank does not
/// know yet, that takes its second step.
pub(super) async fn set(
    State(web): State<Web>,
    view: View,
    (headers, here): (HeaderMap, Here),
    Extension(known): Extension<Known>,
    fields: Fields,
) -> Reply<Response> {
    let progress = match here.password() {
        Ok(progress) => progress,
        Err(place) => return Ok(go(place)),
    };
    let client = view.client_info();
    let caller =
        Resetting { key: &progress.key, client: &client, device_cookie: device(&web, &headers) };
    let password = fields.secret("password");
    let set = web.customers().complete_reset(&view.ctx, caller, &password).await;
    let typed = (&progress.phone, &password);
    match set {
        Ok(_) => {
            let entered = enter_with(&web, &view, (&known, &headers), typed).await?;
            // The password is set all the same.
            done(&web, &view, entered.unwrap_or_else(|| see_other("/sign-in")))
        }
        // What is over may be so because this was done already, and the answer was lost: then the
        // password is the one that is typed here again.
        Err(Error::Refused(refusal)) if is_over(refusal.code) => {
            match enter_with(&web, &view, (&known, &headers), typed).await? {
                Some(entered) => done(&web, &view, entered),
                None => Ok(over(&web, &view, &refusal)?),
            }
        }
        Err(Error::Refused(refusal)) => {
            let page = page(&view, &progress, Some(&at_field(refusal.clone())));
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// On with whoever set a password. A session that was open here has ended with all others; one that
/// begins here stays.
fn done(web: &Web, view: &View, response: Response) -> Reply<Response> {
    let response = with_cookie(response, progress::forget(web)?);
    if !view.signed_in() {
        return Ok(response);
    }
    let gone = cookies::clear(web.site(), SESSION)?;
    Ok(forgetting(with_cookie_first(response, gone)))
}

fn at_field(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::PasswordTooShort
        | Code::PasswordTooLong
        | Code::PasswordTooCommon
        | Code::PasswordLeaked
        | Code::PasswordUnchanged => refusal.field("password"),
        _ => refusal,
    }
}

fn page(view: &View, progress: &Progress, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    Page::new(t!(words, "reset-password-title")).back("/sign-in").main(html! {
        (step(words, 4))
        (problem.notice(words, &["password"]))
        (form(view, progress, &problem))
        (Banner::new(Tone::Info, &t!(words, "password-after"), &t!(words, "reset-password-text")))
    })
}

fn form(view: &View, progress: &Progress, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, hint) = (t!(words, "reset-password-title"), t!(words, "sign-up-password-hint"));
    let (submit, show) = (t!(words, "reset-password-submit"), t!(words, "password-show"));
    let phone = format::phone(progress.phone.expose());
    html! {
        form #(FORM) method="post" action=(PASSWORD) hx-boost="false" {
            (view.token())
            // For what keeps passwords: it is to know whose this one is.
            input type="hidden" name="username" value=(phone) autocomplete="username";
            (Field::new_password("password", &label).hint(&hint).reveal(&show)
                .error(problem.at("password")))
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}
