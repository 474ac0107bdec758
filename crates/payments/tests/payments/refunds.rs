//! Transfers that are given back: by two people, whole or in parts, once.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use identity::approvals::{Action, Approved, Listed, Say, State};
use identity::ports::{Sms, SmsSender};
use kernel::{
    ApprovalId, Asset, Clock, Code, CustomerId, Entropy, Money, OperationId, Result, Role,
};
use payments::refunds::{Part, jobs as messages};
use payments::{
    AccountView, BankAccount, Category, Direction, Payee, Payments, Query, Refunding,
    TransferRefund,
};
use serde_json::json;
use store::jobs::Runner;
use tokio::sync::watch;

use crate::common::{Person, World, refused};
use crate::fees::percent;
use crate::limits::limit;
use crate::office::Office;

impl World {
    /// Whoever sends, and the id of the transfer.
    async fn sent(
        &self,
        from: (&Person, &AccountView),
        to: &AccountView,
        sum: &str,
    ) -> OperationId {
        let (who, account) = from;
        self.pay(who, account.id, to, sum).await.id
    }

    /// Who paid a transfer.
    async fn payer(&self, of: OperationId) -> CustomerId {
        let recorded = self.ledger.operation(of).await.unwrap().unwrap();
        let account = self.ledger.account(recorded.entries[0].transfer.debit).await.unwrap();
        CustomerId::from_uuid(account.unwrap().owner.unwrap())
    }

    /// What is counted of the first limit that an operation used, in its own window.
    async fn counted(&self, operation: OperationId) -> i64 {
        let recorded = self.ledger.operation(operation).await.unwrap().unwrap();
        let used = recorded.uses.first().unwrap();
        self.ledger.counter(used.counter, used.window).await.unwrap()
    }
}

impl Office {
    /// The proposal of a clerk to give so much back, with the fee that goes with it.
    async fn give(&self, world: &World, of: OperationId, amount: i64) -> Result<ApprovalId> {
        let ctx = self.ctx(world, &self.clerk).await;
        let customer = world.payer(of).await;
        let refundable = world.payments.refundable(&ctx, customer, of).await?;
        let fee = refundable.fee_with(Money::new(amount, Asset::Uzs)).minor;
        let refunding = refundable.give(Part { amount, fee });
        self.propose_that::<TransferRefund>(world, &self.clerk, &refunding).await
    }

    async fn given(&self, world: &World, of: OperationId, amount: i64) {
        let id = self.give(world, of, amount).await.unwrap();
        self.approve(world, &self.accountant, id).await.unwrap();
    }
}

#[tokio::test]
async fn a_transfer_is_given_back_in_parts_with_the_parts_of_its_fee() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let mut rule = percent("rest", "1");
    rule["vat_percent"] = json!("12");
    rule["shares"] =
        json!([{"party": "scheme", "percent": "30"}, {"party": "agent", "percent": "15"}]);
    world.tariff(json!([rule])).await;
    let sent = world.sent((&jasur, &from), &to, "100.00").await;
    let office = Office::open(&world).await;
    let all = [
        BankAccount::FeeIncome,
        BankAccount::VatPayable,
        BankAccount::SchemePayable,
        BankAccount::AgentPayable,
    ];
    let fees = async || {
        let mut balances = Vec::new();
        for account in all {
            balances.push(world.of_bank(account).await);
        }
        balances
    };
    assert_eq!(fees().await, [49, 11, 27, 13]);

    office.given(&world, sent, 3_000).await;
    assert_eq!(fees().await, [34, 8, 19, 9]);
    assert_eq!(world.balance(from.id).await, "929.30");
    assert_eq!(world.balance(to.id).await, "70.00");
    let clerk = office.ctx(&world, &office.clerk).await;
    let left = world.payments.refundable(&clerk, jasur.id, sent).await.unwrap();
    assert_eq!((left.amount_left.minor, left.fee_left.minor, left.refunds), (7_000, 70, 1));
    refused(office.give(&world, sent, 7_001).await, Code::RefundTooLarge);

    office.given(&world, sent, 7_000).await;
    assert_eq!(fees().await, [0, 0, 0, 0]);
    assert_eq!(world.balance(from.id).await, "1000.00");
    assert_eq!(world.balance(to.id).await, "0.00");
    refused(office.give(&world, sent, 1).await, Code::RefundTooLarge);

    // Both see it in their history, and each other.
    let page = world.payments.history(&jasur.ctx, &payments::Query::default()).await.unwrap();
    let refund = page.items.iter().find(|item| item.amount.minor == 7_000).unwrap();
    assert_eq!((refund.kind.as_str(), refund.direction), ("transfer.refund", Direction::In));
    assert_eq!(refund.counterparty.as_deref(), Some("Go‘zal O."));
    let seen = world.payments.operation(&jasur.ctx, refund.operation).await.unwrap();
    assert_eq!((seen.amount.minor, seen.fee.minor, seen.total.minor), (7_000, 70, 7_070));
    let seen = world.payments.operation(&gozal.ctx, refund.operation).await.unwrap();
    assert_eq!((seen.direction, seen.total.minor), (Direction::Out, 7_000));
    assert_eq!(seen.counterparty.unwrap().masked_name, "Jasur K.");
    world.verify().await;
}

#[tokio::test]
async fn a_refund_leads_to_its_transfer_and_is_neither_spent_nor_earned() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    world.tariff(json!([percent("rest", "1")])).await;
    let sent = world.sent((&jasur, &from), &to, "100.00").await;
    let office = Office::open(&world).await;
    for amount in [3_000, 7_000] {
        office.given(&world, sent, amount).await;
    }
    // Only a part of a fee: whoever was paid has no part in it.
    let other = world.sent((&jasur, &from), &to, "50.00").await;
    let payee = Some(gozal.id);
    let part = Part { amount: 0, fee: 50 };
    let refunding = Refunding { operation: other, customer: jasur.id, payee, number: 1, part };
    world.payments.refund(&world.system(), &refunding).await.unwrap();

    for (who, totals) in [(&jasur, [3_030, 7_070]), (&gozal, [3_000, 7_000])] {
        let original = world.payments.operation(&who.ctx, sent).await.unwrap();
        assert_eq!(original.refund_of, None);
        let found: Vec<_> = original.refunds.iter().map(|linked| linked.total.minor).collect();
        assert_eq!(found, totals);
        for linked in &original.refunds {
            let refund = world.payments.operation(&who.ctx, linked.id).await.unwrap();
            assert_eq!((refund.category, refund.refunds.len()), (Category::Refunds, 0));
            let of = refund.refund_of.unwrap();
            assert_eq!((of.id, of.at, of.total), (sent, original.at, original.total));
            let named = world.payments.categorise(&who.ctx, linked.id, Category::Shopping).await;
            refused(named, Code::FieldInvalid);
        }
    }
    let count =
        async |who: &Person| world.payments.operation(&who.ctx, other).await.unwrap().refunds.len();
    assert_eq!((count(&jasur).await, count(&gozal).await), (1, 0));

    // Whoever was paid has spent nothing; whoever paid has spent what they sent, with its fee.
    let day = world.clock.now().day();
    let spent = async |who: &Person| {
        let spending = world.payments.spending(&who.ctx, day, day).await.unwrap();
        spending.first().map_or(0, |spending| spending.total.minor)
    };
    assert_eq!((spent(&jasur).await, spent(&gozal).await), (15_150, 0));
    let found = async |who: &Person, category| {
        let query = Query { category: Some(category), ..Query::default() };
        world.payments.history(&who.ctx, &query).await.unwrap().items.len()
    };
    assert_eq!(
        (found(&jasur, Category::Refunds).await, found(&jasur, Category::Income).await),
        (2, 0)
    );
    assert_eq!(
        (found(&gozal, Category::Refunds).await, found(&gozal, Category::Income).await),
        (2, 2)
    );
}

/// A phone operator that keeps what it is given.
#[derive(Default)]
struct Inbox(Mutex<Vec<(String, String)>>);

impl SmsSender for Inbox {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        let message = (sms.to.expose().to_owned(), sms.text.expose().clone());
        self.0.lock().unwrap().push(message);
        Box::pin(async { Ok("1".to_owned()) })
    }
}

#[tokio::test]
async fn whoever_was_paid_is_told_what_was_taken_and_nobody_else() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    world.tariff(json!([percent("rest", "1")])).await;
    let savings = world.account(&jasur, Asset::Uzs).await;
    let sent = world.sent((&jasur, &from), &to, "100.00").await;
    let own = world.sent((&jasur, &from), &savings, "10.00").await;
    let day = world.clock.now().day().date();
    // It is given back on another day, and the message says of which day the transfer was.
    world.clock.advance_seconds(86_400);
    let give = async |operation, payee, (number, amount, fee)| {
        let part = Part { amount, fee };
        let refunding = Refunding { operation, customer: jasur.id, payee, number, part };
        world.payments.refund(&world.system(), &refunding).await
    };
    let payee = Some(gozal.id);
    give(sent, payee, (1, 0, 10)).await.unwrap();
    give(own, Some(jasur.id), (1, 1_000, 0)).await.unwrap();
    // What is not given tells nobody.
    refused(give(sent, payee, (2, 99_999, 0)).await, Code::RefundTooLarge);
    give(sent, payee, (2, 3_000, 30)).await.unwrap();

    let inbox = Arc::new(Inbox::default());
    let sms: Arc<dyn SmsSender> = inbox.clone();
    let clock = Clock::Manual(world.clock.clone());
    let runner = Runner::new(world.store.clone(), clock.clone());
    let runner = messages::register(runner, &world.payments, &clock, &sms);
    let (stop, shutdown) = watch::channel(false);
    let running = tokio::spawn(runner.run(shutdown));
    let waiting = "SELECT count(*) FROM job WHERE kind = 'refund.tell' AND state <> 'done'";
    for _ in 0..500 {
        let left = sqlx::query_scalar::<_, i64>(waiting).fetch_one(world.store.pool()).await;
        if left.unwrap() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    let told = inbox.0.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    let (to, text) = &told[0];
    assert_eq!(to, gozal.phone.expose());
    let day = format!("{:02}.{:02}", day.day(), u8::from(day.month()));
    for part in [day.as_str(), "Jasur K.", "30.00 UZS"] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn what_is_given_back_after_midnight_is_usable_again_on_the_day_of_the_transfer() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let count = json!({"measure": "count", "ceiling": {"fixed": 9}});
    let rolling = json!({"window": {"rolling_days": 3}, "ceiling": {"fixed": 75_000}});
    world
        .limits(&[limit("day", &json!({})), limit("count", &count), limit("rolling", &rolling)])
        .await;
    world.clock.advance_seconds(12 * 3_600 - 300);
    let before = world.sent((&jasur, &from), &to, "300").await;
    let office = Office::open(&world).await;
    world.clock.advance_seconds(600);
    let after = world.sent((&jasur, &from), &to, "400").await;
    let rolling = async || {
        let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
        let of = |name: &str| views.iter().find(|view| view.name == name).unwrap().remaining;
        (of("day"), of("count"), of("rolling"))
    };
    assert_eq!(rolling().await, (10_000, 8, 5_000));

    office.given(&world, before, 10_000).await;
    // Yesterday has it again, today has not; and the three days together have it.
    assert_eq!((world.counted(before).await, world.counted(after).await), (20_000, 40_000));
    assert_eq!(rolling().await, (10_000, 8, 15_000));
    office.given(&world, before, 20_000).await;
    assert_eq!((world.counted(before).await, world.counted(after).await), (0, 40_000));
    assert_eq!(rolling().await, (10_000, 8, 35_000));
    office.given(&world, after, 40_000).await;
    assert_eq!(rolling().await, (50_000, 9, 75_000));
    world.verify().await;
}

#[tokio::test]
async fn two_decide_and_nothing_is_given_that_is_not_there() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let sent = world.sent((&jasur, &from), &to, "100").await;
    let office = Office::open(&world).await;
    let id = office.give(&world, sent, 5_000).await.unwrap();
    // One proposal about a transfer waits at a time, and who proposed it does not decide.
    refused(office.give(&world, sent, 1_000).await, Code::ApprovalOpen);
    refused(office.approve(&world, &office.clerk, id).await, Code::ApprovalOwn);
    refused(office.approve(&world, &office.guard, id).await, Code::PermissionMissing);
    let by_accountant = async |refunding: &Refunding| {
        office.propose_that::<TransferRefund>(&world, &office.accountant, refunding).await
    };
    let part = Part { amount: 1_000, fee: 0 };
    let payee = Some(gozal.id);
    let refunding = Refunding { operation: sent, customer: jasur.id, payee, number: 1, part };
    refused(by_accountant(&refunding).await, Code::PermissionMissing);

    // The payee spends it meanwhile: then it is not there, and the proposal is over.
    world.send(&gozal, to.id, &from, "60").await;
    refused(office.approve(&world, &office.officer, id).await, Code::InsufficientFunds);
    let ctx = office.ctx(&world, &office.officer).await;
    let view = office.approvals.get(&ctx, id).await.unwrap();
    assert_eq!(view.summary.state, State::Refused);
    assert_eq!(world.balance(to.id).await, "40.00");

    let propose = async |refunding: Refunding| {
        office.propose_that::<TransferRefund>(&world, &office.clerk, &refunding).await
    };
    refused(propose(Refunding { number: 2, ..refunding }).await, Code::NothingToChange);
    refused(propose(Refunding { customer: gozal.id, ..refunding }).await, Code::NotFound);
    let nothing = OperationId::generate(world.clock.now(), Entropy);
    refused(propose(Refunding { operation: nothing, ..refunding }).await, Code::NotFound);
    // Only whoever paid finds it, and each look for one is in the audit log.
    let clerk = office.ctx(&world, &office.clerk).await;
    for (customer, of) in [(gozal.id, sent), (jasur.id, nothing)] {
        refused(world.payments.refundable(&clerk, customer, of).await, Code::NotFound);
    }
    let told = "SELECT count(*) FROM audit_event WHERE action = 'customer.read'
        AND convert_from(body, 'UTF8') LIKE '%\"found\":false%'";
    let told = sqlx::query_scalar::<_, i64>(told).fetch_one(world.store.pool()).await.unwrap();
    assert_eq!(told, 2);
    world.set_status(to.id, ledger::Status::Frozen).await;
    refused(propose(refunding).await, Code::AccountFrozen);
    world.set_status(to.id, ledger::Status::Open).await;
    propose(refunding).await.unwrap();
    world.verify().await;
}

/// Whoever was paid, and works here, neither decides for themselves nor ends what others proposed.
#[tokio::test]
async fn whoever_was_paid_does_not_decide() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let sent = world.sent((&jasur, &from), &to, "100").await;
    let office = Office::open(&world).await;
    let own = ("Gozal", Some(gozal.phone.expose()));
    let payee = Office::hire(&world, &office.identity, own, Role::Accountant).await;
    let id = office.give(&world, sent, 5_000).await.unwrap();
    refused(office.approve(&world, &payee, id).await, Code::PermissionMissing);
    let rejects = (Say::Reject, Some("it is mine"));
    refused(office.say(&world, &payee, id, rejects).await, Code::PermissionMissing);
    let ctx = office.ctx(&world, &payee).await;
    let inbox = office.approvals.list(&ctx, Listed::Inbox, None).await.unwrap();
    assert!(inbox.proposals.is_empty(), "{:?}", inbox.proposals);
    assert_eq!(office.approvals.get(&ctx, id).await.unwrap().summary.state, State::Open);
    office.approve(&world, &office.accountant, id).await.unwrap();
    assert_eq!(world.balance(to.id).await, "50.00");
}

/// Carries a refund out on a node, as the last decision would.
async fn carry_out(world: &World, node: &Payments, refunding: Refunding) -> Result<()> {
    let ctx = world.system();
    let mut tx = world.store.begin().await?;
    let id = ApprovalId::generate(world.clock.now(), Entropy);
    let approved = Approved { id, reason: "a test", payload: &refunding };
    TransferRefund(node.clone()).execute(&mut tx, &ctx, approved).await?;
    store::commit(tx).await
}

#[tokio::test]
async fn however_many_give_the_same_back_at_once_on_two_nodes_it_is_given_once() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let other = world.another_node().await;
    world.limits(&[limit("day", &json!({}))]).await;
    // Shown while there was room: what becomes usable again is for some of them, and no more.
    let mut quotes = Vec::new();
    for _ in 0..6 {
        quotes.push(world.preview(&jasur, from.id, Payee::Number(to.number), "100").await);
    }
    let sent = world.sent((&jasur, &from), &to, "300").await;
    world.sent((&jasur, &from), &to, "200").await;
    let asked = (0..8).map(|n| {
        let node = if n % 2 == 0 { &world.payments } else { &other };
        // Some want another part: only one of all can be the first.
        let part = Part { amount: if n < 4 { 10_000 } else { 20_000 }, fee: 0 };
        let (customer, payee) = (jasur.id, None);
        carry_out(&world, node, Refunding { operation: sent, customer, payee, number: 1, part })
    });
    let sends = quotes.iter().map(|quote| world.confirm(&jasur, quote.key(), &quote.token));
    let (given, answers) = tokio::join!(join_all(asked), join_all(sends));
    let mut done = given.iter().zip(0..).filter(|(given, _)| given.is_ok());
    let (_, first) = done.next().unwrap();
    let back = if first < 4 { 10_000 } else { 20_000 };
    // The same one, asked again with the same amount, was given already.
    assert!(done.all(|(_, n)| (n < 4) == (first < 4)), "{given:?}");
    for answer in answers.iter().filter(|answer| answer.is_err()) {
        let code = answer.as_ref().err().and_then(kernel::Error::code);
        assert_eq!(code, Some(Code::LimitExceeded));
    }
    let sent_more = i64::try_from(answers.iter().filter(|answer| answer.is_ok()).count()).unwrap();
    assert!(sent_more * 10_000 <= back, "{sent_more} {back}");
    assert_eq!(world.counted(sent).await, 50_000 - back + sent_more * 10_000);
    world.verify().await;
}
