use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Customer, Json};
use crate::shapes::ChallengeView;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendContactCode {
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub challenge_id: String,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    FieldInvalid,
    CodeExpired,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Sends another code to a new contact; the ones before end.
#[utoipa::path(
    post,
    path = "/v1/me/contact-codes/resend",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = ResendContactCode,
    responses(
        (status = 202, description = "The code is on its way.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn resend_contact_code(
    State(api): State<Api>,
    caller: Anyone,
    Customer(ctx): Customer,
    Json(request): Json<ResendContactCode>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let id = input::id(&request.challenge_id, "challenge_id")?;
    let challenge = api.identity().resend_code(&ctx, id, &caller.client).await?;
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
