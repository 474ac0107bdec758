use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use identity::Purpose;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Json};
use crate::shapes::ChallengeView;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartSignUp {
    /// A mobile number of Uzbekistan.
    #[schema(value_type = String, pattern = r"^\+?998[0-9]{9}$", example = "+998901234567")]
    pub phone: Secret<String>,
}

refusals!(Refusals: [BODY], PhoneMalformed, CodeResentTooSoon, CodeTriesUsedUp, TooManyRequests);

/// Begins a sign-up: sends a one-time code to a phone.
///
/// The answer is the same whether or not the phone is a customer's.
#[utoipa::path(
    post,
    path = "/v1/sign-up",
    tag = "sign-up",
    request_body = StartSignUp,
    responses(
        (status = 202, description = "The code is on its way.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn start_sign_up(
    State(api): State<Api>,
    caller: Anyone,
    Json(request): Json<StartSignUp>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let phone = input::phone(request.phone.expose(), "phone")?;
    let challenge = api
        .identity()
        .start_phone_challenge(&caller.ctx, &phone, Purpose::SignUp, &caller.client)
        .await?;
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
