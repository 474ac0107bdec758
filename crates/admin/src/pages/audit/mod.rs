//! The audit log: searched, and read event by event with the proof of each. Whole it is handed out
//! by the operator (`okto audit export`): it may be too much for one answer of a page.

mod facts;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Query, Reply};
use identity::{Grant, stated_reason};
use kernel::{AuditId, Code, CustomerId, Day, Permission, Refusal, Result, StaffId};
use maud::{Markup, Render, html};
use policy::Object;
use serde_json::json;
use store::audit::{self, Entry, Event, Filter, InclusionProof, Outcome};
use ui::panel::{Cells, Column, Fact, Table, filters, masked, panel_with};
use ui::{Banner, Button, Field, Select, Tone, badge, empty_state, format, pagination};

use super::acts::act_name;
use super::common::{Problem, short, time};
use super::people::People;
use super::proposals;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// Events of a page.
const PAGE_EVENTS: u16 = 50;
/// The fields of the filter.
const FILTERS: [&str; 6] = ["actor", "action", "subject", "from", "to", "outcome"];

/// Whether the personal part of an event is asked for, and why not.
#[derive(Clone, Debug, Default)]
struct Asked {
    open: bool,
    problem: Problem,
}

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/audit", get(list))
        .route("/audit/{id}", get(show))
        .route("/audit/{id}/personal", post(personal))
}

async fn list(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let grant = admin.identity().staff_may(&view.ctx, Permission::AuditRead, Object::Bank).await?;
    let (filter, after) = match asked(&query) {
        Ok(asked) => asked,
        // What cannot be read is no filter: the whole list would be taken for the filtered one.
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let problem = problem.saying(t!(view.words, "audit-filter-wrong"));
            let nothing = problem.notice(view.words, &FILTERS);
            return Ok(page(&view, (&query, &problem), &nothing)
                .refused(refusal.code)
                .respond(&view));
        }
    };
    // What others did about oneself is not for oneself to read.
    let filter = Filter { not_about: view.ctx.staff()?.subjects(), ..filter };
    let more = PAGE_EVENTS.saturating_add(1);
    let found = audit::search(admin.store(), None, &filter, audit::Page { after, limit: more });
    let mut found = found.await?;
    let older = found.len() > usize::from(PAGE_EVENTS);
    found.truncate(usize::from(PAGE_EVENTS));
    let entry = looked_for(&grant, (&query, &filter));
    audit::record(admin.store(), admin.keys(), &view.ctx, entry).await?;
    let people = people(&admin, &view, &found).await?;
    let words = view.words;
    let events = html! {
        @if found.is_empty() {
            (empty_state("scroll", &t!(words, "audit-none"), &t!(words, "audit-none-text"),
                &html! {}))
        } @else {
            (table(&view, (&found, &people)))
        }
        (pages(words, &query, after.is_some(), found.last().filter(|_| older)))
    };
    Ok(page(&view, (&query, &Problem::default()), &events).respond(&view))
}

fn page(view: &View, (query, problem): (&Fields, &Problem), events: &Markup) -> Page {
    let words = view.words;
    let content = html! { section.card { (filter_form(words, query, problem)) (events) } };
    Page::new(t!(words, "audit-title"))
        .at(At::Audit)
        .sub(html! { (t!(words, "audit-whole")) })
        .main(content)
}

/// The event of looking into the log: whom it was about, and by what else was looked. What was
/// typed is not in it: it may be anything.
fn looked_for(grant: &Grant, (query, filter): (&Fields, &Filter)) -> Entry {
    let by: Vec<_> = FILTERS.into_iter().filter(|name| query.filled(name).is_some()).collect();
    let entry = grant.done_with(json!({ "by": by }));
    match filter.subject {
        Some(subject) => entry.subject(subject),
        None => entry,
    }
}

/// What the address asks for, and from where on. Whom an event is about is named as people see it.
fn asked(query: &Fields) -> Result<(Filter, Option<AuditId>), Refusal> {
    let wrong = |name| Refusal::new(Code::FieldInvalid).field(name);
    let text = |name| query.filled(name).map(str::to_owned);
    let day = |name: &'static str| {
        let day = query.filled(name).map(str::parse::<Day>);
        day.transpose().map_err(|()| wrong(name))
    };
    let subject = query.filled("subject").map(|text| {
        let customer = text.parse::<CustomerId>().map(CustomerId::uuid);
        customer.or_else(|()| text.parse::<StaffId>().map(StaffId::uuid))
    });
    let outcome = query.filled("outcome").map(|text| Outcome::parse(text).ok_or(()));
    let after = query.filled("after").map(str::parse::<AuditId>).transpose();
    let filter = Filter {
        actor: text("actor"),
        subject: subject.transpose().map_err(|()| wrong("subject"))?,
        action: text("action"),
        outcome: outcome.transpose().map_err(|()| wrong("outcome"))?,
        object: text("object"),
        from: day("from")?.map(Day::start),
        to: day("to")?.map(Day::end),
        ..Filter::default()
    };
    Ok((filter, after.map_err(|()| wrong("after"))?))
}

fn filter_form(words: Words, query: &Fields, problem: &Problem) -> Markup {
    let texts = [
        t!(words, "audit-actor"),
        t!(words, "audit-action"),
        t!(words, "audit-subject"),
        t!(words, "audit-from"),
        t!(words, "audit-to"),
        t!(words, "audit-outcome"),
        t!(words, "audit-action-hint"),
    ];
    let [actor, action, subject, from, to, outcome, action_hint] = &texts;
    let outcomes = [t!(words, "audit-any"), t!(words, "audit-done"), t!(words, "audit-refused")];
    let [any, done, refused] = &outcomes;
    let chosen = query.text("outcome");
    let plain = |name, label| {
        Field::new(name, label).value(query.text(name)).error(problem.at(name)).optional()
    };
    let day = |name, label| {
        Field::date(name, label).value(query.text(name)).error(problem.at(name)).optional()
    };
    let fields = html! {
        (plain("actor", actor).attr("placeholder", "stf_…"))
        (plain("action", action).attr("title", action_hint))
        (plain("subject", subject).attr("placeholder", "cus_…"))
        (day("from", from))
        (day("to", to))
        (Select::new("outcome", outcome)
            .error(problem.at("outcome"))
            .option("", any, chosen.is_empty())
            .option("done", done, chosen == "done")
            .option("refused", refused, chosen == "refused"))
    };
    let (apply, reset) = (t!(words, "filter-apply"), t!(words, "filter-reset"));
    filters("/audit", &fields, (&apply, &reset))
}

/// Whoever acted, and the customers it was about.
async fn people(admin: &Admin, view: &View, events: &[Event]) -> Result<People> {
    let acted = events.iter().map(|event| event.actor.as_str());
    let objects = events.iter().filter_map(|event| object(event).map(|(_, id)| id));
    let customers = acted.chain(objects).filter_map(|id| id.parse::<CustomerId>().ok());
    People::of(admin, view, customers.collect()).await
}

/// What an event is about: the kind of it and its id.
fn object(event: &Event) -> Option<(&str, &str)> {
    event.object.as_deref()?.split_once(':')
}

fn table(view: &View, (events, people): (&[Event], &People)) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "audit-action"),
        t!(words, "audit-when"),
        t!(words, "audit-actor"),
        t!(words, "audit-subject"),
        t!(words, "audit-outcome"),
        t!(words, "audit-proof"),
    ];
    let [action, when, actor, subject, outcome, proof] = &texts;
    let columns = [
        Column::text(action),
        Column::time(when),
        Column::text(actor),
        Column::text(subject),
        Column::text(outcome),
        Column::text(proof),
    ];
    Table::new(&t!(words, "audit-events"), &columns)
        .rows(events.iter().map(|event| row(view, event, people)))
        .render()
}

fn row(view: &View, event: &Event, people: &People) -> Cells {
    let words = view.words;
    Cells::linked(&format!("/audit/{}", event.id), &act_name(words, &event.action))
        .beside(&html! { span.sub.mono { (event.action) } })
        .cell(time(view, event.at))
        .cell(actor(words, &event.actor, people))
        .cell(about(event, people))
        .cell(outcome(words, event))
        .cell(sealed(words, event))
}

/// Who acted, as the log names them.
fn actor(words: Words, actor: &str, people: &People) -> Markup {
    html! {
        @if actor == "anonymous" { span.dim { (t!(words, "by-nobody")) } }
        @else if let Some(part) = actor.strip_prefix("system:") {
            span.dim { (t!(words, "by-system")) " · " (part) }
        }
        @else { (named(actor, people)) }
    }
}

/// Whoever an id is, by name; or the id.
fn named(id: &str, people: &People) -> Markup {
    if let Ok(colleague) = id.parse::<StaffId>() {
        return people.colleague_link(colleague);
    }
    if let Ok(customer) = id.parse::<CustomerId>() {
        return people.customer_link(customer);
    }
    people.thing_link(id)
}

/// What an event is about, in a line. Whom it is about besides stands on its own page.
fn about(event: &Event, people: &People) -> Markup {
    if let Some((_, id)) = object(event) {
        return named(id, people);
    }
    let subject = event.subject.map(|subject| short(&subject.simple().to_string()));
    html! { @if let Some(subject) = subject { span.mono { (subject) } } }
}

fn outcome(words: Words, event: &Event) -> Markup {
    match event.outcome {
        Outcome::Done => badge(Tone::Good, &t!(words, "audit-done")),
        Outcome::Refused => html! {
            (badge(Tone::Bad, &t!(words, "audit-refused")))
            @if let Some(code) = &event.refusal { span.sub.mono { (code) } }
        },
    }
}

fn sealed(words: Words, event: &Event) -> Markup {
    if event.leaf.is_some() {
        badge(Tone::Info, &t!(words, "audit-sealed"))
    } else {
        badge(Tone::Warn, &t!(words, "audit-unsealed"))
    }
}

fn pages(words: Words, query: &Fields, later: bool, last: Option<&Event>) -> Markup {
    let address = |after: Option<AuditId>| {
        let mut address = form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            query.iter().filter(|(name, value)| *name != "after" && !value.is_empty())
        {
            address.append_pair(name, value);
        }
        if let Some(after) = after {
            address.append_pair("after", &after.to_string());
        }
        format!("/audit?{}", address.finish())
    };
    let (newest, older) = (address(None), last.map(|last| address(Some(last.id))));
    let (newer_text, older_text) = (t!(words, "newer"), t!(words, "older"));
    if !later && older.is_none() {
        return html! {};
    }
    pagination(
        &t!(words, "pages-label"),
        later.then_some((newest.as_str(), newer_text.as_str())),
        older.as_deref().map(|href| (href, older_text.as_str())),
    )
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let may = Permission::AuditRead;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let event = one(&admin, &id).await?;
    let grant = admin.identity().staff_may_read(&view.ctx, may, event.subject).await?;
    audit::record(admin.store(), admin.keys(), &view.ctx, read(&grant, &event)).await?;
    Ok(event_page(&admin, &view, &event, &Asked::default()).await?.respond(&view))
}

/// Opens the personal part of an event, for a reason. That is recorded before, as an act about whom
/// the event is about.
async fn personal(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let may = Permission::AuditReadPersonal;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let event = one(&admin, &id).await?;
    let grant = admin.identity().staff_may_read(&view.ctx, may, event.subject).await?;
    let reason = match proposals::about_it(stated_reason(fields.text("reason")))? {
        Ok(reason) => reason,
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let asked = Asked { open: false, problem };
            let page = event_page(&admin, &view, &event, &asked).await?;
            return Ok(page.refused(refusal.code).respond(&view));
        }
    };
    if !event.has_personal {
        return Err(Code::NotFound.into());
    }
    let entry = read(&grant, &event).personal(json!({ "reason": reason }));
    audit::record(admin.store(), admin.keys(), &view.ctx, entry).await?;
    let opened = audit::by_id(admin.store(), Some(admin.keys()), event.id).await?;
    let opened = opened.ok_or(Code::NotFound)?;
    let notice = Banner::new(Tone::Warn, &t!(view.words, "customer-shown"), "").urgent().render();
    let asked = Asked { open: true, ..Asked::default() };
    let page = event_page(&admin, &view, &opened, &asked).await?;
    Ok(page.above(&notice).respond(&view))
}

/// An event, its personal part sealed.
async fn one(admin: &Admin, id: &str) -> Result<Event> {
    let id: AuditId = id.parse().map_err(|()| Code::NotFound)?;
    Ok(audit::by_id(admin.store(), None, id).await?.ok_or(Code::NotFound)?)
}

/// That an event was read, about whom it is.
fn read(grant: &Grant, event: &Event) -> Entry {
    let entry = grant.done().object("audit", event.id);
    match event.subject {
        Some(subject) => entry.subject(subject),
        None => entry,
    }
}

async fn event_page(admin: &Admin, view: &View, event: &Event, asked: &Asked) -> Reply<Page> {
    let inclusion = audit::prove(admin.store(), event.id).await?;
    let people = people(admin, view, std::slice::from_ref(event)).await?;
    let words = view.words;
    let content = html! {
        (asked.problem.notice(words, &["reason"]))
        div.with-side {
            div.stack {
                (panel_with(&t!(words, "audit-event"), &html! {},
                    &what(view, event, &people)))
                @if let Some(known) = &event.facts {
                    (panel_with(&t!(words, "audit-facts"), &html! {},
                        &self::facts::shown(view, &people, known)))
                }
                (panel_with(&t!(words, "audit-personal"), &html! {},
                    &personal_part(view, event, (asked, &people))))
            }
            div.stack { (panel_with(&t!(words, "audit-proof"), &html! {},
                &proof(view, event, inclusion.as_ref()))) }
        }
    };
    Ok(Page::new(act_name(words, &event.action))
        .at(At::Audit)
        .under("/audit", t!(words, "audit-title"))
        .sub(html! { span.mono { (event.action) " · " (event.id) } })
        .main(content))
}

fn what(view: &View, event: &Event, people: &People) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "audit-when"),
        t!(words, "audit-actor"),
        t!(words, "audit-session"),
        t!(words, "audit-outcome"),
        t!(words, "audit-subject"),
        t!(words, "audit-object"),
        t!(words, "audit-trace"),
    ];
    let [when, who, session, ended, subject, object, trace] = &texts;
    let mono = |text: &str| html! { span.mono { (text) } };
    let mut lines = vec![
        Fact::text(when, &format!("{} ({})", format::moment_full(view.lang(), event.at), event.at)),
        Fact::markup(
            who,
            html! {
                (actor(words, &event.actor, people))
                span.sub.mono { (event.actor) }
            },
        ),
        Fact::markup(ended, outcome(words, event)),
    ];
    if let Some(id) = &event.session {
        lines.push(Fact::markup(session, mono(id)));
    }
    if let Some(id) = &event.subject {
        lines.push(Fact::markup(subject, mono(&id.to_string())));
    }
    if let Some((_, id)) = self::object(event) {
        let whole = html! { (named(id, people)) span.sub.mono { (id) } };
        lines.push(Fact::markup(object, whole));
    }
    lines.push(Fact::markup(trace, mono(&event.trace)));
    ui::panel::facts(&lines)
}

fn personal_part(view: &View, event: &Event, (asked, people): (&Asked, &People)) -> Markup {
    let words = view.words;
    if !event.has_personal {
        return html! { p.dim { (t!(words, "audit-personal-none")) } };
    }
    if asked.open {
        return if let Some(personal) = &event.personal {
            self::facts::shown(view, people, personal.expose())
        } else {
            html! { p { (t!(words, "audit-personal-erased")) } }
        };
    }
    let hidden = masked("••••••••", &t!(words, "customer-hidden"), &html! {});
    if !view.may(Permission::AuditReadPersonal) {
        return html! { p { (hidden) span.dim { (t!(words, "customer-not-yours")) } } };
    }
    let texts = [
        t!(words, "customer-show-why"),
        t!(words, "customer-show-hint"),
        t!(words, "audit-personal-show"),
    ];
    let [label, hint, show] = &texts;
    html! {
        p { (hidden) }
        form.stack method="post" action={ "/audit/" (event.id) "/personal" } {
            (view.token())
            (Field::new("reason", label)
                .hint(hint)
                .error(asked.problem.at("reason"))
                .autocomplete("off")
                .attr("maxlength", "200"))
            div.actions { (Button::quiet(show).icon("eye")) }
        }
    }
}

/// What shows that the event stands in the log: its leaf, the checkpoint, the path between them.
fn proof(view: &View, event: &Event, inclusion: Option<&InclusionProof>) -> Markup {
    let words = view.words;
    let texts = [t!(words, "audit-leaf"), t!(words, "audit-checkpoint"), t!(words, "audit-path")];
    let [leaf, checkpoint, path] = &texts;
    let Some(inclusion) = inclusion else { return html! { p { (sealed(words, event)) } } };
    let hashes = inclusion.path.iter().map(|hash| store::hex(hash)).collect::<Vec<_>>();
    html! {
        p { (sealed(words, event)) " " (leaf) " " (inclusion.leaf) }
        div.field { span.label { (checkpoint) } pre tabindex="0" { (inclusion.note) } }
        div.field { span.label { (path) } pre tabindex="0" { (hashes.join("\n")) } }
    }
}
