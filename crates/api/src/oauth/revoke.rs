use axum::extract::State;
use axum::http::StatusCode;

use super::refusal::Refused;
use super::token::one;
use crate::Api;
use crate::extract::{Anyone, Form};

/// Ends the session of a token (RFC 7009). Whatever the token is, the answer is the same.
pub(super) async fn revoke(
    State(api): State<Api>,
    caller: Anyone,
    form: Result<Form, edge::Failure>,
) -> Result<StatusCode, Refused> {
    let Form(fields) = form?;
    let token = one(&fields, "token").ok_or(Refused::invalid("invalid_request"))?;
    api.identity().revoke_token(&caller.ctx, token).await?;
    Ok(StatusCode::OK)
}
