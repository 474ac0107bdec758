//! Two nodes of one bank on one database, the second over a line that can be disturbed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Api, TokenRules};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use customers::{Customers, NewCustomer};
use documents::{BankRequisites, Renderer};
use http_body_util::BodyExt;
use identity::ports::{Sms, SmsSender};
use identity::stepup::Answer;
use identity::{
    Begun, BrowserSession, ClientInfo, Door, Identity, Proof, ResetStarted, Resetting,
    SignInChallenge, Tokens,
};
use kernel::{
    Amount, Asset, Clock, Code, Ctx, CustomerId, Day, Entropy, KeyRing, Lang, ManualClock,
    OperationId, Permissions, Phone, Secret,
};
use ledger::Ledger;
use payments::{CashIn, DemoKeyScheme, Open, Payee, Payments, Preview};
use store::jobs::Runner;
use store::testing::TestDatabase;
use store::{Config, Store};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tower::ServiceExt;
use web::Web;

use crate::line::Line;

pub const PASSWORD: &str = "uch olma va bitta quyosh";

/// Keeps the messages that the bank sends.
#[derive(Default)]
struct Phones(Mutex<Vec<(String, String)>>);

impl SmsSender for Phones {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = kernel::Result<String>> + Send + 'a>> {
        let message = (sms.to.expose().to_owned(), sms.text.expose().clone());
        self.0.lock().unwrap().push(message);
        Box::pin(async { Ok("1".to_owned()) })
    }
}

pub struct Node {
    pub identity: Identity,
    pub payments: Payments,
    pub customers: Customers,
    pub store: Store,
    api: Router,
    web: Router,
}

pub struct Bank {
    pub clock: ManualClock,
    pub a: Node,
    pub b: Node,
    pub line: Line,
    phones: Arc<Phones>,
    _stop: watch::Sender<bool>,
    _database: TestDatabase,
}

/// A customer with everything that can be open at once.
pub struct Person {
    pub id: CustomerId,
    pub phone: Phone,
    pub mobile: Tokens,
    pub browser: BrowserSession,
    /// Another session of theirs, from which they act.
    pub here: Tokens,
    /// A payment that waits for its confirmation.
    pub quote: String,
    /// A sign-in that waits for its second factor, with the right code.
    sign_in: (SignInChallenge, Secret<String>),
    /// A reset that waits for its first proof, with the right code.
    reset: (ResetStarted, Secret<String>),
    stream: oneshot::Receiver<Instant>,
}

async fn node(store: Store, clock: &ManualClock, stop: &watch::Sender<bool>) -> Node {
    let keys = KeyRing::new(Secret::new([7; 32]));
    let clock = Clock::Manual(clock.clone());
    let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
    let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await.unwrap();
    let customers = Customers::new(store.clone(), identity.clone());
    let scheme = Arc::new(DemoKeyScheme);
    let payments = Payments::new(store.clone(), ledger, customers.clone(), keys.clone(), scheme);
    let (following, ends) = (identity.clone(), stop.subscribe());
    tokio::spawn(async move { following.follow_revocations(ends).await });
    let services = api::Services {
        store: store.clone(),
        identity: identity.clone(),
        customers: customers.clone(),
        payments: payments.clone(),
        clock: clock.clone(),
        tokens: TokenRules { site: None, bearer: true },
        signing: None,
    };
    let api = api::router(Api::new(services, edge::Config::default()));
    let services = web::Services {
        identity: identity.clone(),
        customers: customers.clone(),
        payments: payments.clone(),
        documents: Renderer::new(1),
        keys,
        clock,
    };
    let config = web::Config {
        door: edge::Config::default(),
        site: "http://127.0.0.1:8081".parse().unwrap(),
        bank: BankRequisites::default(),
        development: true,
    };
    let app = Web::new(services, config);
    let (follower, ends) = (app.clone(), stop.subscribe());
    tokio::spawn(async move { follower.follow(ends).await });
    Node { identity, payments, customers, store, api, web: web::router(app) }
}

impl Bank {
    pub async fn open() -> Self {
        let database = TestDatabase::create().await;
        let url = database.url().expose().clone();
        // postgres://okto@localhost/NAME?host=FOLDER
        let (head, folder) = url.split_once("?host=").unwrap();
        let folder = folder.replace("%2F", "/");
        let line = Line::to(format!("{folder}/.s.PGSQL.5432")).await;
        let proxied = head.replace("@localhost/", &format!("@127.0.0.1:{}/", line.port));
        let url = Secret::new(format!("{proxied}?sslmode=disable"));
        let far = Store::connect(&Config { url, max_connections: 5 }).await.unwrap();
        let clock = ManualClock::new(Clock::System.now());
        let stop = watch::Sender::new(false);
        let a = node(database.store(), &clock, &stop).await;
        let b = node(far, &clock, &stop).await;
        let (phones, at) = (Arc::new(Phones::default()), Clock::Manual(clock.clone()));
        let sender: Arc<dyn SmsSender> = phones.clone();
        let runner = Runner::new(a.store.clone(), at.clone());
        let runner = identity::codes::jobs::register(runner, &a.identity, &at, &sender);
        tokio::spawn(runner.run(stop.subscribe()));
        let bank = Self { clock, a, b, line, phones, _stop: stop, _database: database };
        bank.both_know().await;
        bank
    }

    /// Waits until both nodes know which sessions have ended.
    pub async fn both_know(&self) {
        for _ in 0..1_000 {
            if self.a.identity.knows_revocations() && self.b.identity.knows_revocations() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("a node does not follow the revocations")
    }

    pub fn nobody(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    pub fn system(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    /// The context of a customer in one of their sessions.
    pub fn as_customer(&self, tokens: &Tokens) -> Ctx {
        self.nobody().for_customer(tokens.customer, tokens.session)
    }

    pub fn key(&self) -> OperationId {
        OperationId::generate(self.clock.now(), Entropy)
    }

    pub async fn session(&self, user: CustomerId) -> Tokens {
        let mut tx = self.a.store.begin().await.unwrap();
        let with = (&proof(), &client());
        let tokens = self.a.identity.open_session(&mut tx, &self.nobody(), user, with).await;
        store::commit(tx).await.unwrap();
        tokens.unwrap()
    }

    /// Whether a new session can be opened.
    pub async fn lets_in(&self, user: CustomerId) -> bool {
        let mut tx = self.b.store.begin().await.unwrap();
        let with = (&proof(), &client());
        self.b.identity.open_session(&mut tx, &self.nobody(), user, with).await.is_ok()
    }

    pub async fn person(&self, number: u32) -> Person {
        let phone = Phone::parse(&format!("99890{number:07}")).unwrap();
        let new = NewCustomer {
            phone: phone.clone(),
            password: PASSWORD.to_owned().into(),
            first_name: "Lola".to_owned(),
            last_name: "Karimova".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        let id = self.a.customers.create_verified(&self.system(), new).await.unwrap();
        let (mobile, here) = (self.session(id).await, self.session(id).await);
        let mut tx = self.a.store.begin().await.unwrap();
        let browser = self
            .a
            .identity
            .open_browser_session(&mut tx, &self.nobody(), id, (&proof(), &client()))
            .await
            .unwrap();
        store::commit(tx).await.unwrap();
        let quote = self.quote(&mobile).await;
        let sign_in = self.waiting_sign_in(&phone).await;
        let reset = self.waiting_reset(&phone).await;
        // Both nodes have them in their caches, and the second has a stream open.
        for node in [&self.a, &self.b] {
            assert_eq!(node.me(&mobile).await, 200);
            assert_eq!(node.page(&browser).await, 200);
        }
        let stream = self.b.stream(&browser).await;
        Person { id, phone, mobile, browser, here, quote, sign_in, reset, stream }
    }

    async fn waiting_sign_in(&self, phone: &Phone) -> (SignInChallenge, Secret<String>) {
        let (ctx, password) = (self.nobody(), Secret::new(PASSWORD.to_owned()));
        let begun = self.a.identity.sign_in(&ctx, (phone, &password), Door::App, &client()).await;
        let Begun::Waits(waits) = begun.unwrap() else { panic!("nothing waits") };
        (waits, self.code(phone, 0).await)
    }

    async fn waiting_reset(&self, phone: &Phone) -> (ResetStarted, Secret<String>) {
        let started = self.a.identity.start_reset(&self.nobody(), phone, &client()).await.unwrap();
        (started, self.code(phone, 1).await)
    }

    /// The code in the message to a phone that comes after so many others.
    pub async fn code(&self, phone: &Phone, before: usize) -> Secret<String> {
        for _ in 0..500 {
            let sent: Vec<_> = {
                let sent = self.phones.0.lock().unwrap();
                sent.iter().filter(|(to, _)| to == phone.expose()).map(|s| s.1.clone()).collect()
            };
            if let Some(text) = sent.get(before) {
                let code = text.split(|c: char| !c.is_ascii_digit()).find(|w| w.len() == 6);
                return Secret::new(code.unwrap().to_owned());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no message came")
    }

    /// Whether the sign-in that waits still comes in by the right code, on the other node.
    pub async fn sign_in_goes_on(&self, person: &Person) -> bool {
        let (waits, code) = &person.sign_in;
        let (by, answer) = ((waits.id, &waits.handle), Answer::Sms(code.clone()));
        let (ctx, door) = (self.nobody(), (Door::App, None));
        let entered = self.b.identity.answer_sign_in(&ctx, by, &answer, door, &client()).await;
        entered.map_err(|e| assert_eq!(e.code(), Some(Code::ChallengeOver))).is_ok()
    }

    /// Whether the reset that waits still takes the right code, on the other node.
    pub async fn reset_goes_on(&self, person: &Person) -> bool {
        let (started, code) = &person.reset;
        let client = client();
        let caller = Resetting { key: &started.key, client: &client, device_cookie: None };
        let taken = self.b.identity.verify_reset_code(&self.nobody(), caller, code).await;
        taken.map_err(|e| assert_eq!(e.code(), Some(Code::ResetOver))).is_ok()
    }

    async fn quote(&self, tokens: &Tokens) -> String {
        let ctx = self.as_customer(tokens);
        let open = |asset| Open { key: self.key(), asset };
        let from = self.a.payments.open_account(&ctx, open(Asset::Uzs)).await.unwrap();
        let to = self.a.payments.open_account(&ctx, open(Asset::Uzs)).await.unwrap();
        let amount = Amount::from_minor(100_000, Asset::Uzs).unwrap();
        let cash = CashIn { key: self.key(), account: from.number, amount, note: None };
        self.a.payments.cash_in(&self.system(), cash).await.unwrap();
        let preview = Preview { from: from.id, to: Payee::Number(to.number), amount, note: None };
        self.a.payments.preview(&ctx, preview).await.unwrap().token
    }
}

fn proof() -> Proof {
    Proof::two(&[kernel::Method::Password, kernel::Method::Sms])
}

fn client() -> ClientInfo {
    ClientInfo::new([203, 0, 113, 9].into(), "test")
}

impl Node {
    async fn ask(&self, router: &Router, request: Request<Body>) -> u16 {
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    /// What the API answers to an access token.
    pub async fn me(&self, tokens: &Tokens) -> u16 {
        let request = Request::get("/v1/me")
            .header("authorization", format!("Bearer {}", tokens.access.expose()));
        self.ask(&self.api, request.body(Body::empty()).unwrap()).await
    }

    /// What a page answers to a cookie.
    pub async fn page(&self, browser: &BrowserSession) -> u16 {
        let cookie = format!("okto={}", browser.token.expose());
        let request = Request::get("/profile").header("cookie", cookie);
        self.ask(&self.web, request.body(Body::empty()).unwrap()).await
    }

    /// What is said to the confirmation of a payment.
    pub async fn pay(&self, bank: &Bank, person: &Person) -> u16 {
        let body = serde_json::json!({ "quote": person.quote }).to_string();
        let request = Request::post("/v1/transfers")
            .header("authorization", format!("Bearer {}", person.mobile.access.expose()))
            .header("content-type", "application/json")
            .header("idempotency-key", bank.key().uuid().to_string());
        self.ask(&self.api, request.body(Body::from(body)).unwrap()).await
    }

    /// The error that a refresh token gets, if it does.
    pub async fn refresh(&self, tokens: &Tokens) -> Option<String> {
        let body = format!("grant_type=refresh_token&refresh_token={}", tokens.refresh.expose());
        let request = Request::builder()
            .method(Method::POST)
            .uri("/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let response = self.api.clone().oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        told["error"].as_str().map(str::to_owned)
    }

    /// Opens a stream, and tells when it ends.
    async fn stream(&self, browser: &BrowserSession) -> oneshot::Receiver<Instant> {
        let cookie = format!("okto={}", browser.token.expose());
        let request = Request::get("/events").header("cookie", cookie);
        let request = request.body(Body::empty()).unwrap();
        let response = self.web.clone().oneshot(request).await.unwrap();
        let (over, told) = oneshot::channel();
        let mut body = response.into_body();
        // The first frame says hello: from then on it is open.
        let first = body.frame().await;
        assert!(first.is_some());
        tokio::spawn(async move {
            while let Some(Ok(_)) = body.frame().await {}
            let _ = over.send(Instant::now());
        });
        told
    }
}

impl Person {
    /// How long after this moment the stream ended.
    pub async fn stream_ended(&mut self, since: Instant) -> Option<Duration> {
        let wait = Duration::from_millis(1_500);
        let ended = tokio::time::timeout(wait, &mut self.stream).await.ok()?.ok()?;
        Some(ended.saturating_duration_since(since))
    }

    /// Whether the stream is still open.
    pub fn stream_is_open(&mut self) -> bool {
        self.stream.try_recv().is_err()
    }
}
