//! The fields of a form as they came: texts by name, which do not print, because a password may be
//! among them.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Code, Secret};

use crate::Failure;

/// More fields than any form of ours has.
const FIELDS_MAX: usize = 64;

/// The fields of a posted form, or of a query.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl fmt::Debug for Fields {
    /// The names only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Fields {
    /// Reads `application/x-www-form-urlencoded`. `None` for what has too many fields.
    pub fn read(encoded: &[u8]) -> Option<Self> {
        let fields: Vec<_> = form_urlencoded::parse(encoded)
            .into_owned()
            .take(FIELDS_MAX.saturating_add(1))
            .collect();
        (fields.len() <= FIELDS_MAX).then_some(Self(fields))
    }

    /// What was typed into a field, without spaces around it. Empty when it is missing; the first
    /// when it came twice.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The same, with the spaces: they are part of a password.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// A text that nobody else may see.
    pub fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(self.raw(name).to_owned())
    }

    /// What was typed, when anything was.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whether a field came at all: a ticked box, a pressed button.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same fields with one more, or with another value for it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

/// The fields of the query of a page.
#[derive(Clone, Debug, Default)]
pub struct Query(pub Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        Fields::read(query.as_bytes()).map(Self).ok_or(Code::RequestMalformed.into())
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Failure;

    /// The door has read the form and has seen that it comes from a page of ours.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Code::RequestMalformed.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_do_not_print() {
        let fields = Fields::read("phone=%2B998+90&password=+olma+&phone=2&ok".as_bytes()).unwrap();
        assert_eq!(fields.text("phone"), "+998 90");
        assert_eq!(fields.secret("password").expose(), " olma ");
        assert_eq!(fields.filled("note"), None);
        assert!(fields.has("ok") && !fields.has("note"));
        assert!(!format!("{fields:?}").contains("olma"));
        let many = "a=1&".repeat(65);
        assert!(Fields::read(many.as_bytes()).is_none());
    }
}
