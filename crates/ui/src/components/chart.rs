use maud::{Markup, Render, html};

use crate::icon;

/// The length of the longest bar, in the units of its drawing.
const FULL: i64 = 1_000;

/// One bar of a chart.
#[derive(Clone, Debug)]
pub struct Bar<'a> {
    /// What it counts.
    pub label: &'a str,
    /// Its icon.
    pub icon: &'a str,
    /// How much, for the length of the bar; below zero is drawn as zero.
    pub value: i64,
    /// How much, in words: an [`amount`](crate::amount).
    pub amount: Markup,
    /// Its share in words (`38 %`), or empty.
    pub share: &'a str,
    /// Where a tap leads: the list behind the number.
    pub href: Option<&'a str>,
}

/// Bars by category. The chart is a table, with a drawn bar in each row: what is seen, read out,
/// printed and copied is the same.
#[derive(Clone, Debug)]
#[must_use]
pub struct BarChart<'a> {
    title: &'a str,
    columns: [&'a str; 2],
    bars: &'a [Bar<'a>],
}

impl<'a> BarChart<'a> {
    /// A chart; `columns` are the names of what is counted and of how much, for screen readers.
    pub const fn new(title: &'a str, columns: [&'a str; 2], bars: &'a [Bar<'a>]) -> Self {
        Self { title, columns, bars }
    }
}

impl Render for BarChart<'_> {
    fn render(&self) -> Markup {
        let most = self.bars.iter().map(|b| b.value).max().unwrap_or(0).max(1);
        let [what, how_much] = self.columns;
        html! {
            table.chart {
                caption.sr { (self.title) }
                thead.sr { tr { th scope="col" { (what) } th scope="col" { (how_much) } } }
                tbody {
                    @for bar in self.bars {
                        tr {
                            th scope="row" {
                                span.lead aria-hidden="true" { (icon(bar.icon)) }
                                @match bar.href {
                                    Some(href) => a href=(href) { (bar.label) },
                                    None => span { (bar.label) },
                                }
                            }
                            td {
                                (bar.amount)
                                @if !bar.share.is_empty() { " " span.share { (bar.share) } }
                            }
                            td.chart-bar aria-hidden="true" { (drawn(bar.value, most)) }
                        }
                    }
                }
            }
        }
    }
}

/// A bar as long as `value` is to `most`; anything above zero can be seen.
fn drawn(value: i64, most: i64) -> Markup {
    let product = i128::from(value.max(0)) * i128::from(FULL);
    let width = product.checked_div(i128::from(most)).unwrap_or(0);
    let width = if value > 0 { width.max(8) } else { 0 };
    html! {
        svg viewBox="0 0 1000 8" preserveAspectRatio="none" focusable="false" {
            rect.track width="1000" height="8" {}
            rect.fill width=(width) height="8" {}
        }
    }
}
