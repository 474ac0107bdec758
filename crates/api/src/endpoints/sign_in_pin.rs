use axum::extract::State;
use edge::Reply;
use identity::Door;
use kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::shapes::Tokens;
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInByPin {
    /// The bound device, whose key the request proves.
    #[schema(pattern = "^dev_[0-9a-f]{32}$", example = "dev_019ab2c47d107c3e8f000123456789ab")]
    pub device_id: String,
    #[schema(value_type = String, format = Password, pattern = "^[0-9]{6}$", example = "608537")]
    pub pin: Secret<String>,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    SignInFailed,
    SignInStopped,
    PinLocked,
    PasswordNeeded,
    TooManyRequests,
);

/// Signs a customer in by the PIN of a bound device.
///
/// Five wrong PINs in a row switch the PIN of this device off, and the last of them is refused as
/// `pin_locked`; the password goes on working.
#[utoipa::path(
    post,
    path = "/v1/sign-in/pin",
    tag = "session",
    request_body = SignInByPin,
    responses((status = 200, description = "Signed in.", body = Tokens), Refusals)
)]
pub(crate) async fn sign_in_by_pin(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<SignInByPin>,
) -> Reply<Json<Tokens>> {
    let device = input::id(&request.device_id, "device_id")?;
    let by = (device, &request.pin);
    let entered = api.identity().sign_in_by_pin(&caller.ctx, by, Door::App, &caller.client).await?;
    let tokens = entered.session.app()?;
    caller.is(&tokens);
    Ok(Json(tokens.into()))
}
