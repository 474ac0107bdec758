//! Answers that lead on, and the addresses that they may lead to.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// After a change: look there. The address is one of this site.
pub fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The same before those that are there: of one name, the browser keeps the last.
pub fn with_cookie_first(mut response: Response, cookie: HeaderValue) -> Response {
    let set: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    set.into_iter().fold(response, with_cookie)
}

/// The answer to who signs out, however that is: it takes the cookie of the session and whatever
/// the browser kept of pages.
pub fn signed_out(to: &str, gone: HeaderValue) -> Response {
    forgetting(with_cookie(see_other(to), gone))
}

/// Has the browser forget what it kept of pages. What it stores besides is the shell of the app and
/// nobody's.
pub fn forgetting(mut response: Response) -> Response {
    let kept = HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert("clear-site-data", kept);
    response
}

/// Whether an answer is a page.
pub fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// An address of this site that came with a request, to be gone to afterwards. `None` for what
/// would lead elsewhere.
pub fn own_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let own = text.starts_with('/') && !text.starts_with("//");
    (plain && own).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_only_sent_to_places_of_this_site() {
        for good in ["/", "/pay", "/activity?text=a%20b", "/a//b"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in ["", "pay", "//evil.example", "/\\evil.example", "https://evil.example", "/\n"] {
            assert_eq!(own_path(bad), None, "{bad}");
        }
    }
}
