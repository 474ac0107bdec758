//! For whom a page is made, and how it is to look: the language, the theme, who is signed in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use edge::cookies::{self, Life};
use edge::csp::Nonce;
use edge::csrf::Visitor;
use edge::{Client, Failure, Reply, Site, origin};
use identity::ClientInfo;
use kernel::{Actor, Code, Ctx, Entropy, Lang, Result, SessionId};
use maud::{Markup, html};
use ui::Theme;

use crate::Web;
use crate::words::Words;

/// Cookies of the app.
pub(crate) const SESSION: &str = "okto";
pub(crate) const VISITOR: &str = "okto-visitor";
pub(crate) const LANG: &str = "okto-lang";
pub(crate) const THEME: &str = "okto-theme";
pub(crate) const HIDDEN: &str = "okto-hidden";
/// How long a browser remembers how it likes the app.
pub(crate) const TASTE: Life = Life::Seconds(365 * 86_400);
/// The field of the token that every form carries.
pub(crate) const CSRF_FIELD: &str = "_csrf";
/// The field of the buttons that show a form again in another language.
pub(crate) const LANG_FIELD: &str = "_lang";
/// The field that says which page such a button stands on, where that is not the form's own.
pub(crate) const BACK_FIELD: &str = "_back";

/// The theme of a cookie or a form.
pub(crate) fn theme(text: &str) -> Option<Theme> {
    match text {
        "auto" => Some(Theme::Auto),
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

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
        let page =
            if origin::is_safe(&parts.method) { Some(here) } else { came_from(site, headers) };
        Self {
            words: Words::of(lang),
            theme: cookie(THEME).and_then(theme).unwrap_or_default(),
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

/// The page of this site on which a form stood, as the browser says.
fn came_from<'a>(site: &Site, headers: &'a HeaderMap) -> Option<&'a str> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    referer.strip_prefix(site.origin()).and_then(own_path)
}

/// The language that the visitor chose.
pub(crate) fn language(site: &Site, headers: &HeaderMap) -> Option<Lang> {
    let chosen = cookies::read(site, headers, LANG)?;
    Lang::ALL.into_iter().find(|lang| lang.tag() == chosen)
}

/// The browser's name, or a new one and the cookie that gives it.
pub(crate) fn visitor(site: &Site, headers: &HeaderMap) -> Result<(Visitor, Option<HeaderValue>)> {
    if let Some(known) = cookies::read(site, headers, VISITOR).and_then(Visitor::parse) {
        return Ok((known, None));
    }
    let new = Visitor::new(Entropy);
    let cookie = cookies::set(site, VISITOR, &new.text(), TASTE)?;
    Ok((new, Some(cookie)))
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

/// The view of somebody who is not signed in. Others are at home already.
#[derive(Clone, Debug)]
pub(crate) struct Guest(pub View);

impl FromRequestParts<Web> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, web).await;
        let view = view.map_err(IntoResponse::into_response)?;
        if view.signed_in() { Err(see_other("/")) } else { Ok(Self(view)) }
    }
}

/// After a change: look there. The address is one of ours.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// An address of this site that came with a request, to be gone to afterwards. `None` for what
/// would lead elsewhere.
pub(crate) fn own_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let own = text.starts_with('/') && !text.starts_with("//");
    (plain && own).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_only_sent_to_places_of_this_site() {
        for good in ["/", "/pay", "/activity?text=a%20b", "/a//b"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in ["", "pay", "//evil.example", "/\\evil.example", "https://evil.example", "/\n"] {
            assert_eq!(own_path(bad), None, "{bad}");
        }
    }
}
