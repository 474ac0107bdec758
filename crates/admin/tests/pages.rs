//! What every page keeps to: what it does by itself counts for nothing, what it cannot read it
//! says, what it shows of a person it shows for a reason, and its title tells nobody's name.

mod common;

use common::desk::{Desk, PHONE, WHY};
use kernel::Role;

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn a_page_that_goes_by_itself_keeps_nobody_signed_in() {
    let desk = Desk::open().await;
    let mut browser = desk.bank.signed_in(&desk.clerk).await;
    let page = browser.get("/customers").await.expect(200);
    let over = "/idle?next=%2Fcustomers";
    assert_eq!(page.attributes("#idle", "data-over"), [over]);
    assert_eq!(page.attributes("#idle", "data-seconds"), ["900"], "NIST SP 800-63B-4, 2.3.3");

    // A second before the end the session is there, for the sake of another page.
    desk.bank.clock.advance_seconds(899);
    let gone = browser.get(over).await.expect(200);
    assert_eq!(gone.attributes("main a", "href"), ["/customers"]);
    assert!(!gone.text().contains("Nodira"), "nothing of what was shown stays");
    desk.bank.clock.advance_seconds(2);
    assert_eq!(browser.get(over).await.expect(303).location(), "/customers");
    let asked = browser.get("/customers").await.expect(303);
    assert!(asked.location().starts_with("/sign-in?"), "{}", asked.location());
}

#[tokio::test]
async fn a_page_that_is_asked_for_keeps_its_employee_signed_in() {
    let desk = Desk::open().await;
    let mut browser = desk.bank.signed_in(&desk.clerk).await;
    for _ in 0..3 {
        desk.bank.clock.advance_seconds(899);
        browser.get("/").await.expect(200);
    }
    let elsewhere = browser.get("/idle?next=//evil.example/x").await.expect(200);
    assert_eq!(elsewhere.attributes("main a", "href"), ["/"]);
}

/// The form says what is proposed, not how its employee stands when it arrives.
#[tokio::test]
async fn a_form_that_says_suspend_never_reinstates() {
    let desk = Desk::open().await;
    let person = format!("/staff/{}", desk.clerk.id);
    let (suspend, reinstate) = (format!("{person}/suspend"), format!("{person}/reinstate"));
    let mut guard = desk.bank.signed_in(&desk.guard).await;
    guard.get(&suspend).await.expect(200);
    let sent = guard.submit(&suspend, &[WHY]).await.expect(303);
    let proposal = sent.location().split('?').next().unwrap().to_owned();
    let mut boss = desk.bank.signed_in(&desk.boss).await;
    let (decide, challenge) = (format!("{proposal}/decide"), format!("{proposal}/challenge"));
    let said = [("decision", "approve")];
    boss.with_passkey(&desk.boss, (&decide, &challenge), &said).await.expect(303);
    let proposed = desk.recorded("staff.suspend.propose", "done").await;

    let late = guard.submit(&suspend, &[WHY]).await.expect(422);
    assert!(late.all("main form").is_empty(), "there is nothing to propose");
    assert_eq!(desk.recorded("staff.suspend.propose", "done").await, proposed);
    assert!(boss.get("/approvals").await.expect(200).all("main [data-row]").is_empty());

    let ways = guard.get(&person).await.expect(200).attributes(".head-actions a", "href");
    assert!(ways.contains(&reinstate) && !ways.contains(&suspend), "{ways:?}");
    guard.submit(&reinstate, &[WHY]).await.expect(303);
    assert_eq!(boss.get("/approvals").await.expect(200).all("main [data-row]").len(), 1);
}

/// When somebody came and when they last did something are two things.
#[tokio::test]
async fn the_list_of_employees_says_when_each_came_and_when_each_was_last_seen() {
    let desk = Desk::open().await;
    let came = desk.bank.clock.now();
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    desk.bank.clock.advance_seconds(600);
    clerk.get("/").await.expect(200);
    let seen = desk.bank.clock.now();
    let mut boss = desk.bank.signed_in(&desk.boss).await;
    let page = boss.get("/staff").await.expect(200);
    let heads = page.all("main thead th");
    let heads: Vec<_> = heads.iter().map(|head| head.trim()).skip(3).collect();
    assert_eq!(heads, ["Added", "Last sign-in", "Last seen"]);
    let row = format!("main tbody tr:has(a[href=\"/staff/{}\"]) time", desk.clerk.id);
    let times = page.attributes(&row, "datetime");
    assert_eq!(times.get(1..), Some(&[came.to_string(), seen.to_string()][..]), "{times:?}");
    let person = boss.get(&format!("/staff/{}", desk.clerk.id)).await.expect(200);
    let times = person.attributes("main dl time", "datetime");
    assert_eq!(times.get(1..), Some(&[came.to_string(), seen.to_string()][..]), "{times:?}");
}

#[tokio::test]
async fn no_title_tells_a_name() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let mut seen = 0;
    for path in
        ["", "/security", "/freeze", "/unfreeze", "/close", "/recover", "/phone", "/document"]
    {
        let page = clerk.get(&format!("{person}{path}")).await;
        assert!(matches!(page.status.as_u16(), 200 | 422), "{path}: {}", page.status);
        assert!(page.all("h1").concat().contains("Dilnoza"), "{path}");
        assert!(!page.all("title").concat().contains("Dilnoza"), "{path}");
        seen += 1;
    }
    let mut boss = desk.bank.signed_in(&desk.boss).await;
    let person = format!("/staff/{}", desk.clerk.id);
    for path in ["", "/roles"] {
        let page = boss.get(&format!("{person}{path}")).await.expect(200);
        assert!(!page.all("title").concat().contains("Nodira"), "{path}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

/// Whoever opened a form by mistake leaves it by a link of the page itself.
#[tokio::test]
async fn every_page_of_an_action_has_a_way_back() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let colleague = format!("/staff/{}", desk.clerk.id);
    let (person, colleague) = (person.as_str(), colleague.as_str());
    let own = ["freeze", "unfreeze", "close", "recover", "phone", "document"];
    for (who, back, actions) in [
        (&desk.clerk, person, &own[..]),
        (&desk.officer, person, &["erase"]),
        (&desk.guard, colleague, &["suspend", "reinstate"]),
        (&desk.boss, colleague, &["roles", "link"]),
        (&desk.boss, "/staff", &["invite"]),
    ] {
        let mut browser = desk.bank.signed_in(who).await;
        for action in actions {
            let page = browser.get(&format!("{back}/{action}")).await;
            assert!(matches!(page.status.as_u16(), 200 | 422), "{action}: {}", page.status);
            assert_eq!(page.attributes("main .actions a", "href"), [back], "{action}");
        }
    }
    let mut guard = desk.bank.signed_in(&desk.guard).await;
    let page = guard.get("/sessions/end-everyones").await.expect(200);
    assert_eq!(page.attributes("main .actions a", "href"), ["/approvals"]);
}

#[tokio::test]
async fn a_document_is_checked_where_there_is_one() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let document = format!("{person}/document");
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    for declared in [false, true] {
        if declared {
            desk.bank.declare_document(PHONE, desk.customer).await;
        }
        let ways = clerk.get(&person).await.expect(200).attributes(".head-actions a", "href");
        assert_eq!(ways.contains(&document), declared);
        let page = clerk.get(&document).await.expect(200);
        assert_eq!(page.all("main form").len(), usize::from(declared));
        assert_eq!(page.attributes("main .actions a", "href"), [person.as_str()]);
    }
}

#[tokio::test]
async fn a_link_that_is_over_says_what_to_do_and_leads_to_the_sign_in() {
    let desk = Desk::open().await;
    let mut newcomer = desk.bank.browser();
    for page in [
        newcomer.get("/enrol/none").await.expect(400),
        newcomer.submit("/enrol/none", &[("name", "A key")]).await.expect(400),
    ] {
        assert!(page.all("main").concat().contains("Ask whoever invited you"), "{}", page.text());
        assert_eq!(page.attributes("main a", "href"), ["/sign-in"]);
    }
    // An employee at work goes on with it.
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let page = clerk.get("/nothing").await.expect(404);
    assert_eq!(page.attributes("main a", "href"), ["/"]);
}

/// The code of a refusal is in the log by the status of its page.
#[tokio::test]
async fn a_passkey_that_is_not_taken_is_no_success() {
    let desk = Desk::open().await;
    let made_up = [
        ("name", "Second key"),
        ("challenge", "chl_019adc0be8a87c11b9f4e1f2a0c55c41"),
        ("answer", "{}"),
    ];
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let page = clerk.submit("/me/passkeys", &made_up).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    assert_eq!(page.all("main [role=alert][data-focus]").len(), 1);
    let (_, link) = desk.bank.invited("Aziz Tursunov", &[Role::Support]).await;
    let mut newcomer = desk.bank.browser();
    for fields in [&made_up[..1], &made_up] {
        let page = newcomer.submit(&format!("/enrol/{link}"), fields).await;
        assert!(page.status.is_client_error(), "{}", page.status);
        assert_eq!(page.all("form[data-passkey]").len(), 1, "they can try again");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_told_at_its_field_and_finds_nothing() {
    let desk = Desk::open().await;
    let mut auditor = desk.bank.signed_in(&desk.officer).await;
    let fine = format!("/audit?from=2026-01-01&to=&outcome=done&subject={}", desk.customer);
    let page = auditor.get(&fine).await.expect(200);
    assert!(page.all("main .error").is_empty());
    for (query, at_field) in [
        ("from=2026-13-40", 1),
        ("to=yesterday", 1),
        ("outcome=maybe", 1),
        ("subject=Dilnoza", 1),
        ("after=x", 0),
    ] {
        let page = auditor.get(&format!("/audit?action=&{query}")).await.expect(400);
        assert!(page.all("main [data-row]").is_empty(), "{query}");
        assert_eq!(page.all("main .error").len(), at_field, "{query}");
        assert_eq!(page.all("main [role=alert]").len(), 1 - at_field, "{query}");
    }
    for path in ["/approvals?before=x", "/cases?after=x"] {
        auditor.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn whoever_proposed_nothing_is_told_so_in_their_own_list() {
    let desk = Desk::open().await;
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let page = clerk.get("/approvals?list=own").await.expect(200);
    assert!(page.all("main").concat().contains("You have not proposed anything yet."));
}

#[tokio::test]
async fn a_field_is_shown_for_a_reason_that_stays_for_the_next() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let show = format!("{person}/show");
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let page = clerk.get(&person).await.expect(200);
    assert_eq!(page.attributes("form[action$='/show'] input[name=reason]", "value").concat(), "");
    assert!(page.attributes("button[name=field]", "form").iter().all(|form| form == "show-form"));

    for too_little in [" ", "x"] {
        let asked = [("field", "phone"), ("reason", too_little)];
        let again = clerk.submit(&show, &asked).await.expect(400);
        assert!(!digits(&again.text()).contains(PHONE));
        assert_eq!(again.all("form[action$='/show'] .error").len(), 1);
    }
    assert_eq!(desk.recorded("customer.read_phone", "done").await, 0);

    let shown = clerk.submit(&show, &[("field", "phone"), WHY]).await.expect(200);
    assert_eq!(digits(&shown.all(".shown").concat()), PHONE);
    assert_eq!(shown.attributes("form[action$='/show'] input[name=reason]", "value"), [WHY.1]);
    let events = desk.bank.recorded().await;
    let seen = events.iter().find(|event| event.action == "customer.read_phone").unwrap();
    assert_eq!(seen.subject, Some(desk.customer.uuid()));
    assert_eq!(seen.personal.as_ref().unwrap().expose()["reason"], WHY.1);

    // Whoever sees none of the fields is asked for no reason.
    let accountant = desk.bank.employee("Karim Olimov", &[Role::Accountant]).await;
    let page = desk.bank.signed_in(&accountant).await.get(&person).await.expect(200);
    assert!(page.all("form[action$='/show']").is_empty());
}

/// Whoever reads the log is not to know how it is written; what it says stays there to the letter.
#[tokio::test]
async fn the_facts_of_an_event_stand_in_the_words_of_the_reader_and_as_they_are_kept() {
    let desk = Desk::open().await;
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let freeze = format!("/customers/{}/freeze", desk.customer);
    clerk.submit(&freeze, &[("reason", "Her voice was another one.")]).await.expect(303);
    let events = desk.bank.recorded().await;
    let event = |action: &str| events.iter().find(|event| event.action == action).unwrap().id;
    let mut officer = desk.bank.signed_in(&desk.officer).await;
    for (lang, kind, by) in [
        ("en", ["Kind", "Frozen by an employee"], "Proven by"),
        ("ru", ["Вид", "Заморозка сотрудником"], "Чем доказано"),
        ("uz", ["Turi", "Xodim muzlatgan"], "Nima bilan isbotlangan"),
    ] {
        officer.lang = lang;
        let page = officer.get(&format!("/audit/{}", event("customer.frozen"))).await.expect(200);
        assert!(page.all("main dt").iter().any(|name| name == kind[0]), "{}", page.text());
        assert!(page.all("main dd").iter().any(|value| value == kind[1]), "{}", page.text());
        let kept = page.all("main details pre").concat();
        assert!(kept.contains("\"kind\": \"frozen_by_bank\""), "{kept}");
        let page = officer.get(&format!("/audit/{}", event("staff.session_began"))).await;
        assert!(page.all("main dt").iter().any(|name| name == by), "{}", page.text());
        let who = page.all("main dd");
        assert!(who.iter().any(|value| value.contains("Yusupova")), "{who:?}");
    }
}

/// Who read what is personal about a customer is found by that customer.
#[tokio::test]
async fn the_personal_part_of_an_event_is_opened_for_a_reason_and_about_its_subject() {
    let desk = Desk::open().await;
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let freeze = format!("/customers/{}/freeze", desk.customer);
    clerk.submit(&freeze, &[("reason", "Her voice was another one.")]).await.expect(303);
    let events = desk.bank.recorded().await;
    let frozen = events.iter().find(|event| event.action == "customer.freeze").unwrap().id;
    let personal = format!("/audit/{frozen}/personal");

    let mut officer = desk.bank.signed_in(&desk.officer).await;
    let page = officer.get(&format!("/audit/{frozen}")).await.expect(200);
    assert!(!page.text().contains("another one"));
    let again = officer.submit(&personal, &[("reason", "")]).await.expect(400);
    assert!(!again.text().contains("another one"));
    assert_eq!(desk.recorded("audit.read_personal", "done").await, 0);
    let page = officer.submit(&personal, &[("reason", "A complaint.")]).await.expect(200);
    assert!(page.text().contains("another one"));

    let about = |events: &[store::audit::Event], action: &str| {
        let found = events.iter().filter(|event| event.action == action);
        found.map(|event| event.subject).collect::<Vec<_>>()
    };
    let events = desk.bank.recorded().await;
    let customer = Some(desk.customer.uuid());
    assert_eq!(about(&events, "audit.read_personal"), [customer]);
    assert_eq!(about(&events, "audit.read"), [customer]);
    let opened = events.iter().find(|event| event.action == "audit.read_personal").unwrap();
    assert_eq!(opened.personal.as_ref().unwrap().expose()["reason"], "A complaint.");

    // Looking for what is about a customer is about that customer as well.
    officer.get(&format!("/audit?subject={}", desk.customer)).await.expect(200);
    assert_eq!(about(&desk.bank.recorded().await, "audit.read"), [customer, customer]);
}

#[tokio::test]
async fn the_tile_and_the_bar_say_the_same_number() {
    let desk = Desk::open().await;
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let person = format!("/customers/{}", desk.customer);
    for what in ["close", "recover"] {
        clerk.submit(&format!("{person}/{what}"), &[WHY]).await.expect(303);
    }
    let none: &[&str] = &[];
    for (who, inbox, own, bar) in
        [(&desk.officer, "2", "0", &["2"][..]), (&desk.clerk, "0", "2", none)]
    {
        let page = desk.bank.signed_in(who).await.get("/").await.expect(200);
        let tiles = page.all(".tile-value");
        assert_eq!(tiles.get(..2).unwrap(), [inbox, own]);
        assert_eq!(page.all(".place[href='/approvals'] .count"), bar);
    }
}

#[tokio::test]
async fn what_was_typed_stays_in_another_language() {
    let desk = Desk::open().await;
    let case = desk.bank.freeze(desk.customer).await;
    let person = format!("/customers/{}", desk.customer);
    let (unfreeze, close) = (format!("{person}/unfreeze"), format!("/cases/{case}"));
    let typed = "Her phone was found.";
    for (who, page, form) in [
        (&desk.clerk, unfreeze.clone(), unfreeze),
        (&desk.clerk, close.clone(), format!("{close}/close")),
        (&desk.boss, "/staff/invite".to_owned(), "/staff/invite".to_owned()),
    ] {
        let mut browser = desk.bank.signed_in(who).await;
        let shown = browser.get(&page).await.expect(200);
        assert_eq!(shown.attributes(".top button[name=_lang]", "form"), ["typed"; 3], "{page}");
        assert_eq!(shown.attributes("#typed input[name=_back]", "value"), [page.as_str()]);
        let fields = [("reason", typed), ("role", "support"), ("_lang", "ru"), ("_back", &page)];
        let pressed = browser.submit(&form, &fields).await.expect(303);
        assert_eq!(pressed.location(), page);
        let again = browser.get(&page).await.expect(200);
        assert_eq!(again.attributes("html", "lang"), ["ru"]);
        assert_eq!(again.all("#typed textarea").concat().trim(), typed, "{page}");
        let fresh = browser.get(&page).await.expect(200);
        assert_eq!(fresh.all("#typed textarea").concat().trim(), "", "{page}: once");
    }
    for action in ["customer.unfreeze.propose", "case.handle", "staff.invite.propose"] {
        assert_eq!(desk.recorded(action, "done").await, 0, "{action}");
    }
    // Nobody else at this browser sees it.
    let mut browser = desk.bank.signed_in(&desk.clerk).await;
    let unfreeze = format!("{person}/unfreeze");
    let fields = [("reason", typed), ("_lang", "ru"), ("_back", &unfreeze)];
    browser.submit(&unfreeze, &fields).await.expect(303);
    browser.submit("/sign-out", &[]).await.expect(303);
    browser.sign_in(&desk.clerk).await.expect(303);
    let page = browser.get(&unfreeze).await.expect(200);
    assert_eq!(page.all("#typed textarea").concat().trim(), "");
}
