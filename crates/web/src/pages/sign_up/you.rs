//! The last step: who it is, and a password.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use customers::SignUp;
use edge::{Fields, Reply};
use identity::{Entered, Purpose};
use kernel::{Code, Day, Error, Phone, Refusal, Result, Secret};
use maud::{Markup, html};
use ui::{Button, Field, form_actions, format};

use super::progress::{self, Known, PHONE};
use super::{checked, step};
use crate::Web;
use crate::draft::Draft;
use crate::pages::common::Problem;
use crate::pages::sign_in::{bound_as, device, device_name, first_device, welcome};
use crate::shell::{FORM, Page};
use crate::view::{Guest, View, see_other, with_cookie};
use crate::words::t;

const FIELDS: [&str; 4] = ["first_name", "last_name", "birth_date", "password"];

pub(super) async fn show(
    State(web): State<Web>,
    Guest(view): Guest,
    known: Known,
    Draft(draft): Draft,
) -> Reply<Response> {
    let (phone, ticket) = match known.ticket() {
        Ok(known) => known,
        Err(place) => return Ok(see_other(place)),
    };
    // The phone is proven, so that its owner may be told, before they fill in anything.
    match web.identity().ticket_is_users(&view.ctx, Purpose::SignUp, &ticket).await {
        Ok(true) => Ok(customer_already(&view, &phone).respond(&view)),
        Ok(false) => Ok(page(&view, &phone, &draft, None).respond(&view)),
        Err(Error::Refused(refusal)) => {
            Ok(page(&view, &phone, &draft, Some(&refusal)).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn finish(
    State(web): State<Web>,
    Guest(view): Guest,
    Extension(visitor): Extension<edge::Known>,
    (known, headers): (Known, HeaderMap),
    fields: Fields,
) -> Reply<Response> {
    let (phone, ticket) = match known.ticket() {
        Ok(known) => known,
        Err(place) => return Ok(see_other(place)),
    };
    match sign_up(&web, &view, (&headers, &fields), ticket).await {
        Ok(entered) => {
            let response = welcome(&web, &view, (&visitor, &headers), entered, "/")?;
            Ok(with_cookie(response, progress::forget(&web)?))
        }
        Err(Error::Refused(refusal)) => {
            Ok(page(&view, &phone, &fields, Some(&refusal)).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_up(
    web: &Web,
    view: &View,
    (headers, fields): (&HeaderMap, &Fields),
    ticket: Secret<String>,
) -> Result<Entered> {
    let birth_date = fields.text("birth_date").parse::<Day>();
    let birth_date =
        birth_date.map_err(|()| Refusal::new(Code::BirthDateInvalid).field("birth_date"))?;
    let cmd = SignUp {
        ticket,
        password: fields.secret("password"),
        first_name: fields.text("first_name").to_owned(),
        last_name: fields.text("last_name").to_owned(),
        birth_date,
        lang: view.lang(),
        client: view.client_info(),
    };
    let name = device_name(view);
    let own = bound_as(fields, &name).map(|name| (name, device(web, headers)));
    let (_, entered) = web.customers().sign_up_in_browser(&view.ctx, cmd, own).await?;
    Ok(entered)
}

/// Whoever proved a customer's phone has nothing to fill in here.
fn customer_already(view: &View, phone: &Phone) -> Page {
    let words = view.words;
    let (phone, submit) = (format::phone(phone.expose()), t!(words, "sign-up-sign-in"));
    Page::new(t!(words, "sign-up-already-title")).back(PHONE).main(html! {
        p.lead-in { (t!(words, "sign-up-already-text", phone = phone)) }
        (form_actions(&html! { (Button::accent(&submit).href("/sign-in")) }))
        p.aside { a href=(PHONE) { (t!(words, "sign-up-other-phone")) } }
    })
}

fn page(view: &View, phone: &Phone, fields: &Fields, refused: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refused.map(|refusal| Problem::of(view.lang(), refusal)).unwrap_or_default();
    let phone = format::phone(phone.expose());
    let page = Page::new(t!(words, "sign-up-you-title")).back(PHONE).with_form().main(html! {
        (step(words, 3))
        p.lead-in { (t!(words, "sign-up-you-text", phone = phone.as_str())) }
        (problem.notice(words, &FIELDS))
        (way_on(view, refused))
        (form(view, &phone, fields, &problem))
    });
    match refused {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

/// What to do about what no field of this form can change.
fn way_on(view: &View, refused: Option<&Refusal>) -> Markup {
    let words = view.words;
    let way = match refused.map(|refusal| refusal.code) {
        Some(Code::AlreadyCustomer) => Some(("/sign-in", t!(words, "sign-up-sign-in"))),
        Some(Code::CodeExpired) => Some((PHONE, t!(words, "sign-up-start-again"))),
        _ => None,
    };
    html! {
        @if let Some((href, text)) = way {
            (form_actions(&html! { (Button::primary(&text).href(href)) }))
        }
    }
}

fn form(view: &View, phone: &str, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (first, last) = (t!(words, "sign-up-first-name"), t!(words, "sign-up-last-name"));
    let name_hint = t!(words, "sign-up-name-hint");
    let (birth, birth_hint) =
        (t!(words, "sign-up-birth-date"), t!(words, "sign-up-birth-date-hint"));
    let (password, rules) = (t!(words, "password-label"), t!(words, "sign-up-password-hint"));
    let submit = t!(words, "sign-up-finish");
    let text = |name, label| Field::new(name, label).value(fields.text(name));
    let first = text("first_name", &first).hint(&name_hint).autocomplete("given-name");
    let last = text("last_name", &last).autocomplete("family-name");
    let birth = Field::date("birth_date", &birth)
        .value(fields.text("birth_date"))
        .hint(&birth_hint)
        .autocomplete("bday");
    let show = t!(words, "password-show");
    let password = Field::new_password("password", &password).hint(&rules).reveal(&show);
    html! {
        form #(FORM) method="post" hx-boost="false" {
            (view.token())
            // For what keeps passwords: it is to know whose this one is.
            input type="hidden" name="username" value=(phone) autocomplete="username";
            (checked(first, "first_name", problem))
            (checked(last, "last_name", problem))
            (checked(birth, "birth_date", problem))
            (checked(password, "password", problem))
            (first_device(words, fields))
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
    }
}
