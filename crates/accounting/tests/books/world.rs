//! A bank with a ledger and its accounting, on a fresh database and a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use accounting::Accounting;
use accounting::chart::{BOOK, ChartBook};
use accounting::export::Step;
use kernel::{
    AccountId, AccountNumber, Asset, Clock, Ctx, Day, Entropy, KeyRing, ManualClock, OperationId,
    Permissions, Secret,
};
use ledger::{
    BalanceRule, Config, Ledger, NewAccount, Operation, Principal, Transfer, TransferKind,
};
use store::Store;
use store::editions::{AHEAD_SECONDS, Editions, NewEdition};
use store::testing::TestDatabase;

use crate::fake::Fake;

/// A chart that does not know fees.
pub const WITHOUT_FEES: &str = r#"{"lines":[
    {"name":"cash-in","leg":101,"debit":"10101","credit":"number","purpose":"Cash"},
    {"name":"transfer","leg":201,"debit":"number","credit":"number","purpose":"Transfer"}]}"#;
pub const WITH_FEES: &str = r#"{"lines":[
    {"name":"cash-in","leg":101,"debit":"10101","credit":"number","purpose":"Cash"},
    {"name":"transfer","leg":201,"debit":"number","credit":"number","purpose":"Transfer"},
    {"name":"fee","leg":202,"debit":"number","credit":"45200","through":"29801","purpose":"Fee"},
    {"name":"vat","leg":203,"debit":"number","credit":"22500","through":"29801","purpose":"Tax"},
    {"name":"fee-back","leg":206,"debit":"45200","credit":"number","through":"29801",
     "purpose":"Fee given back"}]}"#;

/// The book of charts of a bank whose legs grow: any that it has a line for.
struct AnyChart;

impl store::editions::Book for AnyChart {
    fn names(&self) -> Vec<String> {
        vec![BOOK.to_owned()]
    }

    fn faults(&self, name: &str, body: &str) -> Vec<String> {
        let chart: accounting::Chart = serde_json::from_str(body).unwrap();
        let legs = chart.lines.iter().map(|line| line.leg).collect();
        ChartBook { legs }.faults(name, body)
    }
}

pub struct World {
    db: TestDatabase,
    pub store: Store,
    pub clock: ManualClock,
    pub ledger: Ledger,
    pub editions: Editions,
    pub accounting: Accounting,
    pub abs: Fake,
    pub cash: AccountId,
    pub income: AccountId,
    pub vat: AccountId,
    pub payer: AccountId,
    pub payee: AccountId,
}

impl World {
    /// With this chart from the first day on.
    pub async fn new(chart: &str) -> Self {
        let db = TestDatabase::create().await;
        let store = db.store();
        // Noon, so that no day turns within a test that does not want it.
        let today = Clock::System.now().day();
        let clock = ManualClock::new(today.start().plus_seconds(12 * 3_600));
        let ledger =
            Ledger::start(&store, Clock::Manual(clock.clone()), Config::default()).await.unwrap();
        let editions = Editions::new(&store, vec![Arc::new(AnyChart)]);
        let keys = KeyRing::new(Secret::new([3; 32]));
        let accounting = Accounting::new(store.clone(), editions.clone(), keys);
        let [cash, income, vat, payer, payee] =
            [(); 5].map(|()| AccountId::generate(clock.now(), Entropy));
        let world = Self {
            db,
            store,
            clock,
            ledger,
            editions,
            accounting,
            abs: Fake::new(today),
            cash,
            income,
            vat,
            payer,
            payee,
        };
        world.editions.found(&world.ctx(), BOOK, chart).await.unwrap();
        world.open(&[(cash, 10_101), (income, 45_200), (vat, 22_500)]).await;
        world.open(&[(payer, 20_206), (payee, 20_208)]).await;
        world
    }

    /// The same accounting on another node.
    pub async fn another_node(&self) -> Accounting {
        let config = store::Config { url: self.db.url(), max_connections: 3 };
        let store = Store::connect(&config).await.unwrap();
        let editions = Editions::new(&store, vec![Arc::new(AnyChart)]);
        Accounting::new(store, editions, KeyRing::new(Secret::new([3; 32])))
    }

    pub fn ctx(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    pub fn day(&self) -> Day {
        self.clock.now().day()
    }

    pub fn operation(&self, kind: &'static str) -> Operation {
        let id = OperationId::generate(self.clock.now(), Entropy);
        Operation::new(id, kind, Principal::of(&self.ctx()).unwrap())
    }

    pub async fn open(&self, accounts: &[(AccountId, i32)]) {
        let mut operation = self.operation("account.open");
        for (id, code) in accounts {
            operation.opens.push(NewAccount {
                id: *id,
                number: Some(number(*code)),
                owner: None,
                asset: Asset::Uzs,
                code: *code,
                rule: BalanceRule::None,
            });
        }
        self.ledger.execute(&self.ctx(), operation).await.unwrap();
    }

    /// Moves money by these legs: debit, credit, amount, leg.
    pub async fn pay(
        &self,
        kind: &'static str,
        legs: &[(AccountId, AccountId, i64, i16)],
    ) -> OperationId {
        let mut operation = self.operation(kind);
        let id = operation.id;
        operation.transfers = legs.iter().map(|leg| transfer(*leg, TransferKind::Post)).collect();
        self.ledger.execute(&self.ctx(), operation).await.unwrap();
        id
    }

    /// A transfer of 1.00 with a fee of 0.10 and a tax of 0.02.
    pub async fn transfer_with_fee(&self) -> OperationId {
        let legs = [
            (self.payer, self.payee, 100, 201),
            (self.payer, self.income, 10, 202),
            (self.payer, self.vat, 2, 203),
        ];
        self.pay("transfer.internal", &legs).await
    }

    /// Publishes another chart, and waits until it holds.
    pub async fn publish(&self, chart: &str) {
        let effective_at = self.clock.now().plus_seconds(AHEAD_SECONDS);
        let new = NewEdition { book: BOOK, effective_at, body: chart, reason: "a test" };
        let mut tx = self.store.begin().await.unwrap();
        self.editions.publish(&mut tx, &self.ctx(), &new).await.unwrap();
        store::commit(tx).await.unwrap();
        self.clock.advance_seconds(AHEAD_SECONDS);
    }

    /// Writes down everything that happened. Transactions of other tests on the same server delay
    /// what can be read, never for long.
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

    pub async fn step(&self) -> kernel::Result<Step> {
        self.accounting.send_next(&self.ctx(), &self.abs).await
    }

    /// Sends everything that was written down, whatever goes wrong on the way.
    pub async fn send_all(&self) {
        self.write_down().await;
        for _ in 0..100 {
            if matches!(self.step().await, Ok(Step::Idle)) {
                return;
            }
        }
        panic!("it has no end");
    }

    /// The next day, long enough after midnight to close the one before.
    pub fn next_day(&self) {
        let next = self.day().end().plus_seconds(600);
        let seconds = next.micros_since(self.clock.now()) / 1_000_000;
        self.clock.advance_seconds(seconds);
    }
}

pub fn number(code: i32) -> AccountNumber {
    format!("{code}000912345678001").parse().unwrap()
}

pub fn transfer(
    (debit, credit, amount, code): (AccountId, AccountId, i64, i16),
    kind: TransferKind,
) -> Transfer {
    Transfer { debit, credit, amount, kind, code }
}
