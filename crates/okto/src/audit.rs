//! `okto audit`: an export of the audit log, and its check, which needs no bank.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kernel::{AuditId, Code, Error, Result};
use serde_json::json;
use store::audit::note::VerifierKey;
use store::audit::verify::{self, Report, Trust};
use store::audit::{self, Anchor, Entry, Sealer};
use store::signing::Signing;
use store::{Config, Store};

use crate::bank::system;
use crate::custody::Keys;
use crate::say;
use crate::settings::{Database, RootKey};

/// What to do with the audit log.
#[derive(clap::Subcommand, Clone)]
pub enum Command {
    /// Write the whole log to a file that can be checked without the bank.
    Export {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        /// The file to make.
        file: PathBuf,
    },
    /// Check an export. The exit code says what is wrong: 10 forked, 11 truncated, 12 bad
    /// signature, 13 edited, 14 missing, 15 reordered, 16 tree differs, 17 checkpoint order,
    /// 18 back-dated, 19 ahead of time, 20 uncovered, 21 malformed, 22 sealed late; the lowest of
    /// them when there are several.
    Verify {
        /// The export.
        file: PathBuf,
        /// A copy of the anchor. Without it nobody can tell a log that was cut short or built anew.
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
        /// A key of the log, as `okto audit key` shows it and the auditor keeps it. It may be given
        /// several times.
        #[arg(long = "key", value_name = "KEY", value_parser = verifier_key)]
        keys: Vec<VerifierKey>,
    },
    /// Prove that an event stands in the log, to whoever has a checkpoint.
    Prove {
        #[command(flatten)]
        database: Database,
        /// The event's id.
        #[arg(value_parser = audit_id)]
        id: AuditId,
    },
    /// Show the keys that check the log, for an auditor to keep.
    Key {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
    },
}

fn verifier_key(text: &str) -> std::result::Result<VerifierKey, &'static str> {
    VerifierKey::parse(text).ok_or("not a key of the form NAME+HASH+KEY")
}

fn audit_id(text: &str) -> std::result::Result<AuditId, &'static str> {
    text.parse().map_err(|()| "not the id of an event: aud_ and 32 hexadecimal digits")
}

/// Runs a command about the audit log.
pub async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Export { database, key, file } => export(&database, &key, &file).await,
        Command::Verify { file, anchor, keys } => check(&file, anchor.as_deref(), keys),
        Command::Prove { database, id } => prove(&database, id).await,
        Command::Key { database, key } => {
            let (store, signing) = (connect(&database).await?, Keys::open(&key, &database.dir)?);
            let signing = Signing::new(store.clone(), signing.provider);
            for key in audit::verifier_keys(&store, &signing).await? {
                say(&key.text());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn connect(database: &Database) -> Result<Store> {
    let config = Config { url: database.url()?, max_connections: database.connections };
    Store::connect(&config).await
}

async fn export(database: &Database, key: &RootKey, path: &Path) -> Result<ExitCode> {
    let at =
        |e: std::io::Error| Error::broken("writing the export", format!("{}: {e}", path.display()));
    let (store, keys) = (connect(database).await?, Keys::open(key, &database.dir)?);
    let (ctx, signing) = (system("operator"), Signing::new(store.clone(), keys.provider));
    // Who reads the whole log is in it.
    audit::record(&store, &keys.keyring, &ctx, Entry::done("audit.exported")).await?;
    // Seals that too, unless a worker does.
    Sealer::new(store.clone(), ctx.clock.clone(), signing.clone(), None).once().await?;
    let mut file = BufWriter::new(File::create_new(path).map_err(at)?);
    let done = audit::export(&store, &signing, ctx.now(), &mut file).await?;
    file.flush().and_then(|()| file.get_ref().sync_all()).map_err(at)?;
    say(&format!(
        "{} events and {} checkpoints are in {}, and {} events that wait for their seal",
        done.sealed,
        done.checkpoints,
        path.display(),
        done.unsealed,
    ));
    for id in &done.misfiled {
        say(&format!("WRONG: {id} is filed under something else than it says"));
    }
    match done.misfiled.len() {
        0 => Ok(ExitCode::SUCCESS),
        wrong => Err(Error::broken(
            "comparing events with how they are filed",
            format!("{wrong} differ"),
        )),
    }
}

fn check(path: &Path, anchor: Option<&Path>, keys: Vec<VerifierKey>) -> Result<ExitCode> {
    let open = |path: &Path| {
        let file = File::open(path);
        file.map(BufReader::new)
            .map_err(|e| Error::broken("checking an export", format!("{}: {e}", path.display())))
    };
    let mut trust = Trust::default();
    for key in keys {
        trust.key(key);
    }
    if let Some(anchor) = anchor {
        trust.anchor(open(anchor)?)?;
    }
    let report = verify::verify(open(path)?, trust)?;
    tell(&report);
    Ok(report.gravest().map_or(ExitCode::SUCCESS, |what| ExitCode::from(what.exit_code())))
}

fn tell(report: &Report) {
    let Report { events, checkpoints, size, unsealed, .. } = report;
    say(&format!("looked at {events} events under {checkpoints} checkpoints"));
    say(&format!("the tree of {size} events has the root {}", store::hex(&report.root)));
    let millis = report.lag_max_micros.checked_div(1_000).unwrap_or(0);
    let lagging = report.lagging;
    say(&format!("longest wait for a seal: {millis} ms; {lagging} waited longer than 2 s"));
    if report.older > 0 {
        say(&format!("{} events were there before the log began", report.older));
    }
    if *unsealed > 0 {
        say(&format!("{unsealed} events wait for their seal: nothing is proven about them"));
    }
    if report.anchored {
        let compared = report.anchor_checkpoints;
        say(&format!("compared with {compared} anchored checkpoints"));
    } else {
        say("no anchor: a log that was cut short or built anew cannot be told");
    }
    if !report.vouched {
        say("no key: the keys are those of the export itself, for which nobody vouches");
    }
    for finding in &report.findings {
        say(&format!("WRONG: {finding}"));
    }
    if report.findings.is_empty() {
        say("the log holds");
    }
}

async fn prove(database: &Database, id: AuditId) -> Result<ExitCode> {
    let store = connect(database).await?;
    let proof = audit::prove(&store, id).await?.ok_or(Error::from(Code::NotFound))?;
    let path: Vec<String> = proof.path.iter().map(|hash| store::hex(hash)).collect();
    let document = json!({
        "body": proof.body,
        "leaf": proof.leaf,
        "path": path,
        "checkpoint": proof.note,
    });
    say(&format!("{document:#}"));
    Ok(ExitCode::SUCCESS)
}

/// The anchor: the file that is named, or the one of the folder of an installation.
pub fn anchor(named: Option<&Path>, otherwise: Option<&Path>) -> Result<Option<Anchor>> {
    named.or(otherwise).map(Anchor::open).transpose()
}
