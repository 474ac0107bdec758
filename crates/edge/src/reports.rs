//! What browsers report that they refused to do: either a page is wrong, or somebody slipped
//! something into it. Both are for an engineer to look at.
//!
//! Anybody can write here, so it is little that is written down: which rule, of which kind of page,
//! and which host; and only so often. The whole address may hold what somebody searched for.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::StatusCode;
use kernel::Moment;
use serde_json::Value;

/// Most characters of a field of a report that are looked at.
const FIELD_CHARS: usize = 200;
/// Reports of a minute that a node writes down.
const PER_MINUTE: i64 = 60;

/// The host and the first part of the path of an address; of what is none, its first word.
fn place(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    bare.splitn(5, '/').take(4).collect::<Vec<_>>().join("/")
}

/// The reports of one door, and how many of them were written down in this minute. Each door has
/// its own: what strangers report at one must not silence another.
#[derive(Debug)]
pub struct Reports {
    door: &'static str,
    minute: AtomicI64,
    written: AtomicI64,
}

impl Reports {
    /// Of a door with this name.
    pub const fn of(door: &'static str) -> Self {
        Self { door, minute: AtomicI64::new(0), written: AtomicI64::new(0) }
    }

    /// Writes a report down: the body of a request to [`crate::csp::REPORT_PATH`].
    pub fn note(&self, body: &[u8], now: Moment) -> StatusCode {
        let Ok(report) = serde_json::from_slice::<Value>(body) else {
            return StatusCode::BAD_REQUEST;
        };
        if !self.may_write(now.micros().div_euclid(60_000_000)) {
            return StatusCode::NO_CONTENT;
        }
        let field = |name: &str| {
            let text = report.pointer(&format!("/csp-report/{name}")).and_then(Value::as_str);
            let text = text.unwrap_or_default().chars().filter(|c| !c.is_control());
            text.take(FIELD_CHARS).collect::<String>()
        };
        tracing::warn!(
            counter.csp_reports = 1,
            door = self.door,
            rule = field("effective-directive"),
            page = place(&field("document-uri")),
            refused = place(&field("blocked-uri")),
            "a browser refused what a page asked"
        );
        StatusCode::NO_CONTENT
    }

    /// Whether one more may be. Two that come at once at the turn of a minute may both begin it.
    fn may_write(&self, minute: i64) -> bool {
        if self.minute.swap(minute, Ordering::Relaxed) != minute {
            self.written.store(0, Ordering::Relaxed);
        }
        self.written.fetch_add(1, Ordering::Relaxed) < PER_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_nothing_of_anybody() {
        for (address, told) in [
            ("https://my.okto.example/activity?q=secret", "https://my.okto.example/activity"),
            ("https://my.okto.example/accounts/acc_1/name", "https://my.okto.example/accounts"),
            ("inline", "inline"),
            ("", ""),
        ] {
            assert_eq!(place(address), told);
        }
    }

    #[test]
    fn reports_are_counted_by_the_minute() {
        let (reports, others) = (Reports::of("web"), Reports::of("admin"));
        let written = (0..1_000).filter(|_| reports.may_write(7)).count();
        assert_eq!(i64::try_from(written), Ok(PER_MINUTE));
        assert!(others.may_write(7), "another door");
        assert!(reports.may_write(8));
    }
}
