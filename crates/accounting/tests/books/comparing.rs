//! What differs is kept, has an owner and an age, and is resolved by what proves it.

use accounting::reconciliation::How;
use accounting::reconciliation::rules::{BreakKind, Status};
use kernel::{Code, Entropy, StaffId};

use crate::fake::Answer;
use crate::world::{WITH_FEES, World};

/// These many documents in both books.
async fn agreed(documents: usize) -> World {
    let world = World::new(WITH_FEES).await;
    for _ in 0..documents {
        world.pay("cash.in", &[(world.cash, world.payer, 100, 101)]).await;
    }
    world.send_all().await;
    world
}

async fn run(world: &World) -> (i64, i32) {
    let days = (world.day(), world.day());
    let run = world.accounting.reconcile_abs(&world.ctx(), &world.abs, days).await.unwrap();
    (run.agreed, run.found)
}

async fn kinds(world: &World) -> Vec<BreakKind> {
    let mut kinds: Vec<_> = world
        .accounting
        .open_breaks(None)
        .await
        .unwrap()
        .iter()
        .map(|stored| stored.found.kind)
        .collect();
    kinds.sort_unstable();
    kinds
}

#[tokio::test]
async fn books_that_agree_have_no_breaks_however_long_they_are() {
    let world = agreed(10).await;
    assert_eq!(run(&world).await, (10, 0));
    let runs = world.accounting.runs("abs").await.unwrap();
    assert_eq!((runs.len(), runs[0].agreed, runs[0].found), (1, 10, 0));
}

#[tokio::test]
async fn what_is_found_again_is_the_same_break_and_goes_when_it_agrees() {
    let world = agreed(6).await;
    let good = world.abs.0.lock().unwrap().entries.clone();
    world.abs.change(|books| {
        books.entries[0].amount.minor = 99;
        books.entries[1].status = Status::Reversed;
        let twice = books.entries[2].clone();
        books.entries.push(twice);
        let mut extra = books.entries[3].clone();
        extra.document = "of-the-abs".to_owned();
        extra.amount.minor = 7;
        books.entries.push(extra);
        // Between other accounts it is another document.
        books.entries[4].sides.credit = "20208000912345678001".parse().unwrap();
        books.entries.remove(5);
    });
    let expected = [
        BreakKind::MissingHere,
        BreakKind::MissingHere,
        BreakKind::MissingThere,
        BreakKind::MissingThere,
        BreakKind::Amount,
        BreakKind::Status,
        BreakKind::Duplicate,
    ];
    assert_eq!(run(&world).await, (1, 7));
    assert_eq!(kinds(&world).await, expected);
    let first = world.accounting.open_breaks(None).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(run(&world).await, (1, 7));
    let again = world.accounting.open_breaks(None).await.unwrap();
    assert_eq!(again, first);
    // Each half of the one with other accounts is likely the other.
    let likely = |kind| {
        let of_kind = again.iter().filter(move |stored| stored.found.kind == kind);
        of_kind.filter(|stored| stored.found.likely.is_some()).count()
    };
    assert!(likely(BreakKind::MissingHere) == 1 && likely(BreakKind::MissingThere) >= 1);

    let counted = world.accounting.open_by_kind().await.unwrap();
    let count: i64 = counted.iter().map(|open| open.count).sum();
    assert_eq!((count, counted.iter().filter(|o| o.kind == BreakKind::Amount).count()), (7, 1));

    world.clock.advance_seconds(60);
    world.abs.change(|books| books.entries = good);
    assert_eq!(run(&world).await, (6, 0));
    assert_eq!(kinds(&world).await, []);
    let resolved = world.accounting.resolved_breaks().await.unwrap();
    assert_eq!(resolved.len(), 7);
    let by = resolved[0].resolved.clone().unwrap();
    let last = world.accounting.runs("abs").await.unwrap()[0].id;
    assert_eq!(
        (by.how, by.evidence, by.by.as_str()),
        (How::Agrees, last.to_string(), "system:test")
    );
}

#[tokio::test]
async fn what_is_on_its_way_is_neither_missing_nor_resolved() {
    let world = agreed(3).await;
    world.abs.change(|books| drop(books.entries.remove(0)));
    assert_eq!(run(&world).await, (2, 1));
    world.pay("cash.in", &[(world.cash, world.payer, 100, 101)]).await;
    world.write_down().await;
    world.abs.answers(&[Answer::LostBefore]);
    assert!(world.step().await.is_err());
    let (_, found) = run(&world).await;
    assert_eq!(found, 0, "of this day anything may be on its way");
    assert_eq!(kinds(&world).await, [BreakKind::MissingThere], "what was found stays");
    world.send_all().await;
    assert_eq!(run(&world).await, (3, 1));
}

#[tokio::test]
async fn a_break_has_an_owner_an_age_and_an_end() {
    let world = agreed(2).await;
    world.abs.change(|books| books.entries[0].amount.minor = 99);
    run(&world).await;
    let id = world.accounting.open_breaks(None).await.unwrap()[0].id;
    let (accounting, ctx) = (&world.accounting, world.ctx());
    let owner = StaffId::generate(world.clock.now(), Entropy);
    let mut tx = world.store.begin().await.unwrap();
    accounting.assign_break(&mut tx, &ctx, id, owner).await.unwrap();
    let again = accounting.assign_break(&mut tx, &ctx, id, owner).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::NothingToChange));
    store::commit(tx).await.unwrap();
    let stored = accounting.one_break(id).await.unwrap().unwrap();
    assert_eq!(stored.owner, Some(owner));
    assert_eq!(stored.age_days(world.clock.now().plus_seconds(3 * 86_400)), 3);

    let mut tx = world.store.begin().await.unwrap();
    for bad in ["", "  ", &"x".repeat(501)] {
        let none = accounting.resolve_break(&mut tx, &ctx, id, (How::Explained, bad)).await;
        assert_eq!(none.unwrap_err().code(), Some(Code::ReasonMissing));
    }
    let card = accounting.resolve_break(&mut tx, &ctx, id, (How::Explained, "8600123412341239"));
    assert_eq!(card.await.unwrap_err().code(), Some(Code::TextHoldsCard));
    let letter = (How::Explained, " letter 17 of the ABS ");
    accounting.resolve_break(&mut tx, &ctx, id, letter).await.unwrap();
    assert!(accounting.resolve_break(&mut tx, &ctx, id, letter).await.is_err());
    store::commit(tx).await.unwrap();
    let resolved = accounting.one_break(id).await.unwrap().unwrap().resolved.unwrap();
    assert_eq!(
        (resolved.how, resolved.evidence.as_str()),
        (How::Explained, "letter 17 of the ABS")
    );

    // What is explained is not asked about again, unless it becomes another difference.
    assert_eq!(run(&world).await, (1, 0));
    world.abs.change(|books| books.entries[0].amount.minor = 98);
    assert_eq!(run(&world).await, (1, 1));
    let again = accounting.open_breaks(None).await.unwrap();
    assert_eq!((again.len(), again[0].owner), (1, None));
    assert_ne!(again[0].id, id);
}
