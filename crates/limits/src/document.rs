//! Limits as they are written, and what makes them acceptable.

use kernel::{Amount, Asset, Day, hashed_uuid, is_name};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Most limits of the bank.
pub const MAX_LIMITS: usize = 128;
/// Most names of one condition.
pub const MAX_NAMES: usize = 32;
/// Longest title, in characters.
pub const MAX_TITLE_CHARS: usize = 80;
/// Longest rolling window. It is counted by days, and a counter keeps each of them.
pub const MAX_ROLLING_DAYS: u8 = 31;

/// Every limit of the bank from a day on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// In any order: all that an operation meets must pass.
    pub limits: Vec<Limit>,
}

/// A ceiling over what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Names it for ever: its counters hang on it.
    pub name: String,
    /// What a customer is told when it stops them.
    pub title: Title,
    /// Who set it.
    pub set_by: SetBy,
    /// The operations that it counts.
    #[serde(default)]
    pub when: Conditions,
    /// Whose operations it adds up.
    pub per: Per,
    /// Over which time.
    pub window: Window,
    /// What it counts.
    pub measure: Measure,
    /// The most.
    pub ceiling: Ceiling,
}

/// A name in the three languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Uzbek.
    pub uz: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// Who set a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// A law or the regulator: nobody moves it for a customer.
    Law,
    /// The bank's own terms.
    Tariff,
}

/// Which operations a limit counts. What is not said is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Kinds of operation; one that ends with a dot stands for all that begin with it: `transfer.`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// Tiers of customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// Channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Countries of the other side, ISO 3166 of two letters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Countries that are left out: `UZ` makes it a limit of what goes abroad.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_countries: Vec<String>,
}

/// Whose operations are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// All of the bank's, together.
    Bank,
    /// Of all customers of a tier, together.
    Tier,
    /// Of a customer.
    Customer,
    /// Of an account.
    Account,
    /// Of a card.
    Card,
    /// Of a device.
    Device,
    /// Of a customer through one channel.
    Channel,
    /// Of a customer, of one kind of operation.
    Operation,
    /// Of a customer, to one country.
    Country,
    /// Of a customer, to one counterparty.
    Counterparty,
}

/// Over which time is added up. Days, weeks (from Monday) and months are those of Tashkent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Each operation alone.
    Operation,
    /// From midnight.
    Day,
    /// From Monday.
    Week,
    /// From the first.
    Month,
    /// This day and those before it, so many together.
    RollingDays(u8),
    /// Ever.
    Lifetime,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Amounts in this asset; operations in others are not met.
    Amount(String),
    /// Amounts in any asset, at their worth in sum by the rate of the day.
    Worth,
    /// Operations.
    Count,
    /// What stands on the account that takes, in this asset, after the operation.
    Balance(String),
}

/// The most that may be counted, in minor units of the measure's asset (tiyin for what is worth in
/// sum), or a number of operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// So much.
    Fixed(i64),
    /// So many times a regulatory value of the day: 500 base calculation values.
    Times {
        /// How many times.
        times: u32,
        /// Which value: `base_calculation_value`.
        value: String,
    },
}

/// What is wrong with limits, and where.
pub type Fault = kernel::Fault<Wrong>;

/// What may be wrong with limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// More than the bank reads.
    Count,
    /// Not 1 to 40 small letters, digits or hyphens (for a kind of operation: points, too).
    Name,
    /// Another limit has that name.
    Taken,
    /// Empty or too long.
    Title,
    /// No asset of the bank.
    Asset,
    /// No two capital letters.
    Country,
    /// A rolling window of one day or of too many.
    Window,
    /// Below zero or too large, or a number of times of a count.
    Ceiling,
    /// A balance is of an account and of each operation alone.
    Balance,
}

impl Wrong {
    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Name => "name",
            Self::Taken => "taken",
            Self::Title => "title",
            Self::Asset => "asset",
            Self::Country => "country",
            Self::Window => "window",
            Self::Ceiling => "ceiling",
            Self::Balance => "balance",
        }
    }
}

impl AsRef<str> for Wrong {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Limit {
    /// Its id in the ledger's counters, made of its name and of what it counts: a limit that begins
    /// to count something else begins to count anew.
    pub fn id(&self) -> Uuid {
        let counted = serde_json::to_vec(&(&self.name, self.per, self.window, &self.measure));
        let hash =
            Sha256::new().chain_update(b"okto/limit/1\n").chain_update(counted.unwrap_or_default());
        hashed_uuid(hash.finalize().into())
    }

    fn check(&self, at: &str, faults: &mut Vec<Fault>) {
        let mut add = |field: &str, what| faults.push(Fault { at: format!("{at}.{field}"), what });
        let titles = [&self.title.uz, &self.title.ru, &self.title.en];
        if titles.iter().any(|t| t.trim().is_empty() || t.chars().count() > MAX_TITLE_CHARS) {
            add("title", Wrong::Title);
        }
        if let Measure::Amount(code) | Measure::Balance(code) = &self.measure
            && Asset::from_code(code).is_none()
        {
            add("measure", Wrong::Asset);
        }
        let balance = matches!(self.measure, Measure::Balance(_));
        if balance && (self.window, self.per) != (Window::Operation, Per::Account) {
            add("measure", Wrong::Balance);
        }
        if matches!(self.window, Window::RollingDays(n) if !(2..=MAX_ROLLING_DAYS).contains(&n)) {
            add("window", Wrong::Window);
        }
        let good = match &self.ceiling {
            Ceiling::Fixed(most) => (0..=Amount::MAX_MINOR).contains(most),
            Ceiling::Times { value, .. } => self.measure == Measure::Worth && is_name(value, "_"),
        };
        if !good {
            add("ceiling", Wrong::Ceiling);
        }
        let when = &self.when;
        for (field, names, also) in [
            ("operations", &when.operations, "._"),
            ("tiers", &when.tiers, "-"),
            ("channels", &when.channels, "-"),
        ] {
            if names.len() > MAX_NAMES {
                add(&format!("when.{field}"), Wrong::Count);
            }
            if !names.iter().all(|name| is_name(name, also)) {
                add(&format!("when.{field}"), Wrong::Name);
            }
        }
        let two = |c: &String| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase());
        if !when.countries.iter().chain(&when.not_countries).all(two) {
            add("when.countries", Wrong::Country);
        }
    }
}

impl Limits {
    /// Everything that is wrong with them; nothing when they may be used.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.limits.len() > MAX_LIMITS {
            faults.push(Fault { at: "limits".to_owned(), what: Wrong::Count });
        }
        for (limit, index) in self.limits.iter().zip(0_usize..) {
            let at = format!("limits[{index}]");
            let mut earlier = self.limits.iter().take(index);
            if !is_name(&limit.name, "-") {
                faults.push(Fault { at: format!("{at}.name"), what: Wrong::Name });
            } else if earlier.any(|other| other.name == limit.name) {
                faults.push(Fault { at: format!("{at}.name"), what: Wrong::Taken });
            }
            limit.check(&at, &mut faults);
        }
        faults
    }
}

impl Window {
    /// The days of the window that a day's operation is counted in: the first of the part that it
    /// is added to, and the first that counts together with it. `None` where nothing is added up.
    pub fn days(self, day: Day) -> Option<(Day, Day)> {
        let alone = |start: Day| Some((start, start));
        match self {
            Self::Operation => None,
            Self::Day => alone(day),
            Self::Week => alone(day.week_start()),
            Self::Month => alone(day.month_start()),
            Self::RollingDays(days) => Some((day, day.days_before(days.saturating_sub(1)))),
            Self::Lifetime => alone(Day::EPOCH),
        }
    }
}
