//! Figures of a run: latencies, ratios, memory. All in integers; a ratio is kept in thousandths.

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

/// The figures of a run by name, in the order they are to be read. Values are kept as they are
/// written in JSON, so that decimals need no floats.
#[derive(Debug, Default)]
pub struct Figures(Vec<(&'static str, String)>);

impl Figures {
    pub fn number(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.0.push((name, value.to_string()));
        self
    }

    pub fn millis(self, name: &'static str, micros: u64) -> Self {
        self.number(name, Thousandths(micros))
    }

    pub fn text(self, name: &'static str, value: &str) -> Self {
        self.number(name, serde_json::Value::from(value))
    }

    /// One object of JSON, or a line each for people.
    pub fn show(&self, json: bool) -> String {
        if json {
            let fields: Vec<String> = self.0.iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
            return format!("{{{}}}", fields.join(","));
        }
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name:<width$}  {}", value.trim_matches('"')))
            .collect();
        lines.join("\n")
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
        let figures = Figures::default().number("a", 5).millis("p50_ms", 1_234).text("t", "x\"y");
        let read: serde_json::Value = serde_json::from_str(&figures.show(true)).unwrap();
        assert_eq!((read["p50_ms"].to_string(), &read["t"]), ("1.234".to_owned(), &"x\"y".into()));
        let figures = Figures::default().text("bench", "ledger").millis("p50_ms", 1_234);
        assert_eq!(figures.show(false), "bench   ledger\np50_ms  1.234");
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
