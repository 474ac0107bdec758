//! The mapping of postings to the chart of accounts as it is written, and what makes one
//! acceptable.

use std::fmt;
use std::str::FromStr;

use kernel::is_name;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most lines of a chart.
pub const MAX_LINES: usize = 512;
/// Longest purpose, in characters. What a sum of a day adds to it has room in a document, too.
pub const MAX_PURPOSE_CHARS: usize = 100;
/// What a side says that is the account of the transfer itself.
const NUMBER: &str = "number";

/// How every leg of the bank's postings is booked at the core banking system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// One for each leg, in any order.
    pub lines: Vec<Line>,
}

/// How one leg is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Names it in the chart, for whoever reads what changed: `internal-transfer-fee`.
    pub name: String,
    /// The number of the leg in the posting table of the products.
    pub leg: i16,
    /// What is debited.
    pub debit: Side,
    /// What is credited.
    pub credit: Side,
    /// The account of the chart in which the leg is gathered over a day, in place of the one that
    /// stands as a side. One document for each day, kind of operation and account then moves the
    /// sum between the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<GlAccount>,
    /// What stands in the documents. It tells nothing about a person.
    pub purpose: String,
}

/// One side of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The account of the transfer, by its own number. Written `number`.
    Number,
    /// An account of the chart. Written as its five digits.
    Gl(GlAccount),
}

/// An account of the chart of accounts (reg. 3336), five digits: 45200. The first digit is the
/// section: assets, liabilities, capital, income, expenses; 9 is off-balance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlAccount(u32);

impl GlAccount {
    /// The account of a number; `None` when the chart has no such section.
    pub const fn new(number: u32) -> Option<Self> {
        match number {
            10_000..=59_999 | 90_000..=99_999 => Some(Self(number)),
            _ => None,
        }
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for GlAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Debug for GlAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for GlAccount {
    type Err = ();

    /// Reads exactly five digits.
    fn from_str(s: &str) -> Result<Self, ()> {
        if s.len() != 5 || !s.bytes().all(|b| b.is_ascii_digit()) {
            return Err(());
        }
        s.parse().ok().and_then(Self::new).ok_or(())
    }
}

impl Serialize for GlAccount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GlAccount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|()| D::Error::custom("not an account of the chart such as 45200"))
    }
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number => serializer.serialize_str(NUMBER),
            Self::Gl(account) => account.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        if text == NUMBER {
            return Ok(Self::Number);
        }
        let expected = "a side is \"number\" or an account of the chart such as 45200";
        text.parse().map(Self::Gl).map_err(|()| D::Error::custom(expected))
    }
}

/// What is wrong with a chart, and where.
pub type Fault = kernel::Fault<Wrong>;

/// What may be wrong with a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There are none, or more than the bank reads.
    Count,
    /// Not 1 to 40 small letters, digits or hyphens.
    Name,
    /// No product has such a leg.
    Leg,
    /// Another line has that name, or is for that leg.
    Taken,
    /// A product has a leg that no line is for.
    Missing,
    /// Both sides are one account of the chart.
    Same,
    /// What is gathered goes between the account of a transfer and one of the chart, and through a
    /// third.
    Through,
    /// Empty or too long.
    Purpose,
}

impl Wrong {
    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Name => "name",
            Self::Leg => "leg",
            Self::Taken => "taken",
            Self::Missing => "missing",
            Self::Same => "same",
            Self::Through => "through",
            Self::Purpose => "purpose",
        }
    }
}

impl AsRef<str> for Wrong {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Chart {
    /// Everything that is wrong with it, given the legs that the products have; nothing when it may
    /// be used.
    pub fn faults(&self, legs: &[i16]) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.lines.is_empty() || self.lines.len() > MAX_LINES {
            faults.push(Fault { at: "lines".to_owned(), what: Wrong::Count });
        }
        for (line, index) in self.lines.iter().zip(0_usize..) {
            let at = format!("lines[{index}]");
            let earlier = || self.lines.iter().take(index);
            let mut add = |field: &str, what| {
                faults.push(Fault { at: format!("{at}.{field}"), what });
            };
            if !is_name(&line.name, "-") {
                add("name", Wrong::Name);
            } else if earlier().any(|other| other.name == line.name) {
                add("name", Wrong::Taken);
            }
            if !legs.contains(&line.leg) {
                add("leg", Wrong::Leg);
            } else if earlier().any(|other| other.leg == line.leg) {
                add("leg", Wrong::Taken);
            }
            line.check(&at, &mut faults);
        }
        for leg in legs.iter().filter(|leg| self.line(**leg).is_none()) {
            faults.push(Fault { at: format!("leg {leg}"), what: Wrong::Missing });
        }
        faults
    }

    /// How a leg is booked.
    pub fn line(&self, leg: i16) -> Option<&Line> {
        self.lines.iter().find(|line| line.leg == leg)
    }
}

impl Line {
    fn check(&self, at: &str, faults: &mut Vec<Fault>) {
        let mut add = |field: &str, what| faults.push(Fault { at: format!("{at}.{field}"), what });
        if let (Side::Gl(debit), Side::Gl(credit)) = (self.debit, self.credit)
            && debit == credit
        {
            add("credit", Wrong::Same);
        }
        if let Some(through) = self.through {
            let third = match (self.debit, self.credit) {
                (Side::Number, Side::Gl(other)) | (Side::Gl(other), Side::Number) => {
                    other != through
                }
                _ => false,
            };
            if !third {
                add("through", Wrong::Through);
            }
        }
        let length = self.purpose.chars().count();
        let printable = !self.purpose.chars().any(char::is_control);
        if self.purpose.trim().is_empty() || length > MAX_PURPOSE_CHARS || !printable {
            add("purpose", Wrong::Purpose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEGS: [i16; 3] = [101, 201, 202];

    fn read(text: &str) -> Chart {
        serde_json::from_str(text).unwrap()
    }

    const GOOD: &str = r#"{"lines":[
        {"name":"cash-in","leg":101,"debit":"10101","credit":"number","purpose":"Cash paid in"},
        {"name":"transfer","leg":201,"debit":"number","credit":"number",
         "purpose":"Transfer inside the bank"},
        {"name":"fee","leg":202,"debit":"number","credit":"45200","through":"29801",
         "purpose":"Fee"}]}"#;

    #[test]
    fn a_chart_is_written_as_it_is_read() {
        let chart = read(GOOD);
        assert_eq!(chart.faults(&LEGS), []);
        assert_eq!(read(&serde_json::to_string(&chart).unwrap()), chart);
        assert_eq!(chart.line(202).unwrap().through, GlAccount::new(29_801));
        assert_eq!(chart.line(203), None);
    }

    #[test]
    fn what_is_no_account_of_the_chart_is_not_read() {
        for bad in ["account", "4520", "452001", "69999", "09999", "70000", "4520a", ""] {
            let text = GOOD.replace("\"45200\"", &format!("\"{bad}\""));
            assert!(serde_json::from_str::<Chart>(&text).is_err(), "{bad}");
        }
        let unknown = GOOD.replace("\"leg\":101", "\"note\":1,\"leg\":101");
        assert!(serde_json::from_str::<Chart>(&unknown).is_err());
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |change: &dyn Fn(&mut Chart)| {
            let mut chart = read(GOOD);
            change(&mut chart);
            chart.faults(&LEGS).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let gl = |number| GlAccount::new(number).unwrap();
        for name in ["", "A", "a b", &"x".repeat(41)] {
            assert_eq!(faults(&|c| name.clone_into(&mut c.lines[0].name)), ["lines[0].name: name"]);
        }
        assert_eq!(faults(&|c| c.lines[2].name = "transfer".to_owned()), ["lines[2].name: taken"]);
        assert_eq!(faults(&|c| c.lines[0].leg = 7), ["lines[0].leg: leg", "leg 101: missing"]);
        assert_eq!(faults(&|c| c.lines[0].leg = 201), ["lines[1].leg: taken", "leg 101: missing"]);
        assert_eq!(
            faults(&|c| c.lines.clear()),
            ["lines: count", "leg 101: missing", "leg 201: missing", "leg 202: missing"]
        );
        assert_eq!(
            faults(&|c| c.lines[0].credit = Side::Gl(gl(10_101))),
            ["lines[0].credit: same"]
        );
        assert_eq!(
            faults(&|c| c.lines[2].through = Some(gl(45_200))),
            ["lines[2].through: through"]
        );
        assert_eq!(
            faults(&|c| c.lines[1].through = Some(gl(29_801))),
            ["lines[1].through: through"]
        );
        for purpose in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(
                faults(&|c| purpose.clone_into(&mut c.lines[1].purpose)),
                ["lines[1].purpose: purpose"]
            );
        }
    }
}
