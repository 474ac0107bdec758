//! The messages, field for field.

use kernel::Secret;
use serde::{Deserialize, Serialize};

/// An id longer than this is not an id.
const MAX_ID_BYTES: usize = 64;

#[derive(Serialize)]
pub(super) struct LoginForm<'a> {
    pub email: &'a str,
    pub password: &'a str,
}

/// The answer to a login or a refresh.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub data: TokenData,
}

#[derive(Deserialize)]
pub(super) struct TokenData {
    pub token: Secret<String>,
}

#[derive(Serialize)]
pub(super) struct SendForm<'a> {
    /// Twelve digits.
    pub mobile_phone: &'a str,
    pub message: &'a str,
    pub from: &'a str,
}

#[derive(Deserialize)]
pub(super) struct SendAnswer {
    id: Option<Id>,
    status: Option<String>,
}

/// A UUID; some clients have also seen numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl SendAnswer {
    /// Whether it says that the message was not taken: older versions said so with status 200.
    pub fn is_refusal(&self) -> bool {
        self.status.as_deref() == Some("error")
    }

    /// The gateway's id of the message.
    pub fn id(self) -> Option<String> {
        match self.id? {
            Id::Number(number) => Some(number.to_string()),
            Id::Text(text) => (!text.is_empty() && text.len() <= MAX_ID_BYTES).then_some(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_gateway_writes_them() {
        let read = |text: &str| serde_json::from_str::<SendAnswer>(text).unwrap();
        let id = |text: &str| read(text).id();
        assert_eq!(
            id(r#"{"id":"59bf10a2-aba8-4694-8fd5-0be20102a580",
                   "message":"Waiting for SMS provider","status":"waiting"}"#),
            Some("59bf10a2-aba8-4694-8fd5-0be20102a580".to_owned())
        );
        assert_eq!(id(r#"{"id":4385062,"status":"waiting"}"#), Some("4385062".to_owned()));
        assert!(read(r#"{"id":"1","status":"error","message":"no balance"}"#).is_refusal());
        assert!(!read(r#"{"id":"1","status":"waiting"}"#).is_refusal());
        for without in [r#"{"status":"waiting"}"#, r#"{"id":null}"#, r#"{"id":""}"#] {
            assert_eq!(id(without), None, "{without}");
        }
        assert_eq!(id(&format!(r#"{{"id":"{}"}}"#, "7".repeat(65))), None);
    }
}
