//! What a developer sees and tells the sandbox.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use kernel::{Clock, Secret};
use sandbox::{Config, Sandbox};
use serde_json::{Value, json};
use tower::ServiceExt;

fn sandbox() -> Sandbox {
    let account = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new("secret".to_owned()));
    Sandbox::new(Config { clock: Clock::System, eskiz: account })
}

async fn ask(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    body: Body,
) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap();
    ask_with(sandbox, request).await
}

async fn ask_with(sandbox: &Sandbox, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let answer = sandbox::router(sandbox.clone()).oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn send(sandbox: &Sandbox, phone: &str, text: &str) {
    let login = json!({ "email": "bank@okto.uz", "password": "secret" }).to_string();
    let (_, _, answer) = ask(sandbox, "POST", "/eskiz/api/auth/login", login.into()).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let token = answer["data"]["token"].as_str().unwrap();
    let request = Request::builder()
        .method("POST")
        .uri("/eskiz/api/message/sms/send")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(json!({ "mobile_phone": phone, "message": text }).to_string()))
        .unwrap();
    assert_eq!(ask_with(sandbox, request).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_page_shows_messages_and_runs_nothing() {
    let sandbox = sandbox();
    let (_, _, empty) = ask(&sandbox, "GET", "/", Body::empty()).await;
    assert!(empty.contains("None yet"));
    send(&sandbox, "998901234567", "<img src=x onerror=alert(1)> Kod: 739154").await;
    let (status, headers, html) = ask(&sandbox, "GET", "/", Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<mark>739154</mark>") && html.contains("+998901234567"), "{html}");
    assert!(!html.contains("<img") && !html.contains("<script"), "{html}");
    assert!(html.contains("For development only"));
    assert!(!html.contains("http://") && !html.contains("https://"), "no outside request");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    let (status, headers, _) = ask(&sandbox, "GET", "/page.css", Body::empty()).await;
    assert_eq!(
        (status, headers[header::CONTENT_TYPE].to_str().unwrap()),
        (StatusCode::OK, "text/css; charset=utf-8")
    );
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_by_phone() {
    let sandbox = sandbox();
    for (phone, text) in
        [("998901111111", "one"), ("998902222222", "two"), ("998901111111", "three")]
    {
        send(&sandbox, phone, text).await;
    }
    let texts = async |path: &str| {
        let (_, _, body) = ask(&sandbox, "GET", path, Body::empty()).await;
        let listed: Vec<Value> = serde_json::from_str(&body).unwrap();
        listed.iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts("/messages").await, ["three", "two", "one"]);
    assert_eq!(texts("/messages?phone=998901111111").await, ["three", "one"]);
    assert_eq!(texts("/messages?phone=%2B998%2090%20222-22-22").await, ["two"]);
    assert!(texts("/messages?phone=1").await.is_empty());
    let (_, _, body) = ask(&sandbox, "GET", "/messages", Body::empty()).await;
    let newest = &serde_json::from_str::<Value>(&body).unwrap()[0];
    assert_eq!((&newest["counterpart"], &newest["status"]), (&json!("eskiz"), &json!("waiting")));
    assert!(newest["at"].as_str().unwrap().ends_with('Z') && newest["number"] == 3);
}

#[tokio::test]
async fn faults_are_armed_listed_and_cleared() {
    let sandbox = sandbox();
    let fault =
        r#"{"counterpart":"eskiz","operation":"login","fault":"error_500_before","times":2}"#;
    let (status, _, _) = ask(&sandbox, "POST", "/control/faults", fault.into()).await;
    assert_eq!(status, StatusCode::CREATED);
    let login = r#"{"email":"bank@okto.uz","password":"secret"}"#;
    let (status, _, _) = ask(&sandbox, "POST", "/eskiz/api/auth/login", login.into()).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let (_, _, body) = ask(&sandbox, "GET", "/control/faults", Body::empty()).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&body["armed"][0]["times"], &body["operations"]["eskiz"][0]),
        (&json!(1), &json!("login"))
    );
    let (status, _, _) = ask(&sandbox, "DELETE", "/control/faults", Body::empty()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _, _) = ask(&sandbox, "POST", "/eskiz/api/auth/login", login.into()).await;
    assert_eq!(status, StatusCode::OK);
    let (_, _, calls) = ask(&sandbox, "GET", "/control/calls", Body::empty()).await;
    assert_eq!(serde_json::from_str::<Value>(&calls).unwrap(), json!({ "eskiz.login": 2 }));
}

#[tokio::test]
async fn wrong_faults_are_refused() {
    let sandbox = sandbox();
    for bad in [
        r#"{"counterpart":"eskiz","operation":"nothing","fault":"delay"}"#,
        r#"{"counterpart":"nobody","operation":"*","fault":"delay"}"#,
        r#"{"counterpart":"eskiz","operation":"*","fault":"surprise"}"#,
        r#"{"counterpart":"eskiz","operation":"*","fault":"delay","delay":5}"#,
        r#"{"counterpart":"eskiz","operation":"*","fault":"delay","times":0}"#,
    ] {
        let (status, _, body) = ask(&sandbox, "POST", "/control/faults", bad.into()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {body}");
    }
    let (status, _, _) = ask(&sandbox, "POST", "/control/faults", "{".into()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let large = "x".repeat(300 * 1024);
    let (status, _, _) = ask(&sandbox, "POST", "/control/faults", large.into()).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn it_stops_when_told_even_while_a_fault_holds_a_request() {
    let sandbox = sandbox();
    let fault = sandbox::Fault::next("eskiz", "login", sandbox::FaultKind::TimeoutBefore);
    sandbox.arm(fault).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap() };
    let serving = tokio::spawn(sandbox::serve(listener, sandbox.clone(), shutdown));
    let held = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = b"POST /eskiz/api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    held.writable().await.unwrap();
    assert_eq!(held.try_write(request).unwrap(), request.len());
    while sandbox.calls("eskiz", "login") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    let limit = std::time::Duration::from_secs(10);
    tokio::time::timeout(limit, serving).await.unwrap().unwrap().unwrap();
}
