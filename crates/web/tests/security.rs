//! Signing in with a second step, and the security centre, page by page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{Answer, Browser, PASSWORD, PIN, TestBank};
use identity::testing::Authenticator;
use serde_json::Value;
use totp_rs::{Algorithm, Builder};

const SITE: &str = "http://localhost:8081";

/// The code that a program shows now.
fn totp(bank: &TestBank, secret: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in secret.bytes() {
        let index = alphabet.iter().position(|a| *a == letter).unwrap();
        (bits, held) = ((bits << 5) | u32::try_from(index).unwrap(), held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    let built = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(bytes).build().unwrap();
    let seconds = u64::try_from(bank.clock.now().micros() / 1_000_000).unwrap();
    built.generate(seconds).to_string()
}

/// The challenge for a script, posted as the script of the page does.
async fn options(browser: &mut Browser<'_>, path: &str) -> Value {
    let answer = browser.submit(path, &[]).await.expect(200);
    serde_json::from_slice(&answer.bytes).unwrap()
}

async fn password(browser: &mut Browser<'_>, phone: &str) -> Answer {
    browser.submit("/sign-in", &[("phone", phone), ("password", PASSWORD)]).await
}

/// Sets up a program for codes; gives its secret and the recovery codes that were shown.
async fn set_up_totp(bank: &TestBank, browser: &mut Browser<'_>) -> (String, Vec<String>) {
    let page = browser.submit("/security/authenticator", &[]).await.expect(200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.all(".qr svg").len(), 1);
    let secret = page.attributes("[data-copy]", "data-copy").pop().unwrap();
    let shown = page.attributes("input[name=shown]", "value").pop().unwrap();
    let wrong = [("code", "000000"), ("shown", shown.as_str())];
    let again = browser.submit("/security/authenticator/confirm", &wrong).await.expect(400);
    assert_eq!(again.all(".qr svg").len(), 1, "the same is shown again");
    assert!(again.all("#f-code-error").concat().contains("clock of your phone"));
    let code = totp(bank, &secret);
    let right = [("code", code.as_str()), ("shown", shown.as_str())];
    let codes = browser.submit("/security/authenticator/confirm", &right).await.expect(200);
    assert_eq!(codes.header("cache-control"), Some("no-store"));
    (secret, codes.all(".codes li"))
}

#[tokio::test]
async fn on_an_unknown_device_the_password_is_the_first_step() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.browser();
    let waits = password(&mut browser, &jasur.phone).await.expect(303);
    assert_eq!(waits.location(), "/sign-in/second");
    let page = browser.get("/sign-in/second").await.expect(200);
    assert_eq!(page.attributes("#f-code", "autocomplete"), ["one-time-code"]);
    assert_eq!(page.attributes("input[name=own_device]", "type"), ["checkbox"]);
    assert!(page.attributes("input[name=own_device]", "checked").is_empty());
    // Five wrong answers, and it has to be begun anew.
    for _ in 0..2 {
        let answer = [("by", "sms"), ("code", "000000")];
        let refused = browser.submit("/sign-in/second", &answer).await;
        assert_eq!(refused.all("#f-code-error").len(), 1, "{}", refused.text());
    }
    // Nobody is in.
    assert!(!browser.jar.contains_key("okto"));
    browser.get("/").await.expect(303);
    // Whoever has no sign-in that waits begins at the beginning.
    let mut nobody = bank.browser();
    assert_eq!(nobody.get("/sign-in/second").await.expect(303).location(), "/sign-in");
    let answer = [("by", "sms"), ("code", "000000")];
    let nothing = nobody.submit("/sign-in/second", &answer).await.expect(303);
    assert_eq!(nothing.location(), "/sign-in");
}

#[tokio::test]
async fn a_sign_in_that_is_over_says_why_that_may_be() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.browser();
    password(&mut browser, &jasur.phone).await.expect(303);
    bank.clock.advance_seconds(601);
    let answer = [("by", "sms"), ("code", "000000")];
    let over = browser.submit("/sign-in/second", &answer).await.expect(400);
    let said = over.all("main .empty").concat();
    assert!(said.contains("its time has passed") && said.contains("was changed"), "{said}");
}

#[tokio::test]
async fn a_second_sign_in_within_a_minute_is_told_that_a_code_has_to_wait() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let (mut first, mut second) = (bank.browser(), bank.browser());
    password(&mut first, &jasur.phone).await.expect(303);
    password(&mut second, &jasur.phone).await.expect(303);
    for (seconds, said) in [(0, "another sign-in"), (60, "We send a message")] {
        bank.clock.advance_seconds(seconds);
        let page = second.get("/sign-in/second").await.expect(200);
        let text = page.all("main form p").concat();
        assert!(text.contains(said), "{seconds}: {text}");
    }
}

#[tokio::test]
async fn a_known_device_takes_the_pin_and_says_nothing_of_what_was_wrong() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    browser.submit("/sign-out", &[]).await.expect(303);
    assert_eq!(browser.get("/sign-in").await.expect(303).location(), "/sign-in/pin");
    let page = browser.get("/sign-in/pin?next=/activity").await.expect(200);
    assert_eq!(page.attributes("#f-pin", "inputmode"), ["numeric"]);
    assert!(!page.text().contains("Jasur"), "the page says nothing of whose device it is");
    let wrong = browser.submit("/sign-in/pin", &[("pin", "918273")]).await;
    assert_eq!(wrong.all("#f-pin-error").len(), 1, "{}", wrong.text());
    // The password is a way, too, and the one for whoever shares the device.
    for lang in ["uz", "ru", "en"] {
        browser.lang = lang;
        let page = browser.get("/sign-in/pin?next=/activity").await.expect(200);
        let ways = page.attributes("main .btn.quiet", "href");
        assert_eq!(ways, ["/sign-in?next=%2Factivity&with=password"], "{lang}");
    }
    let other = browser.get("/sign-in?with=password").await.expect(200);
    assert_eq!(other.attributes("#f-phone", "autocomplete"), ["username webauthn"]);
    let right = browser.submit("/sign-in/pin?next=/activity", &[("pin", PIN)]).await.expect(303);
    assert_eq!(right.location(), "/activity");
    let device = right
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.starts_with("okto-device="));
    let device = device.unwrap_or_else(|| panic!("the cookie lives on"));
    assert!(device.contains("SameSite=Strict") && device.contains("HttpOnly"), "{device}");
    browser.get("/").await.expect(200);
}

/// The last wrong PIN says that there is none any more, and leads to what goes on working.
#[tokio::test]
async fn the_last_wrong_pin_says_that_it_is_off_and_what_to_do() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    browser.submit("/sign-out", &[]).await.expect(303);
    for _ in 0..4 {
        let wrong = browser.submit("/sign-in/pin", &[("pin", "918273")]).await.expect(400);
        assert_eq!(wrong.all("#f-pin-error").len(), 1);
    }
    let last = browser.submit("/sign-in/pin", &[("pin", "918273")]).await.expect(401);
    assert!(last.all("[role=alert]").concat().contains("switched off"), "{}", last.text());
    assert!(last.attributes("#f-pin", "name").is_empty(), "it is not asked for again");
    assert_eq!(last.attributes("main .btn.accent", "href"), ["/sign-in?with=password"]);
    // Nor is it by whoever comes back.
    let next = browser.get("/sign-in/pin").await.expect(303);
    assert_eq!(next.location(), "/sign-in?with=password");
}

/// The same where a PIN confirms something in a session: another way does, begun anew.
#[tokio::test]
async fn the_last_wrong_pin_of_a_confirmation_leads_to_another_way() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    browser.stay(301).await;
    let start = async |browser: &mut Browser<'_>| {
        let next = [("next", "/security")];
        let asked = browser.submit("/security/confirm/start", &next).await.expect(303);
        asked.location().to_owned()
    };
    let place = start(&mut browser).await;
    let wrong = [("by", "pin"), ("pin", "918273")];
    for _ in 0..4 {
        browser.submit(&place, &wrong).await.expect(400);
    }
    let last = browser.submit(&place, &wrong).await.expect(401);
    let said = last.all("main .empty").concat();
    assert!(said.contains("switched off") && said.contains("another way"), "{said}");
    assert_eq!(last.attributes("main .btn.primary", "href"), ["/security"]);
    let place = start(&mut browser).await;
    let page = browser.get(&place).await.expect(200);
    assert!(page.attributes("#f-pin", "name").is_empty() && !page.text().contains("by=pin"));
}

/// Whoever made a freeze necessary may know the password and the PIN.
#[tokio::test]
async fn after_a_freeze_the_old_password_leads_to_a_new_one() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    // What was bound shortly before a freeze is taken with it.
    bank.clock.advance_seconds(4 * 86_400);
    let mut browser = bank.signed_in(&jasur).await;
    let frozen = browser.submit("/security/freeze", &[]).await.expect(303);
    let page = browser.get(frozen.location()).await.expect(200);
    assert!(page.text().contains("I cannot sign in"), "{}", page.text());
    bank.unfreeze(&jasur).await;
    // The device is known, and its PIN is gone.
    browser.get("/sign-in").await.expect(200);
    for (lang, said) in [("en", "no longer works"), ("ru", "не действует"), ("uz", "ishlamaydi")]
    {
        browser.lang = lang;
        let void = password(&mut browser, &jasur.phone).await.expect(403);
        assert!(void.all("[role=alert]").concat().contains(said), "{lang}: {}", void.text());
        assert_eq!(void.attributes("[role=alert] a.btn", "href"), ["/reset"], "{lang}");
    }
    assert!(!browser.jar.contains_key("okto"));
    browser.get("/").await.expect(303);
}

/// Where a PIN cannot be set, the page says what to do, and one can do it there.
#[tokio::test]
async fn a_device_that_is_not_ones_own_has_no_pin_and_two_ways_on() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut own = bank.signed_in(&jasur).await;
    let codes = own.submit("/security/recovery-codes", &[]).await.expect(200).all(".codes li");
    let mut other = bank.browser();
    password(&mut other, &jasur.phone).await.expect(303);
    let recovery = [("by", "recovery_code"), ("recovery_code", codes[0].as_str())];
    other.submit("/sign-in/second", &recovery).await.expect(303);
    for lang in ["uz", "ru", "en"] {
        other.lang = lang;
        let page = other.get("/security/pin").await.expect(200);
        assert!(page.all("#f-pin").is_empty(), "{lang}");
        let way_out = "main form[action='/sign-out'] button";
        assert_eq!(page.attributes(way_out, "type"), ["submit"], "{lang}");
        assert_eq!(page.attributes("main a.btn", "href"), ["/security"], "{lang}");
    }
    other.submit("/sign-out", &[]).await.expect(303);
    // Without a device of one's own the next sign-in is by the password, and offers to make it one.
    assert_eq!(other.get("/sign-in").await.expect(200).all("#f-password").len(), 1);
    password(&mut other, &jasur.phone).await.expect(303);
    let second = other.get("/sign-in/second?by=recovery_code").await.expect(200);
    assert_eq!(second.all("input[name=own_device]").len(), 1);
}

#[tokio::test]
async fn a_program_and_recovery_codes_are_set_up_and_used() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let before = browser.get("/security").await.expect(200);
    assert_eq!(before.all(".standing.warn").len(), 1);
    let (secret, codes) = set_up_totp(&bank, &mut browser).await;
    assert_eq!(codes.len(), 10);
    let after = browser.get("/security").await.expect(200);
    assert!(after.all(".standing.warn").is_empty());
    for code in &codes {
        assert!(!after.text().contains(code.as_str()), "shown once");
    }

    let mut elsewhere = bank.browser();
    password(&mut elsewhere, &jasur.phone).await.expect(303);
    let page = elsewhere.get("/sign-in/second").await.expect(200);
    assert_eq!(page.all("nav.ways a").len(), 1, "a recovery code, and no SMS");
    bank.clock.advance_seconds(30);
    let code = totp(&bank, &secret);
    let own = [("by", "totp"), ("code", code.as_str()), ("own_device", "1")];
    elsewhere.submit("/sign-in/second", &own).await.expect(303);
    assert!(elsewhere.jar.contains_key("okto-device"));
    assert!(!elsewhere.jar.contains_key("okto-sign-in"));
    let devices = elsewhere.get("/security/devices").await.expect(200);
    assert_eq!(devices.all("main .list li").len(), 2);

    // A recovery code is good once.
    for status in [303, 400] {
        let mut third = bank.browser();
        password(&mut third, &jasur.phone).await.expect(303);
        let page = third.get("/sign-in/second?by=recovery_code").await.expect(200);
        assert_eq!(page.all("#f-recovery_code").len(), 1);
        let recovery = [("by", "recovery_code"), ("recovery_code", codes[0].as_str())];
        let answer = third.submit("/sign-in/second", &recovery).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_passkey_is_added_named_used_and_removed() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let mut key = Authenticator::at(SITE);
    let asked = options(&mut browser, "/security/passkeys/options").await;
    let answer = key.register(&asked["options"]).to_string();
    let challenge = asked["challenge"].as_str().unwrap();
    let fields = [("challenge", challenge), ("answer", &answer), ("name", "Telefonim")];
    let added = browser.submit("/security/passkeys", &fields).await;
    // Whoever has no recovery codes gets them with their first passkey.
    assert_eq!(added.all(".codes li").len(), 10, "{}", added.text());
    // Behind them stands that it was added, as long as it is there.
    let told = added.attributes("main .actions a.accent", "href").pop().unwrap();
    assert_eq!(added.attributes(".bar > a.icon-btn", "href"), [told.as_str()]);
    assert_eq!(notices(&mut browser, &told).await.len(), 1);
    assert!(notices(&mut browser, "/security/passkeys").await.is_empty());
    let page = browser.get("/security/passkeys").await.expect(200);
    assert!(page.all("main .row-title").contains(&"Telefonim".to_owned()));
    let one = page.attributes("main .list a", "href").pop().unwrap();
    browser.submit(&format!("{one}/name"), &[("name", "Ish")]).await.expect(303);
    let nameless = browser.submit(&format!("{one}/name"), &[("name", " ")]).await.expect(400);
    assert_eq!(nameless.all("#f-name-error").len(), 1);

    // It is the whole sign-in, on any device.
    let mut elsewhere = bank.browser();
    let asked = options(&mut elsewhere, "/sign-in/passkey/options").await;
    let answer = key.assert(&asked["options"]).to_string();
    let challenge = asked["challenge"].as_str().unwrap();
    let fields = [("challenge", challenge), ("answer", answer.as_str())];
    let used = elsewhere.submit("/sign-in/passkey?next=/pay", &fields).await;
    assert_eq!(used.location(), "/pay");
    assert!(!elsewhere.jar.contains_key("okto-device"), "bound only when asked for");
    // An answer is good once.
    let mut thief = bank.browser();
    let again = thief.submit("/sign-in/passkey", &fields).await;
    assert_ne!(again.status.as_u16(), 303);
    assert_eq!(again.all("main [role=alert]:not([hidden])").len(), 1);

    browser.submit(&format!("{one}/remove"), &[]).await.expect(303);
    let page = browser.get("/security/passkeys").await.expect(200);
    assert!(page.all("main .list a").is_empty());
    assert!(notices(&mut browser, &told).await.is_empty());
}

/// What a page says has gone well.
async fn notices(browser: &mut Browser<'_>, path: &str) -> Vec<String> {
    browser.get(path).await.expect(200).all("main [role=status] .banner.good .banner-title")
}

/// Whoever has recovery codes already goes straight to the list.
#[tokio::test]
async fn a_passkey_that_was_added_is_told_in_every_language() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    browser.submit("/security/recovery-codes", &[]).await.expect(200);
    let asked = options(&mut browser, "/security/passkeys/options").await;
    let answer = Authenticator::at(SITE).register(&asked["options"]).to_string();
    let challenge = asked["challenge"].as_str().unwrap();
    let fields = [("challenge", challenge), ("answer", &answer), ("name", "Telefonim")];
    let added = browser.submit("/security/passkeys", &fields).await.expect(303);
    for (lang, title) in [
        ("uz", "Kirish kaliti qoʻshildi"),
        ("ru", "Ключ доступа добавлен"),
        ("en", "The passkey was added"),
    ] {
        browser.lang = lang;
        let page = browser.get(added.location()).await.expect(200);
        assert_eq!(page.all("main [role=status] .banner.good .banner-title"), [title]);
        assert!(page.all("main [role=status]")[0].contains("Telefonim"), "{lang}");
    }
    // Nobody is told by a link what did not happen.
    for odd in ["1", "x", "pky_0190b8b2-7b60-7000-8000-000000000000"] {
        let path = format!("/security/passkeys?added={odd}");
        assert!(notices(&mut browser, &path).await.is_empty(), "{odd}");
    }
}

#[tokio::test]
async fn what_was_typed_of_a_document_stands_there_until_it_is_right() {
    /// Of somebody born on the day on which all of this bank's customers were.
    const PERSONAL: &str = "31705901230018";
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let expires = bank.clock.now().plus_seconds(5 * 365 * 86_400).day().to_string();
    let typed = |page: &Answer| {
        ["number", "personal_number", "expires_on"]
            .map(|name| page.attributes(&format!("#f-{name}"), "value").concat())
    };
    for (number, personal, expires, wrong) in [
        ("A1", PERSONAL, expires.as_str(), "number"),
        ("AD7654321", "31705901230017", expires.as_str(), "personal_number"),
        ("AD7654321", PERSONAL, "2001-05-01", "expires_on"),
    ] {
        let fields = [("number", number), ("personal_number", personal), ("expires_on", expires)];
        let refused = browser.submit("/security/document", &fields).await;
        assert!(refused.status.is_client_error(), "{wrong}: {}", refused.status);
        assert_eq!(refused.attributes("[aria-invalid]", "name"), [wrong]);
        assert_eq!(typed(&refused), [number, personal, expires]);
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    // In no other page, and not where it has to be shown again who asks.
    assert_eq!(typed(&browser.get("/security/document").await.expect(200)), ["", "", ""]);
    browser.stay(301).await;
    let fields = [("number", "AD7654321"), ("personal_number", PERSONAL), ("expires_on", &expires)];
    let late = browser.submit("/security/document", &fields).await.expect(200);
    assert!(!late.text().contains("AD7654321") && !late.text().contains(PERSONAL));
    assert_eq!(late.attributes("input[name=next]", "value"), ["/security/document"]);
}

#[tokio::test]
async fn an_address_breaks_after_its_signs_only() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    // The first one takes nothing's place.
    let none = browser.get("/security/contacts/email").await.expect(200).all("main").concat();
    assert!(none.contains("at the new address") && !none.contains("old contact"), "{none}");
    let fields = [("email", "jasur.karimov@example.com")];
    let sent = browser.submit("/security/contacts/email", &fields).await.expect(303);
    let page = browser.get(sent.location()).await.expect(200);
    assert!(page.text().contains("jasur.<wbr>karimov@<wbr>example.<wbr>com"), "{}", page.text());
    assert!(page.all("main .lead-in")[0].contains("jasur.karimov@example.com"));
}

#[tokio::test]
async fn nothing_of_how_one_signs_in_changes_without_a_fresh_proof() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    browser.stay(301).await;
    for place in ["authenticator", "recovery-codes", "pin", "password"] {
        let place = &format!("/security/{place}");
        let gate = browser.get(place).await.expect(200);
        assert_eq!(gate.attributes("input[name=next]", "value"), [place.as_str()], "{place}");
        assert!(gate.all("form[action$=pin] input#f-pin").is_empty());
    }
    let late = browser.submit("/security/authenticator", &[]).await.expect(200);
    assert_eq!(late.attributes("input[name=next]", "value"), ["/security/authenticator"]);

    let next = [("next", "/security/pin")];
    let asked = browser.submit("/security/confirm/start", &next).await.expect(303);
    let place = asked.location().to_owned();
    let page = browser.get(&place).await.expect(200);
    assert_eq!(page.all("#f-pin").len(), 1);
    let wrong = browser.submit(&place, &[("by", "pin"), ("pin", "918273")]).await.expect(400);
    assert_eq!(wrong.all("#f-pin-error").len(), 1);
    assert!(wrong.all("#f-pin-error").concat().contains('4'), "how many tries are left");
    // Nobody else can answer it.
    let other = bank.person("998900000002", "Aziz", 0).await;
    let mut stranger = bank.signed_in(&other).await;
    let answer = stranger.submit(&place, &[("by", "pin"), ("pin", PIN)]).await.expect(303);
    assert_eq!(answer.location(), "/security");
    // Whoever copied the cookie before does not rise with what is shown now.
    let mut copy = bank.browser();
    copy.jar.clone_from(&browser.jar);
    let right = browser.submit(&place, &[("by", "pin"), ("pin", PIN)]).await.expect(303);
    assert_eq!(right.location(), "/security/pin");
    assert_ne!(browser.jar["okto"], copy.jar["okto"]);
    let out = copy.get("/security/pin").await.expect(303);
    assert!(out.location().starts_with("/sign-in?"), "{}", out.location());
    let open = browser.get("/security/pin").await.expect(200);
    assert_eq!(open.all("#f-pin, #f-pin_again").len(), 2);
    let differ = [("pin", "482913"), ("pin_again", "482914")];
    let differ = browser.submit("/security/pin", &differ).await.expect(400);
    assert_eq!(differ.all("#f-pin_again-error").len(), 1);
    // It leads nowhere else.
    let evil = [("next", "https://evil.example/")];
    let asked = browser.submit("/security/confirm/start", &evil).await.expect(303);
    let page = browser.get(asked.location()).await.expect(200);
    assert_eq!(page.attributes(".bar > a.icon-btn", "href"), ["/security"]);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_renews_this_one() {
    const NEW: &str = "to'rt qizil olma va bir oy";
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut elsewhere = bank.signed_in(&jasur).await;
    let mut browser = bank.signed_in(&jasur).await;
    let mut copy = bank.browser();
    copy.jar.clone_from(&browser.jar);
    copy.get("/security").await.expect(200);

    // What is refused changes neither the password nor the cookie.
    for (old, new, at) in [("noto'g'ri parol", NEW, "password"), (PASSWORD, "olma", "new_password")]
    {
        let fields = [("password", old), ("new_password", new)];
        let refused = browser.submit("/security/password", &fields).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert_eq!(refused.attributes("[aria-invalid]", "name"), [at]);
    }
    assert_eq!(browser.jar, copy.jar);
    elsewhere.get("/security").await.expect(200);

    let fields = [("password", PASSWORD), ("new_password", NEW)];
    let changed = browser.submit("/security/password", &fields).await.expect(303);
    assert_eq!(changed.location(), "/security");
    assert_ne!(browser.jar["okto"], copy.jar["okto"]);
    let set = changed.headers.get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
    let set: Vec<_> = set.filter(|set| set.starts_with("okto=")).collect();
    assert!(matches!(set.as_slice(), [set] if set.contains("HttpOnly") && set.contains("Max-Age")));
    browser.get("/security").await.expect(200);
    // The same session goes on, with its forms.
    browser.submit("/balances", &[("balances", "hidden")]).await.expect(303);

    for (what, old) in [("a copy of the cookie", &mut copy), ("another session", &mut elsewhere)] {
        let out = old.get("/security").await.expect(303);
        assert!(out.location().starts_with("/sign-in?"), "{what}: {}", out.location());
    }
    browser.submit("/sign-out", &[]).await.expect(303);
    for (word, to) in [(PASSWORD, None), (NEW, Some("/"))] {
        let fields = [("phone", jasur.phone.as_str()), ("password", word)];
        let answer = browser.submit("/sign-in", &fields).await;
        assert_eq!(answer.header("location"), to, "{word}");
    }
}

#[tokio::test]
async fn whoever_is_in_already_goes_on_to_where_they_were_and_nowhere_else() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    for (query, to) in [
        ("", "/"),
        ("?next=%2Factivity&ended=1", "/activity"),
        ("?next=%2F%2Fevil.example", "/"),
        ("?next=https%3A%2F%2Fevil.example", "/"),
    ] {
        let answer = browser.get(&format!("/sign-in{query}")).await.expect(303);
        assert_eq!(answer.location(), to, "{query}");
    }
}

/// Device, place, time, last use: the network that one is on now is told from others, and a place
/// is named where a proxy of the bank named it.
#[tokio::test]
async fn sessions_say_where_they_were_opened() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    bank.session_from(&jasur, [203, 0, 113, 77], None).await;
    bank.session_from(&jasur, [203, 0, 113, 78], Some("Toshkent, UZ")).await;
    for (lang, [here, elsewhere, placed]) in [
        (
            "en",
            [
                "This network (0.0.0.x)",
                "Another network, 203.0.113.x",
                "Toshkent, UZ · network 203.0.113.x",
            ],
        ),
        (
            "ru",
            ["Эта сеть (0.0.0.x)", "Другая сеть, 203.0.113.x", "Toshkent, UZ · сеть 203.0.113.x"],
        ),
        (
            "uz",
            [
                "Shu tarmoq (0.0.0.x)",
                "Boshqa tarmoq, 203.0.113.x",
                "Toshkent, UZ · tarmoq 203.0.113.x",
            ],
        ),
    ] {
        browser.lang = lang;
        let rows = browser.get("/security/sessions").await.expect(200).all("main .list li");
        assert_eq!(rows.len(), 3);
        for text in [here, elsewhere, placed] {
            let with: Vec<_> = rows.iter().filter(|row| row.contains(text)).collect();
            assert_eq!(with.len(), 1, "{text}: {rows:?}");
        }
    }
    browser.lang = "en";
    let list = browser.get("/security/sessions").await.expect(200);
    let mut details = String::new();
    for one in list.attributes("main .list a", "href") {
        details.push_str(&browser.get(&one).await.expect(200).text());
    }
    assert!(details.contains("Toshkent, UZ · network 203.0.113.x"), "{details}");
}

/// A family shares a tablet: each binds it for themselves, and leaves it without the other.
#[tokio::test]
async fn a_browser_is_bound_for_two_customers() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let aziz = bank.person("998900000002", "Aziz", 0).await;
    let (secret, _) = set_up_totp(&bank, &mut bank.signed_in(&aziz).await).await;
    let mut tablet = bank.signed_in(&jasur).await;
    let copied = tablet.jar["okto-device"].clone();
    tablet.submit("/sign-out", &[]).await.expect(303);
    let first = tablet.get("/sign-in?with=password").await.expect(200);
    assert_eq!(first.all("form[data-passkey-offered] input[name=own_device]").len(), 1);

    // It is Jasur's, so Aziz shows more, and may bind it for himself.
    let waits = password(&mut tablet, &aziz.phone).await.expect(303);
    assert_eq!(waits.location(), "/sign-in/second");
    let second = tablet.get("/sign-in/second").await.expect(200);
    assert_eq!(second.all("input[name=own_device]").len(), 1);
    bank.clock.advance_seconds(30);
    let code = totp(&bank, &secret);
    let own = [("by", "totp"), ("code", code.as_str()), ("own_device", "1")];
    tablet.submit("/sign-in/second", &own).await.expect(303);
    assert_ne!(tablet.jar["okto-device"], copied, "what was copied before is of no use");
    let devices = tablet.get("/security/devices").await.expect(200);
    assert_eq!(devices.all(".badge.good").len(), 1, "this device is his");
    tablet.submit("/sign-out", &[]).await.expect(303);

    // The password is enough for him now, and the PIN is still Jasur's.
    let enters = password(&mut tablet, &aziz.phone).await.expect(303);
    assert_eq!(enters.location(), "/");
    tablet.submit("/sign-out", &[]).await.expect(303);
    tablet.submit("/sign-in/pin", &[("pin", PIN)]).await.expect(303);
    assert!(tablet.get("/profile").await.expect(200).text().contains("Jasur"));

    // Jasur gives it away: it goes on being Aziz's.
    let page = tablet.get("/security/devices").await.expect(200);
    let this = page.attributes("main .list a:has(.badge.good)", "href").pop().unwrap();
    tablet.submit(&format!("{this}/remove"), &[]).await.expect(303);
    let enters = password(&mut tablet, &aziz.phone).await.expect(303);
    assert_eq!(enters.location(), "/");
    tablet.submit("/sign-out", &[]).await.expect(303);
    let waits = password(&mut tablet, &jasur.phone).await.expect(303);
    assert_eq!(waits.location(), "/sign-in/second");
}

#[tokio::test]
async fn a_device_is_named_and_removed_with_its_session() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let page = browser.get("/security/devices").await.expect(200);
    assert_eq!(page.all(".badge.good").len(), 1);
    let one = page.attributes("main .list a", "href").pop().unwrap();
    browser.submit(&format!("{one}/name"), &[("name", "Oshxonadagi planshet")]).await.expect(303);
    assert!(browser.get(&one).await.expect(200).text().contains("Oshxonadagi planshet"));
    let other = bank.person("998900000002", "Aziz", 0).await;
    let mut stranger = bank.signed_in(&other).await;
    for path in [one.clone(), format!("{one}/name"), format!("{one}/remove")] {
        let answer = if path == one {
            stranger.get(&path).await
        } else {
            stranger.submit(&path, &[("name", "x")]).await
        };
        answer.expect(404);
    }
    // This device may go at any time, without another proof.
    browser.stay(301).await;
    let removed = browser.submit(&format!("{one}/remove"), &[]).await.expect(303);
    assert_eq!(removed.location(), "/welcome");
    assert_eq!(removed.header("clear-site-data"), Some("\"cache\""));
    assert!(!browser.jar.contains_key("okto") && !browser.jar.contains_key("okto-device"));
}

/// Whoever holds one of two devices must not shut the customer out of the other.
#[tokio::test]
async fn another_device_is_removed_only_by_who_shows_that_it_is_them() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut here = bank.signed_in(&jasur).await;
    let codes = here.submit("/security/recovery-codes", &[]).await.expect(200).all(".codes li");
    let mut there = bank.browser();
    password(&mut there, &jasur.phone).await.expect(303);
    let own = [("by", "recovery_code"), ("recovery_code", &codes[0]), ("own_device", "1")];
    there.submit("/sign-in/second", &own).await.expect(303);
    let list = here.get("/security/devices").await.expect(200);
    let other = list.attributes("main .list a", "href").pop().unwrap();
    bank.clock.advance_seconds(240);
    there.get("/").await.expect(200);
    here.get("/").await.expect(200);
    here.stay(61).await;

    let page = here.get(&other).await.expect(200);
    let action = "form[action='/security/confirm/start'] input[name=next]";
    assert_eq!(page.attributes(action, "value"), [other.as_str()]);
    let late = here.submit(&format!("{other}/remove"), &[]).await.expect(200);
    assert_eq!(late.attributes(action, "value"), [other.as_str()]);
    there.get("/").await.expect(200);

    let next = [("next", other.as_str())];
    let asked = here.submit("/security/confirm/start", &next).await.expect(303);
    let proof = [("by", "pin"), ("pin", PIN)];
    let back = here.submit(asked.location(), &proof).await.expect(303);
    assert_eq!(back.location(), other);
    let page = here.get(&other).await.expect(200);
    let remove = format!("{other}/remove");
    assert_eq!(page.attributes("main form[action$='/remove']", "action"), [remove.as_str()]);
    assert_eq!(here.submit(&remove, &[]).await.expect(303).location(), "/security/devices");
    there.get("/").await.expect(303);
    here.get("/").await.expect(200);
}

#[tokio::test]
async fn a_payment_to_somebody_new_is_confirmed_and_nothing_else_is() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 900_000_000).await;
    let friend = bank.person("998900000002", "Dilnoza", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let account = jasur.account.to_string();
    let form = |amount: &'static str| {
        [("from", account.clone()), ("to", friend.phone.clone()), ("amount", amount.to_owned())]
    };
    let mut places = Vec::new();
    for amount in ["500000", "600000"] {
        let fields = form(amount);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let review = browser.submit("/pay", &fields).await.expect(303).location().to_owned();
        browser.get(&review).await.expect(200);
        let confirm = browser.submit(&review, &[]).await.expect(303).location().to_owned();
        assert!(confirm.starts_with("/pay/confirm?"), "{confirm}");
        places.push(confirm);
    }
    let page = browser.get(&places[0]).await.expect(200);
    let text = page.all("main").join(" ").replace('\u{a0}', " ");
    for part in ["Dilnoza", "500 000", "PIN"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let wrong = browser.submit(&places[0], &[("by", "pin"), ("pin", "918273")]).await.expect(400);
    assert_eq!(wrong.all("#f-pin-error").len(), 1);
    assert_eq!(bank.balance(&friend).await, 0);
    let paid = browser.submit(&places[0], &[("by", "pin"), ("pin", PIN)]).await.expect(303);
    assert!(paid.location().starts_with("/operations/"), "{}", paid.location());
    assert_eq!(bank.balance(&friend).await, 50_000_000);
    // A second tap finds the receipt.
    let again = browser.submit(&places[0], &[("by", "pin"), ("pin", PIN)]).await.expect(303);
    let review = browser.get(again.location()).await.expect(303);
    assert!(review.location().starts_with("/operations/"));

    // The proof of one payment does not send another.
    let proof = |place: &str| {
        let (_, query) = place.split_once('?').unwrap();
        let mut pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        pairs.find(|(name, _)| name == "proof").unwrap().1
    };
    let (old, new) = (proof(&places[0]), proof(&places[1]));
    let swapped = places[1].replace(&new, &old);
    assert_ne!(swapped, places[1]);
    let refused = browser.submit(&swapped, &[("by", "pin"), ("pin", PIN)]).await;
    assert_ne!(refused.status.as_u16(), 303, "{}", refused.text());
    assert_eq!(bank.balance(&friend).await, 50_000_000);
}

#[tokio::test]
async fn every_page_has_a_way_out() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&jasur).await;
    let places = ["/", "/pay", "/activity", "/products", "/help", "/security", "/security/pin"];
    for path in places.into_iter().chain(["/security/password", "/verify", "/nowhere"]) {
        let page = browser.get(path).await;
        let methods = page.attributes(".foot form[action='/sign-out']", "method");
        assert_eq!(methods, ["post"], "{path}");
        let token = page.attributes(".foot form[action='/sign-out'] input[type=hidden]", "name");
        assert_eq!(token.len(), 1, "{path}");
    }
    // Who is not in has nowhere to go out of.
    let mut nobody = bank.browser();
    for path in ["/welcome", "/sign-in", "/help"] {
        let page = nobody.get(path).await.expect(200);
        assert!(page.attributes("form[action='/sign-out']", "method").is_empty(), "{path}");
    }
    browser.submit("/sign-out", &[]).await.expect(303);
    browser.get("/").await.expect(303);
}

#[tokio::test]
async fn every_password_can_be_shown_while_it_is_typed() {
    let bank = TestBank::open().await;
    let jasur = bank.person("998900000001", "Jasur", 0).await;
    let (mut nobody, mut browser) = (bank.browser(), bank.signed_in(&jasur).await);
    let forms = [
        (nobody.get("/sign-in").await.expect(200), 1),
        (browser.get("/security/password").await.expect(200), 2),
    ];
    for (page, passwords) in forms {
        let fields = page.attributes("input[type=password]", "id");
        assert_eq!(fields.len(), passwords);
        // Hidden until the script that answers it is there; in words for whoever does not see.
        let buttons = "button[type=button][hidden][aria-pressed=false][aria-label]";
        assert_eq!(page.attributes(buttons, "data-reveal"), fields);
    }
}
