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
    /// Its book was taken before it was over.
    relied_on: bool,
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
    (Announcer { decided, done }, Ahead { decided: decided_by, done: done_by, relied_on: false })
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
        self.relied_on = true;
        match self.decided.wait_for(Option::is_some).await {
            Ok(book) => book.clone().unwrap_or_default(),
            Err(_) => Arc::default(),
        }
    }

    /// Waits until the batch ahead is over. Gives whether what was decided on its book holds: not
    /// when the book was void, even if the batch was decided anew and committed since.
    pub async fn committed(&mut self) -> bool {
        let done = self.done.wait_for(Option::is_some).await.map(|done| *done == Some(true));
        done.unwrap_or_default() || !self.relied_on
    }
}

impl Announcer {
    /// The batch decided; this is the book after it.
    pub fn decided(&self, book: Arc<Book>) {
        self.decided.send_replace(Some(book));
    }

    /// What was decided first is committed, or is void. The one behind reads the database from here
    /// on. What is said first stays.
    pub fn done(&self, committed: bool) {
        self.done.send_if_modified(|done| {
            let silent = done.is_none();
            if silent {
                *done = Some(committed);
            }
            silent
        });
        self.decided.send_if_modified(|book| {
            let silent = book.is_none();
            if silent {
                *book = Some(Arc::default());
            }
            silent
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_relied_on_a_void_book_learns_it_however_late() {
        let (announcer, mut ahead) = place();
        let mut late = ahead.clone();
        announcer.decided(Arc::default());
        drop(ahead.book().await);
        // The batch ahead lost a race, was decided anew under locks, and committed that.
        announcer.done(false);
        announcer.done(true);
        assert!(!ahead.committed().await);
        // Who asked only then read the database.
        drop(late.book().await);
        assert!(late.committed().await);
    }

    #[tokio::test]
    async fn a_batch_that_ends_without_a_word_failed() {
        let (announcer, mut ahead) = place();
        announcer.decided(Arc::default());
        drop(ahead.book().await);
        drop(announcer);
        assert!(!ahead.committed().await);
    }
}
