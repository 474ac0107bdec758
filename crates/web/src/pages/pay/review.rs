//! The review of a payment, and its confirmation.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use edge::Reply;
use kernel::{Broken, Code, Error, Kind, Money, OperationId, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{Confirm, Quote};
use ui::{
    Banner, Button, KeyValue, Tone, amount, card, empty_state, form_actions, format,
    key_values_strong,
};

use super::TYPED;
use crate::Web;
use crate::fields::Query;
use crate::pages::common::{account_tail, account_title};
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

/// How a payment stands that somebody wants to look at or to send.
enum Stands {
    /// It can be sent.
    Open(Box<Quote>),
    /// Its time is over, and it is not known yet whether it was sent in time. Whoever sends it now
    /// finds out: it is either carried out already, or refused.
    Closing(Box<Quote>),
    /// It was refused, and would be refused again: a new one is to be made.
    Refused(Box<Quote>, Code),
    /// It was carried out.
    Paid(OperationId),
    /// It cannot be sent any more, and was not.
    Gone(Code),
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let back = back(query.text(TYPED));
    Ok(match stands(&web, &view, query.text("quote")).await? {
        Stands::Paid(operation) => see_other(&format!("/operations/{operation}")),
        Stands::Gone(code) => gone(&view, code, &back).respond(&view),
        Stands::Open(quote) => review(&web, &view, &quote, &back, None).await?.respond(&view),
        Stands::Closing(quote) => refused(&web, &view, &quote, &back, Code::OutcomeUnknown).await?,
        Stands::Refused(quote, code) => refused(&web, &view, &quote, &back, code).await?,
    })
}

/// Sends it. A second tap and a second tab confirm the same quote under the same key: they find it
/// carried out and show the same receipt.
pub(super) async fn send(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let back = back(query.text(TYPED));
    let token = query.text("quote");
    let quote = match stands(&web, &view, token).await? {
        Stands::Open(quote) | Stands::Closing(quote) => quote,
        Stands::Refused(quote, code) => {
            return Ok(refused(&web, &view, &quote, &back, code).await?);
        }
        other => return Ok(over(&view, &other, &back)),
    };
    if !quote.sufficient {
        // Not tried, because a key keeps its answer, and the money may still come.
        let page = review(&web, &view, &quote, &back, None).await?;
        return Ok(page.refused(Code::InsufficientFunds).respond(&view));
    }
    let confirm = Confirm { key: quote.key(), quote: token.to_owned() };
    match web.payments().confirm(&view.ctx, confirm).await {
        Ok(receipt) => Ok(see_other(&receipt_of(receipt.id))),
        Err(Error::Refused(refusal)) => not_sent(&web, &view, token, &back, refusal).await,
        Err(Error::Broken(broken)) => {
            // It broke on the way, and nobody knows how far it came.
            incident(&view, &broken);
            not_sent(&web, &view, token, &back, Refusal::new(Code::OutcomeUnknown)).await
        }
    }
}

/// The answer to a confirmation that was refused: how the payment stands now. When that cannot be
/// seen, the refusal stays the last that is known of the money, and nothing milder may be said.
async fn not_sent(
    web: &Web,
    view: &View,
    token: &str,
    back: &str,
    refusal: Refusal,
) -> Reply<Response> {
    let page = async {
        match stands(web, view, token).await? {
            Stands::Open(quote) | Stands::Closing(quote) | Stands::Refused(quote, _) => {
                let page = review(web, view, &quote, back, Some(&refusal)).await?;
                Ok(page.refused(refusal.code).respond(view))
            }
            other => Ok(over(view, &other, back)),
        }
    };
    match page.await {
        Ok(response) => Ok(response),
        Err(error) => {
            if let Error::Broken(broken) = &error {
                incident(view, broken);
            }
            Err(refusal.into())
        }
    }
}

/// The review of a payment that was refused, or that nobody can tell of yet.
async fn refused(
    web: &Web,
    view: &View,
    quote: &Quote,
    back: &str,
    code: Code,
) -> Result<Response> {
    let refusal = Refusal::new(code);
    Ok(review(web, view, quote, back, Some(&refusal)).await?.refused(code).respond(view))
}

/// Logged here, because the answer is another one than that something broke.
fn incident(view: &View, broken: &Broken) {
    tracing::error!(
        counter.confirmations_broken = 1,
        trace = %view.ctx.trace,
        doing = broken.doing(),
        error = ?broken,
        "how a payment ended is not known"
    );
}

/// How a payment stands.
async fn stands(web: &Web, view: &View, token: &str) -> Result<Stands> {
    let seen = match web.payments().quoted(&view.ctx, token).await {
        Ok(seen) => seen,
        Err(error) if error.code() == Some(Code::QuoteNotFound) => {
            return Ok(Stands::Gone(Code::QuoteNotFound));
        }
        Err(error) => return Err(error),
    };
    Ok(match seen.paid {
        Some(operation) => Stands::Paid(operation),
        None => match seen.refused {
            Some(code) => Stands::Refused(Box::new(seen.quote), code),
            None if seen.expired => Stands::Gone(Code::QuoteExpired),
            None if seen.closing => Stands::Closing(Box::new(seen.quote)),
            None => Stands::Open(Box::new(seen.quote)),
        },
    })
}

/// The answer to a confirmation that comes after the end.
fn over(view: &View, stands: &Stands, back: &str) -> Response {
    match stands {
        Stands::Paid(operation) => see_other(&receipt_of(*operation)),
        Stands::Gone(code) => gone(view, *code, back).respond(view),
        Stands::Open(_) | Stands::Closing(_) | Stands::Refused(..) => see_other(back),
    }
}

fn receipt_of(operation: OperationId) -> String {
    format!("/operations/{operation}?done=1")
}

/// The form as it was filled in.
fn back(typed: &str) -> String {
    let sealed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if typed.is_empty() || !typed.bytes().all(sealed) {
        return "/pay".to_owned();
    }
    format!("/pay?{TYPED}={typed}")
}

/// What cannot be sent any more: nothing was taken, and how to begin again.
fn gone(view: &View, code: Code, back: &str) -> Page {
    let words = view.words;
    let again = Button::primary(&t!(words, "pay-start-again")).href(back).render();
    let title = t!(words, "pay-review-refused");
    let text = words.refusal(&Refusal::new(code));
    let page = Page::new(t!(words, "pay-review-title"))
        .tab(Tab::Pay)
        .back(back)
        .main(empty_state("clock", &title, &text, &again))
        .refused(code);
    // Nothing is wrong with the form of the request: what it names is not here, or not theirs.
    if code == Code::QuoteNotFound { page.status(StatusCode::NOT_FOUND) } else { page }
}

async fn review(
    web: &Web,
    view: &View,
    quote: &Quote,
    back: &str,
    refusal: Option<&Refusal>,
) -> Result<Page> {
    let words = view.words;
    let account = web.payments().account(&view.ctx, quote.from.account).await?;
    let from = format!("{} {}", account_title(words, &account), account_tail(&account));
    let main = html! {
        @if let Some(refusal) = refusal {
            (notice(view, refusal))
        } @else if !quote.sufficient {
            (short(view, quote))
        }
        (card(&lines(view, quote, &from)))
        form #(FORM) method="post" {
            (view.token())
            (form_actions(&actions(view, quote, back, refusal)))
        }
    };
    let page = Page::new(t!(words, "pay-review-title")).tab(Tab::Pay).back(back);
    Ok(page.with_form().main(main))
}

/// What would happen, line by line, the total last.
fn lines(view: &View, quote: &Quote, from: &str) -> Markup {
    let words = view.words;
    let lang = view.lang();
    let to = format!("{} {}", quote.payee.masked_name, format::tail(&quote.payee.account_tail));
    let free = html! { span.amount.pos { (t!(words, "pay-review-free")) } };
    let fee = if quote.fee.minor == 0 { free } else { amount(lang, quote.fee) };
    let keys = [
        t!(words, "pay-payee"),
        t!(words, "pay-review-phone"),
        t!(words, "pay-from"),
        t!(words, "pay-note"),
        t!(words, "pay-review-arrival"),
        t!(words, "pay-amount"),
        t!(words, "pay-review-fee"),
        t!(words, "pay-review-total"),
    ];
    let [payee, phone, payer, note, arrival, sum, fee_key, total] = &keys;
    let mut lines = vec![KeyValue::text(payee, &to)];
    lines.extend(quote.payee.phone_masked.as_deref().map(|masked| KeyValue::text(phone, masked)));
    lines.push(KeyValue::text(payer, from));
    lines.extend(quote.note.as_deref().map(|text| KeyValue::text(note, text)));
    lines.push(KeyValue::text(arrival, &t!(words, "pay-review-at-once")));
    lines.push(KeyValue::markup(sum, amount(lang, quote.amount)));
    lines.push(KeyValue::markup(fee_key, fee));
    lines.push(KeyValue::markup(total, amount(lang, quote.total)));
    key_values_strong(&lines)
}

/// The buttons: the one that sends, unless it would be in vain.
fn actions(view: &View, quote: &Quote, back: &str, refusal: Option<&Refusal>) -> Markup {
    let words = view.words;
    let send = t!(words, "pay-review-send", amount = format::money(view.lang(), quote.amount));
    let (again, change) = (t!(words, "pay-start-again"), t!(words, "pay-review-change"));
    let in_vain = refusal.is_some_and(|refusal| !may_be_repeated(refusal.code));
    html! {
        @if in_vain {
            (Button::primary(&again).href(back))
        } @else {
            (Button::accent(&send).disabled(!quote.sufficient))
            (Button::quiet(&change).href(back))
        }
        (Button::plain(&t!(words, "cancel")).href("/"))
    }
}

/// Whether the same confirmation may be sent again: where the bank did not decide, or does not
/// know whether it did.
fn may_be_repeated(code: Code) -> bool {
    matches!(code.kind(), Kind::Unavailable | Kind::TooMany)
}

/// Why it was not sent, or that it is not known whether it was.
fn notice(view: &View, refusal: &Refusal) -> Markup {
    let words = view.words;
    let (tone, title, text) = match refusal.code {
        Code::OutcomeUnknown => {
            (Tone::Warn, t!(words, "error-unknown-title"), t!(words, "error-unknown-text"))
        }
        _ => (Tone::Bad, t!(words, "pay-review-refused"), words.refusal(refusal)),
    };
    alert(&Banner::new(tone, &title, &text))
}

/// How much is missing.
fn short(view: &View, quote: &Quote) -> Markup {
    let words = view.words;
    let missing = quote.total.minor.saturating_sub(quote.from.available.minor);
    let missing = format::money(view.lang(), Money::new(missing, quote.total.asset));
    let title = t!(words, "pay-review-short-title");
    let text = t!(words, "pay-review-short-text", missing = missing);
    alert(&Banner::new(Tone::Bad, &title, &text))
}

/// A banner that is read first.
fn alert(banner: &Banner<'_>) -> Markup {
    html! { div role="alert" tabindex="-1" data-focus { (banner) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_the_form_only() {
        assert_eq!(back("aZ0-_"), "/pay?form=aZ0-_");
        for odd in ["", "a&to=1", "a b", "//x", "a%20"] {
            assert_eq!(back(odd), "/pay", "{odd}");
        }
    }

    #[test]
    fn only_what_was_not_decided_may_be_sent_again() {
        assert!(may_be_repeated(Code::Busy) && may_be_repeated(Code::OutcomeUnknown));
        assert!(!may_be_repeated(Code::InsufficientFunds) && !may_be_repeated(Code::QuoteExpired));
    }
}
