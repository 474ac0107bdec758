//! What stands on the pages, ready to be laid out: every text final, every amount formatted.

use kernel::{Lang, Money, Result};
use serde::Serialize;

use super::world;
use crate::format::{self, Sign};
use crate::input::{BankRequisites, List, Party, Receipt, Statement, Verify};
use crate::qr;
use crate::text::{self, Width};
use crate::words::{self, Words};

/// Widths at the table's size of type, in tenths of a point: a digit or sign, and a separator.
const DIGIT_WIDTH: usize = 56;
const SEPARATOR_WIDTH: usize = 28;
/// The least width of a column of amounts, in tenths of a point: that of its heading.
const LEAST_AMOUNT_WIDTH: usize = 640;

/// A document.
#[derive(Serialize)]
pub(super) struct Page {
    lang: &'static str,
    /// `a4` or `a5`.
    paper: &'static str,
    title: String,
    /// The title in the file's metadata, with the name of whom it is about.
    long_title: String,
    subtitle: String,
    bank: Bank,
    /// A large figure and what it is.
    hero: Option<Fact>,
    facts: Vec<Fact>,
    figures: Vec<Fact>,
    table: Option<Table>,
    notes: Vec<String>,
    verify: Option<VerifyBlock>,
}

#[derive(Serialize)]
struct Bank {
    name: String,
    form: String,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Fact {
    label: String,
    value: String,
}

#[derive(Serialize)]
struct Table {
    headings: Vec<String>,
    /// Tenths of a point for a fixed column; none for the one that takes the rest.
    widths: Vec<Option<usize>>,
    rows: Vec<Row>,
    /// What is said when there are no rows.
    empty: String,
    first: Option<Balance>,
    last: Option<Balance>,
}

/// The balance before the first and after the last row.
#[derive(Serialize)]
struct Balance {
    label: String,
    value: String,
}

#[derive(Serialize)]
struct Row {
    date: String,
    time: String,
    account: Option<String>,
    what: String,
    who: String,
    note: String,
    number: String,
    amount: String,
    balance: Option<String>,
}

#[derive(Serialize)]
struct VerifyBlock {
    qr: String,
    alt: String,
    say: String,
    label: String,
    code: String,
    url: String,
}

/// The language, its words and what the fonts have.
struct Writer<F> {
    lang: Lang,
    words: &'static Words,
    has: F,
}

fn writer(lang: Lang) -> Result<Writer<impl Fn(char) -> bool + Copy>> {
    Ok(Writer { lang, words: words::of(lang), has: world::coverage()? })
}

impl<F: Fn(char) -> bool + Copy> Writer<F> {
    /// For a line of its own.
    fn clean(&self, text: &str) -> String {
        text::printable(text, Width::Line, self.has)
    }

    /// For the column of operations.
    fn column(&self, text: &str) -> String {
        text::printable(text, Width::Column, self.has)
    }

    fn optional(&self, text: Option<&str>) -> String {
        text.map(|t| self.column(t)).unwrap_or_default()
    }

    /// For what people copy.
    fn number(&self, text: &str) -> String {
        text::printable(text, Width::Number, self.has)
    }

    fn fact(&self, label: &str, value: &str) -> Fact {
        Fact { label: self.clean(label), value: self.clean(value) }
    }

    /// The facts whose values are not empty.
    fn facts<'a>(&self, facts: impl IntoIterator<Item = (&'a str, String)>) -> Vec<Fact> {
        let facts = facts.into_iter().map(|(label, value)| self.fact(label, &value));
        facts.filter(|f| !f.value.is_empty()).collect()
    }

    fn bank(&self, bank: &BankRequisites) -> Bank {
        let w = self.words;
        let pair = |(name, value): (&str, &String)| {
            let space = if name.is_empty() { "" } else { " " };
            (!value.is_empty()).then(|| format!("{name}{space}{value}"))
        };
        let join = |parts: [(&str, &String); 2]| {
            let parts: Vec<String> = parts.into_iter().filter_map(pair).collect();
            self.clean(&parts.join(" · "))
        };
        let lines = [
            self.clean(&bank.address),
            join([(w.phone, &bank.phone), ("", &bank.site)]),
            join([(w.bank_code, &bank.code), (w.taxpayer, &bank.taxpayer)]),
            join([(w.licence, &bank.licence), ("", &String::new())]),
        ];
        Bank {
            name: self.clean(&bank.name),
            form: self.clean(&bank.legal_form),
            lines: lines.into_iter().filter(|l| !l.is_empty()).collect(),
        }
    }

    fn verify(&self, verify: Option<&Verify>) -> Result<Option<VerifyBlock>> {
        let Some(verify) = verify else { return Ok(None) };
        Ok(Some(VerifyBlock {
            qr: qr::svg(&verify.url)?,
            alt: self.words.qr.to_owned(),
            say: self.words.verify.to_owned(),
            label: self.words.verify_code.to_owned(),
            code: self.number(&format::code(&verify.code)),
            url: self.number(&verify.url),
        }))
    }

    fn plain(&self, money: Money) -> String {
        format::amount(self.lang, money, Sign::Minus)
    }

    fn signed(&self, money: Money) -> String {
        format::amount(self.lang, money, Sign::Both)
    }

    fn with_currency(&self, money: Money, sign: Sign) -> String {
        format::amount_in(self.lang, money, sign)
    }

    fn figure(&self, label: &str, money: Money) -> Fact {
        Fact { label: label.to_owned(), value: self.with_currency(money, Sign::Minus) }
    }
}

pub(super) fn statement(s: &Statement) -> Result<Page> {
    let w = writer(s.lang)?;
    let words = w.words;
    let number = format::account_number(&s.account_number);
    let period = format::period(s.lang, s.from, s.to);
    Ok(Page {
        lang: s.lang.tag(),
        paper: "a4",
        title: words.statement.to_owned(),
        long_title: w.clean(&format!("{}: {}", words.statement, s.holder)),
        subtitle: period,
        bank: w.bank(&s.bank),
        hero: None,
        facts: w.facts([
            (words.holder, s.holder.clone()),
            (words.account, number),
            (words.currency, words::currency(s.lang, s.asset).to_owned()),
            (words.issued, format::moment(s.lang, s.issued_at)),
            (words.count, s.lines.len().to_string()),
        ]),
        figures: vec![
            w.figure(words.opening, s.opening),
            w.figure(words.credits, s.credits),
            w.figure(words.debits, s.debits),
            w.figure(words.closing, s.closing),
        ],
        table: Some(statement_table(s, &w)),
        notes: vec![format!("{} {}", words.electronic, words.time_zone)],
        verify: w.verify(s.verify.as_ref())?,
    })
}

fn statement_table<F: Fn(char) -> bool + Copy>(s: &Statement, w: &Writer<F>) -> Table {
    let words = w.words;
    let rows: Vec<Row> = s
        .lines
        .iter()
        .map(|line| Row {
            date: format::date(s.lang, line.at.day()),
            time: format::time(line.at),
            account: None,
            what: w.column(&line.description),
            who: w.optional(line.counterparty.as_deref()),
            note: w.optional(line.note.as_deref()),
            number: w.number(&line.operation),
            amount: w.signed(line.amount),
            balance: Some(w.plain(line.balance_after)),
        })
        .collect();
    let balance = |label: &str, day, money| Balance {
        label: format!("{label}, {}", format::date(s.lang, day)),
        value: w.plain(money),
    };
    let (first, last) =
        (balance(words.opening, s.from, s.opening), balance(words.closing, s.to, s.closing));
    let balances = rows.iter().filter_map(|r| r.balance.as_deref());
    let balances = balances.chain([first.value.as_str(), last.value.as_str()]);
    let widths = vec![
        Some(date_width(s.lang)),
        None,
        Some(amount_width(rows.iter().map(|r| r.amount.as_str()))),
        Some(amount_width(balances)),
    ];
    let in_currency = |heading: &str| format!("{heading}, {}", s.asset.code());
    Table {
        headings: vec![
            words.date.to_owned(),
            words.operation.to_owned(),
            in_currency(words.amount),
            in_currency(words.balance),
        ],
        widths,
        rows,
        empty: words.nothing_in_period.to_owned(),
        first: Some(first),
        last: Some(last),
    }
}

pub(super) fn list(l: &List) -> Result<Page> {
    let w = writer(l.lang)?;
    let words = w.words;
    let rows: Vec<Row> = l
        .entries
        .iter()
        .map(|entry| Row {
            date: format::date(l.lang, entry.at.day()),
            time: format::time(entry.at),
            account: Some(text::printable(&entry.account, Width::NarrowColumn, w.has)),
            what: match &entry.category {
                Some(category) => w.column(&format!("{} · {category}", entry.description)),
                None => w.column(&entry.description),
            },
            who: w.optional(entry.counterparty.as_deref()),
            note: w.optional(entry.note.as_deref()),
            number: w.number(&entry.operation),
            amount: w.with_currency(entry.amount, Sign::Both),
            balance: None,
        })
        .collect();
    let mut figures = Vec::new();
    for (credits, debits) in l.totals()? {
        figures.push(w.figure(words.credits, credits));
        figures.push(w.figure(words.debits, debits));
    }
    let mut facts = w.facts([
        (words.customer, l.holder.clone()),
        (words.issued, format::moment(l.lang, l.issued_at)),
        (words.count, l.entries.len().to_string()),
    ]);
    facts.extend(w.facts(l.filters.iter().map(|(name, value)| (name.as_str(), value.clone()))));
    let mut notes = vec![format!("{} {}", words.no_statement, words.time_zone)];
    if !l.complete {
        notes.insert(0, format!("{} {}.", words.incomplete, l.entries.len()));
    }
    Ok(Page {
        lang: l.lang.tag(),
        paper: "a4",
        title: words.list.to_owned(),
        long_title: w.clean(&format!("{}: {}", words.list, l.holder)),
        subtitle: String::new(),
        bank: w.bank(&l.bank),
        hero: None,
        facts,
        figures,
        table: Some(Table {
            headings: [words.date, words.account, words.operation, words.amount]
                .map(str::to_owned)
                .to_vec(),
            widths: vec![
                Some(date_width(l.lang)),
                Some(900),
                None,
                Some(amount_width(rows.iter().map(|r| r.amount.as_str()))),
            ],
            rows,
            empty: words.nothing_found.to_owned(),
            first: None,
            last: None,
        }),
        notes,
        verify: None,
    })
}

pub(super) fn receipt(r: &Receipt) -> Result<Page> {
    let w = writer(r.lang)?;
    let words = w.words;
    let money =
        |money: Option<Money>| money.map(|m| w.with_currency(m, Sign::Minus)).unwrap_or_default();
    let part = |party: &Option<Party>, of: fn(&Party) -> &String| {
        party.as_ref().map(|p| of(p).clone()).unwrap_or_default()
    };
    let account = |party| format::account_number(&part(party, |p| &p.account));
    Ok(Page {
        lang: r.lang.tag(),
        paper: "a5",
        title: words.receipt.to_owned(),
        long_title: w.clean(&format!("{}: {}", words.receipt, r.operation)),
        subtitle: w.clean(&r.description),
        bank: w.bank(&r.bank),
        hero: Some(Fact {
            label: words.amount.to_owned(),
            value: w.with_currency(r.amount, Sign::Minus),
        }),
        facts: w.facts(
            [
                (words.state, r.state.clone()),
                (words.carried_out, format::moment_with_seconds(r.lang, r.at)),
                (words.fee, money(r.fee)),
                (words.total, money(r.total)),
            ]
            .into_iter()
            .chain(r.further.iter().map(|(name, value)| (name.as_str(), value.clone())))
            .chain([
                (words.payer, part(&r.payer, |p| &p.name)),
                (words.payer_account, account(&r.payer)),
                (words.payer_bank, part(&r.payer, |p| &p.bank)),
                (words.payee, part(&r.payee, |p| &p.name)),
                (words.payee_account, account(&r.payee)),
                (words.payee_bank, part(&r.payee, |p| &p.bank)),
                (words.note, r.note.clone().unwrap_or_default()),
                (words.number, r.operation.clone()),
                (words.issued, format::moment(r.lang, r.issued_at)),
            ]),
        ),
        figures: Vec::new(),
        table: None,
        notes: vec![format!("{} {}", words.electronic, words.time_zone)],
        verify: w.verify(r.verify.as_ref())?,
    })
}

/// The column of dates: a month in letters takes more room.
const fn date_width(lang: Lang) -> usize {
    match lang {
        Lang::Uz | Lang::Ru => 600,
        Lang::En => 660,
    }
}

/// A width in which each of these amounts stays on one line, in tenths of a point.
fn amount_width<'a>(amounts: impl Iterator<Item = &'a str>) -> usize {
    let width = |amount: &str| {
        amount.chars().fold(0_usize, |width, c| {
            let separator = matches!(c, format::NO_BREAK_SPACE | ',' | '.');
            width.saturating_add(if separator { SEPARATOR_WIDTH } else { DIGIT_WIDTH })
        })
    };
    amounts.map(width).max().unwrap_or(0).max(LEAST_AMOUNT_WIDTH)
}
