//! The devices and sessions of a customer: seen, and ended.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Query, Reply, see_other};
use identity::{Device, DeviceKind, DeviceState, SessionView};
use kernel::{Code, CustomerId, Permission};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Table, panel};
use ui::{Banner, Button, Tone, agent, badge, empty_state, format};

use super::super::common::time;
use super::profile::who;
use super::{Part, customer_id, page};
use crate::Admin;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// The field of the address that says that something was ended.
const ENDED: &str = "done";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/customers/{id}/security", get(show))
        .route("/customers/{id}/sessions/end-all", post(end_all))
        .route("/customers/{id}/sessions/{session}/end", post(end_session))
        .route("/customers/{id}/devices/{device}/end", post(end_device))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let profile = admin.desk().profile(&view.ctx, id).await?;
    let sessions = admin.desk().sessions(&view.ctx, id).await?;
    let devices = admin.desk().devices(&view.ctx, id).await?;
    let content = html! {
        @if query.has(ENDED) {
            (Banner::new(Tone::Good, &t!(view.words, "session-ended-notice"), ""))
        }
        (sessions_panel(&view, id, &sessions))
        (devices_panel(&view, id, &devices))
    };
    Ok(page(&view, &who(view.words, &profile), Part::Security, &content).respond(&view))
}

fn sessions_panel(view: &View, id: CustomerId, sessions: &[SessionView]) -> Markup {
    let words = view.words;
    let title = t!(words, "sessions-title");
    if sessions.is_empty() {
        let none = t!(words, "sessions-none");
        return panel(&title, &html! {}, &empty_state("desktop", "", &none, &html! {}));
    }
    let may_end = view.may(Permission::CustomerEndSessions);
    let columns = [
        Column::text(t!(words, "session-client")),
        Column::text(t!(words, "session-kind")),
        Column::text(t!(words, "session-place")),
        Column::time(t!(words, "session-began")),
        Column::time(t!(words, "session-seen")),
        Column::actions(t!(words, "actions")),
    ];
    let all = html! {
        @if may_end {
            form method="post" action={ "/customers/" (id) "/sessions/end-all" } {
                (view.token())
                (Button::danger(&t!(words, "session-end-all")))
            }
        }
    };
    let rows = sessions.iter().map(|session| {
        Cells::plain(html! { span title=(session.client) { (program(session)) } })
            .text(&session_kind(words, &session.kind))
            .text(&whence(&session.network, session.place.as_deref()))
            .cell(time(view, session.proven_at))
            .cell(time(view, session.last_seen))
            .cell(html! {
                @if may_end {
                    form method="post"
                        action={ "/customers/" (id) "/sessions/" (session.id) "/end" } {
                        (view.token())
                        button.link-btn type="submit"
                            aria-label={ (t!(words, "session-end")) ": " (program(session)) } {
                            (t!(words, "session-end"))
                        }
                    }
                }
            })
    });
    panel(&title, &all, &Table::new(&title, &columns).rows(rows).render())
}

/// The program of a session, and what its customer calls the device that it is on.
fn program(session: &SessionView) -> String {
    let program = agent::name(&session.client);
    match session.device_name.as_deref().filter(|name| *name != program) {
        Some(name) => format!("{name} ({program})"),
        None => program,
    }
}

fn session_kind(words: Words, kind: &str) -> String {
    match kind {
        "browser" => t!(words, "session-browser"),
        _ => t!(words, "session-mobile"),
    }
}

fn devices_panel(view: &View, id: CustomerId, devices: &[Device]) -> Markup {
    let words = view.words;
    let title = t!(words, "devices-title");
    if devices.is_empty() {
        let none = t!(words, "devices-none");
        return panel(&title, &html! {}, &empty_state("devices", "", &none, &html! {}));
    }
    let may_end = view.may(Permission::CustomerEndSessions);
    let columns = [
        Column::text(t!(words, "device-name")),
        Column::text(t!(words, "device-kind")),
        Column::text(t!(words, "device-state")),
        Column::text(t!(words, "session-place")),
        Column::time(t!(words, "device-bound")),
        Column::time(t!(words, "device-seen")),
        Column::actions(t!(words, "actions")),
    ];
    let rows = devices.iter().map(|device| {
        let state = device.state_at(view.ctx.now());
        Cells::plain(html! { (device.name) })
            .beside(&html! { span.sub title=(device.platform) { (agent::name(&device.platform)) } })
            .text(&device_kind(words, device.kind))
            .cell(device_state(words, state))
            .text(&whence(&device.network, device.place.as_deref()))
            .cell(time(view, device.created_at))
            .cell(time(view, device.last_seen))
            .cell(html! {
                @if may_end {
                    form method="post"
                        action={ "/customers/" (id) "/devices/" (device.id) "/end" } {
                        (view.token())
                        button.link-btn type="submit"
                            aria-label={ (t!(words, "device-end")) ": " (device.name) } {
                            (t!(words, "device-end"))
                        }
                    }
                }
            })
    });
    panel(&title, &html! {}, &Table::new(&title, &columns).rows(rows).render())
}

/// The network, after the town or country where the bank knows it.
fn whence(network: &str, place: Option<&str>) -> String {
    let network = format::network(network);
    match place {
        Some(place) => format!("{place} · {network}"),
        None => network,
    }
}

fn device_kind(words: Words, kind: DeviceKind) -> String {
    match kind {
        DeviceKind::App => t!(words, "device-app"),
        DeviceKind::Browser => t!(words, "device-browser"),
    }
}

fn device_state(words: Words, state: DeviceState) -> Markup {
    let (tone, text) = match state {
        DeviceState::Cooling => (Tone::Warn, t!(words, "device-cooling")),
        DeviceState::Active => (Tone::Good, t!(words, "device-active")),
    };
    badge(tone, &text)
}

async fn end_all(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    admin.desk().end_sessions(&view.ctx, id).await?;
    Ok(done(id))
}

async fn end_session(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path((id, session)): Path<(String, String)>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let session = session.parse().map_err(|()| Code::NotFound)?;
    admin.desk().end_session(&view.ctx, id, session).await?;
    Ok(done(id))
}

async fn end_device(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path((id, device)): Path<(String, String)>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let device = device.parse().map_err(|()| Code::NotFound)?;
    admin.desk().end_device(&view.ctx, id, device).await?;
    Ok(done(id))
}

fn done(id: CustomerId) -> Response {
    see_other(&format!("/customers/{id}/security?{ENDED}=1"))
}
