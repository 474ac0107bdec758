//! What a customer changes about themselves, on a real database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use customers::{Customer, Customers, NewCustomer};
use identity::{Config, Identity};
use kernel::{
    Clock, Code, Ctx, CustomerId, Entropy, Error, KeyRing, Lang, ManualClock, Permissions, Phone,
    Result, Secret, SessionId,
};
use store::testing::TestDatabase;

const DAY_SECONDS: i64 = 86_400;

struct Bank {
    db: TestDatabase,
    customers: Customers,
    clock: ManualClock,
}

impl Bank {
    async fn open() -> Self {
        let db = TestDatabase::create().await;
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(db.store(), keys, Config::default());
        let customers = Customers::new(db.store(), identity);
        Self { db, customers, clock: ManualClock::new(Clock::System.now()) }
    }

    fn ctx(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    fn system(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    async fn customer(&self, phone: &str) -> Ctx {
        let new = NewCustomer {
            phone: Phone::parse(phone).unwrap(),
            password: Secret::new("uch yashil fil bozorda".to_owned()),
            first_name: "Malika".to_owned(),
            last_name: "O‘rinova".to_owned(),
            birth_date: "1988-01-02".parse().unwrap(),
            lang: Lang::Uz,
        };
        let id: CustomerId = self.customers.create_verified(&self.system(), new).await.unwrap();
        self.ctx().for_customer(id, SessionId::generate(self.clock.now(), Entropy))
    }

    async fn profile(&self, ctx: &Ctx) -> Customer {
        self.customers.profile(ctx).await.unwrap()
    }

    async fn rows(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.db.store().pool()).await.unwrap()
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn the_bank_speaks_the_language_that_was_chosen() {
    let bank = Bank::open().await;
    let (ctx, other) = (bank.customer("901112233").await, bank.customer("901112234").await);
    for lang in [Lang::Ru, Lang::En, Lang::En, Lang::Uz] {
        bank.customers.set_language(&ctx, lang).await.unwrap();
        assert_eq!(bank.profile(&ctx).await.lang, lang);
        assert_eq!(bank.profile(&other).await.lang, Lang::Uz);
    }
    // Each change was told, and what changed nothing was not.
    let told = "SELECT count(*) FROM outbox WHERE kind = 'customer.language_changed'";
    assert_eq!(bank.rows(told).await, 3);
    let bare = Ctx { permissions: Permissions::NONE, ..ctx };
    for (ctx, expected) in [
        (&bank.ctx(), Code::SignInRequired),
        (&bare, Code::PermissionMissing),
        (&bank.system(), Code::PermissionMissing),
    ] {
        assert_eq!(code(bank.customers.set_language(ctx, Lang::Ru).await), expected);
        assert_eq!(code(bank.customers.rename(ctx, "Ali", "Valiyev").await), expected);
    }
}

#[tokio::test]
async fn a_name_changes_twice_in_thirty_days() {
    let bank = Bank::open().await;
    let (ctx, other) = (bank.customer("901112233").await, bank.customer("901112234").await);
    let rename = async |first: &str, last: &str| bank.customers.rename(&ctx, first, last).await;
    let before = bank.profile(&ctx).await;

    // The same name is no change, and what is no name is refused: neither counts.
    for _ in 0..5 {
        assert_eq!(rename(" Malika ", "O‘rinova").await.unwrap(), before);
        assert_eq!(code(rename("Malika", "R2D2").await), Code::NameMalformed);
    }
    let renamed = rename("Malika", " Karimova ").await.unwrap();
    assert_eq!(renamed.masked_name(), "Malika K.");
    assert_eq!(bank.profile(&ctx).await, renamed);
    assert_eq!(Customer { name: before.name.clone(), ..renamed.clone() }, before);
    // Back at once: the clock stands still.
    assert_eq!(rename("Malika", "O‘rinova").await.unwrap(), before);
    bank.clock.advance_seconds(DAY_SECONDS);
    let Err(Error::Refused(refusal)) = rename("Malika", "Karimova").await else {
        panic!("a third change went through")
    };
    assert_eq!(refusal.code, Code::NameChangedTooOften);
    assert_eq!(refusal.retry_after_seconds, Some(29 * DAY_SECONDS));
    assert!(refusal.sentence(Lang::En).contains("in 29 days"), "{}", refusal.sentence(Lang::En));
    assert_eq!(bank.profile(&ctx).await, before);
    // Others are not held up.
    bank.customers.rename(&other, "Lola", "Saidova").await.unwrap();

    bank.clock.advance_seconds(29 * DAY_SECONDS - 1);
    assert_eq!(code(rename("Malika", "Karimova").await), Code::NameChangedTooOften);
    bank.clock.advance_seconds(1);
    rename("Malika", "Karimova").await.unwrap();

    // Every name that was is kept, and each change was told, without the names.
    let former = "SELECT count(*) FROM customer_former_name WHERE first_name = 'Malika'";
    assert_eq!(bank.rows(former).await, 4);
    let told = "SELECT count(*) FROM outbox WHERE kind = 'customer.renamed' AND payload IS NULL";
    assert_eq!(bank.rows(told).await, 4);
}

#[tokio::test]
async fn changes_at_once_are_counted_one_after_another() {
    let bank = Bank::open().await;
    let ctx = bank.customer("901112233").await;
    let names = ["Ali", "Vali", "Gʻani", "Lola", "Zebo", "Bobur", "Asad", "Umida"];
    let calls: Vec<_> = names
        .into_iter()
        .map(|name| {
            let (customers, ctx) = (bank.customers.clone(), ctx.clone());
            tokio::spawn(async move { customers.rename(&ctx, name, "Karimova").await })
        })
        .collect();
    let mut renamed = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => renamed += 1,
            other => assert_eq!(code(other), Code::NameChangedTooOften),
        }
    }
    assert_eq!(renamed, 2);
    assert_eq!(bank.rows("SELECT count(*) FROM customer_former_name").await, 2);
}
