use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kernel::{EditionId, Error, Result};
use serde::de::DeserializeOwned;

use super::Edition;

/// The documents of editions as they were read. An edition never changes, so each is read once.
/// Clones share them.
pub struct Parsed<T>(Arc<RwLock<HashMap<EditionId, Arc<T>>>>);

impl<T> Clone for Parsed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Parsed<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: DeserializeOwned> Parsed<T> {
    /// The document of an edition.
    pub fn of(&self, edition: &Edition) -> Result<Arc<T>> {
        self.read_by(edition, |body| serde_json::from_str(body))
    }
}

impl<T> Parsed<T> {
    /// The document of an edition, out of its text. It was acceptable when it was published: one
    /// that cannot be read is a fault of the bank.
    pub fn read_by<E>(
        &self,
        edition: &Edition,
        read: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> Result<Arc<T>>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&edition.id).cloned();
        if let Some(document) = known {
            return Ok(document);
        }
        let document = read(&edition.body)
            .map_err(|error| Error::broken("reading an edition that was published", error))?;
        let document = Arc::new(document);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(edition.id, Arc::clone(&document));
        Ok(document)
    }
}
