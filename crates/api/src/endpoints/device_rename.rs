use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::{DeviceId, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, DevicePath, Json, PathId};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameDevice {
    /// What the customer calls the device.
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "Mening telefonim")]
    pub name: Secret<String>,
}

refusals!(Refusals: [BODY, SIGNED_IN], FieldInvalid, TextHoldsCard, NotFound);

/// Names one of the customer's devices.
#[utoipa::path(
    patch,
    path = "/v1/devices/{device_id}",
    tag = "security",
    security(("bearer" = [])),
    params(DevicePath),
    request_body = RenameDevice,
    responses((status = 204, description = "It has the name."), Refusals)
)]
pub(crate) async fn rename_device(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<DeviceId>,
    Json(request): Json<RenameDevice>,
) -> Reply<StatusCode> {
    api.identity().rename_device(&ctx, id, request.name.expose()).await?;
    Ok(StatusCode::NO_CONTENT)
}
