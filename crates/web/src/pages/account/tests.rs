//! A customer opens an account, names it and takes its statement away.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use customers::{Customers, NewCustomer};
use documents::{BankRequisites, Renderer};
use http_body_util::BodyExt;
use identity::Identity;
use kernel::{
    Amount, Asset, Clock, Ctx, Day, Entropy, KeyRing, Lang, ManualClock, Money, OperationId,
    Permissions, Phone, Secret,
};
use ledger::{Ledger, Status};
use payments::{CashIn, DemoKeyScheme, Payments};
use scraper::{Html, Selector};
use store::testing::TestDatabase;
use tokio::sync::watch;
use tower::ServiceExt;

use super::{actions, hero, news, operations};
use crate::pages::common::PLACE;
use crate::pages::home::tests::{account, count, item, view};
use crate::{Config, Services, Web};

const PASSWORD: &str = "uch olma va bitta quyosh";
const SITE: &str = "http://127.0.0.1:8081";

/// A bank with one customer, who is signed in with one browser.
struct Visit {
    router: Router,
    payments: Payments,
    operator: Ctx,
    jar: BTreeMap<String, String>,
    _stop: watch::Sender<bool>,
    _database: TestDatabase,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The texts of the elements that a selector finds.
    fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|e| e.text().collect::<String>().trim().to_owned()).collect()
    }

    #[track_caller]
    fn attribute(&self, selector: &str, name: &str) -> String {
        let html = Html::parse_document(&self.text());
        let found = Selector::parse(selector).unwrap();
        let element = html.select(&found).next().and_then(|e| e.value().attr(name));
        element.unwrap_or_else(|| panic!("no {selector} in {}", self.text())).to_owned()
    }

    #[track_caller]
    fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Visit {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let store = database.store();
        let clock = Clock::Manual(ManualClock::new(Clock::System.now()));
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let (stop, stopped) = watch::channel(false);
        let following = identity.clone();
        tokio::spawn(async move { following.follow_revocations(stopped).await });
        let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await;
        let customers = Customers::new(store.clone(), identity.clone());
        let scheme = Arc::new(DemoKeyScheme);
        let payments =
            Payments::new(store.clone(), ledger.unwrap(), customers.clone(), keys.clone(), scheme);
        let operator = Ctx::system("test", Permissions::OPERATOR).with_clock(clock.clone());
        let new = NewCustomer {
            phone: Phone::parse("998901234567").unwrap(),
            password: PASSWORD.to_owned().into(),
            first_name: "Gʻayrat".to_owned(),
            last_name: "Karimov".to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::En,
        };
        let user = customers.create_verified(&operator, new).await.unwrap();
        let client = identity::ClientInfo::new([127, 0, 0, 1].into(), "test");
        let by = identity::By::Cookie(None);
        let new = identity::NewDevice { by, name: "Test", client: &client };
        let mut tx = store.begin().await.unwrap();
        let device = identity.enrol_device(&mut tx, &operator, user, new).await.unwrap();
        store::commit(tx).await.unwrap();
        let documents = Renderer::new(1);
        let services =
            Services { identity, customers, payments: payments.clone(), documents, keys, clock };
        let bank = BankRequisites {
            name: "Sinov banki".to_owned(),
            code: "00999".to_owned(),
            ..BankRequisites::default()
        };
        let config = Config {
            door: edge::Config::default(),
            site: SITE.parse().unwrap(),
            bank,
            development: false,
        };
        let router = crate::router(Web::new(services, config));
        let device = device.cookie.unwrap().expose().clone();
        let jar = BTreeMap::from([("okto-device".to_owned(), device)]);
        let mut visit = Self { router, payments, operator, jar, _stop: stop, _database: database };
        let fields = [("phone", "901234567"), ("password", PASSWORD)];
        visit.submit("/sign-in", &fields).await.is(303);
        visit
    }

    async fn ask(&mut self, method: Method, uri: &str, body: String) -> Answer {
        let cookies: Vec<_> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("accept-language", "en")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", SITE)
            .header("cookie", cookies.join("; "))
            .body(Body::from(body))
            .unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        for cookie in head.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: head.status.as_u16(), headers: head.headers, bytes }
    }

    async fn get(&mut self, uri: &str) -> Answer {
        self.ask(Method::GET, uri, String::new()).await
    }

    /// Sends the form of a page.
    async fn submit(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(uri).await.attribute("form input[name=_csrf]", "value");
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).append_pair("_csrf", &token);
        let body = body.finish();
        self.ask(Method::POST, uri, body).await
    }

    /// Opens an account in sum; its address.
    async fn open(&mut self) -> String {
        let page = self.get("/products/open?asset=UZS").await.is(200);
        let key = page.attribute("input[name=key]", "value");
        let opened = self.submit("/products/open?asset=UZS", &[("key", &key)]).await.is(303);
        opened.header("location").trim_end_matches("?opened").to_owned()
    }

    /// Pays cash in to the account of an address.
    async fn cash(&mut self, address: &str, minor: i64) {
        let page = self.get(&format!("{address}/requisites")).await;
        let number = page.attribute(".copy [data-copy^='20206']", "data-copy");
        let cash = CashIn {
            key: OperationId::generate(self.operator.now(), Entropy),
            account: number.parse().unwrap(),
            amount: Amount::from_minor(minor, Asset::Uzs).unwrap(),
            note: None,
        };
        self.payments.cash_in(&self.operator, cash).await.unwrap();
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_opens_one_account() {
    let mut visit = Visit::new().await;
    assert_eq!(visit.get("/").await.is(200).all(".empty .btn.accent").len(), 1);
    let uri = "/products/open?asset=USD";
    let key = visit.get(uri).await.is(200).attribute("input[name=key]", "value");
    let first = visit.submit(uri, &[("key", &key)]).await.is(303);
    let second = visit.submit(uri, &[("key", &key)]).await.is(303);
    assert_eq!(first.header("location"), second.header("location"));
    let page = visit.get(first.header("location")).await.is(200);
    assert_eq!(page.all(".banner.good").len(), 1);
    assert_eq!(page.all("h1"), ["Dollar account"]);
    assert_eq!(visit.get("/").await.all("#accounts .row").len(), 1);
    // A key of another currency's form, and none at all.
    visit.submit("/products/open?asset=UZS", &[("key", &key)]).await.is(409);
    visit.submit(uri, &[]).await.is(400);
    visit.get("/products/open?asset=XAU").await.is(404);
    for _ in 0..5 {
        visit.open().await;
    }
    let refused = visit.submit("/products/open?asset=UZS", &[("key", "")]).await;
    assert_eq!(refused.status, 400);
    let full = visit.get("/products/open?asset=UZS").await.is(200);
    assert_eq!((full.all(".banner.info").len(), full.all("form .btn.accent").len()), (1, 0));
    assert_eq!(visit.get("/products").await.all("a.row[href*='/open']").len(), 1);
}

#[tokio::test]
async fn a_name_is_given_and_taken_away() {
    let mut visit = Visit::new().await;
    let account = visit.open().await;
    let uri = format!("{account}/name");
    let given = visit.submit(&uri, &[("name", " Taʼtil <b> ")]).await.is(303);
    assert_eq!(given.header("location"), account);
    assert_eq!(visit.get(&account).await.all("h1"), ["Taʼtil <b>"]);
    assert_eq!(visit.get(&uri).await.attribute("#f-name", "value"), "Taʼtil <b>");
    let long = "x".repeat(41);
    let refused = visit.submit(&uri, &[("name", &long)]).await.is(400);
    assert_eq!(refused.attribute("#f-name", "value"), long);
    assert_eq!(refused.all("#f-name-error").len(), 1);
    visit.submit(&uri, &[("name", "")]).await.is(303);
    assert_eq!(visit.get(&account).await.all("h1"), ["Sum account"]);
}

#[tokio::test]
async fn whoever_pays_is_given_all_that_is_needed() {
    let mut visit = Visit::new().await;
    let account = visit.open().await;
    let page = visit.get(&format!("{account}/requisites")).await.is(200);
    let rows = page.all(".copy .row-title");
    assert_eq!(rows.first().unwrap(), "Gʻayrat Karimov");
    assert!(rows.contains(&"Sinov banki".to_owned()) && rows.contains(&"00999".to_owned()));
    // What the bank did not say of itself is left out.
    assert_eq!(rows.len(), 5);
    assert_eq!(page.all(".qr svg").len(), 1);
    let number = page.attribute(".copy [data-copy^='20206']", "data-copy");
    assert!(page.attribute(".actions [data-copy]", "data-copy").contains(&number));
}

#[tokio::test]
async fn a_statement_is_asked_for_and_taken_away() {
    let mut visit = Visit::new().await;
    let account = visit.open().await;
    visit.cash(&account, 125_000_050).await;
    let uri = format!("{account}/statement");
    let today = visit.operator.now().day().to_string();
    let page = visit.get(&format!("{uri}?period=year")).await.is(200);
    assert_eq!(page.attribute("#f-to", "value"), today);
    assert_eq!(page.all(".chip[aria-current]").len(), 1);
    let refused = visit.submit(&uri, &[("from", "2026-02-31"), ("to", &today)]).await.is(400);
    assert_eq!(refused.all("#f-from-error").len(), 1);
    let key = page.attribute("input[name=key]", "value");
    let fields = [("key", key.as_str()), ("from", "2020-01-01"), ("to", &today)];
    let refused = visit.submit(&uri, &fields).await.is(400);
    assert_eq!(refused.all("[role=alert] .banner").len(), 1);
    assert_eq!(refused.attribute("input[name=key]", "value"), key);
    let fields = [("key", key.as_str()), ("from", &today), ("to", &today)];
    let issued = visit.submit(&uri, &fields).await.is(303);
    let document = issued.header("location").to_owned();
    let page = visit.get(&document).await.is(200);
    let text = page.all(".kv").concat();
    assert!(text.contains("1 250 000") || text.contains("1\u{a0}250\u{a0}000"), "{text}");
    for (kind, media, start) in [
        ("pdf", "application/pdf", &b"%PDF-"[..]),
        ("xlsx", "application/vnd.openxmlformats", &b"PK"[..]),
        ("csv", "text/csv", "\u{feff}".as_bytes()),
    ] {
        let uri = page.attribute(&format!("a[download][href$='.{kind}']"), "href");
        let file = visit.get(&uri).await.is(200);
        assert!(file.header("content-type").starts_with(media));
        assert!(file.header("content-disposition").starts_with("attachment; filename=\"okto-"));
        assert!(file.bytes.starts_with(start), "{kind}");
    }
    let csv = visit.get(&format!("{document}/statement.csv")).await.text();
    assert!(csv.contains("Cash paid in") && csv.contains("1250000.50"), "{csv}");
    visit.get("/documents/0000000000000000").await.is(404);
    visit.get("/documents/x").await.is(404);
}

#[test]
fn only_what_an_account_can_do_is_offered() {
    let view = view(Lang::Uz, "/accounts/acc_1");
    let mut account = account(Asset::Uzs, 100);
    for (status, offered, main, banners) in
        [(Status::Open, 5, 1, 0), (Status::Frozen, 3, 0, 1), (Status::Closed, 2, 0, 1)]
    {
        account.status = status;
        let actions = actions(&view, &account);
        assert_eq!(count(&actions, "a"), offered, "{status:?}");
        assert_eq!(count(&actions, "a.main"), main, "{status:?}");
        assert_eq!(count(&news(&view, &account, false), ".banner"), banners, "{status:?}");
    }
}

#[test]
fn what_is_held_is_said_when_something_is() {
    for lang in Lang::ALL {
        let view = view(lang, "/accounts/acc_1");
        let mut account = account(Asset::Usd, 100);
        assert_eq!(count(&hero(&view, &account), ".amount.private"), 1);
        account.held = Money::new(30, Asset::Usd);
        let hero = hero(&view, &account);
        assert_eq!(count(&hero, ".amount.private"), 3);
        assert!(!hero.0.contains(PLACE));
    }
}

#[test]
fn a_long_history_leads_on() {
    let view = view(Lang::Ru, "/accounts/acc_1");
    let account = account(Asset::Uzs, 100);
    let items = [item(&account, 100)];
    let all = format!("[href='/activity?account={}']", account.id);
    assert_eq!(count(&operations(&view, &account, &items, true), &all), 2);
    assert_eq!(count(&operations(&view, &account, &items, false), &all), 1);
    assert_eq!(count(&operations(&view, &account, &[], false), &all), 0);
}
