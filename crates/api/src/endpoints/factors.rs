use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use identity::{DeviceKey, Names, Owner, PasskeyView};
use kernel::{Moment, PasskeyId, Refusal, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json, PasskeyPath, PathId};
use crate::proofs::{PasskeyAnswer, PasskeyOptions};
use crate::shapes::{exposed, text};
use crate::{Api, input};

/// A passkey of the customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Passkey {
    #[serde(rename = "passkey_id")]
    #[schema(value_type = String, pattern = "^pky_[0-9a-f]{32}$")]
    id: PasskeyId,
    /// What the customer calls it.
    name: String,
    /// Whether its maker may copy it to other devices.
    may_sync: bool,
    /// Whether it is kept in more than one place now.
    synced: bool,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<String>,
}

impl From<PasskeyView> for Passkey {
    fn from(view: PasskeyView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            may_sync: view.may_sync,
            synced: view.synced,
            created_at: view.created_at,
            last_used_at: view.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// What the customer can prove who they are with, besides the password.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Factors {
    /// Whether a program for codes is set up.
    totp: bool,
    /// Recovery codes that were not used.
    recovery_codes_left: i64,
    passkeys: Vec<Passkey>,
    /// Whether this device has a PIN; `null` when the session is not on a bound device.
    pin: Option<bool>,
    /// Whether a code by SMS is enough as the second factor: until there is anything stronger.
    sms: bool,
}

refusals!(ListRefusals: [SIGNED_IN],);

/// What the customer can prove who they are with.
#[utoipa::path(
    get,
    path = "/v1/me/factors",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 200, description = "The factors.", body = Factors), ListRefusals)
)]
pub(crate) async fn get_factors(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<Factors>> {
    let view = api.identity().factors(&ctx).await?;
    Ok(Json(Factors {
        totp: view.totp,
        recovery_codes_left: view.recovery_codes_left,
        passkeys: view.passkeys.into_iter().map(Passkey::from).collect(),
        pin: view.pin,
        sms: view.sms,
    }))
}

/// A secret for a program that makes codes. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotpSecret {
    /// In base32, for typing.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^[A-Z2-7]{32}$")]
    secret: Secret<String>,
    /// For a QR code.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password)]
    uri: Secret<String>,
}

refusals!(
    TotpRefusals: [SIGNED_IN],
    StepUpRequired,
    FactorSetAlready,
);

/// Makes a secret for a program that makes codes (RFC 6238).
///
/// It counts for nothing until a code of it was shown.
#[utoipa::path(
    post,
    path = "/v1/me/factors/totp",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 201, description = "The secret.", body = TotpSecret), TotpRefusals)
)]
pub(crate) async fn begin_totp(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<(StatusCode, Json<TotpSecret>)> {
    let made = api.identity().begin_totp(&ctx).await?;
    Ok((StatusCode::CREATED, Json(TotpSecret { secret: made.secret, uri: made.uri })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmTotp {
    /// What the program shows.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "048213")]
    pub code: Secret<String>,
}

/// Codes for whoever lost everything else. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each is good once. `null` when the customer has codes already.
    #[schema(format = Password)]
    recovery_codes: Option<Vec<String>>,
}

impl From<Option<identity::RecoveryCodes>> for RecoveryCodes {
    fn from(codes: Option<identity::RecoveryCodes>) -> Self {
        let shown = |codes: identity::RecoveryCodes| {
            codes.0.iter().map(|code| code.expose().clone()).collect()
        };
        Self { recovery_codes: codes.map(shown) }
    }
}

refusals!(
    ConfirmRefusals: [BODY, SIGNED_IN],
    FieldInvalid,
    StepUpRequired,
    FactorSetAlready,
    FactorNotSet,
    AnswerWrong,
    TooManyRequests,
);

/// Takes the first code of a program: from now on it is asked for.
///
/// Whoever has no recovery codes gets some.
#[utoipa::path(
    post,
    path = "/v1/me/factors/totp/confirm",
    tag = "security",
    security(("bearer" = [])),
    request_body = ConfirmTotp,
    responses((status = 200, description = "It is set up.", body = RecoveryCodes), ConfirmRefusals)
)]
pub(crate) async fn confirm_totp(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<ConfirmTotp>,
) -> Reply<Json<RecoveryCodes>> {
    let codes = api.identity().confirm_totp(&ctx, &request.code).await?;
    Ok(Json(codes.into()))
}

refusals!(RemoveRefusals: [SIGNED_IN], StepUpRequired, FactorNotSet);

/// Takes the program for codes away. Other sessions that were opened with its codes end.
#[utoipa::path(
    delete,
    path = "/v1/me/factors/totp",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone."), RemoveRefusals)
)]
pub(crate) async fn remove_totp(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<StatusCode> {
    api.identity().remove_totp(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(RenewRefusals: [SIGNED_IN], StepUpRequired);

/// Makes new recovery codes. Those before are of no use any more.
#[utoipa::path(
    post,
    path = "/v1/me/factors/recovery-codes",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 201, description = "The codes.", body = RecoveryCodes), RenewRefusals)
)]
pub(crate) async fn renew_recovery_codes(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<(StatusCode, Json<RecoveryCodes>)> {
    let codes = api.identity().renew_recovery_codes(&ctx).await?;
    Ok((StatusCode::CREATED, Json(Some(codes).into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPin {
    #[schema(value_type = String, format = Password, pattern = "^[0-9]{6}$", example = "608537")]
    pub pin: Secret<String>,
}

refusals!(
    PinRefusals: [BODY, SIGNED_IN],
    FieldInvalid,
    PinTooCommon,
    StepUpRequired,
    DeviceNotBound,
);

/// Sets the PIN of this device, or another in its place.
#[utoipa::path(
    put,
    path = "/v1/me/factors/pin",
    tag = "security",
    security(("bearer" = [])),
    request_body = SetPin,
    responses((status = 204, description = "It is set."), PinRefusals)
)]
pub(crate) async fn set_pin(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<SetPin>,
) -> Reply<StatusCode> {
    api.identity().set_pin(&ctx, &request.pin).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetDeviceKey {
    pub key: PublicKey,
    /// By the key, over the id of this session: ES256 as in JWS, in base64url.
    #[schema(value_type = String, pattern = "^[0-9A-Za-z_-]{86}$")]
    pub signature: Secret<String>,
}

/// The public half of a key on P-256 (RFC 7517).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicKey {
    #[schema(pattern = "^EC$")]
    pub kty: String,
    #[schema(pattern = "^P-256$")]
    pub crv: String,
    #[schema(pattern = "^[0-9A-Za-z_-]{43}$")]
    pub x: String,
    #[schema(pattern = "^[0-9A-Za-z_-]{43}$")]
    pub y: String,
}

impl PublicKey {
    fn read(&self) -> Result<DeviceKey, Refusal> {
        let right = self.kty == "EC" && self.crv == "P-256";
        let key = DeviceKey::from_coordinates(&self.x, &self.y).filter(|_| right);
        key.ok_or_else(|| input::invalid("key"))
    }
}

refusals!(
    DeviceKeyRefusals: [BODY, SIGNED_IN],
    FieldInvalid,
    AnswerWrong,
    StepUpRequired,
    DeviceNotBound,
);

/// Gives this device the key with which it confirms payments, or another in its place.
///
/// The app makes it so that the telephone asks for its user at each use. The key of the `DPoP`
/// proofs, which asks nobody, is not taken.
#[utoipa::path(
    put,
    path = "/v1/me/factors/device-key",
    tag = "security",
    security(("bearer" = [])),
    request_body = SetDeviceKey,
    responses((status = 204, description = "It is set."), DeviceKeyRefusals)
)]
pub(crate) async fn set_device_key(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<SetDeviceKey>,
) -> Reply<StatusCode> {
    let key = request.key.read()?;
    api.identity().set_device_key(&ctx, &key, &request.signature).await?;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(RemovePinRefusals: [SIGNED_IN], StepUpRequired, DeviceNotBound, FactorNotSet);

/// Takes the PIN of this device away.
#[utoipa::path(
    delete,
    path = "/v1/me/factors/pin",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone."), RemovePinRefusals)
)]
pub(crate) async fn remove_pin(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<StatusCode> {
    api.identity().remove_pin(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(StartRefusals: [SIGNED_IN], StepUpRequired, PasskeysTooMany);

/// Begins to add a passkey.
#[utoipa::path(
    post,
    path = "/v1/me/passkeys/start",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 200, description = "What to make.", body = PasskeyOptions), StartRefusals)
)]
pub(crate) async fn start_passkey(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<PasskeyOptions>> {
    let person = api.customers().profile(&ctx).await?;
    let name = person.masked_name();
    let names = Names { account: &name, person: &name };
    Ok(Json(api.identity().start_own_passkey(&ctx, names).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddPasskey {
    pub passkey: PasskeyAnswer,
    /// What to call it.
    #[schema(min_length = 1, max_length = 60, example = "Telefon")]
    pub name: String,
}

/// A passkey that was added, and recovery codes for whoever had none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedPasskey {
    #[schema(value_type = String, pattern = "^pky_[0-9a-f]{32}$")]
    passkey_id: PasskeyId,
    #[serde(flatten)]
    codes: RecoveryCodes,
}

refusals!(
    AddRefusals: [BODY, SIGNED_IN],
    FieldInvalid,
    TextHoldsCard,
    StepUpRequired,
    PasskeyChallengeOver,
    PasskeyUnsuitable,
    PasskeyRefused,
    PasskeyKnown,
    PasskeysTooMany,
);

/// Adds a passkey that the customer's authenticator made.
#[utoipa::path(
    post,
    path = "/v1/me/passkeys",
    tag = "security",
    security(("bearer" = [])),
    request_body = AddPasskey,
    responses((status = 201, description = "It is added.", body = AddedPasskey), AddRefusals)
)]
pub(crate) async fn add_passkey(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<AddPasskey>,
) -> Reply<(StatusCode, Json<AddedPasskey>)> {
    let (id, answer) = request.passkey.read()?;
    let (passkey_id, codes) =
        api.identity().add_own_passkey(&ctx, (id, &answer), &request.name).await?;
    Ok((StatusCode::CREATED, Json(AddedPasskey { passkey_id, codes: codes.into() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenamePasskey {
    #[schema(min_length = 1, max_length = 60, example = "Telefon")]
    pub name: String,
}

refusals!(RenameRefusals: [BODY, SIGNED_IN], FieldInvalid, TextHoldsCard, NotFound);

/// Gives a passkey another name.
#[utoipa::path(
    patch,
    path = "/v1/me/passkeys/{passkey_id}",
    tag = "security",
    security(("bearer" = [])),
    params(PasskeyPath),
    request_body = RenamePasskey,
    responses((status = 204, description = "It is renamed."), RenameRefusals)
)]
pub(crate) async fn rename_passkey(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<PasskeyId>,
    Json(request): Json<RenamePasskey>,
) -> Reply<StatusCode> {
    let owner = Owner::Customer(ctx.customer()?);
    api.identity().rename_passkey(&ctx, owner, id, &request.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(RemovePasskeyRefusals: [SIGNED_IN], FieldInvalid, StepUpRequired, NotFound);

/// Removes a passkey. Other sessions that were opened with one end.
#[utoipa::path(
    delete,
    path = "/v1/me/passkeys/{passkey_id}",
    tag = "security",
    security(("bearer" = [])),
    params(PasskeyPath),
    responses((status = 204, description = "It is gone."), RemovePasskeyRefusals)
)]
pub(crate) async fn remove_passkey(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<PasskeyId>,
) -> Reply<StatusCode> {
    api.identity().remove_own_passkey(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
