use axum::extract::State;
use axum::http::StatusCode;
use customers::DocumentProof;
use edge::Reply;
use identity::Answer;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::proofs::PasskeyAnswer;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProvePasswordReset {
    /// What the first step gave.
    #[schema(value_type = String, format = Password, pattern = "^bk_pr_[0-9A-Za-z_-]{49}$")]
    pub reset_key: Secret<String>,
    /// What is shown beside the code to the phone.
    pub proof: SecondProof,
}

/// One of the ways to show more than the phone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SecondProof {
    /// The request comes from a device that the customer bound, and proves its key.
    Device {},
    /// The identity document that the customer declared, and their date of birth.
    Document {
        /// Series and number.
        #[schema(value_type = String, pattern = "^[A-Z]{2}[0-9]{7}$", example = "AA1234567")]
        number: Secret<String>,
        #[schema(value_type = String, format = Date, example = "1990-05-17")]
        birth_date: Secret<String>,
    },
    /// A passkey of the customer's, with what it answered to `/v1/sign-in/passkey`.
    Passkey {
        /// What it answered.
        passkey: PasskeyAnswer,
    },
    /// A code of the customer's program for codes.
    Totp {
        #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "048213")]
        code: Secret<String>,
    },
    /// One of the recovery codes that the customer keeps.
    RecoveryCode {
        #[schema(value_type = String)]
        code: Secret<String>,
    },
    /// The code that the bank gave the customer in person.
    AssistedCode {
        #[schema(value_type = String, example = "7K3MQ-9ZX0T")]
        code: Secret<String>,
    },
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    DocumentMalformed,
    ResetOver,
    ResetProofWrong,
    TooManyRequests,
);

/// Shows the second proof.
///
/// One reset takes five tries, and does not tell what about a proof was wrong. A device or a
/// document counts when the customer has had it for twelve hours.
#[utoipa::path(
    post,
    path = "/v1/password-reset/prove",
    tag = "recovery",
    request_body = ProvePasswordReset,
    responses((status = 204, description = "The proof is right."), Refusals)
)]
pub(crate) async fn prove_password_reset(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<ProvePasswordReset>,
) -> Reply<StatusCode> {
    let by = caller.resetting(&request.reset_key);
    match &request.proof {
        SecondProof::Device {} => api.identity().prove_reset_by_device(&caller.ctx, by).await?,
        SecondProof::Document { number, birth_date } => {
            let birth_date = input::day(birth_date.expose(), "birth_date")?;
            let shown = DocumentProof { number: number.clone(), birth_date };
            api.customers().prove_reset_by_document(&caller.ctx, by, &shown).await?;
        }
        SecondProof::Passkey { passkey } => {
            let (id, answer) = passkey.read()?;
            api.identity().prove_reset_by_passkey(&caller.ctx, by, (id, &answer)).await?;
        }
        SecondProof::Totp { code } => {
            let answer = Answer::Totp(code.clone());
            api.identity().prove_reset_by_code(&caller.ctx, by, &answer).await?;
        }
        SecondProof::RecoveryCode { code } => {
            let answer = Answer::Recovery(code.clone());
            api.identity().prove_reset_by_code(&caller.ctx, by, &answer).await?;
        }
        SecondProof::AssistedCode { code } => {
            api.identity().prove_reset_by_assisted_code(&caller.ctx, by, code).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
