//! A core banking system in a few lines: it books what it is sent, and answers as a test says.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use accounting::chart::GlAccount;
use accounting::ports::{
    Answered, Batch, BatchState, CoreBanking, Document, Entry, Opening, Page, Posted, Statement,
    StatementQuery, Turnover, Verdict,
};
use accounting::reconciliation::rules::Status;
use accounting::{BatchId, DocumentId};
use kernel::{AccountNumber, Asset, Day, Error};

/// How the next batch is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is posted, and nobody hears of it.
    LostAfter,
    /// It never arrives, and nobody hears of it.
    LostBefore,
    /// It is known not to have arrived.
    NotTaken,
    /// It is posted later: when it was asked for twice.
    Processing,
    /// It is posted, and the answer leaves a document out.
    Short,
    /// Its first document is rejected.
    Rejecting,
}

#[derive(Default)]
pub struct Books {
    pub date: Option<Day>,
    pub open: Vec<AccountNumber>,
    /// Accounts that it does not open.
    pub refused: Vec<AccountNumber>,
    pub entries: Vec<Entry>,
    pub batches: Vec<(BatchId, Vec<Document>, Vec<Verdict<DocumentId>>)>,
    pub processing: Vec<(Batch, u8)>,
    pub answers: VecDeque<Answer>,
    /// The batches and the questions for them, in their order.
    pub calls: Vec<String>,
    /// How many entries and balances it tells at once.
    pub page: usize,
}

/// The core banking system.
pub struct Fake(pub Mutex<Books>);

impl Fake {
    pub fn new(date: Day) -> Self {
        Self(Mutex::new(Books { date: Some(date), page: 3, ..Books::default() }))
    }

    pub fn answers(&self, answers: &[Answer]) {
        self.0.lock().unwrap().answers.extend(answers);
    }

    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }

    pub fn change(&self, change: impl FnOnce(&mut Books)) {
        change(&mut self.0.lock().unwrap());
    }

    /// What was posted: purpose, sides and amount, in the order of booking.
    pub fn posted(&self) -> Vec<String> {
        let books = self.0.lock().unwrap();
        let line = |d: &Document| {
            let (debit, credit) = (d.sides.debit, d.sides.credit);
            format!("{}: {debit} {credit} {}", d.purpose, d.amount)
        };
        books.batches.iter().flat_map(|(_, documents, _)| documents).map(line).collect()
    }
}

impl Books {
    fn post(&mut self, batch: &Batch, reject_first: bool) -> Vec<Verdict<DocumentId>> {
        if let Some((_, known, verdicts)) = self.batches.iter().find(|(id, ..)| *id == batch.id) {
            assert_eq!(*known, batch.documents, "the same id with other content");
            return verdicts.clone();
        }
        let mut verdicts = Vec::new();
        for (document, n) in batch.documents.iter().zip(0..) {
            let refusal = if reject_first && n == 0 {
                Some("no".to_owned())
            } else if self.date.is_some_and(|date| document.day < date) {
                Some("day_closed".to_owned())
            } else {
                self.entries.push(Entry {
                    number: self.entries.len().to_string(),
                    document: document.id.to_string(),
                    day: document.day,
                    sides: document.sides,
                    amount: document.amount,
                    status: Status::Done,
                });
                None
            };
            verdicts.push(Verdict { of: document.id, refusal });
        }
        self.batches.push((batch.id, batch.documents.clone(), verdicts.clone()));
        verdicts
    }

    fn answer(&mut self, batch: &Batch) -> kernel::Result<Posted> {
        let unknown = || Ok(Posted::Unknown(Error::invariant("no answer in time")));
        match self.answers.pop_front() {
            None => Ok(Posted::Known(BatchState::Done(self.post(batch, false)))),
            Some(Answer::Rejecting) => Ok(Posted::Known(BatchState::Done(self.post(batch, true)))),
            Some(Answer::LostBefore) => unknown(),
            Some(Answer::NotTaken) => Err(Error::invariant("no connection")),
            Some(Answer::LostAfter) => {
                self.post(batch, false);
                unknown()
            }
            Some(Answer::Short) => {
                let mut verdicts = self.post(batch, false);
                verdicts.pop();
                Ok(Posted::Known(BatchState::Done(verdicts)))
            }
            Some(Answer::Processing) => {
                self.processing.push((batch.clone(), 2));
                Ok(Posted::Known(BatchState::Processing))
            }
        }
    }

    fn standing(&mut self, id: BatchId) -> Option<BatchState> {
        if let Some(at) = self.processing.iter().position(|(batch, _)| batch.id == id) {
            let left = &mut self.processing[at].1;
            *left -= 1;
            if *left > 0 {
                return Some(BatchState::Processing);
            }
            let (batch, _) = self.processing.remove(at);
            self.post(&batch, false);
        }
        let known = self.batches.iter().find(|(known, ..)| *known == id);
        known.map(|(_, _, verdicts)| BatchState::Done(verdicts.clone()))
    }

    fn turnovers(&self, day: Day) -> Vec<Turnover> {
        let mut turnovers: BTreeMap<(GlAccount, Asset), Turnover> = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| e.status == Status::Done && e.day <= day) {
            let (asset, minor) = (entry.amount.asset, entry.amount.minor);
            for (side, is_debit) in [(entry.sides.debit, true), (entry.sides.credit, false)] {
                let account = side.gl().unwrap();
                let empty =
                    Turnover { account, asset, opening: 0, debits: 0, credits: 0, closing: 0 };
                let of = turnovers.entry((account, asset)).or_insert(empty);
                let signed = if is_debit { -minor } else { minor };
                of.closing += signed;
                match (entry.day < day, is_debit) {
                    (true, _) => of.opening += signed,
                    (false, true) => of.debits += minor,
                    (false, false) => of.credits += minor,
                }
            }
        }
        turnovers.into_values().collect()
    }

    fn paged<T: Clone>(&self, all: &[T], after: Option<&str>) -> Page<T> {
        let from: usize = after.map_or(0, |after| after.parse().unwrap());
        let to = all.len().min(from + self.page);
        let next = (to < all.len()).then(|| to.to_string());
        Page { items: all[from..to].to_vec(), next }
    }
}

fn answered<'a, T: Send + 'a>(answer: kernel::Result<T>) -> Answered<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl CoreBanking for Fake {
    fn open_accounts<'a>(
        &'a self,
        openings: &'a [Opening],
    ) -> Answered<'a, Vec<Verdict<AccountNumber>>> {
        let mut books = self.0.lock().unwrap();
        let mut verdicts = Vec::new();
        for Opening { number, .. } in openings {
            let refused = books.refused.contains(number);
            if !refused {
                books.open.push(*number);
            }
            let refusal = refused.then(|| "currency_differs".to_owned());
            verdicts.push(Verdict { of: *number, refusal });
        }
        answered(Ok(verdicts))
    }

    fn post<'a>(&'a self, batch: &'a Batch) -> Answered<'a, Posted> {
        let mut books = self.0.lock().unwrap();
        books.calls.push(format!("post {}", batch.documents.len()));
        let answer = books.answer(batch);
        answered(answer)
    }

    fn batch(&self, id: BatchId) -> Answered<'_, Option<BatchState>> {
        let mut books = self.0.lock().unwrap();
        books.calls.push("ask".to_owned());
        answered(Ok(books.standing(id)))
    }

    fn business_date(&self) -> Answered<'_, Day> {
        answered(Ok(self.0.lock().unwrap().date.unwrap()))
    }

    fn close_day(&self, day: Day) -> Answered<'_, Day> {
        let mut books = self.0.lock().unwrap();
        books.calls.push(format!("close {day}"));
        let date = books.date.unwrap().max(day.days_after(1));
        books.date = Some(date);
        answered(Ok(date))
    }

    fn turnovers<'a>(&'a self, day: Day, after: Option<&'a str>) -> Answered<'a, Page<Turnover>> {
        let books = self.0.lock().unwrap();
        answered(Ok(books.paged(&books.turnovers(day), after)))
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Answered<'a, Statement> {
        let books = self.0.lock().unwrap();
        let days = query.from..=query.to;
        let mut entries: Vec<Entry> =
            books.entries.iter().filter(|entry| days.contains(&entry.day)).cloned().collect();
        entries.sort_by(|a, b| a.document.cmp(&b.document));
        let entries = books.paged(&entries, query.after.as_deref());
        answered(Ok(Statement { entries, opening: None, closing: None }))
    }
}
