//! What one employee proposed and others decide: lists, and one proposal with what it would change.

mod decide;
mod difference;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Query, Reply};
use identity::approvals::{ApprovalSummary, ApprovalView, Listed, Listing, Say, State as Standing};
use kernel::{ApprovalId, Code, Permission, Refusal, Result};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with, tab_links};
use ui::{Banner, Button, Segment, Step, StepState, Tone, badge, empty_state, timeline};

pub(super) use self::difference::{action_name, difference, places};
use super::cases;
use super::common::{Problem, list_pages, mark, time, when};
use super::people::People;
use super::terms;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// The field of the address that says that a proposal was just made.
pub(super) const SENT: &str = "sent";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .merge(decide::routes())
        .route("/approvals", get(list))
        .route("/approvals/{id}", get(show))
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
        "history" => Listed::Closed,
        _ => Listed::Inbox,
    };
    let before = mark(&query, "before")?;
    let found = admin.approvals().list(&view.ctx, listed, before).await?;
    let people = People::about(&admin, &view, &[&found.proposals]).await?;
    let places = [
        ("/approvals", t!(words, "approvals-inbox"), listed == Listed::Inbox),
        ("/approvals?list=own", t!(words, "approvals-own"), listed == Listed::Own),
        ("/approvals?list=open", t!(words, "approvals-open"), listed == Listed::Open),
        ("/approvals?list=history", t!(words, "approvals-history"), listed == Listed::Closed),
    ];
    let tabs: Vec<_> = places
        .iter()
        .map(|(href, text, current)| Segment { href, text, current: *current })
        .collect();
    let title = t!(words, "approvals-title");
    let none = match listed {
        Listed::Own => t!(words, "approvals-own-none-text"),
        _ => t!(words, "approvals-none-text"),
    };
    let content = html! {
        (tab_links(&t!(words, "approvals-tabs"), &tabs))
        section.card {
            @if found.proposals.is_empty() {
                (empty_state("seal-check", &t!(words, "approvals-none"), &none, &html! {}))
            } @else {
                (table(&view, &title, (&found.proposals, &people)))
                (pages(words, (listed, before.is_some()), &found))
            }
        }
    };
    let kill = html! {
        @if view.may(Permission::GlobalKillPropose) {
            (Button::danger(&t!(words, "kill"))
                .icon("warning-octagon")
                .href("/sessions/end-everyones"))
        }
    };
    let page = Page::new(title.clone()).at(At::Approvals).actions(kill);
    Ok(page.main(content).respond(&view))
}

/// The ways to the beginning of a list, and to what is older.
fn pages(words: Words, (listed, later): (Listed, bool), found: &Listing) -> Markup {
    let list = match listed {
        Listed::Inbox => "",
        Listed::Own => "list=own",
        Listed::Open => "list=open",
        Listed::Closed => "list=history",
    };
    let last = found.proposals.last().filter(|_| found.more);
    list_pages(words, ("/approvals", list, "before"), later, last.map(|last| last.id.to_string()))
}

/// Proposals, one below the other.
pub(super) fn table(
    view: &View,
    caption: &str,
    (proposals, people): (&[ApprovalSummary], &People),
) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "approval-what")),
        Column::text(t!(words, "approval-why")),
        Column::text(t!(words, "approval-by")),
        Column::time(t!(words, "approval-at")),
        Column::time(t!(words, "approval-until")),
        Column::text(t!(words, "approval-state")),
    ];
    let rows = proposals.iter().map(|proposal| {
        Cells::linked(&format!("/approvals/{}", proposal.id), &action_name(words, &proposal.kind))
            .beside(&html! { span.sub { (people.name(proposal.object)) } })
            .text(&proposal.reason)
            .text(&people.colleague(proposal.maker))
            .cell(time(view, proposal.created_at))
            .cell(time(view, proposal.expires_at))
            .cell(standing(words, proposal.state))
    });
    Table::new(caption, &columns).rows(rows).render()
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
    let summary = &proposal.summary;
    let people = People::about(admin, view, &[std::slice::from_ref(summary)]).await?;
    let changed = proposal.changes.as_deref().unwrap_or_default();
    let rests_on = cases::of_proposal(admin, view, (changed, &people)).await?;
    let terms = terms::of_proposal(admin, view, &proposal).await?;
    let sub = format!(
        "{} {} · {} · {} {}",
        t!(words, "approval-by"),
        people.colleague(summary.maker),
        when(view, summary.created_at),
        t!(words, "approval-until"),
        when(view, summary.expires_at),
    );
    let change = match summary.state {
        Standing::Executed => t!(words, "approval-changed"),
        _ => t!(words, "approval-change"),
    };
    let main = html! {
        @if sent && proposal.may_withdraw {
            (Banner::new(Tone::Good, &t!(words, "approval-sent"), ""))
        }
        @if let Some(code) = proposal.refusal {
            (Banner::new(Tone::Bad, &words.refusal(&Refusal::new(code)), ""))
        }
        (problem.notice(words, &["reason"]))
        div.with-side {
            div.stack {
                (panel(&change, &html! {}, &changes(view, &proposal, &people)))
                (terms)
                (rests_on)
                (panel_with(&t!(words, "approval-steps"), &html! {},
                    &steps(view, &proposal, &people)))
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
fn changes(view: &View, proposal: &ApprovalView, people: &People) -> Markup {
    let words = view.words;
    let (why, whom) = (t!(words, "approval-why"), t!(words, "approval-about"));
    let mut known = vec![Fact::text(&why, &proposal.summary.reason)];
    if let Some(about) = people.whole(proposal.summary.object) {
        known.push(Fact::markup(&whom, about));
    }
    html! {
        @match &proposal.changes {
            None => div.card-body { p { (t!(words, "approval-erased")) } },
            Some(changes) => (difference(view, changes)),
        }
        div.card-body { (facts(&known)) }
    }
}

fn steps(view: &View, proposal: &ApprovalView, people: &People) -> Markup {
    let words = view.words;
    let summary = &proposal.summary;
    let mut lines = vec![(
        t!(words, "approval-step-proposed", name = people.colleague(summary.maker)),
        when(view, summary.created_at),
        StepState::Done,
    )];
    for decision in &proposal.decisions {
        let name = people.colleague(decision.checker);
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
