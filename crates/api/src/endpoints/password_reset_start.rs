use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::{Moment, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::shapes::{ChallengeView, exposed, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartPasswordReset {
    /// The phone that signs in.
    #[schema(value_type = String, pattern = r"^\+?998[0-9]{9}$", example = "+998901234567")]
    pub phone: Secret<String>,
}

/// A reset that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasswordResetView {
    /// The code, which was sent if the phone is a customer's.
    challenge: ChallengeView,
    /// To be shown with every further step. Shown once.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^bk_pr_[0-9A-Za-z_-]{49}$")]
    reset_key: Secret<String>,
    /// When the reset is over.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

refusals!(
    Refusals: [BODY, GIVEN],
    PhoneMalformed,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Begins a password reset: sends a one-time code to a customer's phone.
///
/// The answer is the same whether or not the phone is a customer's, and takes as long.
#[utoipa::path(
    post,
    path = "/v1/password-reset",
    tag = "recovery",
    request_body = StartPasswordReset,
    responses(
        (status = 202, description = "A customer gets a code.", body = PasswordResetView),
        Refusals
    )
)]
pub(crate) async fn start_password_reset(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<StartPasswordReset>,
) -> Reply<(StatusCode, Json<PasswordResetView>)> {
    let phone = input::phone(request.phone.expose(), "phone")?;
    let started = api.identity().start_reset(&caller.ctx, &phone, &caller.client).await?;
    let view = PasswordResetView {
        challenge: started.challenge.into(),
        reset_key: started.key,
        expires_at: started.expires_at,
    };
    Ok((StatusCode::ACCEPTED, Json(view)))
}
