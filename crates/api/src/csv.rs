//! Statements as CSV (RFC 4180).

use payments::{Direction, StatementView};

const HEADER: &[&str] = &[
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

/// The lines of a statement, oldest first, under a header row.
pub(crate) fn statement(statement: &StatementView) -> String {
    let mut csv = String::new();
    row(&mut csv, HEADER.iter().copied());
    for line in &statement.lines {
        let direction = match line.direction {
            Direction::In => "in",
            Direction::Out | Direction::Own => "out",
        };
        // A negative number begins with a minus, and is to be taken for what it is.
        row(
            &mut csv,
            [
                line.at.to_string().as_str(),
                &line.operation.to_string(),
                &line.kind,
                direction,
                &line.amount.decimal(),
                line.amount.asset.code(),
                &line.balance_after.decimal(),
                &harmless(line.counterparty.as_deref().unwrap_or_default()),
                &harmless(line.note.as_deref().unwrap_or_default()),
            ],
        );
    }
    csv
}

/// A text that a spreadsheet would run as a formula gets an apostrophe in front.
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn row<'a>(csv: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            csv.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(cell);
        }
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Asset, Entropy, Moment, Money, OperationId};
    use payments::Item;

    use super::*;

    #[test]
    fn a_statement_survives_its_texts() {
        let at: Moment = "2026-11-22T10:00:00Z".parse().unwrap();
        let account = AccountId::generate(at, Entropy);
        let operation = OperationId::generate(at, Entropy);
        let money = |minor| Money::new(minor, Asset::Uzs);
        let line = |amount, counterparty: &str, note: &str| Item {
            operation,
            kind: "transfer.internal".to_owned(),
            account,
            at,
            direction: if amount < 0 { Direction::Out } else { Direction::In },
            amount: money(amount),
            balance_after: money(1_000),
            counterparty: Some(counterparty.to_owned()),
            note: Some(note.to_owned()),
        };
        let view = StatementView {
            account,
            number: "20206000510000001001".parse().unwrap(),
            asset: Asset::Uzs,
            from: at.day(),
            to: at.day(),
            opening: money(0),
            closing: money(0),
            credits: money(0),
            debits: money(0),
            lines: vec![
                line(-150_050, "Go‘zal O.", "=1+1"),
                line(5, "D’Artagnan, X", "say \"hi\""),
            ],
        };
        let expected = format!(
            "at,operation_id,kind,direction,amount,asset,balance_after,counterparty,note\r\n\
             2026-11-22T10:00:00Z,{operation},transfer.internal,out,-1500.50,UZS,10.00,\
             Go‘zal O.,'=1+1\r\n\
             2026-11-22T10:00:00Z,{operation},transfer.internal,in,0.05,UZS,10.00,\
             \"D’Artagnan, X\",\"say \"\"hi\"\"\"\r\n"
        );
        assert_eq!(statement(&view), expected);
    }

    #[test]
    fn formulas_are_made_texts() {
        for text in ["=1", "+1", "-1", "@a", "\t=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("1=1"), "1=1");
    }
}
