//! A transfer that the bank gave back, as both sides see it in the app.

mod common;

use common::TestBank;
use payments::Refunding;
use payments::refunds::Part;

#[tokio::test]
async fn both_sides_see_what_was_given_back_and_of_which_transfer() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 100_000_000).await;
    let payee = bank.person("998900000002", "Dilnoza", 0).await;
    let sent = bank.pay(&payer, &payee, 1_000_000).await;
    let part = Part { amount: 300_000, fee: 0 };
    let (customer, to) = (payer.id, Some(payee.id));
    let refunding = Refunding { operation: sent, customer, payee: to, number: 1, part };
    let refund = bank.payments.refund(&bank.system(), &refunding).await.unwrap().id;
    let [here, of] = [refund, sent].map(|id| format!("/operations/{id}"));

    let mut browser = bank.signed_in(&payer).await;
    let title = "Refund of the transfer to Dilnoza K.";
    let page = browser.get("/activity").await.expect(200);
    assert!(page.all("#found a.row").iter().any(|row| row.contains(title)), "{}", page.text());
    let page = browser.get(&here).await.expect(200);
    assert_eq!(page.all("h1"), [title]);
    assert!(page.attributes("main a", "href").contains(&of), "{}", page.text());
    // What the posting says is not the customer's to name.
    assert!(page.all("main select").is_empty());
    let page = browser.get(&of).await.expect(200);
    assert!(page.attributes("main a", "href").contains(&here), "{}", page.text());
    assert!(
        page.all("h2").contains(&"Refunds of this transfer".to_owned()),
        "{:?}",
        page.all("h2")
    );
    let page = browser.get("/activity?category=refunds").await.expect(200);
    assert_eq!(page.all("#found a.row").len(), 1);

    let mut browser = bank.signed_in(&payee).await;
    let page = browser.get(&here).await.expect(200);
    assert_eq!(page.all("h1"), ["Refund of the transfer from Jasur K."]);
    assert!(page.text().contains("The bank gave this transfer back"), "{}", page.text());
    // Nothing was spent by it.
    let page = browser.get("/activity?period=month").await.expect(200);
    assert!(page.all("#spent-total").concat().trim().is_empty(), "{:?}", page.all("#spent-total"));
    // Without a refund a transfer has no such part.
    let other = bank.pay(&payer, &payee, 5_000).await;
    let page = browser.get(&format!("/operations/{other}")).await.expect(200);
    assert!(!page.text().contains("Refunds of this transfer"));
}
