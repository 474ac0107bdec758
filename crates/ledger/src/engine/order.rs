//! The order of batches in one node.
//!
//! Two batches are on their way at once, one behind the other. The one behind decides on the book
//! of the one ahead, writes its own rows while that is being committed, and changes the accounts
//! only when it is. So two processors of the database are at work, although every batch touches the
//! same hot account.

use std::sync::Arc;

use tokio::sync::watch;

use crate::rules::Book;

/// What a batch knows of the one ahead of it.
#[derive(Clone, Debug)]
pub struct Ahead {
    decided: watch::Receiver<Option<Arc<Book>>>,
    done: watch::Receiver<Option<bool>>,
}

/// How a batch tells the one behind it. Dropped without a word, it counts as failed.
#[derive(Debug)]
pub struct Announcer {
    decided: watch::Sender<Option<Arc<Book>>>,
    done: watch::Sender<Option<bool>>,
}

/// A place in the order.
pub fn place() -> (Announcer, Ahead) {
    let (decided, decided_by) = watch::channel(None);
    let (done, done_by) = watch::channel(None);
    (Announcer { decided, done }, Ahead { decided: decided_by, done: done_by })
}

impl Ahead {
    /// Waits until the batch ahead has decided.
    pub async fn has_decided(&mut self) {
        // Gone without a word is decided too: it failed.
        drop(self.decided.wait_for(Option::is_some).await);
    }

    /// What the batch ahead decided and the database does not show yet. Empty when it is over.
    pub async fn book(&mut self) -> Arc<Book> {
        if self.done.borrow().is_some() {
            return Arc::default();
        }
        match self.decided.wait_for(Option::is_some).await {
            Ok(book) => book.clone().unwrap_or_default(),
            Err(_) => Arc::default(),
        }
    }

    /// Waits until the batch ahead is committed, or is not: then what was decided on its book is
    /// void.
    pub async fn committed(&mut self) -> bool {
        self.done.wait_for(Option::is_some).await.is_ok_and(|done| *done == Some(true))
    }
}

impl Announcer {
    /// The batch decided; this is the book after it.
    pub fn decided(&self, book: Arc<Book>) {
        self.decided.send_replace(Some(book));
    }

    /// The batch is over. The one behind reads the database from here on.
    pub fn done(&self, committed: bool) {
        self.done.send_replace(Some(committed));
        self.decided.send_if_modified(|book| {
            let silent = book.is_none();
            if silent {
                *book = Some(Arc::default());
            }
            silent
        });
    }
}
