use std::error::Error as StdError;
use std::fmt;

use crate::{Code, Refusal};

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a use case ends when it does not end well: with an expected "no", or with an incident.
#[derive(Debug)]
pub enum Error {
    /// An expected "no", with a stable code that is shown to whoever asked.
    Refused(Refusal),
    /// Something broke. Whoever asked learns only that; the source is for the log, once, at the
    /// edge.
    Broken(Broken),
}

/// An incident: what was being done, and what went wrong beneath.
pub struct Broken {
    doing: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Broken {
    /// What was being done.
    pub const fn doing(&self) -> &'static str {
        self.doing
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.doing)?;
        let mut source: Option<&dyn StdError> = match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        };
        while let Some(s) = source {
            write!(f, ": {s}")?;
            source = s.source();
        }
        Ok(())
    }
}

impl Error {
    /// An incident while `doing` something.
    pub fn broken(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Broken(Broken { doing, source: Some(source.into()) })
    }

    /// An invariant that did not hold: a bug, or corrupt data.
    pub const fn invariant(what: &'static str) -> Self {
        Self::Broken(Broken { doing: what, source: None })
    }

    /// The code of a refusal.
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Broken(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {}", refusal.code),
            Self::Broken(broken) => write!(f, "broken while: {}", broken.doing),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Broken(Broken { source: Some(source), .. }) => Some(source.as_ref()),
            _ => None,
        }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(Refusal::new(code))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_does_not_tell_the_source() {
        let error = Error::broken("reading accounts", "password=hunter2");
        assert_eq!(error.to_string(), "broken while: reading accounts");
    }
}
