//! What tells an open page that money moved.
//!
//! One task per node asks the books which of the customers who have a page open had a movement on
//! their accounts since it last asked. The question is one index scan over those customers, so it
//! needs neither a queue nor a channel between nodes, and whichever node moved the money, all
//! nodes learn of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Ctx, CustomerId, Moment, Permissions};
use payments::Payments;
use tokio::sync::watch;

/// How often the books are asked: a payee sees the money well within a second.
const ROUND_MILLIS: u64 = 300;
/// Customers of one question.
const BATCH: usize = 1_000;

/// The customers who have a page open, and when their accounts last moved.
#[derive(Clone, Default)]
pub(crate) struct Live(Arc<Mutex<HashMap<CustomerId, watch::Sender<Option<Moment>>>>>);

impl Live {
    /// Tells of movements on a customer's accounts from now on. The first value is what was known
    /// when the page was opened: `None` until the books were asked.
    pub fn watch(&self, customer: CustomerId) -> watch::Receiver<Option<Moment>> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.entry(customer).or_insert_with(|| watch::Sender::new(None)).subscribe()
    }

    /// Asks until the shutdown. Then every stream ends, so that its page asks another node and
    /// this one need not wait for it.
    pub async fn run(self, payments: Payments, mut stop: watch::Receiver<bool>) {
        let ctx = Ctx::system("live", Permissions::OPERATOR);
        loop {
            for customers in self.watched().chunks(BATCH) {
                match payments.last_changes(&ctx, customers).await {
                    Ok(changes) => self.tell(&changes),
                    Err(error) => tracing::warn!(?error, "open pages do not learn what moved"),
                }
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {
                    self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    return;
                }
                () = tokio::time::sleep(Duration::from_millis(ROUND_MILLIS)) => {}
            }
        }
    }

    /// Whoever still has a page open; the others are forgotten.
    fn watched(&self) -> Vec<CustomerId> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.keys().copied().collect()
    }

    fn tell(&self, changes: &[(CustomerId, Moment)]) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (customer, at) in changes {
            let Some(sender) = watched.get(customer) else { continue };
            sender.send_if_modified(|known| {
                let later = known.is_none_or(|before| before < *at);
                if later {
                    *known = Some(*at);
                }
                later
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    #[test]
    fn a_page_learns_of_what_is_later_and_leaves_when_it_closes() {
        let live = Live::default();
        let at = Moment::from_micros(1_000_000);
        let customer = CustomerId::generate(at, Entropy);
        let mut page = live.watch(customer);
        live.tell(&[(customer, at)]);
        assert_eq!(*page.borrow_and_update(), Some(at));
        live.tell(&[(customer, at)]);
        assert!(!page.has_changed().unwrap());
        live.tell(&[(customer, at.plus_seconds(1))]);
        assert!(page.has_changed().unwrap());
        assert_eq!(live.watched(), [customer]);
        drop(page);
        assert!(live.watched().is_empty());
    }
}
