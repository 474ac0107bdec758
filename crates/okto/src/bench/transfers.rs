//! `okto bench transfers`: whole sends through HTTP, against TPC-B of the same run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::StatusCode;
use kernel::{Error, Result};

use super::figures::{Json, Latencies, Thousandths, instant, peak_memory_mb, per_second};
use super::http::Line;
use super::ledger::Dice;
use super::node::{Clients, NodePlan, key as new_key};
use super::{Bench, Yardstick};
use crate::say;

/// What `okto bench transfers` is asked to do.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Connections, each of a customer of its own.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Seconds to measure.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

const WARM_UP: Duration = Duration::from_secs(2);
const DATABASE: &str = "transfers_bench";

pub async fn run(args: Args) -> Result<()> {
    let bench = Bench::start("transfers").await?;
    let outcome = measure(&bench, &args).await;
    bench.stop().await?;
    say(&outcome?);
    Ok(())
}

async fn measure(bench: &Bench, args: &Args) -> Result<String> {
    let yardstick = Yardstick::prepare(bench, args.seconds).await?;
    drop(bench.database(DATABASE).await?);
    let url = bench.url(DATABASE);
    let (key, log) = (bench.file("root-key"), bench.file("node.log"));
    say("making customers");
    let clients = Clients::make(url.clone(), &key, args.connections.max(2)).await?;
    let before = yardstick.run().await?;
    say(&format!("TPC-B before: {before} transactions/s"));
    let mut node = NodePlan { url, key, log }.start().await?;
    let (mut latencies, elapsed) = load(&clients, node.address, args).await?;
    let memory = node.pid().map_or(0, |pid| peak_memory_mb(&pid.to_string()));
    node.kill().await?;
    let after = yardstick.run().await?;
    say(&format!("TPC-B after: {after} transactions/s"));
    let report = clients.bank.ledger.verify().await?;
    if let Some(finding) = report.findings.first() {
        let finding = format!("{finding:?}");
        return Err(Error::broken("checking the books after a bench", finding));
    }
    let tpcb = before.saturating_add(after) / 2;
    let sends = per_second(latencies.count(), elapsed);
    Ok(Json::default()
        .text("bench", "transfers")
        .number("connections", args.connections)
        .number("sends_per_s", sends)
        .millis("p50_ms", latencies.percentile(500))
        .millis("p99_ms", latencies.percentile(990))
        .number("tpcb_tps", tpcb)
        .number("tpcb_before", before)
        .number("tpcb_after", after)
        .number("ratio_to_tpcb", Thousandths::ratio(sends, tpcb))
        .number("peak_memory_mb", memory)
        .line())
}

async fn load(
    clients: &Arc<Clients>,
    node: std::net::SocketAddr,
    args: &Args,
) -> Result<(Latencies, Duration)> {
    let (measuring, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let mut senders = Vec::new();
    for n in 0..clients.list.len() {
        let Some(client) = clients.list.get(n) else { continue };
        let line = Line::open(node, clients.token(client).await?).await?;
        let (measuring, stop) = (Arc::clone(&measuring), Arc::clone(&stop));
        let sender = Sender { clients: Arc::clone(clients), me: n, line, measuring, stop };
        senders.push(tokio::spawn(sender.run()));
    }
    tokio::time::sleep(WARM_UP).await;
    let begun = instant();
    measuring.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(args.seconds)).await;
    measuring.store(false, Ordering::Relaxed);
    let elapsed = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Latencies::default();
    for sender in senders {
        latencies.merge(sender.await.map_err(|e| Error::broken("running a sender", e))??);
    }
    Ok((latencies, elapsed))
}

struct Sender {
    clients: Arc<Clients>,
    me: usize,
    line: Line,
    measuring: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Sender {
    async fn run(mut self) -> Result<Latencies> {
        let mut dice = Dice::new();
        let mut latencies = Latencies::default();
        while !self.stop.load(Ordering::Relaxed) {
            let other = dice.below(self.clients.list.len());
            let (Some(me), Some(payee)) =
                (self.clients.list.get(self.me), self.clients.list.get(other))
            else {
                continue;
            };
            if other == self.me {
                continue;
            }
            let quote = self.clients.quote(me, payee, 100)?;
            let key = new_key().uuid();
            let begun = instant();
            let answer = self.line.confirm(key, &quote).await?;
            if answer.status != StatusCode::CREATED {
                let code = answer.code();
                return Err(Error::broken("sending money", format!("{} {code}", answer.status)));
            }
            if self.measuring.load(Ordering::Relaxed) {
                latencies.add(begun.elapsed());
            }
        }
        Ok(latencies)
    }
}
