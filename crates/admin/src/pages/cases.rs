//! Matters that somebody has to look into.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use identity::cases::{Case, FROZEN_BY_BANK, FROZEN_BY_CUSTOMER};
use kernel::{CustomerId, Permission};
use maud::{Markup, Render, html};
use ui::panel::{Cells, Column, Table, panel};
use ui::{Step, StepState, Tone, badge, empty_state, timeline};

use super::common::{time, when};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/cases", get(list))
}

fn kind(words: Words, kind: &str) -> String {
    match kind {
        FROZEN_BY_CUSTOMER => t!(words, "case-not-me"),
        FROZEN_BY_BANK => t!(words, "case-staff-freeze"),
        _ => t!(words, "case-other"),
    }
}

async fn list(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let cases = admin.desk().open_cases(&view.ctx).await?;
    let title = t!(words, "cases-title");
    let content = if cases.is_empty() {
        let (none, text) = (t!(words, "cases-none"), t!(words, "cases-none-text"));
        empty_state("folder-open", &none, &text, &html! {})
    } else {
        table(&view, &title, &cases)
    };
    let main = html! { section.card { (content) } };
    Ok(Page::new(title).at(At::Cases).main(main).respond(&view))
}

fn table(view: &View, caption: &str, cases: &[Case]) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "case-kind"),
        t!(words, "case-customer"),
        t!(words, "case-opened"),
        t!(words, "case-state"),
    ];
    let [what, customer, opened, state] = &texts;
    let columns =
        [Column::text(what), Column::text(customer), Column::time(opened), Column::text(state)];
    let rows = cases.iter().map(|case| {
        let customer = CustomerId::from_uuid(case.subject);
        Cells::linked(&format!("/customers/{customer}"), &kind(words, &case.kind))
            .beside(&html! { span.sub.mono { (case.id) } })
            .cell(html! { span.mono { (customer) } })
            .cell(time(view, case.opened_at))
            .cell(badge(Tone::Warn, &t!(words, "case-open")))
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
        let none = t!(words, "cases-none");
        return Ok(panel(&title, &html! {}, &empty_state("folder-open", "", &none, &html! {})));
    }
    let lines: Vec<_> = cases
        .iter()
        .map(|case| {
            let (state, text) = match case.closed_at {
                Some(_) => (StepState::Done, t!(words, "case-closed")),
                None => (StepState::Current, t!(words, "case-open")),
            };
            let sub = format!("{} · {text}", when(view, case.opened_at));
            (kind(words, &case.kind), sub, state)
        })
        .collect();
    let steps: Vec<_> =
        lines.iter().map(|(title, sub, state)| Step { title, sub, state: *state }).collect();
    let content = html! { div.card-body { (timeline(&title, &steps)) } };
    Ok(panel(&title, &html! {}, &content))
}
