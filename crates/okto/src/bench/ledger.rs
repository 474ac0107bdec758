//! `okto bench ledger`: operations per second on durable PostgreSQL, against TPC-B of the same run.

use std::sync::Arc;
use std::time::Duration;

use kernel::{AccountId, Asset, Clock, Ctx, Entropy, Error, OperationId, Permissions, Result};
use ledger::{
    BalanceRule, Config, Ledger, NewAccount, Operation, Principal, Transfer, TransferKind,
};

use super::dice::Dice;
use super::figures::{Figures, instant, peak_memory_mb};
use super::load::{self, Caller};
use super::{Bench, Yardstick};
use crate::say;

/// What `okto bench ledger` is asked to do.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Callers that each have one operation under way.
    #[arg(long, default_value_t = 64)]
    pub callers: usize,
    /// Transfers of an operation. One of them always goes to the same fee account.
    #[arg(long, default_value_t = 2)]
    pub legs: usize,
    /// Seconds to measure.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Accounts that the transfers go between.
    #[arg(long, default_value_t = 10_000)]
    pub accounts: usize,
    /// Spread the last leg over all accounts instead of the one fee account.
    #[arg(long)]
    pub spread: bool,
    /// Batches of the engine in flight at once.
    #[arg(long)]
    pub workers: Option<u32>,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// Minor units every account starts with, far more than a run can move.
const FUNDS: i64 = 1_000_000_000_000;
/// Accounts opened or funded by one operation.
const CHUNK: usize = 200;

pub async fn run(args: Args) -> Result<()> {
    let bench = Bench::start("ledger").await?;
    let outcome = measure(&bench, &args).await;
    bench.stop().await?;
    say(&outcome?.show(args.json));
    Ok(())
}

async fn measure(bench: &Bench, args: &Args) -> Result<Figures> {
    let yardstick = Yardstick::prepare(bench, args.seconds).await?;
    let store = bench.database("ledger_bench").await?;
    let mut config = Config::default();
    config.workers = args.workers.unwrap_or(config.workers);
    let ledger = Ledger::start(&store, Clock::System, config).await?;
    say("opening accounts");
    let world = Arc::new(World::open(&ledger, args).await?);
    let before = yardstick.run("before").await?;
    let caller = |_| Payer {
        ledger: ledger.clone(),
        world: Arc::clone(&world),
        dice: Dice::new(),
        ctx: ctx(),
    };
    let callers = (0..args.callers).map(caller).collect();
    let measured = load::run(&store, callers, args.seconds).await?;
    let after = yardstick.run("after").await?;
    super::check_books(&ledger).await?;
    let figures = Figures::default()
        .text("bench", "ledger")
        .number("callers", args.callers)
        .number("legs", args.legs)
        .number("hot_account", !args.spread);
    let legs = u64::try_from(args.legs).unwrap_or(u64::MAX);
    let figures = measured.add_to(figures, legs, (before, after));
    Ok(figures.number("peak_memory_mb", peak_memory_mb("self")))
}

/// The accounts of the run.
pub struct World {
    accounts: Vec<AccountId>,
    fees: AccountId,
    legs: usize,
    spread: bool,
}

impl World {
    async fn open(ledger: &Ledger, args: &Args) -> Result<Self> {
        let now = Clock::System.now();
        let ids = |n: usize| (0..n).map(|_| AccountId::generate(now, Entropy)).collect::<Vec<_>>();
        let accounts = ids(args.accounts.max(2));
        let fees = AccountId::generate(now, Entropy);
        let vault = AccountId::generate(now, Entropy);
        let mut bank = operation("account.open")?;
        for id in [fees, vault] {
            bank.opens.push(new_account(id, BalanceRule::None));
        }
        let ctx = ctx();
        ledger.execute(&ctx, bank).await?;
        for chunk in accounts.chunks(CHUNK) {
            let mut open = operation("account.open")?;
            let mut fund = operation("bench.fund")?;
            for id in chunk {
                open.opens.push(new_account(*id, BalanceRule::DebitsWithinCredits));
                fund.transfers.push(post(vault, *id, FUNDS));
            }
            ledger.execute(&ctx, open).await?;
            ledger.execute(&ctx, fund).await?;
        }
        Ok(Self { accounts, fees, legs: args.legs.max(1), spread: args.spread })
    }

    fn pick(&self, dice: &mut Dice) -> AccountId {
        let n = dice.below(self.accounts.len());
        self.accounts.get(n).copied().unwrap_or(self.fees)
    }

    /// A payment: transfers between random customers, the last one a fee to the bank.
    fn operation(&self, dice: &mut Dice) -> Result<Operation> {
        let mut operation = operation("bench.transfer")?;
        "Jasur K. Malika T. tushlik uchun".clone_into(&mut operation.narrative);
        operation.detail = detail();
        let payer = self.pick(dice);
        while operation.transfers.len() < self.legs.saturating_sub(1) {
            let payee = self.pick(dice);
            if payee != payer {
                operation.transfers.push(post(payer, payee, 100));
            }
        }
        let mut last = if self.spread { self.pick(dice) } else { self.fees };
        if last == payer {
            last = self.fees;
        }
        operation.transfers.push(post(payer, last, 1));
        Ok(operation)
    }
}

/// A document of the size a transfer between customers has, about 300 bytes.
fn detail() -> serde_json::Value {
    serde_json::json!({
        "version": 1,
        "quote": "quo_019a9d5b6d4c7f3e8a1b2c3d4e5f6071",
        "payer": { "name": "Jasur K.", "account": "4001" },
        "payee": { "name": "Malika T.", "account": "7001" },
        "amount": { "value": "1.00", "asset": "UZS" },
        "fee": { "value": "0.01", "asset": "UZS" },
        "note": "tushlik uchun, rahmat",
    })
}

fn ctx() -> Ctx {
    Ctx::system("bench", Permissions::OPERATOR)
}

fn operation(kind: &'static str) -> Result<Operation> {
    let principal = Principal::of(&ctx()).ok_or(Error::invariant("a bench has an actor"))?;
    Ok(Operation::new(OperationId::generate(Clock::System.now(), Entropy), kind, principal))
}

const fn new_account(id: AccountId, rule: BalanceRule) -> NewAccount {
    NewAccount { id, number: None, owner: None, asset: Asset::Uzs, code: 20_206, rule }
}

const fn post(debit: AccountId, credit: AccountId, amount: i64) -> Transfer {
    Transfer { debit, credit, amount, kind: TransferKind::Post, code: 1 }
}

struct Payer {
    ledger: Ledger,
    world: Arc<World>,
    dice: Dice,
    ctx: Ctx,
}

impl Caller for Payer {
    async fn call(&mut self) -> Result<Duration> {
        let operation = self.world.operation(&mut self.dice)?;
        let begun = instant();
        self.ledger.execute(&self.ctx, operation).await?;
        Ok(begun.elapsed())
    }
}
