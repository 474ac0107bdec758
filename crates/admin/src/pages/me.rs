//! The employee themselves: their passkeys, their sessions, how they like the panel.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use edge::{Fields, Reply, see_other};
use identity::{Names, Owner, PasskeyView, StaffSessionView};
use kernel::{Code, Error, Permission, Refusal};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with};
use ui::{Button, Ceremony, Field, PasskeyForm, Tone, agent, badge, theme_choice};

use super::common::{Problem, answered, challenge_json, role_list, time};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{Employee, PasskeyWords, SignedIn, View};
use crate::words::t;

/// The page of the employee.
const PATH: &str = "/me";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/me", get(show))
        .route("/me/sessions/{id}/end", post(end_session))
        .route("/me/sessions/end-others", post(end_others))
        .route("/me/passkeys/challenge", post(passkey_challenge))
        .route("/me/prove", post(prove))
        .route("/me/passkeys", post(add_passkey))
        .route("/me/passkeys/{id}/remove", post(remove_passkey))
}

/// Whoever is signed in, for their passkeys.
fn owner(view: &View) -> kernel::Result<Owner> {
    view.ctx.staff().map(|employee| Owner::Staff(employee.id))
}

fn employee(view: &View) -> Reply<&Employee> {
    view.employee.as_ref().ok_or(Code::SignInRequired.into())
}

async fn show(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    Ok(page(&admin, &view, &Problem::default()).await?.respond(&view))
}

async fn page(admin: &Admin, view: &View, problem: &Problem) -> Reply<Page> {
    let words = view.words;
    let employee = employee(view)?;
    let sessions = admin.identity().staff_sessions(&view.ctx).await?;
    let passkeys = admin.identity().passkeys(&view.ctx, owner(view)?).await?;
    let (name, roles) = (t!(words, "staff-name"), t!(words, "me-roles"));
    let who = facts(&[
        Fact::text(&name, &employee.name),
        Fact::text(&roles, &role_list(words, employee.roles)),
    ]);
    let main = html! {
        (problem.notice(words, &["name"]))
        div.with-side {
            div.stack {
                (sessions_panel(view, &sessions))
                (passkeys_panel(view, &passkeys, problem))
            }
            div.stack {
                (panel_with(&t!(words, "me-title"), &html! {}, &who))
                (panel_with(&t!(words, "me-look"), &html! {}, &look(view)))
            }
        }
    };
    Ok(Page::new(t!(words, "me-title")).at(At::Me).main(main))
}

/// The page again, with why not.
async fn refused(admin: &Admin, view: &View, refusal: &Refusal) -> Reply<Response> {
    let problem = Problem::of(view.lang(), refusal);
    Ok(page(admin, view, &problem).await?.refused(refusal.code).respond(view))
}

fn sessions_panel(view: &View, sessions: &[StaffSessionView]) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "session-client")),
        Column::text(t!(words, "session-place")),
        Column::text(t!(words, "session-passkey")),
        Column::time(t!(words, "session-began")),
        Column::time(t!(words, "session-seen")),
        Column::actions(t!(words, "actions")),
    ];
    let (title, end_others) = (t!(words, "me-sessions"), t!(words, "me-end-others"));
    let others = sessions.len() > 1;
    let all = html! {
        @if others {
            form method="post" action="/me/sessions/end-others" {
                (view.token())
                (Button::danger(&end_others))
            }
        }
    };
    let table = Table::new(&title, &columns)
        .rows(sessions.iter().map(|session| session_row(view, session)))
        .render();
    panel(&title, &all, &table)
}

fn session_row(view: &View, session: &StaffSessionView) -> Cells {
    let words = view.words;
    let (this, end) = (t!(words, "me-this"), t!(words, "session-end"));
    let current = view.ctx.staff().is_ok_and(|employee| employee.session == session.id);
    let head = html! {
        span title=(session.client) { (agent::name(&session.client)) }
        @if current { " " (badge(Tone::Info, &this)) }
    };
    let action = html! {
        @if !current {
            form method="post" action={ "/me/sessions/" (session.id) "/end" } {
                (view.token())
                button.link-btn type="submit" { (end) }
            }
        }
    };
    Cells::plain(head)
        .text(&session.network)
        .text(&session.passkey)
        .cell(time(view, session.began_at))
        .cell(time(view, session.seen_at))
        .cell(action)
}

fn passkeys_panel(view: &View, passkeys: &[PasskeyView], problem: &Problem) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "enrol-name")),
        Column::text(t!(words, "me-passkey-kind")),
        Column::time(t!(words, "me-passkey-added")),
        Column::time(t!(words, "me-passkey-used")),
        Column::actions(t!(words, "actions")),
    ];
    let title = t!(words, "me-passkeys");
    let only = passkeys.len() <= 1;
    let table = Table::new(&title, &columns)
        .rows(passkeys.iter().map(|passkey| passkey_row(view, passkey, only)))
        .render();
    panel(&title, &html! {}, &html! { (table) div.card-body { (add_form(view, problem)) } })
}

fn passkey_row(view: &View, passkey: &PasskeyView, only: bool) -> Cells {
    let words = view.words;
    let kept =
        if passkey.synced { t!(words, "me-passkey-synced") } else { t!(words, "me-passkey-one") };
    let remove = t!(words, "me-passkey-remove");
    let action = html! {
        @if !only {
            form method="post" action={ "/me/passkeys/" (passkey.id) "/remove" } {
                (view.token())
                button.link-btn type="submit" aria-label={ (remove) ": " (passkey.name) } {
                    (remove)
                }
            }
        }
    };
    Cells::plain(html! { (passkey.name) })
        .text(&kept)
        .cell(time(view, passkey.created_at))
        .cell(html! { @if let Some(at) = passkey.last_used_at { (time(view, at)) } })
        .cell(action)
}

/// Whether the passkey was used so lately that another one may be added. Shorter than what the
/// bank demands, so that there is time to do it.
fn is_fresh(view: &View) -> kernel::Result<bool> {
    const TIME_TO_DO_IT_SECONDS: i64 = 300;
    let fresh_seconds = policy::FRESH_PROOF_SECONDS.saturating_sub(TIME_TO_DO_IT_SECONDS);
    Ok(view.ctx.now() < view.ctx.staff()?.proved_at.plus_seconds(fresh_seconds))
}

fn add_form(view: &View, problem: &Problem) -> Markup {
    let words = view.words;
    if !is_fresh(view).unwrap_or_default() {
        let (text, submit) = (t!(words, "prove-text"), t!(words, "me-passkey-add"));
        return html! {
            form.stack method="post" action="/me/prove" {
                (view.token())
                p { (text) }
                div.actions { (Button::quiet(&submit).icon("fingerprint")) }
            }
        };
    }
    let passkey = PasskeyWords::of(words);
    let form = PasskeyForm {
        ceremony: Ceremony::Create,
        action: "/me/passkeys",
        options: "/me/passkeys/challenge",
        texts: passkey.texts(),
    };
    let (name, hint, add) =
        (t!(words, "enrol-name"), t!(words, "enrol-name-hint"), t!(words, "me-passkey-add"));
    form.around(&html! {
        (view.token())
        p { (t!(words, "me-passkey-add-text")) }
        (Field::new("name", &name).hint(&hint).error(problem.at("name")).attr("maxlength", "60"))
        div.actions { (Button::quiet(&add).icon("plus")) }
    })
}

fn look(view: &View) -> Markup {
    let words = view.words;
    let (theme, keys) = (t!(words, "me-theme"), t!(words, "me-keys"));
    let texts =
        [t!(words, "me-theme-auto"), t!(words, "me-theme-light"), t!(words, "me-theme-dark")];
    let [auto, light, dark] = &texts;
    let choices = [
        ("on", t!(words, "me-keys-on"), view.shortcuts),
        ("off", t!(words, "me-keys-off"), !view.shortcuts),
    ];
    html! {
        div.field {
            span.label { (theme) }
            (theme_choice("/me/theme", &theme, [auto, light, dark], view.theme, &view.token()))
        }
        div.field {
            span.label { (keys) }
            form method="post" action="/me/shortcuts" {
                (view.token())
                div.langs role="group" aria-label=(keys) {
                    @for (value, text, chosen) in &choices {
                        button type="submit" name="shortcuts" value=(value)
                            aria-pressed=(if *chosen { "true" } else { "false" }) { (text) }
                    }
                }
            }
        }
    }
}

async fn end_session(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = id.parse().map_err(|()| Code::NotFound)?;
    admin.identity().end_staff_session(&view.ctx, id).await?;
    Ok(see_other(PATH))
}

async fn end_others(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let own = view.ctx.staff()?.session;
    for session in admin.identity().staff_sessions(&view.ctx).await? {
        if session.id == own {
            continue;
        }
        match admin.identity().end_staff_session(&view.ctx, session.id).await {
            Ok(()) => {}
            // It ended by itself meanwhile.
            Err(error) if error.code() == Some(Code::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(see_other(PATH))
}

/// Asks for the passkey, when it was not used lately, before another one is added.
async fn prove(SignedIn(view): SignedIn) -> Reply<Response> {
    if is_fresh(&view)? { Ok(see_other(PATH)) } else { Err(Code::StaffProofRequired.into()) }
}

async fn passkey_challenge(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
) -> Reply<Response> {
    let name = &employee(&view)?.name;
    let names = Names { account: name, person: name };
    let started =
        admin.identity().start_passkey_registration(&view.ctx, owner(&view)?, names).await?;
    Ok(Json(challenge_json(&started)).into_response())
}

async fn add_passkey(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    view.ctx.require(Permission::PasskeyManage)?;
    let (challenge, answer) = answered(&fields)?;
    let added = admin.identity().finish_passkey_registration(
        &view.ctx,
        owner(&view)?,
        (challenge, &answer),
        fields.text("name"),
    );
    match added.await {
        Ok(_) => Ok(see_other(PATH)),
        Err(Error::Refused(refusal)) => refused(&admin, &view, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn remove_passkey(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = id.parse().map_err(|()| Code::NotFound)?;
    match admin.identity().remove_passkey(&view.ctx, owner(&view)?, id).await {
        Ok(()) => Ok(see_other(PATH)),
        Err(Error::Refused(refusal)) if refusal.code == Code::PasskeyLast => {
            refused(&admin, &view, &refusal).await
        }
        Err(error) => Err(error.into()),
    }
}
