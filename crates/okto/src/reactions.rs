//! Every "when X happened, then Y" of the bank, in one list.
//!
//! Reactions run at least once and in order, so each is idempotent by what it reacts to. They go by
//! the state of the subject, never by the event alone. A kind that is not listed has no reaction.
//! What has to follow in any case is no reaction but a job, written in the transaction of its
//! cause: so the message about a refund (`payments::refunds::jobs`).

use identity::{Identity, signals};
use kernel::{Clock, CustomerId, Result};
use payments::Payments;
use store::outbox::{self, Event, Handler};

use crate::bank::{Bank, system};

/// The name under which the outbox remembers how far reactions have come.
pub const CONSUMER: &str = "reactions";

/// What the relay calls for every event.
pub fn handler(bank: &Bank) -> Handler {
    reacting(bank.payments.clone(), bank.identity.clone(), bank.clock.clone())
}

fn reacting(payments: Payments, identity: Identity, clock: Clock) -> Handler {
    outbox::handler(move |event| {
        let (payments, identity, clock) = (payments.clone(), identity.clone(), clock.clone());
        async move {
            react(&payments, &event).await?;
            // Whatever changes about the way of a customer into the bank, they are told.
            identity.notify_of(&system("notices").with_clock(clock.clone()), &event).await?;
            // So is whoever receives security events.
            identity.send_to_hooks(&system("hooks").with_clock(clock), &event).await
        }
    })
}

async fn react(payments: &Payments, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        // The accounts of whoever is frozen let nothing out, and open when they are unfrozen.
        signals::ACCOUNT_DISABLED | signals::ACCOUNT_ENABLED => {
            let customer = CustomerId::from_uuid(event.subject);
            payments.follow_status(&system("freezes"), customer).await
        }
        // The family of the token is dead already; an engineer should look who had a copy.
        identity::TOKEN_REUSE => {
            let (subject, at) = (event.subject, event.at);
            tracing::warn!(%subject, %at, "a refresh token was used again");
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use customers::{Customers, NewCustomer};
    use identity::UserStatus;
    use identity::testing::EmptyBooks;
    use kernel::{Asset, Ctx, Day, Entropy, KeyRing, Lang, OperationId, Permissions, Secret};
    use ledger::{Ledger, Status};
    use payments::{DemoKeyScheme, Open};
    use store::testing::TestDatabase;
    use tokio::sync::watch;

    use super::*;

    /// A node froze a customer and died before the books followed. Another node reads the event.
    #[tokio::test]
    async fn the_accounts_of_a_customer_follow_although_the_node_that_froze_them_died() {
        let database = TestDatabase::create().await;
        let (store, clock) = (database.store(), Clock::System);
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await.unwrap();
        let customers = Customers::new(store.clone(), identity.clone());
        let scheme = Arc::new(DemoKeyScheme);
        let payments = Payments::new(store.clone(), ledger.clone(), customers, keys, scheme);
        let operator = Ctx::system("test", Permissions::OPERATOR);
        payments.bank().ensure(&operator).await.unwrap();
        let customer = somebody(&store, &identity, &operator).await;
        let session = kernel::SessionId::generate(operator.now(), Entropy);
        let own = Ctx::anonymous(Lang::En).for_customer(customer, session);
        let opening = Open { key: OperationId::generate(own.now(), Entropy), asset: Asset::Uzs };
        payments.open_account(&own, opening).await.unwrap();
        let status = async || {
            let accounts = ledger.accounts_of(customer.uuid()).await.unwrap();
            accounts.into_iter().map(|record| record.account.status).collect::<Vec<_>>()
        };
        outbox::register(&store, CONSUMER).await.unwrap();

        identity.freeze_myself(&own).await.unwrap();
        assert_eq!(status().await, [Status::Open], "identity has committed, and nothing else");
        let (stop, stopped) = watch::channel(false);
        let handler = reacting(payments.clone(), identity.clone(), clock.clone());
        let relay = outbox::Relay::new(store.clone(), clock, CONSUMER, handler);
        let running = tokio::spawn(relay.run(stopped));
        for (becomes, expected) in
            [(UserStatus::Frozen, Status::Frozen), (UserStatus::Active, Status::Open)]
        {
            if becomes == UserStatus::Active {
                let mut tx = store.begin().await.unwrap();
                identity.unfreeze(&mut tx, &operator, customer, &EmptyBooks).await.unwrap();
                store.commit_and_wake(tx).await.unwrap();
            }
            let followed = tokio::time::timeout(Duration::from_secs(20), async {
                while status().await != [expected] {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
            followed.await.unwrap_or_else(|_| panic!("the books do not follow: {becomes:?}"));
        }
        stop.send(true).unwrap();
        running.await.unwrap();
    }

    async fn somebody(store: &store::Store, identity: &Identity, operator: &Ctx) -> CustomerId {
        let new = NewCustomer {
            phone: kernel::Phone::parse("998901234567").unwrap(),
            password: "uch olma va bitta quyosh".to_owned().into(),
            first_name: "Lola".to_owned(),
            last_name: "Karimova".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        let customers = Customers::new(store.clone(), identity.clone());
        customers.create_verified(operator, new).await.unwrap()
    }
}
