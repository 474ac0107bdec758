//! "I cannot sign in": phone, code, one more proof, a new password. Every page is the same for
//! whoever is a customer and whoever is not, until the proof.

mod branch;
mod code;
mod password;
mod phone;
mod progress;
mod proof;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::{Code, Refusal};
use maud::{Markup, Render, html};
use ui::{Button, empty_state};

use crate::Web;
use crate::shell::Page;
use crate::view::{View, see_other, with_cookie};
use crate::words::{Words, t};

/// Where a reset begins.
pub(super) const PHONE: &str = "/reset";
const CODE: &str = "/reset/code";
const PROOF: &str = "/reset/proof";
const PASSWORD: &str = "/reset/password";
const BRANCH: &str = "/reset/branch";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/reset", get(phone::show).post(phone::send))
        .route("/reset/code", get(code::show).post(code::check))
        .route("/reset/code/again", get(code::back).post(code::again))
        .route("/reset/proof", get(proof::show).post(proof::prove))
        .route("/reset/proof/options", post(proof::options))
        .route("/reset/password", get(password::show).post(password::set))
        .route("/reset/branch", get(branch::show))
}

/// Which of the four steps it is.
fn step(words: Words, number: i32) -> Markup {
    html! { p.hint { (t!(words, "reset-step", step = number)) } }
}

/// For whoever has none of what a page asks for.
fn nothing_of_it(words: Words) -> Markup {
    html! { p.aside { a href=(BRANCH) { (t!(words, "reset-none")) } } }
}

/// Whether the reset has to be begun anew.
const fn is_over(code: Code) -> bool {
    matches!(code, Code::ResetOver)
}

/// This reset is over, and the way to begin another.
fn over(web: &Web, view: &View, refusal: &Refusal) -> kernel::Result<Response> {
    let words = view.words;
    let again = Button::primary(&t!(words, "sign-up-start-again")).href(PHONE).render();
    let text = words.refusal(refusal);
    let page = Page::new(t!(words, "reset-title"))
        .back("/sign-in")
        .main(empty_state("clock", "", &text, &again))
        .refused(refusal.code);
    Ok(with_cookie(page.respond(view), progress::forget(web)?))
}

/// To where it goes on.
fn go(place: &str) -> Response {
    see_other(place)
}
