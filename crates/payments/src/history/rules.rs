//! Pages, periods and lines of a history.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    AccountId, Amount, Asset, Code, Ctx, Day, Error, Moment, Money, OperationId, Refusal, Result,
};
use ledger::statements::{Filter, Line, Position};
use ledger::{AccountRecord, Entry, Recorded, TransferKind};
use serde_json::Value;
use uuid::Uuid;

use super::Query;
use crate::cash::{self, CashDetail};
use crate::exchange::{self, CentralRate, ExchangeDetail};
use crate::postings::Leg;
use crate::refunds::{self, RefundDetail};
use crate::transfers::{self, Party, TransferDetail};
use crate::{Category, Direction, categories, field_invalid, note};

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
/// Most kinds of one search.
const MAX_KINDS: usize = 20;
/// The form of a cursor: this byte, the moment in microseconds, the account.
const CURSOR_VERSION: u8 = 1;
const CURSOR_BYTES: usize = 25;

/// One line of a history: what one transfer did to one of the customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The operation it is part of.
    pub operation: OperationId,
    /// What kind of business that is: `transfer.internal`, `cash.in`, `exchange.own`.
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
    /// What the money was for.
    pub category: Category,
    /// Whether the other side is another account of the same customer, be it by an exchange.
    pub own: bool,
    /// Both sides of it, when it is one of an exchange.
    pub exchanged: Option<ItemExchange>,
}

/// Both sides of an exchange, on a line of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemExchange {
    /// What was given.
    pub given: Money,
    /// What was got for it.
    pub taken: Money,
    /// The bank's rate: sum for one unit of the currency.
    pub rate: Money,
}

/// One of the customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// Its id.
    pub id: AccountId,
    /// The last four digits of its number.
    pub tail: String,
}

/// One operation as one of its customers sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationView {
    /// Its id.
    pub id: OperationId,
    /// What kind of business it is: `transfer.internal`, `cash.in`, `exchange.own`.
    pub kind: String,
    /// When it was posted.
    pub at: Moment,
    /// Which way the money went for the asker.
    pub direction: Direction,
    /// What was moved, without a sign. Of an exchange, what was given.
    pub amount: Money,
    /// What the asker paid the bank for it. Of a refund, what of the fee came back with it.
    pub fee: Money,
    /// What left the asker's account, or came to it, without a sign.
    pub total: Money,
    /// The asker's account that paid, if it was theirs.
    pub from: Option<OwnAccount>,
    /// The asker's account that was paid, if it was theirs.
    pub to: Option<OwnAccount>,
    /// The other side, when that is another customer.
    pub counterparty: Option<Party>,
    /// The note.
    pub note: Option<String>,
    /// What came of it in another currency, and by which rate, when it is an exchange.
    pub exchanged: Option<ExchangedView>,
    /// The transfer that it gives back, when it is a refund.
    pub refund_of: Option<Linked>,
    /// The refunds of it, the oldest first, when it is a transfer.
    pub refunds: Vec<Linked>,
    /// What the money was for.
    pub category: Category,
    /// Whether the asker can pay the same payee again.
    pub repeatable: bool,
    /// The balance after it of the asker's account that paid; of the one that was paid, when the
    /// other side paid.
    pub balance_after: Money,
}

/// Another operation that one belongs to, as the asker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Its id.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// What left the asker's account by it, or came to it, without a sign.
    pub total: Money,
}

impl From<&OperationView> for Linked {
    fn from(view: &OperationView) -> Self {
        Self { id: view.id, at: view.at, total: view.total }
    }
}

/// What an exchange came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangedView {
    /// What the asker got.
    pub taken: Money,
    /// The bank's rate: sum for one unit of the currency.
    pub rate: Money,
    /// What the Central Bank said.
    pub central: CentralRate,
}

/// The item of a line.
pub fn item(line: Line) -> Result<Item> {
    let direction = if line.amount < 0 { Direction::Out } else { Direction::In };
    let told = told(&line.kind, line.code, direction, &line.detail)?;
    Ok(Item {
        operation: line.operation,
        kind: line.kind,
        account: line.account,
        at: line.at,
        direction,
        amount: Money::new(line.amount, line.asset),
        balance_after: Money::new(line.balance, line.asset),
        counterparty: told.other.map(|party| party.masked_name),
        note: told.note,
        category: categories::rules::category(line.code, direction, line.own, line.label)?,
        own: line.own || categories::rules::is_own(line.code),
        exchanged: told.exchanged,
    })
}

/// What the document of an operation tells about one of its transfers.
#[derive(Default)]
struct Told {
    other: Option<Party>,
    note: Option<String>,
    exchanged: Option<ItemExchange>,
}

fn told(kind: &str, code: i16, direction: Direction, detail: &Value) -> Result<Told> {
    let unreadable =
        |error| Error::broken("reading the document of an operation for a history", error);
    match (kind, Leg::from_code(code)) {
        (transfers::KIND, Some(Leg::InternalTransfer)) => {
            let detail: TransferDetail =
                serde_json::from_value(detail.clone()).map_err(unreadable)?;
            let other = match direction {
                Direction::In => detail.payer,
                Direction::Out | Direction::Own => detail.payee,
            };
            Ok(Told { other: Some(other), note: detail.note, exchanged: None })
        }
        (refunds::KIND, Some(Leg::InternalTransferRefund)) => {
            let detail: RefundDetail =
                serde_json::from_value(detail.clone()).map_err(unreadable)?;
            // It goes from who was paid to who paid.
            let other = match direction {
                Direction::In => detail.payee,
                Direction::Out | Direction::Own => detail.payer,
            };
            Ok(Told { other: Some(other), note: None, exchanged: None })
        }
        (cash::KIND, Some(Leg::CashIn)) => {
            let detail: CashDetail = serde_json::from_value(detail.clone()).map_err(unreadable)?;
            Ok(Told { note: detail.note, ..Told::default() })
        }
        (exchange::KIND, Some(Leg::ExchangeGiven | Leg::ExchangeTaken)) => {
            let detail: ExchangeDetail =
                serde_json::from_value(detail.clone()).map_err(unreadable)?;
            let (given, taken) = detail.given_and_taken()?;
            let rate = Money::new(detail.rate, Asset::Uzs);
            Ok(Told { exchanged: Some(ItemExchange { given, taken, rate }), ..Told::default() })
        }
        _ => Ok(Told::default()),
    }
}

/// An operation as the owner of these accounts sees it. `None` when it moved nothing on them.
pub fn operation(
    recorded: &Recorded,
    own: &[AccountRecord],
    label: Option<i16>,
) -> Result<Option<OperationView>> {
    let find = |id: AccountId| own.iter().find(|record| record.account.id == id);
    let touches = |e: &&Entry| {
        matches!(e.transfer.kind, TransferKind::Post | TransferKind::Capture { .. })
            && (find(e.transfer.debit).is_some() || find(e.transfer.credit).is_some())
    };
    let seen: Vec<&Entry> = recorded.entries.iter().filter(touches).collect();
    let is_fee = |e: &Entry| categories::rules::is_fee(e.transfer.code);
    // A fee is part of what it is for; one that was taken by itself is the whole operation.
    let Some(main) = seen.iter().find(|e| !is_fee(e)).or(seen.first()) else { return Ok(None) };
    // The two sides of an exchange are two transfers, with accounts of the bank's in between.
    let paid = exchange::rules::moved(recorded).map_or(*main, |(_, taken)| taken);
    let (from, to) = (find(main.transfer.debit), find(paid.transfer.credit));
    let direction = match (from, to) {
        (Some(_), Some(_)) => Direction::Own,
        (Some(_), None) => Direction::Out,
        _ => Direction::In,
    };
    let Some(record) = from.or(to) else { return Ok(None) };
    let account = record.account.id;
    let asset = record.account.asset;
    let mut fee = Money::zero(asset);
    for e in &seen {
        if is_fee(e) && !std::ptr::eq(*e, *main) && balance_of(e, account).is_some() {
            fee = fee.plus(Money::new(e.transfer.amount, asset))?;
        }
    }
    let amount = Money::new(main.transfer.amount, asset);
    let balance_after = seen.iter().rev().find_map(|e| balance_of(e, account));
    let told = told(&recorded.kind, main.transfer.code, direction, &recorded.detail)?;
    let is_own = direction == Direction::Own;
    Ok(Some(OperationView {
        id: recorded.id,
        kind: recorded.kind.clone(),
        at: recorded.at,
        direction,
        amount,
        fee,
        total: amount.plus(fee)?,
        from: from.map(own_account).transpose()?,
        to: to.map(own_account).transpose()?,
        counterparty: told.other.filter(|_| !is_own),
        note: told.note,
        exchanged: exchanged(recorded)?,
        // Whoever can read other operations adds them.
        refund_of: None,
        refunds: Vec::new(),
        category: categories::rules::category(main.transfer.code, direction, is_own, label)?,
        repeatable: recorded.kind == transfers::KIND && from.is_some(),
        balance_after: Money::new(
            balance_after.ok_or(Error::invariant("an operation left no balance"))?,
            asset,
        ),
    }))
}

fn exchanged(recorded: &Recorded) -> Result<Option<ExchangedView>> {
    if recorded.kind != exchange::KIND {
        return Ok(None);
    }
    let receipt = exchange::rules::receipt(recorded)?;
    let (taken, rate, central) = (receipt.taken, receipt.rate, receipt.central);
    Ok(Some(ExchangedView { taken, rate, central }))
}

fn balance_of(entry: &Entry, account: AccountId) -> Option<i64> {
    match (entry.transfer.debit == account, entry.transfer.credit == account) {
        (true, _) => Some(entry.debit_balance),
        (false, true) => Some(entry.credit_balance),
        (false, false) => None,
    }
}

fn own_account(record: &AccountRecord) -> Result<OwnAccount> {
    let number = record.number.ok_or(Error::invariant("a customer's account has no number"))?;
    Ok(OwnAccount { id: record.account.id, tail: number.tail().to_owned() })
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
pub fn page_items(asked: Option<u32>) -> Result<u32> {
    match asked.unwrap_or(PAGE_ITEMS) {
        items @ 1..=MAX_PAGE_ITEMS => Ok(items),
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

/// What the ledger is to look for: all that one of these finds. No line is found by two.
pub fn filters(query: &Query) -> Result<Vec<Filter>> {
    let filter = filter(query)?;
    let Some(category) = query.category else { return Ok(vec![filter]) };
    let wanted = categories::rules::wanted(category).into_iter();
    Ok(wanted
        .map(|(own, labelled)| Filter { own: Some(own), labelled, ..filter.clone() })
        .collect())
}

/// The same whatever the category. Bounds that leave nothing between them are refused, as an empty
/// page would look like an answer.
fn filter(query: &Query) -> Result<Filter> {
    let incoming = match query.direction {
        None => None,
        Some(Direction::In) => Some(true),
        Some(Direction::Out) => Some(false),
        Some(Direction::Own) => return Err(field_invalid("direction")),
    };
    if query.from.zip(query.to).is_some_and(|(from, to)| from >= to) {
        return Err(field_invalid("to"));
    }
    let (min, max) = (query.min.map(Amount::minor), query.max.map(Amount::minor));
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(field_invalid("max"));
    }
    Ok(Filter {
        from: query.from,
        to: query.to,
        incoming,
        kinds: kinds(&query.kinds)?,
        own: None,
        labelled: None,
        min,
        max,
        text: text(query.text.as_deref())?,
    })
}

fn kinds(kinds: &[String]) -> Result<Option<Vec<String>>> {
    let letter = |b: u8| b.is_ascii_lowercase() || matches!(b, b'.' | b'_');
    let good = |k: &String| !k.is_empty() && k.len() <= MAX_KIND_BYTES && k.bytes().all(letter);
    if kinds.len() > MAX_KINDS || !kinds.iter().all(good) {
        return Err(field_invalid("kind"));
    }
    Ok((!kinds.is_empty()).then(|| kinds.to_vec()))
}

fn text(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > MAX_TEXT_CHARS || text.chars().any(note::unprintable) {
        return Err(field_invalid("text"));
    }
    let text = note::searchable(text.trim());
    Ok((!text.is_empty()).then_some(text))
}

/// Which of the customer's accounts a query is about. One account and an asset that it does not
/// hold contradict each other.
pub fn accounts(
    own: &[AccountRecord],
    wanted: Option<AccountId>,
    asset: Option<Asset>,
) -> Result<Vec<AccountId>> {
    let fits = |record: &&AccountRecord| asset.is_none_or(|x| record.account.asset == x);
    let Some(id) = wanted else {
        return Ok(own.iter().filter(fits).map(|record| record.account.id).collect());
    };
    let record = own.iter().find(|record| record.account.id == id);
    let record = record.ok_or(Error::from(Code::AccountNotFound))?;
    if !fits(&record) {
        return Err(Refusal::new(Code::CurrencyMismatch).field("asset").into());
    }
    Ok(vec![id])
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
            let query = Query { kinds: vec![bad.to_owned()], ..Query::default() };
            assert_eq!(refused(query), Some(Code::FieldInvalid), "{bad:?}");
        }
        let own = Query { direction: Some(Direction::Own), ..Query::default() };
        assert_eq!(refused(own), Some(Code::FieldInvalid));
        let blank = Query { text: Some("  ".to_owned()), ..Query::default() };
        assert_eq!(filter(&blank).unwrap().text, None);
    }

    #[test]
    fn bounds_that_leave_nothing_are_refused() {
        let field = |query: Query| match filter(&query) {
            Err(Error::Refused(refusal)) => refusal.field,
            other => panic!("{other:?}"),
        };
        let at = |micros| Some(Moment::from_micros(micros));
        let amount = |minor| Some(Amount::from_minor(minor, Asset::Uzs).unwrap());
        for (from, to, good) in [(1, 2, true), (2, 2, false), (3, 2, false)] {
            let query = Query { from: at(from), to: at(to), ..Query::default() };
            if good {
                filter(&query).unwrap();
            } else {
                assert_eq!(field(query), Some("to"));
            }
        }
        let exact = Query { min: amount(5), max: amount(5), ..Query::default() };
        filter(&exact).unwrap();
        let query = Query { min: amount(6), max: amount(5), ..Query::default() };
        assert_eq!(field(query), Some("max"));
        let many = Query { kinds: vec!["a".to_owned(); 21], ..Query::default() };
        assert_eq!(field(many), Some("kind"));
    }

    fn record(id: u128, number: &str) -> AccountRecord {
        AccountRecord {
            account: ledger::Account {
                id: AccountId::from_uuid(Uuid::from_u128(id)),
                asset: Asset::Uzs,
                rule: ledger::BalanceRule::DebitsWithinCredits,
                status: ledger::Status::Open,
                debits_posted: 0,
                credits_posted: 0,
                debits_pending: 0,
                credits_pending: 0,
                last_at: Moment::EPOCH,
            },
            number: Some(number.parse().unwrap()),
            owner: Some(Uuid::from_u128(9)),
            code: 20_206,
            opened_at: Moment::EPOCH,
        }
    }

    fn entry(debit: u128, credit: u128, code: i16, amount: i64) -> Entry {
        Entry {
            transfer: ledger::Transfer {
                debit: AccountId::from_uuid(Uuid::from_u128(debit)),
                credit: AccountId::from_uuid(Uuid::from_u128(credit)),
                amount,
                kind: TransferKind::Post,
                code,
            },
            hold: None,
            at: Moment::EPOCH,
            debit_balance: 1_000_i64.saturating_sub(amount),
            debit_held: 0,
            credit_balance: amount,
            credit_held: 0,
        }
    }

    #[test]
    fn a_fee_is_part_of_what_it_is_for() {
        let detail = TransferDetail {
            payer: Party { masked_name: "Jasur K.".to_owned(), account_tail: "1001".to_owned() },
            payee: Party { masked_name: "Ali V.".to_owned(), account_tail: "2001".to_owned() },
            asset: "UZS".to_owned(),
            fee: 7,
            priced: None,
            note: None,
            quote: kernel::QuoteId::from_uuid(Uuid::from_u128(7)),
        };
        let mut recorded = Recorded {
            id: OperationId::from_uuid(Uuid::from_u128(1)),
            at: Moment::EPOCH,
            kind: transfers::KIND.to_owned(),
            group: None,
            initiator: ledger::Principal { kind: 1, id: Uuid::nil() },
            request_hash: [0; 32],
            refusal: None,
            detail: serde_json::to_value(detail).unwrap(),
            uses: Vec::new(),
            entries: vec![entry(1, 2, 201, 100), entry(1, 3, 202, 7)],
        };
        let own = |id| [record(id, "20206000510000001001")];
        let payer = operation(&recorded, &own(1), None).unwrap().unwrap();
        let sums = |v: &OperationView| (v.amount.minor, v.fee.minor, v.total.minor);
        assert_eq!((sums(&payer), payer.balance_after.minor), ((100, 7, 107), 993));
        // The payee learns nothing of it.
        let payee = operation(&recorded, &own(2), Some(4)).unwrap().unwrap();
        assert_eq!((sums(&payee), payee.balance_after.minor), ((100, 0, 100), 100));
        assert_eq!(payee.category, Category::Groceries);
        assert_eq!(operation(&recorded, &own(4), None).unwrap(), None);
        // By itself it is the operation, and no name changes that.
        recorded.kind = "account.service".to_owned();
        recorded.entries = vec![entry(1, 3, 202, 7)];
        let alone = operation(&recorded, &own(1), Some(4)).unwrap().unwrap();
        assert_eq!((sums(&alone), alone.category), ((7, 0, 7), Category::Fees));
        assert!(!alone.repeatable && alone.counterparty.is_none());
        // What is only held is not posted.
        recorded.entries = vec![entry(1, 2, 201, 100)];
        recorded.entries[0].transfer.kind = TransferKind::Hold { expires_at: None };
        assert_eq!(operation(&recorded, &own(1), None).unwrap(), None);
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
