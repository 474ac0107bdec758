//! What left the accounts in a month or another time, by category.

use kernel::{Day, Error, Lang, Money, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, Spending};
use ui::{AmountText, Bar, BarChart, format, icon, pagination};

use super::super::common::{asset_name, category_icon, category_name};
use super::super::month::Month;
use super::screen::texts;
use super::search::{PATH, Period, Search};
use crate::Web;
use crate::view::View;
use crate::words::t;

/// The spending of a time.
pub(super) struct Spent {
    /// What it is called.
    name: String,
    /// How the address says it.
    days: Vec<(&'static str, String)>,
    /// The month, if it is one.
    month: Option<Month>,
    /// The first month in which there can have been any.
    earliest: Month,
    /// The figures, by currency.
    spending: Vec<Spending>,
}

/// Looks how much was spent in the time that is searched. `None` where that would say nothing of
/// what is found: a search within it, or a time that is too long.
pub(super) async fn look(
    web: &Web,
    view: &View,
    search: &Search,
    accounts: &[AccountView],
) -> Result<Option<Spent>> {
    let narrow = ["q", "account", "min", "max", "cursor"];
    let opened = accounts.iter().map(|account| account.opened_at.day()).min();
    let today = view.ctx.now().day();
    let Some(time) = time(view, search, today) else { return Ok(None) };
    let (Some(opened), (first, last), false) =
        (opened, time.days, narrow.iter().any(|name| !search.text(name).is_empty()))
    else {
        return Ok(None);
    };
    if search.text("direction") == "in" {
        return Ok(None);
    }
    let spending = match web.payments().spending(&view.ctx, first, last.min(today)).await {
        Ok(spending) => spending,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let days = time.fields;
    let earliest = Month::of(opened);
    Ok(Some(Spent { name: time.name, days, month: time.month, earliest, spending }))
}

struct Time {
    name: String,
    fields: Vec<(&'static str, String)>,
    month: Option<Month>,
    days: (Day, Day),
}

/// The time that a search is about: this month when it says nothing.
fn time(view: &View, search: &Search, today: Day) -> Option<Time> {
    let of = |period: Period| Time {
        name: period.name(view),
        fields: vec![("period", period.text())],
        month: match period {
            Period::Month(month) => Some(month),
            Period::Quarter => None,
        },
        days: period.days(today),
    };
    let said = ["period", "from", "to"].iter().any(|name| !search.text(name).is_empty());
    if !said {
        return Some(of(Period::Month(Month::of(today))));
    }
    if let Some(period) = search.period(today) {
        return Some(of(period));
    }
    let (first, last) = search.days(today);
    let (first, last) = (first?, last.unwrap_or(today));
    let lang = view.lang();
    let name = format!("{} – {}", format::day(lang, first), format::day(lang, last));
    let fields = vec![("from", first.to_string()), ("to", last.to_string())];
    Some(Time { name, fields, month: None, days: (first, last) })
}

/// The figures, folded away below their sum unless somebody asked for a time or a category.
pub(super) fn card(view: &View, search: &Search, spent: &Spent) -> Markup {
    let asked = ["period", "from", "category"].iter().any(|n| !search.text(n).is_empty());
    if spent.spending.is_empty() && !asked {
        return html! {};
    }
    html! {
        details.details open[asked] {
            summary {
                span {
                    (t!(view.words, "activity-spending", period = spent.name.as_str()))
                    span #spent-total data-live {
                        @for of in &spent.spending { br; (private(view.lang(), of.total)) }
                    }
                }
                (icon("caret-down"))
            }
            div.details-body {
                div.column #spent-charts data-live { (figures(view, spent)) }
            }
        }
    }
}

fn private(lang: Lang, money: Money) -> Markup {
    AmountText::new(lang, money).private().render()
}

fn figures(view: &View, spent: &Spent) -> Markup {
    html! {
        @if spent.spending.is_empty() { p { (t!(view.words, "activity-spending-none")) } }
        @for of in &spent.spending { (chart(view, spent, of)) }
        @if let Some(month) = spent.month { (months(view, month, spent.earliest)) }
    }
}

struct Line {
    label: String,
    share: String,
    href: String,
}

fn chart(view: &View, spent: &Spent, of: &Spending) -> Markup {
    let (words, lang) = (view.words, view.lang());
    let line = |(category, money): &(payments::Category, Money)| {
        let mut changes = vec![("category", category.as_str()), ("direction", "out")];
        changes.extend(spent.days.iter().map(|(name, text)| (*name, text.as_str())));
        Line {
            label: category_name(words, *category),
            share: percent(lang, *money, of.total),
            href: Search::default().with(&changes).address(PATH),
        }
    };
    let lines: Vec<Line> = of.by_category.iter().map(line).collect();
    let bars: Vec<Bar<'_>> = lines
        .iter()
        .zip(&of.by_category)
        .map(|(line, (category, money))| Bar {
            label: &line.label,
            icon: category_icon(*category),
            value: money.minor,
            amount: private(lang, *money),
            share: &line.share,
            href: Some(&line.href),
        })
        .collect();
    let asset = asset_name(words, of.asset);
    let title =
        format!("{}, {asset}", t!(words, "activity-spending", period = spent.name.as_str()));
    let (what, how_much) = (t!(words, "activity-category"), t!(words, "activity-share"));
    BarChart::new(&title, [&what, &how_much], &bars).render()
}

/// A share in whole percent, to the nearest; nothing for what rounds to nothing.
fn percent(lang: Lang, part: Money, whole: Money) -> String {
    let doubled = i128::from(part.minor).saturating_mul(200);
    let whole = i128::from(whole.minor);
    let share = doubled.saturating_add(whole).checked_div(whole.saturating_mul(2)).unwrap_or(0);
    match i64::try_from(share) {
        Ok(share) if share > 0 => format::percent(lang, share),
        _ => String::new(),
    }
}

/// The ways to the months around one, as far as there can be anything.
fn months(view: &View, month: Month, earliest: Month) -> Markup {
    let way = |to: Month| {
        let href = Search::default().with(&[("period", &to.text())]).address(PATH);
        (href, format::month_year(view.lang(), to.first()))
    };
    let this = Month::of(view.ctx.now().day());
    let before = (month > earliest).then(|| way(month.before()));
    let after = (month < this).then(|| way(month.after()));
    if before.is_none() && after.is_none() {
        return html! {};
    }
    let label = t!(view.words, "activity-spending-months");
    pagination(&label, before.as_ref().map(texts), after.as_ref().map(texts))
}

#[cfg(test)]
mod tests {
    use kernel::Asset;

    use super::*;

    #[test]
    fn shares_are_rounded_to_the_nearest() {
        for (part, whole, expected) in
            [(1, 3, "33%"), (2, 3, "67%"), (1, 1, "100%"), (1, 200, "1%"), (1, 201, ""), (0, 0, "")]
        {
            let money = |minor| Money::new(minor, Asset::Uzs);
            assert_eq!(percent(Lang::En, money(part), money(whole)), expected, "{part}/{whole}");
        }
        let most = Money::new(i64::MAX, Asset::Uzs);
        assert_eq!(percent(Lang::En, most, most), "100%");
    }
}
