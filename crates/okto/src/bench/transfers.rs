//! `okto bench transfers`: whole sends through HTTP, against TPC-B of the same run.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use kernel::{Error, Result};

use super::dice::Dice;
use super::figures::{Figures, instant, peak_memory_mb};
use super::http::Line;
use super::load::{self, Caller};
use super::node::{Clients, NodePlan, Terms, key as new_key};
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
    /// Limits that count each send.
    #[arg(long, default_value_t = 0)]
    pub limits: u8,
    /// Let each send cost something, with tax and a share.
    #[arg(long)]
    pub fee: bool,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

const DATABASE: &str = "transfers_bench";

pub async fn run(args: Args) -> Result<()> {
    let bench = Bench::start("transfers").await?;
    let outcome = measure(&bench, &args).await;
    bench.stop().await?;
    say(&outcome?.show(args.json));
    Ok(())
}

async fn measure(bench: &Bench, args: &Args) -> Result<Figures> {
    let yardstick = Yardstick::prepare(bench, args.seconds).await?;
    drop(bench.database(DATABASE).await?);
    let url = bench.url(DATABASE);
    let (key, log) = (bench.file("root-key"), bench.file("node.log"));
    say("making customers");
    let terms = Terms { limits: args.limits, fee: args.fee, ceiling: None };
    let clients = Clients::make(url.clone(), &key, (args.connections.max(2), terms)).await?;
    let before = yardstick.run("before").await?;
    let mut node = NodePlan { url, key, log }.start().await?;
    let mut senders = Vec::new();
    for (me, client) in clients.list.iter().enumerate() {
        let line = Line::open(node.address, clients.token(client).await?).await?;
        senders.push(Sender { clients: Arc::clone(&clients), me, line, dice: Dice::new() });
    }
    let measured = load::run(&clients.bank.store, senders, args.seconds).await?;
    let memory = node.pid().map_or(0, |pid| peak_memory_mb(&pid.to_string()));
    node.kill().await?;
    let after = yardstick.run("after").await?;
    super::check_books(&clients.bank.ledger).await?;
    let figures = Figures::default()
        .text("bench", "transfers")
        .number("connections", args.connections)
        .number("limits", args.limits)
        .number("sends_per_s", measured.per_second());
    let figures = measured.add_to(figures, terms.legs(), (before, after));
    Ok(figures.number("peak_memory_mb", memory))
}

struct Sender {
    clients: Arc<Clients>,
    me: usize,
    line: Line,
    dice: Dice,
}

impl Caller for Sender {
    async fn call(&mut self) -> Result<Duration> {
        let (me, payee) = self.clients.pair(self.me, &mut self.dice)?;
        let quote = self.clients.quote(me, payee, 100)?;
        let key = new_key().uuid();
        let begun = instant();
        let answer = self.line.confirm(key, &quote).await?;
        let took = begun.elapsed();
        if answer.status == StatusCode::CREATED {
            return Ok(took);
        }
        let said = format!("{} {}", answer.status, answer.code());
        Err(Error::broken("sending money", said))
    }
}
