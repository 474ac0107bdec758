//! Histories and statements.

use crate::common::{Person, World, refused};
use kernel::{AccountId, Amount, Asset, Code, Ctx, Lang, Money};
use ledger::{Operation, Principal, Status, Transfer, TransferKind};
use payments::{
    AccountView, BankAccount, Category, Confirm, Direction, Item, Payee, Preview, Query,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

pub async fn all(world: &World, who: &Person, query: Query, limit: u32) -> Vec<Item> {
    let mut query = Query { limit: Some(limit), ..query };
    let mut items = Vec::new();
    loop {
        let page = world.payments.history(&who.ctx, &query).await.unwrap();
        assert!(page.items.len() <= usize::try_from(limit).unwrap());
        items.extend(page.items);
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return items,
        }
    }
}

pub async fn send(
    world: &World,
    who: &Person,
    (from, to): (&AccountView, &AccountView),
    amount: &str,
    note: &str,
) {
    let preview = Preview {
        from: from.id,
        to: Payee::Number(to.number),
        amount: Amount::parse(amount, from.asset).unwrap(),
        note: Some(note.to_owned()),
    };
    let quote = world.payments.preview(&who.ctx, preview).await.unwrap();
    let confirm = Confirm { key: world.key(), quote: quote.token, confirmation: None };
    world.payments.confirm(&who.ctx, confirm).await.unwrap();
    world.clock.advance_seconds(10);
}

/// Some business between two people: sum there and back, dollars, and between own accounts.
pub async fn business(
    world: &World,
) -> ((Person, AccountView), (Person, AccountView), AccountView) {
    let ((jasur, his), (gozal, hers)) = world.pair().await;
    let dollars = world.account(&jasur, Asset::Usd).await;
    let savings = world.account(&jasur, Asset::Uzs).await;
    world.pay_in(&dollars, "7").await;
    world.clock.advance_seconds(10);
    send(world, &jasur, (&his, &hers), "100", "Lunch 100% _ok_").await;
    send(world, &gozal, (&hers, &his), "30", "Обед").await;
    send(world, &jasur, (&his, &savings), "500", "to savings").await;
    send(world, &jasur, (&his, &hers), "0.01", "smallest").await;
    ((jasur, his), (gozal, hers), savings)
}

#[tokio::test]
async fn both_sides_see_a_transfer_each_their_own_way() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers), _) = business(&world).await;
    let seen = all(&world, &jasur, Query { account: Some(his.id), ..Query::default() }, 100).await;
    let brief: Vec<_> = seen
        .iter()
        .map(|i| {
            let name = i.counterparty.as_deref().unwrap_or("-");
            let note = i.note.as_deref().unwrap_or("-");
            (i.kind.as_str(), i.amount.decimal(), i.balance_after.decimal(), name, note)
        })
        .map(|(kind, amount, after, name, note)| format!("{kind} {amount} {after} {name} {note}"))
        .collect();
    assert_eq!(
        brief,
        [
            "transfer.internal -0.01 429.99 Go‘zal O. smallest",
            "transfer.internal -500.00 430.00 Jasur K. to savings",
            "transfer.internal 30.00 930.00 Go‘zal O. Обед",
            "transfer.internal -100.00 900.00 Go‘zal O. Lunch 100% _ok_",
            "cash.in 1000.00 1000.00 - -",
        ]
    );
    let hers_seen = all(&world, &gozal, Query::default(), 100).await;
    assert_eq!(hers_seen.len(), 3);
    assert_eq!(hers_seen[2].counterparty.as_deref(), Some("Jasur K."));
    assert_eq!(hers_seen[2].direction, Direction::In);
    assert!(hers_seen.iter().all(|i| i.account == hers.id));
}

#[tokio::test]
async fn pages_of_any_size_give_the_same_history() {
    let world = World::new().await;
    let ((jasur, _), _, _) = business(&world).await;
    let whole = all(&world, &jasur, Query::default(), 100).await;
    // Five lines of the account in sum, one in dollars, one of the savings.
    assert_eq!(whole.len(), 7);
    assert!(whole.is_sorted_by(|a, b| (a.at, a.account) > (b.at, b.account)));
    for limit in 1..8 {
        assert_eq!(all(&world, &jasur, Query::default(), limit).await, whole, "{limit}");
    }
    let exact = world
        .payments
        .history(&jasur.ctx, &Query { limit: Some(7), ..Query::default() })
        .await
        .unwrap();
    assert_eq!(exact.next_cursor, None);
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers), savings) = business(&world).await;
    let count = async |query: Query| all(&world, &jasur, query, 100).await.len();
    let money = |text| Some(Amount::parse(text, Asset::Uzs).unwrap());
    let text = |text: &str| Query { text: Some(text.to_owned()), ..Query::default() };
    assert_eq!(count(text("lunch")).await, 1);
    assert_eq!(count(text("обед")).await, 1);
    assert_eq!(count(text("go‘zal")).await, 3);
    // Wildcards are letters like others.
    assert_eq!(count(text("100%")).await, 1);
    assert_eq!(count(text("_ok_")).await, 1);
    assert_eq!(count(text("1%0")).await, 0);
    assert_eq!(count(text("\\")).await, 0);
    let kind = |kind: &str| Query { kinds: vec![kind.to_owned()], ..Query::default() };
    assert_eq!(count(kind("cash.in")).await, 2);
    assert_eq!(count(kind("transfer.internal")).await, 5);
    assert_eq!(count(kind("loan.accrual")).await, 0);
    let both = vec!["cash.in".to_owned(), "transfer.internal".to_owned()];
    assert_eq!(count(Query { kinds: both, ..Query::default() }).await, 7);
    let direction = |direction| Query { direction: Some(direction), ..Query::default() };
    assert_eq!(count(direction(Direction::In)).await, 4);
    assert_eq!(count(direction(Direction::Out)).await, 3);
    assert_eq!(count(Query { asset: Some(Asset::Usd), ..Query::default() }).await, 1);
    assert_eq!(count(Query { min: money("500"), ..Query::default() }).await, 3);
    assert_eq!(count(Query { max: money("0.01"), ..Query::default() }).await, 1);
    assert_eq!(count(Query { min: money("30"), max: money("100"), ..Query::default() }).await, 2);
    assert_eq!(count(Query { account: Some(savings.id), ..Query::default() }).await, 1);
    let now = world.clock.now();
    assert_eq!(count(Query { from: Some(now), ..Query::default() }).await, 0);
    assert_eq!(count(Query { to: Some(now), ..Query::default() }).await, 7);
    assert_eq!(count(Query { from: Some(now.plus_seconds(-15)), ..Query::default() }).await, 1);

    // What contradicts itself is told so, and is no empty page.
    let apart = Query { account: Some(his.id), asset: Some(Asset::Usd), ..Query::default() };
    refused(world.payments.history(&jasur.ctx, &apart).await, Code::CurrencyMismatch);
    let nothing = Query { from: Some(now), to: Some(now), ..Query::default() };
    refused(world.payments.history(&jasur.ctx, &nothing).await, Code::FieldInvalid);
    let foreign = Query { account: Some(hers.id), ..Query::default() };
    refused(world.payments.history(&jasur.ctx, &foreign).await, Code::AccountNotFound);
    for (who, code) in [
        (Ctx::anonymous(Lang::En), Code::SignInRequired),
        (world.system(), Code::PermissionMissing),
    ] {
        refused(world.payments.history(&who, &Query::default()).await, code);
    }
    let bad = Query { text: Some("\0".to_owned()), ..Query::default() };
    refused(world.payments.history(&gozal.ctx, &bad).await, Code::FieldInvalid);
}

#[tokio::test]
async fn a_cursor_is_only_for_whom_it_was_made() {
    let world = World::new().await;
    let ((jasur, _), (gozal, _), _) = business(&world).await;
    let first = Query { limit: Some(1), ..Query::default() };
    let cursor = world.payments.history(&jasur.ctx, &first).await.unwrap().next_cursor.unwrap();
    let stolen = Query { cursor: Some(cursor.clone()), ..Query::default() };
    refused(world.payments.history(&gozal.ctx, &stolen).await, Code::CursorInvalid);
    let mut runner = TestRunner::default();
    for _ in 0..300 {
        let strategy = (any::<proptest::sample::Index>(), "[A-Za-z0-9_-]");
        let (place, letter) = strategy.new_tree(&mut runner).unwrap().current();
        let place = place.index(cursor.len());
        let changed = format!("{}{letter}{}", &cursor[..place], &cursor[place + 1..]);
        let query = Query { cursor: Some(changed), ..Query::default() };
        // A changed moment is a place in one's own history; anything else is refused.
        match world.payments.history(&jasur.ctx, &query).await {
            Ok(page) => assert!(page.items.len() <= 7),
            Err(error) => assert_eq!(error.code(), Some(Code::CursorInvalid)),
        }
    }
}

#[tokio::test]
async fn somebody_without_accounts_has_an_empty_history() {
    let world = World::new().await;
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    let page = world.payments.history(&ali.ctx, &Query::default()).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (0, None));
}

#[tokio::test]
async fn a_statement_adds_up() {
    let world = World::new().await;
    let ((jasur, his), (_, hers), _) = business(&world).await;
    let today = world.clock.now().day();
    let statement = world.payments.statement(&jasur.ctx, his.id, today, today).await.unwrap();
    assert_eq!(statement.number, his.number);
    assert_eq!(statement.opening.decimal(), "0.00");
    assert_eq!(statement.credits.decimal(), "1030.00");
    assert_eq!(statement.debits.decimal(), "600.01");
    assert_eq!(statement.closing.decimal(), "429.99");
    let mut seen =
        all(&world, &jasur, Query { account: Some(his.id), ..Query::default() }, 9).await;
    seen.reverse();
    assert_eq!(statement.lines, seen);

    // The days before and after.
    world.clock.advance_seconds(2 * 86_400);
    let later = world.clock.now().day();
    let after = world.payments.statement(&jasur.ctx, his.id, later, later).await.unwrap();
    assert_eq!((after.opening, after.closing), (statement.closing, statement.closing));
    assert_eq!((after.credits.minor, after.debits.minor, after.lines.len()), (0, 0, 0));
    let yesterday = today.start().plus_micros(-1).day();
    let before = world.payments.statement(&jasur.ctx, his.id, yesterday, yesterday).await.unwrap();
    assert_eq!((before.opening.minor, before.closing.minor), (0, 0));
    let both = world.payments.statement(&jasur.ctx, his.id, yesterday, later).await.unwrap();
    assert_eq!(both.lines, statement.lines);

    for (from, to) in [(later, today), (today, later.end().day())] {
        let answer = world.payments.statement(&jasur.ctx, his.id, from, to).await;
        refused(answer, Code::PeriodInvalid);
    }
    let old = later.start().plus_seconds(-366 * 86_400).day();
    refused(world.payments.statement(&jasur.ctx, his.id, old, later).await, Code::PeriodInvalid);
    refused(
        world.payments.statement(&jasur.ctx, hers.id, today, today).await,
        Code::AccountNotFound,
    );
}

#[tokio::test]
async fn random_business_adds_up_to_the_tiyin() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers)) = world.pair().await;
    let start = world.clock.now().day();
    let mut runner = TestRunner::default();
    let strategy = prop::collection::vec((any::<bool>(), 1..40_000_i64, 0..20_000_i64), 60);
    let moves = strategy.new_tree(&mut runner).unwrap().current();
    let mut model = [100_000_i64, 0];
    for (back, minor, wait) in moves {
        let (who, from, to, gives, takes) =
            if back { (&gozal, &hers, &his, 1, 0) } else { (&jasur, &his, &hers, 0, 1) };
        let amount = Money::new(minor, Asset::Uzs).decimal();
        let quote = world.preview(who, from.id, Payee::Number(to.number), &amount).await;
        assert_eq!(quote.sufficient, minor <= model[gives]);
        let answer = world.confirm(who, world.key(), &quote.token).await;
        if minor <= model[gives] {
            answer.unwrap();
            model[gives] -= minor;
            model[takes] += minor;
        } else {
            refused(answer, Code::InsufficientFunds);
        }
        world.clock.advance_seconds(wait);
    }
    let end = world.clock.now().day();
    for (who, account, expected) in [(&jasur, &his, model[0]), (&gozal, &hers, model[1])] {
        let s = world.payments.statement(&who.ctx, account.id, start, end).await.unwrap();
        assert_eq!(s.closing.minor, expected);
        assert_eq!(s.opening.minor + s.credits.minor - s.debits.minor, s.closing.minor);
        let mut balance = s.opening.minor;
        for line in &s.lines {
            balance += line.amount.minor;
            assert_eq!(line.balance_after.minor, balance);
            assert_eq!(line.direction == Direction::In, line.amount.minor > 0);
            let at = world.payments.balance_at(&who.ctx, account.id, line.at).await.unwrap();
            assert_eq!(at.minor, balance);
        }
        // Day by day it is the same statement in pieces.
        let mut pieces = Vec::new();
        let (mut day, mut carried) = (start, s.opening);
        while day <= end {
            let piece = world.payments.statement(&who.ctx, account.id, day, day).await.unwrap();
            assert_eq!(piece.opening, carried);
            carried = piece.closing;
            pieces.extend(piece.lines);
            day = day.end().day();
        }
        assert_eq!((pieces, carried), (s.lines, s.closing));
    }
    world.verify().await;
}

#[tokio::test]
async fn nobody_finds_operations_by_their_own_name() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers), _) = business(&world).await;
    send(&world, &gozal, (&hers, &his), "1", "from GO'ZAL for jasur").await;
    let notes = async |who: &Person, text: &str| {
        let query = Query { text: Some(text.to_owned()), ..Query::default() };
        let found = all(&world, who, query.clone(), 100).await;
        // Pages stay full: those of one item are the same list.
        assert_eq!(all(&world, who, query, 1).await, found);
        found.into_iter().map(|item| item.note.unwrap_or_default()).collect::<Vec<_>>().join("; ")
    };
    // His own name is on both sides of what he moved to his savings, and says nothing.
    assert_eq!(notes(&jasur, "Jasur").await, "from GO'ZAL for jasur");
    assert_eq!(
        notes(&jasur, "goʻzal").await,
        "from GO'ZAL for jasur; smallest; Обед; Lunch 100% _ok_"
    );
    assert_eq!(notes(&jasur, "to savings").await, "to savings; to savings");
    assert_eq!(notes(&gozal, "O.").await, "");
    assert_eq!(
        notes(&gozal, "JASUR K").await,
        "from GO'ZAL for jasur; smallest; Обед; Lunch 100% _ok_"
    );
    // A line of the narrative is looked at by itself.
    assert_eq!(notes(&gozal, "jasur k. go").await, "");
}

#[tokio::test]
async fn one_operation_is_seen_by_its_own_people() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers), savings) = business(&world).await;
    let history = all(&world, &jasur, Query { account: Some(his.id), ..Query::default() }, 9).await;
    let ids: Vec<_> = history.iter().map(|item| item.operation).collect();
    let [_, to_savings, from_her, lunch, cash] = ids[..] else { panic!("{ids:?}") };
    let tail = |account: &AccountView| account.number.tail().to_owned();

    let paid = world.payments.operation(&jasur.ctx, lunch).await.unwrap();
    assert_eq!((paid.direction, paid.category), (Direction::Out, Category::People));
    assert_eq!((paid.amount.decimal(), paid.total.decimal()), ("100.00".into(), "100.00".into()));
    assert_eq!((paid.fee.minor, paid.balance_after.decimal()), (0, "900.00".into()));
    let from = paid.from.unwrap();
    assert_eq!((from.id, from.tail, paid.to), (his.id, tail(&his), None));
    let party = paid.counterparty.unwrap();
    assert_eq!((party.masked_name.as_str(), party.account_tail), ("Go‘zal O.", tail(&hers)));
    assert_eq!(paid.note.as_deref(), Some("Lunch 100% _ok_"));
    assert!(paid.repeatable);

    let got = world.payments.operation(&gozal.ctx, lunch).await.unwrap();
    assert_eq!((got.direction, got.category), (Direction::In, Category::Income));
    assert_eq!((got.id, got.at, got.kind), (paid.id, paid.at, paid.kind));
    assert_eq!((got.from, got.to.unwrap().id), (None, hers.id));
    assert_eq!(got.counterparty.unwrap().masked_name, "Jasur K.");
    assert_eq!((got.balance_after.decimal(), got.repeatable), ("100.00".into(), false));

    let own = world.payments.operation(&jasur.ctx, to_savings).await.unwrap();
    assert_eq!((own.direction, own.category), (Direction::Own, Category::Own));
    assert_eq!((own.from.unwrap().id, own.to.unwrap().id), (his.id, savings.id));
    assert_eq!((own.counterparty, own.balance_after.decimal()), (None, "430.00".into()));
    assert!(own.repeatable);

    let paid_in = world.payments.operation(&jasur.ctx, cash).await.unwrap();
    assert_eq!((paid_in.direction, paid_in.category), (Direction::In, Category::Cash));
    assert_eq!((paid_in.counterparty, paid_in.repeatable), (None, false));

    // Somebody else's, one that moved nothing, and none at all are the same.
    for (who, id) in [(&gozal, to_savings), (&gozal, cash), (&jasur, world.key())] {
        refused(world.payments.operation(&who.ctx, id).await, Code::NotFound);
    }
    let opened = world.key();
    let open = payments::Open { key: opened, asset: Asset::Usd };
    world.payments.open_account(&jasur.ctx, open).await.unwrap();
    refused(world.payments.operation(&jasur.ctx, opened).await, Code::NotFound);
    let quote = world.preview(&jasur, his.id, Payee::Number(hers.number), "100000").await;
    let never = world.key();
    refused(world.confirm(&jasur, never, &quote.token).await, Code::InsufficientFunds);
    refused(world.payments.operation(&jasur.ctx, never).await, Code::NotFound);
    refused(world.payments.operation(&world.system(), from_her).await, Code::PermissionMissing);
    let nobody = Ctx::anonymous(Lang::En);
    refused(world.payments.operation(&nobody, from_her).await, Code::SignInRequired);
}

/// Pays cash in, in many parts of one minor unit.
async fn pay_in_parts(world: &World, account: AccountId, parts: usize) {
    let ctx = world.system();
    let mut operation = Operation::new(world.key(), "cash.in", Principal::of(&ctx).unwrap());
    let part = Transfer {
        debit: BankAccount::Cash.id(Asset::Uzs),
        credit: account,
        amount: 1,
        kind: TransferKind::Post,
        code: 101,
    };
    operation.transfers = vec![part; parts];
    operation.detail = serde_json::json!({ "account": "0000" });
    world.ledger.execute(&ctx, operation).await.unwrap();
}

#[tokio::test]
async fn an_export_says_whether_it_is_everything() {
    let world = World::new().await;
    let ((jasur, his), (gozal, _), _) = business(&world).await;
    let query = Query { limit: Some(2), ..Query::default() };
    let export = world.payments.export(&jasur.ctx, &query).await.unwrap();
    assert_eq!((export.items.len(), export.complete), (7, true));
    assert_eq!(export.items, all(&world, &jasur, Query::default(), 3).await);
    for parts in [250; 19].into_iter().chain([243]) {
        pay_in_parts(&world, his.id, parts).await;
    }
    let export = world.payments.export(&jasur.ctx, &query).await.unwrap();
    assert_eq!((export.items.len(), export.complete), (5_000, true));
    pay_in_parts(&world, his.id, 1).await;
    let fuller = world.payments.export(&jasur.ctx, &query).await.unwrap();
    assert_eq!((fuller.items.len(), fuller.complete), (5_000, false));
    assert_eq!(fuller.items[1..], export.items[..4_999]);
    assert_eq!(fuller.items, all(&world, &jasur, Query::default(), 100).await[..5_000]);
    let out = Query { direction: Some(Direction::Out), ..Query::default() };
    assert_eq!(world.payments.export(&jasur.ctx, &out).await.unwrap().items.len(), 3);
    assert_eq!(world.payments.export(&gozal.ctx, &query).await.unwrap().items.len(), 3);
    let nobody = Ctx::anonymous(Lang::En);
    refused(world.payments.export(&nobody, &query).await, Code::SignInRequired);
}

#[tokio::test]
async fn changes_are_seen_from_outside() {
    let world = World::new().await;
    let ((jasur, his), (gozal, hers), _) = business(&world).await;
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    let changes = async || {
        let asked = [jasur.id, gozal.id, ali.id];
        let found = world.payments.last_changes(&world.system(), &asked).await.unwrap();
        let of = |id| found.iter().find(|(customer, _)| *customer == id).map(|(_, at)| *at);
        (of(jasur.id), of(gozal.id), of(ali.id))
    };
    let before = changes().await;
    let last = async |who| all(&world, who, Query::default(), 100).await[0].at;
    assert_eq!(before, (Some(last(&jasur).await), Some(last(&gozal).await), None));
    world.clock.advance_seconds(1);
    world.pay_in(&hers, "1").await;
    assert_eq!(changes().await, (before.0, Some(last(&gozal).await), None));
    world.set_status(his.id, Status::Frozen).await;
    assert!(world.payments.last_changes(&world.system(), &[]).await.unwrap().is_empty());
    refused(world.payments.last_changes(&jasur.ctx, &[gozal.id]).await, Code::PermissionMissing);
    let nobody = Ctx::anonymous(Lang::En);
    refused(world.payments.last_changes(&nobody, &[gozal.id]).await, Code::SignInRequired);
}
