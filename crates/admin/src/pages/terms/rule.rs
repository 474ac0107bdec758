//! A rule of a tariff as the fields of a form, and back. Pure: whatever a form says becomes the
//! same document that somebody could have written by hand.

use std::num::NonZeroU32;

use edge::Fields;
use kernel::Day;
use pricing::tariffs::document::{Conditions, Free, Promotion, Share};
use pricing::tariffs::{Over, Price, Rule, Tariff, Tier};
use pricing::{Decimal, Rounding, RoundingMode};

/// The field that says which rule a form is about: its name, or nothing for a new one.
pub(super) const RULE: &str = "rule";
/// The field that takes the rule away.
pub(super) const REMOVE: &str = "remove";
/// As many brackets, shares and promotions as a form has rows for. A rule with more of them is
/// written in the document.
pub(super) const BRACKETS: usize = 5;
pub(super) const SHARES: usize = 2;
pub(super) const PROMOTIONS: usize = 2;
/// The columns of these rows.
pub(super) const BRACKET: [&str; 4] = ["up_to", "flat", "per_unit", "percent"];
pub(super) const SHARE: [&str; 2] = ["party", "percent"];
pub(super) const PROMOTION: [&str; 4] = ["name", "from", "until", "percent"];

/// The field of a row: `bracket-0-up_to`.
pub(super) fn cell(table: &str, row: usize, column: &str) -> String {
    format!("{table}-{row}-{column}")
}

/// Whether a form has a row for each part of a rule.
pub(super) fn fits(rule: &Rule) -> bool {
    rule.price.tiers().map_or(0, <[Tier]>::len) <= BRACKETS
        && rule.shares.len() <= SHARES
        && rule.promotions.len() <= PROMOTIONS
}

/// A rule as a form shows it.
pub(super) fn fields_of(rule: &Rule) -> Fields {
    let said = |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
    let when = &rule.when;
    let free = rule.free;
    let operations = free.and_then(|free| free.operations).map(|count| count.to_string());
    let fields = Fields::default()
        .with("name", rule.name.as_str())
        .with("asset", when.asset.clone().unwrap_or_default())
        .with("tiers", when.tiers.join(", "))
        .with("channels", when.channels.join(", "))
        .with("counterparties", when.counterparties.join(", "))
        .with("from", said(when.from))
        .with("up_to", said(when.up_to))
        .with("over", over_text(rule.over))
        .with("free_operations", operations.unwrap_or_default())
        .with("free_quantity", said(free.and_then(|free| free.quantity)))
        .with("minimum", said(rule.minimum))
        .with("maximum", said(rule.maximum))
        .with("mode", mode_text(rule.rounding.mode))
        .with("to_minor", rule.rounding.to_minor.to_string())
        .with("vat_percent", rule.vat_percent.to_string());
    let fields = with_price(fields, &rule.price);
    let fields = rule.shares.iter().zip(0..).fold(fields, |fields, (share, row)| {
        let values = [share.party.clone(), share.percent.to_string()];
        with_row(fields, ("share", row), &SHARE, values)
    });
    rule.promotions.iter().zip(0..).fold(fields, |fields, (one, row)| {
        let days = [one.from, one.until].map(|day| day.to_string());
        let [from, until] = days;
        let values = [one.name.clone(), from, until, one.percent.to_string()];
        with_row(fields, ("promotion", row), &PROMOTION, values)
    })
}

fn with_price(fields: Fields, price: &Price) -> Fields {
    let fields = fields.with("model", model_text(price));
    match price {
        Price::Fixed { amount } => fields.with("amount", amount.to_string()),
        Price::Percentage { percent, fixed } => {
            fields.with("percent", percent.to_string()).with("fixed", fixed.to_string())
        }
        Price::Package { size, amount } => {
            fields.with("size", size.to_string()).with("amount", amount.to_string())
        }
        Price::Graduated { tiers } | Price::Volume { tiers } => {
            tiers.iter().zip(0..).fold(fields, |fields, (tier, row)| {
                let up_to = tier.up_to.map_or_else(String::new, |up_to| up_to.to_string());
                let rest = [tier.flat, tier.per_unit, tier.percent].map(|value| value.to_string());
                let [flat, per_unit, percent] = rest;
                with_row(fields, ("bracket", row), &BRACKET, [up_to, flat, per_unit, percent])
            })
        }
    }
}

fn with_row<const N: usize>(
    fields: Fields,
    (table, row): (&str, usize),
    columns: &[&str; N],
    values: [String; N],
) -> Fields {
    let cells = columns.iter().zip(values);
    cells.fold(fields, |fields, (column, value)| fields.with(&cell(table, row, column), value))
}

/// The kinds of price, as documents name them.
pub(super) const MODELS: [&str; 5] = ["fixed", "percentage", "graduated", "volume", "package"];
/// The ways of rounding.
pub(super) const MODES: [&str; 4] = ["half_up", "half_even", "up", "down"];

pub(super) const fn model_text(price: &Price) -> &'static str {
    match price {
        Price::Fixed { .. } => "fixed",
        Price::Percentage { .. } => "percentage",
        Price::Graduated { .. } => "graduated",
        Price::Volume { .. } => "volume",
        Price::Package { .. } => "package",
    }
}

const fn mode_text(mode: RoundingMode) -> &'static str {
    match mode {
        RoundingMode::HalfUp => "half_up",
        RoundingMode::HalfEven => "half_even",
        RoundingMode::Up => "up",
        RoundingMode::Down => "down",
    }
}

const fn over_text(over: Option<Over>) -> &'static str {
    match over {
        None => "",
        Some(Over::Day) => "day",
        Some(Over::Month) => "month",
    }
}

/// Reads fields, and notes which of them cannot be read.
struct Reader<'a> {
    fields: &'a Fields,
    wrong: Vec<String>,
}

/// Whether a comma may stand for thousands or for the decimal point: `1,500`. Nobody guesses what
/// somebody meant about money.
fn may_be_thousands(number: &str) -> bool {
    let Some((whole, rest)) = number.split_once(',') else { return false };
    rest.len() == 3 && !whole.is_empty() && !whole.starts_with('0')
}

impl Reader<'_> {
    fn noted<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong.push(name.to_owned());
        }
        value
    }

    /// A number as people type it; nothing for an empty field.
    fn decimal(&mut self, name: &str) -> Option<Decimal> {
        let text = self.fields.filled(name)?;
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let value =
            if may_be_thousands(&bare) { None } else { bare.replace(',', ".").parse().ok() };
        self.noted(name, value)
    }

    /// A number that has to be there.
    fn needed(&mut self, name: &str) -> Decimal {
        if self.fields.filled(name).is_none() {
            self.wrong.push(name.to_owned());
        }
        self.decimal(name).unwrap_or_default()
    }

    fn or_nothing(&mut self, name: &str) -> Decimal {
        self.decimal(name).unwrap_or_default()
    }

    /// Names with commas between them.
    fn names(&self, name: &str) -> Vec<String> {
        let text = self.fields.text(name);
        let names = text.split([',', ' ', ';']).map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    }

    fn day(&mut self, name: &str) -> Day {
        let day = self.fields.text(name).parse().ok();
        self.noted(name, day).unwrap_or(FIRST_DAY)
    }

    /// The rows of a table in which anything was typed.
    fn rows(&self, table: &str, columns: &[&str], most: usize) -> Vec<usize> {
        let filled = |row: &usize| {
            columns.iter().any(|column| self.fields.filled(&cell(table, *row, column)).is_some())
        };
        (0..most).filter(filled).collect()
    }

    fn price(&mut self) -> Price {
        match self.fields.text("model") {
            "percentage" => Price::Percentage {
                percent: self.needed("percent"),
                fixed: self.or_nothing("fixed"),
            },
            "graduated" => Price::Graduated { tiers: self.brackets() },
            "volume" => Price::Volume { tiers: self.brackets() },
            "package" => {
                Price::Package { size: self.needed("size"), amount: self.needed("amount") }
            }
            other => {
                if other != "fixed" {
                    self.wrong.push("model".to_owned());
                }
                Price::Fixed { amount: self.needed("amount") }
            }
        }
    }

    fn brackets(&mut self) -> Vec<Tier> {
        let rows = self.rows("bracket", &BRACKET, BRACKETS);
        let tier = |row| {
            let [up_to, flat, per_unit, percent] = BRACKET.map(|name| cell("bracket", row, name));
            Tier {
                up_to: self.decimal(&up_to),
                flat: self.or_nothing(&flat),
                per_unit: self.or_nothing(&per_unit),
                percent: self.or_nothing(&percent),
            }
        };
        rows.into_iter().map(tier).collect()
    }

    fn shares(&mut self) -> Vec<Share> {
        let rows = self.rows("share", &SHARE, SHARES);
        let share = |row| {
            let [party, percent] = SHARE.map(|name| cell("share", row, name));
            let name = self.fields.text(&party).to_owned();
            Share { party: name, percent: self.needed(&percent) }
        };
        rows.into_iter().map(share).collect()
    }

    fn promotions(&mut self) -> Vec<Promotion> {
        let rows = self.rows("promotion", &PROMOTION, PROMOTIONS);
        let promotion = |row| {
            let [name, from, until, percent] = PROMOTION.map(|name| cell("promotion", row, name));
            Promotion {
                name: self.fields.text(&name).to_owned(),
                from: self.day(&from),
                until: self.day(&until),
                percent: self.needed(&percent),
            }
        };
        rows.into_iter().map(promotion).collect()
    }

    fn free(&mut self) -> Option<Free> {
        let operations = match self.fields.filled("free_operations") {
            None => None,
            Some(text) => {
                let count = text.parse().ok();
                self.noted("free_operations", count)
            }
        };
        let quantity = self.decimal("free_quantity");
        (operations.is_some() || quantity.is_some()).then_some(Free { operations, quantity })
    }

    fn over(&mut self) -> Option<Over> {
        match self.fields.text("over") {
            "" => None,
            "day" => Some(Over::Day),
            "month" => Some(Over::Month),
            _ => self.noted("over", None),
        }
    }

    fn rounding(&mut self) -> Rounding {
        let mode = match self.fields.text("mode") {
            "half_up" => Some(RoundingMode::HalfUp),
            "half_even" => Some(RoundingMode::HalfEven),
            "up" => Some(RoundingMode::Up),
            "down" => Some(RoundingMode::Down),
            _ => None,
        };
        let mode = self.noted("mode", mode).unwrap_or(RoundingMode::HalfUp);
        let to_minor = self.fields.text("to_minor").parse::<NonZeroU32>().ok();
        let to_minor = self.noted("to_minor", to_minor).unwrap_or(NonZeroU32::MIN);
        Rounding { mode, to_minor }
    }
}

/// What stands for a day that could not be read: the rule is not used then.
const FIRST_DAY: Day = Day::EPOCH;

/// The rule that a form says; the fields that cannot be read, when there are any.
pub(super) fn rule_of(fields: &Fields) -> Result<Rule, Vec<String>> {
    let mut reader = Reader { fields, wrong: Vec::new() };
    let when = Conditions {
        asset: fields.filled("asset").map(str::to_owned),
        tiers: reader.names("tiers"),
        channels: reader.names("channels"),
        counterparties: reader.names("counterparties"),
        from: reader.decimal("from"),
        up_to: reader.decimal("up_to"),
    };
    let rule = Rule {
        name: fields.text("name").to_owned(),
        when,
        price: reader.price(),
        over: reader.over(),
        free: reader.free(),
        minimum: reader.decimal("minimum"),
        maximum: reader.decimal("maximum"),
        rounding: reader.rounding(),
        vat_percent: reader.or_nothing("vat_percent"),
        shares: reader.shares(),
        promotions: reader.promotions(),
    };
    if rule.name.is_empty() {
        reader.wrong.push("name".to_owned());
    }
    if reader.wrong.is_empty() { Ok(rule) } else { Err(reader.wrong) }
}

/// The tariff with the rule of a form in the place of the one that it names; a new one stands
/// before the last, which has no conditions. What else stands in it stays.
pub(super) fn changed(body: &str, fields: &Fields) -> Result<String, Vec<String>> {
    let unreadable = |_| vec![RULE.to_owned()];
    let mut tariff: Tariff = serde_json::from_str(body).map_err(unreadable)?;
    let which = fields.text(RULE);
    let place = tariff.rules.iter().position(|rule| rule.name == which);
    match place {
        Some(place) if fields.has(REMOVE) => drop(tariff.rules.remove(place)),
        Some(place) => {
            let rule = rule_of(fields)?;
            // Somebody wrote more into the document meanwhile than the form has fields for.
            let old = tariff.rules.get_mut(place).filter(|old| fits(old));
            *old.ok_or_else(|| vec![RULE.to_owned()])? = rule;
        }
        None if which.is_empty() => {
            let last = tariff.rules.len().saturating_sub(1);
            tariff.rules.insert(last, rule_of(fields)?);
        }
        None => return Err(vec![RULE.to_owned()]),
    }
    serde_json::to_string_pretty(&tariff).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<Rule> {
        let text = r#"{"rules": [
          {"name": "own", "when": {"counterparties": ["own"]},
           "price": {"model": "fixed", "amount": "0"},
           "rounding": {"mode": "down", "to_minor": 1}},
          {"name": "packs", "when": {"asset": "USD", "channels": ["app", "api"]},
           "price": {"model": "package", "size": "1000", "amount": "2.5"},
           "rounding": {"mode": "up", "to_minor": 100}, "over": "day"},
          {"name": "steps", "when": {"tiers": ["private"], "from": "1", "up_to": "5000000"},
           "price": {"model": "graduated", "tiers": [
             {"up_to": "100000", "flat": "500"},
             {"up_to": "1000000", "per_unit": "0.01"},
             {"percent": "0.25"}]},
           "rounding": {"mode": "half_even", "to_minor": 100}},
          {"name": "all", "when": {"asset": "UZS"},
           "price": {"model": "volume", "tiers": [{"percent": "0.5"}]},
           "rounding": {"mode": "half_up", "to_minor": 1}},
          {"name": "rest",
           "price": {"model": "percentage", "percent": "1.5", "fixed": "300"},
           "over": "month", "free": {"operations": 2, "quantity": "100000"},
           "minimum": "500", "maximum": "9000",
           "rounding": {"mode": "half_up", "to_minor": 100}, "vat_percent": "12",
           "shares": [{"party": "scheme", "percent": "40"}, {"party": "agent", "percent": "5"}],
           "promotions": [{"name": "new-year", "from": "2026-12-25", "until": "2027-01-05",
             "percent": "100"}]}]}"#;
        serde_json::from_str::<Tariff>(text).unwrap().rules
    }

    #[test]
    fn a_form_says_the_same_as_the_document() {
        for rule in rules() {
            assert!(fits(&rule));
            let fields = fields_of(&rule);
            assert_eq!(rule_of(&fields).unwrap(), rule);
            // The fields of a form, with what the panel adds to them, are as many as it reads.
            assert!(fields.iter().count() <= 58, "{}", rule.name);
        }
        let rows = BRACKETS * BRACKET.len() + SHARES * SHARE.len() + PROMOTIONS * PROMOTION.len();
        assert!(rows + 20 + 8 <= 64, "{rows}");
    }

    #[test]
    fn one_percent_is_changed_and_nothing_else() {
        let before = Tariff { rules: rules() };
        let body = serde_json::to_string(&before).unwrap();
        let last = before.rules.last().unwrap();
        let fields = fields_of(last).with(RULE, "rest").with("percent", "2,25");
        let after: Tariff = serde_json::from_str(&changed(&body, &fields).unwrap()).unwrap();
        let mut expected = before.clone();
        let percent = "2.25".parse().unwrap();
        expected.rules.last_mut().unwrap().price =
            Price::Percentage { percent, fixed: "300".parse().unwrap() };
        assert_eq!(after, expected);

        // A new rule stands before the last one, and another goes.
        let fields = fields_of(&before.rules[0]).with("name", "new").with(RULE, "");
        let after: Tariff = serde_json::from_str(&changed(&body, &fields).unwrap()).unwrap();
        let names: Vec<_> = after.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["own", "packs", "steps", "all", "new", "rest"]);
        let fields = Fields::default().with(RULE, "steps").with(REMOVE, "1");
        let after: Tariff = serde_json::from_str(&changed(&body, &fields).unwrap()).unwrap();
        assert_eq!(after.rules.len(), 4);
        let nobody = Fields::default().with(RULE, "nobody");
        assert_eq!(changed(&body, &nobody), Err(vec![RULE.to_owned()]));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let good = fields_of(rules().last().unwrap());
        for (name, text) in [
            ("name", ""),
            ("percent", ""),
            ("percent", "one"),
            ("percent", "-1"),
            ("minimum", "1.2.3"),
            ("model", "free"),
            ("mode", ""),
            ("to_minor", "0"),
            ("over", "year"),
            ("free_operations", "1.5"),
            ("share-0-percent", ""),
            ("promotion-0-until", "soon"),
        ] {
            let wrong = rule_of(&good.clone().with(name, text)).unwrap_err();
            assert!(wrong.contains(&name.to_owned()), "{name}: {wrong:?}");
        }
        // As people type numbers.
        let typed = good.with("minimum", "1 500,50");
        assert_eq!(rule_of(&typed).unwrap().minimum, Some("1500.5".parse().unwrap()));
    }
}
