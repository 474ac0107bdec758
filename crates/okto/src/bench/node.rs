//! A node of the bank as a process of its own, and customers to send with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use customers::NewCustomer;
use futures_util::StreamExt as _;
use identity::{By, ClientInfo, NewDevice, Proof};
use kernel::{
    AccountId, Amount, Asset, Clock, Ctx, CustomerId, Day, EditionId, Entropy, Error, KeyRing,
    Lang, Method, OperationId, Permissions, Phone, QuoteId, Result, Secret, SessionId,
};
use payments::transfers::rules::{Party, Quoted, Side, seal};
use payments::{CashIn, Fee, Open};
use serde_json::json;
use store::Store;
use tokio::process::{Child, Command};

use super::dice::Dice;
use super::http::Line;
use crate::bank::Bank;
use crate::custody::Keys;
use crate::settings::RootKey;

/// Longest wait for a node to be ready.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
/// Minor units that each customer starts with.
pub const FUNDS: i64 = 100_000_000_000;

/// What a send costs where it costs something: the bank's, the tax and the scheme's part.
const FEE: i64 = 10;

/// A running `okto serve`.
pub struct Node {
    child: Child,
    pub address: SocketAddr,
}

/// A node wants to know what to write on statements; nobody asks it for one here.
const REQUISITES: &str = r#"{"name":"Bench","legal_form":"","address":"","phone":"","licence":"",
    "code":"","taxpayer":"","site":""}"#;

/// How to start nodes of one bank.
#[derive(Clone)]
pub struct NodePlan {
    pub url: Secret<String>,
    pub key: PathBuf,
    pub log: PathBuf,
}

impl NodePlan {
    /// Starts a node and waits until it is ready.
    pub async fn start(&self) -> Result<Node> {
        let doing = "starting a node of the bank";
        let program = std::env::current_exe().map_err(|e| Error::broken(doing, e))?;
        let address = free_address().await?;
        let requisites = self.key.with_file_name("bank.json");
        std::fs::write(&requisites, REQUISITES).map_err(|e| Error::broken(doing, e))?;
        let log = std::fs::File::options().create(true).append(true).open(&self.log);
        let log = log.map_err(|e| Error::broken(doing, e))?;
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string()])
            .args(["--web-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .env("DATABASE_URL", self.url.expose())
            .env("OKTO_ROOT_KEY_FILE", &self.key)
            .env("OKTO_BANK_REQUISITES", &requisites)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| Error::broken(doing, e))?;
        let mut node = Node { child, address };
        node.wait_ready().await?;
        Ok(node)
    }
}

/// A process that gives transfers back, again and again.
pub struct Reverser(Child);

impl NodePlan {
    /// Starts one. It asks nobody, and nobody waits for it.
    pub fn start_reverser(&self) -> Result<Reverser> {
        let doing = "starting a process that gives transfers back";
        let program = std::env::current_exe().map_err(|e| Error::broken(doing, e))?;
        let log = std::fs::File::options().create(true).append(true).open(&self.log);
        let child = Command::new(program)
            .args(["bench", "reverse"])
            .env("DATABASE_URL", self.url.expose())
            .env("OKTO_ROOT_KEY_FILE", &self.key)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_err(|e| Error::broken(doing, e))?)
            .kill_on_drop(true)
            .spawn();
        child.map(Reverser).map_err(|e| Error::broken(doing, e))
    }
}

impl Reverser {
    /// Ends it with SIGKILL.
    pub async fn kill(&mut self) -> Result<()> {
        let doing = "killing a process that gives transfers back";
        self.0.kill().await.map_err(|e| Error::broken(doing, e))
    }
}

/// An address at which nothing listens.
pub async fn free_address() -> Result<SocketAddr> {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr());
    free.map_err(|e| Error::broken("finding a free port", e))
}

impl Node {
    async fn wait_ready(&mut self) -> Result<()> {
        let doing = "waiting for a node of the bank to be ready";
        let ready = async {
            loop {
                if let Ok(mut line) = Line::open(self.address, Secret::new(String::new())).await
                    && let Ok(answer) = line.get("/health/ready").await
                    && answer.status.is_success()
                {
                    return Ok(());
                }
                if let Ok(Some(status)) = self.child.try_wait() {
                    return Err(Error::broken(doing, format!("it ended: {status}")));
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(READY_TIMEOUT, ready).await {
            Ok(done) => done,
            Err(late) => Err(Error::broken(doing, late)),
        }
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it with SIGKILL.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.map_err(|e| Error::broken("killing a node of the bank", e))
    }
}

/// A customer of a bench, with an account that has money and one that has none.
#[derive(Clone)]
pub struct Client {
    pub id: CustomerId,
    pub account: AccountId,
    empty: AccountId,
    name: String,
    tail: String,
}

impl Client {
    /// The same customer with their other account, on which nothing ever is.
    pub fn without_money(&self) -> Self {
        Self { account: self.empty, ..self.clone() }
    }
}

/// A new operation id.
pub fn key() -> OperationId {
    OperationId::generate(Clock::System.now(), Entropy)
}

/// Customers of a bench, and the keys with which quotes are made for them.
pub struct Clients {
    pub bank: Bank,
    pub keys: KeyRing,
    pub list: Vec<Client>,
    asked: Ctx,
    fee: Fee,
}

/// What the bank of a bench goes by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// So many limits count each send.
    pub limits: u8,
    /// Each send costs something, with tax and a share.
    pub fee: bool,
    /// The most that each limit lets; none is ever reached when nothing is said.
    pub ceiling: Option<i64>,
}

impl Terms {
    /// Limits of a customer: a day's, a month's, and so on.
    fn limits(self) -> serde_json::Value {
        let ceiling = self.ceiling.unwrap_or(kernel::Amount::MAX_MINOR);
        let windows = [json!("day"), json!("month"), json!({"rolling_days": 30}), json!("week")];
        let limits = (0..self.limits).zip(windows.iter().cycle()).map(|(n, window)| {
            json!({
                "name": format!("bench-{n}"),
                "title": {"uz": "Limit", "ru": "Лимит", "en": "Limit"},
                "set_by": "tariff",
                "per": "customer",
                "window": window,
                "measure": {"amount": "UZS"},
                "ceiling": {"fixed": ceiling},
            })
        });
        json!({ "limits": limits.collect::<Vec<_>>() })
    }

    fn fee(self, edition: EditionId) -> Fee {
        let part = |minor| if self.fee { minor } else { 0 };
        Fee {
            edition,
            rule: "bench".to_owned(),
            list: part(FEE),
            bank: part(6),
            vat: part(1),
            scheme: part(3),
            agent: 0,
            promotion: None,
            used: None,
        }
    }

    /// What each send costs, in minor units.
    pub const fn cost(self) -> i64 {
        if self.fee { FEE } else { 0 }
    }

    /// The transfers of the ledger that a send is.
    pub const fn legs(self) -> u64 {
        if self.fee { 4 } else { 1 }
    }
}

impl Clients {
    /// Who asks for nothing.
    pub const NOBODY: CustomerId = CustomerId::from_uuid(uuid::Uuid::nil());

    /// Opens the bank in this process too, and makes customers with money.
    pub async fn make(
        url: Secret<String>,
        key: &Path,
        (count, terms): (usize, Terms),
    ) -> Result<Arc<Self>> {
        let keys = Keys::open_or_make(&RootKey::at(key), key)?;
        let config = store::Config { url: url.clone(), max_connections: 2 };
        let founded = Bank::on(Store::connect(&config).await?, &keys, Clock::System).await?;
        let asked = Ctx::system("bench", Permissions::OPERATOR);
        let limits = terms.limits().to_string();
        founded.payments.editions().found(&asked, limits::book::LIMITS, &limits).await?;
        let bank = Bank::open(url, 8, &keys).await?;
        let fee = terms.fee(EditionId::generate(asked.now(), asked.entropy()));
        let mut clients = Self { bank, keys: keys.keyring, list: Vec::new(), asked, fee };
        let made: Vec<Result<Client>> = futures_util::stream::iter(0..count)
            .map(|n| clients.client(n))
            .buffered(2)
            .collect()
            .await;
        clients.list = made.into_iter().collect::<Result<_>>()?;
        Ok(Arc::new(clients))
    }

    async fn client(&self, n: usize) -> Result<Client> {
        let ctx = &self.asked;
        let password: [u8; 16] = Entropy.bytes();
        let phone = Phone::parse(&format!("99890{:07}", n.saturating_add(1_000_000)));
        let malformed = || Error::invariant("a bench customer is malformed");
        let new = NewCustomer {
            phone: phone.ok_or_else(malformed)?,
            password: Secret::new(store::hex(&password)),
            first_name: "Jasur".to_owned(),
            last_name: "Karimov".to_owned(),
            birth_date: Day::new(1990, 1, 1).ok_or_else(malformed)?,
            lang: Lang::Uz,
        };
        let id = self.bank.customers.create_verified(ctx, new).await?;
        let session = SessionId::generate(ctx.now(), Entropy);
        let theirs = ctx.clone().for_customer(id, session);
        let open = Open { key: key(), asset: Asset::Uzs };
        let account = self.bank.payments.open_account(&theirs, open).await?;
        let open = Open { key: key(), asset: Asset::Uzs };
        let empty = self.bank.payments.open_account(&theirs, open).await?.id;
        let amount = Amount::from_minor(FUNDS, Asset::Uzs)?;
        let cash = CashIn { key: key(), account: account.number, amount, note: None };
        self.bank.payments.cash_in(ctx, cash).await?;
        let tail = account.number.tail().to_owned();
        Ok(Client { id, account: account.id, empty, name: "Jasur K.".to_owned(), tail })
    }

    /// A client and another, at random, whom they pay.
    pub fn pair(&self, me: usize, dice: &mut Dice) -> Result<(&Client, &Client)> {
        let others = self.list.len().saturating_sub(1);
        // Counted from the client on, so that it is never the client.
        let step = dice.below(others).saturating_add(1);
        let other = me.saturating_add(step).checked_rem(self.list.len()).unwrap_or(0);
        let pair = self.list.get(me).zip(self.list.get(other));
        pair.ok_or(Error::invariant("a bench has at least two clients"))
    }

    /// A fresh access token.
    pub async fn token(&self, client: &Client) -> Result<Secret<String>> {
        let mut tx = self.bank.store.begin().await?;
        let from = ClientInfo::new(std::net::Ipv4Addr::LOCALHOST.into(), "bench");
        let ctx = &self.asked;
        let new = NewDevice { by: By::Cookie(None), name: "bench", client: &from };
        let device = self.bank.identity.enrol_device(&mut tx, ctx, client.id, new).await?.device;
        let proof = Proof::two(&[Method::Password]).on(device.id);
        let with = (&proof, &from);
        let tokens = self.bank.identity.open_session(&mut tx, ctx, client.id, with).await?;
        store::commit(tx).await?;
        Ok(tokens.access)
    }

    /// What a preview of this payment would have given.
    pub fn quote(&self, payer: &Client, payee: &Client, minor: i64) -> Result<String> {
        let now = Clock::System.now();
        let side = |c: &Client| Side {
            account: c.account,
            party: Party { masked_name: c.name.clone(), account_tail: c.tail.clone() },
        };
        let quoted = Quoted {
            id: QuoteId::generate(now, Entropy),
            customer: payer.id,
            payer: side(payer),
            payee: side(payee),
            phone_masked: None,
            own: false,
            amount: Amount::from_minor(minor, Asset::Uzs)?,
            fee: self.fee.clone(),
            note: Some("tushlik uchun".to_owned()),
            confirm: None,
            since: 0,
            expires_at: now.plus_seconds(600),
        };
        seal(&self.keys, &quoted)
    }
}
