//! Every transfer that moved money becomes a document, once.

use accounting::DocumentId;
use accounting::export::Step;
use kernel::{AccountId, Clock, Entropy, HoldId};
use ledger::TransferKind;

use crate::world::{WITH_FEES, WITHOUT_FEES, World, number, transfer};

#[tokio::test]
async fn transfers_are_booked_by_the_chart_in_their_order() {
    let world = World::new(WITH_FEES).await;
    world.pay("cash.in", &[(world.cash, world.payer, 5_000, 101)]).await;
    world.transfer_with_fee().await;
    world.send_all().await;
    let (payer, payee) = (number(20_206), number(20_208));
    assert_eq!(
        world.abs.posted(),
        [
            format!("Cash: 10101 {payer} 50.00 UZS"),
            format!("Transfer: {payer} {payee} 1.00 UZS"),
            format!("Fee: {payer} 29801 0.10 UZS"),
            format!("Tax: {payer} 29801 0.02 UZS"),
        ]
    );
    let open = world.abs.0.lock().unwrap().open.len();
    assert_eq!(open, 5, "accounts are opened first, also those that nothing moved on");
}

#[tokio::test]
async fn what_is_read_twice_is_written_down_once() {
    let world = World::new(WITH_FEES).await;
    let operation = world.transfer_with_fee().await;
    world.write_down().await;
    // Another event of the same operation.
    let event = store::outbox::NewEvent {
        kind: "operation.labelled",
        subject: operation.uuid(),
        at: world.clock.now(),
        payload: None,
    };
    let mut tx = world.store.begin().await.unwrap();
    store::outbox::append(&mut tx, &[event.clone(), event]).await.unwrap();
    world.store.commit_and_wake(tx).await.unwrap();
    world.write_down().await;
    let writer = world.another_node().await.writer(&Clock::Manual(world.clock.clone()));
    writer.once().await.unwrap();
    world.send_all().await;
    assert_eq!(world.abs.posted().len(), 3);
}

#[tokio::test]
async fn what_moved_nothing_is_not_written_down() {
    let world = World::new(WITH_FEES).await;
    let mut hold = world.operation("card.hold");
    let (leg, id) = ((world.payer, world.payee, 100, 201), hold.id);
    hold.transfers.push(transfer(leg, TransferKind::Hold { expires_at: None }));
    world.ledger.execute(&world.ctx(), hold).await.unwrap();
    world.send_all().await;
    assert!(world.abs.posted().is_empty());

    // What is captured of it moved.
    let mut capture = world.operation("card.capture");
    let leg = (world.payer, world.payee, 70, 201);
    capture.transfers.push(transfer(leg, TransferKind::Capture { hold: HoldId::of(id, 0) }));
    world.ledger.execute(&world.ctx(), capture).await.unwrap();
    world.send_all().await;
    assert_eq!(world.abs.posted().len(), 1);
    assert!(world.abs.posted()[0].ends_with("0.70 UZS"));
}

#[tokio::test]
async fn a_leg_without_a_line_waits_for_a_chart_that_has_one() {
    let world = World::new(WITHOUT_FEES).await;
    let operation = world.transfer_with_fee().await;
    world.send_all().await;
    assert_eq!(world.abs.posted().len(), 1, "what can be booked is");
    let lag = world.accounting.lag().await.unwrap();
    assert_eq!((lag.documents, lag.unmapped), (0, 2));
    assert_eq!(lag.oldest.map(kernel::Moment::day), Some(world.day()));
    let stuck = world.accounting.stuck().await.unwrap();
    let shown: Vec<_> = stuck.iter().map(|s| (s.leg, s.rejected, s.reason.as_str())).collect();
    assert_eq!(shown, [(202, false, "no_line"), (203, false, "no_line")]);
    assert_eq!(stuck[0].id, DocumentId::of_transfer(operation, 1));
    assert_eq!(world.accounting.map_again(&world.ctx()).await.unwrap(), 0);

    world.publish(WITH_FEES).await;
    assert_eq!(world.accounting.map_again(&world.ctx()).await.unwrap(), 2);
    assert_eq!(world.accounting.map_again(&world.ctx()).await.unwrap(), 0);
    world.send_all().await;
    assert_eq!(world.abs.posted().len(), 3);
    assert_eq!(world.accounting.lag().await.unwrap(), accounting::export::Lag::default());
}

#[tokio::test]
async fn a_transfer_is_booked_by_the_chart_of_its_time() {
    let world = World::new(WITHOUT_FEES).await;
    world.pay("cash.in", &[(world.cash, world.payer, 1, 101)]).await;
    world.publish(&WITH_FEES.replace("10101", "10102")).await;
    world.pay("cash.in", &[(world.cash, world.payer, 1, 101)]).await;
    world.send_all().await;
    let posted = world.abs.posted();
    assert!(posted[0].contains(" 10101 ") && posted[1].contains(" 10102 "), "{posted:?}");
}

#[tokio::test]
async fn no_document_leaves_before_its_accounts_are_open() {
    let world = World::new(WITH_FEES).await;
    let new = AccountId::generate(world.clock.now(), Entropy);
    world.open(&[(new, 20_218)]).await;
    world.pay("cash.in", &[(world.cash, new, 5, 101)]).await;
    world.abs.change(|books| books.refused.push(number(20_218)));
    world.write_down().await;
    assert_eq!(world.step().await.unwrap(), Step::Went);
    assert!(world.abs.calls().is_empty(), "accounts come first");
    world.send_all().await;
    let lag = world.accounting.lag().await.unwrap();
    assert_eq!((lag.accounts, lag.documents), (1, 0), "the others are not held up by it");

    // What was wrong with the account is put right, and it is asked for again.
    world.abs.change(|books| books.refused.clear());
    let mut tx = world.store.begin().await.unwrap();
    world.accounting.open_again(&mut tx, &world.ctx()).await.unwrap();
    assert!(world.accounting.open_again(&mut tx, &world.ctx()).await.is_err());
    store::commit(tx).await.unwrap();
    world.send_all().await;
    assert_eq!(world.accounting.lag().await.unwrap().accounts, 0);
}
