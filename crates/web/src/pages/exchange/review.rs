//! The review of an exchange, and its confirmation. A rate is promised for a minute: when that is
//! over, the page offers another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use edge::{Fields, Query, Reply};
use kernel::{Asset, Code, Error, OperationId, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, ConfirmExchange, ExchangeQuote, OwnAccount};
use ui::{Button, card, empty_state, form_actions, format, key_values_strong};

use super::{IN, PATH, figures, form_address, key_values_of, typed};
use crate::Web;
use crate::pages::common::account_title;
use crate::pages::moving;
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View};
use crate::words::t;

/// What the log says of an exchange that broke on its way.
const UNKNOWN: &str = "how an exchange ended is not known";

/// How an exchange stands that somebody wants to look at or to confirm.
enum Stands {
    /// It can be confirmed.
    Open(Box<ExchangeQuote>),
    /// Its time is over, and it is not known yet whether it was confirmed in time.
    Closing(Box<ExchangeQuote>),
    /// It was refused, and would be refused again: a new one is to be made.
    Refused(Box<ExchangeQuote>, Code),
    /// It was carried out.
    Done(OperationId),
    /// It cannot be confirmed any more, and was not.
    Over(Box<ExchangeQuote>),
    /// It is none of this customer's.
    Unknown,
}

/// A request for the review: the token in its address, and in what the amount was named.
struct Asked {
    token: String,
    named: Option<Asset>,
}

impl Asked {
    fn of(query: &Fields) -> Self {
        let token = query.text("quote").to_owned();
        Self { token, named: Asset::from_code(query.text(IN)) }
    }
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let asked = Asked::of(&query);
    Ok(match stands(&web, &view, &asked.token).await? {
        // Nobody asked for anything: that the time is over is how it stands.
        Stands::Over(quote) => over(&view, &quote, &asked).respond(&view),
        Stands::Closing(quote) => closing(&view, &quote, &asked).respond(&view),
        other => answer(&web, &view, &asked, other).await?,
    })
}

/// Carries it out. A second tap and a second tab confirm the same quote under the same key: they
/// find it carried out and show the same receipt.
pub(super) async fn confirm(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let asked = Asked::of(&query);
    let quote = match stands(&web, &view, &asked.token).await? {
        // Whoever confirms it now finds out whether it was in time.
        Stands::Open(quote) | Stands::Closing(quote) => quote,
        other => return Ok(answer(&web, &view, &asked, other).await?),
    };
    if !quote.sufficient {
        // Not tried, because a key keeps its answer, and the money may still come.
        let page = review(&web, &view, (&quote, &asked), None).await?;
        return Ok(page.refused(Code::InsufficientFunds).respond(&view));
    }
    let confirm = ConfirmExchange { key: quote.key(), quote: asked.token.clone() };
    let refusal = match web.payments().confirm_exchange(&view.ctx, confirm).await {
        Ok(receipt) => return Ok(moving::done(&web, &moving::receipt_of(receipt.id))?),
        Err(Error::Refused(refusal)) => refusal,
        Err(Error::Broken(broken)) => {
            // It broke on the way, and nobody knows how far it came.
            moving::incident(&view, &broken, UNKNOWN);
            Refusal::new(Code::OutcomeUnknown)
        }
    };
    match not_done(&web, &view, &asked, &refusal).await {
        Ok(response) => Ok(response),
        Err(error) => {
            if let Error::Broken(broken) = &error {
                moving::incident(&view, broken, UNKNOWN);
            }
            Err(refusal.into())
        }
    }
}

/// The answer to a confirmation that was refused: how the exchange stands now. When that cannot be
/// seen, the refusal stays the last that is known of the money, and nothing milder may be said.
async fn not_done(web: &Web, view: &View, asked: &Asked, refusal: &Refusal) -> Result<Response> {
    match stands(web, view, &asked.token).await? {
        Stands::Open(quote) | Stands::Refused(quote, _) if refusal.code != Code::QuoteExpired => {
            let page = review(web, view, (&quote, asked), Some(refusal)).await?;
            Ok(page.refused(refusal.code).respond(view))
        }
        // The books have said that it came too late: nothing can be on its way any more.
        Stands::Open(quote) | Stands::Closing(quote) | Stands::Refused(quote, _)
            if refusal.code == Code::QuoteExpired =>
        {
            Ok(over(view, &quote, asked).refused(Code::QuoteExpired).respond(view))
        }
        Stands::Closing(quote) => {
            let page = review(web, view, (&quote, asked), Some(refusal)).await?;
            Ok(page.refused(refusal.code).respond(view))
        }
        other => answer(web, view, asked, other).await,
    }
}

async fn stands(web: &Web, view: &View, token: &str) -> Result<Stands> {
    let seen = match web.payments().quoted_exchange(&view.ctx, token).await {
        Ok(seen) => seen,
        Err(error) if error.code() == Some(Code::QuoteNotFound) => return Ok(Stands::Unknown),
        Err(error) => return Err(error),
    };
    let quote = Box::new(seen.quote);
    Ok(match (seen.done, seen.refused) {
        (Some(operation), _) => Stands::Done(operation),
        (None, Some(Code::QuoteExpired)) => Stands::Over(quote),
        (None, Some(code)) => Stands::Refused(quote, code),
        (None, None) if seen.expired => Stands::Over(quote),
        (None, None) if seen.closing => Stands::Closing(quote),
        (None, None) => Stands::Open(quote),
    })
}

/// The page of an exchange as it stands.
async fn answer(web: &Web, view: &View, asked: &Asked, stands: Stands) -> Result<Response> {
    Ok(match stands {
        Stands::Open(quote) => review(web, view, (&quote, asked), None).await?.respond(view),
        Stands::Closing(quote) => {
            closing(view, &quote, asked).refused(Code::QuoteExpired).respond(view)
        }
        Stands::Refused(quote, code) => {
            let refusal = Refusal::new(code);
            let page = review(web, view, (&quote, asked), Some(&refusal)).await?;
            page.refused(code).respond(view)
        }
        Stands::Done(operation) => moving::done(web, &moving::receipt_of(operation))?,
        Stands::Over(quote) => over(view, &quote, asked).refused(Code::QuoteExpired).respond(view),
        Stands::Unknown => unknown(view).respond(view),
    })
}

fn page(view: &View, back: &str) -> Page {
    Page::new(t!(view.words, "exchange-review-title")).tab(Tab::Pay).back(back)
}

/// The button that asks for the rate of now, with what was typed.
fn anew(view: &View, quote: &ExchangeQuote, named: Option<Asset>) -> Markup {
    let submit = t!(view.words, "exchange-anew");
    html! {
        form.stack method="post" action=(PATH) {
            (view.token())
            @for (name, value) in typed(quote, named) {
                input type="hidden" name=(name) value=(value);
            }
            (Button::primary(&submit).icon("arrows-clockwise"))
        }
    }
}

/// The time is over, and nothing was exchanged.
fn over(view: &View, quote: &ExchangeQuote, asked: &Asked) -> Page {
    let words = view.words;
    let (title, text) = (t!(words, "exchange-over-title"), t!(words, "exchange-over-text"));
    page(view, &form_address(quote, asked.named)).main(empty_state(
        "clock",
        &title,
        &text,
        &anew(view, quote, asked.named),
    ))
}

/// The time is over, and what was confirmed in its last moment may not be seen yet.
fn closing(view: &View, quote: &ExchangeQuote, asked: &Asked) -> Page {
    let words = view.words;
    let (title, text) = (t!(words, "exchange-over-title"), t!(words, "exchange-closing-text"));
    let ways = html! {
        (anew(view, quote, asked.named))
        (Button::quiet(&t!(words, "tab-activity")).href("/activity"))
    };
    page(view, &form_address(quote, asked.named)).main(empty_state("clock", &title, &text, &ways))
}

/// What is not here, or not theirs.
fn unknown(view: &View) -> Page {
    let words = view.words;
    let again = Button::primary(&t!(words, "pay-start-again")).href(PATH).render();
    let text = t!(words, "exchange-unknown-text");
    page(view, PATH)
        .main(empty_state("clock", &t!(words, "exchange-refused"), &text, &again))
        .refused(Code::QuoteNotFound)
        .status(StatusCode::NOT_FOUND)
}

async fn review(
    web: &Web,
    view: &View,
    (quote, asked): (&ExchangeQuote, &Asked),
    refusal: Option<&Refusal>,
) -> Result<Page> {
    let accounts = web.payments().accounts(&view.ctx).await?;
    let (back, submit) = (form_address(quote, asked.named), t!(view.words, "exchange-submit"));
    let main = html! {
        @if let Some(refusal) = refusal {
            (moving::notice(view, &t!(view.words, "exchange-refused"), refusal))
        } @else if !quote.sufficient {
            (moving::short(view, quote.given, quote.available))
        }
        (card(&lines(view, quote, &accounts, refusal.is_none())))
        form #(FORM) method="post" {
            (view.token())
            (form_actions(&moving::actions(view, (&submit, quote.sufficient), &back, refusal)))
        }
    };
    Ok(page(view, &back).with_form().main(main))
}

/// What would happen, line by line, what is got last.
fn lines(view: &View, quote: &ExchangeQuote, accounts: &[AccountView], is_open: bool) -> Markup {
    let words = view.words;
    let called = |own: &OwnAccount| {
        let tail = format::tail(&own.tail);
        match accounts.iter().find(|account| account.id == own.id) {
            Some(account) => format!("{} {tail}", account_title(words, account)),
            None => tail,
        }
    };
    let mut lines = vec![
        (t!(words, "pay-from"), html! { (called(&quote.from)) }),
        (t!(words, "pay-into"), html! { (called(&quote.to)) }),
    ];
    if is_open {
        lines.push((t!(words, "exchange-holds"), time_left(view, quote)));
    }
    let (both, by) = ((quote.given, quote.taken), (quote.rate, &quote.central));
    let shown = |money| ui::amount(view.lang(), money);
    lines.extend(figures(view, both, by, (quote.fee, shown)));
    key_values_strong(&key_values_of(&lines))
}

/// How long the rate is promised for. A script counts it down.
fn time_left(view: &View, quote: &ExchangeQuote) -> Markup {
    let micros = quote.expires_at.micros_since(view.ctx.now()).max(0);
    let seconds = micros.checked_div(1_000_000).unwrap_or(0);
    let counted = t!(view.words, "exchange-seconds", count = "{}");
    html! {
        span data-left=(seconds) data-left-label=(counted) {
            (t!(view.words, "exchange-seconds", count = seconds.to_string()))
        }
    }
}
