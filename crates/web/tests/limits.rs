//! The page of the limits: what is left, a ceiling of one's own, and what a refusal says.

mod common;

use common::{Answer, TestBank};
use serde_json::json;

/// A text with the spaces that break in place of those that do not.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// What the elements say that a selector finds.
fn said(answer: &Answer, selector: &str) -> String {
    plain(&answer.all(selector).concat())
}

/// A day of 5,000.00 sum for each customer, ten operations a month, and one payee of the law.
async fn limit(bank: &TestBank) {
    let title = |text: &str| json!({"uz": text, "ru": text, "en": text});
    bank.publish(
        "limits",
        &json!({"limits": [
            {
                "name": "day", "title": title("Daily limit"), "set_by": "tariff",
                "per": "customer", "window": "day", "measure": {"amount": "UZS"},
                "ceiling": {"fixed": 500_000},
            },
            {
                "name": "count", "title": title("Operations"), "set_by": "law",
                "per": "customer", "window": "month", "measure": "count",
                "ceiling": {"fixed": 10},
            },
            {
                "name": "most", "title": title("On an account"), "set_by": "law",
                "per": "account", "window": "operation", "measure": {"balance": "UZS"},
                "ceiling": {"fixed": 900_000_000},
            },
        ]}),
    )
    .await;
}

#[tokio::test]
async fn without_limits_the_page_says_so() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 1_000_000).await;
    let mut browser = bank.signed_in(&payer).await;
    let page = browser.get("/limits").await.expect(200);
    assert!(said(&page, "main").contains("Nothing is limited for now"));
    browser.get("/limits/day").await.expect(404);
    let profile = browser.get("/profile").await.expect(200);
    assert!(profile.attributes("main a", "href").contains(&"/limits".to_owned()));
}

#[tokio::test]
async fn a_refusal_names_the_limit_says_what_is_left_and_leads_to_it() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 100_000_000).await;
    let payee = bank.person("998900000002", "Dilnoza", 0).await;
    limit(&bank).await;
    bank.pay(&payer, &payee, 300_000).await;
    let mut browser = bank.signed_in(&payer).await;
    let page = browser.get("/limits").await.expect(200);
    // 5,000 a day, of which 3,000 were sent; one operation of ten; 997,000 stand on the account.
    let facts: Vec<_> = page.all("main dl").iter().map(|text| plain(text)).collect();
    assert_eq!(facts.len(), 3);
    for (facts, wanted) in facts.iter().zip([
        ["Left2 000 sum", "Used3 000 sum", "At most5 000 sum", "terms of the bank"],
        ["Left9 operations", "Used1 operation", "At most10 operations", "The law"],
        ["Left8 003 000 sum", "Used997 000 sum", "Account", "What stands on"],
    ]) {
        for wanted in wanted {
            assert!(facts.contains(wanted), "{wanted} is not in {facts}");
        }
    }
    let links = page.attributes("main a", "href");
    assert_eq!(links, ["/limits/day", "/limits/count"]);

    let account = payer.account.to_string();
    let form = [("from", account.as_str()), ("to", "90 000 00 02"), ("amount", "2000,01")];
    let refused = browser.submit("/pay", &form).await.expect(422);
    let told = said(&refused, "main [role=alert]");
    assert!(told.contains("“Daily limit”. What remains of it: 2 000 sum."), "{told}");
    assert_eq!(refused.attributes("main [role=alert] a", "href"), ["/limits"]);
    browser.lang = "uz";
    let refused = browser.submit("/pay", &form).await.expect(422);
    let told = said(&refused, "main [role=alert]");
    assert!(told.contains("Qolgani: 2 000 soʻm."), "{told}");
}

#[tokio::test]
async fn a_lower_ceiling_holds_at_once_and_a_higher_one_waits_for_a_day() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 100_000_000).await;
    let payee = bank.person("998900000002", "Dilnoza", 0).await;
    limit(&bank).await;
    let quote = bank.quote(&payer, &payee, 300_000).await;
    let review = format!("/pay/review?quote={quote}");
    let mut browser = bank.signed_in(&payer).await;
    let page = browser.get("/limits/day").await.expect(200);
    assert_eq!(page.attributes("input[name=ceiling]", "value"), ["5\u{a0}000"]);
    for (typed, wanted) in [
        ("5000,01", "Give a number between 0 and 5 000 sum."),
        ("-1", "amount"),
        ("viele", "amount"),
        ("", "amount"),
    ] {
        let refused = browser.submit("/limits/day", &[("ceiling", typed)]).await;
        assert!(refused.status.is_client_error(), "{typed}: {}", refused.status);
        let error = said(&refused, "#f-ceiling-error");
        assert!(error.to_lowercase().contains(&wanted.to_lowercase()), "{typed}: {error}");
        // An empty one has no value to show.
        assert_eq!(refused.attributes("input[name=ceiling]", "value").concat(), typed);
    }
    let set = browser.submit("/limits/day", &[("ceiling", "1 000")]).await.expect(303);
    let page = browser.get(set.location()).await.expect(200);
    let text = said(&page, "main");
    for wanted in ["Your ceiling holds", "At most1 000 sum", "The bank lets 5 000 sum"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    // What was previewed before is stopped too, and says why, now and when it is looked at again.
    let stopped = browser.submit(&review, &[]).await;
    let stopped = if stopped.status.as_u16() == 303 {
        let proof = [("by", "pin"), ("pin", common::PIN)];
        let confirm = stopped.location().to_owned();
        browser.submit(&confirm, &proof).await.expect(422)
    } else {
        stopped.expect(422)
    };
    let told = said(&stopped, "main [role=alert]");
    assert!(told.contains("“Daily limit”"), "{told}");
    assert_eq!(bank.balance(&payer).await, 100_000_000);

    let set = browser.submit("/limits/day", &[("ceiling", "4000")]).await.expect(303);
    let page = browser.get(set.location()).await.expect(200);
    let text = said(&page, "main");
    for wanted in ["Your new ceiling waits", "At most1 000 sum", "4 000 sum from"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    let back = browser.submit("/limits/day", &[("back", "1")]).await.expect(303);
    let page = browser.get(back.location()).await.expect(200);
    assert!(said(&page, "main").contains("5 000 sum from"));
    bank.clock.advance_seconds(86_400);
    let mut browser = bank.signed_in(&payer).await;
    let page = browser.get("/limits").await.expect(200);
    let text = said(&page, "main");
    assert!(text.contains("At most5 000 sum") && !text.contains("Later"), "{text}");
}

#[tokio::test]
async fn who_stopped_everything_can_still_let_it_go_again() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 1_000_000).await;
    limit(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    for (name, most) in [("day", "0 sum"), ("count", "0 operations")] {
        let path = format!("/limits/{name}");
        browser.submit(&path, &[("ceiling", "0")]).await.expect(303);
        let page = browser.get(&path).await.expect(200);
        assert!(said(&page, "main").contains(&format!("At most{most}")), "{name}");
        browser.submit(&path, &[("back", "1")]).await.expect(303);
    }
    for lang in ["uz", "ru", "en"] {
        browser.lang = lang;
        browser.get("/limits").await.expect(200);
        browser.get("/limits/count").await.expect(200);
    }
}
