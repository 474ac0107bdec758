//! Devices: the list, the name of one, and its end.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Fields, Reply, cookies, signed_out};
use identity::{Device, DeviceState};
use kernel::{Code, DeviceId, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{
    Banner, Button, Field, KeyValue, Row, Tone, badge, card, chevron, empty_state, form_actions,
    key_values, lead_icon, list,
};

use super::{DEVICES, SECURITY, confirm};
use crate::Web;
use crate::agent;
use crate::pages::common::{self, Problem, when, when_within, whence};
use crate::pages::sign_in;
use crate::shell::{FORM, Page};
use crate::view::{DEVICE, SESSION, SignedIn, View, see_other, with_cookie};
use crate::words::t;

/// The device that the session is on.
pub(super) fn here(view: &View) -> Option<DeviceId> {
    view.ctx.assurance.and_then(|assurance| assurance.device)
}

/// The bound devices, this one first.
pub(super) async fn known(web: &Web, view: &View) -> Result<Vec<Device>> {
    let mut devices = web.identity().devices(&view.ctx, view.ctx.customer()?).await?;
    devices.sort_by_key(|device| Some(device.id) != here(view));
    Ok(devices)
}

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let devices = known(&web, &view).await?;
    let rows: Vec<_> = devices.iter().map(|device| row(&view, device)).collect();
    let title = t!(words, "security-devices");
    let main = html! {
        p.lead-in { (t!(words, "devices-text")) }
        @if rows.is_empty() {
            (empty_state("devices", &t!(words, "devices-none"), &t!(words, "devices-none-text"),
                &html! {}))
        } @else {
            (list(&title, &rows))
        }
    };
    Ok(Page::new(&title).back(SECURITY).main(main).respond(&view))
}

fn row(view: &View, device: &Device) -> Markup {
    let href = format!("{DEVICES}/{}", device.id);
    Row::new(&device.name)
        .sub_markup(html! {
            (t!(view.words, "devices-used", when = when_within(view, device.last_seen)))
            @if let Some(state) = state(view, device) { " " (state) }
        })
        .href(&href)
        .lead(lead_icon(agent::icon(&device.platform)))
        .trail(chevron())
        .render()
}

/// What is worth saying of a device beside its name.
fn state(view: &View, device: &Device) -> Option<Markup> {
    let words = view.words;
    if here(view) == Some(device.id) {
        return Some(badge(Tone::Good, &t!(words, "devices-this")));
    }
    match device.state_at(view.ctx.now()) {
        DeviceState::Cooling => Some(badge(Tone::Warn, &t!(words, "devices-cooling"))),
        DeviceState::Active => None,
    }
}

async fn one(web: &Web, view: &View, id: &str) -> Result<Device> {
    let id: DeviceId = id.parse().map_err(|()| Code::NotFound)?;
    let devices = known(web, view).await?;
    devices.into_iter().find(|device| device.id == id).ok_or(Code::NotFound.into())
}

pub(super) async fn show_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let device = one(&web, &view, &id).await?;
    Ok(page(&web, &view, &device, None).await?.respond(&view))
}

async fn page(web: &Web, view: &View, device: &Device, refusal: Option<&Refusal>) -> Result<Page> {
    let words = view.words;
    // This device may always leave; another only by a proof of who asks.
    let closed = self::here(view) != Some(device.id) && confirm::is_closed(web, view).await?;
    let problem = refusal.map(|r| Problem::of(view.lang(), r)).unwrap_or_default();
    let here = format!("{DEVICES}/{}", device.id);
    let (label, save) = (t!(words, "devices-name"), t!(words, "save"));
    let main = html! {
        (problem.notice(words, &["name"]))
        (card(&facts(view, device)))
        form #(FORM) method="post" action={ (here) "/name" } {
            (view.token())
            (Field::new("name", &label).value(&device.name).error(problem.at("name"))
                .autocomplete("off").attr("maxlength", "60"))
            (form_actions(&Button::primary(&save).render()))
        }
        (remove(view, device, &here, closed))
    };
    let page = Page::new(&device.name).back(DEVICES).main(main);
    Ok(super::with_refusal(page, refusal))
}

fn facts(view: &View, device: &Device) -> Markup {
    let words = view.words;
    let keys = [
        t!(words, "devices-what"),
        t!(words, "devices-since"),
        t!(words, "devices-last"),
        t!(words, "devices-place"),
        t!(words, "devices-limits"),
    ];
    let [what, since, last, place, limits] = &keys;
    let mut lines = vec![
        KeyValue::text(what, &agent::name(&device.platform)),
        KeyValue::text(since, &when(view, device.created_at)),
        KeyValue::text(last, &when(view, device.last_seen)),
        KeyValue::text(place, &whence(view, &device.network, device.place.as_deref())),
    ];
    let cooling = device.cooling_until.filter(|until| *until > view.ctx.now());
    if let Some(until) = cooling {
        let until = t!(words, "devices-until", when = common::until(view, until));
        lines.push(KeyValue::text(limits, &until));
    }
    html! { (key_values(&lines)) @if let Some(state) = state(view, device) { p { (state) } } }
}

fn remove(view: &View, device: &Device, address: &str, closed: bool) -> Markup {
    let words = view.words;
    let title = t!(words, "devices-remove");
    let text = if here(view) == Some(device.id) {
        t!(words, "devices-remove-this")
    } else {
        t!(words, "devices-remove-text")
    };
    let button = Button::danger(&title).icon("trash");
    let form = html! {
        @if closed {
            (confirm::start_form(view, address, &button))
        } @else {
            form.stack method="post" action={ (address) "/remove" } hx-boost="false" {
                (view.token())
                (button)
            }
        }
    };
    Banner::new(Tone::Warn, &title, &text).action(form).render()
}

pub(super) async fn rename(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let device = one(&web, &view, &id).await?;
    match web.identity().rename_device(&view.ctx, device.id, fields.text("name")).await {
        Ok(()) => Ok(see_other(DEVICES)),
        Err(Error::Refused(refusal)) if refusal.code == Code::TextHoldsCard => {
            Ok(page(&web, &view, &device, Some(&refusal)).await?.respond(&view))
        }
        Err(Error::Refused(_)) => {
            let label = t!(view.words, "devices-name");
            let refusal = Refusal::new(Code::FieldInvalid).field("name").value("field", label);
            Ok(page(&web, &view, &device, Some(&refusal)).await?.respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Its sessions end with it: of this device, the one that asks.
pub(super) async fn remove_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Reply<Response> {
    let device = one(&web, &view, &id).await?;
    match web.identity().unbind_device(&view.ctx, device.id).await {
        Ok(()) => {}
        Err(error) if error.code() == Some(Code::StepUpRequired) => {
            let here = format!("{DEVICES}/{}", device.id);
            let title = t!(view.words, "devices-remove");
            return Ok(confirm::closed(&view, &title, &here).respond(&view));
        }
        Err(error) => return Err(error.into()),
    }
    if here(&view) != Some(device.id) {
        return Ok(see_other(DEVICES));
    }
    let response = signed_out("/welcome", cookies::clear(web.site(), SESSION)?);
    // Others for whom the browser is bound keep what it is known by.
    let others = match sign_in::device(&web, &headers) {
        Some(cookie) => !web.identity().devices_of_cookie(cookie, None).await?.is_empty(),
        None => false,
    };
    if others {
        return Ok(response);
    }
    Ok(with_cookie(response, cookies::clear(web.site(), DEVICE)?))
}
