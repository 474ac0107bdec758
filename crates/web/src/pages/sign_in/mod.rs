//! Sign-in and sign-out. A password or a PIN, and where that is not enough a second step; or a
//! passkey alone. Whatever is wrong, the page does not say which part of it.

mod passkey;
mod password;
mod pin;
mod second;
mod waiting;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use edge::cookies::{self, Life};
use edge::{Known, Reply, signed_out};
use identity::{Begun, Door, Entered};
use kernel::{Actor, Code};
use maud::{Markup, html};
use ui::SwitchRow;

use self::waiting::Waiting;
use crate::Web;
use crate::agent;
use crate::door::session_cookie;
use crate::view::{DEVICE, SESSION, SignedIn, View, own_path, see_other, with_cookie};
use crate::words::{Words, t};

pub(super) use self::passkey::asked;

/// The field of the address that says that a session has ended by itself.
pub(super) const ENDED: &str = "ended";
/// The field of the address that says where to go on after the sign-in.
const NEXT: &str = "next";
/// The field by which a device is bound.
const OWN_DEVICE: &str = "own_device";
/// Longer than browsers keep a cookie (RFC 6265bis, 5.5).
const DEVICE_SECONDS: i64 = 400 * 86_400;

const SIGN_IN: &str = "/sign-in";
const PIN: &str = "/sign-in/pin";
const SECOND: &str = "/sign-in/second";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(password::show).post(password::sign_in))
        .route("/sign-in/passkey", get(back).post(passkey::sign_in))
        .route("/sign-in/passkey/options", post(passkey::options))
        .route("/sign-in/pin", get(pin::show).post(pin::sign_in))
        .route("/sign-in/second", get(second::show).post(second::answer))
        .route("/sign-in/second/code", get(second::back).post(second::send))
        .route("/sign-in/second/options", post(second::options))
        .route("/sign-out", post(sign_out))
}

/// Whoever loads the address of a refused passkey again is to see the page it stood on.
async fn back() -> Response {
    see_other(SIGN_IN)
}

/// The cookie by which the bank knows a browser.
pub(crate) fn device<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    cookies::read(web.site(), headers, DEVICE)
}

/// The door through which a browser comes.
fn door<'a>(web: &Web, headers: &'a HeaderMap) -> Door<'a> {
    Door::Browser(device(web, headers))
}

/// The name under which the device is to be bound, when it is to be.
pub(super) fn bound_as<'a>(fields: &edge::Fields, name: &'a str) -> Option<&'a str> {
    fields.has(OWN_DEVICE).then_some(name)
}

/// What a browser is called in the list of devices, until its owner calls it otherwise.
pub(super) fn device_name(view: &View) -> String {
    agent::name(&view.client.user_agent)
}

/// The switch that binds the device, and what that means. `known`: it may be bound already, for
/// whoever signs in or for somebody else.
fn own_device(words: Words, known: bool) -> Markup {
    let label = t!(words, "own-device-label");
    let hint = if known { t!(words, "own-device-known") } else { t!(words, "own-device-hint") };
    html! {
        div.list { (SwitchRow::new(OWN_DEVICE, &label, false).hint(&hint)) }
    }
}

/// The same for whoever signs up: their first device is as good at once as any later.
pub(super) fn first_device(words: Words, fields: &edge::Fields) -> Markup {
    let (label, hint) = (t!(words, "own-device-label"), t!(words, "own-device-first"));
    html! {
        div.list { (SwitchRow::new(OWN_DEVICE, &label, fields.has(OWN_DEVICE)).hint(&hint)) }
    }
}

/// The way in: the cookies of whoever came in, and on to where they wanted.
pub(super) fn welcome(
    web: &Web,
    view: &View,
    (known, headers): (&Known, &HeaderMap),
    entered: Entered,
    next: &str,
) -> Reply<Response> {
    let session = entered.session.browser()?;
    known.note(Actor::Customer { id: session.customer, session: session.session });
    let to = own_path(next).unwrap_or("/");
    let mut response = with_cookie(see_other(to), session_cookie(web, &session, view.ctx.now())?);
    // The cookie of a known device lives on from each sign-in.
    let carried = device(web, headers).filter(|_| entered.device.is_some());
    let device = entered.cookie.as_ref().map(|cookie| cookie.expose().as_str()).or(carried);
    if let Some(device) = device {
        let life = Life::Seconds(DEVICE_SECONDS);
        let cookie = cookies::set_strict(web.site(), DEVICE, device, life)?;
        response = with_cookie(response, cookie);
    }
    Ok(waiting::forget(web, response)?)
}

/// Comes in with a password that was just set, as anybody would. `None` when it is refused.
pub(super) async fn enter_with(
    web: &Web,
    view: &View,
    (known, headers): (&Known, &HeaderMap),
    typed: (&kernel::Phone, &kernel::Secret<String>),
) -> Reply<Option<Response>> {
    let (door, client) = (door(web, headers), view.client_info());
    match web.identity().sign_in(&view.ctx, typed, door, &client).await {
        Ok(Begun::SignedIn(entered)) => {
            welcome(web, view, (known, headers), entered, "/").map(Some)
        }
        Ok(Begun::Waits(challenge)) => {
            let waiting = Waiting::of(&challenge, typed.0.clone(), "/", view.ctx.now());
            Ok(Some(waiting.carried(web, see_other(SECOND))?))
        }
        Err(kernel::Error::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The page of the second step, or of the PIN, goes back to where the password is asked for.
fn sign_in_at(next: &str) -> String {
    with_next(SIGN_IN, next)
}

/// An address with where to go on.
fn with_next(path: &str, next: &str) -> String {
    match own_path(next) {
        Some(next) if next != "/" => {
            let query =
                form_urlencoded::Serializer::new(String::new()).append_pair(NEXT, next).finish();
            format!("{path}?{query}")
        }
        _ => path.to_owned(),
    }
}

/// Whether the whole sign-in has to be begun anew.
const fn begin_again(code: Code) -> bool {
    super::factor::is_over(code)
}

async fn sign_out(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    web.identity().sign_out(&view.ctx).await?;
    Ok(signed_out("/welcome", cookies::clear(web.site(), SESSION)?))
}

/// The ways out for whoever cannot sign in, below every page of the sign-in.
fn ways_out(words: Words) -> Markup {
    html! { p.aside { a href="/reset" { (t!(words, "sign-in-cannot")) } } }
}
