//! Sealing the audit log, and finding out whoever tampers with it, on a real database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::{
    AuditId, Clock, Ctx, CustomerId, Entropy, KeyRing, Lang, ManualClock, Secret, SessionId,
};
use serde_json::{Value, json};
use store::audit::note::{Note, VerifierKey};
use store::audit::verify::{Report, Trust, What, verify};
use store::audit::{self, Anchor, Entry, Sealer, tree};
use store::signing::Signing;
use store::subjects;
use store::testing::{TestDatabase, TestKeys};

fn keys() -> KeyRing {
    KeyRing::new(Secret::new([7; 32]))
}

struct Log {
    database: TestDatabase,
    signing: Signing,
    clock: ManualClock,
    ctx: Ctx,
    customer: CustomerId,
    anchor: PathBuf,
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.anchor);
    }
}

impl Log {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let clock = ManualClock::new(Clock::System.now());
        let signing = Signing::new(database.store(), Arc::new(TestKeys::default()));
        signing.tend(clock.now()).await.unwrap();
        let ctx = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(clock.clone()));
        let customer = CustomerId::generate(clock.now(), Entropy);
        let session = SessionId::generate(clock.now(), Entropy);
        let ctx = ctx.for_customer(customer, session);
        let name = format!("okto-anchor-{}", AuditId::generate(clock.now(), Entropy));
        let anchor = std::env::temp_dir().join(name);
        Self { database, signing, clock, ctx, customer, anchor }
    }

    /// Writes some events, a second apart.
    async fn happen(&self, events: usize) -> Vec<AuditId> {
        let store = self.database.store();
        let mut ids = Vec::new();
        for n in 0..events {
            let entry = Entry::done("test.happened")
                .subject(self.customer.uuid())
                .facts(json!({ "n": n }))
                .personal(json!({ "ip": "192.0.2.77" }));
            ids.push(audit::record(&store, &keys(), &self.ctx, entry).await.unwrap());
            self.clock.advance_seconds(1);
        }
        ids
    }

    fn sealer(&self) -> Sealer {
        let anchor = Anchor::open(&self.anchor).unwrap();
        let clock = Clock::Manual(self.clock.clone());
        Sealer::new(self.database.store(), clock, self.signing.clone(), Some(anchor))
    }

    async fn seal(&self) {
        assert!(self.sealer().once().await.unwrap());
    }

    /// A log of three batches.
    async fn of(batches: [usize; 3]) -> Self {
        let log = Self::new().await;
        for events in batches {
            log.happen(events).await;
            log.seal().await;
        }
        log
    }

    async fn export(&self) -> Vec<Value> {
        let mut text = Vec::new();
        let (store, now) = (self.database.store(), self.clock.now());
        let done = audit::export(&store, &self.signing, now, &mut text).await.unwrap();
        assert_eq!(done.misfiled, []);
        String::from_utf8(text).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    async fn trust(&self) -> Trust {
        let mut trust = Trust::default();
        let keys = audit::verifier_keys(&self.database.store(), &self.signing).await.unwrap();
        for key in keys {
            trust.key(key);
        }
        trust
    }

    async fn anchored(&self) -> Trust {
        let mut trust = self.trust().await;
        trust.anchor(BufReader::new(std::fs::File::open(&self.anchor).unwrap())).unwrap();
        trust
    }

    /// What a check of these lines finds, with the key and the anchor.
    async fn check(&self, lines: &[Value]) -> Report {
        verify(text(lines).as_bytes(), self.anchored().await).unwrap()
    }

    async fn sql(&self, sql: &'static str) {
        let mut tx = self.database.store().begin().await.unwrap();
        // Whoever owns the tables can do this.
        sqlx::query("SET LOCAL session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        store::commit(tx).await.unwrap();
    }
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

fn is_event(line: &Value) -> bool {
    line["type"] == "event"
}

fn event(lines: &[Value], leaf: u64) -> usize {
    lines.iter().position(|line| is_event(line) && line["leaf"] == leaf).unwrap()
}

fn whats(report: &Report) -> Vec<What> {
    report.findings.iter().map(|finding| finding.what).collect()
}

/// Brings the stored hash of an event in line with its body, as a careful forger does.
fn rehash(line: &mut Value) {
    let hash = tree::leaf_hash(line["body"].as_str().unwrap().as_bytes());
    line["hash"] = json!(store::hex(&hash));
}

#[tokio::test]
async fn a_sealed_log_holds() {
    let log = Log::of([5, 1, 100]).await;
    let waiting = log.happen(2).await;
    let lines = log.export().await;
    let report = log.check(&lines).await;
    assert_eq!(whats(&report), [], "{:?}", report.findings);
    assert_eq!((report.size, report.events, report.checkpoints), (106, 106, 3));
    assert_eq!((report.unsealed, report.anchor_checkpoints), (2, 3));
    assert!(report.vouched && report.anchored);
    let store = log.database.store();
    assert_eq!(audit::prove(&store, waiting[0]).await.unwrap(), None, "not sealed yet");

    let alone = verify(text(&lines).as_bytes(), Trust::default()).unwrap();
    assert_eq!((whats(&alone), alone.vouched), (vec![], false), "with its own keys");
    // What is exported is what the database has, and personal data stays sealed.
    assert!(!text(&lines).contains("192.0.2.77"));
}

#[tokio::test]
async fn what_was_kept_out_of_the_tree_is_found() {
    let log = Log::of([1, 1, 1]).await;
    let kept = log.happen(1).await[0];
    log.sql("DELETE FROM audit_pending").await;
    log.clock.advance_seconds(100);
    log.happen(1).await;
    log.seal().await;
    let lines = log.export().await;
    assert_eq!(whats(&log.check(&lines).await), [], "it may just be slow");
    log.clock.advance_seconds(100);
    log.happen(1).await;
    log.seal().await;
    let report = log.check(&log.export().await).await;
    assert_eq!(whats(&report), [What::SealedLate]);
    assert!(report.findings[0].which.contains(&kept.to_string()), "{:?}", report.findings);
}

#[tokio::test]
async fn erasing_a_subject_leaves_every_proof_whole() {
    let log = Log::of([5, 5, 5]).await;
    let store = log.database.store();
    let mut tx = store.begin().await.unwrap();
    assert!(subjects::erase(&mut tx, log.customer.uuid(), log.clock.now()).await.unwrap());
    store::commit(tx).await.unwrap();
    let (ring, all) = (keys(), audit::Filter::default());
    let found = audit::search(&store, Some(&ring), &all, audit::Page::default()).await.unwrap();
    assert!(found.iter().all(|e| e.has_personal && e.personal.is_none()));
    assert_eq!(whats(&log.check(&log.export().await).await), []);
}

#[tokio::test]
async fn a_changed_export_is_found_out_and_named() {
    let log = Log::of([5, 5, 5]).await;
    let whole = log.export().await;
    let found = async |change: &dyn Fn(&mut Vec<Value>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        whats(&log.check(&lines).await)
    };
    let edit = |line: &mut Value| {
        let body = line["body"].as_str().unwrap().replace("test.happened", "test.nothing");
        line["body"] = json!(body);
    };

    assert_eq!(found(&|_| {}).await, []);
    assert_eq!(found(&|lines| edit(&mut lines[event(&whole, 7)])).await, [What::Edited]);
    let careful = found(&|lines| {
        let line = &mut lines[event(&whole, 7)];
        edit(line);
        rehash(line);
    })
    .await;
    assert_eq!(careful, [What::Forked, What::TreeDiffers]);

    let deleted = found(&|lines| drop(lines.remove(event(&whole, 7)))).await;
    assert_eq!(deleted[0], What::Missing);
    let renumbered = found(&|lines| {
        lines.remove(event(&whole, 7));
        for line in lines.iter_mut().filter(|line| is_event(line)) {
            let leaf = line["leaf"].as_u64().unwrap();
            line["leaf"] = json!(if leaf > 7 { leaf - 1 } else { leaf });
        }
    })
    .await;
    assert_eq!(renumbered, [What::Missing, What::Forked, What::Truncated]);
    let gone = found(&|lines| lines[event(&whole, 7)]["body"] = Value::Null).await;
    assert_eq!(gone, [What::Missing]);

    assert_eq!(
        found(&|lines| lines.swap(event(&whole, 6), event(&whole, 7))).await,
        [What::Reordered]
    );
    let bodies = |lines: &mut Vec<Value>| {
        let (a, b) = (event(&whole, 6), event(&whole, 7));
        let (body, hash) = (lines[a]["body"].take(), lines[a]["hash"].take());
        lines[a]["body"] = lines[b]["body"].take();
        lines[a]["hash"] = lines[b]["hash"].take();
        (lines[b]["body"], lines[b]["hash"]) = (body, hash);
    };
    assert_eq!(found(&|lines| bodies(lines)).await, [What::Forked, What::TreeDiffers]);

    let cut = found(&|lines| lines.truncate(event(&whole, 10))).await;
    assert_eq!(cut, [What::Truncated], "with its checkpoints");
    let mut blind = log.trust().await;
    let short = text(&whole[..event(&whole, 10)]);
    let report = verify(short.as_bytes(), std::mem::take(&mut blind)).unwrap();
    assert_eq!(whats(&report), [], "only the anchor knows");
    let tail = found(&|lines| {
        lines.pop();
    })
    .await;
    assert_eq!(tail[0], What::Uncovered);

    assert_eq!(
        found(&|lines| lines[event(&whole, 3)]["hash"] = json!("ff")).await[0],
        What::Malformed
    );
    assert_eq!(found(&|lines| lines[0] = json!({ "type": "log" })).await[0], What::Malformed);
    let forged = found(&|lines| {
        let last = lines.len() - 1;
        let note = lines[last]["note"].as_str().unwrap().replace("\n15\n", "\n16\n");
        lines[last]["note"] = json!(note);
    })
    .await;
    assert_eq!(forged[0], What::Signature);
}

#[tokio::test]
async fn a_log_built_anew_is_a_fork() {
    let log = Log::of([5, 5, 5]).await;
    let kept = std::fs::read(&log.anchor).unwrap();
    // The same events but one, sealed again with the bank's own key, and with a fresh anchor.
    log.sql("DELETE FROM audit_event WHERE id = (SELECT event FROM audit_leaf WHERE leaf = 3)")
        .await;
    log.sql("INSERT INTO audit_pending SELECT id FROM audit_event").await;
    log.sql("DELETE FROM audit_leaf").await;
    log.sql("DELETE FROM audit_checkpoint").await;
    std::fs::remove_file(&log.anchor).unwrap();
    log.seal().await;
    let lines = log.export().await;
    let key_alone = verify(text(&lines).as_bytes(), log.trust().await).unwrap();
    assert_eq!(whats(&key_alone), [], "the key alone does not tell");
    std::fs::write(&log.anchor, kept).unwrap();
    assert_eq!(log.check(&lines).await.gravest(), Some(What::Forked));
    assert!(log.sealer().once().await.is_err(), "the sealer does not go on from it");

    // Signed with a key of the forger.
    let forger = Signing::new(log.database.store(), Arc::new(TestKeys::default()));
    log.sql("DELETE FROM signing_key").await;
    forger.tend(log.clock.now()).await.unwrap();
    log.sql("DELETE FROM audit_leaf").await;
    log.sql("DELETE FROM audit_checkpoint").await;
    log.sql("INSERT INTO audit_pending SELECT id FROM audit_event").await;
    let clock = Clock::Manual(log.clock.clone());
    Sealer::new(log.database.store(), clock, forger.clone(), None).once().await.unwrap();
    let lines = log.export().await;
    let mut trust = Trust::default();
    trust.anchor(BufReader::new(std::fs::File::open(&log.anchor).unwrap())).unwrap();
    let report = verify(text(&lines).as_bytes(), trust).unwrap();
    assert!(report.has(What::Signature) && report.has(What::Forked), "{:?}", report.findings);
}

#[tokio::test]
async fn appending_to_the_anchor_takes_nothing_back() {
    let log = Log::of([5, 5, 5]).await;
    // One event says something else, and the log is built anew, with checkpoints of the old sizes.
    log.sql(
        r#"UPDATE audit_event SET body = convert_to(replace(convert_from(body, 'UTF8'),
               '"n":3', '"n":9'), 'UTF8')
           WHERE id = (SELECT event FROM audit_leaf WHERE leaf = 3)"#,
    )
    .await;
    log.sql("CREATE TABLE before AS SELECT leaf, event FROM audit_leaf").await;
    log.sql("DELETE FROM audit_leaf").await;
    log.sql("DELETE FROM audit_checkpoint").await;
    for _ in 0..3 {
        log.sql(
            "INSERT INTO audit_pending SELECT event FROM before b
             WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = b.event)
             ORDER BY leaf LIMIT 5",
        )
        .await;
        let clock = Clock::Manual(log.clock.clone());
        let mut sealer = Sealer::new(log.database.store(), clock, log.signing.clone(), None);
        assert!(sealer.once().await.unwrap());
    }
    let lines = log.export().await;
    let notes: Vec<Value> =
        lines.iter().filter(|line| line["type"] == "checkpoint").cloned().collect();
    assert_eq!(notes.len(), 3);
    let mut anchor = std::fs::read_to_string(&log.anchor).unwrap();
    anchor.push_str(&text(&notes));
    anchor.push('\n');
    std::fs::write(&log.anchor, anchor).unwrap();
    let report = log.check(&lines).await;
    assert_eq!(report.gravest(), Some(What::Forked), "{:?}", report.findings);
    assert!(log.sealer().once().await.is_err(), "the sealer goes on from neither");
}

#[tokio::test]
async fn an_anchor_grows_from_line_to_line() {
    let log = Log::of([2, 2, 2]).await;
    let (export, whole) = (log.export().await, std::fs::read_to_string(&log.anchor).unwrap());
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(lines.len(), 4, "a key and three checkpoints");
    let found = async |lines: &[&str]| {
        std::fs::write(&log.anchor, format!("{}\n", lines.join("\n"))).unwrap();
        whats(&log.check(&export).await)
    };
    let [key, a, b, c] = lines[..] else { panic!("{lines:?}") };
    assert_eq!(found(&[key, a, b, a, b, c]).await, [], "copied again by another node");
    assert_eq!(found(&[key, a, c, b]).await, [What::CheckpointOrder]);
    assert_eq!(found(&[key, a, &b[..b.len() - 40], b, c]).await, [], "torn, and copied again");
    assert_eq!(found(&[key, a, &b[40..], c]).await, [What::Malformed], "not as a crash does it");
    assert_eq!(found(&[key, a, "", c]).await, [What::Malformed]);
    // In the middle of a character that is several bytes long.
    let dash = whole.rfind('\u{2014}').unwrap();
    std::fs::write(&log.anchor, &whole.as_bytes()[..=dash]).unwrap();
    log.seal().await;
    assert_eq!(whats(&log.check(&export).await), []);
    assert!(std::fs::read(&log.anchor).unwrap().len() > whole.len());
}

#[tokio::test]
async fn events_out_of_their_time_are_named() {
    let log = Log::of([5, 5, 5]).await;
    // Three minutes before the last checkpoint, and hours after.
    for (seconds, what) in [(-200, What::BackDated), (7_200, What::AheadOfTime)] {
        log.clock.advance_seconds(seconds);
        log.happen(1).await;
        log.clock.advance_seconds(-seconds);
        log.seal().await;
        let report = log.check(&log.export().await).await;
        assert_eq!(report.findings.last().unwrap().what, what);
    }
    // The sealer stood still for long: nothing was dated back, but it must be known.
    let log = Log::of([1, 1, 1]).await;
    log.happen(1).await;
    log.clock.advance_seconds(600);
    log.seal().await;
    let report = log.check(&log.export().await).await;
    assert_eq!(whats(&report), [What::SealedLate]);
    assert!(report.lag_max_micros >= 600_000_000);
    assert_eq!(What::SealedLate.exit_code(), 22);
}

#[tokio::test]
async fn a_changed_database_is_found_out() {
    let log = Log::of([5, 5, 5]).await;
    log.sql(
        "UPDATE audit_event SET actor = 'anonymous'
         WHERE id = (SELECT event FROM audit_leaf WHERE leaf = 2)",
    )
    .await;
    let (mut text, store) = (Vec::new(), log.database.store());
    let done = audit::export(&store, &log.signing, log.clock.now(), &mut text).await.unwrap();
    assert_eq!(done.misfiled.len(), 1, "a search would not find it");
    log.sql("DELETE FROM audit_event WHERE id = (SELECT event FROM audit_leaf WHERE leaf = 2)")
        .await;
    assert_eq!(whats(&log.check(&log.export().await).await), [What::Missing]);
    log.sql("UPDATE audit_checkpoint SET frontier = frontier || frontier WHERE size = 15").await;
    log.happen(1).await;
    assert!(log.sealer().once().await.is_err(), "nothing is built on a changed head");
}

#[tokio::test]
async fn an_event_is_proven_to_whoever_keeps_a_checkpoint() {
    let log = Log::of([200, 1, 399]).await;
    let (store, lines) = (log.database.store(), log.export().await);
    let keys = audit::verifier_keys(&store, &log.signing).await.unwrap();
    let keys: Vec<_> = keys.iter().map(|key| VerifierKey::parse(&key.text()).unwrap()).collect();
    for leaf in [0, 1, 199, 200, 255, 256, 511, 512, 599] {
        let body = lines[event(&lines, leaf)]["body"].as_str().unwrap();
        let id: Value = serde_json::from_str(body).unwrap();
        let id = id["id"].as_str().unwrap().parse().unwrap();
        let proof = audit::prove(&store, id).await.unwrap().unwrap();
        assert_eq!((proof.leaf, proof.body.as_str()), (leaf, body));
        let note = Note::parse(&proof.note).unwrap();
        assert!(note.is_signed_by(&keys));
        let (root, size) = (&note.checkpoint.root, note.checkpoint.size);
        let hash = tree::leaf_hash(body.as_bytes());
        assert!(tree::includes(root, size, (leaf, &hash), &proof.path), "{leaf}");
        assert!(!tree::includes(root, size, (leaf, &[0; 32]), &proof.path));
    }
    let notes: Vec<Note> = lines
        .iter()
        .filter(|line| line["type"] == "checkpoint")
        .map(|line| Note::parse(line["note"].as_str().unwrap()).unwrap())
        .collect();
    for old in &notes {
        for new in &notes {
            let (old, new) = (&old.checkpoint, &new.checkpoint);
            let proof = audit::prove_growth(&store, old.size, new.size).await.unwrap();
            let holds = proof.is_some_and(|proof| {
                tree::consistent((old.size, &old.root), (new.size, &new.root), &proof)
            });
            assert_eq!(holds, old.size <= new.size);
        }
    }
}

#[tokio::test]
async fn one_sealer_works_at_a_time_and_seals_what_older_transactions_do_not_hold_up() {
    let log = Log::new().await;
    let store = log.database.store();
    let mut open = store.begin().await.unwrap();
    let late = Entry::done("test.late");
    let late = audit::append(&mut open, &keys(), &log.ctx, late).await.unwrap();
    let ids = log.happen(3).await;
    log.seal().await;
    let sealed = async |id| audit::prove(&store, id).await.unwrap().map(|proof| proof.leaf);
    assert_eq!(sealed(ids[2]).await, Some(2), "the open transaction holds nothing up");
    store::commit(open).await.unwrap();
    log.seal().await;
    assert_eq!(sealed(late).await, Some(3));

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(log.sealer().run(stopped));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!log.sealer().once().await.unwrap(), "another one is at it");
    let more = log.happen(1).await;
    let began = tokio::time::Instant::now();
    while sealed(more[0]).await.is_none() {
        assert!(began.elapsed().as_secs() < 10);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // Measured against the promise of two seconds.
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
    stop.send_replace(true);
    running.await.unwrap();
    assert_eq!(whats(&log.check(&log.export().await).await), []);
}

#[tokio::test]
async fn a_torn_anchor_goes_on() {
    let log = Log::of([2, 2, 2]).await;
    let whole = std::fs::read(&log.anchor).unwrap();
    std::fs::write(&log.anchor, &whole[..whole.len() - 40]).unwrap();
    log.happen(1).await;
    log.seal().await;
    let report = log.check(&log.export().await).await;
    assert_eq!((whats(&report), report.anchor_checkpoints), (vec![], 4));
}
