//! An exchange from the form to the receipt, and the board of the rates.

mod common;

use common::{Answer, Browser, Person, TestBank};
use kernel::AccountId;

/// A text with the spaces that break in place of those that do not.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// What the elements say that a selector finds.
fn said(answer: &Answer, selector: &str) -> String {
    plain(&answer.all(selector).concat())
}

struct Scene {
    bank: TestBank,
    jasur: Person,
    dollars: AccountId,
}

impl Scene {
    /// Somebody with 5,000,000.00 sum and 100.00 dollars, on a day of 11,821.18 sum a dollar.
    async fn new() -> Self {
        let bank = TestBank::open().await;
        let jasur = bank.person("998900000001", "Jasur", 500_000_000).await;
        let dollars = bank.dollars(&jasur, 10_000).await;
        bank.rate("11821.18").await;
        Self { bank, jasur, dollars }
    }

    /// The address of a review.
    async fn review(&self, browser: &mut Browser<'_>, asset: &str, amount: &str) -> String {
        let (from, into) = (self.jasur.account.to_string(), self.dollars.to_string());
        let fields = [("from", &*from), ("into", &into), ("asset", asset), ("amount", amount)];
        browser.submit("/exchange", &fields).await.expect(303).location().to_owned()
    }
}

#[tokio::test]
async fn an_exchange_is_reviewed_made_once_and_receipted() {
    let scene = Scene::new().await;
    let mut browser = scene.bank.signed_in(&scene.jasur).await;
    let home = browser.get("/").await.expect(200);
    assert!(home.attributes("main a", "href").contains(&"/exchange".to_owned()));
    let form = browser.get("/exchange").await.expect(200);
    let (from, into) = (scene.jasur.account.to_string(), scene.dollars.to_string());
    assert_eq!(form.attributes("input[name=from]", "value"), [from.as_str()]);
    assert_eq!(form.attributes("input[name=into]", "value"), [into.as_str()]);
    let review = scene.review(&mut browser, "USD", "100,50").await;
    let page = browser.get(&review).await.expect(200);
    let text = said(&page, "main");
    // 11821.18 × 1.005 up to the tiyin; × 100.5 is 1193969.145, up to the tiyin.
    for wanted in [
        "The bank’s rate11 880.29 sum",
        "11 821.18 sum",
        "Difference for one59.11 sum",
        "You give1 193 969.15 sum",
        "You get$100.50",
        "Feefree",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    let left: i64 = page.attributes("[data-left]", "data-left")[0].parse().unwrap();
    assert!((55..=60).contains(&left), "{left}");
    // The way back brings the form as it was.
    let back = page.attributes("header a", "href")[0].clone();
    let form = browser.get(&back).await.expect(200);
    assert_eq!(form.attributes("input[name=amount]", "value"), ["100.50"]);
    assert_eq!(form.attributes("input[name=asset][checked]", "value"), ["USD"]);

    let receipt = browser.submit(&review, &[]).await.expect(303).location().to_owned();
    // A second tap, and a reload of the review, lead to the same receipt.
    assert_eq!(browser.submit(&review, &[]).await.expect(303).location(), receipt);
    assert_eq!(browser.get(&review).await.expect(303).location(), receipt);
    assert_eq!(scene.bank.balance(&scene.jasur).await, 500_000_000 - 119_396_915);
    let page = browser.get(&receipt).await.expect(200);
    let text = said(&page, "main");
    for wanted in ["You give1 193 969.15 sum", "You get$100.50", "11 880.29 sum"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }

    let history = browser.get("/activity").await.expect(200);
    let text = said(&history, "main");
    let line = "1 193 969.15 sum → $100.50, rate 11 880.29 sum";
    assert_eq!(text.matches(line).count(), 2, "{text}");
    assert!(text.contains("Exchange of currency"));
    let file = plain(&browser.get("/activity/export.csv").await.expect(200).text());
    assert!(file.contains("Exchange of currency") && file.contains(line), "{file}");
    let operation = receipt.strip_suffix("?done=1").unwrap();
    let detail = browser.get(operation).await.expect(200);
    let again = detail.attributes("main a", "href");
    let again = again.iter().find(|href| href.starts_with("/exchange?from=")).unwrap();
    browser.get(again).await.expect(200);
    browser.get(&format!("{operation}/receipt.pdf")).await.expect(200);
}

#[tokio::test]
async fn a_rate_is_promised_for_a_minute() {
    let scene = Scene::new().await;
    let mut browser = scene.bank.signed_in(&scene.jasur).await;
    let review = scene.review(&mut browser, "USD", "10").await;
    scene.bank.clock.advance_seconds(61);
    // It might have been confirmed in its last moment; whoever confirms now finds out.
    let page = browser.get(&review).await.expect(200);
    assert!(said(&page, "main").contains("look at your activity first"));
    let late = browser.submit(&review, &[]).await.expect(422);
    assert!(said(&late, "main").contains("Nothing was exchanged"));
    // The page offers the rate of now, with what was typed.
    scene.bank.rate("11900").await;
    let names = ["from", "into", "asset", "amount"];
    let values = names.map(|name| {
        let selector = format!("main form[action='/exchange'] input[name={name}]");
        late.attributes(&selector, "value").first().cloned().unwrap()
    });
    let fields: Vec<_> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
    assert_eq!(fields[3], ("amount", "10.00"));
    let anew = browser.submit("/exchange", &fields).await.expect(303).location().to_owned();
    assert_ne!(anew, review);
    browser.submit(&anew, &[]).await.expect(303);
    assert_eq!(scene.bank.balance(&scene.jasur).await, 500_000_000 - 11_880_290);
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_said_on_the_page() {
    let scene = Scene::new().await;
    let mut browser = scene.bank.signed_in(&scene.jasur).await;
    let (from, into) = (scene.jasur.account.to_string(), scene.dollars.to_string());
    for (asset, amount, at, wanted) in [
        ("UZS", "118", "#f-amount-error", "too small"),
        ("UZS", "0", "#f-amount-error", "above zero"),
        ("USD", "1,005", "#f-amount-error", "digits"),
        ("EUR", "1", "main [role=alert]", "currency"),
    ] {
        let fields = [("from", &*from), ("into", &into), ("asset", asset), ("amount", amount)];
        let refused = browser.submit("/exchange", &fields).await;
        assert!(refused.status.is_client_error(), "{asset} {amount}: {}", refused.status);
        let told = said(&refused, at);
        assert!(told.to_lowercase().contains(wanted), "{asset} {amount}: {told}");
    }
    // More than there is: said before anything is tried, and the button is of no use.
    let review = scene.review(&mut browser, "USD", "1000").await;
    let page = browser.get(&review).await.expect(200);
    assert!(said(&page, "main [role=alert]").contains("Not enough money"));
    assert_eq!(page.attributes("button.accent", "disabled").len(), 1);
    browser.submit(&review, &[]).await.expect(422);
    browser.get("/exchange/review?quote=AAAA").await.expect(404);
    // By an old rate nothing is exchanged, and the board says so.
    browser.stay(6 * 3_600).await;
    scene.bank.clock.advance_seconds(6 * 86_400);
    let mut browser = scene.bank.signed_in(&scene.jasur).await;
    let page = browser.get("/exchange").await.expect(200);
    assert!(said(&page, "main").contains("Nothing can be exchanged just now"));
    let fields = [("from", &*from), ("into", &into), ("asset", "USD"), ("amount", "1")];
    let refused = browser.submit("/exchange", &fields).await.expect(503);
    assert!(said(&refused, "main [role=alert]").contains("has not been updated"));
    let board = browser.get("/rates").await.expect(200);
    assert!(said(&board, "main").contains("Not up to date"));
}

#[tokio::test]
async fn who_has_one_currency_is_led_to_open_the_other() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 500_000_000).await;
    bank.rate("11821.18").await;
    let mut browser = bank.signed_in(&jasur).await;
    let page = browser.get("/exchange").await.expect(200);
    assert!(page.attributes("main a", "href").contains(&"/products/open?asset=USD".to_owned()));
}

#[tokio::test]
async fn the_board_hangs_for_everybody_in_three_languages() {
    let bank = TestBank::open().await;
    let mut nobody = bank.browser();
    let none = nobody.get("/rates").await.expect(200);
    assert!(said(&none, "main").contains("No rates just now"));
    bank.rate("11821.18").await;
    for (lang, buys, sells) in [
        ("en", "11 762.07 sum", "11 880.29 sum"),
        ("ru", "11 762,07 сум", "11 880,29 сум"),
        ("uz", "11 762,07 soʻm", "11 880,29 soʻm"),
    ] {
        nobody.lang = lang;
        let text = said(&nobody.get("/rates").await.expect(200), "main");
        assert!(text.contains(buys) && text.contains(sells), "{lang}: {text}");
    }
    nobody.lang = "en";
    bank.clock.advance_seconds(86_400);
    bank.rate("11800").await;
    let page = nobody.get("/rates/USD?days=90").await.expect(200);
    let cells: Vec<_> = page.all("tbody td").iter().map(|text| plain(text)).collect();
    assert_eq!(cells, ["11 800 sum −21.18", "11 821.18 sum"]);
    nobody.get("/rates/UZS").await.expect(404);
    nobody.get("/rates/EUR").await.expect(404);
    nobody.get("/rates/USD?days=x").await.expect(200);
}
