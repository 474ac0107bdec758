//! Passkeys, with an authenticator in software that does what a right one does, and what a wrong
//! one would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use identity::testing::Authenticator;
use identity::{
    Asserted, BrowserSession, Door, Identity, Names, Owner, PasskeyChallenge, Proof, Realm,
    RelyingParties, Use,
};
use kernel::{
    Code, Ctx, CustomerId, Employee, Entropy, Method, PasskeyId, Permission, Permissions, Result,
    Roles, SessionId, StaffId, StaffSessionId,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use common::{Bank, client, phone, refused};

const CUSTOMERS: &str = "http://localhost:8081";
const STAFF: &str = "http://localhost:8082";
const NAMES: Names<'static> = Names { account: "+998 90 *** ** 67", person: "Jasur Karimov" };

/// Somebody signed in, and their authenticator.
struct Person {
    owner: Owner,
    ctx: Ctx,
    device: Authenticator,
}

struct Desk {
    bank: Bank,
    identity: Identity,
}

impl Desk {
    async fn open() -> Self {
        let bank = Bank::open().await;
        let identity = bank.identity.clone().with_sites(RelyingParties::local(8081, 8082).unwrap());
        Self { bank, identity }
    }

    fn customer(&self) -> Person {
        let id = CustomerId::generate(self.bank.clock.now(), Entropy);
        let session = SessionId::generate(self.bank.clock.now(), Entropy);
        let ctx = self.bank.ctx().for_customer(id, session);
        Person { owner: Owner::Customer(id), ctx, device: Authenticator::at(CUSTOMERS) }
    }

    fn employee(&self) -> Person {
        let id = StaffId::generate(self.bank.clock.now(), Entropy);
        let session = StaffSessionId::generate(self.bank.clock.now(), Entropy);
        let (roles, proved_at) = (Roles::NONE, self.bank.clock.now());
        let employee = Employee { id, session, roles, customer: None, aal: 3, proved_at };
        let allowed = Permissions::NONE.with(Permission::PasskeyManage);
        let ctx = self.bank.ctx().for_staff(employee, allowed);
        Person { owner: Owner::Staff(id), ctx, device: Authenticator::at(STAFF) }
    }

    async fn register(&self, person: &mut Person) -> Result<PasskeyId> {
        let Person { owner, ctx, device } = person;
        let asked = self.identity.start_passkey_registration(ctx, *owner, NAMES).await?;
        let answer = device.register(&asked.options);
        self.identity.finish_passkey_registration(ctx, *owner, (asked.id, &answer), "Telefon").await
    }

    async fn registered(&self, mut person: Person) -> Person {
        self.register(&mut person).await.unwrap();
        person
    }

    async fn ask(&self, realm: Realm) -> PasskeyChallenge {
        self.identity.start_passkey_sign_in(&self.bank.ctx(), realm, &client()).await.unwrap()
    }

    async fn answer(
        &self,
        realm: Realm,
        asked: &PasskeyChallenge,
        answer: &Value,
    ) -> Result<Asserted> {
        self.identity.finish_passkey_sign_in(&self.bank.ctx(), realm, asked.id, answer).await
    }

    async fn sign_in(&self, person: &mut Person) -> Result<Asserted> {
        let realm = person.owner.realm();
        let asked = self.ask(realm).await;
        let answer = person.device.assert(&asked.options);
        self.answer(realm, &asked, &answer).await
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

#[tokio::test]
async fn a_passkey_says_who_comes_in() {
    let desk = Desk::open().await;
    let mut customer = desk.customer();
    let id = desk.register(&mut customer).await.unwrap();
    let mut other = desk.registered(desk.customer()).await;
    let mut employee = desk.registered(desk.employee()).await;
    for person in [&mut customer, &mut other, &mut employee] {
        let asserted = desk.sign_in(person).await.unwrap();
        assert_eq!(asserted.owner, person.owner);
        assert_eq!(asserted.amr(), ["hwk", "user"]);
    }
    assert_eq!(desk.sign_in(&mut customer).await.unwrap().passkey, id);
    let listed = desk.identity.passkeys(&customer.ctx, customer.owner).await.unwrap();
    assert!(matches!(listed.as_slice(), [one] if one.id == id && one.name == "Telefon"
        && one.last_used_at.is_some() && !one.may_sync));
}

#[tokio::test]
async fn a_synced_passkey_is_no_proof_of_one_device() {
    let desk = Desk::open().await;
    let mut person = desk.customer();
    person.device.syncs = true;
    person.device.counter = None;
    let mut person = desk.registered(person).await;
    for _ in 0..2 {
        assert_eq!(desk.sign_in(&mut person).await.unwrap().amr(), ["swk", "user"]);
    }
    let listed = desk.identity.passkeys(&person.ctx, person.owner).await.unwrap();
    assert!(listed[0].may_sync && listed[0].synced);
}

/// What makes an authenticator answer otherwise than it should.
type Wrong = fn(&mut Authenticator);

#[tokio::test]
async fn only_a_right_answer_comes_in() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let wrong: [(&str, Wrong); 7] = [
        ("another site's page", |d| d.origin = "http://localhost:8082".to_owned()),
        ("a page without TLS elsewhere", |d| d.origin = "http://okto.example".to_owned()),
        ("another site's authenticator", |d| d.rp_id = Some("okto.example".to_owned())),
        ("nobody verified the user", |d| d.verifies = false),
        ("the counter stands still", |d| d.counter = d.counter.map(|n| n - 1)),
        ("the counter goes back", |d| d.counter = d.counter.map(|n| n - 2)),
        ("somebody else's name", |d| d.user = vec![7; 16]),
    ];
    for (what, spoil) in wrong {
        // Between the wrong ones a right one comes in: the bank knows the counter as it is, and
        // nothing but what is wrong about an answer is a reason to refuse it.
        desk.sign_in(&mut person).await.expect(what);
        let asked = desk.ask(Realm::Customers).await;
        let (origin, user) = (person.device.origin.clone(), person.device.user.clone());
        let counter = person.device.counter;
        spoil(&mut person.device);
        let answer = person.device.assert(&asked.options);
        let refused = desk.answer(Realm::Customers, &asked, &answer).await;
        assert_eq!(code(refused), Code::PasskeyRefused, "{what}");
        person.device.origin = origin;
        person.device.user = user;
        person.device.rp_id = None;
        person.device.verifies = true;
        person.device.counter = counter.map(|n| n + 1);
    }
    desk.sign_in(&mut person).await.unwrap();
}

#[tokio::test]
async fn a_changed_answer_is_refused() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let mut stranger = desk.customer();
    let asked = desk.ask(Realm::Customers).await;
    let unregistered = stranger.device.assert(&asked.options);
    assert_eq!(
        code(desk.answer(Realm::Customers, &asked, &unregistered).await),
        Code::PasskeyRefused
    );
    for place in ["/response/signature", "/response/authenticatorData", "/rawId", "/response"] {
        let asked = desk.ask(Realm::Customers).await;
        let mut answer = person.device.assert(&asked.options);
        let value = answer.pointer_mut(place).unwrap();
        *value = match value.as_str() {
            Some(text) => json!(text.chars().rev().collect::<String>()),
            None => json!({}),
        };
        let refused = desk.answer(Realm::Customers, &asked, &answer).await;
        assert_eq!(code(refused), Code::PasskeyRefused, "{place}");
    }
}

#[tokio::test]
async fn a_challenge_is_answered_once_in_time_and_for_its_purpose() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let asked = desk.ask(Realm::Customers).await;
    let answer = person.device.assert(&asked.options);
    desk.answer(Realm::Customers, &asked, &answer).await.unwrap();
    let over = Code::PasskeyChallengeOver;
    assert_eq!(code(desk.answer(Realm::Customers, &asked, &answer).await), over, "replayed");
    // A wrong answer uses it up, too.
    let asked = desk.ask(Realm::Customers).await;
    let _ = desk.answer(Realm::Customers, &asked, &json!({})).await;
    let answer = person.device.assert(&asked.options);
    assert_eq!(code(desk.answer(Realm::Customers, &asked, &answer).await), over, "used up");
    // The answer to one challenge is none to another.
    let (first, second) = (desk.ask(Realm::Customers).await, desk.ask(Realm::Customers).await);
    let answer = person.device.assert(&first.options);
    let swapped = desk.answer(Realm::Customers, &second, &answer).await;
    assert_eq!(code(swapped), Code::PasskeyRefused);
    // Nor of one site to another, nor of a sign-in to a signature.
    let asked = desk.ask(Realm::Customers).await;
    let answer = person.device.assert(&asked.options);
    assert_eq!(code(desk.answer(Realm::Staff, &asked, &answer).await), over);
    let (ctx, owner) = (&person.ctx, person.owner);
    let signed = desk.identity.finish_passkey_signature(ctx, owner, [1; 32], (asked.id, &answer));
    assert_eq!(code(signed.await), over);
    let asked = desk.ask(Realm::Customers).await;
    desk.bank.clock.advance_seconds(300);
    let answer = person.device.assert(&asked.options);
    assert_eq!(code(desk.answer(Realm::Customers, &asked, &answer).await), over, "too late");
}

#[tokio::test]
async fn one_of_many_answers_at_once_is_taken() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let asked = desk.ask(Realm::Customers).await;
    let answer = person.device.assert(&asked.options);
    let tries = (0..8).map(|_| desk.answer(Realm::Customers, &asked, &answer));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    // Two challenges, one counter: an authenticator that was copied signs both.
    let (first, second) = (desk.ask(Realm::Customers).await, desk.ask(Realm::Customers).await);
    let one = person.device.assert(&first.options);
    person.device.counter = person.device.counter.map(|n| n - 1);
    let two = person.device.assert(&second.options);
    let (one, two) = tokio::join!(
        desk.answer(Realm::Customers, &first, &one),
        desk.answer(Realm::Customers, &second, &two)
    );
    assert!(one.is_ok() ^ two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn what_is_signed_is_in_the_signature() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let payload: [u8; 32] = Sha256::digest(b"150 000 so'm to Aziza").into();
    let other: [u8; 32] = Sha256::digest(b"150 000 so'm to a thief").into();
    let (ctx, owner, identity) = (person.ctx.clone(), person.owner, &desk.identity);
    let asked = identity.start_passkey_signature(&ctx, owner, payload).await.unwrap();
    let answer = person.device.assert(&asked.options);
    let proof = (asked.id, &answer);
    let changed = identity.finish_passkey_signature(&ctx, owner, other, proof).await;
    assert_eq!(code(changed), Code::PasskeyChallengeOver);
    let asserted = identity.finish_passkey_signature(&ctx, owner, payload, proof).await.unwrap();
    assert_eq!(asserted.owner, owner);

    // Anybody can compute what was signed from the evidence and the payload.
    let random = asserted.evidence["random"].as_str().unwrap();
    let random: Vec<u8> =
        (0..32).map(|n| u8::from_str_radix(&random[2 * n..2 * n + 2], 16).unwrap()).collect();
    let challenge = |payload: &[u8; 32]| -> [u8; 32] {
        let text = b"okto passkey challenge 1\0sign\0customer\0".as_slice();
        let parts = [text, owner.uuid().as_bytes(), &random, payload.as_slice()].concat();
        Sha256::digest(parts).into()
    };
    assert!(person.device.confirms(&asserted.evidence, &challenge(&payload)));
    assert!(!person.device.confirms(&asserted.evidence, &challenge(&other)));
}

#[tokio::test]
async fn a_row_that_was_changed_expects_another_challenge() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.customer()).await;
    let (ctx, owner, identity) = (person.ctx.clone(), person.owner, &desk.identity);
    let asked = identity.start_passkey_signature(&ctx, owner, [1; 32]).await.unwrap();
    let answer = person.device.assert(&asked.options);
    sqlx::query("UPDATE auth_passkey_challenge SET payload_hash = $1 WHERE id = $2")
        .bind([2_u8; 32].as_slice())
        .bind(asked.id.uuid())
        .execute(desk.bank.store().pool())
        .await
        .unwrap();
    let signed = identity.finish_passkey_signature(&ctx, owner, [2; 32], (asked.id, &answer)).await;
    assert_eq!(code(signed), Code::PasskeyRefused);
}

#[tokio::test]
async fn nobody_signs_with_anothers_passkey() {
    let desk = Desk::open().await;
    let person = desk.registered(desk.customer()).await;
    let mut other = desk.registered(desk.customer()).await;
    let (ctx, owner, identity) = (&person.ctx, person.owner, &desk.identity);
    let asked = identity.start_passkey_signature(ctx, owner, [1; 32]).await.unwrap();
    let answer = other.device.assert(&asked.options);
    let signed = identity.finish_passkey_signature(ctx, owner, [1; 32], (asked.id, &answer)).await;
    assert_eq!(code(signed), Code::PasskeyRefused);
    let theirs = identity.start_passkey_signature(ctx, other.owner, [1; 32]).await;
    assert_eq!(code(theirs), Code::NotFound);
    let none = desk.customer();
    let without = identity.start_passkey_signature(&none.ctx, none.owner, [1; 32]).await;
    assert_eq!(code(without), Code::PasskeyRefused);
}

#[tokio::test]
async fn a_passkey_that_is_no_good_is_not_added() {
    let desk = Desk::open().await;
    let mut person = desk.customer();
    person.device.verifies = false;
    assert_eq!(code(desk.register(&mut person).await), Code::PasskeyUnsuitable);
    person.device.verifies = true;
    person.device.origin = STAFF.to_owned();
    assert_eq!(code(desk.register(&mut person).await), Code::PasskeyRefused);
    person.device.origin = CUSTOMERS.to_owned();
    let (ctx, owner, identity) = (person.ctx.clone(), person.owner, &desk.identity);
    let asked = identity.start_passkey_registration(&ctx, owner, NAMES).await.unwrap();
    let mut answer = person.device.register(&asked.options);
    answer["clientExtensionResults"]["credProps"]["rk"] = json!(false);
    let hidden = identity.finish_passkey_registration(&ctx, owner, (asked.id, &answer), "x").await;
    assert_eq!(code(hidden), Code::PasskeyUnsuitable);
    desk.register(&mut person).await.unwrap();
    // The same again, by another.
    let mut thief = desk.customer();
    std::mem::swap(&mut thief.device, &mut person.device);
    assert_eq!(code(desk.register(&mut thief).await), Code::PasskeyKnown);
    let nobody = desk.bank.ctx();
    let asked = identity.start_passkey_registration(&nobody, owner, NAMES).await;
    assert_eq!(code(asked), Code::SignInRequired);
}

#[tokio::test]
async fn passkeys_are_named_counted_and_removed() {
    let desk = Desk::open().await;
    let identity = &desk.identity;
    let mut person = desk.registered(desk.customer()).await;
    let stranger = desk.customer();
    let (ctx, owner) = (person.ctx.clone(), person.owner);
    let id = identity.passkeys(&ctx, owner).await.unwrap()[0].id;
    identity.rename_passkey(&ctx, owner, id, " Ish noutbuki ").await.unwrap();
    assert_eq!(identity.passkeys(&ctx, owner).await.unwrap()[0].name, "Ish noutbuki");
    let empty = identity.rename_passkey(&ctx, owner, id, " ").await;
    assert_eq!(code(empty), Code::FieldInvalid);
    for result in [
        identity.rename_passkey(&stranger.ctx, stranger.owner, id, "x").await,
        identity.remove_passkey(&stranger.ctx, stranger.owner, id).await,
        identity.remove_passkey(&stranger.ctx, owner, id).await,
    ] {
        assert_eq!(code(result), Code::NotFound);
    }
    identity.remove_passkey(&ctx, owner, id).await.unwrap();
    assert_eq!(code(desk.sign_in(&mut person).await), Code::PasskeyRefused);
    assert!(identity.passkeys(&ctx, owner).await.unwrap().is_empty());
    for _ in 0..10 {
        person.device = Authenticator::at(CUSTOMERS);
        desk.register(&mut person).await.unwrap();
    }
    person.device = Authenticator::at(CUSTOMERS);
    assert_eq!(code(desk.register(&mut person).await), Code::PasskeysTooMany);
}

#[tokio::test]
async fn an_employee_keeps_the_last_passkey() {
    let desk = Desk::open().await;
    let mut person = desk.registered(desk.employee()).await;
    let (ctx, owner, identity) = (person.ctx.clone(), person.owner, &desk.identity);
    let first = identity.passkeys(&ctx, owner).await.unwrap()[0].id;
    assert_eq!(code(identity.remove_passkey(&ctx, owner, first).await), Code::PasskeyLast);
    person.device = Authenticator::at(STAFF);
    let second = desk.register(&mut person).await.unwrap();
    let (one, two) = tokio::join!(
        identity.remove_passkey(&ctx, owner, first),
        identity.remove_passkey(&ctx, owner, second)
    );
    assert!(one.is_ok() ^ two.is_ok(), "{one:?} {two:?}");
}

impl Desk {
    /// A session in a browser that was opened so, and a request in it.
    async fn session(&self, user: CustomerId, methods: &[Method]) -> (BrowserSession, Ctx) {
        let (with, client, ctx) = (Proof::two(methods), client(), self.bank.ctx());
        let mut tx = self.bank.begin().await;
        let session =
            self.identity.open_browser_session(&mut tx, &ctx, user, (&with, &client)).await;
        store::commit(tx).await.unwrap();
        let session = session.unwrap();
        let token = session.token.expose();
        let ctx = self.identity.authenticate_browser(&ctx, token, Use::Request).await.unwrap();
        (session, ctx)
    }

    async fn add_own(&self, ctx: &Ctx, device: &mut Authenticator) -> PasskeyId {
        let asked = self.identity.start_own_passkey(ctx, NAMES).await.unwrap();
        let answer = device.register(&asked.options);
        self.identity.add_own_passkey(ctx, (asked.id, &answer), "Kalit").await.unwrap().0
    }

    async fn lives(&self, session: &BrowserSession) -> bool {
        let (ctx, token) = (self.bank.ctx(), session.token.expose());
        self.identity.authenticate_browser(&ctx, token, Use::Request).await.is_ok()
    }
}

#[tokio::test]
async fn the_sessions_of_a_passkey_end_with_it_whether_or_not_it_is_synced() {
    for syncs in [false, true] {
        let desk = Desk::open().await;
        let user = desk.bank.user(&phone(1)).await;
        let (here, ctx) = desk.session(user, &[Method::Password, Method::Sms]).await;
        // By the password on a bound device.
        let (known, _) = desk.session(user, &[Method::Password, Method::SoftwareKey]).await;
        let mut device = Authenticator::at(CUSTOMERS);
        device.syncs = syncs;
        let id = desk.add_own(&ctx, &mut device).await;
        let asked = desk.ask(Realm::Customers).await;
        let answer = device.assert(&asked.options);
        let (answer, door) = ((asked.id, &answer), (Door::Browser(None), None));
        let nobody = desk.bank.ctx();
        let entered = desk.identity.sign_in_by_passkey(&nobody, answer, door, &client()).await;
        let opened = entered.unwrap().session.browser().unwrap();
        assert!(desk.lives(&opened).await);
        desk.identity.remove_own_passkey(&ctx, id).await.unwrap();
        assert!(!desk.lives(&opened).await, "what it opened, synced: {syncs}");
        assert!(desk.lives(&known).await && desk.lives(&here).await, "synced: {syncs}");
    }
}

#[tokio::test]
async fn a_passkey_of_a_frozen_customer_says_so() {
    let desk = Desk::open().await;
    let user = desk.bank.user(&phone(1)).await;
    let (_, ctx) = desk.session(user, &[Method::Password, Method::Sms]).await;
    let mut device = Authenticator::at(CUSTOMERS);
    desk.add_own(&ctx, &mut device).await;
    let store = desk.bank.store();
    for (status, expected) in [
        ("frozen", Some(Code::SignInStopped)),
        ("closed", Some(Code::SignInFailed)),
        ("active", None),
    ] {
        let set = "UPDATE auth_user SET status = $1";
        sqlx::query(set).bind(status).execute(store.pool()).await.unwrap();
        let asked = desk.ask(Realm::Customers).await;
        let answer = device.assert(&asked.options);
        let door = (Door::Browser(None), None);
        let entered = desk
            .identity
            .sign_in_by_passkey(&desk.bank.ctx(), (asked.id, &answer), door, &client())
            .await;
        assert_eq!(entered.err().map(|error| error.code()), expected.map(Some), "{status}");
    }
}

#[tokio::test]
async fn a_passkey_that_is_removed_meanwhile_lets_nobody_in() {
    let desk = Desk::open().await;
    let user = desk.bank.user(&phone(1)).await;
    let (_, ctx) = desk.session(user, &[Method::Password, Method::Sms]).await;
    let mut device = Authenticator::at(CUSTOMERS);
    desk.add_own(&ctx, &mut device).await;
    let asked = desk.ask(Realm::Customers).await;
    let answer = device.assert(&asked.options);
    // Its removal has begun: the user is locked.
    let mut removal = desk.bank.begin().await;
    sqlx::query("SELECT FROM auth_user FOR NO KEY UPDATE").execute(&mut *removal).await.unwrap();
    let (identity, nobody) = (desk.identity.clone(), desk.bank.ctx());
    let entering = tokio::spawn(async move {
        let (answer, door) = ((asked.id, &answer), (Door::Browser(None), None));
        identity.sign_in_by_passkey(&nobody, answer, door, &client()).await
    });
    let store = desk.bank.store();
    let used = async || -> bool {
        sqlx::query_scalar("SELECT last_used_at IS NOT NULL FROM auth_passkey")
            .fetch_one(store.pool())
            .await
            .unwrap()
    };
    while !used().await {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    sqlx::query("UPDATE auth_passkey SET removed_at = now()").execute(&mut *removal).await.unwrap();
    store::commit(removal).await.unwrap();
    assert_eq!(code(entering.await.unwrap()), Code::PasskeyRefused);
}
