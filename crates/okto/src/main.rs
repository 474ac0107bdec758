//! Okto: a digital bank in one program.

mod audit;
mod bank;
mod bench;
mod counterparts;
mod custody;
mod demo_staff;
mod logs;
mod partners;
mod reactions;
mod requisites;
mod roles;
mod seed;
mod settings;
mod smoke;
mod sql;
mod staff;
mod up;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::{Error, Result};

use counterparts::{Books, MailAccount, SmsAccount};
use settings::{AuditAnchor, Database, Issuer, Listen, RootKey};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Okto, an open digital-banking platform.
#[derive(Parser)]
#[command(name = "okto", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine: database, sandbox, API, demo customers.
    Up(up::Args),
    /// Serve the API.
    Serve {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        listen: Listen,
        #[command(flatten)]
        key: RootKey,
    },
    /// Do the background work: jobs, reactions, upkeep.
    Worker {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(flatten)]
        sms: SmsAccount,
        #[command(flatten)]
        mail: MailAccount,
        #[command(flatten)]
        books: Books,
        #[command(flatten)]
        anchor: AuditAnchor,
        #[command(flatten)]
        issuer: Issuer,
    },
    /// Bring the database's schema to a version.
    Migrate {
        #[command(flatten)]
        database: Database,
        #[command(subcommand)]
        way: roles::Migrate,
    },
    /// Take cash in at the desk.
    CashIn {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(flatten)]
        cash: roles::DeskOrder,
    },
    /// Check that the books agree with themselves.
    Verify {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
    },
    /// Export, check and prove the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Prepare and renew the keys of the installation.
    Keys {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(subcommand)]
        what: custody::Command,
    },
    /// See and change which partners may ask about tokens.
    Partner {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(subcommand)]
        what: partners::Partners,
    },
    /// See and change where security events are sent.
    Webhook {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(subcommand)]
        what: partners::Webhooks,
    },
    /// See the jobs that gave up, and give them another try.
    Jobs {
        #[command(flatten)]
        database: Database,
        #[command(subcommand)]
        what: roles::Jobs,
    },
    /// Take in employees.
    Staff {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: RootKey,
        #[command(subcommand)]
        what: staff::Staff,
    },
    /// Try the main job against a running bank and say what failed.
    Smoke(smoke::Args),
    /// Serve the simulators of every counterpart alone.
    Sandbox {
        /// Address and port.
        #[arg(long, env = "OKTO_SANDBOX_LISTEN", default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// Login of the SMS account it knows.
        #[arg(long, default_value = "bank@okto.example")]
        eskiz_email: String,
        /// File with the password of that account.
        #[arg(long)]
        eskiz_password_file: std::path::PathBuf,
        /// File with the token that its core banking system admits. Without it, nobody is.
        #[arg(long)]
        abs_token_file: Option<std::path::PathBuf>,
        /// File of the books of that core banking system. Without it they end with the program.
        #[arg(long, requires = "abs_token_file")]
        abs_books: Option<std::path::PathBuf>,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Measure the bank on this machine.
    #[command(subcommand)]
    Bench(bench::Command),
}

/// Writes a line for whoever runs the command.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe (`okto ... | head`) is no reason to fail.
    let _ = writeln!(out, "{line}");
}

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    // Fails only when there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(command).await {
        Ok(code) => code,
        Err(Error::Refused(refusal)) => {
            say(&format!("refused: {} ({})", refusal.sentence(kernel::Lang::En), refusal.code));
            ExitCode::FAILURE
        }
        Err(Error::Broken(broken)) => {
            say(&format!("failed while {broken:?}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    match &command {
        Command::Up(_) => {}
        // A bench breaks and measures; what it finds it says itself.
        Command::Bench(_) => logs::to_stderr("off"),
        _ => logs::to_stderr("info"),
    }
    match command {
        // Its check says by its code what is wrong.
        Command::Audit(command) => audit::run(command).await,
        other => Box::pin(run_role(other)).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn run_role(command: Command) -> Result<()> {
    match command {
        Command::Audit(command) => audit::run(command).await.map(|_| ()),
        Command::Keys { database, key, what } => custody::run(database, key, what).await,
        Command::Up(args) => up::run(args).await,
        Command::Serve { database, listen, key } => roles::serve(database, listen, key).await,
        Command::Worker { database, key, sms, mail, books, anchor, issuer } => {
            roles::work(database, key, (sms, mail, books), (anchor, issuer)).await
        }
        Command::Partner { database, key, what } => partners::partners(database, key, what).await,
        Command::Webhook { database, key, what } => partners::webhooks(database, key, what).await,
        Command::Migrate { database, way } => roles::migrate(database, way).await,
        Command::CashIn { database, key, cash } => roles::cash_in(database, key, cash).await,
        Command::Verify { database, key } => roles::verify(database, key).await,
        Command::Jobs { database, what } => roles::jobs(database, what).await,
        Command::Staff { database, key, what } => staff::run(database, key, what).await,
        Command::Sandbox {
            listen,
            eskiz_email,
            eskiz_password_file,
            abs_token_file,
            abs_books,
        } => {
            let abs = (abs_token_file.as_deref(), abs_books);
            roles::sandbox(listen, (eskiz_email, &eskiz_password_file), abs).await
        }
        Command::Smoke(args) => smoke::run(args).await,
        Command::Openapi => {
            let document = api::openapi().to_pretty_json();
            say(&document.map_err(|e| Error::broken("writing the OpenAPI document", e))?);
            Ok(())
        }
        Command::Bench(command) => bench::run(command).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
