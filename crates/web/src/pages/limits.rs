//! How much is allowed: every limit that bounds the customer, what is left of it, and ceilings of
//! their own.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Query, Reply};
use kernel::{Asset, Code, Error, Money, Refusal, Result};
use limits::document::Window;
use maud::{Markup, Render, html};
use payments::{LimitOf, LimitSetBy, LimitView};
use ui::{
    Banner, Button, Field, KeyValue, Tone, card, empty_state, form_actions, format, key_values,
    section,
};

use super::common::{Problem, until};
use super::moving;
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::shell::{FORM, Page};
use crate::view::{SignedIn, View, see_other};
use crate::words::t;

/// Where the limits stand.
pub(crate) const PATH: &str = "/limits";
const CEILING: &str = "ceiling";
/// In a form: the bank's own ceiling is to hold again.
const GIVEN_BACK: &str = "back";
/// In the address of the list: the limit that was set a moment ago.
const CHANGED: &str = "set";
/// Digits that a number of operations may have.
const COUNT_DIGITS: usize = 9;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/limits", get(show)).route("/limits/{name}", get(show_one).post(set))
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let words = view.words;
    let all = web.payments().own_limits(&view.ctx).await?;
    let page = Page::new(t!(words, "limits-title")).back("/profile");
    if all.is_empty() {
        let home = Button::primary(&t!(words, "go-home")).href("/").render();
        let (title, text) = (t!(words, "limits-none-title"), t!(words, "limits-none-text"));
        return Ok(page.main(empty_state("chart-bar", &title, &text, &home)).respond(&view));
    }
    let changed = all.iter().find(|limit| limit.name == query.text(CHANGED));
    let main = html! {
        @if let Some(limit) = changed { (news(&view, limit)) }
        p.lead-in { (t!(words, "limits-text")) }
        @for limit in &all { (section(&limit.title, None, &one(&view, limit))) }
    };
    Ok(page.main(main).respond(&view))
}

/// What came of a ceiling that was set.
fn news(view: &View, limit: &LimitView) -> Markup {
    let words = view.words;
    let most = number(view, limit, limit.ceiling);
    let (title, text) = match limit.coming {
        Some((_, from)) => (
            t!(words, "limits-waits-title"),
            t!(words, "limits-waits-text", when = until(view, from), most = most),
        ),
        None => (t!(words, "limits-set-title"), t!(words, "limits-set-text", most = most)),
    };
    Banner::new(Tone::Good, &title, &text).render()
}

/// A limit and the way to set one's own.
fn one(view: &View, limit: &LimitView) -> Markup {
    let words = view.words;
    let label = format!("{}: {}", t!(words, "limits-change"), limit.title);
    let href = format!("{PATH}/{}", limit.name);
    card(&html! {
        (facts(view, limit))
        @if limit.settable {
            (form_actions(&Button::quiet(&t!(words, "limits-change"))
                .href(&href)
                .attr("aria-label", &label)
                .render()))
        }
    })
}

fn facts(view: &View, limit: &LimitView) -> Markup {
    let words = view.words;
    let keys = [
        t!(words, "limits-of"),
        t!(words, "limits-left"),
        t!(words, "limits-used"),
        t!(words, "limits-most"),
        t!(words, "limits-anew"),
        t!(words, "limits-set-by"),
        t!(words, "limits-later"),
    ];
    let [of, left, used, most, anew, set_by, later] = &keys;
    let figure = |minor| number(view, limit, minor);
    let mut lines = Vec::with_capacity(keys.len());
    lines.extend(whose(view, limit).map(|whose| KeyValue::text(of, &whose)));
    // Of what is counted one by one, nothing is used up.
    let adds_up = limit.is_balance || (limit.window != Window::Operation && !each_payee(limit));
    if adds_up {
        lines.push(KeyValue::text(left, &figure(limit.remaining)));
        lines.push(KeyValue::text(used, &figure(limit.used)));
    }
    lines.push(KeyValue::text(most, &figure(limit.ceiling)));
    lines.push(KeyValue::text(anew, &begins_anew(view, limit)));
    lines.push(KeyValue::text(set_by, &who_set(view, limit)));
    if let Some((ceiling, from)) = limit.coming {
        let ceiling = figure(ceiling.unwrap_or(limit.bank_ceiling));
        let text = t!(words, "limits-later-text", when = until(view, from), most = ceiling);
        lines.push(KeyValue::text(later, &text));
    }
    key_values(&lines)
}

fn each_payee(limit: &LimitView) -> bool {
    limit.of == LimitOf::Payee
}

/// Whose operations are added up, where it is not simply the customer's.
fn whose(view: &View, limit: &LimitView) -> Option<String> {
    let words = view.words;
    Some(match &limit.of {
        LimitOf::Customer => return None,
        LimitOf::Kind(kind) if *kind == payments::exchange::KIND => t!(words, "limits-of-exchange"),
        LimitOf::Kind(_) => t!(words, "limits-of-transfers"),
        LimitOf::Account(own) => {
            t!(words, "limits-of-account", tail = format::tail(&own.tail))
        }
        LimitOf::Device => t!(words, "limits-of-device"),
        LimitOf::Payee => t!(words, "limits-of-payee"),
    })
}

/// When what was used can be used again.
fn begins_anew(view: &View, limit: &LimitView) -> String {
    let words = view.words;
    let day = limit.turns.map_or_else(String::new, |day| format::day_month(view.lang(), day));
    match limit.window {
        Window::Operation if limit.is_balance => t!(words, "limits-window-balance"),
        Window::Operation => t!(words, "limits-window-operation"),
        Window::Day | Window::Week | Window::Month => t!(words, "limits-window-from", day = day),
        Window::RollingDays(days) => t!(words, "limits-window-rolling", days = i64::from(days)),
        Window::Lifetime => t!(words, "limits-window-lifetime"),
    }
}

fn who_set(view: &View, limit: &LimitView) -> String {
    let words = view.words;
    match limit.set_by {
        LimitSetBy::Law => t!(words, "limits-by-law"),
        LimitSetBy::Tariff => t!(words, "limits-by-tariff"),
        LimitSetBy::Staff => match limit.temporary_until {
            Some(at) => t!(words, "limits-by-staff-until", when = until(view, at)),
            None => t!(words, "limits-by-staff"),
        },
        LimitSetBy::Customer => {
            let most = number(view, limit, limit.bank_ceiling);
            t!(words, "limits-by-customer", most = most)
        }
    }
}

/// A number of what a limit counts.
fn number(view: &View, limit: &LimitView, number: i64) -> String {
    match limit.asset {
        Some(asset) => format::money(view.lang(), Money::new(number, asset)),
        None => t!(view.words, "limits-operations", count = number),
    }
}

async fn find(web: &Web, view: &View, name: &str) -> Result<LimitView> {
    let all = web.payments().own_limits(&view.ctx).await?;
    let found = all.into_iter().find(|limit| limit.name == name && limit.settable);
    found.ok_or(Code::NotFound.into())
}

async fn show_one(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    Draft(draft): Draft,
) -> Reply<Response> {
    let limit = find(&web, &view, &name).await?;
    Ok(form(&view, &limit, &draft, &Problem::default()).respond(&view))
}

async fn set(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let limit = find(&web, &view, &name).await?;
    let chosen = async {
        let back = fields.has(GIVEN_BACK);
        let most = if back { None } else { Some(ceiling(fields.text(CEILING), limit.asset)?) };
        web.payments().set_own_limit(&view.ctx, &name, most).await
    };
    match chosen.await {
        Ok(_) => Ok(see_other(&format!("{PATH}?{CHANGED}={}", limit.name))),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            let problem = if refusal.code == Code::FieldInvalid {
                let most = number(&view, &limit, limit.bank_ceiling);
                problem.saying(t!(view.words, "limits-too-high", most = most))
            } else {
                problem
            };
            Ok(form(&view, &limit, &fields, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// A ceiling as it is typed. Zero is one: then nothing passes.
fn ceiling(text: &str, asset: Option<Asset>) -> Result<i64> {
    let wrong = || Error::from(Refusal::new(Code::FieldInvalid).field(CEILING));
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_zero = bare.contains('0') && bare.chars().all(|c| matches!(c, '0' | '.' | ','));
    match asset {
        _ if is_zero => Ok(0),
        Some(asset) => input::amount(text, asset, CEILING).map(kernel::Amount::minor),
        None if bare.len() > COUNT_DIGITS => Err(wrong()),
        None => bare.parse::<u32>().map(i64::from).map_err(|_| wrong()),
    }
}

fn form(view: &View, limit: &LimitView, fields: &Fields, problem: &Problem) -> Page {
    let words = view.words;
    let main = html! {
        (problem.notice(words, &[CEILING]))
        (card(&facts(view, limit)))
        form #(FORM) method="post" {
            (view.token())
            (field(view, limit, fields, problem))
            p.hint { (t!(words, "limits-form-text")) }
            (form_actions(&html! {
                (Button::accent(&t!(words, "save")))
                (Button::plain(&t!(words, "cancel")).href(PATH))
            }))
        }
        @if limit.set_by == LimitSetBy::Customer { (give_back(view, limit)) }
    };
    Page::new(limit.title.clone()).back(PATH).with_form().main(main)
}

fn field(view: &View, limit: &LimitView, fields: &Fields, problem: &Problem) -> Markup {
    let words = view.words;
    let most = number(view, limit, limit.bank_ceiling);
    let hint = t!(words, "limits-form-hint", most = most);
    let label = t!(words, "limits-form-label");
    let typed = fields.has(CEILING).then(|| fields.text(CEILING).to_owned());
    let error = problem.at(CEILING);
    let Some(asset) = limit.asset else {
        let value = typed.unwrap_or_else(|| limit.ceiling.to_string());
        return Field::new(CEILING, &label)
            .value(&value)
            .hint(&hint)
            .error(error)
            .inputmode("numeric")
            .autocomplete("off")
            .attr("maxlength", "9")
            .render();
    };
    let currency = format::currency(view.lang(), asset);
    let label = format!("{label}, {currency}");
    let now = Money::new(limit.ceiling, asset);
    let value = typed.unwrap_or_else(|| format::typed(view.lang(), now));
    let digits = asset.digits().to_string();
    Field::amount(CEILING, &label, currency)
        .value(&value)
        .hint(&hint)
        .error(error)
        .attr("data-amount", &digits)
        .attr("data-point", moving::point(view.lang()))
        .render()
}

fn give_back(view: &View, limit: &LimitView) -> Markup {
    let words = view.words;
    let most = number(view, limit, limit.bank_ceiling);
    let (title, text) =
        (t!(words, "limits-back-title"), t!(words, "limits-back-text", most = most));
    let submit = t!(words, "limits-back-submit");
    let form = html! {
        form.stack method="post" {
            (view.token())
            input type="hidden" name=(GIVEN_BACK) value="1";
            (Button::quiet(&submit))
        }
    };
    Banner::new(Tone::Info, &title, &text).action(form).render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_as_people_type_them() {
        for (text, asset, minor) in [
            ("5 000 000", Some(Asset::Uzs), 500_000_000),
            ("0", Some(Asset::Uzs), 0),
            ("0,00", Some(Asset::Usd), 0),
            ("12.50", Some(Asset::Usd), 1_250),
            ("1 000", None, 1_000),
            ("0", None, 0),
        ] {
            assert_eq!(ceiling(text, asset).unwrap(), minor, "{text}");
        }
        for (text, asset) in [
            ("", Some(Asset::Uzs)),
            ("-1", Some(Asset::Uzs)),
            (".", Some(Asset::Uzs)),
            ("many", Some(Asset::Usd)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("9999999999", None),
        ] {
            assert!(ceiling(text, asset).is_err(), "{text}");
        }
    }
}
