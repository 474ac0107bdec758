//! What is looked for, as it stands in the address of the page.

use kernel::{Asset, Code, Day, Error, Refusal};
use payments::{AccountView, Category, Direction, Query};
use ui::format;

use super::super::common::{account_tail, account_title, category_name};
use super::super::month::Month;
use crate::input;
use crate::view::View;
use crate::words::{Words, t};
use edge::Fields;

/// The page.
pub(super) const PATH: &str = "/activity";
/// The fields of its address, in their order.
const NAMES: [&str; 10] =
    ["q", "direction", "account", "category", "period", "from", "to", "min", "max", "cursor"];
/// The name of the period of three months.
const QUARTER: &str = "3-months";

/// A search: its fields, as they were typed, without the empty ones.
#[derive(Clone, Default)]
pub(super) struct Search(Vec<(&'static str, String)>);

impl Search {
    /// The fields of an address, and whether there are others in it, which mean nothing.
    pub fn read(fields: &Fields) -> (Self, bool) {
        let field = |name| Some((name, tidy(name, fields.filled(name)?)));
        let mut kept: Vec<(&'static str, String)> = NAMES.into_iter().filter_map(field).collect();
        // Days say more exactly than a period what is meant.
        if kept.iter().any(|(name, _)| matches!(*name, "from" | "to")) {
            kept.retain(|(name, _)| *name != "period");
        }
        let useless = fields.iter().count() != kept.len();
        (Self(kept), useless)
    }

    /// A field, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| *n == name).map_or("", |(_, text)| text.as_str())
    }

    /// Whether nothing is looked for but what there is.
    pub fn is_everything(&self) -> bool {
        self.0.iter().all(|(name, _)| *name == "cursor")
    }

    /// The search with other values, from its beginning; an empty value takes a field away.
    pub fn with(&self, changes: &[(&'static str, &str)]) -> Self {
        let value = |name: &'static str| {
            let changed = changes.iter().find(|(n, _)| *n == name).map(|(_, text)| *text);
            let kept = if name == "cursor" { "" } else { self.text(name) };
            let text = changed.unwrap_or(kept);
            (!text.is_empty()).then(|| (name, text.to_owned()))
        };
        Self(NAMES.into_iter().filter_map(value).collect())
    }

    /// The search without what cannot be searched by.
    pub fn without(&self, wrong: &[Wrong]) -> Self {
        let good = |(name, _): &&(&'static str, String)| wrong.iter().all(|w| w.field != *name);
        Self(self.0.iter().filter(good).cloned().collect())
    }

    /// The address of the search on a page.
    pub fn address(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, text) in &self.0 {
            query.append_pair(name, text);
        }
        format!("{path}?{}", query.finish())
    }

    /// The address of this page with other values.
    pub fn link(&self, changes: &[(&'static str, &str)]) -> String {
        self.with(changes).address(PATH)
    }

    /// The chosen period.
    pub fn period(&self, today: Day) -> Option<Period> {
        Period::parse(self.text("period"), today)
    }

    /// The first and the last day, where they are days.
    pub fn days(&self, today: Day) -> (Option<Day>, Option<Day>) {
        match self.period(today) {
            Some(period) => {
                let (first, last) = period.days(today);
                (Some(first), Some(last))
            }
            None => (self.text("from").parse().ok(), self.text("to").parse().ok()),
        }
    }

    /// What to ask the bank, and what could not be asked.
    pub fn query(&self, view: &View, accounts: &[AccountView]) -> (Query, Vec<Wrong>) {
        let words = view.words;
        let mut wrong = Vec::new();
        let account = self.choice("account", (words, &mut wrong), |text| {
            let id = text.parse().ok()?;
            accounts.iter().find(|account| account.id == id)
        });
        let direction = self.choice("direction", (words, &mut wrong), direction);
        let category = self.choice("category", (words, &mut wrong), Category::from_name);
        let today = view.ctx.now().day();
        self.choice("period", (words, &mut wrong), |text| Period::parse(text, today));
        for name in ["from", "to"] {
            if !self.text(name).is_empty() && self.text(name).parse::<Day>().is_err() {
                let sentence = t!(words, "activity-wrong-day", name = label(words, name));
                wrong.push(Wrong { field: name, sentence, code: Code::FieldInvalid });
            }
        }
        let (from, to) = self.days(today);
        // Amounts of different currencies cannot be compared: sums, unless an account is chosen.
        let asset = account.map_or(Asset::Uzs, |account| account.asset);
        let mut amount = |name: &'static str| {
            let text = Some(self.text(name)).filter(|text| !text.is_empty())?;
            let read = input::amount(text, asset, name);
            read.map_err(|error| wrong.push(Wrong::of(words, name, &error))).ok()
        };
        let (min, max) = (amount("min"), amount("max"));
        let filled = |name| Some(self.text(name).to_owned()).filter(|text| !text.is_empty());
        let query = Query {
            account: account.map(|account| account.id),
            from: from.map(Day::start),
            to: to.map(Day::end),
            direction,
            category,
            min,
            max,
            text: filled("q"),
            cursor: filled("cursor"),
            ..Query::default()
        };
        (query, wrong)
    }

    /// A field that has one of a few values.
    fn choice<'a, T>(
        &'a self,
        name: &'static str,
        (words, wrong): (Words, &mut Vec<Wrong>),
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        let text = Some(self.text(name)).filter(|text| !text.is_empty())?;
        let value = read(text);
        if value.is_none() {
            wrong.push(Wrong::choice(words, name));
        }
        value
    }

    /// The filters that are on, in words.
    pub fn filters(&self, view: &View, accounts: &[AccountView], asked: &Query) -> Vec<Filter> {
        let (words, lang) = (view.words, view.lang());
        let mut filters = Vec::new();
        let mut add = |name: &'static str, value: Option<String>| {
            if let Some(value) = value {
                filters.push(Filter { name, label: label(words, name), value });
            }
        };
        add("q", asked.text.clone());
        add("direction", asked.direction.map(|direction| direction_name(words, direction)));
        let account = accounts.iter().find(|account| asked.account == Some(account.id));
        add("account", account.map(|account| account_name(words, account)));
        add("category", asked.category.map(|category| category_name(words, category)));
        let today = view.ctx.now().day();
        let period = self.period(today);
        add("period", period.map(|period| period.name(view)));
        if period.is_none() {
            let (from, to) = self.days(today);
            let day = |day| format::day(lang, day);
            add("from", from.filter(|_| asked.from.is_some()).map(day));
            add("to", to.filter(|_| asked.to.is_some()).map(day));
        }
        add("min", asked.min.map(|min| format::money(lang, min.money())));
        add("max", asked.max.map(|max| format::money(lang, max.money())));
        filters
    }
}

/// A filter that is on.
pub(super) struct Filter {
    /// Its field.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What it lets through.
    pub value: String,
}

/// A field that cannot be searched by.
pub(super) struct Wrong {
    /// Which.
    pub field: &'static str,
    /// What is wrong with it.
    pub sentence: String,
    /// The same for programs.
    pub code: Code,
}

impl Wrong {
    fn choice(words: Words, field: &'static str) -> Self {
        let sentence = t!(words, "activity-wrong-choice", name = label(words, field));
        Self { field, sentence, code: Code::FieldInvalid }
    }

    fn of(words: Words, field: &'static str, error: &Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::refused(words, field, refusal),
            Error::Broken(_) => Self::choice(words, field),
        }
    }

    /// What the bank said of a field. Where it only says that the field is wrong, the reason is
    /// known here.
    pub fn refused(words: Words, field: &'static str, refusal: &Refusal) -> Self {
        let sentence = match (refusal.code, field) {
            (Code::FieldInvalid, "q") => t!(words, "activity-wrong-text"),
            (Code::FieldInvalid, "to") => t!(words, "activity-wrong-days"),
            (Code::FieldInvalid, "max") => t!(words, "activity-wrong-amounts"),
            _ => words.refusal(refusal),
        };
        Self { field, sentence, code: refusal.code }
    }
}

/// What a field is called.
fn label(words: Words, name: &str) -> String {
    match name {
        "direction" => t!(words, "activity-direction"),
        "account" => t!(words, "activity-account"),
        "category" => t!(words, "activity-category"),
        "period" => t!(words, "activity-period"),
        "from" => t!(words, "activity-from"),
        "to" => t!(words, "activity-to"),
        "min" => t!(words, "activity-min"),
        "max" => t!(words, "activity-max"),
        _ => t!(words, "activity-text"),
    }
}

fn direction(text: &str) -> Option<Direction> {
    match text {
        "in" => Some(Direction::In),
        "out" => Some(Direction::Out),
        _ => None,
    }
}

/// What a direction is called.
pub(super) fn direction_name(words: Words, direction: Direction) -> String {
    match direction {
        Direction::In => t!(words, "activity-in"),
        Direction::Out => t!(words, "activity-out"),
        Direction::Own => t!(words, "operation-own"),
    }
}

/// An account's name with the end of its number: several may have the same name.
pub(super) fn account_name(words: Words, account: &AccountView) -> String {
    format!("{} {}", account_title(words, account), account_tail(account))
}

/// The script groups the digits of an amount with spaces, which an address need not have.
fn tidy(name: &str, text: &str) -> String {
    if matches!(name, "min" | "max") {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        text.to_owned()
    }
}

/// A stretch of time that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// A month of the calendar.
    Month(Month),
    /// This month and the two before it.
    Quarter,
}

impl Period {
    /// Reads `2026-11` and `3-months`; `month` and `last` are months too, seen from today.
    pub fn parse(text: &str, today: Day) -> Option<Self> {
        match text {
            "month" => Some(Self::Month(Month::of(today))),
            "last" => Some(Self::Month(Month::of(today).before())),
            QUARTER => Some(Self::Quarter),
            _ => format!("{text}-01").parse().ok().map(|day| Self::Month(Month::of(day))),
        }
    }

    /// How an address names it.
    pub fn text(self) -> String {
        match self {
            Self::Month(month) => month.text(),
            Self::Quarter => QUARTER.to_owned(),
        }
    }

    /// Its first and its last day.
    pub fn days(self, today: Day) -> (Day, Day) {
        match self {
            Self::Month(month) => (month.first(), month.last()),
            Self::Quarter => (Month::of(today).back(2).first(), today),
        }
    }

    /// What it is called.
    pub fn name(self, view: &View) -> String {
        match self {
            Self::Month(month) => format::month_year(view.lang(), month.first()),
            Self::Quarter => t!(view.words, "activity-quarter"),
        }
    }
}
