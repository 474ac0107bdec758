//! The way back of a customer who lost the phone and the password, and what a freeze makes of it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::approvals::{
    Change, CustomerClose, CustomerRecover, CustomerUnfreeze, Given, OnCustomer, Outcome,
};
use identity::ports::{Answered, Email, EmailSender, Handed, Languages, Sms, SmsSender};
use identity::{ChallengeView, Personal, Resetting, Tokens, UserStatus};
use kernel::{
    Aal, ApprovalId, Assurance, Clock, Code, Ctx, CustomerId, EmailAddress, Lang, Method, Methods,
    Permissions, Phone, Result, Role, Secret,
};
use store::jobs::Runner;
use store::outbox::Relay;
use tokio::sync::watch;

use crate::common::{
    Inbox, PASSWORD, client, first_code, other_code, phone, refused, secret, stranger,
};
use crate::office::{Colleague, Office};

const OLD: u32 = 1_234_567;
const NEW: u32 = 7_654_321;
const MAILBOX: &str = "malika@example.org";
const NEW_PASSWORD: &str = "besh qora ot daryoda";
const HOUR: i64 = 3_600;
const WHY: &str = "came with the passport";

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).0
}

struct Counter {
    office: Office,
    clerk: Colleague,
    officer: Colleague,
    customer: CustomerId,
}

impl Counter {
    async fn open() -> Self {
        let office = Office::open().await;
        let clerk = office.hire("Nodira Yusupova", &[Role::Support]).await;
        let officer = office.hire("Malika Saidova", &[Role::Compliance]).await;
        let customer = office.bank.user(&phone(OLD)).await;
        Self { office, clerk, officer, customer }
    }

    async fn clerks(&self) -> Ctx {
        self.office.ctx(&self.clerk).await
    }

    async fn start(&self, to: &Phone) -> Result<ChallengeView> {
        let (ctx, approvals) = (self.clerks().await, &self.office.approvals);
        Ok(approvals.start_phone(&ctx, self.customer, to, &client()).await?.0)
    }

    async fn send(&self, sent: &ChallengeView, code: &Secret<String>) -> Result<ApprovalId> {
        let (ctx, approvals) = (self.clerks().await, &self.office.approvals);
        approvals.propose_phone(&ctx, self.customer, (sent.id, code), WHY).await
    }

    /// A proposal of a phone whose code was read out.
    async fn propose(&self, to: &Phone) -> ApprovalId {
        let sent = self.start(to).await.unwrap();
        self.send(&sent, &first_code(&sent)).await.unwrap()
    }

    async fn approve(&mut self, id: ApprovalId) -> Result<Outcome> {
        self.office.approve(&mut self.officer, id).await
    }

    async fn propose_recovery(&self) -> Result<ApprovalId> {
        let about = OnCustomer { customer: self.customer };
        let ctx = self.clerks().await;
        self.office.approvals.propose::<CustomerRecover>(&ctx, &about, WHY).await
    }

    async fn propose_unfreeze(&self) -> Result<ApprovalId> {
        let about = OnCustomer { customer: self.customer };
        let ctx = self.clerks().await;
        self.office.approvals.propose::<CustomerUnfreeze>(&ctx, &about, WHY).await
    }

    async fn freeze(&self) {
        let ctx = self.clerks().await;
        self.office.identity.freeze_customer(&ctx, self.customer, "asked by phone").await.unwrap();
    }

    async fn phone(&self) -> Phone {
        let ctx = self.office.operator();
        self.office.identity.user_contacts(&ctx, self.customer).await.unwrap().phone
    }

    async fn status(&self) -> UserStatus {
        self.office.identity.user_status(&self.office.operator(), self.customer).await.unwrap()
    }

    /// The customer in a session, with two factors shown just now.
    fn own(&self, tokens: &Tokens) -> Ctx {
        let ctx = self.office.bank.ctx();
        let proven_at = ctx.now();
        ctx.for_customer(self.customer, tokens.session).with_assurance(Assurance {
            aal: Aal::Two,
            methods: Methods::of(&[Method::Password]),
            proven_at,
            device: None,
            cooling_until: None,
        })
    }

    /// Changes the phone in a session, as whoever has it can.
    async fn change_phone(&self, tokens: &Tokens, to: &Phone) {
        let (identity, ctx) = (&self.office.identity, self.own(tokens));
        let sent = identity.start_phone_change(&ctx, to, &client()).await.unwrap();
        identity.finish_phone_change(&ctx, sent.id, &first_code(&sent)).await.unwrap();
    }

    async fn give_mailbox(&self, tokens: &Tokens) {
        let (identity, ctx) = (&self.office.identity, self.own(tokens));
        let mailbox = EmailAddress::parse(MAILBOX).unwrap();
        let sent = identity.start_email_change(&ctx, &mailbox, &client()).await.unwrap();
        identity.finish_email_change(&ctx, sent.id, &first_code(&sent)).await.unwrap();
    }

    /// What is shown of a proposal.
    async fn changes(&self, id: ApprovalId) -> Vec<Change> {
        let ctx = self.office.ctx(&self.officer).await;
        self.office.approvals.get(&ctx, id).await.unwrap().changes.unwrap()
    }
}

/// Everything that customers are told, and where.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(String, String)>>>);

impl SmsSender for Told {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        self.0.lock().unwrap().push((sms.to.expose().to_owned(), sms.text.expose().clone()));
        Box::pin(async { Ok("1".to_owned()) })
    }
}

impl EmailSender for Told {
    fn send<'a>(
        &'a self,
        email: &'a Email,
    ) -> Pin<Box<dyn Future<Output = Result<Handed>> + Send + 'a>> {
        self.0.lock().unwrap().push((email.to.expose().to_owned(), email.subject.clone()));
        Box::pin(async { Ok(Handed::Taken) })
    }
}

impl Languages for Told {
    fn language_of(&self, _: CustomerId) -> Answered<'_, Option<Lang>> {
        Box::pin(async { Ok(Some(Lang::En)) })
    }
}

impl Told {
    /// Begins to tell customers what happens from here on. Until the sender says stop.
    async fn begin(desk: &Counter) -> (Self, watch::Sender<bool>) {
        let told = Self::default();
        let (store, clock) = (desk.office.bank.store(), desk.office.bank.ctx().clock);
        let identity = desk.office.identity.clone();
        let ports = identity::notices::jobs::Ports {
            sms: Arc::new(told.clone()),
            email: Arc::new(told.clone()),
            languages: Arc::new(told.clone()),
            site: "https://my.okto.example".to_owned(),
        };
        store::outbox::register(&store, "reactions").await.unwrap();
        let runner = Runner::new(store.clone(), clock.clone());
        let runner = identity::notices::jobs::register(runner, &identity, &clock, &ports);
        let reacting = (identity, clock.clone());
        let handler = store::outbox::handler(move |event| {
            let (identity, clock): (_, Clock) = reacting.clone();
            async move {
                let ctx = Ctx::system("notices", Permissions::OPERATOR).with_clock(clock);
                identity.notify_of(&ctx, &event).await
            }
        });
        let relay = Relay::new(store, clock, "reactions", handler);
        let (dead, dead_handler) = relay.dead_letters();
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(runner.on(dead, dead_handler).run(stopped.clone()));
        tokio::spawn(relay.run(stopped));
        (told, stop)
    }

    fn to(&self, whom: &str) -> Vec<String> {
        let told = self.0.lock().unwrap();
        told.iter().filter(|(to, _)| to == whom).map(|(_, text)| text.clone()).collect()
    }

    #[expect(clippy::panic, reason = "a test fails by panicking")]
    async fn wait(&self, whom: &str, words: &str) -> String {
        for _ in 0..500 {
            if let Some(text) = self.to(whom).into_iter().find(|text| text.contains(words)) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no {words:?} to {whom}: {:?}", self.0.lock().unwrap())
    }
}

/// The code in the latest message to a phone.
async fn received(inbox: &Inbox, number: usize, to: &Phone, what: &str) -> Secret<String> {
    let sms = inbox.message(number).await;
    assert_eq!(&sms.to, to);
    assert!(sms.text.expose().contains(what), "{}", sms.text.expose());
    inbox.code(number).await
}

#[tokio::test]
async fn who_lost_the_phone_and_the_password_comes_back_in() {
    let mut desk = Counter::open().await;
    desk.office.bank.run_jobs();
    let tokens = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    desk.give_mailbox(&tokens).await;
    let messages = {
        desk.office.bank.clock.advance_seconds(61);
        desk.office.bank.inbox.count()
    };
    let (told, _stop) = Told::begin(&desk).await;

    // At the counter: a code goes to the new phone, and the customer reads it out.
    let sent = desk.start(&phone(NEW)).await.unwrap();
    let inbox = Arc::clone(&desk.office.bank.inbox);
    let read_out = received(&inbox, messages + 1, &phone(NEW), "code at the bank").await;
    let id = desk.send(&sent, &read_out).await.unwrap();
    let masked = [Change::new("phone", Some("+998 ** *** ** 67"), Some("+998 ** *** ** 21"))];
    assert_eq!(desk.changes(id).await, masked);
    assert_eq!(desk.phone().await, phone(OLD), "a proposal changes nothing");
    let own = desk.office.approve(&mut desk.clerk, id).await;
    assert_eq!(code(own), Code::ApprovalOwn);
    let outcome = desk.approve(id).await.unwrap();
    assert!(matches!(outcome, Outcome::Executed(None)), "{outcome:?}");

    assert_eq!(desk.phone().await, phone(NEW));
    assert!(!desk.office.bank.accepts(&desk.office.identity, &tokens.access).await);
    assert!(desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.is_err());
    for whom in [phone(OLD).expose(), phone(NEW).expose(), MAILBOX] {
        told.wait(whom, "phone number changed").await;
    }
    assert_eq!(desk.office.audited("contact.changed", true).await, 2, "the mailbox, and the phone");
    assert_eq!(desk.office.audited("approval.executed", true).await, 1);

    // And a code for the second proof.
    let id = desk.propose_recovery().await.unwrap();
    let outcome = desk.approve(id).await.unwrap();
    let Outcome::Executed(Some(Given::ResetCode(given))) = outcome else { panic!("{outcome:?}") };
    told.wait(phone(NEW).expose(), "the bank gave out a recovery code").await;

    // At home, on another telephone in another network.
    let (identity, ctx, home) = (&desk.office.identity, desk.office.bank.ctx(), stranger(5));
    let started = identity.start_reset(&ctx, &phone(NEW), &home).await.unwrap();
    let by = Resetting { key: &started.key, client: &home, device_cookie: None };
    let sms = received(&inbox, messages + 2, &phone(NEW), "password reset code").await;
    identity.verify_reset_code(&ctx, by, &sms).await.unwrap();
    identity.prove_reset_by_assisted_code(&ctx, by, &given).await.unwrap();
    let new = phone(NEW);
    let personal = Personal { phone: &new, first_name: "Jasur", last_name: "Karimov" };
    let password = identity.prepare_password(&secret(NEW_PASSWORD), personal).await.unwrap();
    assert_eq!(identity.complete_reset(&ctx, by, &password).await.unwrap(), desk.customer);
    assert!(desk.office.bank.sign_in(&phone(NEW), PASSWORD).await.is_err());
    let back = desk.office.bank.sign_in(&phone(NEW), NEW_PASSWORD).await.unwrap();
    let known = identity.authenticate(&ctx, back.access.expose(), None).await.unwrap();
    let until = known.assurance.unwrap().cooling_until.unwrap();
    assert_eq!(until, ctx.now().plus_seconds(12 * HOUR), "payments stay small");
}

#[tokio::test]
async fn nothing_of_a_proposed_phone_is_stored_in_clear() {
    let desk = Counter::open().await;
    desk.propose(&phone(NEW)).await;
    let (old, new, store) = (phone(OLD), phone(NEW), desk.office.bank.store());
    let found = store::testing::planted_in(&store, &[old.expose(), new.expose()]).await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn only_the_code_of_this_phone_for_this_customer_in_this_session_proves_it() {
    let mut desk = Counter::open().await;
    let other = desk.office.bank.user(&phone(1)).await;
    assert_eq!(code(desk.start(&phone(1)).await), Code::ContactTaken);
    assert_eq!(code(desk.start(&phone(OLD)).await), Code::ContactUnchanged);
    let sent = desk.start(&phone(NEW)).await.unwrap();
    let right = first_code(&sent);
    assert_eq!(code(desk.send(&sent, &other_code(&right)).await), Code::CodeWrong);
    // Not for another customer, nor by a colleague, nor in a customer's own change.
    let (ctx, approvals) = (desk.clerks().await, desk.office.approvals.clone());
    let propose = async |ctx: &Ctx, customer, reason| {
        approvals.propose_phone(ctx, customer, (sent.id, &right), reason).await
    };
    assert_eq!(code(propose(&ctx, other, WHY).await), Code::CodeExpired);
    let colleague = desk.office.hire("Sanjar Olimov", &[Role::Support]).await;
    let theirs = desk.office.ctx(&colleague).await;
    assert_eq!(code(propose(&theirs, desk.customer, WHY).await), Code::CodeExpired);
    let officers = desk.office.ctx(&desk.officer).await;
    assert_eq!(code(propose(&officers, desk.customer, WHY).await), Code::PermissionMissing);
    let tokens = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    let own = desk.own(&tokens);
    let finished = desk.office.identity.finish_phone_change(&own, sent.id, &right).await;
    assert_eq!(code(finished), Code::CodeExpired);
    assert_eq!(code(desk.start(&phone(NEW)).await), Code::CodeResentTooSoon);
    // A reason that is missing does not cost the code.
    assert_eq!(code(propose(&ctx, desk.customer, " ").await), Code::ReasonMissing);
    let id = propose(&ctx, desk.customer, WHY).await.unwrap();
    assert_eq!(code(propose(&ctx, desk.customer, WHY).await), Code::CodeExpired, "once");
    desk.approve(id).await.unwrap();
    assert_eq!(desk.phone().await, phone(NEW));
}

#[tokio::test]
async fn a_passkey_that_was_used_too_long_ago_does_not_cost_the_code() {
    let mut desk = Counter::open().await;
    desk.office.bank.clock.advance_seconds(800);
    let sent = desk.start(&phone(NEW)).await.unwrap();
    desk.office.bank.clock.advance_seconds(120);
    let right = first_code(&sent);
    assert_eq!(code(desk.send(&sent, &right).await), Code::StaffProofRequired);
    let ctx = desk.clerks().await;
    let asked = desk.office.identity.start_staff_proof(&ctx).await.unwrap();
    let answer = desk.clerk.device.assert(&asked.options);
    let renewed = desk.office.identity.finish_staff_proof(&ctx, (asked.id, &answer)).await;
    desk.clerk.session = Some(renewed.unwrap());
    desk.send(&sent, &right).await.unwrap();
}

#[tokio::test]
async fn what_changed_since_the_proposal_is_asked_again() {
    // The number is another's by now.
    let mut desk = Counter::open().await;
    let id = desk.propose(&phone(NEW)).await;
    desk.office.bank.user(&phone(NEW)).await;
    assert_eq!(code(desk.approve(id).await), Code::ContactTaken);
    // The customer has another phone by now, which looks the same when it is masked.
    let tokens = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    let id = desk.propose(&phone(2)).await;
    desk.change_phone(&tokens, &phone(1_111_167)).await;
    assert_eq!(code(desk.approve(id).await), Code::ApprovalStale);
    assert_eq!(desk.phone().await, phone(1_111_167));
    // Frozen since.
    let id = desk.propose(&phone(3)).await;
    desk.freeze().await;
    assert_eq!(code(desk.approve(id).await), Code::ApprovalStale);
    // Left since.
    let id = desk.propose(&phone(4)).await;
    let about = OnCustomer { customer: desk.customer };
    let ctx = desk.clerks().await;
    let leaves = desk.office.approvals.propose::<CustomerClose>(&ctx, &about, WHY).await.unwrap();
    desk.approve(leaves).await.unwrap();
    assert_eq!(code(desk.approve(id).await), Code::NotFound);
    assert_eq!(desk.office.audited("approval.executed", false).await, 4);
    assert_eq!(code(desk.start(&phone(5)).await), Code::NotFound);
}

#[tokio::test]
async fn a_frozen_customer_is_let_in_by_no_code_of_the_bank() {
    let mut desk = Counter::open().await;
    let id = desk.propose_recovery().await.unwrap();
    desk.freeze().await;
    assert_eq!(code(desk.approve(id).await), Code::CustomerFrozen);
    assert_eq!(code(desk.propose_recovery().await), Code::CustomerFrozen);
    assert_eq!(desk.office.audited("recovery.given", true).await, 0);
}

/// Whoever took the account over gave it their own phone, and the customer stopped everything.
#[tokio::test]
async fn a_phone_from_shortly_before_a_freeze_is_proven_at_the_bank_first() {
    let mut desk = Counter::open().await;
    let thief = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    desk.change_phone(&thief, &phone(666)).await;
    desk.office.bank.clock.advance_seconds(60 * HOUR);
    desk.clerk.session = Some(desk.office.sign_in(&mut desk.clerk.device).await.unwrap());
    desk.officer.session = Some(desk.office.sign_in(&mut desk.officer.device).await.unwrap());
    desk.freeze().await;
    assert_eq!(code(desk.propose_unfreeze().await), Code::PhoneDoubted);
    // The case is closed, and nothing is forgotten by it.
    desk.office.sql("UPDATE case_file SET state = 'closed', closed_at = now()").await;
    assert_eq!(code(desk.propose_unfreeze().await), Code::PhoneDoubted);

    let id = desk.propose(&phone(NEW)).await;
    let frozen = Change::new("status", Some("frozen"), Some("frozen"));
    assert_eq!(desk.changes(id).await.last(), Some(&frozen));
    desk.office.bank.clock.advance_seconds(61);
    desk.approve(id).await.unwrap();
    assert_eq!((desk.phone().await, desk.status().await), (phone(NEW), UserStatus::Frozen));
    assert!(desk.office.bank.sign_in(&phone(NEW), PASSWORD).await.is_err(), "it lets nobody in");
    let id = desk.propose_unfreeze().await.unwrap();
    desk.approve(id).await.unwrap();
    assert_eq!(desk.status().await, UserStatus::Active);
    let thiefs = desk.office.bank.sign_in(&phone(NEW), PASSWORD).await;
    assert_eq!(code(thiefs), Code::PasswordVoid, "the thief knows it");
}

/// A request that was let in before the freeze and is carried out after it changes nothing: its
/// phone would be later than the freeze, as one that was proven at the desk is.
#[tokio::test]
async fn what_a_thief_began_before_a_freeze_changes_nothing_after_it() {
    let mut desk = Counter::open().await;
    let thief = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    desk.give_mailbox(&thief).await;
    let (identity, own) = (desk.office.identity.clone(), desk.own(&thief));
    let to = identity.start_phone_change(&own, &phone(666), &client()).await.unwrap();
    let mailbox = EmailAddress::parse("thief@example.org").unwrap();
    let mail = identity.start_email_change(&own, &mailbox, &client()).await.unwrap();
    desk.freeze().await;
    for late in [
        identity.finish_phone_change(&own, to.id, &first_code(&to)).await,
        identity.finish_email_change(&own, mail.id, &first_code(&mail)).await,
        identity.remove_email(&own).await,
        identity.renew_recovery_codes(&own).await.map(|_| ()),
    ] {
        assert_eq!(code(late), Code::SignInRequired);
    }
    let ctx = desk.office.operator();
    let contacts = identity.user_contacts(&ctx, desk.customer).await.unwrap();
    assert_eq!(contacts.phone, phone(OLD));
    assert_eq!(contacts.email, Some(EmailAddress::parse(MAILBOX).unwrap()));
    // The desk still gives a frozen customer the phone that they prove.
    let id = desk.propose(&phone(NEW)).await;
    desk.approve(id).await.unwrap();
    assert_eq!(desk.phone().await, phone(NEW));
}

/// It was the customer's own change after all: they prove the phone that they have.
#[tokio::test]
async fn the_phone_that_a_frozen_customer_has_can_be_proven_too() {
    let mut desk = Counter::open().await;
    let tokens = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    desk.change_phone(&tokens, &phone(NEW)).await;
    desk.freeze().await;
    let waits = desk.propose(&phone(NEW)).await;
    let proven = Change::new("phone_proven", None, Some("+998 ** *** ** 21"));
    assert_eq!(desk.changes(waits).await.first(), Some(&proven));
    assert_eq!(code(desk.propose_unfreeze().await), Code::PhoneDoubted);
    desk.office.bank.clock.advance_seconds(61);
    desk.approve(waits).await.unwrap();
    assert_eq!(desk.office.audited("contact.proven", true).await, 1);
    let id = desk.propose_unfreeze().await.unwrap();
    desk.approve(id).await.unwrap();
    assert_eq!(desk.phone().await, phone(NEW));
    // A phone that has stood for longer is not doubted.
    desk.office.bank.clock.advance_seconds(73 * HOUR);
    desk.clerk.session = Some(desk.office.sign_in(&mut desk.clerk.device).await.unwrap());
    desk.freeze().await;
    desk.propose_unfreeze().await.unwrap();
}

#[tokio::test]
async fn an_unfreeze_takes_the_mailbox_and_keys_from_before_the_freeze_and_tells_it_once() {
    let mut desk = Counter::open().await;
    let tokens = desk.office.bank.sign_in(&phone(OLD), PASSWORD).await.unwrap();
    desk.give_mailbox(&tokens).await;
    let key = "INSERT INTO auth_device (id, user_id, kind, state, token_hash, name, platform,
             ip_prefix, created_at, last_seen, confirm_key, confirm_key_set_at)
         SELECT gen_random_uuid(), u.id, 'browser', 'active', sha256(k.name::bytea), k.name, '', '',
             now() - interval '30 days', now(), decode(repeat('04', 65), 'hex'),
             now() - k.ago
         FROM auth_user u,
             (VALUES ('old', interval '80 hours'), ('new', interval '70 hours')) k (name, ago)";
    desk.office.sql(key).await;
    desk.office
        .sql("INSERT INTO auth_recovery_code SELECT id, sha256('x'), now() FROM auth_user")
        .await;
    desk.office.sql("INSERT INTO auth_totp SELECT id, 'x', now(), now(), 0 FROM auth_user").await;
    desk.freeze().await;
    let (told, _stop) = Told::begin(&desk).await;
    let id = desk.propose_unfreeze().await.unwrap();
    desk.approve(id).await.unwrap();

    let left: Vec<String> =
        sqlx::query_scalar("SELECT name FROM auth_device WHERE confirm_key IS NOT NULL")
            .fetch_all(desk.office.bank.store().pool())
            .await
            .unwrap();
    assert_eq!(left, ["old"]);
    let ctx = desk.office.operator();
    let contacts = desk.office.identity.user_contacts(&ctx, desk.customer).await.unwrap();
    assert_eq!(contacts.email, None);
    // Three things are gone besides, and one message says so.
    told.wait(phone(OLD).expose(), "set a new password, ways to sign in removed").await;
    for _ in 0..200 {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM job WHERE kind LIKE 'notice.%' AND state <> 'done')",
        )
        .fetch_one(desk.office.bank.store().pool())
        .await
        .unwrap();
        if waiting == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let removed = |whom: &str| {
        told.to(whom).into_iter().filter(|text| text.contains("removed")).collect::<Vec<_>>()
    };
    let once = removed(phone(OLD).expose());
    assert_eq!(once.len(), 1, "{once:?}");
    assert_eq!(removed(MAILBOX), Vec::<String>::new(), "nor is the mailbox written to");
}

#[tokio::test]
async fn a_case_says_why_an_employee_froze_the_customer() {
    let desk = Counter::open().await;
    let ctx = desk.clerks().await;
    let why = "They called: somebody has their passport.";
    let identity = &desk.office.identity;
    let case = identity.freeze_customer(&ctx, desk.customer, why).await.unwrap();
    let again = identity.freeze_customer(&ctx, desk.customer, "once more").await.unwrap();
    assert_eq!(case, again);
    let file = identity.case_for_staff(&ctx, case).await.unwrap();
    assert_eq!(file.reason.unwrap().expose(), why);
    assert!(file.note.is_none());
    assert_eq!(desk.office.audited("case.read", true).await, 1, "a look is recorded");
    let stored: String = sqlx::query_scalar("SELECT string_agg(c::text, '') FROM case_file c")
        .fetch_one(desk.office.bank.store().pool())
        .await
        .unwrap();
    assert!(!stored.contains("passport"), "it is sealed");
    let auditor = desk.office.hire("Karim Ergashev", &[Role::Accountant]).await;
    let theirs = desk.office.ctx(&auditor).await;
    assert_eq!(code(identity.case_for_staff(&theirs, case).await), Code::PermissionMissing);
}
