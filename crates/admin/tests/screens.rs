//! The screens of what takes two employees, and of cases: what they show before anything is done,
//! and what is there afterwards.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use common::desk::{Desk, WHY};
use common::{Answer, Person, TestBank};
use kernel::Role;
use tower::ServiceExt;

impl Desk {
    /// Proposes something. Gives the page of the proposal.
    async fn propose(&self, who: &Person, path: &str) -> String {
        let mut browser = self.bank.signed_in(who).await;
        let sent = browser.submit(path, &[WHY]).await.expect(303);
        let proposal = sent.location().to_owned();
        let page = browser.get(&proposal).await.expect(200);
        assert!(page.all("form[data-passkey]").is_empty(), "whoever proposes does not decide");
        proposal.split('?').next().unwrap().to_owned()
    }

    async fn approve(&self, who: &Person, proposal: &str) -> Answer {
        let mut browser = self.bank.signed_in(who).await;
        let (decide, challenge) = (format!("{proposal}/decide"), format!("{proposal}/challenge"));
        let said = [("decision", "approve")];
        browser.with_passkey(who, (&decide, &challenge), &said).await
    }

    async fn state(&self) -> Vec<String> {
        let mut browser = self.bank.signed_in(&self.clerk).await;
        let page = browser.get(&format!("/customers/{}", self.customer)).await.expect(200);
        page.all("h1 .badge")
    }
}

#[tokio::test]
async fn a_form_says_what_would_change_and_who_decides_about_it() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    for (who, path, before, after, deciders) in [
        (&desk.clerk, format!("{person}/close"), "active", "closed", "Compliance"),
        (&desk.clerk, format!("{person}/recover"), "nothing", "a code for one reset", "Compliance"),
        (&desk.guard, "/sessions/end-everyones".to_owned(), "all", "none", "Administrator"),
    ] {
        let page = desk.bank.signed_in(who).await.get(&path).await.expect(200);
        let told: Vec<_> = page.all("table.diff tbody td");
        assert_eq!(told, [before, after], "{path}");
        assert!(page.all("main dd").contains(&deciders.to_owned()), "{path}");
        assert_eq!(page.all("form textarea[name=reason]").len(), 1, "{path}");
    }
    // Nothing was proposed by looking.
    assert!(desk.bank.recorded().await.iter().all(|e| !e.action.contains("propose")));
}

#[tokio::test]
async fn what_cannot_be_proposed_as_things_are_has_no_form() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    for (who, path) in [(&desk.clerk, "unfreeze"), (&desk.officer, "erase")] {
        let mut browser = desk.bank.signed_in(who).await;
        let page = browser.get(&format!("{person}/{path}")).await.expect(422);
        assert!(page.all("form textarea").is_empty(), "{path}");
        assert_eq!(page.all("main [role=alert]").len(), 1, "{path}");
        let ways = browser.get(&person).await.expect(200).attributes(".head-actions a", "href");
        assert!(!ways.iter().any(|way| way.ends_with(path)), "{path} is offered");
    }
}

#[tokio::test]
async fn a_customer_is_closed_and_erased_by_two_each_time() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let proposal = desk.propose(&desk.clerk, &format!("{person}/close")).await;
    assert_eq!(desk.state().await, ["active"], "a proposal changes nothing");
    desk.approve(&desk.officer, &proposal).await.expect(303);
    assert_eq!(desk.state().await, ["closed"]);

    let mut officer = desk.bank.signed_in(&desk.officer).await;
    let ways = officer.get(&person).await.expect(200).attributes(".head-actions a", "href");
    assert_eq!(ways, [format!("{person}/erase")], "whoever left can be erased, and nothing else");
    let proposal = desk.propose(&desk.officer, &format!("{person}/erase")).await;
    desk.approve(&desk.guard, &proposal).await.expect(303);
    let page = officer.get(&person).await.expect(200);
    assert!(!page.text().contains("000 00 01"));
    assert!(page.attributes(".head-actions a", "href").is_empty(), "erased is erased");
    assert_eq!(desk.recorded("approval.executed", "done").await, 2);
}

#[tokio::test]
async fn whoever_lost_everything_gets_a_code_that_is_shown_once() {
    let desk = Desk::open().await;
    let path = format!("/customers/{}/recover", desk.customer);
    let proposal = desk.propose(&desk.clerk, &path).await;
    let page = desk.approve(&desk.officer, &proposal).await.expect(200);
    let code = page.all("[data-link]").pop().unwrap();
    assert_eq!(code.len(), "7K3MQ-9ZX0T".len());
    for who in [&desk.officer, &desk.clerk] {
        let again = desk.bank.signed_in(who).await.get(&proposal).await.expect(200);
        assert!(!again.text().contains(&code));
    }
}

#[tokio::test]
async fn another_phone_is_proven_at_the_desk_and_changed_by_two() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let (ask, send) = (format!("{person}/phone"), format!("{person}/phone/code"));
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let ways = clerk.get(&person).await.expect(200).attributes(".head-actions a", "href");
    assert!(ways.contains(&ask));
    let form = clerk.get(&ask).await.expect(200);
    assert_eq!(form.attributes("main form", "action"), [send.as_str()]);
    let again = clerk.submit(&send, &[("phone", "12")]).await.expect(400);
    assert_eq!(again.all("main .error").len(), 1);

    let phones =
        ["+998 ** *** ** 01", "+998 ** *** ** 77"].map(|phone| phone.replace(' ', "\u{a0}"));
    let sent = clerk.submit(&send, &[("phone", "90 000 00 77")]).await.expect(200);
    assert_eq!(sent.all("table.diff tbody td"), phones);
    assert!(!sent.text().contains("000 00 77"), "what was typed is not shown again");
    let challenge = sent.attributes("input[name=sent]", "value").pop().unwrap();
    let told = |code: &str, why: &str| {
        vec![("sent", challenge.clone()), ("code", code.to_owned()), ("reason", why.to_owned())]
    };
    let right = desk.bank.code_of(&challenge);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for (fields, status) in [(told(wrong, WHY.1), 400), (told(&right, " "), 400)] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let again = clerk.submit(&ask, &fields).await.expect(status);
        assert_eq!(again.attributes("input[name=sent]", "value"), [challenge.as_str()]);
    }
    let fields = told(&right, WHY.1);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let gone = clerk.submit(&ask, &fields).await.expect(303);
    let proposal = gone.location().split('?').next().unwrap().to_owned();
    let page = desk.bank.signed_in(&desk.officer).await.get(&proposal).await.expect(200);
    assert_eq!(page.all("table.diff tbody td"), phones);
    desk.approve(&desk.officer, &proposal).await.expect(303);
    let shown =
        clerk.submit(&format!("{person}/show"), &[("field", "phone"), WHY]).await.expect(200);
    let phone = shown.all("main .shown").concat();
    assert!(phone.ends_with("00\u{a0}77"), "{phone}");
}

#[tokio::test]
async fn a_frozen_customers_case_says_why_and_they_are_not_let_in_again() {
    let desk = Desk::open().await;
    let person = format!("/customers/{}", desk.customer);
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let why = "They called: somebody has their passport.";
    clerk.submit(&format!("{person}/freeze"), &[("reason", why)]).await.expect(303);
    let page = clerk.get(&person).await.expect(200);
    let case = page.attributes("main a[href^='/cases/']", "href").pop().unwrap();
    let before = desk.recorded("case.read", "done").await;
    let known = clerk.get(&case).await.expect(200).all("main dd");
    assert!(known.contains(&why.to_owned()), "{known:?}");
    assert!(desk.recorded("case.read", "done").await > before);
    let ways = page.attributes(".head-actions a", "href");
    assert!(
        ways.contains(&format!("{person}/phone")) && !ways.iter().any(|w| w.ends_with("recover"))
    );
    let refused = clerk.get(&format!("{person}/recover")).await.expect(422);
    assert!(refused.all("main [role=alert]").concat().contains("frozen"));
    clerk.submit(&format!("{person}/recover"), &[WHY]).await.expect(422);
}

#[tokio::test]
async fn the_sessions_of_everybody_end_by_two() {
    let desk = Desk::open().await;
    let boss = desk.bank.employee("Dilnoza Rahimova", &[Role::Administrator]).await;
    let list = desk.bank.signed_in(&desk.guard).await.get("/approvals").await.expect(200);
    let ways = list.attributes(".head-actions a", "href");
    assert_eq!(ways, ["/sessions/end-everyones"]);
    let list = desk.bank.signed_in(&boss).await.get("/approvals").await.expect(200);
    assert!(list.attributes(".head-actions a", "href").is_empty(), "who decides does not propose");
    let proposal = desk.propose(&desk.guard, "/sessions/end-everyones").await;
    desk.approve(&boss, &proposal).await.expect(303);
    assert_eq!(desk.recorded("sessions.ended_everyones", "done").await, 1);
}

#[tokio::test]
async fn a_case_is_closed_once_with_what_came_of_it_and_why() {
    let desk = Desk::open().await;
    let case = desk.bank.freeze(desk.customer).await;
    let (page, close) = (format!("/cases/{case}"), format!("/cases/{case}/close"));
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let person = clerk.get(&format!("/customers/{}", desk.customer)).await.expect(200);
    assert!(person.attributes("main a", "href").contains(&page), "the customer leads to it");

    // Neither without what came of it, nor as what only two decide, nor without a note.
    for (outcome, note) in [("", "a call"), ("unfrozen", "a call"), ("false_alarm", " ")] {
        let again = clerk.submit(&close, &[("outcome", outcome), ("reason", note)]).await;
        let again = again.expect(400);
        assert_eq!(again.all("main .error").len(), 1, "{outcome}, {note}");
    }
    let fields = [("outcome", "false_alarm"), ("reason", "They called: the phone was in a coat.")];
    clerk.submit(&close, &fields).await.expect(303);
    let closed = clerk.get(&page).await.expect(200);
    assert_eq!(closed.all("h1 .badge"), ["false alarm"]);
    for known in ["Nodira Yusupova", "They called: the phone was in a coat."] {
        assert!(closed.all("main dd").join("|").contains(known), "{known}");
    }
    assert!(closed.all("form textarea").is_empty(), "closed is closed");
    // Whoever was slower is led to how it ended.
    let late = [("outcome", "confirmed"), ("reason", "Too late.")];
    let late = desk.bank.signed_in(&desk.guard).await.submit(&close, &late).await.expect(303);
    assert_eq!(late.location(), page);
    assert_eq!(clerk.get(&page).await.all("h1 .badge"), ["false alarm"]);
    assert_eq!(desk.state().await, ["frozen"], "the customer stays as they are");
    assert_eq!(desk.recorded("case.handle", "done").await, 1);
    let listed = clerk.get("/cases?list=closed").await.expect(200);
    assert_eq!(listed.attributes("main [data-row]", "href"), [page]);
    assert!(clerk.get("/cases").await.all("main [data-row]").is_empty());
}

#[tokio::test]
async fn unfreezing_closes_the_case_and_says_so() {
    let desk = Desk::open().await;
    let case = desk.bank.freeze(desk.customer).await;
    let path = format!("/customers/{}/unfreeze", desk.customer);
    let proposal = desk.propose(&desk.clerk, &path).await;
    desk.approve(&desk.officer, &proposal).await.expect(303);
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let page = clerk.get(&format!("/cases/{case}")).await.expect(200);
    assert_eq!(page.all("h1 .badge"), ["customer unfrozen"]);
}

#[tokio::test]
async fn whoever_decides_about_an_unfreeze_sees_who_froze_and_why() {
    const REASON: &str = "A stranger called in their name.";
    let desk = Desk::open().await;
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    let freeze = format!("/customers/{}/freeze", desk.customer);
    clerk.submit(&freeze, &[("reason", REASON)]).await.expect(303);
    let path = format!("/customers/{}/unfreeze", desk.customer);
    let proposal = desk.propose(&desk.clerk, &path).await;
    let read = desk.recorded("case.read", "done").await;
    let mut officer = desk.bank.signed_in(&desk.officer).await;
    let page = officer.get(&proposal).await.expect(200);
    let told = page.all("main dd").join("|");
    for known in [REASON, "Nodira Yusupova"] {
        assert!(told.contains(known), "{known}: {told}");
    }
    let link = page.attributes("main .card a[href^='/cases/case_']", "href");
    officer.get(&link[0]).await.expect(200);
    assert_eq!(desk.recorded("case.read", "done").await, read + 2, "each look is recorded");
    // What is signed does not hold it, and whoever may not see cases does not see it here.
    assert!(!page.all("table.diff").join("|").contains(REASON));
    let mut boss = desk.bank.signed_in(&desk.boss).await;
    let page = boss.get(&proposal).await;
    assert!(!page.text().contains(REASON));
}

#[tokio::test]
async fn the_audit_log_names_acts_and_shows_their_codes() {
    let desk = Desk::open().await;
    let auditor = desk.bank.employee("Zebo Karimova", &[Role::Auditor]).await;
    let mut browser = desk.bank.signed_in(&auditor).await;
    // What one does oneself is not for oneself to read.
    desk.bank.signed_in(&desk.clerk).await;
    for (lang, name) in
        [("uz", "Xodim kirdi"), ("ru", "Сотрудник вошёл"), ("en", "Employee signed in")]
    {
        browser.lang = lang;
        let list = browser.get("/audit?action=staff.session_began").await.expect(200);
        assert_eq!(list.all("main [data-row]")[0], name);
        assert_eq!(list.all("main tbody .sub.mono")[0], "staff.session_began");
        let event = list.attributes("main [data-row]", "href")[0].clone();
        let page = browser.get(&event).await.expect(200);
        assert_eq!(page.all("h1")[0], name);
        assert!(page.text().contains("staff.session_began"));
    }
}

#[tokio::test]
async fn an_unfreeze_says_when_the_freeze_was_as_its_reader_says_it() {
    let desk = Desk::open().await;
    desk.bank.freeze(desk.customer).await;
    let at = ui::format::time(desk.bank.clock.now());
    let path = format!("/customers/{}/unfreeze", desk.customer);
    let proposal = desk.propose(&desk.clerk, &path).await;
    let mut browser = desk.bank.signed_in(&desk.officer).await;
    for (lang, today, closed) in
        [("uz", "Bugun", "yopilgan"), ("ru", "Сегодня", "закрыто"), ("en", "Today", "closed")]
    {
        browser.lang = lang;
        let told = browser.get(&proposal).await.expect(200).all("table.diff tbody td");
        for value in [format!("{today}, {at}"), closed.to_owned()] {
            assert!(told.contains(&value), "{value}: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_proposal_of_whoever_left_the_desk_for_a_while_waits_for_the_passkey() {
    let desk = Desk::open().await;
    let path = format!("/customers/{}/close", desk.customer);
    let mut clerk = desk.bank.signed_in(&desk.clerk).await;
    for _ in 0..2 {
        desk.bank.clock.advance_seconds(8 * 60);
        clerk.get("/").await.expect(200);
    }
    // The form is there: what it shows is no secret from whoever may propose it.
    clerk.get(&path).await.expect(200);
    let asked = clerk.submit(&path, &[WHY]).await.expect(403);
    assert_eq!(asked.attributes("form[data-passkey] input[name=reason]", "value"), [WHY.1]);
    assert_eq!(desk.recorded("customer.close.propose", "done").await, 0);
    let again = [WHY, ("_proof", "1")];
    let sent = clerk.with_passkey(&desk.clerk, (&path, "/prove/challenge"), &again).await;
    assert!(sent.expect(303).location().starts_with("/approvals/apv_"));
    assert_eq!(desk.recorded("customer.close.propose", "done").await, 1);
}

/// The page of a refusal says that the attempt is in the audit log, so it has to be there.
#[tokio::test]
async fn who_only_asks_for_a_form_that_is_not_theirs_is_written_down() {
    let desk = Desk::open().await;
    let auditor = desk.bank.employee("Karim Olimov", &[Role::Auditor]).await;
    let mut browser = desk.bank.signed_in(&auditor).await;
    let case = desk.bank.freeze(desk.customer).await;
    for (path, action) in [
        (format!("/customers/{}/freeze", desk.customer), "customer.freeze"),
        (format!("/customers/{}/close", desk.customer), "customer.close.propose"),
        ("/sessions/end-everyones".to_owned(), "global_kill.propose"),
        ("/staff/invite".to_owned(), "staff.invite.propose"),
    ] {
        browser.get(&path).await.expect(403);
        assert_eq!(desk.recorded(action, "refused").await, 1, "{path}");
    }
    let fields = [("outcome", "confirmed"), WHY];
    browser.submit(&format!("/cases/{case}/close"), &fields).await.expect(403);
    assert_eq!(desk.recorded("case.handle", "refused").await, 1);
}

/// Before anybody knows where a form goes, it is read; whoever sends it slowly must not hold a
/// place meanwhile, at an address that exists or at one that does not.
#[tokio::test]
async fn slow_bodies_take_no_place_whatever_their_address() {
    let bank = TestBank::open_with(edge::Config { in_flight_max: 1, ..Default::default() }).await;
    for path in ["/sign-in", "/no-such-page"] {
        let never = futures_util::stream::pending::<Result<Bytes, Infallible>>();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from_stream(never))
            .unwrap();
        let slow = tokio::spawn(bank.router().oneshot(request));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!slow.is_finished(), "{path}");
        bank.browser().get("/sign-in").await.expect(200);
        slow.abort();
    }
}
