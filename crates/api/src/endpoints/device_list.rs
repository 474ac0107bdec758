use axum::extract::State;
use edge::Reply;
use kernel::{DeviceId, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::text;

/// The devices that the customer signs in with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Devices {
    /// The one used last first; never more than 48.
    items: Vec<Device>,
}

/// A bound device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Device {
    #[serde(rename = "device_id")]
    #[schema(value_type = String, pattern = "^dev_[0-9a-f]{32}$")]
    id: DeviceId,
    /// `app` for one known by its key, `browser` for one known by a cookie.
    #[schema(value_type = String, example = "app", pattern = "^(app|browser)$")]
    kind: &'static str,
    /// `cooling` while payments from it are small.
    #[schema(value_type = String, example = "active", pattern = "^(cooling|active)$")]
    state: &'static str,
    /// Until when payments from it are small.
    #[schema(value_type = Option<String>, format = DateTime)]
    cooling_until: Option<String>,
    /// What the customer calls it.
    #[schema(example = "Mening telefonim")]
    name: String,
    /// What it says it is.
    platform: String,
    /// The network that it was bound in.
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// The town or country that it was bound in, where the bank knows it.
    #[schema(example = "Toshkent, UZ")]
    place: Option<String>,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    bound_at: Moment,
    /// When it was used last, to within five minutes.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Moment,
}

impl Device {
    fn new(device: identity::Device, now: Moment) -> Self {
        let cooling_until = device.cooling_until.filter(|until| now < *until);
        Self {
            id: device.id,
            kind: device.kind.as_str(),
            state: device.state_at(now).as_str(),
            cooling_until: cooling_until.map(|until| until.to_string()),
            name: device.name,
            platform: device.platform,
            network: device.network,
            place: device.place,
            bound_at: device.created_at,
            last_used_at: device.last_seen,
        }
    }
}

refusals!(Refusals: [SIGNED_IN],);

/// Shows the devices that the customer signs in with.
#[utoipa::path(
    get,
    path = "/v1/devices",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 200, description = "The devices.", body = Devices), Refusals)
)]
pub(crate) async fn list_devices(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<Devices>> {
    let devices = api.identity().devices(&ctx, ctx.customer()?).await?;
    let now = ctx.now();
    Ok(Json(Devices { items: devices.into_iter().map(|d| Device::new(d, now)).collect() }))
}
