//! A customer's accounts, the bank's own, and cash.

use crate::common::{World, ledger, refused};
use kernel::{AccountId, Amount, Asset, Code, Ctx, Error, Lang, Moment, Permissions};
use ledger::{BalanceRule, Status};
use payments::{BankAccount, CashIn, Open};

#[tokio::test]
async fn accounts_have_numbers_of_their_own() {
    let world = World::new().await;
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let gozal = world.person("Go‘zal", "O‘rinova", "907654321").await;
    let sum = world.account(&jasur, Asset::Uzs).await;
    let dollars = world.account(&jasur, Asset::Usd).await;
    let hers = world.account(&gozal, Asset::Uzs).await;

    let number = sum.number.to_string();
    assert_eq!((&number[..5], &number[5..8], &number[17..]), ("20206", "000", "001"));
    let number = dollars.number.to_string();
    assert_eq!((&number[..5], &number[5..8], &number[17..]), ("20206", "840", "002"));
    assert_ne!(hers.number.as_str()[9..17], sum.number.as_str()[9..17]);
    assert_eq!(sum.status, Status::Open);
    assert_eq!(sum.balance.decimal(), "0.00");

    let listed = world.payments.accounts(&jasur.ctx).await.unwrap();
    assert_eq!(listed, vec![sum.clone(), dollars]);
    assert_eq!(world.payments.account(&jasur.ctx, sum.id).await.unwrap(), sum);

    // Somebody else's account and one that does not exist get the same answer.
    for id in [hers.id, AccountId::generate(world.clock.now(), kernel::Entropy)] {
        refused(world.payments.account(&jasur.ctx, id).await, Code::AccountNotFound);
        let now = world.clock.now();
        refused(world.payments.balance_at(&jasur.ctx, id, now).await, Code::AccountNotFound);
        let day = now.day();
        refused(world.payments.statement(&jasur.ctx, id, day, day).await, Code::AccountNotFound);
    }
    let cash = BankAccount::Cash.id(Asset::Uzs);
    refused(world.payments.account(&jasur.ctx, cash).await, Code::AccountNotFound);
}

#[tokio::test]
async fn a_key_opens_one_account() {
    let world = World::new().await;
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let gozal = world.person("Go‘zal", "O‘rinova", "907654321").await;
    let key = world.key();
    let open = Open { key, asset: Asset::Uzs };
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (payments, ctx) = (world.payments.clone(), jasur.ctx.clone());
        calls.spawn(async move { payments.open_account(&ctx, open).await });
    }
    let answers: Vec<_> = calls.join_all().await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|a| *a == answers[0]), "{answers:?}");
    assert_eq!(world.payments.accounts(&jasur.ctx).await.unwrap(), answers[..1]);

    let other = Open { key, asset: Asset::Usd };
    refused(world.payments.open_account(&jasur.ctx, other).await, Code::IdempotencyKeyReused);
    refused(world.payments.open_account(&gozal.ctx, open).await, Code::IdempotencyKeyReused);
    assert_eq!(world.payments.accounts(&gozal.ctx).await.unwrap(), vec![]);
    assert_eq!(world.payments.open_account(&jasur.ctx, open).await.unwrap(), answers[0]);
}

#[tokio::test]
async fn five_accounts_in_one_asset_whatever_the_haste() {
    let world = World::new().await;
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let other_node = world.another_node().await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..16 {
        let payments = if n % 2 == 0 { &world.payments } else { &other_node };
        let (payments, ctx) = (payments.clone(), jasur.ctx.clone());
        let open = Open { key: world.key(), asset: Asset::Uzs };
        calls.spawn(async move { payments.open_account(&ctx, open).await });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 5);
    for answer in answers.into_iter().filter(Result::is_err) {
        let Err(Error::Refused(refusal)) = answer else { panic!("{answer:?}") };
        assert_eq!(refusal.code, Code::AccountLimitReached);
        assert!(refusal.sentence(Lang::En).contains("more than 5"));
    }
    let accounts = world.payments.accounts(&jasur.ctx).await.unwrap();
    assert_eq!(accounts.len(), 5);
    // Dollars are counted by themselves.
    world.account(&jasur, Asset::Usd).await;
    refused(
        world.payments.open_account(&jasur.ctx, Open { key: world.key(), asset: Asset::Uzs }).await,
        Code::AccountLimitReached,
    );
}

#[tokio::test]
async fn what_can_still_be_opened_is_what_the_ledger_lets_through() {
    let world = World::new().await;
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let openable = async || world.payments.openable(&jasur.ctx).await.unwrap();
    assert_eq!(openable().await, vec![(Asset::Uzs, 5), (Asset::Usd, 5)]);
    let first = world.account(&jasur, Asset::Uzs).await;
    world.account(&jasur, Asset::Usd).await;
    assert_eq!(openable().await, vec![(Asset::Uzs, 4), (Asset::Usd, 4)]);
    // A closed one was counted, and stays so.
    world.set_status(first.id, Status::Closed).await;
    for left in (0..=3).rev() {
        world.account(&jasur, Asset::Uzs).await;
        assert_eq!(openable().await[0], (Asset::Uzs, left));
    }
    let open = Open { key: world.key(), asset: Asset::Uzs };
    refused(world.payments.open_account(&jasur.ctx, open).await, Code::AccountLimitReached);
    refused(world.payments.openable(&Ctx::anonymous(Lang::En)).await, Code::SignInRequired);
    refused(world.payments.openable(&world.system()).await, Code::PermissionMissing);
}

#[tokio::test]
async fn an_account_has_the_name_that_its_owner_gives() {
    let world = World::new().await;
    let ((jasur, account), (gozal, hers)) = world.pair().await;
    let other = world.account(&jasur, Asset::Uzs).await;
    let rename = async |id, name: Option<&str>| {
        world.payments.rename_account(&jasur.ctx, id, name.map(str::to_owned)).await
    };
    let named = rename(account.id, Some("  Taʼtil uchun 🏖 ")).await.unwrap();
    assert_eq!(named.name.as_deref(), Some("Taʼtil uchun 🏖"));
    assert_eq!(named.balance.decimal(), "1000.00");
    assert_eq!(world.payments.account(&jasur.ctx, account.id).await.unwrap(), named);
    let listed = world.payments.accounts(&jasur.ctx).await.unwrap();
    assert_eq!(listed, vec![named, other.clone()]);
    // Two may have the same name; the last word counts.
    rename(other.id, Some("Taʼtil uchun 🏖")).await.unwrap();
    let renamed = rename(account.id, Some("Kundalik")).await.unwrap();
    assert_eq!(renamed.name.as_deref(), Some("Kundalik"));
    for nothing in [Some("   "), None, None] {
        assert_eq!(rename(account.id, nothing).await.unwrap().name, None);
        assert_eq!(world.payments.account(&jasur.ctx, account.id).await.unwrap().name, None);
    }
    // What is refused changes nothing.
    rename(account.id, Some("Kundalik")).await.unwrap();
    for bad in ["a\nb", "\u{202e}", &"ў".repeat(41)] {
        refused(rename(account.id, Some(bad)).await, Code::FieldInvalid);
    }
    let unknown = AccountId::generate(world.clock.now(), kernel::Entropy);
    for id in [hers.id, unknown, BankAccount::Cash.id(Asset::Uzs)] {
        refused(rename(id, Some("Meniki")).await, Code::AccountNotFound);
        refused(rename(id, None).await, Code::AccountNotFound);
    }
    let same = world.payments.account(&jasur.ctx, account.id).await.unwrap();
    assert_eq!(same.name.as_deref(), Some("Kundalik"));
    assert_eq!(world.payments.account(&gozal.ctx, hers.id).await.unwrap().name, None);
    // A closed account is still the owner's to name.
    world.set_status(other.id, Status::Closed).await;
    assert_eq!(rename(other.id, None).await.unwrap().status, Status::Closed);
    let nobody = Ctx::anonymous(Lang::En);
    let bare = Ctx { permissions: Permissions::NONE, ..jasur.ctx.clone() };
    // Every change was told, without the name; what changed nothing was not.
    let told = async || -> Vec<(uuid::Uuid, String)> {
        let told = "SELECT subject, payload::text FROM outbox WHERE kind = 'account.renamed'";
        sqlx::query_as(told).fetch_all(world.store.pool()).await.unwrap()
    };
    let before = told().await.len();
    rename(account.id, Some("Kundalik xarajat")).await.unwrap();
    rename(account.id, Some("Kundalik xarajat")).await.unwrap();
    let told = told().await;
    assert_eq!(told.len(), before + 1);
    assert!(told.iter().all(|(_, payload)| payload.contains(&jasur.id.to_string())));
    assert!(told.iter().all(|(_, payload)| !payload.contains("Kundalik")));
    assert!(told.iter().filter(|(subject, _)| *subject == account.id.uuid()).count() > 1);
    let attempt = async |ctx: &Ctx| world.payments.rename_account(ctx, account.id, None).await;
    refused(attempt(&nobody).await, Code::SignInRequired);
    refused(attempt(&bare).await, Code::PermissionMissing);
    refused(attempt(&world.system()).await, Code::PermissionMissing);
}

#[tokio::test]
async fn only_a_customer_opens_an_account() {
    let world = World::new().await;
    let open = Open { key: world.key(), asset: Asset::Uzs };
    refused(world.payments.open_account(&world.system(), open).await, Code::PermissionMissing);
    let nobody = Ctx::anonymous(Lang::En);
    refused(world.payments.open_account(&nobody, open).await, Code::SignInRequired);
    refused(world.payments.accounts(&nobody).await, Code::SignInRequired);
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let bare = Ctx { permissions: Permissions::NONE, ..jasur.ctx.clone() };
    refused(world.payments.open_account(&bare, open).await, Code::PermissionMissing);
    refused(world.payments.accounts(&bare).await, Code::PermissionMissing);
    let old = kernel::OperationId::generate(Moment::EPOCH, kernel::Entropy);
    let open = Open { key: old, asset: Asset::Uzs };
    refused(world.payments.open_account(&jasur.ctx, open).await, Code::IdempotencyKeyOutOfTime);
}

#[tokio::test]
async fn a_past_balance_is_what_it_was() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    let before = world.clock.now();
    world.clock.advance_seconds(100);
    world.pay_in(&from, "0.01").await;
    let at = |seconds| world.payments.balance_at(&jasur.ctx, from.id, before.plus_seconds(seconds));
    assert_eq!(at(-3_600).await.unwrap().decimal(), "0.00");
    assert_eq!(at(50).await.unwrap().decimal(), "1000.00");
    world.clock.advance_seconds(100);
    assert_eq!(at(200).await.unwrap().decimal(), "1000.01");
    refused(at(201).await, Code::FieldInvalid);
}

#[tokio::test]
async fn the_banks_accounts_are_opened_once_by_whoever_comes_first() {
    let world = World::new().await;
    let mut calls = tokio::task::JoinSet::new();
    for seconds in [0, 0, 0, 86_400, 86_400] {
        world.clock.advance_seconds(seconds);
        let node = world.another_node().await;
        let ctx = world.system();
        calls.spawn(async move { node.bank().ensure(&ctx).await });
    }
    for done in calls.join_all().await {
        done.unwrap();
    }
    for asset in Asset::ALL {
        let cash = world.ledger.account(BankAccount::Cash.id(asset)).await.unwrap().unwrap();
        assert_eq!((cash.code, cash.owner, cash.account.asset), (10_101, None, asset));
        assert_eq!(cash.account.rule, BalanceRule::CreditsWithinDebits);
        let number = cash.number.unwrap();
        assert!(number.as_str().starts_with("10101"), "{number}");
        assert!(number.as_str().ends_with("00000001001"), "{number}");
        let fees = world.ledger.account(BankAccount::FeeIncome.id(asset)).await.unwrap().unwrap();
        assert_eq!((fees.code, fees.owner), (45_200, None));
    }
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    refused(world.payments.bank().ensure(&jasur.ctx).await, Code::PermissionMissing);
    world.verify().await;
}

#[tokio::test]
async fn two_nodes_open_the_banks_accounts_at_once() {
    let db = store::testing::TestDatabase::create().await;
    let clock = kernel::ManualClock::new(kernel::Clock::System.now());
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..4 {
        let ledger = ledger(&db.store(), &clock).await;
        let scheme = std::sync::Arc::new(payments::DemoKeyScheme);
        let keys = kernel::KeyRing::new(kernel::Secret::new([3; 32]));
        let config = identity::Config::default();
        let identity = identity::Identity::new(db.store(), keys.clone(), config);
        let customers = customers::Customers::new(db.store(), identity);
        let bank = payments::Payments::new(db.store(), ledger, customers, keys, scheme).bank();
        // Half of them see the next day already.
        let day = kernel::ManualClock::new(clock.now().plus_seconds(86_400 * (n % 2)));
        let ctx = Ctx::system("node", Permissions::NONE).with_clock(kernel::Clock::Manual(day));
        calls.spawn(async move { bank.ensure(&ctx).await });
    }
    for done in calls.join_all().await {
        done.unwrap();
    }
    let ledger = ledger(&db.store(), &clock).await;
    assert_eq!(ledger.verify().await.unwrap().findings, vec![]);
    for asset in Asset::ALL {
        assert!(ledger.account(BankAccount::FeeIncome.id(asset)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn cash_is_taken_in_once_per_key() {
    let world = World::new().await;
    let ((jasur, account), _) = world.pair().await;
    let ctx = world.system();
    let cash = CashIn {
        key: world.key(),
        account: account.number,
        amount: Amount::parse("12.50", Asset::Uzs).unwrap(),
        note: Some(" salary ".to_owned()),
    };
    let receipt = world.payments.cash_in(&ctx, cash.clone()).await.unwrap();
    assert_eq!((receipt.replayed, receipt.note.as_deref()), (false, Some("salary")));
    let again = world.payments.cash_in(&ctx, cash.clone()).await.unwrap();
    assert_eq!((again.replayed, again.at, again.id), (true, receipt.at, receipt.id));
    assert_eq!(world.balance(account.id).await, "1012.50");
    assert_eq!(world.balance(BankAccount::Cash.id(Asset::Uzs)).await, "-1012.50");

    let amount = Amount::parse("12.51", Asset::Uzs).unwrap();
    let changed = CashIn { amount, ..cash.clone() };
    refused(world.payments.cash_in(&ctx, changed).await, Code::IdempotencyKeyReused);
    let fresh = || CashIn { key: world.key(), ..cash.clone() };
    let dollars = CashIn { amount: Amount::parse("1", Asset::Usd).unwrap(), ..fresh() };
    refused(world.payments.cash_in(&ctx, dollars).await, Code::CurrencyMismatch);
    let nobody = CashIn { account: "20206000000000000001".parse().unwrap(), ..fresh() };
    refused(world.payments.cash_in(&ctx, nobody).await, Code::AccountNotFound);
    let own = world.ledger.account(BankAccount::FeeIncome.id(Asset::Uzs)).await.unwrap().unwrap();
    let bank = CashIn { account: own.number.unwrap(), ..fresh() };
    refused(world.payments.cash_in(&ctx, bank).await, Code::AccountNotFound);
    let note = CashIn { note: Some("a\u{0}b".to_owned()), ..fresh() };
    refused(world.payments.cash_in(&ctx, note).await, Code::FieldInvalid);
    refused(world.payments.cash_in(&jasur.ctx, fresh()).await, Code::PermissionMissing);
    refused(world.payments.cash_in(&Ctx::anonymous(Lang::En), fresh()).await, Code::SignInRequired);

    // A frozen account takes money in, a closed one does not.
    world.set_status(account.id, Status::Frozen).await;
    world.payments.cash_in(&ctx, fresh()).await.unwrap();
    let closed = world.account(&jasur, Asset::Uzs).await;
    world.set_status(closed.id, Status::Closed).await;
    let late = CashIn { account: closed.number, ..fresh() };
    refused(world.payments.cash_in(&ctx, late).await, Code::AccountClosed);
    world.verify().await;
}
