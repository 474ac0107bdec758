//! Who works here and with which roles. Every change is a proposal that somebody else decides.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply, see_other};
use identity::approvals::{OnStaff, StaffReinstate, StaffSuspend};
use identity::{Invitation, StaffMember, StaffStatus};
use kernel::{ApprovalId, Code, Error, Permission, Result, Role, Roles, StaffId};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, Tick, facts, panel, panel_with, reason_field, tick};
use ui::{Banner, Button, Field, Tone, badge};

use super::common::{Problem, role_list, role_name, role_text, time};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/staff", get(list))
        .route("/staff/invite", get(show_invite).post(invite))
        .route("/staff/{id}", get(show))
        .route("/staff/{id}/roles", get(show_roles).post(roles))
        .route("/staff/{id}/suspend", get(show_suspend).post(suspend))
}

fn staff_id(text: &str) -> Result<StaffId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// The mail address of a colleague; nothing when it was erased.
fn mail(account: &StaffMember) -> &str {
    account.email.as_ref().map_or("", |email| email.expose())
}

fn state(words: Words, standing: StaffStatus) -> Markup {
    match standing {
        StaffStatus::Invited => badge(Tone::Warn, &t!(words, "staff-invited")),
        StaffStatus::Active => badge(Tone::Good, &t!(words, "staff-active")),
        StaffStatus::Suspended => badge(Tone::Bad, &t!(words, "staff-suspended")),
    }
}

async fn list(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let accounts = admin.identity().staff(&view.ctx).await?;
    let texts = [
        t!(words, "staff-name"),
        t!(words, "staff-roles"),
        t!(words, "staff-state"),
        t!(words, "staff-since"),
        t!(words, "staff-seen"),
    ];
    let [name, roles, standing, since, seen] = &texts;
    let columns = [
        Column::text(name),
        Column::text(roles),
        Column::text(standing),
        Column::time(since),
        Column::time(seen),
    ];
    let rows = accounts.iter().map(|account| {
        Cells::linked(&format!("/staff/{}", account.id), &account.name)
            .beside(&html! { span.sub { (mail(account)) } })
            .text(&role_list(words, account.roles))
            .cell(state(words, account.status))
            .cell(time(&view, account.created_at))
            .cell(html! { @if let Some(at) = account.last_seen { (time(&view, at)) } })
    });
    let title = t!(words, "staff-list");
    let table = Table::new(&title, &columns).rows(rows).render();
    let invite = html! {
        @if view.may(Permission::StaffInvitePropose) {
            (Button::primary(&t!(words, "staff-invite")).icon("user-plus").href("/staff/invite"))
        }
    };
    let main = html! { (panel(&title, &html! {}, &table)) (what_roles_may(words)) };
    Ok(Page::new(t!(words, "staff-title")).at(At::Staff).actions(invite).main(main).respond(&view))
}

/// What each role is for, from the policies.
fn what_roles_may(words: Words) -> Markup {
    let lines: Vec<_> = Role::ALL
        .into_iter()
        .map(|role| (role_name(words, role), role_text(words, role)))
        .collect();
    let lines: Vec<_> = lines.iter().map(|(name, text)| Fact::text(name, text)).collect();
    panel_with(&t!(words, "staff-may"), &html! {}, &facts(&lines))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let words = view.words;
    let account = admin.identity().staff_member(&view.ctx, staff_id(&id)?).await?;
    let texts = [
        t!(words, "staff-email"),
        t!(words, "staff-roles"),
        t!(words, "staff-since"),
        t!(words, "staff-seen"),
    ];
    let [email, roles, since, seen] = &texts;
    let lines = [
        Fact::text(email, mail(&account)),
        Fact::text(roles, &role_list(words, account.roles)),
        Fact::markup(since, time(&view, account.created_at)),
        Fact::markup(
            seen,
            html! {
                @match account.last_seen {
                    Some(at) => (time(&view, at)),
                    None => span.dim { (t!(words, "none")) },
                }
            },
        ),
    ];
    let log = format!("/audit?actor={}", account.id);
    let main = html! {
        div.narrow { (panel_with(&account.name, &html! {}, &facts(&lines))) }
        @if view.may(Permission::AuditRead) {
            p { a href=(log) { (t!(words, "place-audit")) } }
        }
    };
    Ok(Page::new(account.name.clone())
        .at(At::Staff)
        .under("/staff", t!(words, "staff-title"))
        .beside(state(words, account.status))
        .sub(html! { span.mono { (account.id) } })
        .actions(actions(&view, &account))
        .main(main)
        .respond(&view))
}

/// What may be proposed about a colleague; about oneself, nothing.
fn actions(view: &View, account: &StaffMember) -> Markup {
    let words = view.words;
    let id = account.id;
    let own = view.employee.as_ref().is_some_and(|employee| employee.id == id);
    let suspend = if account.status == StaffStatus::Suspended {
        t!(words, "staff-reinstate")
    } else {
        t!(words, "staff-suspend")
    };
    html! {
        @if !own && view.may(Permission::StaffRolesPropose) {
            (Button::quiet(&t!(words, "staff-change-roles"))
                .icon("user-gear")
                .href(&format!("/staff/{id}/roles")))
        }
        @if !own && view.may(Permission::StaffSuspendPropose) {
            (Button::danger(&suspend).icon("prohibit").href(&format!("/staff/{id}/suspend")))
        }
    }
}

/// A form that ends in a proposal.
struct Form<'a> {
    title: String,
    text: String,
    above: Option<(&'a str, &'a str)>,
    fields: Markup,
    back: &'a str,
}

fn form_page(view: &View, form: &Form<'_>, reason: &str, problem: &Problem) -> Page {
    let words = view.words;
    let (label, hint) = (t!(words, "reason"), t!(words, "reason-hint"));
    let main = html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Info, &form.text, ""))
                (problem.notice(words, &["reason", "name", "email"]))
                form.stack method="post" {
                    (view.token())
                    (form.fields)
                    (reason_field(&label, &hint, reason, problem.at("reason")))
                    div.actions {
                        (Button::primary(&t!(words, "staff-propose")))
                        (Button::plain(&t!(words, "cancel")).href(form.back))
                    }
                }
            }
        }
    };
    let page = Page::new(&form.title).at(At::Staff).under("/staff", t!(words, "staff-title"));
    let page = match form.above {
        Some((href, text)) => page.under(href, text),
        None => page,
    };
    page.main(main)
}

/// On to the proposal, or the form again with what was wrong.
fn after(
    view: &View,
    proposed: Result<ApprovalId>,
    again: impl FnOnce(&Problem) -> Page,
) -> Reply<Response> {
    match proposed {
        Ok(id) => Ok(see_other(&format!("/approvals/{id}?sent=1"))),
        // The page of the passkey takes the form along.
        Err(Error::Refused(refusal)) if refusal.code != Code::StaffProofRequired => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(again(&problem).refused(refusal.code).respond(view))
        }
        Err(error) => Err(error.into()),
    }
}

/// The roles that are ticked.
fn ticked(fields: &Fields) -> Roles {
    let chosen = fields.iter().filter(|(name, _)| *name == "role");
    chosen.filter_map(|(_, value)| value.parse::<Role>().ok()).collect()
}

fn role_ticks(words: Words, chosen: Roles) -> Markup {
    let texts: Vec<_> = Role::ALL
        .into_iter()
        .map(|role| (role, role_name(words, role), role_text(words, role)))
        .collect();
    html! {
        fieldset.field {
            legend { (t!(words, "staff-roles")) }
            @for (role, name, text) in &texts {
                (tick(&Tick {
                    sends: ("role", role.as_str()),
                    text: name,
                    sub: text,
                    on: chosen.has(*role),
                }))
            }
        }
    }
}

async fn show_invite(SignedIn(view): SignedIn) -> Reply<Response> {
    view.ctx.require(Permission::StaffInvitePropose)?;
    Ok(invite_page(&view, &Fields::default(), &Problem::default()).respond(&view))
}

fn invite_page(view: &View, fields: &Fields, problem: &Problem) -> Page {
    let words = view.words;
    let (name, email) = (t!(words, "staff-name"), t!(words, "staff-email"));
    let inputs = html! {
        (Field::new("name", &name)
            .value(fields.text("name"))
            .error(problem.at("name"))
            .autocomplete("off")
            .attr("maxlength", "120"))
        (Field::new("email", &email)
            .value(fields.text("email"))
            .error(problem.at("email"))
            .inputmode("email")
            .autocomplete("off")
            .attr("maxlength", "254"))
        (role_ticks(words, ticked(fields)))
    };
    let form = Form {
        title: t!(words, "staff-invite"),
        text: t!(words, "staff-invite-text"),
        above: None,
        fields: inputs,
        back: "/staff",
    };
    form_page(view, &form, fields.text("reason"), problem)
}

async fn invite(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let invitation = Invitation {
        name: fields.text("name"),
        email: fields.text("email"),
        roles: ticked(&fields),
    };
    let reason = fields.text("reason");
    let proposed = admin.approvals().propose_invitation(&view.ctx, invitation, reason).await;
    after(&view, proposed, |problem| invite_page(&view, &fields, problem))
}

async fn show_roles(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    view.ctx.require(Permission::StaffRolesPropose)?;
    let account = admin.identity().staff_member(&view.ctx, staff_id(&id)?).await?;
    let page = roles_page(&view, &account, (account.roles, ""), &Problem::default());
    Ok(page.respond(&view))
}

fn roles_page(
    view: &View,
    account: &StaffMember,
    (chosen, reason): (Roles, &str),
    problem: &Problem,
) -> Page {
    let words = view.words;
    let back = format!("/staff/{}", account.id);
    let form = Form {
        title: t!(words, "staff-change-roles"),
        text: t!(words, "unfreeze-text"),
        above: Some((&back, &account.name)),
        fields: role_ticks(words, chosen),
        back: &back,
    };
    form_page(view, &form, reason, problem)
}

async fn roles(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = staff_id(&id)?;
    let (chosen, reason) = (ticked(&fields), fields.text("reason"));
    let proposed = admin.approvals().propose_roles(&view.ctx, id, chosen, reason).await;
    let account = admin.identity().staff_member(&view.ctx, id).await?;
    after(&view, proposed, |problem| roles_page(&view, &account, (chosen, reason), problem))
}

async fn show_suspend(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    view.ctx.require(Permission::StaffSuspendPropose)?;
    let account = admin.identity().staff_member(&view.ctx, staff_id(&id)?).await?;
    Ok(suspend_page(&view, &account, "", &Problem::default()).respond(&view))
}

fn suspend_page(view: &View, account: &StaffMember, reason: &str, problem: &Problem) -> Page {
    let words = view.words;
    let back = format!("/staff/{}", account.id);
    let name = account.name.clone();
    let (title, text) = if account.status == StaffStatus::Suspended {
        (t!(words, "staff-reinstate-title", name = name), t!(words, "staff-reinstate-text"))
    } else {
        (t!(words, "staff-suspend-title", name = name), t!(words, "staff-suspend-text"))
    };
    let above = Some((back.as_str(), account.name.as_str()));
    let form = Form { title, text, above, fields: html! {}, back: &back };
    form_page(view, &form, reason, problem)
}

async fn suspend(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = staff_id(&id)?;
    let reason = fields.text("reason");
    let account = admin.identity().staff_member(&view.ctx, id).await?;
    let suspended = account.status == StaffStatus::Suspended;
    let about = OnStaff { staff: id };
    let proposed = if suspended {
        admin.approvals().propose::<StaffReinstate>(&view.ctx, &about, reason).await
    } else {
        admin.approvals().propose::<StaffSuspend>(&view.ctx, &about, reason).await
    };
    after(&view, proposed, |problem| suspend_page(&view, &account, reason, problem))
}
