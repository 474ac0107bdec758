//! One request from its arrival to its line in the log.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request};
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, HeaderName};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use axum::response::Response;
use kernel::{Actor, Code, Ctx, Error, Lang};
use tokio::time::Instant;

use crate::failure::Failure;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address, behind proxies of ours.
    pub ip: IpAddr,
    /// The town or country that a proxy of ours names, if the bank asked it to.
    pub place: Option<String>,
    /// What the program calls itself; empty when it says nothing readable.
    pub user_agent: String,
}

/// Who turned out to send a request, for its line in the log. Whoever finds out says so here; the
/// first word counts.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<OnceLock<Actor>>);

impl Known {
    /// That of a request, from its extensions. Of a request that came past the edge, one that
    /// nobody reads.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    /// Notes who it is. That it is nobody yet is nothing to note.
    pub fn note(&self, actor: Actor) {
        if actor == Actor::Anonymous {
            return;
        }
        // Set before: then this is the same person in the same request.
        let _ = self.0.set(actor);
    }
}

/// A code that is shown otherwise than by a [`Failure`]: a form that is shown again with a sentence
/// at its field puts it into the extensions of its answer, so that the log has it.
#[derive(Clone, Copy, Debug)]
pub struct Shown(pub Code);

/// A request that is under way.
#[derive(Debug)]
pub struct Visit {
    door: &'static str,
    began: Instant,
    method: Method,
    // Never the path itself, nor the query: they can hold personal data.
    route: Option<MatchedPath>,
    ctx: Ctx,
    known: Known,
}

impl Visit {
    pub(crate) fn begin(door: &'static str, ctx: Ctx, request: &mut Request) -> Self {
        let known = Known::default();
        request.extensions_mut().insert(known.clone());
        Self {
            door,
            began: Instant::now(),
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            ctx,
            known,
        }
    }

    /// The context that the request began with.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The route that the request is for, as it was declared.
    pub fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    /// Replaces an answer that is a failure by what `render` makes of it. An incident is logged
    /// here, and nowhere else.
    pub fn shown(
        &self,
        mut response: Response,
        render: impl FnOnce(&Failure, &Ctx) -> Response,
    ) -> Response {
        let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
        if let Error::Broken(broken) = failure.error() {
            tracing::error!(
                counter.requests_broken = 1,
                door = self.door,
                trace = %self.ctx.trace,
                doing = broken.doing(),
                error = ?broken,
                "a request failed"
            );
        }
        let allow = response.headers_mut().remove(ALLOW);
        let mut rendered = render(&failure, &self.ctx);
        if let Some(allow) = allow {
            rendered.headers_mut().insert(ALLOW, allow);
        }
        rendered.extensions_mut().insert(Shown(failure.code()));
        rendered
    }

    /// Names the request in its answer and writes its line in the log.
    pub fn leave(self, mut response: Response) -> Response {
        if let Ok(trace) = HeaderValue::try_from(self.ctx.trace.to_string()) {
            response.headers_mut().insert(X_REQUEST_ID, trace);
        }
        let refused = response.extensions().get::<Shown>().map(|Shown(code)| code.as_str());
        let (customer, session, staff) = match self.known.0.get() {
            Some(Actor::Customer { id, session }) => (Some(*id), Some(*session), None),
            Some(Actor::Staff(employee)) => (None, None, Some(employee.id)),
            Some(Actor::Anonymous | Actor::System(_)) | None => (None, None, None),
        };
        tracing::info!(
            door = self.door,
            method = %self.method,
            route = self.route().unwrap_or("none"),
            status = response.status().as_u16(),
            refused,
            micros = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX),
            customer = customer.map(tracing::field::display),
            session = session.map(tracing::field::display),
            staff = staff.map(tracing::field::display),
            trace = %self.ctx.trace,
            "request"
        );
        response
    }
}

/// The language that a client asks for.
pub fn accept_language(headers: &HeaderMap) -> Lang {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Lang::default(), Lang::negotiate)
}
