//! What one employee proposed and others decide: lists, and one proposal with what it would change.

mod decide;

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Query, Reply};
use identity::approvals::{ApprovalSummary, ApprovalView, Say, State as Standing};
use kernel::{ApprovalId, Code, Permission, Refusal, Result, Roles, StaffId};
use maud::{Markup, Render, html};
use policy::Object;
use ui::panel::{Cells, Change, Column, Fact, Table, diff, facts, panel, panel_with, tab_links};
use ui::{Banner, Segment, Step, StepState, Tone, badge, empty_state, pagination, timeline};

use super::common::{Problem, role_list, short, time, when};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// Proposals of a full page of a list.
const PAGE: usize = 50;
/// The field of the address that says that a proposal was just made.
const SENT: &str = "sent";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .merge(decide::routes())
        .route("/approvals", get(list))
        .route("/approvals/{id}", get(show))
}

/// The open proposals, parted into what this employee may decide about and what they proposed.
pub(super) struct Waiting {
    pub inbox: Vec<ApprovalSummary>,
    pub own: Vec<ApprovalSummary>,
}

/// What waits. Nothing for whoever may not see proposals.
pub(super) async fn waiting(admin: &Admin, view: &View) -> Result<Waiting> {
    let mut waiting = Waiting { inbox: Vec::new(), own: Vec::new() };
    if !view.may(Permission::ApprovalRead) {
        return Ok(waiting);
    }
    let me = view.ctx.staff()?.id;
    let terms = admin.approvals().terms();
    for proposal in admin.approvals().list(&view.ctx, true, None).await? {
        let kind = terms.iter().find(|terms| terms.kind == proposal.kind);
        if proposal.maker == me {
            waiting.own.push(proposal);
        } else if kind.is_some_and(|terms| view.may(terms.approve)) {
            waiting.inbox.push(proposal);
        }
    }
    Ok(waiting)
}

/// The lists of proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    Inbox,
    Own,
    Open,
    History,
}

async fn list(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let listed = match query.text("list") {
        "own" => Listed::Own,
        "open" => Listed::Open,
        "history" => Listed::History,
        _ => Listed::Inbox,
    };
    view.ctx.require(Permission::ApprovalRead)?;
    let before = query.filled("before").and_then(|before| before.parse().ok());
    let found = match listed {
        Listed::Inbox => waiting(&admin, &view).await?.inbox,
        Listed::Own => waiting(&admin, &view).await?.own,
        Listed::Open => admin.approvals().list(&view.ctx, true, before).await?,
        Listed::History => admin.approvals().list(&view.ctx, false, before).await?,
    };
    let names = admin.identity().staff_names(&view.ctx).await?;
    let places = [
        ("/approvals", t!(words, "approvals-inbox"), listed == Listed::Inbox),
        ("/approvals?list=own", t!(words, "approvals-own"), listed == Listed::Own),
        ("/approvals?list=open", t!(words, "approvals-open"), listed == Listed::Open),
        ("/approvals?list=history", t!(words, "approvals-history"), listed == Listed::History),
    ];
    let tabs: Vec<_> = places
        .iter()
        .map(|(href, text, current)| Segment { href, text, current: *current })
        .collect();
    let title = t!(words, "approvals-title");
    let content = html! {
        (tab_links(&t!(words, "approvals-tabs"), &tabs))
        section.card {
            @if found.is_empty() {
                (empty_state("seal-check", &t!(words, "approvals-none"),
                    &t!(words, "approvals-none-text"), &html! {}))
            } @else {
                (table(&view, &title, (&found, &names)))
                (older(words, listed, &found))
            }
        }
    };
    Ok(Page::new(title.clone()).at(At::Approvals).main(content).respond(&view))
}

/// The way to what is older, when a page is full.
fn older(words: Words, listed: Listed, found: &[ApprovalSummary]) -> Markup {
    let list = match listed {
        Listed::Open => "open",
        Listed::History => "history",
        Listed::Inbox | Listed::Own => return html! {},
    };
    let Some(last) = found.last().filter(|_| found.len() >= PAGE) else { return html! {} };
    let href = format!("/approvals?list={list}&before={}", last.id);
    let text = t!(words, "older");
    pagination(&t!(words, "pages-label"), None, Some((&href, &text)))
}

/// Proposals, one below the other.
pub(super) fn table(
    view: &View,
    caption: &str,
    (proposals, names): (&[ApprovalSummary], &HashMap<StaffId, String>),
) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "approval-what"),
        t!(words, "approval-why"),
        t!(words, "approval-by"),
        t!(words, "approval-at"),
        t!(words, "approval-until"),
        t!(words, "approval-state"),
    ];
    let [what, why, by, at, until, state] = &texts;
    let columns = [
        Column::text(what),
        Column::text(why),
        Column::text(by),
        Column::time(at),
        Column::time(until),
        Column::text(state),
    ];
    let rows = proposals.iter().map(|proposal| {
        Cells::linked(&format!("/approvals/{}", proposal.id), &action_name(words, &proposal.kind))
            .beside(&html! { span.sub.mono { (about(proposal.object)) } })
            .text(&proposal.reason)
            .text(&name_of(names, proposal.maker))
            .cell(time(view, proposal.created_at))
            .cell(time(view, proposal.expires_at))
            .cell(standing(words, proposal.state))
    });
    Table::new(caption, &columns).rows(rows).render()
}

/// What a proposal is about, as the audit log names it.
fn about(object: Object) -> String {
    match object {
        Object::Bank => String::new(),
        Object::Customer(id) => short(&id.to_string()),
        Object::Staff(id) => short(&id.to_string()),
    }
}

/// The name of a colleague; the id of one who is not known any more.
fn name_of(names: &HashMap<StaffId, String>, id: StaffId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| short(&id.to_string()))
}

fn standing(words: Words, standing: Standing) -> Markup {
    let (tone, text) = match standing {
        Standing::Open => (Tone::Warn, t!(words, "approval-open")),
        Standing::Executed => (Tone::Good, t!(words, "approval-executed")),
        Standing::Rejected => (Tone::Bad, t!(words, "approval-rejected")),
        Standing::Withdrawn => (Tone::Info, t!(words, "approval-withdrawn")),
        Standing::Expired => (Tone::Info, t!(words, "approval-expired")),
        Standing::Refused => (Tone::Bad, t!(words, "approval-failed")),
    };
    badge(tone, &text)
}

/// What a proposal is called.
fn action_name(words: Words, kind: &str) -> String {
    match kind {
        "customer.unfreeze" => t!(words, "action-customer-unfreeze"),
        "customer.close" => t!(words, "action-customer-close"),
        "customer.erase" => t!(words, "action-customer-erase"),
        "customer.recover" => t!(words, "action-customer-recover"),
        "global_kill" => t!(words, "action-global-kill"),
        "staff.invite" => t!(words, "action-staff-invite"),
        "staff.roles" => t!(words, "action-staff-roles"),
        "staff.suspend" => t!(words, "action-staff-suspend"),
        "staff.reinstate" => t!(words, "action-staff-reinstate"),
        other => other.to_owned(),
    }
}

fn approval_id(text: &str) -> Result<ApprovalId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let sent = query.has(SENT);
    Ok(page(&admin, &view, (&id, sent), &Problem::default()).await?.respond(&view))
}

async fn page(
    admin: &Admin,
    view: &View,
    (id, sent): (&str, bool),
    problem: &Problem,
) -> Reply<Page> {
    let words = view.words;
    let proposal = admin.approvals().get(&view.ctx, approval_id(id)?).await?;
    let names = admin.identity().staff_names(&view.ctx).await?;
    let summary = &proposal.summary;
    let sub = format!(
        "{} {} · {} · {} {}",
        t!(words, "approval-by"),
        name_of(&names, summary.maker),
        when(view, summary.created_at),
        t!(words, "approval-until"),
        when(view, summary.expires_at),
    );
    let main = html! {
        @if sent { (Banner::new(Tone::Good, &t!(words, "approval-sent"), "")) }
        @if let Some(code) = proposal.refusal {
            (Banner::new(Tone::Bad, &words.refusal(&Refusal::new(code)), ""))
        }
        (problem.notice(words, &["reason"]))
        div.with-side {
            div.stack {
                (panel(&t!(words, "approval-change"), &html! {}, &changes(view, &proposal)))
                (panel_with(&t!(words, "approval-steps"), &html! {},
                    &steps(view, &proposal, &names)))
            }
            div.stack {
                @if summary.state == Standing::Open {
                    (panel_with(&t!(words, "approval-decide"), &html! {},
                        &decide::form(view, &proposal, problem)))
                }
            }
        }
    };
    Ok(Page::new(action_name(words, &summary.kind))
        .at(At::Approvals)
        .under("/approvals", t!(words, "approvals-title"))
        .beside(standing(words, summary.state))
        .sub(html! { (sub) })
        .main(main))
}

/// What would change, about whom and why.
fn changes(view: &View, proposal: &ApprovalView) -> Markup {
    let words = view.words;
    let lines: Vec<_> = proposal
        .changes
        .iter()
        .flatten()
        .map(|change| Change {
            field: field_name(words, &change.field),
            before: change.before.as_deref().map(|value| value_name(words, value)),
            after: change.after.as_deref().map(|value| value_name(words, value)),
        })
        .collect();
    let texts = [
        t!(words, "approval-change"),
        t!(words, "approval-field"),
        t!(words, "approval-before"),
        t!(words, "approval-after"),
        t!(words, "approval-nothing"),
    ];
    let [caption, field, before, after, nothing] = &texts;
    let (why, whom) = (t!(words, "approval-why"), t!(words, "approval-about"));
    let link = match proposal.summary.object {
        Object::Bank => None,
        Object::Customer(id) => Some((format!("/customers/{id}"), id.to_string())),
        Object::Staff(id) => Some((format!("/staff/{id}"), id.to_string())),
    };
    let mut known = vec![Fact::text(&why, &proposal.summary.reason)];
    if let Some((href, id)) = &link {
        let id = html! { a.mono href=(href) { (id) } };
        known.push(Fact::markup(&whom, id));
    }
    html! {
        @if proposal.changes.is_none() {
            div.card-body { p { (t!(words, "approval-erased")) } }
        } @else {
            (diff(&lines, [caption, field, before, after, nothing]))
        }
        div.card-body { (facts(&known)) }
    }
}

/// What a field of a proposal is called.
fn field_name(words: Words, field: &str) -> String {
    match field {
        "name" => t!(words, "staff-name"),
        "email" => t!(words, "staff-email"),
        "roles" => t!(words, "staff-roles"),
        "status" => t!(words, "staff-state"),
        "sessions" => t!(words, "sessions-title"),
        other => other.to_owned(),
    }
}

/// A value of a proposal: roles and states in words, everything else as it is.
fn value_name(words: Words, value: &str) -> String {
    let names: Vec<_> = value.split(", ").collect();
    if let Some(roles) = Roles::parse(&names) {
        return role_list(words, roles);
    }
    match value {
        "active" => t!(words, "staff-active"),
        "invited" => t!(words, "staff-invited"),
        "suspended" => t!(words, "staff-suspended"),
        "frozen" => t!(words, "customer-frozen"),
        "closed" => t!(words, "customer-closed"),
        "all" => t!(words, "approval-all"),
        "none" => t!(words, "none"),
        other => other.to_owned(),
    }
}

fn steps(view: &View, proposal: &ApprovalView, names: &HashMap<StaffId, String>) -> Markup {
    let words = view.words;
    let summary = &proposal.summary;
    let mut lines = vec![(
        t!(words, "approval-step-proposed", name = name_of(names, summary.maker)),
        when(view, summary.created_at),
        StepState::Done,
    )];
    for decision in &proposal.decisions {
        let name = name_of(names, decision.checker);
        let (title, state) = match decision.say {
            Say::Approve => (t!(words, "approval-step-approved", name = name), StepState::Done),
            Say::Reject => (t!(words, "approval-step-rejected", name = name), StepState::Failed),
        };
        let mut sub = when(view, decision.at);
        if let Some(reason) = &decision.reason {
            sub = format!("{sub} · {reason}");
        }
        lines.push((title, sub, state));
    }
    if summary.state == Standing::Open {
        let given = proposal.decisions.len().to_string();
        let needed = summary.quorum.to_string();
        let count = t!(words, "approval-of", given = given, needed = needed);
        lines.push((t!(words, "approval-step-waiting"), count, StepState::Current));
    }
    let steps: Vec<_> =
        lines.iter().map(|(title, sub, state)| Step { title, sub, state: *state }).collect();
    timeline(&t!(words, "approval-steps"), &steps)
}
