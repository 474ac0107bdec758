//! Days are closed when both books say the same of them.

use accounting::day_close::{Closing, Unconfirmed};
use kernel::Day;

use crate::world::{WITH_FEES, WITHOUT_FEES, World};

async fn close(world: &World) -> Option<(Day, Closing)> {
    world.accounting.close_next(&world.ctx(), &world.abs).await.unwrap()
}

fn waiting(waiting: i64) -> Closing {
    Closing::Unconfirmed(Unconfirmed { waiting, ..Unconfirmed::default() })
}

#[tokio::test]
async fn a_day_is_summed_up_confirmed_compared_and_closed() {
    let world = World::new(WITH_FEES).await;
    assert_eq!(close(&world).await, None, "nothing happened");
    for _ in 0..3 {
        world.transfer_with_fee().await;
    }
    let back = (world.income, world.payer, 10, 206);
    world.pay("transfer.internal", &[back]).await;
    world.send_all().await;
    let day = world.day();
    assert_eq!(close(&world).await, Some((day, Closing::NotOver)));
    world.next_day();
    assert_eq!(close(&world).await, Some((day, waiting(3))), "the sums");
    world.abs.calls();
    world.send_all().await;
    let sums: Vec<_> = world
        .accounting
        .day_sums(day)
        .await
        .unwrap()
        .iter()
        .map(|s| format!("{} {}>{} {}", s.product, s.sides.debit, s.sides.credit, s.amount))
        .collect();
    assert_eq!(
        sums,
        [
            "transfer.internal 29801>22500 0.06 UZS",
            "transfer.internal 29801>45200 0.30 UZS",
            "transfer.internal 45200>29801 0.10 UZS",
        ]
    );
    assert!(world.abs.posted().iter().any(|line| line.starts_with(&format!("Fee (3, {day})"))));
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
    assert_eq!(world.abs.calls(), ["post 3".to_owned(), format!("close {day}")]);
    assert_eq!(world.accounting.open_day().await.unwrap(), Some(day.days_after(1)));
    let days = world.accounting.days().await.unwrap();
    assert_eq!((days.len(), days[0].day, days[0].documents), (1, day, 13));
    assert!(days[0].closed_at.is_some());
    assert_eq!(close(&world).await, Some((day.days_after(1), Closing::NotOver)));
}

#[tokio::test]
async fn empty_days_are_closed_too_and_those_that_the_other_side_keeps_open() {
    let world = World::new(WITH_FEES).await;
    let day = world.day();
    world.abs.change(|books| books.date = Some(day.days_before(2)));
    world.pay("cash.in", &[(world.cash, world.payer, 1, 101)]).await;
    world.send_all().await;
    world.next_day();
    world.next_day();
    world.abs.calls();
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
    assert_eq!(close(&world).await, Some((day.days_after(1), Closing::Closed)));
    let closed: Vec<_> = [day.days_before(2), day.days_before(1), day, day.days_after(1)]
        .map(|day| format!("close {day}"))
        .to_vec();
    assert_eq!(world.abs.calls(), closed);
}

#[tokio::test]
async fn a_day_that_is_closed_there_is_closed_here_when_the_answer_was_lost() {
    let world = World::new(WITH_FEES).await;
    let day = world.day();
    world.pay("cash.in", &[(world.cash, world.payer, 1, 101)]).await;
    world.send_all().await;
    world.next_day();
    world.abs.change(|books| books.date = Some(day.days_after(1)));
    world.abs.calls();
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
    assert!(world.abs.calls().is_empty());
}

#[tokio::test]
async fn a_day_stays_open_while_something_of_it_is_missing() {
    let world = World::new(WITHOUT_FEES).await;
    let day = world.day();
    world.transfer_with_fee().await;
    world.send_all().await;
    world.next_day();
    let unmapped = Unconfirmed { unmapped: 2, ..Unconfirmed::default() };
    assert_eq!(close(&world).await, Some((day, Closing::Unconfirmed(unmapped))));
    world.publish(WITH_FEES).await;
    world.accounting.map_again(&world.ctx()).await.unwrap();
    assert_eq!(close(&world).await, Some((day, waiting(4))), "two documents and two sums");
    world.send_all().await;
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
}

#[tokio::test]
async fn what_happened_and_was_not_written_down_keeps_a_day_open() {
    let world = World::new(WITH_FEES).await;
    let day = world.day();
    world.pay("cash.in", &[(world.cash, world.payer, 1, 101)]).await;
    world.send_all().await;
    world.pay("cash.in", &[(world.cash, world.payer, 2, 101)]).await;
    world.next_day();
    assert_eq!(close(&world).await, Some((day, Closing::Unread)));
    world.send_all().await;
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
}

#[tokio::test]
async fn what_comes_after_a_day_is_frozen_is_booked_on_the_next() {
    let world = World::new(WITH_FEES).await;
    let day = world.day();
    world.transfer_with_fee().await;
    world.send_all().await;
    let noon = world.clock.now();
    world.next_day();
    assert_eq!(close(&world).await, Some((day, waiting(2))));
    // A node whose clock stood still.
    let ahead = world.clock.now().micros_since(noon) / 1_000_000;
    world.clock.advance_seconds(-ahead);
    world.transfer_with_fee().await;
    world.clock.advance_seconds(ahead);
    world.send_all().await;
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
    world.next_day();
    assert_eq!(close(&world).await, Some((day.days_after(1), waiting(2))));
    world.send_all().await;
    assert_eq!(close(&world).await, Some((day.days_after(1), Closing::Closed)));
    let sums = world.accounting.day_sums(day.days_after(1)).await.unwrap();
    assert_eq!(sums.iter().map(|s| s.amount.minor).collect::<Vec<_>>(), [2, 10]);
}

#[tokio::test]
async fn a_difference_of_the_sums_keeps_the_day_open_until_it_is_gone() {
    let world = World::new(WITH_FEES).await;
    let day = world.day();
    world.pay("cash.in", &[(world.cash, world.payer, 500, 101)]).await;
    world.send_all().await;
    world.abs.change(|books| books.entries[0].amount.minor += 1);
    world.next_day();
    for _ in 0..2 {
        let Some((_, Closing::Differs(breaks))) = close(&world).await else {
            panic!("they differ")
        };
        let found: Vec<_> =
            breaks.iter().map(|b| (b.reference.clone(), b.difference.minor)).collect();
        let named = |what: &str, minor| (format!("{day} {what}"), minor);
        assert_eq!(
            found,
            [
                named("10101/UZS closing", 1),
                named("10101/UZS debit", -1),
                named("20206/UZS closing", -1),
                named("20206/UZS credit", -1),
            ]
        );
        assert_eq!(world.accounting.open_breaks(None).await.unwrap().len(), 4);
    }
    world.abs.change(|books| books.entries[0].amount.minor -= 1);
    assert_eq!(close(&world).await, Some((day, Closing::Closed)));
    assert_eq!(world.accounting.open_breaks(None).await.unwrap(), []);

    // What is changed in a day that is over is found on the next one.
    world.abs.change(|books| books.entries[0].amount.minor += 1);
    world.next_day();
    let Some((_, Closing::Differs(breaks))) = close(&world).await else { panic!("they differ") };
    assert_eq!(breaks.len(), 2, "{breaks:?}");
}
