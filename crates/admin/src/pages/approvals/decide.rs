//! The decision about a proposal: the form, the passkey, what it gave; and taking one's own back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use edge::{Fields, Reply, see_other};
use identity::approvals::{ApprovalView, Given, Outcome, Say};
use identity::stated_reason;
use kernel::{Code, Error, Result};
use maud::{Markup, html};
use ui::panel::panel_with;
use ui::{Button, Ceremony, PasskeyForm, icon};

use super::super::common::{Problem, answered, challenge_json};
use super::{approval_id, page};
use crate::Admin;
use crate::view::{PasskeyWords, SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/approvals/{id}/challenge", post(challenge))
        .route("/approvals/{id}/decide", post(decide))
        .route("/approvals/{id}/withdraw", post(withdraw))
}

/// The form of the decision, for whoever may decide; why not, for the others.
pub(super) fn form(view: &View, proposal: &ApprovalView, problem: &Problem) -> Markup {
    let words = view.words;
    let id = proposal.summary.id;
    if proposal.may_withdraw {
        return html! {
            p { (t!(words, "approval-own-text")) }
            form method="post" action={ "/approvals/" (id) "/withdraw" } {
                (view.token())
                (Button::danger(&t!(words, "approval-withdraw")))
            }
        };
    }
    if !proposal.may_decide {
        return html! { p { (t!(words, "approval-not-yours")) } };
    }
    let passkey = PasskeyWords::of(words);
    let (action, options) =
        (format!("/approvals/{id}/decide"), format!("/approvals/{id}/challenge"));
    let passkey_form = PasskeyForm {
        ceremony: Ceremony::Get,
        action: &action,
        options: &options,
        texts: passkey.texts(),
    };
    let (label, hint) = (t!(words, "approval-comment"), t!(words, "approval-comment-hint"));
    let (approve, reject) = (t!(words, "approval-approve"), t!(words, "approval-reject"));
    passkey_form.around(&html! {
        (view.token())
        p { (t!(words, "approval-decide-text")) }
        div.field {
            label for="f-reason" { (label) }
            div.control {
                textarea #f-reason name="reason" maxlength="500" rows="3"
                    aria-describedby="f-reason-hint" {}
            }
            @if let Some(error) = problem.at("reason") {
                p.error { (icon("warning-circle")) span { (error) } }
            }
            p.hint #f-reason-hint { (hint) }
        }
        div.actions {
            (Button::accent(&approve)
                .icon("fingerprint").sends("decision", "approve").attr("data-key", "a"))
            (Button::danger(&reject).sends("decision", "reject"))
        }
    })
}

/// What the form says.
fn said(fields: &Fields) -> Result<Say> {
    match fields.text("decision") {
        "approve" => Ok(Say::Approve),
        "reject" => Ok(Say::Reject),
        _ => Err(Code::RequestMalformed.into()),
    }
}

/// The challenge of a decision. A rejection without a reason is told before the passkey is asked.
async fn challenge(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let (id, say) = (approval_id(&id)?, said(&fields)?);
    if say == Say::Reject {
        stated_reason(fields.text("reason"))?;
    }
    let started = admin.approvals().start_decision(&view.ctx, id, say).await?;
    Ok(Json(challenge_json(&started)).into_response())
}

async fn decide(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let (approval, say) = (approval_id(&id)?, said(&fields)?);
    let (challenge, answer) = match answered(&fields) {
        Ok(answered) => answered,
        // Whoever may not decide is told that, and written down, whatever else is missing.
        Err(error) => {
            admin.approvals().may_sign(&view.ctx, approval).await?;
            return Err(error.into());
        }
    };
    let decision = (say, fields.filled("reason"));
    let decided =
        admin.approvals().decide(&view.ctx, approval, decision, (challenge, &answer)).await;
    match decided {
        Ok(Outcome::Executed(Some(given))) => {
            let page = page(&admin, &view, (&id, false), &Problem::default()).await?;
            Ok(page.above(&handed_over(&view, &given)).respond(&view))
        }
        Ok(_) => Ok(see_other(&format!("/approvals/{approval}"))),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&admin, &view, (&id, false), &problem).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a proposal gave, which is shown once, to whoever decided last.
fn handed_over(view: &View, given: &Given) -> Markup {
    let words = view.words;
    let (title, text, shown) = match given {
        Given::ResetCode(code) => {
            (t!(words, "recover-code-title"), t!(words, "recover-code-text"), code.expose())
        }
    };
    let (copy, copied) = (t!(words, "copy"), t!(words, "copied"));
    let content = html! {
        p { (text) }
        p.mono.shown data-link { (shown) }
        div.actions {
            (Button::quiet(&copy)
                .icon("copy").scripted().attr("data-copy", shown).attr("data-done", &copied))
        }
    };
    panel_with(&title, &html! {}, &content)
}

async fn withdraw(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = approval_id(&id)?;
    admin.approvals().withdraw(&view.ctx, id).await?;
    Ok(see_other(&format!("/approvals/{id}")))
}
