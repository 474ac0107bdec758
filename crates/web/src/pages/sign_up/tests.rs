//! Somebody becomes a customer, from the first page to the session.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use customers::{Customers, NewCustomer};
use documents::{BankRequisites, Renderer};
use http_body_util::BodyExt;
use identity::Identity;
use identity::ports::{Languages, Sms, SmsSender};
use kernel::{Clock, Ctx, Day, KeyRing, Lang, ManualClock, Permissions, Phone, Result, Secret};
use ledger::Ledger;
use payments::{DemoKeyScheme, Payments};
use scraper::{Html, Selector};
use store::jobs::Runner;
use store::testing::TestDatabase;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::{Config, Services, Web};

const PASSWORD: &str = "uch olma va bitta quyosh";
const PHONE: &str = "90 123 45 67";

#[derive(Default)]
struct Inbox(Mutex<Vec<String>>);

impl SmsSender for Inbox {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        self.0.lock().unwrap().push(sms.text.expose().clone());
        Box::pin(async { Ok("1".to_owned()) })
    }
}

/// A bank with one visitor, who has one browser and one phone.
struct Visit {
    router: Router,
    clock: ManualClock,
    customers: Customers,
    inbox: Arc<Inbox>,
    jar: BTreeMap<String, String>,
    _stop: watch::Sender<bool>,
    _database: TestDatabase,
}

struct Answer {
    status: u16,
    location: String,
    text: String,
}

impl Answer {
    /// The texts of the elements that a selector finds.
    fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|e| e.text().collect::<String>().trim().to_owned()).collect()
    }

    fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).next()?.value().attr(name).map(str::to_owned)
    }

    #[track_caller]
    fn leads_to(&self, place: &str) {
        assert_eq!((self.status, self.location.as_str()), (303, place), "{}", self.text);
    }

    /// The page says no, at a field.
    #[track_caller]
    fn refuses(&self, status: u16, field: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let input = format!("#f-{field}");
        assert_eq!(self.attribute(&input, "aria-invalid").as_deref(), Some("true"), "{field}");
        let error = format!("f-{field}-error");
        // Whoever comes to the field hears what is wrong with it.
        let described = self.attribute(&input, "aria-describedby").unwrap_or_default();
        assert!(described.split(' ').any(|id| id == error), "{described}");
        assert!(self.attribute(&input, "autofocus").is_some(), "{field}");
        self.all(&format!("#{error}")).concat()
    }
}

impl Visit {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let store = database.store();
        let manual = ManualClock::new(Clock::System.now());
        let clock = Clock::Manual(manual.clone());
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let inbox = Arc::new(Inbox::default());
        let sender: Arc<dyn SmsSender> = inbox.clone();
        let (stop, stopped) = watch::channel(false);
        let runner = Runner::new(store.clone(), clock.clone());
        let customers = Customers::new(store.clone(), identity.clone());
        let languages: Arc<dyn Languages> = Arc::new(customers.clone());
        let ways = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, &identity, &clock, ways);
        tokio::spawn(runner.run(stopped.clone()));
        let following = identity.clone();
        tokio::spawn(async move { following.follow_revocations(stopped).await });
        let ledger = Ledger::start(&store, clock.clone(), ledger::Config::default()).await;
        let scheme = Arc::new(DemoKeyScheme);
        let payments =
            Payments::new(store, ledger.unwrap(), customers.clone(), keys.clone(), scheme);
        let services = Services {
            identity,
            customers: customers.clone(),
            payments,
            documents: Renderer::new(1),
            keys,
            clock,
        };
        let config = Config {
            door: edge::Config::default(),
            site: "http://127.0.0.1:8081".parse().unwrap(),
            bank: BankRequisites::default(),
            development: false,
        };
        Self {
            router: crate::router(Web::new(services, config)),
            clock: manual,
            customers,
            inbox,
            jar: BTreeMap::new(),
            _stop: stop,
            _database: database,
        }
    }

    async fn ask(&mut self, method: Method, uri: &str, body: String) -> Answer {
        let cookies: Vec<_> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("accept-language", "en")
            .header("cookie", cookies.join("; "))
            .header("origin", "http://127.0.0.1:8081")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        for cookie in head.headers.get_all("set-cookie") {
            let (name, value) =
                cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = head.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let location = location.unwrap_or_default();
        Answer { status: head.status.as_u16(), location, text }
    }

    async fn get(&mut self, uri: &str) -> Answer {
        self.ask(Method::GET, uri, String::new()).await
    }

    async fn post(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get("/help").await.attribute("input[name=_csrf]", "value").unwrap();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("_csrf", &token).extend_pairs(fields);
        self.ask(Method::POST, uri, body.finish()).await
    }

    /// The code in message number `index`.
    async fn code(&self, index: usize) -> String {
        for _ in 0..500 {
            if let Some(text) = self.inbox.0.lock().unwrap().get(index) {
                return text.chars().filter(char::is_ascii_digit).collect();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("message {index} was never sent")
    }

    /// Up to the last step.
    async fn prove(&mut self) {
        self.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
        let code = self.code(0).await;
        self.post("/sign-up/code", &[("code", &code)]).await.leads_to("/sign-up/you");
    }

    async fn finish(&mut self, changed: (&str, &str)) -> Answer {
        let mut fields = [
            ("first_name", "Jasur"),
            ("last_name", "Karimov"),
            ("birth_date", "1990-05-17"),
            ("password", PASSWORD),
        ];
        for field in &mut fields {
            if field.0 == changed.0 {
                *field = (field.0, changed.1);
            }
        }
        self.post("/sign-up/you", &fields).await
    }
}

fn wrong(code: &str) -> String {
    let last = if code.ends_with('1') { '2' } else { '1' };
    format!("{}{last}", &code[..5])
}

#[tokio::test]
async fn a_stranger_becomes_a_customer() {
    let mut visit = Visit::new().await;
    assert_eq!(visit.get("/welcome").await.all("a.btn.accent"), ["Become a customer"]);
    let refused = visit.post("/sign-up", &[("phone", "12345")]).await;
    refused.refuses(400, "phone");
    assert_eq!(refused.attribute("#f-phone", "value").as_deref(), Some("12345"));

    visit.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
    let page = visit.get("/sign-up/code").await;
    assert!(page.text.contains("+998\u{a0}90\u{a0}123\u{a0}45\u{a0}67"), "{}", page.text);
    assert_eq!(page.attribute("#f-code", "autocomplete").as_deref(), Some("one-time-code"));
    assert_eq!(page.attribute("[data-wait]", "data-wait").as_deref(), Some("60"));
    let label = page.attribute("[data-wait]", "data-wait-label").unwrap();
    assert_eq!(label, "New code in {} s");

    // The code is not there yet, so the number is looked at again: nothing was lost.
    let first = visit.get("/sign-up").await;
    let typed = first.attribute("#f-phone", "value").unwrap();
    visit.post("/sign-up", &[("phone", &typed)]).await.leads_to("/sign-up/code");

    let code = visit.code(0).await;
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    visit.post("/sign-up/code", &[("code", &spaced)]).await.leads_to("/sign-up/you");
    visit.get("/sign-up/code").await.leads_to("/sign-up/you");

    let typed = [("first_name", "Gulnora"), ("birth_date", "1990-05-17"), ("password", PASSWORD)];
    let switch = [typed.as_slice(), &[("_lang", "uz")]].concat();
    visit.post("/sign-up/you", &switch).await.leads_to("/sign-up/you");
    let page = visit.get("/sign-up/you").await;
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("uz"));
    assert_eq!(page.attribute("#f-first_name", "value").as_deref(), Some("Gulnora"));
    assert_eq!(page.attribute("#f-birth_date", "value").as_deref(), Some("1990-05-17"));
    assert!(!page.text.contains(PASSWORD));

    visit.finish(("", "")).await.leads_to("/");
    assert!(visit.jar.contains_key("okto") && !visit.jar.contains_key("okto-sign-up"));
    visit.get("/sign-up").await.leads_to("/");
    visit.get("/welcome").await.leads_to("/");
}

#[tokio::test]
async fn a_step_without_what_it_needs_goes_back() {
    let mut visit = Visit::new().await;
    for place in ["/sign-up/code", "/sign-up/you"] {
        visit.get(place).await.leads_to("/sign-up");
        visit.post(place, &[]).await.leads_to("/sign-up");
    }
    visit.post("/sign-up/code/again", &[]).await.leads_to("/sign-up");
    visit.get("/sign-up/code/again").await.leads_to("/sign-up/code");
    visit.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
    visit.get("/sign-up/you").await.leads_to("/sign-up/code");
    visit.finish(("", "")).await.leads_to("/sign-up/code");
}

#[tokio::test]
async fn wrong_and_late_codes_have_a_way_on() {
    let mut visit = Visit::new().await;
    visit.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
    let code = visit.code(0).await;
    let slip = visit.post("/sign-up/code", &[("code", "12")]).await.refuses(400, "code");
    assert!(slip.contains("“Code”"), "{slip}");
    let early = visit.post("/sign-up/code/again", &[]).await;
    assert_eq!(early.status, 429);
    assert_eq!(early.attribute("#form", "action").as_deref(), Some("/sign-up/code"));
    let bad = wrong(&code);
    let first = visit.post("/sign-up/code", &[("code", &bad)]).await.refuses(400, "code");
    assert!(first.contains("left: 2"), "{first}");

    visit.clock.advance_seconds(181);
    let late = visit.post("/sign-up/code", &[("code", &code)]).await;
    late.refuses(400, "code");
    assert_eq!(late.all(".btn.primary"), ["Send a new code"]);
    visit.post("/sign-up/code/again", &[]).await.leads_to("/sign-up/code");
    assert!(visit.get("/sign-up/code").await.text.contains("A new code is on its way"));
    visit.code(1).await;

    // The challenge is over: another one is begun with the same number.
    visit.clock.advance_seconds(901);
    visit.post("/sign-up/code/again", &[]).await.leads_to("/sign-up/code");
    let code = visit.code(2).await;
    visit.post("/sign-up/code", &[("code", &code)]).await.leads_to("/sign-up/you");
}

#[tokio::test]
async fn three_wrong_codes_have_to_wait() {
    let mut visit = Visit::new().await;
    visit.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
    let bad = wrong(&visit.code(0).await);
    for left in ["2", "1"] {
        let said = visit.post("/sign-up/code", &[("code", &bad)]).await.refuses(400, "code");
        assert!(said.contains(&format!("left: {left}")), "{said}");
    }
    let third = visit.post("/sign-up/code", &[("code", &bad)]).await;
    assert!(third.refuses(429, "code").contains("15 min"));
    assert!(third.all("a[href='/sign-up']").contains(&"Wrong number? Change it".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_a_person_stands_at_its_field() {
    let mut visit = Visit::new().await;
    visit.prove().await;
    for (field, value, status) in [
        ("first_name", "7", 400),
        ("last_name", "", 400),
        ("birth_date", "", 400),
        ("birth_date", "1990-02-30", 400),
        ("birth_date", "2020-01-01", 422),
        ("password", "short", 400),
        ("password", "qwertyuiop12", 400),
    ] {
        let answer = visit.finish((field, value)).await;
        answer.refuses(status, field);
        let kept = if field == "first_name" { value } else { "Jasur" };
        assert_eq!(answer.attribute("#f-first_name", "value").as_deref(), Some(kept));
        assert!(!answer.text.contains(PASSWORD));
    }
    visit.clock.advance_seconds(901);
    let early = visit.get("/sign-up/you").await;
    assert_eq!((early.status, early.all(".btn.primary")), (400, vec!["Start again".to_owned()]));
    let late = visit.finish(("", "")).await;
    assert_eq!((late.status, late.all(".btn.primary")), (400, vec!["Start again".to_owned()]));
    assert_eq!(late.attribute(".btn.primary", "href").as_deref(), Some("/sign-up"));
}

#[tokio::test]
async fn who_is_a_customer_already_is_shown_to_the_sign_in() {
    let mut visit = Visit::new().await;
    let system =
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(visit.clock.clone()));
    let new = NewCustomer {
        phone: Phone::parse(PHONE).unwrap(),
        password: PASSWORD.to_owned().into(),
        first_name: "Malika".to_owned(),
        last_name: "Karimova".to_owned(),
        birth_date: Day::new(1990, 5, 17).unwrap(),
        lang: Lang::Uz,
    };
    visit.customers.create_verified(&system, new).await.unwrap();
    // Nothing is told to whoever has not proven the phone.
    visit.post("/sign-up", &[("phone", PHONE)]).await.leads_to("/sign-up/code");
    let code = visit.code(0).await;
    let bad = wrong(&code);
    for page in [
        visit.get("/sign-up/code").await,
        visit.post("/sign-up/code", &[("code", &bad)]).await,
        visit.get("/sign-up/code").await,
    ] {
        assert!(!page.text.contains("already"), "{}", page.text);
    }
    visit.post("/sign-up/code", &[("code", &code)]).await.leads_to("/sign-up/you");
    let known = visit.get("/sign-up/you").await;
    assert_eq!((known.status, known.all("h1")), (200, vec!["You are a customer already".into()]));
    assert_eq!(known.attribute(".btn.accent", "href").as_deref(), Some("/sign-in"));
    assert!(known.all("main input").is_empty() && !known.text.contains("Malika"));
    // So it is with a form that was open before.
    let known = visit.finish(("", "")).await;
    assert_eq!((known.status, known.all(".btn.primary")), (409, vec!["Sign in".to_owned()]));
    assert_eq!(known.attribute(".btn.primary", "href").as_deref(), Some("/sign-in"));
    assert!(!known.text.contains("Malika"));
}
