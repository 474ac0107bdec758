//! Where one is signed in, what one can end, how one comes back and how one stops everything.

mod common;

use common::{Browser, PASSWORD, PIN, Person, TestBank};

/// A browser of somebody which the bank does not know, past both steps: a recovery code is the
/// second.
async fn elsewhere<'a>(bank: &'a TestBank, person: &Person, code: &str) -> Browser<'a> {
    let mut browser = bank.browser();
    let fields = [("phone", person.phone.as_str()), ("password", PASSWORD)];
    browser.submit("/sign-in", &fields).await.expect(303);
    let answer = [("by", "recovery_code"), ("recovery_code", code)];
    browser.submit("/sign-in/second", &answer).await.expect(303);
    browser
}

async fn recovery_codes(browser: &mut Browser<'_>) -> Vec<String> {
    browser.submit("/security/recovery-codes", &[]).await.expect(200).all(".codes li")
}

#[tokio::test]
async fn a_sign_in_elsewhere_is_news_until_it_was_seen_and_can_be_ended() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut here = bank.signed_in(&jasur).await;
    let codes = recovery_codes(&mut here).await;
    assert!(here.get("/").await.expect(200).all("#news").is_empty());
    bank.clock.advance_seconds(60);
    let mut there = elsewhere(&bank, &jasur, &codes[0]).await;
    let home = here.get("/").await.expect(200);
    assert_eq!(home.all("#news").len(), 1, "{:?}", home.all("main"));
    // What came in, from where and when, and what to press: enough for whoever did not do it.
    for (lang, title, parts) in [
        ("uz", "Sizning nomingizdan yangi kirish", ["Bugun", "Shu tarmoq", "«Bu men emas»"]),
        ("ru", "Новый вход от вашего имени", ["Сегодня", "Эта сеть", "«Это не я»"]),
        ("en", "New sign-in to your account", ["Today", "This network", "“It was not me”"]),
    ] {
        here.lang = lang;
        let home = here.get("/").await.expect(200);
        assert_eq!(home.all("#news.warn .banner-title"), [title]);
        let text = home.all("#news").concat().to_lowercase();
        for part in parts {
            assert!(text.contains(&part.to_lowercase()), "{part}: {text}");
        }
        let answers = home.attributes("#news form", "action");
        assert_eq!(answers, ["/security/freeze", "/security/seen"], "{lang}");
    }
    here.lang = "en";
    bank.clock.advance_seconds(1);
    here.submit("/security/seen", &[]).await.expect(303);
    assert!(here.get("/").await.expect(200).all("#news").is_empty());

    let list = here.get("/security/sessions").await.expect(200);
    assert_eq!(list.all("main .list li").len(), 2);
    assert_eq!(list.all(".badge.good").len(), 1);
    let stranger = bank.person("998900000002", "Aziz", 0).await;
    let mut stranger = bank.signed_in(&stranger).await;
    for one in list.attributes("main .list a", "href") {
        stranger.get(&one).await.expect(404);
        stranger.submit(&format!("{one}/end"), &[]).await.expect(404);
    }
    there.get("/").await.expect(200);
    here.submit("/security/sessions/end-others", &[]).await.expect(303);
    there.get("/").await.expect(303);
    here.get("/").await.expect(200);
    let own = here.get("/security/sessions").await.expect(200);
    let own = own.attributes("main .list a", "href").pop().unwrap();
    let ended = here.submit(&format!("{own}/end"), &[]).await.expect(303);
    assert_eq!(ended.header("clear-site-data"), Some("\"cache\""));
    assert!(!here.jar.contains_key("okto"));
}

#[tokio::test]
async fn it_was_not_me_ends_everything_at_once() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 500_000).await;
    let mut browser = bank.signed_in(&jasur).await;
    let question = browser.get("/security/freeze").await.expect(200);
    assert_eq!(question.all(".points li").len(), 5);
    browser.get("/").await.expect(200);
    let (token, before) = (browser.token().await, browser.jar.clone());
    let press = [("_csrf", token.as_str())];
    let done = browser.post("/security/freeze", &press).await.expect(303);
    assert_eq!(done.location(), "/frozen");
    assert_eq!(done.header("clear-site-data"), Some("\"cache\""));
    assert!(!browser.jar.contains_key("okto"));
    // No worker runs here that would read the event later.
    assert!(bank.is_frozen(&jasur).await);
    // The second press of a double tap leaves before the first is answered.
    let mut twice = bank.browser();
    twice.jar = before;
    let twice = twice.post("/security/freeze", &press).await.expect(303);
    assert_eq!(twice.location(), "/frozen");
    let page = browser.get("/frozen").await.expect(200);
    assert_eq!(page.all(".points li").len(), 4);
    browser.get("/").await.expect(303);
    // Neither the PIN nor the password lets anybody in.
    let pin = browser.submit("/sign-in/pin", &[("pin", PIN)]).await;
    assert!(!browser.jar.contains_key("okto"), "{}", pin.status);
    let fields = [("phone", jasur.phone.as_str()), ("password", PASSWORD)];
    let password = browser.submit("/sign-in", &fields).await;
    assert!(!browser.jar.contains_key("okto"), "{}", password.status);
}

#[tokio::test]
async fn one_press_is_enough_where_a_sign_in_is_seen() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 500_000).await;
    let mut here = bank.signed_in(&jasur).await;
    let codes = recovery_codes(&mut here).await;
    bank.clock.advance_seconds(60);
    let mut there = elsewhere(&bank, &jasur, &codes[0]).await;
    let home = here.get("/").await.expect(200);
    assert_eq!(home.attributes("#news form.armed", "action"), ["/security/freeze"]);
    let list = here.get("/security/sessions").await.expect(200);
    let one = list.attributes("main .list a", "href").pop().unwrap();
    let session = here.get(&one).await.expect(200);
    assert_eq!(session.attributes("main form.armed", "action"), ["/security/freeze"]);
    // Nothing that opens links ahead presses it, and no other site.
    let token = session.token();
    here.get("/security/freeze").await.expect(200);
    here.post("/security/freeze", &[]).await.expect(400);
    assert!(!bank.is_frozen(&jasur).await);
    there.get("/").await.expect(200);
    // A session that is over for another reason has stopped nothing, and nobody is told so.
    let mut late = bank.browser();
    late.jar.clone_from(&there.jar);
    let stale = there.token().await;
    there.submit("/sign-out", &[]).await.expect(303);
    let answer = late.post("/security/freeze", &[("_csrf", &stale)]).await.expect(303);
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    assert!(!bank.is_frozen(&jasur).await);

    let done = here.post("/security/freeze", &[("_csrf", &token)]).await.expect(303);
    assert_eq!(done.location(), "/frozen");
    assert!(bank.is_frozen(&jasur).await);
}

#[tokio::test]
async fn the_link_of_a_notice_stops_the_money_before_it_answers() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 500_000).await;
    let mut nobody = bank.browser();
    let path = format!("/not-me/{}", bank.alarm(&jasur));
    nobody.get(&path).await.expect(200);
    assert!(!bank.is_frozen(&jasur).await);
    assert_eq!(nobody.submit(&path, &[]).await.expect(303).location(), "/frozen");
    assert!(bank.is_frozen(&jasur).await);
}

#[tokio::test]
async fn a_link_that_is_no_alarm_freezes_nobody() {
    let bank = TestBank::open().await;
    let mut nobody = bank.browser();
    let question = nobody.get("/not-me/abc").await.expect(200);
    assert_eq!(question.attributes("main form", "action"), ["/not-me/abc"]);
    let refused = nobody.submit("/not-me/abc", &[]).await.expect(400);
    assert_eq!(refused.attributes(".empty .btn", "href"), ["/help"]);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let new = "toʻrt qizil anor va bulut";
    for (old, typed, field) in [
        ("notoʻgʻri parol edi bu", new, "password"),
        (PASSWORD, "qisqa", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ] {
        let fields = [("password", old), ("new_password", typed)];
        let refused = browser.submit("/security/password", &fields).await;
        let error = format!("#f-{field}-error");
        assert_eq!(refused.all(&error).len(), 1, "{old} {typed}: {:?}", refused.all("main"));
        assert!(!refused.text().contains(new));
    }
    let fields = [("password", PASSWORD), ("new_password", new)];
    let changed = browser.submit("/security/password", &fields).await.expect(303);
    assert_eq!(changed.location(), "/security");
    browser.get("/security").await.expect(200);
}

#[tokio::test]
async fn a_reset_says_nothing_of_who_is_a_customer() {
    let bank = TestBank::open().await;
    bank.person("998900000001", "Jasur", 0).await;
    let mut pages = Vec::new();
    for phone in ["90 000 00 01", "90 000 00 09"] {
        let mut browser = bank.browser();
        let sent = browser.submit("/reset", &[("phone", phone)]).await.expect(303);
        assert_eq!(sent.location(), "/reset/code");
        let page = browser.get("/reset/code").await.expect(200);
        let wrong = browser.submit("/reset/code", &[("code", "000000")]).await;
        let said = [page.all("main"), wrong.all("main")].concat().concat();
        pages.push((wrong.status, said.replace("00\u{a0}01", "·").replace("00\u{a0}09", "·")));
        for (place, goes) in [("/reset/proof", "/reset/code"), ("/reset/password", "/reset/code")] {
            assert_eq!(browser.get(place).await.expect(303).location(), goes);
            assert_eq!(browser.submit(place, &[]).await.expect(303).location(), goes);
        }
    }
    assert_eq!(pages[0], pages[1]);
    let mut nobody = bank.browser();
    for place in ["/reset/code", "/reset/proof", "/reset/password"] {
        assert_eq!(nobody.get(place).await.expect(303).location(), "/reset");
    }
    nobody.submit("/reset", &[("phone", "12")]).await.expect(400);
    nobody.get("/reset/branch").await.expect(200);
}

#[tokio::test]
async fn what_happened_stands_in_the_security_centre() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let events = browser.get("/security/events").await.expect(200);
    let told = events.all("main .row-title");
    assert!(told.contains(&"You signed in".to_owned()), "{told:?}");
    assert!(told.iter().any(|text| text.contains("PIN")), "{told:?}");
    let centre = browser.get("/security").await.expect(200);
    assert!(!centre.all(".standing").is_empty());
    for href in ["/security/passkeys", "/security/sessions", "/security/contacts/email"] {
        assert_eq!(centre.all(&format!("main a.row[href='{href}']")).len(), 1, "{href}");
    }
}
