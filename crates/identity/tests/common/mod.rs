//! A bank of one or more nodes on a database of its own, with a clock to move and an operator who
//! keeps every message.
#![expect(dead_code, reason = "each test file uses a part")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::ports::{Languages, Sms, SmsSender};
use identity::testing::OneLanguage;
use identity::{
    Begun, BrowserSession, ChallengeView, ClientInfo, Config, Door, Identity, Personal, Proof,
    Purpose, Tokens,
};
use kernel::{
    Clock, Code, Ctx, CustomerId, Error, KeyRing, KeyUse, Lang, ManualClock, Method, Permissions,
    Phone, Result, Secret,
};
use store::jobs::Runner;
use store::testing::TestDatabase;
use store::{Store, Tx};
use tokio::sync::watch;

pub const PASSWORD: &str = "uch yashil fil bozorda";

#[derive(Default)]
pub struct Inbox(Mutex<Vec<Sms>>);

impl SmsSender for Inbox {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        self.0.lock().unwrap().push(sms.clone());
        Box::pin(async { Ok("1".to_owned()) })
    }
}

impl Inbox {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The message with this number, counted from one.
    pub async fn message(&self, number: usize) -> Sms {
        for _ in 0..500 {
            if let Some(sms) = self.0.lock().unwrap().get(number - 1) {
                return sms.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("message {number} was never sent")
    }

    pub async fn code(&self, number: usize) -> Secret<String> {
        let text = self.message(number).await.text;
        let digits: String = text.expose().chars().filter(char::is_ascii_digit).collect();
        Secret::new(digits)
    }
}

pub struct Bank {
    pub db: TestDatabase,
    pub identity: Identity,
    pub clock: ManualClock,
    pub inbox: Arc<Inbox>,
    stop: watch::Sender<bool>,
}

impl Bank {
    pub async fn open() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(config: Config) -> Self {
        let db = TestDatabase::create().await;
        let identity = Identity::new(db.store(), keys(), config);
        let clock = ManualClock::new(Clock::System.now());
        Self { db, identity, clock, inbox: Arc::default(), stop: watch::Sender::new(false) }
    }

    /// Starts sending messages.
    pub fn run_jobs(&self) {
        let clock = Clock::Manual(self.clock.clone());
        let sender: Arc<dyn SmsSender> = self.inbox.clone();
        let runner = Runner::new(self.db.store(), clock.clone());
        let languages: Arc<dyn Languages> = Arc::new(OneLanguage(Lang::En));
        let ways = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, &self.identity, &clock, ways);
        let runner = identity::stepup::jobs::register(runner, &self.identity, &clock, ways);
        tokio::spawn(runner.run(self.stop.subscribe()));
    }

    /// Another node on the same database.
    pub fn node(&self) -> Identity {
        Identity::new(self.db.store(), keys(), Config::default())
    }

    /// Lets a node follow revocations, until the sender says stop.
    pub fn follow(identity: &Identity) -> watch::Sender<bool> {
        let (stop, seen) = watch::channel(false);
        let identity = identity.clone();
        tokio::spawn(async move { identity.follow_revocations(seen).await });
        stop
    }

    pub fn ctx(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    pub fn store(&self) -> Store {
        self.db.store()
    }

    pub async fn begin(&self) -> Tx {
        self.store().begin().await.unwrap()
    }

    pub async fn start(&self, phone: &Phone) -> Result<ChallengeView> {
        self.identity.start_phone_challenge(&self.ctx(), phone, Purpose::SignUp, &client()).await
    }

    /// A user with the password [`PASSWORD`].
    pub async fn user(&self, phone: &Phone) -> CustomerId {
        let ctx = self.ctx();
        let personal = Personal { phone, first_name: "Jasur", last_name: "Karimov" };
        let password = self.identity.prepare_password(&secret(PASSWORD), personal).await.unwrap();
        let mut tx = self.begin().await;
        let user = self.identity.create_user(&mut tx, &ctx, phone, &password).await.unwrap();
        store::commit(tx).await.unwrap();
        user
    }

    pub async fn sign_in(&self, phone: &Phone, password: &str) -> Result<Tokens> {
        self.sign_in_from(&client(), phone, password).await
    }

    pub async fn sign_in_from(
        &self,
        client: &ClientInfo,
        phone: &Phone,
        password: &str,
    ) -> Result<Tokens> {
        let door = Door::App;
        match self.begin_at(door, client, phone, password).await? {
            Begun::SignedIn(entered) => entered.session.app(),
            // As if the second factor had been shown: this is for what comes after it.
            Begun::Waits(_) => {
                let (mut tx, user) = (self.begin().await, self.id_of(phone).await);
                let with = (&proof(), client);
                let tokens = self.identity.open_session(&mut tx, &self.ctx(), user, with).await?;
                store::commit(tx).await?;
                Ok(tokens)
            }
        }
    }

    pub async fn begin_at(
        &self,
        door: Door<'_>,
        client: &ClientInfo,
        phone: &Phone,
        password: &str,
    ) -> Result<Begun> {
        self.identity.sign_in(&self.ctx(), (phone, &secret(password)), door, client).await
    }

    pub async fn id_of(&self, phone: &Phone) -> CustomerId {
        let ctx = Ctx::system("test", Permissions::OPERATOR);
        self.identity.find_by_phone(&ctx, phone).await.unwrap().unwrap()
    }

    pub async fn sign_in_browser(&self, phone: &Phone, password: &str) -> Result<BrowserSession> {
        match self.begin_at(Door::Browser(None), &client(), phone, password).await? {
            Begun::SignedIn(entered) => entered.session.browser(),
            Begun::Waits(_) => {
                let (mut tx, user) = (self.begin().await, self.id_of(phone).await);
                let (proof, client) = (proof(), client());
                let with = (&proof, &client);
                let ctx = self.ctx();
                let session = self.identity.open_browser_session(&mut tx, &ctx, user, with).await?;
                store::commit(tx).await?;
                Ok(session)
            }
        }
    }

    /// Whether a token is accepted by a node.
    pub async fn accepts(&self, identity: &Identity, token: &Secret<String>) -> bool {
        match identity.authenticate(&self.ctx(), token.expose(), None).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.code(), Some(Code::SignInRequired), "{error:?}");
                false
            }
        }
    }
}

pub fn keys() -> KeyRing {
    KeyRing::new(Secret::new([7; 32]))
}

pub fn phone(last_digits: u32) -> Phone {
    Phone::parse(&format!("99890{last_digits:07}")).unwrap()
}

pub fn ip() -> IpAddr {
    "203.0.113.9".parse().unwrap()
}

pub fn client() -> ClientInfo {
    ClientInfo::new(ip(), "app/1.0")
}

/// A client in a network of its own for each number.
pub fn stranger(number: u8) -> ClientInfo {
    ClientInfo::new(IpAddr::from([198, 18, number, 1]), "curl")
}

pub fn proof() -> Proof {
    Proof::one(Method::Password)
}

pub fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// The code of a refusal, and its wait.
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> (Code, Option<i64>) {
    match result {
        Err(Error::Refused(refusal)) => (refusal.code, refusal.retry_after_seconds),
        other => panic!("not refused: {other:?}"),
    }
}

/// The first code of a challenge, as only the bank can compute it.
pub fn first_code(challenge: &ChallengeView) -> Secret<String> {
    let id = challenge.id.uuid();
    let parts: [&[u8]; 2] = [id.as_bytes(), &1_i32.to_be_bytes()];
    let tag = keys().sign(KeyUse::OneTimeCode, &parts);
    let number = tag.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
    secret(&format!("{:06}", number % 1_000_000))
}

/// A code that is not this one.
pub fn other_code(code: &Secret<String>) -> Secret<String> {
    let number: u32 = code.expose().parse().unwrap();
    Secret::new(format!("{:06}", (number + 1) % 1_000_000))
}
