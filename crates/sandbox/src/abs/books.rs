//! The books: accounts, entries with a debit and a credit each, the business date. Nothing here
//! knows of requests.
//!
//! What happens is decided first, as a [`Record`], and then applied: a file of records is the
//! books.

use std::collections::{BTreeMap, HashMap};

use kernel::Day;
use serde::{Deserialize, Serialize};

use super::plant::{Drift, Planted};

/// A document as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    pub id: String,
    pub day: Day,
    pub debit: String,
    pub credit: String,
    pub amount_minor: i64,
    pub currency: String,
    pub product: String,
    pub leg: i16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    pub purpose: String,
}

/// What became of a document, or of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Verdict {
    pub id: String,
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a document ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Posted,
    Rejected,
}

/// Whether an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    Posted,
    Reversed,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Grows in the order of booking.
    pub number: u64,
    pub document: String,
    pub day: Day,
    pub debit: String,
    pub credit: String,
    pub amount_minor: i64,
    pub currency: String,
    pub state: Standing,
}

/// A batch whose documents have their verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    pub id: String,
    pub documents: Vec<Document>,
    pub verdicts: Vec<Verdict>,
    pub entries: Vec<Entry>,
    pub planted: Vec<Planted>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// The books begin on this day.
    Begun(Day),
    /// An account was opened: its number and its currency.
    Opened(String, String),
    /// A batch was posted.
    Done(Done),
    /// Another business date begins.
    Date(Day),
    /// What was planted is put right: each of these documents has one good entry, under this
    /// number.
    Repaired(Vec<(String, u64)>),
}

/// What moved on an account of the chart, in a currency, as credits less debits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turnover {
    pub opening: i64,
    pub debits: i64,
    pub credits: i64,
}

impl Turnover {
    pub const fn closing(&self) -> i64 {
        self.opening.saturating_add(self.credits).saturating_sub(self.debits)
    }

    const fn add(&mut self, before: bool, debit: i64, credit: i64) {
        if before {
            self.opening = self.opening.saturating_add(credit).saturating_sub(debit);
        } else {
            self.debits = self.debits.saturating_add(debit);
            self.credits = self.credits.saturating_add(credit);
        }
    }
}

#[derive(Debug)]
pub(super) struct Books {
    date: Day,
    accounts: BTreeMap<String, String>,
    documents: HashMap<String, Document>,
    batches: HashMap<String, (Vec<Document>, Vec<Verdict>)>,
    /// By document, then by number: the order of a statement.
    entries: BTreeMap<(String, u64), Entry>,
    last_number: u64,
    planted: Vec<Planted>,
}

impl Books {
    pub fn begun(date: Day) -> Self {
        Self {
            date,
            accounts: BTreeMap::new(),
            documents: HashMap::new(),
            batches: HashMap::new(),
            entries: BTreeMap::new(),
            last_number: 0,
            planted: Vec::new(),
        }
    }

    pub const fn date(&self) -> Day {
        self.date
    }

    pub fn planted(&self) -> &[Planted] {
        &self.planted
    }

    /// Why an account cannot be opened. `None` when it can, or is open.
    pub fn account_refusal(&self, number: &str, currency: &str) -> Option<&'static str> {
        if number.len() != 20 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Some("number_malformed");
        }
        let Some(digits) = account_digits(currency) else { return Some("currency_unknown") };
        let known = self.accounts.get(number).is_some_and(|known| known != currency);
        (known || number.get(5..8) != Some(digits)).then_some("currency_differs")
    }

    pub fn is_open(&self, number: &str) -> bool {
        self.accounts.contains_key(number)
    }

    /// The documents of a batch and their verdicts.
    pub fn batch(&self, id: &str) -> Option<&(Vec<Document>, Vec<Verdict>)> {
        self.batches.get(id)
    }

    /// What would come of a batch. `drift` says what goes wrong with each document that is posted.
    pub fn decide(
        &self,
        id: &str,
        documents: Vec<Document>,
        mut drift: impl FnMut() -> Option<(Drift, i64)>,
    ) -> Done {
        let mut done = Done {
            id: id.to_owned(),
            documents: Vec::new(),
            verdicts: Vec::new(),
            entries: Vec::new(),
            planted: Vec::new(),
        };
        let mut fresh: HashMap<String, Document> = HashMap::new();
        let mut number = self.last_number;
        for document in &documents {
            let known = self.documents.get(&document.id).or_else(|| fresh.get(&document.id));
            let reason = match known {
                Some(known) if known == document => None,
                Some(_) => Some("document_differs".to_owned()),
                None => self.rejection(document).map(str::to_owned).or_else(|| {
                    let booked = book(document, drift(), &mut number);
                    done.entries.extend(booked.entries);
                    done.planted.extend(booked.planted);
                    if booked.reason.is_none() {
                        fresh.insert(document.id.clone(), document.clone());
                    }
                    booked.reason
                }),
            };
            let state = if reason.is_none() { State::Posted } else { State::Rejected };
            done.verdicts.push(Verdict { id: document.id.clone(), state, reason });
        }
        done.documents = documents;
        done
    }

    fn rejection(&self, document: &Document) -> Option<&'static str> {
        let Document { debit, credit, currency, .. } = document;
        let sides = [debit, credit];
        let known = |side: &&String| side.len() == 20 && !self.accounts.contains_key(*side);
        let other = |side: &&String| self.accounts.get(*side).is_some_and(|c| c != currency);
        if sides.iter().any(|side| !is_account(side)) {
            Some("account_malformed")
        } else if sides.iter().any(known) {
            Some("account_unknown")
        } else if account_digits(currency).is_none() || sides.iter().any(other) {
            Some("currency_differs")
        } else if debit == credit {
            Some("same_account")
        } else if document.amount_minor <= 0 {
            Some("amount_malformed")
        } else if document.day < self.date {
            Some("day_closed")
        } else {
            None
        }
    }

    /// The documents with which something was planted that is in the books, each with the number
    /// that its good entry gets.
    pub fn repairs(&self) -> Vec<(String, u64)> {
        let mut number = self.last_number;
        let wrong = self.planted.iter().filter(|planted| planted.drift != Drift::Reject);
        wrong
            .map(|planted| {
                number = number.saturating_add(1);
                (planted.document.clone(), number)
            })
            .collect()
    }

    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Begun(day) | Record::Date(day) => self.date = day,
            Record::Opened(number, currency) => drop(self.accounts.insert(number, currency)),
            Record::Done(done) => self.post(done),
            Record::Repaired(repaired) => self.repair(repaired),
        }
    }

    fn post(&mut self, done: Done) {
        let posted = done.documents.iter().zip(&done.verdicts);
        for (document, _) in posted.filter(|(_, verdict)| verdict.state == State::Posted) {
            self.documents.insert(document.id.clone(), document.clone());
        }
        for entry in done.entries {
            self.last_number = self.last_number.max(entry.number);
            self.entries.insert((entry.document.clone(), entry.number), entry);
        }
        self.planted.extend(done.planted);
        self.batches.insert(done.id, (done.documents, done.verdicts));
    }

    fn repair(&mut self, repaired: Vec<(String, u64)>) {
        for (document, number) in repaired {
            let extra: Vec<String> = self
                .planted
                .iter()
                .filter(|planted| planted.document == document)
                .map(|planted| planted.stands_under.clone())
                .collect();
            self.entries.retain(|(name, _), _| *name != document && !extra.contains(name));
            self.planted.retain(|p| p.document != document || p.drift == Drift::Reject);
            self.last_number = self.last_number.max(number);
            if let Some(known) = self.documents.get(&document) {
                self.entries.insert((document, number), entry(known, number));
            }
        }
    }

    /// Entries of some days after a place in the statement, of one account or all.
    pub fn statement<'a>(
        &'a self,
        (from, to): (Day, Day),
        account: Option<&'a str>,
        after: Option<(String, u64)>,
    ) -> impl Iterator<Item = &'a Entry> {
        use std::ops::Bound;
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let meets = move |entry: &&Entry| {
            (from..=to).contains(&entry.day)
                && account.is_none_or(|of| is_of(&entry.debit, of) || is_of(&entry.credit, of))
        };
        self.entries.range((start, Bound::Unbounded)).map(|(_, entry)| entry).filter(meets)
    }

    /// What stood on an account before some days, and what moved in them, by currency.
    pub fn turnover(&self, account: &str, (from, to): (Day, Day)) -> Turnover {
        let mut turnover = Turnover::default();
        let stands = |entry: &&Entry| entry.state == Standing::Posted && entry.day <= to;
        for entry in self.entries.values().filter(stands) {
            let amount = |side: &str| if is_of(side, account) { entry.amount_minor } else { 0 };
            turnover.add(entry.day < from, amount(&entry.debit), amount(&entry.credit));
        }
        turnover
    }

    /// What stood on every account of the chart before a day, and what moved on it.
    pub fn balances(&self, day: Day) -> BTreeMap<(String, String), Turnover> {
        let mut balances: BTreeMap<(String, String), Turnover> = BTreeMap::new();
        let stands = |entry: &&Entry| entry.state == Standing::Posted && entry.day <= day;
        for entry in self.entries.values().filter(stands) {
            let before = entry.day < day;
            let of = |side: &str| (gl(side).to_owned(), entry.currency.clone());
            let debited = balances.entry(of(&entry.debit)).or_default();
            debited.add(before, entry.amount_minor, 0);
            let credited = balances.entry(of(&entry.credit)).or_default();
            credited.add(before, 0, entry.amount_minor);
        }
        balances.retain(|_, t| *t != Turnover::default());
        balances
    }
}

/// What booking a document came to.
#[derive(Default)]
struct Booked {
    entries: Vec<Entry>,
    planted: Option<Planted>,
    reason: Option<String>,
}

/// Books a document, or what goes wrong in its place.
fn book(document: &Document, drift: Option<(Drift, i64)>, last: &mut u64) -> Booked {
    let mut next = || {
        *last = last.saturating_add(1);
        *last
    };
    let good = entry(document, next());
    let Some((drift, by_minor)) = drift else {
        return Booked { entries: vec![good], ..Booked::default() };
    };
    let mut planted = Planted {
        drift,
        document: document.id.clone(),
        stands_under: document.id.clone(),
        day: document.day,
        difference_minor: 0,
    };
    let mut reason = None;
    let amount = document.amount_minor;
    let entries = match drift {
        Drift::Reject => {
            reason = Some("rejected_on_demand".to_owned());
            Vec::new()
        }
        Drift::Missing => {
            planted.difference_minor = amount;
            Vec::new()
        }
        Drift::Amount => {
            planted.difference_minor = by_minor.saturating_neg();
            vec![Entry { amount_minor: amount.saturating_add(by_minor), ..good }]
        }
        Drift::Status => {
            planted.difference_minor = amount;
            vec![Entry { state: Standing::Reversed, ..good }]
        }
        Drift::Late => vec![Entry { day: document.day.days_after(1), ..good }],
        Drift::Duplicate => {
            planted.difference_minor = amount.saturating_neg();
            vec![good.clone(), Entry { number: next(), ..good }]
        }
        Drift::Extra => {
            planted.difference_minor = amount.saturating_neg();
            let number = next();
            planted.stands_under = format!("abs-{number:09}");
            let extra = Entry { number, document: planted.stands_under.clone(), ..good.clone() };
            vec![good, extra]
        }
    };
    Booked { entries, planted: Some(planted), reason }
}

fn entry(document: &Document, number: u64) -> Entry {
    Entry {
        number,
        document: document.id.clone(),
        day: document.day,
        debit: document.debit.clone(),
        credit: document.credit.clone(),
        amount_minor: document.amount_minor,
        currency: document.currency.clone(),
        state: Standing::Posted,
    }
}

/// The account of the chart that an account belongs to.
fn gl(account: &str) -> &str {
    account.get(..5).unwrap_or(account)
}

/// Whether an account is the one asked for, or belongs to the account of the chart asked for.
fn is_of(account: &str, asked: &str) -> bool {
    account == asked || (asked.len() == 5 && gl(account) == asked)
}

fn is_account(text: &str) -> bool {
    let section = text.starts_with(|c: char| matches!(c, '1'..='5' | '9'));
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    matches!(text.len(), 5 | 20) && digits && section
}

/// The digits that stand for a currency in the number of an account.
pub(super) fn account_digits(currency: &str) -> Option<&'static str> {
    kernel::Asset::from_code(currency).map(kernel::Asset::account_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "20206000912345678001";
    const TWO: &str = "20206000912345678002";

    fn day() -> Day {
        "2026-11-30".parse().unwrap()
    }

    fn document(id: &str, debit: &str, credit: &str, amount_minor: i64) -> Document {
        Document {
            id: id.to_owned(),
            day: day(),
            debit: debit.to_owned(),
            credit: credit.to_owned(),
            amount_minor,
            currency: "UZS".to_owned(),
            product: "transfer.internal".to_owned(),
            leg: 201,
            operation: None,
            purpose: "Transfer".to_owned(),
        }
    }

    fn books() -> Books {
        let mut books = Books::begun(day());
        for number in [ONE, TWO] {
            assert_eq!(books.account_refusal(number, "UZS"), None);
            books.apply(Record::Opened(number.to_owned(), "UZS".to_owned()));
        }
        books
    }

    fn post(books: &mut Books, batch: &str, documents: Vec<Document>) -> Vec<Option<String>> {
        plant(books, batch, documents, None)
    }

    fn plant(
        books: &mut Books,
        batch: &str,
        documents: Vec<Document>,
        drift: Option<Drift>,
    ) -> Vec<Option<String>> {
        let done = books.decide(batch, documents, || drift.map(|drift| (drift, 7)));
        let reasons = done.verdicts.iter().map(|v| v.reason.clone()).collect();
        books.apply(Record::Done(done));
        reasons
    }

    fn sums(books: &Books) -> i64 {
        books.balances(day().days_after(9)).values().map(Turnover::closing).sum()
    }

    #[test]
    fn a_document_is_posted_once() {
        let mut books = books();
        let good = document("a", "10101", ONE, 500);
        assert_eq!(post(&mut books, "1", vec![good.clone(), good.clone()]), [None, None]);
        assert_eq!(post(&mut books, "2", vec![good.clone()]), [None]);
        let other = Document { amount_minor: 501, ..good };
        assert_eq!(post(&mut books, "3", vec![other]), [Some("document_differs".to_owned())]);
        let balances = books.balances(day());
        let of = |account: &str| balances[&(account.to_owned(), "UZS".to_owned())];
        assert_eq!((of("10101").debits, of("20206").credits), (500, 500));
        assert_eq!(books.turnover(ONE, (day(), day())).closing(), 500);
        assert_eq!(books.turnover("20206", (day(), day())).closing(), 500);
        assert_eq!(sums(&books), 0);
    }

    #[test]
    fn what_cannot_be_booked_is_rejected_and_may_come_again() {
        let mut books = books();
        for (bad, reason) in [
            (document("a", "10101", "20206000912345678003", 1), "account_unknown"),
            (document("a", "1010", ONE, 1), "account_malformed"),
            (document("a", "60101", ONE, 1), "account_malformed"),
            (document("a", ONE, ONE, 1), "same_account"),
            (document("a", "10101", ONE, 0), "amount_malformed"),
            (
                Document { currency: "USD".to_owned(), ..document("a", "10101", ONE, 1) },
                "currency_differs",
            ),
            (
                Document { currency: "XXX".to_owned(), ..document("a", "10101", "45200", 1) },
                "currency_differs",
            ),
            (
                Document { day: day().days_before(1), ..document("a", "10101", ONE, 1) },
                "day_closed",
            ),
        ] {
            let rejected = post(&mut books, reason, vec![bad]);
            assert_eq!(rejected, [Some(reason.to_owned())]);
        }
        assert_eq!(post(&mut books, "good", vec![document("a", "10101", ONE, 1)]), [None]);
        assert_eq!(books.account_refusal("1", "UZS"), Some("number_malformed"));
        assert_eq!(books.account_refusal(ONE, "USD"), Some("currency_differs"));
        assert_eq!(books.account_refusal(ONE, "XXX"), Some("currency_unknown"));
    }

    #[test]
    fn every_drift_is_planted_named_and_put_right() {
        for (drift, here, there) in [
            (Drift::Amount, 507, 0),
            (Drift::Missing, 0, 0),
            (Drift::Extra, 1_000, 0),
            (Drift::Duplicate, 1_000, 0),
            (Drift::Status, 0, 0),
            (Drift::Late, 0, 500),
        ] {
            let mut books = books();
            let good = document("a", "10101", ONE, 500);
            assert_eq!(plant(&mut books, "1", vec![good], Some(drift)), [None], "{drift:?}");
            let next = day().days_after(1);
            let moved = |books: &Books| {
                let on = |day| books.turnover(ONE, (day, day)).credits;
                (on(day()), on(next))
            };
            assert_eq!(moved(&books), (here, there), "{drift:?}");
            assert_eq!(sums(&books), 0, "both sides of an entry are wrong together");
            let planted = books.planted();
            assert_eq!((planted.len(), planted[0].drift), (1, drift));
            let repairs = books.repairs();
            books.apply(Record::Repaired(repairs));
            assert_eq!(moved(&books), (500, 0), "{drift:?}");
            assert!(books.planted().is_empty());
            assert_eq!(books.statement((day(), next), None, None).count(), 1);
        }
        let mut books = books();
        let good = document("a", "10101", ONE, 500);
        let rejected = plant(&mut books, "1", vec![good.clone()], Some(Drift::Reject));
        assert_eq!(rejected, [Some("rejected_on_demand".to_owned())]);
        assert_eq!(post(&mut books, "2", vec![good]), [None], "it may come again");
    }

    #[test]
    fn a_statement_is_in_the_order_of_documents() {
        let mut books = books();
        let documents = ["c", "a", "b"].map(|id| document(id, ONE, TWO, 1)).to_vec();
        post(&mut books, "1", documents);
        post(&mut books, "2", vec![document("d", "10101", TWO, 1)]);
        let read = |account, after| {
            let names = books.statement((day(), day()), account, after);
            names.map(|entry| entry.document.clone()).collect::<String>()
        };
        assert_eq!(read(None, None), "abcd");
        assert_eq!(read(None, Some(("b".to_owned(), 3))), "cd");
        assert_eq!(read(Some(ONE), None), "abc");
        assert_eq!(read(Some("10101"), None), "d");
        assert_eq!(
            books.statement((day().days_after(1), day().days_after(1)), None, None).count(),
            0
        );
    }
}
