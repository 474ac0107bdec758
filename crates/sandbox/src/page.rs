//! What a developer looks at: the messages, as a page and as JSON.

use std::fmt::Write as _;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kernel::Moment;
use serde::Deserialize;

use crate::Sandbox;
use crate::messages::{Delivery, Listed, Message};

/// How many messages the page shows; `/messages` has all.
const PAGE_MESSAGES: usize = 100;
const STYLE: &str = include_str!("page.css");
/// Nothing but our own style sheet: no script, no picture, no frame, no form.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

#[derive(Deserialize)]
struct Filter {
    phone: Option<String>,
    email: Option<String>,
}

impl Filter {
    /// Whose messages are asked for: the digits of a phone, or a mailbox, as messages keep them. A
    /// plus sign in a query reads as a blank.
    fn to(&self) -> Option<String> {
        if let Some(email) = &self.email {
            return Some(email.trim().to_ascii_lowercase());
        }
        let digits: String = self.phone.as_ref()?.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    }
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(page))
        .route("/page.css", get(style))
        .route("/messages", get(messages))
}

async fn messages(State(sandbox): State<Sandbox>, Query(filter): Query<Filter>) -> Response {
    let now = sandbox.now();
    let messages = sandbox.messages().list(filter.to().as_deref());
    let listed: Vec<_> = messages.into_iter().map(|m| Listed::new(m, now)).collect();
    ([(header::CACHE_CONTROL, "no-store")], Json(listed)).into_response()
}

async fn style() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, STYLE).into_response()
}

async fn page(State(sandbox): State<Sandbox>, Query(filter): Query<Filter>) -> Response {
    let messages = sandbox.messages().list(filter.to().as_deref());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, render(&messages, sandbox.now())).into_response()
}

fn render(messages: &[Message], now: Moment) -> String {
    let mut html = String::from(concat!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta http-equiv=\"refresh\" content=\"3\">\n<title>Okto sandbox: messages</title>\n",
        "<link rel=\"stylesheet\" href=\"/page.css\">\n</head>\n<body>\n<header>\n",
        "<h1>Okto sandbox</h1>\n<p class=\"warning\">For development only. These messages went to ",
        "no phone and no mailbox: simulators took them, and anyone who can open this page can ",
        "read them.</p>\n",
        "</header>\n<main>\n<h2>Messages</h2>\n",
    ));
    if messages.is_empty() {
        html.push_str("<p>None yet. The page refreshes itself every three seconds.</p>\n");
    }
    html.push_str("<ol>\n");
    for message in messages.iter().take(PAGE_MESSAGES) {
        item(&mut html, message, now);
    }
    html.push_str("</ol>\n</main>\n</body>\n</html>\n");
    html
}

fn item(html: &mut String, message: &Message, now: Moment) {
    let (class, status) = match message.delivery(now) {
        Delivery::Waiting => ("waiting", "waiting"),
        Delivery::Accepted => ("accepted", "with the operator"),
        Delivery::Delivered => ("delivered", "delivered"),
    };
    // Writing to a String does not fail.
    let _ = write!(
        html,
        "<li>\n<p class=\"head\"><b>{sign}{to}</b> <time datetime=\"{at}\">{clock}</time> \
         <span class=\"{class}\">{status}</span></p>\n<p class=\"text\">",
        sign = if message.subject.is_none() { "+" } else { "" },
        to = Escaped(&message.to),
        at = message.at,
        clock = tashkent(message.at),
    );
    if let Some(subject) = &message.subject {
        let _ = write!(html, "<b>{}</b><br>", Escaped(subject));
    }
    with_codes_marked(html, &message.text);
    let _ = write!(
        html,
        "</p>\n<p class=\"foot\">from {} through {}</p>\n</li>\n",
        Escaped(&message.from),
        message.counterpart
    );
}

/// Marks runs of 4 to 8 digits, which are what a reader of this page looks for.
fn with_codes_marked(html: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let run = if digits > 0 {
            digits
        } else {
            rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len())
        };
        let (piece, after) = rest.split_at(run);
        let _ = if (4..=8).contains(&digits) {
            write!(html, "<mark>{piece}</mark>")
        } else {
            write!(html, "{}", Escaped(piece))
        };
        rest = after;
    }
}

/// `21.11 18:59:59`, by the clocks of Tashkent.
fn tashkent(at: Moment) -> String {
    let offset = time::UtcOffset::from_hms(5, 0, 0).unwrap_or(time::UtcOffset::UTC);
    let at = at.datetime().to_offset(offset);
    format!(
        "{:02}.{:02} {:02}:{:02}:{:02}",
        at.day(),
        u8::from(at.month()),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Text made harmless in HTML.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let mut html = String::new();
        with_codes_marked(&mut html, text);
        html
    }

    #[test]
    fn codes_are_marked_and_the_rest_is_escaped() {
        assert_eq!(marked("Kod: 123456."), "Kod: <mark>123456</mark>.");
        assert_eq!(marked("12 so‘m 998901234567"), "12 so‘m 998901234567");
        assert_eq!(
            marked("<script>alert('1234')</script>"),
            "&lt;script&gt;alert(&#39;<mark>1234</mark>&#39;)&lt;/script&gt;"
        );
        assert_eq!(marked(""), "");
    }

    #[test]
    fn the_clock_is_the_one_on_the_wall() {
        assert_eq!(tashkent("2026-11-21T19:00:01Z".parse().unwrap()), "22.11 00:00:01");
    }
}
