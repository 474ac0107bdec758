use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Entropy, Error, Moment, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Handler, Job, Row, shown};
use crate::tasks::{guarded, stopped, stopping};
use crate::{Store, broken, commit};

/// The most jobs one runner runs at a time.
const CONCURRENCY: usize = 16;
/// How long to wait for a wake-up before looking again.
const POLL_MILLIS: u64 = 200;
/// How long to wait after the database failed.
const INCIDENT_MILLIS: u64 = 1_000;
/// How long a job stays with a node that does not renew its lease.
const LEASE_SECONDS: u64 = 15;
/// Renewals in the time of one lease.
const RENEWALS_PER_LEASE: u32 = 3;
/// How long a handler may take.
const JOB_TIMEOUT_SECONDS: u64 = 300;
/// How long the jobs that run may go on after the runner was told to stop.
const STOP_TIMEOUT_SECONDS: u64 = 10;
/// The wait after the first failure; it doubles with each, up to the longest.
const RETRY_MILLIS: u64 = 1_000;
const RETRY_MILLIS_MAX: u64 = 3_600_000;
/// Runners take turns to claim, so that two of them never start jobs of one queue.
const CLAIM_LOCK: i64 = 0x006f_6b74_6f6a_6f62;
const LEASE_RAN_OUT: &str = "the node that ran it went away";

/// Runs jobs. Any number of nodes may run the same kinds.
pub struct Runner {
    store: Store,
    clock: Clock,
    handlers: HashMap<String, Handler>,
    kinds: Vec<String>,
    lease: Duration,
}

struct Claimed {
    job: Job,
    handler: Handler,
    token: Uuid,
}

impl Runner {
    /// A runner without handlers.
    pub fn new(store: Store, clock: Clock) -> Self {
        let lease = Duration::from_secs(LEASE_SECONDS);
        Self { store, clock, handlers: HashMap::new(), kinds: Vec::new(), lease }
    }

    /// Runs the jobs of a kind with this handler.
    #[must_use]
    pub fn on(mut self, kind: impl Into<String>, handler: Handler) -> Self {
        let kind = kind.into();
        self.kinds.push(kind.clone());
        self.handlers.insert(kind, handler);
        self
    }

    /// The same, with another lease: how soon a job of a node that died is taken over.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Runs until `shutdown` becomes true or its sender is gone. Jobs that run may then finish for
    /// a while; what does not is left to its lease.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        let runner = Arc::new(self);
        tokio::select! {
            () = Arc::clone(&runner).claim_forever(shutdown) => {}
            () = runner.take_over_forever() => {}
        }
    }

    async fn claim_forever(self: Arc<Self>, mut shutdown: watch::Receiver<bool>) {
        let mut wake = self.store.jobs_wake();
        let mut running = JoinSet::new();
        while !stopping(&shutdown) {
            wake.mark_unchanged();
            let free = CONCURRENCY.saturating_sub(running.len());
            let mut wait = POLL_MILLIS;
            match self.claim(free).await {
                Ok(claimed) => {
                    for one in claimed {
                        running.spawn(Arc::clone(&self).work(one));
                    }
                }
                Err(error) => {
                    tracing::error!(?error, "jobs cannot be claimed");
                    wait = INCIDENT_MILLIS;
                }
            }
            tokio::select! {
                _ = wake.changed(), if running.len() < CONCURRENCY => {}
                // The end of one makes room, and lets the next of its queue run.
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                () = stopped(&mut shutdown) => {}
            }
        }
        let limit = Duration::from_secs(STOP_TIMEOUT_SECONDS);
        let finished = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(limit, finished).await.is_err() {
            tracing::warn!(left = running.len(), "jobs are left to their leases");
        }
    }

    async fn claim(&self, max: usize) -> Result<Vec<Claimed>> {
        const DOING: &str = "claiming jobs";
        let limit = i64::try_from(max).unwrap_or(0);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let token = Uuid::from_bytes(Entropy.bytes());
        let mut tx = self.store.begin().await?;
        // The lock is a statement of its own: the next one then sees what the holder before did.
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", CLAIM_LOCK)
            .execute(&mut *tx)
            .await
            .map_err(broken(DOING))?;
        let rows = sqlx::query_as!(
            Row,
            "WITH due AS (
                 SELECT j.id, j.queue_key, j.run_at FROM job j
                 WHERE j.state = 'ready' AND j.run_at <= $1 AND j.kind = ANY ($2)
                   AND NOT EXISTS (
                       SELECT FROM job r WHERE r.queue_key = j.queue_key AND r.state = 'running'
                   )
                 ORDER BY j.run_at, j.id LIMIT $3 FOR UPDATE SKIP LOCKED
             ), turn AS (
                 SELECT id, queue_key,
                        row_number() OVER (PARTITION BY queue_key ORDER BY run_at, id) AS place
                 FROM due
             )
             UPDATE job SET state = 'running', attempts = attempts + 1, lease_token = $4,
                            lease_until = clock_timestamp() + $5::bigint * interval '1 microsecond'
             FROM turn
             WHERE job.id = turn.id AND (turn.queue_key IS NULL OR turn.place = 1)
             RETURNING job.id, kind, payload, job.queue_key, attempts, max_attempts, created_at,
                       last_error",
            self.clock.now().datetime(),
            &self.kinds,
            limit,
            token,
            self.lease_micros(),
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(broken(DOING))?;
        commit(tx).await?;
        let claimed = rows.into_iter().filter_map(|row| {
            let handler = self.handlers.get(&row.kind).cloned()?;
            Some(Claimed { job: Job::from(row), handler, token })
        });
        Ok(claimed.collect())
    }

    async fn work(self: Arc<Self>, claimed: Claimed) {
        let Claimed { job, handler, token } = claimed;
        let limit = Duration::from_secs(JOB_TIMEOUT_SECONDS);
        let result = tokio::select! {
            result = guarded(limit, handler(job.clone())) => result,
            () = self.renew_while_held(&job, token) => {
                tracing::warn!(job = %job.id, kind = job.kind, "lost the lease of a job");
                return;
            }
        };
        let finished = match result {
            Ok(()) => self.done(&job, token).await,
            Err(error) => self.failed(&job, token, &error).await,
        };
        match finished {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job = %job.id, kind = job.kind, "finished a job without its lease");
            }
            Err(error) => {
                tracing::error!(job = %job.id, kind = job.kind, ?error, "a job's end is not kept");
            }
        }
    }

    /// Ends when the lease is lost: to another runner, or because the database cannot be reached
    /// for so long that it must be.
    async fn renew_while_held(&self, job: &Job, token: Uuid) {
        let period = self.lease.checked_div(RENEWALS_PER_LEASE).unwrap_or(self.lease);
        let mut failures = 0_u32;
        while failures < RENEWALS_PER_LEASE {
            tokio::time::sleep(period).await;
            match self.renew(job, token).await {
                Ok(true) => failures = 0,
                Ok(false) => return,
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(job = %job.id, ?error, "a lease cannot be renewed");
                }
            }
        }
    }

    async fn renew(&self, job: &Job, token: Uuid) -> Result<bool> {
        sqlx::query!(
            "UPDATE job SET lease_until = clock_timestamp() + $3::bigint * interval '1 microsecond'
             WHERE id = $1 AND lease_token = $2 AND state = 'running'",
            job.id.uuid(),
            token,
            self.lease_micros(),
        )
        .execute(self.store.pool())
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(broken("renewing the lease of a job"))
    }

    async fn done(&self, job: &Job, token: Uuid) -> Result<bool> {
        sqlx::query!(
            "UPDATE job SET state = 'done', finished_at = $3, lease_until = NULL, lease_token = NULL
             WHERE id = $1 AND lease_token = $2 AND state = 'running'",
            job.id.uuid(),
            token,
            self.clock.now().datetime(),
        )
        .execute(self.store.pool())
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(broken("marking a job as done"))
    }

    async fn failed(&self, job: &Job, token: Uuid, error: &Error) -> Result<bool> {
        let now = self.clock.now();
        let dead = job.attempts >= job.max_attempts;
        if dead {
            tracing::error!(
                counter.dead_jobs = 1, job = %job.id, kind = job.kind, ?error, "a job is dead",
            );
        } else {
            tracing::warn!(
                job = %job.id, kind = job.kind, attempts = job.attempts, ?error, "a job failed",
            );
        }
        sqlx::query!(
            "UPDATE job SET state = CASE WHEN $3 THEN 'dead' ELSE 'ready' END,
                            finished_at = CASE WHEN $3 THEN $4::timestamptz END,
                            run_at = $5, last_error = $6, lease_until = NULL, lease_token = NULL
             WHERE id = $1 AND lease_token = $2 AND state = 'running'",
            job.id.uuid(),
            token,
            dead,
            now.datetime(),
            retry_at(now, job.attempts).datetime(),
            shown(error),
        )
        .execute(self.store.pool())
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(broken("marking a job as failed"))
    }

    async fn take_over_forever(&self) {
        loop {
            if let Err(error) = self.take_over().await {
                tracing::error!(?error, "jobs of dead nodes cannot be taken over");
            }
            let period = self.lease.checked_div(RENEWALS_PER_LEASE).unwrap_or(self.lease);
            tokio::time::sleep(period).await;
        }
    }

    /// Makes the jobs ready whose lease ran out. One that took its node down with it every time it
    /// was started is dead.
    async fn take_over(&self) -> Result<()> {
        let taken = sqlx::query!(
            r#"UPDATE job
                  SET state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'ready' END,
                      finished_at = CASE WHEN attempts >= max_attempts THEN $1::timestamptz END,
                      last_error = $2, lease_until = NULL, lease_token = NULL
               WHERE state = 'running' AND lease_until < clock_timestamp()
               RETURNING id, kind, state"#,
            self.clock.now().datetime(),
            LEASE_RAN_OUT,
        )
        .fetch_all(self.store.pool())
        .await
        .map_err(broken("taking over the jobs of dead nodes"))?;
        for row in &taken {
            let (id, kind, state) = (row.id, &row.kind, &row.state);
            tracing::warn!(job = %id, kind, state, "the lease of a job ran out");
        }
        if !taken.is_empty() {
            self.store.jobs_enqueued();
        }
        Ok(())
    }

    fn lease_micros(&self) -> i64 {
        i64::try_from(self.lease.as_micros()).unwrap_or(i64::MAX)
    }
}

/// Half of the wait is random, so that jobs that failed together are not tried together.
fn retry_at(now: Moment, attempts: i16) -> Moment {
    let doublings = u32::from(attempts.unsigned_abs()).saturating_sub(1).min(32);
    let longest = RETRY_MILLIS
        .saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX))
        .min(RETRY_MILLIS_MAX);
    let half = longest.div_euclid(2).max(1);
    let random = u64::from(u32::from_be_bytes(Entropy.bytes())).rem_euclid(half);
    let micros = half.saturating_add(random).saturating_mul(1_000);
    now.plus_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_below_an_hour() {
        let now = Moment::from_micros(1_763_800_000_000_000);
        for (attempts, low, high) in
            [(1, 500, 1_000), (2, 1_000, 2_000), (5, 8_000, 16_000), (40, 1_800_000, 3_600_000)]
        {
            for _ in 0..100 {
                let millis = retry_at(now, attempts).micros_since(now) / 1_000;
                assert!((low..high).contains(&millis), "{attempts}: {millis}");
            }
        }
    }
}
