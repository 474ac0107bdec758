//! Becoming a customer: phone, code, name and password.

mod code;
mod phone;
mod progress;
#[cfg(test)]
mod tests;
mod you;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use ui::Field;

use crate::Web;
use crate::pages::common::Problem;
use crate::view::see_other;
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-up", get(phone::show).post(phone::send))
        .route("/sign-up/code", get(code::show).post(code::check))
        .route("/sign-up/code/again", get(back_to_code).post(code::again))
        .route("/sign-up/you", get(you::show).post(you::finish))
}

/// Whoever loads the address of a refused second code again is to see the step it belongs to.
async fn back_to_code() -> Response {
    see_other(progress::CODE)
}

/// Which of the three steps it is.
fn step(words: Words, number: i32) -> Markup {
    html! { p.hint { (t!(words, "sign-up-step", step = number)) } }
}

/// The field with what is wrong with it. These forms are sent by the browser itself, so it is the
/// browser that takes whoever typed to the field.
fn checked<'a>(field: Field<'a>, name: &str, problem: &'a Problem) -> Field<'a> {
    match problem.at(name) {
        Some(sentence) => field.error(Some(sentence)).attr("autofocus", ""),
        None => field,
    }
}
