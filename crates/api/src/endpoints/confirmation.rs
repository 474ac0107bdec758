use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use identity::Act;
use kernel::{ChallengeId, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{ChallengePath, Customer, Json, PathId};
use crate::proofs::{AnswerInput, Confirmation, PasskeyOptions};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskTransferConfirmation {
    /// What the preview gave.
    #[schema(
        value_type = String,
        max_length = 4096,
        pattern = "^[0-9A-Za-z_-]+$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub quote: Secret<String>,
}

refusals!(
    TransferRefusals: [BODY, SIGNED_IN],
    QuoteNotFound,
    QuoteExpired,
    TooManyRequests,
);

/// Asks the customer to confirm a previewed transfer.
///
/// The confirmation is bound to what the preview shows: amount, payee, both accounts. A code is
/// sent by SMS at once when there is no other way.
#[utoipa::path(
    post,
    path = "/v1/transfers/confirmation",
    tag = "transfers",
    security(("bearer" = [])),
    request_body = AskTransferConfirmation,
    responses(
        (status = 201, description = "It waits for its answer.", body = Confirmation),
        TransferRefusals
    )
)]
pub(crate) async fn ask_transfer_confirmation(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<AskTransferConfirmation>,
) -> Reply<(StatusCode, Json<Confirmation>)> {
    let asked = api.payments().ask_confirmation(&ctx, request.quote.expose()).await?;
    Ok((StatusCode::CREATED, Json(asked.into())))
}

refusals!(AskRefusals: [SIGNED_IN], TooManyRequests);

/// Asks the customer to confirm that it is they who change security settings.
///
/// Once answered, they can be changed in this session for five minutes.
#[utoipa::path(
    post,
    path = "/v1/me/confirmation",
    tag = "security",
    security(("bearer" = [])),
    responses(
        (status = 201, description = "It waits for its answer.", body = Confirmation),
        AskRefusals
    )
)]
pub(crate) async fn ask_security_confirmation(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<(StatusCode, Json<Confirmation>)> {
    let asked = api.identity().ask_confirmation(&ctx, &Act::Security).await?;
    Ok((StatusCode::CREATED, Json(asked.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerConfirmation {
    pub answer: AnswerInput,
}

refusals!(
    AnswerRefusals: [BODY, SIGNED_IN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    AnswerWrong,
    AnswerTriesUsedUp,
    DeviceNotBound,
    PinLocked,
    PasskeyChallengeOver,
    TooManyRequests,
);

/// Answers a confirmation of this session.
///
/// A refusal does not tell what was wrong about the answer. Five wrong ones end it.
#[utoipa::path(
    post,
    path = "/v1/confirmations/{challenge_id}/answer",
    tag = "security",
    security(("bearer" = [])),
    params(ChallengePath),
    request_body = AnswerConfirmation,
    responses((status = 204, description = "It is confirmed."), AnswerRefusals)
)]
pub(crate) async fn answer_confirmation(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<ChallengeId>,
    Json(request): Json<AnswerConfirmation>,
) -> Reply<StatusCode> {
    let answer = request.answer.read()?;
    api.identity().answer_confirmation(&ctx, id, &answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(
    CodeRefusals: [SIGNED_IN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    CodeResentTooSoon,
    TooManyRequests,
);

/// Sends another code by SMS for a confirmation.
#[utoipa::path(
    post,
    path = "/v1/confirmations/{challenge_id}/code",
    tag = "security",
    security(("bearer" = [])),
    params(ChallengePath),
    responses((status = 202, description = "It is on its way."), CodeRefusals)
)]
pub(crate) async fn send_confirmation_code(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<ChallengeId>,
) -> Reply<StatusCode> {
    api.identity().send_confirmation_code(&ctx, id).await?;
    Ok(StatusCode::ACCEPTED)
}

refusals!(
    PasskeyRefusals: [SIGNED_IN],
    FieldInvalid,
    ChallengeOver,
    MethodNotOffered,
    PasskeyRefused,
    TooManyRequests,
);

/// Asks the customer's passkeys to sign what is confirmed.
#[utoipa::path(
    post,
    path = "/v1/confirmations/{challenge_id}/passkey",
    tag = "security",
    security(("bearer" = [])),
    params(ChallengePath),
    responses((status = 200, description = "What to sign.", body = PasskeyOptions), PasskeyRefusals)
)]
pub(crate) async fn start_confirmation_passkey(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<ChallengeId>,
) -> Reply<Json<PasskeyOptions>> {
    let started = api.identity().start_confirmation_passkey(&ctx, id).await?;
    Ok(Json(started.into()))
}
