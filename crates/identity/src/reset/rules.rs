/// Life of a reset: time to find the phone, the message, and a passport.
pub(super) const LIFE_SECONDS: i64 = 1_200;
/// Second proofs that one reset takes.
pub(super) const TRIES_MAX: i32 = 5;
/// Life of what an employee gives out.
pub(super) const ASSISTED_SECONDS: i64 = 3_600;
