//! The page of a "no": what happened, what is safe, what to do.

use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{Html, IntoResponse, Response};
use edge::{Failure, Shown};
use kernel::{Code, Kind, Refusal};
use maud::{Markup, html};
use ui::{Banner, Button, Tone, empty_state};

use super::sign_in::ENDED;
use crate::shell::Page;
use crate::view::{View, see_other};
use crate::words::t;

/// The answer to a failure. Whoever is not signed in and should be is sent to sign in, and comes
/// back afterwards.
pub(crate) fn page(view: &View, failure: &Failure) -> Response {
    let refusal = failure.refusal();
    if view.partial {
        return part(view, &refusal);
    }
    if refusal.code == Code::SignInRequired {
        return see_other(&sign_in(&view.page, view.lost));
    }
    let refusal =
        if may_have_paid(view, &refusal) { Refusal::new(Code::OutcomeUnknown) } else { refusal };
    let words = view.words;
    let (title, text) = match (refusal.code, refusal.code.kind()) {
        (Code::NotFound, _) | (_, Kind::NotFound) => {
            (t!(words, "error-not-found-title"), t!(words, "error-not-found-text"))
        }
        (Code::OutcomeUnknown, _) => {
            (t!(words, "error-unknown-title"), t!(words, "error-unknown-text"))
        }
        (Code::ServiceFailed, _) => {
            (t!(words, "error-broken-title"), t!(words, "error-broken-text"))
        }
        (Code::Busy, _) => (t!(words, "error-busy-title"), words.refusal(&refusal)),
        _ => (t!(words, "error-title"), words.refusal(&refusal)),
    };
    let trace = matches!(refusal.code, Code::ServiceFailed | Code::OutcomeUnknown)
        .then(|| view.ctx.trace.to_string());
    let main = html! {
        (empty_state("warning-circle", "", &text, &way_on(view, refusal.code)))
        @if let Some(trace) = trace {
            p.reference { (t!(words, "error-reference", reference = trace)) }
        }
    };
    let mut response = Page::new(title).main(main).refused(refusal.code).respond(view);
    if let Some(seconds) = edge::retry_after_seconds(&refusal) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whether the visitor is about a payment of which this request tells nothing. That nothing was
/// done by this request is no comfort to who asks for the second time.
fn may_have_paid(view: &View, refusal: &Refusal) -> bool {
    let about_a_payment =
        ["/pay/review", "/exchange/review"].iter().any(|path| view.here.starts_with(path))
            || view.here.contains("done=1");
    about_a_payment && refusal.code.kind() == Kind::Unavailable
}

/// The answer in place of a part of a page.
fn part(view: &View, refusal: &Refusal) -> Response {
    let words = view.words;
    let signed_out = refusal.code == Code::SignInRequired;
    let title =
        if signed_out { t!(words, "error-signed-out-title") } else { t!(words, "error-title") };
    let sentence = words.refusal(refusal);
    let mut banner = Banner::new(Tone::Warn, &title, &sentence);
    if signed_out {
        let link = t!(words, "sign-in-title");
        banner = banner.action(html! { (Button::quiet(&link).href("/sign-in")) });
    }
    let status = edge::status(refusal.code);
    let mut response = (status, Html(html! { (banner) }.into_string())).into_response();
    response.extensions_mut().insert(Shown(refusal.code));
    response
}

/// The page of a form that is out of date.
pub(crate) fn form_expired(view: &View) -> Response {
    let words = view.words;
    let title = t!(words, "error-form-expired-title");
    let text = t!(words, "error-form-expired-text");
    let again = html! { (Button::primary(&t!(words, "retry")).href(&view.page)) };
    Page::new(title)
        .main(empty_state("arrows-clockwise", "", &text, &again))
        .refused(Code::RequestMalformed)
        .respond(view)
}

/// Where to go from here. When it is not known what happened: where it can be seen, and back to
/// where it may be asked again.
fn way_on(view: &View, code: Code) -> Markup {
    let words = view.words;
    if code == Code::OutcomeUnknown {
        return html! {
            (Button::primary(&t!(words, "tab-activity")).href("/activity"))
            (Button::quiet(&t!(words, "back")).href(&view.page))
        };
    }
    html! {
        (Button::primary(&t!(words, "go-home")).href("/"))
        (Button::quiet(&t!(words, "tab-help")).href("/help"))
    }
}

/// The sign-in that leads back to a page.
fn sign_in(here: &str, ended: bool) -> String {
    if here == "/" && !ended {
        return "/welcome".to_owned();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", here);
    if ended {
        query.append_pair(ENDED, "1");
    }
    format!("/sign-in?{}", query.finish())
}
