//! The commands that work on a database that is there already.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use kernel::{
    AccountNumber, Amount, Asset, Clock, Code, Error, JobId, OperationId, Result, Secret,
};
use sandbox::Sandbox;
use store::{Config, Store, migrations, partitions};
use tokio::net::TcpListener;

use crate::bank::{Bank, Doors, Outside, shutdown, system};
use crate::counterparts::{Books, MailAccount, SmsAccount};
use crate::custody::Keys;
use crate::settings::{AuditAnchor, Database, Issuer, Listen, RootKey};
use crate::{audit, partners, say};

/// Which way to migrate.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Migrate {
    /// Apply what is missing.
    Up,
    /// Take back everything above a version.
    Down {
        /// The version to come back to; 0 takes back everything.
        #[arg(long)]
        to: i64,
    },
    /// Show what is applied.
    Status,
}

async fn connect(database: &Database) -> Result<Store> {
    let config = Config { url: database.url()?, max_connections: database.connections };
    Store::connect(&config).await
}

pub async fn migrate(database: Database, way: Migrate) -> Result<()> {
    let store = connect(&database).await?;
    match way {
        Migrate::Up => {
            let applied = migrations::up(&store).await?;
            partitions::ensure(&store, Clock::System.now()).await?;
            for name in &applied {
                say(&format!("applied {name}"));
            }
            say(&format!("{} applied, the schema is current", applied.len()));
        }
        Migrate::Down { to } => {
            for name in migrations::down(&store, to).await? {
                say(&format!("took back {name}"));
            }
        }
        Migrate::Status => {
            for m in migrations::status(&store).await? {
                let state = match (m.applied_at, m.differs) {
                    (None, _) => "not applied".to_owned(),
                    (Some(at), false) => format!("applied {at}"),
                    (Some(at), true) => format!("applied {at}, BUT ITS TEXT HAS CHANGED SINCE"),
                };
                say(&format!("{:04} {:<20} {state}", m.version, m.name));
            }
        }
    }
    Ok(())
}

/// Serves the API and the phone app.
pub async fn serve(database: Database, listen: Listen, key: RootKey) -> Result<()> {
    let keys = Keys::open(&key, &database.dir)?;
    if listen.leaked_passwords.is_none() {
        tracing::warn!("no list of leaked passwords: customers may choose what strangers know");
    }
    let at = (database.url()?, database.connections);
    let bank = Bank::open_with(at, &keys, listen.ways_in()?).await?;
    let doors = bind(&listen).await?;
    bank.serve(doors, listen, false, shutdown()?).await
}

/// Does the background work.
pub async fn work(
    database: Database,
    key: RootKey,
    (sms, mail, books): (SmsAccount, MailAccount, Books),
    (anchor, issuer): (AuditAnchor, Issuer),
) -> Result<()> {
    let keys = Keys::open(&key, &database.dir)?;
    let bank = Bank::open(database.url()?, database.connections, &keys).await?;
    let anchor = audit::anchor(anchor.audit_anchor.as_deref(), None)?;
    let outside = Outside {
        sms: sms.config()?,
        mail: mail.config()?,
        abs: books.abs()?,
        cbu: books.cbu(),
        site: mail.site(),
    };
    let outbound = partners::outbound(&bank, issuer.api_site.origin().to_owned(), false)?;
    bank.work(outside, anchor, outbound, shutdown()?).await
}

pub async fn bind(listen: &Listen) -> Result<Doors> {
    Ok(Doors {
        api: open("opening the port of the API", listen.listen).await?,
        web: open("opening the port of the phone app", listen.web_listen).await?,
        admin: open("opening the port of the panel of the staff", listen.admin_listen).await?,
    })
}

async fn open(doing: &'static str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| Error::broken(doing, format!("{address}: {e}")))
}

/// Cash that a customer brings to the desk.
#[derive(clap::Args, Clone, Debug)]
pub struct DeskOrder {
    /// The 20-digit account number.
    #[arg(long)]
    account: String,
    /// How much, such as 150000.50.
    #[arg(long, allow_negative_numbers = true)]
    amount: String,
    /// UZS or USD.
    #[arg(long, default_value = "UZS")]
    asset: String,
    /// A note for the statement.
    #[arg(long)]
    note: Option<String>,
    /// The operation's id, a version 7 UUID; give it to be able to repeat the command safely.
    #[arg(long)]
    key: Option<uuid::Uuid>,
}

pub async fn cash_in(database: Database, key: RootKey, cash: DeskOrder) -> Result<()> {
    let keys = Keys::open(&key, &database.dir)?;
    let bank = Bank::open(database.url()?, database.connections, &keys).await?;
    let ctx = system("cash-desk");
    let account: AccountNumber =
        cash.account.parse().map_err(|()| Error::from(Code::AccountNotFound))?;
    let asset = Asset::from_code(&cash.asset).ok_or(Error::from(Code::CurrencyUnknown))?;
    let amount = Amount::parse(&cash.amount, asset)?;
    let key = match cash.key {
        Some(uuid) => OperationId::from_uuid(uuid),
        None => OperationId::generate(ctx.now(), ctx.entropy()),
    };
    // Said before the money moves: whoever does not see the receipt can repeat with this key.
    say(&format!("{key}, to repeat safely: --key {}", key.uuid()));
    let order = payments::CashIn { key, account, amount, note: cash.note };
    let receipt = bank.payments.cash_in(&ctx, order).await?;
    let again = if receipt.replayed { " (it was posted before)" } else { "" };
    say(&format!("{} taken in for {} at {}{again}", receipt.amount, receipt.account, receipt.at));
    Ok(())
}

/// Checks that the books agree with themselves.
pub async fn verify(database: Database, key: RootKey) -> Result<()> {
    let keys = Keys::open(&key, &database.dir)?;
    let store = connect(&database).await?;
    let bank = Bank::on(store, &keys, Clock::System).await?;
    let report = bank.ledger.verify().await?;
    say(&format!(
        "looked at {} accounts, {} operations, {} transfers",
        report.accounts, report.operations, report.transfers
    ));
    for finding in &report.findings {
        say(&format!("WRONG: {}: {}", finding.rule, finding.subject));
    }
    match report.findings.len() {
        0 => {
            say("the books agree with themselves");
            Ok(())
        }
        wrong => Err(Error::broken("checking the books", format!("{wrong} findings"))),
    }
}

/// What to do about the jobs that gave up.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Jobs {
    /// Show them, the latest first.
    List,
    /// Make one ready again, with all its attempts.
    Revive {
        /// Its id, as the list shows it.
        #[arg(value_parser = job_id)]
        id: JobId,
    },
}

fn job_id(text: &str) -> std::result::Result<JobId, &'static str> {
    text.parse().map_err(|()| "not the id of a job: job_ and 32 hexadecimal digits")
}

pub async fn jobs(database: Database, what: Jobs) -> Result<()> {
    let store = connect(&database).await?;
    match what {
        Jobs::List => {
            let dead = store::jobs::dead(&store).await?;
            for job in &dead {
                let why = job.last_error.as_deref().unwrap_or("unknown");
                let (id, kind, tries, at) = (job.id, &job.kind, job.attempts, job.created_at);
                say(&format!("{id}  {kind}  of {at}, tried {tries} times: {why}"));
            }
            say(&format!("{} dead jobs", dead.len()));
        }
        Jobs::Revive { id } => {
            store::jobs::revive(&store, &system("operator"), id).await?;
            say(&format!("{id} is ready; a worker takes it up"));
        }
    }
    Ok(())
}

/// Serves the simulators alone.
pub async fn sandbox(
    listen: SocketAddr,
    (email, password_file): (String, &Path),
    (abs_token_file, books): (Option<&Path>, Option<PathBuf>),
) -> Result<()> {
    let doing = "starting the sandbox";
    let secret = |file: &Path| {
        let text = std::fs::read_to_string(file).map_err(|e| Error::broken(doing, e));
        text.map(|text| Secret::new(text.trim().to_owned()))
    };
    let password = secret(password_file)?;
    let listener = TcpListener::bind(listen).await.map_err(|e| Error::broken(doing, e))?;
    let eskiz = sandbox::eskiz::Config::new(email, password);
    let mut sandbox = Sandbox::new(sandbox::Config { clock: Clock::System, eskiz });
    if let Some(file) = abs_token_file {
        let abs = sandbox::abs::Config { books, ..sandbox::abs::Config::new(secret(file)?) };
        sandbox = sandbox.with_abs(abs)?;
    }
    let mut stop = shutdown()?;
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    sandbox::serve(listener, sandbox, stopped).await
}
