//! Differences between books: those that are open, with their age and whoever looks into them;
//! those that were resolved; the comparisons that found them.

use accounting::BreakId;
use accounting::desk::Breaks;
use accounting::reconciliation::{Resolved, Run, StoredBreak};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply, see_other};
use kernel::{Code, Permission, Refusal, Result, StaffId};
use maud::{Markup, Render, html};
use policy::Object;
use ui::panel::{Cells, Column, Fact, Table, facts, panel_with, tab_links};
use ui::{Button, Segment, Select, Tone, badge, breakable, empty_state, format};

use super::names::{age, kind_badge};
use super::{Part, how_name, kind_name, named_book, page, resolve, tabs};
use crate::Admin;
use crate::pages::common::{Problem, list_pages, mark, time};
use crate::pages::people::People;
use crate::pages::proposals::about_it;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) const PATH: &str = "/books/breaks";
/// Where names of documents and accounts may go on in the next line.
const SIGNS: [char; 4] = ['_', ' ', '>', '/'];

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/books/breaks", get(list))
        .route("/books/breaks/{id}", get(show))
        .route("/books/breaks/{id}/assign", post(assign))
}

pub(super) fn break_id(text: &str) -> Result<BreakId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// The address of a difference.
pub(super) fn path(id: BreakId) -> String {
    format!("{PATH}/{id}")
}

async fn list(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let listed = query.text("list");
    let content = match listed {
        "resolved" => {
            let resolved = admin.books().resolved_breaks(&view.ctx).await?;
            let people = People::of(&admin, &view, Vec::new()).await?;
            resolved_list(&view, &resolved, &people)
        }
        "runs" => runs(&view, &admin.books().runs(&view.ctx).await?),
        _ => {
            let after = mark(&query, "after")?;
            let found = admin.books().open_breaks(&view.ctx, after).await?;
            let people = People::of(&admin, &view, Vec::new()).await?;
            open_list(&view, (&found, after.is_some()), &people)
        }
    };
    let lists = [
        ("", PATH.to_owned(), t!(words, "breaks-open")),
        ("resolved", format!("{PATH}?list=resolved"), t!(words, "breaks-resolved")),
        ("runs", format!("{PATH}?list=runs"), t!(words, "breaks-runs")),
    ];
    let known = lists.iter().any(|(name, ..)| *name == listed);
    let current = |name: &str| if known { name == listed } else { name.is_empty() };
    let segments: Vec<_> = lists
        .iter()
        .map(|(name, href, text)| Segment { href, text, current: current(name) })
        .collect();
    let main = html! {
        (tabs(words, Part::Breaks))
        (tab_links(&t!(words, "breaks-lists"), &segments))
        section.card { (content) }
    };
    Ok(page(words, t!(words, "books-breaks")).main(main).respond(&view))
}

/// A name that is long, in lines that fit.
fn named(text: &str) -> Markup {
    html! { span.mono { (breakable(text, &SIGNS)) } }
}

/// What a difference is called in a list: its kind, and what it is about.
fn head(words: Words, found: &StoredBreak) -> Cells {
    Cells::linked(&path(found.id), &kind_name(words, found.found.kind))
        .beside(&html! { span.sub { (named(&found.found.reference)) } })
}

fn open_list(view: &View, (found, later): (&Breaks, bool), people: &People) -> Markup {
    let words = view.words;
    if found.breaks.is_empty() {
        return empty_state("check-circle", "", &t!(words, "books-breaks-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "break-kind")),
        Column::text(t!(words, "break-book")),
        Column::number(t!(words, "break-difference")),
        Column::text(t!(words, "books-day")),
        Column::text(t!(words, "break-age")),
        Column::text(t!(words, "break-owner")),
    ];
    let rows = found.breaks.iter().map(|one| {
        head(words, one)
            .text(&named_book(words, &one.book))
            .text(&format::signed(view.lang(), one.found.difference))
            .text(&format::day(view.lang(), one.found.day))
            .text(&age(words, one.age_days(view.ctx.now())))
            .cell(owner(words, one.owner, people))
    });
    let last = found.breaks.last().filter(|_| found.more).map(|one| one.id.to_string());
    html! {
        (Table::new(&t!(words, "breaks-open"), &columns).rows(rows))
        (list_pages(words, (PATH, "", "after"), later, last))
    }
}

fn owner(words: Words, owner: Option<StaffId>, people: &People) -> Markup {
    html! {
        @match owner {
            Some(id) => (people.colleague(id)),
            None => span.dim { (t!(words, "break-nobody")) },
        }
    }
}

fn resolved_list(view: &View, resolved: &[StoredBreak], people: &People) -> Markup {
    let words = view.words;
    if resolved.is_empty() {
        return empty_state("folder-open", "", &t!(words, "breaks-resolved-none"), &html! {});
    }
    let columns = [
        Column::text(t!(words, "break-kind")),
        Column::text(t!(words, "break-book")),
        Column::number(t!(words, "break-difference")),
        Column::text(t!(words, "break-how")),
        Column::text(t!(words, "break-by")),
        Column::time(t!(words, "break-resolved-at")),
        Column::text(t!(words, "break-took")),
    ];
    let rows = resolved.iter().filter_map(|one| {
        let end = one.resolved.as_ref()?;
        Some(
            head(words, one)
                .text(&named_book(words, &one.book))
                .text(&format::signed(view.lang(), one.found.difference))
                .text(&how_name(words, end.how))
                .cell(by(words, &end.by, people))
                .cell(time(view, end.at))
                .text(&age(words, one.age_days(view.ctx.now()))),
        )
    });
    Table::new(&t!(words, "breaks-resolved"), &columns).rows(rows).render()
}

/// Who resolved it: a colleague, or the comparison that did not find it any more.
fn by(words: Words, by: &str, people: &People) -> Markup {
    html! {
        @match by.parse::<StaffId>() {
            Ok(id) => (people.colleague(id)),
            Err(()) => (t!(words, "by-system")),
        }
    }
}

fn runs(view: &View, runs: &[(String, Run)]) -> Markup {
    let words = view.words;
    if runs.is_empty() {
        return empty_state("list-checks", "", &t!(words, "breaks-runs-none"), &html! {});
    }
    let columns = [
        Column::time(t!(words, "run-at")),
        Column::text(t!(words, "break-book")),
        Column::text(t!(words, "run-days")),
        Column::number(t!(words, "run-agreed")),
        Column::number(t!(words, "run-found")),
    ];
    let rows = runs.iter().map(|(book, run)| {
        let (first, last) = run.days;
        let day = |day| format::day(view.lang(), day);
        let days =
            if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) };
        Cells::plain(time(view, run.at))
            .text(&named_book(words, book))
            .text(&days)
            .text(&run.agreed.to_string())
            .text(&run.found.to_string())
    });
    Table::new(&t!(words, "breaks-runs"), &columns).rows(rows).render()
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    Ok(shown(&admin, &view, break_id(&id)?, &Problem::default()).await?.respond(&view))
}

async fn shown(admin: &Admin, view: &View, id: BreakId, problem: &Problem) -> Reply<Page> {
    let words = view.words;
    let found = admin.books().one_break(&view.ctx, id).await?;
    let people = People::of(admin, view, Vec::new()).await?;
    let open = found.resolved.is_none();
    let assigning = open && view.may(Permission::BreakHandle);
    let handlers = if assigning { admin.books().handlers(&view.ctx).await? } else { Vec::new() };
    let main = html! {
        (tabs(words, Part::Breaks))
        (problem.notice(words, &["owner"]))
        div.with-side {
            div.stack {
                (panel_with(&t!(words, "break-what"), &html! {}, &about(view, &found)))
                @if let Some(end) = &found.resolved {
                    (panel_with(&t!(words, "break-end"), &html! {}, &ended(view, end, &people)))
                }
            }
            div.stack {
                @let content = html! {
                    p { (owner(words, found.owner, &people)) }
                    @if assigning { (handing(view, (&found, &handlers), problem)) }
                };
                (panel_with(&t!(words, "break-owner"), &html! {}, &content))
            }
        }
    };
    let propose = resolve::path(id);
    let ways = html! {
        @if open && view.may(Permission::BreakResolvePropose) {
            (Button::primary(&t!(words, "break-resolve")).icon("seal-check").href(&propose))
        }
    };
    let state = if open {
        badge(Tone::Warn, &t!(words, "break-open"))
    } else {
        badge(Tone::Good, &t!(words, "break-resolved"))
    };
    Ok(page(words, kind_name(words, found.found.kind))
        .under(PATH, t!(words, "books-breaks"))
        .beside(state)
        .sub(html! { span.mono { (id) } })
        .actions(ways)
        .main(main))
}

/// What differs, and since when.
pub(super) fn about(view: &View, found: &StoredBreak) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "break-kind"),
        t!(words, "break-book"),
        t!(words, "break-reference"),
        t!(words, "break-difference"),
        t!(words, "break-ours"),
        t!(words, "break-theirs"),
        t!(words, "break-likely"),
        t!(words, "books-day"),
        t!(words, "break-found-at"),
        t!(words, "break-age"),
    ];
    let [kind, book, reference, difference, ours, theirs, likely, day, found_at, old] = &texts;
    let what = &found.found;
    let mut lines = vec![
        Fact::markup(kind, kind_badge(words, what.kind)),
        Fact::text(book, &named_book(words, &found.book)),
        Fact::markup(reference, named(&what.reference)),
        Fact::text(difference, &format::signed(view.lang(), what.difference)),
        Fact::markup(ours, items(words, &what.ours)),
        Fact::markup(theirs, items(words, &what.theirs)),
    ];
    if let Some(other) = &what.likely {
        let hint = t!(words, "break-likely-hint");
        lines.push(Fact::markup(likely, html! { (named(other)) span.sub { (hint) } }));
    }
    lines.push(Fact::text(day, &format::day(view.lang(), what.day)));
    lines.push(Fact::markup(found_at, time(view, found.found_at)));
    lines.push(Fact::text(old, &age(words, found.age_days(view.ctx.now()))));
    facts(&lines)
}

/// What a book has of it.
fn items(words: Words, items: &[String]) -> Markup {
    html! {
        @if items.is_empty() { span.dim { (t!(words, "none")) } }
        @for item in items { span.sub { (named(item)) } }
    }
}

fn ended(view: &View, end: &Resolved, people: &People) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "break-how"),
        t!(words, "break-evidence"),
        t!(words, "break-by"),
        t!(words, "break-resolved-at"),
    ];
    let [how, evidence, who, at] = &texts;
    facts(&[
        Fact::text(how, &how_name(view.words, end.how)),
        Fact::markup(evidence, html! { (breakable(&end.evidence, &SIGNS)) }),
        Fact::markup(who, by(words, &end.by, people)),
        Fact::markup(at, time(view, end.at)),
    ])
}

/// The forms that give it to somebody: oneself with one press, or a colleague.
fn handing(
    view: &View,
    (found, handlers): (&StoredBreak, &[(StaffId, String)]),
    problem: &Problem,
) -> Markup {
    let words = view.words;
    let action = format!("{}/assign", path(found.id));
    let me = view.employee.as_ref().map(|employee| employee.id);
    let (mine, give) = (t!(words, "break-take"), t!(words, "break-give"));
    let others = handlers.iter().filter(|(id, _)| Some(*id) != me && Some(*id) != found.owner);
    let label = t!(words, "break-colleague");
    let mut select = Select::new("owner", &label).error(problem.at("owner"));
    let others: Vec<_> = others.map(|(id, name)| (id.to_string(), name)).collect();
    for (id, name) in &others {
        select = select.option(id, name, false);
    }
    html! {
        @if let Some(me) = me.filter(|me| found.owner != Some(*me)) {
            form method="post" action=(action) {
                (view.token_and_way_back())
                input type="hidden" name="owner" value=(me);
                (Button::primary(&mine))
            }
        }
        @if !others.is_empty() {
            form.stack method="post" action=(action) {
                (view.token_and_way_back())
                (select)
                div.actions { (Button::quiet(&give)) }
            }
        }
    }
}

/// Back to the difference. What was theirs already, or is resolved by now, is shown as it is.
async fn assign(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = break_id(&id)?;
    admin.identity().staff_could(&view.ctx, Permission::BreakHandle, Object::Bank).await?;
    let assigned = match fields.text("owner").parse() {
        Ok(owner) => admin.books().assign(&view.ctx, id, owner).await,
        Err(()) => Err(Refusal::new(Code::FieldInvalid).field("owner").into()),
    };
    match about_it(assigned)? {
        Ok(()) | Err(Refusal { code: Code::NothingToChange, .. }) => Ok(see_other(&path(id))),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = shown(&admin, &view, id, &problem).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}
