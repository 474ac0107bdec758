//! `okto bench crash`: many clients send money through two nodes of the bank, each send counted by
//! three limits that are reached, while a process gives sends back; nodes, that process and
//! PostgreSQL are killed again and again. At the end the books must say exactly what the clients
//! were told, every counter what the operations used, no ceiling may ever have been passed, and no
//! part of a fee given back twice.

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
use super::node::{Clients, FUNDS, Node, NodePlan, Reverser, Terms, key as new_key};
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
/// What the customers are bound by: three limits that each customer reaches after so many sends,
/// unless some were given back meanwhile, and a fee with a tax and a share.
const TERMS: Terms = Terms { limits: 3, fee: true, ceiling: Some(500 * MINOR) };
/// Nodes that serve at once.
const NODES: usize = 2;
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
    let clients = Clients::make(url.clone(), &key, (args.clients.max(2), TERMS)).await?;
    let size = sql::ledger_bytes(&clients.bank.store).await?;
    let plan = NodePlan { url, key, log };
    let nodes = [plan.start().await?, plan.start().await?];
    let running = Running { reverser: plan.start_reverser()?, nodes, plan };
    let (address, addresses) = watch::channel(running.addresses());
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
    let (kills, running) = chaos(bench, running, &address, time).await?;
    stop.store(true, Ordering::Relaxed);
    let mut sends = Vec::new();
    for sender in senders {
        sends.extend(sender.await.map_err(|e| Error::broken("running a client", e))??);
    }
    let elapsed = begun.elapsed();
    running.stop().await?;
    let (wrong, reversals) = compare(&clients, &sends).await?;
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
        .number("kills_of_reversals", kills.reverser)
        .number("kills_of_postgresql", kills.postgresql)
        .number("acknowledged_posted", posted)
        .number("acknowledged_refused", sends.len().saturating_sub(posted))
        .number("reversals", reversals)
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
    reverser: u32,
    postgresql: u32,
}

/// The processes of the bank.
struct Running {
    nodes: [Node; NODES],
    reverser: Reverser,
    plan: NodePlan,
}

impl Running {
    fn addresses(&self) -> [SocketAddr; NODES] {
        let [one, two] = &self.nodes;
        [one.address, two.address]
    }

    /// Kills a node and starts another in its place.
    async fn kill_node(&mut self, dice: &mut Dice) -> Result<()> {
        let node = self.nodes.get_mut(dice.below(NODES));
        let node = node.ok_or(Error::invariant("a bench has nodes"))?;
        node.kill().await?;
        *node = self.plan.start().await?;
        Ok(())
    }

    async fn kill_reverser(&mut self) -> Result<()> {
        self.reverser.kill().await?;
        self.reverser = self.plan.start_reverser()?;
        Ok(())
    }

    /// Ends all of them.
    async fn stop(mut self) -> Result<()> {
        self.reverser.kill().await?;
        for node in &mut self.nodes {
            node.kill().await?;
        }
        Ok(())
    }
}

/// Kills one or several until the time is over and a node and what gives back were killed at least
/// once, and leaves all of them running: the senders ask until each outcome is known.
async fn chaos(
    bench: &mut Bench,
    mut running: Running,
    address: &watch::Sender<[SocketAddr; NODES]>,
    time: Duration,
) -> Result<(Kills, Running)> {
    let mut dice = Dice::new();
    let mut kills = Kills::default();
    let begun = instant();
    while begun.elapsed() < time || kills.bank == 0 || kills.reverser == 0 {
        let span = KILL_EVERY_MILLIS.end.saturating_sub(KILL_EVERY_MILLIS.start);
        let wait = dice.below(usize::try_from(span).unwrap_or(1));
        let wait = KILL_EVERY_MILLIS.start.saturating_add(u64::try_from(wait).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let which = dice.below(5);
        if matches!(which, 3 | 4) {
            bench.kill_database().await?;
            kills.postgresql = kills.postgresql.saturating_add(1);
        }
        if matches!(which, 0 | 1 | 4) {
            running.kill_node(&mut dice).await?;
            kills.bank = kills.bank.saturating_add(1);
            address.send_replace(running.addresses());
        }
        if matches!(which, 1 | 2) {
            running.kill_reverser().await?;
            kills.reverser = kills.reverser.saturating_add(1);
        }
    }
    Ok((kills, running))
}

struct Sender {
    clients: Arc<Clients>,
    me: usize,
    addresses: watch::Receiver<[SocketAddr; NODES]>,
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
            // Whichever comes: the other node may get the same request again.
            let [one, two] = *self.addresses.borrow_and_update();
            let first = self.tries.load(Ordering::Relaxed).is_multiple_of(2);
            Line::open(if first { one } else { two }, token).await?
        };
        let answer = line.confirm(key.uuid(), quote).await?;
        self.line = Some(line);
        Ok(answer)
    }
}

/// Everything in which the books differ from what the clients were told, or limits and refunds are
/// not as they must be; and how often something was given back.
async fn compare(clients: &Clients, sends: &[Send]) -> Result<(Vec<String>, usize)> {
    let mut wrong = sql::against_limits(&clients.bank.store).await?;
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
            let paid = MINOR.saturating_add(TERMS.cost());
            for (account, change) in [(send.from, paid.saturating_neg()), (send.to, MINOR)] {
                let balance = expected.entry(account).or_default();
                *balance = balance.saturating_add(change);
            }
        }
    }
    wrong.extend(stored.keys().map(|id| format!("{id} is in the books and nobody was told")));
    let (given, reversals) = sql::given_back(&clients.bank.store).await?;
    for (id, balance) in expected {
        let balance = balance.saturating_add(given.get(&id).copied().unwrap_or(0));
        let account = clients.bank.ledger.account(id).await?;
        let has = account.map_or(0, |a| a.account.balance());
        if has != balance {
            wrong.push(format!("{id} has {has}, the answers make {balance}"));
        }
    }
    Ok((wrong, reversals))
}
