//! How someone becomes a customer, on a real database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use customers::{Customer, Customers, NewCustomer, SignUp};
use identity::ports::{Languages, Sms, SmsSender};
use identity::{ClientInfo, Config, DeviceState, Identity, Purpose, Tokens, Use};
use kernel::{
    Clock, Code, Ctx, CustomerId, Day, Error, KeyRing, Lang, ManualClock, Permissions, Phone,
    Result, Secret,
};
use store::jobs::Runner;
use store::testing::TestDatabase;
use tokio::sync::watch;

const PASSWORD: &str = "uch yashil fil bozorda";

#[derive(Default)]
struct Inbox(Mutex<Vec<Sms>>);

impl SmsSender for Inbox {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        self.0.lock().unwrap().push(sms.clone());
        Box::pin(async { Ok("1".to_owned()) })
    }
}

struct Bank {
    db: TestDatabase,
    identity: Identity,
    customers: Customers,
    clock: ManualClock,
    inbox: Arc<Inbox>,
    _stop: watch::Sender<bool>,
}

impl Bank {
    async fn open() -> Self {
        let db = TestDatabase::create().await;
        let keys = KeyRing::new(Secret::new([7; 32]));
        let identity = Identity::new(db.store(), keys, Config::default());
        let clock = ManualClock::new(Clock::System.now());
        let inbox = Arc::new(Inbox::default());
        let (stop, stopped) = watch::channel(false);
        let manual = Clock::Manual(clock.clone());
        let sender: Arc<dyn SmsSender> = inbox.clone();
        let runner = Runner::new(db.store(), manual.clone());
        let customers = Customers::new(db.store(), identity.clone());
        let languages: Arc<dyn Languages> = Arc::new(customers.clone());
        let ways = (&sender, &languages);
        let runner = identity::codes::jobs::register(runner, &identity, &manual, ways);
        tokio::spawn(runner.run(stopped));
        Self { db, identity, customers, clock, inbox, _stop: stop }
    }

    fn ctx(&self) -> Ctx {
        Ctx::anonymous(Lang::En).with_clock(Clock::Manual(self.clock.clone()))
    }

    fn system(&self) -> Ctx {
        Ctx::system("test", Permissions::OPERATOR).with_clock(Clock::Manual(self.clock.clone()))
    }

    fn signed_in(&self, tokens: &Tokens) -> Ctx {
        self.ctx().for_customer(tokens.customer, tokens.session)
    }

    /// A ticket for a phone, by the way a client gets one.
    async fn ticket(&self, phone: &Phone) -> Secret<String> {
        self.clock.advance_seconds(60);
        let ctx = self.ctx();
        let (sent, from) = (self.inbox.0.lock().unwrap().len(), client());
        let started = self.identity.start_phone_challenge(&ctx, phone, Purpose::SignUp, &from);
        let challenge = started.await.unwrap();
        let sms = self.message(sent).await;
        assert_eq!(sms.to, *phone);
        let code: String = sms.text.expose().chars().filter(char::is_ascii_digit).collect();
        let proof = self.identity.verify_code(&ctx, challenge.id, &Secret::new(code)).await;
        proof.unwrap().ticket
    }

    async fn message(&self, index: usize) -> Sms {
        for _ in 0..500 {
            if let Some(sms) = self.inbox.0.lock().unwrap().get(index) {
                return sms.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("message {index} was never sent")
    }

    async fn sign_up(&self, cmd: SignUp) -> Result<(Customer, Tokens)> {
        self.customers.sign_up(&self.ctx(), cmd).await
    }

    async fn rows(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.db.store().pool()).await.unwrap()
    }
}

fn client() -> ClientInfo {
    let ip: IpAddr = "203.0.113.9".parse().unwrap();
    ClientInfo::new(ip, "app/1.0")
}

fn phone(last_digits: u32) -> Phone {
    Phone::parse(&format!("99890{last_digits:07}")).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn command(ticket: &Secret<String>) -> SignUp {
    SignUp {
        ticket: ticket.clone(),
        password: Secret::new(PASSWORD.to_owned()),
        first_name: " Jasur ".to_owned(),
        last_name: "Karimov".to_owned(),
        birth_date: day("1990-05-17"),
        lang: Lang::Ru,
        client: client(),
    }
}

fn seeded(phone: &Phone) -> NewCustomer {
    NewCustomer {
        phone: phone.clone(),
        password: Secret::new(PASSWORD.to_owned()),
        first_name: "Malika".to_owned(),
        last_name: "O‘rinova".to_owned(),
        birth_date: day("1988-01-02"),
        lang: Lang::Uz,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_proven_phone_becomes_a_customer() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(1)).await;
    let (customer, tokens) = bank.sign_up(command(&ticket)).await.unwrap();
    assert_eq!(customer.masked_name(), "Jasur K.");
    assert_eq!(customer.client_code, 10_000_001);
    assert_eq!(tokens.customer, customer.id);

    // Signed in at once, and again by the password.
    let ctx = bank.identity.authenticate(&bank.ctx(), tokens.access.expose(), None).await.unwrap();
    assert_eq!(bank.customers.profile(&ctx).await.unwrap(), customer);
    assert_eq!(bank.customers.contacts(&ctx).await.unwrap().phone, phone(1));
    let password = Secret::new(PASSWORD.to_owned());
    let (by, door) = ((&phone(1), &password), identity::Door::App);
    let again = bank.identity.sign_in(&bank.ctx(), by, door, &client()).await.unwrap();
    assert!(matches!(again, identity::Begun::Waits(_)));

    let event: (uuid::Uuid, String) = sqlx::query_as(
        "SELECT subject, payload::text FROM outbox WHERE kind = 'customer.signed_up'",
    )
    .fetch_one(bank.db.store().pool())
    .await
    .unwrap();
    assert_eq!(event.0, customer.id.uuid());
    for personal in ["Jasur", "Karimov", "1990", "998900000001"] {
        assert!(!event.1.contains(personal), "{}", event.1);
    }
    // A used ticket is used.
    assert_eq!(code(bank.sign_up(command(&ticket)).await), Code::CodeExpired);
    assert_eq!(bank.rows("SELECT count(*) FROM customer").await, 1);
}

#[tokio::test]
async fn a_customer_learns_so_only_with_a_proven_phone() {
    let bank = Bank::open().await;
    bank.customers.create_verified(&bank.system(), seeded(&phone(1))).await.unwrap();
    // The first step answers alike for a customer's phone and a stranger's.
    let ticket = bank.ticket(&phone(1)).await;
    bank.ticket(&phone(2)).await;
    assert_eq!(code(bank.sign_up(command(&ticket)).await), Code::AlreadyCustomer);
    assert_eq!(bank.rows("SELECT count(*) FROM auth_user").await, 1);
    assert_eq!(bank.rows("SELECT count(*) FROM auth_session").await, 0);
    let again = bank.customers.create_verified(&bank.system(), seeded(&phone(1))).await;
    assert_eq!(code(again), Code::AlreadyCustomer);
}

#[tokio::test]
async fn what_is_refused_leaves_the_ticket() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(1)).await;
    let change = |change: &dyn Fn(&mut SignUp)| {
        let mut cmd = command(&ticket);
        change(&mut cmd);
        cmd
    };
    let set = |password: &str| Secret::new(password.to_owned());
    let today = bank.ctx().now().day();
    let bad = [
        (change(&|c| c.first_name = String::new()), Code::NameMalformed),
        (change(&|c| c.last_name = "R2D2".to_owned()), Code::NameMalformed),
        (change(&|c| c.birth_date = today), Code::CustomerTooYoung),
        (change(&|c| c.birth_date = day("1850-01-01")), Code::BirthDateInvalid),
        (change(&|c| c.password = set("short")), Code::PasswordTooShort),
        (change(&|c| c.password = set(&"ab1!".repeat(33))), Code::PasswordTooLong),
        (change(&|c| c.password = set("parolparol12")), Code::PasswordTooCommon),
        (change(&|c| c.password = set("karimov-jasur-1990")), Code::PasswordTooCommon),
        (change(&|c| c.password = set("anor900000001")), Code::PasswordTooCommon),
        (change(&|c| c.ticket = set("bk_su_unknown")), Code::CodeExpired),
    ];
    for (cmd, expected) in bad {
        assert_eq!(code(bank.sign_up(cmd).await), expected);
    }
    assert_eq!(bank.rows("SELECT count(*) FROM auth_user").await, 0);
    assert_eq!(bank.rows("SELECT count(*) FROM outbox").await, 0);
    assert!(bank.sign_up(command(&ticket)).await.is_ok());
}

#[tokio::test]
async fn a_ticket_used_in_parallel_makes_one_customer() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(1)).await;
    let (customers, ctx) = (bank.customers.clone(), bank.ctx());
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (customers, ctx, cmd) = (customers.clone(), ctx.clone(), command(&ticket));
            tokio::spawn(async move { customers.sign_up(&ctx, cmd).await })
        })
        .collect();
    let mut made = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => made += 1,
            other => assert_eq!(code(other), Code::CodeExpired),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(bank.rows("SELECT count(*) FROM customer").await, 1);
    assert_eq!(bank.rows("SELECT count(*) FROM auth_session").await, 1);
}

#[tokio::test]
async fn two_tickets_of_one_phone_make_one_customer() {
    let bank = Bank::open().await;
    let tickets = [bank.ticket(&phone(1)).await, bank.ticket(&phone(1)).await];
    let [one, two] = tickets.map(|ticket| bank.sign_up(command(&ticket)));
    let answers = tokio::join!(one, two);
    let lost = match answers {
        (Ok(_), lost) | (lost, Ok(_)) => lost,
        neither => panic!("{neither:?}"),
    };
    assert_eq!(code(lost), Code::AlreadyCustomer);
}

#[tokio::test]
async fn customers_are_found_by_who_may_look() {
    let bank = Bank::open().await;
    let malika = bank.customers.create_verified(&bank.system(), seeded(&phone(2))).await.unwrap();
    let ticket = bank.ticket(&phone(1)).await;
    let (jasur, tokens) = bank.sign_up(command(&ticket)).await.unwrap();
    let (customers, nobody, ctx) = (&bank.customers, bank.ctx(), bank.signed_in(&tokens));

    let payee = customers.by_phone(&ctx, &phone(2)).await.unwrap().unwrap();
    assert_eq!((payee.id, payee.masked_name().as_str()), (malika, "Malika O."));
    assert_eq!(payee.client_code, jasur.client_code - 1);
    assert_eq!(customers.by_phone(&ctx, &phone(3)).await.unwrap(), None);
    assert_eq!(customers.by_id(&ctx, malika).await.unwrap(), Some(payee));
    let unknown = CustomerId::from_uuid(tokens.session.uuid());
    assert_eq!(customers.by_id(&ctx, unknown).await.unwrap(), None);

    assert_eq!(code(customers.profile(&nobody).await), Code::SignInRequired);
    assert_eq!(code(customers.contacts(&nobody).await), Code::SignInRequired);
    assert_eq!(code(customers.by_phone(&nobody, &phone(2)).await), Code::SignInRequired);
    assert_eq!(code(customers.by_id(&nobody, malika).await), Code::SignInRequired);
    assert_eq!(code(bank.identity.phone_of(&ctx, malika).await), Code::NotFound);
    assert_eq!(bank.identity.phone_of(&bank.system(), malika).await.unwrap(), phone(2));
    let mine = customers.create_verified(&ctx, seeded(&phone(4))).await;
    assert_eq!(code(mine), Code::PermissionMissing);
    let anonymous = customers.create_verified(&nobody, seeded(&phone(4))).await;
    assert_eq!(code(anonymous), Code::SignInRequired);
}

#[tokio::test]
async fn personal_data_does_not_print() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(7_654_321)).await;
    let mut cmd = command(&ticket);
    cmd.first_name = "Firstplanted".to_owned();
    cmd.last_name = "Lastplanted".to_owned();
    let before = format!("{cmd:?}");
    let (customer, tokens) = bank.sign_up(cmd).await.unwrap();
    let contacts = bank.customers.contacts(&bank.signed_in(&tokens)).await.unwrap();
    let new = seeded(&phone(7_654_321));
    let name = &customer.name;
    let printed = format!("{before} {customer:?} {name:?} {tokens:?} {contacts:?} {new:?}");
    let planted =
        ["planted", "Malika", "7654321", "1990", "1988", PASSWORD, ticket.expose().as_str()];
    for planted in planted {
        assert!(!printed.contains(planted), "{planted} in {printed}");
    }
}

#[tokio::test]
async fn a_browser_signs_up_with_a_session_of_its_own() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(1)).await;
    let signed_up = bank.customers.sign_up_in_browser(&bank.ctx(), command(&ticket), None).await;
    let (customer, entered) = signed_up.unwrap();
    assert_eq!((entered.device, entered.cookie.is_some()), (None, false));
    let session = entered.session.browser().unwrap();
    assert_eq!(session.customer, customer.id);
    assert_eq!(bank.rows("SELECT count(*) FROM auth_session").await, 1);
    let used = Use::Request;
    let ctx = bank.identity.authenticate_browser(&bank.ctx(), session.token.expose(), used).await;
    assert_eq!(bank.customers.profile(&ctx.unwrap()).await.unwrap(), customer);
    // The token of a browser is none of the API's.
    let token = session.token.expose();
    let as_access = bank.identity.authenticate(&bank.ctx(), token, None).await;
    assert_eq!(code(as_access), Code::SignInRequired);
    // A used ticket is used, on either way.
    let again = bank.customers.sign_up_in_browser(&bank.ctx(), command(&ticket), None).await;
    assert_eq!(code(again), Code::CodeExpired);
    assert_eq!(code(bank.sign_up(command(&ticket)).await), Code::CodeExpired);
    // What is refused leaves nothing behind.
    let second = bank.ticket(&phone(2)).await;
    let mut bad = command(&second);
    bad.first_name = String::new();
    let refused = bank.customers.sign_up_in_browser(&bank.ctx(), bad, None).await;
    assert_eq!(code(refused), Code::NameMalformed);
    assert_eq!(bank.rows("SELECT count(*) FROM auth_session").await, 1);
    assert!(bank.customers.sign_up_in_browser(&bank.ctx(), command(&second), None).await.is_ok());
}

/// It is the phone that the customer has always had: nothing cools off, and a PIN can be set.
#[tokio::test]
async fn the_own_browser_of_a_sign_up_is_known_at_once() {
    let bank = Bank::open().await;
    let ticket = bank.ticket(&phone(1)).await;
    let own = Some(("Telefon", None));
    let signed_up = bank.customers.sign_up_in_browser(&bank.ctx(), command(&ticket), own).await;
    let (customer, entered) = signed_up.unwrap();
    let cookie = entered.cookie.unwrap();
    let known = bank.identity.devices_of_cookie(cookie.expose(), None).await.unwrap();
    let known: Vec<_> = known.iter().map(|d| (d.id, d.customer, d.state)).collect();
    assert_eq!(known, [(entered.device.unwrap(), customer.id, DeviceState::Active)]);
    let session = entered.session.browser().unwrap();
    let token = session.token.expose();
    let ctx = bank.identity.authenticate_browser(&bank.ctx(), token, Use::Request).await.unwrap();
    bank.identity.set_pin(&ctx, &Secret::new("482913".to_owned())).await.unwrap();
}
