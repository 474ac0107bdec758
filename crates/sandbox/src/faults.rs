//! Faults on demand. A fault is armed for an operation and strikes its next calls.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{COUNTERPARTS, locked};

/// Matches every operation of a counterpart.
const ANY: &str = "*";
const MAX_ARMED: usize = 100;
const MAX_TIMES: u32 = 1_000_000;
const MAX_DELAY_MS: u64 = 120_000;
const DEFAULT_DELAY_MS: u64 = 1_000;
/// How long a request without an answer is held: longer than any client waits.
const DEFAULT_HOLD_MS: u64 = 60_000;

/// One thing a counterpart can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    pub counterpart: &'static str,
    pub name: &'static str,
}

impl Operation {
    pub const fn new(counterpart: &'static str, name: &'static str) -> Self {
        Self { counterpart, name }
    }
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Everything works, late.
    Delay,
    /// Nothing is done and no answer comes.
    TimeoutBefore,
    /// It is done, but no answer comes.
    TimeoutAfter,
    /// Nothing is done; the answer is status 500.
    #[serde(rename = "error_500_before")]
    Error500Before,
    /// It is done, but the answer is status 500.
    #[serde(rename = "error_500_after")]
    Error500After,
    /// It is done twice, as by a host that repeats what it was told once.
    Duplicate,
    /// Nothing is done; the answer is status 401.
    Unauthorized,
    /// It is done, but the answer breaks off in the middle.
    Malformed,
    /// Nothing is done; the host says that it never will be.
    Rejected,
    /// It is done, and the connection ends without an answer.
    Dropped,
    /// What was true before is told, as by a cache that nobody emptied.
    Stale,
    /// What is asked for is not out yet.
    Unpublished,
}

/// A fault as it is armed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which counterpart, such as `eskiz`.
    pub counterpart: String,
    /// Which of its operations, or `*` for all.
    pub operation: String,
    /// What goes wrong.
    pub fault: FaultKind,
    /// How late the answer is, or how long a request without an answer is held.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// How many calls are struck.
    #[serde(default = "once")]
    pub times: u32,
}

const fn once() -> u32 {
    1
}

impl Fault {
    /// A fault of the next call.
    pub fn next(counterpart: &str, operation: &str, fault: FaultKind) -> Self {
        Self {
            counterpart: counterpart.to_owned(),
            operation: operation.to_owned(),
            fault,
            delay_ms: None,
            times: once(),
        }
    }

    /// The same for this many calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same with a delay.
    #[must_use]
    pub fn delay_ms(self, delay_ms: u64) -> Self {
        Self { delay_ms: Some(delay_ms), ..self }
    }

    fn strikes(&self, operation: Operation) -> bool {
        self.counterpart == operation.counterpart
            && (self.operation == ANY || self.operation == operation.name)
    }

    pub(crate) fn wait(&self) -> Duration {
        let default = match self.fault {
            FaultKind::TimeoutBefore | FaultKind::TimeoutAfter => DEFAULT_HOLD_MS,
            _ => DEFAULT_DELAY_MS,
        };
        Duration::from_millis(self.delay_ms.unwrap_or(default))
    }

    fn check(&self) -> Result<(), &'static str> {
        let known = COUNTERPARTS.iter().copied().flatten().any(|o| self.strikes(*o));
        if !known {
            return Err("no such operation: GET /control/faults lists them");
        }
        if self.delay_ms.is_some_and(|ms| ms > MAX_DELAY_MS) {
            return Err("delay_ms is at most 120000");
        }
        if self.times == 0 || self.times > MAX_TIMES {
            return Err("times is from 1 to 1000000");
        }
        Ok(())
    }
}

/// The faults that wait for a call, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(std::sync::Mutex<Vec<Fault>>);

impl Faults {
    /// Arms a fault, and answers with it.
    pub fn arm(&self, fault: Fault) -> Result<Fault, &'static str> {
        fault.check()?;
        let mut armed = locked(&self.0);
        if armed.len() >= MAX_ARMED {
            return Err("100 faults are armed already: DELETE /control/faults first");
        }
        armed.push(fault.clone());
        Ok(fault)
    }

    /// The oldest fault that strikes this call. It strikes `times` calls and is then gone.
    pub fn take(&self, operation: Operation) -> Option<Fault> {
        let mut armed = locked(&self.0);
        let place = armed.iter().position(|fault| fault.strikes(operation))?;
        let fault = armed.get_mut(place)?;
        let struck = fault.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            armed.remove(place);
        }
        Some(struck)
    }

    pub fn list(&self) -> Vec<Fault> {
        locked(&self.0).clone()
    }

    pub fn clear(&self) {
        locked(&self.0).clear();
    }
}

/// The operations that faults can be armed for, by counterpart.
pub(crate) fn operations() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut by_counterpart: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for operation in COUNTERPARTS.iter().copied().flatten() {
        by_counterpart.entry(operation.counterpart).or_default().push(operation.name);
    }
    by_counterpart
}

/// Does what the fault leaves of an effect, and answers as the fault has it.
pub(crate) async fn inflict(
    fault: &Fault,
    mut effect: impl FnMut() -> Response + Send,
) -> Response {
    match fault.fault {
        FaultKind::Delay => {
            tokio::time::sleep(fault.wait()).await;
            effect()
        }
        FaultKind::TimeoutBefore => no_answer(fault.wait()).await,
        FaultKind::TimeoutAfter => {
            drop(effect());
            no_answer(fault.wait()).await
        }
        FaultKind::Stale | FaultKind::Unpublished => effect(),
        FaultKind::Error500Before => server_error(),
        FaultKind::Error500After => {
            drop(effect());
            server_error()
        }
        FaultKind::Duplicate => {
            let first = effect();
            drop(effect());
            first
        }
        FaultKind::Unauthorized => {
            let body = json!({ "message": "Unauthorized", "status": "error" });
            (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
        }
        FaultKind::Rejected => {
            let body = json!({ "message": "Bad Request", "status": "error" });
            (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
        }
        FaultKind::Malformed | FaultKind::Dropped => {
            drop(effect());
            ([(header::CONTENT_TYPE, "application/json")], "{\"id\":\"7f3a, \"mess").into_response()
        }
    }
}

/// Holds the request until the client has given up, or its patience outlasts the fault.
async fn no_answer(hold: Duration) -> Response {
    tokio::time::sleep(hold).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

fn server_error() -> Response {
    let body = json!({ "message": "Server Error" });
    (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eskiz;

    #[test]
    fn a_fault_strikes_its_operation_as_often_as_it_says() {
        let faults = Faults::default();
        faults.arm(Fault::next("eskiz", "send", FaultKind::Delay).times(2)).unwrap();
        faults.arm(Fault::next("eskiz", "*", FaultKind::Malformed)).unwrap();
        let struck = |operation| faults.take(operation).map(|fault| fault.fault);
        assert_eq!(struck(eskiz::SEND), Some(FaultKind::Delay));
        assert_eq!(struck(eskiz::LOGIN), Some(FaultKind::Malformed));
        assert_eq!(struck(eskiz::LOGIN), None);
        assert_eq!(struck(eskiz::SEND), Some(FaultKind::Delay));
        assert_eq!(struck(eskiz::SEND), None);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn what_cannot_strike_is_not_armed() {
        let faults = Faults::default();
        let send = || Fault::next("eskiz", "send", FaultKind::Delay);
        for bad in [
            Fault::next("eskiz", "sned", FaultKind::Delay),
            Fault::next("eskis", "*", FaultKind::Delay),
            send().times(0),
            send().times(MAX_TIMES + 1),
            send().delay_ms(MAX_DELAY_MS + 1),
        ] {
            assert!(faults.arm(bad.clone()).is_err(), "{bad:?}");
        }
        for _ in 0..MAX_ARMED {
            faults.arm(send()).unwrap();
        }
        assert!(faults.arm(send()).is_err(), "the list is bounded");
        faults.clear();
        faults.arm(send()).unwrap();
    }

    #[tokio::test]
    async fn each_kind_does_to_the_effect_what_it_says() {
        for (kind, effects, status) in [
            (FaultKind::Delay, 1, StatusCode::OK),
            (FaultKind::TimeoutBefore, 0, StatusCode::GATEWAY_TIMEOUT),
            (FaultKind::TimeoutAfter, 1, StatusCode::GATEWAY_TIMEOUT),
            (FaultKind::Error500Before, 0, StatusCode::INTERNAL_SERVER_ERROR),
            (FaultKind::Error500After, 1, StatusCode::INTERNAL_SERVER_ERROR),
            (FaultKind::Duplicate, 2, StatusCode::OK),
            (FaultKind::Unauthorized, 0, StatusCode::UNAUTHORIZED),
            (FaultKind::Malformed, 1, StatusCode::OK),
            (FaultKind::Rejected, 0, StatusCode::BAD_REQUEST),
            (FaultKind::Dropped, 1, StatusCode::OK),
            (FaultKind::Stale, 1, StatusCode::OK),
            (FaultKind::Unpublished, 1, StatusCode::OK),
        ] {
            let mut done = 0;
            let answer = inflict(&Fault::next("eskiz", "send", kind).delay_ms(1), || {
                done += 1;
                StatusCode::OK.into_response()
            })
            .await;
            assert_eq!((done, answer.status()), (effects, status), "{kind:?}");
        }
    }
}
