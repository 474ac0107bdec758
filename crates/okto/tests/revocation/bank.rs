//! Two nodes of one bank on one database, the second over a line that can be disturbed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounting::Accounting;
use admin::Admin;
use api::{Api, TokenRules};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::request::Builder;
use customers::{Customers, Desk, NewCustomer};
use documents::{BankRequisites, Renderer};
use http_body_util::BodyExt;
use identity::ports::{Languages, Leaving, Sms, SmsSender};
use identity::stepup::Answer;
use identity::testing::{EmptyBooks, OneLanguage};
use identity::{
    Approvals, Begun, BrowserSession, ClientInfo, Door, Identity, Proof, RelyingParties,
    ResetStarted, Resetting, SignInChallenge, Tokens,
};
use kernel::{
    Aal, AccountNumber, Amount, Asset, Assurance, ChallengeId, Clock, Code, Ctx, CustomerId, Day,
    Entropy, KeyRing, Lang, ManualClock, Methods, OperationId, Permissions, Phone, Secret,
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

use crate::app::{self, Shown};
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
    pub approvals: Approvals,
    pub store: Store,
    clock: ManualClock,
    api: Router,
    web: Router,
    panel: Router,
}

pub struct Bank {
    pub clock: ManualClock,
    pub a: Node,
    pub b: Node,
    pub line: Line,
    /// Somebody who is paid.
    payee: (Tokens, AccountNumber),
    phones: Arc<Phones>,
    _stop: watch::Sender<bool>,
    _database: TestDatabase,
}

/// A payment that its customer confirmed by a code, and that was not made yet.
pub struct Payment {
    quote: String,
    confirmation: ChallengeId,
}

/// How many messages a person got before anything happens: the codes of two payments, a sign-in and
/// a reset.
pub const MESSAGES: usize = 4;

/// A customer with everything that can be open at once.
pub struct Person {
    pub id: CustomerId,
    pub phone: Phone,
    pub mobile: Tokens,
    pub browser: BrowserSession,
    /// Another session of theirs, from which they act.
    pub here: Tokens,
    /// A payment that they confirmed in the mobile session and did not make yet, and another one
    /// that they confirmed here.
    pub payment: Payment,
    pub payment_here: Payment,
    /// A sign-in that waits for its second factor, with the right code.
    sign_in: (SignInChallenge, Secret<String>),
    /// A reset that waits for its first proof, with the right code.
    reset: (ResetStarted, Secret<String>),
    pub stream: oneshot::Receiver<Instant>,
}

async fn node(store: Store, clock: &ManualClock, stop: &watch::Sender<bool>) -> Node {
    let keys = KeyRing::new(Secret::new([7; 32]));
    let (manual, clock) = (clock.clone(), Clock::Manual(clock.clone()));
    let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default())
        .with_sites(RelyingParties::local(8081, 8082).unwrap());
    let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await.unwrap();
    let customers = Customers::new(store.clone(), identity.clone());
    let scheme = Arc::new(DemoKeyScheme);
    let payments = Payments::new(store.clone(), ledger, customers.clone(), keys.clone(), scheme);
    let founder = Ctx::system("test", Permissions::OPERATOR).with_clock(clock.clone());
    payments.bank().ensure(&founder).await.unwrap();
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
    let at = clock.clone();
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
    let books: Arc<dyn Leaving> = Arc::new(EmptyBooks);
    let approvals = Approvals::new(&identity).with_leaving(&books);
    let panel = panel(&store, (&identity, &customers, &approvals), (&books, &payments), at);
    let (clock, web) = (manual, web::router(app));
    Node { identity, payments, customers, approvals, store, clock, api, web, panel }
}

/// The panel of the staff.
fn panel(
    store: &Store,
    (identity, customers, approvals): (&Identity, &Customers, &Approvals),
    (books, payments): (&Arc<dyn Leaving>, &Payments),
    clock: Clock,
) -> Router {
    let keys = KeyRing::new(Secret::new([7; 32]));
    let editions = payments.editions().clone();
    let services = admin::Services {
        store: store.clone(),
        identity: identity.clone(),
        approvals: approvals.clone(),
        desk: Desk::new(customers.clone(), Arc::clone(books)),
        accounting: Accounting::new(store.clone(), editions, keys.clone()),
        payments: payments.clone(),
        keys,
        clock,
    };
    let site = "http://localhost:8082".parse().unwrap();
    admin::router(Admin::new(services, admin::Config { door: edge::Config::default(), site }))
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
        let languages: Arc<dyn Languages> = Arc::new(OneLanguage(Lang::Uz));
        let ways = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, &a.identity, &at, ways);
        let runner = identity::stepup::jobs::register(runner, &a.identity, &at, ways);
        tokio::spawn(runner.run(stop.subscribe()));
        let payee = payee(&a, &clock).await;
        let bank = Self { clock, a, b, line, payee, phones, _stop: stop, _database: database };
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

    /// The same, who showed two factors just now.
    pub fn as_proven(&self, tokens: &Tokens) -> Ctx {
        let ctx = self.as_customer(tokens);
        let assurance = Assurance {
            aal: Aal::Two,
            methods: Methods::of(&[kernel::Method::Password, kernel::Method::Otp]),
            proven_at: ctx.now(),
            device: None,
            cooling_until: None,
        };
        ctx.with_assurance(assurance)
    }

    pub fn key(&self) -> OperationId {
        OperationId::generate(self.clock.now(), Entropy)
    }

    pub async fn session(&self, user: CustomerId) -> Tokens {
        self.session_of(user, &client()).await
    }

    async fn session_of(&self, user: CustomerId, client: &ClientInfo) -> Tokens {
        let mut tx = self.a.store.begin().await.unwrap();
        let with = (&proof(), client);
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
        let new = customer(&phone);
        let id = self.a.customers.create_verified(&self.system(), new).await.unwrap();
        let mobile = self.session_of(id, &app::client()).await;
        let here = self.session(id).await;
        let mut tx = self.a.store.begin().await.unwrap();
        let browser = self
            .a
            .identity
            .open_browser_session(&mut tx, &self.nobody(), id, (&proof(), &client()))
            .await
            .unwrap();
        store::commit(tx).await.unwrap();
        let payment = self.confirmed_payment(&mobile, (&phone, 0)).await;
        let payment_here = self.confirmed_payment(&here, (&phone, 1)).await;
        let sign_in = self.waiting_sign_in(&phone, 2).await;
        let reset = self.waiting_reset(&phone, 3).await;
        // Both nodes have them in their caches, and the second has a stream open.
        for node in [&self.a, &self.b] {
            assert_eq!(node.me(&mobile).await, 200);
            assert_eq!(node.page(&browser).await, 200);
        }
        let stream = self.b.stream(&browser).await;
        Person { id, phone, mobile, browser, here, payment, payment_here, sign_in, reset, stream }
    }

    /// Another sign-in and another reset wait, with new codes.
    pub async fn begin_anew(&self, person: &mut Person) {
        person.sign_in = self.waiting_sign_in(&person.phone, MESSAGES).await;
        person.reset = self.waiting_reset(&person.phone, MESSAGES + 1).await;
    }

    async fn waiting_sign_in(
        &self,
        phone: &Phone,
        before: usize,
    ) -> (SignInChallenge, Secret<String>) {
        let (ctx, password) = (self.nobody(), Secret::new(PASSWORD.to_owned()));
        let begun = self.a.identity.sign_in(&ctx, (phone, &password), Door::App, &client()).await;
        let Begun::Waits(waits) = begun.unwrap() else { panic!("nothing waits") };
        (waits, self.code(phone, before).await)
    }

    async fn waiting_reset(&self, phone: &Phone, before: usize) -> (ResetStarted, Secret<String>) {
        let started = self.a.identity.start_reset(&self.nobody(), phone, &client()).await.unwrap();
        (started, self.code(phone, before).await)
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

    /// A payment to somebody new, confirmed by the code that comes after so many other messages.
    async fn confirmed_payment(
        &self,
        tokens: &Tokens,
        (phone, before): (&Phone, usize),
    ) -> Payment {
        let (nobody, token) = (self.nobody(), tokens.access.expose());
        let key = app::key_of(tokens);
        let ctx = self.a.identity.authenticate(&nobody, token, key.as_ref()).await.unwrap();
        let opening = Open { key: self.key(), asset: Asset::Uzs };
        let from = self.a.payments.open_account(&ctx, opening).await.unwrap();
        let amount = Amount::from_minor(PAID, Asset::Uzs).unwrap();
        let cash = CashIn { key: self.key(), account: from.number, amount, note: None };
        self.a.payments.cash_in(&self.system(), cash).await.unwrap();
        let to = Payee::Number(self.payee.1);
        let preview = Preview { from: from.id, to, amount, note: None };
        let quote = self.a.payments.preview(&ctx, preview).await.unwrap().token;
        let asked = self.a.payments.ask_confirmation(&ctx, &quote).await.unwrap();
        let answer = Answer::Sms(self.code(phone, before).await);
        self.a.identity.answer_confirmation(&ctx, asked.id, &answer).await.unwrap();
        Payment { quote, confirmation: asked.id }
    }

    /// How many payments have come in.
    pub async fn paid(&self) -> i64 {
        let accounts = self.a.payments.accounts(&self.as_customer(&self.payee.0)).await.unwrap();
        accounts.iter().map(|account| account.balance.minor).sum::<i64>() / PAID
    }
}

const PAID: i64 = 100_000;

/// Somebody with an account, who is paid.
async fn payee(node: &Node, clock: &ManualClock) -> (Tokens, AccountNumber) {
    let at = || Clock::Manual(clock.clone());
    let phone = Phone::parse("998909999999").unwrap();
    let system = Ctx::system("test", Permissions::OPERATOR).with_clock(at());
    let id = node.customers.create_verified(&system, customer(&phone)).await.unwrap();
    let nobody = Ctx::anonymous(Lang::En).with_clock(at());
    let mut tx = node.store.begin().await.unwrap();
    let with = (&proof(), &client());
    let tokens = node.identity.open_session(&mut tx, &nobody, id, with).await.unwrap();
    store::commit(tx).await.unwrap();
    let ctx = nobody.for_customer(id, tokens.session);
    let key = OperationId::generate(clock.now(), Entropy);
    let opened = node.payments.open_account(&ctx, Open { key, asset: Asset::Uzs }).await.unwrap();
    (tokens, opened.number)
}

fn customer(phone: &Phone) -> NewCustomer {
    NewCustomer {
        phone: phone.clone(),
        password: PASSWORD.to_owned().into(),
        first_name: "Lola".to_owned(),
        last_name: "Karimova".to_owned(),
        birth_date: Day::new(1990, 5, 17).unwrap(),
        lang: Lang::Uz,
    }
}

fn proof() -> Proof {
    Proof::two(&[kernel::Method::Password, kernel::Method::Sms])
}

pub fn client() -> ClientInfo {
    ClientInfo::new([203, 0, 113, 9].into(), "test")
}

/// A request with the token and the proof that it shows.
fn showing(request: Builder, (token, proof): &Shown) -> Builder {
    let request = request.header("authorization", token);
    match proof {
        Some(proof) => request.header("dpop", proof),
        None => request,
    }
}

impl Node {
    async fn ask(&self, router: &Router, request: Request<Body>) -> u16 {
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    /// What the API answers to an access token.
    pub async fn me(&self, tokens: &Tokens) -> u16 {
        self.me_shown(&app::shown(tokens, ("GET", "/v1/me"), self.clock.now())).await
    }

    /// The same to what is shown with a request.
    pub async fn me_shown(&self, shown: &Shown) -> u16 {
        let request = showing(Request::get("/v1/me"), shown);
        self.ask(&self.api, request.body(Body::empty()).unwrap()).await
    }

    /// Has the node write down which sessions were used, as it does every some seconds: time goes
    /// faster here than that.
    pub async fn writes_down(&self) {
        let (stop, ends) = watch::channel(false);
        let identity = self.identity.clone();
        let following = tokio::spawn(async move { identity.follow_revocations(ends).await });
        stop.send(true).unwrap();
        following.await.unwrap();
    }

    /// What a page answers to a cookie.
    pub async fn page(&self, browser: &BrowserSession) -> u16 {
        self.page_at("/profile", browser).await
    }

    /// What this page answers to a cookie.
    pub async fn page_at(&self, path: &str, browser: &BrowserSession) -> u16 {
        let cookie = format!("okto={}", browser.token.expose());
        let request = Request::get(path).header("cookie", cookie);
        self.ask(&self.web, request.body(Body::empty()).unwrap()).await
    }

    /// What a page of the panel answers to an employee's cookie.
    pub async fn panel_at(&self, path: &str, token: &Secret<String>) -> u16 {
        let request = Request::get(path).header("cookie", format!("okto-staff={}", token.expose()));
        self.ask(&self.panel, request.body(Body::empty()).unwrap()).await
    }

    /// What is said to a payment that was confirmed, from this session.
    pub async fn pay(&self, bank: &Bank, tokens: &Tokens, payment: &Payment) -> u16 {
        let shown = app::shown(tokens, ("POST", "/v1/transfers"), self.clock.now());
        self.pay_shown(bank, &shown, payment).await
    }

    /// The same to what is shown with the request.
    pub async fn pay_shown(&self, bank: &Bank, shown: &Shown, payment: &Payment) -> u16 {
        let body = serde_json::json!({
            "quote": payment.quote, "confirmation_id": payment.confirmation.to_string(),
        });
        let request = showing(Request::post("/v1/transfers"), shown)
            .header("content-type", "application/json")
            .header("idempotency-key", bank.key().uuid().to_string());
        self.ask(&self.api, request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// What is said to a refresh token: the status, and the error if there is one.
    pub async fn refresh(&self, tokens: &Tokens) -> (u16, Option<String>) {
        let proof = || app::proof(("POST", "/oauth/token"), None, self.clock.now());
        let proof = tokens.bound.then(proof);
        self.refresh_shown(&tokens.refresh, proof.as_deref()).await
    }

    /// The same to a refresh token that comes with this proof.
    pub async fn refresh_shown(
        &self,
        token: &Secret<String>,
        proof: Option<&str>,
    ) -> (u16, Option<String>) {
        let body = format!("grant_type=refresh_token&refresh_token={}", token.expose());
        let mut request = Request::post("/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.api.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (status, told["error"].as_str().map(str::to_owned))
    }

    /// Opens a stream, and tells when it ends.
    pub async fn stream(&self, browser: &BrowserSession) -> oneshot::Receiver<Instant> {
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
