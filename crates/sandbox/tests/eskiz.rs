//! Eskiz as its clients see it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::post;
use kernel::{Clock, ManualClock, Moment, Secret};
use sandbox::{Config, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";
const LOGIN: &str = "email=bank%40okto.uz&password=secret";

struct Gateway {
    router: Router,
    sandbox: Sandbox,
    clock: ManualClock,
}

impl Gateway {
    fn new() -> Self {
        let clock = ManualClock::new(Moment::from_micros(1_763_800_000_000_000));
        let mut account =
            sandbox::eskiz::Config::new("bank@okto.uz", Secret::new("secret".to_owned()));
        account.delivery_ms = 2_000;
        let sandbox = Sandbox::new(Config { clock: Clock::Manual(clock.clone()), eskiz: account });
        Self { router: sandbox::router(sandbox.clone()), sandbox, clock }
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn post(&self, path: &str, token: &str, kind: &str, body: &str) -> (StatusCode, Value) {
        self.ask(request("POST", path, token, kind, body)).await
    }

    async fn get(&self, path: &str, token: &str) -> (StatusCode, Value) {
        self.ask(request("GET", path, token, FORM, "")).await
    }

    async fn login(&self) -> String {
        let (status, answer) = self.post("/auth/login", "", FORM, LOGIN).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["message"], "token_generated");
        assert_eq!(answer["token_type"], "bearer");
        answer["data"]["token"].as_str().unwrap().to_owned()
    }
}

fn request(method: &str, path: &str, token: &str, kind: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(format!("/eskiz/api{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

const SEND: &str = "/message/sms/send";

#[tokio::test]
async fn all_three_kinds_of_form_are_taken() {
    let gateway = Gateway::new();
    let multipart = concat!(
        "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nbank@okto.uz\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nsecret\r\n--b--\r\n"
    );
    let json = r#"{"email":"bank@okto.uz","password":"secret"}"#;
    for (kind, body) in
        [(FORM, LOGIN), ("multipart/form-data; boundary=b", multipart), ("application/json", json)]
    {
        let (status, answer) = gateway.post("/auth/login", "", kind, body).await;
        assert_eq!(status, StatusCode::OK, "{kind}: {answer}");
    }
}

#[tokio::test]
async fn refusals_have_the_codes_that_clients_look_at() {
    let gateway = Gateway::new();
    let token = gateway.login().await;
    let send = |body: &'static str| gateway.post(SEND, &token, FORM, body);
    let login = |body: &'static str| gateway.post("/auth/login", "", FORM, body);

    let (status, answer) = login("email=bank%40okto.uz&password=other").await;
    assert_eq!(
        (status, &answer["message"]),
        (StatusCode::UNAUTHORIZED, &json!("Invalid credentials"))
    );
    let (status, answer) = login("email=bank%40okto.uz").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["errors"]["password"].is_array() && answer["errors"]["email"].is_null());

    let (status, answer) = send("message=hello").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["errors"]["mobile_phone"].is_array());
    for bad in ["79011234567", "%2B998901234567", "99890123456", "9989012345678", "99890123456a"] {
        let body = format!("mobile_phone={bad}&message=hello");
        let (status, _) = gateway.post(SEND, &token, FORM, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let (status, answer) = gateway.post(SEND, "other", FORM, "").await;
    assert_eq!((status, &answer["status"]), (StatusCode::UNAUTHORIZED, &json!("token_invalid")));
    let (status, _) = gateway.get("/message/sms/status_by_id/7", &token).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = gateway.post(SEND, &token, "multipart/form-data", "x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(gateway.sandbox.texts_to("998901234567").is_empty());
}

#[tokio::test]
async fn a_token_ends_and_is_refreshed() {
    let gateway = Gateway::new();
    let token = gateway.login().await;
    gateway.clock.advance_seconds(30 * 86_400);
    let (status, answer) = gateway.get("/auth/user", &token).await;
    assert_eq!((status, &answer["status"]), (StatusCode::UNAUTHORIZED, &json!("token_expired")));
    let (status, answer) = gateway.ask(request("PATCH", "/auth/refresh", &token, FORM, "")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let token = answer["data"]["token"].as_str().unwrap();
    let (status, answer) = gateway.get("/auth/user", token).await;
    assert_eq!((status, &answer["data"]["email"]), (StatusCode::OK, &json!("bank@okto.uz")));
}

#[tokio::test]
async fn a_message_goes_its_way_and_costs_its_price() {
    let gateway = Gateway::new();
    let token = gateway.login().await;
    let body = "mobile_phone=998901234567&message=Kod%3A+1234&from=Okto";
    let (status, sent) = gateway.post(SEND, &token, FORM, body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(sent["status"], "waiting");
    assert_eq!(sent["message"], "Waiting for SMS provider");
    let path = format!("/message/sms/status_by_id/{}", sent["id"].as_str().unwrap());
    for (status, part) in [("NEW", "NEW"), ("ACCEPTED", "ACCEPTED"), ("DELIVERED", "DELIVRD")] {
        let (_, answer) = gateway.get(&path, &token).await;
        let data = &answer["data"];
        assert_eq!(answer["status"], "success");
        assert_eq!(
            (&data["status"], &data["parts"]["1"]["dlr_state"]),
            (&json!(status), &json!(part))
        );
        assert_eq!((&data["to"], &data["nick"]), (&json!("998901234567"), &json!("Okto")));
        assert_eq!(data["request_id"], sent["id"]);
        gateway.clock.advance_seconds(1);
    }
    let (_, by_number) = gateway.get("/message/sms/status_by_id/1", &token).await;
    assert_eq!(by_number["data"]["message"], "Kod: 1234");
    let (_, limit) = gateway.get("/user/get-limit", &token).await;
    assert_eq!(limit["data"]["balance"], 999_950);
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_not_at_all() {
    let gateway = Gateway::new();
    let token = gateway.login().await;
    let kind = "application/json";
    let batch = |second: &str| {
        json!({ "from": "4546", "dispatch_id": 1, "messages": [
            { "user_sms_id": "a", "to": 998_901_111_111_u64, "text": "one" },
            { "user_sms_id": "b", "to": second, "text": "two" },
        ]})
        .to_string()
    };
    let path = "/message/sms/send-batch";
    let (status, _) = gateway.post(path, &token, kind, &batch("12")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(gateway.sandbox.texts_to("998901111111").is_empty());
    let (status, answer) = gateway.post(path, &token, kind, &batch("998902222222")).await;
    assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!(["waiting", "waiting"])));
    assert_eq!(gateway.sandbox.texts_to("998902222222"), ["two"]);
    let (status, _) = gateway.post(path, &token, kind, r#"{"messages":[]}"#).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn delivery_is_reported_to_the_callback_address() {
    let (reports, mut reported) = mpsc::channel::<Bytes>(1);
    let callback = post(async move |body: Bytes| reports.send(body).await.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().route("/sms", callback)).into_future());

    let mut account = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new("secret".to_owned()));
    account.delivery_ms = 20;
    let sandbox = Sandbox::new(Config { clock: Clock::System, eskiz: account });
    let gateway = Gateway { router: sandbox::router(sandbox.clone()), sandbox, ..Gateway::new() };
    let token = gateway.login().await;
    let body = format!("mobile_phone=998901234567&message=hello&callback_url={url}");
    let (_, sent) = gateway.post(SEND, &token, FORM, &body).await;
    let report = tokio::time::timeout(std::time::Duration::from_secs(5), reported.recv()).await;
    let report: Value = serde_json::from_slice(&report.unwrap().unwrap()).unwrap();
    assert_eq!(report["request_id"], sent["id"]);
    assert_eq!(report["phone_number"], "998901234567");
    assert_eq!((&report["status"], &report["sms_count"]), (&json!("DELIVRD"), &json!("1")));
}
