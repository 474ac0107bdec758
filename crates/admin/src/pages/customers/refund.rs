//! The form that proposes to give a transfer back, whole or in part: the number of the operation,
//! which whoever paid reads out from the receipt, then how much of it and of its fee.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Query, Reply};
use identity::approvals::Action;
use kernel::{Code, CustomerId, Error, Money, OperationId, Refusal, Result};
use maud::{Markup, Render, html};
use payments::refunds::Part;
use payments::{Party, Refundable, Refunding, TransferRefund};
use policy::Object;
use ui::format;
use ui::panel::{Fact, facts, panel_with};
use ui::{Banner, Button, Field, Tone, empty_state};

use super::super::common::{Problem, when};
use super::super::proposals::{self, Form, Review, ReviewTexts, Reviewed};
use super::profile::who;
use super::{Standing, Who, customer_id, page_under};
use crate::Admin;
use crate::input;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// The field with the number of the operation.
const OF: &str = "of";
const AMOUNT: &str = "amount";
const FEE: &str = "fee";
/// Longest that somebody may type as a number: with spaces between its digits.
const MAX_NUMBER_CHARS: usize = 100;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers/{id}/refund", get(show).post(send))
}

fn path(id: CustomerId) -> String {
    format!("/customers/{id}/refund")
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let who = asked_by(&admin, &view, customer_id(&id)?).await?;
    let Some(number) = query.filled(OF) else {
        return Ok(ask(&view, &who, ("", &Problem::default())).respond(&view));
    };
    match look(&admin, &view, who.id, number).await? {
        Ok(found) => {
            let typed = (&view.typed, &Problem::default());
            Ok(page(&view, (&who, &found), typed, None)?.respond(&view))
        }
        Err(refusal) => Ok(not_found(&view, &who, number, &refusal).respond(&view)),
    }
}

/// On to the proposal, once what would change was shown; or the form again with what is wrong.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let who = asked_by(&admin, &view, customer_id(&id)?).await?;
    let found = match look(&admin, &view, who.id, fields.text(OF)).await? {
        Ok(found) => found,
        Err(refusal) => {
            return Ok(not_found(&view, &who, fields.text(OF), &refusal).respond(&view));
        }
    };
    let reviewed = match giving(&found, &fields) {
        Ok(giving) => {
            proposals::review::<TransferRefund>(admin.approvals(), &view, &giving, &fields).await?
        }
        Err(refusal) => Review::Refused(None, refusal),
    };
    let (reviewed, refusal) = match reviewed {
        Review::Sent(gone) => return Ok(gone),
        Review::Look(reviewed) => (Some(reviewed), None),
        Review::Refused(reviewed, refusal) => (reviewed, Some(refusal)),
    };
    let problem = refusal.as_ref().map(|refusal| problem(&view, &found, (&fields, refusal)));
    let problem = problem.unwrap_or_default();
    let page = page(&view, (&who, &found), (&fields, &problem), reviewed.as_ref())?;
    Ok(match refusal {
        Some(refusal) => page.refused(refusal.code).respond(&view),
        None => page.respond(&view),
    })
}

/// Whose transfer it is to be, for whoever may propose to give one back.
async fn asked_by(admin: &Admin, view: &View, id: CustomerId) -> Reply<Who> {
    let may = TransferRefund::TERMS.propose;
    admin.identity().staff_could(&view.ctx, may, Object::Customer(id)).await?;
    Ok(who(view.words, &admin.desk().profile(&view.ctx, id).await?))
}

/// The transfer of a number, as people copy or read it out. What is none and what somebody else
/// paid are refused alike.
async fn look(
    admin: &Admin,
    view: &View,
    customer: CustomerId,
    typed: &str,
) -> Result<Result<Refundable, Refusal>> {
    let Some(id) = number(typed) else {
        return Ok(Err(Refusal::new(Code::FieldInvalid).field(OF)));
    };
    match admin.payments().refundable(&view.ctx, customer, id).await {
        Ok(found) => Ok(Ok(found)),
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            Ok(Err(refusal.field(OF)))
        }
        Err(error) => Err(error),
    }
}

/// The number of an operation: `op_` and 32 letters and digits, with or without the beginning,
/// however they are grouped.
fn number(typed: &str) -> Option<OperationId> {
    if typed.chars().count() > MAX_NUMBER_CHARS {
        return None;
    }
    let bare: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let bare = bare.to_ascii_lowercase();
    let digits = bare.strip_prefix(OperationId::PREFIX).unwrap_or(&bare);
    let digits = digits.strip_prefix('_').unwrap_or(digits);
    format!("{}_{digits}", OperationId::PREFIX).parse().ok()
}

/// What a form says: so much of the amount, and of the fee what goes with it when it does not say.
fn giving(found: &Refundable, fields: &Fields) -> Result<Refunding, Refusal> {
    let asset = found.amount.asset;
    let amount = input::minor(fields.text(AMOUNT), Some(asset), AMOUNT)?;
    let fee = match fields.filled(FEE) {
        Some(typed) => input::minor(typed, Some(asset), FEE)?,
        None => found.fee_with(Money::new(amount, asset)).minor,
    };
    Ok(found.give(Part { amount, fee }))
}

/// A refusal at the field that asks for too much.
fn problem(view: &View, found: &Refundable, (fields, refusal): (&Fields, &Refusal)) -> Problem {
    let words = view.words;
    if refusal.code != Code::RefundTooLarge {
        return Problem::of(view.lang(), refusal);
    }
    let left = |money| format::money(view.lang(), money);
    let Refundable { amount_left, fee_left, .. } = found;
    let asked = |field| input::minor(fields.text(field), Some(found.amount.asset), field).ok();
    let (field, most) = if asked(AMOUNT).is_some_and(|asked| asked > amount_left.minor) {
        (AMOUNT, left(*amount_left))
    } else if asked(FEE).is_some_and(|asked| asked > fee_left.minor) {
        (FEE, left(*fee_left))
    } else {
        return Problem::of(view.lang(), &Refusal::new(refusal.code))
            .saying(t!(words, "refund-too-often"));
    };
    let at = Refusal::new(refusal.code).field(field);
    Problem::of(view.lang(), &at).saying(t!(words, "refund-too-much", most = most))
}

fn not_found(view: &View, who: &Who, typed: &str, refusal: &Refusal) -> Page {
    let words = view.words;
    let text = match refusal.code {
        Code::NotFound => t!(words, "refund-not-found"),
        _ => t!(words, "refund-number-wrong"),
    };
    let problem = Problem::of(view.lang(), refusal).saying(text);
    ask(view, who, (typed, &problem)).refused(refusal.code)
}

/// The form that asks for the number.
fn ask(view: &View, who: &Who, (typed, problem): (&str, &Problem)) -> Page {
    let words = view.words;
    let texts = [
        t!(words, "refund-text"),
        t!(words, "refund-number"),
        t!(words, "refund-number-hint"),
        t!(words, "refund-find"),
        t!(words, "cancel"),
    ];
    let [text, label, hint, submit, cancel] = &texts;
    let (back, action) = (format!("/customers/{}", who.id), path(who.id));
    let most = MAX_NUMBER_CHARS.to_string();
    let main = html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Info, text, ""))
                (problem.notice(words, &[OF]))
                form.stack method="get" action=(action) {
                    (Field::new(OF, label)
                        .value(typed)
                        .hint(hint)
                        .error(problem.at(OF))
                        .autocomplete("off")
                        .attr("maxlength", &most)
                        .attr("spellcheck", "false"))
                    div.actions {
                        (Button::primary(submit))
                        (Button::plain(cancel).href(&back))
                    }
                }
            }
        }
    };
    frame(view, who).main(html! { (notice(words, who.standing)) (main) })
}

fn frame(view: &View, who: &Who) -> Page {
    let words = view.words;
    let titles = (t!(words, "refund-title", name = who.name.as_str()), t!(words, "refund"));
    page_under(view, who, titles).beside(who.standing.badge(view))
}

/// What a customer's standing means for what is given back to them.
fn notice(words: Words, standing: Standing) -> Markup {
    let (tone, text) = match standing {
        Standing::Active => return html! {},
        Standing::Frozen => (Tone::Warn, t!(words, "refund-frozen")),
        Standing::Closed => (Tone::Bad, t!(words, "refund-closed")),
    };
    Banner::new(tone, &text, "").render()
}

/// The transfer, and the form while there is something of it to give back and an account for it.
fn page(
    view: &View,
    (who, found): (&Who, &Refundable),
    typed: (&Fields, &Problem),
    reviewed: Option<&Reviewed>,
) -> Result<Page> {
    let words = view.words;
    let another = path(who.id);
    let ways = html! {
        (Button::quiet(&t!(words, "refund-another")).icon("magnifying-glass").href(&another))
    };
    let nothing_left = found.amount_left.minor == 0 && found.fee_left.minor == 0;
    let main = if nothing_left {
        let texts = [t!(words, "refund-nothing"), t!(words, "refund-nothing-text")];
        let [title, text] = &texts;
        html! { section.card { (empty_state("hand-coins", title, text, &html! {})) } }
    } else if who.standing == Standing::Closed {
        html! {}
    } else {
        form(view, found, typed, (reviewed, &another))?
    };
    let page = frame(view, who).actions(ways).main(html! {
        (notice(words, who.standing))
        (transfer(view, found))
        (main)
    });
    Ok(page.typed())
}

/// The transfer as it stands.
fn transfer(view: &View, found: &Refundable) -> Markup {
    let words = view.words;
    let keys = [
        t!(words, "refund-number"),
        t!(words, "change-refund-at"),
        t!(words, "change-refund-payer"),
        t!(words, "change-refund-payee"),
        t!(words, "change-refund-paid"),
        t!(words, "change-refund-fee-paid"),
        t!(words, "change-refund-amount"),
        t!(words, "change-refund-fee"),
        t!(words, "refund-left"),
        t!(words, "refund-fee-left"),
    ];
    let [number, at, payer, payee, paid, fee_paid, back, fee_back, left, fee_left] = &keys;
    let money = |minor| format::money(view.lang(), Money::new(minor, found.amount.asset));
    let given = |whole: Money, left: Money| money(whole.minor.saturating_sub(left.minor));
    let mut lines = vec![
        Fact::markup(number, html! { span.mono { (found.operation) } }),
        Fact::text(at, &when(view, found.at)),
        Fact::text(payer, &side(&found.payer)),
        Fact::text(payee, &side(&found.payee)),
        Fact::text(paid, &money(found.amount.minor)),
        Fact::text(fee_paid, &money(found.fee.minor)),
        Fact::text(back, &given(found.amount, found.amount_left)),
    ];
    if found.fee.minor > 0 {
        lines.push(Fact::text(fee_back, &given(found.fee, found.fee_left)));
    }
    lines.push(Fact::text(left, &money(found.amount_left.minor)));
    if found.fee.minor > 0 {
        lines.push(Fact::text(fee_left, &money(found.fee_left.minor)));
    }
    panel_with(&t!(words, "refund-transfer"), &html! {}, &facts(&lines))
}

fn side(party: &Party) -> String {
    format!("{} {}", party.masked_name, format::tail(&party.account_tail))
}

fn form(
    view: &View,
    found: &Refundable,
    (fields, problem): (&Fields, &Problem),
    (reviewed, back): (Option<&Reviewed>, &str),
) -> Result<Markup> {
    let words = view.words;
    let texts =
        [t!(words, "refund-form-text"), t!(words, "propose-check"), t!(words, "propose-look")];
    let [before, after, look] = &texts;
    let texts = ReviewTexts { before, after, look };
    let form = Form::reviewed(TransferRefund::TERMS, reviewed, &texts, back)?;
    let form = Form { named: &["reason", AMOUNT, FEE], ..form };
    let form = form.with(&html! {
        input type="hidden" name=(OF) value=(found.operation);
        (parts(view, found, (fields, problem)))
    });
    Ok(proposals::form(view, &form, (fields.text("reason"), problem)))
}

/// How much of the amount and of the fee.
fn parts(view: &View, found: &Refundable, (fields, problem): (&Fields, &Problem)) -> Markup {
    let words = view.words;
    let currency = format::currency(view.lang(), found.amount.asset);
    let [amount, fee] = [t!(words, "refund-amount"), t!(words, "refund-fee")];
    let [amount, fee] = [amount, fee].map(|label| format!("{label}, {currency}"));
    let most = |left| t!(words, "refund-most", most = format::money(view.lang(), left));
    let hint = most(found.amount_left);
    let with = format::money(view.lang(), found.fee_with(found.amount_left));
    let fee_hint = t!(words, "refund-fee-hint", most = with);
    let all = format::typed(view.lang(), found.amount_left);
    let typed = if fields.has(AMOUNT) { fields.text(AMOUNT) } else { all.as_str() };
    let line = |name, label, value, hint| {
        Field::new(name, label)
            .value(value)
            .hint(hint)
            .error(problem.at(name))
            .inputmode("decimal")
            .autocomplete("off")
            .attr("maxlength", "24")
    };
    html! {
        (line(AMOUNT, &amount, typed, &hint))
        @if found.fee.minor > 0 {
            (line(FEE, &fee, fields.text(FEE), &fee_hint).optional())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_operations_as_people_type_them() {
        const WHOLE: &str = "op_019adc0be8a87c11b9f4e1f2a0c55c41";
        for typed in [
            WHOLE,
            " OP_019ADC0BE8A87C11B9F4E1F2A0C55C41 ",
            "op_019a dc0b e8a8 7c11 b9f4 e1f2 a0c5 5c41",
            "019adc0b-e8a8-7c11-b9f4-e1f2a0c55c41",
        ] {
            assert_eq!(number(typed).map(|id| id.to_string()).as_deref(), Some(WHOLE), "{typed}");
        }
        for typed in ["", "op_", "17", "acc_019adc0be8a87c11b9f4e1f2a0c55c41", &WHOLE[..34]] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }
}
