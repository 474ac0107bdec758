//! Statements as CSV (RFC 4180).

use documents::{Csv, harmless};
use kernel::{Moment, Money};
use payments::{Direction, StatementView};

const HEADER: [&str; 9] = [
    "at",
    "operation_id",
    "kind",
    "direction",
    "amount",
    "asset",
    "balance_after",
    "counterparty",
    "note",
];

/// The kinds of the rows before and after the lines.
const OPENING: &str = "statement.opening";
const CLOSING: &str = "statement.closing";

/// The lines of a statement, oldest first, under a header row. The balance at the beginning and the
/// one at the end have a row each, so that the sums of the file can be checked in the file.
pub(crate) fn statement(statement: &StatementView) -> Vec<u8> {
    let mut csv = Csv::new(&HEADER);
    balance(&mut csv, statement.from.start(), OPENING, statement.opening);
    for line in &statement.lines {
        let direction = match line.direction {
            Direction::In => "in",
            Direction::Out | Direction::Own => "out",
        };
        // A negative number begins with a minus, and is to be taken for what it is.
        csv.record(&[
            at(line.at).as_str(),
            &line.operation.to_string(),
            &line.kind,
            direction,
            &line.amount.decimal(),
            line.amount.asset.code(),
            &line.balance_after.decimal(),
            &harmless(line.counterparty.as_deref().unwrap_or_default()),
            &harmless(line.note.as_deref().unwrap_or_default()),
        ]);
    }
    // The last moment of the last day, so that sorting keeps it behind every line.
    let end = statement.to.end().plus_micros(-1);
    balance(&mut csv, end, CLOSING, statement.closing);
    csv.bytes()
}

fn balance(csv: &mut Csv, moment: Moment, kind: &str, balance: Money) {
    let (moment, balance, asset) = (at(moment), balance.decimal(), balance.asset.code());
    csv.record(&[moment.as_str(), "", kind, "", "", asset, balance.as_str(), "", ""]);
}

/// RFC 3339 with all six digits of the fraction, so that texts sort as moments do.
fn at(moment: Moment) -> String {
    let text = moment.to_string();
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{seconds}.{fraction:0<6}Z")
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Asset, Entropy, OperationId};
    use payments::{Category, Item};

    use super::*;

    #[test]
    fn a_statement_survives_its_texts() {
        let at: Moment = "2026-11-22T10:00:00Z".parse().unwrap();
        let account = AccountId::generate(at, Entropy);
        let operation = OperationId::generate(at, Entropy);
        let money = |minor| Money::new(minor, Asset::Uzs);
        let line = |amount, counterparty: &str, note: &str| Item {
            exchanged: None,
            operation,
            kind: "transfer.internal".to_owned(),
            account,
            at,
            direction: if amount < 0 { Direction::Out } else { Direction::In },
            amount: money(amount),
            balance_after: money(1_000),
            counterparty: Some(counterparty.to_owned()),
            note: Some(note.to_owned()),
            category: Category::People,
            own: false,
        };
        let view = StatementView {
            account,
            number: "20206000510000001001".parse().unwrap(),
            asset: Asset::Uzs,
            from: at.day(),
            to: at.day(),
            opening: money(300_000),
            closing: money(149_955),
            credits: money(5),
            debits: money(150_050),
            lines: vec![
                line(-150_050, "Goʻzal O.", "=1+1"),
                line(5, "D’Artagnan, X", "say \"hi\""),
            ],
        };
        let expected = format!(
            "\u{feff}at,operation_id,kind,direction,amount,asset,balance_after,counterparty,\
             note\r\n\
             2026-11-21T19:00:00.000000Z,,statement.opening,,,UZS,3000.00,,\r\n\
             2026-11-22T10:00:00.000000Z,{operation},transfer.internal,out,-1500.50,UZS,10.00,\
             Goʻzal O.,\"'=1+1\"\r\n\
             2026-11-22T10:00:00.000000Z,{operation},transfer.internal,in,0.05,UZS,10.00,\
             \"D’Artagnan, X\",\"say \"\"hi\"\"\"\r\n\
             2026-11-22T18:59:59.999999Z,,statement.closing,,,UZS,1499.55,,\r\n"
        );
        assert_eq!(String::from_utf8(statement(&view)).unwrap(), expected);
    }

    #[test]
    fn moments_have_all_their_digits() {
        for (text, expected) in [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000Z"),
            ("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500000Z"),
            ("2026-11-22T10:00:00.000001Z", "2026-11-22T10:00:00.000001Z"),
        ] {
            assert_eq!(at(text.parse().unwrap()), expected);
        }
    }
}
