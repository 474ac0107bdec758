//! The customer's own program for codes: set up by a QR code, confirmed by its first code, removed.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Reply};
use identity::{Factor, TotpSecret};
use kernel::{Code, Error, KeyUse, Refusal, Result, Secret};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Field, Tone, card, copy_row, details, form_actions, qr::qr};

use super::{AUTHENTICATOR, SECURITY, confirm, recovery_codes};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::{self, figures};
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

/// The field that takes the secret, sealed, to the page after a wrong code.
const SHOWN: &str = "shown";
const SEALED_MAX_BYTES: usize = 1_024;

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let title = t!(view.words, "security-totp");
    let on = web.identity().factors(&view.ctx).await?.totp;
    if let Some(gate) = confirm::gate(&web, &view, &title, AUTHENTICATOR).await? {
        return Ok(gate.respond(&view));
    }
    Ok(page(&view, on, None).respond(&view))
}

fn page(view: &View, on: bool, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let main = html! {
        (problem.notice(words, &[]))
        @if on { (set_up(view)) } @else { (not_yet(view)) }
    };
    let page = Page::new(t!(words, "security-totp")).back(SECURITY).main(main);
    super::with_refusal(page, refusal)
}

fn not_yet(view: &View) -> Markup {
    let words = view.words;
    let submit = t!(words, "totp-start");
    html! {
        p.lead-in { (t!(words, "totp-text")) }
        p.hint { (t!(words, "proof-settles")) }
        form.stack method="post" action=(AUTHENTICATOR) {
            (view.token())
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}

fn set_up(view: &View) -> Markup {
    let words = view.words;
    let (on, text) = (t!(words, "totp-on"), t!(words, "totp-on-text"));
    let (title, warning) = (t!(words, "totp-remove"), t!(words, "totp-remove-text"));
    let form = html! {
        form.stack method="post" action="/security/authenticator/remove" {
            (view.token())
            (Button::danger(&title).icon("trash"))
        }
    };
    html! {
        (Banner::new(Tone::Good, &on, &text))
        (Banner::new(Tone::Warn, &title, &warning).action(form))
    }
}

/// A new secret. It is shown in the answer to the form and nowhere else.
pub(super) async fn begin(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    match web.identity().begin_totp(&view.ctx).await {
        Ok(secret) => Ok(scan(&web, &view, &secret, None)?),
        Err(Error::Refused(refusal)) => Ok(refused(&view, &refusal)),
        Err(error) => Err(error.into()),
    }
}

fn refused(view: &View, refusal: &Refusal) -> Response {
    if refusal.code == Code::StepUpRequired {
        let title = t!(view.words, "security-totp");
        return confirm::closed(view, &title, AUTHENTICATOR).respond(view);
    }
    page(view, refusal.code == Code::FactorSetAlready, Some(refusal)).respond(view)
}

/// The QR code, the secret as text, and the field for the first code.
fn scan(
    web: &Web,
    view: &View,
    secret: &TotpSecret,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let words = view.words;
    let problem = refusal.map(|r| factor::problem(view, Factor::Totp, r)).unwrap_or_default();
    let (label, hint) = (t!(words, "factor-totp-label"), t!(words, "factor-totp-hint"));
    let submit = t!(words, "totp-confirm");
    let field = Field::code("code", &label, "7").hint(&hint).error(problem.at("code"));
    let main = html! {
        (problem.notice(words, &["code"]))
        p { (t!(words, "totp-scan")) }
        (qr(secret.uri.expose(), &t!(words, "totp-qr")))
        (by_hand(view, secret))
        form #(FORM) method="post" action="/security/authenticator/confirm" hx-boost="false" {
            (view.token())
            input type="hidden" name=(SHOWN) value=(sealed(web, view, secret)?);
            (field)
            (form_actions(&Button::accent(&submit).render()))
        }
    };
    let page = Page::new(t!(words, "security-totp")).back(AUTHENTICATOR).main(main);
    Ok(super::with_refusal(page, refusal).respond(view))
}

/// The secret for whoever has the program on this very device, or types it.
fn by_hand(view: &View, secret: &TotpSecret) -> Markup {
    let words = view.words;
    let (copy, copied) = (t!(words, "copy"), t!(words, "copied"));
    let (key, open) = (t!(words, "totp-secret"), t!(words, "totp-open"));
    let plain = secret.secret.expose();
    let row = copy_row(&key, &in_fours(plain), plain, (&copy, &copied));
    details(
        &t!(words, "totp-no-camera"),
        &card(&html! {
            div.list { (row) }
            (Button::quiet(&open).href(secret.uri.expose()).icon("device-mobile")
                .attr("hx-boost", "false"))
        }),
    )
}

/// Letters in groups, as people read them.
fn in_fours(text: &str) -> String {
    let letters: Vec<_> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// After a wrong code the same secret is shown again: the bank itself does not tell it twice.
fn sealed(web: &Web, view: &View, secret: &TotpSecret) -> Result<String> {
    let plain = form_urlencoded::Serializer::new(String::new())
        .append_pair("secret", secret.secret.expose())
        .append_pair("uri", secret.uri.expose())
        .finish();
    Ok(web.keys().seal(KeyUse::Form, &context(view)?, plain.as_bytes()))
}

fn unsealed(web: &Web, view: &View, text: &str) -> Option<TotpSecret> {
    let text = Some(text).filter(|text| text.len() <= SEALED_MAX_BYTES)?;
    let plain = web.keys().unseal(KeyUse::Form, &context(view).ok()?, text)?;
    let fields = Fields::read(plain.expose())?;
    Some(TotpSecret {
        secret: Secret::new(fields.text("secret").to_owned()),
        uri: Secret::new(fields.text("uri").to_owned()),
    })
}

fn context(view: &View) -> Result<Vec<u8>> {
    Ok([b"totp ", view.ctx.customer()?.uuid().as_bytes().as_slice()].concat())
}

/// The address takes a form only; whoever loads it again begins anew.
pub(super) async fn back() -> Response {
    see_other(AUTHENTICATOR)
}

pub(super) async fn finish(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let code = figures(fields.raw("code"));
    match web.identity().confirm_totp(&view.ctx, &code).await {
        Ok(Some(codes)) => Ok(recovery_codes::shown(&view, &codes, AUTHENTICATOR)),
        Ok(None) => Ok(see_other(AUTHENTICATOR)),
        Err(Error::Refused(refusal)) => match unsealed(&web, &view, fields.text(SHOWN)) {
            Some(secret) if refusal.code != Code::StepUpRequired => {
                Ok(scan(&web, &view, &secret, Some(&refusal))?)
            }
            _ => Ok(refused(&view, &refusal)),
        },
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn remove(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    match web.identity().remove_totp(&view.ctx).await {
        Ok(()) => Ok(see_other(AUTHENTICATOR)),
        Err(Error::Refused(refusal)) => Ok(refused(&view, &refusal)),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_in_fours() {
        assert_eq!(in_fours("JBSWY3DPEHPK3PXP"), "JBSW Y3DP EHPK 3PXP");
        assert_eq!(in_fours("JBSWY3"), "JBSW Y3");
    }
}
