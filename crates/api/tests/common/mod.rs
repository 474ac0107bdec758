//! A whole bank in the process of a test, on a database of its own.
#![expect(dead_code, reason = "each test program uses a part of this")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

pub mod app;
pub mod key;
pub mod program;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use api::{Api, Config, Services, TokenRules};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use customers::{Customers, NewCustomer};
use http_body_util::BodyExt;
use identity::ports::{Languages, Sms, SmsSender};
use identity::testing::Authenticator;
use identity::{By, ClientInfo, Identity, NewDevice, Proof, RelyingParties};
use kernel::{
    Amount, Asset, Clock, Code, Ctx, Day, Entropy, KeyRing, Lang, ManualClock, Method as Proven,
    OperationId, Permissions, Phone, Result, Secret,
};
use ledger::Ledger;
use payments::{CashIn, Confirm, DemoKeyScheme, Payments};
use pricing::rates::{Published, RateSource};
use serde_json::{Value, json};
use store::Store;
use store::jobs::Runner;
use store::signing::Signing;
use store::testing::{TestDatabase, TestKeys};
use tokio::sync::watch;
use tower::ServiceExt;

pub const PASSWORD: &str = "uch olma va bitta quyosh";
/// The pages that passkeys are made on.
const PASSKEYS_AT: &str = "http://localhost:8081";

/// Keeps the messages that the bank sends.
#[derive(Default)]
struct Phones(Mutex<Vec<(String, String)>>);

impl SmsSender for Phones {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        let message = (sms.to.expose().to_owned(), sms.text.expose().clone());
        self.0.lock().unwrap().push(message);
        Box::pin(async { Ok("1".to_owned()) })
    }
}

/// What the Central Bank published on one day.
struct Central(Published);

impl RateSource for Central {
    fn name(&self) -> &'static str {
        "test"
    }

    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        let rates = (day == self.0.day).then_some(self.0);
        Box::pin(async move { Ok(rates.into_iter().collect()) })
    }
}

pub struct TestBank {
    pub clock: ManualClock,
    pub payments: Payments,
    pub identity: Identity,
    pub store: Store,
    customers: Customers,
    router: Router,
    services: Services,
    phones: Arc<Phones>,
    stop: Arc<watch::Sender<bool>>,
    database: Arc<TestDatabase>,
}

/// A customer with their token and one account in sum.
#[derive(Clone, Debug)]
pub struct Person {
    pub phone: String,
    pub customer: String,
    pub session: String,
    pub token: String,
    pub account: String,
    pub number: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// A field by its path, as text.
    pub fn at(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("no {pointer} in {self:?}"),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// It is a whole problem document with this code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.at("/code").as_str()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.at("/type"), format!("/problems/{code}"));
        assert_eq!(self.at("/status"), status.to_string());
        assert_eq!(Some(self.at("/request_id").as_str()), self.header("x-request-id"));
        self
    }
}

/// A request that is being put together.
pub struct Call<'a> {
    bank: &'a TestBank,
    request: axum::http::request::Builder,
    body: Body,
}

impl Call<'_> {
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn key(self, key: OperationId) -> Self {
        self.header("idempotency-key", &key.uuid().to_string())
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(self, kind: &str, body: impl Into<Body>) -> Self {
        let body = body.into();
        Self { body, ..self.header("content-type", kind) }
    }

    pub async fn send(self) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let response = self.bank.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: head.status, headers: head.headers, text }
    }
}

impl TestBank {
    pub async fn open() -> Self {
        Self::open_with(Config::default()).await
    }

    pub async fn open_with(config: Config) -> Self {
        Self::made(config, TokenRules { site: None, bearer: true }).await
    }

    /// One that gives tokens by these rules.
    pub async fn open_for(tokens: TokenRules) -> Self {
        Self::made(Config::default(), tokens).await
    }

    async fn made(config: Config, tokens: TokenRules) -> Self {
        let database = TestDatabase::create().await;
        let store = database.store();
        let manual = ManualClock::new(Clock::System.now());
        let clock = Clock::Manual(manual.clone());
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = identity(&store, keys.clone());
        let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await.unwrap();
        let customers = Customers::new(store.clone(), identity.clone());
        let payments =
            Payments::new(store.clone(), ledger, customers.clone(), keys, Arc::new(DemoKeyScheme));
        let founder = Ctx::system("test", Permissions::OPERATOR).with_clock(clock.clone());
        payments.bank().ensure(&founder).await.unwrap();
        let phones = Arc::new(Phones::default());
        let sender: Arc<dyn SmsSender> = phones.clone();
        let (stop, stopped) = watch::channel(false);
        let runner = Runner::new(store.clone(), clock.clone());
        let languages: Arc<dyn Languages> = Arc::new(customers.clone());
        let ways = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, &identity, &clock, ways);
        let runner = identity::stepup::jobs::register(runner, &identity, &clock, ways);
        tokio::spawn(runner.run(stopped.clone()));
        let following = identity.clone();
        tokio::spawn(async move { following.follow_revocations(stopped).await });
        let signing = Signing::new(store.clone(), Arc::new(TestKeys::default()));
        let services = Services {
            store: store.clone(),
            identity: identity.clone(),
            customers: customers.clone(),
            payments: payments.clone(),
            clock,
            tokens,
            signing: Some(signing),
        };
        let router = api::router(Api::new(services.clone(), config));
        Self {
            clock: manual,
            payments,
            identity,
            store,
            customers,
            router,
            services,
            phones,
            stop: Arc::new(stop),
            database: Arc::new(database),
        }
    }

    /// Another node of the same bank.
    pub fn node(&self) -> Self {
        let identity = identity(&self.store, KeyRing::new(Secret::new([7; 32])));
        let following = (identity.clone(), self.stop.subscribe());
        tokio::spawn(async move { following.0.follow_revocations(following.1).await });
        let services = Services { identity: identity.clone(), ..self.services.clone() };
        let router = api::router(Api::new(services.clone(), Config::default()));
        Self {
            clock: self.clock.clone(),
            payments: self.payments.clone(),
            identity,
            store: self.store.clone(),
            customers: self.customers.clone(),
            router,
            services,
            phones: self.phones.clone(),
            stop: self.stop.clone(),
            database: self.database.clone(),
        }
    }

    pub fn nobody(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    /// A partner and its secret.
    pub async fn partner(&self, name: &str) -> (String, String) {
        let ctx = self.system(Permissions::NONE);
        let (id, secret) = self.identity.add_partner(&ctx, name).await.unwrap();
        (id.to_string(), secret.expose().clone())
    }

    /// What goes with the notice of a sign-in of this person.
    pub fn alarm(&self, person: &Person) -> String {
        let (customer, session) =
            (person.customer.parse().unwrap(), person.session.parse().unwrap());
        let (ctx, told) = (self.nobody(), (Some(session), self.clock.now()));
        self.identity.alarm(&ctx, customer, told).expose().clone()
    }

    /// What the books say to a transfer whose session was good when it was asked for.
    pub async fn confirm_past_the_door(
        &self,
        from: &Person,
        quote: &str,
        confirmation: Option<&str>,
    ) -> Option<Code> {
        let (customer, session) = (from.customer.parse().unwrap(), from.session.parse().unwrap());
        let ctx = self.nobody().for_customer(customer, session);
        let confirmation = confirmation.map(|id| id.parse().unwrap());
        let confirm = Confirm { key: self.new_key(), quote: quote.to_owned(), confirmation };
        self.payments.confirm(&ctx, confirm).await.unwrap_err().code()
    }

    /// From now on the database does not answer.
    pub async fn lose_database(&self) {
        self.store.pool().close().await;
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub fn new_key(&self) -> OperationId {
        OperationId::generate(self.clock.now(), Entropy)
    }

    pub fn call(&self, method: Method, uri: &str) -> Call<'_> {
        let request = Request::builder().method(method).uri(uri);
        Call { bank: self, request, body: Body::empty() }
    }

    pub fn get(&self, uri: &str) -> Call<'_> {
        self.call(Method::GET, uri)
    }

    pub fn post(&self, uri: &str) -> Call<'_> {
        self.call(Method::POST, uri)
    }

    pub fn put(&self, uri: &str) -> Call<'_> {
        self.call(Method::PUT, uri)
    }

    pub fn patch(&self, uri: &str) -> Call<'_> {
        self.call(Method::PATCH, uri)
    }

    fn system(&self, permissions: Permissions) -> Ctx {
        Ctx::system("test", permissions).with_clock(Clock::Manual(self.clock.clone()))
    }

    /// A customer who is not signed in. Gives their phone.
    pub async fn customer(&self, phone: &str, first_name: &str) -> String {
        let new = NewCustomer {
            phone: Phone::parse(phone).unwrap(),
            password: PASSWORD.to_owned().into(),
            first_name: first_name.to_owned(),
            last_name: "Karimov".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        let ctx = self.system(Permissions::OPERATOR);
        self.customers.create_verified(&ctx, new).await.unwrap();
        phone.to_owned()
    }

    /// A customer with an account that holds so many tiyin.
    pub async fn person(&self, phone: &str, first_name: &str, minor: i64) -> Person {
        self.customer(phone, first_name).await;
        let tokens = self.sign_in(phone).await;
        let token = tokens.at("/access_token");
        let account = self.open_account(&token, "UZS").await;
        let person = Person {
            phone: phone.to_owned(),
            customer: tokens.at("/customer_id"),
            session: tokens.at("/session_id"),
            token,
            account: account.at("/account_id"),
            number: account.at("/number"),
        };
        if minor > 0 {
            self.cash_in(&person, minor).await;
        }
        person
    }

    /// What a sign-in by the password and a code would have answered.
    pub async fn sign_in(&self, phone: &str) -> Answer {
        let ctx = self.system(Permissions::OPERATOR);
        let phone = Phone::parse(phone).unwrap();
        let user = self.identity.find_by_phone(&ctx, &phone).await.unwrap().unwrap();
        let client = ClientInfo::new([127, 0, 0, 1].into(), "test");
        let proof = Proof::two(&[Proven::Password, Proven::Sms]);
        let mut tx = self.store.begin().await.unwrap();
        let opened = self.identity.open_session(&mut tx, &ctx, user, (&proof, &client));
        let tokens = opened.await.unwrap();
        store::commit(tx).await.unwrap();
        let text = json!({
            "access_token": tokens.access.expose(),
            "refresh_token": tokens.refresh.expose(),
            "session_id": tokens.session,
            "customer_id": tokens.customer,
        });
        Answer { status: StatusCode::OK, headers: HeaderMap::new(), text: text.to_string() }
    }

    /// A browser that the person signs in with. Gives its id as a device.
    pub async fn bind_browser(&self, person: &Person) -> String {
        let ctx = self.nobody();
        let client = ClientInfo::new([203, 0, 113, 9].into(), "Firefox");
        let new = NewDevice { by: By::Cookie(None), name: "", client: &client };
        let mut tx = self.store.begin().await.unwrap();
        let customer = person.customer.parse().unwrap();
        let bound = self.identity.enrol_device(&mut tx, &ctx, customer, new).await.unwrap();
        store::commit(tx).await.unwrap();
        bound.device.id.to_string()
    }

    pub async fn open_account(&self, token: &str, asset: &str) -> Answer {
        let call = self.post("/v1/accounts").token(token).key(self.new_key());
        call.json(&json!({"asset": asset})).send().await.expect(201)
    }

    pub async fn cash_in(&self, person: &Person, minor: i64) {
        let cash = CashIn {
            key: self.new_key(),
            account: person.number.parse().unwrap(),
            amount: Amount::from_minor(minor, Asset::Uzs).unwrap(),
            note: None,
        };
        self.payments.cash_in(&self.system(Permissions::OPERATOR), cash).await.unwrap();
    }

    /// Has the Central Bank publish a rate of the dollar for today.
    pub async fn rate(&self, rate: &str) {
        let published = Published {
            asset: Asset::Usd,
            day: self.clock.now().day(),
            rate: rate.parse().unwrap(),
            nominal: std::num::NonZeroU32::MIN,
        };
        let ctx = self.system(Permissions::OPERATOR);
        self.payments.rates().fetch(&ctx, &Central(published)).await.unwrap();
    }

    /// The answer to a preview of an exchange out of somebody's account in sum.
    pub async fn preview_exchange(&self, who: &Person, to: &str, amount: &Value) -> Answer {
        let body = json!({
            "from_account_id": who.account, "to_account_id": to, "amount": amount,
        });
        self.post("/v1/exchanges/preview").token(&who.token).json(&body).send().await
    }

    pub async fn confirm_exchange(&self, who: &Person, quote: &str, key: OperationId) -> Answer {
        let call = self.post("/v1/exchanges").token(&who.token).key(key);
        call.json(&json!({"quote": quote})).send().await
    }

    /// The answer to a preview from one person to another.
    pub async fn preview(&self, from: &Person, to: &Person, value: &str) -> Answer {
        let body = transfer(from, &json!({"phone": to.phone}), value);
        self.post("/v1/transfers/preview").token(&from.token).json(&body).send().await
    }

    /// Confirms a transfer, by a code when that is needed.
    pub async fn confirm(&self, from: &Person, quote: &str, key: OperationId) -> Answer {
        let send =
            |body: Value| self.post("/v1/transfers").token(&from.token).key(key).json(&body).send();
        let answer = send(json!({"quote": quote})).await;
        if answer.status != StatusCode::FORBIDDEN || answer.at("/code") != "step_up_required" {
            return answer;
        }
        let confirmation = self.confirmed(from, quote).await;
        self.confirm_with(from, (quote, &confirmation), key).await
    }

    /// Confirms a transfer by a confirmation that was given before.
    pub async fn confirm_with(
        &self,
        from: &Person,
        (quote, confirmation): (&str, &str),
        key: OperationId,
    ) -> Answer {
        let body = json!({"quote": quote, "confirmation_id": confirmation});
        self.post("/v1/transfers").token(&from.token).key(key).json(&body).send().await
    }

    /// The name of a confirmation that was given by a code.
    pub async fn confirmed(&self, from: &Person, quote: &str) -> String {
        let body = json!({"quote": quote});
        let (id, code) = self.asked(from, "/v1/transfers/confirmation", Some(&body)).await;
        let answer = json!({"answer": {"method": "sms", "code": code}});
        let uri = format!("/v1/confirmations/{id}/answer");
        self.post(&uri).token(&from.token).json(&answer).send().await.expect(204);
        id
    }

    /// The name of a confirmation that waits, and the code that was sent for it.
    pub async fn asked(&self, from: &Person, path: &str, body: Option<&Value>) -> (String, String) {
        let before = self.sent(&from.phone);
        let call = self.post(path).token(&from.token);
        let call = match body {
            Some(body) => call.json(body),
            None => call,
        };
        let id = call.send().await.expect(201).at("/challenge_id");
        (id, self.code(&from.phone, before).await)
    }

    /// Adds a passkey to whoever just signed in. Gives its name and what holds it.
    pub async fn add_passkey(&self, token: &str) -> (String, Authenticator) {
        let start = self.post("/v1/me/passkeys/start").token(token).send().await.expect(200).json();
        let mut authenticator = Authenticator::at(PASSKEYS_AT);
        let credential = authenticator.register(start.pointer("/options").unwrap());
        let id = start.pointer("/passkey_challenge_id").unwrap();
        let passkey = json!({"passkey_challenge_id": id, "credential": credential});
        let body = json!({"passkey": passkey, "name": "Kalit"});
        let added = self.post("/v1/me/passkeys").token(token).json(&body).send().await;
        (added.expect(201).at("/passkey_id"), authenticator)
    }

    /// How many messages a phone got.
    pub fn sent(&self, phone: &str) -> usize {
        let digits = phone.trim_start_matches('+');
        self.phones.0.lock().unwrap().iter().filter(|(to, _)| to == digits).count()
    }

    pub async fn balance(&self, person: &Person) -> String {
        let uri = format!("/v1/accounts/{}", person.account);
        self.get(&uri).token(&person.token).send().await.expect(200).at("/balance/value")
    }

    /// Lets somebody who was frozen in again, as two employees do.
    pub async fn unfreeze(&self, person: &Person) {
        let ctx = self.system(Permissions::OPERATOR);
        let customer = person.customer.parse().unwrap();
        let mut tx = self.store.begin().await.unwrap();
        self.identity.unfreeze(&mut tx, &ctx, customer, &self.payments).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    /// Waits for the newest message to a phone that is not one of the first `before`, and gives
    /// the code in it.
    pub async fn code(&self, phone: &str, before: usize) -> String {
        let digits = phone.trim_start_matches('+');
        for _ in 0..200 {
            let texts: Vec<_> = {
                let sent = self.phones.0.lock().unwrap();
                sent.iter().filter(|(to, _)| to == digits).map(|(_, text)| text.clone()).collect()
            };
            if texts.len() > before {
                let text = texts.last().unwrap();
                let code = text.split(|c: char| !c.is_ascii_digit()).find(|w| w.len() == 6);
                return code.unwrap_or_else(|| panic!("no code in {text}")).to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no message came");
    }
}

fn identity(store: &Store, keys: KeyRing) -> Identity {
    let sites = RelyingParties::local(8081, 8082).unwrap();
    Identity::new(store.clone(), keys, identity::Config::default()).with_sites(sites)
}

/// The body of a preview.
pub fn transfer(from: &Person, to: &Value, value: &str) -> Value {
    json!({
        "from_account_id": from.account,
        "to": to,
        "amount": {"value": value, "asset": "UZS"},
        "note": "Tushlik",
    })
}
