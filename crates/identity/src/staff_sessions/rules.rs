use kernel::Moment;

/// Life of a session without a request: at most fifteen minutes at AAL3 (NIST SP 800-63B-4, 2.3.3).
pub const IDLE_SECONDS: i64 = 15 * 60;
/// Life of a session, however much it is used. The same section: at most twelve hours.
const SESSION_SECONDS: i64 = 12 * 3_600;
/// How long the token before a fresh proof is good: for requests that were on their way.
const FORMER_SECONDS: i64 = 10;
/// The least by which a request moves the idle end, so that not each of them writes.
const SLIDE_SECONDS: i64 = 30;

/// When a session that begins now ends at the latest.
pub(super) const fn absolute_end(now: Moment) -> Moment {
    now.plus_seconds(SESSION_SECONDS)
}

/// When a session that is used now ends if it is not used again.
pub(super) fn idle_end(now: Moment, absolute: Moment) -> Moment {
    now.plus_seconds(IDLE_SECONDS).min(absolute)
}

/// Until when the token before a proof is good.
pub(super) const fn former_end(now: Moment) -> Moment {
    now.plus_seconds(FORMER_SECONDS)
}

/// Where a request moves the idle end to, if it does.
pub(super) fn slide(idle: Moment, absolute: Moment, now: Moment) -> Option<Moment> {
    let later = idle_end(now, absolute);
    let least = idle.plus_seconds(SLIDE_SECONDS).min(absolute);
    (later > idle && later >= least).then_some(later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lives_a_quarter_of_an_hour_of_twelve_hours() {
        let began = Moment::from_micros(1_764_000_000_000_000);
        let after = |seconds| began.plus_seconds(seconds);
        let ends = absolute_end(began);
        assert_eq!(ends, after(43_200));
        let idle = idle_end(began, ends);
        assert_eq!(idle, after(900));
        assert_eq!(slide(idle, ends, after(29)), None);
        assert_eq!(slide(idle, ends, after(30)), Some(after(930)));
        assert_eq!(slide(after(43_190), ends, after(43_000)), Some(ends));
        assert_eq!(slide(ends, ends, after(43_100)), None);
    }
}
