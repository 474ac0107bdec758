//! `okto bench crash`: many clients send money while the bank's process and PostgreSQL are killed
//! again and again; at the end the books must say exactly what the clients were told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use kernel::{AccountId, Error, OperationId, Result};
use tokio::sync::watch;

use super::dice::Dice;
use super::figures::{Figures, Latencies, instant, per_second};
use super::http::{Answer, Line};
use super::node::{Clients, FUNDS, Node, NodePlan, Terms, key as new_key};
use super::{Bench, sql};
use crate::say;

/// What `okto bench crash` is asked to do.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Minutes of killing.
    #[arg(long, default_value_t = 0)]
    pub minutes: u64,
    /// Seconds of killing, on top of the minutes.
    #[arg(long, default_value_t = 0)]
    pub seconds: u64,
    /// Clients that send.
    #[arg(long, default_value_t = 24)]
    pub clients: usize,
    /// Folder of the run under `.okto/bench`.
    #[arg(long, default_value = "crash")]
    pub name: String,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

const DATABASE: &str = "crash_bench";
/// What each send moves: small enough to stay below what has to be confirmed, however many there
/// are.
const MINOR: i64 = 100;
/// How long a client goes on asking for the outcome of one send.
const OUTCOME_TIMEOUT: Duration = Duration::from_mins(2);
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// Longest and shortest time between two kills, in milliseconds.
const KILL_EVERY_MILLIS: std::ops::Range<u64> = 400..3_000;

pub async fn run(args: Args) -> Result<()> {
    let mut bench = Bench::start(&args.name).await?;
    let outcome = break_things(&mut bench, &args).await;
    bench.stop().await?;
    say(&outcome?.show(args.json));
    Ok(())
}

/// What a client was told about one send.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Posted,
    Refused,
}

/// One definite answer.
struct Send {
    key: OperationId,
    from: AccountId,
    to: AccountId,
    told: Told,
    /// How long it took to know, with all repeats.
    took: Duration,
}

async fn break_things(bench: &mut Bench, args: &Args) -> Result<Figures> {
    drop(bench.database(DATABASE).await?);
    let url = bench.url(DATABASE);
    let (key, log) = (bench.file("root-key"), bench.file("node.log"));
    let clients = Clients::make(url.clone(), &key, (args.clients.max(2), Terms::default())).await?;
    let size = sql::ledger_bytes(&clients.bank.store).await?;
    let plan = NodePlan { url, key, log };
    let node = plan.start().await?;
    let (address, addresses) = watch::channel(node.address);
    let begun = instant();
    let stop = Arc::new(AtomicBool::new(false));
    let tries = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for me in 0..clients.list.len() {
        let sender = Sender {
            clients: Arc::clone(&clients),
            me,
            addresses: addresses.clone(),
            stop: Arc::clone(&stop),
            tries: Arc::clone(&tries),
            line: None,
        };
        senders.push(tokio::spawn(sender.run()));
    }
    let time = Duration::from_secs(args.minutes.saturating_mul(60).saturating_add(args.seconds));
    let kills = chaos(bench, &plan, node, &address, time).await?;
    stop.store(true, Ordering::Relaxed);
    let mut sends = Vec::new();
    for sender in senders {
        sends.extend(sender.await.map_err(|e| Error::broken("running a client", e))??);
    }
    let elapsed = begun.elapsed();
    let wrong = compare(&clients, &sends).await?;
    for line in wrong.iter().take(20) {
        say(&format!("WRONG: {line}"));
    }
    if !wrong.is_empty() {
        return Err(Error::broken("comparing the books", format!("{} differences", wrong.len())));
    }
    let posted = sends.iter().filter(|s| s.told == Told::Posted).count();
    let mut latencies = Latencies::default();
    for send in &sends {
        latencies.add(send.took);
    }
    // A refused send is an operation too, without legs.
    let per_second = |n: usize| per_second(u64::try_from(n).unwrap_or(u64::MAX), elapsed);
    let grown = sql::ledger_bytes(&clients.bank.store).await?.saturating_sub(size);
    Ok(Figures::default()
        .text("bench", "crash")
        .number("seconds", elapsed.as_secs())
        .number("kills_of_bank", kills.bank)
        .number("kills_of_postgresql", kills.postgresql)
        .number("acknowledged_posted", posted)
        .number("acknowledged_refused", sends.len().saturating_sub(posted))
        .number("requests", tries.load(Ordering::Relaxed))
        .number("differences", wrong.len())
        .number("ops_per_s", per_second(sends.len()))
        .number("legs_per_s", per_second(posted))
        .millis("p50_ms", latencies.percentile(500))
        .millis("p99_ms", latencies.percentile(990))
        .number("bytes_per_op", grown.checked_div(latencies.count()).unwrap_or(0)))
}

#[derive(Default)]
struct Kills {
    bank: u32,
    postgresql: u32,
}

/// Kills one or the other until the time is over and the bank was killed at least once, and leaves
/// both running.
async fn chaos(
    bench: &mut Bench,
    plan: &NodePlan,
    mut node: Node,
    address: &watch::Sender<SocketAddr>,
    time: Duration,
) -> Result<Kills> {
    let mut dice = Dice::new();
    let mut kills = Kills::default();
    let begun = instant();
    while begun.elapsed() < time || kills.bank == 0 {
        let span = KILL_EVERY_MILLIS.end.saturating_sub(KILL_EVERY_MILLIS.start);
        let wait = dice.below(usize::try_from(span).unwrap_or(1));
        let wait = KILL_EVERY_MILLIS.start.saturating_add(u64::try_from(wait).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(wait)).await;
        match dice.below(4) {
            0 | 1 => {
                node.kill().await?;
                kills.bank = kills.bank.saturating_add(1);
                node = plan.start().await?;
                address.send_replace(node.address);
            }
            2 => {
                bench.kill_database().await?;
                kills.postgresql = kills.postgresql.saturating_add(1);
            }
            _ => {
                node.kill().await?;
                bench.kill_database().await?;
                kills.bank = kills.bank.saturating_add(1);
                kills.postgresql = kills.postgresql.saturating_add(1);
                node = plan.start().await?;
                address.send_replace(node.address);
            }
        }
    }
    // The node outlives the senders: they ask until each outcome is known.
    tokio::spawn(async move {
        let _node = node;
        tokio::time::sleep(OUTCOME_TIMEOUT.saturating_mul(2)).await;
    });
    Ok(kills)
}

struct Sender {
    clients: Arc<Clients>,
    me: usize,
    addresses: watch::Receiver<SocketAddr>,
    stop: Arc<AtomicBool>,
    tries: Arc<AtomicU64>,
    line: Option<Line>,
}

impl Sender {
    async fn run(mut self) -> Result<Vec<Send>> {
        let mut dice = Dice::new();
        let mut sends = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let (me, payee) = self.clients.pair(self.me, &mut dice)?;
            // One in eight asks an account without money and must be refused.
            let me = if dice.below(8) == 0 { me.without_money() } else { me.clone() };
            let (from, to) = (me.account, payee.account);
            let quote = self.clients.quote(&me, payee, MINOR)?;
            let key = new_key();
            let begun = instant();
            let told = self.outcome(key, &quote).await?;
            let took = begun.elapsed();
            if dice.below(4) == 0 && self.outcome(key, &quote).await? != told {
                return Err(Error::broken(
                    "asking twice",
                    format!("{key} was answered differently"),
                ));
            }
            sends.push(Send { key, from, to, told, took });
        }
        Ok(sends)
    }

    /// Asks with the same key until the answer is definite.
    async fn outcome(&mut self, key: OperationId, quote: &str) -> Result<Told> {
        let begun = instant();
        while begun.elapsed() < OUTCOME_TIMEOUT {
            match self.ask(key, quote).await {
                Ok(answer) if answer.status.is_success() => return Ok(Told::Posted),
                Ok(answer) if answer.status.as_u16() == 422 => return Ok(Told::Refused),
                Ok(answer) if answer.status.as_u16() == 401 => self.line = None,
                Ok(answer) if answer.status.is_server_error() => {}
                Ok(answer) => {
                    let said = format!("{} {}", answer.status, answer.code());
                    return Err(Error::broken("sending money", said));
                }
                Err(_) => self.line = None,
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
        Err(Error::invariant("a send had no definite answer in time"))
    }

    async fn ask(&mut self, key: OperationId, quote: &str) -> Result<Answer> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let mut line = if let Some(line) = self.line.take() {
            line
        } else {
            let me = self.clients.list.get(self.me).ok_or(Error::invariant("no client"))?;
            let token = self.clients.token(me).await?;
            let address = *self.addresses.borrow_and_update();
            Line::open(address, token).await?
        };
        let answer = line.confirm(key.uuid(), quote).await?;
        self.line = Some(line);
        Ok(answer)
    }
}

/// Everything in which the books differ from what the clients were told.
async fn compare(clients: &Clients, sends: &[Send]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let report = clients.bank.ledger.verify().await?;
    wrong.extend(report.findings.iter().map(|f| format!("{}: {}", f.rule, f.subject)));
    let mut stored = sql::outcomes(&clients.bank.store, payments::transfers::rules::KIND).await?;
    let mut expected: HashMap<AccountId, i64> =
        clients.list.iter().map(|c| (c.account, FUNDS)).collect();
    for send in sends {
        let found = stored.remove(&send.key);
        match (send.told, found) {
            (Told::Posted, Some(true)) | (Told::Refused, Some(false)) => {}
            (told, found) => {
                let told = if told == Told::Posted { "posted" } else { "refused" };
                wrong.push(format!("{} was told {told}, the books say {found:?}", send.key));
            }
        }
        if send.told == Told::Posted {
            for (account, change) in [(send.from, MINOR.saturating_neg()), (send.to, MINOR)] {
                let balance = expected.entry(account).or_default();
                *balance = balance.saturating_add(change);
            }
        }
    }
    wrong.extend(stored.keys().map(|id| format!("{id} is in the books and nobody was told")));
    for (id, balance) in expected {
        let account = clients.bank.ledger.account(id).await?;
        let has = account.map_or(0, |a| a.account.balance());
        if has != balance {
            wrong.push(format!("{id} has {has}, the answers make {balance}"));
        }
    }
    Ok(wrong)
}
