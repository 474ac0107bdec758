//! Sign-in, by passkey only, and sign-out.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use edge::{Fields, Query, Reply, cookies, own_path, see_other, signed_out, with_cookie};
use kernel::Error;
use maud::{Markup, html};
use ui::{Banner, Button, Ceremony, PasskeyForm, Tone};

use super::common::{Problem, answered, challenge_json};
use super::enrol::ENROLLED;
use super::failure::ENDED;
use crate::Admin;
use crate::door::session_cookie;
use crate::shell::Page;
use crate::view::{Guest, PasskeyWords, SESSION, SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-in/challenge", post(challenge))
        .route("/sign-out", post(sign_out))
}

async fn show(Guest(view): Guest, Query(query): Query) -> Response {
    page(&view, &query, &Problem::default()).respond(&view)
}

async fn challenge(State(admin): State<Admin>, Guest(view): Guest) -> Reply<Response> {
    let started = admin.identity().start_staff_sign_in(&view.ctx, &view.client_info()).await?;
    Ok(Json(challenge_json(&started)).into_response())
}

async fn sign_in(
    State(admin): State<Admin>,
    Guest(view): Guest,
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let entered = match answered(&fields) {
        Ok((challenge, answer)) => {
            let client = view.client_info();
            admin.identity().finish_staff_sign_in(&view.ctx, (challenge, &answer), &client).await
        }
        Err(error) => Err(error),
    };
    match entered {
        Ok(session) => {
            let cookie = session_cookie(&admin, &session.token, (session.ends, view.ctx.now()))?;
            let next = own_path(query.text("next")).unwrap_or("/");
            Ok(with_cookie(see_other(next), cookie))
        }
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&view, &query, &problem);
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// The form posts to the page's own address, which says where to go on.
fn page(view: &View, query: &Fields, problem: &Problem) -> Page {
    let words = view.words;
    let passkey = PasskeyWords::of(words);
    let form = PasskeyForm {
        ceremony: Ceremony::Get,
        action: &view.here,
        options: "/sign-in/challenge",
        texts: passkey.texts(),
    };
    let submit = t!(words, "sign-in-submit");
    let fields = html! {
        (view.token())
        (Button::primary(&submit).icon("fingerprint").attr("autofocus", ""))
    };
    let main: Markup = html! {
        @if query.has(ENROLLED) && !problem.is_some() {
            (Banner::new(Tone::Good, &t!(words, "sign-in-enrolled"), ""))
        } @else if query.has(ENDED) && !problem.is_some() {
            (Banner::new(Tone::Info, &t!(words, "sign-in-ended"), ""))
        }
        (problem.notice(words, &[]))
        p.head-sub { (t!(words, "sign-in-text")) }
        (form.around(&fields))
        p.hint { (t!(words, "sign-in-help")) }
    };
    Page::new(t!(words, "sign-in-title")).main(main)
}

async fn sign_out(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    admin.identity().sign_out_staff(&view.ctx).await?;
    Ok(signed_out("/sign-in", cookies::clear(admin.site(), SESSION)?))
}
