//! What is counted towards a limit, by windows of time.
//!
//! A counter is one row for ever: it holds what was used in its latest window and, as far as it may
//! still matter, in those before. A window of the calendar (a day, a month) stands alone; a rolling
//! one is a row of days that count together. Of what lies before, one more is kept than is asked
//! for: an operation that was sent before midnight and is decided after it is still counted in its
//! own day.

use kernel::{Code, Refusal};
use uuid::Uuid;

/// Names a counter: whom or what it counts, for which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CounterKey {
    /// The limit it counts for.
    pub limit: Uuid,
    /// Whom or what it counts.
    pub subject: Uuid,
}

/// The time in which something is counted. Seconds since 1970, or any other number that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where the part begins that it is added to: a day, a month.
    pub start: i64,
    /// Where the first part begins that counts together with it; the same where none does.
    pub oldest: i64,
}

impl Window {
    /// A window that stands alone.
    pub const fn alone(start: i64) -> Self {
        Self { start, oldest: start }
    }

    /// The window of what is counted for ever.
    pub const EVER: Self = Self::alone(0);

    const fn rolls(self) -> bool {
        self.oldest < self.start
    }
}

/// What an operation uses of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The counter.
    pub counter: CounterKey,
    /// In which window.
    pub window: Window,
    /// Added to it; negative gives back what an earlier operation used, where that still counts.
    pub amount: i64,
    /// The most that may stand in the window afterwards. Not looked at when giving back.
    pub ceiling: i64,
    /// What has to stand in the window before, or the operation is refused: what it costs was
    /// worked out from that.
    pub expected: Option<i64>,
}

impl Use {
    /// Uses so much, up to a ceiling.
    pub const fn up_to(counter: CounterKey, window: Window, amount: i64, ceiling: i64) -> Self {
        Self { counter, window, amount, ceiling, expected: None }
    }

    /// Gives back what this use took.
    #[must_use]
    pub const fn given_back(self) -> Self {
        self.given_back_in_part(self.amount)
    }

    /// Gives back so much of what this use took, to the window that it was taken from.
    #[must_use]
    pub const fn given_back_in_part(self, amount: i64) -> Self {
        Self { amount: amount.saturating_neg(), expected: None, ..self }
    }
}

/// What stands in a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// Where each part begins and what was used in it, oldest first.
    parts: Vec<(i64, i64)>,
    /// Where the last part began that was forgotten.
    forgotten: Option<i64>,
}

impl Counter {
    /// With these parts, after those that were forgotten.
    pub fn new(mut parts: Vec<(i64, i64)>, forgotten: Option<i64>) -> Self {
        parts.sort_unstable();
        Self { parts, forgotten }
    }

    /// Where the last part began that was forgotten.
    pub const fn forgotten(&self) -> Option<i64> {
        self.forgotten
    }

    /// Whether something that counts in a window may be forgotten.
    fn is_gone(&self, window: Window) -> bool {
        let first = if window.rolls() { window.oldest } else { window.start };
        self.forgotten.is_some_and(|forgotten| first <= forgotten)
    }

    /// Its parts, oldest first.
    pub fn parts(&self) -> &[(i64, i64)] {
        &self.parts
    }

    /// What was used in a window. Of a rolling one, what was used in later parts counts too: their
    /// windows hold this part as well.
    pub fn used(&self, window: Window) -> i64 {
        let counts = |start: i64| {
            if window.rolls() { start >= window.oldest } else { start == window.start }
        };
        let parts = self.parts.iter().filter(|(start, _)| counts(*start));
        parts.fold(0, |sum, (_, used)| sum.saturating_add(*used))
    }

    /// Counts a use, or says why not.
    pub fn count(&mut self, used: &Use) -> Result<(), Refusal> {
        if used.amount < 0 {
            return self.give_back(used);
        }
        let standing = self.used(used.window);
        if used.expected.is_some_and(|expected| expected != standing) {
            return Err(Refusal::new(Code::PriceChanged));
        }
        let after = standing.checked_add(used.amount);
        // What is left of a window of which something is not kept any more is not known.
        let gone = self.is_gone(used.window);
        if gone || after.is_none_or(|after| after > used.ceiling) {
            let left = if gone { 0 } else { used.ceiling.saturating_sub(standing).max(0) };
            return Err(Refusal::new(Code::LimitExceeded).value("remaining", left.to_string()));
        }
        self.add(used.window, used.amount);
        Ok(())
    }

    fn add(&mut self, window: Window, amount: i64) {
        match self.parts.binary_search_by_key(&window.start, |(start, _)| *start) {
            Ok(index) => {
                if let Some((_, used)) = self.parts.get_mut(index) {
                    *used = used.saturating_add(amount);
                }
            }
            Err(index) => {
                self.parts.insert(index, (window.start, amount));
                self.forget(window.oldest);
            }
        }
    }

    /// Forgets the parts before `oldest`, but for the last of them.
    fn forget(&mut self, oldest: i64) {
        let before = self.parts.iter().filter(|(start, _)| *start < oldest).count();
        let dropped = self.parts.drain(..before.saturating_sub(1)).next_back();
        self.forgotten = dropped.map(|(start, _)| start).max(self.forgotten);
    }

    fn give_back(&mut self, used: &Use) -> Result<(), Refusal> {
        // What is over for long counts nowhere any more.
        if self.forgotten.is_some_and(|forgotten| used.window.start <= forgotten) {
            return Ok(());
        }
        let mut parts = self.parts.iter_mut();
        let Some((_, standing)) = parts.find(|(start, _)| *start == used.window.start) else {
            return Err(Refusal::new(Code::OperationMalformed));
        };
        let after = standing.saturating_add(used.amount);
        if after < 0 {
            return Err(Refusal::new(Code::OperationMalformed));
        }
        *standing = after;
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const KEY: CounterKey = CounterKey { limit: Uuid::nil(), subject: Uuid::nil() };

    fn used(start: i64, days: i64, amount: i64) -> Use {
        Use::up_to(KEY, Window { start, oldest: start - days + 1 }, amount, 100)
    }

    fn left(refusal: Result<(), Refusal>) -> Option<String> {
        let refusal = refusal.err()?;
        assert_eq!(refusal.code, Code::LimitExceeded);
        refusal.values.into_iter().next().map(|(_, value)| value)
    }

    #[test]
    fn a_new_window_begins_anew_and_the_last_one_is_still_known() {
        let mut counter = Counter::default();
        assert_eq!(counter.count(&used(1, 1, 90)), Ok(()));
        assert_eq!(left(counter.count(&used(1, 1, 11))), Some("10".to_owned()));
        assert_eq!(counter.count(&used(2, 1, 100)), Ok(()));
        // Sent before midnight, decided after it.
        assert_eq!(left(counter.count(&used(1, 1, 11))), Some("10".to_owned()));
        assert_eq!(counter.count(&used(1, 1, 10)), Ok(()));
        assert_eq!(counter.parts(), [(1, 100), (2, 100)]);
        assert_eq!(counter.count(&used(3, 1, 1)), Ok(()));
        // Of the day before yesterday nothing is known, so nothing more is let through.
        assert_eq!(left(counter.count(&used(1, 1, 1))), Some("0".to_owned()));
    }

    #[test]
    fn what_is_given_back_is_that_window_s_again() {
        let mut counter = Counter::default();
        let (first, second) = (used(1, 1, 60), used(1, 1, 40));
        assert_eq!((counter.count(&first), counter.count(&second)), (Ok(()), Ok(())));
        assert_eq!(counter.count(&used(2, 1, 5)), Ok(()));
        assert_eq!(counter.count(&first.given_back()), Ok(()));
        assert_eq!(counter.parts(), [(1, 40), (2, 5)]);
        // More than there is was never taken.
        let again = counter.count(&first.given_back());
        assert_eq!(again.map_err(|r| r.code), Err(Code::OperationMalformed));
        assert_eq!(counter.count(&used(4, 1, 1)), Ok(()));
        assert_eq!(counter.count(&second.given_back()), Ok(()));
        assert_eq!(counter.parts(), [(2, 5), (4, 1)]);
        let never = counter.count(&used(3, 1, 1).given_back());
        assert_eq!(never.map_err(|r| r.code), Err(Code::OperationMalformed));
    }

    #[test]
    fn what_a_price_rests_on_must_stand() {
        let mut counter = Counter::new(vec![(1, 7)], None);
        let priced = |expected| Use { expected: Some(expected), ..used(1, 1, 1) };
        let refused = counter.count(&priced(6)).map_err(|r| r.code);
        assert_eq!(refused, Err(Code::PriceChanged));
        assert_eq!(counter.count(&priced(7)), Ok(()));
        assert_eq!(counter.count(&Use { expected: Some(0), ..used(2, 1, 1) }), Ok(()));
    }

    proptest! {
        /// However operations come, also late by a week, no window of so many days ever holds more
        /// than the ceiling, and one that comes in time is refused only if it would.
        #[test]
        fn no_window_is_passed(
            days in 1i64..=31,
            steps in prop::collection::vec((0i64..3, 0i64..8, 1i64..60, any::<bool>()), 1..120),
        ) {
            let mut counter = Counter::default();
            let mut all: BTreeMap<i64, i64> = BTreeMap::new();
            let mut taken: Vec<Use> = Vec::new();
            let mut today = 10;
            for (later, late, amount, back) in steps {
                if back && let Some(earlier) = taken.pop() {
                    let counted = counter.parts().iter().any(|(s, _)| *s == earlier.window.start);
                    prop_assert_eq!(counter.count(&earlier.given_back()), Ok(()));
                    if counted || all.contains_key(&earlier.window.start) {
                        *all.get_mut(&earlier.window.start).unwrap() -= earlier.amount;
                    }
                    continue;
                }
                today += later;
                let this = used(today - late, days, amount);
                let window = |end: i64| -> i64 {
                    all.range(end - days + 1..=end).map(|(_, used)| used).sum()
                };
                // Every window that this day lies in.
                let fits = (this.window.start..=today.max(this.window.start))
                    .take_while(|end| end - days < this.window.start)
                    .all(|end| window(end) + amount <= 100);
                match counter.count(&this) {
                    Ok(()) => {
                        prop_assert!(fits);
                        *all.entry(this.window.start).or_default() += amount;
                        taken.push(this);
                    }
                    Err(_) => prop_assert!(!fits || late > 0),
                }
            }
        }

        /// A window's days, one before them, and what came late since the last day that did not.
        #[test]
        fn a_counter_stays_small(
            days in 1i64..=31,
            steps in prop::collection::vec((0i64..5, 0i64..8), 1..200),
        ) {
            let mut counter = Counter::default();
            let mut today = 10;
            for (later, late) in steps {
                today += later;
                let _ = counter.count(&used(today - late, days, 1));
                prop_assert!(counter.parts().len() <= usize::try_from(days + 1 + 7).unwrap());
                prop_assert!(counter.parts().windows(2).all(|p| p[0].0 < p[1].0));
            }
        }
    }
}
