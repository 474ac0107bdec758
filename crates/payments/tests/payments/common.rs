//! A bank with customers, on a fresh database and a clock that the test moves.

use std::sync::Arc;

use customers::{Customers, NewCustomer};
use identity::Identity;
use kernel::{
    AccountId, Amount, Asset, Clock, Code, Ctx, CustomerId, Entropy, Error, KeyRing, Lang,
    ManualClock, OperationId, Permission, Permissions, Phone, Result, Secret, SessionId,
};
use ledger::{Config, Ledger, Operation, Principal, Status};
use payments::{
    AccountView, CashIn, Confirm, DemoKeyScheme, Open, Payee, Payments, Preview, Quote,
    TransferReceipt,
};
use store::Store;
use store::testing::TestDatabase;

pub struct World {
    _db: TestDatabase,
    pub store: Store,
    pub clock: ManualClock,
    pub ledger: Ledger,
    pub keys: KeyRing,
    pub payments: Payments,
    customers: Customers,
}

#[derive(Clone)]
pub struct Person {
    pub id: CustomerId,
    pub phone: Phone,
    pub ctx: Ctx,
}

impl World {
    pub async fn new() -> Self {
        let db = TestDatabase::create().await;
        let store = db.store();
        // Noon, so that no day turns within a test that does not want it.
        let today = Clock::System.now().day();
        let clock = ManualClock::new(today.start().plus_seconds(12 * 3_600));
        let ledger = ledger(&store, &clock).await;
        let keys = KeyRing::new(Secret::new([3; 32]));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let customers = Customers::new(store.clone(), identity);
        let payments = Payments::new(
            store.clone(),
            ledger.clone(),
            customers.clone(),
            keys.clone(),
            Arc::new(DemoKeyScheme),
        );
        let world = Self { _db: db, store, clock, ledger, keys, payments, customers };
        world.payments.bank().ensure(&world.system()).await.unwrap();
        world
    }

    /// The same bank on another node: another queue, the same database.
    pub async fn another_node(&self) -> Payments {
        Payments::new(
            self.store.clone(),
            ledger(&self.store, &self.clock).await,
            self.customers.clone(),
            self.keys.clone(),
            Arc::new(DemoKeyScheme),
        )
    }

    pub fn system(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    pub fn identity(&self) -> &Identity {
        self.customers.identity()
    }

    pub fn key(&self) -> OperationId {
        OperationId::generate(self.clock.now(), Entropy)
    }

    pub async fn person(&self, first: &str, last: &str, phone: &str) -> Person {
        let phone = Phone::parse(phone).unwrap();
        let new = NewCustomer {
            phone: phone.clone(),
            password: Secret::new("tq7-vnw2-kz4p-xb".to_owned()),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            birth_date: "1990-05-17".parse().unwrap(),
            lang: Lang::Uz,
        };
        let id = self.customers.create_verified(&self.system(), new).await.unwrap();
        let session = SessionId::generate(self.clock.now(), Entropy);
        let ctx = Ctx::anonymous(Lang::Uz)
            .with_clock(Clock::Manual(self.clock.clone()))
            .for_customer(id, session);
        // What these tests are about needs no confirmations; those have tests of their own.
        let permissions = ctx.permissions.with(Permission::ConfirmationWaive);
        Person { id, phone, ctx: Ctx { permissions, ..ctx } }
    }

    /// Two customers with an account in sum each; the first has 1000.00 on it.
    pub async fn pair(&self) -> ((Person, AccountView), (Person, AccountView)) {
        let jasur = self.person("Jasur", "Karimov", "901112233").await;
        let gozal = self.person("Go‘zal", "O‘rinova", "907654321").await;
        let from = self.account(&jasur, Asset::Uzs).await;
        let to = self.account(&gozal, Asset::Uzs).await;
        self.pay_in(&from, "1000").await;
        ((jasur, from), (gozal, to))
    }

    pub async fn account(&self, person: &Person, asset: Asset) -> AccountView {
        // Each is opened a little later, so that the order of accounts is the order of opening.
        self.clock.advance_seconds(1);
        let open = Open { key: self.key(), asset };
        self.payments.open_account(&person.ctx, open).await.unwrap()
    }

    pub async fn pay_in(&self, account: &AccountView, amount: &str) {
        let cash = CashIn {
            key: self.key(),
            account: account.number,
            amount: Amount::parse(amount, account.asset).unwrap(),
            note: None,
        };
        self.payments.cash_in(&self.system(), cash).await.unwrap();
    }

    pub async fn preview(&self, who: &Person, from: AccountId, to: Payee, amount: &str) -> Quote {
        self.try_preview(who, from, to, amount).await.unwrap()
    }

    pub async fn try_preview(
        &self,
        who: &Person,
        from: AccountId,
        to: Payee,
        amount: &str,
    ) -> Result<Quote> {
        let amount = Amount::parse(amount, Asset::Uzs).unwrap();
        self.payments.preview(&who.ctx, Preview { from, to, amount, note: None }).await
    }

    pub async fn confirm(
        &self,
        who: &Person,
        key: OperationId,
        token: &str,
    ) -> Result<TransferReceipt> {
        self.payments
            .confirm(&who.ctx, Confirm { key, quote: token.to_owned(), confirmation: None })
            .await
    }

    pub async fn send(&self, who: &Person, from: AccountId, to: &AccountView, amount: &str) {
        let quote = self.preview(who, from, Payee::Number(to.number), amount).await;
        self.confirm(who, self.key(), &quote.token).await.unwrap();
    }

    pub async fn set_status(&self, account: AccountId, status: Status) {
        let ctx = self.system();
        let principal = Principal::of(&ctx).unwrap();
        let mut operation = Operation::new(self.key(), "account.status", principal);
        operation.statuses.push((account, status));
        self.ledger.execute(&ctx, operation).await.unwrap();
    }

    pub async fn balance(&self, account: AccountId) -> String {
        let record = self.ledger.account(account).await.unwrap().unwrap();
        kernel::Money::new(record.account.balance(), record.account.asset).decimal()
    }

    /// Nothing is missing, and no rule of the books is broken.
    pub async fn verify(&self) {
        let report = self.ledger.verify().await.unwrap();
        assert_eq!(report.findings, vec![]);
    }
}

pub async fn ledger(store: &Store, clock: &ManualClock) -> Ledger {
    Ledger::start(store, Clock::Manual(clock.clone()), Config::default()).await.unwrap()
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T>, code: Code) {
    match result {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.code, code),
        other => panic!("{code} was expected: {other:?}"),
    }
}
