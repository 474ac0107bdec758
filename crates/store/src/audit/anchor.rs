use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::note::{Checkpoint, Note, VerifierKey};
use super::verify::{Finding, What};

/// A line of an anchor, and of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// What an export begins with.
    Log { version: u8, origin: String, exported_at: String },
    /// A key that checks checkpoints.
    Key { key: String },
    /// A sealed event: its leaf, the hash that the tree has of it, and its body. Without a body
    /// when it is gone from the database.
    Event { leaf: u64, hash: String, body: Option<String> },
    /// A checkpoint, after the last event that it covers.
    Checkpoint { note: String },
    /// An event that is not sealed yet.
    Unsealed { body: String },
}

impl Line {
    pub fn write(&self, to: &mut impl std::io::Write) -> Result<()> {
        const DOING: &str = "writing a line of the audit log";
        let text = serde_json::to_string(self).map_err(|e| Error::broken(DOING, e))?;
        writeln!(to, "{text}").map_err(|e| Error::broken(DOING, e))
    }
}

/// What an anchor says, and what is wrong with it by itself.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub keys: Vec<VerifierKey>,
    /// The first checkpoint of each size.
    pub notes: BTreeMap<u64, Note>,
    pub found: Vec<Finding>,
    /// Whether it ends within a line, as after a crash.
    pub torn: bool,
}

impl Reading {
    /// Reads an anchor. Whoever may append to it must not be able to take back what stands there:
    /// of two checkpoints of one size none counts more than the other, they are a fork, and its
    /// checkpoints become larger and later from line to line. What was copied already may be there
    /// again: a node that takes over does not know what another one copied meanwhile.
    pub fn of(mut anchor: impl BufRead) -> std::io::Result<Self> {
        let (mut reading, mut line) = (Self::default(), Vec::new());
        for number in 1_u64.. {
            line.clear();
            if anchor.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            reading.torn = !line.ends_with(b"\n");
            reading.line(number, line.trim_ascii_end());
        }
        Ok(reading)
    }

    fn line(&mut self, number: u64, line: &[u8]) {
        let read = match serde_json::from_slice(line) {
            Ok(Line::Key { key }) => VerifierKey::parse(&key).map(|key| self.keys.push(key)),
            Ok(Line::Checkpoint { note }) => Note::parse(&note).map(|note| self.note(note)),
            // A line that was not finished, after a crash: its checkpoint was copied again.
            Err(error) if error.is_eof() && line.starts_with(b"{") => Some(()),
            _ => None,
        };
        if read.is_none() {
            self.found(What::Malformed, format!("line {number} of the anchor"));
        }
    }

    fn note(&mut self, note: Note) {
        let (size, at) = (note.checkpoint.size, note.checkpoint.at);
        let last = self.notes.last_key_value().map(|(_, last)| &last.checkpoint);
        let grows = last.is_none_or(|last| last.size < size && last.at < at);
        match self.notes.get(&size) {
            Some(known) if known.checkpoint == note.checkpoint => {}
            Some(known) if known.checkpoint.root != note.checkpoint.root => {
                self.found(What::Forked, format!("the anchor has two trees of {size} events"));
            }
            _ if !grows => {
                let which = format!("the checkpoint of {size} events in the anchor");
                self.found(What::CheckpointOrder, which);
            }
            _ => {}
        }
        self.notes.entry(size).or_insert(note);
    }

    fn found(&mut self, what: What, which: String) {
        self.found.push(Finding { what, which });
    }
}

/// Copies of the checkpoints in a file outside of the database, better on another machine: with it,
/// a log that was cut short or built anew is told from the one that there was. It only grows. Made
/// for a mount that keeps what is written (`chattr +a`, an object store with a lock).
#[derive(Debug)]
pub struct Anchor {
    path: PathBuf,
    last: Option<Checkpoint>,
    keys: Vec<VerifierKey>,
    torn: bool,
    /// Whether it has the checkpoints of one log.
    holds: bool,
}

impl Anchor {
    /// The anchor in a file; without one it begins empty.
    pub fn open(path: &Path) -> Result<Self> {
        const DOING: &str = "reading the anchor";
        let reading = match File::open(path) {
            Ok(file) => Reading::of(BufReader::new(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Reading::default()),
            Err(error) => Err(error),
        };
        let reading = reading.map_err(|error| trouble(path, DOING, &error))?;
        for finding in &reading.found {
            let path = path.display();
            tracing::error!(counter.audit_anchor_damage = 1, %path, %finding, "in the anchor");
        }
        let last = reading.notes.into_iter().next_back().map(|(_, note)| note.checkpoint);
        let holds = reading.found.iter().all(|finding| finding.what == What::Malformed);
        Ok(Self { path: path.to_owned(), last, keys: reading.keys, torn: reading.torn, holds })
    }

    /// The same file, with what others wrote into it meanwhile.
    pub(super) fn again(&self) -> Result<Self> {
        Self::open(&self.path)
    }

    /// Whether it has the checkpoints of one log, which grew.
    pub(super) const fn holds(&self) -> bool {
        self.holds
    }

    pub(super) const fn last(&self) -> Option<&Checkpoint> {
        self.last.as_ref()
    }

    /// Appends checkpoints, and the keys that it does not have yet. They are on the disk when this
    /// returns.
    pub(super) fn append(&mut self, keys: &[Vec<u8>], notes: &[String]) -> Result<()> {
        let parsed: Vec<Note> = notes.iter().filter_map(|note| Note::parse(note)).collect();
        let Some(last) = parsed.last().map(|note| note.checkpoint.clone()) else { return Ok(()) };
        let new_keys: Vec<VerifierKey> = keys
            .iter()
            .filter_map(|key| VerifierKey::new(&last.origin, key))
            .filter(|key| !self.keys.contains(key))
            .collect();
        let mut text = Vec::new();
        if self.torn {
            text.push(b'\n');
        }
        for key in &new_keys {
            Line::Key { key: key.text() }.write(&mut text)?;
        }
        for note in notes {
            Line::Checkpoint { note: note.clone() }.write(&mut text)?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o640)
            .open(&self.path)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .map_err(|error| trouble(&self.path, "copying checkpoints to the anchor", &error))?;
        self.keys.extend(new_keys);
        (self.last, self.torn) = (Some(last), false);
        Ok(())
    }
}

fn trouble(path: &Path, doing: &'static str, error: &std::io::Error) -> Error {
    Error::broken(doing, format!("{}: {error}", path.display()))
}
