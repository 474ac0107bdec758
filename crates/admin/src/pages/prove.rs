//! A fresh use of the passkey, before what a session that is open for a while may not do by itself.
//!
//! The form that asked for it is kept on the page and goes on with the proof, so nothing is typed
//! twice.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use edge::{Fields, Reply};
use identity::Use;
use kernel::Code;
use maud::html;
use ui::{Button, Ceremony, PasskeyForm};

use super::common::{answered, challenge_json, employee};
use crate::Admin;
use crate::door::session_cookie;
use crate::shell::Page;
use crate::view::{PROOF_FIELD, PasskeyWords, SignedIn, View};
use crate::words::t;

/// Fields of the page itself, which the form does not bring along.
const OWN: [&str; 2] = ["challenge", "answer"];

/// Where the script asks for the challenge, with the form that waits.
pub(super) const CHALLENGE: &str = "/prove/challenge";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/prove/challenge", post(challenge))
}

async fn challenge(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let started = admin.identity().start_staff_proof(&view.ctx).await?;
    Ok(Json(challenge_json(&started)).into_response())
}

/// The employee used the passkey: the view of whoever is known so now, and the cookie by which they
/// are from here on.
pub(crate) async fn proved(
    admin: &Admin,
    view: &View,
    fields: &Fields,
) -> Reply<(View, HeaderValue)> {
    let (challenge, answer) = answered(fields)?;
    let renewed = admin.identity().finish_staff_proof(&view.ctx, (challenge, &answer)).await?;
    let cookie = session_cookie(admin, &renewed.token, (renewed.ends, view.ctx.now()))?;
    let token = renewed.token.expose();
    let (ctx, employee) = employee(admin, &view.ctx, (token, Use::Request)).await?;
    Ok((View { ctx, employee: Some(employee), ..view.clone() }, cookie))
}

/// The page that asks for it, with the form that waits.
pub(crate) fn page(view: &View, typed: &Fields) -> Response {
    let words = view.words;
    let passkey = PasskeyWords::of(words);
    let form = PasskeyForm {
        ceremony: Ceremony::Get,
        action: &view.here,
        options: CHALLENGE,
        texts: passkey.texts(),
    };
    let submit = t!(words, "prove-submit");
    let kept = typed.iter().filter(|(name, _)| !name.starts_with('_') && !OWN.contains(name));
    let content = html! {
        (view.token())
        input type="hidden" name=(PROOF_FIELD) value="1";
        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
        div.actions {
            (Button::primary(&submit).icon("fingerprint").attr("autofocus", ""))
            (Button::plain(&t!(words, "cancel")).href(&view.page))
        }
    };
    let main = html! {
        section.card.narrow {
            div.card-body { p { (t!(words, "prove-text")) } (form.around(&content)) }
        }
    };
    Page::new(t!(words, "prove-title")).main(main).refused(Code::StaffProofRequired).respond(view)
}
