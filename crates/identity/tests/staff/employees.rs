//! Employees: how they come by a passkey, sign in, and what ends their sessions and rights.

use identity::testing::Authenticator;
use identity::{Invitation, Names, Object, Owner, StaffStatus, Use};
use kernel::{Code, CustomerId, Entropy, Permission, Result, Role, Roles};

use crate::common::{client, phone, refused};
use crate::office::{Office, STAFF};

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

#[tokio::test]
async fn an_employee_enrols_once_and_signs_in_with_the_passkey() {
    let office = Office::open().await;
    let (id, link) = office.invite("Dilnoza Rahimova", &[Role::Administrator]).await;
    let ctx = office.bank.ctx();
    let shown = office.identity.enrolment(&ctx, &link, &client()).await.unwrap();
    assert_eq!((shown.staff, shown.name.as_str(), shown.works), (id, "Dilnoza Rahimova", false));
    assert_eq!(shown.roles.names(), ["administrator"]);
    let mut device = Authenticator::at(STAFF);
    office.enrol(&link, &mut device).await.unwrap();
    assert_eq!(code(office.enrol(&link, &mut Authenticator::at(STAFF)).await), Code::EnrolmentOver);
    let session = office.sign_in(&mut device).await.unwrap();
    assert_eq!(session.staff, id);
    let token = session.token.expose();
    assert!(token.starts_with("bk_ss_"));
    let known = office.identity.authenticate_staff(&ctx, token, Use::Request).await.unwrap();
    let employee = known.staff().unwrap();
    assert_eq!((employee.id, employee.aal), (id, 3));
    assert!(known.permissions.has(Permission::StaffInvitePropose));
    assert!(!known.permissions.has(Permission::CustomerSearch));
    let me = office.identity.staff_self(&known).await.unwrap();
    assert_eq!(me.status, StaffStatus::Active);
    assert_eq!(me.email.unwrap().expose(), "dilnoza.rahimova@okto.example");
    for action in ["staff.taken_in", "staff.enrolled", "staff.session_began"] {
        assert_eq!(office.audited(action, true).await, 1, "{action}");
    }
}

#[tokio::test]
async fn a_link_ends_after_a_day_or_when_another_is_made() {
    let office = Office::open().await;
    let (id, first) = office.invite("Sardor Aliyev", &[Role::Security]).await;
    let operator = office.operator();
    let shown = office.identity.enrolment_code(&operator, id).await.unwrap().unwrap();
    assert_eq!(shown.expose(), &first);
    let (same, second) = office.invite("Sardor Aliyev", &[Role::Support]).await;
    assert_eq!(same, id, "known by the mail address");
    let ctx = office.bank.ctx();
    let old = office.identity.enrolment(&ctx, &first, &client()).await;
    assert_eq!(code(old), Code::EnrolmentOver);
    let new = office.identity.enrolment(&ctx, &second, &client()).await.unwrap();
    assert_eq!(new.roles.names(), ["security"], "the roles stay");
    office.bank.clock.advance_seconds(86_400);
    let late = office.identity.enrolment(&office.bank.ctx(), &second, &client()).await;
    assert_eq!(code(late), Code::EnrolmentOver);
    assert_eq!(office.identity.enrolment_code(&operator, id).await.unwrap().map(|_| ()), None);
    for bad in
        ["", "bk_en_x", "bk_en_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    {
        let read = office.identity.enrolment(&office.bank.ctx(), bad, &client()).await;
        assert_eq!(code(read), Code::EnrolmentOver, "{bad}");
    }
}

#[tokio::test]
async fn only_one_of_many_uses_of_a_link_counts() {
    let office = Office::open().await;
    let (_, link) = office.invite("Sardor Aliyev", &[Role::Security]).await;
    let mut devices: Vec<_> = (0..6).map(|_| Authenticator::at(STAFF)).collect();
    let tries = devices.iter_mut().map(|device| office.enrol(&link, device));
    let done = futures_util::future::join_all(tries).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
}

#[tokio::test]
async fn only_the_operator_takes_in_alone() {
    let office = Office::open().await;
    let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let invitation = Invitation {
        phone: None,
        name: "Somebody",
        email: "somebody@okto.example",
        roles: Roles::NONE.with(Role::Administrator),
    };
    for ctx in [office.ctx(&boss).await, office.bank.ctx()] {
        let refused = office.identity.invite_by_operator(&ctx, invitation).await;
        assert!(matches!(code(refused), Code::PermissionMissing | Code::SignInRequired));
    }
    let operator = office.operator();
    for (bad, expected) in [
        (Invitation { name: " ", ..invitation }, Code::NameMalformed),
        (Invitation { email: "nobody", ..invitation }, Code::EmailMalformed),
        (Invitation { roles: Roles::NONE, ..invitation }, Code::StaffRolesEmpty),
    ] {
        assert_eq!(code(office.identity.invite_by_operator(&operator, bad).await), expected);
    }
}

#[tokio::test]
async fn an_employee_who_is_a_customer_is_known_to_be_one() {
    let office = Office::open().await;
    let (customer, number) = (office.bank.user(&phone(1)).await, phone(1));
    let invitation = Invitation {
        phone: Some(number.expose()),
        name: "Malika Saidova",
        email: "malika@okto.example",
        roles: Roles::NONE.with(Role::Compliance),
    };
    let operator = office.operator();
    let bad = Invitation { phone: Some("90"), ..invitation };
    let refused = office.identity.invite_by_operator(&operator, bad).await;
    assert_eq!(code(refused), Code::PhoneMalformed);
    office.identity.invite_by_operator(&operator, invitation).await.unwrap();
    let known: Option<uuid::Uuid> = sqlx::query_scalar("SELECT customer_id FROM staff")
        .fetch_one(office.bank.store().pool())
        .await
        .unwrap();
    assert_eq!(known, Some(customer.uuid()));
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_by_sign_out_and_with_its_passkey() {
    let office = Office::open().await;
    let mut who = office.hire("Sardor Aliyev", &[Role::Security]).await;
    office.bank.clock.advance_seconds(899);
    office.try_ctx(&who).await.unwrap();
    office.bank.clock.advance_seconds(899);
    office.try_ctx(&who).await.unwrap();
    office.bank.clock.advance_seconds(900);
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "idle");

    who.session = Some(office.sign_in(&mut who.device).await.unwrap());
    for _ in 0..(12 * 6) {
        office.try_ctx(&who).await.unwrap();
        office.bank.clock.advance_seconds(600);
    }
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "twelve hours");

    who.session = Some(office.sign_in(&mut who.device).await.unwrap());
    let token = who.session.as_ref().unwrap().token.clone();
    for _ in 0..3 {
        office.bank.clock.advance_seconds(299);
        let (ctx, token) = (office.bank.ctx(), token.expose());
        office.identity.authenticate_staff(&ctx, token, Use::Watch).await.unwrap();
    }
    office.bank.clock.advance_seconds(3);
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "watching is no use");

    who.session = Some(office.sign_in(&mut who.device).await.unwrap());
    let other = office.sign_in(&mut who.device).await.unwrap();
    let ctx = office.ctx(&who).await;
    assert_eq!(office.identity.staff_sessions(&ctx).await.unwrap().len(), 2);
    office.identity.end_staff_session(&ctx, other.session).await.unwrap();
    assert_eq!(office.identity.staff_sessions(&ctx).await.unwrap().len(), 1);
    office.identity.sign_out_staff(&ctx).await.unwrap();
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "signed out");

    who.session = Some(office.sign_in(&mut who.device).await.unwrap());
    office.sql("UPDATE auth_passkey SET removed_at = now()").await;
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "passkey removed");
}

#[tokio::test]
async fn tokens_of_others_open_nothing_here() {
    let office = Office::open().await;
    let ctx = office.bank.ctx();
    let user = office.bank.user(&crate::common::phone(1_234_567)).await;
    let _ = user;
    let customer = office
        .bank
        .sign_in(&crate::common::phone(1_234_567), crate::common::PASSWORD)
        .await
        .unwrap();
    for token in [customer.access.expose().as_str(), "", "bk_ss_", "nonsense"] {
        let known = office.identity.authenticate_staff(&ctx, token, Use::Request).await;
        assert_eq!(code(known), Code::SignInRequired, "{token}");
    }
    let who = office.hire("Sardor Aliyev", &[Role::Security]).await;
    let token = who.session.unwrap().token;
    assert_eq!(
        code(office.identity.authenticate(&ctx, token.expose(), None).await),
        Code::SignInRequired
    );
}

#[tokio::test]
async fn suspension_and_roles_apply_to_the_next_request() {
    let office = Office::open().await;
    let mut who = office.hire("Sardor Aliyev", &[Role::Security]).await;
    assert!(office.ctx(&who).await.permissions.has(Permission::AuditRead));
    office.sql("UPDATE staff SET roles = '{support}', perm_epoch = perm_epoch + 1").await;
    let now = office.ctx(&who).await;
    assert!(!now.permissions.has(Permission::AuditRead));
    assert!(now.permissions.has(Permission::CustomerSearch));
    office.sql("UPDATE staff SET status = 'suspended', epoch = epoch + 1").await;
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired);
    assert_eq!(code(office.sign_in(&mut who.device).await), Code::StaffSignInRefused);
    assert_eq!(office.audited("staff.session_began", false).await, 1);
    office.sql("UPDATE staff SET status = 'active', epoch = epoch + 1").await;
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired, "the old one stays over");
    office.sign_in(&mut who.device).await.unwrap();
}

#[tokio::test]
async fn what_the_policies_refuse_is_in_the_audit_log() {
    let office = Office::open().await;
    let mut who = office.hire("Nodira Yusupova", &[Role::Support]).await;
    let ctx = office.ctx(&who).await;
    let customer = Object::Customer(CustomerId::generate(ctx.now(), Entropy));
    let may = |ctx: kernel::Ctx, permission| {
        let identity = office.identity.clone();
        async move { identity.staff_may(&ctx, permission, customer).await }
    };
    let grant = may(ctx.clone(), Permission::CustomerReadPhone).await.unwrap();
    office.identity.note_read(&ctx, &grant).await.unwrap();
    assert_eq!(office.audited("customer.read_phone", true).await, 1);
    let denied = may(ctx.clone(), Permission::CustomerReadDocument).await;
    assert_eq!(code(denied), Code::PermissionMissing);
    assert_eq!(office.audited("customer.read_document", false).await, 1);
    let nobody = may(office.bank.ctx(), Permission::CustomerReadPhone).await;
    assert_eq!(code(nobody), Code::SignInRequired);

    // A quarter of an hour later a proposal needs the passkey again, and reading does not.
    for _ in 0..2 {
        office.bank.clock.advance_seconds(451);
        office.ctx(&who).await;
    }
    let ctx = office.ctx(&who).await;
    let propose = Permission::CustomerUnfreezePropose;
    assert_eq!(code(may(ctx.clone(), propose).await), Code::StaffProofRequired);
    let _ = may(ctx.clone(), Permission::CustomerReadPhone).await.unwrap();
    let asked = office.identity.start_staff_proof(&ctx).await.unwrap();
    let answer = who.device.assert(&asked.options);
    let renewed = office.identity.finish_staff_proof(&ctx, (asked.id, &answer)).await.unwrap();
    let again = office.identity.finish_staff_proof(&ctx, (asked.id, &answer)).await;
    assert_eq!(code(again), Code::PasskeyChallengeOver);
    assert_eq!(Some(renewed.ends), who.session.as_ref().map(|session| session.ends));
    let copied = who.session.replace(renewed);
    let ctx = office.ctx(&who).await;
    let _ = may(ctx, propose).await.unwrap();
    assert_eq!(office.audited("customer.unfreeze.propose", false).await, 1);

    // A copy of the cookie of before does not rise with it. What is on its way is still answered,
    // and in a moment the copy is nobody's.
    let renewed = std::mem::replace(&mut who.session, copied);
    for seconds in [0, 9] {
        office.bank.clock.advance_seconds(seconds);
        let ctx = office.ctx(&who).await;
        let _ = may(ctx.clone(), Permission::CustomerReadPhone).await.unwrap();
        assert_eq!(code(may(ctx, propose).await), Code::StaffProofRequired);
    }
    office.bank.clock.advance_seconds(1);
    assert_eq!(code(office.try_ctx(&who).await), Code::SignInRequired);
    who.session = renewed;
    let _ = may(office.ctx(&who).await, propose).await.unwrap();
}

#[tokio::test]
async fn an_employee_adds_a_passkey_soon_after_using_one() {
    let office = Office::open().await;
    let who = office.hire("Sardor Aliyev", &[Role::Security]).await;
    let (owner, names) = (Owner::Staff(who.id), Names { account: "Sardor", person: "Sardor" });
    let ctx = office.ctx(&who).await;
    let mut second = Authenticator::at(STAFF);
    let asked = office.identity.start_passkey_registration(&ctx, owner, names).await.unwrap();
    let answer = second.register(&asked.options);
    let answer = (asked.id, &answer);
    let added = office.identity.finish_passkey_registration(&ctx, owner, answer, "Zaxira").await;
    let added = added.unwrap();
    assert_eq!(office.audited("passkey.added", true).await, 1);
    for _ in 0..2 {
        office.bank.clock.advance_seconds(451);
        office.ctx(&who).await;
    }
    let ctx = office.ctx(&who).await;
    let late = office.identity.start_passkey_registration(&ctx, owner, names).await;
    assert_eq!(code(late), Code::StaffProofRequired);
    let late = office.identity.remove_passkey(&ctx, owner, added).await;
    assert_eq!(code(late), Code::StaffProofRequired);
}

#[tokio::test]
async fn nothing_of_a_link_or_a_session_is_in_the_database() {
    let office = Office::open().await;
    let (_, link) = office.invite("Sardor Aliyev", &[Role::Security]).await;
    let mut device = Authenticator::at(STAFF);
    office.enrol(&link, &mut device).await.unwrap();
    let session = office.sign_in(&mut device).await.unwrap();
    let (secret, token) = (&link["bk_en_".len() + 22..], &session.token.expose()["bk_ss_".len()..]);
    for table in ["staff", "staff_session", "staff_enrolment", "auth_passkey", "audit_event"] {
        let statement = format!("SELECT string_agg(t::text, '') FROM {table} t");
        let text: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(office.bank.store().pool())
            .await
            .unwrap();
        let text = text.unwrap_or_default();
        for planted in [secret, token, "sardor.aliyev@"] {
            assert!(!text.contains(planted), "{table}: {planted}");
        }
    }
}

#[tokio::test]
async fn while_the_database_does_not_answer_nobody_of_the_staff_works() {
    let office = Office::open().await;
    let who = office.hire("Sardor Aliyev", &[Role::Security]).await;
    office.bank.store().pool().close().await;
    assert_eq!(code(office.try_ctx(&who).await), Code::Busy);
}

/// Passkeys that are refused are in the log, as many as tell what goes on.
#[tokio::test]
async fn refused_passkeys_of_employees_are_in_the_audit_log() {
    let office = Office::open().await;
    let mut boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let mut thief = Authenticator::at(STAFF);
    thief.user.clone_from(&boss.device.user);
    for _ in 0..9 {
        assert_eq!(code(office.sign_in(&mut thief).await), Code::PasskeyRefused);
    }
    assert_eq!(office.audited("staff.session_began", false).await, 5);
    // So are those that are to show that the employee still sits there.
    let ctx = office.ctx(&boss).await;
    let asked = office.identity.start_staff_proof(&ctx).await.unwrap();
    let answer = thief.assert(&asked.options);
    let proved = office.identity.finish_staff_proof(&ctx, (asked.id, &answer)).await;
    assert_eq!(code(proved), Code::PasskeyRefused);
    assert_eq!(office.audited("staff.proved", false).await, 1);
    let asked = office.identity.start_staff_proof(&ctx).await.unwrap();
    let answer = boss.device.assert(&asked.options);
    office.identity.finish_staff_proof(&ctx, (asked.id, &answer)).await.unwrap();
    assert_eq!(office.audited("staff.proved", true).await, 1);
}
