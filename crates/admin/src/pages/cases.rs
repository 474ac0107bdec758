//! Matters that somebody has to look into: lists, and one case with what it is about and how it
//! ends.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply, see_other};
use identity::approvals::Change;
use identity::cases::{
    Case, CaseFile, FROZEN_BY_BANK, FROZEN_BY_CUSTOMER, Listed, Listing, Outcome,
};
use kernel::{CaseId, Code, CustomerId, Error, Permission, Refusal, Result, StaffId};
use maud::{Markup, Render, html};
use policy::Object;
use ui::panel::{Cells, Column, Fact, Table, facts, panel, panel_with, reason_field, tab_links};
use ui::{Banner, Button, Segment, Select, Tone, badge, empty_state};

use super::common::{Problem, list_pages, mark, time, when};
use super::people::People;
use crate::Admin;
use crate::draft;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// How the fields of a proposal begin that name a case.
const OF_CASE: &str = "case_";
/// Cases that the page of a proposal shows.
const MAX_OF_PROPOSAL: usize = 8;
/// The field of the address that says that the case was just closed.
const CLOSED: &str = "done";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/cases", get(list))
        .route("/cases/{id}", get(show))
        .route("/cases/{id}/close", post(close))
}

fn case_id(text: &str) -> Result<CaseId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// Of which kind a case is.
pub(super) fn kind(words: Words, kind: &str) -> String {
    match kind {
        FROZEN_BY_CUSTOMER => t!(words, "case-not-me"),
        FROZEN_BY_BANK => t!(words, "case-staff-freeze"),
        _ => t!(words, "case-other"),
    }
}

/// What the word of an outcome means, when it is one.
pub(super) fn outcome(words: Words, word: &str) -> Option<String> {
    Outcome::chosen(word).map(|outcome| outcome_name(words, outcome))
}

fn outcome_name(words: Words, outcome: Outcome) -> String {
    match outcome {
        Outcome::Confirmed => t!(words, "case-confirmed"),
        Outcome::FalseAlarm => t!(words, "case-false-alarm"),
        Outcome::NoAction => t!(words, "case-no-action"),
        Outcome::Unfrozen => t!(words, "case-unfrozen"),
    }
}

/// Whether it is open; of a closed one, what came of it.
fn state(words: Words, case: &Case) -> (Tone, String) {
    match (case.closed_at, case.outcome) {
        (None, _) => (Tone::Warn, t!(words, "case-open")),
        (Some(_), Some(outcome)) => (Tone::Info, outcome_name(words, outcome)),
        (Some(_), None) => (Tone::Info, t!(words, "case-closed")),
    }
}

async fn list(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let closed = query.text("list") == "closed";
    let (listed, list) = if closed { (Listed::Closed, "list=closed") } else { (Listed::Open, "") };
    let after = mark(&query, "after")?;
    let Listing { cases, more } = admin.identity().list_cases(&view.ctx, listed, after).await?;
    let people = People::of(&admin, &view, cases.iter().map(Case::customer).collect()).await?;
    let last = cases.last().filter(|_| more).map(|case| case.id.to_string());
    let (open_text, closed_text) = (t!(words, "cases-open"), t!(words, "cases-closed"));
    let tabs = [
        Segment { href: "/cases", text: &open_text, current: !closed },
        Segment { href: "/cases?list=closed", text: &closed_text, current: closed },
    ];
    let title = t!(words, "cases-title");
    let main = html! {
        (tab_links(&t!(words, "cases-tabs"), &tabs))
        section.card {
            @if !cases.is_empty() {
                (table(&view, &title, (&cases, &people)))
                (list_pages(words, ("/cases", list, "after"), after.is_some(), last))
            } @else if closed {
                (empty_state("folder-open", "", &t!(words, "cases-none-closed"), &html! {}))
            } @else {
                (empty_state("folder-open", &t!(words, "cases-none"),
                    &t!(words, "cases-none-text"), &html! {}))
            }
        }
    };
    Ok(Page::new(title).at(At::Cases).main(main).respond(&view))
}

fn table(view: &View, caption: &str, (cases, people): (&[Case], &People)) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "case-kind")),
        Column::text(t!(words, "case-customer")),
        Column::time(t!(words, "case-opened")),
        Column::text(t!(words, "case-state")),
    ];
    let rows = cases.iter().map(|case| {
        let (tone, text) = state(words, case);
        Cells::linked(&format!("/cases/{}", case.id), &kind(words, &case.kind))
            .cell(people.customer_link(case.customer()))
            .cell(time(view, case.opened_at))
            .cell(badge(tone, &text))
    });
    Table::new(caption, &columns).rows(rows).render()
}

/// The matters of one customer, for their page. Nothing for whoever may not see them.
pub(super) async fn of_customer(admin: &Admin, view: &View, id: CustomerId) -> Reply<Markup> {
    let words = view.words;
    if !view.may(Permission::CaseRead) {
        return Ok(html! {});
    }
    let cases = admin.desk().cases(&view.ctx, id).await?;
    let title = t!(words, "customer-cases");
    if cases.is_empty() {
        let none = t!(words, "customer-cases-none");
        return Ok(panel(&title, &html! {}, &empty_state("folder-open", "", &none, &html! {})));
    }
    let content = html! {
        ul.stack role="list" {
            @for case in &cases {
                @let (tone, text) = state(words, case);
                li {
                    a href={ "/cases/" (case.id) } { (kind(words, &case.kind)) }
                    " " (badge(tone, &text))
                    span.sub { (when(view, case.opened_at)) }
                }
            }
        }
    };
    Ok(panel_with(&title, &html! {}, &content))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let done = query.has(CLOSED);
    let typed = (&view.typed, &Problem::default());
    let page = page(&admin, &view, case_id(&id)?, typed).await?;
    let notice = html! { (Banner::new(Tone::Good, &t!(view.words, "case-done"), "")) };
    Ok(if done { page.above(&notice) } else { page }.respond(&view))
}

async fn page(
    admin: &Admin,
    view: &View,
    id: CaseId,
    (typed, problem): (&Fields, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let file = admin.identity().case_for_staff(&view.ctx, id).await?;
    let people = People::of(admin, view, vec![file.case.customer()]).await?;
    let (tone, text) = state(words, &file.case);
    let closing = file.case.closed_at.is_none() && view.may(Permission::CaseHandle);
    let main = html! {
        (problem.notice(words, &["outcome", "reason"]))
        div.with-side {
            div.stack { (panel_with(&t!(words, "case-about"), &html! {},
                &about(view, &file, &people))) }
            div.stack {
                @if closing {
                    (panel_with(&t!(words, "case-close"), &html! {},
                        &form(view, id, (typed, problem))))
                }
            }
        }
    };
    let page = Page::new(kind(words, &file.case.kind));
    let page = if closing { page.typed() } else { page };
    Ok(page
        .at(At::Cases)
        .under("/cases", t!(words, "cases-title"))
        .beside(badge(tone, &text))
        .sub(html! { span.mono { (id) } })
        .main(main))
}

/// The cases that a proposal rests on: who froze the customer, when and why. Nothing for whoever
/// may not see them. Each is recorded as read, and none of it is in what is signed.
pub(super) async fn of_proposal(
    admin: &Admin,
    view: &View,
    (changes, people): (&[Change], &People),
) -> Reply<Markup> {
    if !view.may(Permission::CaseRead) {
        return Ok(html! {});
    }
    let words = view.words;
    let named = changes.iter().filter(|change| change.field.starts_with(OF_CASE));
    let ids = named.filter_map(|change| change.before.as_deref()?.parse::<CaseId>().ok());
    let mut files = Vec::new();
    for id in ids.take(MAX_OF_PROPOSAL) {
        files.push(admin.identity().case_for_staff(&view.ctx, id).await?);
    }
    if files.is_empty() {
        return Ok(html! {});
    }
    let content = html! {
        @for file in &files {
            @let (tone, text) = state(words, &file.case);
            p {
                a href={ "/cases/" (file.case.id) } { (kind(words, &file.case.kind)) }
                " " (badge(tone, &text))
            }
            (about(view, file, people))
        }
    };
    Ok(panel_with(&t!(words, "approval-cases"), &html! {}, &content))
}

/// What is known of it, and how it ended.
fn about(view: &View, file: &CaseFile, people: &People) -> Markup {
    let words = view.words;
    let case = &file.case;
    let texts = [
        t!(words, "case-customer"),
        t!(words, "case-opened"),
        t!(words, "case-reason"),
        t!(words, "case-closed-at"),
        t!(words, "case-closed-by"),
        t!(words, "case-outcome"),
        t!(words, "case-note"),
    ];
    let [customer, opened, why, closed, by, outcome, note] = &texts;
    let mut known = Vec::new();
    if let Some(whole) = people.whole(Object::Customer(case.customer())) {
        known.push(Fact::markup(customer, whole));
    }
    known.push(Fact::markup(opened, time(view, case.opened_at)));
    let beginning = beginning(view, case, people);
    if let Some((from, how)) = &beginning {
        known.push(Fact::markup(from, how.clone()));
    }
    if let Some(text) = &file.reason {
        known.push(Fact::text(why, text.expose()));
    }
    if let Some(at) = case.closed_at {
        known.push(Fact::markup(closed, time(view, at)));
    }
    if let Some(id) = case.closed_by {
        known.push(Fact::markup(by, people.colleague_link(id)));
    }
    if let Some(came) = case.outcome {
        known.push(Fact::text(outcome, &outcome_name(words, came)));
    }
    if let Some(text) = &file.note {
        known.push(Fact::text(note, text.expose()));
    }
    facts(&known)
}

/// How it began, from what was known then: what that is called, and what it was.
fn beginning(view: &View, case: &Case, people: &People) -> Option<(String, Markup)> {
    let words = view.words;
    let fact = |name: &str| case.facts.get(name).and_then(serde_json::Value::as_str);
    if let Some(id) = fact("staff").and_then(|id| id.parse::<StaffId>().ok()) {
        return Some((t!(words, "case-frozen-by"), people.colleague_link(id)));
    }
    let how = match fact("from")? {
        "session" => t!(words, "case-from-session"),
        "notice" => t!(words, "case-from-notice"),
        _ => return None,
    };
    Some((t!(words, "case-from"), html! { (how) }))
}

fn form(view: &View, id: CaseId, (typed, problem): (&Fields, &Problem)) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "case-outcome"),
        t!(words, "case-note"),
        t!(words, "reason-hint"),
        t!(words, "case-close"),
        t!(words, "case-choose"),
    ];
    let [outcome, note, hint, submit, choose] = &texts;
    let names = Outcome::CHOICES.map(|outcome| (outcome, outcome_name(words, outcome)));
    let chosen = typed.text("outcome");
    let select = names.iter().fold(
        Select::new("outcome", outcome).option("", choose, chosen.is_empty()),
        |select, (outcome, name)| select.option(outcome.as_str(), name, chosen == outcome.as_str()),
    );
    html! {
        p { (t!(words, "case-close-text")) }
        form.stack id=(draft::FORM) method="post" action={ "/cases/" (id) "/close" } {
            (view.token_and_way_back())
            (select.error(problem.at("outcome")))
            (reason_field(note, hint, typed.text("reason"), problem.at("reason")))
            div.actions { (Button::primary(submit)) }
        }
    }
}

async fn close(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = case_id(&id)?;
    admin.identity().staff_could(&view.ctx, Permission::CaseHandle, Object::Bank).await?;
    let closed = match Outcome::chosen(fields.text("outcome")) {
        Some(outcome) => {
            admin.identity().close_case(&view.ctx, id, (outcome, fields.text("reason"))).await
        }
        None => Err(Refusal::new(Code::FieldInvalid).field("outcome").into()),
    };
    match closed {
        Ok(()) => Ok(see_other(&format!("/cases/{id}?{CLOSED}=1"))),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            let mut problem = Problem::of(view.lang(), &refusal);
            if refusal.field == Some("outcome") {
                problem = problem.saying(t!(view.words, "case-choose-first"));
            }
            let page = page(&admin, &view, id, (&fields, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
        // Somebody else was faster: the page says how it ended.
        Err(Error::Refused(refusal)) if refusal.code == Code::NothingToChange => {
            Ok(see_other(&format!("/cases/{id}")))
        }
        Err(error) => Err(error.into()),
    }
}
