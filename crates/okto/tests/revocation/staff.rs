//! An employee loses a role by the word of two others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use identity::approvals::Say;
use identity::testing::Authenticator;
use identity::{Identity, Invitation, PasskeyChallenge, StaffSession, Use};
use kernel::{Ctx, Role, Roles, StaffId};
use tokio::time::Instant;

use crate::bank::{Bank, client};
use crate::events::Happens;
use crate::matrix::Seen;
use crate::until_refused;

pub struct Colleague {
    id: StaffId,
    device: Authenticator,
    pub session: StaffSession,
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

/// An employee is about to lose the role that a page takes, and a sign-in of theirs waits.
pub struct Removal<'a> {
    pub clerk: Colleague,
    pub waits: PasskeyChallenge,
    pub happens: Happens<'a>,
}

/// Two others give their word: it is said when the event happens.
pub async fn removal(bank: &Bank) -> Removal<'_> {
    let boss = hire(bank, "boss", Role::Administrator).await;
    let mut guard = hire(bank, "guard", Role::Security).await;
    let clerk = hire(bank, "clerk", Role::Support).await;
    let (approvals, nobody) = (&bank.a.approvals, bank.nobody());
    let waits = bank.a.identity.start_staff_sign_in(&nobody, &client()).await.unwrap();
    let roles = Roles::NONE.with(Role::Accountant);
    let ctx = boss.ctx(bank).await;
    let id =
        approvals.propose_roles(&ctx, clerk.id, roles, "moves to the accountants").await.unwrap();
    let ctx = guard.ctx(bank).await;
    let asked = approvals.start_decision(&ctx, id, Say::Approve).await.unwrap();
    let answer = guard.device.assert(&asked.options);
    let happens = Box::pin(async move {
        let answer = (asked.id, &answer);
        approvals.decide(&ctx, id, (Say::Approve, None), answer).await.unwrap();
    });
    Removal { clerk, waits, happens }
}

/// The sign-in that waited, and a new one, are as before, on the other node; the role is gone.
pub async fn comes_in(bank: &Bank, (clerk, waits): (&mut Colleague, &PasskeyChallenge)) {
    let (b, nobody) = (&bank.b, bank.nobody());
    let answer = (waits.id, &clerk.device.assert(&waits.options));
    b.identity.finish_staff_sign_in(&nobody, answer, &client()).await.unwrap();
    let again = sign_in(&b.identity, &nobody, &mut clerk.device).await;
    assert_eq!(b.panel_at("/cases", &again.token).await, 403);
}

/// What the other node says to an employee who has just lost the role that a page takes.
pub async fn role_removed(bank: &Bank) -> Seen {
    let Removal { mut clerk, waits, happens } = removal(bank).await;
    let token = &clerk.session.token;
    assert_eq!(bank.b.panel_at("/cases", token).await, 200);
    let began = Instant::now();
    happens.await;
    let cookie = until_refused(began, || bank.b.panel_at("/cases", token)).await;
    assert!(cookie.starts_with("403"), "{cookie}");
    assert_eq!(bank.b.panel_at("/", token).await, 200, "they work here still");
    comes_in(bank, (&mut clerk, &waits)).await;
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
