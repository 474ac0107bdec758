//! The tables: CSV read back by the rules of RFC 4180, workbooks by a reader that others wrote.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use common::{everyday, list, statement, uzs};
use kernel::Lang;

/// Records of a CSV: fields in quotes hold anything, two quotes there are one.
fn records(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).unwrap().strip_prefix('\u{feff}').unwrap();
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            other => field.push(other),
        }
    }
    assert!(!quoted && field.is_empty() && record.is_empty(), "the last record is closed");
    records
}

/// A statement in which every text tries to be a formula.
fn formulas() -> documents::Statement {
    let mut hostile = statement(
        Lang::En,
        &[
            ("=HYPERLINK(\"http://x\",\"y\")", Some("+998901234567"), Some("-1+1;=2"), -100),
            ("@SUM(A1)", Some("\t=1"), Some("\r\n=cmd|' /C calc'!A0"), 250),
            ("{=1}", Some("a,\"b\",c"), Some("'=1"), -1),
        ],
    );
    hostile.holder = String::from("=1+1");
    hostile
}

#[test]
fn a_statement_as_csv_has_every_line_between_its_balances() {
    let statement = everyday(Lang::Ru, 12);
    let records = records(&statement.csv().unwrap());
    assert_eq!(
        records[0].join(","),
        "row,date,time,operation,description,counterparty,note,amount,balance,currency"
    );
    assert!(records.iter().all(|r| r.len() == 10));
    assert_eq!(records.len(), 1 + 1 + 12 + 1);
    assert_eq!(records[1].join(","), "opening,2026-11-01,,,,,,,1250000.00,UZS");
    assert_eq!(
        records[2].join("|"),
        "line|2026-11-01|09:15:09|01JD8-00000|Mijozga oʻtkazma|Karimov A.|Tushlik uchun rahmat\
         |-45500.00|1204500.00|UZS"
    );
    assert_eq!(records[14][0], "closing");
    assert_eq!(records[14][8], statement.closing.decimal());
    for (record, line) in records[2..14].iter().zip(&statement.lines) {
        assert_eq!(record[5], line.counterparty.clone().unwrap_or_default());
        assert_eq!(record[7], line.amount.decimal());
        assert_eq!(record[8], line.balance_after.decimal());
    }
}

#[test]
fn no_csv_cell_is_a_formula() {
    let csv = formulas().csv().unwrap();
    for record in records(&csv).iter().skip(1) {
        for (index, cell) in record.iter().enumerate() {
            let starts = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
            let number = index == 7 && cell.parse::<f64>().is_ok();
            assert!(!starts || number, "{cell}");
        }
    }
    // Programs that separate by a semicolon see other cells.
    let text = String::from_utf8(csv).unwrap();
    for cell in text.split([';', '|']).skip(1) {
        assert!(!cell.trim_start_matches([' ', '"']).starts_with(['=', '@', '+']), "{cell}");
    }
}

#[test]
fn a_list_as_csv_tells_account_and_currency() {
    let records = records(&list(Lang::En).csv().unwrap());
    assert_eq!(
        records[0].join(","),
        "date,time,account,operation,description,category,counterparty,note,amount,currency"
    );
    assert_eq!(records.len(), 4);
    assert_eq!(records[3][8..].join(" "), "-5.05 USD");
}

fn open(xlsx: Vec<u8>) -> (Range<Data>, Range<String>) {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx)).unwrap();
    let name = workbook.sheet_names()[0].clone();
    (workbook.worksheet_range(&name).unwrap(), workbook.worksheet_formula(&name).unwrap())
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(number) => *number,
        other => panic!("{other:?} is not a number"),
    }
}

#[test]
fn a_workbook_has_numbers_dates_and_text() {
    let statement = everyday(Lang::En, 7);
    let (sheet, formulas) = open(statement.xlsx().unwrap());
    assert!(formulas.is_empty());
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let heading = rows.iter().position(|r| r[0] == Data::String("Date".to_owned())).unwrap();
    assert_eq!(rows[heading][6], Data::String("Balance, UZS".to_owned()));
    let opening = rows[heading + 1];
    assert_eq!(opening[1], Data::String("Opening balance".to_owned()));
    assert_eq!(number(&opening[6]).to_string(), "1250000");
    for (row, line) in rows[heading + 2..].iter().zip(&statement.lines) {
        let Data::DateTime(at) = &row[0] else { panic!("{:?} is not a date", row[0]) };
        // Days since 1899-12-30, as in the workbook; the fraction is the time of the day.
        let at = format!("{:.5}", at.as_f64());
        let micros = line.at.plus_seconds(5 * 3_600).micros() + 25_569 * 86_400_000_000;
        let (day, rest) = (micros / 86_400_000_000, micros % 86_400_000_000);
        let fraction = (rest / 1_000_000 * 100_000 + 43_200) / 86_400;
        assert_eq!(at, format!("{day}.{fraction:05}"));
        assert_eq!(row[1], Data::String(line.description.clone()));
        assert_eq!(format!("{:.2}", number(&row[5])), line.amount.decimal());
        assert_eq!(format!("{:.2}", number(&row[6])), line.balance_after.decimal());
    }
    let closing = rows[heading + 2 + 7];
    assert_eq!(closing[1], Data::String("Closing balance".to_owned()));
    assert_eq!(format!("{:.2}", number(&closing[6])), statement.closing.decimal());
    assert_eq!(rows.len(), heading + 3 + 7);
    assert_eq!(statement.xlsx().unwrap(), statement.xlsx().unwrap());
}

#[test]
fn no_cell_of_a_workbook_is_a_formula() {
    let hostile = formulas();
    let (sheet, formulas) = open(hostile.xlsx().unwrap());
    assert!(formulas.is_empty(), "{formulas:?}");
    let has = |text: &str| sheet.used_cells().any(|c| *c.2 == Data::String(text.to_owned()));
    for text in ["=1+1", "=HYPERLINK(\"http://x\",\"y\")", "@SUM(A1)", "+998901234567"] {
        assert!(has(text), "{text} is there, as text");
    }
}

#[test]
fn an_amount_that_a_workbook_cannot_hold_exactly_is_text() {
    let large = statement(Lang::En, &[("x", None, None, 900_000_000_000_000_001)]);
    let (sheet, _) = open(large.xlsx().unwrap());
    let text = Data::String("9000000000000000.01".to_owned());
    assert!(sheet.used_cells().any(|c| *c.2 == text));
    assert_eq!(large.closing, uzs(900_000_000_125_000_001));
}

#[test]
fn a_list_as_workbook_has_totals_of_each_currency() {
    let (sheet, _) = open(list(Lang::En).xlsx().unwrap());
    let total = |label: &str| {
        let row = sheet.rows().find(|r| r[0] == Data::String(label.to_owned())).unwrap();
        format!("{:.2}", number(&row[1]))
    };
    assert_eq!(total("Money in, UZS"), "1000000.00");
    assert_eq!(total("Money out, UZS"), "12345.67");
    assert_eq!(total("Money in, USD"), "0.00");
    assert_eq!(total("Money out, USD"), "5.05");
}
