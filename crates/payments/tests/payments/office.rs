//! Employees who propose and decide.

use std::cell::RefCell;
use std::sync::Arc;

use identity::approvals::{Action, Approvals, Say};
use identity::ports::Leaving;
use identity::testing::Authenticator;
use identity::{ClientInfo, Identity, Invitation, RelyingParties, StaffSession, Use};
use kernel::{ApprovalId, Ctx, Result, Role, Roles};
use payments::{TemporaryLimit, TransferRefund};

use crate::common::World;

/// The people who decide about customers.
pub struct Office {
    pub identity: Identity,
    pub approvals: Approvals,
    pub clerk: Colleague,
    pub officer: Colleague,
    pub guard: Colleague,
    pub accountant: Colleague,
}

pub struct Colleague {
    device: RefCell<Authenticator>,
    session: StaffSession,
}

pub fn client() -> ClientInfo {
    ClientInfo::new([127, 0, 0, 1].into(), "test")
}

impl Office {
    pub async fn open(world: &World) -> Self {
        let sites = RelyingParties::local(8081, 8082).unwrap();
        let identity = world.identity().clone().with_sites(sites);
        let books: Arc<dyn Leaving> = Arc::new(world.payments.clone());
        let approvals = Approvals::new(&identity)
            .with_leaving(&books)
            .with(TransferRefund(world.payments.clone()))
            .with(TemporaryLimit(world.payments.clone()));
        let clerk = Self::hire(world, &identity, ("Nodira", None), Role::Support).await;
        let officer = Self::hire(world, &identity, ("Malika", None), Role::Compliance).await;
        let guard = Self::hire(world, &identity, ("Sardor", None), Role::Security).await;
        let accountant = Self::hire(world, &identity, ("Odil", None), Role::Accountant).await;
        Self { identity, approvals, clerk, officer, guard, accountant }
    }

    /// Somebody who works here, and may be a customer, too.
    pub async fn hire(
        world: &World,
        identity: &Identity,
        (name, phone): (&str, Option<&str>),
        role: Role,
    ) -> Colleague {
        let (ctx, from) = (world.nobody(), client());
        let (email, roles) = (format!("{name}@okto.example"), Roles::NONE.with(role));
        let invitation = Invitation { name, email: &email, roles, phone };
        let (_, code) = identity.invite_by_operator(&world.system(), invitation).await.unwrap();
        let mut device = Authenticator::at("http://localhost:8082");
        let asked = identity.start_enrolment(&ctx, code.expose(), &from).await.unwrap();
        let answer = device.register(&asked.options);
        let by = (code.expose().as_str(), &from);
        identity.finish_enrolment(&ctx, by, (asked.id, &answer), "Kalit").await.unwrap();
        let asked = identity.start_staff_sign_in(&ctx, &from).await.unwrap();
        let answer = device.assert(&asked.options);
        let session = identity.finish_staff_sign_in(&ctx, (asked.id, &answer), &from).await;
        Colleague { device: RefCell::new(device), session: session.unwrap() }
    }

    pub async fn ctx(&self, world: &World, who: &Colleague) -> Ctx {
        let token = who.session.token.expose();
        self.identity.authenticate_staff(&world.nobody(), token, Use::Request).await.unwrap()
    }

    pub async fn propose_that<A: Action>(
        &self,
        world: &World,
        who: &Colleague,
        payload: &A::Payload,
    ) -> Result<ApprovalId> {
        let ctx = self.ctx(world, who).await;
        self.approvals.propose::<A>(&ctx, payload, "asked at the counter").await
    }

    pub async fn approve(&self, world: &World, who: &Colleague, id: ApprovalId) -> Result<()> {
        self.say(world, who, id, (Say::Approve, None)).await
    }

    pub async fn say(
        &self,
        world: &World,
        who: &Colleague,
        id: ApprovalId,
        said: (Say, Option<&str>),
    ) -> Result<()> {
        let ctx = self.ctx(world, who).await;
        let asked = self.approvals.start_decision(&ctx, id, said.0).await?;
        let answer = who.device.borrow_mut().assert(&asked.options);
        self.approvals.decide(&ctx, id, said, (asked.id, &answer)).await.map(|_| ())
    }
}

impl World {
    pub fn nobody(&self) -> Ctx {
        Ctx::anonymous(kernel::Lang::En).with_clock(self.system().clock)
    }
}
