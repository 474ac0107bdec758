//! Rates and exchanges, as a client meets them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{Person, TestBank};
use serde_json::{Value, json};

/// Somebody with 5,000,000.00 sum and an account in dollars, on a day of 11,821.18 sum a dollar.
async fn scene() -> (TestBank, Person, String) {
    let bank = TestBank::open().await;
    let lola = bank.person("+998901000001", "Lola", 500_000_000).await;
    let dollars = bank.open_account(&lola.token, "USD").await.at("/account_id");
    bank.rate("11821.18").await;
    (bank, lola, dollars)
}

fn usd(value: &str) -> Value {
    json!({"value": value, "asset": "USD"})
}

fn money(answer: &Value, field: &str) -> String {
    let money = &answer[field];
    format!("{} {}", money["value"].as_str().unwrap(), money["asset"].as_str().unwrap())
}

#[tokio::test]
async fn rates_hang_on_the_wall() {
    let bank = TestBank::open().await;
    assert_eq!(bank.get("/v1/rates").send().await.expect(200).json(), json!({"items": []}));
    bank.rate("11821.18").await;
    let board = bank.get("/v1/rates").send().await.expect(200).json();
    let today = bank.clock.now().day().to_string();
    // Half a percent each way: 11762.0741 down to the tiyin, 11880.2859 up.
    let dollar = json!({
        "asset": "USD",
        "buys_at": {"value": "11762.07", "asset": "UZS"},
        "sells_at": {"value": "11880.29", "asset": "UZS"},
        "central": {"rate": "11821.18", "nominal": 1, "day": today},
        "good": true,
    });
    assert_eq!(board, json!({"items": [dollar]}));
    let history = bank.get("/v1/rates/USD/history").send().await.expect(200).json();
    assert_eq!(history["items"], json!([dollar["central"]]));
    bank.clock.advance_seconds(6 * 86_400);
    let board = bank.get("/v1/rates").send().await.expect(200).json();
    assert_eq!(board["items"][0]["good"], false);
    let uri = "/v1/rates/USD/history?from=2020-01-01&to=2020-02-01";
    assert_eq!(bank.get(uri).send().await.expect(200).json()["items"], json!([]));
    for (uri, status, code) in [
        ("/v1/rates/UZS/history", 404, "not_found"),
        ("/v1/rates/EUR/history", 400, "field_invalid"),
        ("/v1/rates/usd/history", 400, "field_invalid"),
        ("/v1/rates/USD/history?from=x", 400, "field_invalid"),
        ("/v1/rates/USD/history?from=2020-01-01&to=2021-06-01", 400, "period_invalid"),
        ("/v1/rates/USD/history?from=2020-01-02&to=2020-01-01", 400, "period_invalid"),
    ] {
        let answer = bank.get(uri).send().await;
        assert_eq!(answer.at("/code"), code, "{uri}");
        answer.refused(status, code);
    }
}

#[tokio::test]
async fn an_exchange_is_previewed_confirmed_once_and_receipted() {
    let (bank, lola, dollars) = scene().await;
    let quote = bank.preview_exchange(&lola, &dollars, &usd("100.50")).await.expect(200);
    let shown = quote.json();
    // 11821.18 × 1.005 up to the tiyin is 11880.29; × 100.5 is 1193969.145, up to the tiyin.
    for (field, expected) in [
        ("given", "1193969.15 UZS"),
        ("taken", "100.50 USD"),
        ("fee", "0.00 UZS"),
        ("rate", "11880.29 UZS"),
        ("available", "5000000.00 UZS"),
    ] {
        assert_eq!(money(&shown, field), expected, "{field}");
    }
    assert_eq!(shown["central"]["rate"], "11821.18");
    assert_eq!(
        (&shown["sufficient"], &shown["from"]["account_id"]),
        (&json!(true), &json!(lola.account))
    );
    assert_eq!(bank.balance(&lola).await, "5000000.00");

    let key = bank.new_key();
    let done = bank.confirm_exchange(&lola, &quote.at("/quote"), key).await.expect(201);
    let again = bank.confirm_exchange(&lola, &quote.at("/quote"), key).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(done.json(), again.json());
    assert_eq!(money(&done.json(), "given"), "1193969.15 UZS");
    assert_eq!(bank.balance(&lola).await, "3806030.85");
    let other = bank.confirm_exchange(&lola, &quote.at("/quote"), bank.new_key()).await;
    other.refused(409, "quote_used");

    let uri = format!("/v1/exchanges/{}", done.at("/operation_id"));
    let receipt = bank.get(&uri).token(&lola.token).send().await.expect(200);
    assert_eq!(receipt.json(), done.json());
    let uri = format!("/v1/operations/{}", done.at("/operation_id"));
    let seen = bank.get(&uri).token(&lola.token).send().await.expect(200).json();
    assert_eq!(
        (seen["kind"].as_str(), seen["direction"].as_str()),
        (Some("exchange.own"), Some("own"))
    );
    assert_eq!(money(&seen["exchanged"], "taken"), "100.50 USD");
    let uri = format!("/v1/operations?account_id={dollars}");
    let list = bank.get(&uri).token(&lola.token).send().await.expect(200).json();
    let line = &list["items"][0];
    assert_eq!(money(line, "amount"), "100.50 USD");
    assert_eq!(money(&line["exchanged"], "given"), "1193969.15 UZS");
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_refused_by_its_code() {
    let (bank, lola, dollars) = scene().await;
    let uzs = |value: &str| json!({"value": value, "asset": "UZS"});
    for (to, amount, status, code) in [
        (&lola.account, uzs("1"), 422, "same_account"),
        (&dollars, uzs("118"), 422, "exchange_too_small"),
        (&dollars, uzs("0"), 400, "amount_not_positive"),
        (&"acc_1".to_owned(), uzs("1"), 400, "field_invalid"),
    ] {
        let answer = bank.preview_exchange(&lola, to, &amount).await;
        assert_eq!(answer.at("/code"), code, "{answer:?}");
        answer.refused(status, code);
    }
    let large = bank.preview_exchange(&lola, &dollars, &usd("1000")).await.expect(200);
    assert_eq!(large.json()["sufficient"], false);
    let refused = bank.confirm_exchange(&lola, &large.at("/quote"), bank.new_key()).await;
    refused.refused(422, "insufficient_funds");
    let quote = bank.preview_exchange(&lola, &dollars, &usd("1")).await.expect(200).at("/quote");
    let call = bank.post("/v1/exchanges").token(&lola.token).json(&json!({"quote": quote}));
    call.send().await.refused(400, "idempotency_key_missing");
    bank.clock.advance_seconds(61);
    bank.confirm_exchange(&lola, &quote, bank.new_key()).await.refused(422, "quote_expired");
    bank.confirm_exchange(&lola, "AAAA", bank.new_key()).await.refused(400, "quote_not_found");
}
