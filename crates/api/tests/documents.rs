//! The documents that the API gives: problems, OpenAPI, pages; and what every answer carries.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use std::collections::HashSet;
use std::path::Path;

use api::{Config, TokenRules};
use axum::http::Method;
use common::TestBank;
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap()
}

#[test]
fn the_page_of_refusals_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/refusals.md");
    let page = api::refusals_page();
    if std::env::var_os("OKTO_UPDATE").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{} is old; run this test with OKTO_UPDATE=1", path.display());
}

#[tokio::test]
async fn a_problem_document_looks_like_this() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let call = bank.get("/v1/accounts/nonsense").token(&alice.token);
    let mut problem = call.header("accept-language", "en").send().await.json();
    problem["request_id"] = json!("…");
    let expected = json!({
        "type": "/problems/field_invalid",
        "title": "A field has a value that is not allowed.",
        "status": 400,
        "code": "field_invalid",
        "detail": "The field “account_id” is not filled in correctly.",
        "field": "account_id",
        "request_id": "…",
        "retryable": false,
    });
    assert_eq!(problem, expected);

    let body = json!({"phone": "+998901000008"});
    bank.post("/v1/sign-up").json(&body).send().await.expect(202);
    let again = bank.post("/v1/sign-up").json(&body).header("accept-language", "ru;q=0.9, fr");
    let again = again.send().await;
    assert_eq!(again.header("retry-after"), Some("60"));
    let mut problem = again.json();
    problem["request_id"] = json!("…");
    let expected = json!({
        "type": "/problems/code_resent_too_soon",
        "title": "A code was sent a moment ago.",
        "status": 429,
        "code": "code_resent_too_soon",
        "detail": "Код отправлен только что. Запросите новый через 1 мин.",
        "request_id": "…",
        "retryable": true,
        "retry_after_seconds": 60,
    });
    assert_eq!(problem, expected);

    // Its type opens as a page and as a document.
    let kind = bank.get("/problems/code_resent_too_soon").send().await.expect(200);
    assert_eq!(kind.at("/kind"), "too_many");
    assert_eq!(kind.at("/status"), "429");
    let page = bank.get("/problems/code_resent_too_soon").header("accept", "text/html,*/*");
    let page = page.send().await.expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.text.contains(&kind.at("/text/uz")) && page.text.contains(&kind.at("/text/ru")));
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let bank = TestBank::open().await;
    let answers = [
        bank.get("/health/live").send().await.expect(200),
        bank.get("/openapi.json").send().await.expect(200),
        bank.get("/v1/me").send().await.expect(401),
        bank.get("/nothing").send().await.expect(404),
        bank.call(Method::PUT, "/v1/me").send().await.expect(405),
        bank.get("/docs/").send().await.expect(200),
    ];
    for answer in &answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(answer.header("x-request-id").unwrap().len(), 32);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("server"), None);
    }
    let policy = answers[5].header("content-security-policy").unwrap();
    let foreign = policy.split([' ', ';']).any(|word| word.contains("http") || word == "*");
    assert!(!foreign && !policy.contains("unsafe-eval"), "{policy}");
    assert_ne!(answers[0].header("x-request-id"), answers[1].header("x-request-id"));
}

#[tokio::test]
async fn over_tls_every_answer_keeps_to_tls() {
    let said = "max-age=63072000; includeSubDomains";
    for (site, expected) in [(Some("https://api.bank.example"), Some(said)), (None, None)] {
        let site = site.map(|site| site.parse().unwrap());
        let bank = TestBank::open_for(TokenRules { site, bearer: true }).await;
        for (path, status) in [("/health/live", 200), ("/v1/me", 401), ("/nothing", 404)] {
            let answer = bank.get(path).send().await.expect(status);
            assert_eq!(answer.header("strict-transport-security"), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_node_is_ready_and_pages_are_served() {
    let bank = TestBank::open().await;
    // Ready as soon as it has read the log of revocations for the first time.
    let mut answer = bank.get("/health/ready").send().await;
    for _ in 0..100 {
        if answer.status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        answer = bank.get("/health/ready").send().await;
    }
    assert_eq!(answer.expect(200).at("/status"), "ready");
    let front = bank.get("/").send().await.expect(200);
    assert!(front.text.contains("href=\"/docs/\""));
    let page = bank.get("/docs/").send().await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for file in page.text.split('"').filter(|word| word.starts_with("./")) {
        let uri = format!("/docs/{}", file.trim_start_matches("./"));
        let served = bank.get(&uri).send().await.expect(200);
        let kind = served.header("content-type").unwrap();
        assert!(!kind.starts_with("text/") || kind.ends_with("; charset=utf-8"), "{uri}: {kind}");
    }
    assert!(!page.text.contains("://"), "{}", page.text);
    assert!(!page.text.contains("<script>"), "{}", page.text);
    let start = bank.get("/docs/swagger-initializer.js").send().await.expect(200);
    assert!(
        start.text.contains("/openapi.json") && !start.text.contains("petstore"),
        "{}",
        start.text
    );
    assert!(start.text.contains("\"validatorUrl\": \"none\""), "{}", start.text);
    let served: Value = bank.get("/openapi.json").send().await.expect(200).json();
    assert_eq!(served, document());
}

#[tokio::test]
async fn a_full_bank_says_that_it_is_busy() {
    let bank = TestBank::open_with(Config { in_flight_max: 0, ..Config::default() }).await;
    let answer = bank.get("/v1/me").send().await.refused(503, "busy");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.at("/retryable"), "true");
    // Full is not dead.
    bank.get("/health/live").send().await.expect(200);
}

#[test]
fn the_document_lists_what_is_known() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let categories = schemas["Category"]["enum"].as_array().unwrap();
    assert_eq!(categories.len(), payments::Category::ALL.len());
    let kinds = schemas["OperationKind"]["description"].as_str().unwrap();
    for kind in [payments::cash::KIND, payments::transfers::KIND] {
        assert!(kinds.contains(&format!("`{kind}`")), "{kinds}");
    }
}

/// What is asked for without a body: the address and the token say all of it.
const BARE: [&str; 11] = [
    "post /v1/confirmations/{challenge_id}/code",
    "post /v1/confirmations/{challenge_id}/passkey",
    "post /v1/freeze",
    "post /v1/me/confirmation",
    "post /v1/me/factors/recovery-codes",
    "post /v1/me/factors/totp",
    "post /v1/me/passkeys/start",
    "post /v1/sessions/end-all",
    "post /v1/sessions/end-others",
    "post /v1/sign-in/passkey",
    "post /v1/sign-out",
];

/// An operation that takes a body takes JSON with what is declared and nothing else.
fn takes_what_it_declares(document: &Value, name: &str, operation: &Value) {
    let body = &operation["requestBody"];
    assert_eq!(body["required"], true, "{name}");
    let schema = body.pointer("/content/application~1json/schema/$ref").unwrap();
    let schema = schema.as_str().unwrap();
    let schema = document.pointer(schema.trim_start_matches('#')).unwrap();
    // One of several forms, or the form itself.
    let forms = schema["oneOf"].as_array().map_or(vec![schema], |forms| {
        let form = |form: &Value| form["$ref"].as_str().unwrap().replacen('#', "", 1);
        forms.iter().map(|f| document.pointer(&form(f)).unwrap()).collect()
    });
    for form in forms {
        assert_eq!(form["additionalProperties"], false, "{name}: {form}");
    }
}

#[test]
fn the_openapi_document_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (property, _) in properties {
            let snake = property.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(snake, "{name}.{property}");
        }
    }
    let mut ids = HashSet::new();
    let mut bare = HashSet::from(BARE);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{name}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500") && responses.contains_key("503"), "{name}");
            for (status, response) in responses {
                assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status}");
                let problem = status.as_str() >= "400";
                let content = response["content"].as_object();
                let declared = content.is_some_and(|c| c.contains_key("application/problem+json"));
                assert_eq!(problem, declared, "{name} {status}");
            }
            let writes = matches!(method.as_str(), "post" | "put" | "patch");
            if writes && !BARE.contains(&name.as_str()) {
                takes_what_it_declares(&document, &name, operation);
            } else {
                assert!(operation.get("requestBody").is_none(), "{name} takes a body");
                let codes = operation["responses"].to_string();
                assert!(!codes.contains("media_type_unsupported"), "{name} reads no body");
                bare.remove(name.as_str());
            }
        }
    }
    assert!(bare.is_empty(), "not there any more: {bare:?}");
}
