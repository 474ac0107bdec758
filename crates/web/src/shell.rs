//! What every page of the app has around what is its own.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use edge::Shown;
use kernel::Code;
use maud::{Markup, Render, html};
use sha2::{Digest, Sha256};
use ui::{AppBar, Balances, Shell, assets, icon, language_buttons, language_switch};

use crate::view::{View, session};
use crate::words::t;

/// The form of a page whose fields are kept when the language changes.
pub(crate) const FORM: &str = "form";

/// The five places of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Home,
    Pay,
    Activity,
    Products,
    Help,
}

/// A page: a title, what stands in its bar, its content.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Page {
    title: String,
    tab: Option<Tab>,
    back: Option<String>,
    lead: Markup,
    actions: Vec<Markup>,
    main: Markup,
    has_form: bool,
    status: StatusCode,
    refused: Option<Code>,
}

impl Page {
    /// A page with its heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            tab: None,
            back: None,
            lead: html! {},
            actions: Vec::new(),
            main: html! {},
            has_form: false,
            status: StatusCode::OK,
            refused: None,
        }
    }

    /// The place of the app that the page belongs to.
    pub const fn tab(mut self, tab: Tab) -> Self {
        self.tab = Some(tab);
        self
    }

    /// Where the arrow before the heading leads.
    pub fn back(mut self, to: impl Into<String>) -> Self {
        self.back = Some(to.into());
        self
    }

    /// What stands before the heading.
    pub fn lead(mut self, lead: Markup) -> Self {
        self.lead = lead;
        self
    }

    /// A control at the end of the bar.
    pub fn action(mut self, action: Markup) -> Self {
        self.actions.push(action);
        self
    }

    /// The content.
    pub fn main(mut self, main: Markup) -> Self {
        self.main = main;
        self
    }

    /// Says that the content has a form with the id [`FORM`] that posts to the page's own address:
    /// the buttons of the languages take what was typed along.
    pub const fn with_form(mut self) -> Self {
        self.has_form = true;
        self
    }

    /// The page shows a refusal: its status, and its code in the log.
    pub fn refused(mut self, code: Code) -> Self {
        self.status = edge::status(code);
        self.refused = Some(code);
        self
    }

    /// Another status than that everything is well.
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The answer.
    pub fn respond(self, view: &View) -> Response {
        let words = view.words;
        let app = t!(words, "app-name");
        let title = format!("{} · {app}", self.title);
        let skip = t!(words, "skip-to-content");
        let kept = kept(view);
        let mut shell = Shell::new(view.lang(), &title, &skip)
            .theme(view.theme)
            .balances(if view.hidden { Balances::Hidden } else { Balances::Shown })
            .head(head(view))
            .body_attr("hx-boost:inherited", BOOST)
            .body_attr("hx-sync:inherited", "body:replace")
            .body_attr("hx-nonce", view.nonce.as_str())
            .page_attr("hx-history-elt", "")
            .page_attr("hx-nonce", view.nonce.as_str())
            .page_attr("data-shell", &kept)
            .toasts_attr("hx-sync", "this:replace")
            .toasts_attr("hx-nonce", view.nonce.as_str())
            .notices(notices(view))
            .bar(self.bar(view))
            .main(self.main.clone())
            .footer(foot(view, self.has_form));
        if view.signed_in() {
            shell = shell.body_attr("data-events", EVENTS).tabs(tabs(view, self.tab));
        }
        let mut response = (self.status, Html(shell.render().into_string())).into_response();
        if let Some(code) = self.refused {
            response.extensions_mut().insert(Shown(code));
        }
        response
    }

    fn bar(&self, view: &View) -> Markup {
        let label = t!(view.words, "back");
        let mut bar = AppBar::new(&self.title).lead(self.lead.clone());
        if let Some(back) = &self.back {
            bar = bar.back(back, &label);
        }
        for action in &self.actions {
            bar = bar.action(action.clone());
        }
        bar.render()
    }
}

/// How a link or a form becomes a change of the page: by a script that asks for the next page and
/// puts it in place of this one.
const BOOST: &str = "target:#page select:#page swap:outerHTML transition:true";
/// Where open pages learn what happens.
const EVENTS: &str = "/events";
/// The settings of htmx: which extensions, and that nothing is fetched before a finger is down.
const HTMX: &str = concat!(
    r#"{"extensions":"hx-csp, preload","includeIndicatorCSS":false,"#,
    r#""defaultTimeout":20000,"preload":{"autoBoost":false}}"#
);

/// What must be the same for one page to become another without a reload: the files, the language,
/// the session.
fn kept(view: &View) -> String {
    let (scripts, styles) = (assets::url("app.js"), assets::url("app.css"));
    let session = session(&view.ctx).map_or_else(String::new, |session| session.to_string());
    let tag = Sha256::digest(format!("{scripts} {styles} {} {session}", view.lang().tag()));
    store::hex(tag.as_slice().get(..6).unwrap_or_default())
}

/// What the head of every page has of the app.
fn head(view: &View) -> Markup {
    let manifest = format!("/manifest.webmanifest?lang={}", view.lang().tag());
    html! {
        meta name="description" content=(t!(view.words, "app-description"));
        meta name="htmx-config" content=(HTMX);
        link rel="manifest" href=(manifest);
        link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
        link rel="apple-touch-icon" href=(assets::url("apple-touch-icon.png"));
        script src=(assets::url("app.js")) nonce=(view.nonce) defer {}
    }
}

/// What the script shows when the bank cannot be reached.
fn notices(view: &View) -> Markup {
    html! {
        div #offline.notice role="status" hidden { (t!(view.words, "offline-banner")) }
        div #trouble.notice role="alert" hidden { (t!(view.words, "trouble-banner")) }
    }
}

/// The tab bar, with the place that the page belongs to.
fn tabs(view: &View, current: Option<Tab>) -> Markup {
    let words = view.words;
    let places = [
        (Tab::Home, "/", "house", t!(words, "tab-home")),
        (Tab::Pay, "/pay", "arrows-left-right", t!(words, "tab-pay")),
        (Tab::Activity, "/activity", "clock-counter-clockwise", t!(words, "tab-activity")),
        (Tab::Products, "/products", "squares-four", t!(words, "tab-products")),
        (Tab::Help, "/help", "chat-circle", t!(words, "tab-help")),
    ];
    let tabs: Vec<_> = places
        .iter()
        .map(|(tab, href, icon, text)| ui::Tab { href, icon, text, current: current == Some(*tab) })
        .collect();
    // The next page is asked for when the finger comes down, not when it leaves.
    let early = [("hx-preload", "mousedown, touchstart"), ("hx-nonce", view.nonce.as_str())];
    ui::tab_bar_with(&t!(words, "tabs-label"), &tabs, &early)
}

/// What ends every page: the languages, and the way out for whoever is in.
fn foot(view: &View, has_form: bool) -> Markup {
    html! {
        (languages(view, has_form))
        @if view.signed_in() {
            form.foot-out method="post" action="/sign-out" hx-boost="false" data-forget {
                (view.token())
                button type="submit" { (icon("sign-out")) (t!(view.words, "sign-out")) }
            }
        }
    }
}

/// The languages. Where there is a form they are buttons of it.
fn languages(view: &View, has_form: bool) -> Markup {
    let label = t!(view.words, "language");
    if has_form {
        language_buttons(view.lang(), &label, Some(FORM))
    } else {
        language_switch("/language", view.lang(), &label, &view.token_and_way_back())
    }
}
