use kernel::Moment;
use subtle::ConstantTimeEq;

use crate::tokens::Hash;

/// Life of an access token. It is shortened by up to a twentieth, so that clients that signed in
/// together do not refresh together.
const ACCESS_SECONDS: i64 = 300;
const ACCESS_JITTER_SECONDS: i64 = 15;
/// Life of a refresh token that is not used.
const REFRESH_IDLE_SECONDS: i64 = 30 * 86_400;
/// Life of a session, however much it is used.
const SESSION_SECONDS: i64 = 90 * 86_400;
/// How long after a refresh its own token still gets an answer: a client that never received the
/// new tokens must be able to ask again (FAPI 2.0 demands it of whoever rotates).
const RETRY_SECONDS: i64 = 30;
/// Sessions of one user at a time; one more ends the one seen longest ago.
pub(super) const SESSIONS_MAX: i64 = 48;
/// How finely it is kept when a session was last seen.
const SEEN_BUCKET_SECONDS: i64 = 300;

/// The ends of a session's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    pub access: Moment,
    pub idle: Moment,
    pub absolute: Moment,
}

impl Ends {
    /// Of a session that begins now.
    pub fn begin(now: Moment, random: u8) -> Self {
        Self::renew(now, now.plus_seconds(SESSION_SECONDS), random)
    }

    /// Of new tokens for a session that ends at `absolute`.
    pub fn renew(now: Moment, absolute: Moment, random: u8) -> Self {
        let jitter = i64::from(random).rem_euclid(ACCESS_JITTER_SECONDS.saturating_add(1));
        Self {
            access: now.plus_seconds(ACCESS_SECONDS.saturating_sub(jitter)).min(absolute),
            idle: now.plus_seconds(REFRESH_IDLE_SECONDS).min(absolute),
            absolute,
        }
    }
}

/// The beginning of the interval in which a session is noted as seen.
pub(super) fn seen_bucket(now: Moment) -> Moment {
    let bucket_micros = SEEN_BUCKET_SECONDS.saturating_mul(1_000_000);
    now.plus_micros(now.micros().rem_euclid(bucket_micros).saturating_neg())
}

/// What is known of a session when one of its refresh tokens is presented.
#[derive(Clone, Debug)]
pub(super) struct Family<'a> {
    pub current: &'a [u8],
    /// The token before, and when it was exchanged.
    pub previous: Option<(&'a [u8], Moment)>,
    /// When a token given out by the last refresh was first presented.
    pub successor_used: Option<Moment>,
    /// Whether the session has ended, or its user may not come in.
    pub over: bool,
}

/// What to do with a presented refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redeem {
    /// The current token: give out new ones, it becomes the previous.
    Rotate,
    /// The previous token, and nobody had used what it was exchanged for when it arrived: the
    /// answer was lost on its way, or several asked at once. Give out the same again.
    Reissue,
    /// The session is over; say only that.
    Over,
    /// A token that was exchanged, presented again: someone has a copy. End the session.
    Replay,
}

/// The refresh rule. `presented` is a token of this family, which arrived at that moment. Of
/// several at once one is the first, and its client may use what it got before the turn of the
/// others comes: they are judged by what was when they arrived.
pub(super) fn redeem(family: &Family<'_>, presented: &Hash, arrived: Moment) -> Redeem {
    let is = |hash: &[u8]| bool::from(hash.ct_eq(presented));
    if family.over {
        return Redeem::Over;
    }
    if is(family.current) {
        return Redeem::Rotate;
    }
    match family.previous {
        Some((previous, rotated_at))
            if is(previous)
                && family.successor_used.is_none_or(|used| arrived < used)
                && arrived <= rotated_at.plus_seconds(RETRY_SECONDS) =>
        {
            Redeem::Reissue
        }
        _ => Redeem::Replay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    #[test]
    fn the_refresh_rule() {
        let (never, long_ago) = (None, Some(-60));
        let cases = [
            // presented, arrived seconds after the rotation, successor used then, over, expected
            (1, 0, never, false, Redeem::Rotate),
            (1, 0, long_ago, false, Redeem::Rotate),
            (1, 86_400, long_ago, false, Redeem::Rotate),
            (2, 0, never, false, Redeem::Reissue),
            (2, 30, never, false, Redeem::Reissue),
            (2, 31, never, false, Redeem::Replay),
            (2, 1, Some(1), false, Redeem::Replay),
            (2, 2, Some(1), false, Redeem::Replay),
            // It was under way already when somebody used the new ones.
            (2, -1, Some(1), false, Redeem::Reissue),
            (2, 0, Some(1), false, Redeem::Reissue),
            (3, 1, never, false, Redeem::Replay),
            (3, -1, Some(1), false, Redeem::Replay),
            (1, 1, never, true, Redeem::Over),
            (2, 1, Some(1), true, Redeem::Over),
            (3, 1, Some(1), true, Redeem::Over),
        ];
        for (presented, later, used, over, expected) in cases {
            let family = Family {
                current: &[1; 32],
                previous: Some((&[2; 32], AT)),
                successor_used: used.map(|used| AT.plus_seconds(used)),
                over,
            };
            let got = redeem(&family, &[presented; 32], AT.plus_seconds(later));
            assert_eq!(got, expected, "{presented} {later} {used:?} {over}");
        }
    }

    #[test]
    fn lives_are_shortened_never_lengthened() {
        for random in 0..=u8::MAX {
            let ends = Ends::begin(AT, random);
            let life = ends.access.micros_since(AT) / 1_000_000;
            assert!((285..=300).contains(&life), "{life}");
            assert_eq!(ends.idle, AT.plus_seconds(30 * 86_400));
            assert_eq!(ends.absolute, AT.plus_seconds(90 * 86_400));
            let last = Ends::renew(ends.absolute.plus_seconds(-10), ends.absolute, random);
            assert_eq!((last.access, last.idle), (ends.absolute, ends.absolute));
        }
    }
}
