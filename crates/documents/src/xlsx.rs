//! A workbook of one sheet: amounts are numbers, moments are dates, and all text is text, never a
//! formula.

use kernel::{Day, Error, Lang, Moment, Money, Result};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use crate::format::{self, time_of};
use crate::input::{List, Statement};
use crate::text::cell;
use crate::words;

const GREEN: Color = Color::RGB(0x000B_5A50);
const SOFT: Color = Color::RGB(0x00EE_F4F1);
const QUIET: Color = Color::RGB(0x004B_5955);
const AMOUNT: &str = "#,##0.00";
/// A workbook stores numbers as binary fractions with 15 sure decimal digits. What does not fit
/// them is written as text: a table for reading must not change an amount.
const MAX_EXACT_MINOR: u64 = 999_999_999_999_999;
/// Widths of columns, in characters.
const DATE_WIDTH: u8 = 17;
const TEXT_WIDTH: u8 = 28;
const NARROW_WIDTH: u8 = 16;
const NUMBER_WIDTH: u8 = 30;
const AMOUNT_WIDTH: u8 = 20;

/// How cells look.
struct Look {
    title: Format,
    label: Format,
    heading: Format,
    heading_right: Format,
    text: Format,
    moment: Format,
    amount: Format,
    bold: Format,
    bold_day: Format,
    bold_amount: Format,
}

impl Look {
    fn new() -> Self {
        let heading = Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(GREEN)
            .set_align(FormatAlign::VerticalCenter);
        let row = Format::new().set_align(FormatAlign::Top);
        let bold =
            Format::new().set_bold().set_background_color(SOFT).set_border_top(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(14).set_font_color(GREEN),
            label: Format::new().set_font_color(QUIET),
            heading_right: heading.clone().set_align(FormatAlign::Right),
            heading,
            text: row.clone().set_text_wrap(),
            moment: row.clone().set_num_format("dd.mm.yyyy hh:mm").set_align(FormatAlign::Left),
            amount: row.set_num_format(AMOUNT),
            bold_day: bold.clone().set_num_format("dd.mm.yyyy").set_align(FormatAlign::Left),
            bold_amount: bold.clone().set_num_format(AMOUNT),
            bold,
        }
    }
}

pub(crate) fn statement(s: &Statement) -> Result<Vec<u8>> {
    write_statement(s).map_err(broken)
}

pub(crate) fn list(l: &List) -> Result<Vec<u8>> {
    let totals = l.totals()?;
    write_list(l, &totals).map_err(broken)
}

fn broken(error: XlsxError) -> Error {
    Error::broken("writing a workbook", error)
}

fn write_statement(s: &Statement) -> std::result::Result<Vec<u8>, XlsxError> {
    let words = words::of(s.lang);
    let mut sheet = Sheet::new(words.statement)?;
    sheet.title(&s.bank.name, words.statement)?;
    sheet.fact(words.holder, &s.holder)?;
    sheet.fact(words.account, &s.account_number)?;
    sheet.fact(words.currency, words::currency(s.lang, s.asset))?;
    sheet.fact(words.period, &format::period(s.lang, s.from, s.to))?;
    sheet.fact(words.issued, &issued(s.lang, s.issued_at))?;
    sheet.total(words.credits, s.credits)?;
    sheet.total(words.debits, s.debits)?;
    let code = s.asset.code();
    sheet.headings(&[
        (words.date, DATE_WIDTH, false),
        (words.operation, TEXT_WIDTH, false),
        (words.counterparty, TEXT_WIDTH, false),
        (words.note, TEXT_WIDTH, false),
        (words.number, NUMBER_WIDTH, false),
        (&format!("{}, {code}", words.amount), AMOUNT_WIDTH, true),
        (&format!("{}, {code}", words.balance), AMOUNT_WIDTH, true),
    ])?;
    sheet.balance(s.from, words.opening, s.opening)?;
    for line in &s.lines {
        sheet.moment(0, line.at)?;
        sheet.text(1, &line.description)?;
        sheet.text(2, line.counterparty.as_deref().unwrap_or_default())?;
        sheet.text(3, line.note.as_deref().unwrap_or_default())?;
        sheet.text(4, &line.operation)?;
        sheet.amount(5, line.amount)?;
        sheet.amount(6, line.balance_after)?;
        sheet.next();
    }
    sheet.balance(s.to, words.closing, s.closing)?;
    sheet.finish(&s.bank.name, s.issued_at)
}

fn write_list(l: &List, totals: &[(Money, Money)]) -> std::result::Result<Vec<u8>, XlsxError> {
    let words = words::of(l.lang);
    let mut sheet = Sheet::new(words.list)?;
    sheet.title(&l.bank.name, words.list)?;
    sheet.fact(words.customer, &l.holder)?;
    sheet.fact(words.issued, &issued(l.lang, l.issued_at))?;
    for (name, value) in &l.filters {
        sheet.fact(name, value)?;
    }
    if !l.complete {
        sheet.fact(words.incomplete, &l.entries.len().to_string())?;
    }
    for (credits, debits) in totals {
        let code = credits.asset.code();
        sheet.total(&format!("{}, {code}", words.credits), *credits)?;
        sheet.total(&format!("{}, {code}", words.debits), *debits)?;
    }
    sheet.headings(&[
        (words.date, DATE_WIDTH, false),
        (words.account, NARROW_WIDTH, false),
        (words.operation, TEXT_WIDTH, false),
        (words.category, NARROW_WIDTH, false),
        (words.counterparty, TEXT_WIDTH, false),
        (words.note, TEXT_WIDTH, false),
        (words.number, NUMBER_WIDTH, false),
        (words.amount, AMOUNT_WIDTH, true),
        (words.currency, NARROW_WIDTH, false),
    ])?;
    for entry in &l.entries {
        sheet.moment(0, entry.at)?;
        sheet.text(1, &entry.account)?;
        sheet.text(2, &entry.description)?;
        sheet.text(3, entry.category.as_deref().unwrap_or_default())?;
        sheet.text(4, entry.counterparty.as_deref().unwrap_or_default())?;
        sheet.text(5, entry.note.as_deref().unwrap_or_default())?;
        sheet.text(6, &entry.operation)?;
        sheet.amount(7, entry.amount)?;
        sheet.text(8, entry.amount.asset.code())?;
        sheet.next();
    }
    sheet.finish(&l.bank.name, l.issued_at)
}

fn issued(lang: Lang, at: Moment) -> String {
    format!("{} {}", format::moment(lang, at), words::of(lang).time_zone)
}

/// A sheet that is written from top to bottom.
struct Sheet {
    cells: Worksheet,
    title: &'static str,
    look: Look,
    row: u32,
    last_column: u16,
}

impl Sheet {
    fn new(title: &'static str) -> std::result::Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(title)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(Self { cells: sheet, title, look: Look::new(), row: 0, last_column: 0 })
    }

    fn next(&mut self) {
        self.row = self.row.saturating_add(1);
    }

    fn title(&mut self, bank: &str, title: &str) -> std::result::Result<(), XlsxError> {
        let title = cell(&format!("{bank}: {title}"));
        self.cells.write_string_with_format(self.row, 0, title, &self.look.title)?;
        self.next();
        Ok(())
    }

    fn fact(&mut self, label: &str, value: &str) -> std::result::Result<(), XlsxError> {
        self.cells.write_string_with_format(self.row, 0, cell(label), &self.look.label)?;
        self.cells.write_string(self.row, 1, cell(value))?;
        self.next();
        Ok(())
    }

    fn total(&mut self, label: &str, money: Money) -> std::result::Result<(), XlsxError> {
        self.cells.write_string_with_format(self.row, 0, cell(label), &self.look.label)?;
        let format = self.look.amount.clone().set_align(FormatAlign::Left);
        write_amount(&mut self.cells, (self.row, 1), money, &format)?;
        self.next();
        Ok(())
    }

    /// The heading of the table: it stays in sight, and is repeated on every printed page.
    fn headings(&mut self, headings: &[(&str, u8, bool)]) -> std::result::Result<(), XlsxError> {
        self.next();
        for ((heading, width, right), column) in headings.iter().zip(0_u16..) {
            let format = if *right { &self.look.heading_right } else { &self.look.heading };
            self.cells.write_string_with_format(self.row, column, *heading, format)?;
            self.cells.set_column_width(column, *width)?;
            self.last_column = column;
        }
        self.cells.set_row_height(self.row, 20_u8)?;
        self.cells.set_repeat_rows(self.row, self.row)?;
        self.next();
        self.cells.set_freeze_panes(self.row, 0)?;
        Ok(())
    }

    fn balance(
        &mut self,
        day: Day,
        label: &str,
        money: Money,
    ) -> std::result::Result<(), XlsxError> {
        for column in 0..self.last_column {
            self.cells.write_blank(self.row, column, &self.look.bold)?;
        }
        match excel_day(day) {
            Some(at) => {
                self.cells.write_datetime_with_format(self.row, 0, at, &self.look.bold_day)?;
            }
            None => {
                self.cells.write_string_with_format(
                    self.row,
                    0,
                    day.to_string(),
                    &self.look.bold,
                )?;
            }
        }
        self.cells.write_string_with_format(self.row, 1, label, &self.look.bold)?;
        let place = (self.row, self.last_column);
        write_amount(&mut self.cells, place, money, &self.look.bold_amount)?;
        self.next();
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) -> std::result::Result<(), XlsxError> {
        self.cells.write_string_with_format(self.row, column, cell(text), &self.look.text)?;
        Ok(())
    }

    fn moment(&mut self, column: u16, at: Moment) -> std::result::Result<(), XlsxError> {
        match excel_moment(at) {
            Some(at) => {
                self.cells.write_datetime_with_format(self.row, column, at, &self.look.moment)?;
                Ok(())
            }
            None => self.text(column, &at.to_string()),
        }
    }

    fn amount(&mut self, column: u16, money: Money) -> std::result::Result<(), XlsxError> {
        write_amount(&mut self.cells, (self.row, column), money, &self.look.amount)
    }

    fn finish(self, author: &str, at: Moment) -> std::result::Result<Vec<u8>, XlsxError> {
        let mut properties = DocProperties::new().set_title(self.title).set_author(cell(author));
        // Without it the workbook would take the time from the machine.
        let made = excel_moment(at).map_or_else(|| ExcelDateTime::from_ymd(1970, 1, 1), Ok)?;
        properties = properties.set_creation_datetime(&made);
        let mut workbook = Workbook::new();
        workbook.set_properties(&properties);
        workbook.push_worksheet(self.cells);
        workbook.save_to_buffer()
    }
}

fn write_amount(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    money: Money,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    let decimal = money.decimal();
    match decimal.parse::<f64>() {
        Ok(number) if money.minor.unsigned_abs() <= MAX_EXACT_MINOR => {
            sheet.write_number_with_format(row, column, number, format)?;
        }
        _ => {
            sheet.write_string_with_format(row, column, decimal, format)?;
        }
    }
    Ok(())
}

fn excel_day(day: Day) -> Option<ExcelDateTime> {
    let date = day.date();
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::from(date.month()), date.day()).ok()
}

fn excel_moment(at: Moment) -> Option<ExcelDateTime> {
    let time = time_of(at);
    excel_day(at.day())?.and_hms(u16::from(time.hour), time.minute, time.second).ok()
}
