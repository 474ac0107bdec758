//! Every route of the app, and who may use it. A route that is not in this table fails the build:
//! nobody would have tried to break into it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use axum::http::Method;
use common::{Answer, Browser, Person, TestBank};
use identity::testing::Authenticator;
use serde_json::Value;
use store::audit::{self, Filter, Outcome, Page};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Whoever comes.
    Anyone,
    /// Whoever is not signed in; others are sent home.
    Guest,
    /// A signed-in customer, with their own things only.
    Customer,
}
use Who::{Anyone, Customer, Guest};

const ROUTES: &[(&str, Who)] = &[
    ("GET /", Customer),
    ("GET /accounts/{id}", Customer),
    ("GET /accounts/{id}/name", Customer),
    ("GET /accounts/{id}/requisites", Customer),
    ("GET /accounts/{id}/statement", Customer),
    ("GET /activity", Customer),
    ("GET /activity/export.csv", Customer),
    ("GET /activity/export.pdf", Customer),
    ("GET /activity/export.xlsx", Customer),
    ("GET /alive", Customer),
    ("GET /design", Anyone),
    ("GET /documents/{code}", Customer),
    ("GET /documents/{code}/statement.csv", Customer),
    ("GET /documents/{code}/statement.pdf", Customer),
    ("GET /documents/{code}/statement.xlsx", Customer),
    ("GET /events", Anyone),
    ("GET /exchange", Customer),
    ("GET /exchange/review", Customer),
    ("GET /frozen", Anyone),
    ("GET /help", Anyone),
    ("GET /help/{topic}", Anyone),
    ("GET /limits", Customer),
    ("GET /limits/{name}", Customer),
    ("GET /manifest.webmanifest", Anyone),
    ("GET /not-me/{alarm}", Anyone),
    ("GET /offline", Anyone),
    ("GET /operations/{id}", Customer),
    ("GET /operations/{id}/receipt.pdf", Customer),
    ("GET /pay", Customer),
    ("GET /pay/confirm", Customer),
    ("GET /pay/confirm/code", Customer),
    ("GET /pay/review", Customer),
    ("GET /products", Customer),
    ("GET /products/open", Customer),
    ("GET /profile", Customer),
    ("GET /profile/name", Customer),
    ("GET /rates", Anyone),
    ("GET /rates/{currency}", Anyone),
    ("GET /reset", Anyone),
    ("GET /reset/branch", Anyone),
    ("GET /reset/code", Anyone),
    ("GET /reset/code/again", Anyone),
    ("GET /reset/password", Anyone),
    ("GET /reset/proof", Anyone),
    ("GET /security", Customer),
    ("GET /security/authenticator", Customer),
    ("GET /security/authenticator/confirm", Anyone),
    ("GET /security/confirm", Customer),
    ("GET /security/confirm/code", Anyone),
    ("GET /security/confirm/start", Anyone),
    ("GET /security/contacts/{contact}", Customer),
    ("GET /security/contacts/{contact}/code", Customer),
    ("GET /security/devices", Customer),
    ("GET /security/devices/{id}", Customer),
    ("GET /security/document", Customer),
    ("GET /security/events", Customer),
    ("GET /security/freeze", Customer),
    ("GET /security/passkeys", Customer),
    ("GET /security/passkeys/{id}", Customer),
    ("GET /security/password", Customer),
    ("GET /security/pin", Customer),
    ("GET /security/recovery-codes", Customer),
    ("GET /security/sessions", Customer),
    ("GET /security/sessions/{id}", Customer),
    ("GET /sign-in", Guest),
    ("GET /sign-in/passkey", Anyone),
    ("GET /sign-in/pin", Guest),
    ("GET /sign-in/second", Guest),
    ("GET /sign-in/second/code", Anyone),
    ("GET /sign-up", Guest),
    ("GET /sign-up/code", Guest),
    ("GET /sign-up/code/again", Guest),
    ("GET /sign-up/you", Guest),
    ("GET /sw.js", Anyone),
    ("GET /verify", Anyone),
    ("GET /verify/{code}", Anyone),
    ("GET /welcome", Guest),
    ("POST /accounts/{id}/name", Customer),
    ("POST /accounts/{id}/statement", Customer),
    ("POST /balances", Anyone),
    ("POST /csp-report", Anyone),
    ("POST /exchange", Customer),
    ("POST /exchange/review", Customer),
    ("POST /language", Anyone),
    ("POST /limits/{name}", Customer),
    ("POST /not-me/{alarm}", Anyone),
    ("POST /operations/{id}/category", Customer),
    ("POST /pay", Customer),
    ("POST /pay/confirm", Customer),
    ("POST /pay/confirm/code", Customer),
    ("POST /pay/confirm/options", Customer),
    ("POST /pay/payee", Customer),
    ("POST /pay/review", Customer),
    ("POST /products/open", Customer),
    ("POST /profile/name", Customer),
    ("POST /profile/theme", Customer),
    ("POST /reset", Anyone),
    ("POST /reset/code", Anyone),
    ("POST /reset/code/again", Anyone),
    ("POST /reset/password", Anyone),
    ("POST /reset/proof", Anyone),
    ("POST /reset/proof/options", Anyone),
    ("POST /security/authenticator", Customer),
    ("POST /security/authenticator/confirm", Customer),
    ("POST /security/authenticator/remove", Customer),
    ("POST /security/confirm", Customer),
    ("POST /security/confirm/code", Customer),
    ("POST /security/confirm/options", Customer),
    ("POST /security/confirm/start", Customer),
    ("POST /security/contacts/email/remove", Customer),
    ("POST /security/contacts/{contact}", Customer),
    ("POST /security/contacts/{contact}/code", Customer),
    ("POST /security/devices/{id}/name", Customer),
    ("POST /security/devices/{id}/remove", Customer),
    ("POST /security/document", Customer),
    ("POST /security/freeze", Customer),
    ("POST /security/passkeys", Customer),
    ("POST /security/passkeys/options", Customer),
    ("POST /security/passkeys/{id}/name", Customer),
    ("POST /security/passkeys/{id}/remove", Customer),
    ("POST /security/password", Customer),
    ("POST /security/pin", Customer),
    ("POST /security/pin/remove", Customer),
    ("POST /security/recovery-codes", Customer),
    ("POST /security/seen", Customer),
    ("POST /security/sessions/end-all", Customer),
    ("POST /security/sessions/end-others", Customer),
    ("POST /security/sessions/{id}/end", Customer),
    ("POST /sign-in", Guest),
    ("POST /sign-in/passkey", Guest),
    ("POST /sign-in/passkey/options", Guest),
    ("POST /sign-in/pin", Guest),
    ("POST /sign-in/second", Guest),
    ("POST /sign-in/second/code", Guest),
    ("POST /sign-in/second/options", Guest),
    ("POST /sign-out", Customer),
    ("POST /sign-up", Guest),
    ("POST /sign-up/code", Guest),
    ("POST /sign-up/code/again", Guest),
    ("POST /sign-up/you", Guest),
    ("POST /verify", Anyone),
];

/// The bank of a test, a customer whose things are asked for, and a stranger.
struct Scene {
    bank: TestBank,
    owner: Person,
    stranger: Person,
    operation: String,
    document: String,
    quote: String,
    /// The token of an exchange.
    exchange: String,
    /// The last parts of the addresses of their session, device and passkey.
    session: String,
    device: String,
    passkey: String,
}

/// What the owner's page of a list leads to.
async fn listed(browser: &mut Browser<'_>, list: &str) -> String {
    let page = browser.get(list).await.expect(200);
    let links = page.attributes("main .list a", "href");
    let mut ids = links.iter().filter_map(|link| link.strip_prefix(&format!("{list}/")));
    ids.next().unwrap_or_else(|| panic!("{list} leads nowhere: {links:?}")).to_owned()
}

async fn add_passkey(browser: &mut Browser<'_>) {
    let asked = browser.submit("/security/passkeys/options", &[]).await.expect(200);
    let asked: Value = serde_json::from_slice(&asked.bytes).unwrap();
    let mut key = Authenticator::at("http://localhost:8081");
    let answer = key.register(asked.get("options").unwrap()).to_string();
    let challenge = asked.get("challenge").and_then(Value::as_str).unwrap();
    let fields = [("challenge", challenge), ("answer", &answer), ("name", OF_THE_OWNER)];
    browser.submit("/security/passkeys", &fields).await.expect(200);
}

/// How the owner calls a passkey and a device.
const OF_THE_OWNER: &str = "Jasurning kaliti";

impl Scene {
    async fn new() -> Self {
        let bank = TestBank::open().await;
        // Higher than anybody comes here.
        let limit = serde_json::json!({
            "name": "day", "title": {"uz": "a", "ru": "b", "en": "c"}, "set_by": "tariff",
            "per": "customer", "window": "day", "measure": {"amount": "UZS"},
            "ceiling": {"fixed": 100_000_000_000_i64},
        });
        bank.publish("limits", &serde_json::json!({"limits": [limit]})).await;
        let owner = bank.person("998900000001", "Jasur", 1_000_000).await;
        let friend = bank.person("998900000002", "Dilnoza", 0).await;
        let stranger = bank.person("998900000003", "Aziz", 500_000).await;
        let operation = bank.pay(&owner, &friend, 10_000).await.to_string();
        let quote = bank.quote(&owner, &friend, 20_000).await;
        bank.rate("11821.18").await;
        let preview = payments::PreviewExchange {
            from: owner.account,
            to: bank.dollars(&owner, 0).await,
            amount: kernel::Amount::from_minor(100, kernel::Asset::Usd).unwrap(),
        };
        let exchange = bank.payments.preview_exchange(&bank.ctx(&owner), preview).await;
        let exchange = exchange.unwrap().token;
        let today = bank.clock.now().day();
        let ctx = bank.ctx(&owner);
        let issued = bank.payments.issue_statement(
            &ctx,
            payments::IssueStatement {
                key: kernel::OperationId::generate(bank.clock.now(), kernel::Entropy),
                account: owner.account,
                from: today,
                to: today,
            },
        );
        let issued = issued.await;
        let document = issued.unwrap().code.as_str().to_owned();
        let mut browser = bank.signed_in(&owner).await;
        add_passkey(&mut browser).await;
        let passkey = listed(&mut browser, "/security/passkeys").await;
        let device = listed(&mut browser, "/security/devices").await;
        let session = listed(&mut browser, "/security/sessions").await;
        Self {
            bank,
            owner,
            stranger,
            operation,
            document,
            quote,
            exchange,
            session,
            device,
            passkey,
        }
    }

    /// The audit log has it that something was refused the stranger just now.
    async fn is_told_of_the_stranger(&self, path: &str) {
        let filter = Filter {
            actor: Some(self.stranger.id.to_string()),
            outcome: Some(Outcome::Refused),
            from: Some(self.bank.clock.now()),
            ..Filter::default()
        };
        let told = audit::search(&self.bank.store, None, &filter, Page::default()).await.unwrap();
        assert!(!told.is_empty(), "{path}");
    }

    /// An answer to the stranger tells nothing of the owner.
    #[track_caller]
    fn keeps_its_secrets(&self, what: &str, answer: &Answer) {
        for secret in [OF_THE_OWNER, "Jasur", "Dilnoza", self.owner.number.as_str(), "Tushlik"] {
            assert!(!answer.text().contains(secret), "{what} tells {secret}");
        }
    }

    /// The address of a route, of the owner's things.
    fn address(&self, route: &str) -> (Method, String) {
        let (method, path) = route.split_once(' ').unwrap();
        let id = match path.split('/').nth(1).zip(path.split('/').nth(2)) {
            Some(("accounts", _)) => self.owner.account.to_string(),
            Some(("security", "sessions")) => self.session.clone(),
            Some(("security", "devices")) => self.device.clone(),
            Some(("security", "passkeys")) => self.passkey.clone(),
            _ => self.operation.clone(),
        };
        let mut path = path
            .replace("{id}", &id)
            .replace("{code}", &self.document)
            .replace("{topic}", TOPIC)
            .replace("{contact}", "email")
            .replace("{name}", "day")
            .replace("{currency}", "USD")
            .replace("{alarm}", "x");
        if path == "/pay/review" {
            path = format!("{path}?quote={}", self.quote);
        }
        if path == "/exchange/review" {
            path = format!("{path}?quote={}", self.exchange);
        }
        (method.parse().unwrap(), path)
    }
}

/// Addresses that only take a form, or need what a form gave: they lead to where one begins.
const LEAD_ON: [&str; 13] = [
    "GET /pay/confirm",
    "GET /pay/confirm/code",
    "GET /reset/code",
    "GET /reset/code/again",
    "GET /reset/password",
    "GET /reset/proof",
    "GET /security/authenticator/confirm",
    "GET /security/confirm",
    "GET /security/confirm/code",
    "GET /security/confirm/start",
    "GET /security/contacts/{contact}/code",
    "GET /sign-in/passkey",
    "GET /sign-in/second/code",
];
const TOPIC: &str = "fees";

async fn send(browser: &mut Browser<'_>, method: &Method, path: &str) -> Answer {
    match *method {
        Method::GET => browser.get(path).await,
        Method::POST => browser.submit(path, &[]).await,
        _ => panic!("{method} {path}"),
    }
}

#[tokio::test]
async fn nobody_is_sent_to_sign_in() {
    let scene = Scene::new().await;
    for (route, who) in ROUTES {
        let (method, path) = scene.address(route);
        let mut nobody = scene.bank.browser();
        let answer = send(&mut nobody, &method, &path).await;
        let led = answer.header("location").unwrap_or_default();
        let away = answer.status.as_u16() == 303
            && (led == "/welcome" || led.starts_with("/sign-in?next="));
        let refused = answer.status.as_u16() == 401;
        assert_eq!(away || refused, *who == Customer, "{route}: {} {led}", answer.status);
        assert_ne!(answer.status.as_u16(), 500, "{route}");
    }
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_the_owner() {
    let scene = Scene::new().await;
    let mut stranger = scene.bank.signed_in(&scene.stranger).await;
    let mut tried = 0;
    for (route, _) in ROUTES.iter().filter(|(_, who)| *who == Customer) {
        let (method, path) = scene.address(route);
        // Everything that names a thing: not a kind of contact, of which everybody has one, nor a
        // limit, which is the bank's and counts whoever asks.
        let of_all = route.contains("{contact}") || route.contains("{name}");
        let names = (route.contains('{') && !of_all) || path.contains("?quote=");
        if !names {
            continue;
        }
        tried += 1;
        let answer = match method {
            Method::POST => stranger.submit(&path, &[("name", "Meniki")]).await,
            _ => send(&mut stranger, &method, &path).await,
        };
        // A quote that is somebody else's is said on the page of the payment.
        let status = answer.status.as_u16();
        assert!(status == 404 || (path.contains("?quote=") && status == 422), "{route}: {status}");
        scene.keeps_its_secrets(route, &answer);
    }
    assert!(tried >= 22, "{tried}");
    assert_eq!(scene.bank.balance(&scene.owner).await, 990_000);
    // Everything of the owner's is there, and as it was called.
    let mut owner = scene.bank.signed_in(&scene.owner).await;
    for (list, id) in [
        ("/security/sessions", &scene.session),
        ("/security/devices", &scene.device),
        ("/security/passkeys", &scene.passkey),
    ] {
        let page = owner.get(&format!("{list}/{id}")).await.expect(200);
        assert!(!page.text().contains("Meniki"), "{list}");
    }
    let passkeys = owner.get("/security/passkeys").await.expect(200);
    assert!(passkeys.text().contains(OF_THE_OWNER));
}

/// Where a form is posted to, its fields, and the status of the answer.
type Form<'a> = (&'a str, &'a [(&'a str, &'a str)], u16);

/// The fields of forms and searches name things too.
#[tokio::test]
async fn a_field_that_names_the_owners_things_gets_a_stranger_nothing() {
    let scene = Scene::new().await;
    let mut stranger = scene.bank.signed_in(&scene.stranger).await;
    let (owner, own) = (scene.owner.account.to_string(), scene.stranger.account.to_string());
    let (operation, friend) = (scene.operation.as_str(), "90 000 00 02");
    let dollar = [("from", owner.as_str()), ("into", &own), ("asset", "USD"), ("amount", "1")];
    let forms: [Form<'_>; 6] = [
        ("/pay", &[("from", &owner), ("to", friend), ("amount", "1")], 404),
        ("/pay", &[("from", &owner), ("again", operation), ("amount", "1")], 404),
        ("/pay", &[("from", &own), ("again", operation), ("amount", "1")], 404),
        ("/pay?own=1", &[("own", "1"), ("from", &own), ("into", &owner), ("amount", "1")], 404),
        ("/pay?own=1", &[("own", "1"), ("from", &owner), ("into", &own), ("amount", "1")], 404),
        ("/exchange", &dollar, 404),
    ];
    for (path, fields, status) in forms {
        // Of so many in a minute the log would leave some out.
        stranger.stay(60).await;
        let answer = stranger.submit(path, fields).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {fields:?}: {:?}", answer.all("main"));
        scene.keeps_its_secrets(path, &answer);
        scene.is_told_of_the_stranger(path).await;
    }
    stranger.stay(60).await;
    let looked = stranger.submit("/pay/payee", &[("from", &owner), ("to", friend)]).await;
    scene.keeps_its_secrets("/pay/payee", &looked.expect(200));
    let again = stranger.get(&format!("/pay?again={operation}")).await.expect(404);
    scene.keeps_its_secrets("/pay?again=", &again);
    let found = stranger.get(&format!("/activity?account={owner}")).await;
    assert!(!found.all("main [role=alert]").is_empty(), "{:?}", found.all("main"));
    scene.keeps_its_secrets("/activity?account=", &found);
    stranger.stay(60).await;
    for kind in ["csv", "xlsx", "pdf"] {
        let path = format!("/activity/export.{kind}?account={owner}");
        let answer = stranger.get(&path).await.expect(303);
        assert!(answer.location().starts_with("/activity?"), "{path}");
        scene.is_told_of_the_stranger(&path).await;
    }
    assert_eq!(scene.bank.balance(&scene.owner).await, 990_000);
    assert_eq!(scene.bank.balance(&scene.stranger).await, 500_000);
}

#[tokio::test]
async fn names_and_documents_cannot_be_tried_one_after_another() {
    let scene = Scene::new().await;
    let mut stranger = scene.bank.signed_in(&scene.stranger).await;
    let token = stranger.token().await;
    let own = scene.stranger.account.to_string();
    let mut found = 0;
    for _ in 0..40 {
        let fields = [("_csrf", token.as_str()), ("from", &own), ("to", "90 000 00 02")];
        let answer = stranger.post("/pay/payee", &fields).await.expect(200);
        found += usize::from(answer.text().contains("Dilnoza K."));
    }
    assert_eq!(found, 30);
    let mut nobody = scene.bank.browser();
    let mut refused = 0;
    for tried in 0..25 {
        let answer = nobody.get(&format!("/verify/7K3M9Q2XA1BCD0{tried:02}")).await;
        refused += usize::from(answer.status.as_u16() == 429);
    }
    assert_eq!(refused, 5);
    let page = nobody.get(&format!("/verify/{}", scene.document)).await.expect(429);
    assert!(page.all("dl.kv").is_empty());
}

#[tokio::test]
async fn the_owner_gets_every_page() {
    let scene = Scene::new().await;
    let mut owner = scene.bank.signed_in(&scene.owner).await;
    for (route, who) in ROUTES.iter().filter(|(route, _)| route.starts_with("GET ")) {
        if *route == "GET /events" {
            continue;
        }
        let (method, path) = scene.address(route);
        let answer = send(&mut owner, &method, &path).await;
        let expected = match () {
            () if *who == Guest || LEAD_ON.contains(route) => 303,
            () if *route == "GET /alive" => 204,
            () => 200,
        };
        assert_eq!(answer.status.as_u16(), expected, "{route}: {}", answer.text());
    }
}

#[tokio::test]
async fn no_form_is_taken_from_another_site_or_without_its_token() {
    let scene = Scene::new().await;
    let mut owner = scene.bank.signed_in(&scene.owner).await;
    let token = owner.token().await;
    let stolen = scene.bank.signed_in(&scene.stranger).await.token().await;
    for (route, _) in ROUTES.iter().filter(|(route, _)| route.starts_with("POST ")) {
        if *route == "POST /csp-report" {
            continue;
        }
        let (_, path) = scene.address(route);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let with = |token: &str| format!("_csrf={token}&balances=hidden&name=x&theme=dark");
        for (what, headers, body) in [
            ("no token", vec![kind, ("sec-fetch-site", "same-origin")], with("")),
            ("another's token", vec![kind, ("sec-fetch-site", "same-origin")], with(&stolen)),
            ("another site", vec![kind, ("sec-fetch-site", "cross-site")], with(&token)),
            ("a sibling site", vec![kind, ("sec-fetch-site", "same-site")], with(&token)),
            ("another origin", vec![kind, ("origin", "https://evil.example")], with(&token)),
            ("no origin", vec![kind, ("origin", "null")], with(&token)),
            ("nothing said", vec![kind], with(&token)),
        ] {
            let answer = owner.ask(Method::POST, &path, body.into(), &headers).await;
            assert_eq!(answer.status.as_u16(), 400, "{route}, {what}");
            assert!(owner.jar.contains_key("okto"), "{route}, {what}: signed out");
            assert!(!owner.jar.contains_key("okto-hidden"), "{route}, {what}");
        }
    }
    assert_eq!(scene.bank.balance(&scene.owner).await, 990_000);
}
