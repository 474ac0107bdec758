//! For whom a page is made, and how it is to look: the language, the theme, who is signed in.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use edge::cookies::{self, Life};
use edge::csp::Nonce;
use edge::forms::CSRF_FIELD;
use edge::{Client, Failure, Fields, Reply, Site, origin};
use identity::ClientInfo;
use kernel::{Actor, Code, Ctx, Entropy, Lang, SessionId};
use maud::{Markup, html};
use ui::Theme;

use crate::Web;
use crate::draft::Owner;
use crate::words::Words;

pub(crate) use edge::{own_path, see_other, with_cookie};

/// Cookies of the app.
pub(crate) const SESSION: &str = "okto";
/// By which the bank knows the browser, for longer than a session.
pub(crate) const DEVICE: &str = "okto-device";
/// When the customer last saw where they are signed in.
pub(crate) const SEEN: &str = "okto-seen";
pub(crate) const VISITOR: &str = "okto-visitor";
pub(crate) const LANG: &str = "okto-lang";
pub(crate) const THEME: &str = "okto-theme";
pub(crate) const HIDDEN: &str = "okto-hidden";
/// How long a browser remembers how it likes the app.
pub(crate) const TASTE: Life = Life::Seconds(365 * 86_400);
/// The field of the buttons that show a form again in another language.
pub(crate) const LANG_FIELD: &str = "_lang";
/// The field that says which page such a button stands on, where that is not the form's own.
pub(crate) const BACK_FIELD: &str = "_back";

/// For whom a page is made.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The context of the request: of the customer when one is signed in.
    pub ctx: Ctx,
    /// The words of their language.
    pub words: Words,
    /// Light or dark.
    pub theme: Theme,
    /// Whether amounts are hidden from who looks over the shoulder.
    pub hidden: bool,
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
    /// Whether the app's script asked for a part of a page.
    pub partial: bool,
    /// Whether the browser still carries a session that is over.
    pub lost: bool,
}

impl View {
    /// Of a visitor who is not known yet.
    pub fn new(site: &Site, ctx: Ctx, parts: &Parts, client: Client) -> Self {
        let headers = &parts.headers;
        let lang = language(site, headers).unwrap_or(ctx.lang);
        let cookie = |name| cookies::read(site, headers, name);
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
        let page = if origin::is_safe(&parts.method) {
            Some(here)
        } else {
            origin::came_from(site, headers)
        };
        Self {
            words: Words::of(lang),
            theme: cookie(THEME).and_then(Theme::from_name).unwrap_or_default(),
            hidden: cookie(HIDDEN) == Some("1"),
            client,
            nonce: Nonce::new(Entropy),
            csrf: String::new(),
            here: here.to_owned(),
            page: page.unwrap_or("/").to_owned(),
            partial: headers.contains_key("hx-request") && !headers.contains_key("hx-boosted"),
            lost: false,
            ctx: Ctx { lang, ..ctx },
        }
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.words.lang
    }

    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        self.ctx.customer().is_ok()
    }

    /// Whose what is typed on this page is.
    pub fn owner(&self) -> Owner {
        self.ctx.customer().ok()
    }

    /// The client, as sessions note it.
    pub fn client_info(&self) -> ClientInfo {
        ClientInfo::new(self.client.ip, &self.client.user_agent).at(self.client.place.clone())
    }

    /// The hidden field that every form has.
    pub fn token(&self) -> Markup {
        html! { input type="hidden" name=(CSRF_FIELD) value=(self.csrf); }
    }

    /// The same for a form that posts to another address and is to come back here.
    pub fn token_and_way_back(&self) -> Markup {
        html! {
            (self.token())
            input type="hidden" name=(BACK_FIELD) value=(self.here);
        }
    }
}

/// The session in which somebody is signed in.
pub(crate) fn session(ctx: &Ctx) -> Option<SessionId> {
    match ctx.actor {
        Actor::Customer { session, .. } => Some(session),
        _ => None,
    }
}

/// The language that the visitor chose.
pub(crate) fn language(site: &Site, headers: &HeaderMap) -> Option<Lang> {
    let chosen = cookies::read(site, headers, LANG)?;
    Lang::ALL.into_iter().find(|lang| lang.tag() == chosen)
}

impl FromRequestParts<Web> for View {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Reply<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(Code::NotFound.into())
    }
}

/// The view of somebody who is signed in. Others are sent to the sign-in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub View);

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Reply<Self> {
        let view = View::from_request_parts(parts, web).await?;
        if view.signed_in() { Ok(Self(view)) } else { Err(Code::SignInRequired.into()) }
    }
}

/// The view of somebody who is not signed in. Others are at home already, or go on to where a page
/// sent them here from: its session had ended, and was begun anew in another window.
#[derive(Clone, Debug)]
pub(crate) struct Guest(pub View);

impl FromRequestParts<Web> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, web).await;
        let view = view.map_err(IntoResponse::into_response)?;
        if !view.signed_in() {
            return Ok(Self(view));
        }
        let query = Fields::read(parts.uri.query().unwrap_or_default().as_bytes());
        let next = query.as_ref().and_then(|query| own_path(query.text("next")));
        Err(see_other(next.unwrap_or("/")))
    }
}
