//! A payment from the form to the receipt, as a browser without scripts makes it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{Browser, Person, TestBank};
use kernel::{Amount, Asset, Code, Phone};
use payments::{Confirm, Open, Payee, Preview};

async fn people(bank: &TestBank) -> (Person, Person) {
    let payer = bank.person("998900000001", "Jasur", 100_000_000).await;
    let payee = bank.person("998900000002", "Dilnoza", 0).await;
    (payer, payee)
}

/// Sends an amount to whoever has this phone. The address of the operation.
async fn send(browser: &mut Browser<'_>, payer: &Person, to: &str, amount: &str) -> String {
    let account = payer.account.to_string();
    let fields = form(&account, to, amount);
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    let receipt = browser.send_reviewed(&review).await;
    receipt.strip_suffix("?done=1").unwrap().to_owned()
}

fn form<'a>(payer: &'a str, to: &'a str, amount: &'a str) -> [(&'a str, &'a str); 4] {
    [("from", payer), ("to", to), ("amount", amount), ("note", "Tushlik")]
}

#[tokio::test]
async fn a_payment_is_reviewed_sent_once_and_receipted() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let account = payer.account.to_string();
    let page = browser.get("/pay").await.expect(200);
    assert_eq!(page.attributes("input[name=from]", "value"), [account.as_str()]);
    assert_eq!(page.attributes("input[name=to]", "hx-post"), ["/pay/payee"]);

    let fields = form(&account, "90 000 00 02", "250\u{a0}000,50");
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    assert!(review.starts_with("/pay/review?quote="), "{review}");
    assert!(!review.contains("900000002") && !review.contains("Tushlik"));
    let page = browser.get(&review).await.expect(200);
    let text = page.all("main").concat();
    let phone = "+998\u{a0}90\u{a0}000\u{a0}00\u{a0}02";
    for wanted in ["Dilnoza K.", phone, "free", "at once", "Tushlik"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    // The payee is new, so that the payment is confirmed.
    assert_eq!(page.all("button.accent"), ["Continue to the confirmation"]);
    let back = page.attributes("header a", "href")[0].clone();

    // The way back brings the form as it was.
    let page = browser.get(&back).await.expect(200);
    assert_eq!(page.attributes("input[name=amount]", "value"), ["250\u{a0}000.50"]);
    assert_eq!(page.attributes("input[name=note]", "value"), ["Tushlik"]);
    assert_eq!(page.attributes("input[name=to]", "value"), ["90 000 00 02"]);

    let receipt = browser.send_reviewed(&review).await;
    let again = browser.submit(&review, &[]).await.expect(303).location().to_owned();
    assert_eq!(receipt, again);
    assert_eq!(bank.balance(&payer).await, 74_999_950);
    assert_eq!(bank.balance(&payee).await, 25_000_050);
    let operation = receipt.strip_suffix("?done=1").unwrap();
    assert_eq!(browser.get(&review).await.expect(303).location(), operation);

    let page = browser.get(&receipt).await.expect(200);
    assert_eq!(page.all("h1"), ["Money sent"]);
    let repeat = format!("/pay?again={}&amount=250000.50", operation.rsplit_once('/').unwrap().1);
    assert!(page.attributes("a", "href").contains(&repeat));
    let page = browser.get(&repeat).await.expect(200);
    assert!(page.all("input[name=to]").is_empty());
    assert_eq!(page.attributes("input[name=again]", "value").len(), 1);
    assert_eq!(page.attributes("input[name=amount]", "value"), ["250\u{a0}000.50"]);
    let page = browser.get("/pay").await.expect(200);
    assert_eq!(page.attributes("nav.quick a", "href").len(), 1);
    assert!(page.all("nav.quick a").concat().contains("Dilnoza K."));
}

#[tokio::test]
async fn refusals_stand_where_they_belong_and_take_nothing() {
    let bank = TestBank::open().await;
    let (payer, _) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let account = payer.account.to_string();
    for (to, amount, at) in [
        ("90 000 00 99", "1000", "to"),
        ("90 000", "1000", "to"),
        ("90 000 00 01", "1000", "to"),
        ("90 000 00 02", "0", "amount"),
        ("90 000 00 02", "250.000", "amount"),
    ] {
        let answer = browser.submit("/pay", &form(&account, to, amount)).await;
        assert!(answer.status.is_client_error(), "{to} {amount}: {}", answer.status);
        let invalid = answer.attributes("[aria-invalid]", "name");
        assert_eq!(invalid, [at], "{to} {amount}");
        assert_eq!(answer.attributes("input[name=to]", "value"), [to]);
        assert_eq!(answer.attributes("[data-focus]", "name"), [at]);
    }
    let answer = browser.submit("/pay", &form("acc_1", "90 000 00 02", "1")).await.expect(404);
    assert!(!answer.all(".banner").is_empty());

    let fields = form(&account, "90 000 00 02", "1 000 001");
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    let page = browser.get(&review).await.expect(200);
    assert!(page.all(".banner").concat().contains("1\u{a0}sum more is needed"));
    assert_eq!(page.attributes("button.accent", "disabled").len(), 1);
    browser.submit(&review, &[]).await.expect(422);

    let fields = form(&account, "90 000 00 02", "10");
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    // A minute after its end it is certain that nothing was sent.
    browser.stay(661).await;
    let page = browser.submit(&review, &[]).await.expect(422);
    assert!(page.attributes("main a", "href")[0].starts_with("/pay?form="));
    assert_eq!(bank.balance(&payer).await, 100_000_000);
}

#[tokio::test]
async fn whoever_goes_back_finds_what_they_typed_until_it_is_sent() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let account = payer.account.to_string();
    let fields = form(&account, &payee.number, "10");
    let typed = |page: &common::Answer| {
        ["to", "amount", "note"]
            .map(|name| page.attributes(&format!("input[name={name}]"), "value").concat())
    };
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    let text = browser.get(&review).await.expect(200).all("main").concat();
    let (parts, number) = ([5, 3, 1, 8, 3], payee.number.as_str());
    let mut rest = number;
    let written: Vec<_> = parts
        .map(|length| {
            let (part, after) = rest.split_at(length);
            rest = after;
            part
        })
        .to_vec();
    assert!(text.contains(&written.join(" ")), "{text}");
    // The form of another quote says nothing of this one's payee.
    let other = browser.submit("/pay", &form(&account, "90 000 00 02", "10")).await.expect(303);
    let (quote, _) = review.split_once('&').unwrap();
    let (other_quote, other) = other.location().split_once('&').unwrap();
    let text = browser.get(&format!("{quote}&{other}")).await.expect(200).all("main").concat();
    assert!(!text.contains("90\u{a0}000") && text.contains("Dilnoza K."), "{text}");
    let text = browser.get(other_quote).await.expect(200).all("main").concat();
    // No line breaks within it.
    assert!(text.contains("+998\u{a0}**\u{a0}***\u{a0}**\u{a0}02"), "{text}");

    browser.submit("/pay", &fields).await.expect(303);
    let page = browser.get("/pay").await.expect(200);
    assert_eq!(typed(&page), [number, "10", "Tushlik"]);
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    browser.send_reviewed(&review).await;
    assert_eq!(typed(&browser.get("/pay").await.expect(200)), ["", "", ""]);

    // Nobody finds what another customer typed on the same browser.
    browser.submit("/pay", &fields).await.expect(303);
    let mut other = bank.signed_in(&payee).await;
    other.jar.extend(browser.jar.get_key_value("okto-draft").map(|(n, v)| (n.clone(), v.clone())));
    assert_eq!(typed(&other.get("/pay").await.expect(200)), ["", "", ""]);
}

#[tokio::test]
async fn a_name_is_looked_up_for_a_whole_number_only() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let account = payer.account.to_string();
    for (to, wanted) in [
        ("90 000 00", ""),
        ("90 000 00 02", "Dilnoza K."),
        (payee.number.as_str(), "Dilnoza K."),
        ("90 000 00 99", "No customer"),
    ] {
        let answer = browser.submit("/pay/payee", &form(&account, to, "")).await.expect(200);
        let text = answer.text();
        assert!(text.contains(wanted) && !text.contains("<html"), "{to}: {text}");
        assert_eq!(text.is_empty(), wanted.is_empty(), "{to}: {text}");
    }
}

#[tokio::test]
async fn money_moves_between_own_accounts() {
    let bank = TestBank::open().await;
    let (payer, _) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    browser.lang = "uz";
    let page = browser.get("/pay?own=1").await.expect(200);
    assert_eq!(page.attributes("main a", "href"), ["/products/open"]);
    let ctx = bank.ctx(&payer);
    bank.clock.advance_seconds(1);
    let open = Open { key: bank.new_key(), asset: Asset::Uzs };
    let second = bank.payments.open_account(&ctx, open).await.unwrap();
    let (second, second_number) = (second.id.to_string(), second.number.to_string());
    let page = browser.get("/pay?own=1").await.expect(200);
    assert_eq!(page.attributes("input[name=into]", "value").len(), 2);
    assert_eq!(page.attributes("input[name=into][checked]", "value"), [second.as_str()]);
    let account = payer.account.to_string();
    let fields = [("own", "1"), ("from", &account), ("into", &account), ("amount", "5")];
    browser.submit("/pay?own=1", &fields).await.expect(422);
    let fields = [("own", "1"), ("from", &account), ("into", &second), ("amount", "5")];
    let review = browser.submit("/pay?own=1", &fields).await.expect(303).location().to_owned();
    let page = browser.get(&review).await.expect(200);
    let own = |number: &str| format!("Soʻm hisobi ··\u{a0}{}", &number[16..]);
    assert_eq!(page.all("dd")[..2], [own(&payer.number), own(&second_number)]);
    assert!(!page.all("dd").concat().contains("bepul"), "{:?}", page.all("dd"));
    let page = browser.get("/pay?own=1").await.expect(200);
    assert!(!page.all("main").concat().contains("koʻradi"), "{:?}", page.all("main"));
    let receipt = browser.submit(&review, &[]).await.expect(303).location().to_owned();
    let page = browser.get(&receipt).await.expect(200);
    // From wherever the money is looked at, it is the same: nothing came, and nothing went.
    let here = receipt.strip_suffix("?done=1").unwrap();
    for address in [here, receipt.as_str()] {
        let page = browser.get(address).await.expect(200);
        assert_eq!(page.all(".receipt-amount .amount-v"), ["5 soʻm"]);
        assert!(page.all("main .pos").is_empty(), "{address}");
        let accounts =
            page.all("dd").iter().filter(|text| text.starts_with("Soʻm hisobi ··")).count();
        assert_eq!(accounts, 2, "{:?}", page.all("dd"));
        assert!(!page.all("dt").contains(&"Keyingi qoldiq".to_owned()), "{:?}", page.all("dt"));
    }
    let again = format!("/pay?own=1&from={account}&into={second}&amount=5.00");
    assert!(page.attributes("a", "href").contains(&again), "{}", page.text());
    let number = receipt.split(['/', '?']).nth(2).unwrap();
    let page = browser.get(&format!("/pay?again={number}")).await.expect(200);
    assert_eq!(page.attributes("input[name=from][checked]", "value"), [account.as_str()]);
}

#[tokio::test]
async fn an_operation_is_named_printed_and_private() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let here = send(&mut browser, &payer, "90 000 00 02", "100").await;
    let operation = here.strip_prefix("/operations/").unwrap();
    let page = browser.get(&here).await.expect(200);
    assert_eq!(page.all("h1"), ["Dilnoza K."]);
    assert!(page.attributes("main a", "href").contains(&"/help".to_owned()));
    assert_eq!(page.attributes("option[selected]", "value"), ["people"]);
    assert!(!page.attributes("option", "value").contains(&"income".to_owned()));
    assert!(page.attributes("[data-copy]", "data-copy").contains(&operation.to_owned()));
    let category = format!("{here}/category");
    let led = browser.submit(&category, &[("category", "eating")]).await.expect(303);
    assert_eq!(led.location(), here);
    let page = browser.get(&here).await.expect(200);
    assert_eq!(page.attributes("option[selected]", "value"), ["eating"]);
    for wrong in ["income", "food", ""] {
        let page = browser.submit(&category, &[("category", wrong)]).await.expect(400);
        assert_eq!(page.attributes("[aria-invalid]", "name"), ["category"], "{wrong}");
    }
    let pdf = browser.get(&format!("{here}/receipt.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert!(pdf.header("content-disposition").unwrap().starts_with("attachment"));

    // The payee sees their side: no repeat, and a receipt only where they paid.
    let mut browser = bank.signed_in(&payee).await;
    let page = browser.get(&format!("{here}?done=1")).await.expect(200);
    assert_eq!(page.all("h1"), ["Jasur K."]);
    assert!(!page.text().contains("/pay?again="));
    browser.get(&format!("{here}/receipt.pdf")).await.expect(200);
    browser.get(&format!("/pay?again={operation}")).await.expect(404);
}

#[tokio::test]
async fn the_longest_payment_fits_into_its_address() {
    let bank = TestBank::open().await;
    // The longest names, in letters of four bytes, and the longest note.
    let name = "𐐀".repeat(60);
    let payer = bank.person("998900000001", &name, 100_000_000).await;
    bank.person("998900000002", &name, 0).await;
    let mut browser = bank.signed_in(&payer).await;
    let account = payer.account.to_string();
    let note = "🍲".repeat(140);
    let to = "+998 (90) 000-00-02";
    let fields = [("from", account.as_str()), ("to", to), ("amount", "10"), ("note", &note)];
    let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
    assert!(review.len() <= 4_000, "{}", review.len());
    let page = browser.get(&review).await.expect(200);
    let back = page.attributes("header a", "href")[0].clone();
    assert!(back.starts_with("/pay?form="), "{back}");
    let page = browser.get(&back).await.expect(200);
    assert_eq!(page.attributes("input[name=note]", "value"), [note.as_str()]);
    assert_eq!(page.attributes("input[name=amount]", "value"), ["10"]);
    // Whoever has to sign in first comes back to the same review.
    let led = bank.browser().get(&review).await.expect(303).location().to_owned();
    let fields = [("phone", payer.phone.as_str()), ("password", common::PASSWORD)];
    let mut again = bank.browser();
    again.jar.insert("okto-device".to_owned(), payer.device.clone());
    assert_eq!(again.submit(&led, &fields).await.expect(303).location(), review);
    // The address of the confirmation is longer still.
    let receipt = browser.send_reviewed(&review).await;
    let page = browser.get(&receipt).await.expect(200);
    assert!(page.text().contains(&note));
    // Where to go on after a second step is not lost either: no cookie is longer than a browser
    // keeps.
    let mut unknown = bank.browser();
    unknown.submit(&led, &fields).await.expect(303);
    for (name, value) in &unknown.jar {
        assert!(name.len() + value.len() <= 4_096, "{name}: {}", value.len());
    }
    assert_eq!(unknown.jar["okto-sign-in-next"], review);
}

#[tokio::test]
async fn what_was_refused_is_made_anew_and_not_sent_again() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let rich = bank.person("998900000003", "Aziz", 100_000_000).await;
    let preview = Preview {
        from: payee.account,
        to: Payee::Phone(Phone::parse(&payer.phone).unwrap()),
        amount: Amount::from_minor(10_000, Asset::Uzs).unwrap(),
        note: None,
    };
    let quote = bank.payments.preview(&bank.ctx(&payee), preview).await.unwrap();
    let confirm = Confirm { key: quote.key(), quote: quote.token.clone(), confirmation: None };
    let refused = bank.payments.confirm(&bank.ctx(&payee), confirm).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::InsufficientFunds));

    // The money comes, but the key keeps its answer.
    bank.pay(&rich, &payee, 50_000).await;
    let mut browser = bank.signed_in(&payee).await;
    let review = format!("/pay/review?quote={}", quote.token);
    for page in [browser.get(&review).await, browser.submit(&review, &[]).await] {
        let page = page.expect(422);
        assert_eq!(page.all("main [role=alert]").len(), 1);
        assert!(page.all("main button.accent").is_empty());
        assert_eq!(page.attributes("main a", "href")[0], "/pay");
    }
    assert_eq!(bank.balance(&payee).await, 50_000);
}

#[tokio::test]
async fn at_the_end_of_its_time_a_payment_is_not_said_to_be_lost() {
    let bank = TestBank::open().await;
    let (payer, payee) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let review = format!("/pay/review?quote={}", bank.quote(&payer, &payee, 10_000).await);
    browser.stay(601).await;
    let page = browser.get(&review).await.expect(503);
    let said = page.all("main [role=alert]").concat();
    assert!(said.contains("not known yet") && !said.contains("Nothing"), "{:?}", page.all("main"));
    // Sent, it is decided.
    let page = browser.submit(&review, &[]).await.expect(422);
    assert!(page.all("main [role=alert]").concat().contains("Nothing was sent"));
    bank.clock.advance_seconds(120);
    browser.get(&review).await.expect(422);
    assert_eq!(bank.balance(&payer).await, 100_000_000);
}

#[tokio::test]
async fn a_statement_that_is_asked_for_twice_is_one_document() {
    let bank = TestBank::open().await;
    let (payer, _) = people(&bank).await;
    let mut browser = bank.signed_in(&payer).await;
    let page = format!("/accounts/{}/statement", payer.account);
    let shown = browser.get(&page).await.expect(200);
    let value = |name: &str| shown.attributes(&format!("input[name={name}]"), "value")[0].clone();
    let (key, from, to) = (value("key"), value("from"), value("to"));
    let fields = [("key", key.as_str()), ("from", &from), ("to", &to)];
    let first = browser.submit(&page, &fields).await.expect(303).location().to_owned();
    assert_eq!(browser.submit(&page, &fields).await.expect(303).location(), first);
    // The same page for other days is another one.
    let fields = [("key", key.as_str()), ("from", &to), ("to", &to)];
    let other = browser.submit(&page, &fields).await.expect(303).location().to_owned();
    assert_eq!(other == first, from == to);
    browser.submit(&page, &fields[1..]).await.expect(400);
}
