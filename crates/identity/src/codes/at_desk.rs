//! Codes that a customer at the bank reads out to an employee, to prove a phone. One is good for
//! this customer, and in the employee's session that asked for it.

use kernel::{ChallengeId, Code, Ctx, CustomerId, KeyRing, KeyUse, Phone, Result, Secret};
use store::audit::{self, Entry};
use store::rates::{self, Rate};

use super::{Asked, ChallengeView, DAY_SECONDS, HOUR_SECONDS, Purpose, is_of_session, sql};
use crate::sealed::{Contact, Index};
use crate::{ClientInfo, Identity};

/// Codes that one employee has sent in an hour.
const PER_EMPLOYEE: Rate = Rate { scope: "code/employee", max: 30, window_seconds: HOUR_SECONDS };
/// Codes to one phone. Counted apart: what others order to it does not keep its owner waiting at
/// the desk.
pub(super) const TO_ONE_PHONE: [Rate; 2] = [
    Rate { scope: "code/desk/hour", max: 10, window_seconds: HOUR_SECONDS },
    Rate { scope: "code/desk/day", max: 30, window_seconds: DAY_SECONDS },
];

/// What the codes to a phone are counted by, and what binds them to the customer.
fn guard(keys: &KeyRing, index: &Index, customer: CustomerId) -> [u8; 32] {
    keys.sign(KeyUse::Guard, &[b"code", index, b"desk", customer.uuid().as_bytes()])
}

impl Identity {
    /// Sends a code to the phone that a customer at the desk says is theirs, and tells the audit
    /// log.
    pub(crate) async fn start_desk_challenge(
        &self,
        ctx: &Ctx,
        (customer, phone): (CustomerId, &Phone),
        client: &ClientInfo,
        told: Entry,
    ) -> Result<ChallengeView> {
        // Part of a use case that asked who may.
        let employee = ctx.staff()?;
        rates::take(&self.store, ctx, PER_EMPLOYEE, &employee.id.to_string()).await?;
        let to = Contact::Phone(phone.clone());
        let index = to.index(&self.keys);
        let asked = Asked {
            purpose: Purpose::NewPhoneAtDesk,
            guard: guard(&self.keys, &index, customer),
            to,
            index,
            session: Some(employee.session.uuid()),
            user: Some(customer),
        };
        let (mut tx, view) = self.start(ctx, &asked, client).await?;
        audit::append(&mut tx, &self.keys, ctx, told).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(view)
    }

    /// The phone of a challenge that this employee asked for, for this customer.
    pub(crate) async fn desk_phone(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        challenge: ChallengeId,
    ) -> Result<Phone> {
        // Part of a use case that asked who may.
        let known = sql::challenge(self.store.pool(), challenge).await?;
        let known = known.filter(|known| is_of_session(ctx, known)).ok_or(Code::CodeExpired)?;
        if known.guard != guard(&self.keys, &known.index()?, customer) {
            return Err(Code::CodeExpired.into());
        }
        let sealed = (known.channel.as_str(), known.contact_sealed.as_str());
        Contact::open(&self.keys, challenge, sealed)?.phone()
    }

    /// The same, once the code that was read out is right. The challenge is used up by it.
    pub(crate) async fn prove_desk_phone(
        &self,
        ctx: &Ctx,
        (customer, challenge): (CustomerId, ChallengeId),
        code: &Secret<String>,
    ) -> Result<Phone> {
        self.desk_phone(ctx, customer, challenge).await?;
        let proof = self.verify_code(ctx, challenge, code).await?;
        let mut tx = self.store.begin().await?;
        let purpose = Purpose::NewPhoneAtDesk;
        let proven = self.consume_contact(&mut tx, ctx, purpose, &proof.ticket).await?;
        store::commit(tx).await?;
        proven.phone()
    }
}
