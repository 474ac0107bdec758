//! CSV for programs (RFC 4180): one record for each line, the same columns in every language, days
//! and times of Tashkent as in ISO 8601, amounts with a decimal point.
//!
//! The byte order mark is what makes Excel read UTF-8.

use kernel::{Day, Moment, Money};

use crate::format::time_of;
use crate::input::{List, Statement};
use crate::text::harmless;

const BYTE_ORDER_MARK: &str = "\u{feff}";
const STATEMENT_COLUMNS: [&str; 10] = [
    "row",
    "date",
    "time",
    "operation",
    "description",
    "counterparty",
    "note",
    "amount",
    "balance",
    "currency",
];
const LIST_COLUMNS: [&str; 10] = [
    "date",
    "time",
    "account",
    "operation",
    "description",
    "category",
    "counterparty",
    "note",
    "amount",
    "currency",
];

pub(crate) fn statement(s: &Statement) -> Vec<u8> {
    let mut csv = Csv::new(&STATEMENT_COLUMNS);
    let balance = |row: &str, day: Day, money: Money| {
        let (day, balance, code) = (day.to_string(), money.decimal(), s.asset.code());
        [row, day.as_str(), "", "", "", "", "", "", balance.as_str(), code].map(str::to_owned)
    };
    csv.record(&balance("opening", s.from, s.opening));
    for line in &s.lines {
        csv.record(&[
            "line".to_owned(),
            line.at.day().to_string(),
            time(line.at),
            harmless(&line.operation),
            harmless(&line.description),
            optional(line.counterparty.as_deref()),
            optional(line.note.as_deref()),
            line.amount.decimal(),
            line.balance_after.decimal(),
            s.asset.code().to_owned(),
        ]);
    }
    csv.record(&balance("closing", s.to, s.closing));
    csv.bytes()
}

pub(crate) fn list(l: &List) -> Vec<u8> {
    let mut csv = Csv::new(&LIST_COLUMNS);
    for entry in &l.entries {
        csv.record(&[
            entry.at.day().to_string(),
            time(entry.at),
            harmless(&entry.account),
            harmless(&entry.operation),
            harmless(&entry.description),
            optional(entry.category.as_deref()),
            optional(entry.counterparty.as_deref()),
            optional(entry.note.as_deref()),
            entry.amount.decimal(),
            entry.amount.asset.code().to_owned(),
        ]);
    }
    csv.bytes()
}

fn optional(text: Option<&str>) -> String {
    text.map(harmless).unwrap_or_default()
}

fn time(at: Moment) -> String {
    let time = time_of(at);
    format!("{:02}:{:02}:{:02}", time.hour, time.minute, time.second)
}

/// A table as CSV, with the byte order mark and a header. Texts of strangers go through
/// [`crate::harmless`] first.
#[derive(Debug)]
pub struct Csv(String);

impl Csv {
    /// A table with these columns.
    pub fn new(columns: &[&str]) -> Self {
        let mut csv = Self(BYTE_ORDER_MARK.to_owned());
        csv.record(columns);
        csv
    }

    /// Adds a record, with a field for each column.
    pub fn record(&mut self, fields: &[impl AsRef<str>]) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.field(field.as_ref());
        }
        self.0.push_str("\r\n");
    }

    /// Quoted where RFC 4180 asks for it, and where a program that separates by something else
    /// would.
    fn field(&mut self, field: &str) {
        if field.contains([',', '"', ';', '|', '\'']) {
            self.0.push('"');
            self.0.push_str(&field.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(field);
        }
    }

    /// The file.
    pub fn bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}
