//! Batches: in order, one at a time, whatever becomes of the answers.

use accounting::export::Step;

use crate::fake::Answer;
use crate::world::{WITH_FEES, World};

/// Accounts are open, and these many transfers wait.
async fn waiting(transfers: usize) -> World {
    let world = World::new(WITH_FEES).await;
    world.send_all().await;
    for _ in 0..transfers {
        world.pay("transfer.internal", &[(world.payer, world.payee, 100, 201)]).await;
    }
    world.write_down().await;
    world.abs.calls();
    world
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_before_anything_else() {
    for (answer, asked) in [
        // It is there: nothing is sent again.
        (Answer::LostAfter, vec!["post 2", "ask"]),
        // It is not there: the same batch is sent again.
        (Answer::LostBefore, vec!["post 2", "ask", "post 2"]),
        // It is known not to have left: nobody has to be asked.
        (Answer::NotTaken, vec!["post 2", "post 2"]),
    ] {
        let world = waiting(2).await;
        world.abs.answers(&[answer]);
        assert!(world.step().await.is_err(), "{answer:?}");
        let lag = world.accounting.lag().await.unwrap();
        assert_eq!((lag.documents, lag.unknown), (2, answer != Answer::NotTaken), "{answer:?}");
        assert!(lag.last_error.is_some(), "{answer:?}");
        // Another node goes on where this one stopped.
        let other = world.another_node().await;
        assert_eq!(other.send_next(&world.ctx(), &world.abs).await.unwrap(), Step::Went);
        assert_eq!(world.step().await.unwrap(), Step::Idle);
        assert_eq!(world.abs.calls(), asked, "{answer:?}");
        assert_eq!(world.abs.posted().len(), 2, "{answer:?}");
        assert_eq!(world.accounting.lag().await.unwrap().last_error, None);
    }
}

#[tokio::test]
async fn the_next_batch_waits_for_the_one_before() {
    let world = waiting(2).await;
    world.abs.answers(&[Answer::LostBefore, Answer::LostBefore]);
    assert!(world.step().await.is_err());
    world.pay("transfer.internal", &[(world.payee, world.payer, 50, 201)]).await;
    world.write_down().await;
    assert!(world.step().await.is_err());
    assert_eq!(world.step().await.unwrap(), Step::Went);
    assert_eq!(world.step().await.unwrap(), Step::Went);
    assert_eq!(world.abs.calls(), ["post 2", "ask", "post 2", "ask", "post 2", "post 1"]);
    let amounts: Vec<_> =
        world.abs.posted().iter().map(|line| line.split(' ').nth(3).unwrap().to_owned()).collect();
    assert_eq!(amounts, ["1.00", "1.00", "0.50"]);
}

#[tokio::test]
async fn a_batch_that_is_processed_is_waited_for() {
    let world = waiting(1).await;
    world.abs.answers(&[Answer::Processing]);
    for expected in [Step::Waits, Step::Waits, Step::Went, Step::Idle] {
        assert_eq!(world.step().await.unwrap(), expected);
    }
    assert_eq!(world.abs.calls(), ["post 1", "ask", "ask"]);
}

#[tokio::test]
async fn an_answer_that_leaves_a_document_out_is_no_answer() {
    let world = waiting(2).await;
    world.abs.answers(&[Answer::Short]);
    assert!(world.step().await.is_err());
    assert!(world.accounting.lag().await.unwrap().unknown);
    assert_eq!(world.step().await.unwrap(), Step::Went);
    assert_eq!(world.abs.calls(), ["post 2", "ask"]);
    assert_eq!(world.accounting.lag().await.unwrap().documents, 0);
}

#[tokio::test]
async fn a_rejected_document_is_named_and_sent_again_when_told() {
    let world = waiting(3).await;
    world.abs.answers(&[Answer::Rejecting]);
    world.send_all().await;
    let stuck = world.accounting.stuck().await.unwrap();
    assert_eq!((stuck.len(), stuck[0].rejected, stuck[0].reason.as_str()), (1, true, "no"));
    let mut tx = world.store.begin().await.unwrap();
    world.accounting.send_again(&mut tx, &world.ctx(), stuck[0].id).await.unwrap();
    let twice = world.accounting.send_again(&mut tx, &world.ctx(), stuck[0].id).await;
    assert_eq!(twice.unwrap_err().code(), Some(kernel::Code::NothingToChange));
    store::commit(tx).await.unwrap();
    world.send_all().await;
    assert_eq!(world.accounting.lag().await.unwrap().rejected, 0);
    assert_eq!(world.abs.0.lock().unwrap().entries.len(), 3);
}

#[tokio::test]
async fn many_documents_go_in_several_batches() {
    let world = World::new(WITH_FEES).await;
    for _ in 0..3 {
        let leg = (world.payer, world.payee, 1, 201);
        world.pay("transfer.internal", &vec![leg; 200]).await;
    }
    world.send_all().await;
    assert_eq!(world.abs.calls(), ["post 250", "post 250", "post 100"]);
}
