use std::fmt;

use super::super::tree::Hash;
use super::LAG_SECONDS;

/// What is wrong with a log. Its number is the exit code of the command that checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum What {
    /// The log is not the one that was anchored: it was built anew.
    Forked = 10,
    /// The log is shorter than the one that was anchored.
    Truncated = 11,
    /// A checkpoint is not signed by a key of this log.
    Signature = 12,
    /// An event is not the one that was sealed.
    Edited = 13,
    /// An event is gone.
    Missing = 14,
    /// Events stand in another order than that of their leaves.
    Reordered = 15,
    /// The events are not those that were signed: something was changed, and its hashes with it.
    TreeDiffers = 16,
    /// A checkpoint is not later and larger than the one before.
    CheckpointOrder = 17,
    /// An event says that it happened long before the checkpoint that precedes it.
    BackDated = 18,
    /// An event says that it happened after it was sealed.
    AheadOfTime = 19,
    /// Events after the last checkpoint claim to be sealed.
    Uncovered = 20,
    /// Something cannot be read.
    Malformed = 21,
    /// An event waited long for its seal, or has none while later ones have: the sealer stood
    /// still, the event was dated back to a time without checkpoints, or it was kept out of the
    /// tree.
    SealedLate = 22,
}

impl What {
    /// The reason, as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forked => "forked",
            Self::Truncated => "truncated",
            Self::Signature => "bad-signature",
            Self::Edited => "edited",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
            Self::TreeDiffers => "tree-differs",
            Self::CheckpointOrder => "checkpoint-order",
            Self::BackDated => "back-dated",
            Self::AheadOfTime => "ahead-of-time",
            Self::Uncovered => "uncovered",
            Self::Malformed => "malformed",
            Self::SealedLate => "sealed-late",
        }
    }

    /// The exit code of the command.
    #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum")]
    pub const fn exit_code(self) -> u8 {
        self as u8
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: What,
    /// Where.
    pub which: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what.as_str(), self.which)
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events read.
    pub events: u64,
    /// Checkpoints read.
    pub checkpoints: u64,
    /// Events that wait for their seal, about which nothing is proven.
    pub unsealed: u64,
    /// Events that are older than the log: they were there when it began.
    pub older: u64,
    /// Leaves of the tree, and its root.
    pub size: u64,
    /// The root.
    pub root: Hash,
    /// Whether the keys came from the auditor or the anchor, and not from the export itself.
    pub vouched: bool,
    /// Whether there was an anchor, and how many of its checkpoints were compared.
    pub anchored: bool,
    /// How many of them.
    pub anchor_checkpoints: u64,
    /// The longest wait of an event for its seal, in microseconds.
    pub lag_max_micros: i64,
    /// How many waited longer than they should.
    pub lagging: u64,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether something of this kind was found.
    pub fn has(&self, what: What) -> bool {
        self.findings.iter().any(|finding| finding.what == what)
    }

    /// The gravest of what was found.
    pub fn gravest(&self) -> Option<What> {
        self.findings.iter().map(|finding| finding.what).min()
    }

    pub(super) fn lag(&mut self, micros: i64) {
        self.lag_max_micros = self.lag_max_micros.max(micros);
        if micros > LAG_SECONDS.saturating_mul(1_000_000) {
            self.lagging = self.lagging.saturating_add(1);
        }
    }
}
