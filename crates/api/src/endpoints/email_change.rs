use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Customer, Json};
use crate::shapes::ChallengeView;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeEmail {
    /// The new address.
    #[schema(value_type = String, format = Email, max_length = 254, example = "jasur@example.uz")]
    pub email: Secret<String>,
}

refusals!(
    Refusals: [BODY, SIGNED_IN],
    EmailMalformed,
    StepUpRequired,
    ContactUnchanged,
    CodeResentTooSoon,
    CodeTriesUsedUp,
    TooManyRequests,
);

/// Begins to give or change the e-mail address: sends a one-time code to it.
///
/// It takes a second factor shown within five minutes. The address does not sign in.
#[utoipa::path(
    post,
    path = "/v1/me/email",
    tag = "contacts",
    security(("bearer" = [])),
    request_body = ChangeEmail,
    responses(
        (status = 202, description = "The code is on its way.", body = ChallengeView),
        Refusals
    )
)]
pub(crate) async fn change_email(
    State(api): State<Api>,
    caller: Anyone,
    Customer(ctx): Customer,
    Json(request): Json<ChangeEmail>,
) -> Reply<(StatusCode, Json<ChallengeView>)> {
    let email = input::email(request.email.expose(), "email")?;
    let challenge = api.identity().start_email_change(&ctx, &email, &caller.client).await?;
    Ok((StatusCode::ACCEPTED, Json(challenge.into())))
}
