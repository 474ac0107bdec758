//! What takes two employees about a customer, and about everybody's sessions.

use identity::UserStatus;
use identity::approvals::{
    Action, Change, CustomerClose, CustomerErase, CustomerRecover, CustomerUnfreeze, Everybody,
    Given, GlobalKill, OnCustomer, Outcome,
};
use identity::cases::Outcome as CaseOutcome;
use kernel::{ApprovalId, Code, CustomerId, Permission, Result, Role};

use crate::common::{PASSWORD, phone, refused};
use crate::office::{Colleague, Office};

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

struct Counter {
    office: Office,
    clerk: Colleague,
    officer: Colleague,
    guard: Colleague,
    customer: CustomerId,
}

impl Counter {
    async fn open() -> Self {
        let office = Office::open().await;
        let clerk = office.hire("Nodira Yusupova", &[Role::Support]).await;
        let officer = office.hire("Malika Saidova", &[Role::Compliance]).await;
        let guard = office.hire("Sardor Aliyev", &[Role::Security]).await;
        let customer = office.bank.user(&phone(1_234_567)).await;
        Self { office, clerk, officer, guard, customer }
    }

    async fn status(&self) -> UserStatus {
        self.office.identity.user_status(&self.office.operator(), self.customer).await.unwrap()
    }

    async fn freeze(&self) {
        let ctx = self.office.ctx(&self.clerk).await;
        let mut tx = self.office.bank.begin().await;
        let facts = serde_json::json!({});
        self.office.identity.freeze_for_bank(&mut tx, &ctx, self.customer, facts).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    async fn propose<A: Action<Payload = OnCustomer>>(
        &self,
        who: &Colleague,
    ) -> Result<ApprovalId> {
        let ctx = self.office.ctx(who).await;
        let about = OnCustomer { customer: self.customer };
        self.office.approvals.propose::<A>(&ctx, &about, "asked at the counter").await
    }
}

#[tokio::test]
async fn lifting_a_freeze_takes_two() {
    let mut desk = Counter::open().await;
    assert_eq!(code(desk.propose::<CustomerUnfreeze>(&desk.clerk).await), Code::NothingToChange);
    desk.freeze().await;
    assert_eq!(desk.status().await, UserStatus::Frozen);
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    let Counter { office, clerk, officer, guard, .. } = &mut desk;
    assert_eq!(code(office.approve(clerk, id).await), Code::ApprovalOwn);
    assert_eq!(code(office.approve(guard, id).await), Code::PermissionMissing);
    office.approve(officer, id).await.unwrap();
    assert_eq!(desk.status().await, UserStatus::Active);
    let old = desk.office.bank.sign_in(&phone(1_234_567), PASSWORD).await;
    assert_eq!(code(old), Code::PasswordVoid);
}

#[tokio::test]
async fn a_freeze_that_was_lifted_meanwhile_makes_the_proposal_stale() {
    let mut desk = Counter::open().await;
    desk.freeze().await;
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    desk.office.sql("UPDATE auth_user SET status = 'active'").await;
    let Counter { office, officer, .. } = &mut desk;
    assert_eq!(code(office.approve(officer, id).await), Code::NothingToChange);
    assert_eq!(office.audited("approval.executed", false).await, 1);
}

#[tokio::test]
async fn an_old_proposal_does_not_lift_a_newer_freeze() {
    let mut desk = Counter::open().await;
    desk.freeze().await;
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    // Somebody else stops the customer, who is frozen already, for another reason.
    desk.freeze().await;
    let Counter { office, officer, .. } = &mut desk;
    assert_eq!(code(office.approve(officer, id).await), Code::ApprovalStale);
    assert_eq!(desk.status().await, UserStatus::Frozen);

    // What came of its case is what the freeze rests on, too.
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    let ctx = desk.office.ctx(&desk.officer).await;
    let identity = &desk.office.identity;
    let case = identity.cases(None).await.unwrap().pop().unwrap().id;
    identity.close_case(&ctx, case, (CaseOutcome::Confirmed, "it was fraud")).await.unwrap();
    let Counter { office, officer, .. } = &mut desk;
    assert_eq!(code(office.approve(officer, id).await), Code::ApprovalStale);

    // Whoever decides sees all of it.
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    let shown = desk.office.approvals.get(&ctx, id).await.unwrap().changes.unwrap();
    let fields: Vec<_> = shown.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["status", "last_freeze", "case_confirmed"]);
    assert_eq!(shown[2].before, Some(case.to_string()));
    let Counter { office, officer, .. } = &mut desk;
    office.approve(officer, id).await.unwrap();
    assert_eq!(desk.status().await, UserStatus::Active);
}

#[tokio::test]
async fn nobody_decides_about_the_customer_that_they_are() {
    let mut desk = Counter::open().await;
    desk.freeze().await;
    let id = desk.propose::<CustomerUnfreeze>(&desk.clerk).await.unwrap();
    desk.office
        .sql("UPDATE staff SET customer_id = (SELECT id FROM auth_user) WHERE name LIKE 'Malika%'")
        .await;
    let Counter { office, officer, .. } = &mut desk;
    assert_eq!(code(office.approve(officer, id).await), Code::PermissionMissing);
}

#[tokio::test]
async fn a_case_is_closed_once_and_never_by_whom_it_is_about() {
    let desk = Counter::open().await;
    desk.freeze().await;
    let identity = &desk.office.identity;
    let ctx = desk.office.ctx(&desk.clerk).await;
    let case = identity.cases(None).await.unwrap().pop().unwrap().id;
    let fine = (CaseOutcome::FalseAlarm, "they called");
    let missing = identity.close_case(&ctx, case, (CaseOutcome::FalseAlarm, " ")).await;
    assert_eq!(code(missing), Code::ReasonMissing);

    desk.office
        .sql("UPDATE staff SET customer_id = (SELECT id FROM auth_user) WHERE name LIKE 'Nodira%'")
        .await;
    let own = desk.office.ctx(&desk.clerk).await;
    assert_eq!(code(identity.close_case(&own, case, fine).await), Code::PermissionMissing);
    assert_eq!(code(identity.case_for_staff(&own, case).await), Code::PermissionMissing);
    assert_eq!(
        code(identity.cases_of_customer(&own, desk.customer).await),
        Code::PermissionMissing
    );

    let ctx = desk.office.ctx(&desk.officer).await;
    identity.close_case(&ctx, case, fine).await.unwrap();
    let late = identity.close_case(&ctx, case, (CaseOutcome::Confirmed, "too late")).await;
    assert_eq!(code(late), Code::NothingToChange);
    let file = identity.case_for_staff(&ctx, case).await.unwrap();
    assert_eq!(file.case.outcome, Some(CaseOutcome::FalseAlarm));
    assert_eq!(file.case.closed_by, Some(desk.officer.id));
    assert_eq!(file.note.unwrap().expose(), "they called");
    let stored: String = sqlx::query_scalar("SELECT string_agg(c::text, '') FROM case_file c")
        .fetch_one(desk.office.bank.store().pool())
        .await
        .unwrap();
    assert!(!stored.contains("they called"), "the note is sealed");
    assert_eq!(desk.office.audited("case.handle", true).await, 1);
    assert_eq!(desk.office.audited("case.handle", false).await, 1);
    assert_eq!(desk.status().await, UserStatus::Frozen);
}

#[tokio::test]
async fn a_customer_is_closed_and_then_erased() {
    let mut desk = Counter::open().await;
    assert_eq!(code(desk.propose::<CustomerErase>(&desk.officer).await), Code::CustomerNotClosed);
    let id = desk.propose::<CustomerClose>(&desk.clerk).await.unwrap();
    desk.office.approve(&mut desk.officer, id).await.unwrap();
    assert_eq!(desk.status().await, UserStatus::Closed);
    let id = desk.propose::<CustomerErase>(&desk.officer).await.unwrap();
    let Counter { office, officer, guard, customer, .. } = &mut desk;
    assert_eq!(code(office.approve(officer, id).await), Code::ApprovalOwn);
    office.approve(guard, id).await.unwrap();
    let (store, keys) = (office.bank.store(), crate::common::keys());
    let key = store::subjects::read(store.pool(), &keys, customer.uuid()).await.unwrap();
    assert!(key.is_none(), "what was sealed for them is unreadable");
    let ctx = office.ctx(guard).await;
    let view = office.approvals.get(&ctx, id).await.unwrap();
    assert_eq!(view.changes, None, "what is left of the proposal holds no personal data");
}

#[tokio::test]
async fn a_case_outlives_the_customer_and_stands_in_what_is_approved() {
    let mut desk = Counter::open().await;
    let early = desk.propose::<CustomerClose>(&desk.clerk).await.unwrap();
    let ctx = desk.office.ctx(&desk.clerk).await;
    let case = desk.office.identity.freeze_customer(&ctx, desk.customer, "theft").await.unwrap();
    // Nobody approved that there is a case.
    let stale = desk.office.approve(&mut desk.officer, early).await;
    assert_eq!(code(stale), Code::ApprovalStale);
    let id = desk.propose::<CustomerClose>(&desk.clerk).await.unwrap();
    let ctx = desk.office.ctx(&desk.officer).await;
    let changes = desk.office.approvals.get(&ctx, id).await.unwrap().changes.unwrap();
    let named = case.to_string();
    assert_eq!(changes.last(), Some(&Change::new("case_kept", Some(&named), Some(&named))));
    desk.office.approve(&mut desk.officer, id).await.unwrap();
    assert_eq!(desk.status().await, UserStatus::Closed);
    let file = desk.office.identity.case_for_staff(&ctx, case).await.unwrap();
    assert_eq!(file.case.closed_at, None);
}

#[tokio::test]
async fn a_recovery_code_is_shown_once_to_whoever_approved_it() {
    let mut desk = Counter::open().await;
    let id = desk.propose::<CustomerRecover>(&desk.clerk).await.unwrap();
    let outcome = desk.office.approve(&mut desk.officer, id).await.unwrap();
    let Outcome::Executed(Some(Given::ResetCode(given))) = outcome else { panic!("{outcome:?}") };
    let stored: String = sqlx::query_scalar(
        "SELECT coalesce((SELECT string_agg(a::text, '') FROM approval a), '')
             || (SELECT string_agg(d::text, '') FROM approval_decision d)",
    )
    .fetch_one(desk.office.bank.store().pool())
    .await
    .unwrap();
    assert!(!stored.contains(given.expose().as_str()));
}

#[tokio::test]
async fn every_session_of_every_customer_ends_by_two() {
    let mut desk = Counter::open().await;
    let mut boss = desk.office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let tokens = desk.office.bank.sign_in(&phone(1_234_567), PASSWORD).await.unwrap();
    let ctx = desk.office.ctx(&desk.guard).await;
    assert!(ctx.permissions.has(Permission::GlobalKillPropose));
    let approvals = desk.office.approvals.clone();
    let id = approvals.propose::<GlobalKill>(&ctx, &Everybody {}, "keys were stolen").await;
    let id = id.unwrap();
    let own = desk.office.approve(&mut desk.guard, id).await;
    assert_eq!(code(own), Code::ApprovalOwn);
    assert!(desk.office.bank.accepts(&desk.office.identity, &tokens.access).await);
    desk.office.approve(&mut boss, id).await.unwrap();
    assert!(!desk.office.bank.accepts(&desk.office.identity, &tokens.access).await);
    desk.office.ctx(&boss).await;
}
