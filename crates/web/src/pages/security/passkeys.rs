//! Passkeys: the list, a new one, the name of one, and its end.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Fields, Query, Reply};
use identity::{Names, Owner, PasskeyView};
use kernel::{Code, Error, PasskeyId, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{
    Banner, Button, Ceremony, Field, KeyValue, Row, Tone, card, chevron, form_actions, key_values,
    lead_icon, list, section,
};

use super::{PASSKEYS, SECURITY, confirm, recovery_codes};
use crate::Web;
use crate::agent;
use crate::pages::common::{Problem, full_name, when, when_within};
use crate::pages::factor::{passkey, passkey_form};
use crate::pages::sign_in::asked;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

/// The field of the address that names the passkey that was just added.
const ADDED: &str = "added";

fn owner(view: &View) -> Result<Owner> {
    Ok(Owner::Customer(view.ctx.customer()?))
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let added = query.text(ADDED).parse().ok();
    Ok(page(&web, &view, added, (&Fields::default(), None)).await?)
}

async fn page(
    web: &Web,
    view: &View,
    added: Option<PasskeyId>,
    (fields, refusal): (&Fields, Option<&Refusal>),
) -> Result<Response> {
    let words = view.words;
    let known = web.identity().passkeys(&view.ctx, owner(view)?).await?;
    let closed = confirm::is_closed(web, view).await?;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let added = known.iter().find(|passkey| Some(passkey.id) == added);
    let add = t!(words, "passkeys-add");
    let main = html! {
        @if let Some(passkey) = added { (was_added(view, passkey)) }
        p.lead-in { (t!(words, "passkeys-text")) }
        p.hint { (t!(words, "proof-settles")) }
        @if !known.is_empty() { (listed(view, &known)) }
        (problem.notice(words, &["name"]))
        @if closed {
            (confirm::start_form(view, PASSKEYS, &Button::accent(&add).icon("fingerprint")))
        } @else {
            (section(&t!(words, "passkeys-new"), None, &new(view, fields, &problem)))
        }
    };
    let page = Page::new(t!(words, "security-passkeys")).back(SECURITY).main(main);
    Ok(super::with_refusal(page, refusal).respond(view))
}

/// What somebody wanted has happened. It gets the focus, so that it is read out.
fn was_added(view: &View, passkey: &PasskeyView) -> Markup {
    let title = t!(view.words, "passkeys-added-title");
    let text = t!(view.words, "passkeys-added-text", name = passkey.name.as_str());
    html! {
        div role="status" tabindex="-1" data-focus { (Banner::new(Tone::Good, &title, &text)) }
    }
}

fn listed(view: &View, known: &[PasskeyView]) -> Markup {
    let rows: Vec<_> = known
        .iter()
        .map(|passkey| {
            let href = format!("{PASSKEYS}/{}", passkey.id);
            Row::new(&passkey.name)
                .sub(&used(view, passkey))
                .href(&href)
                .lead(lead_icon("fingerprint"))
                .trail(chevron())
                .render()
        })
        .collect();
    list(&t!(view.words, "security-passkeys"), &rows)
}

fn used(view: &View, passkey: &PasskeyView) -> String {
    match passkey.last_used_at {
        Some(at) => t!(view.words, "passkeys-used", when = when_within(view, at)),
        None => t!(view.words, "passkeys-unused", when = when_within(view, passkey.created_at)),
    }
}

fn new(view: &View, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, hint) = (t!(words, "passkeys-name"), t!(words, "passkeys-name-hint"));
    let submit = t!(words, "passkeys-add");
    let usual = agent::name(&view.client.user_agent);
    let name = fields.filled("name").unwrap_or(&usual);
    let content = html! {
        (view.token())
        (Field::new("name", &label).value(name).hint(&hint).error(problem.at("name"))
            .autocomplete("off").attr("maxlength", "60"))
        (form_actions(&Button::accent(&submit).icon("fingerprint").render()))
    };
    let options = "/security/passkeys/options";
    card(&passkey_form(view, Ceremony::Create, PASSKEYS, options, &content))
}

/// What the authenticator is to make a passkey of, for the browser.
pub(super) async fn options(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let challenge = async {
        let customer = web.customers().profile(&view.ctx).await?;
        let contacts = web.customers().contacts(&view.ctx).await?;
        let (account, person) = (ui::format::phone(contacts.phone.expose()), full_name(&customer));
        let names = Names { account: &account, person: &person };
        web.identity().start_own_passkey(&view.ctx, names).await
    };
    asked(&view, challenge.await)
}

pub(super) async fn add(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let added = async {
        let (challenge, answer) = passkey(&fields)?;
        let name = fields.text("name");
        web.identity().add_own_passkey(&view.ctx, (challenge, &answer), name).await
    };
    match added.await {
        Ok((id, codes)) => {
            let list = format!("{PASSKEYS}?{ADDED}={id}");
            Ok(match codes {
                Some(codes) => recovery_codes::shown(&view, &codes, &list),
                None => see_other(&list),
            })
        }
        Err(Error::Refused(refusal)) => {
            let refusal = named(&view, refusal);
            Ok(page(&web, &view, None, (&fields, Some(&refusal))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The sentence about a name names the field as the page does.
fn named(view: &View, refusal: Refusal) -> Refusal {
    if refusal.code == Code::FieldInvalid {
        let label = t!(view.words, "passkeys-name");
        return Refusal::new(Code::FieldInvalid).field("name").value("field", label);
    }
    refusal
}

async fn one(web: &Web, view: &View, id: &str) -> Result<PasskeyView> {
    let id: PasskeyId = id.parse().map_err(|()| Code::NotFound)?;
    let known = web.identity().passkeys(&view.ctx, owner(view)?).await?;
    known.into_iter().find(|passkey| passkey.id == id).ok_or(Code::NotFound.into())
}

pub(super) async fn show_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let known = one(&web, &view, &id).await?;
    Ok(one_page(&web, &view, &known, None).await?)
}

async fn one_page(
    web: &Web,
    view: &View,
    known: &PasskeyView,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let words = view.words;
    let here = format!("{PASSKEYS}/{}", known.id);
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let closed = confirm::is_closed(web, view).await?;
    let (label, save) = (t!(words, "passkeys-name"), t!(words, "save"));
    let (added, kept) = (t!(words, "passkeys-added"), t!(words, "passkeys-kept"));
    let place =
        if known.may_sync { t!(words, "passkeys-synced") } else { t!(words, "passkeys-single") };
    let main = html! {
        (problem.notice(words, &["name"]))
        (card(&key_values(&[
            KeyValue::text(&added, &when(view, known.created_at)),
            KeyValue::text(&kept, &place),
        ])))
        form #(FORM) method="post" action={ (here) "/name" } {
            (view.token())
            (Field::new("name", &label).value(&known.name).error(problem.at("name"))
                .autocomplete("off").attr("maxlength", "60"))
            (form_actions(&Button::primary(&save).render()))
        }
        (remove(view, &here, closed))
    };
    let page = Page::new(&known.name).back(PASSKEYS).main(main);
    Ok(super::with_refusal(page, refusal).respond(view))
}

fn remove(view: &View, here: &str, closed: bool) -> Markup {
    let words = view.words;
    let (title, text) = (t!(words, "passkeys-remove"), t!(words, "passkeys-remove-text"));
    let button = Button::danger(&title).icon("trash");
    let form = html! {
        @if closed {
            (confirm::start_form(view, here, &button))
        } @else {
            form.stack method="post" action={ (here) "/remove" } { (view.token()) (button) }
        }
    };
    Banner::new(Tone::Warn, &title, &text).action(form).render()
}

pub(super) async fn rename(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let known = one(&web, &view, &id).await?;
    let (owner, name) = (owner(&view)?, fields.text("name"));
    match web.identity().rename_passkey(&view.ctx, owner, known.id, name).await {
        Ok(()) => Ok(see_other(PASSKEYS)),
        Err(Error::Refused(refusal)) => {
            Ok(one_page(&web, &view, &known, Some(&named(&view, refusal))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn remove_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let known = one(&web, &view, &id).await?;
    match web.identity().remove_own_passkey(&view.ctx, known.id).await {
        Ok(()) => Ok(see_other(PASSKEYS)),
        Err(Error::Refused(refusal)) => Ok(one_page(&web, &view, &known, Some(&refusal)).await?),
        Err(error) => Err(error.into()),
    }
}
