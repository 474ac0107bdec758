//! Every route of the panel, and who may use it. A route that is not in this table fails the build:
//! nobody would have tried to break into it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use axum::http::Method;
use common::books::Booked;
use common::{Answer, Browser, Person, TARIFF, TestBank};
use identity::{Owner, UserStatus};
use kernel::{
    CaseId, CustomerId, DeviceId, EditionId, PasskeyId, Permission, Permissions, Role, Roles,
    SessionId, StaffSessionId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Whoever comes.
    Anyone,
    /// Whoever is not signed in; others are at work already.
    Guest,
    /// Every employee, with their own things only.
    Employee,
    /// Employees with a right.
    With(Permission),
}
use Permission::{
    ApprovalRead, AuditRead, AuditReadPersonal, BooksRead, BooksSendAgain, BreakHandle,
    BreakResolvePropose, CaseHandle, CaseRead, CustomerClosePropose, CustomerEndSessions,
    CustomerErasePropose, CustomerFreeze, CustomerPhonePropose, CustomerRead, CustomerReadPhone,
    CustomerReadSessions, CustomerRecoverApprove, CustomerRecoverPropose, CustomerSearch,
    CustomerSeeDocument, CustomerUnfreezePropose, GlobalKillPropose, LimitTemporaryPropose,
    StaffInvitePropose, StaffRead, StaffRolesPropose, StaffSuspendPropose, TermsPropose, TermsRead,
    TransferRefundPropose,
};
use Who::{Anyone, Employee, Guest, With};

const ROUTES: &[(&str, Who)] = &[
    ("GET /", Employee),
    ("GET /alive", Employee),
    ("GET /approvals", With(ApprovalRead)),
    ("GET /approvals/{id}", With(ApprovalRead)),
    ("GET /audit", With(AuditRead)),
    ("GET /audit/{id}", With(AuditRead)),
    ("GET /books", With(BooksRead)),
    ("GET /books/breaks", With(BooksRead)),
    ("GET /books/breaks/{id}", With(BooksRead)),
    ("GET /books/breaks/{id}/resolve", With(BreakResolvePropose)),
    ("GET /books/chart", With(BooksRead)),
    ("GET /books/days", With(BooksRead)),
    ("GET /books/days/{day}", With(BooksRead)),
    ("GET /books/fees", With(BooksRead)),
    ("GET /books/queue", With(BooksRead)),
    ("GET /books/queue/accounts", With(BooksSendAgain)),
    ("GET /books/queue/{id}/send", With(BooksSendAgain)),
    ("GET /cases", With(CaseRead)),
    ("GET /cases/{id}", With(CaseRead)),
    ("GET /customers", With(CustomerSearch)),
    ("GET /customers/{id}", With(CustomerRead)),
    ("GET /customers/{id}/close", With(CustomerClosePropose)),
    ("GET /customers/{id}/document", With(CustomerSeeDocument)),
    ("GET /customers/{id}/erase", With(CustomerErasePropose)),
    ("GET /customers/{id}/freeze", With(CustomerFreeze)),
    ("GET /customers/{id}/limits", With(LimitTemporaryPropose)),
    ("GET /customers/{id}/limits/{name}", With(LimitTemporaryPropose)),
    ("GET /customers/{id}/phone", With(CustomerPhonePropose)),
    ("GET /customers/{id}/recover", With(CustomerRecoverPropose)),
    ("GET /customers/{id}/refund", With(TransferRefundPropose)),
    ("GET /customers/{id}/security", With(CustomerReadSessions)),
    ("GET /customers/{id}/unfreeze", With(CustomerUnfreezePropose)),
    ("GET /enrol/{ticket}", Guest),
    ("GET /idle", Anyone),
    ("GET /me", Employee),
    ("GET /rates", Employee),
    ("GET /rates/{asset}", Employee),
    ("GET /sessions/end-everyones", With(GlobalKillPropose)),
    ("GET /sign-in", Guest),
    ("GET /staff", With(StaffRead)),
    ("GET /staff/invite", With(StaffInvitePropose)),
    ("GET /staff/{id}", With(StaffRead)),
    ("GET /staff/{id}/link", With(StaffInvitePropose)),
    ("GET /staff/{id}/reinstate", With(StaffSuspendPropose)),
    ("GET /staff/{id}/roles", With(StaffRolesPropose)),
    ("GET /staff/{id}/suspend", With(StaffSuspendPropose)),
    ("GET /terms", With(TermsRead)),
    ("GET /terms/draft/{id}", With(TermsRead)),
    ("GET /terms/draft/{id}/propose", With(TermsPropose)),
    ("GET /terms/edition/{id}", With(TermsRead)),
    ("GET /terms/edition/{id}/withdraw", With(TermsPropose)),
    ("GET /terms/{book}", With(TermsRead)),
    ("GET /terms/{book}/draft", With(TermsPropose)),
    // The proposal that is tried is to let a customer in again.
    ("POST /approvals/{id}/challenge", With(CustomerRecoverApprove)),
    ("POST /approvals/{id}/decide", With(CustomerRecoverApprove)),
    ("POST /approvals/{id}/withdraw", Employee),
    ("POST /audit/{id}/personal", With(AuditReadPersonal)),
    ("POST /books/breaks/{id}/assign", With(BreakHandle)),
    ("POST /books/breaks/{id}/resolve", With(BreakResolvePropose)),
    ("POST /books/queue/accounts", With(BooksSendAgain)),
    ("POST /books/queue/{id}/send", With(BooksSendAgain)),
    ("POST /cases/{id}/close", With(CaseHandle)),
    ("POST /csp-report", Anyone),
    ("POST /customers", With(CustomerSearch)),
    ("POST /customers/{id}/close", With(CustomerClosePropose)),
    ("POST /customers/{id}/devices/{device}/end", With(CustomerEndSessions)),
    ("POST /customers/{id}/document", With(CustomerSeeDocument)),
    ("POST /customers/{id}/document/unsee", With(CustomerSeeDocument)),
    ("POST /customers/{id}/erase", With(CustomerErasePropose)),
    ("POST /customers/{id}/freeze", With(CustomerFreeze)),
    ("POST /customers/{id}/limits/{name}", With(LimitTemporaryPropose)),
    ("POST /customers/{id}/phone", With(CustomerPhonePropose)),
    ("POST /customers/{id}/phone/code", With(CustomerPhonePropose)),
    ("POST /customers/{id}/recover", With(CustomerRecoverPropose)),
    ("POST /customers/{id}/refund", With(TransferRefundPropose)),
    ("POST /customers/{id}/sessions/end-all", With(CustomerEndSessions)),
    ("POST /customers/{id}/sessions/{session}/end", With(CustomerEndSessions)),
    ("POST /customers/{id}/show", With(CustomerReadPhone)),
    ("POST /customers/{id}/unfreeze", With(CustomerUnfreezePropose)),
    ("POST /enrol/{ticket}", Guest),
    ("POST /enrol/{ticket}/challenge", Guest),
    ("POST /language", Anyone),
    ("POST /me/passkeys", Employee),
    ("POST /me/passkeys/challenge", Employee),
    ("POST /me/passkeys/{id}/remove", Employee),
    ("POST /me/prove", Employee),
    ("POST /me/sessions/end-others", Employee),
    ("POST /me/sessions/{id}/end", Employee),
    ("POST /me/shortcuts", Employee),
    ("POST /me/theme", Employee),
    ("POST /prove/challenge", Employee),
    ("POST /sessions/end-everyones", With(GlobalKillPropose)),
    ("POST /sign-in", Guest),
    ("POST /sign-in/challenge", Guest),
    ("POST /sign-out", Employee),
    ("POST /staff/invite", With(StaffInvitePropose)),
    ("POST /staff/{id}/link", With(StaffInvitePropose)),
    ("POST /staff/{id}/reinstate", With(StaffSuspendPropose)),
    ("POST /staff/{id}/roles", With(StaffRolesPropose)),
    ("POST /staff/{id}/suspend", With(StaffSuspendPropose)),
    ("POST /terms/draft/{id}", With(TermsPropose)),
    ("POST /terms/draft/{id}/drop", With(TermsPropose)),
    ("POST /terms/draft/{id}/propose", With(TermsPropose)),
    ("POST /terms/edition/{id}/withdraw", With(TermsPropose)),
    ("POST /terms/{book}/draft", With(TermsPropose)),
];

const PHONE: &str = "998900000001";
/// A draft that could be proposed.
const LIMITS: &str = r#"{"limits": [{"name": "one",
    "title": {"uz": "Bir", "ru": "Один", "en": "One"}, "set_by": "law",
    "per": "customer", "window": "operation", "measure": {"amount": "UZS"},
    "ceiling": {"fixed": 100}}]}"#;

/// The limits that hold.
const HELD: &str = r#"{"limits": [{"name": "day",
    "title": {"uz": "Kunlik", "ru": "В день", "en": "A day"}, "set_by": "tariff",
    "per": "customer", "window": "day", "measure": {"amount": "UZS"},
    "ceiling": {"fixed": 100}}]}"#;

/// The bank of a test, a customer who is asked for, one who is frozen with a case about it, one who
/// left, and an employee of every role.
struct Scene {
    bank: TestBank,
    customer: CustomerId,
    frozen: CustomerId,
    left: CustomerId,
    case: CaseId,
    session: SessionId,
    device: DeviceId,
    /// What an employee of the support proposed, and has of their own.
    proposal: String,
    staff_session: StaffSessionId,
    passkey: PasskeyId,
    staff: Vec<(Role, Person)>,
    event: String,
    /// What an accountant drafted, and an edition that holds.
    draft: EditionId,
    edition: EditionId,
    /// A day with a document that was rejected, and a difference between books.
    books: Booked,
}

impl Scene {
    async fn new() -> Self {
        let bank = TestBank::open().await;
        let customer = bank.customer(PHONE, "Dilnoza").await;
        bank.customers_token(PHONE).await;
        let frozen = bank.customer("998900000002", "Dilnoza").await;
        let case = bank.freeze(frozen).await;
        let left = bank.customer("998900000003", "Dilnoza").await;
        bank.close(left).await;
        let mut staff = Vec::new();
        for role in Role::ALL {
            staff.push((role, bank.employee(&format!("Nodira {role}"), &[role]).await));
        }
        let device = bank.device(customer).await;
        let session = bank.identity.sessions(&bank.system(), customer).await.unwrap()[0].id;
        let (_, clerk) = staff.iter().find(|(role, _)| *role == Role::Support).unwrap();
        let mut browser = bank.signed_in(clerk).await;
        let about = format!("/customers/{customer}/recover");
        let sent = browser.submit(&about, &[("reason", "Asked at the counter.")]).await;
        let proposal = sent.expect(303).location().split('?').next().unwrap().to_owned();
        let proposal = proposal.trim_start_matches("/approvals/").to_owned();
        let ctx = bank.staff_ctx(&browser).await;
        let staff_session = ctx.staff().unwrap().session;
        let passkeys = bank.identity.passkeys(&ctx, Owner::Staff(clerk.id)).await.unwrap();
        let passkey = passkeys[0].id;
        let (_, accountant) = staff.iter().find(|(role, _)| *role == Role::Accountant).unwrap();
        let mut browser = bank.signed_in(accountant).await;
        let kept = browser.submit("/terms/limits/draft", &[("body", LIMITS)]).await.expect(303);
        let draft = kept.location().split('?').next().unwrap();
        let draft = draft.trim_start_matches("/terms/draft/").parse().unwrap();
        let edition = bank.editions.of_book(TARIFF).await.unwrap()[0].id;
        bank.editions.found(&bank.system(), "limits", HELD).await.unwrap();
        let books = bank.booked().await;
        let events = bank.recorded().await;
        let about = events.iter().find(|event| event.subject == Some(customer.uuid()));
        let event = about.unwrap().id.to_string();
        Self {
            bank,
            customer,
            frozen,
            left,
            case,
            session,
            device,
            proposal,
            staff_session,
            passkey,
            staff,
            event,
            draft,
            edition,
            books,
        }
    }

    fn person(&self, wanted: Role) -> &Person {
        &self.staff.iter().find(|(role, _)| *role == wanted).unwrap().1
    }

    /// Everything that was tried is as it was.
    async fn stands(&self) {
        let (identity, system) = (&self.bank.identity, self.bank.system());
        for (customer, status) in [
            (self.customer, UserStatus::Active),
            (self.frozen, UserStatus::Frozen),
            (self.left, UserStatus::Closed),
        ] {
            assert_eq!(identity.user_status(&system, customer).await.unwrap(), status);
        }
        let sessions = identity.sessions(&system, self.customer).await.unwrap();
        assert!(sessions.iter().any(|session| session.id == self.session), "{sessions:?}");
        let devices = identity.devices(&system, self.customer).await.unwrap();
        assert!(devices.iter().any(|device| device.id == self.device), "{devices:?}");
        let drafts = self.bank.editions.drafts("limits").await.unwrap();
        let drafts: Vec<_> = drafts.iter().map(|draft| (draft.id, draft.body.as_str())).collect();
        assert_eq!(drafts, [(self.draft, LIMITS)]);
        assert_eq!(self.bank.editions.of_book(TARIFF).await.unwrap().len(), 1);
        let stuck = self.bank.accounting.stuck().await.unwrap();
        assert!(stuck.iter().any(|stuck| stuck.id == self.books.rejected && stuck.rejected));
        assert_eq!(self.bank.accounting.refused_accounts().await.unwrap().len(), 1);
        let found = self.bank.accounting.one_break(self.books.found).await.unwrap().unwrap();
        assert!(found.owner.is_none() && found.resolved.is_none());
        let mut clerk = self.bank.signed_in(self.person(Role::Support)).await;
        let proposal = clerk.get(&format!("/approvals/{}", self.proposal)).await.expect(200);
        assert_eq!(proposal.all("h1 .badge"), ["waiting"]);
        assert!(proposal.all("main").concat().contains("Withdraw"), "nobody decided");
        let case = clerk.get(&format!("/cases/{}", self.case)).await.expect(200);
        assert_eq!(case.all("h1 .badge"), ["open"]);
        assert_eq!(clerk.get("/approvals?list=own").await.all("main [data-row]").len(), 1);
        let mut boss = self.bank.signed_in(self.person(Role::Administrator)).await;
        assert_eq!(boss.get("/staff").await.all("main [data-row]").len(), self.staff.len());
        assert_eq!(boss.get("/approvals?list=open").await.all("main [data-row]").len(), 1);
    }

    /// The address of a route, of things that are there.
    fn address(&self, route: &str) -> (Method, String) {
        let (method, path) = route.split_once(' ').unwrap();
        let id = if path.starts_with("/customers") {
            self.customer.to_string()
        } else if path.starts_with("/staff") {
            self.staff.first().unwrap().1.id.to_string()
        } else if path.starts_with("/audit") {
            self.event.clone()
        } else if path.starts_with("/books/queue") {
            self.books.rejected.to_string()
        } else if path.starts_with("/books/breaks") {
            self.books.found.to_string()
        } else if path.starts_with("/cases") {
            self.case.to_string()
        } else if path.starts_with("/approvals") {
            self.proposal.clone()
        } else if path.starts_with("/terms/draft") {
            self.draft.to_string()
        } else if path.starts_with("/terms/edition") {
            self.edition.to_string()
        } else if path.starts_with("/me/sessions") {
            self.staff_session.to_string()
        } else {
            self.passkey.to_string()
        };
        let path = path
            .replace("{id}", &id)
            .replace("{session}", &self.session.to_string())
            .replace("{device}", &self.device.to_string())
            .replace("{book}", "limits")
            .replace("{day}", &self.books.day.to_string())
            .replace("{asset}", "USD")
            .replace("{name}", "day")
            .replace("{ticket}", "none");
        (method.parse().unwrap(), path)
    }
}

/// Fields that would do something, if it were allowed.
const FIELDS: &[(&str, &str)] = &[
    ("q", "90 000 00 01"),
    ("field", "phone"),
    ("reason", "A test of what is not allowed."),
    ("phone", "90 000 00 09"),
    ("code", "000000"),
    ("decision", "approve"),
    ("challenge", "chl_019adc0be8a87c11b9f4e1f2a0c55c41"),
    ("answer", "{}"),
    ("outcome", "false_alarm"),
    ("role", "auditor"),
    ("name", "Somebody New"),
    ("email", "new@okto.example"),
    ("body", "{}"),
    ("day", "2099-01-01"),
    ("time", "00:00"),
    ("owner", "stf_019adc0be8a87c11b9f4e1f2a0c55c41"),
    ("how", "explained"),
    ("evidence", "Letter 17"),
    ("ceiling", "1000"),
    ("of", "op_019adc0be8a87c11b9f4e1f2a0c55c41"),
    ("amount", "1"),
];

async fn send(browser: &mut Browser<'_>, method: &Method, path: &str) -> Answer {
    match *method {
        Method::GET => browser.get(path).await,
        Method::POST => browser.submit(path, FIELDS).await,
        _ => panic!("{method} {path}"),
    }
}

/// The answer tells nothing of the customer.
#[track_caller]
fn keeps_its_secrets(what: &str, answer: &Answer) {
    // However digits are grouped.
    let text = answer.text().replace('\u{a0}', " ");
    for secret in ["Dilnoza", "Karimova", "000 00 01", PHONE, "1990-05", "May 1990"] {
        assert!(!text.contains(secret), "{what} tells {secret}");
    }
}

fn is_sent_to_sign_in(answer: &Answer) -> bool {
    let led = answer.header("location").unwrap_or_default();
    answer.status.as_u16() == 303 && led.starts_with("/sign-in") || answer.status.as_u16() == 401
}

#[tokio::test]
async fn nobody_is_sent_to_sign_in() {
    let scene = Scene::new().await;
    for (route, who) in ROUTES {
        let (method, path) = scene.address(route);
        let mut nobody = scene.bank.browser();
        let answer = send(&mut nobody, &method, &path).await;
        let wanted = matches!(who, Employee | With(_));
        assert_eq!(is_sent_to_sign_in(&answer), wanted, "{route}: {}", answer.status);
        assert_ne!(answer.status.as_u16(), 500, "{route}");
        keeps_its_secrets(route, &answer);
    }
}

/// A customer's session is nothing here, in whichever cookie it comes.
#[tokio::test]
async fn a_customers_session_is_nobodys() {
    let scene = Scene::new().await;
    let token = scene.bank.customers_token(PHONE).await;
    for (route, who) in ROUTES.iter().filter(|(_, who)| matches!(who, Employee | With(_))) {
        let (method, path) = scene.address(route);
        let mut customer = scene.bank.browser();
        for cookie in ["okto", "okto-staff"] {
            customer.jar.insert(cookie.to_owned(), token.clone());
        }
        let answer = send(&mut customer, &method, &path).await;
        assert!(is_sent_to_sign_in(&answer), "{route} ({who:?}): {}", answer.status);
        keeps_its_secrets(route, &answer);
    }
}

/// Whoever lacks the right is refused, sees nothing, and is written down.
#[tokio::test]
async fn staff_without_the_right_are_refused() {
    let scene = Scene::new().await;
    let mut tried = 0;
    for (role, person) in &scene.staff {
        let allowed = allowed(*role);
        let mut browser = scene.bank.signed_in(person).await;
        for (route, who) in ROUTES {
            let With(permission) = who else { continue };
            if allowed.has(*permission) {
                continue;
            }
            tried += 1;
            let (method, path) = scene.address(route);
            let answer = send(&mut browser, &method, &path).await;
            let status = answer.status.as_u16();
            assert_eq!(status, 403, "{route} as {role}");
            // Who may know customers sees of a proposal whom it is about.
            if !(path.starts_with("/approvals") && allowed.has(CustomerRead)) {
                keeps_its_secrets(&format!("{route} as {role}"), &answer);
            }
        }
    }
    assert!(tried > 80, "{tried}");
    scene.stands().await;
}

/// What is somebody's own is nobody else's, whatever their role, and is not even there for them.
#[tokio::test]
async fn nobody_ends_or_takes_back_what_is_a_colleagues() {
    let scene = Scene::new().await;
    for (role, person) in scene.staff.iter().filter(|(role, _)| *role != Role::Support) {
        let mut browser = scene.bank.signed_in(person).await;
        for route in [
            "POST /approvals/{id}/withdraw",
            "POST /me/sessions/{id}/end",
            "POST /me/passkeys/{id}/remove",
        ] {
            let (method, path) = scene.address(route);
            let status = send(&mut browser, &method, &path).await.status.as_u16();
            assert_eq!(status, 404, "{route} as {role}");
        }
        let events = scene.bank.recorded().await;
        let theirs = events.iter().filter(|event| event.actor == person.id.to_string());
        let refused = theirs.filter(|event| event.refusal.as_deref() == Some("not_found"));
        let mut refused: Vec<_> = refused.map(|event| event.action.as_str()).collect();
        refused.sort_unstable();
        let expected = ["approval.withdraw", "passkey.removed", "staff.session_ended"];
        assert_eq!(refused, expected, "as {role}");
    }
    scene.stands().await;
    let mut clerk = scene.bank.signed_in(scene.person(Role::Support)).await;
    let ctx = scene.bank.staff_ctx(&clerk).await;
    let sessions = scene.bank.identity.staff_sessions(&ctx).await.unwrap();
    assert!(sessions.iter().any(|session| session.id == scene.staff_session));
    let own = Owner::Staff(ctx.staff().unwrap().id);
    let passkeys = scene.bank.identity.passkeys(&ctx, own).await.unwrap();
    assert!(passkeys.iter().any(|passkey| passkey.id == scene.passkey));
    // Its maker takes it back: the others were not refused for another reason.
    let (method, path) = scene.address("POST /approvals/{id}/withdraw");
    send(&mut clerk, &method, &path).await.expect(303);
}

/// Each attempt is written down, with who made it.
#[tokio::test]
async fn who_decides_without_the_right_is_written_down() {
    let scene = Scene::new().await;
    for (role, person) in &scene.staff {
        let allowed = allowed(*role);
        if allowed.has(CustomerRecoverApprove) {
            continue;
        }
        let mut browser = scene.bank.signed_in(person).await;
        let (method, path) = scene.address("POST /approvals/{id}/decide");
        assert_eq!(send(&mut browser, &method, &path).await.status.as_u16(), 403, "{role}");
        let code = if *role == Role::Support { "approval_own" } else { "permission_missing" };
        let events = scene.bank.recorded().await;
        let theirs = events.iter().filter(|event| event.actor == person.id.to_string());
        let refused: Vec<_> = theirs.filter(|e| e.outcome.as_str() == "refused").collect();
        assert_eq!(refused.len(), 1, "{role}");
        let refused = refused[0];
        assert_eq!(refused.action, "customer.recover.approve", "{role}");
        assert_eq!(refused.refusal.as_deref(), Some(code), "{role}");
        assert_eq!(refused.subject, Some(scene.customer.uuid()), "{role}");
    }
    scene.stands().await;
}

/// The table is not stricter than the panel: who has the right gets the page.
#[tokio::test]
async fn whoever_has_the_right_is_let_in() {
    let scene = Scene::new().await;
    for (role, person) in &scene.staff {
        let allowed = allowed(*role);
        let mut browser = scene.bank.signed_in(person).await;
        for (route, who) in ROUTES.iter().filter(|(route, _)| route.starts_with("GET ")) {
            let With(permission) = who else { continue };
            if !allowed.has(*permission) {
                continue;
            }
            let (_, path) = scene.address(route);
            let status = browser.get(&path).await.status.as_u16();
            // Some things cannot be proposed as they are.
            assert!(matches!(status, 200 | 409 | 422), "{route} as {role}: {status}");
        }
    }
}

fn allowed(role: Role) -> Permissions {
    policy::policies().unwrap().permissions(Roles::NONE.with(role)).unwrap()
}

/// The route of the table that an address belongs to: the one with the fewest names in it.
fn route_of(method: &str, path: &str) -> Option<Who> {
    let path: Vec<_> = path.split(['?', '#']).next().unwrap().split('/').collect();
    let fits = |route: &str| {
        let (of, pattern) = route.split_once(' ').unwrap();
        let pattern: Vec<_> = pattern.split('/').collect();
        let same = |(want, is): (&&str, &&str)| want.starts_with('{') || want == is;
        of == method && pattern.len() == path.len() && pattern.iter().zip(&path).all(same)
    };
    let found = ROUTES.iter().filter(|(route, _)| fits(route));
    found.min_by_key(|(route, _)| route.matches('{').count()).map(|(_, who)| *who)
}

/// What is not allowed is not offered: no link of any page leads to a refusal, and no form is there
/// that would be refused.
#[tokio::test]
async fn nothing_is_offered_that_is_not_allowed() {
    let scene = Scene::new().await;
    for (role, person) in &scene.staff {
        let mut browser = scene.bank.signed_in(person).await;
        let mut pages = vec!["/".to_owned()];
        let allowed = allowed(*role);
        if allowed.has(CustomerRead) {
            for customer in [scene.customer, scene.frozen, scene.left] {
                pages.push(format!("/customers/{customer}"));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        while let Some(page) = pages.pop() {
            if !seen.insert(page.clone()) || seen.len() > 120 {
                continue;
            }
            let answer = browser.get(&page).await;
            match answer.status.as_u16() {
                200 => {}
                // They may, but not as things are: nobody suspends the last administrator.
                422 => assert_eq!(answer.all("main [role=alert]").len(), 1, "{page} as {role}"),
                refused => panic!("{page} as {role}: {refused}"),
            }
            for action in answer.attributes("form[method=post][action^='/']", "action") {
                if let Some(With(permission)) = route_of("POST", &action) {
                    assert!(allowed.has(permission), "{page} as {role} offers {action}");
                } else {
                    assert!(route_of("POST", &action).is_some(), "{page}: {action}");
                }
            }
            for link in answer.attributes("a[href^='/']", "href") {
                let plain = link.split('#').next().unwrap().to_owned();
                // One audit page has fifty events, each a page of its kind.
                if !plain.starts_with("/a/") && !plain.starts_with("/audit/") {
                    pages.push(plain);
                }
            }
        }
        assert!(seen.len() >= 3, "{role}: {seen:?}");
    }
}

#[tokio::test]
async fn no_form_is_taken_from_another_site_or_without_its_token() {
    let scene = Scene::new().await;
    let (_, person) = scene.staff.iter().find(|(role, _)| *role == Role::Support).unwrap();
    let mut browser = scene.bank.signed_in(person).await;
    let token = browser.token().await;
    let stolen = scene.bank.browser().token().await;
    for (route, _) in ROUTES.iter().filter(|(route, _)| route.starts_with("POST ")) {
        if *route == "POST /csp-report" {
            continue;
        }
        let (_, path) = scene.address(route);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let with = |token: &str| format!("_csrf={token}&reason=x&theme=dark&shortcuts=off&q=Kar");
        for (what, headers, body) in [
            ("no token", vec![kind, ("sec-fetch-site", "same-origin")], with("")),
            ("another's token", vec![kind, ("sec-fetch-site", "same-origin")], with(&stolen)),
            ("another site", vec![kind, ("sec-fetch-site", "cross-site")], with(&token)),
            ("a sibling site", vec![kind, ("sec-fetch-site", "same-site")], with(&token)),
            ("another origin", vec![kind, ("origin", "https://evil.example")], with(&token)),
            ("nothing said", vec![kind], with(&token)),
        ] {
            let answer = browser.ask(Method::POST, &path, body.into(), &headers).await;
            assert_eq!(answer.status.as_u16(), 400, "{route}, {what}");
            assert!(browser.jar.contains_key("okto-staff"), "{route}, {what}: signed out");
        }
    }
}
