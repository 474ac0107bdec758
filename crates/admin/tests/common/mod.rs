//! A whole bank in the process of a test, employees with passkeys, and browsers at their desks.
#![expect(dead_code, reason = "each test program uses a part of this")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

pub mod books;
pub mod desk;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use accounting::desk::BreakResolve;
use accounting::{Accounting, chart};
use admin::{Admin, Config, Services};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use customers::{Customers, Desk, NewCustomer, NewDocument};
use http_body_util::BodyExt;
use identity::approvals::Approvals;
use identity::ports::Leaving;
use identity::testing::{Authenticator, EmptyBooks};
use identity::{
    By, ClientInfo, Identity, Invitation, NewDevice, RelyingParties, RelyingParty, Use,
};
use kernel::{
    Aal, Assurance, CaseId, Clock, Ctx, CustomerId, Day, DeviceId, KeyRing, Lang, ManualClock,
    Methods, Permissions, Phone, Role, Roles, Secret, StaffId,
};
use ledger::Ledger;
use payments::{DemoKeyScheme, Payments, TemporaryLimit, TransferRefund};
use scraper::{Html, Selector};
use serde_json::Value;
use store::audit::{self, Filter, Page};
use store::editions::Editions;
use store::testing::TestDatabase;
use tower::ServiceExt;

pub const PASSWORD: &str = "uch olma va bitta quyosh";
pub const SITE: &str = "http://localhost:8082";
/// The tariff from the first day on.
pub const FREE: &str = r#"{"rules":[{"name":"free","price":{"model":"fixed","amount":"0"},
    "rounding":{"mode":"half_up","to_minor":1}}]}"#;

pub struct TestBank {
    pub clock: ManualClock,
    pub identity: Identity,
    pub keys: KeyRing,
    pub editions: Editions,
    pub accounting: Accounting,
    pub payments: Payments,
    pub ledger: Ledger,
    pub store: store::Store,
    customers: Customers,
    router: Router,
    _database: TestDatabase,
}

/// The book of the tariff of transfers.
pub const TARIFF: &str = "tariff.transfer.internal";

/// An employee with a passkey.
pub struct Person {
    pub id: StaffId,
    pub name: String,
    pub key: RefCell<Authenticator>,
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
        let party = |name| RelyingParty::new(name, "localhost", &[SITE]).unwrap();
        let sites = RelyingParties { customers: party("Okto"), staff: party("Okto Staff") };
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let identity = identity.with_sites(sites);
        let customers = Customers::new(store.clone(), identity.clone());
        let books: Arc<dyn Leaving> = Arc::new(EmptyBooks);
        let desk = Desk::new(customers.clone(), Arc::clone(&books));
        let config = ledger::Config::default();
        let ledger = Ledger::start(&store, clock.clone(), config).await.unwrap();
        let scheme = Arc::new(DemoKeyScheme);
        let (people, tills) = (customers.clone(), ledger.clone());
        let payments = Payments::new(store.clone(), tills, people, keys.clone(), scheme);
        let editions = payments.editions().clone();
        let accounting = Accounting::new(store.clone(), editions.clone(), keys.clone());
        let approvals = Approvals::new(&identity)
            .with_leaving(&books)
            .with_terms(&editions)
            .with(TransferRefund(payments.clone()))
            .with(TemporaryLimit(payments.clone()));
        let services = Services {
            store: store.clone(),
            identity: identity.clone(),
            approvals: approvals.with(BreakResolve::new(accounting.clone())),
            desk,
            accounting: accounting.clone(),
            payments: payments.clone(),
            keys: keys.clone(),
            clock,
        };
        let config = Config { door, site: SITE.parse().unwrap() };
        let router = admin::router(Admin::new(services, config));
        let clock = manual;
        let bank = Self {
            clock,
            identity,
            keys,
            editions,
            accounting,
            payments,
            ledger,
            store,
            customers,
            router,
            _database: database,
        };
        for (book, first) in [(TARIFF, FREE), (chart::BOOK, chart::FIRST)] {
            bank.editions.found(&bank.system(), book, first).await.unwrap();
        }
        bank
    }

    pub fn system(&self) -> Ctx {
        let clock = Clock::Manual(self.clock.clone());
        Ctx::system("test", Permissions::OPERATOR).with_clock(clock)
    }

    pub async fn customer(&self, phone: &str, first_name: &str) -> CustomerId {
        let new = NewCustomer {
            phone: Phone::parse(phone).unwrap(),
            password: PASSWORD.to_owned().into(),
            first_name: first_name.to_owned(),
            last_name: "Karimova".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        self.customers.create_verified(&self.system(), new).await.unwrap()
    }

    /// Freezes a customer as the bank does. Gives the case about it.
    pub async fn freeze(&self, customer: CustomerId) -> CaseId {
        let mut tx = self.store.begin().await.unwrap();
        let facts = serde_json::json!({});
        let case = self.identity.freeze_for_bank(&mut tx, &self.system(), customer, facts).await;
        store::commit(tx).await.unwrap();
        case.unwrap()
    }

    /// Ends the way of a customer into the bank.
    pub async fn close(&self, customer: CustomerId) {
        let mut tx = self.store.begin().await.unwrap();
        self.identity.close_user(&mut tx, &self.system(), customer).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    /// An employee whom the operator took in, with the code of their link.
    pub async fn invited(&self, name: &str, roles: &[Role]) -> (StaffId, String) {
        let email = format!("{}@okto.example", name.replace(' ', ".").to_lowercase());
        let roles: Roles = roles.iter().copied().collect();
        let invitation = Invitation { name, email: &email, roles, phone: None };
        let (id, code) =
            self.identity.invite_by_operator(&self.system(), invitation).await.unwrap();
        (id, code.expose().clone())
    }

    /// The same, with a passkey.
    pub async fn employee(&self, name: &str, roles: &[Role]) -> Person {
        let (id, code) = self.invited(name, roles).await;
        let mut key = Authenticator::at(SITE);
        let nobody = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        let client = ClientInfo::new([192, 0, 2, 1].into(), "test");
        let started = self.identity.start_enrolment(&nobody, &code, &client).await.unwrap();
        let answer = key.register(&started.options);
        let answer = (started.id, &answer);
        let link = (code.as_str(), &client);
        self.identity.finish_enrolment(&nobody, link, answer, "Key").await.unwrap();
        Person { id, name: name.to_owned(), key: RefCell::new(key) }
    }

    /// A customer's own token of a browser session.
    pub async fn customers_token(&self, phone: &str) -> String {
        let nobody = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        let client = ClientInfo::new([192, 0, 2, 9].into(), "test");
        let phone = Phone::parse(phone).unwrap();
        let system = Ctx::system("test", Permissions::OPERATOR);
        let user = self.identity.find_by_phone(&system, &phone).await.unwrap().unwrap();
        let proof = identity::Proof::two(&[kernel::Method::Password, kernel::Method::Sms]);
        let mut tx = self.store.begin().await.unwrap();
        let session =
            self.identity.open_browser_session(&mut tx, &nobody, user, (&proof, &client)).await;
        store::commit(tx).await.unwrap();
        session.unwrap().token.expose().clone()
    }

    /// Declares an identity document as a customer does in the app.
    pub async fn declare_document(&self, phone: &str, customer: CustomerId) {
        self.customers_token(phone).await;
        let session = self.identity.sessions(&self.system(), customer).await.unwrap()[0].id;
        let now = self.clock.now();
        let nobody = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        let fresh = nobody.for_customer(customer, session).with_assurance(Assurance {
            aal: Aal::Two,
            methods: Methods::of(&[kernel::Method::Password]),
            proven_at: now,
            device: None,
            cooling_until: None,
        });
        let document = NewDocument {
            number: "AA1234567".to_owned().into(),
            personal_number: "31705901230018".to_owned().into(),
            expires_on: now.plus_seconds(400 * 86_400).day(),
        };
        self.customers.declare_document(&fresh, &document).await.unwrap();
    }

    /// A device of a customer, known by a cookie.
    pub async fn device(&self, customer: CustomerId) -> DeviceId {
        let client = ClientInfo::new([192, 0, 2, 9].into(), "test");
        let new = NewDevice { by: By::Cookie(None), name: "Telephone", client: &client };
        let mut tx = self.store.begin().await.unwrap();
        let bound = self.identity.enrol_device(&mut tx, &self.system(), customer, new).await;
        store::commit(tx).await.unwrap();
        bound.unwrap().device.id
    }

    /// Who is signed in in a browser.
    pub async fn staff_ctx(&self, browser: &Browser<'_>) -> Ctx {
        let nobody = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        let token = &browser.jar["okto-staff"];
        self.identity.authenticate_staff(&nobody, token, Use::Watch).await.unwrap()
    }

    /// What was recorded, the latest first.
    pub async fn recorded(&self) -> Vec<audit::Event> {
        let page = Page { after: None, limit: 200 };
        audit::search(&self.store, Some(&self.keys), &Filter::default(), page).await.unwrap()
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The first code of a challenge, as only the bank can compute it.
    pub fn code_of(&self, challenge: &str) -> String {
        let id = challenge.parse::<kernel::ChallengeId>().unwrap().uuid();
        let parts: [&[u8]; 2] = [id.as_bytes(), &1_i32.to_be_bytes()];
        let tag = self.keys.sign(kernel::KeyUse::OneTimeCode, &parts);
        let number = tag.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { bank: self, jar: BTreeMap::new(), lang: "en" }
    }

    /// A browser in which an employee is signed in.
    pub async fn signed_in(&self, person: &Person) -> Browser<'_> {
        let mut browser = self.browser();
        browser.sign_in(person).await.expect(303);
        browser
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

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
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
        self.send(uri, fields, &[]).await
    }

    async fn send(&mut self, uri: &str, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let page = format!("{SITE}{uri}");
        let mut headers = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", SITE),
            ("referer", page.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        headers.extend_from_slice(more);
        self.ask(Method::POST, uri, body.into(), &headers).await
    }

    /// A token for forms of this visitor: every page has a form for the language.
    pub async fn token(&mut self) -> String {
        let own = self.get("/me").await;
        let page = if own.status == StatusCode::OK { own } else { self.get("/sign-in").await };
        page.token()
    }

    /// Posts a form with these fields and a token.
    pub async fn submit(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.post(uri, &fields).await
    }

    /// Asks for a challenge as the script does.
    pub async fn challenge(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.send(uri, &fields, &[("accept", "application/json")]).await
    }

    /// Sends a form with the use of a passkey, as the script does.
    pub async fn with_passkey(
        &mut self,
        person: &Person,
        (uri, options): (&str, &str),
        fields: &[(&str, &str)],
    ) -> Answer {
        let asked = self.challenge(options, fields).await.expect(200).json();
        let answer = person.key.borrow_mut().assert(&asked["options"]).to_string();
        let challenge = asked["challenge"].as_str().unwrap().to_owned();
        let mut fields = fields.to_vec();
        fields.extend([("challenge", challenge.as_str()), ("answer", answer.as_str())]);
        self.submit(uri, &fields).await
    }

    pub async fn sign_in(&mut self, person: &Person) -> Answer {
        self.with_passkey(person, ("/sign-in", "/sign-in/challenge"), &[]).await
    }
}
