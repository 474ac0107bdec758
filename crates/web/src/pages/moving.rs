//! What the pages have in common by which a customer moves money: the accounts of a form, its
//! amount, and how a review says what came of it.

use axum::response::Response;
use edge::{Fields, cookies};
use kernel::{AccountId, Asset, Broken, Code, Kind, Lang, Money, OperationId, Refusal, Result};
use ledger::Status;
use maud::{Markup, Render, html};
use payments::AccountView;
use ui::{AmountText, Banner, Button, Choice, Row, Tone, choice_list, format, ikat, list};

use super::common::{account_tail, account_title, cloth, with_way};
use crate::Web;
use crate::draft::{self, DRAFT};
use crate::input;
use crate::view::{View, see_other, with_cookie};
use crate::words::t;

/// Leaves what was typed with the browser, for whoever goes back to the form the browser's way.
/// What is carried out forgets it: [`done`].
pub(super) fn keep(web: &Web, view: &View, fields: &Fields, response: Response) -> Response {
    match draft::cookie(web, (view.owner(), &view.here), fields) {
        Some(cookie) => with_cookie(response, cookie),
        None => response,
    }
}

/// The account that a field names.
pub(super) fn chosen<'a>(
    accounts: &'a [AccountView],
    fields: &Fields,
    field: &'static str,
) -> Result<&'a AccountView> {
    let id = fields.text(field).parse::<AccountId>().ok();
    let found = accounts.iter().find(|account| Some(account.id) == id);
    found.ok_or_else(|| Refusal::new(Code::AccountNotFound).field(field).into())
}

/// The account that is chosen of some: the one that a field names, the first with money, the first
/// that may pay.
pub(super) fn likely<'a>(
    fields: &Fields,
    field: &str,
    accounts: &(impl Iterator<Item = &'a AccountView> + Clone),
) -> Option<AccountId> {
    let named = fields.text(field).parse::<AccountId>().ok();
    let open = || accounts.clone().filter(|account| account.status == Status::Open);
    let found = open()
        .find(|account| Some(account.id) == named)
        .or_else(|| open().find(|account| account.available.minor > 0))
        .or_else(|| open().next());
    found.map(|account| account.id)
}

/// One of some accounts: a choice only where there is one.
pub(super) fn account(
    view: &View,
    (name, legend): (&str, &str),
    accounts: &[&AccountView],
    chosen: Option<AccountId>,
) -> Markup {
    let [account] = accounts else {
        return account_choices(view, (name, legend), accounts, chosen);
    };
    let title = account_title(view.words, account);
    let row = Row::new(&title)
        .sub(&account_note(view, account))
        .lead(ikat::swatch(&cloth(account.id)))
        .trail(available(view, account))
        .render();
    html! {
        input type="hidden" name=(name) value=(account.id);
        div.field {
            p.label { (legend) }
            (list(legend, &[row]))
        }
    }
}

/// Accounts to choose from.
pub(super) fn account_choices(
    view: &View,
    (name, legend): (&str, &str),
    accounts: &[&AccountView],
    chosen: Option<AccountId>,
) -> Markup {
    let texts: Vec<_> = accounts
        .iter()
        .map(|account| {
            let title = account_title(view.words, account);
            (*account, account.id.to_string(), title, account_note(view, account))
        })
        .collect();
    let choices: Vec<_> = texts
        .iter()
        .map(|(account, id, title, sub)| Choice {
            value: id,
            title,
            sub,
            lead: ikat::swatch(&cloth(account.id)),
            trail: available(view, account),
            chosen: chosen == Some(account.id),
            disabled: name == "from" && account.status != Status::Open,
        })
        .collect();
    choice_list(name, legend, &choices)
}

fn account_note(view: &View, account: &AccountView) -> String {
    let tail = account_tail(account);
    if account.status == Status::Open {
        t!(view.words, "pay-account-available", tail = tail)
    } else {
        t!(view.words, "pay-account-frozen", tail = tail)
    }
}

fn available(view: &View, account: &AccountView) -> Markup {
    AmountText::new(view.lang(), account.available).bare().private().render()
}

/// An amount as its field shows it: written as money is, or as it was typed when it is none.
pub(super) fn typed_amount(lang: Lang, typed: &str, asset: Asset) -> String {
    input::amount(typed, asset, "amount")
        .map_or_else(|_| typed.to_owned(), |amount| format::typed(lang, amount.money()))
}

/// What stands before the fraction of an amount that is typed.
pub(super) const fn point(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ".",
        Lang::Uz | Lang::Ru => ",",
    }
}

/// On from what is carried out: what was typed for it is not there for the next one.
pub(super) fn done(web: &Web, to: &str) -> Result<Response> {
    Ok(with_cookie(see_other(to), cookies::clear(web.site(), DRAFT)?))
}

/// The receipt of what was carried out just now.
pub(super) fn receipt_of(operation: OperationId) -> String {
    format!("/operations/{operation}?done=1")
}

/// Logged by the page, because the answer is another one than that something broke. `what` says
/// that its end is not known.
pub(super) fn incident(view: &View, broken: &Broken, what: &'static str) {
    tracing::error!(
        counter.confirmations_broken = 1,
        trace = %view.ctx.trace,
        doing = broken.doing(),
        error = ?broken,
        "{what}"
    );
}

/// Whether the same confirmation may be sent again: where the bank did not decide, or does not
/// know whether it did.
fn may_be_repeated(code: Code) -> bool {
    matches!(code.kind(), Kind::Unavailable | Kind::TooMany)
}

/// The buttons of a review: the one that carries it out, unless it would be in vain.
pub(super) fn actions(
    view: &View,
    (submit, sufficient): (&str, bool),
    back: &str,
    refusal: Option<&Refusal>,
) -> Markup {
    let words = view.words;
    let (again, change) = (t!(words, "pay-start-again"), t!(words, "pay-review-change"));
    let in_vain = refusal.is_some_and(|refusal| !may_be_repeated(refusal.code));
    html! {
        @if in_vain {
            (Button::primary(&again).href(back))
        } @else {
            (Button::accent(submit).disabled(!sufficient))
            (Button::quiet(&change).href(back))
        }
        (Button::plain(&t!(words, "cancel")).href("/"))
    }
}

/// Why it was not carried out, under a title that says so; or that it is not known whether it was.
pub(super) fn notice(view: &View, refused: &str, refusal: &Refusal) -> Markup {
    let words = view.words;
    let unknown = t!(words, "error-unknown-title");
    let (tone, title, text) = match refusal.code {
        Code::OutcomeUnknown => (Tone::Warn, unknown.as_str(), t!(words, "error-unknown-text")),
        _ => (Tone::Bad, refused, words.refusal(refusal)),
    };
    alert(&with_way(Banner::new(tone, title, &text), words, Some(refusal.code)))
}

/// How much of what would leave is missing.
pub(super) fn short(view: &View, leaves: Money, available: Money) -> Markup {
    let words = view.words;
    let missing = leaves.minor.saturating_sub(available.minor);
    let missing = format::money(view.lang(), Money::new(missing, leaves.asset));
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
    fn only_what_was_not_decided_may_be_sent_again() {
        assert!(may_be_repeated(Code::Busy) && may_be_repeated(Code::OutcomeUnknown));
        assert!(!may_be_repeated(Code::InsufficientFunds) && !may_be_repeated(Code::QuoteExpired));
    }
}
