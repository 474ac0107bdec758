//! The bank put together: every crate with its ports filled in.

use std::sync::Arc;
use std::time::Duration;

use accounting::desk::BreakResolve;
use accounting::ports::CoreBanking;
use accounting::{Accounting, day_close, export};
use admin::Admin;
use api::{Api, Services, TokenRules};
use connectors::abs::{Abs, AbsConfig};
use connectors::cbu::{Cbu, CbuConfig};
use connectors::eskiz::{Eskiz, EskizConfig};
use connectors::smtp::{Smtp, SmtpConfig};
use customers::{Customers, Desk};
use documents::Renderer;
use edge::Site;
use identity::Identity;
use identity::approvals::{self, Approvals};
use identity::hooks::jobs::Outbound;
use identity::ports::{EmailSender, Languages, Leaving, SmsSender};
use kernel::{Clock, Ctx, Error, KeyRing, Permissions, Result, Secret};
use ledger::Ledger;
use payments::{DemoKeyScheme, Payments, TemporaryLimit, TransferRefund, accuracy};
use pricing::rates;
use store::audit::{Anchor, Sealer};
use store::signing::Signing;
use store::{Config, Store, jobs, outbox, pause, upkeep};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::Web;

use crate::custody::Keys;
use crate::reactions;
use crate::settings::Listen;

/// The parts of a running bank.
#[derive(Clone)]
pub struct Bank {
    pub store: Store,
    pub identity: Identity,
    pub customers: Customers,
    pub ledger: Ledger,
    pub payments: Payments,
    pub accounting: Accounting,
    pub keys: KeyRing,
    pub signing: Signing,
    pub clock: Clock,
}

/// The doors through which a node is reached.
pub struct Doors {
    /// The API's.
    pub api: TcpListener,
    /// The phone app's.
    pub web: TcpListener,
    /// The staff panel's.
    pub admin: TcpListener,
}

/// What the background work reaches outside the bank.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The account at the SMS operator.
    pub sms: EskizConfig,
    /// The account at the mail server.
    pub mail: SmtpConfig,
    /// The core banking system, when the bank is connected to one.
    pub abs: Option<AbsConfig>,
    /// Where rates of currencies are published.
    pub cbu: CbuConfig,
    /// The address under which customers know the phone app.
    pub site: Site,
}

/// Documents that are made at once: each holds all its lines in memory, several times over.
const DOCUMENTS_AT_ONCE: usize = 2;

/// How often sessions and challenges that are long over are removed.
const UPKEEP_ROUND: Duration = Duration::from_hours(1);
/// How often holds whose time is over are looked for.
const HOLD_ROUND: Duration = Duration::from_secs(5);

impl Bank {
    /// Opens the bank on a migrated database.
    pub async fn open(url: Secret<String>, connections: u32, keys: &Keys) -> Result<Self> {
        Self::open_with((url, connections), keys, identity::Config::default()).await
    }

    /// The same, with what an installation sets for the ways in.
    pub async fn open_with(
        (url, max_connections): (Secret<String>, u32),
        keys: &Keys,
        config: identity::Config,
    ) -> Result<Self> {
        let store = Store::connect(&Config { url, max_connections }).await?;
        let bank = Self::put_together(store, keys, Clock::System, config).await?;
        // The first keys are there before anything is signed.
        bank.signing.tend(bank.clock.now()).await?;
        bank.payments.bank().ensure(&system("start")).await?;
        Ok(bank)
    }

    /// The same on a store, with another clock.
    pub async fn on(store: Store, keys: &Keys, clock: Clock) -> Result<Self> {
        Self::put_together(store, keys, clock, identity::Config::default()).await
    }

    async fn put_together(
        store: Store,
        keys: &Keys,
        clock: Clock,
        config: identity::Config,
    ) -> Result<Self> {
        let signing = Signing::new(store.clone(), keys.provider.clone());
        let keys = &keys.keyring;
        let identity = Identity::new(store.clone(), keys.clone(), config);
        let customers = Customers::new(store.clone(), identity.clone());
        let config = ledger::Config::default();
        let ledger = Ledger::start(&store, clock.clone(), config).await?;
        // The rule for the key digit is the core banking system's; until that is connected, numbers
        // carry a digit of our own.
        let scheme = Arc::new(DemoKeyScheme);
        let payments =
            Payments::new(store.clone(), ledger.clone(), customers.clone(), keys.clone(), scheme);
        let keys = keys.clone();
        let accounting = Accounting::new(store.clone(), payments.editions().clone(), keys.clone());
        Ok(Self { store, identity, customers, ledger, payments, accounting, keys, signing, clock })
    }

    /// Serves the API, the phone app and the panel of the staff until the shutdown. `development`
    /// serves what is for whoever builds pages, too.
    pub async fn serve(
        mut self,
        doors: Doors,
        listen: Listen,
        development: bool,
        shutdown: watch::Receiver<bool>,
    ) -> Result<()> {
        let tokens = listen.token_rules(development)?;
        self.identity = self.identity.with_sites(listen.passkey_sites()?);
        let identity = self.identity.clone();
        let stop = shutdown.clone();
        tokio::spawn(async move { identity.follow_revocations(stop).await });
        let (editions, stop) = (self.payments.editions().clone(), shutdown.clone());
        tokio::spawn(async move { editions.follow(stop).await });
        let documents = Renderer::new(DOCUMENTS_AT_ONCE);
        let door = edge::Config {
            trusted_proxies: listen.trusted_proxies.clone(),
            place_header: listen.place_header.clone(),
            ..Default::default()
        };
        let web = self.web(&listen, development, &documents, door.clone())?;
        let (follower, stop) = (web.clone(), shutdown.clone());
        tokio::spawn(async move { follower.follow(stop).await });
        let admin = self.admin(&listen, door.clone())?;
        let pages = edge::serve(doors.web, web::router(web), shutdown.clone());
        let panel = edge::serve(doors.admin, admin::router(admin), shutdown.clone());
        let api = self.api(door, tokens);
        let api = edge::serve(doors.api, api::router(api), shutdown);
        tokio::try_join!(api, pages, panel).map(|_| ())
    }

    fn api(self, door: edge::Config, tokens: TokenRules) -> Api {
        let services = Services {
            store: self.store,
            identity: self.identity,
            customers: self.customers,
            payments: self.payments,
            clock: self.clock,
            tokens,
            signing: Some(self.signing),
        };
        Api::new(services, door)
    }

    fn web(
        &self,
        listen: &Listen,
        development: bool,
        documents: &Renderer,
        door: edge::Config,
    ) -> Result<Web> {
        let services = web::Services {
            identity: self.identity.clone(),
            customers: self.customers.clone(),
            payments: self.payments.clone(),
            documents: documents.clone(),
            keys: self.keys.clone(),
            clock: self.clock.clone(),
        };
        let (site, bank) = (listen.site()?, listen.requisites(development)?);
        Ok(Web::new(services, web::Config { door, site, bank, development }))
    }

    /// Four eyes, with the kinds of every part of the bank.
    fn approvals(&self) -> Approvals {
        Approvals::new(&self.identity)
            .with_leaving(&self.books())
            .with_terms(self.payments.editions())
            .with(TransferRefund(self.payments.clone()))
            .with(TemporaryLimit(self.payments.clone()))
            .with(BreakResolve::new(self.accounting.clone()))
    }

    /// Whoever keeps what customers have with the bank.
    fn books(&self) -> Arc<dyn Leaving> {
        Arc::new(self.payments.clone())
    }

    fn admin(&self, listen: &Listen, door: edge::Config) -> Result<Admin> {
        let identity = self.identity.clone();
        let services = admin::Services {
            store: self.store.clone(),
            approvals: self.approvals(),
            identity,
            desk: Desk::new(self.customers.clone(), self.books()),
            accounting: self.accounting.clone(),
            payments: self.payments.clone(),
            keys: self.keys.clone(),
            clock: self.clock.clone(),
        };
        Ok(Admin::new(services, admin::Config { door, site: listen.admin_site()? }))
    }

    /// Does the background work until the shutdown: jobs, reactions to events, the sealing of the
    /// audit log, holds that end by themselves, and the upkeep of the database and the keys.
    pub async fn work(
        self,
        outside: Outside,
        anchor: Option<Anchor>,
        outbound: Outbound,
        shutdown: watch::Receiver<bool>,
    ) -> Result<()> {
        let sender: Arc<dyn SmsSender> = Arc::new(Eskiz::new(outside.sms)?);
        let mail: Arc<dyn EmailSender> = Arc::new(Smtp::new(outside.mail)?);
        let relay = outbox::Relay::new(
            self.store.clone(),
            self.clock.clone(),
            reactions::CONSUMER,
            reactions::handler(&self),
        );
        let (dead_kind, dead_handler) = relay.dead_letters();
        let runner =
            jobs::Runner::new(self.store.clone(), self.clock.clone()).on(dead_kind, dead_handler);
        let (identity, clock) = (&self.identity, &self.clock);
        let languages: Arc<dyn Languages> = Arc::new(self.customers.clone());
        let by_sms = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, identity, clock, by_sms);
        let by_email = (&mail, &languages);
        let runner = identity::codes::jobs::register_email(runner, identity, clock, by_email);
        let runner = identity::stepup::jobs::register(runner, identity, clock, by_sms);
        let runner = payments::refunds::jobs::register(runner, &self.payments, clock, &sender);
        let runner = identity::enrolments::jobs::register(runner, identity, clock, &mail);
        let ports = identity::notices::jobs::Ports {
            sms: sender,
            email: mail,
            languages,
            site: outside.site.to_string(),
        };
        let runner = identity::notices::jobs::register(runner, identity, clock, &ports);
        let runner = identity::hooks::jobs::register(runner, identity, clock, outbound);
        let mut tasks = JoinSet::new();
        tasks.spawn(runner.run(shutdown.clone()));
        tasks.spawn(relay.run(shutdown.clone()));
        tasks.spawn(upkeep::run(self.store.clone(), self.clock.clone(), shutdown.clone()));
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let sealer = Sealer::new(store, clock, self.signing.clone(), anchor);
        tasks.spawn(sealer.run(shutdown.clone()));
        tasks.spawn(ledger::audit::recorder(self.store.clone()).run(shutdown.clone()));
        let (editions, stop) = (self.payments.editions().clone(), shutdown.clone());
        tasks.spawn(async move { editions.follow(stop).await });
        let (proposals, clock) = (self.approvals(), self.clock.clone());
        tasks.spawn(approvals::jobs::expire(proposals, clock, shutdown.clone()));
        tasks.spawn(tend_signing_keys(self.signing.clone(), self.clock.clone(), shutdown.clone()));
        tasks.spawn(forget_old_sessions(
            self.identity.clone(),
            self.clock.clone(),
            shutdown.clone(),
        ));
        tasks.spawn(expire_holds(self.ledger.clone(), shutdown.clone()));
        let (rates, cbu) = (self.payments.rates().clone(), Arc::new(Cbu::new(&outside.cbu)?));
        tasks.spawn(rates::jobs::follow(rates, cbu, self.clock.clone(), shutdown.clone()));
        self.keep_general_ledger(outside.abs, &mut tasks, &shutdown)?;
        if let Some(Err(error)) = tasks.join_next().await {
            return Err(Error::broken("doing the background work", error));
        }
        // One ended because of the shutdown; the others are on their way.
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    /// Writes down what the general ledger is to be told, and tells it where the bank has one.
    /// Until it has one the documents wait.
    fn keep_general_ledger(
        &self,
        abs: Option<AbsConfig>,
        tasks: &mut JoinSet<()>,
        shutdown: &watch::Receiver<bool>,
    ) -> Result<()> {
        let (accounting, clock) = (&self.accounting, &self.clock);
        tasks.spawn(accounting.writer(clock).run(shutdown.clone()));
        let payments = self.payments.clone();
        tasks.spawn(accuracy::jobs::check(payments, clock.clone(), shutdown.clone()));
        let Some(abs) = abs else {
            tracing::warn!("no core banking system: documents for it wait");
            return Ok(());
        };
        let abs: Arc<dyn CoreBanking> = Arc::new(Abs::new(abs)?);
        let on = || (accounting.clone(), Arc::clone(&abs), clock.clone(), shutdown.clone());
        let (sending, closing) = (on(), on());
        tasks.spawn(export::jobs::send(sending.0, sending.1, sending.2, sending.3));
        tasks.spawn(day_close::jobs::close(closing.0, closing.1, closing.2, closing.3));
        Ok(())
    }
}

/// The context of a part of the bank.
pub fn system(name: &'static str) -> Ctx {
    Ctx::system(name, Permissions::OPERATOR)
}

async fn forget_old_sessions(
    identity: Identity,
    clock: Clock,
    mut shutdown: watch::Receiver<bool>,
) {
    loop {
        if let Err(error) = identity.clean(clock.now()).await {
            tracing::error!(?error, "old sessions and challenges were not removed");
        }
        if pause(UPKEEP_ROUND, &mut shutdown).await {
            return;
        }
    }
}

async fn tend_signing_keys(signing: Signing, clock: Clock, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = signing.tend(clock.now()).await {
            tracing::error!(?error, "signing keys were not looked after");
        }
        if pause(UPKEEP_ROUND, &mut shutdown).await {
            return;
        }
    }
}

async fn expire_holds(ledger: Ledger, mut shutdown: watch::Receiver<bool>) {
    let ctx = system("holds");
    loop {
        match ledger.expire_due_holds(&ctx).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "holds whose time was over were given back"),
            Err(error) => tracing::error!(?error, "holds whose time is over were not looked at"),
        }
        if pause(HOLD_ROUND, &mut shutdown).await {
            return;
        }
    }
}

/// Becomes true when the process is told to stop.
pub fn shutdown() -> Result<watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let on = |kind| signal(kind).map_err(|e| Error::broken("listening for signals", e));
    let (mut interrupt, mut terminate) =
        (on(SignalKind::interrupt())?, on(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        sender.send_replace(true);
        // A second signal ends the process at once: whoever sends it does not want to wait.
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(receiver)
}
