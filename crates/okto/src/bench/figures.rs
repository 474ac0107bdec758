//! Figures of a run: latencies, ratios, memory. All in integers; a ratio is kept in thousandths.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Latencies of successful calls, in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn count(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    /// The latency that `per_mille` of a thousand calls do not pass, in microseconds.
    pub fn percentile(&mut self, per_mille: usize) -> u64 {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        let rank = last.saturating_mul(per_mille).checked_div(1_000).unwrap_or(0);
        self.0.get(rank).copied().unwrap_or(0).into()
    }
}

/// Now, for measuring. Benches measure real time and nothing else may.
#[expect(clippy::disallowed_methods, reason = "a bench measures the machine's own time")]
pub fn instant() -> Instant {
    Instant::now()
}

/// A number with three decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thousandths(pub u64);

impl Thousandths {
    /// `a / b`.
    pub fn ratio(a: u64, b: u64) -> Self {
        let scaled = u128::from(a).saturating_mul(1_000);
        let quotient = scaled.checked_div(u128::from(b)).unwrap_or(0);
        Self(u64::try_from(quotient).unwrap_or(u64::MAX))
    }
}

impl std::fmt::Display for Thousandths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0.checked_div(1_000), self.0.checked_rem(1_000));
        write!(f, "{}.{:03}", whole.unwrap_or(0), rest.unwrap_or(0))
    }
}

/// Calls per second.
pub fn per_second(calls: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    calls.saturating_mul(1_000).checked_div(millis).unwrap_or(0)
}

/// One line of JSON, built field by field so that decimals need no floats.
#[derive(Debug, Default)]
pub struct Json(String);

impl Json {
    pub fn number(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let comma = if self.0.is_empty() { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(self.0, "{comma}\"{name}\":{value}");
        self
    }

    pub fn millis(self, name: &str, micros: u64) -> Self {
        self.number(name, Thousandths(micros))
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        let quoted = serde_json::Value::from(value).to_string();
        self.number(name, quoted)
    }

    pub fn line(self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// The largest memory a process has had resident, in megabytes: `VmHWM` of Linux.
pub fn peak_memory_mb(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    let kb: u64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0);
    kb.div_ceil(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_exact_decimals() {
        assert_eq!(Thousandths::ratio(8_200, 1_380).to_string(), "5.942");
        assert_eq!(Thousandths::ratio(5, 0).to_string(), "0.000");
        let line = Json::default().number("a", 5).millis("p50_ms", 1_234).text("t", "x\"y").line();
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["p50_ms"].to_string(), "1.234");
    }

    #[test]
    fn percentiles_are_ranks() {
        let mut l = Latencies::default();
        for n in (1..=1_000).rev() {
            l.add(Duration::from_micros(n));
        }
        assert_eq!((l.percentile(500), l.percentile(990), l.percentile(1_000)), (500, 990, 1_000));
    }
}
