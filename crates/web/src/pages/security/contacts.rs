//! The phone and the mailbox: another one is proven by a code that is sent to it.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Fields, Query, Reply};
use identity::ChallengeView;
use kernel::{ChallengeId, Code, EmailAddress, Error, KeyUse, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{
    Banner, Button, Field, KeyValue, Tone, card, email_address, form_actions, format, key_values,
};

use super::{SECURITY, confirm};
use crate::Web;
use crate::input;
use crate::pages::common::{PLACE, Problem, with_markup};
use crate::pages::factor::figures;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::{Words, t};

/// The field of the address that holds, sealed, what waits for its code.
const WAITING: &str = "q";
const SEALED_MAX_BYTES: usize = 1_024;

/// Which of the two ways to reach a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contact {
    Phone,
    Email,
}

impl Contact {
    fn of(name: &str) -> Result<Self> {
        match name {
            "phone" => Ok(Self::Phone),
            "email" => Ok(Self::Email),
            _ => Err(Code::NotFound.into()),
        }
    }

    /// Its field, and the end of its address.
    const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    fn place(self) -> String {
        format!("/security/contacts/{}", self.name())
    }

    fn title(self, words: Words) -> String {
        match self {
            Self::Phone => t!(words, "security-phone"),
            Self::Email => t!(words, "security-email"),
        }
    }

    /// One of its kind, as pages show it.
    fn shown(self, contact: &str) -> Markup {
        match self {
            Self::Phone => html! { (contact) },
            Self::Email => email_address(contact),
        }
    }
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
) -> Reply<Response> {
    let contact = Contact::of(&name)?;
    let title = contact.title(view.words);
    if let Some(gate) = confirm::gate(&web, &view, &title, &contact.place()).await? {
        return Ok(gate.respond(&view));
    }
    Ok(page(&web, &view, contact, (&Fields::default(), None)).await?.respond(&view))
}

/// What is known of a contact, as it is shown.
async fn known(web: &Web, view: &View, contact: Contact) -> Result<Option<String>> {
    let contacts = web.identity().user_contacts(&view.ctx, view.ctx.customer()?).await?;
    Ok(match contact {
        Contact::Phone => Some(format::phone(contacts.phone.expose())),
        Contact::Email => contacts.email.map(|email| email.expose().to_owned()),
    })
}

async fn page(
    web: &Web,
    view: &View,
    contact: Contact,
    (fields, refusal): (&Fields, Option<&Refusal>),
) -> Result<Page> {
    let words = view.words;
    let known = known(web, view, contact).await?;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let (now, after) = (t!(words, "contact-now"), t!(words, "contact-after"));
    let told = if known.is_some() {
        t!(words, "contact-after-text")
    } else {
        t!(words, "contact-after-first")
    };
    let main = html! {
        (problem.notice(words, &[contact.name()]))
        @if let Some(known) = &known {
            (card(&key_values(&[KeyValue::markup(&now, contact.shown(known))])))
        }
        (form(view, contact, fields, &problem))
        (Banner::new(Tone::Info, &after, &told))
        @if contact == Contact::Email && known.is_some() { (remove(view)) }
    };
    let page = Page::new(contact.title(words)).back(SECURITY).main(main);
    Ok(super::with_refusal(page, refusal))
}

fn form(view: &View, contact: Contact, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let name = contact.name();
    let submit = t!(words, "sign-up-send");
    let (label, hint) = match contact {
        Contact::Phone => (t!(words, "contact-new-phone"), t!(words, "contact-phone-hint")),
        Contact::Email => (t!(words, "contact-new-email"), t!(words, "contact-email-hint")),
    };
    let field = match contact {
        Contact::Phone => Field::phone(name, &label).autocomplete("tel").attr("data-phone", ""),
        Contact::Email => Field::email(name, &label).attr("maxlength", "254"),
    };
    html! {
        form #(FORM) method="post" action=(contact.place()) {
            (view.token())
            (field.value(fields.text(name)).hint(&hint).error(problem.at(name)))
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}

fn remove(view: &View) -> Markup {
    let words = view.words;
    let (title, text) = (t!(words, "contact-remove"), t!(words, "contact-remove-text"));
    let form = html! {
        form.stack method="post" action="/security/contacts/email/remove" {
            (view.token())
            (Button::danger(&title).icon("trash"))
        }
    };
    Banner::new(Tone::Warn, &title, &text).action(form).render()
}

/// Sends the code to the new contact.
pub(super) async fn begin(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let contact = Contact::of(&name)?;
    match send(&web, &view, contact, fields.text(contact.name())).await {
        Ok(waiting) => Ok(see_other(&waiting.address(&web, &view)?)),
        Err(Error::Refused(refusal)) => {
            if refusal.code == Code::StepUpRequired {
                let title = contact.title(view.words);
                return Ok(confirm::closed(&view, &title, &contact.place()).respond(&view));
            }
            let refusal = at_field(contact, refusal);
            let shown = (&fields, Some(&refusal));
            Ok(page(&web, &view, contact, shown).await?.respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn send(web: &Web, view: &View, contact: Contact, typed: &str) -> Result<Waiting> {
    let client = view.client_info();
    let (to, sent): (String, ChallengeView) = match contact {
        Contact::Phone => {
            let phone = input::phone(typed, "phone")?;
            let sent = web.identity().start_phone_change(&view.ctx, &phone, &client).await?;
            (format::phone(phone.expose()), sent)
        }
        Contact::Email => {
            let email = EmailAddress::parse(typed);
            let email = email.ok_or(Refusal::new(Code::EmailMalformed).field("email"))?;
            let sent = web.identity().start_email_change(&view.ctx, &email, &client).await?;
            (email.expose().to_owned(), sent)
        }
    };
    Ok(Waiting { contact, challenge: sent.id, to })
}

fn at_field(contact: Contact, refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::ContactUnchanged | Code::ContactTaken | Code::EmailMalformed => {
            refusal.field(contact.name())
        }
        _ => refusal,
    }
}

/// A new contact that waits for its code.
struct Waiting {
    contact: Contact,
    challenge: ChallengeId,
    to: String,
}

impl Waiting {
    fn address(&self, web: &Web, view: &View) -> Result<String> {
        let plain = form_urlencoded::Serializer::new(String::new())
            .append_pair("challenge", &self.challenge.to_string())
            .append_pair("to", &self.to)
            .finish();
        let sealed = web.keys().seal(KeyUse::Form, &context(view)?, plain.as_bytes());
        Ok(format!("{}/code?{WAITING}={sealed}", self.contact.place()))
    }

    fn of(web: &Web, view: &View, contact: Contact, query: &Fields) -> Option<Self> {
        let sealed = Some(query.text(WAITING)).filter(|text| text.len() <= SEALED_MAX_BYTES)?;
        let plain = web.keys().unseal(KeyUse::Form, &context(view).ok()?, sealed)?;
        let fields = Fields::read(plain.expose())?;
        let challenge = fields.text("challenge").parse().ok()?;
        Some(Self { contact, challenge, to: fields.text("to").to_owned() })
    }
}

fn context(view: &View) -> Result<Vec<u8>> {
    Ok([b"contact ", view.ctx.customer()?.uuid().as_bytes().as_slice()].concat())
}

pub(super) async fn show_code(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let contact = Contact::of(&name)?;
    Ok(match Waiting::of(&web, &view, contact, &query) {
        Some(waiting) => code_page(&web, &view, &waiting, None)?.respond(&view),
        None => see_other(&contact.place()),
    })
}

pub(super) async fn finish(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let contact = Contact::of(&name)?;
    let Some(waiting) = Waiting::of(&web, &view, contact, &query) else {
        return Ok(see_other(&contact.place()));
    };
    let code = figures(fields.raw("code"));
    let (identity, challenge) = (web.identity(), waiting.challenge);
    let finished = match contact {
        Contact::Phone => identity.finish_phone_change(&view.ctx, challenge, &code).await,
        Contact::Email => identity.finish_email_change(&view.ctx, challenge, &code).await,
    };
    match finished {
        Ok(()) => Ok(see_other(SECURITY)),
        Err(Error::Refused(refusal)) => {
            let refusal = wrong_code(&view, refusal);
            Ok(code_page(&web, &view, &waiting, Some(&refusal))?.respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

fn wrong_code(view: &View, refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::FieldInvalid => {
            let label = t!(view.words, "sign-up-code-label");
            Refusal::new(Code::FieldInvalid).field("code").value("field", label)
        }
        Code::CodeWrong | Code::CodeExpired | Code::CodeTriesUsedUp => refusal.field("code"),
        _ => refusal,
    }
}

fn code_page(web: &Web, view: &View, waiting: &Waiting, refusal: Option<&Refusal>) -> Result<Page> {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let (label, hint) = (t!(words, "sign-up-code-label"), t!(words, "sign-up-code-hint"));
    let (submit, other) = (t!(words, "contact-submit"), t!(words, "contact-again"));
    let (sent, to) = (t!(words, "contact-sent", to = PLACE), waiting.contact.shown(&waiting.to));
    let main = html! {
        p.lead-in { (with_markup(&sent, &to)) }
        (problem.notice(words, &["code"]))
        form #(FORM) method="post" action=(waiting.address(web, view)?) {
            (view.token())
            (Field::code("code", &label, "7").hint(&hint).error(problem.at("code"))
                .attr("autofocus", ""))
            (form_actions(&html! {
                (Button::accent(&submit))
                (Button::quiet(&other).href(&waiting.contact.place()))
            }))
        }
    };
    let page = Page::new(waiting.contact.title(words)).back(waiting.contact.place()).main(main);
    Ok(super::with_refusal(page, refusal))
}

pub(super) async fn remove_email(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
) -> Reply<Response> {
    match web.identity().remove_email(&view.ctx).await {
        Ok(()) => Ok(see_other(SECURITY)),
        Err(error) if error.code() == Some(Code::StepUpRequired) => {
            let title = Contact::Email.title(view.words);
            Ok(confirm::closed(&view, &title, &Contact::Email.place()).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}
