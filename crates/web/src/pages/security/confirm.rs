//! "Show that it is you", before anything of how a customer signs in can change. A second factor
//! that was shown a few minutes ago is enough.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Query, Reply};
use identity::{Act, Factor};
use kernel::{ChallengeId, Code, Error, KeyUse, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, card, empty_state, form_actions, format, icon};

use super::SECURITY;
use crate::Web;
use crate::door::session_cookie;
use crate::pages::common::Problem;
use crate::pages::factor::{self, Asked, Sms};
use crate::pages::sign_in::asked;
use crate::shell::Page;
use crate::view::{SignedIn, View, own_path, see_other, with_cookie};
use crate::words::t;

const PATH: &str = "/security/confirm";
/// The field of the address that holds, sealed, what waits for an answer.
const WAITING: &str = "q";
const NEXT: &str = "next";
/// Longer than what waits can be when it is sealed.
const SEALED_MAX_BYTES: usize = 1_024;
/// Between two codes: what the bank asks for.
const CODE_WAIT_SECONDS: i64 = 30;

/// A confirmation that waits, and what it is for.
struct Waiting {
    id: ChallengeId,
    offered: Vec<Factor>,
    sent: bool,
    next: String,
}

impl Waiting {
    fn sealed(&self, web: &Web, view: &View) -> Result<String> {
        let mut plain = form_urlencoded::Serializer::new(String::new());
        plain.append_pair("id", &self.id.to_string());
        plain.append_pair("next", &self.next);
        let offered: Vec<_> = self.offered.iter().map(|factor| factor.as_str()).collect();
        plain.append_pair("offered", &offered.join(","));
        if self.sent {
            plain.append_pair("sent", "1");
        }
        Ok(web.keys().seal(KeyUse::Form, &context(view)?, plain.finish().as_bytes()))
    }

    /// What an address of this page holds.
    fn of(web: &Web, view: &View, query: &Fields) -> Option<Self> {
        let sealed = Some(query.text(WAITING)).filter(|text| text.len() <= SEALED_MAX_BYTES)?;
        let plain = web.keys().unseal(KeyUse::Form, &context(view).ok()?, sealed)?;
        let fields = Fields::read(plain.expose())?;
        Some(Self {
            id: fields.text("id").parse().ok()?,
            offered: fields.text("offered").split(',').filter_map(Factor::parse).collect(),
            sent: fields.has("sent"),
            next: fields.text("next").to_owned(),
        })
    }

    fn address(&self, web: &Web, view: &View, path: &str) -> Result<String> {
        Ok(format!("{path}?{WAITING}={}", self.sealed(web, view)?))
    }
}

/// It is the customer's who asked, and nothing else that is sealed is one.
fn context(view: &View) -> Result<Vec<u8>> {
    Ok([b"security ", view.ctx.customer()?.uuid().as_bytes().as_slice()].concat())
}

/// Whether a change has to wait until it was shown who asks for it.
pub(super) async fn is_closed(web: &Web, view: &View) -> Result<bool> {
    Ok(!web.identity().is_fresh(&view.ctx).await?)
}

/// The page that stands before a change until it was shown who asks for it. `None` when that was
/// shown a moment ago.
pub(super) async fn gate(web: &Web, view: &View, title: &str, next: &str) -> Result<Option<Page>> {
    Ok(is_closed(web, view).await?.then(|| closed(view, title, next)))
}

/// The same page after a change that came too late.
pub(super) fn closed(view: &View, title: &str, next: &str) -> Page {
    let words = view.words;
    let submit = t!(words, "security-confirm-start");
    Page::new(title).back(SECURITY).main(card(&html! {
        div.receipt.info {
            span.receipt-icon { (icon("shield-check")) }
            p.receipt-title { (t!(words, "security-confirm-title")) }
        }
        p { (t!(words, "security-confirm-text")) }
        (start_form(view, next, &Button::accent(&submit)))
    }))
}

/// The button that leads to the proof, and from there back to `next`.
pub(super) fn start_form(view: &View, next: &str, submit: &Button<'_>) -> Markup {
    html! {
        form.stack method="post" action="/security/confirm/start" {
            (view.token())
            input type="hidden" name=(NEXT) value=(next);
            (form_actions(&html! { (submit) }))
        }
    }
}

pub(super) async fn start(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let next = own_path(fields.text(NEXT)).unwrap_or(SECURITY).to_owned();
    let asked = web.identity().ask_confirmation(&view.ctx, &Act::Security).await?;
    let offered = factor::of_browsers(&asked.methods);
    let waiting = Waiting { id: asked.id, offered, sent: asked.code_sent, next };
    Ok(see_other(&waiting.address(&web, &view, PATH)?))
}

/// Whoever loads an address that only takes a form is to see the beginning.
pub(super) async fn back() -> Response {
    see_other(SECURITY)
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let Some(waiting) = Waiting::of(&web, &view, &query) else { return Ok(see_other(SECURITY)) };
    let shown = factor::shown(&waiting.offered, &query);
    Ok(page(&web, &view, (&waiting, shown), &Problem::default()).await?.respond(&view))
}

pub(super) async fn answer(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let Some(waiting) = Waiting::of(&web, &view, &query) else { return Ok(see_other(SECURITY)) };
    let answered = async {
        let answer = factor::answer(&fields)?;
        web.identity().answer_confirmation(&view.ctx, waiting.id, &answer).await
    };
    match answered.await {
        Ok(()) => {
            // What was shown lifts this session: a copy of its cookie is not to rise with it.
            let session = web.identity().renew_browser_session(&view.ctx).await?;
            let cookie = session_cookie(&web, &session, view.ctx.now())?;
            Ok(with_cookie(see_other(own_path(&waiting.next).unwrap_or(SECURITY)), cookie))
        }
        Err(Error::Refused(refusal)) => {
            Ok(refused(&web, &view, &waiting, &fields, &refusal).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends a code, or another one.
pub(super) async fn send(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let Some(waiting) = Waiting::of(&web, &view, &query) else { return Ok(see_other(SECURITY)) };
    match web.identity().send_confirmation_code(&view.ctx, waiting.id).await {
        Ok(()) => {
            let waiting = Waiting { sent: true, ..waiting };
            let address = waiting.address(&web, &view, PATH)?;
            Ok(see_other(&format!("{address}&{}={}", factor::BY, Factor::Sms.as_str())))
        }
        Err(Error::Refused(refusal)) => {
            let fields = Fields::default().with(factor::BY, Factor::Sms.as_str());
            Ok(refused(&web, &view, &waiting, &fields, &refusal).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The challenge of a passkey, for the browser.
pub(super) async fn options(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let waiting = Waiting::of(&web, &view, &query).ok_or(Code::ChallengeOver)?;
    let challenge = web.identity().start_confirmation_passkey(&view.ctx, waiting.id).await;
    asked(&view, challenge)
}

async fn refused(
    web: &Web,
    view: &View,
    waiting: &Waiting,
    fields: &Fields,
    refusal: &Refusal,
) -> Result<Response> {
    if factor::is_over(refusal.code) {
        return Ok(over(view, waiting, refusal).refused(refusal.code).respond(view));
    }
    let shown = factor::shown(&waiting.offered, fields);
    let problem = factor::problem(view, shown, refusal);
    let page = page(web, view, (waiting, shown), &problem).await?;
    Ok(page.refused(refusal.code).respond(view))
}

async fn page(
    web: &Web,
    view: &View,
    (waiting, shown): (&Waiting, Factor),
    problem: &Problem,
) -> Result<Page> {
    let words = view.words;
    let contacts = web.customers().contacts(&view.ctx).await?;
    let phone = format::phone(contacts.phone.expose());
    let submit = t!(words, "security-confirm-submit");
    let [page, options, send] = [
        waiting.address(web, view, PATH)?,
        waiting.address(web, view, "/security/confirm/options")?,
        waiting.address(web, view, "/security/confirm/code")?,
    ];
    let asked = Asked {
        offered: &waiting.offered,
        shown,
        page: &page,
        options: &options,
        send: &send,
        sms: Sms::sent(waiting.sent, CODE_WAIT_SECONDS),
        phone: &phone,
        fields: html! {},
        submit: &submit,
    };
    let back = own_path(&waiting.next).unwrap_or(SECURITY);
    Ok(Page::new(t!(words, "security-confirm-title")).back(back).main(html! {
        (asked.render(view, problem))
    }))
}

fn over(view: &View, waiting: &Waiting, refusal: &Refusal) -> Page {
    let words = view.words;
    let back = own_path(&waiting.next).unwrap_or(SECURITY);
    let again: Markup = Button::primary(&t!(words, "sign-up-start-again")).href(back).render();
    let text = factor::over_text(words, refusal);
    Page::new(t!(words, "security-confirm-title"))
        .back(back)
        .main(empty_state("clock", "", &text, &again))
}
