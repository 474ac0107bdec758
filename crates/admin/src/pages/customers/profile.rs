//! A customer: who they are, with what is personal hidden until somebody asks to see it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use customers::desk::{Field, Profile};
use edge::{Fields, Query, Reply};
use kernel::{Code, CustomerId};
use maud::{Markup, html};
use ui::panel::{Fact, facts, masked, panel_with};
use ui::{Banner, Tone, email_address, format, icon, language_name};

use super::super::common::Problem;
use super::super::{cases, proposals};
use super::{Part, Standing, Who, customer_id, page};
use crate::Admin;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// The field of the address that says that the customer was just frozen.
pub(super) const FROZEN: &str = "frozen";
/// The id of the form that shows a field.
const SHOW_FORM: &str = "show-form";
/// The one that says that their document was just seen, or not any more.
pub(super) const DOCUMENT: &str = "document";

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers/{id}", get(show)).route("/customers/{id}/show", post(reveal))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    Query(query): Query,
) -> Reply<Response> {
    let frozen = query.has(FROZEN).then(|| t!(view.words, "freeze-done"));
    let document = match query.text(DOCUMENT) {
        "seen" => Some(t!(view.words, "document-done")),
        "unseen" => Some(t!(view.words, "document-undone")),
        _ => None,
    };
    let notice =
        html! { @if let Some(text) = frozen.or(document) { (Banner::new(Tone::Good, &text, "")) } };
    let nothing = Shown::default();
    Ok(respond(&admin, &view, customer_id(&id)?, (notice, &nothing)).await?.respond(&view))
}

/// What an employee asked to see, and why.
#[derive(Clone, Debug, Default)]
struct Shown<'a> {
    field: Option<(Field, Option<String>)>,
    /// It stays in its field, for the next one to be shown.
    reason: &'a str,
    problem: Problem,
}

/// Shows one field. Its answer is the page itself, so that neither going back nor a copied address
/// shows it again without being recorded.
async fn reveal(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let field = Field::parse(fields.text("field")).ok_or(Code::RequestMalformed)?;
    let (id, reason) = (customer_id(&id)?, fields.text("reason"));
    match proposals::about_it(admin.desk().show(&view.ctx, id, (field, reason)).await)? {
        Ok(value) => {
            let text = t!(view.words, "customer-shown");
            let notice = html! { (Banner::new(Tone::Warn, &text, "").urgent()) };
            let shown = Shown { field: Some((field, value)), reason, ..Shown::default() };
            Ok(respond(&admin, &view, id, (notice, &shown)).await?.respond(&view))
        }
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let notice = problem.notice(view.words, &["reason"]);
            let shown = Shown { reason, problem, ..Shown::default() };
            let page = respond(&admin, &view, id, (notice, &shown)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

async fn respond(
    admin: &Admin,
    view: &View,
    id: CustomerId,
    (notice, shown): (Markup, &Shown<'_>),
) -> Reply<Page> {
    let profile = admin.desk().profile(&view.ctx, id).await?;
    let cases = cases::of_customer(admin, view, profile.customer.id).await?;
    let content = html! {
        (notice)
        div.with-side {
            div.stack { (person(view, &profile, shown)) }
            div.stack { (cases) }
        }
    };
    Ok(page(view, &who(view.words, &profile), Part::Profile, &content))
}

/// Whose page it is.
pub(super) fn who(words: Words, profile: &Profile) -> Who {
    let customer = &profile.customer;
    let erased = profile.masked.contains(&(Field::Phone, None));
    let name = if erased {
        t!(words, "customer-erased")
    } else {
        format!("{} {}", customer.name.first(), customer.name.last())
    };
    let declared =
        |(field, mask): &(Field, Option<String>)| *field == Field::Document && mask.is_some();
    let document = profile.masked.iter().any(declared);
    Who { id: customer.id, name, standing: Standing::of(profile.status), erased, document }
}

fn person(view: &View, profile: &Profile, shown: &Shown<'_>) -> Markup {
    let words = view.words;
    let customer = &profile.customer;
    let hidden: Vec<_> = profile
        .masked
        .iter()
        .map(|(field, mask)| {
            let value = match &shown.field {
                Some((open, value)) if open == field => html! {
                    span.shown {
                        @match value {
                            Some(value) => (written(view, *field, value)),
                            None => (t!(words, "customer-none")),
                        }
                    }
                },
                _ => hidden_field(view, *field, mask.as_deref()),
            };
            (field_name(words, *field), value)
        })
        .collect();
    let texts = [
        t!(words, "customer-name"),
        t!(words, "customer-code"),
        t!(words, "customer-lang"),
        t!(words, "customer-since"),
    ];
    let [name, code, lang, since] = &texts;
    let mut lines = vec![Fact::text(name, &who(words, profile).name)];
    lines.extend(hidden.iter().map(|(key, value)| Fact::markup(key, value.clone())));
    lines.extend([
        Fact::text(code, &customer.client_code.to_string()),
        Fact::text(lang, language_name(customer.lang)),
        Fact::text(since, &format::moment_full(view.lang(), customer.created_at)),
    ]);
    let may_see = Field::ALL.into_iter().any(|field| view.may(field.permission()));
    let content = html! {
        (facts(&lines))
        @if may_see { (why_form(view, customer.id, shown)) }
    };
    panel_with(&t!(words, "customer-person"), &html! {}, &content)
}

/// The form that the buttons beside the fields send: why the employee looks.
fn why_form(view: &View, id: CustomerId, shown: &Shown<'_>) -> Markup {
    let words = view.words;
    let (label, hint) = (t!(words, "customer-show-why"), t!(words, "customer-show-hint"));
    html! {
        form id=(SHOW_FORM) method="post" action={ "/customers/" (id) "/show" } {
            (view.token())
            (ui::Field::new("reason", &label)
                .value(shown.reason)
                .hint(&hint)
                .error(shown.problem.at("reason"))
                .autocomplete("off")
                .attr("maxlength", "200"))
        }
    }
}

/// A field that is hidden, with the button that shows it to whoever may see it.
fn hidden_field(view: &View, field: Field, mask: Option<&str>) -> Markup {
    let words = view.words;
    let Some(mask) = mask else {
        return html! { span.dim { (t!(words, "customer-none")) } };
    };
    let name = field_name(words, field);
    let show = t!(words, "customer-show");
    let way = html! {
        @if view.may(field.permission()) {
            button.link-btn type="submit" form=(SHOW_FORM) name="field" value=(field.as_str())
                aria-label={ (show) ": " (name) } { (icon("eye")) (show) }
        } @else {
            span.dim { (t!(words, "customer-not-yours")) }
        }
    };
    masked(mask, &t!(words, "customer-hidden"), &way)
}

fn field_name(words: Words, field: Field) -> String {
    match field {
        Field::Phone => t!(words, "customer-phone"),
        Field::Email => t!(words, "customer-email"),
        Field::BirthDate => t!(words, "customer-birth"),
        Field::Document => t!(words, "customer-document"),
    }
}

/// A value as it is read.
fn written(view: &View, field: Field, value: &str) -> Markup {
    let text = match field {
        Field::Email => return email_address(value),
        Field::Phone => format::phone(value),
        Field::Document => value.to_owned(),
        Field::BirthDate => {
            value.parse().map_or_else(|()| value.to_owned(), |day| format::day(view.lang(), day))
        }
    };
    html! { (text) }
}
