//! `okto up`: the whole bank on a bare machine.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use connectors::Timeouts;
use connectors::abs::AbsConfig;
use connectors::cbu::CbuConfig;
use connectors::eskiz::EskizConfig;
use connectors::smtp::{Security, SmtpConfig};
use edge::Site;
use kernel::{Clock, EmailAddress, Error, Result, Secret};
use sandbox::Sandbox;
use store::embedded::{Cluster, Options};
use store::{Config, Store, migrations, partitions};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::bank::{Bank, Doors, Outside, shutdown};
use crate::custody::Keys;
use crate::demo_staff::{self, DemoEmployee};
use crate::seed::{self, Login};
use crate::settings::{AuditAnchor, Database, Listen, RootKey};
use crate::{audit, logs, partners, roles, say, sql};

/// What `okto up` is asked to do.
#[derive(clap::Args, Clone)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    key: RootKey,
    #[command(flatten)]
    anchor: AuditAnchor,
    /// Address and port of the sandbox that stands in for every counterpart.
    #[arg(long, env = "OKTO_SANDBOX_LISTEN", default_value = "127.0.0.1:8090")]
    sandbox_listen: SocketAddr,
    /// Make demo customers on the database of `DATABASE_URL` too. On the private server of this
    /// command they are made anyway, unless --no-demo is given.
    #[arg(long, conflicts_with = "no_demo")]
    demo: bool,
    /// Make no demo customers on the private server. On the database of `DATABASE_URL` none are
    /// made unless --demo is given.
    #[arg(long)]
    no_demo: bool,
}

const DATABASE: &str = "okto";
/// The books of the sandbox's core banking system, in the folder of the installation: they go with
/// those of the private server.
const ABS_BOOKS: &str = "abs-books";
/// Longest wait for the API to be ready, and how often it is looked at.
const READY_TIMEOUT: Duration = Duration::from_secs(10);
const READY_PAUSE: Duration = Duration::from_millis(20);
/// Longest wait for the parts to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);

pub async fn run(args: Args) -> Result<()> {
    let log = args.database.dir.join("okto.log");
    logs::to_file(&log)?;
    let stop = shutdown()?;
    let _alone = alone_in(&args.database.dir)?;
    // Ports first: when another bank is running here, nothing of it is touched.
    let doors = roles::bind(&args.listen).await?;
    let sandbox_listener = TcpListener::bind(args.sandbox_listen).await.map_err(|e| {
        let address = args.sandbox_listen;
        Error::broken("opening the port of the sandbox", format!("{address}: {e}"))
    })?;
    args.database.remember_admin_site(&args.listen.admin_site()?)?;
    let cluster = start_cluster(&args.database).await?;
    let done = with_database(&args, cluster.as_ref(), (doors, sandbox_listener), &log, stop).await;
    if let Some(cluster) = cluster {
        say("stopping PostgreSQL");
        cluster.stop().await?;
    }
    done
}

/// Makes sure that one bank runs in a folder; held until the process ends.
fn alone_in(dir: &Path) -> Result<std::fs::File> {
    let doing = "making sure that no other bank runs in this folder";
    let open = std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::File::options().create(true).append(true).open(dir.join("lock")));
    let file = open.map_err(|e| Error::broken(doing, e))?;
    file.try_lock().map_err(|_| {
        let dir = dir.display();
        Error::broken(doing, format!("an `okto up` runs in {dir}: stop it, or use --dir"))
    })?;
    Ok(file)
}

/// The private server, unless the operator named another.
async fn start_cluster(database: &Database) -> Result<Option<Cluster>> {
    if database.given().is_some() {
        return Ok(None);
    }
    say("starting PostgreSQL");
    let dir = database.dir.join("pg");
    let cluster = Cluster::start(Options { dir, durable: true }).await?;
    // Left running by a bank that was killed: the folder's lock says that nobody else uses it.
    cluster.adopt();
    cluster.create_database_if_missing(DATABASE).await?;
    database.remember(&cluster.url(DATABASE))?;
    Ok(Some(cluster))
}

async fn with_database(
    args: &Args,
    cluster: Option<&Cluster>,
    (doors, sandbox_listener): (Doors, TcpListener),
    log: &Path,
    stop: watch::Receiver<bool>,
) -> Result<()> {
    let url = match cluster {
        Some(cluster) => cluster.url(DATABASE),
        None => args.database.url()?,
    };
    let config = Config { url: url.clone(), max_connections: args.database.connections };
    let store = Store::connect(&config).await?;
    for name in migrations::up(&store).await? {
        say(&format!("applied migration {name}"));
    }
    partitions::ensure(&store, Clock::System.now()).await?;
    let keys = root_key(args, &store).await?;
    // A database that the operator named may be a real bank's.
    let demo = args.demo || (cluster.is_some() && !args.no_demo);
    let logins = if demo {
        say("looking after the demo customers");
        seed::ensure(&store, &keys, &args.database.dir).await?
    } else {
        Vec::new()
    };
    let at = (url, args.database.connections);
    let bank = Bank::open_with(at, &keys, args.listen.ways_in()?).await?;
    let staff = if demo {
        demo_staff::ensure(&bank.identity, &args.listen.admin_site()?).await?
    } else {
        Vec::new()
    };
    // The private server and the anchor beside it belong together; another database has its own.
    let beside = cluster.map(|_| args.database.dir.join("audit-anchor"));
    let anchor = audit::anchor(args.anchor.audit_anchor.as_deref(), beside.as_deref())?;
    let site = args.listen.site()?;
    let outside = start_sandbox(sandbox_listener, (site, &args.database.dir), stop.clone()).await?;
    let outbound = partners::outbound(&bank, args.listen.api_origin(), true)?;
    let worker = tokio::spawn(bank.clone().work(outside, anchor, outbound, stop.clone()));
    let identity = bank.identity.clone();
    let server = tokio::spawn(bank.serve(doors, args.listen.clone(), true, stop.clone()));
    // Until then the API answers that it is not ready, and saying otherwise here would be wrong.
    let known = async {
        while !identity.knows_revocations() {
            tokio::time::sleep(READY_PAUSE).await;
        }
    };
    if tokio::time::timeout(READY_TIMEOUT, known).await.is_err() {
        say("the API is not ready yet; the log says why");
    }
    ready(args, (logins.as_slice(), staff.as_slice()), log)?;
    wait(worker, server, stop).await
}

/// The root key; a new one for a new bank only. The passwords of users hang on the one they signed
/// up with, and with another none of them could sign in again.
async fn root_key(args: &Args, store: &Store) -> Result<Keys> {
    let file = args.key.file(&args.database.dir);
    if !file.0.exists() && sql::has_users(store).await? {
        let why = format!(
            "{} is missing, and the users of this database cannot sign in without it: put it back \
             or name it with --root-key-file",
            file.0.display()
        );
        return Err(Error::broken("reading the root key", why));
    }
    Keys::open_or_make(&args.key, &args.database.dir)
}

/// Starts the simulators. Their accounts are made up for this one run.
async fn start_sandbox(
    listener: TcpListener,
    (site, dir): (Site, &Path),
    mut stop: watch::Receiver<bool>,
) -> Result<Outside> {
    let opening = |e: std::io::Error| Error::broken("opening the sandbox", e);
    let email = "bank@okto.example".to_owned();
    let password = Secret::new(kernel::TraceId::generate(kernel::Entropy).to_string());
    let address = listener.local_addr().map_err(opening)?;
    let mail_listener = TcpListener::bind((address.ip(), 0)).await.map_err(opening)?;
    let mail_port = mail_listener.local_addr().map_err(opening)?.port();
    let eskiz = sandbox::eskiz::Config::new(email.clone(), password.clone());
    let token = Secret::new(kernel::TraceId::generate(kernel::Entropy).to_string());
    let books = Some(dir.join(ABS_BOOKS));
    let abs = sandbox::abs::Config { books, ..sandbox::abs::Config::new(token.clone()) };
    let sandbox = Sandbox::new(sandbox::Config { clock: Clock::System, eskiz }).with_abs(abs)?;
    let account = sandbox::smtp::Account { user: email.clone(), password: password.clone() };
    let mail_server = sandbox::smtp::serve(mail_listener, sandbox.clone(), account, {
        let mut stop = stop.clone();
        async move {
            let _ = stop.wait_for(|stop| *stop).await;
        }
    });
    tokio::spawn(async move {
        if let Err(error) = mail_server.await {
            tracing::error!(?error, "the mail server of the sandbox ended");
        }
    });
    tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if let Err(error) = sandbox::serve(listener, sandbox, stopped).await {
            tracing::error!(?error, "the sandbox ended");
        }
    });
    let from = EmailAddress::parse(&email).ok_or(Error::invariant("the sandbox's own address"))?;
    Ok(Outside {
        mail: SmtpConfig {
            host: address.ip().to_string(),
            port: mail_port,
            security: Security::None,
            user: email.clone(),
            password: password.clone(),
            from,
            timeouts: Timeouts::default(),
        },
        sms: EskizConfig {
            base_url: format!("http://{address}/eskiz/api"),
            email,
            password,
            from: "4546".to_owned(),
            timeouts: Timeouts::default(),
        },
        abs: Some(AbsConfig {
            base_url: format!("http://{address}/abs/api"),
            token,
            timeouts: Timeouts::default(),
        }),
        cbu: CbuConfig { base_url: format!("http://{address}/cbu"), timeouts: Timeouts::default() },
        site,
    })
}

fn ready(args: &Args, (logins, staff): (&[Login], &[DemoEmployee]), log: &Path) -> Result<()> {
    let (api, sandbox, site) = (args.listen.listen, args.sandbox_listen, args.listen.site()?);
    say("");
    say("Okto is ready.");
    say("");
    say(&format!("  Phone app                   {site}/"));
    say(&format!("  Panel of the staff          {}/", args.listen.admin_site()?));
    say(&format!("  API and its documentation   http://{api}/docs/"));
    say(&format!("  Sent texts and mail         http://{sandbox}/"));
    say(&format!("  Log                         {}", log.display()));
    if !logins.is_empty() {
        say("");
        say("  Demo customers              phone            password");
        for login in logins {
            say(&format!("    {:<26}{:<17}{}", login.name, login.phone, login.password));
        }
    }
    if !staff.is_empty() {
        say("");
        say("  Demo staff                  role             passkey");
        for one in staff {
            let how = one.link.as_deref().unwrap_or("has one: sign in on the panel");
            say(&format!("    {:<26}{:<17}{how}", one.name, one.role.as_str()));
        }
    }
    say("");
    say("  Press Ctrl-C to stop.");
    Ok(())
}

type Task = tokio::task::JoinHandle<Result<()>>;

/// Waits until the shutdown, or until a part ends by itself, which is an incident.
async fn wait(mut worker: Task, mut server: Task, mut stop: watch::Receiver<bool>) -> Result<()> {
    tokio::select! {
        // In this order: on a shutdown the parts end too, and that is no incident.
        biased;
        _ = stop.wait_for(|stop| *stop) => {}
        ended = &mut worker => return Err(early("the background work", ended)),
        ended = &mut server => return Err(early("the API", ended)),
    }
    say("finishing what is under way");
    let both = async { tokio::join!(worker, server) };
    if tokio::time::timeout(STOP_TIMEOUT, both).await.is_err() {
        tracing::warn!("not everything finished in time");
    }
    Ok(())
}

fn early(what: &'static str, ended: Result<Result<()>, tokio::task::JoinError>) -> Error {
    match ended {
        Ok(Ok(())) => Error::invariant(what),
        Ok(Err(error)) => error,
        Err(panicked) => Error::broken(what, panicked),
    }
}
