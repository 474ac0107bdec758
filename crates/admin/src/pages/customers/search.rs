//! Finding a customer.
//!
//! What is typed is personal data, so it does not stand in addresses: the form is posted, and the
//! answer leads to an address in which the search is sealed, for this employee's session only.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use customers::desk::{Found, Search};
use edge::{Fields, Query, Reply, see_other};
use kernel::{Error, KeyUse, Permission};
use maud::{Markup, Render, html};
use policy::Object;
use ui::panel::{Cells, Column, Table};
use ui::{Field, empty_state, format};

use super::super::common::Problem;
use super::Standing;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View, session_bytes};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/customers", get(show).post(search))
}

async fn search(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let text = fields.text("q");
    match admin.desk().search(&view.ctx, text).await {
        Ok(Search { found, .. }) if found.len() == 1 => {
            let id = found.first().map(|one| one.customer.id);
            Ok(see_other(
                &id.map_or_else(|| "/customers".to_owned(), |id| format!("/customers/{id}")),
            ))
        }
        Ok(_) => Ok(see_other(&format!("/customers?s={}", sealed(&admin, &view, text)))),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            let problem = Problem::of(view.lang(), &refusal);
            let problem = problem.saying(t!(view.words, "customers-too-little"));
            Ok(page(&view, text, &problem, &html! {}).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    admin.identity().staff_could(&view.ctx, Permission::CustomerSearch, Object::Bank).await?;
    let words = view.words;
    let Some(text) = query.filled("s").and_then(|s| unsealed(&admin, &view, s)) else {
        let (title, text) = (t!(words, "customers-begin"), t!(words, "customers-begin-text"));
        let begin = empty_state("magnifying-glass", &title, &text, &html! {});
        return Ok(page(&view, "", &Problem::default(), &begin).respond(&view));
    };
    let result = admin.desk().search(&view.ctx, &text).await?;
    let content = results(&view, &result);
    Ok(page(&view, &text, &Problem::default(), &content).respond(&view))
}

/// A search as an address carries it.
fn sealed(admin: &Admin, view: &View, text: &str) -> String {
    admin.keys().seal(KeyUse::Cookie, &context(view), text.as_bytes())
}

fn unsealed(admin: &Admin, view: &View, sealed: &str) -> Option<String> {
    let plain = admin.keys().unseal(KeyUse::Cookie, &context(view), sealed)?;
    String::from_utf8(plain.expose().clone()).ok()
}

fn context(view: &View) -> Vec<u8> {
    [b"staff search ".as_slice(), &session_bytes(&view.ctx).unwrap_or_default()].concat()
}

fn page(view: &View, text: &str, problem: &Problem, content: &Markup) -> Page {
    let words = view.words;
    let (label, hint) = (t!(words, "customers-query"), t!(words, "customers-query-hint"));
    let find = t!(words, "customers-find");
    let main = html! {
        (problem.notice(words, &["q"]))
        section.card {
            form.filters method="post" action="/customers" role="search" {
                (view.token())
                div.grow {
                    (Field::search("q", &label)
                        .value(text)
                        .hint(&hint)
                        .error(problem.at("q"))
                        .attr("maxlength", "100")
                        .attr("autofocus", ""))
                }
                div.buttons { button.btn.primary type="submit" { (find) } }
            }
            (content)
        }
    };
    Page::new(t!(words, "customers-title")).at(At::Customers).main(main)
}

fn results(view: &View, result: &Search) -> Markup {
    let words = view.words;
    if result.found.is_empty() {
        let (title, text) = (t!(words, "customers-nobody"), t!(words, "customers-nobody-text"));
        return empty_state("users", &title, &text, &html! {});
    }
    let columns = [
        Column::text(t!(words, "customer-name")),
        Column::text(t!(words, "customer-phone")),
        Column::text(t!(words, "customer-state")),
        Column::text(t!(words, "customer-code")),
        Column::time(t!(words, "customer-since")),
    ];
    html! {
        (Table::new(&t!(words, "customers-found"), &columns)
            .rows(result.found.iter().map(|found| row(view, found)))
            .render())
        @if result.more { p.card-foot { (t!(words, "customers-more")) } }
    }
}

fn row(view: &View, found: &Found) -> Cells {
    let customer = &found.customer;
    let name = format!("{} {}", customer.name.last(), customer.name.first());
    Cells::linked(&format!("/customers/{}", customer.id), &name)
        .cell(html! { span.masked { (found.phone_masked) } })
        .cell(Standing::of(found.status).badge(view))
        .text(&customer.client_code.to_string())
        .text(&format::day(view.lang(), customer.created_at.day()))
}
