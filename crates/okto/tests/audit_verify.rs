//! `okto audit verify`, run as an auditor runs it, on logs with which somebody tampered: each way
//! by its own exit code and word.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use kernel::{Clock, Ctx, Entropy, KeyRing, Lang, ManualClock, Secret, SessionId};
use serde_json::{Value, json};
use store::audit::{self, Anchor, Entry, Sealer};
use store::signing::Signing;
use store::testing::{TestDatabase, TestKeys};

/// A log, with what an auditor has of it.
struct Log {
    database: TestDatabase,
    signing: Signing,
    clock: ManualClock,
    folder: PathBuf,
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Log {
    /// One of three batches of five events.
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let clock = ManualClock::new(Clock::System.now());
        let signing = Signing::new(database.store(), Arc::new(TestKeys::default()));
        signing.tend(clock.now()).await.unwrap();
        let name = SessionId::generate(clock.now(), Entropy);
        let folder = std::env::temp_dir().join(format!("okto-verify-{name}"));
        std::fs::create_dir(&folder).unwrap();
        let log = Self { database, signing, clock, folder };
        for _ in 0..3 {
            log.happen(5).await;
            log.seal("anchor").await;
        }
        log
    }

    async fn happen(&self, events: usize) {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let ctx = Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()));
        for n in 0..events {
            let entry = Entry::done("test.happened").facts(json!({ "n": n }));
            audit::record(&self.database.store(), &keys, &ctx, entry).await.unwrap();
            self.clock.advance_seconds(1);
        }
    }

    async fn seal(&self, anchor: &str) {
        let anchor = Anchor::open(&self.folder.join(anchor)).unwrap();
        let clock = Clock::Manual(self.clock.clone());
        let (store, signing) = (self.database.store(), self.signing.clone());
        let mut sealer = Sealer::new(store, clock, signing, Some(anchor));
        assert!(sealer.once().await.unwrap());
    }

    async fn export(&self) -> Vec<Value> {
        let (mut text, store) = (Vec::new(), self.database.store());
        audit::export(&store, &self.signing, self.clock.now(), &mut text).await.unwrap();
        String::from_utf8(text).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// Done by whoever owns the tables.
    async fn sql(&self, sql: &'static str) {
        let mut tx = self.database.store().begin().await.unwrap();
        sqlx::query("SET LOCAL session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    /// The exit code of the program, and what it said.
    async fn check(&self, lines: &[Value]) -> (i32, String) {
        let export = self.folder.join("export");
        let text: Vec<_> = lines.iter().map(Value::to_string).collect();
        std::fs::write(&export, text.join("\n")).unwrap();
        let keys = audit::verifier_keys(&self.database.store(), &self.signing).await.unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_okto"));
        command.args([Path::new("audit"), Path::new("verify"), &export]);
        command.arg("--anchor").arg(self.folder.join("anchor"));
        for key in keys {
            command.arg("--key").arg(key.text());
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    #[track_caller]
    fn is_found((code, said): (i32, String), expected: (i32, &str)) {
        assert_eq!(code, expected.0, "{said}");
        assert!(said.contains(&format!("WRONG: {}: ", expected.1)), "{said}");
        assert!(!said.contains("the log holds"), "{said}");
    }
}

fn event(lines: &[Value], leaf: u64) -> usize {
    lines.iter().position(|line| line["type"] == "event" && line["leaf"] == leaf).unwrap()
}

#[tokio::test]
async fn what_is_changed_in_an_export_is_named_by_the_program() {
    let log = Log::new().await;
    let whole = log.export().await;
    let (code, said) = log.check(&whole).await;
    assert!(code == 0 && said.contains("the log holds"), "{code} {said}");

    let mut edited = whole.clone();
    let body = edited[event(&whole, 7)]["body"].as_str().unwrap();
    let body = body.replace("test.happened", "test.nothing");
    edited[event(&whole, 7)]["body"] = json!(body);
    Log::is_found(log.check(&edited).await, (13, "edited"));

    let mut deleted = whole.clone();
    deleted.remove(event(&whole, 7));
    // The tree cannot be built without it either, and the exit code is of the gravest finding.
    Log::is_found(log.check(&deleted).await, (10, "missing"));

    let mut emptied = whole.clone();
    emptied[event(&whole, 7)]["body"] = Value::Null;
    Log::is_found(log.check(&emptied).await, (14, "missing"));

    let mut swapped = whole.clone();
    swapped.swap(event(&whole, 6), event(&whole, 7));
    Log::is_found(log.check(&swapped).await, (15, "reordered"));

    let mut cut = whole.clone();
    cut.truncate(event(&whole, 10));
    Log::is_found(log.check(&cut).await, (11, "truncated"));
}

/// The bank itself builds its log anew, without one event, and signs it: only the anchor knows.
#[tokio::test]
async fn a_fork_is_named_by_the_program() {
    let log = Log::new().await;
    log.sql("DELETE FROM audit_event WHERE id = (SELECT event FROM audit_leaf WHERE leaf = 3)")
        .await;
    log.sql("INSERT INTO audit_pending SELECT id FROM audit_event").await;
    log.sql("DELETE FROM audit_leaf").await;
    log.sql("DELETE FROM audit_checkpoint").await;
    log.seal("an anchor of the forger").await;
    Log::is_found(log.check(&log.export().await).await, (10, "forked"));
}

/// An event is written today, with the time of yesterday, and sealed as it should be.
#[tokio::test]
async fn a_back_dated_event_is_named_by_the_program() {
    let log = Log::new().await;
    log.clock.advance_seconds(-86_400);
    log.happen(1).await;
    log.clock.advance_seconds(86_400);
    log.seal("anchor").await;
    Log::is_found(log.check(&log.export().await).await, (18, "back-dated"));
}
