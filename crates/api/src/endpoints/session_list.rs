use axum::extract::State;
use edge::Reply;
use identity::SessionView;
use kernel::{DeviceId, Moment, SessionId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::text;

/// Where the customer is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    /// The one used last first; never more than 48.
    items: Vec<Session>,
}

/// A living session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    #[serde(rename = "session_id")]
    #[schema(value_type = String, pattern = "^ses_[0-9a-f]{32}$")]
    id: SessionId,
    /// `mobile` for tokens, `browser` for a cookie.
    #[schema(example = "mobile", pattern = "^[a-z]{1,20}$")]
    kind: String,
    /// The bound device that it is on.
    #[schema(value_type = Option<String>, pattern = "^dev_[0-9a-f]{32}$")]
    device_id: Option<DeviceId>,
    /// What the customer calls the device.
    device_name: Option<String>,
    /// What the client says it is.
    client: String,
    /// The network that it was opened from.
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// The town or country that it was opened from, where the bank knows it.
    #[schema(example = "Toshkent, UZ")]
    place: Option<String>,
    /// When the customer last proved in it who they are.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    signed_in_at: Moment,
    /// When it was used last, to within five minutes.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Moment,
    /// When it ends at the latest.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    ends_at: Moment,
    /// Whether it is the one of this request.
    current: bool,
}

impl From<SessionView> for Session {
    fn from(view: SessionView) -> Self {
        Self {
            id: view.id,
            kind: view.kind,
            device_id: view.device,
            device_name: view.device_name,
            client: view.client,
            network: view.network,
            place: view.place,
            signed_in_at: view.proven_at,
            last_used_at: view.last_seen,
            ends_at: view.ends,
            current: view.current,
        }
    }
}

refusals!(Refusals: [SIGNED_IN],);

/// Shows where the customer is signed in.
#[utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "security",
    security(("bearer" = [])),
    responses((status = 200, description = "The sessions.", body = Sessions), Refusals)
)]
pub(crate) async fn list_sessions(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<Sessions>> {
    let sessions = api.identity().sessions(&ctx, ctx.customer()?).await?;
    Ok(Json(Sessions { items: sessions.into_iter().map(Session::from).collect() }))
}
