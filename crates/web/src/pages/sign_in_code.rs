//! The second factor of a sign-in: a code by SMS, of a program, or one of those kept for the worst.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use edge::cookies::Life;
use edge::{Fields, Known, Query, Reply, cookies};
use identity::{Answer, Door, Entered, Factor, SignInChallenge};
use kernel::{Actor, ChallengeId, Code, Error, Refusal, Result, Secret};
use maud::{Markup, html};
use ui::{Button, Field, form_actions};

use super::common::Problem;
use crate::Web;
use crate::door::session_cookie;
use crate::shell::{FORM, Page};
use crate::view::{DEVICE, Guest, View, own_path, see_other, with_cookie};
use crate::words::t;

/// Where a sign-in waits for its second factor.
pub(super) const PLACE: &str = "/sign-in/code";
/// The cookie of a sign-in that waits.
const WAITS: &str = "okto-sign-in";
/// How long the browser keeps it: as long as the bank does.
const KEPT: Life = Life::Seconds(600);
/// How long a browser keeps the cookie by which the bank knows it.
const DEVICE_KEPT: Life = Life::Seconds(400 * 86_400);
/// What stands between the parts of the cookie.
const BETWEEN: char = '.';

pub(super) fn routes() -> Router<Web> {
    Router::new().route(PLACE, get(show).post(answer)).route("/sign-in/code/again", post(again))
}

/// A sign-in that waits, as its browser carries it.
struct Waits {
    id: ChallengeId,
    handle: Secret<String>,
    methods: Vec<Factor>,
}

impl Waits {
    fn read(web: &Web, headers: &HeaderMap) -> Option<Self> {
        let mut parts = cookies::read(web.site(), headers, WAITS)?.split(BETWEEN);
        let (id, handle) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
        Some(Self { id, handle: handle.into(), methods: parts.filter_map(Factor::parse).collect() })
    }

    fn offers(&self, factor: Factor) -> bool {
        self.methods.contains(&factor)
    }
}

/// The way to this page, for a sign-in that begins to wait.
pub(super) fn waits(web: &Web, waits: &SignInChallenge, next: &str) -> Result<Response> {
    let methods = waits.methods.iter().map(|method| method.as_str());
    let id = waits.id.to_string();
    let parts: Vec<&str> =
        [id.as_str(), waits.handle.expose()].into_iter().chain(methods).collect();
    let cookie = cookies::set(web.site(), WAITS, &parts.join(&BETWEEN.to_string()), KEPT)?;
    let place = match own_path(next) {
        Some(next) => {
            let next = form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>();
            format!("{PLACE}?next={next}")
        }
        None => PLACE.to_owned(),
    };
    Ok(with_cookie(see_other(&place), cookie))
}

async fn show(State(web): State<Web>, Guest(view): Guest, headers: HeaderMap) -> Response {
    match Waits::read(&web, &headers) {
        Some(waits) => page(&view, &waits, None).respond(&view),
        None => see_other("/sign-in"),
    }
}

async fn answer(
    State(web): State<Web>,
    Guest(view): Guest,
    Query(query): Query,
    Extension(known): Extension<Known>,
    (headers, fields): (HeaderMap, Fields),
) -> Reply<Response> {
    let Some(waits) = Waits::read(&web, &headers) else { return Ok(see_other("/sign-in")) };
    let device = cookies::read(web.site(), &headers, DEVICE);
    match enter(&web, &view, (&waits, &fields), device).await {
        Ok(entered) => {
            let next = own_path(query.text("next")).unwrap_or("/");
            let response = entered_at(&web, &view, &known, entered, next)?;
            Ok(with_cookie(response, cookies::clear(web.site(), WAITS)?))
        }
        Err(Error::Refused(refusal)) => {
            Ok(page(&view, &waits, Some(&at_field(refusal))).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(
    web: &Web,
    view: &View,
    (waits, fields): (&Waits, &Fields),
    device: Option<&str>,
) -> Result<Entered> {
    // Some phones paste the code with a space in its middle.
    let code: String = fields.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    let answer = if is_number && waits.offers(Factor::Totp) {
        Answer::Totp(code.into())
    } else if waits.offers(Factor::Recovery) && !is_number {
        Answer::Recovery(code.into())
    } else {
        Answer::Sms(code.into())
    };
    let bind = fields.has("trust").then_some("");
    let by = (waits.id, &waits.handle);
    let door = (Door::Browser(device), bind);
    web.identity().answer_sign_in(&view.ctx, by, &answer, door, &view.client_info()).await
}

/// The answer to a sign-in that succeeded: what the browser is to keep, and where it goes on.
pub(super) fn entered_at(
    web: &Web,
    view: &View,
    known: &Known,
    entered: Entered,
    next: &str,
) -> Result<Response> {
    let session = entered.session.browser()?;
    known.note(Actor::Customer { id: session.customer, session: session.session });
    let cookie = session_cookie(web, &session, view.ctx.now())?;
    let response = with_cookie(see_other(next), cookie);
    match entered.cookie {
        Some(device) => {
            let cookie = cookies::set(web.site(), DEVICE, device.expose(), DEVICE_KEPT)?;
            Ok(with_cookie(response, cookie))
        }
        None => Ok(response),
    }
}

async fn again(State(web): State<Web>, Guest(view): Guest, headers: HeaderMap) -> Reply<Response> {
    let Some(waits) = Waits::read(&web, &headers) else { return Ok(see_other("/sign-in")) };
    let device = cookies::read(web.site(), &headers, DEVICE);
    let (by, door) = ((waits.id, &waits.handle), Door::Browser(device));
    let client = view.client_info();
    match web.identity().send_sign_in_code(&view.ctx, by, door, &client).await {
        Ok(_) => Ok(see_other(PLACE)),
        Err(Error::Refused(refusal)) => {
            Ok(page(&view, &waits, Some(&at_field(refusal))).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

fn at_field(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::AnswerWrong | Code::CodeExpired | Code::CodeTriesUsedUp | Code::FieldInvalid => {
            refusal.field("code")
        }
        _ => refusal,
    }
}

fn page(view: &View, waits: &Waits, refused: Option<&Refusal>) -> Page {
    let problem = refused.map(|refusal| Problem::of(view.lang(), refusal)).unwrap_or_default();
    let page =
        Page::new(t!(view.words, "sign-in-code-title")).back("/sign-in").with_form().main(html! {
            (form(view, waits, &problem))
            @if waits.offers(Factor::Sms) { (send_again(view)) }
        });
    match refused {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

fn form(view: &View, waits: &Waits, problem: &Problem) -> Markup {
    let words = view.words;
    let label = t!(words, "sign-up-code-label");
    let hint = if waits.offers(Factor::Totp) {
        t!(words, "sign-in-code-totp")
    } else {
        t!(words, "sign-in-code-sms")
    };
    let submit = t!(words, "sign-in-submit");
    let field = Field::new("code", &label)
        .hint(&hint)
        .autocomplete("one-time-code")
        .attr("maxlength", "40");
    let field = match problem.at("code") {
        Some(error) => field.error(Some(error)),
        None => field.attr("autofocus", ""),
    };
    html! {
        (problem.notice(words, &["code"]))
        form #(FORM) method="post" hx-boost="false" {
            (view.token())
            (field)
            label.check {
                input type="checkbox" name="trust" value="1";
                span { (t!(words, "sign-in-code-trust")) }
            }
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
    }
}

fn send_again(view: &View) -> Markup {
    let words = view.words;
    let again = t!(words, "sign-up-code-again");
    html! {
        form method="post" action="/sign-in/code/again" hx-boost="false" {
            (view.token())
            p.hint { (t!(words, "sign-up-code-none")) }
            (form_actions(&html! { (Button::quiet(&again)) }))
        }
    }
}
