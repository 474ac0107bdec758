//! Sessions by token, in this process. A request that finds its token here does not ask the
//! database. What may be wrong about an entry is only that its session has ended since: see
//! `revocations` for how that is learned in time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use kernel::{Assurance, CustomerId, Moment, SessionId};
use tokio::sync::watch;

use crate::tokens::Hash;

/// Locks are split this many ways, so that requests do not wait for each other.
const SHARDS: usize = 16;
/// Entries of one shard: 65,536 sessions a node in all, about 15 MB.
const SHARD_MAX_ENTRIES: usize = 4_096;

/// A session that was good when the database was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub session: SessionId,
    pub user: CustomerId,
    /// How its user proved who they are.
    pub assurance: Assurance,
    /// The thumbprint of the key that its tokens are bound to.
    pub key: Option<Hash>,
    /// When its access token ends. A browser's session may go on, and the database is asked again.
    pub expires: Moment,
    /// Until when requests can move the idle end of a browser's session; `None` for others.
    pub slides_until: Option<Moment>,
}

/// The latest that was noted of a session by this node: the interval in which it was seen, or the
/// idle end of a browser's.
pub(crate) struct Noted(AtomicI64);

impl Noted {
    pub fn latest(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::Relaxed))
    }

    /// Moves it on. True for one of those who come with the same.
    pub fn advance(&self, to: Moment) -> bool {
        self.0.fetch_max(to.micros(), Ordering::Relaxed) < to.micros()
    }
}

/// What is kept of a token.
pub(crate) struct Entry {
    live: Live,
    noted: Noted,
}

impl Entry {
    pub const fn new(live: Live, noted: Moment) -> Self {
        Self { live, noted: Noted(AtomicI64::new(noted.micros())) }
    }
}

#[derive(Default)]
pub(crate) struct Cache {
    shards: [RwLock<HashMap<Hash, Entry>>; SHARDS],
    /// Goes up with each batch of revocations, before the entries are removed.
    generation: AtomicU64,
    /// The same number, for those who wait for it.
    changes: watch::Sender<u64>,
}

impl Cache {
    /// To be read before the database is asked, and given to `insert`.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// The session of a token that is good beyond a moment, and what `note` makes of it.
    pub fn get<T>(
        &self,
        token: &Hash,
        beyond: Moment,
        note: impl FnOnce(&Live, &Noted) -> T,
    ) -> Option<(Live, T)> {
        let entries = self.shard(token)?.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(token).filter(|e| e.live.expires > beyond)?;
        Some((entry.live, note(&entry.live, &entry.noted)))
    }

    /// Keeps a session, unless anything was revoked since `generation` was read: the database may
    /// have answered from before.
    pub fn insert(&self, generation: u64, token: Hash, entry: Entry, now: Moment) {
        let Some(shard) = self.shard(&token) else { return };
        let mut entries = shard.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return;
        }
        if entries.len() >= SHARD_MAX_ENTRIES {
            make_room(&mut entries, now);
        }
        entries.insert(token, entry);
    }

    /// Forgets the sessions that a predicate picks.
    pub fn evict(&self, ended: impl Fn(&Live) -> bool) {
        self.retain(|live| !ended(live));
    }

    /// Forgets one session.
    pub fn evict_session(&self, session: SessionId) {
        self.evict(|live| live.session == session);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.retain(|_| false);
    }

    fn retain(&self, keep: impl Fn(&Live) -> bool) {
        // First the number, then the entries: whoever inserts in between holds the shard's lock
        // with the old number, and the entry is removed when the lock comes free.
        self.generation.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            shard
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .retain(|_, entry| keep(&entry.live));
        }
        self.changes.send_replace(self.generation());
    }

    /// Changes after each batch of revocations.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn shard(&self, token: &Hash) -> Option<&RwLock<HashMap<Hash, Entry>>> {
        self.shards.get(usize::from(*token.first()?) % SHARDS)
    }
}

/// Drops what ends before half of an access token's life is over, and failing that any one entry:
/// a dropped session costs one look-up in the database.
fn make_room(entries: &mut HashMap<Hash, Entry>, now: Moment) {
    const HALF_LIFE_SECONDS: i64 = 150;
    let oldest_kept = now.plus_seconds(HALF_LIFE_SECONDS);
    entries.retain(|_, e| e.live.expires > oldest_kept);
    if entries.len() >= SHARD_MAX_ENTRIES
        && let Some(any) = entries.keys().next().copied()
    {
        entries.remove(&any);
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Aal, Entropy, Methods};

    use super::*;

    fn live(at: Moment) -> Live {
        Live {
            session: SessionId::generate(at, Entropy),
            user: CustomerId::generate(at, Entropy),
            assurance: Assurance {
                aal: Aal::One,
                methods: Methods::NONE,
                proven_at: at,
                device: None,
                cooling_until: None,
            },
            key: None,
            expires: at.plus_seconds(300),
            slides_until: None,
        }
    }

    fn has(cache: &Cache, token: u8, now: Moment) -> bool {
        cache.get(&[token; 32], now, |_, _| ()).is_some()
    }

    #[test]
    fn entries_end_with_their_token() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let one = live(at);
        cache.insert(cache.generation(), [1; 32], Entry::new(one, at), at);
        let get = |token: u8, now: Moment, noted: Moment| {
            cache.get(&[token; 32], now, |_, latest| latest.advance(noted))
        };
        assert_eq!(get(1, at, at), Some((one, false)));
        assert_eq!(get(1, at, at.plus_seconds(9)), Some((one, true)));
        assert_eq!(get(1, at, at.plus_seconds(9)), Some((one, false)));
        assert_eq!(get(1, at.plus_seconds(300), at), None);
        assert_eq!(get(2, at, at), None);
    }

    #[test]
    fn an_answer_from_before_a_revocation_is_not_kept() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let one = live(at);
        let before = cache.generation();
        cache.evict_session(one.session);
        cache.insert(before, [1; 32], Entry::new(one, at), at);
        assert!(!has(&cache, 1, at));
    }

    #[test]
    fn eviction_takes_every_token_of_the_session_and_no_other() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let (one, other) = (live(at), live(at));
        for (token, live) in [(1, one), (2, one), (3, other)] {
            cache.insert(cache.generation(), [token; 32], Entry::new(live, at), at);
        }
        cache.evict_session(one.session);
        let found = [1, 2, 3].map(|t| has(&cache, t, at));
        assert_eq!(found, [false, false, true]);
        cache.clear();
        assert!(!has(&cache, 3, at));
    }

    #[test]
    fn a_full_shard_makes_room() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        for n in 0..u32::try_from(SHARD_MAX_ENTRIES).unwrap() + 10 {
            let mut token = [0; 32];
            token[1..5].copy_from_slice(&n.to_be_bytes());
            cache.insert(cache.generation(), token, Entry::new(live(at), at), at);
        }
        let kept = cache.shards[0].read().unwrap().len();
        assert!(kept <= SHARD_MAX_ENTRIES, "{kept}");
    }
}
