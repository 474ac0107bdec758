//! The page of a "no": what happened, what is safe, what to do.

use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use edge::{Failure, own_path, see_other};
use kernel::{Code, Kind};
use maud::html;
use ui::{Button, empty_state};

use crate::shell::Page;
use crate::view::View;
use crate::words::{Words, t};

/// The field of the address that says that a session has ended by itself.
pub(crate) const ENDED: &str = "ended";

/// The answer to a failure. Whoever is not signed in and should be is sent to sign in, and comes
/// back afterwards.
pub(crate) fn page(view: &View, failure: &Failure) -> Response {
    let refusal = failure.refusal();
    if refusal.code == Code::SignInRequired {
        return see_other(&sign_in(&view.page, view.lost));
    }
    let words = view.words;
    let (title, text) = match (refusal.code, refusal.code.kind()) {
        (Code::NotFound, _) | (_, Kind::NotFound) => {
            (t!(words, "error-not-found-title"), t!(words, "error-not-found-text"))
        }
        (Code::ServiceFailed, _) => {
            (t!(words, "error-broken-title"), t!(words, "error-broken-text"))
        }
        (Code::PermissionMissing, _) => {
            (t!(words, "error-forbidden-title"), t!(words, "error-forbidden-text"))
        }
        (Code::EnrolmentOver, _) => (t!(words, "enrol-over-title"), t!(words, "enrol-over-text")),
        (Code::Busy, _) => (t!(words, "error-busy-title"), words.refusal(&refusal)),
        _ => (t!(words, "error-title"), words.refusal(&refusal)),
    };
    let icon = match refusal.code {
        Code::PermissionMissing => "prohibit",
        _ => "warning-circle",
    };
    // Whoever is not signed in has no other page than the sign-in.
    let (way, href) = if view.signed_in() {
        (t!(words, "go-home"), "/")
    } else {
        (t!(words, "go-sign-in"), "/sign-in")
    };
    let reference = t!(words, "error-reference", reference = view.ctx.trace.to_string());
    let main = html! {
        div.card {
            (empty_state(icon, "", &text, &html! { (Button::quiet(&way).href(href)) }))
            p.card-foot { (reference) }
        }
    };
    let mut response = Page::new(title).main(main).refused(refusal.code).respond(view);
    if let Some(seconds) = edge::retry_after_seconds(&refusal) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The page of a form that is out of date.
pub(crate) fn form_expired(view: &View) -> Response {
    let words = view.words;
    let title = t!(words, "error-form-expired-title");
    let again = t!(words, "retry");
    let again = html! { (Button::primary(&again).href(&view.page)) };
    Page::new(title)
        .main(html! {
            div.card { (empty_state("arrows-clockwise", "", &expired_text(words), &again)) }
        })
        .refused(Code::RequestMalformed)
        .respond(view)
}

/// What is said of a form that is out of date.
pub(crate) fn expired_text(words: Words) -> String {
    t!(words, "error-form-expired-text")
}

/// The sign-in that leads back to a page of ours.
fn sign_in(page: &str, lost: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(next) = own_path(page).filter(|next| *next != "/") {
        query.append_pair("next", next);
    }
    if lost {
        query.append_pair(ENDED, "1");
    }
    let query = query.finish();
    if query.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_leads_back_to_where_one_was() {
        for (page, lost, expected) in [
            ("/", false, "/sign-in"),
            ("/audit?q=a&b=c", false, "/sign-in?next=%2Faudit%3Fq%3Da%26b%3Dc"),
            ("/", true, "/sign-in?ended=1"),
            ("/staff", true, "/sign-in?next=%2Fstaff&ended=1"),
            ("//evil.example", false, "/sign-in"),
        ] {
            assert_eq!(sign_in(page, lost), expected);
        }
    }
}
