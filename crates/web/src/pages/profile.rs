//! The customer: language, theme, name, sign-out.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use customers::{Contacts, Customer};
use edge::{Fields, Reply, cookies};
use kernel::{Code, Error};
use maud::{Markup, Render, html};
use ui::{
    Button, Field, KeyValue, Row, Theme, avatar, chevron, form_actions, format, key_values,
    language_switch, lead_icon, list, section, theme_choice,
};

use super::common::{Problem, full_name, initials};
use super::limits;
use crate::Web;
use crate::draft::Draft;
use crate::shell::{FORM, Page};
use crate::view::{
    BACK_FIELD, HIDDEN, SignedIn, TASTE, THEME, View, own_path, see_other, with_cookie,
};
use crate::words::t;

/// The page of the customer.
const PATH: &str = "/profile";
/// The fields of the form of the name.
const NAME_FIELDS: [&str; 2] = ["first_name", "last_name"];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/profile", get(show))
        .route("/profile/theme", post(set_theme))
        .route("/profile/name", get(show_name).post(rename))
        .route("/balances", post(set_balances))
}

async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let customer = web.customers().profile(&view.ctx).await?;
    let contacts = web.customers().contacts(&view.ctx).await?;
    let main = html! {
        (who(&view, &customer, &contacts))
        (languages(&view))
        (themes(&view))
        (balances(&view))
        (app(&view))
        (session(&view))
    };
    Ok(Page::new(t!(view.words, "profile-title")).back("/").main(main).respond(&view))
}

fn who(view: &View, customer: &Customer, contacts: &Contacts) -> Markup {
    let name = full_name(customer);
    let phone = format::phone(contacts.phone.expose());
    let rename = t!(view.words, "profile-rename");
    let rows = [
        Row::new(&name).sub(&phone).lead(avatar(&initials(&name))).render(),
        way("/profile/name", "pencil-simple", &rename, ""),
        way(
            "/security",
            "shield-check",
            &t!(view.words, "security-title"),
            &t!(view.words, "profile-security-about"),
        ),
        way(
            limits::PATH,
            "chart-bar",
            &t!(view.words, "limits-title"),
            &t!(view.words, "limits-about"),
        ),
    ];
    list("", &rows)
}

fn way(href: &str, icon: &str, title: &str, sub: &str) -> Markup {
    Row::new(title).sub(sub).href(href).lead(lead_icon(icon)).trail(chevron()).render()
}

fn languages(view: &View) -> Markup {
    let label = t!(view.words, "language");
    let form = language_switch("/language", view.lang(), &label, &view.token_and_way_back());
    section(&label, None, &form)
}

fn themes(view: &View) -> Markup {
    let words = view.words;
    let label = t!(words, "profile-theme");
    let [auto, light, dark] = [
        t!(words, "profile-theme-auto"),
        t!(words, "profile-theme-light"),
        t!(words, "profile-theme-dark"),
    ];
    let texts = [auto.as_str(), &light, &dark];
    let form = theme_choice("/profile/theme", &label, texts, view.theme, &view.token());
    section(&label, None, &form)
}

fn balances(view: &View) -> Markup {
    let words = view.words;
    let label = t!(words, "profile-balances");
    let (shown, hidden) = (t!(words, "profile-shown"), t!(words, "profile-hidden"));
    let values = [("shown", shown, !view.hidden), ("hidden", hidden, view.hidden)];
    let form = html! {
        form.stack method="post" action="/balances" data-set="balances" {
            (view.token())
            input type="hidden" name=(BACK_FIELD) value=(PATH);
            div.langs role="group" aria-label=(label) {
                @for (value, text, chosen) in &values {
                    button type="submit" name="balances" value=(value)
                        aria-pressed=(if *chosen { "true" } else { "false" }) {
                        (text)
                    }
                }
            }
            p.hint { (t!(words, "profile-balances-text")) }
        }
    };
    section(&label, None, &form)
}

/// What the script shows where the app can be installed, and what this app is.
fn app(view: &View) -> Markup {
    let words = view.words;
    let (install, version) = (t!(words, "install"), t!(words, "profile-version"));
    let content = html! {
        div.card {
            (Button::quiet(&install)
                .icon("device-mobile")
                .scripted()
                .attr("data-install", "")
                .attr("hidden", ""))
            p.hint data-install-ios hidden { (t!(words, "install-ios")) }
            (key_values(&[KeyValue::text(&version, env!("CARGO_PKG_VERSION"))]))
        }
        (list("", &[
            way("/verify", "shield-check", &t!(words, "profile-verify"),
                &t!(words, "profile-verify-text")),
            way("/help", "question", &t!(words, "tab-help"), &t!(words, "profile-help-text")),
        ]))
    };
    section(&t!(words, "profile-app"), None, &html! { div.column { (content) } })
}

fn session(view: &View) -> Markup {
    let words = view.words;
    let leave = t!(words, "sign-out");
    let content = html! {
        form.stack method="post" action="/sign-out" hx-boost="false" data-forget {
            (view.token())
            p { (t!(words, "profile-session")) }
            (Button::danger(&leave).icon("sign-out"))
        }
    };
    section(&t!(words, "profile-security"), None, &content)
}

async fn set_theme(
    State(web): State<Web>,
    SignedIn(_): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let chosen = fields.text("theme");
    Theme::from_name(chosen).ok_or(Code::RequestMalformed)?;
    let cookie = cookies::set(web.site(), THEME, chosen, TASTE)?;
    Ok(with_cookie(see_other(back(&fields, PATH)), cookie))
}

/// What a browser hides is the browser's matter: nobody need be signed in for it.
async fn set_balances(State(web): State<Web>, fields: Fields) -> Reply<Response> {
    let cookie = match fields.text("balances") {
        "hidden" => cookies::set(web.site(), HIDDEN, "1", TASTE)?,
        "shown" => cookies::clear(web.site(), HIDDEN)?,
        _ => return Err(Code::RequestMalformed.into()),
    };
    Ok(with_cookie(see_other(back(&fields, "/")), cookie))
}

/// The page that a small form stands on.
fn back<'a>(fields: &'a Fields, otherwise: &'a str) -> &'a str {
    own_path(fields.text(BACK_FIELD)).unwrap_or(otherwise)
}

async fn show_name(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Draft(draft): Draft,
) -> Reply<Response> {
    let customer = web.customers().profile(&view.ctx).await?;
    let (first, last) = (customer.name.first(), customer.name.last());
    let fields = if NAME_FIELDS.iter().any(|name| draft.has(name)) {
        draft
    } else {
        draft.with("first_name", first).with("last_name", last)
    };
    Ok(name_page(&view, &fields, &Problem::default()).respond(&view))
}

async fn rename(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let (first, last) = (fields.text("first_name"), fields.text("last_name"));
    match web.customers().rename(&view.ctx, first, last).await {
        Ok(_) => Ok(see_other(PATH)),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(name_page(&view, &fields, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

fn name_page(view: &View, fields: &Fields, problem: &Problem) -> Page {
    let words = view.words;
    let (first, last) = (t!(words, "profile-first-name"), t!(words, "profile-last-name"));
    let (save, cancel) = (t!(words, "save"), t!(words, "cancel"));
    let main = html! {
        (problem.notice(words, &NAME_FIELDS))
        form #(FORM) method="post" {
            (view.token())
            (Field::new("first_name", &first)
                .value(fields.text("first_name"))
                .error(problem.at("first_name"))
                .autocomplete("given-name")
                .attr("maxlength", "60"))
            (Field::new("last_name", &last)
                .value(fields.text("last_name"))
                .error(problem.at("last_name"))
                .autocomplete("family-name")
                .attr("maxlength", "60"))
            p.hint { (t!(words, "profile-name-text")) }
            (form_actions(&html! {
                (Button::accent(&save))
                (Button::plain(&cancel).href(PATH))
            }))
        }
    };
    Page::new(t!(words, "profile-rename")).back(PATH).with_form().main(main)
}
