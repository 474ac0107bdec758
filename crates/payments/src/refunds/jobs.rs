//! The message by which whoever was paid learns that the bank gave a transfer back: money left
//! their account without their doing.
//!
//! The job is written in the transaction of the refund. What it says it reads of the books.

use std::sync::Arc;
use std::time::Duration;

use identity::ports::{Languages, Sms, SmsSender};
use kernel::{
    Clock, Code, Ctx, CustomerId, Day, Error, JobId, Lang, Money, OperationId, Permission,
    Permissions, Result, Secret,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::jobs::{self, Job, NewJob, Runner};
use tokio::time::timeout;

use super::rules::{self, RefundDetail};
use crate::Payments;
use crate::postings::Leg;

const KIND: &str = "refund.tell";
/// A day and more, with the pauses between them.
const ATTEMPTS_MAX: i16 = 15;
const SEND_TIMEOUT_SECONDS: u64 = 20;

/// Which refund.
#[derive(Debug, Serialize, Deserialize)]
struct Tell {
    refund: OperationId,
}

/// Has whoever was paid told of a refund, in the transaction by which it is given.
pub(super) async fn enqueue(tx: &mut Tx, ctx: &Ctx, refund: OperationId) -> Result<JobId> {
    jobs::enqueue(tx, ctx, NewJob::of(KIND, &Tell { refund }, ATTEMPTS_MAX)?).await
}

/// Gives a runner what tells of refunds.
#[must_use]
pub fn register(
    runner: Runner,
    payments: &Payments,
    clock: &Clock,
    sms: &Arc<dyn SmsSender>,
) -> Runner {
    let (payments, clock, sms) = (payments.clone(), clock.clone(), Arc::clone(sms));
    runner.on(
        KIND,
        jobs::handler(move |job| {
            let (payments, sms) = (payments.clone(), Arc::clone(&sms));
            let ctx = Ctx::system("refunds", Permissions::NONE.with(Permission::ProfileRead));
            let ctx = ctx.with_clock(clock.clone());
            async move { payments.tell_of_refund(&ctx, sms.as_ref(), job).await }
        }),
    )
}

/// What is told.
struct Told {
    whom: CustomerId,
    amount: Money,
    /// Who had paid, masked.
    payer: String,
    /// When.
    day: Day,
}

impl Payments {
    async fn tell_of_refund(&self, ctx: &Ctx, sms: &dyn SmsSender, job: Job) -> Result<()> {
        const DOING: &str = "telling of a refund";
        let reference = job.id.to_string();
        let what: Tell =
            serde_json::from_value(job.payload).map_err(|e| Error::broken(DOING, e))?;
        let Some(told) = self.told(what.refund).await? else { return Ok(()) };
        let to = match self.identity().phone_of(ctx, told.whom).await {
            Ok(phone) => phone,
            // Whoever left the bank, or was erased, is told nothing.
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let lang = self.customers.language_of(told.whom).await?.unwrap_or_default();
        let sms_text = Sms { to, text: Secret::new(text(&told, lang)), reference };
        match timeout(Duration::from_secs(SEND_TIMEOUT_SECONDS), sms.send(&sms_text)).await {
            Ok(sent) => sent.map(drop),
            Err(_) => Err(Error::invariant("a message about a refund was not taken in time")),
        }
    }

    /// What there is to tell. Nothing when only a fee was given back, when the money went from one
    /// account of a customer to another of theirs, and when it came from no customer's.
    async fn told(&self, refund: OperationId) -> Result<Option<Told>> {
        let recorded = self.ledger.operation(refund).await?;
        let recorded = recorded.ok_or(Error::invariant("a refund is not in the books"))?;
        let detail: RefundDetail = rules::detail(&recorded)?;
        let back =
            |entry: &&ledger::Entry| entry.transfer.code == Leg::InternalTransferRefund.code();
        let Some(back) = recorded.entries.iter().find(back) else { return Ok(None) };
        let original = self.ledger.operation(detail.of).await?;
        let original = original.ok_or(Error::invariant("what was given back was never paid"))?;
        let from = self.owner_of(back.transfer.debit).await?;
        let to = self.owner_of(back.transfer.credit).await?;
        let asset = rules::asset(&detail)?;
        let amount = Money::new(back.transfer.amount, asset);
        let (payer, day) = (detail.payer.masked_name, original.at.day());
        Ok(from.filter(|from| to != Some(*from)).map(|whom| Told { whom, amount, payer, day }))
    }
}

/// The text of the message. It has no links, as no message of the bank has.
fn text(told: &Told, lang: Lang) -> String {
    let Told { amount, payer, day, .. } = told;
    let date = day.date();
    let day = format!("{:02}.{:02}", date.day(), u8::from(date.month()));
    match lang {
        Lang::Uz => format!(
            "Okto: {day} dagi oʻtkazma ({payer}) qaytarildi, hisobingizdan {amount} yechildi. \
             Batafsil ilovada."
        ),
        Lang::Ru => format!(
            "Okto: перевод от {day} ({payer}) возвращён, с вашего счёта списано {amount}. \
             Подробности в приложении."
        ),
        Lang::En => format!(
            "Okto: the transfer of {day} ({payer}) was given back, {amount} left your account. \
             See the app."
        ),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Asset;

    use super::*;

    #[test]
    fn a_message_says_what_left_of_which_transfer_and_has_no_links() {
        let told = Told {
            whom: CustomerId::from_uuid(uuid::Uuid::nil()),
            amount: Money::new(1_234_567_890, Asset::Uzs),
            payer: "Jasur K.".to_owned(),
            day: "2026-11-29".parse().unwrap(),
        };
        for lang in Lang::ALL {
            let text = text(&told, lang);
            // Two parts of a message in letters beyond the GSM alphabet.
            assert!(text.chars().count() <= 134, "{} {text}", text.chars().count());
            for part in ["29.11", "Jasur K.", "12345678.90 UZS"] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!text.contains("://") && !text.contains("http"), "{text}");
        }
    }
}
