//! An employee loses a role by the word of two others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use identity::approvals::Say;
use identity::testing::Authenticator;
use identity::{Identity, Invitation, StaffSession, Use};
use kernel::{Ctx, Role, Roles, StaffId};
use tokio::time::Instant;

use crate::bank::{Bank, client};
use crate::matrix::Seen;
use crate::until_refused;

struct Colleague {
    id: StaffId,
    device: Authenticator,
    session: StaffSession,
}

async fn sign_in(identity: &Identity, ctx: &Ctx, device: &mut Authenticator) -> StaffSession {
    let asked = identity.start_staff_sign_in(ctx, &client()).await.unwrap();
    let answer = (asked.id, &device.assert(&asked.options));
    identity.finish_staff_sign_in(ctx, answer, &client()).await.unwrap()
}

async fn hire(bank: &Bank, name: &str, role: Role) -> Colleague {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let email = format!("{name}@okto.example");
    let invitation = Invitation { name, email: &email, roles: Roles::NONE.with(role), phone: None };
    let (id, code) = a.invite_by_operator(&bank.system(), invitation).await.unwrap();
    let mut device = Authenticator::at("http://localhost:8082");
    let asked = a.start_enrolment(&nobody, code.expose(), &client()).await.unwrap();
    let answer = (asked.id, &device.register(&asked.options));
    a.finish_enrolment(&nobody, (code.expose(), &client()), answer, "Kalit").await.unwrap();
    let session = sign_in(a, &nobody, &mut device).await;
    Colleague { id, device, session }
}

impl Colleague {
    async fn ctx(&self, bank: &Bank) -> Ctx {
        let token = self.session.token.expose();
        bank.a.identity.authenticate_staff(&bank.nobody(), token, Use::Request).await.unwrap()
    }
}

/// What the other node says to an employee who has just lost the role that a page takes. A sign-in
/// that waits, and a new one, are as before.
pub async fn role_removed(bank: &Bank) -> Seen {
    let boss = hire(bank, "boss", Role::Administrator).await;
    let mut guard = hire(bank, "guard", Role::Security).await;
    let mut clerk = hire(bank, "clerk", Role::Support).await;
    let (approvals, nobody) = (&bank.a.approvals, bank.nobody());
    assert_eq!(bank.b.panel_at("/cases", &clerk.session.token).await, 200);
    let waits = bank.a.identity.start_staff_sign_in(&nobody, &client()).await.unwrap();
    let roles = Roles::NONE.with(Role::Accountant);
    let ctx = boss.ctx(bank).await;
    let id =
        approvals.propose_roles(&ctx, clerk.id, roles, "moves to the accountants").await.unwrap();
    let ctx = guard.ctx(bank).await;
    let asked = approvals.start_decision(&ctx, id, Say::Approve).await.unwrap();
    let answer = (asked.id, &guard.device.assert(&asked.options));
    let began = Instant::now();
    approvals.decide(&ctx, id, (Say::Approve, None), answer).await.unwrap();
    let token = &clerk.session.token;
    let cookie = until_refused(began, || bank.b.panel_at("/cases", token)).await;
    assert!(cookie.starts_with("403"), "{cookie}");
    assert_eq!(bank.b.panel_at("/", token).await, 200, "they work here still");
    let answer = (waits.id, &clerk.device.assert(&waits.options));
    bank.b.identity.finish_staff_sign_in(&nobody, answer, &client()).await.unwrap();
    let again = sign_in(&bank.b.identity, &nobody, &mut clerk.device).await;
    assert_eq!(bank.b.panel_at("/cases", &again.token).await, 403);
    let none = || "none".to_owned();
    Seen {
        token: none(),
        refresh: none(),
        cookie,
        stream: none(),
        sign_in: "goes on".to_owned(),
        payment: none(),
        payment_here: String::new(),
        reset: none(),
        entry: "yes".to_owned(),
    }
}
