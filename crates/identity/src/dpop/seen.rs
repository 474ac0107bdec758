//! Proofs that this node has taken, for as long as they could be used again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kernel::{Code, Moment, Result};

use crate::tokens::Hash;

const SHARDS: usize = 16;
/// Proofs of one shard: a node takes 131,072 in two minutes, about a thousand a second.
const SHARD_MAX_ENTRIES: usize = 8_192;

/// The proofs, split so that requests do not wait for each other.
#[derive(Default)]
pub(crate) struct Seen([Mutex<HashMap<Hash, Moment>>; SHARDS]);

impl Seen {
    /// Notes a proof. False when it was noted before. Refused when there is no room: to forget one
    /// that still counts would let it be used again.
    pub fn note(&self, id: Hash, now: Moment, kept_until: Moment) -> Result<bool> {
        let place = id.first().map_or(0, |first| usize::from(*first) % SHARDS);
        let Some(shard) = self.0.get(place) else { return Ok(false) };
        let mut seen = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SHARD_MAX_ENTRIES {
            seen.retain(|_, until| now <= *until);
            if seen.len() >= SHARD_MAX_ENTRIES {
                return Err(Code::Busy.into());
            }
        }
        Ok(seen.insert(id, kept_until).is_none_or(|until| until < now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_once_and_nothing_is_forgotten_to_make_room() {
        let (seen, now) = (Seen::default(), Moment::from_micros(1_000_000));
        let until = now.plus_seconds(120);
        assert!(seen.note([1; 32], now, until).unwrap());
        assert!(!seen.note([1; 32], now, until).unwrap());
        assert!(seen.note([2; 32], now, until).unwrap());
        for n in 0..u32::try_from(SHARD_MAX_ENTRIES).unwrap() {
            let mut id = [0; 32];
            id[1..5].copy_from_slice(&n.to_be_bytes());
            assert!(seen.note(id, now, until).unwrap());
        }
        let full = seen.note([16; 32], now, until).unwrap_err();
        assert_eq!(full.code(), Some(Code::Busy));
        assert!(!seen.note([0; 32], now, until).is_ok_and(|new| new));
        assert!(seen.note([16; 32], until.plus_seconds(1), until.plus_seconds(121)).unwrap());
    }
}
