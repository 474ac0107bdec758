//! Choices of a bench.

use kernel::Entropy;

/// A quick random sequence; what matters is only that callers differ.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(u64::from_le_bytes(Entropy.bytes()) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        usize::try_from(self.0.checked_rem(n).unwrap_or(0)).unwrap_or(0)
    }
}
