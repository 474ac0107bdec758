use kernel::{KeyRing, KeyUse, Moment};

use crate::sealed::Index;

/// How long is waited after each wrong password beyond the free ones, in seconds; the last for
/// every further one. It grows fast enough to stop guessing and never locks a customer out for
/// good.
pub(super) const WAIT_SECONDS: [i32; 6] = [5, 15, 60, 180, 300, 900];
/// After this long without an attempt the count starts anew.
pub(super) const FORGET_SECONDS: i64 = 86_400;
/// How long a sign-in shows that the customer is to be expected at a place, if its session is still
/// kept.
pub(super) const FAMILIAR_SECONDS: i64 = 90 * 86_400;
/// Wrong passwords in a row for one phone at one place, without a wait after them. With the waits
/// that is about a hundred guesses a day.
const FREE_AT_PLACE: i32 = 2;
/// Wrong passwords for one phone in one day, from wherever: more than a customer types and than a
/// single guesser is let make, so the waits after these are for guessers at many places.
const FREE_IN_DAY: i32 = 100;

/// What wrong passwords are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    /// A keyed hash of the phone, and what more.
    pub key: [u8; 32],
    /// Wrong passwords that are not waited after.
    pub free: i32,
    /// Strangers at other places are counted here too: a success forgets its own attempt only.
    pub shared: bool,
}

impl Guard {
    /// One phone at one place: a guesser elsewhere does not make the customer wait.
    pub fn at_place(keys: &KeyRing, phone: &Index, ip_prefix: &str) -> Self {
        Self { key: hashed(keys, phone, b"place", ip_prefix), free: FREE_AT_PLACE, shared: false }
    }

    /// One phone on a device that its customer bound.
    pub fn on_device(keys: &KeyRing, phone: &Index) -> Self {
        Self { key: hashed(keys, phone, b"device", ""), free: FREE_AT_PLACE, shared: false }
    }

    /// One phone on one day, so that many places are not many times as many guesses. Around the
    /// turn of a day twice as many can pass in a short time.
    pub fn in_day(keys: &KeyRing, phone: &Index, now: Moment) -> Self {
        let key = hashed(keys, phone, b"day", &now.day().to_string());
        Self { key, free: FREE_IN_DAY, shared: true }
    }
}

fn hashed(keys: &KeyRing, phone: &Index, what: &[u8], value: &str) -> [u8; 32] {
    keys.sign(KeyUse::Guard, &[b"sign-in", phone, what, value.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour() {
        assert!(WAIT_SECONDS.is_sorted());
        assert_eq!(WAIT_SECONDS.last(), Some(&900));
    }

    #[test]
    fn a_guesser_at_one_place_hardly_reaches_the_limit_of_the_day() {
        let growing: i32 = WAIT_SECONDS.iter().sum();
        let in_a_day = FREE_AT_PLACE + 6 + (86_400 - growing) / 900;
        assert!(in_a_day < FREE_IN_DAY + 5, "{in_a_day}");
    }
}
