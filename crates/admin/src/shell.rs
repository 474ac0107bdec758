//! What every page of the panel has around what is its own.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use edge::Shown;
use kernel::{Code, Permission};
use maud::{Markup, Render, html};
use ui::panel::{Fact, Frame, Gate, Place, Places, facts, heading};
use ui::{Button, icon, language_buttons, language_switch};

use crate::draft;
use crate::pages::common::{initials, role_list};
use crate::pages::idle;
use crate::view::{Employee, View};
use crate::words::{Words, t};

/// The places of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Today,
    Customers,
    Cases,
    Approvals,
    Terms,
    Books,
    Rates,
    Staff,
    Audit,
    Me,
}

/// A page: its heading, its content.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Page {
    title: String,
    window: Option<String>,
    typed: bool,
    at: Option<At>,
    crumbs: Vec<(String, String)>,
    beside: Markup,
    sub: Markup,
    actions: Markup,
    main: Markup,
    status: StatusCode,
    refused: Option<Code>,
}

impl Page {
    /// A page with its heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            window: None,
            typed: false,
            at: None,
            crumbs: Vec::new(),
            beside: html! {},
            sub: html! {},
            actions: html! {},
            main: html! {},
            status: StatusCode::OK,
            refused: None,
        }
    }

    /// What the browser calls it, when its heading names somebody: titles stay in histories and
    /// stand on what is shown to others.
    pub fn called(mut self, window: impl Into<String>) -> Self {
        self.window = Some(window.into());
        self
    }

    /// The page has a form of the id [`draft::FORM`]: what is typed into it stays, in whichever
    /// language the page comes.
    pub const fn typed(mut self) -> Self {
        self.typed = true;
        self
    }

    /// The place that the page belongs to.
    pub const fn at(mut self, at: At) -> Self {
        self.at = Some(at);
        self
    }

    /// A page above this one.
    pub fn under(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push((href.into(), text.into()));
        self
    }

    /// Beside the heading: badges of a state.
    pub fn beside(mut self, beside: Markup) -> Self {
        self.beside = beside;
        self
    }

    /// Below the heading.
    pub fn sub(mut self, sub: Markup) -> Self {
        self.sub = sub;
        self
    }

    /// What can be done here.
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = actions;
        self
    }

    /// The content.
    pub fn main(mut self, main: Markup) -> Self {
        self.main = main;
        self
    }

    /// Something above the content.
    pub fn above(mut self, above: &Markup) -> Self {
        self.main = html! { (above) (self.main) };
        self
    }

    /// The page shows a refusal: its status, and its code in the log.
    pub fn refused(mut self, code: Code) -> Self {
        self.status = edge::status(code);
        self.refused = Some(code);
        self
    }

    /// The answer.
    pub fn respond(self, view: &View) -> Response {
        let document = match &view.employee {
            Some(employee) => self.framed(view, employee),
            None => self.gate(view),
        };
        let mut response = (self.status, Html(document.into_string())).into_response();
        if let Some(code) = self.refused {
            response.extensions_mut().insert(Shown(code));
        }
        response
    }

    fn document_title(&self, words: Words) -> String {
        let title = self.window.as_ref().unwrap_or(&self.title);
        format!("{title} · {} {}", t!(words, "app-name"), t!(words, "app-tag"))
    }

    fn framed(&self, view: &View, employee: &Employee) -> Markup {
        let words = view.words;
        let (name, tag) = (t!(words, "app-name"), t!(words, "app-tag"));
        let (title, skip) = (self.document_title(words), t!(words, "skip-to-content"));
        let label = t!(words, "places");
        let groups = places(view, employee);
        let groups: Vec<_> = groups
            .iter()
            .map(|(title, places)| Places {
                title,
                places: places.iter().map(|place| place.shown(self.at)).collect(),
            })
            .collect();
        let crumbs: Vec<_> =
            self.crumbs.iter().map(|(href, text)| (href.as_str(), text.as_str())).collect();
        let crumbs_label = t!(words, "crumbs");
        let heading = heading(
            (&crumbs_label, &crumbs),
            &html! { (self.title) @if !self.beside.0.is_empty() { " " (self.beside) } },
            &self.sub,
            &self.actions,
        );
        Frame::new(view.lang(), &title, &skip, view.nonce.as_str())
            .theme(view.theme)
            .mark(&name, &tag)
            .rail(&label, groups)
            .top(top(view, employee, self.typed))
            .main(html! { (heading) (self.main) })
            .notices(html! { (idle(view)) (keys(view)) })
            .shortcuts(view.shortcuts)
            .render()
    }

    fn gate(&self, view: &View) -> Markup {
        let words = view.words;
        let (name, tag) = (t!(words, "app-name"), t!(words, "app-tag"));
        let title = self.document_title(words);
        let label = t!(words, "language");
        let foot = language_switch("/language", view.lang(), &label, &view.token_and_way_back());
        Gate {
            lang: view.lang(),
            theme: view.theme,
            title: &title,
            nonce: view.nonce.as_str(),
            mark: (&name, &tag),
            side: html! { p { (t!(words, "gate-text")) } },
            main: html! { h1 tabindex="-1" { (self.title) } (self.sub) (self.main) },
            foot,
        }
        .render()
    }
}

/// A place in the rail, of whoever may see it.
struct InRail {
    at: At,
    href: &'static str,
    icon: &'static str,
    key: &'static str,
    text: String,
    count: Option<(u64, String)>,
}

impl InRail {
    fn shown(&self, current: Option<At>) -> Place<'_> {
        Place {
            href: self.href,
            icon: self.icon,
            text: &self.text,
            key: self.key,
            count: self.count.clone(),
            current: current == Some(self.at),
        }
    }
}

/// The places that this employee may go to.
fn places(view: &View, employee: &Employee) -> [(String, Vec<InRail>); 3] {
    let words = view.words;
    let place = |(at, href, icon, key): (At, &'static str, &'static str, &'static str), text| {
        InRail { at, href, icon, key, text, count: None }
    };
    let waiting = employee.waiting.inbox;
    let approvals = InRail {
        count: (waiting > 0)
            .then(|| (waiting, t!(words, "approvals-waiting", count = waiting.to_string()))),
        ..place((At::Approvals, "/approvals", "seal-check", "a"), t!(words, "place-approvals"))
    };
    let mut work = vec![place((At::Today, "/", "house", "h"), t!(words, "place-today"))];
    if view.may(Permission::CustomerSearch) {
        let text = t!(words, "place-customers");
        work.push(place((At::Customers, "/customers", "users", "c"), text));
    }
    if view.may(Permission::CaseRead) {
        work.push(place((At::Cases, "/cases", "folder-open", "o"), t!(words, "place-cases")));
    }
    work.push(approvals);
    work.push(place((At::Rates, "/rates", "swap", "r"), t!(words, "place-rates")));
    let mut control = Vec::new();
    if view.may(Permission::TermsRead) {
        control.push(place((At::Terms, "/terms", "tag", "t"), t!(words, "place-terms")));
    }
    if view.may(Permission::BooksRead) {
        control.push(place((At::Books, "/books", "bank", "b"), t!(words, "place-books")));
    }
    if view.may(Permission::StaffRead) {
        let text = t!(words, "place-staff");
        control.push(place((At::Staff, "/staff", "identification-badge", "s"), text));
    }
    if view.may(Permission::AuditRead) {
        control.push(place((At::Audit, "/audit", "scroll", "l"), t!(words, "place-audit")));
    }
    let own = vec![place((At::Me, "/me", "user-gear", "m"), t!(words, "place-me"))];
    [
        (t!(words, "places-work"), work),
        (t!(words, "places-control"), control),
        (t!(words, "places-own"), own),
    ]
}

/// The bar: the search that is always there, and who is signed in.
fn top(view: &View, employee: &Employee, typed: bool) -> Markup {
    let words = view.words;
    let label = t!(words, "language");
    let languages = if typed {
        language_buttons(view.lang(), &label, Some(draft::FORM))
    } else {
        language_switch("/language", view.lang(), &label, &view.token_and_way_back())
    };
    html! {
        @if view.may(Permission::CustomerSearch) {
            form.find method="post" action="/customers" role="search"
                aria-label=(t!(words, "find-label")) {
                (view.token())
                div.control {
                    (icon("magnifying-glass"))
                    input type="search" name="q" data-key="/" autocomplete="off" required
                        maxlength="100"
                        aria-label=(t!(words, "find-label"))
                        placeholder=(t!(words, "find-placeholder"));
                    @if view.shortcuts { kbd aria-hidden="true" { "/" } }
                }
            }
        }
        div.top-end {
            (languages)
            button.icon-btn type="button" data-dialog="keys" title=(t!(words, "keys-title"))
                aria-label=(t!(words, "keys-title")) { (icon("keyboard")) }
            a.who href="/me" {
                span.avatar aria-hidden="true" { (initials(&employee.name)) }
                span.who-text {
                    span.who-name { (employee.name) }
                    span.who-role { (role_list(words, employee.roles)) }
                }
            }
            form method="post" action="/sign-out" {
                (view.token())
                button.icon-btn type="submit" title=(t!(words, "sign-out"))
                    aria-label=(t!(words, "sign-out")) { (icon("sign-out")) }
            }
        }
    }
}

/// What tells that the session is about to end.
fn idle(view: &View) -> Markup {
    let words = view.words;
    html! {
        div #idle.notice role="alert" data-seconds=(identity::STAFF_IDLE_SECONDS)
            data-over=(idle::address(&view.page)) hidden {
            span { (t!(words, "idle-text")) }
            (Button::primary(&t!(words, "idle-stay")).scripted())
        }
    }
}

/// The help about the keyboard.
fn keys(view: &View) -> Markup {
    let words = view.words;
    let lines = [
        ("/", t!(words, "keys-find")),
        ("j k", t!(words, "keys-rows")),
        ("g h", t!(words, "place-today")),
        ("g c", t!(words, "place-customers")),
        ("g a", t!(words, "place-approvals")),
        ("g o", t!(words, "place-cases")),
        ("g r", t!(words, "place-rates")),
        ("g t", t!(words, "place-terms")),
        ("g b", t!(words, "place-books")),
        ("g s", t!(words, "place-staff")),
        ("g l", t!(words, "place-audit")),
        ("g m", t!(words, "place-me")),
        ("?", t!(words, "keys-title")),
    ];
    let lines: Vec<_> = lines
        .iter()
        .map(|(keys, text)| {
            let keys = html! { @for key in keys.split(' ') { kbd { (key) } " " } };
            Fact::markup(text, keys)
        })
        .collect();
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (t!(words, "keys-title")) }
            (facts(&lines))
            p.hint { (t!(words, "keys-off-hint")) }
            form method="dialog" {
                div.actions { (Button::quiet(&t!(words, "close"))) }
            }
        }
    }
}
