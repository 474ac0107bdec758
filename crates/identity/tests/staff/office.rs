//! The staff of a bank, each with an authenticator of their own.

use std::collections::HashMap;
use std::sync::Arc;

use identity::approvals::{Outcome, Say};
use identity::ports::Leaving;
use identity::testing::{Authenticator, EmptyBooks};
use identity::{Approvals, Identity, Invitation, RelyingParties, StaffSession, Use};
use kernel::{ApprovalId, Ctx, Permissions, Result, Role, Roles, StaffId};
use sqlx::Row as _;

use crate::common::{Bank, client};

pub const STAFF: &str = "http://localhost:8082";

/// An employee, their authenticator, and their session.
pub struct Colleague {
    pub id: StaffId,
    pub device: Authenticator,
    pub session: Option<StaffSession>,
}

pub struct Office {
    pub bank: Bank,
    pub identity: Identity,
    pub approvals: Approvals,
}

impl Office {
    pub async fn open() -> Self {
        let bank = Bank::open().await;
        let identity = bank.identity.clone().with_sites(RelyingParties::local(8081, 8082).unwrap());
        let books: Arc<dyn Leaving> = Arc::new(EmptyBooks);
        let approvals = Approvals::new(&identity).with_leaving(&books);
        Self { bank, identity, approvals }
    }

    pub fn operator(&self) -> Ctx {
        let clock = self.bank.ctx().clock;
        Ctx::system("staff", Permissions::OPERATOR).with_clock(clock)
    }

    /// Takes an employee in from the command line; gives the code of their link.
    pub async fn invite(&self, name: &str, roles: &[Role]) -> (StaffId, String) {
        let roles: Roles = roles.iter().copied().collect();
        let email = format!("{}@okto.example", name.to_lowercase().replace(' ', "."));
        let invitation = Invitation { name, email: &email, roles, phone: None };
        let (id, code) =
            self.identity.invite_by_operator(&self.operator(), invitation).await.unwrap();
        (id, code.expose().clone())
    }

    pub async fn enrol(&self, code: &str, device: &mut Authenticator) -> Result<StaffId> {
        let ctx = self.bank.ctx();
        let asked = self.identity.start_enrolment(&ctx, code, &client()).await?;
        let answer = device.register(&asked.options);
        self.identity.finish_enrolment(&ctx, (code, &client()), (asked.id, &answer), "Kalit").await
    }

    pub async fn sign_in(&self, device: &mut Authenticator) -> Result<StaffSession> {
        let ctx = self.bank.ctx();
        let asked = self.identity.start_staff_sign_in(&ctx, &client()).await?;
        let answer = device.assert(&asked.options);
        self.identity.finish_staff_sign_in(&ctx, (asked.id, &answer), &client()).await
    }

    /// An employee who works and is signed in.
    pub async fn hire(&self, name: &str, roles: &[Role]) -> Colleague {
        let (id, code) = self.invite(name, roles).await;
        let mut device = Authenticator::at(STAFF);
        assert_eq!(self.enrol(&code, &mut device).await.unwrap(), id);
        let session = Some(self.sign_in(&mut device).await.unwrap());
        Colleague { id, device, session }
    }

    /// The context of a request of an employee.
    pub async fn try_ctx(&self, who: &Colleague) -> Result<Ctx> {
        let token = &who.session.as_ref().unwrap().token;
        self.identity.authenticate_staff(&self.bank.ctx(), token.expose(), Use::Request).await
    }

    pub async fn ctx(&self, who: &Colleague) -> Ctx {
        self.try_ctx(who).await.unwrap()
    }

    pub async fn decide(&self, who: &mut Colleague, id: ApprovalId, say: Say) -> Result<Outcome> {
        let ctx = self.ctx(who).await;
        let asked = self.approvals.start_decision(&ctx, id, say).await?;
        let answer = who.device.assert(&asked.options);
        let reason = (say == Say::Reject).then_some("not now");
        self.approvals.decide(&ctx, id, (say, reason), (asked.id, &answer)).await
    }

    pub async fn approve(&self, who: &mut Colleague, id: ApprovalId) -> Result<Outcome> {
        self.decide(who, id, Say::Approve).await
    }

    /// How many events of each action and outcome are in the audit log.
    pub async fn audit(&self) -> HashMap<(String, bool), i64> {
        let rows = sqlx::query(
            "SELECT action, outcome = 1 AS done, count(*) AS n FROM audit_event GROUP BY 1, 2",
        )
        .fetch_all(self.bank.store().pool())
        .await
        .unwrap();
        rows.iter().map(|row| ((row.get("action"), row.get("done")), row.get("n"))).collect()
    }

    pub async fn audited(&self, action: &str, done: bool) -> i64 {
        self.audit().await.get(&(action.to_owned(), done)).copied().unwrap_or(0)
    }

    pub async fn sql(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(self.bank.store().pool()).await.unwrap().rows_affected()
    }
}
