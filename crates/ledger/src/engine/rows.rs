//! Numbers that stand in the database for the model's variants. They never change meaning.

use kernel::{Asset, Error, Result};
use uuid::Uuid;

use crate::counters::{Counter, CounterKey};
use crate::model::{BalanceRule, HoldState, Status, TransferKind};

/// The columns of the names of counters: limits and subjects.
pub fn counter_columns(keys: &[CounterKey]) -> (Vec<Uuid>, Vec<Uuid>) {
    keys.iter().map(|key| (key.limit, key.subject)).unzip()
}

/// Where the last part of a counter begins in which nothing was ever counted.
pub const NO_PART: i64 = i64::MIN;

/// How a counter is written: where its last part begins, what was used in it, and before that, with
/// commas between, where the last part began that was forgotten, and the parts as `start:used`.
pub fn counter_row(counter: &Counter) -> (i64, i64, String) {
    let Some(((start, used), earlier)) = counter.parts().split_last() else {
        return (NO_PART, 0, String::new());
    };
    let forgotten = counter.forgotten().map(|start| start.to_string());
    let earlier = earlier.iter().map(|(s, u)| format!("{s}:{u}"));
    let earlier: Vec<String> = forgotten.into_iter().chain(earlier).collect();
    (*start, *used, earlier.join(","))
}

/// A counter as it was written.
pub fn counter(start: i64, used: i64, earlier: &str) -> Result<Counter> {
    const MALFORMED: Error = Error::invariant("a limit counter is malformed");
    let (mut parts, mut forgotten) = (Vec::new(), None);
    let number = |text: &str| text.parse::<i64>().map_err(|_| MALFORMED);
    for part in earlier.split(',').filter(|part| !part.is_empty()) {
        match part.split_once(':') {
            Some((start, used)) => parts.push((number(start)?, number(used)?)),
            None => forgotten = Some(number(part)?),
        }
    }
    if start != NO_PART {
        parts.push((start, used));
    }
    Ok(Counter::new(parts, forgotten))
}

pub fn asset(numeric: i16) -> Result<Asset> {
    Asset::from_numeric(numeric).ok_or(Error::invariant("an account has an unknown asset"))
}

pub const fn rule_number(rule: BalanceRule) -> i16 {
    match rule {
        BalanceRule::None => 0,
        BalanceRule::DebitsWithinCredits => 1,
        BalanceRule::CreditsWithinDebits => 2,
    }
}

pub fn rule(number: i16) -> Result<BalanceRule> {
    match number {
        0 => Ok(BalanceRule::None),
        1 => Ok(BalanceRule::DebitsWithinCredits),
        2 => Ok(BalanceRule::CreditsWithinDebits),
        _ => Err(Error::invariant("an account has an unknown balance rule")),
    }
}

pub const fn status_number(status: Status) -> i16 {
    match status {
        Status::Open => 1,
        Status::Frozen => 2,
        Status::Closed => 3,
    }
}

pub fn status(number: i16) -> Result<Status> {
    match number {
        1 => Ok(Status::Open),
        2 => Ok(Status::Frozen),
        3 => Ok(Status::Closed),
        _ => Err(Error::invariant("an account has an unknown status")),
    }
}

pub const fn kind_number(kind: TransferKind) -> i16 {
    match kind {
        TransferKind::Post => 1,
        TransferKind::Hold { .. } => 2,
        TransferKind::Capture { .. } => 3,
        TransferKind::Release { .. } => 4,
        TransferKind::Expire { .. } => 5,
    }
}

pub fn kind(number: i16, hold: Option<kernel::HoldId>) -> Result<TransferKind> {
    match (number, hold) {
        (1, None) => Ok(TransferKind::Post),
        // When a hold ends is written in the hold itself, not in the transfer that made it.
        (2, Some(_)) => Ok(TransferKind::Hold { expires_at: None }),
        (3, Some(hold)) => Ok(TransferKind::Capture { hold }),
        (4, Some(hold)) => Ok(TransferKind::Release { hold }),
        (5, Some(hold)) => Ok(TransferKind::Expire { hold }),
        _ => Err(Error::invariant("a transfer has an unknown kind")),
    }
}

pub const fn hold_state_number(state: HoldState) -> i16 {
    match state {
        HoldState::Open => 1,
        HoldState::Captured => 2,
        HoldState::Released => 3,
        HoldState::Expired => 4,
    }
}

pub fn hold_state(number: i16) -> Result<HoldState> {
    match number {
        1 => Ok(HoldState::Open),
        2 => Ok(HoldState::Captured),
        3 => Ok(HoldState::Released),
        4 => Ok(HoldState::Expired),
        _ => Err(Error::invariant("a hold has an unknown state")),
    }
}
