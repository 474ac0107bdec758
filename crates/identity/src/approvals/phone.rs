//! Another phone for a customer who came to the bank: the way back of whoever has neither the old
//! one nor the password.
//!
//! The number is proven before it is proposed: the customer reads out the code that was sent to it.
//! So what is approved can be carried out at once, as with every other kind, and nothing hangs
//! between an approval and an answer of the customer's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    ApprovalId, ChallengeId, Code, Ctx, CustomerId, Error, Permission, Phone, Result, SealedAt,
    Secret,
};
use policy::Object;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, subjects};

use super::action::{Action, Approved, Preview, Shown};
use super::foreseeing::Foreseen;
use super::rules::{Change, Terms};
use super::{Approvals, sql};
use crate::codes::ChallengeView;
use crate::{ClientInfo, Identity, sealed, stated_reason};

/// The customer stands at the counter.
const LIFE_SECONDS: i64 = 4 * 3_600;

/// Gives a customer the phone that they proved at the bank. Also a frozen one, whom it lets in
/// nowhere: they stay frozen until two employees lift that.
pub struct CustomerPhone(pub(super) Identity);

/// A phone that was proven. It is sealed under the customer's own key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProvenPhone {
    customer: CustomerId,
    phone_sealed: String,
    phone_index: [u8; 32],
    /// That of the phone which it replaces: two numbers may look alike when they are masked.
    before_index: [u8; 32],
}

const fn phone_place(customer: CustomerId) -> SealedAt<'static> {
    SealedAt { column: "approval.phone", row: customer.uuid() }
}

impl ProvenPhone {
    async fn of(identity: &Identity, customer: CustomerId, phone: &Phone) -> Result<Self> {
        const LENGTH: Error = Error::invariant("a blind index is not of its length");
        let pool = identity.store.pool();
        let key = subjects::read(pool, &identity.keys, customer.uuid()).await?;
        let key = key.ok_or(Code::NotFound)?;
        let before = sql::phone_index(pool, customer).await?.ok_or(Code::NotFound)?;
        let sealed = key.seal(phone_place(customer), phone.expose().as_bytes());
        Ok(Self {
            customer,
            phone_sealed: URL_SAFE_NO_PAD.encode(sealed),
            phone_index: sealed::phone_index(&identity.keys, phone),
            before_index: before.try_into().map_err(|_| LENGTH)?,
        })
    }

    async fn opened(&self, tx: &mut Tx, identity: &Identity) -> Result<Phone> {
        const UNREADABLE: Error = Error::invariant("the phone of a proposal does not open");
        let key = subjects::read(&mut **tx, &identity.keys, self.customer.uuid()).await?;
        let sealed = URL_SAFE_NO_PAD.decode(&self.phone_sealed).map_err(|_| UNREADABLE)?;
        let phone = key.ok_or(Code::NotFound)?.open_text(phone_place(self.customer), &sealed);
        sealed::read_phone(phone.ok_or(UNREADABLE)?.expose())
    }
}

impl Action for CustomerPhone {
    const TERMS: Terms = Terms {
        kind: "customer.phone",
        propose: Permission::CustomerPhonePropose,
        approve: Permission::CustomerPhoneApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = ProvenPhone;

    fn object(payload: &ProvenPhone) -> Object {
        Object::Customer(payload.customer)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &ProvenPhone) -> Result<Preview> {
        let customer = payload.customer;
        let status = sql::lock_customer(tx, customer).await?.ok_or(Code::NotFound)?;
        if status == "closed" {
            return Err(Code::NotFound.into());
        }
        let before = sql::phone_index(&mut **tx, customer).await?.ok_or(Code::NotFound)?;
        if before != payload.before_index {
            return Err(Code::ApprovalStale.into());
        }
        if sql::is_anothers(tx, &payload.phone_index, customer).await? {
            return Err(Code::ContactTaken.into());
        }
        let new = payload.opened(tx, &self.0).await?.to_string();
        let mut changes = if payload.phone_index != payload.before_index {
            let old = self.0.phone_in(tx, customer).await?.to_string();
            vec![Change::new("phone", Some(&old), Some(&new))]
        } else if status == "frozen" && self.0.doubts_phone(tx, customer).await? {
            vec![Change::new("phone_proven", None, Some(&new))]
        } else {
            return Err(Code::ContactUnchanged.into());
        };
        // Whoever decides sees that the customer is frozen and stays so. Whoever is frozen only
        // after it was proposed is not what was approved.
        if status == "frozen" {
            changes.push(Change::new("status", Some(&status), Some(&status)));
        }
        Ok(Preview { subject: customer.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, ProvenPhone>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let phone = payload.opened(tx, &self.0).await?;
        self.0.set_phone_at_desk(tx, ctx, payload.customer, phone).await.map(|()| None)
    }

    fn done(&self, payload: &ProvenPhone) {
        self.0.forget_sessions_of(payload.customer);
    }
}

impl Approvals {
    /// Sends a code to the phone that a customer at the desk says is theirs, and says what would
    /// change. What could not be proposed now is refused as the proposal would be.
    pub async fn start_phone(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        phone: &Phone,
        client: &ClientInfo,
    ) -> Result<(ChallengeView, Foreseen)> {
        let may = CustomerPhone::TERMS.propose;
        let grant = self.identity.staff_may(ctx, may, Object::Customer(customer)).await?;
        let foreseen = self.foresee_this_phone(ctx, customer, phone).await?;
        let told = grant.done_with(json!({ "step": "code_sent" }));
        let told = told.personal(json!({ "to": phone.expose() }));
        let to = (customer, phone);
        let sent = self.identity.start_desk_challenge(ctx, to, client, told).await?;
        Ok((sent, foreseen))
    }

    /// What would change by the phone to which a code was sent.
    pub async fn foresee_phone(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        challenge: ChallengeId,
    ) -> Result<Foreseen> {
        let may = CustomerPhone::TERMS.propose;
        self.identity.staff_could(ctx, may, Object::Customer(customer)).await?;
        let phone = self.identity.desk_phone(ctx, customer, challenge).await?;
        self.foresee_this_phone(ctx, customer, &phone).await
    }

    async fn foresee_this_phone(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        phone: &Phone,
    ) -> Result<Foreseen> {
        let payload = ProvenPhone::of(&self.identity, customer, phone).await?;
        self.foresee::<CustomerPhone>(ctx, &payload).await
    }

    /// Proposes the phone to which a code was sent, with the code that the customer read out. What
    /// is refused without looking at the code does not use it up.
    pub async fn propose_phone(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        (challenge, code): (ChallengeId, &Secret<String>),
        reason: &str,
    ) -> Result<ApprovalId> {
        let may = CustomerPhone::TERMS.propose;
        // Asked here too, so that a proof that is too old does not cost the code.
        drop(self.identity.staff_may(ctx, may, Object::Customer(customer)).await?);
        stated_reason(reason)?;
        let said = (customer, challenge);
        let phone = self.identity.prove_desk_phone(ctx, said, code).await?;
        let payload = ProvenPhone::of(&self.identity, customer, &phone).await?;
        self.propose::<CustomerPhone>(ctx, &payload, reason).await
    }
}
