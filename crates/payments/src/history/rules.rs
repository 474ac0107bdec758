//! Pages, periods and lines of a history.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    AccountId, Amount, Asset, Code, Ctx, Day, Error, Moment, Money, OperationId, Refusal, Result,
};
use ledger::AccountRecord;
use ledger::statements::{Filter, Line, Position};
use uuid::Uuid;

use super::Query;
use crate::cash::{self, CashDetail};
use crate::postings::Leg;
use crate::transfers::{self, TransferDetail};
use crate::{Direction, field_invalid, note};

/// Items of a page when nothing is said.
pub const PAGE_ITEMS: u32 = 50;
/// Most items of one page.
pub const MAX_PAGE_ITEMS: u32 = 100;
/// Longest period of one statement.
pub const MAX_STATEMENT_DAYS: i64 = 366;
/// Longest text to search for, in characters.
const MAX_TEXT_CHARS: usize = 100;
/// Longest name of a kind of operation, in bytes.
const MAX_KIND_BYTES: usize = 40;
/// The form of a cursor: this byte, the moment in microseconds, the account.
const CURSOR_VERSION: u8 = 1;
const CURSOR_BYTES: usize = 25;

/// One line of a history: what one transfer did to one of the customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The operation it is part of.
    pub operation: OperationId,
    /// What kind of business that is: `transfer.internal`, `cash.in`.
    pub kind: String,
    /// The account.
    pub account: AccountId,
    /// When.
    pub at: Moment,
    /// Which way the money went, in or out.
    pub direction: Direction,
    /// How much; negative when it left the account.
    pub amount: Money,
    /// The account's balance after it.
    pub balance_after: Money,
    /// The masked name of the other side, when that is a customer.
    pub counterparty: Option<String>,
    /// The note.
    pub note: Option<String>,
}

/// The item of a line.
pub fn item(line: Line) -> Result<Item> {
    let direction = if line.amount < 0 { Direction::Out } else { Direction::In };
    let (counterparty, note) = told(&line, direction)?;
    Ok(Item {
        operation: line.operation,
        kind: line.kind,
        account: line.account,
        at: line.at,
        direction,
        amount: Money::new(line.amount, line.asset),
        balance_after: Money::new(line.balance, line.asset),
        counterparty,
        note,
    })
}

/// What the document of the operation tells about a line: the other side's name, and the note.
fn told(line: &Line, direction: Direction) -> Result<(Option<String>, Option<String>)> {
    let unreadable =
        |error| Error::broken("reading the document of an operation for a history", error);
    match (line.kind.as_str(), Leg::from_code(line.code)) {
        (transfers::KIND, Some(Leg::InternalTransfer)) => {
            let detail: TransferDetail =
                serde_json::from_value(line.detail.clone()).map_err(unreadable)?;
            let other = match direction {
                Direction::In => detail.payer,
                Direction::Out | Direction::Own => detail.payee,
            };
            Ok((Some(other.masked_name), detail.note))
        }
        (cash::KIND, Some(Leg::CashIn)) => {
            let detail: CashDetail =
                serde_json::from_value(line.detail.clone()).map_err(unreadable)?;
            Ok((None, detail.note))
        }
        _ => Ok((None, None)),
    }
}

/// The cursor of a position.
pub fn cursor(position: Position) -> String {
    let mut bytes = Vec::with_capacity(CURSOR_BYTES);
    bytes.push(CURSOR_VERSION);
    bytes.extend_from_slice(&position.at.micros().to_be_bytes());
    bytes.extend_from_slice(position.account.uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The position of a cursor. [`Code::CursorInvalid`] for what the bank did not write.
pub fn position(cursor: &str) -> Result<Position> {
    read_position(cursor).ok_or(Refusal::new(Code::CursorInvalid).field("cursor").into())
}

fn read_position(cursor: &str) -> Option<Position> {
    // The length is looked at before anything is decoded.
    if cursor.len() != CURSOR_BYTES.div_ceil(3).checked_mul(4)?.checked_sub(2)? {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (micros, account) = rest.split_first_chunk::<8>()?;
    let micros = i64::from_be_bytes(*micros);
    let at = Moment::from_micros(micros);
    if *version != CURSOR_VERSION || at.micros() != micros {
        return None;
    }
    let account = AccountId::from_uuid(Uuid::from_slice(account).ok()?);
    Some(Position { at, account })
}

/// How many items a page is to have.
pub fn page_items(asked: Option<u32>) -> Result<i64> {
    match asked.unwrap_or(PAGE_ITEMS) {
        items @ 1..=MAX_PAGE_ITEMS => Ok(i64::from(items)),
        _ => Err(field_invalid("limit")),
    }
}

/// The one asset that a query is about, if it is about one: amounts of different assets cannot be
/// compared.
pub fn asset(query: &Query) -> Result<Option<Asset>> {
    let named = [query.asset, query.min.map(Amount::asset), query.max.map(Amount::asset)];
    let mut named = named.into_iter().flatten();
    let first = named.next();
    if named.all(|other| Some(other) == first) {
        Ok(first)
    } else {
        Err(Refusal::new(Code::CurrencyMismatch).field("asset").into())
    }
}

/// What the ledger is to look for.
pub fn filter(query: &Query) -> Result<Filter> {
    let incoming = match query.direction {
        None => None,
        Some(Direction::In) => Some(true),
        Some(Direction::Out) => Some(false),
        Some(Direction::Own) => return Err(field_invalid("direction")),
    };
    if let Some(kind) = &query.kind {
        let good = |b: u8| b.is_ascii_lowercase() || matches!(b, b'.' | b'_');
        if kind.is_empty() || kind.len() > MAX_KIND_BYTES || !kind.bytes().all(good) {
            return Err(field_invalid("kind"));
        }
    }
    Ok(Filter {
        from: query.from,
        to: query.to,
        incoming,
        kind: query.kind.clone(),
        min: query.min.map(Amount::minor),
        max: query.max.map(Amount::minor),
        text: text(query.text.as_deref())?,
    })
}

fn text(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > MAX_TEXT_CHARS || text.chars().any(note::unprintable) {
        return Err(field_invalid("text"));
    }
    let text = note::searchable(text.trim());
    Ok((!text.is_empty()).then_some(text))
}

/// Which of the customer's accounts a query is about.
pub fn accounts(
    own: &[AccountRecord],
    wanted: Option<AccountId>,
    asset: Option<Asset>,
) -> Result<Vec<AccountId>> {
    if wanted.is_some_and(|id| own.iter().all(|r| r.account.id != id)) {
        return Err(Code::AccountNotFound.into());
    }
    let about = own
        .iter()
        .map(|r| r.account)
        .filter(|a| wanted.is_none_or(|id| a.id == id) && asset.is_none_or(|x| a.asset == x));
    Ok(about.map(|a| a.id).collect())
}

/// Refuses a period that ends before it begins, reaches beyond today or is too long.
pub fn check_period(ctx: &Ctx, from: Day, to: Day) -> Result<()> {
    let days = to.days_since(from).saturating_add(1);
    if from > to || to > ctx.now().day() || days > MAX_STATEMENT_DAYS {
        let refusal = Refusal::new(Code::PeriodInvalid);
        return Err(refusal.value("days", MAX_STATEMENT_DAYS.to_string()).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, Entropy, Lang, ManualClock};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_gives_back_its_position(
            micros in 0..253_402_300_799_999_999_i64,
            account in any::<u128>(),
        ) {
            let account = AccountId::from_uuid(Uuid::from_u128(account));
            let position = Position { at: Moment::from_micros(micros), account };
            let text = cursor(position);
            prop_assert_eq!(text.len(), 34);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            prop_assert_eq!(super::position(&text).unwrap(), position);
        }

        #[test]
        fn no_cursor_has_two_forms(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = URL_SAFE_NO_PAD.encode(&bytes);
            match super::position(&text) {
                Ok(position) => prop_assert_eq!(cursor(position), text),
                Err(error) => prop_assert_eq!(error.code(), Some(Code::CursorInvalid)),
            }
        }

        #[test]
        fn whatever_comes_is_refused_in_order(text in "\\PC{0,50}") {
            match super::position(&text) {
                Ok(position) => prop_assert_eq!(cursor(position), text),
                Err(error) => prop_assert_eq!(error.code(), Some(Code::CursorInvalid)),
            }
        }
    }

    #[test]
    fn a_changed_cursor_is_refused_or_means_something_else() {
        let account = AccountId::generate(Moment::from_micros(5), Entropy);
        let text = cursor(Position { at: Moment::from_micros(1_795_000_000_000_000), account });
        for bad in ["", "=", &text[1..], &format!("{text}="), &format!("{text}A"), "AAAA"] {
            assert_eq!(position(bad).unwrap_err().code(), Some(Code::CursorInvalid), "{bad}");
        }
        // Another version, and a moment that does not exist.
        let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        bytes[0] = 2;
        assert!(position(&URL_SAFE_NO_PAD.encode(&bytes)).is_err());
        bytes[0] = 1;
        bytes[1] = 0xff;
        assert!(position(&URL_SAFE_NO_PAD.encode(&bytes)).is_err());
        // The spare bits of the last character must be zero.
        let mut loose = text.into_bytes();
        *loose.last_mut().unwrap() = b'_';
        assert!(position(&String::from_utf8(loose).unwrap()).is_err());
    }

    #[test]
    fn pages_have_bounds() {
        assert_eq!(page_items(None).unwrap(), 50);
        assert_eq!(page_items(Some(1)).unwrap(), 1);
        assert_eq!(page_items(Some(100)).unwrap(), 100);
        for bad in [0, 101, u32::MAX] {
            assert_eq!(page_items(Some(bad)).unwrap_err().code(), Some(Code::FieldInvalid));
        }
    }

    #[test]
    fn filters_are_read_strictly() {
        let refused = |query: Query| filter(&query).unwrap_err().code();
        let long = "a".repeat(101);
        for bad in ["a\0b", "a\nb", "\u{202e}", &long] {
            let query = Query { text: Some(bad.to_owned()), ..Query::default() };
            assert_eq!(refused(query), Some(Code::FieldInvalid), "{bad:?}");
        }
        for bad in ["", "Cash.In", "cash in", "a\0", &long] {
            let query = Query { kind: Some(bad.to_owned()), ..Query::default() };
            assert_eq!(refused(query), Some(Code::FieldInvalid), "{bad:?}");
        }
        let own = Query { direction: Some(Direction::Own), ..Query::default() };
        assert_eq!(refused(own), Some(Code::FieldInvalid));
        let blank = Query { text: Some("  ".to_owned()), ..Query::default() };
        assert_eq!(filter(&blank).unwrap().text, None);
    }

    #[test]
    fn amounts_of_two_assets_do_not_bound_one_search() {
        let amount = |asset| Some(Amount::from_minor(100, asset).unwrap());
        let one = Query { min: amount(Asset::Uzs), max: amount(Asset::Uzs), ..Query::default() };
        assert_eq!(asset(&one).unwrap(), Some(Asset::Uzs));
        assert_eq!(asset(&Query::default()).unwrap(), None);
        let two = Query { min: amount(Asset::Uzs), asset: Some(Asset::Usd), ..Query::default() };
        assert_eq!(asset(&two).unwrap_err().code(), Some(Code::CurrencyMismatch));
    }

    #[test]
    fn periods() {
        let clock = ManualClock::new("2026-11-21T20:00:00Z".parse().unwrap());
        let ctx = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(clock));
        for (from, to, good) in [
            // It is the 22nd already in Tashkent.
            ("2026-11-22", "2026-11-22", true),
            ("2026-11-01", "2026-11-23", false),
            ("2026-11-23", "2026-11-23", false),
            ("2026-11-02", "2026-11-01", false),
            ("2025-11-22", "2026-11-22", true),
            ("2025-11-21", "2026-11-22", false),
            ("2020-02-29", "2021-02-28", true),
            ("0001-01-01", "0001-01-02", true),
        ] {
            let checked = check_period(&ctx, from.parse().unwrap(), to.parse().unwrap());
            match checked {
                Ok(()) => assert!(good, "{from} {to}"),
                Err(Error::Refused(refusal)) => {
                    assert!(!good, "{from} {to}");
                    assert_eq!(refusal.code, Code::PeriodInvalid);
                    assert!(refusal.sentence(Lang::En).contains("366"));
                }
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}
