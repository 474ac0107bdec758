//! `okto bench reverse`: gives transfers of a bench back, in parts and at random, until it is
//! killed. A process of its own, so that it can be.

use std::path::PathBuf;
use std::time::Duration;

use kernel::{Clock, Ctx, Error, OperationId, Permissions, Result, Secret};
use payments::Refunding;
use payments::refunds::Part;
use tokio::time::sleep;

use super::dice::Dice;
use super::node::Clients;
use super::sql;
use crate::bank::Bank;
use crate::custody::Keys;
use crate::settings::RootKey;

/// Where the bank is that is given back to.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// Its database.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// Its root key.
    #[arg(long, env = "OKTO_ROOT_KEY_FILE")]
    key: PathBuf,
}

impl std::fmt::Debug for Args {
    /// Without the address, in which a password may stand.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Args").field("key", &self.key).finish_non_exhaustive()
    }
}

/// How long it rests: what it gives back is decided under locks, for which everybody waits.
const REST: Duration = Duration::from_millis(20);
/// Transfers that are looked at together.
const AT_ONCE: i64 = 16;

pub async fn run(args: Args) -> Result<()> {
    let keys = Keys::open_or_make(&RootKey::at(&args.key), &args.key)?;
    let bank = loop {
        let url = Secret::new(args.database.clone());
        match Bank::open(url, 2, &keys).await {
            Ok(bank) => break bank,
            // The database is being killed as well.
            Err(error) => tracing::info!(?error, "no bank to give back in yet"),
        }
        sleep(REST).await;
    };
    let ctx = Ctx::system("bench", Permissions::OPERATOR);
    let mut dice = Dice::new();
    let begun = Clock::System.now().plus_seconds(-600);
    loop {
        let span = Clock::System.now().micros_since(begun);
        let back = dice.below(usize::try_from(span).unwrap_or(1).max(1));
        let from = begun.plus_micros(i64::try_from(back).unwrap_or(0));
        let found = sql::transfers_since(&bank.store, from, AT_ONCE).await;
        let found = found.unwrap_or_default();
        sleep(REST).await;
        for of in found {
            match give_back(&bank, &ctx, of, &mut dice).await {
                Ok(()) | Err(Error::Refused(_)) => {}
                Err(error) => tracing::info!(?error, "nothing could be given back"),
            }
            sleep(REST).await;
        }
    }
}

/// A part of it, or all that is left; of the fee, any part too.
async fn give_back(bank: &Bank, ctx: &Ctx, of: OperationId, dice: &mut Dice) -> Result<()> {
    let number = bank.payments.refunds_of(ctx, of).await?.saturating_add(1);
    let below = |dice: &mut Dice, n| i64::try_from(dice.below(n)).unwrap_or(0);
    let part = Part { amount: below(dice, 101), fee: below(dice, 11) };
    let refunding =
        Refunding { operation: of, customer: Clients::NOBODY, payee: None, number, part };
    bank.payments.refund(ctx, &refunding).await.map(drop)
}
