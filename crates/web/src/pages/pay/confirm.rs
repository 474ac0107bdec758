//! The confirmation of a payment by its payer: a PIN, or a code that came by SMS with the amount
//! and the payee.

use axum::response::Response;
use edge::{Fields, Reply};
use identity::{Answer, Confirmation, Factor};
use kernel::{ChallengeId, Code, Error, Refusal};
use maud::{Markup, html};
use payments::Quote;
use ui::{Button, Field, amount, form_actions};

use crate::Web;
use crate::pages::common::Problem;
use crate::shell::{FORM, Page, Tab};
use crate::view::View;
use crate::words::t;

/// The field that names the confirmation.
const CONFIRMATION: &str = "confirmation";

/// What comes next for a payment that somebody sends.
pub(super) enum Step {
    /// It is carried out, by this confirmation if it needs one.
    Go(Option<ChallengeId>),
    /// The payer is asked first.
    Ask(Response),
}

/// Asks the payer to confirm what has to be confirmed, or takes the answer.
pub(super) async fn step(
    web: &Web,
    view: &View,
    (token, quote): (&str, &Quote),
    fields: &Fields,
) -> Reply<Step> {
    if quote.confirmation.is_none() {
        return Ok(Step::Go(None));
    }
    let Some(id) = fields.filled(CONFIRMATION).and_then(|id| id.parse().ok()) else {
        return Ok(Step::Ask(ask(web, view, token, quote).await?));
    };
    let by = Factor::parse(fields.text("method")).unwrap_or(Factor::Sms);
    let code: String = fields.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    let answer = match by {
        Factor::Pin => Answer::Pin(code.into()),
        _ => Answer::Sms(code.into()),
    };
    match web.identity().answer_confirmation(&view.ctx, id, &answer).await {
        Ok(()) => Ok(Step::Go(Some(id))),
        Err(Error::Refused(refusal)) => {
            let page = page(view, quote, (&id.to_string(), by), Some(&refusal));
            Ok(Step::Ask(page.respond(view)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(web: &Web, view: &View, token: &str, quote: &Quote) -> Reply<Response> {
    match web.payments().ask_confirmation(&view.ctx, token).await {
        Ok(asked) => {
            let (id, by) = (asked.id, by(&asked));
            Ok(page(view, quote, (&id.to_string(), by), None).respond(view))
        }
        Err(Error::Refused(refusal)) => {
            Ok(page(view, quote, ("", Factor::Sms), Some(&refusal)).respond(view))
        }
        Err(error) => Err(error.into()),
    }
}

/// The way that this page can take an answer by.
fn by(asked: &Confirmation) -> Factor {
    if asked.methods.contains(&Factor::Pin) { Factor::Pin } else { Factor::Sms }
}

fn page(view: &View, quote: &Quote, asked: (&str, Factor), refused: Option<&Refusal>) -> Page {
    let problem = refused
        .map(|refusal| match refusal.code {
            Code::AnswerWrong => refusal.clone().field("code"),
            _ => refusal.clone(),
        })
        .map(|refusal| Problem::of(view.lang(), &refusal))
        .unwrap_or_default();
    let page = Page::new(t!(view.words, "pay-confirm-title"))
        .tab(Tab::Pay)
        .back("/pay")
        .with_form()
        .main(form(view, quote, asked, &problem));
    match refused {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

fn form(view: &View, quote: &Quote, (id, by): (&str, Factor), problem: &Problem) -> Markup {
    let words = view.words;
    let label = match by {
        Factor::Pin => t!(words, "pay-confirm-pin"),
        _ => t!(words, "sign-up-code-label"),
    };
    let hint = match by {
        Factor::Pin => t!(words, "pay-confirm-pin-hint"),
        _ => t!(words, "pay-confirm-code-hint"),
    };
    let submit = t!(words, "pay-confirm-submit");
    let field = Field::code("code", &label, "7").hint(&hint);
    let field = match problem.at("code") {
        Some(error) => field.error(Some(error)),
        None => field.attr("autofocus", ""),
    };
    html! {
        (problem.notice(words, &["code"]))
        p.lead-in {
            (amount(words.lang, quote.total)) " → "
            (quote.payee.masked_name) " · " (quote.payee.account_tail)
        }
        @if !id.is_empty() {
            form #(FORM) method="post" hx-boost="false" {
                (view.token())
                input type="hidden" name=(CONFIRMATION) value=(id);
                input type="hidden" name="method" value=(by.as_str());
                (field)
                (form_actions(&html! { (Button::accent(&submit)) }))
            }
        }
    }
}
