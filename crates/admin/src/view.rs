//! For whom a page is made, and how it is to look: the language, the theme, the employee.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use edge::cookies::{self, Life};
use edge::csp::Nonce;
use edge::forms::CSRF_FIELD;
use edge::{Client, Failure, Fields, Reply, Site, origin, see_other};
use identity::ClientInfo;
use kernel::{Actor, Code, Ctx, Entropy, Lang, Permission};
use maud::{Markup, html};
use ui::{PasskeyTexts, Theme};

use crate::Admin;
use crate::words::{Words, t};

/// Cookies of the panel.
pub(crate) const SESSION: &str = "okto-staff";
pub(crate) const VISITOR: &str = "okto-staff-visitor";
pub(crate) const LANG: &str = "okto-staff-lang";
pub(crate) const THEME: &str = "okto-staff-theme";
pub(crate) const KEYS: &str = "okto-staff-keys";
/// How long a browser remembers how somebody likes the panel.
pub(crate) const TASTE: Life = Life::Seconds(365 * 86_400);
/// The field of the buttons that show a page again in another language.
pub(crate) const LANG_FIELD: &str = "_lang";
/// The field that says which page such a button stands on.
pub(crate) const BACK_FIELD: &str = "_back";

/// The field that says that a form comes with a fresh use of the passkey.
pub(crate) const PROOF_FIELD: &str = "_proof";

/// The employee who is signed in, as the bar shows them.
#[derive(Clone, Debug)]
pub(crate) struct Employee {
    pub id: kernel::StaffId,
    pub name: String,
    pub roles: kernel::Roles,
    /// Proposals that wait for this employee.
    pub waiting: identity::approvals::Waiting,
}

/// For whom a page is made.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The context of the request: of the employee when one is signed in.
    pub ctx: Ctx,
    /// The words of their language.
    pub words: Words,
    /// Light or dark.
    pub theme: Theme,
    /// Whether single letters are shortcuts.
    pub shortcuts: bool,
    /// Where the request comes from.
    pub client: Client,
    /// The word by which this page names its scripts.
    pub nonce: Nonce,
    /// The token of this page's forms.
    pub csrf: String,
    /// The path and query of the request.
    pub here: String,
    /// The path and query of the page that the visitor is on: of the request when it asks for a
    /// page, of where its form stood otherwise.
    pub page: String,
    /// Whether a script asks, which reads JSON.
    pub json: bool,
    /// Whether the browser still carries a session that is over.
    pub lost: bool,
    /// Who is signed in.
    pub employee: Option<Employee>,
    /// What was typed into the form of this page before it came in this language.
    pub typed: Fields,
}

impl View {
    /// Of a visitor who is not known yet.
    pub fn new(site: &Site, ctx: Ctx, parts: &Parts, client: Client) -> Self {
        let headers = &parts.headers;
        let lang = language(site, headers).unwrap_or(ctx.lang);
        let cookie = |name| cookies::read(site, headers, name);
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
        let reads = origin::is_safe(&parts.method);
        let page = if reads { Some(here) } else { origin::came_from(site, headers) };
        let accepts = headers.get(axum::http::header::ACCEPT);
        Self {
            words: Words::of(lang),
            theme: cookie(THEME).and_then(Theme::from_name).unwrap_or_default(),
            shortcuts: cookie(KEYS) != Some("off"),
            client,
            nonce: Nonce::new(Entropy),
            csrf: String::new(),
            here: here.to_owned(),
            page: page.unwrap_or("/").to_owned(),
            json: accepts.is_some_and(|accepts| accepts == "application/json"),
            lost: false,
            employee: None,
            typed: Fields::default(),
            ctx: Ctx { lang, ..ctx },
        }
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.words.lang
    }

    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        self.ctx.staff().is_ok()
    }

    /// Whether the employee may do something, by role. The use case asks again.
    pub fn may(&self, permission: Permission) -> bool {
        self.ctx.permissions.has(permission)
    }

    /// The client, as sessions note it.
    pub fn client_info(&self) -> ClientInfo {
        ClientInfo::new(self.client.ip, &self.client.user_agent)
    }

    /// The hidden field that every form has.
    pub fn token(&self) -> Markup {
        html! { input type="hidden" name=(CSRF_FIELD) value=(self.csrf); }
    }

    /// The same for a form that posts to another address and is to come back here.
    pub fn token_and_way_back(&self) -> Markup {
        html! {
            (self.token())
            input type="hidden" name=(BACK_FIELD) value=(self.page);
        }
    }
}

/// Why a form with a passkey was not sent, in the words of a page.
pub(crate) struct PasskeyWords([String; 4]);

impl PasskeyWords {
    pub fn of(words: Words) -> Self {
        Self([
            t!(words, "passkey-unsupported"),
            t!(words, "passkey-cancelled"),
            t!(words, "passkey-failed"),
            t!(words, "passkey-no-script"),
        ])
    }

    pub fn texts(&self) -> PasskeyTexts<'_> {
        let [unsupported, cancelled, failed, no_script] = &self.0;
        PasskeyTexts { unsupported, cancelled, failed, no_script }
    }
}

/// The session that forms are bound to.
pub(crate) fn session_bytes(ctx: &Ctx) -> Option<edge::csrf::Session> {
    match ctx.actor {
        Actor::Staff(employee) => Some(employee.session.uuid().into_bytes()),
        _ => None,
    }
}

/// The language that the visitor chose.
pub(crate) fn language(site: &Site, headers: &HeaderMap) -> Option<Lang> {
    let chosen = cookies::read(site, headers, LANG)?;
    Lang::ALL.into_iter().find(|lang| lang.tag() == chosen)
}

impl FromRequestParts<Admin> for View {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Admin) -> Reply<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(Code::NotFound.into())
    }
}

/// The view of an employee who is signed in. Others are sent to the sign-in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub View);

impl FromRequestParts<Admin> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, admin: &Admin) -> Reply<Self> {
        let view = View::from_request_parts(parts, admin).await?;
        if view.signed_in() { Ok(Self(view)) } else { Err(Code::SignInRequired.into()) }
    }
}

/// The view of somebody who is not signed in. Others are at work already.
#[derive(Clone, Debug)]
pub(crate) struct Guest(pub View);

impl FromRequestParts<Admin> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, admin: &Admin) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, admin).await;
        let view = view.map_err(IntoResponse::into_response)?;
        if view.signed_in() { Err(see_other("/")) } else { Ok(Self(view)) }
    }
}
