//! What tells an open page that money moved.
//!
//! One task per node asks the books which of the customers who have a page open had a movement on
//! their accounts since it last asked. The question is one index scan over those customers, so it
//! needs neither a queue nor a channel between nodes, and whichever node moved the money, all
//! nodes learn of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::{Ctx, CustomerId, Moment, Permission, Permissions, SessionId};
use payments::Payments;
use tokio::sync::watch;

/// How often the books are asked: a payee sees the money well within a second.
const ROUND_MILLIS: u64 = 300;
/// Customers of one question.
const BATCH: usize = 1_000;
/// Streams of one session: a person has a few windows open, a machine any number.
const SESSION_STREAMS_MAX: usize = 8;
/// Streams of one node, well below the connections it accepts: the others are for requests.
const NODE_STREAMS_MAX: usize = 4_096;

/// The customers who have a page open, and when their accounts last moved.
#[derive(Clone, Default)]
pub(crate) struct Live {
    moves: Arc<Mutex<HashMap<CustomerId, watch::Sender<Option<Moment>>>>>,
    seats: Arc<Mutex<HashMap<SessionId, usize>>>,
}

/// A stream's place among those of its session and its node; given back when it is dropped.
pub(crate) struct Seat {
    session: SessionId,
    seats: Arc<Mutex<HashMap<SessionId, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.session) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                seats.remove(&self.session);
            }
        }
    }
}

impl Live {
    /// A place for one more stream. `None` when the session or the node has as many as it may.
    pub fn seat(&self, session: SessionId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = seats.values().sum();
        let taken = seats.get(&session).copied().unwrap_or_default();
        if all >= NODE_STREAMS_MAX || taken >= SESSION_STREAMS_MAX {
            return None;
        }
        seats.insert(session, taken.saturating_add(1));
        Some(Seat { session, seats: Arc::clone(&self.seats) })
    }

    /// Tells of movements on a customer's accounts, also of the last one that is known, which may
    /// have come while the page was on its way.
    pub fn watch(&self, customer: CustomerId) -> watch::Receiver<Option<Moment>> {
        let mut watched = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = watched.entry(customer).or_insert_with(|| watch::Sender::new(None));
        let mut receiver = sender.subscribe();
        receiver.mark_changed();
        receiver
    }

    /// Asks until the shutdown. Then every stream ends, so that its page asks another node and
    /// this one need not wait for it.
    pub async fn run(self, payments: Payments, mut stop: watch::Receiver<bool>) {
        let ctx = Ctx::system("live", Permissions::NONE.with(Permission::AccountRead));
        loop {
            for customers in self.watched().chunks(BATCH) {
                match payments.last_changes(&ctx, customers).await {
                    Ok(changes) => self.tell(&changes),
                    Err(error) => tracing::warn!(?error, "open pages do not learn what moved"),
                }
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {
                    self.moves.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    return;
                }
                () = tokio::time::sleep(Duration::from_millis(ROUND_MILLIS)) => {}
            }
        }
    }

    /// Whoever still has a page open; the others are forgotten.
    fn watched(&self) -> Vec<CustomerId> {
        let mut watched = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.keys().copied().collect()
    }

    fn tell(&self, changes: &[(CustomerId, Moment)]) {
        let watched = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
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
        assert!(live.watch(customer).has_changed().unwrap(), "a second page looks, too");
        live.tell(&[(customer, at.plus_seconds(1))]);
        assert!(page.has_changed().unwrap());
        assert_eq!(live.watched(), [customer]);
        drop(page);
        assert!(live.watched().is_empty());
    }

    #[test]
    fn a_session_has_so_many_streams_and_not_more() {
        let live = Live::default();
        let session = |n| SessionId::generate(Moment::from_micros(n), Entropy);
        let (mine, other) = (session(1), session(2));
        let mut seats: Vec<_> = (0..SESSION_STREAMS_MAX).map(|_| live.seat(mine)).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(live.seat(mine).is_none());
        assert!(live.seat(other).is_some());
        seats.pop();
        assert!(live.seat(mine).is_some());
        drop(seats);
        assert!(live.seats.lock().unwrap().is_empty());
    }
}
