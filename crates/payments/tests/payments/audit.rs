//! What of payments is in the audit log.

use std::fmt::Debug;
use std::time::Duration;

use kernel::{
    Aal, AccountId, Actor, Amount, Asset, Assurance, ChallengeId, Code, DeviceId, Entropy, Method,
    Methods, OperationId, Result,
};
use ledger::audit::recorder;
use ledger::{Operation, Principal, Ref, Transfer, TransferKind};
use payments::transfers::KIND;
use payments::{
    AccountView, Category, ConfirmExchange, DocumentCode, ExchangeQuote, IssueStatement, Payee,
    PreviewExchange, Query, Quote, exchange,
};
use store::audit::{Event, Filter, Outcome, Page, search};
use store::outbox::BatchRelay;

use crate::common::{Person, World, refused};
use crate::exchange::Pair;

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

/// Things of Jasur's, and Malika, who reaches for them.
struct Reaching {
    pair: Pair,
    malika: Person,
    /// Malika's own.
    sum: AccountView,
    dollars: AccountView,
    /// A payment and an exchange of Jasur's.
    paid: Quote,
    exchanged: ExchangeQuote,
}

impl Reaching {
    async fn new() -> Self {
        let pair = Pair::new().await;
        let world = &pair.world;
        let gozal = world.person("Go‘zal", "O‘rinova", "907654321").await;
        let to = world.account(&gozal, Asset::Uzs).await;
        let malika = world.person("Malika", "Yusupova", "935550011").await;
        let sum = world.account(&malika, Asset::Uzs).await;
        let dollars = world.account(&malika, Asset::Usd).await;
        let paid = world.preview(&pair.jasur, pair.sum.id, Payee::Number(to.number), "100").await;
        world.confirm(&pair.jasur, paid.key(), &paid.token).await.unwrap();
        let exchanged = pair.buy("10", Asset::Usd).await;
        pair.confirm(exchanged.key(), &exchanged.token).await.unwrap();
        Self { pair, malika, sum, dollars, paid, exchanged }
    }

    /// What was tried is refused with this code, and the log has one event of it and no other: what
    /// was tried, and with what.
    async fn told<T: Debug>(
        &self,
        tried: Result<T>,
        code: Code,
        (action, object): (&str, Option<String>),
    ) {
        let world = &self.pair.world;
        refused(tried, code);
        let filter = Filter {
            actor: Some(self.malika.id.to_string()),
            outcome: Some(Outcome::Refused),
            from: Some(world.clock.now()),
            ..Filter::default()
        };
        let told = found(world, filter).await;
        let [event] = told.as_slice() else { panic!("{action} of {object:?}: {told:?}") };
        assert_eq!((event.action.as_str(), &event.object), (action, &object));
        assert_eq!(event.refusal.as_deref(), Some(code.to_string().as_str()), "{action}");
        assert_eq!(event.subject, Some(self.malika.id.uuid()), "{action}");
        // Of so many in a minute the log would leave some out.
        world.clock.advance_seconds(60);
    }

    async fn told_of_account<T: Debug>(&self, tried: Result<T>, action: &str) {
        let object = Some(format!("account:{}", self.pair.sum.id));
        self.told(tried, Code::AccountNotFound, (action, object)).await;
    }
}

#[tokio::test]
async fn whoever_reaches_for_anothers_account_is_in_the_log() {
    let it = Reaching::new().await;
    let (world, id, ctx) = (&it.pair.world, it.pair.sum.id, &it.malika.ctx);
    let payments = &world.payments;
    let day = world.clock.now().day();
    let read = "account.read";
    it.told_of_account(payments.account(ctx, id).await, read).await;
    let now = world.clock.now();
    it.told_of_account(payments.balance_at(ctx, id, now).await, read).await;
    it.told_of_account(payments.statement(ctx, id, day, day).await, read).await;
    let query = Query { account: Some(id), ..Query::default() };
    it.told_of_account(payments.history(ctx, &query).await, read).await;
    it.told_of_account(payments.export(ctx, &query).await, read).await;
    let name = Some("Meniki".to_owned());
    it.told_of_account(payments.rename_account(ctx, id, name).await, "account.renamed").await;
    let issue = IssueStatement { key: world.key(), account: id, from: day, to: day };
    it.told_of_account(payments.issue_statement(ctx, issue).await, "statement.issued").await;

    let to = Payee::Number(it.sum.number);
    it.told_of_account(world.try_preview(&it.malika, id, to.clone(), "1").await, KIND).await;
    it.told_of_account(payments.payee(ctx, id, &to).await, KIND).await;
    let amount = Amount::parse("1", Asset::Usd).unwrap();
    for (from, to) in [(id, it.dollars.id), (it.dollars.id, id)] {
        let preview = PreviewExchange { from, to, amount };
        it.told_of_account(payments.preview_exchange(ctx, preview).await, exchange::KIND).await;
    }
    // A page of Jasur's, turned by Malika.
    let first = Query { limit: Some(1), ..query };
    let cursor = payments.history(&it.pair.jasur.ctx, &first).await.unwrap().next_cursor;
    let next = Query { cursor, ..Query::default() };
    let act = (read, Some(format!("account:{id}")));
    it.told(payments.history(ctx, &next).await, Code::CursorInvalid, act).await;
    // What is nobody's is told of in the same way.
    let nobodys = AccountId::generate(world.clock.now(), Entropy);
    let act = (read, Some(format!("account:{nobodys}")));
    it.told(payments.account(ctx, nobodys).await, Code::AccountNotFound, act).await;
}

#[tokio::test]
async fn whoever_reaches_for_what_another_did_is_in_the_log() {
    let it = Reaching::new().await;
    let (world, ctx) = (&it.pair.world, &it.malika.ctx);
    let payments = &world.payments;
    let (paid, exchanged) = (it.paid.key(), it.exchanged.key());
    let read = |id: OperationId| ("operation.read", Some(format!("operation:{id}")));
    for id in [paid, exchanged, world.key()] {
        it.told(payments.operation(ctx, id).await, Code::NotFound, read(id)).await;
        let said = payments.categorise(ctx, id, Category::Home).await;
        it.told(said, Code::NotFound, read(id)).await;
        it.told(payments.receipt(ctx, id).await, Code::NotFound, read(id)).await;
        it.told(payments.exchange_receipt(ctx, id).await, Code::NotFound, read(id)).await;
        let again = payments.payee(ctx, it.sum.id, &Payee::Again(id)).await;
        it.told(again, Code::NotFound, (KIND, Some(format!("operation:{id}")))).await;
    }

    // It never reaches the books, which record the others.
    let (token, code) = (&it.paid.token, Code::QuoteNotFound);
    it.told(payments.quoted(ctx, token).await, code, (KIND, None)).await;
    it.told(payments.ask_confirmation(ctx, token).await, code, (KIND, None)).await;
    it.told(world.confirm(&it.malika, world.key(), token).await, code, (KIND, None)).await;
    let token = it.exchanged.token.clone();
    let act = || (exchange::KIND, None);
    it.told(payments.quoted_exchange(ctx, &token).await, code, act()).await;
    let confirm = ConfirmExchange { key: world.key(), quote: token };
    it.told(payments.confirm_exchange(ctx, confirm).await, code, act()).await;

    let (account, day) = (it.pair.sum.id, world.clock.now().day());
    let issue = IssueStatement { key: world.key(), account, from: day, to: day };
    let paper = payments.issue_statement(&it.pair.jasur.ctx, issue).await.unwrap();
    let act = ("statement.read", Some(format!("account:{account}")));
    it.told(payments.statement_document(ctx, &paper.code).await, Code::NotFound, act).await;
    let nobodys = DocumentCode::generate(Entropy);
    let act = ("statement.read", None);
    it.told(payments.statement_document(ctx, &nobodys).await, Code::NotFound, act).await;
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
