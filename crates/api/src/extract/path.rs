use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use edge::Failure;
use kernel::{
    AccountId, Asset, ChallengeId, Code, DeviceId, Error, OperationId, PasskeyId, Refusal,
    SessionId,
};
use payments::DocumentCode;

use utoipa::IntoParams;

use crate::shapes::AssetName;

/// The path of what belongs to an account, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct AccountPath {
    /// One of the customer's accounts.
    #[param(pattern = "^acc_[0-9a-f]{32}$", example = "acc_019ab2c47d107c3e8f000123456789ab")]
    account_id: String,
}

/// The path of an operation, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct OperationPath {
    /// The id of the operation.
    #[param(pattern = "^op_[0-9a-f]{32}$", example = "op_019ab2c47d107c3e8f000123456789ab")]
    operation_id: String,
}

/// The path of a document, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct DocumentPath {
    /// The code that stands on the document. It is read as people type it: in any case, with
    /// spaces and hyphens, with O for zero and I or L for one.
    #[param(pattern = "^[0-9A-HJKMNP-TV-Z]{16}$", example = "ABCH0K1MEPTX3Y5Z")]
    code: String,
}

/// The path of a session, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct SessionPath {
    /// One of the customer's sessions.
    #[param(pattern = "^ses_[0-9a-f]{32}$", example = "ses_019ab2c47d107c3e8f000123456789ab")]
    session_id: String,
}

/// The path of a device, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct DevicePath {
    /// One of the customer's devices.
    #[param(pattern = "^dev_[0-9a-f]{32}$", example = "dev_019ab2c47d107c3e8f000123456789ab")]
    device_id: String,
}

/// The path of what waits for an answer, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct ChallengePath {
    /// The sign-in or the confirmation.
    #[param(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    challenge_id: String,
}

/// The path of a passkey, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct PasskeyPath {
    /// One of the customer's passkeys.
    #[param(pattern = "^pky_[0-9a-f]{32}$", example = "pky_019ab2c47d107c3e8f000123456789ab")]
    passkey_id: String,
}

/// The path of a limit, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct LimitPath {
    /// Names one of the limits that count the customer.
    #[param(pattern = "^[a-z0-9-]{1,40}$", example = "transfers-day")]
    name: String,
}

/// The path of a currency, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; it is read by `PathId`")]
pub(crate) struct CurrencyPath {
    /// A currency that the bank keeps accounts in, but for the sum (ISO 4217).
    #[param(value_type = AssetName, inline, example = "USD")]
    currency: String,
}

impl Named for Asset {
    const NAME: &'static str = "currency";

    fn read(text: &str) -> Option<Self> {
        Self::from_code(text)
    }
}

/// The name of a limit.
#[derive(Debug)]
pub(crate) struct LimitName(pub String);

impl Named for LimitName {
    const NAME: &'static str = "name";

    fn read(text: &str) -> Option<Self> {
        kernel::is_name(text, "-").then(|| Self(text.to_owned()))
    }
}

/// An id that stands in a path under its own name.
pub(crate) trait Named: Sized {
    /// The name of the path parameter, and of the field in answers.
    const NAME: &'static str;

    /// The id that a text is, if it is one.
    fn read(text: &str) -> Option<Self>;
}

impl Named for AccountId {
    const NAME: &'static str = "account_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for OperationId {
    const NAME: &'static str = "operation_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for SessionId {
    const NAME: &'static str = "session_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for ChallengeId {
    const NAME: &'static str = "challenge_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for DeviceId {
    const NAME: &'static str = "device_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for PasskeyId {
    const NAME: &'static str = "passkey_id";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Named for DocumentCode {
    const NAME: &'static str = "code";

    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// The id in a path.
pub(crate) struct PathId<T>(pub T);

impl<S: Send + Sync, T: Named> FromRequestParts<S> for PathId<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let malformed = || Refusal::new(Code::FieldInvalid).field(T::NAME).value("field", T::NAME);
        let Ok(params) = RawPathParams::from_request_parts(parts, state).await else {
            return Err(malformed().into());
        };
        let text = params.iter().find(|(name, _)| *name == T::NAME).map(|(_, text)| text);
        let text = text.ok_or(Error::invariant("a path lacks its parameter"))?;
        T::read(text).map(Self).ok_or_else(|| malformed().into())
    }
}
