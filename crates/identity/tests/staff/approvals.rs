//! Four eyes: who may propose and decide, that it happens once, and that nothing happens which was
//! not approved.

use identity::approvals::jobs::expire;
use identity::approvals::{Listed, OnStaff, Outcome, Say, StaffReinstate, StaffSuspend, State};
use identity::testing::Authenticator;
use identity::{Invitation, StaffStatus};
use kernel::{ApprovalId, Code, Result, Role, Roles};

use crate::common::refused;
use crate::office::{Colleague, Office, STAFF};

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

fn roles(roles: &[Role]) -> Roles {
    roles.iter().copied().collect()
}

/// An office with two of each role that proposes and decides about the staff.
struct Desk {
    office: Office,
    boss: Colleague,
    guard: Colleague,
    other_guard: Colleague,
    clerk: Colleague,
}

impl Desk {
    async fn open() -> Self {
        let office = Office::open().await;
        let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
        let guard = office.hire("Sardor Aliyev", &[Role::Security]).await;
        let other_guard = office.hire("Malika Saidova", &[Role::Security]).await;
        let clerk = office.hire("Nodira Yusupova", &[Role::Support]).await;
        Self { office, boss, guard, other_guard, clerk }
    }

    /// The administrator proposes other roles for the clerk.
    async fn propose(&self, to: &[Role]) -> Result<ApprovalId> {
        let ctx = self.office.ctx(&self.boss).await;
        self.office.approvals.propose_roles(&ctx, self.clerk.id, roles(to), "moves").await
    }

    async fn roles_of_clerk(&self) -> Vec<&'static str> {
        self.office.ctx(&self.clerk).await.staff().unwrap().roles.names()
    }

    async fn state(&self, id: ApprovalId) -> State {
        let ctx = self.office.ctx(&self.boss).await;
        self.office.approvals.get(&ctx, id).await.unwrap().summary.state
    }
}

#[tokio::test]
async fn one_proposes_another_decides_and_it_is_done() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Support, Role::Accountant]).await.unwrap();
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
    let ctx = desk.office.ctx(&desk.guard).await;
    let view = desk.office.approvals.get(&ctx, id).await.unwrap();
    let changes = view.changes.unwrap();
    let lines: Vec<_> = changes
        .iter()
        .map(|c| (c.field.as_str(), c.before.as_deref(), c.after.as_deref()))
        .collect();
    assert_eq!(lines, [("roles", Some("support"), Some("support, accountant"))]);
    assert!(view.may_decide && !view.may_withdraw);
    let outcome = desk.office.approve(&mut desk.guard, id).await.unwrap();
    assert!(matches!(outcome, Outcome::Executed(None)), "{outcome:?}");
    assert_eq!(desk.roles_of_clerk().await, ["support", "accountant"]);
    assert_eq!(desk.state(id).await, State::Executed);
    let late = desk.office.approve(&mut desk.other_guard, id).await;
    assert_eq!(code(late), Code::ApprovalClosed);
    for (action, done) in
        [("staff.roles.propose", true), ("staff.roles.approve", true), ("approval.executed", true)]
    {
        assert_eq!(desk.office.audited(action, done).await, 1, "{action}");
    }
}

#[tokio::test]
async fn nobody_decides_about_their_own_proposal_by_any_role() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let own = desk.office.approve(&mut desk.boss, id).await;
    assert_eq!(code(own), Code::ApprovalOwn);
    // The maker comes by the role that decides; even the database refuses.
    desk.office
        .sql(
            "UPDATE staff SET roles = '{administrator,security}'
        WHERE name = 'Dilnoza Rahimova'",
        )
        .await;
    assert_eq!(code(desk.office.approve(&mut desk.boss, id).await), Code::ApprovalOwn);
    desk.office.sql("UPDATE staff SET roles = '{security}' WHERE name = 'Dilnoza Rahimova'").await;
    assert_eq!(code(desk.office.approve(&mut desk.boss, id).await), Code::ApprovalOwn);
    let pool = desk.office.bank.store();
    let forged = sqlx::query(
        "INSERT INTO approval_decision SELECT a.id, a.maker, a.maker, 'approve', NULL,
             a.payload_hash, p.id, '{}', now(), a.seal
         FROM approval a, auth_passkey p LIMIT 1",
    )
    .execute(pool.pool())
    .await;
    assert!(forged.is_err(), "the maker decides");
    assert!(desk.office.audited("staff.roles.approve", false).await >= 3);
}

#[tokio::test]
async fn two_roles_of_one_person_do_not_make_two_people() {
    let mut desk = Desk::open().await;
    desk.office
        .sql(
            "UPDATE staff SET roles = '{administrator,security}'
        WHERE name = 'Malika Saidova'",
        )
        .await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let both = desk.office.approve(&mut desk.other_guard, id).await;
    assert_eq!(code(both), Code::PermissionMissing, "a colleague with both roles");
}

#[tokio::test]
async fn two_approvals_at_once_carry_it_out_once() {
    let mut desk = Desk::open().await;
    for _ in 0..4 {
        let before = desk.roles_of_clerk().await;
        let to: &[Role] =
            if before == ["support"] { &[Role::Accountant] } else { &[Role::Support] };
        let id = desk.propose(to).await.unwrap();
        let Desk { office, guard, other_guard, .. } = &mut desk;
        let (one, two) = tokio::join!(office.approve(guard, id), office.approve(other_guard, id));
        let done = [&one, &two].iter().filter(|r| matches!(r, Ok(Outcome::Executed(_)))).count();
        assert_eq!(done, 1, "{one:?} {two:?}");
        let lost = if one.is_ok() { two } else { one };
        assert_eq!(code(lost), Code::ApprovalClosed);
    }
    assert_eq!(desk.office.audited("approval.executed", true).await, 4);
    let times: i64 = sqlx::query_scalar("SELECT perm_epoch FROM staff WHERE name LIKE 'Nodira%'")
        .fetch_one(desk.office.bank.store().pool())
        .await
        .unwrap();
    assert_eq!(times, 4);
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_ends_it() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let ctx = desk.office.ctx(&desk.guard).await;
    let asked = desk.office.approvals.start_decision(&ctx, id, Say::Reject).await.unwrap();
    let answer = desk.guard.device.assert(&asked.options);
    let without =
        desk.office.approvals.decide(&ctx, id, (Say::Reject, Some(" ")), (asked.id, &answer)).await;
    assert_eq!(code(without), Code::ReasonMissing);
    let outcome = desk.office.decide(&mut desk.guard, id, Say::Reject).await.unwrap();
    assert!(matches!(outcome, Outcome::Rejected));
    assert_eq!(desk.state(id).await, State::Rejected);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
    let view = desk.office.approvals.get(&ctx, id).await.unwrap();
    assert_eq!(view.decisions[0].reason.as_deref(), Some("not now"));
    let late = desk.office.approve(&mut desk.other_guard, id).await;
    assert_eq!(code(late), Code::ApprovalClosed);
}

#[tokio::test]
async fn a_signature_is_for_one_decision_about_one_proposal() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let ctx = desk.office.ctx(&desk.guard).await;
    let approvals = &desk.office.approvals;
    // Signed as a rejection, sent as an approval.
    let asked = approvals.start_decision(&ctx, id, Say::Reject).await.unwrap();
    let answer = desk.guard.device.assert(&asked.options);
    let swapped = approvals.decide(&ctx, id, (Say::Approve, None), (asked.id, &answer)).await;
    assert_eq!(code(swapped), Code::PasskeyChallengeOver);
    // Signed for another proposal.
    let boss = desk.office.ctx(&desk.boss).await;
    let invitation = Invitation {
        phone: Some("+998901234599"),
        name: "Somebody New",
        email: "somebody@okto.example",
        roles: roles(&[Role::Support]),
    };
    let other = approvals.propose_invitation(&boss, invitation, "needed").await.unwrap();
    let asked = approvals.start_decision(&ctx, other, Say::Approve).await.unwrap();
    let answer = desk.guard.device.assert(&asked.options);
    let swapped = approvals.decide(&ctx, id, (Say::Approve, None), (asked.id, &answer)).await;
    assert_eq!(code(swapped), Code::PasskeyChallengeOver);
    // By a colleague's passkey.
    let asked = approvals.start_decision(&ctx, id, Say::Approve).await.unwrap();
    let answer = desk.other_guard.device.assert(&asked.options);
    let lent = approvals.decide(&ctx, id, (Say::Approve, None), (asked.id, &answer)).await;
    assert_eq!(code(lent), Code::PasskeyRefused);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
}

#[tokio::test]
async fn whoever_lost_the_right_meanwhile_does_not_count() {
    let mut desk = Desk::open().await;
    // The maker is suspended before the decision.
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.office.sql("UPDATE staff SET status = 'suspended' WHERE name LIKE 'Dilnoza%'").await;
    let lost = desk.office.approve(&mut desk.guard, id).await;
    assert_eq!(code(lost), Code::ApprovalRightsLost);
    desk.office.sql("UPDATE staff SET status = 'active' WHERE name LIKE 'Dilnoza%'").await;
    assert_eq!(desk.state(id).await, State::Refused);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
    assert_eq!(desk.office.audited("approval.executed", false).await, 1);
    // The first of two who approve loses the role before the second does.
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.require_two(id).await;
    let waits = desk.office.approve(&mut desk.guard, id).await.unwrap();
    assert!(matches!(waits, Outcome::Waits(1)), "{waits:?}");
    let again = desk.office.approve(&mut desk.guard, id).await;
    assert_eq!(code(again), Code::ApprovalDecided);
    desk.office.sql("UPDATE staff SET roles = '{support}' WHERE name LIKE 'Sardor%'").await;
    let lost = desk.office.approve(&mut desk.other_guard, id).await;
    assert_eq!(code(lost), Code::ApprovalRightsLost);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
    // Whoever lost it before cannot decide at all.
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    assert_eq!(code(desk.office.approve(&mut desk.guard, id).await), Code::PermissionMissing);
}

impl Desk {
    /// Lets a proposal need two approvals, as the program would have written it.
    async fn require_two(&self, id: ApprovalId) {
        let keys = crate::common::keys();
        let pool = self.office.bank.store();
        let row: (String, String, uuid::Uuid, uuid::Uuid, uuid::Uuid, String, String, Vec<u8>) =
            sqlx::query_as(
                "SELECT kind, object_kind, object_id, subject, maker, reason, payload,
                     difference_hash
                 FROM approval WHERE id = $1",
            )
            .bind(id.uuid())
            .fetch_one(pool.pool())
            .await
            .unwrap();
        let times: (sqlx::types::time::OffsetDateTime, sqlx::types::time::OffsetDateTime) =
            sqlx::query_as("SELECT created_at, expires_at FROM approval WHERE id = $1")
                .bind(id.uuid())
                .fetch_one(pool.pool())
                .await
                .unwrap();
        let micros = |t| kernel::Moment::from(t).micros().to_be_bytes();
        let seal = keys.sign(
            kernel::KeyUse::Approval,
            &[
                b"proposal",
                id.uuid().as_bytes(),
                row.0.as_bytes(),
                row.1.as_bytes(),
                row.2.as_bytes(),
                row.3.as_bytes(),
                row.4.as_bytes(),
                row.5.as_bytes(),
                row.6.as_bytes(),
                &row.7,
                &2_i16.to_be_bytes(),
                &micros(times.0),
                &micros(times.1),
            ],
        );
        sqlx::query("UPDATE approval SET quorum = 2, seal = $2 WHERE id = $1")
            .bind(id.uuid())
            .bind(seal.as_slice())
            .execute(pool.pool())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn two_who_approve_at_once_where_two_are_needed() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.require_two(id).await;
    let Desk { office, guard, other_guard, .. } = &mut desk;
    let (one, two) = tokio::join!(office.approve(guard, id), office.approve(other_guard, id));
    let (one, two) = (one.unwrap(), two.unwrap());
    let both = [&one, &two];
    assert_eq!(both.iter().filter(|o| matches!(o, Outcome::Executed(_))).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|o| matches!(o, Outcome::Waits(1))).count(), 1, "{both:?}");
    assert_eq!(desk.roles_of_clerk().await, ["auditor"]);
}

#[tokio::test]
async fn a_forged_approval_does_not_count() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.require_two(id).await;
    desk.office
        .sql(
            "INSERT INTO approval_decision SELECT a.id, a.maker, m.id, 'approve', NULL,
                 a.payload_hash, p.id, '{}', now(), a.seal
             FROM approval a, staff m JOIN auth_passkey p ON p.owner_id = m.id
             WHERE m.name LIKE 'Malika%'",
        )
        .await;
    let outcome = desk.office.approve(&mut desk.guard, id).await.unwrap();
    assert!(matches!(outcome, Outcome::Waits(1)), "{outcome:?}");
}

#[tokio::test]
async fn a_decision_that_was_forged_or_altered_is_nobodys() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.office
        .sql(
            "INSERT INTO approval_decision SELECT a.id, a.maker, m.id, 'approve', NULL,
                 a.payload_hash, p.id, '{}', now(), a.seal
             FROM approval a, staff m JOIN auth_passkey p ON p.owner_id = m.id
             WHERE m.name LIKE 'Malika%'",
        )
        .await;
    let ctx = desk.office.ctx(&desk.boss).await;
    let shown = desk.office.approvals.get(&ctx, id).await.unwrap();
    assert!(shown.decisions.is_empty(), "{:?}", shown.decisions);
    desk.office.decide(&mut desk.guard, id, Say::Reject).await.unwrap();
    let shown = desk.office.approvals.get(&ctx, id).await.unwrap();
    assert_eq!(shown.decisions.iter().map(|d| d.checker).collect::<Vec<_>>(), [desk.guard.id]);
    for column in [
        "UPDATE approval_decision SET reason = 'yes' WHERE verdict = 'reject'",
        "UPDATE approval_decision SET at = at + interval '1 day' WHERE verdict = 'reject'",
    ] {
        desk.office.sql("CREATE TABLE kept AS TABLE approval_decision").await;
        assert_eq!(desk.office.sql(column).await, 1);
        let shown = desk.office.approvals.get(&ctx, id).await.unwrap();
        assert!(shown.decisions.is_empty() && shown.summary.state == State::Rejected, "{column}");
        desk.office.sql("DELETE FROM approval_decision").await;
        desk.office.sql("INSERT INTO approval_decision TABLE kept").await;
        desk.office.sql("DROP TABLE kept").await;
    }
}

#[tokio::test]
async fn what_was_closed_is_not_opened_again_from_the_database() {
    let mut desk = Desk::open().await;
    let reopen = "UPDATE approval SET state = 'open', closed_at = NULL, refusal = NULL";
    for how in ["rejected", "withdrawn", "expired"] {
        let id = desk.propose(&[Role::Auditor]).await.unwrap();
        let boss = desk.office.ctx(&desk.boss).await;
        let until = "UPDATE approval SET expires_at = created_at + interval '1 second'";
        match how {
            "rejected" => {
                desk.office.decide(&mut desk.guard, id, Say::Reject).await.unwrap();
            }
            "withdrawn" => desk.office.approvals.withdraw(&boss, id).await.unwrap(),
            _ => {
                desk.office.sql("CREATE TABLE kept AS SELECT id, expires_at FROM approval").await;
                desk.office.sql(until).await;
                desk.office.bank.clock.advance_seconds(2);
                assert_eq!(desk.office.approvals.expire(&boss).await.unwrap(), 1);
                desk.office
                    .sql(
                        "UPDATE approval a SET expires_at = k.expires_at FROM kept k
                         WHERE k.id = a.id",
                    )
                    .await;
            }
        }
        assert_eq!(desk.office.sql(reopen).await, 1, "{how}");
        let carried_out = desk.office.approve(&mut desk.other_guard, id).await;
        assert_eq!(code(carried_out), Code::ApprovalTampered, "{how}");
        let shown = desk.office.approvals.get(&boss, id).await;
        assert_eq!(code(shown), Code::ApprovalTampered, "{how}");
        desk.office.sql("DELETE FROM approval_decision").await;
        // What was decided stands in the audit log as well.
        let again = desk.office.approve(&mut desk.other_guard, id).await;
        assert_eq!(code(again), Code::ApprovalTampered, "{how}");
        desk.office.sql("DELETE FROM approval").await;
    }
    // Nor does one that waits look as if it were carried out.
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.office.sql("UPDATE approval SET state = 'executed', closed_at = now()").await;
    let boss = desk.office.ctx(&desk.boss).await;
    assert_eq!(code(desk.office.approvals.get(&boss, id).await), Code::ApprovalTampered);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
}

#[tokio::test]
async fn an_altered_proposal_is_refused() {
    let statements = [
        "UPDATE approval SET payload = replace(payload, 'auditor', 'administrator')",
        "UPDATE approval SET quorum = 2",
        "UPDATE approval SET reason = 'because'",
        "UPDATE approval SET expires_at = expires_at + interval '1 year'",
        "UPDATE approval SET payload_hash = sha256('x')",
        "UPDATE approval SET difference_hash = sha256('x')",
    ];
    let mut desk = Desk::open().await;
    for statement in statements {
        let id = desk.propose(&[Role::Auditor]).await.unwrap();
        assert_eq!(desk.office.sql(statement).await, 1, "{statement}");
        let altered = desk.office.approve(&mut desk.guard, id).await;
        assert_eq!(code(altered), Code::ApprovalTampered, "{statement}");
        let ctx = desk.office.ctx(&desk.guard).await;
        let shown = desk.office.approvals.get(&ctx, id).await;
        assert_eq!(code(shown), Code::ApprovalTampered, "{statement}");
        desk.office.sql("DELETE FROM approval").await;
    }
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
    assert!(desk.office.audited("approval.read", false).await >= 12);
}

#[tokio::test]
async fn an_alteration_between_signature_and_execution_is_refused() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let ctx = desk.office.ctx(&desk.guard).await;
    let approvals = &desk.office.approvals;
    let asked = approvals.start_decision(&ctx, id, Say::Approve).await.unwrap();
    let answer = desk.guard.device.assert(&asked.options);
    desk.office
        .sql("UPDATE approval SET payload = replace(payload, 'auditor', 'administrator')")
        .await;
    let decided = approvals.decide(&ctx, id, (Say::Approve, None), (asked.id, &answer)).await;
    assert_eq!(code(decided), Code::ApprovalTampered);
    assert_eq!(desk.roles_of_clerk().await, ["support"]);
}

#[tokio::test]
async fn what_changed_since_the_proposal_is_not_carried_out() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.office.sql("UPDATE staff SET roles = '{accountant}' WHERE name LIKE 'Nodira%'").await;
    let stale = desk.office.approve(&mut desk.guard, id).await;
    assert_eq!(code(stale), Code::ApprovalStale);
    assert_eq!(desk.roles_of_clerk().await, ["accountant"]);
    let ctx = desk.office.ctx(&desk.boss).await;
    let view = desk.office.approvals.get(&ctx, id).await.unwrap();
    assert_eq!(view.summary.state, State::Refused);
    assert_eq!(view.refusal, Some(Code::ApprovalStale));
    assert_eq!(view.decisions.len(), 1, "the decision stays on record");
}

#[tokio::test]
async fn a_proposal_expires_and_can_be_taken_back() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    assert_eq!(code(desk.propose(&[Role::Accountant]).await), Code::ApprovalOpen);
    desk.office.bank.clock.advance_seconds(3 * 86_400);
    for who in [&mut desk.boss, &mut desk.guard, &mut desk.clerk] {
        who.session = Some(desk.office.sign_in(&mut who.device).await.unwrap());
    }
    assert_eq!(code(desk.office.approve(&mut desk.guard, id).await), Code::ApprovalClosed);
    assert_eq!(desk.state(id).await, State::Expired);
    let again = desk.propose(&[Role::Accountant]).await.unwrap();
    let boss = desk.office.ctx(&desk.boss).await;
    let guard = desk.office.ctx(&desk.guard).await;
    assert_eq!(code(desk.office.approvals.withdraw(&guard, again).await), Code::NotFound);
    desk.office.approvals.withdraw(&boss, again).await.unwrap();
    assert_eq!(code(desk.office.approvals.withdraw(&boss, again).await), Code::ApprovalClosed);
    assert_eq!(code(desk.office.approve(&mut desk.guard, again).await), Code::ApprovalClosed);
    for (listed, count) in [(Listed::Own, 0), (Listed::Open, 0), (Listed::Closed, 2)] {
        let list = desk.office.approvals.list(&boss, listed, None).await.unwrap();
        assert_eq!(list.proposals.len(), count, "{listed:?}");
    }
    assert_eq!(desk.office.approvals.expire(&desk.office.bank.ctx()).await.unwrap(), 0);
    assert_eq!(desk.office.audited("approval.expired", true).await, 1);
}

#[tokio::test]
async fn what_nobody_decides_about_is_closed_by_itself() {
    let desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    let state = async || {
        let state: String = sqlx::query_scalar("SELECT state FROM approval WHERE id = $1")
            .bind(id.uuid())
            .fetch_one(desk.office.bank.store().pool())
            .await
            .unwrap();
        state
    };
    let run = async || {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let clock = desk.office.bank.ctx().clock;
        let job = tokio::spawn(expire(desk.office.approvals.clone(), clock, stopped));
        for _ in 0..100 {
            if state().await == "expired" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        stop.send_replace(true);
        job.await.unwrap();
    };
    desk.office.bank.clock.advance_seconds(3 * 86_400 - 1);
    run().await;
    assert_eq!(state().await, "open");
    desk.office.bank.clock.advance_seconds(1);
    run().await;
    assert_eq!(state().await, "expired");
    assert_eq!(desk.office.audited("approval.expired", true).await, 1);
}

#[tokio::test]
async fn nobody_is_the_subject_of_their_own_proposal_or_decision() {
    let mut desk = Desk::open().await;
    let boss = desk.office.ctx(&desk.boss).await;
    let own = desk
        .office
        .approvals
        .propose_roles(&boss, desk.boss.id, roles(&[Role::Administrator, Role::Auditor]), "for me")
        .await;
    assert_eq!(code(own), Code::PermissionMissing);
    let about_guard = desk
        .office
        .approvals
        .propose_roles(&boss, desk.guard.id, roles(&[Role::Security, Role::Compliance]), "moves")
        .await
        .unwrap();
    let own = desk.office.approve(&mut desk.guard, about_guard).await;
    assert_eq!(code(own), Code::PermissionMissing);
    desk.office.approve(&mut desk.other_guard, about_guard).await.unwrap();
    // And nobody without the right proposes.
    let clerk = desk.office.ctx(&desk.clerk).await;
    let roles = roles(&[Role::Administrator]);
    let wished = desk.office.approvals.propose_roles(&clerk, desk.clerk.id, roles, "wishes").await;
    assert_eq!(code(wished), Code::PermissionMissing);
    let seen = desk.office.approvals.get(&desk.office.bank.ctx(), about_guard).await;
    assert_eq!(code(seen), Code::SignInRequired);
}

#[tokio::test]
async fn an_invitation_that_is_approved_makes_an_employee() {
    let mut desk = Desk::open().await;
    let boss = desk.office.ctx(&desk.boss).await;
    let invitation = Invitation {
        phone: Some("+998901234599"),
        name: "Jamshid Toʻrayev",
        email: "Jamshid@okto.example",
        roles: roles(&[Role::Compliance]),
    };
    let approvals = desk.office.approvals.clone();
    let id = approvals.propose_invitation(&boss, invitation, "a second one").await.unwrap();
    let guard = desk.office.ctx(&desk.guard).await;
    let view = approvals.get(&guard, id).await.unwrap();
    let after = |field: &str| {
        let changes = view.changes.as_ref().unwrap();
        changes.iter().find(|c| c.field == field).unwrap().after.clone().unwrap()
    };
    assert_eq!(after("name"), "Jamshid Toʻrayev");
    assert_eq!(after("email"), "jamshid@okto.example");
    assert_eq!(after("roles"), "compliance");
    assert_eq!(after("phone"), "+998901234599");
    desk.office.approve(&mut desk.guard, id).await.unwrap();
    let all = desk.office.identity.staff(&boss).await.unwrap();
    let new = all.iter().find(|member| member.name.starts_with("Jamshid")).unwrap();
    assert_eq!(new.status, StaffStatus::Invited);
    let link = desk
        .office
        .identity
        .enrolment_code(&desk.office.operator(), new.id)
        .await
        .unwrap()
        .unwrap();
    let mut device = Authenticator::at(STAFF);
    desk.office.enrol(link.expose(), &mut device).await.unwrap();
    desk.office.sign_in(&mut device).await.unwrap();
    let jobs: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT payload FROM job WHERE kind = 'staff.enrolment_mail'")
            .fetch_all(desk.office.bank.store().pool())
            .await
            .unwrap();
    assert!(matches!(jobs.as_slice(), [job] if job["site"] == STAFF), "{jobs:?}");
    assert!(!jobs[0].to_string().contains("bk_en_"), "the code is computed when it is sent");
    let again = approvals.propose_invitation(&boss, invitation, "again").await;
    assert_eq!(code(again), Code::StaffEmailKnown);
    let stored: String = sqlx::query_scalar("SELECT string_agg(a::text, '') FROM approval a")
        .fetch_one(desk.office.bank.store().pool())
        .await
        .unwrap();
    assert!(!stored.contains("okto.example"), "mail addresses are sealed");
    assert!(!stored.contains("901234599"), "and so are telephones");
}

#[tokio::test]
async fn two_employees_are_invited_at_a_time_and_nobody_twice() {
    let mut desk = Desk::open().await;
    let boss = desk.office.ctx(&desk.boss).await;
    let approvals = desk.office.approvals.clone();
    let invite = async |email: &str| {
        let invitation = Invitation {
            phone: Some("+998901234599"),
            name: "Jamshid Toʻrayev",
            email,
            roles: roles(&[Role::Compliance]),
        };
        approvals.propose_invitation(&boss, invitation, "a new one").await
    };
    let one = invite("jamshid@okto.example").await.unwrap();
    let other = invite("bobur@okto.example").await.unwrap();
    assert_eq!(code(invite("Jamshid@okto.example").await), Code::ApprovalOpen);
    for id in [other, one] {
        desk.office.approve(&mut desk.guard, id).await.unwrap();
    }
    // One that is decided about makes room.
    let third = invite("kamol@okto.example").await.unwrap();
    desk.office.decide(&mut desk.guard, third, Say::Reject).await.unwrap();
    invite("kamol@okto.example").await.unwrap();
}

#[tokio::test]
async fn suspension_takes_two_and_leaves_somebody_to_decide() {
    let mut desk = Desk::open().await;
    let guard = desk.office.ctx(&desk.guard).await;
    let approvals = desk.office.approvals.clone();
    let suspend = OnStaff { staff: desk.clerk.id };
    let id = approvals.propose::<StaffSuspend>(&guard, &suspend, "has left").await.unwrap();
    desk.office.approve(&mut desk.boss, id).await.unwrap();
    assert_eq!(code(desk.office.try_ctx(&desk.clerk).await), Code::SignInRequired);
    let again = approvals.propose::<StaffSuspend>(&guard, &suspend, "has left").await;
    assert_eq!(code(again), Code::NothingToChange);
    let id = approvals.propose::<StaffReinstate>(&guard, &suspend, "is back").await.unwrap();
    desk.office.approve(&mut desk.boss, id).await.unwrap();
    desk.clerk.session = Some(desk.office.sign_in(&mut desk.clerk.device).await.unwrap());
    let last = OnStaff { staff: desk.boss.id };
    let last = approvals.propose::<StaffSuspend>(&guard, &last, "a coup").await;
    assert_eq!(code(last), Code::StaffLastOfRole);
}

#[tokio::test]
async fn what_is_signed_can_be_shown_to_others() {
    let mut desk = Desk::open().await;
    let id = desk.propose(&[Role::Auditor]).await.unwrap();
    desk.office.approve(&mut desk.guard, id).await.unwrap();
    let (evidence, signed): (serde_json::Value, Vec<u8>) =
        sqlx::query_as("SELECT evidence, signed_hash FROM approval_decision")
            .fetch_one(desk.office.bank.store().pool())
            .await
            .unwrap();
    let random = evidence["random"].as_str().unwrap();
    let random: Vec<u8> =
        (0..32).map(|n| u8::from_str_radix(&random[2 * n..2 * n + 2], 16).unwrap()).collect();
    let text = b"okto passkey challenge 1\0sign\0staff\0".as_slice();
    let parts = [text, desk.guard.id.uuid().as_bytes(), &random, &signed].concat();
    let challenge: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(parts).into();
    assert!(desk.guard.device.confirms(&evidence, &challenge));
}
