//! The form that proposes another ceiling of one limit for one customer, until a day.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::Action;
use kernel::{Amount, Code, CustomerId, Day, Money, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{LimitView, MAX_TEMPORARY_DAYS, MovingLimit, TemporaryLimit};
use ui::format;
use ui::panel::{Fact, facts, panel_with};
use ui::{Banner, Field, Tone};

use super::super::common::{Problem, when};
use super::super::proposals::{self, Form, Review, ReviewTexts, Reviewed};
use super::limits::{self, adds_up, fixed, number, set_by, whose, window};
use super::profile::who;
use super::{Standing, Who, customer_id, page_under};
use crate::Admin;
use crate::input;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

const CEILING: &str = "ceiling";
const DAY: &str = "day";
/// What the use case calls the day.
const UNTIL: &str = "until";
const SECONDS_PER_DAY: i64 = 86_400;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers/{id}/limits/{name}", get(show).post(send))
}

/// A limit of a customer, by its name; it counts each kind of operation by itself when there is
/// more than one view of it.
struct About {
    who: Who,
    views: Vec<LimitView>,
    first: LimitView,
}

async fn about(admin: &Admin, view: &View, id: CustomerId, name: &str) -> Reply<About> {
    let mut views = admin.payments().customer_limits(&view.ctx, id).await?;
    views.retain(|limit| limit.name == name);
    let first = views.first().cloned().ok_or(Code::NotFound)?;
    let who = who(view.words, &admin.desk().profile(&view.ctx, id).await?);
    Ok(About { who, views, first })
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path((id, name)): Path<(String, String)>,
) -> Reply<Response> {
    let about = about(&admin, &view, customer_id(&id)?, &name).await?;
    let page = page(&view, &about, (&view.typed, &Problem::default()), None)?;
    Ok(page.respond(&view))
}

/// On to the proposal, once what would change was shown; or the form again with what is wrong.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path((id, name)): Path<(String, String)>,
    fields: Fields,
) -> Reply<Response> {
    let about = about(&admin, &view, customer_id(&id)?, &name).await?;
    let reviewed = match moving(&about, &fields) {
        Ok(moving) => {
            proposals::review::<TemporaryLimit>(admin.approvals(), &view, &moving, &fields).await?
        }
        Err(refusal) => Review::Refused(None, refusal),
    };
    let (reviewed, refusal) = match reviewed {
        Review::Sent(gone) => return Ok(gone),
        Review::Look(reviewed) => (Some(reviewed), None),
        Review::Refused(reviewed, refusal) => (reviewed, Some(refusal)),
    };
    let problem = refusal.as_ref().map(|refusal| problem(&view, &about.first, refusal));
    let problem = problem.unwrap_or_default();
    let page = page(&view, &about, (&fields, &problem), reviewed.as_ref())?;
    Ok(match refusal {
        Some(refusal) => page.refused(refusal.code).respond(&view),
        None => page.respond(&view),
    })
}

/// What a form says: the ceiling, and the last day on which it holds.
fn moving(about: &About, fields: &Fields) -> Result<MovingLimit, Refusal> {
    let (limit, text) = (&about.first, fields.text(CEILING));
    let ceiling = input::minor(text, limit.asset, CEILING)?;
    let day = fields.text(DAY).parse::<Day>();
    let day = day.map_err(|()| Refusal::new(Code::FieldInvalid).field(DAY))?;
    let until_micros = day.end().micros();
    Ok(MovingLimit { customer: about.who.id, limit: limit.name.clone(), ceiling, until_micros })
}

/// A refusal at its field, in words that say what would do.
fn problem(view: &View, limit: &LimitView, refusal: &Refusal) -> Problem {
    let words = view.words;
    match refusal.field {
        Some(DAY | UNTIL) => {
            let [_, last] = days(view).map(|day| format::day(view.lang(), day));
            let at = Refusal::new(refusal.code).field(DAY);
            Problem::of(view.lang(), &at).saying(t!(words, "limit-day-wrong", last = last))
        }
        Some(CEILING) if limit.asset.is_none() || refusal.code == Code::FieldInvalid => {
            let most = number(view, limit, Amount::MAX_MINOR);
            let text = match limit.asset {
                Some(_) => t!(words, "limit-ceiling-wrong", most = most),
                None => t!(words, "limit-count-wrong"),
            };
            Problem::of(view.lang(), refusal).saying(text)
        }
        _ => Problem::of(view.lang(), refusal),
    }
}

/// The first and the last day until which a limit may be moved.
fn days(view: &View) -> [Day; 2] {
    let now = view.ctx.now();
    let longest = now.plus_seconds(MAX_TEMPORARY_DAYS.saturating_mul(SECONDS_PER_DAY));
    [now.day(), longest.day().days_before(1)]
}

/// The limit as it is, and the form where there is one to move.
fn page(
    view: &View,
    about: &About,
    typed: (&Fields, &Problem),
    reviewed: Option<&Reviewed>,
) -> Result<Page> {
    let words = view.words;
    let About { who, first, .. } = about;
    let back = limits::path(who.id);
    let title = t!(words, "limit-title", limit = first.title.as_str());
    let page = page_under(view, who, (title.clone(), title))
        .under(&back, t!(words, "customer-limits"))
        .beside(who.standing.badge(view));
    let above = html! { (limits::notice(words, who.standing)) (as_it_is(view, about)) };
    let why = fixed(words, first);
    Ok(match why {
        Some(why) => {
            let text = t!(words, "limit-fixed");
            let said = Banner::new(Tone::Info, &text, &why).render();
            page.main(html! { (above) (said) })
        }
        None if who.standing == Standing::Closed => page.main(above),
        None => {
            let form = form(view, first, typed, (reviewed, &back))?;
            page.typed().main(html! { (above) (form) })
        }
    })
}

/// The limit as it holds now, once for each kind of operation that it counts by itself.
fn as_it_is(view: &View, about: &About) -> Markup {
    let content = html! { @for limit in &about.views { (known(view, limit)) } };
    panel_with(&t!(view.words, "limit-now"), &html! {}, &content)
}

fn known(view: &View, limit: &LimitView) -> Markup {
    let words = view.words;
    let keys = [
        t!(words, "limit-counts"),
        t!(words, "limit-ceiling"),
        t!(words, "limit-of-bank"),
        t!(words, "limit-used"),
        t!(words, "limit-left"),
        t!(words, "limit-set-by"),
        t!(words, "limit-moved-until"),
    ];
    let [counts, ceiling, of_bank, used, left, by, until] = &keys;
    let figure = |minor| number(view, limit, minor);
    let mut lines = vec![
        Fact::text(counts, &format!("{} · {}", whose(words, limit), window(view, limit))),
        Fact::text(ceiling, &figure(limit.ceiling)),
        Fact::text(of_bank, &figure(limit.bank_ceiling)),
    ];
    if adds_up(limit) {
        lines.push(Fact::text(used, &figure(limit.used)));
        lines.push(Fact::text(left, &figure(limit.remaining)));
    }
    lines.push(Fact::text(by, &set_by(words, limit.set_by)));
    if let Some(at) = limit.temporary_until {
        lines.push(Fact::text(until, &when(view, at)));
    }
    facts(&lines)
}

fn form(
    view: &View,
    limit: &LimitView,
    (fields, problem): (&Fields, &Problem),
    (reviewed, back): (Option<&Reviewed>, &str),
) -> Result<Markup> {
    let words = view.words;
    let texts = [t!(words, "limit-text"), t!(words, "propose-check"), t!(words, "propose-look")];
    let [before, after, look] = &texts;
    let texts = ReviewTexts { before, after, look };
    let form = Form::reviewed(TemporaryLimit::TERMS, reviewed, &texts, back)?;
    let form = Form { named: &["reason", CEILING, DAY], ..form };
    let form = form.with(&numbers(view, limit, (fields, problem)));
    Ok(proposals::form(view, &form, (fields.text("reason"), problem)))
}

/// How much, and until when.
fn numbers(view: &View, limit: &LimitView, (fields, problem): (&Fields, &Problem)) -> Markup {
    let words = view.words;
    let [first, last] = days(view);
    let until = limit.temporary_until.map(|until| until.plus_seconds(-1).day());
    let until = until.filter(|day| (first..=last).contains(day)).map(|day| day.to_string());
    let [first, last] = [first, last].map(|day| day.to_string());
    let day_label = t!(words, "limit-day");
    let day_hint = t!(words, "limit-day-hint", days = MAX_TEMPORARY_DAYS);
    let chosen = if fields.has(DAY) { fields.text(DAY) } else { until.as_deref().unwrap_or("") };
    html! {
        (ceiling(view, limit, (fields, problem)))
        (Field::date(DAY, &day_label)
            .value(chosen)
            .hint(&day_hint)
            .error(problem.at(DAY))
            .attr("min", &first)
            .attr("max", &last))
    }
}

/// The ceiling, as the bank sets it now until something else is typed.
fn ceiling(view: &View, limit: &LimitView, (fields, problem): (&Fields, &Problem)) -> Markup {
    let words = view.words;
    let (counted, now) = if let Some(asset) = limit.asset {
        let now = format::typed(view.lang(), Money::new(limit.bank_ceiling, asset));
        (format::currency(view.lang(), asset).to_owned(), now)
    } else {
        (t!(words, "limit-in-operations"), limit.bank_ceiling.to_string())
    };
    let label = format!("{}, {counted}", t!(words, "limit-new"));
    let hint = t!(words, "limit-new-hint");
    let typed = if fields.has(CEILING) { fields.text(CEILING) } else { &now };
    Field::new(CEILING, &label)
        .value(typed)
        .hint(&hint)
        .error(problem.at(CEILING))
        .inputmode("decimal")
        .autocomplete("off")
        .attr("maxlength", "24")
        .render()
}
