//! The rules of a tariff as whoever writes them sees them: one line for each, and a form. Nobody
//! has to read a document to change a percent.

use edge::Fields;
use kernel::Asset;
use maud::{Markup, Render, html};
use pricing::tariffs::{Price, Rule, Tariff};
use ui::panel::{Cells, Column, Table, Tick, panel, panel_with, tick};
use ui::{Banner, Button, Field, Select, Tone};

use super::in_words::{field_name, mode_name, model_name, window_name};
use super::rule::{self, BRACKET, PROMOTION, REMOVE, RULE, SHARE, cell};
use crate::draft::FORM;
use crate::view::View;
use crate::words::{Words, t};

/// What of a form cannot be read: the names of its fields.
pub(super) type Wrong = Vec<String>;

/// The tariff of a document, when it is one.
pub(super) fn tariff(book: &str, body: &str) -> Option<Tariff> {
    super::calculator::prices(book).then(|| serde_json::from_str(body).ok()).flatten()
}

/// The rules of a tariff, with the ways to change each and to add one; or the form of one, when the
/// address or what was typed names it. `path` is the page that takes the form.
pub(super) fn rules(
    view: &View,
    path: &str,
    tariff: &Tariff,
    (asked, wrong): (&Fields, &Wrong),
) -> Markup {
    let words = view.words;
    if asked.has(RULE) {
        return form(view, path, tariff, (asked, wrong));
    }
    let columns = [
        Column::text(t!(words, "rule")),
        Column::text(field_name(words, "model")),
        Column::text(t!(words, "rule-price")),
    ];
    let rows = tariff.rules.iter().map(|rule| {
        let way = format!("{path}?{RULE}={}", rule.name);
        Cells::linked(&way, &rule.name)
            .text(&model_name(words, rule::model_text(&rule.price)))
            .text(&price_text(&rule.price))
    });
    let add = html! {
        (Button::quiet(&t!(words, "rule-new")).icon("plus").href(&format!("{path}?{RULE}=")))
    };
    let table = Table::new(&t!(words, "rules"), &columns).rows(rows).render();
    panel(&t!(words, "rules"), &add, &table)
}

/// A price in short.
fn price_text(price: &Price) -> String {
    match price {
        Price::Fixed { amount } => amount.to_string(),
        Price::Percentage { percent, fixed } if fixed.to_string() == "0" => format!("{percent} %"),
        Price::Percentage { percent, fixed } => format!("{percent} % + {fixed}"),
        Price::Package { size, amount } => format!("{amount} / {size}"),
        Price::Graduated { tiers } | Price::Volume { tiers } => {
            let steps = tiers.iter().map(|tier| {
                let up_to = tier.up_to.map_or_else(|| "∞".to_owned(), |up_to| up_to.to_string());
                format!("→ {up_to}: {} + {} + {} %", tier.flat, tier.per_unit, tier.percent)
            });
            steps.collect::<Vec<_>>().join("; ")
        }
    }
}

/// The form of one rule: as it is kept, or as it was typed.
fn form(view: &View, path: &str, tariff: &Tariff, (asked, wrong): (&Fields, &Wrong)) -> Markup {
    let words = view.words;
    let which = asked.text(RULE);
    let known = tariff.rules.iter().find(|rule| rule.name == which);
    let title = match known {
        Some(rule) => t!(words, "words-rule", name = rule.name.as_str()),
        None => t!(words, "rule-new"),
    };
    if known.is_none() && !which.is_empty() {
        let text = t!(words, "rule-unknown");
        return panel_with(&title, &html! {}, &html! { p { (text) } });
    }
    if known.is_some_and(|rule| !rule::fits(rule)) {
        let text = t!(words, "rule-too-large");
        return panel_with(&title, &html! {}, &html! { p { (text) } });
    }
    let fields = if asked.has("name") { asked.clone() } else { kept(known) };
    let texts = Texts { words, fields: &fields, wrong, error: t!(words, "rule-wrong") };
    let (save, cancel) = (t!(words, "draft-save"), t!(words, "cancel"));
    let content = html! {
        @if !wrong.is_empty() { (Banner::new(Tone::Bad, &t!(words, "rule-wrong-title"), "")) }
        form.stack id=(FORM) method="post" action=(path) {
            (view.token_and_way_back())
            input type="hidden" name=(RULE) value=(which);
            (basics(&texts))
            (price(&texts))
            (conditions(&texts))
            (parts(&texts))
            @if known.is_some() && tariff.rules.len() > 1 {
                (tick(&Tick {
                    sends: (REMOVE, "1"),
                    text: &t!(words, "rule-remove"),
                    sub: "",
                    on: fields.has(REMOVE),
                }))
            }
            div.actions {
                (Button::primary(&save))
                (Button::plain(&cancel).href(path))
            }
        }
    };
    panel_with(&title, &html! {}, &content)
}

/// A rule as it is kept; a new one costs nothing and is rounded to whole sum.
fn kept(rule: Option<&Rule>) -> Fields {
    match rule {
        Some(rule) => rule::fields_of(rule),
        None => Fields::default()
            .with("model", "percentage")
            .with("fixed", "0")
            .with("mode", "half_up")
            .with("to_minor", "100")
            .with("vat_percent", "0"),
    }
}

/// What the fields of the form say, and which of them cannot be read.
struct Texts<'a> {
    words: Words,
    fields: &'a Fields,
    wrong: &'a Wrong,
    error: String,
}

impl Texts<'_> {
    fn error(&self, name: &str) -> Option<&str> {
        self.wrong.iter().any(|wrong| wrong == name).then_some(self.error.as_str())
    }

    /// A field with a label of its own.
    fn line(&self, name: &str, label: &str) -> Markup {
        Field::new(name, &capital(label))
            .value(self.fields.text(name))
            .error(self.error(name))
            .autocomplete("off")
            .attr("maxlength", "200")
            .optional()
            .render()
    }

    fn number(&self, name: &str, label: &str) -> Markup {
        Field::new(name, &capital(label))
            .value(self.fields.text(name))
            .error(self.error(name))
            .inputmode("decimal")
            .autocomplete("off")
            .attr("maxlength", "40")
            .optional()
            .render()
    }

    fn choice(&self, name: &str, label: &str, options: &[(&str, String)]) -> Markup {
        let label = capital(label);
        let select = Select::new(name, &label).error(self.error(name));
        let chosen = self.fields.text(name);
        options
            .iter()
            .fold(select, |select, (value, text)| select.option(value, text, *value == chosen))
            .render()
    }
}

/// With a capital, as labels begin.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn basics(texts: &Texts<'_>) -> Markup {
    let words = texts.words;
    let models = rule::MODELS.map(|model| (model, model_name(words, model)));
    html! {
        (texts.line("name", &t!(words, "term-name")))
        (texts.choice("model", &t!(words, "term-model"), &models))
    }
}

/// The numbers of every kind of price: those of the chosen kind count.
fn price(texts: &Texts<'_>) -> Markup {
    let words = texts.words;
    let modes = rule::MODES.map(|mode| (mode, mode_name(words, mode)));
    let labels = BRACKET.map(|column| field_name(words, column));
    let open = matches!(texts.fields.text("model"), "graduated" | "volume");
    html! {
        div.filters {
            (texts.number("percent", &t!(words, "term-percent")))
            (texts.number("fixed", &t!(words, "term-fixed")))
            (texts.number("amount", &t!(words, "rule-amount")))
            (texts.number("size", &t!(words, "term-size")))
        }
        details open[open] {
            summary { (t!(words, "rule-brackets")) }
            @for row in 0..rule::BRACKETS {
                div.filters {
                    @for (column, label) in BRACKET.iter().zip(&labels) {
                        (texts.number(&cell("bracket", row, column), label))
                    }
                }
            }
        }
        div.filters {
            (texts.number("minimum", &t!(words, "term-minimum")))
            (texts.number("maximum", &t!(words, "term-maximum")))
            (texts.number("vat_percent", &t!(words, "rule-vat")))
        }
        div.filters {
            (texts.choice("mode", &t!(words, "term-rounding"), &modes))
            (texts.number("to_minor", &t!(words, "term-to-minor")))
        }
    }
}

fn conditions(texts: &Texts<'_>) -> Markup {
    let words = texts.words;
    let any = ("", t!(words, "rule-any"));
    let assets = Asset::ALL.into_iter().map(|asset| (asset.code(), asset.code().to_owned()));
    let assets: Vec<_> = std::iter::once(any).chain(assets).collect();
    html! {
        details {
            summary { (t!(words, "rule-when")) }
            p.dim { (t!(words, "rule-when-text")) }
            div.filters {
                (texts.choice("asset", &t!(words, "term-asset"), &assets))
                (texts.number("from", &t!(words, "rule-from")))
                (texts.number("up_to", &t!(words, "rule-up-to")))
            }
            div.filters {
                (texts.line("counterparties", &t!(words, "term-counterparties")))
                (texts.line("channels", &t!(words, "term-channels")))
                (texts.line("tiers", &t!(words, "term-tiers")))
            }
        }
    }
}

/// What is free, who shares the fee, and discounts for a time.
fn parts(texts: &Texts<'_>) -> Markup {
    let words = texts.words;
    let over = [("", t!(words, "rule-alone"))]
        .into_iter()
        .chain(["day", "month"].into_iter().map(|window| (window, window_name(words, window))));
    let over: Vec<_> = over.collect();
    let percent = t!(words, "term-percent");
    let none = ("", t!(words, "none"));
    let parties = payments::fees::PARTIES.into_iter().map(|party| (party, party.to_owned()));
    let parties: Vec<_> = std::iter::once(none).chain(parties).collect();
    let [_, from, until, _] = PROMOTION;
    html! {
        details {
            summary { (t!(words, "term-free")) }
            div.filters {
                (texts.choice("over", &t!(words, "term-over"), &over))
                (texts.number("free_operations", &t!(words, "term-operations")))
                (texts.number("free_quantity", &t!(words, "term-quantity")))
            }
        }
        details {
            summary { (t!(words, "rule-shares")) }
            @for row in 0..rule::SHARES {
                @let [party, part] = SHARE.map(|column| cell("share", row, column));
                div.filters {
                    (texts.choice(&party, &t!(words, "term-party"), &parties))
                    (texts.number(&part, &percent))
                }
            }
        }
        details {
            summary { (t!(words, "rule-promotions")) }
            @for row in 0..rule::PROMOTIONS {
                div.filters {
                    (texts.line(&cell("promotion", row, "name"), &t!(words, "term-name")))
                    (day(texts, &cell("promotion", row, from), &t!(words, "term-from")))
                    (day(texts, &cell("promotion", row, until), &t!(words, "term-until")))
                    (texts.number(&cell("promotion", row, "percent"), &percent))
                }
            }
        }
    }
}

fn day(texts: &Texts<'_>, name: &str, label: &str) -> Markup {
    Field::date(name, &capital(label))
        .value(texts.fields.text(name))
        .error(texts.error(name))
        .optional()
        .render()
}
