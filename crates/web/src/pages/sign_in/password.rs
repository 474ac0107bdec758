//! The first page: phone and password, or a passkey.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Known, Query, Reply};
use identity::Begun;
use kernel::{Code, Error, Result};
use maud::{Markup, Render, html};
use ui::{Button, Ceremony, Field, divider, form_actions};

use super::pin::{self, Pin};
use super::waiting::Waiting;
use super::{
    ENDED, NEXT, PIN, SECOND, device, door, own_device, sign_in_at, waiting, ways_out, welcome,
    with_next,
};
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::pages::common::Problem;
use crate::pages::factor::passkey_form;
use crate::pages::security::stopped;
use crate::shell::{FORM, Page};
use crate::view::{Guest, View, see_other};
use crate::words::t;

/// The field of the address that says that the password is wanted, though a PIN would do.
pub(super) const WITH: &str = "with";

pub(super) async fn show(
    State(web): State<Web>,
    Guest(view): Guest,
    headers: HeaderMap,
    Query(query): Query,
    Draft(draft): Draft,
) -> Reply<Response> {
    let wanted = query.has(WITH) || query.has(ENDED);
    let pin = if wanted { Pin::None } else { pin::stands(&web, &view, &headers).await? };
    if pin == Pin::Enough {
        return Ok(see_other(&with_next(PIN, query.text(NEXT))));
    }
    let at = At {
        ended: query.has(ENDED),
        known: device(&web, &headers).is_some(),
        no_pin: pin == Pin::NotEnough,
        query: &query,
    };
    Ok(page(&view, &at, &draft, &Problem::default()).respond(&view))
}

pub(super) async fn sign_in(
    State(web): State<Web>,
    Guest(view): Guest,
    (Extension(known), headers): (Extension<Known>, HeaderMap),
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let next = query.text(NEXT);
    match enter(&web, &view, &headers, &fields).await {
        Ok((_, Begun::SignedIn(entered))) => {
            welcome(&web, &view, (&known, &headers), entered, next)
        }
        Ok((phone, Begun::Waits(challenge))) => {
            let waiting = Waiting::of(&challenge, phone, next, view.ctx.now());
            Ok(waiting.carried(&web, see_other(SECOND))?)
        }
        Err(Error::Refused(refusal)) if refusal.code == Code::SignInStopped => {
            Ok(stopped(&web, &view).respond(&view))
        }
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            let known = device(&web, &headers).is_some();
            let at = At { ended: query.has(ENDED), known, no_pin: false, query: &query };
            Ok(page(&view, &at, &fields, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(
    web: &Web,
    view: &View,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<(kernel::Phone, Begun)> {
    let phone = input::phone(fields.text("phone"), "phone")?;
    let password = fields.secret("password");
    let client = view.client_info();
    let begun =
        web.identity().sign_in(&view.ctx, (&phone, &password), door(web, headers), &client).await?;
    Ok((phone, begun))
}

/// From where somebody signs in.
pub(super) struct At<'a> {
    /// The session before has ended by itself.
    pub ended: bool,
    /// The browser is one that the bank knows, perhaps of somebody else.
    pub known: bool,
    /// It has a PIN, which is not enough just now.
    pub no_pin: bool,
    /// The query of the address.
    pub query: &'a Fields,
}

/// The page, also with what was wrong with a passkey.
pub(super) fn page(view: &View, at: &At<'_>, fields: &Fields, problem: &Problem) -> Page {
    Page::new(t!(view.words, "sign-in-title"))
        .back("/welcome")
        .with_form()
        .main(main(view, at, fields, problem))
}

fn main(view: &View, at: &At<'_>, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    html! {
        @if at.ended && !problem.is_some() {
            p.lead-in { (t!(words, "error-signed-out-text")) }
        }
        @if at.no_pin && !problem.is_some() {
            p.lead-in { (t!(words, "sign-in-no-pin")) }
        }
        (problem.notice(words, &["phone"]))
        (form(view, at, fields, problem))
        div.column.passkeys {
            (divider(&t!(words, "sign-in-or")))
            (by_passkey(view, at, problem.is_some()))
        }
        (ways_out(words))
        p.aside {
            (t!(words, "sign-in-new")) " "
            a href="/sign-up" { (t!(words, "sign-up-link")) }
        }
    }
}

fn form(view: &View, at: &At<'_>, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (phone, password) = (t!(words, "phone-label"), t!(words, "password-label"));
    let submit = t!(words, "sign-in-submit");
    let action = sign_in_at(at.query.text(NEXT));
    html! {
        form #(FORM) method="post" action=(action) hx-boost="false" {
            (view.token())
            (Field::phone("phone", &phone)
                .value(fields.text("phone"))
                .error(problem.at("phone"))
                // Browsers offer passkeys in the field that says so.
                .autocomplete("username webauthn")
                .attr("data-phone", ""))
            (Field::password("password", &password).reveal(&t!(words, "password-show")))
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}

/// A passkey says who comes, so that nothing has to be typed. After a refusal it is offered by the
/// button alone: an authenticator that answers by itself would be refused again and again.
fn by_passkey(view: &View, at: &At<'_>, refused: bool) -> Markup {
    let words = view.words;
    let submit = t!(words, "sign-in-passkey");
    let action = with_next("/sign-in/passkey", at.query.text(NEXT));
    let content = html! {
        (view.token())
        (form_actions(&Button::quiet(&submit).icon("fingerprint").render()))
        // Below: whoever does not mind it goes on with one tap, and nothing is bound.
        (own_device(words, at.known))
    };
    let form = passkey_form(view, Ceremony::Get, &action, "/sign-in/passkey/options", &content);
    if refused { form } else { ui::with(form, &[("data-passkey-offered", "")]) }
}

/// The page after a passkey that was refused.
pub(super) fn refused(
    web: &Web,
    view: &View,
    (headers, query): (&HeaderMap, &Fields),
    refusal: &kernel::Refusal,
) -> Result<Response> {
    if refusal.code == Code::SignInStopped {
        return waiting::forget(web, stopped(web, view).respond(view));
    }
    let known = device(web, headers).is_some();
    let at = At { ended: false, known, no_pin: false, query };
    let problem = Problem::of(view.lang(), refusal);
    let page = page(view, &at, &Fields::default(), &problem).refused(refusal.code);
    waiting::forget(web, page.respond(view))
}
