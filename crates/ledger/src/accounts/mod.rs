//! Accounts and operations as they stand.

mod sql;

use std::collections::HashMap;

use kernel::{AccountId, AccountNumber, GroupId, HoldId, OperationId, Result};
use store::Tx;
use uuid::Uuid;

use crate::counters::{Counter, CounterKey, Window};
use crate::engine::Ledger;
use crate::model::{AccountRecord, Hold, Recorded};

/// Most operations listed for one group or reference: a payment's life has dozens of steps at most.
pub(crate) const MAX_GROUP: i64 = 500;

impl Ledger {
    /// An account. `None` when there is none.
    pub async fn account(&self, id: AccountId) -> Result<Option<AccountRecord>> {
        sql::account(self.store.pool(), id).await
    }

    /// Several accounts at once, in no order; those that there are not are left out.
    pub async fn accounts_by_ids(&self, ids: &[AccountId]) -> Result<Vec<AccountRecord>> {
        sql::accounts_by_ids(self.store.pool(), ids).await
    }

    /// The same as a transaction sees them.
    pub async fn accounts_by_ids_within(
        &self,
        tx: &mut Tx,
        ids: &[AccountId],
    ) -> Result<Vec<AccountRecord>> {
        sql::accounts_by_ids(&mut **tx, ids).await
    }

    /// The account of a number.
    pub async fn account_by_number(&self, number: &AccountNumber) -> Result<Option<AccountRecord>> {
        sql::account_by_number(self.store.pool(), number).await
    }

    /// All accounts of an owner, oldest first.
    pub async fn accounts_of(&self, owner: Uuid) -> Result<Vec<AccountRecord>> {
        sql::accounts_of(self.store.pool(), owner).await
    }

    /// The same as a transaction sees it.
    pub async fn accounts_within(&self, tx: &mut Tx, owner: Uuid) -> Result<Vec<AccountRecord>> {
        sql::accounts_of(&mut **tx, owner).await
    }

    /// Whether nothing is on any account of an owner, and nothing held, as a transaction sees it.
    pub async fn is_settled(&self, tx: &mut Tx, owner: Uuid) -> Result<bool> {
        sql::is_settled(tx, owner).await
    }

    /// All accounts of several owners, oldest first.
    pub async fn accounts_of_all(&self, owners: &[Uuid]) -> Result<Vec<AccountRecord>> {
        sql::accounts_of_all(self.store.pool(), owners).await
    }

    /// What is held on an account now, oldest first.
    pub async fn open_holds(&self, account: AccountId) -> Result<Vec<Hold>> {
        sql::open_holds(self.store.pool(), account).await
    }

    /// A hold, open or ended.
    pub async fn hold(&self, id: HoldId) -> Result<Option<Hold>> {
        sql::hold(self.store.pool(), id).await
    }

    /// What was used in a window of a limit counter.
    pub async fn counter(&self, key: CounterKey, window: Window) -> Result<i64> {
        let counters = sql::counters(self.store.pool(), &[key]).await?;
        Ok(counters.get(&key).map_or(0, |counter| counter.used(window)))
    }

    /// The same in several, in their order.
    pub async fn used(&self, asked: &[(CounterKey, Window)]) -> Result<Vec<i64>> {
        let keys: Vec<_> = asked.iter().map(|(key, _)| *key).collect();
        let counters = self.counters(&keys).await?;
        let used = |(key, window): &(CounterKey, Window)| {
            counters.get(key).map_or(0, |counter| counter.used(*window))
        };
        Ok(asked.iter().map(used).collect())
    }

    /// What stands in these limit counters; those in which nothing was counted are left out.
    pub async fn counters(&self, keys: &[CounterKey]) -> Result<HashMap<CounterKey, Counter>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        sql::counters(self.store.pool(), keys).await
    }

    /// An operation with its transfers.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Recorded>> {
        sql::operation(self.store.pool(), id).await
    }

    /// The same as a transaction sees it.
    pub async fn operation_within(&self, tx: &mut Tx, id: OperationId) -> Result<Option<Recorded>> {
        sql::operation_within(tx, id).await
    }

    /// Ids of the operations of a group, oldest first, 500 at most.
    pub async fn operations_of_group(&self, group: GroupId) -> Result<Vec<OperationId>> {
        sql::operations_of_group(self.store.pool(), group).await
    }

    /// Ids of the operations that carry an external reference, oldest first, 500 at most.
    pub async fn operations_by_reference(
        &self,
        scheme: &str,
        reference: &str,
    ) -> Result<Vec<OperationId>> {
        sql::operations_by_reference(self.store.pool(), scheme, reference).await
    }

    /// The same as a transaction sees it.
    pub async fn operations_by_reference_within(
        &self,
        tx: &mut Tx,
        scheme: &str,
        reference: &str,
    ) -> Result<Vec<OperationId>> {
        sql::operations_by_reference(&mut **tx, scheme, reference).await
    }
}
