//! The page: the box, the filters, what was found.

use kernel::{Day, Lang};
use maud::{Markup, Render, html};
use payments::{AccountView, Category, Direction, Item, Page as Found, Query};
use ui::{
    Banner, Button, Chip, Field, Select, Tone, chips, day_heading, details, empty_state,
    form_actions, list, pagination, with,
};

use super::super::common::{category_name, day_title, operation};
use super::super::month::Month;
use super::search::{Filter, PATH, Period, Search, Wrong, account_name, direction_name};
use super::spending::{self, Spent};
use crate::shell::{FORM, Page, Tab};
use crate::view::View;
use crate::words::t;

/// When the script searches: while one types, but not at every letter.
const TRIGGER: &str = "input changed delay:300ms, change, submit";

/// What the page shows.
pub(super) struct Screen<'a> {
    /// For whom.
    pub view: &'a View,
    /// What stands in the address.
    pub search: &'a Search,
    /// The same without what could not be asked: links lead on from there.
    pub links: &'a Search,
    /// What was asked.
    pub asked: &'a Query,
    /// The customer's accounts.
    pub accounts: &'a [AccountView],
    /// What was found.
    pub found: &'a Found,
    /// What could not be asked.
    pub wrong: &'a [Wrong],
    /// What was spent meanwhile.
    pub spent: Option<&'a Spent>,
}

impl Screen<'_> {
    /// The page.
    pub fn page(&self) -> Page {
        let main = html! { (self.form()) (self.results()) };
        let page = Page::new(t!(self.view.words, "activity-title")).tab(Tab::Activity).main(main);
        match self.wrong.first() {
            Some(wrong) => page.refused(wrong.code),
            None => page,
        }
    }

    fn wrong_at(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|w| w.field == field).map(|w| w.sentence.as_str())
    }

    /// The box and the filters that are typed or chosen. Filters that are links go with it hidden.
    fn form(&self) -> Markup {
        let words = self.view.words;
        let label = t!(words, "activity-search");
        let more = details(&t!(words, "activity-filters"), &self.fields());
        let inside = ["account", "category", "from", "to", "min", "max"];
        let open = inside.iter().any(|name| self.wrong_at(name).is_some());
        html! {
            form #(FORM) role="search" method="get" action=(PATH) hx-get=(PATH)
                hx-trigger=(TRIGGER) hx-target="#results" hx-select="#results" hx-swap="outerHTML"
                hx-replace-url="true" hx-sync="this:replace" hx-nonce=(self.view.nonce) {
                @for name in ["direction", "period"] {
                    @if !self.search.text(name).is_empty() {
                        input type="hidden" name=(name) value=(self.search.text(name));
                    }
                }
                (Field::search("q", &label)
                    .value(self.search.text("q"))
                    .error(self.wrong_at("q"))
                    .attr("maxlength", "100"))
                (if open { with(more, &[("open", "")]) } else { more })
            }
        }
    }

    fn fields(&self) -> Markup {
        let words = self.view.words;
        let (from, to) = (t!(words, "activity-from"), t!(words, "activity-to"));
        let (min, max) = (t!(words, "activity-min"), t!(words, "activity-max"));
        let hint = t!(words, "activity-amount-hint");
        let apply = t!(words, "activity-apply");
        html! {
            div.column {
                (self.account())
                (self.category())
                (self.day("from", &from))
                (self.day("to", &to))
                (self.amount("min", &min))
                (self.amount("max", &max).hint(&hint))
                (form_actions(&html! { (Button::primary(&apply)) }))
            }
        }
    }

    fn day<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::date(name, label).optional().value(self.search.text(name)).error(self.wrong_at(name))
    }

    fn amount<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        let point = if self.view.lang() == Lang::En { "." } else { "," };
        Field::new(name, label)
            .optional()
            .value(self.search.text(name))
            .error(self.wrong_at(name))
            .inputmode("decimal")
            .autocomplete("off")
            .attr("maxlength", "24")
            .attr("data-amount", "2")
            .attr("data-point", point)
    }

    fn account(&self) -> Markup {
        let words = self.view.words;
        let (label, all) = (t!(words, "activity-account"), t!(words, "activity-account-all"));
        let options: Vec<_> = self
            .accounts
            .iter()
            .map(|a| (a.id.to_string(), account_name(words, a), self.asked.account == Some(a.id)))
            .collect();
        let mut select = Select::new("account", &label).error(self.wrong_at("account"));
        select = select.option("", &all, self.asked.account.is_none());
        for (id, name, chosen) in &options {
            select = select.option(id, name, *chosen);
        }
        select.render()
    }

    fn category(&self) -> Markup {
        let words = self.view.words;
        let (label, all) = (t!(words, "activity-category"), t!(words, "activity-category-all"));
        let names = Category::ALL.map(|category| (category, category_name(words, category)));
        let mut select = Select::new("category", &label).error(self.wrong_at("category"));
        select = select.option("", &all, self.asked.category.is_none());
        for (category, name) in &names {
            let chosen = self.asked.category == Some(*category);
            select = select.option(category.as_str(), name, chosen);
        }
        select.render()
    }

    /// Everything that a search changes.
    fn results(&self) -> Markup {
        html! {
            div.column #results {
                (self.notice())
                (self.filters())
                @if let Some(spent) = self.spent {
                    (spending::card(self.view, self.search, spent))
                }
                (self.operations())
                (self.downloads())
            }
        }
    }

    fn notice(&self) -> Markup {
        let words = self.view.words;
        let Some(first) = self.wrong.first() else { return html! {} };
        let mut sentences = first.sentence.clone();
        for wrong in self.wrong.iter().skip(1) {
            sentences.push(' ');
            sentences.push_str(&wrong.sentence);
        }
        let title = t!(words, "activity-wrong-title");
        let clear = t!(words, "activity-clear");
        let clear = Button::quiet(&clear).href(PATH).render();
        html! {
            div role="alert" tabindex="-1" data-focus {
                (Banner::new(Tone::Warn, &title, &sentences).action(clear))
            }
        }
    }

    /// The filters that one press turns on or off, in one row: after the way to everything those of
    /// the form that are on, because the form may be folded.
    fn filters(&self) -> Markup {
        let all = Way {
            href: PATH.to_owned(),
            text: t!(self.view.words, "all"),
            icon: "",
            on: self.links.is_everything(),
        };
        let mut ways = vec![all];
        ways.extend(self.active());
        ways.extend(self.directions());
        ways.extend(self.periods());
        let row: Vec<_> = ways
            .iter()
            .map(|way| Chip { href: &way.href, text: &way.text, icon: way.icon, on: way.on })
            .collect();
        chips(&t!(self.view.words, "activity-active"), &row)
    }

    fn active(&self) -> Vec<Way> {
        let words = self.view.words;
        let filters = self.search.filters(self.view, self.accounts, self.asked);
        let folded = |filter: &&Filter| !matches!(filter.name, "q" | "direction" | "period");
        let named = |Filter { name, label, value }: &Filter| {
            let text = t!(words, "activity-chip", name = label.as_str(), value = value.as_str());
            Way { href: self.links.link(&[(*name, "")]), text, icon: "x", on: false }
        };
        filters.iter().filter(folded).map(named).collect()
    }

    fn directions(&self) -> Vec<Way> {
        let way = |(direction, text): (Direction, &str)| {
            let on = self.asked.direction == Some(direction);
            Way {
                href: self.links.link(&[("direction", if on { "" } else { text })]),
                text: direction_name(self.view.words, direction),
                icon: "",
                on,
            }
        };
        [(Direction::In, "in"), (Direction::Out, "out")].into_iter().map(way).collect()
    }

    fn periods(&self) -> Vec<Way> {
        let words = self.view.words;
        let today = self.view.ctx.now().day();
        let this = Month::of(today);
        let chosen = self.search.period(today);
        let way = |period: Period, text: String| {
            let on = chosen == Some(period);
            let to = if on { String::new() } else { period.text() };
            let href = self.links.link(&[("period", &to), ("from", ""), ("to", "")]);
            Way { href, text, icon: "", on }
        };
        let mut ways = vec![
            way(Period::Month(this), t!(words, "activity-this-month")),
            way(Period::Month(this.before()), t!(words, "activity-last-month")),
            way(Period::Quarter, t!(words, "activity-quarter")),
        ];
        // Another month, that the chart led to.
        if let Some(period) = chosen.filter(|_| ways.iter().all(|way| !way.on)) {
            ways.insert(0, way(period, period.name(self.view)));
        }
        ways
    }

    /// The list. Only its beginning is renewed when money moves: what is older stays as it was.
    fn operations(&self) -> Markup {
        let words = self.view.words;
        let first = self.search.text("cursor").is_empty();
        html! {
            section #found data-live[first] aria-label=(t!(words, "activity-list")) {
                @if self.found.items.is_empty() {
                    (self.empty())
                } @else {
                    (self.count())
                    @for (day, items) in by_day(&self.found.items) {
                        (self.day_of(day, &items))
                    }
                }
            }
            (self.pages())
        }
    }

    fn day_of(&self, day: Day, items: &[&Item]) -> Markup {
        let rows: Vec<_> = items.iter().map(|item| operation(self.view, item, false)).collect();
        html! {
            (day_heading(&day_title(self.view, day)))
            (list("", &rows))
        }
    }

    /// How much was found: said aloud always, shown where something was looked for.
    fn count(&self) -> Markup {
        let words = self.view.words;
        let count = self.found.items.len();
        let text = match self.found.next_cursor {
            Some(_) => t!(words, "activity-count-more", count = count),
            None => t!(words, "activity-count", count = count),
        };
        let looks = if self.search.is_everything() { "sr" } else { "hint" };
        html! {
            h2.sr { (t!(words, "activity-list")) }
            p class=(looks) role="status" { (text) }
        }
    }

    fn empty(&self) -> Markup {
        let words = self.view.words;
        if !self.search.is_everything() || !self.search.text("cursor").is_empty() {
            let title = t!(words, "activity-nothing-title");
            let text = t!(words, "activity-nothing-text");
            let clear = t!(words, "activity-clear");
            let action = html! { (Button::quiet(&clear).href(PATH)) };
            let empty = empty_state("magnifying-glass", &title, &text, &action);
            return html! { div role="status" { (empty) } };
        }
        let (title, text) = (t!(words, "activity-none-title"), t!(words, "activity-none-text"));
        let (href, way) = if self.accounts.is_empty() {
            ("/products", t!(words, "tab-products"))
        } else {
            ("/pay", t!(words, "tab-pay"))
        };
        let action = html! { (Button::quiet(&way).href(href)) };
        empty_state("clock-counter-clockwise", &title, &text, &action)
    }

    fn pages(&self) -> Markup {
        let words = self.view.words;
        let newest = (!self.search.text("cursor").is_empty())
            .then(|| (self.links.link(&[]), t!(words, "activity-newest")));
        let older =
            self.found.next_cursor.as_ref().map(|cursor| {
                (self.links.link(&[("cursor", cursor)]), t!(words, "activity-older"))
            });
        if newest.is_none() && older.is_none() {
            return html! {};
        }
        let newest = newest.as_ref().map(texts);
        let older = older.as_ref().map(texts);
        pagination(&t!(words, "activity-pages"), newest, older)
    }

    fn downloads(&self) -> Markup {
        if self.found.items.is_empty() || !self.wrong.is_empty() {
            return html! {};
        }
        let words = self.view.words;
        let whole = self.links.with(&[]);
        let file = |name: &str, kind: &str| {
            let href = whole.address(&format!("{PATH}/export.{kind}"));
            html! { (Button::quiet(name).icon("download-simple").href(&href).attr("download", "")) }
        };
        let content = html! {
            div.column {
                p { (t!(words, "activity-download-text")) }
                (form_actions(&html! {
                    (file("PDF", "pdf"))
                    (file("Excel (XLSX)", "xlsx"))
                    (file("CSV", "csv"))
                }))
            }
        };
        details(&t!(words, "activity-download"), &content)
    }
}

/// The way to the same list with one filter on or off.
struct Way {
    href: String,
    text: String,
    icon: &'static str,
    on: bool,
}

/// An address and its text, as a component takes them.
pub(super) fn texts((href, text): &(String, String)) -> (&str, &str) {
    (href, text)
}

/// The items of each day, in their order.
fn by_day(items: &[Item]) -> Vec<(Day, Vec<&Item>)> {
    let mut days: Vec<(Day, Vec<&Item>)> = Vec::new();
    for item in items {
        let day = item.at.day();
        match days.last_mut() {
            Some((last, items)) if *last == day => items.push(item),
            _ => days.push((day, vec![item])),
        }
    }
    days
}
