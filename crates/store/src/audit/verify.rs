//! The check of an export, which needs nothing but the export, the keys that the auditor was given
//! and the anchor: whoever runs the bank and its database cannot talk it into anything.

mod report;

use std::collections::BTreeMap;
use std::io::BufRead;

use kernel::{AuditId, Error, Moment, Result};

use super::anchor::{Line, Reading};
use super::body::Body;
use super::note::{Checkpoint, Note, VerifierKey};
use super::tree::{Frontier, Hash, leaf_hash};
pub use report::{Finding, Report, What};

/// How much older than the checkpoint before its own an event may be. A transaction that began
/// before that checkpoint may commit after it; it may last half a minute, and the clocks of nodes
/// differ.
pub const BACK_DATING_TOLERANCE_SECONDS: i64 = 120;
/// How much later than its checkpoint an event may be: the clocks of nodes differ.
pub const AHEAD_TOLERANCE_SECONDS: i64 = 5;
/// How long an event may have waited for its seal before it is a finding.
pub const LATE_SECONDS: i64 = 120;
/// How long an event should wait at most.
pub const LAG_SECONDS: i64 = 2;

/// What the auditor knows from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: Vec<VerifierKey>,
    anchored: BTreeMap<u64, Note>,
    has_anchor: bool,
    /// What is wrong with the anchor by itself.
    found: Vec<Finding>,
}

impl Trust {
    /// A key that the auditor was given.
    pub fn key(&mut self, key: VerifierKey) {
        self.keys.push(key);
    }

    /// A copy of the anchor: its checkpoints, and its keys unless some were given already. A torn
    /// line, as a crash leaves it, is passed over.
    pub fn anchor(&mut self, anchor: impl BufRead) -> Result<()> {
        let read = Reading::of(anchor).map_err(|e| Error::broken("reading the anchor", e))?;
        if self.keys.is_empty() {
            self.keys = read.keys;
        }
        self.found.extend(read.found);
        self.anchored = read.notes;
        self.has_anchor = true;
        Ok(())
    }
}

/// Checks an export.
pub fn verify(export: impl BufRead, trust: Trust) -> Result<Report> {
    let mut check = Check::new(trust);
    for (number, line) in (1_u64..).zip(export.lines()) {
        let line = line.map_err(|e| Error::broken("reading the export", e))?;
        match serde_json::from_str(&line) {
            Ok(line) => check.line(line),
            Err(_) => check.found(What::Malformed, format!("line {number} of the export")),
        }
    }
    Ok(check.end())
}

struct Check {
    trust: Trust,
    vouched: bool,
    origin: Option<String>,
    tree: Frontier,
    /// Events since the last checkpoint.
    batch: Vec<Leaf>,
    last: Option<Checkpoint>,
    /// Whether the tree differs from what was signed already: what follows differs too then, and
    /// telling it again for each checkpoint would hide what matters.
    lost: bool,
    /// Events of the present checkpoint that waited too long: how many, and the first.
    late: (u64, String),
    report: Report,
}

struct Leaf {
    index: u64,
    hash: Option<Hash>,
    body: Option<String>,
}

impl Check {
    fn new(mut trust: Trust) -> Self {
        let (vouched, findings) = (!trust.keys.is_empty(), std::mem::take(&mut trust.found));
        let anchored = trust.has_anchor;
        let report = Report { vouched, anchored, findings, ..Report::default() };
        let (tree, batch) = (Frontier::default(), Vec::new());
        let late = Default::default();
        Self { trust, vouched, origin: None, tree, batch, last: None, lost: false, late, report }
    }

    fn found(&mut self, what: What, which: impl Into<String>) {
        self.report.findings.push(Finding { what, which: which.into() });
    }

    fn line(&mut self, line: Line) {
        match line {
            Line::Log { version: 1, origin, .. } if self.origin.is_none() => {
                self.origin = Some(origin);
            }
            Line::Log { .. } => self.found(What::Malformed, "a second or unknown beginning"),
            Line::Key { key } => self.key(&key),
            Line::Event { leaf, hash, body } => {
                self.report.events = self.report.events.saturating_add(1);
                self.batch.push(Leaf { index: leaf, hash: unhex(&hash), body });
            }
            Line::Checkpoint { note } => match Note::parse(&note) {
                Some(note) => self.checkpoint(&note),
                None => self.found(What::Malformed, "a checkpoint"),
            },
            Line::Unsealed { body } => {
                self.report.unsealed = self.report.unsealed.saturating_add(1);
                match Body::parse(body.as_bytes()) {
                    Some(body) => self.without_seal(&body),
                    None => self.found(What::Malformed, "an event without a seal"),
                }
            }
        }
    }

    /// What waits for its seal was written just now. When a checkpoint came long after it, it was
    /// kept out of the tree, where it could be taken away without a trace.
    fn without_seal(&mut self, body: &Body) {
        let name = format!("{} has no seal", body.id);
        let Some(at) = body.moment() else { return self.found(What::Malformed, name) };
        let late = LATE_SECONDS.saturating_mul(1_000_000);
        let last = self.last.as_ref().map(|last| last.at).filter(|l| l.micros_since(at) > late);
        if let Some(last) = last {
            self.found(What::SealedLate, format!("{name}: of {at}, and others until {last} have"));
        }
    }

    /// Keys of the export count only when the auditor has none: they are no better than the rest of
    /// it.
    fn key(&mut self, text: &str) {
        match VerifierKey::parse(text) {
            Some(key) if !self.vouched => self.trust.keys.push(key),
            Some(_) => {}
            None => self.found(What::Malformed, "a key"),
        }
    }

    fn checkpoint(&mut self, note: &Note) {
        self.report.checkpoints = self.report.checkpoints.saturating_add(1);
        let checkpoint = &note.checkpoint;
        let name = format!("the checkpoint of {} events", checkpoint.size);
        if self.origin.as_ref() != Some(&checkpoint.origin) || !note.is_signed_by(&self.trust.keys)
        {
            self.found(What::Signature, name.clone());
        }
        if let Some(last) = &self.last
            && (checkpoint.size <= last.size || checkpoint.at <= last.at)
        {
            self.found(What::CheckpointOrder, name.clone());
        }
        self.grow(checkpoint);
        let differs = self.tree.size() != checkpoint.size || self.tree.root() != checkpoint.root;
        if differs && !self.lost {
            let first = self.last.as_ref().map_or(0, |last| last.size);
            let which = format!("leaves {first} to {}", checkpoint.size.saturating_sub(1));
            self.found(What::TreeDiffers, which);
            self.lost = true;
        }
        self.last = Some(checkpoint.clone());
    }

    /// Adds the leaves since the last checkpoint to the tree, in their order.
    fn grow(&mut self, checkpoint: &Checkpoint) {
        let mut batch = std::mem::take(&mut self.batch);
        if !batch.is_sorted_by_key(|leaf| leaf.index) {
            let first = batch.windows(2).find_map(|pair| match pair {
                [a, b] if a.index > b.index => Some(b.index),
                _ => None,
            });
            self.found(What::Reordered, format!("around leaf {}", first.unwrap_or_default()));
            batch.sort_by_key(|leaf| leaf.index);
        }
        for leaf in batch {
            let next = self.tree.size();
            if leaf.index != next {
                if leaf.index > next && leaf.index < checkpoint.size {
                    let last = leaf.index.saturating_sub(1);
                    self.found(What::Missing, format!("leaves {next} to {last}"));
                } else {
                    self.found(What::Reordered, format!("leaf {}", leaf.index));
                }
                self.lost = true;
            }
            self.leaf(&leaf, checkpoint);
        }
        let (late, first) = std::mem::take(&mut self.late);
        if late > 0 {
            self.found(What::SealedLate, format!("{first}; {late} under this checkpoint"));
        }
        if self.tree.size() < checkpoint.size && !self.lost {
            let last = checkpoint.size.saturating_sub(1);
            self.found(What::Missing, format!("leaves {} to {last}", self.tree.size()));
            self.lost = true;
        }
    }

    fn leaf(&mut self, leaf: &Leaf, checkpoint: &Checkpoint) {
        let name = format!("leaf {}", leaf.index);
        let own = leaf.body.as_ref().map(|body| leaf_hash(body.as_bytes()));
        match (own, leaf.hash) {
            (None, _) => self.found(What::Missing, format!("{name}: its event is gone")),
            (Some(own), Some(hash)) if own != hash => self.found(What::Edited, name.clone()),
            (Some(_), None) => self.found(What::Malformed, format!("{name}: its hash")),
            _ => {}
        }
        match leaf.body.as_deref().map(|body| Body::parse(body.as_bytes())) {
            Some(Some(body)) => self.time(&name, &body, checkpoint),
            Some(None) => self.found(What::Malformed, name),
            None => {}
        }
        // What the tree has of a changed event keeps the rest of it comparable.
        let hash = leaf.hash.or(own).unwrap_or_default();
        self.tree.push(hash, |_, _| {});
        self.compare_with_anchor();
    }

    fn time(&mut self, name: &str, body: &Body, checkpoint: &Checkpoint) {
        let name = format!("{name}, {}", body.id);
        let Some(at) = body.moment() else { return self.found(What::Malformed, name) };
        let lag = checkpoint.at.micros_since(at);
        let seconds = |n: i64| n.saturating_mul(1_000_000);
        // What was there when the log began may be as old as it likes: nothing was sealed yet that
        // it could be slipped behind.
        let older = self.last.is_none() && lag > seconds(LATE_SECONDS);
        if older {
            self.report.older = self.report.older.saturating_add(1);
        } else {
            self.report.lag(lag);
        }
        let before = self.last.as_ref().map(|last| last.at.micros_since(at));
        if id_moment(body.id).micros_since(at).abs() >= 1_000 {
            self.found(What::BackDated, format!("{name}: its id is of another moment than {at}"));
        } else if before.is_some_and(|by| by > seconds(BACK_DATING_TOLERANCE_SECONDS)) {
            self.found(What::BackDated, format!("{name}: says {at}, sealed {}", checkpoint.at));
        } else if lag < seconds(AHEAD_TOLERANCE_SECONDS).saturating_neg() {
            self.found(What::AheadOfTime, format!("{name}: says {at}, sealed {}", checkpoint.at));
        } else if lag > seconds(LATE_SECONDS) && !older {
            if self.late.0 == 0 {
                self.late.1 = format!("{name}: of {at}, sealed {}", checkpoint.at);
            }
            self.late.0 = self.late.0.saturating_add(1);
        }
    }

    fn compare_with_anchor(&mut self) {
        let size = self.tree.size();
        let Some(note) = self.trust.anchored.remove(&size) else { return };
        self.report.anchor_checkpoints = self.report.anchor_checkpoints.saturating_add(1);
        if !note.is_signed_by(&self.trust.keys) {
            self.found(What::Signature, format!("the anchored checkpoint of {size} events"));
        }
        if note.checkpoint.root != self.tree.root() && !self.report.has(What::Forked) {
            self.found(What::Forked, format!("the tree of {size} events is not the anchored one"));
        }
    }

    fn end(mut self) -> Report {
        if self.origin.is_none() {
            self.found(What::Malformed, "there is no beginning");
        }
        if let Some(leaf) = self.batch.first().map(|leaf| leaf.index) {
            let left = std::mem::take(&mut self.batch);
            self.found(What::Uncovered, format!("leaf {leaf} and {} more", left.len() - 1));
        }
        let size = self.tree.size();
        let beyond = self.trust.anchored.keys().next_back().copied().filter(|last| *last > size);
        if let Some(last) = beyond {
            let which = format!(
                "{size} events are here, {last} in the anchor, which is copied before the export"
            );
            self.found(What::Truncated, which);
        }
        self.report.size = size;
        self.report.root = self.tree.root();
        self.report
    }
}

fn id_moment(id: AuditId) -> Moment {
    let millis = id.uuid().as_u128().wrapping_shr(80);
    Moment::from_micros(i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000))
}

fn unhex(text: &str) -> Option<Hash> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let hex = rest.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes.filter(|_| hex)?.try_into().ok()
}
