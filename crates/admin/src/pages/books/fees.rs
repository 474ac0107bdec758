//! How accurate fees are: each worked out anew, beside what was charged, booked and told to the
//! general ledger.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::Asset;
use maud::{Markup, Render, html};
use payments::accuracy::{FeeCheck, FeeFault, What};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with};
use ui::{Button, Tone, badge, breakable, empty_state, format};

use super::{Part, page, tabs};
use crate::Admin;
use crate::pages::common::time;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) const PATH: &str = "/books/fees";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/books/fees", get(show))
}

async fn show(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let checks = admin.payments().fee_checks(&view.ctx).await?;
    let faults = admin.payments().fee_faults(&view.ctx, None).await?;
    let main = html! {
        (tabs(words, Part::Fees))
        (panel_with(&t!(words, "fees-accuracy"), &html! {}, &known(&view, &checks)))
        (panel(&t!(words, "fees-days"), &html! {}, &days(&view, &checks)))
        (panel(&t!(words, "fees-faults"), &html! {}, &fault_list(&view, &faults)))
    };
    Ok(page(words, t!(words, "books-fees"))
        .sub(html! { (t!(words, "fees-text")) })
        .main(main)
        .respond(&view))
}

/// The figures of the last days, for the first page of the books.
pub(super) fn summary(view: &View, checks: &[FeeCheck]) -> Markup {
    let words = view.words;
    let more = html! { (Button::plain(&t!(words, "fees-more")).href(PATH)) };
    panel_with(&t!(words, "fees-accuracy"), &more, &known(view, checks))
}

/// What of so many is so, in hundredths of a percent, rounded down: it is only a hundred when all
/// of them are.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let hundredths = i128::from(part).saturating_mul(10_000).div_euclid(i128::from(whole));
    let (percent, rest) = (hundredths.div_euclid(100), hundredths.rem_euclid(100));
    if rest == 0 { format!("{percent}\u{a0}%") } else { format!("{percent}.{rest:02}\u{a0}%") }
}

/// Accuracy, completeness and the tie of the books over the days that were looked at.
fn known(view: &View, checks: &[FeeCheck]) -> Markup {
    let words = view.words;
    if checks.is_empty() {
        return html! { p.dim { (t!(words, "fees-none")) } };
    }
    let sum = |of: fn(&FeeCheck) -> i64| checks.iter().map(of).fold(0_i64, i64::saturating_add);
    let (operations, paid) = (sum(|check| check.operations), sum(|check| check.paid));
    let right = operations.saturating_sub(sum(|check| check.wrong));
    let documented = paid.saturating_sub(sum(|check| check.undocumented));
    let untied = checks.iter().filter(|check| !check.is_tied()).map(|check| check.day).min();
    let texts = [
        t!(words, "fees-right"),
        t!(words, "fees-complete"),
        t!(words, "fees-tied"),
        t!(words, "fees-looked-at"),
    ];
    let [accuracy, complete, tied, looked] = &texts;
    let of = |part: i64, whole: i64| {
        let (part_text, whole_text) = (part.to_string(), whole.to_string());
        let counted = t!(words, "fees-of", part = part_text, whole = whole_text);
        html! { (share(part, whole)) " " span.dim { (counted) } }
    };
    let mut lines = vec![
        Fact::markup(accuracy, of(right, operations)),
        Fact::markup(complete, of(documented, paid)),
        Fact::text(
            tied,
            &match untied {
                None => t!(words, "fees-all-tied"),
                Some(day) => t!(words, "fees-not-tied", day = format::day(view.lang(), day)),
            },
        ),
    ];
    if let Some(at) = checks.iter().map(|check| check.checked_at).max() {
        lines.push(Fact::markup(looked, time(view, at)));
    }
    facts(&lines)
}

fn days(view: &View, checks: &[FeeCheck]) -> Markup {
    let words = view.words;
    if checks.is_empty() {
        return empty_state("calendar-blank", "", &t!(words, "fees-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "books-day")),
        Column::number(t!(words, "fees-operations")),
        Column::number(t!(words, "fees-expected")),
        Column::number(t!(words, "fees-charged")),
        Column::number(t!(words, "fees-booked")),
        Column::number(t!(words, "fees-documented")),
        Column::number(t!(words, "fees-confirmed")),
        Column::text(t!(words, "books-state")),
    ];
    let rows = checks.iter().map(|check| {
        let money = |minor| format::money(view.lang(), check.money(minor));
        Cells::plain(html! { (format::day(view.lang(), check.day)) })
            .beside(&html! { @if check.asset != Asset::Uzs { span.sub { (check.asset.code()) } } })
            .text(&format!("{} / {}", check.paid, check.operations))
            .text(&money(check.expected))
            .text(&money(check.charged))
            .text(&money(check.booked))
            .text(&money(check.documented))
            .text(&money(check.confirmed))
            .cell(state(words, check))
    });
    Table::new(&t!(words, "fees-days"), &columns).rows(rows).render()
}

fn state(words: Words, check: &FeeCheck) -> Markup {
    let (tone, text) = if check.wrong > 0 {
        (Tone::Bad, t!(words, "fees-wrong", count = check.wrong.to_string()))
    } else if check.undocumented > 0 {
        let count = check.undocumented.to_string();
        (Tone::Warn, t!(words, "fees-undocumented", count = count))
    } else if !check.is_tied() {
        (Tone::Info, t!(words, "fees-on-the-way"))
    } else if check.is_accurate() {
        (Tone::Good, t!(words, "fees-tie"))
    } else {
        (Tone::Bad, t!(words, "fees-price"))
    };
    badge(tone, &text)
}

fn fault_list(view: &View, faults: &[FeeFault]) -> Markup {
    let words = view.words;
    if faults.is_empty() {
        return empty_state("check-circle", "", &t!(words, "fees-faults-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "queue-operation")),
        Column::text(t!(words, "books-day")),
        Column::text(t!(words, "break-kind")),
        Column::number(t!(words, "fees-expected")),
        Column::number(t!(words, "fees-charged")),
        Column::number(t!(words, "fees-booked")),
        Column::number(t!(words, "fees-documented")),
    ];
    let rows = faults.iter().map(|fault| {
        let money = |money| format::money(view.lang(), money);
        let what = match fault.what {
            What::Edition => t!(words, "fees-edition"),
            What::Price => t!(words, "fees-price"),
            What::Postings => t!(words, "fees-postings"),
            What::Documents => t!(words, "fees-documents"),
        };
        Cells::plain(html! { span.mono { (breakable(&fault.operation.to_string(), &['_'])) } })
            .text(&format::day(view.lang(), fault.day))
            .cell(badge(Tone::Bad, &what))
            .text(&money(fault.expected))
            .text(&money(fault.charged))
            .text(&money(fault.booked))
            .text(&money(fault.documented))
    });
    Table::new(&t!(words, "fees-faults"), &columns).rows(rows).render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_percent_are_all_of_them() {
        let shares = [(0, 0), (3, 3), (999_999, 1_000_000), (0, 7), (2, 3)];
        let texts = shares.map(|(part, whole)| share(part, whole).replace('\u{a0}', " "));
        assert_eq!(texts, ["–", "100 %", "99.99 %", "0 %", "66.66 %"]);
    }
}
