//! Confirmations of transfers by their payer, bound to exactly what the payer was shown.
//!
//! A preview says whether a confirmation is needed, and its token binds that. The confirmed
//! transfer carries the name of its confirmation into the books as an exclusive reference: the
//! commit that moves the money is what uses the confirmation up.

pub mod rules;

use identity::Confirmation;
use kernel::{Asset, ChallengeId, Code, Ctx, Money, Permission, Result};
use ledger::{AccountRecord, Operation, Ref};

use crate::Payments;
use crate::ceilings::Ceilings;
use crate::parties::Found;
use crate::transfers::rules::{self as transfers, Quoted, TimeLeft};
use rules::{Facts, Reason};

/// Why a transfer of a preview has to be confirmed, and since when small ones are summed up.
pub(crate) struct Needed {
    pub confirm: Option<Reason>,
    /// Seconds since 1970.
    pub since: i64,
}

impl Payments {
    /// How much may leave a day in the session of a request, as long as the bank is careful about
    /// it.
    pub fn daily_limit(&self, ctx: &Ctx, asset: Asset) -> Option<Money> {
        // Part of whatever shows a form: it is the same for everybody.
        let standing = rules::standing(ctx.assurance.as_ref(), ctx.now());
        rules::daily_limit(asset, standing).map(|minor| Money::new(minor, asset))
    }

    /// Asks the customer to confirm a preview of theirs.
    pub async fn ask_confirmation(&self, ctx: &Ctx, token: &str) -> Result<Confirmation> {
        ctx.require(Permission::TransferCreate)?;
        let quoted = self.own_quote(ctx, token).await?;
        if transfers::time_left(ctx.now(), quoted.expires_at) != TimeLeft::Some {
            return Err(Code::QuoteExpired.into());
        }
        let act = rules::act(&quoted, quoted.total()?);
        self.identity().ask_confirmation(ctx, &act).await
    }

    /// Whether a transfer that is previewed has to be confirmed.
    pub(crate) async fn confirmation_needed(
        &self,
        ctx: &Ctx,
        (from, to): (&AccountRecord, &Found),
        total: Money,
    ) -> Result<Needed> {
        if waived(ctx) || to.account.owner == from.owner {
            return Ok(Needed { confirm: None, since: 0 });
        }
        let customer = ctx.customer()?.uuid();
        let since = ctx.now().plus_seconds(rules::KNOWN_PAYEE_SECONDS.wrapping_neg());
        let known_payee = match to.account.owner {
            Some(owner) => self.ledger.has_paid(customer, owner, since).await?,
            None => false,
        };
        let confirmed_at = self.identity().payment_confirmed_at(ctx).await?;
        let counter = rules::small_counter(customer, total.asset);
        let window = rules::since(confirmed_at);
        let facts = Facts {
            own: false,
            known_payee,
            total,
            used: self.ledger.counter(counter, window).await?,
            standing: rules::standing(ctx.assurance.as_ref(), ctx.now()),
        };
        Ok(Needed { confirm: rules::need(&facts), since: window.start })
    }

    /// Adds to the operation of a quote what it uses of limits, and its confirmation, which must be
    /// a good one if the quote needs one. Gives the limits that hold.
    pub(crate) async fn confirmed(
        &self,
        ctx: &Ctx,
        quoted: &Quoted,
        confirmation: Option<ChallengeId>,
        operation: &mut Operation,
    ) -> Result<Ceilings> {
        let ceilings = self.ceilings(ctx, &quoted.moving()).await?;
        ceilings.bind(operation);
        if waived(ctx) {
            return Ok(ceilings);
        }
        let total = quoted.total()?;
        let standing = rules::standing(ctx.assurance.as_ref(), ctx.now());
        if let Some(id) = confirmation {
            self.identity().claim_confirmation(ctx, id, &rules::act(quoted, total)).await?;
            operation.refs.push(Ref {
                scheme: Ref::CONFIRMATION,
                reference: id.to_string(),
                exclusive: true,
            });
        } else if rules::need_by_now(quoted, total, standing).is_some() {
            return Err(Code::StepUpRequired.into());
        }
        let confirmed = confirmation.is_some();
        operation.uses.extend(rules::uses(quoted, total, (standing, confirmed), ctx.now()));
        Ok(ceilings)
    }
}

/// Whether whoever acts in the customer's name asks no confirmation of them: only the bank itself,
/// when it makes its demo customers' history. No session has this.
fn waived(ctx: &Ctx) -> bool {
    ctx.permissions.has(Permission::ConfirmationWaive)
}
