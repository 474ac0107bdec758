//! The live stream of an open page: that money moved, and that the session is over.

use std::convert::Infallible;
use std::mem;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::cookies;
use futures_util::stream::unfold;
use identity::Use;
use kernel::{Actor, Code, Ctx, CustomerId, Moment, Secret};
use maud::{Markup, Render, html};
use payments::{Direction, Item, Query};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use ui::{AmountText, Tone};

use super::common::{PLACE, with_markup};
use crate::Web;
use crate::live::Seat;
use crate::view::{SESSION, SignedIn, View};
use crate::words::t;

/// How often a stream says that it is alive. A page that hears nothing for longer opens another.
const BEAT: Duration = Duration::from_secs(20);
/// How often it is looked whether the session still lives.
const SESSION_CHECK: Duration = Duration::from_millis(500);
/// How often it is looked whether the node still knows what ended: that asks nobody. A node that
/// has just ceased to know looks at the session at once, so that with [`SESSION_ANSWER`] a stream
/// is closed within a second of the last that was known.
const TRUST_CHECK: Duration = Duration::from_millis(75);
/// How long a look at the session may take. While the node knows what ended, one that takes longer
/// is made again: a database that is slow for a moment closes no stream. Otherwise the stream ends:
/// its page asks again after some seconds, and another node perhaps.
const SESSION_ANSWER: Duration = Duration::from_millis(100);
/// How long a page may take to reach its phone and to open the stream.
const PAGE_ON_ITS_WAY_SECONDS: i64 = 2;
/// Toasts of one change: more would cover the page that shows them all.
const TOASTS_MAX: u32 = 3;
/// A proxy that collects an answer before it passes it on would hold the news back.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// Where a page goes whose session is over.
const SIGN_IN: &str = "/sign-in";

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/events", get(stream)).route("/alive", get(alive))
}

/// Somebody who types into a form says that they are there: the session does not end meanwhile.
async fn alive(SignedIn(_): SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn stream(State(web): State<Web>, view: View, headers: HeaderMap) -> Response {
    let token = cookies::read(web.site(), &headers, SESSION).map(|t| Secret::new(t.to_owned()));
    let events = match (view.ctx.actor, token) {
        (Actor::Customer { id, session }, Some(token)) => match web.live().seat(session) {
            Some(seat) => Stage::Begin(Box::new(Watcher::new(web, view, (id, token), seat))),
            // The page asks again later.
            None => Stage::Silent,
        },
        _ => Stage::Ended,
    };
    let mut response = Sse::new(unfold(events, step)).into_response();
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// Where a stream is.
enum Stage {
    /// Nothing was said yet.
    Begin(Box<Watcher>),
    /// It waits for news.
    Watching(Box<Watcher>),
    /// It has something to say.
    Saying(Box<Watcher>, Vec<Event>),
    /// It says that nobody is signed in here, and ends.
    Ended,
    /// It has ended.
    Silent,
}

/// One open page.
struct Watcher {
    web: Web,
    view: View,
    token: Secret<String>,
    changes: watch::Receiver<Option<Moment>>,
    /// That sessions ended or changed, perhaps this one.
    sessions: watch::Receiver<u64>,
    _seat: Seat,
    /// Up to when the page knows what happened.
    known: Moment,
    beat: Instant,
    /// When it is looked again whether the session lives.
    look: Instant,
    /// Whether the node knew what ended when that was looked at.
    trusted: bool,
}

impl Watcher {
    fn new(
        web: Web,
        view: View,
        (customer, token): (CustomerId, Secret<String>),
        seat: Seat,
    ) -> Self {
        let (changes, sessions) = (web.live().watch(customer), web.identity().session_changes());
        // What happened while the page was on its way to the phone is told too.
        let known = view.ctx.now().plus_seconds(PAGE_ON_ITS_WAY_SECONDS.saturating_neg());
        let now = Instant::now();
        let (beat, look) = (now, now);
        let trusted = true;
        Self { web, view, token, changes, sessions, _seat: seat, known, beat, look, trusted }
    }

    /// Waits until there is something to say.
    async fn wait(&mut self) -> Heard {
        loop {
            match self.lives().await {
                Life::Good => {}
                Life::Over => return Heard::Ended,
                Life::Unknown => return Heard::Closing,
            }
            if self.beat.elapsed() >= BEAT {
                self.beat = Instant::now();
                return Heard::Nothing;
            }
            tokio::select! {
                moved = self.changes.changed() => {
                    if moved.is_err() {
                        return Heard::Closing;
                    }
                    let moved = *self.changes.borrow_and_update();
                    if let Some(at) = moved.filter(|at| *at > self.known) {
                        return Heard::Moved(at);
                    }
                }
                heard = self.sessions.changed() => {
                    if heard.is_err() {
                        return Heard::Closing;
                    }
                    self.look = Instant::now();
                }
                () = sleep(TRUST_CHECK) => {}
            }
        }
    }

    /// Whether the session is still good. Looked at twice a second, whenever the node hears that
    /// sessions have ended, and when it ceases to know.
    async fn lives(&mut self) -> Life {
        let identity = self.web.identity();
        let trusts = identity.knows_revocations();
        let ceased = mem::replace(&mut self.trusted, trusts) && !trusts;
        if Instant::now() < self.look && !ceased {
            return Life::Good;
        }
        let ctx = Ctx::anonymous(self.view.lang()).with_clock(self.view.ctx.clock.clone());
        let found = identity.authenticate_browser(&ctx, self.token.expose(), Use::Watch);
        match timeout(SESSION_ANSWER, found).await {
            Ok(Ok(_)) => {
                self.look = Instant::now() + SESSION_CHECK;
                Life::Good
            }
            Ok(Err(error)) if error.code() == Some(Code::SignInRequired) => Life::Over,
            Ok(Err(_)) | Err(_) if trusts => Life::Good,
            Ok(Err(_)) | Err(_) => Life::Unknown,
        }
    }

    /// What to say of what happened since: a short message for each, and that the page is to renew
    /// what it shows.
    async fn news(&mut self, at: Moment) -> Vec<Event> {
        let query = Query { from: Some(self.known), limit: Some(TOASTS_MAX), ..Query::default() };
        // In bounded time: whoever waits here does not look whether the session lives.
        let asked = self.web.payments().history(&self.view.ctx, &query);
        let items = match timeout(SESSION_ANSWER, asked).await {
            Ok(Ok(page)) => page.items,
            Ok(Err(error)) => {
                tracing::warn!(?error, "an open page is not told what happened");
                Vec::new()
            }
            Err(_) => {
                tracing::warn!("an open page is not told in time what happened");
                Vec::new()
            }
        };
        let since = self.known;
        // The history may know of more than the movement that woke this stream.
        self.known = items.iter().map(|item| item.at).fold(at, Moment::max);
        let fresh = items.iter().rev().filter(|item| item.at > since);
        let mut events: Vec<_> = fresh
            .filter(|item| item.direction == Direction::In && !item.own)
            .map(|item| event("toast", &self.toast(item).into_string()))
            .collect();
        events.push(event("changed", ""));
        events
    }

    fn toast(&self, item: &Item) -> Markup {
        let words = self.view.words;
        // Whether amounts are shown is the page's to say: it may have changed since it came.
        let amount = AmountText::new(self.view.lang(), item.amount).private().render();
        let text = match &item.counterparty {
            Some(name) => t!(words, "live-in", amount = PLACE, name = name.as_str()),
            None => t!(words, "live-in-cash", amount = PLACE),
        };
        html! {
            hx-partial hx-target="#toasts" hx-swap="beforeend" {
                (ui::toast(Tone::Good, with_markup(&text, &amount)))
            }
        }
    }
}

/// Whether a session is good.
enum Life {
    Good,
    Over,
    /// It cannot be known now.
    Unknown,
}

/// What a watcher heard.
enum Heard {
    Moved(Moment),
    Nothing,
    /// The session is over.
    Ended,
    /// The node stops, or cannot know whether the session lives: the page is to ask again later.
    Closing,
}

/// A browser passes over an event that has no data at all.
fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(if data.is_empty() { "-" } else { data })
}

async fn step(stage: Stage) -> Option<(Result<Event, Infallible>, Stage)> {
    let mut stage = stage;
    loop {
        stage = match stage {
            Stage::Begin(watcher) => {
                return Some((Ok(event("hello", "")), Stage::Watching(watcher)));
            }
            Stage::Watching(mut watcher) => match watcher.wait().await {
                Heard::Moved(at) => {
                    let events = watcher.news(at).await;
                    Stage::Saying(watcher, events)
                }
                Heard::Nothing => return Some((Ok(event("beat", "")), Stage::Watching(watcher))),
                Heard::Ended => Stage::Ended,
                Heard::Closing => Stage::Silent,
            },
            Stage::Saying(watcher, mut events) => {
                if events.is_empty() {
                    Stage::Watching(watcher)
                } else {
                    let first = events.remove(0);
                    return Some((Ok(first), Stage::Saying(watcher, events)));
                }
            }
            Stage::Ended => return Some((Ok(event("ended", SIGN_IN)), Stage::Silent)),
            Stage::Silent => return None,
        };
    }
}
