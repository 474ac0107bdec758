//! Numbers that stand in the database for the model's variants. They never change meaning.

use kernel::{Asset, Error, Result};
use uuid::Uuid;

use crate::model::{BalanceRule, CounterKey, HoldState, Status, TransferKind};

/// The columns of the names of counters: limits, subjects, windows.
pub fn counter_columns(keys: &[CounterKey]) -> (Vec<Uuid>, Vec<Uuid>, Vec<i64>) {
    let limits = keys.iter().map(|key| key.limit).collect();
    let subjects = keys.iter().map(|key| key.subject).collect();
    (limits, subjects, keys.iter().map(|key| key.window_start).collect())
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
