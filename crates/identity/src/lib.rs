//! Skeleton.
pub mod ports;
