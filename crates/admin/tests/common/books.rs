//! Something in the books: what was booked and confirmed, what is stuck, and where books differ.

use std::time::Duration;

use accounting::export::Step;
use accounting::ports::{
    Answered, Batch, BatchState, CoreBanking, Opening, Page, Posted, Statement, StatementQuery,
    Turnover, Verdict,
};
use accounting::reconciliation::rules::{Break, BreakKind, Compared};
use accounting::reconciliation::{ABS, Comparison};
use accounting::{BatchId, BreakId, DocumentId};
use kernel::{AccountId, AccountNumber, Asset, Clock, Day, Entropy, Error, Money, OperationId};
use ledger::{BalanceRule, NewAccount, Operation, Principal, Transfer, TransferKind};

use super::TestBank;

const CASH_IN: i16 = 101;
const TRANSFER: i16 = 201;
/// No chart has a line for it.
const UNKNOWN: i16 = 999;

/// What is in the books of a test.
pub struct Booked {
    /// Today.
    pub day: Day,
    /// A document that was rejected.
    pub rejected: DocumentId,
    /// A difference between books.
    pub found: BreakId,
}

/// A core banking system that opens no account of one number, and posts no cash.
struct Strict(AccountNumber);

const NOT_ASKED: Error = Error::invariant("nobody asks this");

impl CoreBanking for Strict {
    fn open_accounts<'a>(
        &'a self,
        openings: &'a [Opening],
    ) -> Answered<'a, Vec<Verdict<AccountNumber>>> {
        Box::pin(async move {
            let verdict = |opening: &Opening| Verdict {
                of: opening.number,
                refusal: (opening.number == self.0).then(|| "currency_unknown".to_owned()),
            };
            Ok(openings.iter().map(verdict).collect())
        })
    }

    fn post<'a>(&'a self, batch: &'a Batch) -> Answered<'a, Posted> {
        Box::pin(async move {
            let verdict = |document: &accounting::ports::Document| Verdict {
                of: document.id,
                refusal: (document.leg == CASH_IN).then(|| "account_closed".to_owned()),
            };
            let verdicts = batch.documents.iter().map(verdict).collect();
            Ok(Posted::Known(BatchState::Done(verdicts)))
        })
    }

    fn batch(&self, _: BatchId) -> Answered<'_, Option<BatchState>> {
        Box::pin(async { Err(NOT_ASKED) })
    }

    fn business_date(&self) -> Answered<'_, Day> {
        Box::pin(async { Err(NOT_ASKED) })
    }

    fn close_day(&self, _: Day) -> Answered<'_, Day> {
        Box::pin(async { Err(NOT_ASKED) })
    }

    fn turnovers<'a>(&'a self, _: Day, _: Option<&'a str>) -> Answered<'a, Page<Turnover>> {
        Box::pin(async { Err(NOT_ASKED) })
    }

    fn statement<'a>(&'a self, _: &'a StatementQuery) -> Answered<'a, Statement> {
        Box::pin(async { Err(NOT_ASKED) })
    }
}

fn number(n: u8) -> AccountNumber {
    format!("20206000912345678{n:03}").parse().unwrap()
}

/// A document that the other side has and we have not, over so much.
pub fn missing(reference: &str, day: Day, minor: i64) -> Break {
    Break {
        kind: BreakKind::MissingHere,
        reference: reference.to_owned(),
        ours: Vec::new(),
        theirs: vec!["184467".to_owned()],
        difference: Money::new(minor, Asset::Uzs),
        day,
        likely: None,
    }
}

impl TestBank {
    /// Keeps what a comparison of today with the core banking system found.
    pub async fn compared(&self, breaks: Vec<Break>) {
        let day = self.clock.now().day();
        let compared = Compared { agreed: 41, breaks };
        let comparison = Comparison { book: ABS, days: (day, day), compared, whole: true };
        self.accounting.keep_comparison(&self.system(), &comparison).await.unwrap();
    }

    /// Three movements: one that was confirmed, one that was rejected and one that no chart knows;
    /// an account that was refused; and a difference between books.
    pub async fn booked(&self) -> Booked {
        let day = self.clock.now().day();
        let [cash, one, other] = [(); 3].map(|()| AccountId::generate(self.clock.now(), Entropy));
        let mut opening = self.operation("account.open");
        for (id, n) in [(cash, 1), (one, 2), (other, 3)] {
            opening.opens.push(NewAccount {
                id,
                number: Some(number(n)),
                owner: None,
                asset: Asset::Uzs,
                code: 20_206,
                rule: BalanceRule::None,
            });
        }
        self.ledger.execute(&self.system(), opening).await.unwrap();
        for (kind, debit, credit, amount, code) in [
            ("cash.in", cash, one, 500_000, CASH_IN),
            ("transfer.internal", one, other, 120_000, TRANSFER),
            ("transfer.internal", one, other, 7_000, UNKNOWN),
        ] {
            let mut operation = self.operation(kind);
            let kind = TransferKind::Post;
            operation.transfers.push(Transfer { debit, credit, amount, kind, code });
            self.ledger.execute(&self.system(), operation).await.unwrap();
        }
        self.write_down().await;
        let abs = Strict(number(3));
        while self.accounting.send_next(&self.system(), &abs).await.unwrap() != Step::Idle {}
        self.compared(vec![missing("abs-17", day, -4_500)]).await;
        let stuck = self.accounting.stuck().await.unwrap();
        let rejected = stuck.iter().find(|stuck| stuck.rejected).unwrap().id;
        let found = self.accounting.open_breaks(None).await.unwrap()[0].id;
        Booked { day, rejected, found }
    }

    fn operation(&self, kind: &'static str) -> Operation {
        let id = OperationId::generate(self.clock.now(), Entropy);
        Operation::new(id, kind, Principal::of(&self.system()).unwrap())
    }

    /// Writes documents of everything that happened. Transactions of other tests on the same server
    /// delay what can be read, never for long.
    pub async fn write_down(&self) {
        let writer = self.accounting.writer(&Clock::Manual(self.clock.clone()));
        for _ in 0..3_000 {
            writer.once().await.unwrap();
            if self.accounting.lag().await.unwrap().unread == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the events do not come");
    }
}
