use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::DeviceId;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, DevicePath, PathId};

refusals!(Refusals: [SIGNED_IN], FieldInvalid, NotFound, StepUpRequired);

/// Unbinds one of the customer's devices: its sessions end, and it comes back only as a new device.
/// Another than the one that asks takes a second factor that was shown within five minutes.
#[utoipa::path(
    delete,
    path = "/v1/devices/{device_id}",
    tag = "security",
    security(("bearer" = [])),
    params(DevicePath),
    responses((status = 204, description = "It is unbound."), Refusals)
)]
pub(crate) async fn unbind_device(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(id): PathId<DeviceId>,
) -> Reply<StatusCode> {
    api.identity().unbind_device(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
