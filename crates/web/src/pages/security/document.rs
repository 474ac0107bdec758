//! The identity document: what the bank has of it, masked, and the form that declares one.

use axum::extract::State;
use axum::response::Response;
use customers::{DocumentView, NewDocument};
use edge::{Fields, Reply};
use kernel::{Code, Day, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Field, KeyValue, Tone, badge, card, form_actions, format, key_values};

use super::{DOCUMENT, SECURITY, confirm};
use crate::Web;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

const FIELDS: [&str; 3] = ["number", "personal_number", "expires_on"];

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let known = web.customers().document(&view.ctx).await?;
    let empty = (&Fields::default(), None);
    Ok(page(&web, &view, known.as_ref(), empty).await?.respond(&view))
}

async fn page(
    web: &Web,
    view: &View,
    known: Option<&DocumentView>,
    (fields, refusal): (&Fields, Option<&Refusal>),
) -> Result<Page> {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let verified = known.is_some_and(|document| document.verified);
    let closed = confirm::is_closed(web, view).await?;
    let add = t!(words, "document-declare");
    let main = html! {
        p.lead-in { (t!(words, "document-why")) }
        @if !verified { p.hint { (t!(words, "proof-settles")) } }
        (problem.notice(words, &FIELDS))
        @if let Some(document) = known { (card(&facts(view, document))) }
        @if verified {
            p.hint { (t!(words, "document-at-branch")) }
        } @else if closed {
            (confirm::start_form(view, DOCUMENT, &Button::accent(&add)))
        } @else {
            (form(view, fields, &problem))
        }
    };
    let page = Page::new(t!(words, "security-document")).back(SECURITY).main(main);
    Ok(super::with_refusal(page, refusal))
}

fn facts(view: &View, document: &DocumentView) -> Markup {
    let words = view.words;
    let keys = [
        t!(words, "document-number"),
        t!(words, "document-personal"),
        t!(words, "document-expires"),
    ];
    let [number, personal, expires] = &keys;
    let until = format::day(view.lang(), document.expires_on);
    let state = if document.verified {
        badge(Tone::Good, &t!(words, "document-verified"))
    } else {
        badge(Tone::Info, &t!(words, "document-declared"))
    };
    html! {
        (key_values(&[
            KeyValue::text(number, &document.number),
            KeyValue::text(personal, &document.personal_number),
            KeyValue::text(expires, &until),
        ]))
        p { (state) }
    }
}

/// What was typed is shown again to who typed it, in the answer that says what is wrong with it:
/// one slip of a finger is no reason to type two long numbers anew. It is kept nowhere, and the
/// form of any other page is empty.
fn form(view: &View, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (number, number_hint) =
        (t!(words, "reset-document-label"), t!(words, "reset-document-hint"));
    let (personal, personal_hint) =
        (t!(words, "document-personal"), t!(words, "document-personal-hint"));
    let (expires, submit) = (t!(words, "document-expires"), t!(words, "save"));
    html! {
        form #(FORM) method="post" action=(DOCUMENT) {
            (view.token())
            (Field::new("number", &number).value(fields.text("number")).hint(&number_hint)
                .error(problem.at("number")).autocomplete("off")
                .attr("autocapitalize", "characters").attr("maxlength", "20"))
            (Field::new("personal_number", &personal).value(fields.text("personal_number"))
                .hint(&personal_hint).error(problem.at("personal_number")).autocomplete("off")
                .inputmode("numeric").attr("maxlength", "20"))
            (Field::date("expires_on", &expires).value(fields.text("expires_on"))
                .error(problem.at("expires_on")))
            (form_actions(&Button::accent(&submit).render()))
        }
        (Banner::new(Tone::Info, &t!(words, "document-after"), &t!(words, "document-after-text")))
    }
}

pub(super) async fn declare(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let declared = async {
        let expires_on = fields.text("expires_on").parse::<Day>();
        let expires_on =
            expires_on.map_err(|()| Refusal::new(Code::DocumentExpired).field("expires_on"))?;
        let new = NewDocument {
            number: fields.secret("number"),
            personal_number: fields.secret("personal_number"),
            expires_on,
        };
        web.customers().declare_document(&view.ctx, &new).await
    };
    match declared.await {
        Ok(()) => Ok(see_other(SECURITY)),
        Err(Error::Refused(refusal)) => {
            let known = web.customers().document(&view.ctx).await?;
            let refusal = Some(&refusal).filter(|r| r.code != Code::StepUpRequired);
            Ok(page(&web, &view, known.as_ref(), (&fields, refusal)).await?.respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}
