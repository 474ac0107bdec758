//! A bank with an operator and a mail server that keep every message, and customers in sessions.
#![allow(dead_code, reason = "each test file uses a part")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use customers::{Customers, NewCustomer};
use identity::ports::{Email, EmailSender, Handed, Languages, Sms, SmsSender};
use identity::{ClientInfo, Config, Identity, Proof, Tokens};
use kernel::{
    Aal, Assurance, Clock, Code, Ctx, CustomerId, Error, KeyRing, Lang, ManualClock, Method,
    Methods, Permissions, Phone, Result, Secret,
};
use store::jobs::Runner;
use store::outbox::Relay;
use store::testing::TestDatabase;
use tokio::sync::watch;

pub const PASSWORD: &str = "uch yashil fil bozorda";

/// Everything that went out: to whom, and the text.
#[derive(Default)]
pub struct Sent(Mutex<Vec<(String, String)>>);

impl SmsSender for Sent {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        self.0.lock().unwrap().push((sms.to.expose().to_owned(), sms.text.expose().clone()));
        Box::pin(async { Ok("1".to_owned()) })
    }
}

impl EmailSender for Sent {
    fn send<'a>(
        &'a self,
        email: &'a Email,
    ) -> Pin<Box<dyn Future<Output = Result<Handed>> + Send + 'a>> {
        let text = format!("{}\n{}", email.subject, email.text.expose());
        self.0.lock().unwrap().push((email.to.expose().to_owned(), text));
        Box::pin(async { Ok(Handed::Taken) })
    }
}

impl Sent {
    pub fn to(&self, whom: &str) -> Vec<String> {
        let sent = self.0.lock().unwrap();
        sent.iter().filter(|(to, _)| to == whom).map(|(_, text)| text.clone()).collect()
    }

    /// Message number `n` (from one) to somebody that holds these words.
    pub async fn wait(&self, whom: &str, words: &str, n: usize) -> String {
        for _ in 0..500 {
            let found = self.to(whom).into_iter().filter(|text| text.contains(words)).nth(n - 1);
            if let Some(text) = found {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no {words:?} number {n} to {whom}: {:?}", self.0.lock().unwrap())
    }

    /// The code in it.
    pub async fn code(&self, whom: &str, words: &str, n: usize) -> Secret<String> {
        let text = self.wait(whom, words, n).await;
        let digits: Vec<_> = text.split(|c: char| !c.is_ascii_digit()).collect();
        secret(digits.into_iter().find(|run| run.len() == 6).unwrap())
    }
}

pub struct Bank {
    pub db: TestDatabase,
    pub identity: Identity,
    pub customers: Customers,
    pub clock: ManualClock,
    pub sent: Arc<Sent>,
    stop: watch::Sender<bool>,
}

/// A customer in a session.
pub struct Person {
    pub id: CustomerId,
    pub phone: Phone,
    pub tokens: Tokens,
}

impl Bank {
    /// One whose jobs nobody runs.
    pub async fn quiet() -> Self {
        let bank = Self::open().await;
        bank.stop.send_replace(true);
        tokio::time::sleep(Duration::from_millis(200)).await;
        bank
    }

    pub async fn open() -> Self {
        let db = TestDatabase::create().await;
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(db.store(), keys, Config::default());
        let clock = ManualClock::new(Clock::System.now());
        let sent = Arc::new(Sent::default());
        let customers = Customers::new(db.store(), identity.clone());
        let (stop, stopped) = watch::channel(false);
        let manual = Clock::Manual(clock.clone());
        let sms: Arc<dyn SmsSender> = sent.clone();
        let email: Arc<dyn EmailSender> = sent.clone();
        let runner = Runner::new(db.store(), manual.clone());
        let languages: Arc<dyn Languages> = Arc::new(customers.clone());
        let by_sms = (&sms, &languages);
        let runner = identity::codes::jobs::register(runner, &identity, &manual, by_sms);
        let by_email = (&email, &languages);
        let runner = identity::codes::jobs::register_email(runner, &identity, &manual, by_email);
        let runner = identity::stepup::jobs::register(runner, &identity, &manual, by_sms);
        let ports = identity::notices::jobs::Ports {
            sms,
            email,
            languages,
            site: "https://my.okto.example".to_owned(),
        };
        let runner = identity::notices::jobs::register(runner, &identity, &manual, &ports);
        let reacting = (identity.clone(), manual.clone());
        let handler = store::outbox::handler(move |event| {
            let (identity, clock) = reacting.clone();
            async move {
                let ctx = Ctx::system("notices", Permissions::OPERATOR).with_clock(clock);
                identity.notify_of(&ctx, &event).await
            }
        });
        let relay = Relay::new(db.store(), manual, "reactions", handler);
        let (dead, dead_handler) = relay.dead_letters();
        tokio::spawn(runner.on(dead, dead_handler).run(stopped.clone()));
        tokio::spawn(relay.run(stopped));
        Self { db, identity, customers, clock, sent, stop }
    }

    pub fn ctx(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    pub fn system(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    /// In a session, with two factors shown just now.
    pub fn fresh(&self, person: &Person) -> Ctx {
        self.proven(person, Aal::Two)
    }

    pub fn proven(&self, person: &Person, aal: Aal) -> Ctx {
        self.ctx().for_customer(person.id, person.tokens.session).with_assurance(Assurance {
            aal,
            methods: Methods::of(&[Method::Password]),
            proven_at: self.ctx().now(),
            device: None,
            cooling_until: None,
        })
    }

    pub async fn person(&self, last_digits: u32) -> Person {
        let new = NewCustomer {
            phone: phone(last_digits),
            password: secret(PASSWORD),
            first_name: "Malika".to_owned(),
            last_name: "Karimova".to_owned(),
            birth_date: "1990-05-17".parse().unwrap(),
            lang: Lang::En,
        };
        let id = self.customers.create_verified(&self.system(), new).await.unwrap();
        let tokens = self.session(id, &client()).await;
        Person { id, phone: phone(last_digits), tokens }
    }

    pub async fn session(&self, id: CustomerId, client: &ClientInfo) -> Tokens {
        let mut tx = self.db.store().begin().await.unwrap();
        let proof = Proof::one(Method::Password);
        let opened = self.identity.open_session(&mut tx, &self.ctx(), id, (&proof, client)).await;
        store::commit(tx).await.unwrap();
        opened.unwrap()
    }

    pub async fn lives(&self, tokens: &Tokens) -> bool {
        self.identity.authenticate(&self.ctx(), tokens.access.expose(), None).await.is_ok()
    }

    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.db.store().pool()).await.unwrap()
    }
}

pub fn client() -> ClientInfo {
    let ip: IpAddr = "203.0.113.9".parse().unwrap();
    ClientInfo::new(ip, "app/1.0")
}

/// A client in a network of its own for each number.
pub fn stranger(number: u8) -> ClientInfo {
    ClientInfo::new(IpAddr::from([198, 18, number, 1]), "curl")
}

pub fn phone(last_digits: u32) -> Phone {
    Phone::parse(&format!("99890{last_digits:07}")).unwrap()
}

pub fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

pub fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}
