//! Databases for tests.

use kernel::{Error, Result};

use crate::Store;

/// A fresh, migrated database.
pub struct TestDatabase {
    store: Store,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When there is no PostgreSQL.
    pub async fn create() -> Self {
        match Self::try_create().await {
            Ok(database) => database,
            Err(error) => unreachable!("{error:?}"),
        }
    }

    async fn try_create() -> Result<Self> {
        Err(Error::invariant("not written yet"))
    }

    /// The database, through a pool of at most five connections.
    pub fn store(&self) -> Store {
        self.store.clone()
    }
}
