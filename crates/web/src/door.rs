//! What happens to every request before and after its page.

use axum::extract::{Request, State};
use axum::http::header::Entry;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use edge::cookies::{self, Life};
use edge::csp::REPORT_PATH;
use edge::csrf::Visitor;
use edge::forms::{self, CSRF_FIELD};
use edge::{Client, Failure, Fields, FormExpired, Known, Place, Reply, headers, is_page, origin};
use identity::{Use, UserStatus};
use kernel::{Code, Ctx, Entropy, Error, Lang};

use crate::draft::{self, DRAFT};
use crate::pages::{FREEZE, FROZEN};
use crate::view::{
    self, BACK_FIELD, LANG, LANG_FIELD, SESSION, TASTE, VISITOR, View, see_other, session,
};
use crate::{Web, pages};

/// Where the live stream of an open page comes from: it does not count as the customer's doing.
const STREAM: &str = "/events";
/// The header of a page that renews what it shows.
const RENEWS: &str = "hx-live";
/// What is the same for everybody. It is there also when it cannot be known who somebody is: the
/// bank's phone number is wanted most when the bank is in trouble.
const FOR_ANYBODY: [&str; 6] =
    ["/help", "/verify", "/offline", "/sw.js", "/manifest.webmanifest", REPORT_PATH];

/// The outer half: limits, the page of a failure, headers, the line in the log.
pub(crate) async fn outside(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let lang = view::language(web.site(), request.headers())
        .unwrap_or_else(|| edge::accept_language(request.headers()));
    let visit = web.0.door.arrive(&mut request, lang);
    let (parts, body) = request.into_parts();
    let client = parts.extensions.get::<Client>().cloned();
    let client = client.unwrap_or(Client {
        ip: [0, 0, 0, 0].into(),
        place: None,
        user_agent: String::new(),
    });
    let stranger = View::new(web.site(), visit.ctx().clone(), &parts, client);
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(stranger.clone());
    let mut response = web.0.door.admit(request, next, Place::Taken).await;
    let view = response.extensions_mut().remove::<View>().unwrap_or(stranger);
    let expired = response.extensions_mut().remove::<FormExpired>().is_some();
    // A failure is shown as another answer, which is to set the same cookies.
    let cookies: Vec<_> = match response.headers_mut().entry(header::SET_COOKIE) {
        Entry::Occupied(set) => set.remove_entry_mult().1.collect(),
        Entry::Vacant(_) => Vec::new(),
    };
    let mut response = visit.shown(response, |failure, _| {
        if expired {
            pages::failure::form_expired(&view)
        } else {
            pages::failure::page(&view, failure)
        }
    });
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    headers::page(response.headers_mut(), web.site(), &view.nonce);
    visit.leave(response)
}

/// The inner half: who it is, and whether a form comes from a page of ours.
pub(crate) async fn inside(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let (view, visitor) = match arrive(&web, &mut request).await {
        Ok(arrived) => arrived,
        Err(failure) => return failure.into_response(),
    };
    let draft = draft::of(&web, request.headers(), (view.owner(), &view.here));
    let drafted = draft.is_some();
    if let Some(draft) = draft {
        request.extensions_mut().insert(draft);
    }
    let mut response = match checked(&web, request, &view).await {
        Ok(request) => next.run(request).await,
        Err(response) => *response,
    };
    // Unless the answer leaves another one.
    let draft_set = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|set| set.to_str().is_ok_and(|set| set.contains(&format!("{DRAFT}="))));
    if drafted && !draft_set {
        forget(&web, &mut response, DRAFT);
    }
    // Only pages have forms, and what others may keep must not carry one visitor's name.
    if let Some(cookie) = visitor.filter(|_| is_page(&response)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if !view.signed_in() && response.status() == StatusCode::UNAUTHORIZED {
        forget(&web, &mut response, SESSION);
    }
    response.extensions_mut().insert(view);
    response
}

/// Finds out who it is, and leaves that in the request. A session that is over is nobody's. The
/// cookie is that of a browser which has come for the first time.
async fn arrive(web: &Web, request: &mut Request) -> Reply<(View, Option<HeaderValue>)> {
    let view = request.extensions().get::<View>().cloned().ok_or(Failure::from(Code::NotFound))?;
    // A page that renews itself is not the customer's doing: it must not keep them signed in.
    let by_itself = request.uri().path() == STREAM || request.headers().contains_key(RENEWS);
    let purpose = if by_itself { Use::Watch } else { Use::Request };
    let token = cookies::read(web.site(), request.headers(), SESSION);
    let ctx = match token {
        Some(token) => match web.identity().authenticate_browser(&view.ctx, token, purpose).await {
            Ok(ctx) => ctx,
            Err(error) if error.code() == Some(Code::SignInRequired) || for_anybody(request) => {
                view.ctx.clone()
            }
            Err(error) => return Err(error.into()),
        },
        None => view.ctx.clone(),
    };
    Known::of(request.extensions()).note(ctx.actor);
    let (visitor, cookie) = Visitor::met(web.site(), request.headers(), VISITOR)?;
    let csrf = web.0.csrf.token(&visitor, session_bytes(&ctx), Entropy);
    let lost = token.is_some() && session(&ctx).is_none();
    let view = View { ctx, csrf, lost, ..view };
    request.extensions_mut().insert(visitor);
    request.extensions_mut().insert(view.clone());
    Ok((view, cookie))
}

fn for_anybody(request: &Request) -> bool {
    let path = request.uri().path();
    FOR_ANYBODY.iter().any(|open| {
        path == *open || path.strip_prefix(open).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// Reads the form of a request that changes something, and refuses it unless it comes from a page
/// that was made for this visitor.
///
/// A press on another language is answered here, whatever form it was in: what was typed travels
/// to the same page in that language, and nothing else is done. So does what was typed in a session
/// that has ended meanwhile, by way of the sign-in.
async fn checked(web: &Web, request: Request, view: &View) -> Result<Request, Box<Response>> {
    if origin::is_safe(request.method()) || request.uri().path() == REPORT_PATH {
        return Ok(request);
    }
    let (mut parts, fields) = forms::read(web.site(), request).await?;
    let visitor = parts.extensions.get::<Visitor>().copied();
    let token = fields.text(CSRF_FIELD);
    let ours =
        visitor.is_some_and(|visitor| web.0.csrf.verify(&visitor, session_bytes(&view.ctx), token));
    if !ours {
        let response = if view.lost {
            signed_out(web, view, (&parts.headers, &fields)).await
        } else {
            forms::expired()
        };
        return Err(Box::new(response));
    }
    if let Some(lang) = Lang::ALL.into_iter().find(|l| l.tag() == fields.text(LANG_FIELD)) {
        let back = view::own_path(fields.text(BACK_FIELD)).unwrap_or(&view.here);
        let response = in_language(web, view, (lang, back), &fields);
        remember_language(web, view, lang).await;
        return Err(Box::new(response));
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, axum::body::Body::empty()))
}

/// The way to the sign-in from a form whose session has ended. What was typed waits for whose
/// session it was, should they sign in on this browser within some minutes.
///
/// Whoever pressed "it was not me" twice is shown what the first press did: it ended the session.
async fn signed_out(web: &Web, view: &View, (headers, fields): (&HeaderMap, &Fields)) -> Response {
    let mut response = Failure::from(Code::SignInRequired).into_response();
    let token = cookies::read(web.site(), headers, SESSION).unwrap_or_default();
    let known = web.identity().ended_browser(&view.ctx, token).await;
    let Ok(Some((owner, status))) = known else { return response };
    if view.here == FREEZE && status == UserStatus::Frozen {
        return see_other(FROZEN);
    }
    if let Some(draft) = draft::cookie(web, (Some(owner), &view.page), fields) {
        response.headers_mut().append(header::SET_COOKIE, draft);
    }
    response
}

/// The way to the same page in another language.
fn in_language(web: &Web, view: &View, (lang, back): (Lang, &str), fields: &Fields) -> Response {
    let mut response = see_other(back);
    let lang = cookies::set(web.site(), LANG, lang.tag(), TASTE).ok();
    let draft = draft::cookie(web, (view.owner(), back), fields);
    for cookie in lang.into_iter().chain(draft) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The language of a page is the language in which the bank writes, too. Should that fail, the page
/// comes in it all the same.
async fn remember_language(web: &Web, view: &View, lang: Lang) {
    if !view.signed_in() {
        return;
    }
    if let Err(error) = web.customers().set_language(&view.ctx, lang).await {
        tracing::warn!(?error, "the language of a customer was not kept");
    }
}

/// The session that forms are bound to.
fn session_bytes(ctx: &Ctx) -> Option<edge::csrf::Session> {
    session(ctx).map(|id| id.uuid().into_bytes())
}

fn forget(web: &Web, response: &mut Response, name: &str) {
    if let Ok(cookie) = cookies::clear(web.site(), name) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The cookie of a session that begins. It lives in the browser as long as the session can.
pub(crate) fn session_cookie(
    web: &Web,
    session: &identity::BrowserSession,
    now: kernel::Moment,
) -> Result<HeaderValue, Error> {
    let seconds = session.ends.micros_since(now).div_euclid(1_000_000).max(0);
    cookies::set(web.site(), SESSION, session.token.expose(), Life::Seconds(seconds))
}
