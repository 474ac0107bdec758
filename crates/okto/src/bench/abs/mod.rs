//! `okto bench abs`: customers pay while the core banking system of the sandbox times out, answers
//! late, loses answers, makes mistakes in its books, restarts, is killed, and is down for minutes.
//! In the end both books must agree to the tiyin, nothing may be posted twice, and what the sandbox
//! planted must be found, and nothing else.

mod agreement;
mod counterpart;
mod trouble;
mod watched;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use accounting::Accounting;
use accounting::ports::CoreBanking;
use kernel::{Clock, Ctx, Error, Permissions, Result, SessionId};
use payments::Confirm;
use tokio::sync::watch;

use self::agreement::{Books, Found, expected};
use self::counterpart::Counterpart;
use self::trouble::{Done, Nodes, Trouble};
use self::watched::Watched;
use super::Bench;
use super::dice::Dice;
use super::figures::{Figures, Latencies, instant};
use super::node::{Clients, Terms, key};
use crate::say;

/// What `okto bench abs` is asked to do.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Payments, each with a fee, a tax and a share: four documents.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub operations: u64,
    /// Minutes that the core banking system is down, half of them in each of two outages.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=60))]
    pub minutes_down: u64,
    /// Seconds of that, on top of the minutes.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub seconds_down: u64,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

const DATABASE: &str = "abs_bench";
const CLIENTS: usize = 20;
/// What each send costs, and that it is counted by a limit.
const TERMS: Terms = Terms { limits: 1, fee: true, ceiling: None };
/// The smallest and the largest send, in minor units.
const MINOR: std::ops::Range<usize> = 100..1_000;
/// How many sends there are in a second of trouble, about.
const SENDS_PER_SECOND: u64 = 200;
/// The shortest time of trouble before, between and after the outages.
const TROUBLE_MIN: Duration = Duration::from_secs(6);
/// How long it may take to catch up in the end, and how often that is looked at.
const CATCH_UP_TIMEOUT: Duration = Duration::from_mins(10);
const CATCH_UP_PAUSE: Duration = Duration::from_millis(200);

pub async fn run(args: Args) -> Result<()> {
    let bench = Bench::start("abs").await?;
    let outcome = fault_run(&bench, &args).await;
    bench.stop().await?;
    say(&outcome?.show(args.json));
    Ok(())
}

/// What the customers and the trouble came to.
struct Went {
    latencies: Latencies,
    done: Done,
    /// How long it took to catch up after everybody had paid.
    caught_up: Duration,
    sent_again: u64,
}

async fn fault_run(bench: &Bench, args: &Args) -> Result<Figures> {
    drop(bench.database(DATABASE).await?);
    let (url, key) = (bench.url(DATABASE), bench.file("root-key"));
    let clients = Clients::make(url, &key, (CLIENTS, TERMS)).await?;
    let mut abs = Counterpart::start(bench).await?;
    let watched = Arc::new(Watched::new(abs.connector()?));
    let first = Clock::System.now().day();
    let went = business(&clients, (&mut abs, &watched), args).await?;
    let patient = abs.patient_connector()?;
    let last = Clock::System.now().day();
    let books = Books { clients: &clients, abs: &patient, first, last };
    let planted = abs.planted().await?;
    let wanted = expected(&planted);
    let (_, found) = books.reconcile().await?;
    abs.repair().await?;
    let documents = documents(args, &clients);
    let wrong = compare(&books, (&wanted, &found), documents).await?;
    for line in wrong.lines.iter().take(20) {
        say(&format!("WRONG: {line}"));
    }
    super::check_books(&clients.bank.ledger).await?;
    let repeated = abs.repeated().await?;
    abs.kill().await?;
    if !wrong.lines.is_empty() {
        let count = format!("{} differences", wrong.lines.len());
        return Err(Error::broken("comparing the books of the bank and of the ABS", count));
    }
    let seen = watched.seen();
    let figures = figures(args, went);
    Ok(figures
        .number("documents", documents)
        .number("batches_sent", seen.batches)
        .number("batches_sent_again", seen.resent)
        .number("documents_sent_again", seen.resent_documents)
        .number("batches_not_taken", seen.not_taken)
        .number("answers_lost_after_effect", seen.lost_after)
        .number("answers_lost_before_effect", seen.lost_before)
        .number("duplicates_refused", repeated)
        .number("drifts_planted", wanted.len())
        .number("drifts_found", wanted.intersection(&found).count())
        .number("found_but_not_planted", found.difference(&wanted).count())
        .number("days_closed", wrong.days_closed)
        .number("accounts_compared", wrong.accounts)
        .number("accounts_that_differ", wrong.differ))
}

fn figures(args: &Args, mut went: Went) -> Figures {
    let Went { done, .. } = went;
    Figures::default()
        .text("bench", "abs")
        .number("operations", args.operations)
        .number("seconds_down", done.seconds_down)
        .number("faults", done.faults)
        .number("restarts_of_abs", done.restarts)
        .number("kills_of_abs", done.kills_of_abs)
        .number("kills_of_nodes", done.kills_of_nodes)
        .number("rejected_and_sent_again", went.sent_again)
        .number("longest_lag_s", done.longest_lag)
        .number("caught_up_in_s", went.caught_up.as_secs())
        .millis("payment_p50_ms", went.latencies.percentile(500))
        .millis("payment_p99_ms", went.latencies.percentile(990))
        .millis("payment_max_ms", went.latencies.percentile(1_000))
}

/// One for the money of each customer, and one for each transfer of each send.
fn documents(args: &Args, clients: &Clients) -> u64 {
    let cash = u64::try_from(clients.list.len()).unwrap_or(u64::MAX);
    args.operations.saturating_mul(TERMS.legs()).saturating_add(cash)
}

/// Customers pay, the bank tells the core banking system, and everything goes wrong; then nothing
/// does, until everything is told.
async fn business(
    clients: &Arc<Clients>,
    (abs, watched): (&mut Counterpart, &Arc<Watched>),
    args: &Args,
) -> Result<Went> {
    let accounting = &clients.bank.accounting;
    let (stop, shutdown) = watch::channel(false);
    let writer = tokio::spawn(accounting.writer(&Clock::System).run(shutdown.clone()));
    let told: Arc<dyn CoreBanking> = Arc::<Watched>::clone(watched);
    let mut nodes = Nodes::start(accounting, told, shutdown);
    let down = args.minutes_down.saturating_mul(60).saturating_add(args.seconds_down);
    let outage = Duration::from_secs(down.div_ceil(2));
    let trouble = Duration::from_secs(args.operations / SENDS_PER_SECOND).max(TROUBLE_MIN);
    let (paid, all_paid) = watch::channel(false);
    let time = trouble.saturating_mul(3).saturating_add(outage.saturating_mul(2));
    let troubles =
        Trouble { abs: &mut *abs, nodes: &mut nodes, dice: Dice::new(), done: Done::default() };
    let paying = async {
        let latencies = pay(clients, args.operations, time).await;
        paid.send_replace(true);
        latencies
    };
    let (latencies, done) = tokio::try_join!(paying, troubles.run((trouble, outage), all_paid))?;
    let begun = instant();
    abs.calm().await?;
    let sent_again = catch_up(accounting, clients).await?;
    let caught_up = begun.elapsed();
    stop.send_replace(true);
    nodes.stopped().await;
    writer.await.map_err(|e| Error::broken("writing documents down", e))?;
    Ok(Went { latencies, done, caught_up, sent_again })
}

/// Everybody pays, spread over the time.
async fn pay(clients: &Arc<Clients>, operations: u64, time: Duration) -> Result<Latencies> {
    let payers = u64::try_from(clients.list.len()).unwrap_or(1).max(1);
    let mut tasks = Vec::new();
    for (me, n) in (0..clients.list.len()).zip(0_u64..) {
        let (each, more) = (operations / payers, operations.checked_rem(payers).unwrap_or(0));
        let mine = each.saturating_add(u64::from(n < more));
        tasks.push(tokio::spawn(pay_all(Arc::clone(clients), me, (mine, time))));
    }
    let mut latencies = Latencies::default();
    for task in tasks {
        latencies.merge(task.await.map_err(|e| Error::broken("running a client", e))??);
    }
    Ok(latencies)
}

async fn pay_all(
    clients: Arc<Clients>,
    me: usize,
    (count, time): (u64, Duration),
) -> Result<Latencies> {
    let mut dice = Dice::new();
    let mut latencies = Latencies::default();
    let pause = time.checked_div(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    let pause = pause.unwrap_or_default();
    for _ in 0..count {
        let (payer, payee) = clients.pair(me, &mut dice)?;
        let span = MINOR.end.saturating_sub(MINOR.start);
        let minor = MINOR.start.saturating_add(dice.below(span));
        let quote = clients.quote(payer, payee, i64::try_from(minor).unwrap_or(1))?;
        let ctx = Ctx::system("bench", Permissions::OPERATOR);
        let ctx = ctx.clone().for_customer(payer.id, SessionId::generate(ctx.now(), ctx.entropy()));
        let begun = instant();
        let confirm = Confirm { key: key(), quote, confirmation: None };
        clients.bank.payments.confirm(&ctx, confirm).await?;
        let took = begun.elapsed();
        latencies.add(took);
        tokio::time::sleep(pause.saturating_sub(took)).await;
    }
    Ok(latencies)
}

/// Waits until everything is told. What was rejected is sent again, as somebody of the staff would
/// have it. Gives how much that was.
async fn catch_up(accounting: &Accounting, clients: &Clients) -> Result<u64> {
    let ctx = Ctx::system("bench", Permissions::OPERATOR);
    let begun = instant();
    let mut sent_again = 0_u64;
    while begun.elapsed() < CATCH_UP_TIMEOUT {
        let lag = accounting.lag().await?;
        if (lag.documents, lag.rejected, lag.accounts, lag.unread) == (0, 0, 0, 0) {
            return Ok(sent_again);
        }
        for stuck in accounting.stuck().await?.into_iter().filter(|stuck| stuck.rejected) {
            let mut tx = clients.bank.store.begin().await?;
            accounting.send_again(&mut tx, &ctx, stuck.id).await?;
            store::commit(tx).await?;
            sent_again = sent_again.saturating_add(1);
        }
        tokio::time::sleep(CATCH_UP_PAUSE).await;
    }
    let lag = accounting.lag().await?;
    Err(Error::broken("catching up with the ABS", format!("{lag:?}")))
}

/// What is wrong in the end, and what was looked at.
struct Wrong {
    lines: Vec<String>,
    days_closed: u64,
    accounts: usize,
    differ: usize,
}

/// Compares everything after what was planted is put right; what was found before that is compared
/// with what was planted.
async fn compare(
    books: &Books<'_>,
    (wanted, found): (&BTreeSet<Found>, &BTreeSet<Found>),
    documents: u64,
) -> Result<Wrong> {
    let mut lines = Vec::new();
    lines.extend(wanted.difference(found).map(|one| format!("planted, not found: {one:?}")));
    lines.extend(found.difference(wanted).map(|one| format!("found, not planted: {one:?}")));
    let (agreed, left) = books.reconcile().await?;
    lines.extend(left.iter().map(|one| format!("found after all was put right: {one:?}")));
    let entries = books.entries().await?;
    let twice = entries.iter().filter(|(_, times)| **times != 1);
    lines.extend(twice.map(|(document, times)| format!("{document} is posted {times} times")));
    let (posted, agreed) = (u64::try_from(entries.len()), u64::try_from(agreed));
    if posted != Ok(documents) || agreed != Ok(documents) {
        lines.push(format!("{documents} documents, {posted:?} posted, {agreed:?} agree"));
    }
    let days_closed = books.close().await?;
    if days_closed == 0 {
        lines.push("no day was closed".to_owned());
    }
    let accounts = books.differences().await?;
    let differ = accounts.iter().filter(|(_, difference)| *difference != 0);
    let differing: Vec<_> = differ.map(|(name, by)| format!("{name} differs by {by}")).collect();
    let (accounts, differ) = (accounts.len(), differing.len());
    lines.extend(differing);
    Ok(Wrong { lines, days_closed, accounts, differ })
}
