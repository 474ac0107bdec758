//! Where one is signed in: the sessions, the end of one and of all others.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Reply, cookies, signed_out};
use identity::SessionView;
use kernel::SessionId;
use maud::{Markup, Render, html};
use ui::{Banner, Button, KeyValue, Row, Tone, badge, card, chevron, key_values, lead_icon, list};

use super::{SECURITY, SESSIONS, freeze};
use crate::Web;
use crate::agent;
use crate::pages::common::{when, when_within, whence};
use crate::shell::Page;
use crate::view::{SESSION, SignedIn, View, see_other};
use crate::words::t;
use kernel::{Code, Result};

/// The living sessions, this one first.
pub(super) async fn living(web: &Web, view: &View) -> Result<Vec<SessionView>> {
    let mut sessions = web.identity().sessions(&view.ctx, view.ctx.customer()?).await?;
    sessions.sort_by_key(|session| !session.current);
    Ok(sessions)
}

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let sessions = living(&web, &view).await?;
    let rows: Vec<_> = sessions.iter().map(|session| row(&view, session)).collect();
    let title = t!(words, "security-sessions");
    let main = html! {
        p.lead-in { (t!(words, "sessions-text")) }
        (list(&title, &rows))
        @if sessions.len() > 1 { (end_others(&view)) (end_all(&view)) }
    };
    Ok(Page::new(&title).back(SECURITY).main(main).respond(&view))
}

/// What a session is called: as its customer named the device, or as it says itself.
pub(super) fn title(view: &View, session: &SessionView) -> String {
    let named = session.device_name.clone().filter(|name| !name.is_empty());
    let named = named.unwrap_or_else(|| agent::name(&session.client));
    if named.is_empty() { t!(view.words, "sessions-unnamed") } else { named }
}

fn row(view: &View, session: &SessionView) -> Markup {
    let words = view.words;
    let (title, href) = (title(view, session), format!("{SESSIONS}/{}", session.id));
    let seen = t!(words, "devices-used", when = when_within(view, session.last_seen));
    Row::new(&title)
        .sub_markup(html! {
            (whence(view, &session.network, session.place.as_deref())) br; (seen)
            @if session.current { " " (badge(Tone::Good, &t!(words, "sessions-this"))) }
        })
        .href(&href)
        .lead(lead_icon(agent::icon(&session.client)))
        .trail(chevron())
        .render()
}

fn end_others(view: &View) -> Markup {
    let words = view.words;
    let (submit, text) = (t!(words, "sessions-end-others"), t!(words, "sessions-end-others-text"));
    html! {
        form.stack method="post" action="/security/sessions/end-others" {
            (view.token())
            p.hint { (text) }
            (Button::danger(&submit).icon("sign-out"))
        }
    }
}

fn end_all(view: &View) -> Markup {
    let words = view.words;
    let (submit, text) = (t!(words, "sessions-end-all"), t!(words, "sessions-end-all-text"));
    html! {
        form.stack method="post" action="/security/sessions/end-all" hx-boost="false" {
            (view.token())
            p.hint { (text) }
            (Button::danger(&submit).icon("sign-out"))
        }
    }
}

async fn one(web: &Web, view: &View, id: &str) -> Result<SessionView> {
    let id: SessionId = id.parse().map_err(|()| Code::NotFound)?;
    let sessions = living(web, view).await?;
    sessions.into_iter().find(|session| session.id == id).ok_or(Code::NotFound.into())
}

pub(super) async fn show_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let session = one(&web, &view, &id).await?;
    let keys = [
        t!(words, "sessions-what"),
        t!(words, "sessions-since"),
        t!(words, "devices-last"),
        t!(words, "sessions-place"),
        t!(words, "sessions-ends"),
    ];
    let [what, since, last, place, ends] = &keys;
    let lines = [
        KeyValue::text(what, &agent::name(&session.client)),
        KeyValue::text(since, &when(&view, session.proven_at)),
        KeyValue::text(last, &when(&view, session.last_seen)),
        KeyValue::text(place, &whence(&view, &session.network, session.place.as_deref())),
        KeyValue::text(ends, &when(&view, session.ends)),
    ];
    let main = html! {
        (card(&key_values(&lines)))
        (end_form(&view, &session))
        (Banner::new(Tone::Warn, &t!(words, "sessions-not-me"), &t!(words, "sessions-not-me-text"))
            .action(freeze::press(&view)))
    };
    Ok(Page::new(title(&view, &session)).back(SESSIONS).main(main).respond(&view))
}

fn end_form(view: &View, session: &SessionView) -> Markup {
    let submit =
        if session.current { t!(view.words, "sign-out") } else { t!(view.words, "sessions-end") };
    let address = format!("{SESSIONS}/{}/end", session.id);
    html! {
        form.stack method="post" action=(address) hx-boost="false" {
            (view.token())
            (Button::danger(&submit).icon("sign-out"))
        }
    }
}

pub(super) async fn end(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let session = one(&web, &view, &id).await?;
    web.identity().end_session(&view.ctx, session.id).await?;
    if session.current {
        return Ok(signed_out("/welcome", cookies::clear(web.site(), SESSION)?));
    }
    Ok(see_other(SESSIONS))
}

pub(super) async fn end_all_others(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
) -> Reply<Response> {
    web.identity().end_other_sessions(&view.ctx).await?;
    Ok(see_other(SESSIONS))
}

pub(super) async fn end_every_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
) -> Reply<Response> {
    web.identity().end_all_sessions(&view.ctx).await?;
    Ok(signed_out("/welcome", cookies::clear(web.site(), SESSION)?))
}
