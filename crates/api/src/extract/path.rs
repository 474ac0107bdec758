use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use kernel::{AccountId, Code, Error, OperationId, Refusal};

use utoipa::IntoParams;

use crate::failure::Failure;

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

/// An id that stands in a path under its own name.
pub(crate) trait Named: FromStr {
    /// The name of the path parameter, and of the field in answers.
    const NAME: &'static str;
}

impl Named for AccountId {
    const NAME: &'static str = "account_id";
}

impl Named for OperationId {
    const NAME: &'static str = "operation_id";
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
        text.parse().map(Self).map_err(|_| malformed().into())
    }
}
