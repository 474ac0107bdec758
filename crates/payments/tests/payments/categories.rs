//! What money was for: filters by category, and sums.

use std::collections::BTreeMap;

use crate::common::{Person, World, refused};
use crate::history::{all, business, send};
use kernel::{AccountId, Amount, Asset, Code, Ctx, EditionId, Entropy, Lang, QuoteId};
use ledger::{Operation, Principal, Transfer, TransferKind};
use payments::transfers::TransferDetail;
use payments::transfers::postings::{Internal, internal};
use payments::{AccountView, BankAccount, Category, Direction, Fee, Item, Party, Query};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

#[tokio::test]
async fn a_customer_says_what_an_operation_was_for() {
    let world = World::new().await;
    let ((jasur, his), (gozal, _), _) = business(&world).await;
    let query = Query { account: Some(his.id), ..Query::default() };
    let history = all(&world, &jasur, query, 9).await;
    let ids: Vec<_> = history.iter().map(|item| item.operation).collect();
    let [smallest, to_savings, from_her, lunch, cash] = ids[..] else { panic!("{ids:?}") };
    let say =
        async |who: &Person, id, category| world.payments.categorise(&who.ctx, id, category).await;
    say(&jasur, lunch, Category::Eating).await.unwrap();
    assert_eq!(
        world.payments.operation(&jasur.ctx, lunch).await.unwrap().category,
        Category::Eating
    );
    // It is his word only.
    assert_eq!(
        world.payments.operation(&gozal.ctx, lunch).await.unwrap().category,
        Category::Income
    );
    say(&gozal, lunch, Category::Shopping).await.unwrap();
    assert_eq!(
        world.payments.operation(&jasur.ctx, lunch).await.unwrap().category,
        Category::Eating
    );
    // Another word takes the place of the first; the first one can be given again.
    say(&jasur, lunch, Category::Groceries).await.unwrap();
    say(&jasur, lunch, Category::People).await.unwrap();
    assert_eq!(
        world.payments.operation(&jasur.ctx, lunch).await.unwrap().category,
        Category::People
    );
    say(&jasur, lunch, Category::Eating).await.unwrap();
    say(&jasur, cash, Category::Income).await.unwrap();
    say(&jasur, to_savings, Category::Own).await.unwrap();

    for (id, category) in [
        (to_savings, Category::Groceries),
        (lunch, Category::Own),
        (lunch, Category::Fees),
        (lunch, Category::Income),
        (from_her, Category::Own),
    ] {
        refused(say(&jasur, id, category).await, Code::FieldInvalid);
    }
    refused(say(&gozal, cash, Category::Home).await, Code::NotFound);
    refused(say(&jasur, world.key(), Category::Home).await, Code::NotFound);
    let nobody = Ctx::anonymous(Lang::En);
    let answer = world.payments.categorise(&nobody, lunch, Category::Home).await;
    refused(answer, Code::SignInRequired);

    let of = async |category| {
        let query = Query { category: Some(category), ..Query::default() };
        let found = all(&world, &jasur, query, 2).await;
        found.into_iter().map(|item| item.operation).collect::<Vec<_>>()
    };
    assert_eq!(of(Category::Eating).await, [lunch]);
    assert_eq!(of(Category::People).await, [smallest]);
    assert_eq!(of(Category::Own).await, [to_savings, to_savings]);
    assert_eq!(of(Category::Income).await, [from_her, cash]);
    // The dollars that were paid in.
    assert_eq!(of(Category::Cash).await.len(), 1);
    assert_eq!(of(Category::Home).await, []);
}

#[tokio::test]
async fn a_statement_says_the_same_categories() {
    let world = World::new().await;
    let ((jasur, his), _, _) = business(&world).await;
    let query = Query { account: Some(his.id), ..Query::default() };
    let lunch = all(&world, &jasur, query, 9).await[3].operation;
    world.payments.categorise(&jasur.ctx, lunch, Category::Eating).await.unwrap();
    let today = world.clock.now().day();
    let statement = world.payments.statement(&jasur.ctx, his.id, today, today).await.unwrap();
    let categories: Vec<_> = statement.lines.iter().map(|line| (line.category, line.own)).collect();
    assert_eq!(
        categories,
        [
            (Category::Cash, false),
            (Category::Eating, false),
            (Category::Income, false),
            (Category::Own, true),
            (Category::People, false),
        ]
    );
    world.verify().await;
}

#[tokio::test]
async fn spending_leaves_own_transfers_out() {
    let world = World::new().await;
    let ((jasur, _), (gozal, hers), savings) = business(&world).await;
    send(&world, &jasur, (&savings, &hers), "200", "rent").await;
    let today = world.clock.now().day();
    let query = Query { account: Some(savings.id), ..Query::default() };
    let rent = all(&world, &jasur, query, 9).await[0].operation;
    world.payments.categorise(&jasur.ctx, rent, Category::Home).await.unwrap();
    let spending = world.payments.spending(&jasur.ctx, today, today).await.unwrap();
    assert_eq!(spending.len(), 1, "no dollars left");
    assert_eq!((spending[0].asset, spending[0].total.decimal()), (Asset::Uzs, "300.01".to_owned()));
    let parts: Vec<_> = spending[0].by_category.iter().map(|(c, m)| (*c, m.decimal())).collect();
    assert_eq!(
        parts,
        [(Category::Home, "200.00".to_owned()), (Category::People, "100.01".to_owned())]
    );
    let hers_spent = world.payments.spending(&gozal.ctx, today, today).await.unwrap();
    assert_eq!(hers_spent[0].total.decimal(), "30.00");
    let yesterday = today.start().plus_micros(-1).day();
    let before = world.payments.spending(&jasur.ctx, yesterday, yesterday).await.unwrap();
    assert_eq!(before, []);
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    assert_eq!(world.payments.spending(&ali.ctx, today, today).await.unwrap(), []);
    let reversed = world.payments.spending(&jasur.ctx, today, yesterday).await;
    refused(reversed, Code::PeriodInvalid);
    let old = today.start().plus_seconds(-366 * 86_400).day();
    refused(world.payments.spending(&jasur.ctx, old, today).await, Code::PeriodInvalid);
    let nobody = Ctx::anonymous(Lang::En);
    refused(world.payments.spending(&nobody, today, today).await, Code::SignInRequired);
}

/// Business of one customer, as plain data.
#[derive(Clone, Debug)]
enum Move {
    Transfer {
        from: usize,
        to: usize,
        amount: i64,
        fee: i64,
    },
    /// By something that has no default of its own.
    Unknown {
        account: usize,
        amount: i64,
        comes: bool,
    },
}

fn moves() -> impl Strategy<Value = (Move, Option<Category>, i64)> {
    let account = 0..4_usize;
    let business = prop_oneof![
        5 => (account.clone(), account.clone(), 1..5_000_i64, prop_oneof![Just(0), 1..90_i64])
            .prop_map(|(from, to, amount, fee)| Move::Transfer { from, to, amount, fee }),
        2 => (account, 1..500_i64, any::<bool>())
            .prop_map(|(account, amount, comes)| Move::Unknown { account, amount, comes }),
    ];
    let label = prop::option::of(prop::sample::select(Category::ALL.to_vec()));
    (business, label, 0..40_000_i64)
}

/// Plays a move, if it can be. The first three accounts are Jasur's.
async fn play(
    world: &World,
    accounts: &[AccountView],
    moved: &Move,
) -> Option<kernel::OperationId> {
    let ctx = world.system();
    let principal = Principal::of(&ctx).unwrap();
    let key = world.key();
    let operation = match *moved {
        Move::Transfer { from, to, amount, fee } => {
            let (from, to) = (&accounts[from], &accounts[to]);
            if from.id == to.id || from.asset != to.asset {
                return None;
            }
            let mut operation = Operation::new(key, "transfer.internal", principal);
            let edition = EditionId::generate(world.clock.now(), Entropy);
            let charged = Fee { bank: fee, ..Fee::free(edition) };
            operation.transfers = internal(&Internal {
                from: from.id,
                to: to.id,
                amount: Amount::from_minor(amount, from.asset).unwrap(),
                fee: &charged,
            })
            .unwrap();
            let name =
                |id: AccountId| if id == accounts[3].id { "Go‘zal O." } else { "Jasur K." };
            let party = |account: &AccountView| Party {
                masked_name: name(account.id).to_owned(),
                account_tail: account.number.tail().to_owned(),
            };
            operation.narrative = format!("{}\n{}", name(from.id), name(to.id)).replace('‘', "");
            let detail = TransferDetail {
                payer: party(from),
                payee: party(to),
                asset: from.asset.code().to_owned(),
                fee,
                priced: Some(charged),
                note: None,
                quote: QuoteId::generate(world.clock.now(), Entropy),
            };
            operation.detail = serde_json::to_value(detail).unwrap();
            operation
        }
        Move::Unknown { account, amount, comes } => {
            let account = &accounts[account];
            let bank = BankAccount::FeeIncome.id(account.asset);
            let (debit, credit) = if comes { (bank, account.id) } else { (account.id, bank) };
            let mut operation = Operation::new(key, "something.else", principal);
            let kind = TransferKind::Post;
            operation.transfers.push(Transfer { debit, credit, amount, kind, code: 999 });
            operation.narrative = "what Jasur K. does not know".to_owned();
            operation
        }
    };
    // Not enough money is an answer as well.
    world.ledger.execute(&ctx, operation).await.ok().map(|posted| posted.id)
}

/// The sums that [`payments::Payments::spending`] should give, from the whole history.
fn spent(items: &[Item]) -> BTreeMap<(Asset, Category), i64> {
    let mut sums = BTreeMap::new();
    for item in items.iter().filter(|item| item.direction == Direction::Out && !item.own) {
        *sums.entry((item.amount.asset, item.category)).or_insert(0) -= item.amount.minor;
    }
    sums
}

async fn check_spending(world: &World, jasur: &Person, whole: &[Item]) {
    let (first, last) = (whole.last().unwrap().at.day(), whole[0].at.day());
    let mut day = first;
    let mut periods = vec![(first, last)];
    while day <= last {
        periods.push((day, day));
        day = day.end().day();
    }
    for (from, to) in periods {
        let within = |item: &&Item| (from..=to).contains(&item.at.day());
        let items: Vec<Item> = whole.iter().filter(within).cloned().collect();
        let mut found = BTreeMap::new();
        for spending in world.payments.spending(&jasur.ctx, from, to).await.unwrap() {
            let total: i64 = spending.by_category.iter().map(|(_, sum)| sum.minor).sum();
            assert_eq!(total, spending.total.minor);
            for (category, sum) in spending.by_category {
                found.insert((spending.asset, category), sum.minor);
            }
        }
        assert_eq!(found, spent(&items), "{from} {to}");
    }
}

#[tokio::test]
async fn every_filter_gives_what_the_whole_history_has() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers)) = world.pair().await;
    let savings = world.account(&jasur, Asset::Uzs).await;
    let dollars = world.account(&jasur, Asset::Usd).await;
    world.pay_in(&dollars, "500").await;
    world.pay_in(&hers, "500").await;
    let accounts = [his, savings, dollars, hers];
    let mut runner = TestRunner::default();
    let business = prop::collection::vec(moves(), 90).new_tree(&mut runner).unwrap().current();
    for (moved, label, wait) in &business {
        let posted = play(&world, &accounts, moved).await;
        if let (Some(id), Some(label)) = (posted, label) {
            for who in [&jasur, &gozal] {
                // Not every operation is hers, and not every name may be given.
                match world.payments.categorise(&who.ctx, id, *label).await {
                    Ok(()) => {}
                    Err(e) => assert!(
                        matches!(e.code(), Some(Code::FieldInvalid | Code::NotFound)),
                        "{e:?}"
                    ),
                }
            }
        }
        world.clock.advance_seconds(*wait);
    }
    for who in [&jasur, &gozal] {
        let whole = all(&world, who, Query::default(), 100).await;
        let mut counted = 0;
        for category in Category::ALL {
            for (limit, direction) in [
                (1, None),
                (3, None),
                (100, None),
                (2, Some(Direction::In)),
                (7, Some(Direction::Out)),
            ] {
                let query = Query { category: Some(category), direction, ..Query::default() };
                let found = all(&world, who, query, limit).await;
                let expected: Vec<Item> = whole
                    .iter()
                    .filter(|i| i.category == category)
                    .filter(|i| direction.is_none_or(|d| i.direction == d))
                    .cloned()
                    .collect();
                assert_eq!(found, expected, "{category:?} {limit} {direction:?}");
                counted += if limit == 100 { found.len() } else { 0 };
            }
        }
        assert_eq!(counted, whole.len(), "each line belongs to one category");
        check_filters(&world, who, &whole).await;
        check_spending(&world, who, &whole).await;
        assert!(whole.iter().all(|i| i.own == (i.category == Category::Own)));
    }
    world.verify().await;
}

/// Several filters at once.
async fn check_filters(world: &World, who: &Person, whole: &[Item]) {
    let middle = whole[whole.len() / 2].at;
    let kinds = vec!["cash.in".to_owned(), "something.else".to_owned()];
    let query = Query {
        kinds: kinds.clone(),
        from: Some(middle),
        category: Some(Category::Income),
        ..Query::default()
    };
    let expected: Vec<Item> = whole
        .iter()
        .filter(|i| kinds.contains(&i.kind) && i.at >= middle && i.category == Category::Income)
        .cloned()
        .collect();
    assert_eq!(all(world, who, query, 2).await, expected);
    // By the other side's name and a category; a narrative of one line is for everybody.
    let query = Query {
        text: Some("jasur".to_owned()),
        category: Some(Category::Other),
        to: Some(middle),
        ..Query::default()
    };
    let found = all(world, who, query.clone(), 2).await;
    let expected: Vec<Item> = whole
        .iter()
        .filter(|i| i.at < middle && i.category == Category::Other)
        .filter(|i| i.kind == "something.else" || i.counterparty.as_deref() == Some("Jasur K."))
        .cloned()
        .collect();
    assert_eq!(found, expected);
    let export = world.payments.export(&who.ctx, &query).await.unwrap();
    assert_eq!((export.items, export.complete), (expected, true));
}
