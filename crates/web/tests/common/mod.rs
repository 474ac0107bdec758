//! A whole bank in the process of a test, and browsers that visit it.
#![expect(dead_code, reason = "each test program uses a part of this")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use customers::{Customers, NewCustomer};
use documents::{BankRequisites, Renderer};
use http_body_util::BodyExt;
use identity::{By, ClientInfo, Identity, NewDevice, Proof, RelyingParties, Use};
use kernel::{
    AccountId, Amount, Asset, Clock, Ctx, CustomerId, Day, Entropy, KeyRing, Lang, ManualClock,
    OperationId, Permission, Permissions, Phone, Secret, SessionId,
};
use ledger::Ledger;
use payments::{CashIn, Confirm, DemoKeyScheme, Open, Payee, Payments, Preview};
use pricing::rates::{Published, RateSource};
use scraper::{Html, Selector};
use store::editions::NewEdition;
use store::testing::TestDatabase;
use tokio::sync::watch;
use tower::ServiceExt;
use web::{Config, Services, Web};

pub const PASSWORD: &str = "uch olma va bitta quyosh";
pub const PIN: &str = "608537";
pub const SITE: &str = "http://127.0.0.1:8081";

pub struct TestBank {
    pub clock: ManualClock,
    pub payments: Payments,
    customers: Customers,
    identity: Identity,
    pub store: store::Store,
    router: Router,
    stop: watch::Sender<bool>,
    _database: TestDatabase,
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
    ) -> Pin<Box<dyn Future<Output = kernel::Result<Vec<Published>>> + Send + '_>> {
        let rates = (day == self.0.day).then_some(self.0);
        Box::pin(async move { Ok(rates.into_iter().collect()) })
    }
}

/// A customer with one account in sum.
#[derive(Clone, Debug)]
pub struct Person {
    pub phone: String,
    pub id: CustomerId,
    pub account: AccountId,
    pub number: String,
    /// The cookie of a browser that they trust.
    pub device: String,
}

impl TestBank {
    pub async fn open() -> Self {
        Self::open_with(edge::Config::default()).await
    }

    /// The same, with other limits of the door.
    pub async fn open_with(door: edge::Config) -> Self {
        let database = TestDatabase::create().await;
        let store = database.store();
        let manual = ManualClock::new(Clock::System.now());
        let clock = Clock::Manual(manual.clone());
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default())
            .with_sites(RelyingParties::local(8081, 8082).unwrap());
        let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await.unwrap();
        let customers = Customers::new(store.clone(), identity.clone());
        let scheme = Arc::new(DemoKeyScheme);
        let payments =
            Payments::new(store.clone(), ledger, customers.clone(), keys.clone(), scheme);
        let founder = Ctx::system("test", Permissions::OPERATOR).with_clock(clock.clone());
        payments.bank().ensure(&founder).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let (following, ends) = (identity.clone(), stopped.clone());
        tokio::spawn(async move { following.follow_revocations(ends).await });
        let services = Services {
            identity: identity.clone(),
            customers: customers.clone(),
            payments: payments.clone(),
            documents: Renderer::new(1),
            keys,
            clock,
        };
        let config = Config {
            door,
            site: SITE.parse().unwrap(),
            bank: BankRequisites { name: "Sinov banki".to_owned(), ..BankRequisites::default() },
            development: true,
        };
        let web = Web::new(services, config);
        let follower = web.clone();
        tokio::spawn(async move { follower.follow(stopped).await });
        let router = web::router(web);
        Self {
            clock: manual,
            payments,
            customers,
            identity,
            store,
            router,
            stop,
            _database: database,
        }
    }

    /// From now on the database does not answer: neither the pool's connections nor the one on
    /// which the node hears of sessions that end.
    pub async fn lose_database(&self) {
        self.stop.send_replace(true);
        self.store.pool().close().await;
    }

    /// Has a document hold from in a minute on, and waits for it.
    pub async fn publish(&self, book: &str, body: &serde_json::Value) {
        let (editions, body) = (self.payments.editions(), body.to_string());
        let effective_at = self.clock.now().plus_seconds(60);
        let new = NewEdition { book, effective_at, body: &body, reason: "a test" };
        let mut tx = self.store.begin().await.unwrap();
        editions.publish(&mut tx, &self.system(), &new).await.unwrap();
        store::commit(tx).await.unwrap();
        self.clock.advance_seconds(60);
        editions.look().await.unwrap();
    }

    /// Has the Central Bank publish a rate of the dollar for today.
    pub async fn rate(&self, rate: &str) {
        let published = Published {
            asset: Asset::Usd,
            day: self.clock.now().day(),
            rate: rate.parse().unwrap(),
            nominal: std::num::NonZeroU32::MIN,
        };
        let ctx = self.system();
        self.payments.rates().fetch(&ctx, &Central(published)).await.unwrap();
    }

    /// An account in dollars of somebody, with so many cents.
    pub async fn dollars(&self, person: &Person, minor: i64) -> AccountId {
        let open = Open { key: self.new_key(), asset: Asset::Usd };
        let account = self.payments.open_account(&self.ctx(person), open).await.unwrap();
        if minor > 0 {
            let cash = CashIn {
                key: self.new_key(),
                account: account.number,
                amount: Amount::from_minor(minor, Asset::Usd).unwrap(),
                note: None,
            };
            self.payments.cash_in(&self.system(), cash).await.unwrap();
        }
        account.id
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub fn system(&self) -> Ctx {
        let clock = Clock::Manual(self.clock.clone());
        Ctx::system("test", Permissions::OPERATOR).with_clock(clock)
    }

    /// The context of a customer.
    pub fn ctx(&self, person: &Person) -> Ctx {
        let session = SessionId::generate(self.clock.now(), Entropy);
        let clock = Clock::Manual(self.clock.clone());
        let ctx = Ctx::anonymous(Lang::En).with_clock(clock).for_customer(person.id, session);
        // Nobody at a page: there is no confirming.
        let permissions = ctx.permissions.with(Permission::ConfirmationWaive);
        Ctx { permissions, ..ctx }
    }

    /// What the notice of a sign-in of theirs carries.
    pub fn alarm(&self, person: &Person) -> String {
        let ctx = self.ctx(person);
        let session = SessionId::generate(self.clock.now(), Entropy);
        let told = (Some(session), self.clock.now());
        self.identity.alarm(&ctx, person.id, told).expose().clone()
    }

    /// Whether nothing leaves their account.
    pub async fn is_frozen(&self, person: &Person) -> bool {
        let account = self.payments.account(&self.ctx(person), person.account).await.unwrap();
        account.status == ledger::Status::Frozen
    }

    /// Lets somebody who was frozen in again, as two employees do.
    pub async fn unfreeze(&self, person: &Person) {
        let ctx = self.system();
        let mut tx = self.store.begin().await.unwrap();
        self.identity.unfreeze(&mut tx, &ctx, person.id, &self.payments).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    pub fn new_key(&self) -> OperationId {
        OperationId::generate(self.clock.now(), Entropy)
    }

    /// A customer with an account that holds so many tiyin.
    pub async fn person(&self, phone: &str, first_name: &str, minor: i64) -> Person {
        let new = NewCustomer {
            phone: Phone::parse(phone).unwrap(),
            password: PASSWORD.to_owned().into(),
            first_name: first_name.to_owned(),
            last_name: "Karimov".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        let id = self.customers.create_verified(&self.system(), new).await.unwrap();
        let mut person = Person {
            phone: phone.to_owned(),
            id,
            account: AccountId::generate(self.clock.now(), Entropy),
            number: String::new(),
            device: self.device(id).await,
        };
        let open = Open { key: self.new_key(), asset: Asset::Uzs };
        let account = self.payments.open_account(&self.ctx(&person), open).await.unwrap();
        person.account = account.id;
        person.number = account.number.to_string();
        if minor > 0 {
            let cash = CashIn {
                key: self.new_key(),
                account: account.number,
                amount: Amount::from_minor(minor, Asset::Uzs).unwrap(),
                note: None,
            };
            self.payments.cash_in(&self.system(), cash).await.unwrap();
        }
        person
    }

    /// The token of a preview.
    pub async fn quote(&self, from: &Person, to: &Person, minor: i64) -> String {
        let preview = Preview {
            from: from.account,
            to: Payee::Phone(Phone::parse(&to.phone).unwrap()),
            amount: Amount::from_minor(minor, Asset::Uzs).unwrap(),
            note: Some("Tushlik".to_owned()),
        };
        self.payments.preview(&self.ctx(from), preview).await.unwrap().token
    }

    /// Sends money.
    pub async fn pay(&self, from: &Person, to: &Person, minor: i64) -> OperationId {
        let quote = self.quote(from, to, minor).await;
        let confirm = Confirm { key: self.new_key(), quote, confirmation: None };
        self.payments.confirm(&self.ctx(from), confirm).await.unwrap().id
    }

    pub async fn balance(&self, person: &Person) -> i64 {
        self.payments.account(&self.ctx(person), person.account).await.unwrap().balance.minor
    }

    pub async fn profile(&self, person: &Person) -> customers::Customer {
        self.customers.profile(&self.ctx(person)).await.unwrap()
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { bank: self, jar: BTreeMap::new(), lang: "en" }
    }

    /// A browser that the bank knows, in which somebody is signed in. It has a PIN.
    pub async fn signed_in(&self, person: &Person) -> Browser<'_> {
        let mut browser = self.browser();
        browser.jar.insert("okto-device".to_owned(), person.device.clone());
        let fields = [("phone", person.phone.as_str()), ("password", PASSWORD)];
        browser.submit("/sign-in", &fields).await.expect(303);
        let ctx = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        let token = browser.jar.get("okto").unwrap();
        let session = self.identity.authenticate_browser(&ctx, token, Use::Request);
        let pin = Secret::new(PIN.to_owned());
        self.identity.set_pin(&session.await.unwrap(), &pin).await.unwrap();
        browser
    }

    /// A session of somebody's on another browser, from this address and at this place.
    pub async fn session_from(&self, person: &Person, ip: [u8; 4], place: Option<&str>) {
        let client = ClientInfo::new(ip.into(), "Firefox").at(place.map(str::to_owned));
        let mut tx = self.store.begin().await.unwrap();
        let with = (&Proof::one(kernel::Method::Password), &client);
        let ctx = self.system();
        self.identity.open_browser_session(&mut tx, &ctx, person.id, with).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    /// The cookie of a new customer's first browser, which the bank trusts at once.
    async fn device(&self, user: CustomerId) -> String {
        let client = ClientInfo::new([127, 0, 0, 1].into(), "test");
        let new = NewDevice { by: By::Cookie(None), name: "Test", client: &client };
        let mut tx = self.store.begin().await.unwrap();
        let ctx = self.system();
        let enrolled = self.identity.enrol_device(&mut tx, &ctx, user, new).await.unwrap();
        store::commit(tx).await.unwrap();
        enrolled.cookie.unwrap().expose().clone()
    }
}

/// A browser: it keeps cookies, and fills in forms.
pub struct Browser<'a> {
    bank: &'a TestBank,
    pub jar: BTreeMap<String, String>,
    pub lang: &'static str,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it leads to.
    #[track_caller]
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{}: {}", self.status, self.text()))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let said = self.all("main");
        assert_eq!(self.status.as_u16(), status, "{said:?}");
        self
    }

    /// The texts of the elements that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let html = self.html();
        html.select(&selector).map(|e| e.text().collect::<String>()).collect()
    }

    /// An attribute of the elements that a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let html = self.html();
        html.select(&selector).filter_map(|e| e.value().attr(name)).map(str::to_owned).collect()
    }

    /// The token of the page's forms.
    #[track_caller]
    pub fn token(&self) -> String {
        let tokens = self.attributes("input[name=_csrf]", "value");
        tokens.first().unwrap_or_else(|| panic!("no form in {}", self.text())).clone()
    }
}

impl Browser<'_> {
    pub async fn get(&mut self, uri: &str) -> Answer {
        self.ask(Method::GET, uri, Body::empty(), &[]).await
    }

    /// A request with headers of its own, and those of a browser.
    pub async fn ask(
        &mut self,
        method: Method,
        uri: &str,
        body: Body,
        headers: &[(&str, &str)],
    ) -> Answer {
        let cookies: Vec<_> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("accept-language", self.lang)
            .header("cookie", cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let response = self.bank.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: head.status, headers: head.headers, bytes }
    }

    /// Posts fields as a page of this site does.
    pub async fn post(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let page = format!("{SITE}{uri}");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", SITE),
            ("referer", &page),
            ("sec-fetch-site", "same-origin"),
        ];
        self.ask(Method::POST, uri, body.into(), &headers).await
    }

    /// Sends the payment of a review, by the PIN where it has to be confirmed. Where the receipt
    /// is.
    pub async fn send_reviewed(&mut self, review: &str) -> String {
        let led = self.submit(review, &[]).await.expect(303).location().to_owned();
        if !led.starts_with("/pay/confirm?") {
            return led;
        }
        let answer = [("by", "pin"), ("pin", PIN)];
        self.submit(&led, &answer).await.expect(303).location().to_owned()
    }

    /// Lets time pass for somebody who does something now and then.
    pub async fn stay(&mut self, seconds: i64) {
        let mut left = seconds;
        while left > 0 {
            let pause = left.min(240);
            self.bank.clock.advance_seconds(pause);
            self.get("/").await.expect(200);
            left -= pause;
        }
    }

    /// A token for forms of this visitor.
    pub async fn token(&mut self) -> String {
        self.get("/help").await.expect(200).token()
    }

    /// Posts a form with these fields and a token.
    pub async fn submit(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        let answer = self.post(uri, &fields).await;
        let asked = answer.attributes("input[name=confirmation]", "value");
        match asked.as_slice() {
            [asked] if answer.status == StatusCode::OK => {
                let answers = [("confirmation", asked.as_str()), ("method", "pin"), ("code", PIN)];
                self.post(uri, &[fields.as_slice(), &answers].concat()).await
            }
            _ => answer,
        }
    }
}
