//! How a customer proves who they are, as JSON: challenges, the ways to answer them, answers.

use std::fmt;

use identity::{Answer, ChallengeView, Factor, PasskeyChallenge};
use kernel::{ChallengeId, Moment, Refusal, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::input;
use crate::shapes::{exposed, text};

/// A way to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// By a passkey.
    Passkey,
    /// By a signature of the bound device's key over `text`: ES256, r and s together in base64url.
    DeviceKey,
    /// By the PIN of the bound device.
    Pin,
    /// By a code of the customer's program (RFC 6238).
    Totp,
    /// By a recovery code.
    RecoveryCode,
    /// By a code that is sent by SMS.
    Sms,
}

impl From<Factor> for Method {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::Passkey => Self::Passkey,
            Factor::DeviceKey => Self::DeviceKey,
            Factor::Pin => Self::Pin,
            Factor::Totp => Self::Totp,
            Factor::Recovery => Self::RecoveryCode,
            Factor::Sms => Self::Sms,
        }
    }
}

/// A code that was sent by SMS.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentCode {
    /// When it ends.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// After how many seconds another can be asked for.
    resend_after_seconds: i64,
}

impl From<ChallengeView> for SentCode {
    fn from(sent: ChallengeView) -> Self {
        Self { expires_at: sent.expires_at, resend_after_seconds: sent.resend_after_seconds }
    }
}

/// A sign-in that waits for the second factor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignInChallenge {
    #[schema(value_type = String, pattern = "^chl_[0-9a-f]{32}$")]
    challenge_id: ChallengeId,
    /// To be sent with the answer.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^bk_si_[0-9A-Za-z_-]{49}$")]
    challenge_token: Secret<String>,
    /// How it can be answered, the stronger first.
    methods: Vec<Method>,
    /// Until when.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// The code that was sent, when one was.
    code: Option<SentCode>,
    /// After how many seconds the first code can be asked for, when none may be sent now: too soon
    /// after that of another sign-in, or after wrong codes.
    send_after_seconds: Option<i64>,
}

impl From<identity::SignInChallenge> for SignInChallenge {
    fn from(waits: identity::SignInChallenge) -> Self {
        Self {
            challenge_id: waits.id,
            challenge_token: waits.handle,
            methods: waits.methods.into_iter().map(Method::from).collect(),
            expires_at: waits.expires_at,
            code: waits.code.map(SentCode::from),
            send_after_seconds: waits.code_after_seconds,
        }
    }
}

/// A confirmation that waits for its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Confirmation {
    #[schema(value_type = String, pattern = "^chl_[0-9a-f]{32}$")]
    challenge_id: ChallengeId,
    /// How it can be answered, the stronger first.
    methods: Vec<Method>,
    /// What the device's key signs.
    text: String,
    /// Until when it can be answered. Once answered, it is good for five minutes.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// Whether a code was sent by SMS.
    code_sent: bool,
}

impl From<identity::Confirmation> for Confirmation {
    fn from(waits: identity::Confirmation) -> Self {
        Self {
            challenge_id: waits.id,
            methods: waits.methods.into_iter().map(Method::from).collect(),
            text: waits.text,
            expires_at: waits.expires_at,
            code_sent: waits.code_sent,
        }
    }
}

/// What a passkey is to sign.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyOptions {
    /// Goes back with the answer.
    #[schema(value_type = String, pattern = "^chl_[0-9a-f]{32}$")]
    passkey_challenge_id: ChallengeId,
    /// The options of `navigator.credentials`, as JSON.
    #[schema(value_type = Object)]
    options: Value,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

impl From<PasskeyChallenge> for PasskeyOptions {
    fn from(started: PasskeyChallenge) -> Self {
        Self {
            passkey_challenge_id: started.id,
            options: started.options,
            expires_at: started.expires,
        }
    }
}

/// What a passkey answered.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAnswer {
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub passkey_challenge_id: String,
    /// What `credential.toJSON()` gives.
    #[schema(value_type = Object)]
    pub credential: Value,
}

impl fmt::Debug for PasskeyAnswer {
    /// Without what the passkey said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyAnswer(***)")
    }
}

impl PasskeyAnswer {
    pub fn read(&self) -> Result<(ChallengeId, Value), Refusal> {
        let id = input::id(&self.passkey_challenge_id, "passkey_challenge_id")?;
        Ok((id, self.credential.clone()))
    }
}

/// An answer: `code` for the ways that are a text (a signature, a PIN, a code), `passkey` for a
/// passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Answer)]
pub(crate) struct AnswerInput {
    pub method: Method,
    #[schema(value_type = Option<String>, max_length = 128, example = "048213")]
    pub code: Option<Secret<String>>,
    pub passkey: Option<PasskeyAnswer>,
}

impl AnswerInput {
    pub fn read(self) -> Result<Answer, Refusal> {
        let kind = match (self.method, self.code, self.passkey) {
            (Method::Passkey, None, Some(passkey)) => {
                let (id, answer) = passkey.read()?;
                return Ok(Answer::Passkey(id, Box::new(answer)));
            }
            (Method::Passkey, ..) => return Err(input::invalid("answer.passkey")),
            (method, Some(code), None) => (method, code),
            _ => return Err(input::invalid("answer.code")),
        };
        let is_number = |code: &Secret<String>| {
            let code = code.expose();
            code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())
        };
        match kind {
            (Method::DeviceKey, code) => Ok(Answer::DeviceKey(code)),
            (Method::RecoveryCode, code) => Ok(Answer::Recovery(code)),
            // What cannot be one is a slip, and is not counted.
            (_, code) if !is_number(&code) => Err(input::invalid("answer.code")),
            (Method::Pin, code) => Ok(Answer::Pin(code)),
            (Method::Totp, code) => Ok(Answer::Totp(code)),
            (_, code) => Ok(Answer::Sms(code)),
        }
    }
}
