//! What things of the books are called.

use accounting::reconciliation::rules::BreakKind;
use accounting::reconciliation::{self, How};
use kernel::Moment;
use maud::Markup;
use ui::{Tone, badge};

use crate::view::View;
use crate::words::{Words, t};

/// The other book of a comparison.
pub(in super::super) fn named_book(words: Words, book: &str) -> String {
    match book {
        reconciliation::ABS => t!(words, "recon-abs"),
        accounting::day_close::BOOK => t!(words, "recon-abs-sums"),
        other => other.to_owned(),
    }
}

/// What is wrong.
pub(in super::super) fn kind_name(words: Words, kind: BreakKind) -> String {
    match kind {
        BreakKind::MissingHere => t!(words, "break-missing-here"),
        BreakKind::MissingThere => t!(words, "break-missing-there"),
        BreakKind::Amount => t!(words, "break-amount"),
        BreakKind::Currency => t!(words, "break-currency"),
        BreakKind::Status => t!(words, "break-status"),
        BreakKind::Duplicate => t!(words, "break-duplicate"),
        BreakKind::Fee => t!(words, "break-fee"),
        BreakKind::Late => t!(words, "break-late"),
    }
}

pub(super) fn kind_badge(words: Words, kind: BreakKind) -> Markup {
    badge(Tone::Bad, &kind_name(words, kind))
}

/// How a difference was resolved.
pub(in super::super) fn how_name(words: Words, how: How) -> String {
    match how {
        How::Agrees => t!(words, "break-agrees"),
        How::CorrectedHere => t!(words, "break-corrected-here"),
        How::CorrectedThere => t!(words, "break-corrected-there"),
        How::Explained => t!(words, "break-explained"),
    }
}

/// A kind of operation.
pub(super) fn product_name(words: Words, product: &str) -> String {
    match product {
        "transfer.internal" => t!(words, "product-transfer"),
        "transfer.refund" => t!(words, "product-refund"),
        "cash.in" => t!(words, "product-cash-in"),
        "exchange.own" => t!(words, "product-exchange"),
        other => other.to_owned(),
    }
}

/// Why a document or an account is stuck; what the core banking system calls otherwise, as it
/// calls it.
pub(super) fn reason_name(words: Words, reason: &str) -> String {
    match reason {
        "no_line" => t!(words, "stuck-no-line"),
        "no_number" => t!(words, "stuck-no-number"),
        "same_account" => t!(words, "stuck-same-account"),
        "account_unknown" => t!(words, "stuck-account-unknown"),
        "account_malformed" => t!(words, "stuck-account-malformed"),
        "account_closed" => t!(words, "stuck-account-closed"),
        "currency_differs" => t!(words, "stuck-currency-differs"),
        "currency_unknown" => t!(words, "stuck-currency-unknown"),
        "amount_malformed" => t!(words, "stuck-amount-malformed"),
        "number_malformed" => t!(words, "stuck-number-malformed"),
        "day_closed" => t!(words, "stuck-day-closed"),
        "document_differs" => t!(words, "stuck-document-differs"),
        other => other.to_owned(),
    }
}

/// So many days.
pub(super) fn age(words: Words, days: i64) -> String {
    t!(words, "books-age", days = days.max(0))
}

/// How long ago something began: minutes, hours or days.
pub(super) fn ago(view: &View, since: Moment) -> String {
    let words = view.words;
    let minutes = view.ctx.now().micros_since(since).div_euclid(60_000_000).max(0);
    match minutes {
        0..60 => t!(words, "books-minutes", minutes = minutes),
        60..1_440 => t!(words, "books-hours", hours = minutes.div_euclid(60)),
        _ => age(words, minutes.div_euclid(1_440)),
    }
}
