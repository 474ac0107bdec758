//! The ABS as the contract has it: what a client may build on.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use kernel::{Clock, ManualClock, Moment, Secret};
use sandbox::abs::{Drift, Plant};
use sandbox::{Config, Sandbox};
use serde_json::{Value, json};
use tower::ServiceExt;

const TOKEN: &str = "planted-token-of-the-abs";
const ONE: &str = "20206000912345678001";
const TWO: &str = "20206000912345678002";

struct Abs {
    sandbox: Sandbox,
    clock: ManualClock,
}

impl Abs {
    fn new() -> Self {
        Self::with(sandbox::abs::Config {
            business_date: Some("2026-11-30".parse().unwrap()),
            ..sandbox::abs::Config::new(Secret::new(TOKEN.to_owned()))
        })
    }

    fn with(config: sandbox::abs::Config) -> Self {
        let now: Moment = "2026-11-30T07:00:00Z".parse().unwrap();
        let clock = ManualClock::new(now);
        let eskiz = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new(String::new()));
        let sandbox = Sandbox::new(Config { clock: Clock::Manual(clock.clone()), eskiz });
        Self { sandbox: sandbox.with_abs(config).unwrap(), clock }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.ask_as(TOKEN, method, path, body).await
    }

    async fn ask_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
            .unwrap();
        let answer = sandbox::router(self.sandbox.clone()).oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", &format!("/abs/api/v1/{path}"), None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    async fn send(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.ask("POST", &format!("/abs/api/v1/{path}"), Some(body)).await
    }

    async fn open(&self, numbers: &[&str]) -> Value {
        let account = |number: &&str| json!({ "number": number, "currency": "UZS", "opened": "x" });
        let accounts: Vec<_> = numbers.iter().map(account).collect();
        let (status, body) = self.send("accounts", json!({ "accounts": accounts })).await;
        assert_eq!(status, StatusCode::OK);
        body
    }
}

fn document(id: &str, debit: &str, credit: &str, amount: i64) -> Value {
    json!({
        "id": id, "day": "2026-11-30", "debit": debit, "credit": credit, "amount_minor": amount,
        "currency": "UZS", "product": "transfer.internal", "leg": 201, "purpose": "Transfer",
        "of_a_later_version": true,
    })
}

fn batch(id: &str, documents: &[Value]) -> Value {
    json!({ "id": id, "documents": documents })
}

fn code(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn nobody_is_told_anything_without_the_token() {
    let abs = Abs::new();
    for (method, path) in [
        ("POST", "accounts"),
        ("POST", "batches"),
        ("GET", "batches/abt_1"),
        ("GET", "business-date"),
        ("POST", "business-date/close"),
        ("GET", "balances?day=2026-11-30"),
        ("GET", "statement?from=2026-11-30&to=2026-11-30"),
    ] {
        let path = format!("/abs/api/v1/{path}");
        let answer = abs.ask_as("other", method, &path, None).await;
        assert_eq!(code(&answer), (401, "token_not_good"), "{path}");
    }
}

#[tokio::test]
async fn accounts_are_opened_once_or_refused() {
    let abs = Abs::new();
    for _ in 0..2 {
        let answer = abs.open(&[ONE, "20206840912345678001", "2020600091234567800"]).await;
        let states: Vec<_> = answer["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| (a["state"].as_str().unwrap(), a["reason"].as_str()))
            .collect();
        assert_eq!(
            states,
            [
                ("open", None),
                ("refused", Some("currency_differs")),
                ("refused", Some("number_malformed")),
            ]
        );
    }
    let many = vec![json!({ "number": ONE, "currency": "UZS" }); 101];
    let answer = abs.send("accounts", json!({ "accounts": many })).await;
    assert_eq!(code(&answer), (413, "too_many_accounts"));
}

#[tokio::test]
async fn a_batch_is_posted_once_and_answered_as_the_first_time() {
    let abs = Abs::new();
    abs.open(&[ONE, TWO]).await;
    let documents = [document("doc_1", "10101", ONE, 500), document("doc_2", ONE, "x", 1)];
    let first = abs.send("batches", batch("abt_1", &documents)).await;
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(first.1["documents"][0], json!({ "id": "doc_1", "state": "posted" }));
    assert_eq!(
        first.1["documents"][1],
        json!({ "id": "doc_2", "state": "rejected", "reason": "account_malformed" })
    );
    assert_eq!(abs.send("batches", batch("abt_1", &documents)).await, first);
    assert_eq!(abs.get("batches/abt_1").await, first.1);
    let other = [document("doc_1", "10101", ONE, 501)];
    let answer = abs.send("batches", batch("abt_1", &other)).await;
    assert_eq!(code(&answer), (409, "batch_differs"));
    let answer = abs.ask("GET", "/abs/api/v1/batches/abt_2", None).await;
    assert_eq!(code(&answer), (404, "batch_unknown"));

    let (_, again) = abs.send("batches", batch("abt_2", &documents[..1])).await;
    assert_eq!(again["documents"][0]["state"], "posted");
    let (_, differs) = abs.send("batches", batch("abt_3", &other)).await;
    assert_eq!(differs["documents"][0]["reason"], "document_differs");

    let balances = abs.get("balances?day=2026-11-30").await;
    assert_eq!(
        balances,
        json!({ "day": "2026-11-30", "balances": [
            { "account": "10101", "currency": "UZS", "opening_minor": 0, "debits_minor": 500,
              "credits_minor": 0, "closing_minor": -500 },
            { "account": "20206", "currency": "UZS", "opening_minor": 0, "debits_minor": 0,
              "credits_minor": 500, "closing_minor": 500 },
        ]})
    );
}

#[tokio::test]
async fn what_is_no_batch_is_not_taken() {
    let abs = Abs::new();
    let many = vec![document("doc_1", "10101", "45200", 1); 251];
    for (body, expected) in [
        (json!({ "id": "abt_1" }), (400, "body_malformed")),
        (json!([]), (400, "body_malformed")),
        (batch("", &many[..1]), (422, "id_malformed")),
        (batch("abt_1", &[]), (422, "batch_empty")),
        (batch("abt_1", &many), (413, "too_many_documents")),
    ] {
        let answer = abs.send("batches", body).await;
        assert_eq!(code(&answer), expected);
    }
    assert_eq!(abs.get("statement?from=2026-11-30&to=2026-11-30").await["entries"], json!([]));
}

#[tokio::test]
async fn days_are_closed_one_after_another() {
    let abs = Abs::new();
    assert_eq!(abs.get("business-date").await, json!({ "day": "2026-11-30" }));
    let close = async |day: &str| abs.send("business-date/close", json!({ "day": day })).await;
    assert_eq!(code(&close("2026-12-01").await), (409, "not_the_business_date"));
    for _ in 0..2 {
        let (status, body) = close("2026-11-30").await;
        assert_eq!((status, body), (StatusCode::OK, json!({ "day": "2026-12-01" })));
    }
    let (_, late) =
        abs.send("batches", batch("abt_1", &[document("doc_1", "10101", "45200", 1)])).await;
    assert_eq!(late["documents"][0]["reason"], "day_closed");
}

#[tokio::test]
async fn a_long_statement_comes_in_pages() {
    let abs = Abs::new();
    abs.open(&[ONE]).await;
    for n in 0..3_i64 {
        let documents: Vec<_> = (0..150)
            .map(|m| document(&format!("doc_{:03}", (m * 7 + n * 150) % 450), "10101", ONE, 1))
            .collect();
        abs.send("batches", batch(&format!("abt_{n}"), &documents)).await;
    }
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("statement?from=2026-11-30&to=2026-12-02{after}");
        let page = abs.get(&path).await;
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.len() <= 200);
        all.extend(entries.iter().map(|e| e["document"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert!(all.is_sorted());
    let of_one = abs.get(&format!("statement?from=2026-12-01&to=2026-12-01&account={ONE}")).await;
    let count = i64::try_from(all.len()).unwrap();
    assert_eq!(
        (&of_one["opening_minor"], &of_one["closing_minor"]),
        (&json!(count), &json!(count))
    );
    let answer = abs.ask("GET", "/abs/api/v1/statement?from=2026-11-30&to=2026-12-31", None).await;
    assert_eq!(code(&answer), (422, "days_malformed"));
}

#[tokio::test]
async fn it_is_slow_down_and_forgets_what_it_processed() {
    let abs = Abs::new();
    let one = |id: &str| batch(id, &[document(&format!("doc_{id}"), "10101", "45200", 1)]);
    abs.sandbox.abs_processing(1_000);
    let (status, body) = abs.send("batches", one("abt_1")).await;
    assert_eq!((status, &body["state"]), (StatusCode::ACCEPTED, &json!("processing")));
    abs.clock.advance_seconds(1);
    assert_eq!(abs.get("batches/abt_1").await["state"], "done");

    abs.send("batches", one("abt_2")).await;
    abs.sandbox.abs_restart(Duration::ZERO).unwrap();
    let answer = abs.ask("GET", "/abs/api/v1/batches/abt_2", None).await;
    assert_eq!(code(&answer), (404, "batch_unknown"));
    assert_eq!(abs.get("batches/abt_1").await["state"], "done", "what was posted stays");

    abs.sandbox.abs_down(Duration::from_mins(1));
    let (status, _) = abs.ask("GET", "/abs/api/v1/business-date", None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    abs.sandbox.abs_down(Duration::ZERO);
    abs.get("business-date").await;
}

#[tokio::test]
async fn its_file_keeps_the_books_over_a_restart() {
    let name = format!("okto-abs-{}", kernel::TraceId::generate(kernel::Entropy));
    let file = std::env::temp_dir().join(name);
    let config = sandbox::abs::Config {
        token: Secret::new(TOKEN.to_owned()),
        books: Some(file.clone()),
        business_date: Some("2026-11-30".parse().unwrap()),
    };
    let abs = Abs::with(config.clone());
    abs.open(&[ONE]).await;
    abs.sandbox.abs_plant(Plant::next(Drift::Amount)).unwrap();
    let sent = batch("abt_1", &[document("doc_1", "10101", ONE, 500)]);
    let first = abs.send("batches", sent.clone()).await;
    let balances = abs.get("balances?day=2026-11-30").await;
    abs.sandbox.abs_restart(Duration::ZERO).unwrap();
    assert_eq!(abs.get("balances?day=2026-11-30").await, balances);

    let another = Abs::with(config);
    assert_eq!(another.get("balances?day=2026-11-30").await, balances);
    assert_eq!(another.send("batches", sent).await, first);
    assert_eq!(another.sandbox.abs_planted().len(), 1);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn what_is_planted_is_told_over_the_control_address() {
    let abs = Abs::new();
    let plan = json!({ "drift": "missing", "times": 2, "after": 1 });
    let (status, _) = abs.ask("POST", "/control/abs/plant", Some(plan)).await;
    assert_eq!(status, StatusCode::CREATED);
    for bad in [
        json!({ "drift": "surprise" }),
        json!({ "drift": "late", "times": 0 }),
        json!({ "drift": "late", "when": 1 }),
    ] {
        let (status, _) = abs.ask("POST", "/control/abs/plant", Some(bad)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let documents = [1, 2, 3].map(|n| document(&format!("doc_{n}"), "10101", "45200", n));
    abs.send("batches", batch("abt_1", &documents)).await;
    let (_, shown) = abs.ask("GET", "/control/abs", None).await;
    assert_eq!(
        shown["planted"],
        json!([{ "drift": "missing", "document": "doc_2", "stands_under": "doc_2",
                 "day": "2026-11-30", "difference_minor": 2 }])
    );
    assert_eq!((&shown["plans"][0]["times"], &shown["repeated"]), (&json!(1), &json!(0)));
    // What comes again is counted, and not posted again.
    abs.send("batches", batch("abt_1", &documents)).await;
    let (_, shown) = abs.ask("GET", "/control/abs", None).await;
    assert_eq!((shown["planted"].as_array().unwrap().len(), &shown["repeated"]), (1, &json!(3)));
    let (status, _) = abs.ask("POST", "/control/abs/repair", None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, shown) = abs.ask("GET", "/control/abs", None).await;
    assert_eq!((&shown["planted"], &shown["plans"]), (&json!([]), &json!([])));
    let entries = abs.get("statement?from=2026-11-30&to=2026-11-30").await;
    assert_eq!(entries["entries"].as_array().unwrap().len(), 3);

    let (status, _) = abs.ask("POST", "/control/abs/down", Some(json!({ "ms": 600_001 }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (path, body) in [("restart", json!({ "ms": 0 })), ("processing", json!({ "ms": 5 }))] {
        let (status, _) = abs.ask("POST", &format!("/control/abs/{path}"), Some(body)).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
}
