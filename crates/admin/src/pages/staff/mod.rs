//! Who works here and with which roles. Every change is a proposal that somebody else decides.

mod propose;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use identity::{Link, LinkMail, StaffMember, StaffStatus};
use kernel::{Code, Moment, Permission, Result, Role, StaffId};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with};
use ui::{Button, Tone, badge, email_address};

use super::common::{role_list, role_name, role_text, time};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/staff", get(list))
        .route("/staff/{id}", get(show))
        .merge(propose::routes())
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
    let columns = [
        Column::text(t!(words, "staff-name")),
        Column::text(t!(words, "staff-roles")),
        Column::text(t!(words, "staff-state")),
        Column::time(t!(words, "staff-since")),
        Column::time(t!(words, "staff-signed-in")),
        Column::time(t!(words, "staff-seen")),
    ];
    let rows = accounts.iter().map(|account| {
        Cells::linked(&format!("/staff/{}", account.id), &account.name)
            .beside(&html! { span.sub { (email_address(mail(account))) } })
            .text(&role_list(words, account.roles))
            .cell(state(words, account.status))
            .cell(time(&view, account.created_at))
            .cell(html! { @if let Some(at) = account.last_sign_in { (time(&view, at)) } })
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
        t!(words, "staff-signed-in"),
        t!(words, "staff-seen"),
    ];
    let [email, roles, since, signed_in, seen] = &texts;
    let moment = |at: Option<Moment>| {
        html! {
            @match at {
                Some(at) => (time(&view, at)),
                None => span.dim { (t!(words, "none")) },
            }
        }
    };
    let lines = [
        Fact::markup(email, email_address(mail(&account))),
        Fact::text(roles, &role_list(words, account.roles)),
        Fact::markup(since, time(&view, account.created_at)),
        Fact::markup(signed_in, moment(account.last_sign_in)),
        Fact::markup(seen, moment(account.last_seen)),
    ];
    let person = t!(words, "staff-person");
    let link = t!(words, "staff-link");
    let mailed = account.link.map(|at| Fact::markup(&link, link_state(&view, at)));
    let lines: Vec<_> = lines.into_iter().chain(mailed).collect();
    let main = html! { div.narrow { (panel_with(&person, &html! {}, &facts(&lines))) } };
    Ok(Page::new(account.name.clone())
        .called(person.as_str())
        .at(At::Staff)
        .under("/staff", t!(words, "staff-title"))
        .beside(state(words, account.status))
        .sub(html! { span.mono { (account.id) } })
        .actions(actions(&view, &account))
        .main(main)
        .respond(&view))
}

/// What became of the link by which somebody is to come in.
fn link_state(view: &View, link: Link) -> Markup {
    let words = view.words;
    if link.until <= view.ctx.now() {
        return badge(Tone::Warn, &t!(words, "staff-link-over"));
    }
    match link.mail {
        None => badge(Tone::Info, &t!(words, "staff-link-handed")),
        Some(LinkMail::Waits) => badge(Tone::Info, &t!(words, "staff-link-waits")),
        Some(LinkMail::Sent) => badge(Tone::Good, &t!(words, "staff-link-sent")),
        Some(LinkMail::Refused) => badge(Tone::Bad, &t!(words, "staff-link-refused")),
    }
}

/// What may be proposed about a colleague; about oneself, nothing.
fn actions(view: &View, account: &StaffMember) -> Markup {
    let words = view.words;
    let id = account.id;
    let own = view.employee.as_ref().is_some_and(|employee| employee.id == id);
    let (working, path) = if account.status == StaffStatus::Suspended {
        (t!(words, "staff-reinstate"), "reinstate")
    } else {
        (t!(words, "staff-suspend"), "suspend")
    };
    html! {
        @if view.may(Permission::AuditRead) {
            (Button::quiet(&t!(words, "staff-log"))
                .icon("scroll")
                .href(&format!("/audit?actor={id}")))
        }
        @if !own && view.may(Permission::StaffRolesPropose) {
            (Button::quiet(&t!(words, "staff-change-roles"))
                .icon("user-gear")
                .href(&format!("/staff/{id}/roles")))
        }
        @if account.status == StaffStatus::Invited && view.may(Permission::StaffInvitePropose) {
            (Button::quiet(&t!(words, "staff-link-new")).icon("envelope")
                .href(&format!("/staff/{id}/link")))
        }
        @if !own && view.may(Permission::StaffSuspendPropose) {
            (Button::danger(&working).icon("prohibit").href(&format!("/staff/{id}/{path}")))
        }
    }
}
