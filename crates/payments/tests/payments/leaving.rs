//! Customers who leave: nobody is closed while there is money of theirs, and of whoever is erased
//! nothing is left that tells who it was.

use std::sync::Arc;

use customers::{Customers, Desk, NewDocument};
use futures_util::future::join_all;
use identity::UserStatus;
use identity::approvals::{Action, CustomerClose, CustomerErase, CustomerUnfreeze, OnCustomer};
use kernel::{Aal, ApprovalId, Assurance, Code, CustomerId, Method, Methods, Result, Secret};
use ledger::{Operation, Principal, Status, Transfer, TransferKind};
use payments::{AccountView, Confirm, IssueStatement, Payee};
use store::testing::planted_in;

use crate::common::{Person, World, refused};
use crate::office::{Colleague, Office, client};

const PHONE: &str = "998907351942";
const FIRST: &str = "Plantedqul";
const LAST: &str = "Ekilganov";
const FORMER: &str = "Avvalgiyev";
const NUMBER: &str = "AC7351944";
const PINFL: &str = "31705901230018";
const ACCOUNT_NAME: &str = "Planted uchun";

impl Office {
    async fn propose<A: Action<Payload = OnCustomer>>(
        &self,
        world: &World,
        who: &Colleague,
        customer: CustomerId,
    ) -> Result<ApprovalId> {
        self.propose_that::<A>(world, who, &OnCustomer { customer }).await
    }

    fn desk(&self, world: &World) -> Desk {
        let customers = Customers::new(world.store.clone(), self.identity.clone());
        Desk::new(customers, Arc::new(world.payments.clone()))
    }

    async fn status(&self, world: &World, customer: CustomerId) -> UserStatus {
        self.identity.user_status(&world.system(), customer).await.unwrap()
    }
}

impl World {
    async fn status_of(&self, account: &AccountView) -> Status {
        self.ledger.account(account.id).await.unwrap().unwrap().account.status
    }

    /// Holds money of one account for another.
    async fn hold(&self, from: &AccountView, to: &AccountView, seconds: i64) {
        let ctx = self.system();
        let principal = Principal::of(&ctx).unwrap();
        let mut operation = Operation::new(self.key(), "test.hold", principal);
        let expires_at = Some(self.clock.now().plus_seconds(seconds));
        operation.transfers.push(Transfer {
            debit: from.id,
            credit: to.id,
            amount: 100,
            kind: TransferKind::Hold { expires_at },
            code: 1,
        });
        self.ledger.execute(&ctx, operation).await.unwrap();
    }
}

#[tokio::test]
async fn nobody_is_closed_while_there_is_money_of_theirs() {
    let world = World::new().await;
    let ((jasur, own), (gozal, other)) = world.pair().await;
    let office = Office::open(&world).await;
    let propose = async || office.propose::<CustomerClose>(&world, &office.clerk, jasur.id).await;
    refused(propose().await, Code::AccountNotEmpty);
    world.send(&jasur, own.id, &other, "1000").await;
    // What is held is not settled, whichever way it would go.
    world.hold(&other, &own, 60).await;
    refused(propose().await, Code::AccountNotEmpty);
    world.clock.advance_seconds(61);
    world.ledger.expire_due_holds(&world.system()).await.unwrap();

    // What comes between the proposal and the decision stops it.
    let id = propose().await.unwrap();
    world.send(&gozal, other.id, &own, "5").await;
    refused(office.approve(&world, &office.officer, id).await, Code::AccountNotEmpty);
    assert_eq!(office.status(&world, jasur.id).await, UserStatus::Active);
    world.send(&jasur, own.id, &other, "5").await;
    let id = propose().await.unwrap();
    let late = world.preview(&gozal, other.id, Payee::Number(own.number), "5").await;
    let later = world.preview(&gozal, other.id, Payee::Phone(jasur.phone.clone()), "7").await;
    office.approve(&world, &office.officer, id).await.unwrap();
    assert_eq!(office.status(&world, jasur.id).await, UserStatus::Closed);
    // From the commit on nobody finds them to pay.
    for payee in [Payee::Number(own.number), Payee::Phone(jasur.phone.clone())] {
        refused(world.try_preview(&gozal, other.id, payee, "5").await, Code::PayeeNotFound);
    }
    // Nor does what was shown before arrive, though no reaction to the closing has run. The payer
    // learns no more than they would by looking for the payee now, however often they ask.
    assert_eq!(world.status_of(&own).await, Status::Closed);
    for quote in [&late, &later] {
        for _ in 0..2 {
            refused(world.confirm(&gozal, quote.key(), &quote.token).await, Code::PayeeNotFound);
        }
        let seen = world.payments.quoted(&gozal.ctx, &quote.token).await.unwrap();
        assert_eq!((seen.paid, seen.refused), (None, Some(Code::PayeeNotFound)));
    }
    assert_eq!(world.balance(own.id).await, "0.00");
    // The reaction has nothing left to do.
    world.payments.follow_status(&world.system(), jasur.id).await.unwrap();
    assert_eq!(world.status_of(&own).await, Status::Closed);
    world.verify().await;
}

/// Whoever is closed while others pay them is closed with nothing, or is not closed: on two nodes,
/// as often as it takes to see that.
#[tokio::test]
async fn nobody_is_closed_with_money_while_others_pay_them() {
    let world = World::new().await;
    let office = Office::open(&world).await;
    let payer = world.person("Go‘zal", "O‘rinova", "907654321").await;
    let from = world.account(&payer, kernel::Asset::Uzs).await;
    world.pay_in(&from, "1000").await;
    let ctx = &payer.ctx;
    let nodes = [world.payments.clone(), world.another_node().await];
    for round in 0..8_u32 {
        // Previews are counted by the minute.
        world.clock.advance_seconds(30);
        let payee = world.person("Jasur", "Karimov", &format!("90111{round:04}")).await;
        let to = world.account(&payee, kernel::Asset::Uzs).await;
        let id = office.propose::<CustomerClose>(&world, &office.clerk, payee.id).await.unwrap();
        let mut quotes = Vec::new();
        for _ in 0..6 {
            quotes.push(world.preview(&payer, from.id, Payee::Number(to.number), "1").await);
        }
        let payments = quotes.iter().zip(nodes.iter().cycle()).zip(0_u64..).map(
            |((quote, node), n)| async move {
                // Later from round to round: some come before the closing, some after.
                let wait = u64::from(round) * 12 + n * 2;
                tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                let confirm =
                    Confirm { key: quote.key(), quote: quote.token.clone(), confirmation: None };
                node.confirm(ctx, confirm).await
            },
        );
        let closing = office.approve(&world, &office.officer, id);
        let (closed, paid) = tokio::join!(closing, join_all(payments));
        let arrived = paid.iter().filter(|paid| paid.is_ok()).count();
        for answer in paid.into_iter().filter(Result::is_err) {
            refused(answer, Code::PayeeNotFound);
        }
        if closed.is_ok() {
            assert_eq!((arrived, world.status_of(&to).await), (0, Status::Closed));
            assert_eq!(world.balance(to.id).await, "0.00");
        } else {
            refused(closed, Code::AccountNotEmpty);
            assert_eq!((arrived, world.status_of(&to).await), (6, Status::Open));
        }
    }
    world.verify().await;
}

/// Somebody who gave the bank everything that it keeps in clear or sealed.
async fn planted(world: &World) -> (Person, AccountView) {
    let person = world.person(FIRST, FORMER, PHONE).await;
    let account = world.account(&person, kernel::Asset::Uzs).await;
    let assurance = Assurance {
        aal: Aal::Two,
        methods: Methods::of(&[Method::Password]),
        proven_at: world.clock.now(),
        device: None,
        cooling_until: None,
    };
    let fresh = person.ctx.clone().with_assurance(assurance);
    let customers = Customers::new(world.store.clone(), world.identity().clone());
    customers.rename(&fresh, FIRST, LAST).await.unwrap();
    let document = NewDocument {
        number: Secret::new(NUMBER.to_owned()),
        personal_number: Secret::new(PINFL.to_owned()),
        expires_on: "2040-01-01".parse().unwrap(),
    };
    customers.declare_document(&fresh, &document).await.unwrap();
    let name = Some(ACCOUNT_NAME.to_owned());
    world.payments.rename_account(&fresh, account.id, name).await.unwrap();
    let day = world.clock.now().day();
    let issue = IssueStatement { key: world.key(), account: account.id, from: day, to: day };
    world.payments.issue_statement(&fresh, issue).await.unwrap();
    let mut tx = world.store.begin().await.unwrap();
    let proof = identity::Proof::one(Method::Password);
    let with = (&proof, &client());
    world.identity().open_session(&mut tx, &world.system(), person.id, with).await.unwrap();
    store::commit(tx).await.unwrap();
    (person, account)
}

/// No relay runs here: whatever reads events later has nothing to do with it.
#[tokio::test]
async fn accounts_are_frozen_and_opened_before_the_employee_has_the_answer() {
    let world = World::new().await;
    let office = Office::open(&world).await;
    let person = world.person("Jasur", "Karimov", "901234567").await;
    let account = world.account(&person, kernel::Asset::Uzs).await;
    let clerk = office.ctx(&world, &office.clerk).await;
    office.desk(&world).freeze(&clerk, person.id, "the phone was stolen").await.unwrap();
    assert_eq!(world.status_of(&account).await, Status::Frozen);
    let id = office.propose::<CustomerUnfreeze>(&world, &office.clerk, person.id).await.unwrap();
    office.approve(&world, &office.officer, id).await.unwrap();
    assert_eq!(office.status(&world, person.id).await, UserStatus::Active);
    assert_eq!(world.status_of(&account).await, Status::Open);
}

/// With the phone, a document resets the password: one that somebody else declared shortly before
/// they were found out must not outlive the freeze.
#[tokio::test]
async fn a_document_declared_shortly_before_a_freeze_is_gone_after_it() {
    for (hours, stays) in [(71, false), (73, true)] {
        let world = World::new().await;
        let office = Office::open(&world).await;
        let (person, _) = planted(&world).await;
        let customers = Customers::new(world.store.clone(), office.identity.clone());
        world.clock.advance_seconds(hours * 3_600);
        office.identity.freeze_myself(&person.ctx).await.unwrap();
        world.clock.advance_seconds(10 * 86_400);
        let mut tx = world.store.begin().await.unwrap();
        let system = world.system();
        let books = &world.payments;
        office.identity.unfreeze(&mut tx, &system, person.id, books).await.unwrap();
        store::commit(tx).await.unwrap();
        let left = customers.document(&person.ctx).await.unwrap();
        assert_eq!(left.is_some(), stays, "declared {hours} hours before");
    }
}

#[tokio::test]
async fn of_whoever_is_erased_nothing_tells_who_it_was() {
    let world = World::new().await;
    let office = Office::open(&world).await;
    let (person, account) = planted(&world).await;
    let found = planted_in(&world.store, &[LAST, FORMER, ACCOUNT_NAME]).await;
    let places: Vec<_> = found.iter().filter_map(|place| place.split(':').next()).collect();
    for place in [
        "customer.last_name",
        "customer_former_name.last_name",
        "statement_document.holder",
        "account_name.name",
    ] {
        assert!(places.contains(&place), "the search finds what stands there: {found:?}");
    }
    let desk = office.desk(&world);
    let code = world.ledger.account(account.id).await.unwrap().unwrap().number.unwrap();
    let code: String = code.as_str().chars().skip(9).take(8).collect();
    let queries = [LAST, PHONE, NUMBER, PINFL, &person.id.to_string(), &code];
    let clerk = office.ctx(&world, &office.clerk).await;
    for query in queries {
        assert_eq!(desk.search(&clerk, query).await.unwrap().found.len(), 1, "{query}");
    }

    let erase = async || office.propose::<CustomerErase>(&world, &office.officer, person.id).await;
    refused(erase().await, Code::CustomerNotClosed);
    let id = office.propose::<CustomerClose>(&world, &office.clerk, person.id).await.unwrap();
    office.approve(&world, &office.officer, id).await.unwrap();
    let id = erase().await.unwrap();
    office.approve(&world, &office.guard, id).await.unwrap();

    let tables = [FIRST, LAST, FORMER, PHONE, "7351942", NUMBER, PINFL, ACCOUNT_NAME];
    let found = planted_in(&world.store, &tables).await;
    assert!(found.is_empty(), "{found:#?}");
    let born: i64 = sqlx::query_scalar("SELECT count(*) FROM customer WHERE birth_date = $1")
        .bind(sqlx::types::time::Date::from_calendar_date(1990, time::Month::May, 17).unwrap())
        .fetch_one(world.store.pool())
        .await
        .unwrap();
    assert_eq!(born, 0);
    for query in queries {
        assert!(desk.search(&clerk, query).await.unwrap().found.is_empty(), "{query}");
    }
    let profile = desk.profile(&clerk, person.id).await.unwrap();
    assert!(profile.masked.iter().all(|(_, mask)| mask.is_none()), "{:?}", profile.masked);
    // Twice is once, and the phone is free for whoever the operator gives it to.
    refused(erase().await, Code::NotFound);
    let other = world.person("Ali", "Valiyev", PHONE).await;
    assert_ne!(other.id, person.id);
}

/// The commit that closes somebody is all or nothing: a decision that cannot be carried out leaves
/// them served.
#[tokio::test]
async fn a_closing_that_is_refused_changes_nothing() {
    let world = World::new().await;
    let ((jasur, own), (_, other)) = world.pair().await;
    let office = Office::open(&world).await;
    world.send(&jasur, own.id, &other, "1000").await;
    let id = office.propose::<CustomerClose>(&world, &office.clerk, jasur.id).await.unwrap();
    world.pay_in(&own, "1").await;
    refused(office.approve(&world, &office.officer, id).await, Code::AccountNotEmpty);
    let confirm = Confirm { key: world.key(), quote: "nonsense".to_owned(), confirmation: None };
    refused(world.payments.confirm(&jasur.ctx, confirm).await, Code::QuoteNotFound);
    let back = world.preview(&jasur, own.id, Payee::Number(other.number), "1").await;
    world.confirm(&jasur, world.key(), &back.token).await.unwrap();
    assert_eq!(world.status_of(&own).await, Status::Open);
}
