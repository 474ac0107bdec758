//! The proof of a payment that is not small, or goes to somebody new. The page says what is proven:
//! how much, to whom, from where; a proof of one payment is none of another.

use axum::extract::State;
use axum::response::Response;
use edge::{Fields, Query, Reply};
use identity::Factor;
use kernel::{ChallengeId, Code, Error, KeyUse, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{Confirm, Quote};
use ui::{Button, card, empty_state, format};

use super::TYPED;
use super::review::{self, Stands, Typed};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::{self, Asked, Sms};
use crate::pages::sign_in::asked;
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

const PATH: &str = "/pay/confirm";
/// The field of an address that holds, sealed, what waits for an answer.
const WAITING: &str = "proof";
/// Longer than what waits can be when it is sealed.
const SEALED_MAX_BYTES: usize = 512;
/// Between two codes: what the bank asks for.
const CODE_WAIT_SECONDS: i64 = 30;

/// A proof that is asked for, of the payment in the same address.
pub(super) struct Waiting {
    id: ChallengeId,
    offered: Vec<Factor>,
    sent: bool,
}

/// An address of this page: the payment, and the proof that is asked for.
struct Place {
    quote: String,
    typed: String,
    waiting: Waiting,
}

impl Place {
    fn of(web: &Web, view: &View, query: &Fields) -> Option<Self> {
        let sealed = Some(query.text(WAITING)).filter(|text| text.len() <= SEALED_MAX_BYTES)?;
        let quote = query.text("quote").to_owned();
        let plain = web.keys().unseal(KeyUse::Form, &context(view).ok()?, sealed)?;
        let fields = Fields::read(plain.expose())?;
        let waiting = Waiting {
            id: fields.text("id").parse().ok()?,
            offered: fields.text("offered").split(',').filter_map(Factor::parse).collect(),
            sent: fields.has("sent"),
        };
        Some(Self { quote, typed: query.text(TYPED).to_owned(), waiting })
    }

    fn address(&self, web: &Web, view: &View, path: &str) -> Result<String> {
        let mut plain = form_urlencoded::Serializer::new(String::new());
        plain.append_pair("id", &self.waiting.id.to_string());
        let offered: Vec<_> = self.waiting.offered.iter().map(|f| f.as_str()).collect();
        plain.append_pair("offered", &offered.join(","));
        if self.waiting.sent {
            plain.append_pair("sent", "1");
        }
        let sealed = web.keys().seal(KeyUse::Form, &context(view)?, plain.finish().as_bytes());
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(WAITING, &sealed)
            .append_pair("quote", &self.quote)
            .append_pair(TYPED, &self.typed)
            .finish();
        Ok(format!("{path}?{query}"))
    }

    /// The review of the payment.
    fn review(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("quote", &self.quote)
            .append_pair(TYPED, &self.typed)
            .finish();
        format!("/pay/review?{query}")
    }
}

/// It is the customer's who asked, and nothing else that is sealed is one.
fn context(view: &View) -> Result<Vec<u8>> {
    Ok([b"pay-proof ", view.ctx.customer()?.uuid().as_bytes().as_slice()].concat())
}

/// Asks for the proof of a payment, and leads to where it is given.
pub(super) async fn ask(web: &Web, view: &View, query: &Fields) -> Result<Response> {
    let quote = query.text("quote");
    let asked = web.payments().ask_confirmation(&view.ctx, quote).await?;
    let waiting = Waiting {
        id: asked.id,
        offered: factor::of_browsers(&asked.methods),
        sent: asked.code_sent,
    };
    let typed = query.text(TYPED).to_owned();
    let place = Place { quote: quote.to_owned(), typed, waiting };
    Ok(see_other(&place.address(web, view, PATH)?))
}

/// Whoever loads an address that only takes a form is to see the form.
pub(super) async fn back(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    Ok(match Place::of(&web, &view, &query) {
        Some(place) => see_other(&place.address(&web, &view, PATH)?),
        None => see_other("/pay"),
    })
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let Some(place) = Place::of(&web, &view, &query) else { return Ok(see_other("/pay")) };
    let typed = Typed::of(&web, &view, &query);
    Ok(match review::stands(&web, &view, &place.quote).await? {
        Stands::Open(quote) | Stands::Closing(quote) => {
            let shown = factor::shown(&place.waiting.offered, &query);
            let said = (&*quote, &typed);
            page(&web, &view, (&place, shown), said, &Problem::default()).await?.respond(&view)
        }
        // The review says how it stands.
        Stands::Refused(..) | Stands::Paid(_) | Stands::Gone(_) => see_other(&place.review()),
    })
}

/// Takes the proof, and sends the payment. A second tap finds the proof given and the payment sent.
pub(super) async fn answer(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    fields: Fields,
) -> Reply<Response> {
    let Some(place) = Place::of(&web, &view, &query) else { return Ok(see_other("/pay")) };
    let typed = Typed::of(&web, &view, &query);
    let quote = match review::stands(&web, &view, &place.quote).await? {
        Stands::Open(quote) | Stands::Closing(quote) => quote,
        Stands::Refused(..) | Stands::Paid(_) | Stands::Gone(_) => {
            return Ok(see_other(&place.review()));
        }
    };
    let answered = async {
        let answer = factor::answer(&fields)?;
        web.identity().answer_confirmation(&view.ctx, place.waiting.id, &answer).await
    };
    match answered.await {
        Ok(()) => {}
        // It may have been answered by the first of two taps.
        Err(error) if error.code() == Some(Code::ChallengeOver) => {}
        Err(Error::Refused(refusal)) => {
            let said = (&*quote, &typed);
            return Ok(refused(&web, &view, &place, said, (&fields, &refusal)).await?);
        }
        Err(error) => return Err(error.into()),
    }
    let confirm = Confirm {
        key: quote.key(),
        quote: place.quote.clone(),
        confirmation: Some(place.waiting.id),
    };
    match review::carry_out(&web, &view, confirm, &typed).await? {
        Ok(response) => Ok(response),
        Err(refusal) => Ok(over(&view, &place, &refusal).refused(refusal.code).respond(&view)),
    }
}

/// Sends a code, or another one.
pub(super) async fn send(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let Some(mut place) = Place::of(&web, &view, &query) else { return Ok(see_other("/pay")) };
    match web.identity().send_confirmation_code(&view.ctx, place.waiting.id).await {
        Ok(()) => {
            place.waiting.sent = true;
            let address = place.address(&web, &view, PATH)?;
            Ok(see_other(&format!("{address}&{}={}", factor::BY, Factor::Sms.as_str())))
        }
        Err(Error::Refused(refusal)) => {
            let typed = Typed::of(&web, &view, &query);
            let Stands::Open(quote) = review::stands(&web, &view, &place.quote).await? else {
                return Ok(see_other(&place.review()));
            };
            let fields = Fields::default().with(factor::BY, Factor::Sms.as_str());
            let said = (&*quote, &typed);
            Ok(refused(&web, &view, &place, said, (&fields, &refusal)).await?)
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
    let place = Place::of(&web, &view, &query).ok_or(Code::ChallengeOver)?;
    asked(&view, web.identity().start_confirmation_passkey(&view.ctx, place.waiting.id).await)
}

async fn refused(
    web: &Web,
    view: &View,
    place: &Place,
    said: (&Quote, &Typed),
    (fields, refusal): (&Fields, &Refusal),
) -> Result<Response> {
    if factor::is_over(refusal.code) {
        return Ok(over(view, place, refusal).refused(refusal.code).respond(view));
    }
    let shown = factor::shown(&place.waiting.offered, fields);
    let problem = factor::problem(view, shown, refusal);
    let page = page(web, view, (place, shown), said, &problem).await?;
    Ok(page.refused(refusal.code).respond(view))
}

async fn page(
    web: &Web,
    view: &View,
    (place, shown): (&Place, Factor),
    (quote, typed): (&Quote, &Typed),
    problem: &Problem,
) -> Result<Page> {
    let words = view.words;
    let contacts = web.customers().contacts(&view.ctx).await?;
    let phone = format::phone(contacts.phone.expose());
    let amount = format::money(view.lang(), quote.amount);
    let submit = t!(words, "pay-review-send", amount = amount);
    let [page, options, send] = [
        place.address(web, view, PATH)?,
        place.address(web, view, "/pay/confirm/options")?,
        place.address(web, view, "/pay/confirm/code")?,
    ];
    let asked = Asked {
        offered: &place.waiting.offered,
        shown,
        page: &page,
        options: &options,
        send: &send,
        sms: Sms::sent(place.waiting.sent, CODE_WAIT_SECONDS),
        phone: &phone,
        fields: html! {},
        submit: &submit,
    };
    let lines: Markup = review::shown(web, view, quote, typed).await?;
    let title = t!(words, "pay-confirm-title");
    Ok(Page::new(title).tab(Tab::Pay).back(place.review()).main(html! {
        (card(&lines))
        p.lead-in { (t!(words, "pay-confirm-text")) }
        (asked.render(view, problem))
    }))
}

/// The proof cannot be given any more; the payment can, with another one.
fn over(view: &View, place: &Place, refusal: &Refusal) -> Page {
    let words = view.words;
    let again = t!(words, "pay-confirm-again");
    let review = place.review();
    let again = Button::primary(&again).href(&review).render();
    let text = factor::over_text(words, refusal);
    let title = t!(words, "pay-review-refused");
    Page::new(t!(words, "pay-confirm-title"))
        .tab(Tab::Pay)
        .back(&review)
        .main(empty_state("clock", &title, &text, &again))
}
