//! What goes wrong while customers pay: every fault that the sandbox has, restarts of it, two long
//! outages, and nodes of the bank that die while they send.

use std::sync::Arc;
use std::time::Duration;

use accounting::Accounting;
use accounting::export::jobs;
use accounting::ports::CoreBanking;
use kernel::{Clock, Result};
use sandbox::FaultKind;
use sandbox::abs::Drift;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::super::dice::Dice;
use super::super::figures::instant;
use super::counterpart::Counterpart;

/// What goes wrong with a question.
const FAULTS: [FaultKind; 10] = [
    FaultKind::Delay,
    FaultKind::TimeoutBefore,
    FaultKind::TimeoutAfter,
    FaultKind::Error500Before,
    FaultKind::Error500After,
    FaultKind::Duplicate,
    FaultKind::Unauthorized,
    FaultKind::Malformed,
    FaultKind::Rejected,
    FaultKind::Dropped,
];
/// With which: most often with a batch.
const ASKED: [&str; 5] = ["post", "post", "post", "batch", "accounts"];
/// What goes wrong in the books.
pub const DRIFTS: [Drift; 7] = [
    Drift::Amount,
    Drift::Missing,
    Drift::Extra,
    Drift::Duplicate,
    Drift::Status,
    Drift::Late,
    Drift::Reject,
];
/// Most faults that wait for a question. With more, nothing would ever be sent.
const MAX_ARMED: usize = 2;
/// How long a request without an answer is held: longer than the bank waits.
const HOLD_MS: u64 = 5_000;
/// How late an answer is that is only late.
const LATE_MS: u64 = 1_000;
/// Shortest and longest time between two troubles, in milliseconds.
const EVERY_MILLIS: std::ops::Range<usize> = 200..700;
/// Most documents that pass before one that goes wrong.
const PASS_MAX: usize = 60;
/// Nodes that may send.
const NODES: usize = 2;

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    pub faults: u64,
    pub kills_of_abs: u64,
    pub restarts: u64,
    pub kills_of_nodes: u64,
    pub seconds_down: u64,
    /// The longest that something waited to be sent.
    pub longest_lag: i64,
}

/// The nodes of the bank that send, one of them at a time.
pub struct Nodes {
    accounting: Accounting,
    abs: Arc<dyn CoreBanking>,
    shutdown: watch::Receiver<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Nodes {
    pub fn start(
        accounting: &Accounting,
        abs: Arc<dyn CoreBanking>,
        shutdown: watch::Receiver<bool>,
    ) -> Self {
        let mut nodes = Self { accounting: accounting.clone(), abs, shutdown, running: Vec::new() };
        nodes.running = (0..NODES).map(|_| nodes.spawn()).collect();
        nodes
    }

    fn spawn(&self) -> JoinHandle<()> {
        let (accounting, abs) = (self.accounting.clone(), Arc::clone(&self.abs));
        tokio::spawn(jobs::send(accounting, abs, Clock::System, self.shutdown.clone()))
    }

    /// One dies in the middle of whatever it does; another starts in its place.
    fn kill(&mut self, dice: &mut Dice) {
        let new = self.spawn();
        if let Some(node) = self.running.get_mut(dice.below(NODES)) {
            node.abort();
            *node = new;
        }
    }

    /// Waits until they have stopped, as they were told.
    pub async fn stopped(self) {
        for node in self.running {
            // Whoever was killed has stopped too.
            let _ = node.await;
        }
    }
}

/// Everything that can go wrong.
pub struct Trouble<'a> {
    pub abs: &'a mut Counterpart,
    pub nodes: &'a mut Nodes,
    pub dice: Dice,
    pub done: Done,
}

impl Trouble<'_> {
    /// Trouble, an outage that answers, trouble, an outage that does not, and trouble until
    /// everybody has paid.
    pub async fn run(
        mut self,
        (between, outage): (Duration, Duration),
        paid: watch::Receiver<bool>,
    ) -> Result<Done> {
        self.go_on(between, None).await?;
        let millis = u64::try_from(outage.as_millis()).unwrap_or(u64::MAX);
        self.abs.tell("abs/down", json!({ "ms": millis })).await?;
        self.wait(outage).await?;
        self.go_on(between, None).await?;
        self.abs.kill().await?;
        self.done.kills_of_abs = self.done.kills_of_abs.saturating_add(1);
        self.wait(outage).await?;
        self.abs.start_again().await?;
        // It is not killed any more, so that each of these strikes.
        for drift in DRIFTS {
            self.plant(drift).await?;
        }
        self.go_on(between, Some(&paid)).await?;
        Ok(self.done)
    }

    /// It is down, whichever way, and nodes of the bank die meanwhile.
    async fn wait(&mut self, outage: Duration) -> Result<()> {
        let begun = instant();
        while begun.elapsed() < outage {
            self.nodes.kill(&mut self.dice);
            self.done.kills_of_nodes = self.done.kills_of_nodes.saturating_add(1);
            self.look().await?;
            let left = outage.saturating_sub(begun.elapsed());
            tokio::time::sleep(left.min(Duration::from_secs(10))).await;
        }
        self.done.seconds_down = self.done.seconds_down.saturating_add(outage.as_secs());
        Ok(())
    }

    async fn look(&mut self) -> Result<()> {
        let lag = self.nodes.accounting.lag().await?.seconds(Clock::System.now());
        self.done.longest_lag = self.done.longest_lag.max(lag);
        Ok(())
    }

    /// Something goes wrong again and again for a time, and then until everybody has paid.
    async fn go_on(&mut self, time: Duration, until: Option<&watch::Receiver<bool>>) -> Result<()> {
        let begun = instant();
        while begun.elapsed() < time || until.is_some_and(|paid| !*paid.borrow()) {
            self.one(until.is_none()).await?;
            self.look().await?;
            let span = EVERY_MILLIS.end.saturating_sub(EVERY_MILLIS.start);
            let wait = EVERY_MILLIS.start.saturating_add(self.dice.below(span));
            let wait = u64::try_from(wait).unwrap_or(u64::MAX);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        Ok(())
    }

    /// One thing goes wrong.
    async fn one(&mut self, may_kill: bool) -> Result<()> {
        match self.dice.below(20) {
            0 if may_kill => {
                self.abs.kill().await?;
                self.abs.start_again().await?;
                self.done.kills_of_abs = self.done.kills_of_abs.saturating_add(1);
            }
            0 | 1 => {
                let body = json!({ "ms": self.dice.below(2_000) });
                self.abs.tell("abs/restart", body).await?;
                self.done.restarts = self.done.restarts.saturating_add(1);
            }
            2 => self.abs.tell("abs/down", json!({ "ms": self.dice.below(2_000) })).await?,
            3 | 4 => {
                let body = json!({ "ms": self.dice.below(3).saturating_mul(300) });
                self.abs.tell("abs/processing", body).await?;
            }
            5 | 6 => {
                self.nodes.kill(&mut self.dice);
                self.done.kills_of_nodes = self.done.kills_of_nodes.saturating_add(1);
            }
            7..=9 => {
                if let Some(drift) = DRIFTS.get(self.dice.below(DRIFTS.len())) {
                    self.plant(*drift).await?;
                }
            }
            _ => self.fault().await?,
        }
        Ok(())
    }

    async fn plant(&mut self, drift: Drift) -> Result<()> {
        let after = self.dice.below(PASS_MAX);
        self.abs.tell("abs/plant", json!({ "drift": drift, "after": after })).await
    }

    async fn fault(&mut self) -> Result<()> {
        if self.abs.armed().await? >= MAX_ARMED {
            return Ok(());
        }
        let fault = FAULTS.get(self.dice.below(FAULTS.len())).copied().unwrap_or(FaultKind::Delay);
        let asked = ASKED.get(self.dice.below(ASKED.len())).copied().unwrap_or("post");
        let delay = if fault == FaultKind::Delay { LATE_MS } else { HOLD_MS };
        let body = json!({
            "counterpart": "abs", "operation": asked, "fault": fault, "delay_ms": delay,
        });
        self.done.faults = self.done.faults.saturating_add(1);
        self.abs.tell("faults", body).await
    }
}
