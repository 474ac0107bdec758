//! The activity and the profile, as a browser sees them.

mod common;

use common::{PASSWORD, TestBank};

/// Four operations: money in by cash, and three payments.
async fn four_operations(bank: &TestBank) -> (common::Person, common::Person) {
    let me = bank.person("998900000001", "Jasur", 100_000_000).await;
    let friend = bank.person("998900000002", "Dilnoza", 0).await;
    for minor in [100_000, 250_050, 7_000_000] {
        bank.pay(&me, &friend, minor).await;
    }
    (me, friend)
}

#[tokio::test]
async fn operations_are_found() {
    let bank = TestBank::open().await;
    let (me, _) = four_operations(&bank).await;
    let mut browser = bank.signed_in(&me).await;
    let account = format!("account={}", me.account);
    for (query, rows) in [
        ("", 4),
        ("direction=in", 1),
        ("direction=out", 3),
        ("q=dilno", 3),
        ("q=TUSHLIK", 3),
        ("q=zzz", 0),
        ("category=cash", 1),
        ("category=people&direction=in", 0),
        ("min=2500,5", 3),
        ("min=1000&max=2500.50", 2),
        ("period=month", 4),
        ("period=3-months", 4),
        ("period=last", 0),
        ("from=2020-01-01", 4),
        ("to=2020-01-01", 0),
        (&account, 4),
    ] {
        let page = browser.get(&format!("/activity?{query}")).await.expect(200);
        assert_eq!(page.all("#found a.row").len(), rows, "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_and_the_list_stays() {
    let bank = TestBank::open().await;
    let (me, friend) = four_operations(&bank).await;
    let mut browser = bank.signed_in(&me).await;
    let stranger = format!("account={}", friend.account);
    for (query, status, field) in [
        ("min=abc", 400, Some("min")),
        ("min=5&max=1", 400, Some("max")),
        ("from=2026-13-01", 400, Some("from")),
        ("from=2026-02-02&to=2026-01-01", 400, Some("to")),
        (&stranger, 400, Some("account")),
        ("cursor=abc", 400, None),
    ] {
        let page = browser.get(&format!("/activity?{query}")).await.expect(status);
        assert_eq!(page.all("#results [role=alert]").len(), 1, "{query}");
        let wrong = page.attributes("[aria-invalid]", "name");
        assert_eq!(wrong.first().map(String::as_str), field, "{query}");
        assert!(page.all("#found a.row").len() >= 4, "{query}");
    }
    for useless in ["q=", "x=1", "q=a&q=b", "min="] {
        browser.get(&format!("/activity?{useless}")).await.expect(303);
    }
}

#[tokio::test]
async fn a_long_history_comes_in_pages() {
    let bank = TestBank::open().await;
    let (me, friend) = four_operations(&bank).await;
    for n in 0..30 {
        bank.clock.advance_seconds(20);
        bank.pay(&me, &friend, 100 + n).await;
    }
    let mut browser = bank.signed_in(&me).await;
    let newest = browser.get("/activity").await.expect(200);
    assert_eq!(newest.all("#found a.row").len(), 30);
    assert_eq!(newest.attributes("#found", "data-live").len(), 1);
    let older = newest.attributes("a.older", "href")[0].clone();
    let page = browser.get(&older).await.expect(200);
    assert_eq!(page.all("#found a.row").len(), 4);
    // What is older does not change, so it does not renew itself.
    assert!(page.attributes("#found", "data-live").is_empty());
}

#[tokio::test]
async fn what_was_found_can_be_taken_away() {
    let bank = TestBank::open().await;
    let (me, _) = four_operations(&bank).await;
    let mut browser = bank.signed_in(&me).await;
    for (kind, start) in [("csv", &b"\xef\xbb\xbf"[..]), ("xlsx", b"PK"), ("pdf", b"%PDF")] {
        let address = format!("/activity/export.{kind}?q=dilno");
        let file = browser.get(&address).await.expect(200);
        assert!(file.bytes.starts_with(start), "{kind}");
        let name = file.header("content-disposition").unwrap_or_default();
        assert!(name.starts_with("attachment") && name.contains(kind), "{name}");
    }
    let csv = browser.get("/activity/export.csv?q=dilno").await.expect(200).text();
    assert_eq!(csv.matches("Dilnoza").count(), 3, "{csv}");
}

#[tokio::test]
async fn the_app_looks_and_speaks_as_one_likes() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    for lang in ["uz", "ru", "en"] {
        let fields = [("_lang", lang), ("_back", "/profile")];
        assert_eq!(browser.submit("/language", &fields).await.expect(303).location(), "/profile");
        let page = browser.get("/profile").await.expect(200);
        assert_eq!(page.attributes("html", "lang"), [lang]);
    }
    browser.submit("/profile/theme", &[("theme", "dark")]).await.expect(303);
    browser.submit("/balances", &[("balances", "hidden")]).await.expect(303);
    let page = browser.get("/").await.expect(200);
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
    assert_eq!(page.attributes("html", "data-balances"), ["hidden"]);
    browser.submit("/profile/theme", &[("theme", "pink")]).await.expect(400);
    // A language chosen at the foot of a page is the one in which the bank writes.
    let fields = [("_lang", "ru"), ("_back", "/help")];
    assert_eq!(browser.submit("/language", &fields).await.expect(303).location(), "/help");
    assert_eq!(bank.profile(&me).await.lang, kernel::Lang::Ru);
}

#[tokio::test]
async fn a_name_changes_twice_in_a_month() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    let name = |first| [("first_name", first), ("last_name", "Karimov")];
    for first in ["Jasurbek", "Jamshid"] {
        browser.submit("/profile/name", &name(first)).await.expect(303);
        assert_eq!(bank.profile(&me).await.name.first(), first);
    }
    let refused = browser.submit("/profile/name", &name("Jahongir")).await.expect(429);
    assert_eq!(refused.all("#page [role=alert]").len(), 1);
    let wrong = browser.submit("/profile/name", &name("J4sur")).await.expect(400);
    assert_eq!(wrong.attributes("[data-focus]", "name"), ["first_name"]);
}

#[tokio::test]
async fn who_signs_out_is_out_and_the_cookie_is_gone() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    let stolen = browser.jar.clone();
    let out = browser.submit("/sign-out", &[]).await.expect(303);
    assert_eq!(out.header("clear-site-data"), Some("\"cache\""));
    assert!(!browser.jar.contains_key("okto"));
    browser.jar = stolen;
    let sent = browser.get("/").await.expect(303);
    assert_eq!(sent.location(), "/sign-in?next=%2F&ended=1");
    let fields = [("phone", me.phone.as_str()), ("password", PASSWORD)];
    let back = browser.submit("/sign-in?next=%2Factivity", &fields).await.expect(303);
    assert_eq!(back.location(), "/activity");
    browser.submit("/sign-out", &[]).await.expect(303);
    let away = browser.submit("/sign-in?next=%2F%2Fevil.example", &fields).await.expect(303);
    assert_eq!(away.location(), "/");
}

#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 500_000).await;
    let mut browser = bank.signed_in(&me).await;
    let token = browser.token().await;
    bank.clock.advance_seconds(31 * 60);
    let typed = [("_csrf", token.as_str()), ("name", "Bozor uchun")];
    let page = format!("/accounts/{}/name", me.account);
    let answer = browser.post(&page, &typed).await.expect(303);
    let next = format!("/sign-in?next=%2Faccounts%2F{}%2Fname&ended=1", me.account);
    assert_eq!(answer.location(), next);
    assert!(!browser.jar.contains_key("okto"), "a session that is over stays in the browser");
    let fields = [("phone", me.phone.as_str()), ("password", PASSWORD)];
    let back = browser.submit(&next, &fields).await.expect(303);
    assert_eq!(back.location(), page);
    let form = browser.get(&page).await.expect(200);
    assert_eq!(form.attributes("input[name=name]", "value"), ["Bozor uchun"]);
}

/// Several people use one browser: the next one is led to the same page, and finds it empty.
#[tokio::test]
async fn what_was_typed_is_shown_to_whose_session_it_was_and_to_nobody_else() {
    let bank = TestBank::open().await;
    let lola = bank.person("998900000001", "Lola", 500_000).await;
    let aziz = bank.person("998900000002", "Aziz", 500_000).await;
    let typed = |page: &common::Answer| {
        ["to", "amount", "note"].map(|n| page.attributes(&format!("input[name={n}]"), "value"))
    };
    let mut browser = bank.signed_in(&lola).await;
    let token = browser.token().await;
    bank.clock.advance_seconds(31 * 60);
    let (from, csrf) = (lola.account.to_string(), ("_csrf", token.as_str()));
    let payee = aziz.number.as_str();
    let form = [csrf, ("from", &from), ("to", payee), ("amount", "10"), ("note", "Qarz")];
    browser.post("/pay", &form).await.expect(303);
    assert!(browser.jar.contains_key("okto-draft"));
    let left = browser.jar.clone();
    for (who, sees) in [(&aziz, ["", "", ""]), (&lola, [payee, "10", "Qarz"])] {
        browser.jar = left.clone();
        browser.jar.insert("okto-device".to_owned(), who.device.clone());
        let fields = [("phone", who.phone.as_str()), ("password", PASSWORD)];
        let back = browser.submit("/sign-in?next=%2Fpay", &fields).await.expect(303);
        assert_eq!(back.location(), "/pay");
        let page = browser.get("/pay").await.expect(200);
        assert_eq!(typed(&page).map(|values| values.concat()), sees, "{}", who.phone);
    }
}

#[tokio::test]
async fn without_the_database_the_help_is_there() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    bank.lose_database().await;
    // By now the node knows that it does not hear of sessions that end.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    for open in ["/help", "/help/fees", "/offline", "/sw.js", "/manifest.webmanifest"] {
        browser.get(open).await.expect(200);
    }
    let page = browser.get("/").await.expect(503);
    assert!(page.all("main").concat().contains("busy"), "{:?}", page.all("main"));
    assert!(browser.jar.contains_key("okto"), "nobody is signed out by an outage");
    // Of a payment that may have been made nobody says that nothing was done.
    let page = browser.get("/pay/review?quote=x").await.expect(503).all("main").concat();
    assert!(page.contains("Activity") && !page.contains("Nothing"), "{page}");
}
