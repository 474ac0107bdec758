//! What happens to every request before and after its page.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::Entry;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use edge::cookies;
use edge::csp::REPORT_PATH;
use edge::csrf::Visitor;
use edge::forms::{self, CSRF_FIELD};
use edge::{
    BODY_MAX_BYTES, BodyLimit, Client, Failure, Fields, FormExpired, Known, Place, Reply, Shown,
    headers, is_page, origin, own_path, see_other, with_cookie, with_cookie_first,
};
use identity::Use;
use kernel::{Code, Ctx, Entropy, Error, Lang, Moment, Secret};
use serde_json::json;
use store::editions::MAX_BODY_BYTES;

use crate::view::{
    self, BACK_FIELD, LANG, LANG_FIELD, PROOF_FIELD, SESSION, TASTE, VISITOR, View, session_bytes,
};
use crate::{Admin, draft, pages};

/// The longest form of a document. Each of its bytes may take three in a form.
const DOCUMENT_FORM_MAX_BYTES: usize = 3 * MAX_BODY_BYTES + BODY_MAX_BYTES;

/// The form that waits for a fresh use of the passkey.
#[derive(Clone, Debug)]
struct Typed(Fields);

/// The outer half: limits, the page of a failure, headers, the line in the log.
pub(crate) async fn outside(
    State(admin): State<Admin>,
    mut request: Request,
    next: Next,
) -> Response {
    let lang = view::language(admin.site(), request.headers())
        .unwrap_or_else(|| edge::accept_language(request.headers()));
    let visit = admin.0.door.arrive(&mut request, lang);
    let (parts, body) = request.into_parts();
    let client = parts.extensions.get::<Client>().cloned();
    let client = client.unwrap_or(Client {
        ip: [0, 0, 0, 0].into(),
        place: None,
        user_agent: String::new(),
    });
    let stranger = View::new(admin.site(), visit.ctx().clone(), &parts, client);
    let mut request = Request::from_parts(parts, body);
    widen(&admin, visit.ctx(), &mut request).await;
    request.extensions_mut().insert(stranger.clone());
    let mut response = admin.0.door.admit(request, next, Place::Taken).await;
    let view = response.extensions_mut().remove::<View>().unwrap_or(stranger);
    let expired = response.extensions_mut().remove::<FormExpired>().is_some();
    // A failure is shown as another answer, which is to set the same cookies.
    let cookies: Vec<_> = match response.headers_mut().entry(header::SET_COOKIE) {
        Entry::Occupied(set) => set.remove_entry_mult().1.collect(),
        Entry::Vacant(_) => Vec::new(),
    };
    let typed = response.extensions_mut().remove::<Typed>();
    let mut response = visit.shown(response, |failure, _| match (expired, typed) {
        _ if view.json => told(&view, failure, expired),
        (true, _) => pages::failure::form_expired(&view),
        (false, Some(Typed(fields))) => pages::prove::page(&view, &fields),
        (false, None) => pages::failure::page(&view, failure),
    });
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    headers::page(response.headers_mut(), admin.site(), &view.nonce);
    visit.leave(response)
}

/// Lets an employee who is signed in send the form of a document, which is longer than any other.
/// Of what strangers send, nothing is kept that is as long.
async fn widen(admin: &Admin, ctx: &Ctx, request: &mut Request) {
    if request.method() != Method::POST || !pages::takes_a_document(request.uri().path()) {
        return;
    }
    let Some(token) = cookies::read(admin.site(), request.headers(), SESSION) else { return };
    if admin.identity().authenticate_staff(ctx, token, Use::Watch).await.is_ok() {
        request.extensions_mut().insert(BodyLimit(DOCUMENT_FORM_MAX_BYTES));
    }
}

/// A failure for a script of ours, which shows its sentence.
fn told(view: &View, failure: &Failure, expired: bool) -> Response {
    let message = if expired {
        pages::failure::expired_text(view.words)
    } else {
        view.words.refusal(&failure.refusal())
    };
    let mut response = (failure.status(), Json(json!({ "message": message }))).into_response();
    response.extensions_mut().insert(Shown(failure.code()));
    response
}

/// The inner half: who it is, and whether a form comes from a page of ours.
pub(crate) async fn inside(
    State(admin): State<Admin>,
    mut request: Request,
    next: Next,
) -> Response {
    let (view, cookies) = match arrive(&admin, &mut request).await {
        Ok(arrived) => arrived,
        Err(failure) => return failure.into_response(),
    };
    let mut response = match checked(&admin, request, &view).await {
        Ok((request, renewed)) => {
            let response = answered(request, next).await;
            // First: whoever signs out by this request has no session after it.
            renewed.into_iter().fold(response, with_cookie_first)
        }
        Err(response) => *response,
    };
    // Only pages have forms, and what others may keep must not carry one visitor's name.
    let cookies = if is_page(&response) { cookies } else { Vec::new() };
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if view.lost && response.status() == StatusCode::UNAUTHORIZED {
        forget(&admin, &mut response);
    }
    response.extensions_mut().insert(view);
    response
}

/// Runs the handler. When it wants a fresh use of the passkey for a form, the form goes along.
async fn answered(request: Request, next: Next) -> Response {
    let typed = request.extensions().get::<Fields>().cloned();
    let mut response = next.run(request).await;
    let failure = response.extensions().get::<Failure>();
    let wanted = failure.is_some_and(|failure| failure.code() == Code::StaffProofRequired);
    if let Some(fields) = typed.filter(|_| wanted) {
        response.extensions_mut().insert(Typed(fields));
    }
    response
}

/// Finds out who it is, and leaves that in the request. A session that is over is nobody's. The
/// cookies are that of a browser which has come for the first time, and what takes away a draft.
async fn arrive(admin: &Admin, request: &mut Request) -> Reply<(View, Vec<HeaderValue>)> {
    let view = request.extensions().get::<View>().cloned().ok_or(Failure::from(Code::NotFound))?;
    let token = cookies::read(admin.site(), request.headers(), SESSION);
    let known = match token {
        Some(token) if request.uri().path() != REPORT_PATH => {
            // What a page does by itself does not keep its employee signed in.
            let idle = request.uri().path() == pages::idle::PATH;
            let using = if idle { Use::Watch } else { Use::Request };
            match pages::common::employee(admin, &view.ctx, (token, using)).await {
                Ok((ctx, employee)) => Some((ctx, employee)),
                Err(error) if error.code() == Some(Code::SignInRequired) => None,
                Err(error) => return Err(error.into()),
            }
        }
        _ => None,
    };
    let lost = token.is_some() && known.is_none();
    let (ctx, employee) = match known {
        Some((ctx, employee)) => (ctx, Some(employee)),
        None => (view.ctx.clone(), None),
    };
    Known::of(request.extensions()).note(ctx.actor);
    let (visitor, cookie) = Visitor::met(admin.site(), request.headers(), VISITOR)?;
    let csrf = admin.0.csrf.token(&visitor, session_bytes(&ctx), Entropy);
    let typed = origin::is_safe(request.method())
        .then(|| draft::taken(admin, request.headers(), (&ctx, &view.here)))
        .flatten();
    let (typed, taken) = typed.unzip();
    let typed = typed.unwrap_or_default();
    let view = View { ctx, csrf, lost, employee, typed, ..view };
    request.extensions_mut().insert(visitor);
    request.extensions_mut().insert(view.clone());
    Ok((view, cookie.into_iter().chain(taken).collect()))
}

/// Reads the form of a request that changes something, and refuses it unless it comes from a page
/// that was made for this visitor. A press on another language is answered here. A fresh proof that
/// comes with it is looked at, and renews the cookie of the session.
async fn checked(
    admin: &Admin,
    request: Request,
    view: &View,
) -> Result<(Request, Option<HeaderValue>), Box<Response>> {
    if origin::is_safe(request.method()) || request.uri().path() == REPORT_PATH {
        return Ok((request, None));
    }
    let (mut parts, fields) = forms::read(admin.site(), request).await?;
    let visitor = parts.extensions.get::<Visitor>().copied();
    let token = fields.text(CSRF_FIELD);
    let session = session_bytes(&view.ctx);
    let ours = visitor.is_some_and(|visitor| admin.0.csrf.verify(&visitor, session, token));
    if !ours {
        let over = || Failure::from(Code::SignInRequired).into_response();
        return Err(Box::new(if view.lost { over() } else { forms::expired() }));
    }
    if let Some(lang) = Lang::ALL.into_iter().find(|l| l.tag() == fields.text(LANG_FIELD)) {
        let back = own_path(fields.text(BACK_FIELD)).unwrap_or("/");
        let mut response = see_other(back);
        if let Some(draft) = draft::cookie(admin, (&view.ctx, back), &fields) {
            response.headers_mut().append(header::SET_COOKIE, draft);
        }
        if let Ok(cookie) = cookies::set(admin.site(), LANG, lang.tag(), TASTE) {
            response = with_cookie(response, cookie);
        }
        return Err(Box::new(response));
    }
    // The script asks for the challenge with the same form, before there is an answer.
    let mut renewed = None;
    if fields.has(PROOF_FIELD) && fields.filled("answer").is_some() {
        let proved = pages::prove::proved(admin, view, &fields).await;
        let (view, cookie) = proved.map_err(|failure| Box::new(failure.into_response()))?;
        parts.extensions.insert(view);
        renewed = Some(cookie);
    }
    parts.extensions.insert(fields);
    Ok((Request::from_parts(parts, axum::body::Body::empty()), renewed))
}

fn forget(admin: &Admin, response: &mut Response) {
    if let Ok(cookie) = cookies::clear(admin.site(), SESSION) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The cookie of a session that begins. No other site's page can make a browser send it.
pub(crate) fn session_cookie(
    admin: &Admin,
    token: &Secret<String>,
    (ends, now): (Moment, Moment),
) -> Result<HeaderValue, Error> {
    let seconds = ends.micros_since(now).div_euclid(1_000_000).max(0);
    let life = cookies::Life::Seconds(seconds);
    cookies::set_strict(admin.site(), SESSION, token.expose(), life)
}
