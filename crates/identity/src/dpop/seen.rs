//! Proofs that this node has taken, for as long as they could be used again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kernel::Moment;

use crate::tokens::Hash;

const SHARDS: usize = 16;
/// Proofs of one shard: a node keeps 131,072 of two minutes, about a thousand a second.
const SHARD_MAX_ENTRIES: usize = 8_192;

/// What the memory says of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// It was not taken before, and is remembered.
    New,
    /// It was taken before.
    Before,
    /// Not by what is remembered here: the database decides.
    AskTable,
}

#[derive(Default)]
struct Shard {
    proofs: HashMap<Hash, Moment>,
    /// Until when proofs count that were written to the database, as there was no room.
    elsewhere_until: Option<Moment>,
}

/// The proofs, split so that requests do not wait for each other.
#[derive(Default)]
pub(crate) struct Seen([Mutex<Shard>; SHARDS]);

impl Seen {
    /// Notes a proof. When there is no room, none is forgotten that still counts, or it could be
    /// used again: the database remembers in the memory's place. It is asked for as long as what
    /// was written there counts.
    pub(super) fn note(&self, id: Hash, now: Moment, kept_until: Moment) -> Noted {
        let place = id.first().map_or(0, |first| usize::from(*first) % SHARDS);
        let Some(shard) = self.0.get(place) else { return Noted::AskTable };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.proofs.get(&id).is_some_and(|until| now <= *until) {
            return Noted::Before;
        }
        if shard.proofs.len() >= SHARD_MAX_ENTRIES {
            shard.proofs.retain(|_, until| now <= *until);
        }
        if shard.proofs.len() >= SHARD_MAX_ENTRIES {
            shard.elsewhere_until = shard.elsewhere_until.max(Some(kept_until));
            return Noted::AskTable;
        }
        shard.proofs.insert(id, kept_until);
        // It is remembered in both, so that the time in which both are asked ends.
        let both = shard.elsewhere_until.is_some_and(|until| now <= until);
        if both { Noted::AskTable } else { Noted::New }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_once_and_what_has_no_room_is_asked_of_the_database() {
        let (seen, now) = (Seen::default(), Moment::from_micros(1_000_000));
        let until = now.plus_seconds(120);
        assert_eq!(seen.note([1; 32], now, until), Noted::New);
        assert_eq!(seen.note([1; 32], now, until), Noted::Before);
        assert_eq!(seen.note([2; 32], now, until), Noted::New);
        for n in 0..u32::try_from(SHARD_MAX_ENTRIES).unwrap() {
            let mut id = [0; 32];
            id[1..5].copy_from_slice(&n.to_be_bytes());
            assert_eq!(seen.note(id, now, until), Noted::New);
        }
        let full = now.plus_seconds(1);
        let beyond = full.plus_seconds(120);
        assert_eq!(seen.note([16; 32], full, beyond), Noted::AskTable);
        assert_eq!(seen.note([16; 32], full, beyond), Noted::AskTable, "the database knows it");
        assert_eq!(seen.note([0; 32], full, beyond), Noted::Before, "nothing was forgotten");
        assert_eq!(seen.note([3; 32], full, beyond), Noted::New, "the others have room");
        // There is room again, and what was written to the database still counts.
        let later = until.plus_micros(1);
        let next = later.plus_seconds(120);
        assert_eq!(seen.note([16; 32], later, next), Noted::AskTable);
        assert_eq!(seen.note([32; 32], later, next), Noted::AskTable);
        assert_eq!(seen.note([32; 32], later, next), Noted::Before, "it is remembered here, too");
        let after = beyond.plus_micros(1);
        assert_eq!(seen.note([48; 32], after, after.plus_seconds(120)), Noted::New);
        assert_eq!(seen.note([32; 32], after, after.plus_seconds(120)), Noted::Before);
    }
}
