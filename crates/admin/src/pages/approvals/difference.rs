//! What a proposal would change, in the words of people.

use accounting::reconciliation::How;
use accounting::reconciliation::rules::BreakKind;
use identity::approvals::Change;
use kernel::{Amount, Asset, Lang, Moment, Money, Roles};
use limits::document::Title;
use maud::{Markup, html};
use store::editions::Difference;
use ui::{format, panel};

use super::super::books::{how_name, kind_name, named_book};
use super::super::common::{role_list, when};
use super::super::terms::book_name;
use crate::view::View;
use crate::words::{Words, t};

/// What a proposal about a document has in any case. Its other fields are places of the document.
const OF_DOCUMENT: &str = "terms_book";
const OF_TERMS: &str = "terms_";
/// What a proposal about a difference between books has.
const OF_BREAK: &str = "break";
/// Most places of two documents that a page shows.
const MAX_PLACES: usize = 200;

/// What a proposal is called.
pub(crate) fn action_name(words: Words, kind: &str) -> String {
    match kind {
        "customer.unfreeze" => t!(words, "action-customer-unfreeze"),
        "customer.close" => t!(words, "action-customer-close"),
        "customer.erase" => t!(words, "action-customer-erase"),
        "customer.recover" => t!(words, "action-customer-recover"),
        "customer.phone" => t!(words, "action-customer-phone"),
        "global_kill" => t!(words, "action-global-kill"),
        "staff.invite" => t!(words, "action-staff-invite"),
        "staff.roles" => t!(words, "action-staff-roles"),
        "staff.suspend" => t!(words, "action-staff-suspend"),
        "staff.link" => t!(words, "action-staff-link"),
        "staff.reinstate" => t!(words, "action-staff-reinstate"),
        "terms.publish" => t!(words, "action-terms-publish"),
        "terms.withdraw" => t!(words, "action-terms-withdraw"),
        "transfer.refund" => t!(words, "action-transfer-refund"),
        "limit.temporary" => t!(words, "action-limit-temporary"),
        "break.resolve" => t!(words, "action-break-resolve"),
        other => other.to_owned(),
    }
}

/// Each field that would change, with what it is and what it would be.
pub(crate) fn difference(view: &View, changes: &[Change]) -> Markup {
    let words = view.words;
    let of_document = changes.iter().any(|change| change.field == OF_DOCUMENT);
    let lines: Vec<_> = changes
        .iter()
        .map(|change| {
            let field = change.field.as_str();
            // What stands in a document is shown as it stands there.
            let as_it_is = of_document && !field.starts_with(OF_TERMS);
            let side = |value: Option<&str>| {
                value.map(|v| if as_it_is { v.to_owned() } else { value_name(view, field, v) })
            };
            panel::Change {
                field: if as_it_is { field.to_owned() } else { field_name(words, field) },
                before: side(change.before.as_deref()),
                after: side(change.after.as_deref()),
            }
        })
        .collect();
    table(words, &lines, [&t!(words, "approval-before"), &t!(words, "approval-after")])
}

/// Where two documents differ, place by place. `sides` are what the two are called.
pub(crate) fn places(view: &View, found: &[Difference], sides: &[String; 2]) -> Markup {
    let words = view.words;
    let [before, after] = sides;
    let line = |found: &Difference| panel::Change {
        field: found.place.clone(),
        before: found.before.clone(),
        after: found.after.clone(),
    };
    let lines: Vec<_> = found.iter().take(MAX_PLACES).map(line).collect();
    let more = found.len().saturating_sub(MAX_PLACES);
    html! {
        (table(words, &lines, [before, after]))
        @if more > 0 { p.card-foot { (t!(words, "places-more", count = more.to_string())) } }
    }
}

fn table(words: Words, lines: &[panel::Change], [before, after]: [&String; 2]) -> Markup {
    let texts =
        [t!(words, "approval-change"), t!(words, "approval-field"), t!(words, "approval-nothing")];
    let [caption, field, nothing] = &texts;
    panel::diff(lines, [caption, field, before, after, nothing])
}

/// What a field of a proposal is called.
fn field_name(words: Words, field: &str) -> String {
    match field {
        "name" => t!(words, "staff-name"),
        "email" => t!(words, "staff-email"),
        "roles" => t!(words, "staff-roles"),
        "status" => t!(words, "staff-state"),
        "sessions" => t!(words, "sessions-title"),
        "phone" => t!(words, "customer-phone"),
        "phone_proven" => t!(words, "change-phone-proven"),
        "recovery" => t!(words, "change-recovery"),
        "customer" => t!(words, "case-customer"),
        "personal_data" => t!(words, "change-personal"),
        "link" => t!(words, "staff-link"),
        "last_freeze" => t!(words, "change-last-freeze"),
        "case_open" => t!(words, "change-case-open"),
        "case_kept" => t!(words, "change-case-kept"),
        "case_confirmed" => t!(words, "change-case-confirmed"),
        "case_false_alarm" => t!(words, "change-case-false-alarm"),
        "case_no_action" => t!(words, "change-case-no-action"),
        "terms_book" => t!(words, "terms-book"),
        "terms_from" => t!(words, "edition-from"),
        "terms_sha256" => t!(words, "change-terms-sha256"),
        "terms_more" => t!(words, "change-terms-more"),
        "refund_of" => t!(words, "change-refund-of"),
        "refund_at" => t!(words, "change-refund-at"),
        "refund_payer" => t!(words, "change-refund-payer"),
        "refund_payee" => t!(words, "change-refund-payee"),
        "refund_paid" => t!(words, "change-refund-paid"),
        "refund_fee_paid" => t!(words, "change-refund-fee-paid"),
        "refund_amount" => t!(words, "change-refund-amount"),
        "refund_fee" => t!(words, "change-refund-fee"),
        "limit_name" => t!(words, "change-limit-name"),
        "limit_ceiling" => t!(words, "change-limit-ceiling"),
        "limit_until" => t!(words, "change-limit-until"),
        "limit_own" => t!(words, "change-limit-own"),
        "break" => t!(words, "break"),
        "break_book" => t!(words, "break-book"),
        "break_kind" => t!(words, "break-kind"),
        "break_reference" => t!(words, "break-reference"),
        "break_day" => t!(words, "books-day"),
        "break_difference" => t!(words, "break-difference"),
        "break_state" => t!(words, "break-how"),
        "break_evidence" => t!(words, "break-evidence"),
        other => other.to_owned(),
    }
}

/// A value of a proposal: moments, phones, roles and states as people read them, everything else as
/// it is.
fn value_name(view: &View, field: &str, value: &str) -> String {
    let words = view.words;
    match field {
        "name" | "email" | "terms_sha256" | "terms_more" => return value.to_owned(),
        OF_DOCUMENT => return book_name(words, value),
        "limit_name" => return limit_title(view.lang(), value),
        "phone" | "phone_proven" => return format::phone(value),
        field if field.starts_with(OF_BREAK) => return break_value(words, field, value),
        _ => {}
    }
    if let Ok(at) = value.parse::<Moment>() {
        return when(view, at);
    }
    if let Some(money) = money_of(value) {
        return format::money(view.lang(), money);
    }
    let names: Vec<_> = value.split(", ").collect();
    if let Some(roles) = Roles::parse(&names) {
        return role_list(words, roles);
    }
    match value {
        "closed" if field.starts_with("case_") => t!(words, "case-closed"),
        "active" => t!(words, "staff-active"),
        "invited" => t!(words, "staff-invited"),
        "suspended" => t!(words, "staff-suspended"),
        "frozen" => t!(words, "customer-frozen"),
        "closed" => t!(words, "customer-closed"),
        "all" => t!(words, "approval-all"),
        "none" => t!(words, "none"),
        "waits" => t!(words, "staff-link-by-mail"),
        "code" => t!(words, "change-code"),
        "kept" => t!(words, "change-kept"),
        "erased" => t!(words, "change-erased"),
        other => other.to_owned(),
    }
}

/// The title of a limit, of which a proposal has all three languages.
fn limit_title(lang: Lang, value: &str) -> String {
    let title = serde_json::from_str::<Title>(value);
    title.map_or_else(|_| value.to_owned(), |title| title.in_lang(lang).to_owned())
}

/// Money as a proposal writes it: `1500.00 UZS`.
fn money_of(value: &str) -> Option<Money> {
    let (number, code) = value.split_once(' ')?;
    let asset = Asset::from_code(code)?;
    if Money::zero(asset).to_string() == value {
        return Some(Money::zero(asset));
    }
    let money = Amount::parse(number, asset).ok()?.money();
    (money.to_string() == value).then_some(money)
}

/// A value of a proposal about a difference between books.
fn break_value(words: Words, field: &str, value: &str) -> String {
    let named = match field {
        "break_book" => Some(named_book(words, value)),
        "break_kind" => BreakKind::parse(value).map(|kind| kind_name(words, kind)),
        "break_state" if value == "open" => Some(t!(words, "break-open")),
        "break_state" => How::parse(value).map(|how| how_name(words, how)),
        _ => None,
    };
    named.unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_limit_is_in_the_language_of_whoever_reads() {
        let title = r#"{"uz":"Kunlik","ru":"В день","en":"A day"}"#;
        for (lang, own) in [(Lang::Uz, "Kunlik"), (Lang::Ru, "В день"), (Lang::En, "A day")] {
            assert_eq!(limit_title(lang, title), own);
        }
        // As it was written before.
        assert_eq!(limit_title(Lang::En, "Kunlik"), "Kunlik");
    }

    #[test]
    fn money_is_read_as_it_is_written() {
        let money = |minor, asset| Some(Money::new(minor, asset));
        assert_eq!(money_of("1500.50 UZS"), money(150_050, Asset::Uzs));
        assert_eq!(money_of("0.00 USD"), money(0, Asset::Usd));
        for other in ["1500 UZS", "7", "Jasur K. ••••0001", "1500.50 EUR", " UZS", "1.50  UZS"]
        {
            assert_eq!(money_of(other), None, "{other}");
        }
    }
}
