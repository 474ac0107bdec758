use kernel::Moment;

/// Life of a session without a request. Commission Delegated Regulation (EU) 2018/389, article
/// 4(3)(d): at most five minutes where an account can be seen.
const IDLE_SECONDS: i64 = 5 * 60;
/// Life of a session, however much it is used. NIST SP 800-63B (revision 3), section 4.2.3: at most
/// 12 hours at AAL2.
const SESSION_SECONDS: i64 = 12 * 3_600;
/// The least by which a request moves the idle end, so that not each of them is written.
const SLIDE_SECONDS: i64 = 60;
/// When the written idle end is this near, the new one is written before the request is answered:
/// a note may be on its way for longer than is left.
const CLOSE_SECONDS: i64 = 60;
/// After how long the database is asked again about a session in use: the life of the access tokens
/// that other clients carry.
const KEPT_SECONDS: i64 = 300;

/// When a session that begins now ends at the latest.
pub(super) const fn absolute_end(now: Moment) -> Moment {
    now.plus_seconds(SESSION_SECONDS)
}

/// When a session that is used now ends if it is not used again.
pub(super) fn idle_end(now: Moment, absolute: Moment) -> Moment {
    now.plus_seconds(IDLE_SECONDS).min(absolute)
}

/// Where a request moves the idle end to, if it does.
pub(super) fn slide(idle: Moment, absolute: Moment, now: Moment) -> Option<Moment> {
    let later = idle_end(now, absolute);
    let least = idle.plus_seconds(SLIDE_SECONDS).min(absolute);
    (later > idle && later >= least).then_some(later)
}

/// The moment up to which an idle end is too near now to be moved by a note.
pub(super) const fn close_from(now: Moment) -> Moment {
    now.plus_seconds(CLOSE_SECONDS)
}

/// Until when what the database said now is kept: never beyond the idle end that is written.
pub(super) fn kept_until(idle: Moment, now: Moment) -> Moment {
    idle.min(now.plus_seconds(KEPT_SECONDS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60;
    const HOUR: i64 = 3_600;
    const BEGAN: Moment = Moment::from_micros(1_763_800_000_000_000);

    fn after(seconds: i64) -> Moment {
        BEGAN.plus_seconds(seconds)
    }

    #[test]
    fn a_session_begins_with_five_minutes_of_twelve_hours() {
        let ends = absolute_end(BEGAN);
        assert_eq!(ends, after(12 * HOUR));
        assert_eq!(idle_end(BEGAN, ends), after(5 * MINUTE));
        assert_eq!(idle_end(after(12 * HOUR - MINUTE), ends), ends);
    }

    #[test]
    fn when_the_idle_end_moves() {
        let cases = [
            // seconds since the sign-in: the idle end before, the request, the idle end after
            (5 * MINUTE, 0, None),
            (5 * MINUTE, 59, None),
            (5 * MINUTE, 60, Some(6 * MINUTE)),
            (5 * MINUTE, 61, Some(6 * MINUTE + 1)),
            (5 * MINUTE, 4 * MINUTE + 59, Some(9 * MINUTE + 59)),
            // Another node has heard of a later request.
            (25 * MINUTE, 19 * MINUTE, None),
            // Toward the absolute end: up to it, however little that is, and never beyond.
            (12 * HOUR - MINUTE, 11 * HOUR + 54 * MINUTE + 30, None),
            (12 * HOUR - MINUTE, 11 * HOUR + 55 * MINUTE, Some(12 * HOUR)),
            (12 * HOUR - 1, 11 * HOUR + 57 * MINUTE, Some(12 * HOUR)),
            (12 * HOUR, 11 * HOUR + 57 * MINUTE, None),
            (12 * HOUR, 12 * HOUR - 1, None),
        ];
        for (idle, now, expected) in cases {
            let got = slide(after(idle), absolute_end(BEGAN), after(now));
            assert_eq!(got, expected.map(after), "{idle} {now}");
        }
    }

    #[test]
    fn an_answer_is_kept_for_five_minutes_and_not_beyond_the_idle_end() {
        let now = after(0);
        for (idle, kept) in [(1, 1), (299, 299), (301, 300), (30 * MINUTE, 300)] {
            assert_eq!(kept_until(after(idle), now), after(kept));
        }
    }

    proptest! {
        /// Whatever a customer does and when, the end comes at most five minutes after the last
        /// request, at least four minutes after it, and never after the twelve hours; and it is
        /// written at most once a minute.
        #[test]
        fn the_end_follows_the_requests(pauses in prop::collection::vec(0..300_i64, 1..400)) {
            let absolute = absolute_end(BEGAN);
            let (mut idle, mut now, mut written) = (idle_end(BEGAN, absolute), BEGAN, BEGAN);
            for pause in pauses {
                now = now.plus_seconds(pause);
                if now >= idle {
                    break;
                }
                if let Some(later) = slide(idle, absolute, now) {
                    prop_assert!(later == absolute || now >= written.plus_seconds(60));
                    prop_assert!(later > idle);
                    (idle, written) = (later, now);
                }
                prop_assert!(idle <= idle_end(now, absolute));
                let least = now.plus_seconds(4 * MINUTE).min(absolute);
                prop_assert!(idle >= least, "{idle} {now}");
            }
        }
    }
}
