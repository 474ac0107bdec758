//! A customer: who they are, with what is personal hidden until somebody asks to see it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use customers::desk::{Field, Profile};
use edge::{Fields, Query, Reply};
use kernel::Code;
use maud::{Markup, html};
use ui::panel::{Fact, facts, masked, panel_with};
use ui::{Banner, Tone, format, icon, language_name};

use super::super::cases;
use super::{Part, Standing, Who, customer_id, page};
use crate::Admin;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// The field of the address that says that the customer was just frozen.
pub(super) const FROZEN: &str = "frozen";
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
    respond(&admin, &view, &id, (notice, None)).await
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
    let value = admin.desk().show(&view.ctx, customer_id(&id)?, field).await?;
    let text = t!(view.words, "customer-shown");
    let notice = html! { (Banner::new(Tone::Warn, &text, "").urgent()) };
    respond(&admin, &view, &id, (notice, Some((field, value)))).await
}

async fn respond(
    admin: &Admin,
    view: &View,
    id: &str,
    (notice, shown): (Markup, Option<(Field, Option<String>)>),
) -> Reply<Response> {
    let profile = admin.desk().profile(&view.ctx, customer_id(id)?).await?;
    let cases = cases::of_customer(admin, view, profile.customer.id).await?;
    let content = html! {
        (notice)
        div.with-side {
            div.stack { (person(view, &profile, shown.as_ref())) }
            div.stack { (cases) }
        }
    };
    Ok(page(view, &who(view.words, &profile), Part::Profile, &content).respond(view))
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
    Who { id: customer.id, name, standing: Standing::of(profile.status), erased }
}

fn person(view: &View, profile: &Profile, shown: Option<&(Field, Option<String>)>) -> Markup {
    let words = view.words;
    let customer = &profile.customer;
    let hidden: Vec<_> = profile
        .masked
        .iter()
        .map(|(field, mask)| {
            let value = match shown {
                Some((open, value)) if open == field => html! {
                    span.shown { (value.as_deref().map_or_else(
                        || t!(words, "customer-none"), |value| written(view, *field, value))) }
                },
                _ => hidden_field(view, customer.id, *field, mask.as_deref()),
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
    let hint = t!(words, "customer-show-hint");
    panel_with(
        &t!(words, "customer-person"),
        &html! {},
        &html! { (facts(&lines)) p.hint { (hint) } },
    )
}

/// A field that is hidden, with the button that shows it to whoever may see it.
fn hidden_field(view: &View, id: kernel::CustomerId, field: Field, mask: Option<&str>) -> Markup {
    let words = view.words;
    let Some(mask) = mask else {
        return html! { span.dim { (t!(words, "customer-none")) } };
    };
    let name = field_name(words, field);
    let show = t!(words, "customer-show");
    let way = html! {
        @if view.may(field.permission()) {
            form method="post" action={ "/customers/" (id) "/show" } {
                (view.token())
                button.link-btn type="submit" name="field" value=(field.as_str())
                    aria-label={ (show) ": " (name) } { (icon("eye")) (show) }
            }
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
fn written(view: &View, field: Field, value: &str) -> String {
    match field {
        Field::Phone => format::phone(value),
        Field::Email | Field::Document => value.to_owned(),
        Field::BirthDate => {
            value.parse().map_or_else(|()| value.to_owned(), |day| format::day(view.lang(), day))
        }
    }
}
