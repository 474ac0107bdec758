//! What customers do on other days: pay somebody again, sort their history, name their things, take
//! papers away.

mod common;

use common::{Person, TestBank};
use serde_json::{Value, json};

/// Pays and gives the operation's id.
async fn pay(bank: &TestBank, from: &Person, to: &Person, value: &str) -> String {
    let quote = bank.preview(from, to, value).await.expect(200).at("/quote");
    let paid = bank.confirm(from, &quote, bank.new_key()).await.expect(201);
    bank.clock.advance_seconds(1);
    paid.at("/operation_id")
}

#[tokio::test]
async fn an_operation_is_seen_by_both_sides_and_sorted_by_each() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let operation = pay(&bank, &alice, &bob, "10.00").await;
    let uri = format!("/v1/operations/{operation}");
    let sent = bank.get(&uri).token(&alice.token).send().await.expect(200);
    let mut seen = sent.json();
    seen["at"] = json!("…");
    let money = |value: &str| json!({"value": value, "asset": "UZS"});
    let expected = json!({
        "operation_id": operation,
        "kind": "transfer.internal",
        "at": "…",
        "direction": "out",
        "amount": money("10.00"),
        "fee": money("0.00"),
        "total": money("10.00"),
        "from": {"account_id": alice.account, "account_tail": &alice.number[16..]},
        "to": null,
        "counterparty": {"masked_name": "Botir K.", "account_tail": &bob.number[16..]},
        "note": "Tushlik",
        "exchanged": null,
        "refund_of": null,
        "refunds": [],
        "category": "people",
        "repeatable": true,
        "balance_after": money("990.00"),
    });
    assert_eq!(seen, expected);
    let came = bank.get(&uri).token(&bob.token).send().await.expect(200);
    assert_eq!(came.at("/counterparty/masked_name"), "Lola K.");
    assert_eq!(
        (came.at("/direction"), came.at("/category"), came.at("/repeatable")),
        ("in".into(), "income".into(), "false".into())
    );
    assert_eq!(came.json()["from"], Value::Null);

    // Each side has its own view of what it was for.
    let to = format!("{uri}/category");
    let body = json!({"category": "eating"});
    for _ in 0..2 {
        let put = bank.put(&to).token(&alice.token).json(&body).send().await.expect(204);
        assert_eq!(put.text, "");
    }
    assert_eq!(bank.get(&uri).token(&alice.token).send().await.at("/category"), "eating");
    assert_eq!(bank.get(&uri).token(&bob.token).send().await.at("/category"), "income");
    let found = bank.get("/v1/operations?category=eating").token(&alice.token).send().await;
    assert_eq!(found.at("/items/0/operation_id"), operation);
    assert_eq!(
        (found.at("/items/0/category"), found.at("/items/0/own")),
        ("eating".into(), "false".into())
    );
    // Facts are not a matter of opinion.
    for (person, category) in [(&alice, "income"), (&alice, "own"), (&bob, "fees"), (&bob, "x")] {
        let put = bank.put(&to).token(&person.token).json(&json!({"category": category}));
        let refused = put.send().await.refused(400, "field_invalid");
        assert_eq!(refused.at("/field"), "category", "{category}");
    }
}

#[tokio::test]
async fn spending_is_summed_up() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 100_000).await;
    let lunch = pay(&bank, &alice, &bob, "10.00").await;
    pay(&bank, &alice, &bob, "2.50").await;
    pay(&bank, &bob, &alice, "50.00").await;
    let to = format!("/v1/operations/{lunch}/category");
    let body = json!({"category": "eating"});
    bank.put(&to).token(&alice.token).json(&body).send().await.expect(204);
    let today = bank.clock.now().day();
    let uri = format!("/v1/spending?from={today}&to={today}");
    let spent = bank.get(&uri).token(&alice.token).send().await.expect(200);
    let money = |value: &str| json!({"value": value, "asset": "UZS"});
    let expected = json!({"items": [{
        "asset": "UZS",
        "total": money("12.50"),
        "by_category": [
            {"category": "eating", "amount": money("10.00")},
            {"category": "people", "amount": money("2.50")},
        ],
    }]});
    assert_eq!(spent.json(), expected);
    let nothing = bank.get("/v1/spending?from=2020-01-01&to=2020-01-31").token(&alice.token);
    assert_eq!(nothing.send().await.expect(200).json(), json!({"items": []}));
}

#[tokio::test]
async fn somebody_is_paid_again_without_their_number() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let nobody = bank.get("/v1/payees/recent").token(&alice.token).send().await.expect(200);
    assert_eq!(nobody.json(), json!({"items": []}));

    // Who it is can be seen before there is an amount.
    let by_phone = json!({"from_account_id": alice.account, "to": {"phone": bob.phone}});
    let check = bank.post("/v1/payees/check").token(&alice.token).json(&by_phone);
    let check = check.send().await.expect(200);
    assert_eq!(check.at("/masked_name"), "Botir K.");
    assert!(check.at("/masked_phone").ends_with("02"), "{check:?}");

    pay(&bank, &alice, &bob, "10.00").await;
    let operation = pay(&bank, &alice, &bob, "2.00").await;
    let recent = bank.get("/v1/payees/recent").token(&alice.token).send().await.expect(200);
    let items = recent.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["operation_id"], json!(operation));
    assert_eq!(items[0]["payee"]["masked_name"], "Botir K.");
    assert!(!recent.text.contains(&bob.number) && !recent.text.contains(&bob.phone));

    let body = common::transfer(&alice, &json!({"operation_id": operation}), "5.00");
    let preview = bank.post("/v1/transfers/preview").token(&alice.token).json(&body).send().await;
    let preview = preview.expect(200);
    assert_eq!(preview.at("/payee/masked_name"), "Botir K.");
    assert_eq!(preview.json()["payee"]["masked_phone"], Value::Null);
    bank.confirm(&alice, &preview.at("/quote"), bank.new_key()).await.expect(201);
    assert_eq!(bank.balance(&bob).await, "17.00");
    // The payee did not pay, and cannot be made to pay themselves by it.
    let body = common::transfer(&bob, &json!({"operation_id": operation}), "1.00");
    let call = bank.post("/v1/transfers/preview").token(&bob.token).json(&body);
    call.send().await.refused(404, "not_found");
}

#[tokio::test]
async fn a_quote_tells_nothing_to_whoever_finds_it() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let document: Value = serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap();
    let stated = &document["components"]["schemas"]["Quote"]["properties"]["quote"]["pattern"];
    assert_eq!(stated, "^[0-9A-Za-z_-]+$");
    let quote = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    assert!(quote.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{quote}");
    let again = bank.preview(&alice, &bob, "10.00").await.expect(200).at("/quote");
    // Nothing that two quotes have in common shows.
    assert_ne!(quote[..24], again[..24]);
}

#[tokio::test]
async fn an_account_is_named_by_its_owner() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let uri = format!("/v1/accounts/{}", alice.account);
    let name = async |body: Value| bank.patch(&uri).token(&alice.token).json(&body).send().await;
    let shown = async || bank.get(&uri).token(&alice.token).send().await.json()["name"].clone();
    assert_eq!(shown().await, Value::Null);
    let named = name(json!({"name": "  Taʼtil uchun 🏖 "})).await.expect(200);
    assert_eq!(named.at("/name"), "Taʼtil uchun 🏖");
    assert_eq!(shown().await, "Taʼtil uchun 🏖");
    let list = bank.get("/v1/accounts").token(&alice.token).send().await.expect(200);
    assert_eq!(list.at("/items/0/name"), "Taʼtil uchun 🏖");
    for (body, code) in [
        (json!({"name": "x".repeat(41)}), "field_invalid"),
        (json!({"name": "a\u{202e}b"}), "field_invalid"),
        (json!({"name": 5}), "request_malformed"),
        (json!({}), "request_malformed"),
    ] {
        assert_eq!(name(body).await.refused(400, code).at("/field"), "name");
    }
    for none in [json!({"name": null}), json!({"name": "Kunlik"}), json!({"name": " "})] {
        let named = name(none.clone()).await.expect(200).json()["name"].clone();
        assert_eq!(named.is_null(), none["name"] != "Kunlik", "{none}");
    }
    assert_eq!(shown().await, Value::Null);
}

#[tokio::test]
async fn products_count_what_is_left() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let left = async || {
        let products = bank.get("/v1/products").token(&alice.token).send().await.expect(200);
        ["/accounts/0", "/accounts/1"].map(|at| {
            let left: i64 = products.at(&format!("{at}/left")).parse().unwrap();
            (products.at(&format!("{at}/asset")), left)
        })
    };
    let before = left().await;
    bank.open_account(&alice.token, "USD").await;
    let after = left().await;
    for (before, after) in before.into_iter().zip(after) {
        let opened = i64::from(before.0 == "USD");
        assert_eq!(after, (before.0, before.1 - opened));
    }
}

#[tokio::test]
async fn a_paper_is_verified_by_whoever_holds_it() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 100_000).await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    pay(&bank, &alice, &bob, "10.00").await;
    let today = bank.clock.now().day();
    let uri = format!("/v1/accounts/{}/statements", alice.account);
    let period = json!({"from": today.to_string(), "to": today.to_string()});
    let key = bank.new_key();
    let ask = async |key, period: &Value| {
        bank.post(&uri).token(&alice.token).key(key).json(period).send().await
    };
    let made = ask(key, &period).await.expect(201);
    assert_eq!(made.at("/holder"), "Lola Karimov");
    assert_eq!(made.at("/statement/closing/value"), "990.00");
    assert_eq!(made.json()["statement"]["lines"].as_array().unwrap().len(), 2);
    let code = made.at("/code");
    assert_eq!(code.len(), 16);

    // What happens later on that day is not on the paper.
    pay(&bank, &alice, &bob, "10.00").await;
    assert_eq!(ask(key, &period).await.expect(201).json(), made.json());
    let other = json!({"from": "2026-01-01", "to": today.to_string()});
    ask(key, &other).await.refused(409, "idempotency_key_reused");
    let without = bank.post(&uri).token(&alice.token).json(&period).send().await;
    without.refused(400, "idempotency_key_missing");
    let uri = format!("/v1/documents/{code}");
    let shown = bank.get(&uri).token(&alice.token).send().await.expect(200);
    assert_eq!(shown.json(), made.json());

    let typed = format!("{}-{}%20{}", &code[..4], &code[4..8], &code[8..]).to_lowercase();
    for code in [&code, &typed] {
        let verified = bank.get(&format!("/v1/verify/{code}")).send().await.expect(200);
        assert_eq!(verified.at("/masked_holder"), "Lola K.");
        assert_eq!(verified.at("/closing/value"), "990.00");
        assert_eq!(
            (verified.at("/line_count"), verified.at("/intact")),
            ("2".into(), "true".into())
        );
        let (front, tail) = (&alice.number[..8], &alice.number[16..]);
        assert_eq!(verified.at("/masked_number"), format!("{front}********{tail}"));
        assert!(!verified.text.contains(&alice.number) && !verified.text.contains("Karimov"));
    }
    for (body, code) in [
        (json!({"from": "2026-02-30", "to": "2026-03-01"}), "field_invalid"),
        (json!({"from": "2026-03-02", "to": "2026-03-01"}), "period_invalid"),
        (json!({"from": "2026-03-02"}), "request_malformed"),
    ] {
        let uri = format!("/v1/accounts/{}/statements", alice.account);
        let call = bank.post(&uri).token(&alice.token).key(bank.new_key()).json(&body);
        call.send().await.refused(400, code);
    }
    // Codes are not to be tried, whoever asks.
    let mut last = bank.get("/v1/verify/ABCH0K1MEPTX3Y5Z").send().await;
    for _ in 0..40 {
        last = bank.get("/v1/verify/ABCH0K1MEPTX3Y5Z").send().await;
    }
    assert!(last.header("retry-after").is_some());
    last.refused(429, "too_many_requests");
}

#[tokio::test]
async fn customers_change_their_language_and_their_name() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let change =
        async |body: Value| bank.patch("/v1/me").token(&alice.token).json(&body).send().await;
    let changed = change(json!({"language": "ru"})).await.expect(200);
    assert_eq!((changed.at("/language"), changed.at("/first_name")), ("ru".into(), "Lola".into()));
    let name = |first: &str| json!({"first_name": first, "last_name": "Aʼzamova"});
    let changed = change(name("Laylo")).await.expect(200);
    assert_eq!(changed.at("/first_name"), "Laylo");
    assert_eq!(changed.at("/language"), "ru");
    let me = bank.get("/v1/me").token(&alice.token).send().await.expect(200);
    assert_eq!(me.json(), changed.json());
    for (body, code, field) in [
        (json!({"language": "fr"}), "field_invalid", Some("language")),
        (json!({"language": null}), "request_malformed", Some("language")),
        (json!({"first_name": "Laylo"}), "field_invalid", Some("last_name")),
        (json!({"last_name": "Karimova"}), "field_invalid", Some("first_name")),
        (json!({}), "request_malformed", None),
        (json!({"language": "uz", "first_name": "A", "last_name": "B"}), "request_malformed", None),
        (json!({"phone": "+998901000005"}), "request_malformed", Some("phone")),
        (name("<b>"), "name_malformed", Some("first_name")),
    ] {
        let refused = change(body.clone()).await.refused(400, code).json();
        assert_eq!(refused.get("field").and_then(Value::as_str), field, "{body}");
    }
    change(name("Lola")).await.expect(200);
    change(name("Lolaxon")).await.refused(429, "name_changed_too_often");
    // The name they have is no change.
    change(name("Lola")).await.expect(200);
}
