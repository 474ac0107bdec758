//! The main job, from the sign-up to the statement.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use common::{PASSWORD, TestBank};
use serde_json::json;

#[tokio::test]
async fn a_stranger_becomes_a_customer_and_sends_money() {
    let bank = TestBank::open().await;
    let bob = bank.person("+998901000002", "Botir", 0).await;
    let phone = "+998901000009";

    let started = bank.post("/v1/sign-up").json(&json!({"phone": phone})).send().await.expect(202);
    assert_eq!(started.at("/resend_after_seconds"), "60");
    let challenge = started.at("/challenge_id");
    let first_code = bank.code(phone, 0).await;
    bank.clock.advance_seconds(61);
    let resend = json!({"challenge_id": challenge});
    bank.post("/v1/sign-up/resend").json(&resend).send().await.expect(202);
    let code = bank.code(phone, 1).await;
    assert_ne!(first_code, code);
    let body = json!({"challenge_id": challenge, "code": code});
    let ticket = bank.post("/v1/sign-up/verify").json(&body).send().await.expect(200).at("/ticket");
    let body = json!({
        "ticket": ticket, "password": PASSWORD, "first_name": "Dilnoza", "last_name": "Yo‘ldosheva",
        "birth_date": "1995-03-08", "language": "ru",
    });
    let signed_up = bank.post("/v1/sign-up/complete").json(&body).send().await.expect(201);
    assert_eq!(signed_up.at("/customer/phone"), phone);
    assert_eq!(signed_up.at("/customer/language"), "ru");
    let token = signed_up.at("/tokens/access_token");
    let me = bank.get("/v1/me").token(&token).send().await.expect(200);
    assert_eq!(me.json(), signed_up.json()["customer"]);
    // The ticket is used up, and the phone is a customer's.
    bank.post("/v1/sign-up/complete").json(&body).send().await.refused(400, "code_expired");

    let opened = bank.open_account(&token, "UZS").await;
    let dilnoza = common::Person {
        phone: phone.to_owned(),
        customer: signed_up.at("/customer/customer_id"),
        session: signed_up.at("/tokens/session_id"),
        token,
        account: opened.at("/account_id"),
        number: opened.at("/number"),
    };
    bank.clock.advance_seconds(1);
    let dollars = bank.open_account(&dilnoza.token, "USD").await;
    assert_eq!(dollars.at("/number").get(5..8), Some("840"));
    bank.cash_in(&dilnoza, 10_000_000).await;
    bank.clock.advance_seconds(60);

    let preview = bank.preview(&dilnoza, &bob, "1500.50").await.expect(200);
    assert_eq!(preview.at("/payee/masked_name"), "Botir K.");
    assert_eq!(preview.at("/fee/value"), "0.00");
    assert_eq!(preview.at("/total/value"), "1500.50");
    assert_eq!(preview.at("/sufficient"), "true");
    // The bank's own key is good for a client without a clock.
    let key: uuid::Uuid = preview.at("/operation_key").parse().unwrap();
    let key = kernel::OperationId::from_uuid(key);
    let receipt = bank.confirm(&dilnoza, &preview.at("/quote"), key).await.expect(201);
    assert_eq!(receipt.at("/operation_id"), key.to_string());
    assert_eq!(receipt.at("/direction"), "out");
    assert_eq!(receipt.header("idempotent-replayed"), None);
    let again = bank.confirm(&dilnoza, &preview.at("/quote"), key).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), receipt.json());
    assert_eq!(bank.balance(&dilnoza).await, "98499.50");
    assert_eq!(bank.balance(&bob).await, "1500.50");

    // Both sides see it, each in their own way.
    let uri = format!("/v1/transfers/{key}");
    let sent = bank.get(&uri).token(&dilnoza.token).send().await.expect(200);
    assert_eq!(sent.json(), receipt.json());
    let came = bank.get(&uri).token(&bob.token).send().await.expect(200);
    assert_eq!(
        (came.at("/direction"), came.at("/payer/masked_name")),
        ("in".into(), "Dilnoza Y.".into())
    );

    // By number, with the receipt in the history.
    let body = common::transfer(&dilnoza, &json!({"account_number": bob.number}), "0.50");
    let call = bank.post("/v1/transfers/preview").token(&dilnoza.token).json(&body);
    let quote = call.send().await.expect(200).at("/quote");
    bank.confirm(&dilnoza, &quote, bank.new_key()).await.expect(201);
    history_is_searched(&bank, &dilnoza).await;
    statements_are_given(&bank, &dilnoza).await;
}

async fn history_is_searched(bank: &TestBank, dilnoza: &common::Person) {
    let list = async |query: &str| {
        let uri = format!("/v1/operations{query}");
        bank.get(&uri).token(&dilnoza.token).send().await.expect(200).json()
    };
    let amounts = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|i| i["amount"]["value"].as_str().unwrap().to_owned()).collect()
    };
    let all = list("").await;
    assert_eq!(amounts(&all), ["-0.50", "-1500.50", "100000.00"]);
    assert_eq!(all["items"][0]["balance_after"]["value"], "98499.00");
    assert_eq!(all["items"][0]["counterparty"], "Botir K.");
    assert!(all["next_cursor"].is_null());
    let today = bank.clock.now().day();
    for (query, expected) in [
        ("?direction=in".to_owned(), vec!["100000.00"]),
        ("?direction=out".to_owned(), vec!["-0.50", "-1500.50"]),
        ("?kind=cash.in".to_owned(), vec!["100000.00"]),
        ("?kind=cash.in,transfer.internal&max=1&asset=UZS".to_owned(), vec!["-0.50"]),
        ("?category=cash".to_owned(), vec!["100000.00"]),
        ("?category=people".to_owned(), vec!["-0.50", "-1500.50"]),
        ("?category=home".to_owned(), vec![]),
        ("?asset=USD".to_owned(), vec![]),
        ("?asset=UZS&min=1&max=2000.00".to_owned(), vec!["-1500.50"]),
        (format!("?account_id={}&max=1", dilnoza.account), vec!["-0.50"]),
        ("?q=botir".to_owned(), vec!["-0.50", "-1500.50"]),
        ("?q=TUSHLIK&direction=out&limit=100".to_owned(), vec!["-0.50", "-1500.50"]),
        (format!("?from={today}&to={today}"), vec!["-0.50", "-1500.50", "100000.00"]),
        ("?to=2020-01-01".to_owned(), vec![]),
    ] {
        assert_eq!(amounts(&list(&query).await), expected, "{query}");
    }
    let mut paged = Vec::new();
    let mut page = list("?limit=1").await;
    loop {
        paged.extend(amounts(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        page = list(&format!("?limit=1&cursor={cursor}")).await;
    }
    assert_eq!(paged, ["-0.50", "-1500.50", "100000.00"]);
}

async fn statements_are_given(bank: &TestBank, dilnoza: &common::Person) {
    let today = bank.clock.now().day();
    let uri = format!("/v1/accounts/{}/statement?from={today}&to={today}", dilnoza.account);
    let statement = bank.get(&uri).token(&dilnoza.token).send().await.expect(200);
    assert_eq!(statement.at("/opening/value"), "0.00");
    assert_eq!(statement.at("/closing/value"), "98499.00");
    assert_eq!(statement.at("/credits/value"), "100000.00");
    assert_eq!(statement.at("/debits/value"), "1501.00");
    assert_eq!(statement.at("/lines/2/amount/value"), "-0.50");
    let by_header =
        bank.get(&uri).token(&dilnoza.token).header("accept", "text/csv").send().await.expect(200);
    let csv_uri = format!("{uri}&format=csv");
    let by_query = bank.get(&csv_uri).token(&dilnoza.token).send().await.expect(200);
    assert_eq!(by_header.text, by_query.text);
    let rows: Vec<_> = by_header.text.split("\r\n").collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    assert!(rows[0].starts_with("\u{feff}at,operation_id,kind,"), "{rows:?}");
    assert!(rows[1].ends_with("Z,,statement.opening,,,UZS,0.00,,"), "{rows:?}");
    assert!(rows[5].ends_with("Z,,statement.closing,,,UZS,98499.00,,"), "{rows:?}");
    assert!(rows[1..6].iter().all(|row| row.split(',').next().unwrap().len() == 27), "{rows:?}");
    assert!(rows[3].ends_with("transfer.internal,out,-1500.50,UZS,98499.50,Botir K.,Tushlik"));
    let kind = by_header.header("content-type").unwrap();
    assert!(kind.starts_with("text/csv; charset=utf-8"), "{kind}");
    let name = format!("statement-{}-{today}-{today}.csv", dilnoza.number);
    assert!(by_header.header("content-disposition").unwrap().contains(&name));

    // What was on it before the cash, and now.
    let uri = format!("/v1/accounts/{}/balance", dilnoza.account);
    let now = bank.get(&uri).token(&dilnoza.token).send().await.expect(200);
    assert_eq!(now.at("/balance/value"), "98499.00");
    let past = format!("{uri}?at=2020-01-01T00:00:00%2B05:00");
    let past = bank.get(&past).token(&dilnoza.token).send().await.expect(200);
    assert_eq!(
        (past.at("/at"), past.at("/balance/value")),
        ("2019-12-31T19:00:00Z".into(), "0.00".into())
    );
    let accounts = bank.get("/v1/accounts").token(&dilnoza.token).send().await.expect(200);
    assert_eq!(accounts.at("/items/1/asset"), "USD");
}

#[tokio::test]
async fn the_same_key_opens_one_account() {
    let bank = TestBank::open().await;
    let alice = bank.person("+998901000001", "Lola", 0).await;
    let key = bank.new_key();
    let open = async |asset: &str| {
        let call = bank.post("/v1/accounts").token(&alice.token).key(key);
        call.json(&json!({"asset": asset})).send().await
    };
    let first = open("USD").await.expect(201);
    assert_eq!(open("USD").await.expect(201).json(), first.json());
    open("UZS").await.refused(409, "idempotency_key_reused");
}
