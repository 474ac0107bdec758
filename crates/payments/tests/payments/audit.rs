//! What of payments is in the audit log.

use std::time::Duration;

use kernel::{Aal, Actor, Asset, Assurance, ChallengeId, Code, DeviceId, Entropy, Method, Methods};
use ledger::audit::recorder;
use ledger::{Operation, Principal, Ref, Transfer, TransferKind};
use payments::Payee;
use payments::transfers::KIND;
use store::audit::{Event, Filter, Outcome, Page, search};
use store::outbox::BatchRelay;

use crate::common::World;

/// The events of an action, as soon as there are so many of them. Reading waits for every older
/// transaction of the server, and so for those of tests beside this one.
async fn recorded(world: &World, recorder: &BatchRelay, action: &str, least: usize) -> Vec<Event> {
    for _ in 0..500 {
        recorder.once().await.unwrap();
        let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
        let events = found(world, filter).await;
        if events.len() >= least {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{least} events of {action} never came into the log");
}

async fn found(world: &World, filter: Filter) -> Vec<Event> {
    search(&world.store, Some(&world.keys), &filter, Page::default()).await.unwrap()
}

/// It never reaches the books, which record the others.
#[tokio::test]
async fn a_quote_that_is_anothers_is_in_the_log() {
    let world = World::new().await;
    let ((jasur, from), (malika, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "100").await;
    let refused = world.confirm(&malika, world.key(), &quote.token).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::QuoteNotFound));
    let told = found(&world, Filter { outcome: Some(Outcome::Refused), ..Filter::default() }).await;
    let [event] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((event.action.as_str(), event.subject), (KIND, Some(malika.id.uuid())));
    assert_eq!(event.refusal.as_deref(), Some("quote_not_found"));
}

#[tokio::test]
async fn operations_come_into_the_log_once_each_done_or_refused() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.send(&jasur, from.id, &to, "100").await;
    // Events of one millisecond have no order.
    world.clock.advance_seconds(1);
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "5000").await;
    let refused = world.confirm(&jasur, world.key(), &quote.token).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::InsufficientFunds));

    let recorder = recorder(world.store.clone());
    let events = recorded(&world, &recorder, "transfer.", 2).await;
    let told: Vec<_> = events.iter().map(|e| (e.outcome, e.refusal.as_deref())).collect();
    let why = Some("insufficient_funds");
    assert_eq!(told, [(Outcome::Refused, why), (Outcome::Done, None)]);
    for event in &events {
        assert_eq!((&event.actor, event.subject), (&jasur.id.to_string(), Some(jasur.id.uuid())));
        let operation = event.object.as_deref().unwrap().strip_prefix("operation:").unwrap();
        let operation = world.ledger.operation(operation.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(event.at, operation.at);
        let request = store::hex(&operation.request_hash);
        assert_eq!(event.facts.as_ref().unwrap()["request"], request.as_str());
    }
    let cash = recorded(&world, &recorder, "cash.in", 1).await;
    assert_eq!((cash.len(), cash[0].actor.as_str()), (1, "system:bank"));

    // Two at the same time: one of them is at it, and nothing comes twice.
    world.account(&jasur, Asset::Usd).await;
    let other = ledger::audit::recorder(world.store.clone());
    let (one, two) = tokio::join!(
        recorded(&world, &recorder, "account.open", 3),
        recorded(&world, &other, "account.open", 3)
    );
    assert_eq!((one.len(), two.len()), (3, 3));
    assert_eq!(recorded(&world, &recorder, "transfer.", 2).await.len(), 2);
}

#[tokio::test]
async fn a_payment_says_in_which_session_it_was_made_and_what_confirmed_it() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let device = DeviceId::generate(world.clock.now(), Entropy);
    let ctx = jasur.ctx.clone().with_assurance(Assurance {
        aal: Aal::Two,
        methods: Methods::of(&[Method::Password, Method::Sms]),
        proven_at: world.clock.now(),
        device: Some(device),
        cooling_until: None,
    });
    let confirmation = ChallengeId::generate(world.clock.now(), Entropy).to_string();
    let scheme = Ref::CONFIRMATION;
    let mut operation = Operation::new(world.key(), "transfer.test", Principal::of(&ctx).unwrap());
    operation.transfers.push(Transfer {
        kind: TransferKind::Post,
        code: 1,
        debit: from.id,
        credit: to.id,
        amount: 100,
    });
    let named = Ref { scheme, reference: confirmation.clone(), exclusive: true };
    operation.refs.push(named);
    world.ledger.execute(&ctx, operation).await.unwrap();

    let recorder = recorder(world.store.clone());
    let event = recorded(&world, &recorder, "transfer.test", 1).await.remove(0);
    let Actor::Customer { session, .. } = ctx.actor else { panic!("{:?}", ctx.actor) };
    assert_eq!(event.session, Some(session.to_string()));
    assert_eq!((event.device, event.aal), (Some(device.to_string()), Some(2)));
    assert_eq!(event.trace, ctx.trace.to_string());
    assert_eq!(event.facts.unwrap()["confirmation"], confirmation.as_str());
    // What the bank does itself has no session.
    let cash = recorded(&world, &recorder, "cash.in", 1).await.remove(0);
    assert_eq!((cash.session, cash.device, cash.aal), (None, None, None));
    assert_ne!(cash.trace, "");
}

#[tokio::test]
async fn the_customers_name_is_readable_until_they_are_erased() {
    let world = World::new().await;
    let jasur = world.person("Jasur", "Karimov", "901112233").await;
    let of_jasur = || Filter { subject: Some(jasur.id.uuid()), ..Filter::default() };
    let event = found(&world, of_jasur()).await.remove(0);
    assert_eq!(
        (event.action.as_str(), event.actor.as_str()),
        ("customer.signed_up", "system:test")
    );
    assert_eq!(event.personal.unwrap().expose()["first_name"], "Jasur");
    let mut tx = world.store.begin().await.unwrap();
    store::subjects::erase(&mut tx, jasur.id.uuid(), event.at).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(found(&world, of_jasur()).await.remove(0).personal, None);
}
