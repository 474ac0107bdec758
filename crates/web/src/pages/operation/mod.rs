//! One operation: the receipt, and everything about it.

mod document;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply};
use kernel::{Code, Error, Kind, Money, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, Category, Direction, Linked, OperationView, OwnAccount, refunds};
use ui::{
    AmountText, Button, KeyValue, ReceiptHead, Row, Select, Tone, card, chevron, copy_row,
    form_actions, format, icon, key_values, lead_icon, list, section,
};

use super::common::{Problem, account_title, called, category_name, operation_id, when};
use super::exchange;
use crate::Web;
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/operations/{id}", get(show))
        .route("/operations/{id}/category", post(categorise))
        .route("/operations/{id}/receipt.pdf", get(document::pdf))
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let done = query.has("done");
    let seen = match Seen::find(&web, &view, &id).await {
        Err(error) if done => return Err(untold(&view, error).into()),
        seen => seen?,
    };
    let sent = matches!(seen.operation.direction, Direction::Out | Direction::Own);
    let page = if done && sent {
        seen.receipt(&web, &view)
    } else {
        seen.detail(&view, &Problem::default())
    };
    Ok(page.respond(&view))
}

async fn categorise(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let operation = operation_id(&id)?;
    let given = match Category::from_name(fields.text("category")) {
        Some(category) => web.payments().categorise(&view.ctx, operation, category).await,
        None => Err(Refusal::new(Code::FieldInvalid).field("category").into()),
    };
    match given {
        Ok(()) => Ok(see_other(&format!("/operations/{operation}"))),
        Err(Error::Refused(refusal)) if refusal.field == Some("category") => {
            let label = t!(view.words, "receipt-category-choose");
            let refusal = Refusal::new(refusal.code).field("category").value("field", label);
            let problem = Problem::of(view.lang(), &refusal);
            let seen = Seen::find(&web, &view, &id).await?;
            Ok(seen.detail(&view, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Why there is no receipt. Whoever comes from a confirmation asks about their money before
/// anything else, so that something broke is not what they are told.
fn untold(view: &View, error: Error) -> Error {
    if let Error::Broken(broken) = &error {
        tracing::error!(
            counter.receipts_broken = 1,
            trace = %view.ctx.trace,
            doing = broken.doing(),
            error = ?broken,
            "a payment cannot be shown to whoever made it"
        );
    }
    match error.code().map(Code::kind) {
        None | Some(Kind::Unavailable) => Code::OutcomeUnknown.into(),
        Some(_) => error,
    }
}

/// An operation and how its owner calls the accounts that it touches.
struct Seen {
    operation: OperationView,
    from: Option<String>,
    to: Option<String>,
}

impl Seen {
    async fn find(web: &Web, view: &View, id: &str) -> Result<Self> {
        let operation = web.payments().operation(&view.ctx, operation_id(id)?).await?;
        let accounts = web.payments().accounts(&view.ctx).await?;
        let called =
            |own: &Option<OwnAccount>| own.as_ref().map(|own| account_called(view, &accounts, own));
        let (from, to) = (called(&operation.from), called(&operation.to));
        Ok(Self { operation, from, to })
    }

    /// The other side: its name, or what kind of business it was.
    fn other(&self, view: &View) -> String {
        let operation = &self.operation;
        let name = operation.counterparty.as_ref().map(|party| party.masked_name.as_str());
        called(view.words, (&operation.kind, operation.direction), name)
    }

    /// The other side with the end of its account, as one of the lines has it.
    fn party(&self) -> Option<String> {
        let party = self.operation.counterparty.as_ref()?;
        Some(format!("{} {}", party.masked_name, format::tail(&party.account_tail)))
    }

    /// Where the money came from and went to, as far as there are names for it.
    fn sides(&self) -> (Option<String>, Option<String>) {
        (self.from.clone().or_else(|| self.party()), self.to.clone().or_else(|| self.party()))
    }

    /// The page after a confirmation.
    fn receipt(&self, web: &Web, view: &View) -> Page {
        let words = view.words;
        let operation = &self.operation;
        let is_own = operation.direction == Direction::Own;
        let title = match (&operation.exchanged, is_own) {
            (Some(_), _) => t!(words, "receipt-title-exchange"),
            (None, true) => t!(words, "receipt-title-own"),
            (None, false) => t!(words, "receipt-title"),
        };
        let name = self.other(view);
        let done = t!(words, "receipt-done");
        let home = t!(words, "go-home");
        let details = t!(words, "receipt-details");
        let here = format!("/operations/{}", operation.id);
        let head = ReceiptHead {
            tone: Tone::Good,
            title: &done,
            amount: ui::amount(view.lang(), self.shown()),
            sub: &name,
        };
        Page::new(title).tab(Tab::Pay).main(html! {
            (head)
            (card(&self.lines(view, Which::Receipt)))
            (form_actions(&html! {
                (Button::primary(&home).href("/"))
                @if let Some(again) = self.again() {
                    (Button::quiet(&t!(words, "receipt-repeat")).href(&again)
                        .icon("arrow-clockwise"))
                }
                (self.share_as_text(web, view))
            }))
            (list("", &[
                self.pdf_row(view),
                Row::new(&details).href(&here).lead(lead_icon("receipt")).trail(chevron())
                    .render(),
            ]))
        })
    }

    /// Everything about the operation.
    fn detail(&self, view: &View, problem: &Problem) -> Page {
        let words = view.words;
        let operation = &self.operation;
        let (done, when) =
            (t!(words, "receipt-done"), format::moment_full(view.lang(), operation.at));
        let head =
            ReceiptHead { tone: Tone::Good, title: &done, amount: self.change(view), sub: &when };
        let number = operation.id.to_string();
        let number_key = t!(words, "receipt-number");
        let (copy, copied) = (t!(words, "copy"), t!(words, "copied"));
        let wrong = t!(words, "receipt-problem");
        Page::new(self.other(view)).tab(Tab::Activity).back("/activity").main(html! {
            (problem.notice(words, &["category"]))
            (head)
            (card(&self.lines(view, Which::Detail)))
            (self.links(view))
            @if let Some(again) = self.again() {
                (form_actions(&Button::primary(&t!(words, "receipt-repeat")).href(&again)
                    .icon("arrow-clockwise").render()))
            }
            (self.category(view, problem))
            (list("", &[
                copy_row(&number_key, &number, &number, (&copy, &copied)),
                self.pdf_row(view),
                Row::new(&wrong)
                    .href("/help")
                    .lead(lead_icon("question"))
                    .trail(chevron())
                    .render(),
            ]))
        })
    }

    /// The way from a refund to the transfer that it gives back, with what that means to whoever it
    /// took money from; and from a transfer to its refunds.
    fn links(&self, view: &View) -> Markup {
        let words = view.words;
        let operation = &self.operation;
        let row = |linked: &Linked| {
            let title = when(view, linked.at);
            let amount = AmountText::new(view.lang(), linked.total).private();
            Row::new(&title)
                .href(&format!("/operations/{}", linked.id))
                .lead(lead_icon("receipt"))
                .trail(amount.render())
                .render()
        };
        let of = operation.refund_of.as_ref();
        let taken = operation.kind == refunds::KIND && operation.direction == Direction::Out;
        html! {
            @if taken { p { (t!(words, "refund-out-text")) } }
            @if let Some(of) = of {
                (section(&t!(words, "refund-of"), None, &list("", &[row(of)])))
            }
            @if !operation.refunds.is_empty() {
                @let rows: Vec<_> = operation.refunds.iter().map(row).collect();
                (section(&t!(words, "refunds-title"), None, &list("", &rows)))
            }
        }
    }

    /// What it did to what the customer has. Between own accounts nothing came and nothing went,
    /// so that what was moved has no sign.
    fn change(&self, view: &View) -> Markup {
        let operation = &self.operation;
        let Money { minor, asset } = operation.total;
        let text = |money| AmountText::new(view.lang(), money).private();
        match operation.direction {
            Direction::Out => text(Money::new(minor.saturating_neg(), asset)).signed().render(),
            Direction::In => text(operation.total).signed().render(),
            Direction::Own => text(self.shown()).render(),
        }
    }

    /// The figure at the head: of an exchange, what was got.
    fn shown(&self) -> Money {
        self.operation.exchanged.map_or(self.operation.amount, |exchanged| exchanged.taken)
    }

    fn lines(&self, view: &View, which: Which) -> Markup {
        let words = view.words;
        let lang = view.lang();
        let operation = &self.operation;
        let is_receipt = which == Which::Receipt;
        let money = |money| match which {
            Which::Receipt => ui::amount(lang, money),
            Which::Detail => AmountText::new(lang, money).private().render(),
        };
        let free = html! { span.amount.pos { (t!(words, "pay-review-free")) } };
        let fee = if operation.fee.minor == 0 { free } else { money(operation.fee) };
        let keys = [
            t!(words, "receipt-when"),
            t!(words, "receipt-from"),
            t!(words, "receipt-to"),
            t!(words, "pay-amount"),
            t!(words, "pay-review-fee"),
            t!(words, "pay-review-total"),
            t!(words, "pay-note"),
            t!(words, "receipt-balance-after"),
            t!(words, "refund-amount"),
            t!(words, "refund-fee"),
        ];
        let [when, from_key, to_key, sum, fee_key, total, note, balance, back, fee_back] = &keys;
        let (from, to) = self.sides();
        let pays = operation.direction != Direction::In;
        let is_own = operation.direction == Direction::Own;
        let mut lines = Vec::with_capacity(keys.len());
        if is_receipt {
            lines.push(KeyValue::text(when, &format::moment_full(lang, operation.at)));
        }
        lines.extend(from.as_deref().map(|from| KeyValue::text(from_key, from)));
        lines.extend(to.as_deref().map(|to| KeyValue::text(to_key, to)));
        if let Some(exchanged) = operation.exchanged {
            let both = (operation.amount, exchanged.taken);
            let by = (exchanged.rate, &exchanged.central);
            let figures = exchange::figures(view, both, by, (operation.fee, money));
            lines.extend(exchange::key_values_of(&figures));
            return key_values(&lines);
        }
        if operation.kind == refunds::KIND {
            lines.push(KeyValue::markup(back, money(operation.amount)));
            if operation.fee.minor != 0 {
                lines.push(KeyValue::markup(fee_back, fee.clone()));
            }
        } else if pays {
            lines.push(KeyValue::markup(sum, money(operation.amount)));
        }
        // That one's own money moves free goes without saying.
        if operation.kind != refunds::KIND && pays && !(is_own && operation.fee.minor == 0) {
            lines.push(KeyValue::markup(fee_key, fee));
        }
        if operation.fee.minor != 0 {
            lines.push(KeyValue::markup(total, money(operation.total)));
        }
        lines.extend(operation.note.as_deref().map(|text| KeyValue::text(note, text)));
        // Between own accounts there are two balances, and the page is the same from both.
        if !is_receipt && !is_own {
            lines.push(KeyValue::markup(balance, money(operation.balance_after)));
        }
        key_values(&lines)
    }

    /// What the money was for: a choice, where it is the customer's to say.
    fn category(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let operation = &self.operation;
        let title = t!(words, "receipt-category");
        let given: Vec<_> = Category::ALL
            .into_iter()
            .filter(|category| category.may_be_given(operation.direction))
            .map(|category| (category, category_name(words, category)))
            .collect();
        let current = operation.category;
        if given.is_empty() || current.is_fact() {
            let name = category_name(words, current);
            return section(&title, None, &card(&html! { p { (name) } }));
        }
        let (label, hint) =
            (t!(words, "receipt-category-choose"), t!(words, "receipt-category-hint"));
        let mut select = Select::new("category", &label).hint(&hint).error(problem.at("category"));
        for (category, name) in &given {
            select = select.option(category.as_str(), name, *category == current);
        }
        let save = t!(words, "save");
        let action = format!("/operations/{}/category", operation.id);
        section(
            &title,
            None,
            &card(&html! {
                form method="post" action=(action) {
                    (view.token())
                    (select)
                    (form_actions(&Button::quiet(&save).render()))
                }
            }),
        )
    }

    /// The form that makes the same payment again.
    fn again(&self) -> Option<String> {
        let operation = &self.operation;
        let sum = operation.amount.decimal();
        match (operation.direction, &operation.from, &operation.to) {
            (_, Some(from), Some(to)) if operation.exchanged.is_some() => {
                let asset = operation.amount.asset.code();
                let both = format!("from={}&into={}", from.id, to.id);
                Some(format!("{}?{both}&asset={asset}&amount={sum}", exchange::PATH))
            }
            _ if !operation.repeatable => None,
            (Direction::Own, Some(from), Some(to)) => {
                Some(format!("/pay?own=1&from={}&into={}&amount={sum}", from.id, to.id))
            }
            _ => Some(format!("/pay?again={}&amount={sum}", operation.id)),
        }
    }

    fn pdf_row(&self, view: &View) -> Markup {
        let title = t!(view.words, "receipt-pdf");
        let href = format!("/operations/{}/receipt.pdf", self.operation.id);
        let row = Row::new(&title).href(&href).lead(lead_icon("download-simple"));
        ui::with(row.render(), &[("download", "")])
    }

    /// The receipt as a line to send to somebody. Only a script can copy, so it is not there
    /// without scripts.
    fn share_as_text(&self, web: &Web, view: &View) -> Markup {
        let words = view.words;
        let operation = &self.operation;
        let text = t!(
            words,
            "receipt-text",
            bank = web.bank().name.clone(),
            amount = format::money(view.lang(), operation.amount),
            name = self.sides().1.unwrap_or_default(),
            when = format::moment_full(view.lang(), operation.at),
            number = operation.id.to_string()
        );
        html! {
            button.btn.quiet type="button" data-share-text=(text) data-done=(t!(words, "copied")) {
                (icon("share-network"))
                span data-label { (t!(words, "share")) }
            }
        }
    }
}

/// How much the lines of an operation say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Receipt,
    Detail,
}

/// An own account as its owner calls it.
fn account_called(view: &View, accounts: &[AccountView], own: &OwnAccount) -> String {
    let tail = format::tail(&own.tail);
    match accounts.iter().find(|account| account.id == own.id) {
        Some(account) => format!("{} {tail}", account_title(view.words, account)),
        None => tail,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Lang;

    use super::*;
    use crate::pages::home::tests::view;

    #[test]
    fn after_a_confirmation_nothing_is_said_that_is_not_known() {
        let view = view(Lang::En, "/operations/op_1?done=1");
        let code = |error: Error| untold(&view, error).code();
        assert_eq!(code(Error::invariant("a leg is missing")), Some(Code::OutcomeUnknown));
        assert_eq!(code(Code::Busy.into()), Some(Code::OutcomeUnknown));
        assert_eq!(code(Code::NotFound.into()), Some(Code::NotFound));
    }
}
