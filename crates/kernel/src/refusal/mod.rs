use std::borrow::Cow;
use std::fmt;

use crate::Lang;

mod codes;

pub use codes::Code;

/// The family of a refusal: what a client should do about it. The API gives each its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be read or a field is wrong.
    Invalid,
    /// Nobody is signed in, or the token is not good any more.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing, or it is not the asker's.
    NotFound,
    /// It contradicts something that already happened.
    Conflict,
    /// The request is larger than the bank reads.
    TooLarge,
    /// The body is not of a kind the bank reads.
    UnsupportedMedia,
    /// The address exists, but not for this method.
    MethodNotAllowed,
    /// Understood, and a rule of banking says no.
    Rule,
    /// Asked too often; later it may go.
    TooMany,
    /// The bank cannot answer now; the same request may be repeated.
    Unavailable,
}

/// An expected "no": the code, and the values its sentence mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which "no".
    pub code: Code,
    /// The request field that is wrong, when one is.
    pub field: Option<&'static str>,
    /// When trying again makes sense, in seconds.
    pub retry_after_seconds: Option<i64>,
    /// Values for the `{name}` places of the sentence.
    pub values: Vec<(Cow<'static, str>, String)>,
}

impl Refusal {
    /// A refusal with a code alone.
    pub const fn new(code: Code) -> Self {
        Self { code, field: None, retry_after_seconds: None, values: Vec::new() }
    }

    /// Names the request field that is wrong.
    #[must_use]
    pub fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self.value(
            "minutes",
            seconds.saturating_add(59).max(60).checked_div(60).unwrap_or(1).to_string(),
        )
    }

    /// Gives a value for a place of the sentence.
    #[must_use]
    pub fn value(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// A value of the sentence by its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The sentence in a language, with its values in place.
    pub fn sentence(&self, lang: Lang) -> String {
        let mut text = self.code.text(lang).to_owned();
        for (name, value) in &self.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_speaks_three_languages() {
        let mut names = HashSet::new();
        for code in Code::ALL.iter().copied() {
            assert!(names.insert(code.as_str()), "{code} twice");
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            let texts: HashSet<_> = Lang::ALL.into_iter().map(|l| code.text(l)).collect();
            assert_eq!(texts.len(), 3, "{code} says the same in two languages");
            for lang in Lang::ALL {
                let text = code.text(lang);
                assert!(text.ends_with('.') && text.len() > 10, "{code} in {lang:?}: {text}");
                let cyrillic = text.chars().any(|c| ('а'..='я').contains(&c));
                assert_eq!(cyrillic, lang == Lang::Ru, "{code} in {lang:?} is in the wrong script");
            }
        }
    }

    #[test]
    fn places_are_the_same_in_every_language() {
        let places = |text: &str| {
            let mut found: Vec<_> =
                text.split('{').skip(1).map(|p| p.split('}').next().unwrap().to_owned()).collect();
            found.sort();
            found
        };
        for code in Code::ALL.iter().copied() {
            let uz = places(code.text(Lang::Uz));
            assert_eq!(uz, places(code.text(Lang::Ru)), "{code}");
            assert_eq!(uz, places(code.text(Lang::En)), "{code}");
        }
    }

    #[test]
    fn values_are_put_in_place() {
        let refusal = Refusal::new(Code::CodeTriesUsedUp).retry_after(900);
        assert!(refusal.sentence(Lang::En).contains("15 min"), "{}", refusal.sentence(Lang::En));
    }
}
