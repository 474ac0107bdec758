//! What goes wrong in the books on demand, and what went wrong: a test compares with it what the
//! bank finds.

use kernel::Day;
use serde::{Deserialize, Serialize};

/// Most plans that wait.
const MAX_PLANS: usize = 100;
const MAX_TIMES: u32 = 1_000_000;

/// What goes wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// It is posted with another amount.
    Amount,
    /// The answer says that it is posted, and it is not.
    Missing,
    /// Another entry of the same amount is posted beside it, under a name of its own.
    Extra,
    /// It is posted twice.
    Duplicate,
    /// It is posted and taken back.
    Status,
    /// It is posted on the next day.
    Late,
    /// It is rejected, for no reason.
    Reject,
}

/// What is to go wrong with documents to come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plant {
    /// What.
    pub drift: Drift,
    /// With how many documents.
    #[serde(default = "once")]
    pub times: u32,
    /// How many documents pass before each of them.
    #[serde(default)]
    pub after: u32,
    /// By how much an amount is wrong.
    #[serde(default = "one")]
    pub by_minor: i64,
}

const fn once() -> u32 {
    1
}

const fn one() -> i64 {
    1
}

impl Plant {
    /// Something that goes wrong with the next document.
    pub const fn next(drift: Drift) -> Self {
        Self { drift, times: once(), after: 0, by_minor: one() }
    }

    /// The same with this many documents.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same after this many documents, each time.
    #[must_use]
    pub const fn after(self, after: u32) -> Self {
        Self { after, ..self }
    }

    const fn check(&self) -> Result<(), &'static str> {
        if self.times == 0 || self.times > MAX_TIMES {
            return Err("times is from 1 to 1000000");
        }
        if self.by_minor == 0 {
            return Err("by_minor is not 0");
        }
        Ok(())
    }
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planted {
    /// What.
    pub drift: Drift,
    /// With which document.
    pub document: String,
    /// Under which name the wrong entry stands: that of the document, or one of its own.
    pub stands_under: String,
    /// The day of the document.
    pub day: Day,
    /// What the bank has more than these books because of it.
    pub difference_minor: i64,
}

/// What is to go wrong, oldest first.
#[derive(Debug, Default)]
pub(super) struct Plans(Vec<Waiting>);

#[derive(Debug)]
struct Waiting {
    plan: Plant,
    passed: u32,
}

impl Plans {
    pub fn add(&mut self, plan: Plant) -> Result<(), &'static str> {
        plan.check()?;
        if self.0.len() >= MAX_PLANS {
            return Err("100 plans wait already");
        }
        self.0.push(Waiting { plan, passed: 0 });
        Ok(())
    }

    /// What goes wrong with the next document, and by how much.
    pub fn next(&mut self) -> Option<(Drift, i64)> {
        let mut strikes = None;
        for waiting in &mut self.0 {
            if waiting.passed < waiting.plan.after {
                waiting.passed = waiting.passed.saturating_add(1);
            } else if strikes.is_none() {
                waiting.passed = 0;
                waiting.plan.times = waiting.plan.times.saturating_sub(1);
                strikes = Some((waiting.plan.drift, waiting.plan.by_minor));
            }
        }
        self.0.retain(|waiting| waiting.plan.times > 0);
        strikes
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn list(&self) -> Vec<Plant> {
        self.0.iter().map(|waiting| waiting.plan).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_strike_one_document_each_and_let_others_pass() {
        let mut plans = Plans::default();
        plans.add(Plant::next(Drift::Amount).times(2).after(2)).unwrap();
        plans.add(Plant::next(Drift::Missing).after(2)).unwrap();
        let struck: Vec<_> = (0..8).map(|_| plans.next().map(|(drift, _)| drift)).collect();
        let expected = [
            None,
            None,
            Some(Drift::Amount),
            Some(Drift::Missing),
            None,
            Some(Drift::Amount),
            None,
            None,
        ];
        assert_eq!(struck, expected);
        assert!(plans.list().is_empty());
        assert!(plans.add(Plant::next(Drift::Late).times(0)).is_err());
        assert!(plans.add(Plant { by_minor: 0, ..Plant::next(Drift::Late) }).is_err());
    }
}
