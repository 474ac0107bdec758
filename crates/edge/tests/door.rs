//! A door as an app would build one: what its handlers see, what its limits refuse, what its log
//! tells.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::io::Write;
use std::sync::{Arc, Mutex, Once};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use edge::{BODY_MAX_BYTES, Client, Config, Door, Failure, Known, Place, Reply, Shown};
use kernel::{
    Actor, Clock, Code, Ctx, CustomerId, Employee, Entropy, Error, Lang, Moment, Refusal, Roles,
    SessionId, StaffId, StaffSessionId,
};
use tower::ServiceExt;

async fn wrap(State(door): State<Arc<Door>>, mut request: Request, next: Next) -> Response {
    let lang = edge::accept_language(request.headers());
    let visit = door.arrive(&mut request, lang);
    let free = visit.route() == Some("/alive");
    let place = if free { Place::Free } else { Place::Taken };
    let response = door.admit(request, next, place).await;
    let mut response = visit.shown(response, render);
    edge::headers::common(response.headers_mut());
    visit.leave(response)
}

fn render(failure: &Failure, ctx: &Ctx) -> Response {
    (failure.status(), failure.refusal().sentence(ctx.lang)).into_response()
}

async fn seen(Extension(ctx): Extension<Ctx>, Extension(client): Extension<Client>) -> String {
    format!("{} {} {} {:?}", ctx.lang.tag(), client.ip, client.user_agent, ctx.actor)
}

async fn refused() -> Reply<()> {
    Err(Refusal::new(Code::InsufficientFunds).into())
}

async fn broken() -> Reply<()> {
    Err(Error::broken("looking", "planted source").into())
}

async fn again() -> Response {
    let mut response = StatusCode::UNPROCESSABLE_ENTITY.into_response();
    response.extensions_mut().insert(Shown(Code::AmountMalformed));
    response
}

async fn signed_in(State(actor): State<Actor>, request: Request, next: Next) -> Response {
    let known = Known::of(request.extensions());
    known.note(Actor::Anonymous);
    known.note(actor);
    // The first word counts.
    known.note(Actor::System("planted"));
    next.run(request).await
}

fn router(config: Config, actor: Actor) -> Router {
    let door = Arc::new(Door::new("test", Clock::System, config));
    Router::new()
        .route("/known/{planted}", get(seen))
        .layer(from_fn_with_state(actor, signed_in))
        .route("/seen", get(seen))
        .route("/alive", get(seen))
        .route("/refused", get(refused))
        .route("/broken", get(broken))
        .route("/again", post(again))
        .route("/panics", post(async || -> String { panic!("planted panic") }))
        .route("/body", post(async |body: Body| to_bytes(body, 99_999).await.unwrap()))
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(door, wrap))
}

struct Answer {
    response: axum::http::response::Parts,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.response.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn call(router: &Router, method: Method, uri: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("accept-language", "en")
        .header("user-agent", "planted program");
    let request = request.body(body.into()).unwrap();
    let (response, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 99_999).await.unwrap();
    Answer { response, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn open() -> Router {
    router(Config::default(), Actor::Anonymous)
}

#[tokio::test]
async fn a_handler_sees_who_asks_and_the_answer_has_its_headers() {
    let answer = call(&open(), Method::GET, "/seen", "").await;
    assert_eq!(answer.text, "en 0.0.0.0 planted program Anonymous");
    assert_eq!(answer.header("x-request-id").len(), 32);
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// What a stranger says of where they are is not believed.
#[tokio::test]
async fn a_place_is_what_our_proxy_says() {
    let placed = async |config: Config, peer: &str, place: &str| {
        let door = Arc::new(Door::new("test", Clock::System, config));
        let seen = async |Extension(client): Extension<Client>| client.place.unwrap_or_default();
        let router = Router::new().route("/", get(seen)).layer(from_fn_with_state(door, wrap));
        let peer = std::net::SocketAddr::new(peer.parse().unwrap(), 443);
        let request = Request::builder().header("x-client-place", place);
        let request = request.extension(axum::extract::ConnectInfo(peer)).body(Body::empty());
        let answer = router.oneshot(request.unwrap()).await.unwrap();
        let bytes = to_bytes(answer.into_body(), 99).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let asked = || Config {
        trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
        place_header: Some("X-Client-Place".parse().unwrap()),
        ..Config::default()
    };
    assert_eq!(placed(asked(), "10.0.0.1", "Toshkent, UZ").await, "Toshkent, UZ");
    assert_eq!(placed(asked(), "203.0.113.9", "Toshkent, UZ").await, "");
    assert_eq!(placed(asked(), "10.0.0.1", "<script>").await, "");
    let unasked = Config { place_header: None, ..asked() };
    assert_eq!(placed(unasked, "10.0.0.1", "Toshkent, UZ").await, "");
}

#[tokio::test]
async fn failures_are_shown_in_the_words_of_the_door() {
    let router = open();
    let long = format!("/seen?{}", "x".repeat(5_000));
    let large = "x".repeat(BODY_MAX_BYTES + 1);
    let cases = [
        (Method::GET, "/refused", "", Code::InsufficientFunds),
        (Method::GET, "/broken", "", Code::ServiceFailed),
        (Method::POST, "/panics", "", Code::ServiceFailed),
        (Method::GET, "/nothing", "", Code::NotFound),
        (Method::DELETE, "/seen", "", Code::MethodNotAllowed),
        (Method::GET, &long, "", Code::RequestTooLarge),
        (Method::POST, "/body", &large, Code::RequestTooLarge),
    ];
    for (method, uri, body, code) in cases {
        let answer = call(&router, method, uri, body.to_owned()).await;
        assert_eq!(answer.response.status, edge::status(code), "{uri}");
        assert_eq!(answer.text, code.text(Lang::En), "{uri}");
        let allow = if code == Code::MethodNotAllowed { "GET,HEAD" } else { "" };
        assert_eq!(answer.header("allow"), allow, "{uri}");
    }
    let whole = "x".repeat(BODY_MAX_BYTES);
    assert_eq!(call(&router, Method::POST, "/body", whole.clone()).await.text, whole);
}

#[tokio::test]
async fn a_full_door_answers_only_whoever_watches_it() {
    let router = router(Config { in_flight_max: 0, ..Config::default() }, Actor::Anonymous);
    let answer = call(&router, Method::GET, "/seen", "").await;
    assert_eq!(
        (answer.response.status.as_u16(), answer.text.as_str()),
        (503, Code::Busy.text(Lang::En))
    );
    assert_eq!(call(&router, Method::GET, "/alive", "").await.response.status, 200);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// What a request leaves in the log, at every level: the tests run on one thread each, and each
    /// thread has a log. One subscriber serves them all: of several, a place in the code that is
    /// reached for the first time by a thread without one would be silent for the others, too.
    async fn of(router: &Router, method: Method, uri: &str) -> Vec<String> {
        thread_local!(static LOG: Log = Log::default());
        static ONE: Once = Once::new();
        ONE.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(|| LOG.with(Self::clone));
            tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
        });
        let log = LOG.with(Self::clone);
        log.0.lock().unwrap().clear();
        call(router, method, uri, "planted").await;
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

fn employee(id: StaffId) -> Employee {
    let session = StaffSessionId::generate(Moment::EPOCH, Entropy);
    let (roles, proved_at) = (Roles::NONE, Moment::EPOCH);
    Employee { id, session, roles, customer: None, aal: 3, proved_at }
}

#[tokio::test]
async fn a_request_is_one_line_with_its_refusal_and_whoever_sent_it() {
    let id = CustomerId::generate(Moment::EPOCH, Entropy);
    let session = SessionId::generate(Moment::EPOCH, Entropy);
    let staff = StaffId::generate(Moment::EPOCH, Entropy);
    let customer = router(Config::default(), Actor::Customer { id, session });
    let employee = router(Config::default(), Actor::Staff(employee(staff)));
    let who = format!("customer={id} session={session} trace=");
    let cases = [
        (&customer, Method::GET, "/known/planted", "route=\"/known/{planted}\" status=200 micros="),
        (&customer, Method::GET, "/known/planted", who.as_str()),
        (&employee, Method::GET, "/known/planted", &format!(" staff={staff} trace=")),
        (&customer, Method::GET, "/refused?planted", "status=422 refused=\"insufficient_funds\""),
        (&customer, Method::POST, "/again", "status=422 refused=\"amount_malformed\""),
        (&customer, Method::GET, "/planted", "route=\"none\" status=404 refused=\"not_found\""),
    ];
    for (router, method, uri, expected) in cases {
        let lines = Log::of(router, method, uri).await;
        assert!(matches!(lines.as_slice(), [line] if line.contains(expected)), "{lines:?}");
        let text = lines.concat().replace("{planted}", "");
        assert!(text.contains("door=\"test\"") && !text.contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn an_incident_is_a_line_of_its_own() {
    let lines = Log::of(&open(), Method::GET, "/broken").await;
    let [incident, line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(incident.contains("ERROR") && incident.contains("looking: planted source"));
    assert!(line.contains("status=500 refused=\"service_failed\"") && !line.contains("planted"));
}
