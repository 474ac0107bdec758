use std::pin::Pin;

use kernel::{Day, Result};

use super::Published;

/// Where published rates come from.
pub trait RateSource: Send + Sync {
    /// What the bank notes with a rate about whence it came.
    fn name(&self) -> &'static str;

    /// The rates of a day; none when none were published.
    fn of_day(&self, day: Day)
    -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>>;
}
