use axum::extract::State;
use edge::Reply;
use kernel::{Moment, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Anyone, Json};
use crate::shapes::{exposed, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifySignUpCode {
    #[schema(pattern = "^chl_[0-9a-f]{32}$", example = "chl_019ab2c47d107c3e8f000123456789ab")]
    pub challenge_id: String,
    /// The six digits from the message.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "048213")]
    pub code: Secret<String>,
}

/// Proof that the phone was proven.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhoneProof {
    /// To complete the sign-up with, once.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^bk_su_[0-9A-Za-z_-]{49}$")]
    ticket: Secret<String>,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

refusals!(Refusals: [BODY], FieldInvalid, CodeWrong, CodeExpired, CodeTriesUsedUp);

/// Proves the phone with the code.
///
/// Three wrong codes in a row make the phone wait for fifteen minutes.
#[utoipa::path(
    post,
    path = "/v1/sign-up/verify",
    tag = "sign-up",
    request_body = VerifySignUpCode,
    responses((status = 200, description = "The code is right.", body = PhoneProof), Refusals)
)]
pub(crate) async fn verify_sign_up_code(
    State(api): State<Api>,
    caller: Anyone,
    Json(request): Json<VerifySignUpCode>,
) -> Reply<Json<PhoneProof>> {
    let id = input::id(&request.challenge_id, "challenge_id")?;
    let proof = api.identity().verify_code(&caller.ctx, id, &request.code).await?;
    Ok(Json(PhoneProof { ticket: proof.ticket, expires_at: proof.expires_at }))
}
