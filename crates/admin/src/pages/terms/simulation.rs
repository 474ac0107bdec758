//! What a draft would have done to the operations of the last thirty days. Whoever writes it asks
//! for that, because it takes a while; whoever decides about it sees it without asking.

use edge::Fields;
use kernel::{Money, Result};
use limits::book::{LIMITS, VALUES};
use maud::{Markup, Render, html};
use payments::{LimitEffect, RuleEffect, Simulation};
use store::editions::Draft;
use ui::panel::{Cells, Column, Table, panel as card};
use ui::{Banner, Button, Tone, empty_state, format};

use super::calculator::prices;
use super::draft;
use crate::Admin;
use crate::view::View;
use crate::words::t;

/// The field of the address that asks for it.
const ASKED: &str = "simulate";

/// Whether documents of a book price or limit anything.
fn has_effects(book: &str) -> bool {
    prices(book) || book == LIMITS || book == VALUES
}

/// The address of a draft with its simulation.
fn path(draft: &Draft) -> String {
    format!("{}?{ASKED}=1#simulation", draft::path(draft.id))
}

/// The way to the simulation, for the form that proposes the draft. Nothing for a book without
/// effects on past operations.
pub(super) fn way(view: &View, draft: &Draft) -> Markup {
    html! {
        @if has_effects(&draft.book) {
            p { a href=(path(draft)) { (t!(view.words, "simulation-way")) } }
        }
    }
}

/// The simulation of a draft without faults, when the address asks for it; else the way to it.
pub(super) async fn panel(
    admin: &Admin,
    view: &View,
    (draft, query): (&Draft, &Fields),
) -> Result<Markup> {
    let words = view.words;
    if !has_effects(&draft.book) {
        return Ok(html! {});
    }
    let content = if query.has(ASKED) {
        let simulated = admin.payments().simulate(&view.ctx, &draft.book, &draft.body).await?;
        outcome(view, &simulated)
    } else {
        html! {
            div.card-body {
                p.dim { (t!(words, "simulation-text")) }
                (Button::quiet(&t!(words, "simulation-start")).href(&path(draft)))
            }
        }
    };
    Ok(html! { div #simulation { (card(&t!(words, "simulation"), &html! {}, &content)) } })
}

/// The simulation of a draft that was proposed, for whoever decides about it: they need not ask. A
/// proposal can be decided, and rejected, also when there is none.
pub(super) async fn of_proposal(admin: &Admin, view: &View, draft: &Draft) -> Markup {
    if !has_effects(&draft.book) {
        return html! {};
    }
    let content = match admin.payments().simulate(&view.ctx, &draft.book, &draft.body).await {
        Ok(simulated) => outcome(view, &simulated),
        Err(error) => {
            tracing::warn!(?error, draft = %draft.id, "a proposal is shown without simulation");
            let failed = t!(view.words, "simulation-failed");
            html! { div.card-body { (Banner::new(Tone::Warn, &failed, "")) } }
        }
    };
    let title = t!(view.words, "simulation");
    html! { div #simulation { (card(&title, &html! {}, &content)) } }
}

fn outcome(view: &View, simulated: &Simulation) -> Markup {
    let words = view.words;
    if simulated.operations == 0 {
        return empty_state("clock", "", &t!(words, "simulation-none"), &html! {});
    }
    let looked = t!(words, "simulation-looked", count = simulated.operations);
    html! {
        div.card-body { (Banner::new(Tone::Info, &looked, "")) }
        @if !simulated.rules.is_empty() { (rules(view, &simulated.rules)) }
        @else if !simulated.limits.is_empty() { (limits(view, &simulated.limits)) }
        @else { div.card-body { p.dim { (t!(words, "simulation-nothing")) } } }
    }
}

/// What each rule would have priced, and how much more or less that is than what holds.
fn rules(view: &View, effects: &[RuleEffect]) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "example-rule")),
        Column::number(t!(words, "simulation-operations")),
        Column::number(t!(words, "simulation-holds")),
        Column::number(t!(words, "simulation-draft")),
        Column::number(t!(words, "simulation-more")),
    ];
    let money = |money| format::money(view.lang(), money);
    let rows = effects.iter().map(|effect| {
        let more = effect.draft.minor.saturating_sub(effect.holds.minor);
        Cells::plain(html! { span.mono { (effect.rule) } })
            .text(&effect.operations.to_string())
            .text(&money(effect.holds))
            .text(&money(effect.draft))
            .text(&format::signed(view.lang(), Money::new(more, effect.draft.asset)))
    });
    Table::new(&t!(words, "simulation"), &columns).rows(rows).render()
}

/// What each limit would have stopped.
fn limits(view: &View, effects: &[LimitEffect]) -> Markup {
    let words = view.words;
    let columns = [
        Column::text(t!(words, "simulation-limit")),
        Column::number(t!(words, "simulation-met")),
        Column::number(t!(words, "simulation-stopped")),
        Column::number(t!(words, "simulation-customers")),
    ];
    let rows = effects.iter().map(|effect| {
        Cells::plain(html! { span.mono { (effect.limit) } })
            .text(&effect.met.to_string())
            .text(&effect.stopped.to_string())
            .text(&effect.customers.to_string())
    });
    Table::new(&t!(words, "simulation"), &columns).rows(rows).render()
}
