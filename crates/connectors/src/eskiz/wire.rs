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
    /// The gateway's id of the message, unless it says that it did not take it. Older versions
    /// said so with status 200.
    pub fn id(self) -> Result<String, &'static str> {
        if self.status.as_deref() == Some("error") {
            return Err("the gateway answered with status error");
        }
        match self.id {
            Some(Id::Number(number)) => Ok(number.to_string()),
            Some(Id::Text(text)) if !text.is_empty() && text.len() <= MAX_ID_BYTES => Ok(text),
            _ => Err("the gateway answered without an id"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_gateway_writes_them() {
        let id = |text: &str| serde_json::from_str::<SendAnswer>(text).unwrap().id();
        assert_eq!(
            id(r#"{"id":"59bf10a2-aba8-4694-8fd5-0be20102a580",
                   "message":"Waiting for SMS provider","status":"waiting"}"#),
            Ok("59bf10a2-aba8-4694-8fd5-0be20102a580".to_owned())
        );
        assert_eq!(id(r#"{"id":4385062,"status":"waiting"}"#), Ok("4385062".to_owned()));
        assert!(id(r#"{"id":"1","status":"error","message":"no balance"}"#).is_err());
        assert!(id(r#"{"status":"waiting"}"#).is_err());
        assert!(id(r#"{"id":null}"#).is_err());
        assert!(id(&format!(r#"{{"id":"{}"}}"#, "7".repeat(65))).is_err());
    }
}
