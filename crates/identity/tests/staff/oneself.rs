//! What an employee does not see because it is about themselves, how the bank knows who they are as
//! a customer, and what tells their acts apart.

use identity::Invitation;
use identity::approvals::{CustomerUnfreeze, Listed, OnCustomer, OnStaff, StaffSuspend};
use identity::cases::Listed as ListedCases;
use kernel::{
    Aal, Assurance, Code, CustomerId, Method, Methods, Permission, Result, Role, Roles, StaffId,
};
use store::audit::{Event, Filter, Page, search};

use crate::common::{PASSWORD, client, first_code, phone, refused};
use crate::office::{Colleague, Office, STAFF};
use identity::testing::Authenticator;

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

impl Office {
    /// An employee whose own phone the bank knows.
    async fn hire_with(&self, name: &str, role: Role, number: u32) -> Colleague {
        let phone = phone(number);
        let invitation = Invitation {
            name,
            email: &format!("{number}@okto.example"),
            roles: Roles::NONE.with(role),
            phone: Some(phone.expose()),
        };
        let (id, code) =
            self.identity.invite_by_operator(&self.operator(), invitation).await.unwrap();
        let mut device = Authenticator::at(STAFF);
        self.enrol(code.expose(), &mut device).await.unwrap();
        let session = Some(self.sign_in(&mut device).await.unwrap());
        Colleague { id, device, session }
    }

    async fn customer_of(&self, who: &Colleague) -> Option<CustomerId> {
        self.ctx(who).await.staff().unwrap().customer
    }

    async fn events(&self, action: &str) -> Vec<Event> {
        let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
        search(&self.bank.store(), None, &filter, Page::default()).await.unwrap()
    }
}

#[tokio::test]
async fn who_becomes_a_customer_is_known_to_be_one() {
    let office = Office::open().await;
    let clerk = office.hire_with("Nodira Yusupova", Role::Support, 77).await;
    let other = office.hire_with("Malika Saidova", Role::Compliance, 78).await;
    assert_eq!(office.customer_of(&clerk).await, None);
    let customer = office.bank.user(&phone(77)).await;
    assert_eq!(office.customer_of(&clerk).await, Some(customer));
    assert_eq!(office.customer_of(&other).await, None);
    let known = office.events("staff.customer_known").await;
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].subject, Some(clerk.id.uuid()));
    let ctx = office.ctx(&clerk).await;
    let may = Permission::CustomerFreeze;
    let own = office.identity.staff_may(&ctx, may, policy::Object::Customer(customer)).await;
    assert_eq!(code(own), Code::PermissionMissing);

    // Another number stays the same person.
    let tokens = office.bank.sign_in(&phone(77), PASSWORD).await.unwrap();
    let ctx = office.bank.ctx();
    let known = Assurance {
        aal: Aal::Two,
        methods: Methods::of(&[Method::Password]),
        proven_at: ctx.now(),
        device: None,
        cooling_until: None,
    };
    let own = ctx.for_customer(customer, tokens.session).with_assurance(known);
    let sent = office.identity.start_phone_change(&own, &phone(78), &client()).await.unwrap();
    office.identity.finish_phone_change(&own, sent.id, &first_code(&sent)).await.unwrap();
    assert_eq!(office.customer_of(&clerk).await, Some(customer));
    // Whoever comes to have an employee's number is known as that employee, too.
    assert_eq!(office.customer_of(&other).await, Some(customer));
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM staff WHERE customer_id IS NOT NULL")
            .fetch_one(office.bank.store().pool())
            .await
            .unwrap();
    assert_eq!(stored, 2);

    // A row that slipped through between two transactions does not open a way.
    office.sql("UPDATE staff SET customer_id = NULL").await;
    assert_eq!(office.customer_of(&other).await, Some(customer));
}

#[tokio::test]
async fn nobody_sees_what_is_about_themselves() {
    let office = Office::open().await;
    let clerk = office.hire("Sherzod Karimov", &[Role::Support]).await;
    let officer = office.hire_with("Malika Saidova", Role::Compliance, 78).await;
    let other = office.hire("Jamshid Olimov", &[Role::Compliance]).await;
    let guard = office.hire("Sardor Aliyev", &[Role::Security]).await;
    let customer = office.bank.user(&phone(78)).await;

    let ctx = office.ctx(&clerk).await;
    let mut tx = office.bank.begin().await;
    let facts = serde_json::json!({});
    office.identity.freeze_for_bank(&mut tx, &ctx, customer, facts).await.unwrap();
    store::commit(tx).await.unwrap();
    let approvals = &office.approvals;
    let (about, reason) = (OnCustomer { customer }, "they asked");
    let unfreeze = approvals.propose::<CustomerUnfreeze>(&ctx, &about, reason).await.unwrap();
    let ctx = office.ctx(&guard).await;
    let suspended = OnStaff { staff: officer.id };
    let suspend = approvals.propose::<StaffSuspend>(&ctx, &suspended, "stole data").await.unwrap();

    for (who, sees) in [(&officer, false), (&other, true)] {
        let ctx = office.ctx(who).await;
        for id in [unfreeze, suspend] {
            let got = approvals.get(&ctx, id).await;
            assert_eq!(got.is_ok(), sees, "{:?}", got.map(|_| ()));
        }
        let listed = approvals.list(&ctx, Listed::Open, None).await.unwrap();
        assert_eq!(listed.proposals.len(), if sees { 2 } else { 0 });
        let cases = office.identity.list_cases(&ctx, ListedCases::Open, None).await.unwrap();
        assert_eq!(cases.cases.len(), usize::from(sees));
        assert_eq!(office.identity.open_cases(&ctx).await.unwrap(), u64::from(sees));
        for subject in [customer.uuid(), officer.id.uuid()] {
            for may in [Permission::AuditRead, Permission::AuditReadPersonal] {
                let read = office.identity.staff_may_read(&ctx, may, Some(subject)).await;
                assert_eq!(read.is_ok(), sees);
            }
        }
        let me = ctx.staff().unwrap();
        let filter = Filter { not_about: me.subjects(), ..Filter::default() };
        let page = Page { limit: 200, ..Page::default() };
        let events = search(&office.bank.store(), None, &filter, page).await.unwrap();
        assert!(events.iter().any(|event| event.subject.is_some()));
        assert!(events.iter().all(|event| !event.subject.is_some_and(|about| me.is(about))));
        let about_it = events.iter().any(|event| event.action == "customer.frozen");
        assert_eq!(about_it, sees);
    }
}

#[tokio::test]
async fn acts_of_employees_say_in_which_session_and_how_sure_the_bank_was() {
    let office = Office::open().await;
    let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let ctx = office.ctx(&boss).await;
    office.identity.staff(&ctx).await.unwrap();
    let event = office.events("staff.read").await.remove(0);
    let me = ctx.staff().unwrap();
    assert_eq!(event.session, Some(me.session.to_string()));
    assert_eq!((event.aal, event.device), (Some(i16::from(me.aal)), None));
    assert_eq!(event.trace, ctx.trace.to_string());
}

#[tokio::test]
async fn a_new_link_says_the_roles_that_are_and_can_bring_the_phone() {
    let office = Office::open().await;
    let (id, _) = office.invite("Sardor Aliyev", &[Role::Security]).await;
    let customer = office.bank.user(&phone(79)).await;
    let number = phone(79);
    let invitation = Invitation {
        name: "Sardor Aliyev",
        email: "sardor.aliyev@okto.example",
        roles: Roles::NONE.with(Role::Support),
        phone: Some(number.expose()),
    };
    let operator = office.operator();
    let (same, link) = office.identity.invite_by_operator(&operator, invitation).await.unwrap();
    assert_eq!(same, id);
    let event = office.events("staff.enrolment_renewed").await.remove(0);
    assert_eq!(event.facts.unwrap()["roles"], serde_json::json!(["security"]));
    let mut device = Authenticator::at(STAFF);
    let enrolled: StaffId = office.enrol(link.expose(), &mut device).await.unwrap();
    let session = Some(office.sign_in(&mut device).await.unwrap());
    let who = Colleague { id: enrolled, device, session };
    assert_eq!(office.customer_of(&who).await, Some(customer));
}
