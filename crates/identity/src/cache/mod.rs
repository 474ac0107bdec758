//! Sessions by access token, in this process. A request that finds its token here does not ask the
//! database. What may be wrong about an entry is only that its session has ended since: see
//! `revocations` for how that is learned in time.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use kernel::{CustomerId, Moment, SessionId};

use crate::tokens::Hash;

/// Locks are split this many ways, so that requests do not wait for each other.
const SHARDS: usize = 16;
/// Entries of one shard: 65,536 sessions a node in all, about 10 MB.
const SHARD_MAX_ENTRIES: usize = 4_096;

/// A session that was good when the database was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub session: SessionId,
    pub user: CustomerId,
    /// When its access token ends.
    pub expires: Moment,
}

struct Entry {
    live: Live,
    /// The bucket in which the session was last noted as seen.
    seen: AtomicI64,
}

#[derive(Default)]
pub(crate) struct Cache {
    shards: [RwLock<HashMap<Hash, Entry>>; SHARDS],
    /// Goes up with each batch of revocations, before the entries are removed.
    generation: AtomicU64,
}

impl Cache {
    /// To be read before the database is asked, and given to `insert`.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// The session of a token. The flag tells that it was not yet noted as seen in `bucket`.
    pub fn get(&self, token: &Hash, now: Moment, bucket: Moment) -> Option<(Live, bool)> {
        let entries = self.shard(token)?.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(token).filter(|e| e.live.expires > now)?;
        let first = entry.seen.swap(bucket.micros(), Ordering::Relaxed) != bucket.micros();
        Some((entry.live, first))
    }

    /// Keeps a session, unless anything was revoked since `generation` was read: the database may
    /// have answered from before.
    pub fn insert(&self, generation: u64, token: Hash, live: Live, bucket: Moment) {
        let Some(shard) = self.shard(&token) else { return };
        let mut entries = shard.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return;
        }
        if entries.len() >= SHARD_MAX_ENTRIES {
            make_room(&mut entries, live.expires);
        }
        entries.insert(token, Entry { live, seen: AtomicI64::new(bucket.micros()) });
    }

    /// Forgets these sessions.
    pub fn evict(&self, sessions: &HashSet<SessionId>) {
        self.retain(|live| !sessions.contains(&live.session));
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
    }

    fn shard(&self, token: &Hash) -> Option<&RwLock<HashMap<Hash, Entry>>> {
        self.shards.get(usize::from(*token.first()?) % SHARDS)
    }
}

/// Drops what ends before half of the newest entry's life is over, and failing that any one entry:
/// a dropped session costs one look-up in the database.
fn make_room(entries: &mut HashMap<Hash, Entry>, newest_ends: Moment) {
    const HALF_LIFE_SECONDS: i64 = 150;
    let oldest_kept = newest_ends.plus_seconds(-HALF_LIFE_SECONDS);
    entries.retain(|_, e| e.live.expires > oldest_kept);
    if entries.len() >= SHARD_MAX_ENTRIES
        && let Some(any) = entries.keys().next().copied()
    {
        entries.remove(&any);
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    fn live(at: Moment) -> Live {
        Live {
            session: SessionId::generate(at, Entropy),
            user: CustomerId::generate(at, Entropy),
            expires: at.plus_seconds(300),
        }
    }

    #[test]
    fn entries_end_with_their_token() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let one = live(at);
        cache.insert(cache.generation(), [1; 32], one, at);
        assert_eq!(cache.get(&[1; 32], at, at), Some((one, false)));
        assert_eq!(cache.get(&[1; 32], at, at.plus_seconds(9)), Some((one, true)));
        assert_eq!(cache.get(&[1; 32], at.plus_seconds(300), at), None);
        assert_eq!(cache.get(&[2; 32], at, at), None);
    }

    #[test]
    fn an_answer_from_before_a_revocation_is_not_kept() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let one = live(at);
        let before = cache.generation();
        cache.evict(&HashSet::from([one.session]));
        cache.insert(before, [1; 32], one, at);
        assert_eq!(cache.get(&[1; 32], at, at), None);
    }

    #[test]
    fn eviction_takes_every_token_of_the_session_and_no_other() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        let (one, other) = (live(at), live(at));
        for (token, live) in [(1, one), (2, one), (3, other)] {
            cache.insert(cache.generation(), [token; 32], live, at);
        }
        cache.evict(&HashSet::from([one.session]));
        let found = [1, 2, 3].map(|t| cache.get(&[t; 32], at, at).is_some());
        assert_eq!(found, [false, false, true]);
        cache.clear();
        assert!(cache.get(&[3; 32], at, at).is_none());
    }

    #[test]
    fn a_full_shard_makes_room() {
        let (cache, at) = (Cache::default(), Moment::from_micros(1));
        for n in 0..u32::try_from(SHARD_MAX_ENTRIES).unwrap() + 10 {
            let mut token = [0; 32];
            token[1..5].copy_from_slice(&n.to_be_bytes());
            cache.insert(cache.generation(), token, live(at), at);
        }
        let kept = cache.shards[0].read().unwrap().len();
        assert!(kept <= SHARD_MAX_ENTRIES, "{kept}");
    }
}
