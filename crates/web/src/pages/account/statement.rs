//! Asking for a statement on paper.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Fields, Query, Reply};
use kernel::{Code, Day, Error, Refusal, Result};
use maud::{Markup, html};
use payments::{AccountView, IssueStatement, StatementDocument};
use ui::{Button, Chip, Field, chips, form_actions, section};

use super::find;
use super::period::Period;
use crate::Web;
use crate::draft::Draft;
use crate::pages::common::{KEY, Problem, account_tail, account_title, is_spent, key, new_key};
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

const FROM: &str = "from";
const TO: &str = "to";
const PERIOD: &str = "period";

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
    Draft(draft): Draft,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let period = Period::parse(query.text(PERIOD)).unwrap_or(Period::ThisMonth);
    let (from, to) = period.days(view.ctx.now().day());
    let fields = if draft.has(FROM) {
        draft
    } else {
        Fields::default().with(FROM, from.to_string()).with(TO, to.to_string())
    };
    // The page in another language is the same page: it keeps its key.
    let fields = if key(&fields).is_some() { fields } else { with_new_key(&view, &fields) };
    Ok(page(&view, &account, &fields, &Problem::default()).respond(&view))
}

pub(super) async fn issue(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let made = match make(&web, &view, &account, &fields).await {
        // A page that somebody came back to asks, for other days, for another document.
        Err(error) if error.code().is_some_and(is_spent) => {
            make(&web, &view, &account, &with_new_key(&view, &fields)).await
        }
        made => made,
    };
    match made {
        Ok(document) => Ok(see_other(&format!("/documents/{}", document.code.as_str()))),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            // Without a key it would be refused again.
            let fields = if key(&fields).is_some() { fields } else { with_new_key(&view, &fields) };
            Ok(page(&view, &account, &fields, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn make(
    web: &Web,
    view: &View,
    account: &AccountView,
    fields: &Fields,
) -> Result<StatementDocument> {
    let from = day(fields, FROM, || t!(view.words, "statement-from"))?;
    let to = day(fields, TO, || t!(view.words, "statement-to"))?;
    let key = key(fields).ok_or(Code::RequestMalformed)?;
    let issue = IssueStatement { key, account: account.id, from, to };
    web.payments().issue_statement(&view.ctx, issue).await
}

/// What was typed, under a key of its own.
fn with_new_key(view: &View, fields: &Fields) -> Fields {
    Fields::default()
        .with(FROM, fields.text(FROM).to_owned())
        .with(TO, fields.text(TO).to_owned())
        .with(KEY, new_key(view).to_string())
}

/// The day of a field; the refusal names the field as the page calls it.
fn day(fields: &Fields, name: &'static str, label: impl Fn() -> String) -> Result<Day> {
    let refused = || Refusal::new(Code::FieldInvalid).field(name).value("field", label());
    fields.text(name).parse().map_err(|()| refused().into())
}

fn page(view: &View, account: &AccountView, fields: &Fields, problem: &Problem) -> Page {
    Page::new(t!(view.words, "statement-title"))
        .tab(Tab::Home)
        .back(format!("/accounts/{}", account.id))
        .with_form()
        .main(main(view, account, fields, problem))
}

fn main(view: &View, account: &AccountView, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let title = format!("{} {}", account_title(words, account), account_tail(account));
    html! {
        (problem.notice(words, &[FROM, TO]))
        (section(&title, None, &html! { p { (t!(words, "statement-text")) } }))
        (periods(view, account, fields))
        (form(view, fields, problem))
    }
}

/// Links that fill the form in.
fn periods(view: &View, account: &AccountView, fields: &Fields) -> Markup {
    let words = view.words;
    let today = view.ctx.now().day();
    let chosen = |period: Period| {
        let (from, to) = period.days(today);
        fields.text(FROM) == from.to_string() && fields.text(TO) == to.to_string()
    };
    let periods = Period::ALL.map(|period| {
        let href = format!("/accounts/{}/statement?{PERIOD}={}", account.id, period.as_str());
        (href, period.name(words), chosen(period))
    });
    let periods: Vec<_> =
        periods.iter().map(|(href, text, on)| Chip { href, text, icon: "", on: *on }).collect();
    chips(&t!(words, "statement-periods"), &periods)
}

fn form(view: &View, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let (from, to) = (t!(words, "statement-from"), t!(words, "statement-to"));
    let (hint, submit) = (t!(words, "statement-hint"), t!(words, "statement-submit"));
    let today = view.ctx.now().day().to_string();
    html! {
        form #(FORM) method="post" {
            (view.token())
            input type="hidden" name=(KEY) value=(fields.text(KEY));
            (Field::date(FROM, &from)
                .value(fields.text(FROM))
                .error(problem.at(FROM))
                .attr("max", &today))
            (Field::date(TO, &to)
                .value(fields.text(TO))
                .hint(&hint)
                .error(problem.at(TO))
                .attr("max", &today))
            (form_actions(&html! { (Button::accent(&submit).icon("file-text")) }))
        }
    }
}
