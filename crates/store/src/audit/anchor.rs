use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::note::{Checkpoint, Note, VerifierKey};

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

/// Copies of the checkpoints in a file outside of the database, better on another machine: with it,
/// a log that was cut short or built anew is told from the one that there was. It only grows. Made
/// for a mount that keeps what is written (`chattr +a`, an object store with a lock).
#[derive(Debug)]
pub struct Anchor {
    path: PathBuf,
    last: Option<Checkpoint>,
    keys: Vec<VerifierKey>,
    /// Whether the file ends within a line, as after a crash.
    torn: bool,
}

impl Anchor {
    /// The anchor in a file; without one it begins empty.
    pub fn open(path: &Path) -> Result<Self> {
        let mut anchor = Self { path: path.to_owned(), last: None, keys: Vec::new(), torn: false };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(anchor),
            Err(error) => return Err(anchor.trouble("reading the anchor", &error)),
        };
        let (mut file, mut line) = (BufReader::new(file), String::new());
        loop {
            line.clear();
            let read = file.read_line(&mut line);
            if read.map_err(|error| anchor.trouble("reading the anchor", &error))? == 0 {
                break;
            }
            anchor.torn = !line.ends_with('\n');
            match serde_json::from_str(&line) {
                Ok(Line::Key { key }) => anchor.keys.extend(VerifierKey::parse(&key)),
                Ok(Line::Checkpoint { note }) => {
                    anchor.last = Note::parse(&note).map(|note| note.checkpoint).or(anchor.last);
                }
                // A line that was not finished, after a crash: its checkpoint is copied again.
                _ => tracing::warn!(path = %path.display(), "a line of the anchor is damaged"),
            }
        }
        Ok(anchor)
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
            .map_err(|error| self.trouble("copying checkpoints to the anchor", &error))?;
        self.keys.extend(new_keys);
        (self.last, self.torn) = (Some(last), false);
        Ok(())
    }

    fn trouble(&self, doing: &'static str, error: &std::io::Error) -> Error {
        Error::broken(doing, format!("{}: {error}", self.path.display()))
    }
}
