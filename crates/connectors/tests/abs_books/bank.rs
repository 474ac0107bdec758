//! A bank with a ledger and its accounting, beside an ABS of the sandbox on a real socket.

use std::sync::Arc;
use std::time::Duration;

use accounting::Accounting;
use accounting::chart::{BOOK, ChartBook};
use accounting::export::Step;
use accounting::ports::{CoreBanking, StatementQuery};
use connectors::Timeouts;
use connectors::abs::{Abs, AbsConfig};
use futures_util::future::join_all;
use kernel::{
    AccountId, Asset, Clock, Ctx, Day, Entropy, KeyRing, ManualClock, OperationId, Permissions,
    Secret,
};
use ledger::{
    BalanceRule, Config, Ledger, NewAccount, Operation, Principal, Transfer, TransferKind,
};
use sandbox::Sandbox;
use store::Store;
use store::editions::Editions;
use store::testing::TestDatabase;
use tokio::net::TcpListener;

const TOKEN: &str = "planted-token-of-the-abs";
pub const CUSTOMERS: u64 = 20;
/// How many operations are under way at once.
const AT_ONCE: usize = 500;
/// Enough that nobody runs out of it.
const FUNDS: i64 = 1_000_000_000;

const CHART: &str = r#"{"lines":[
    {"name":"cash-in","leg":101,"debit":"10101","credit":"number","purpose":"Cash paid in"},
    {"name":"transfer","leg":201,"debit":"number","credit":"number","purpose":"Transfer"},
    {"name":"fee","leg":202,"debit":"number","credit":"45200","through":"29801",
     "purpose":"Fee for a transfer"}]}"#;

pub struct Bank {
    _db: TestDatabase,
    pub store: Store,
    pub clock: ManualClock,
    pub ledger: Ledger,
    pub accounting: Accounting,
    pub sandbox: Sandbox,
    pub abs: Arc<Abs>,
    /// The same, through a connector that does not wait for long.
    pub impatient: Abs,
    pub cash: AccountId,
    pub income: AccountId,
    pub customers: Vec<AccountId>,
}

impl Bank {
    pub async fn open() -> Self {
        let db = TestDatabase::create().await;
        let store = db.store();
        // Noon, so that no day turns within a test that does not want it.
        let today = Clock::System.now().day();
        let clock = ManualClock::new(today.start().plus_seconds(12 * 3_600));
        let ledger =
            Ledger::start(&store, Clock::Manual(clock.clone()), Config::default()).await.unwrap();
        let book = ChartBook { legs: vec![101, 201, 202] };
        let editions = Editions::new(&store, vec![Arc::new(book)]);
        editions.found(&ctx(&clock), BOOK, CHART).await.unwrap();
        let keys = KeyRing::new(Secret::new([3; 32]));
        let accounting = Accounting::new(store.clone(), editions, keys);
        let (sandbox, base_url) = counterpart(today).await;
        let new = || AccountId::generate(clock.now(), Entropy);
        let (cash, income) = (new(), new());
        let customers = (0..CUSTOMERS).map(|_| new()).collect();
        let abs = Arc::new(connector(&base_url, Duration::from_secs(10)));
        let impatient = connector(&base_url, Duration::from_millis(400));
        let bank = Self {
            _db: db,
            store,
            clock,
            ledger,
            accounting,
            sandbox,
            abs,
            impatient,
            cash,
            income,
            customers,
        };
        bank.open_accounts().await;
        bank
    }

    pub fn ctx(&self) -> Ctx {
        ctx(&self.clock)
    }

    pub fn day(&self) -> Day {
        self.clock.now().day()
    }

    fn operation(&self, kind: &'static str) -> Operation {
        let id = OperationId::generate(self.clock.now(), Entropy);
        Operation::new(id, kind, Principal::of(&self.ctx()).unwrap())
    }

    async fn open_accounts(&self) {
        let mut operation = self.operation("bank.account.open");
        for (id, balance_account) in [(self.cash, 10_101), (self.income, 45_200)] {
            operation.opens.push(NewAccount {
                id,
                number: format!("{balance_account}000000000001001").parse().ok(),
                owner: None,
                asset: Asset::Uzs,
                code: balance_account,
                rule: BalanceRule::None,
            });
        }
        self.ledger.execute(&self.ctx(), operation).await.unwrap();
        for (id, n) in self.customers.iter().zip(1..) {
            let mut opening = self.operation("account.open");
            opening.opens.push(NewAccount {
                id: *id,
                number: Some(number(n).parse().unwrap()),
                owner: Some(id.uuid()),
                asset: Asset::Uzs,
                code: 20_206,
                rule: BalanceRule::DebitsWithinCredits,
            });
            self.ledger.execute(&self.ctx(), opening).await.unwrap();
            let mut cash = self.operation("cash.in");
            cash.transfers.push(post(self.cash, *id, FUNDS, 101));
            self.ledger.execute(&self.ctx(), cash).await.unwrap();
        }
    }

    /// So many transfers, each with a fee.
    pub async fn transfers(&self, count: u64) {
        let numbers: Vec<u64> = (0..count).collect();
        for some in numbers.chunks(AT_ONCE) {
            let sent = some.iter().map(|n| self.transfer(*n));
            join_all(sent).await;
        }
    }

    async fn transfer(&self, n: u64) {
        let of = |n: u64| self.customers[usize::try_from(n % CUSTOMERS).unwrap()];
        let (from, to) = (of(n), of(n + 1 + n / 7 % (CUSTOMERS - 1)));
        let amount = i64::try_from(100 + n % 900).unwrap();
        let mut operation = self.operation("transfer.internal");
        operation.transfers.push(post(from, to, amount, 201));
        operation.transfers.push(post(from, self.income, 1 + amount / 50, 202));
        self.ledger.execute(&self.ctx(), operation).await.unwrap();
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

    /// Sends everything to an ABS that answers.
    pub async fn send_all(&self) {
        self.write_down().await;
        while self.accounting.send_next(&self.ctx(), self.abs.as_ref()).await.unwrap() != Step::Idle
        {
        }
    }

    /// Every account has the same balance in both books. Before a day is closed, what was gathered
    /// is on its way.
    pub async fn balances_agree(&self, gathered: &str) {
        let last = self.day().days_after(1);
        let from = last.days_before(30);
        let closing = async |account: &str| {
            let account = Some(account.parse().unwrap());
            let query = StatementQuery { from, to: last, account, after: None };
            self.abs.statement(&query).await.unwrap().closing.unwrap()
        };
        let balance =
            async |id: AccountId| self.ledger.account(id).await.unwrap().unwrap().account.balance();
        for (id, n) in self.customers.iter().zip(1..) {
            assert_eq!(closing(&number(n)).await, balance(*id).await, "customer {n}");
        }
        assert_eq!(closing("10101").await, balance(self.cash).await);
        assert_eq!(closing(gathered).await, balance(self.income).await);
    }

    /// How often a document stands in the statement of the ABS, for each of them.
    pub async fn entries(&self) -> std::collections::BTreeMap<String, usize> {
        let mut entries = std::collections::BTreeMap::new();
        let (from, to) = (self.day().days_before(2), self.day().days_after(1));
        let mut query = StatementQuery { from, to, account: None, after: None };
        loop {
            let page = self.abs.statement(&query).await.unwrap().entries;
            for entry in page.items {
                *entries.entry(entry.document).or_default() += 1;
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return entries,
            }
        }
    }
}

fn ctx(clock: &ManualClock) -> Ctx {
    Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(clock.clone()))
}

/// The sandbox, and where its ABS is.
async fn counterpart(today: Day) -> (Sandbox, String) {
    let eskiz = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new(String::new()));
    let sandbox = Sandbox::new(sandbox::Config { clock: Clock::System, eskiz });
    let config = sandbox::abs::Config {
        business_date: Some(today),
        ..sandbox::abs::Config::new(Secret::new(TOKEN.to_owned()))
    };
    let sandbox = sandbox.with_abs(config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/abs/api", listener.local_addr().unwrap());
    tokio::spawn(sandbox::serve(listener, sandbox.clone(), std::future::pending()));
    (sandbox, base_url)
}

fn connector(base_url: &str, total: Duration) -> Abs {
    Abs::new(AbsConfig {
        base_url: base_url.to_owned(),
        token: Secret::new(TOKEN.to_owned()),
        timeouts: Timeouts { connect: Duration::from_secs(2), total },
    })
    .unwrap()
}

fn number(n: u64) -> String {
    format!("20206000912345678{n:03}")
}

fn post(debit: AccountId, credit: AccountId, amount: i64, code: i16) -> Transfer {
    Transfer { debit, credit, amount, kind: TransferKind::Post, code }
}
