//! Which transfers are confirmed, and that no number of them at once passes what goes without.

use futures_util::future::join_all;
use identity::testing::Authenticator;
use identity::{
    Act, Answer, By, ClientInfo, Door, Identity, Names, NewDevice, Proof, Realm, RelyingParties,
    Use,
};
use kernel::{AccountId, Amount, Asset, Code, Ctx, Method, Result};
use payments::confirmation::rules::{Standing, standing};
use payments::transfers::Payee;
use payments::{AccountView, Confirm, ConfirmationReason, Preview, Quote, TransferReceipt};
use store::audit::{self, Filter, Outcome, Page};

use crate::common::{Person, World};

const PIN: &str = "608537";

/// Two customers who never paid each other; the first in a session on a device that has a PIN.
struct Pair {
    world: World,
    payer: Ctx,
    from: AccountView,
    to: AccountView,
}

impl World {
    /// A session of a customer, on a new device of theirs or on none.
    async fn session(&self, person: &Person, bound: bool) -> Ctx {
        let (identity, ctx) = (self.identity(), self.system());
        let client = ClientInfo::new([127, 0, 0, 1].into(), "test");
        let mut tx = self.store.begin().await.unwrap();
        let proof = Proof::two(&[Method::Password, Method::Sms]);
        let proof = if bound {
            let new = NewDevice { by: By::Cookie(None), name: "Test", client: &client };
            let bound = identity.enrol_device(&mut tx, &ctx, person.id, new).await.unwrap();
            proof.on(bound.device.id)
        } else {
            proof
        };
        let with = (&proof, &client);
        let tokens = identity.open_session(&mut tx, &ctx, person.id, with).await.unwrap();
        store::commit(tx).await.unwrap();
        let nobody = Ctx::anonymous(kernel::Lang::En).with_clock(ctx.clock.clone());
        let ctx = identity.authenticate(&nobody, tokens.access.expose(), None).await.unwrap();
        if bound {
            identity.set_pin(&ctx, &PIN.to_owned().into()).await.unwrap();
        }
        ctx
    }
}

impl Pair {
    async fn new(bound: bool) -> Self {
        let world = World::new().await;
        let jasur = world.person("Jasur", "Karimov", "901112233").await;
        let malika = world.person("Malika", "Tursunova", "907654321").await;
        let (from, to) =
            (world.account(&jasur, Asset::Uzs).await, world.account(&malika, Asset::Uzs).await);
        world.pay_in(&from, "20000000").await;
        let payer = world.session(&jasur, bound).await;
        Self { world, payer, from, to }
    }

    async fn preview(&self, sum: i64) -> Quote {
        let amount = Amount::from_minor(sum * 100, Asset::Uzs).unwrap();
        let to = Payee::Number(self.to.number);
        let preview = Preview { from: self.from.id, to, amount, note: None };
        self.world.payments.preview(&self.payer, preview).await.unwrap()
    }

    async fn confirm(
        &self,
        quote: &Quote,
        confirmation: Option<kernel::ChallengeId>,
    ) -> Result<TransferReceipt> {
        let confirm = Confirm { key: quote.key(), quote: quote.token.clone(), confirmation };
        self.world.payments.confirm(&self.payer, confirm).await
    }

    async fn confirmed(&self, quote: &Quote) -> kernel::ChallengeId {
        let asked = self.world.payments.ask_confirmation(&self.payer, &quote.token).await.unwrap();
        let answer = Answer::Pin(PIN.to_owned().into());
        let identity = self.world.identity();
        identity.answer_confirmation(&self.payer, asked.id, &answer).await.unwrap();
        asked.id
    }

    /// Pays with a confirmation.
    async fn pay(&self, sum: i64) {
        let quote = self.preview(sum).await;
        let id = self.confirmed(&quote).await;
        self.confirm(&quote, Some(id)).await.unwrap();
    }

    async fn left(&self) -> String {
        let account: AccountId = self.from.id;
        self.world.balance(account).await
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code().unwrap()
}

#[tokio::test]
async fn a_new_payee_is_confirmed_once_and_small_sums_go_from_then_on() {
    let pair = Pair::new(true).await;
    let quote = pair.preview(1_000).await;
    assert_eq!(quote.confirmation, Some(ConfirmationReason::NewPayee));
    assert_eq!(code(pair.confirm(&quote, None).await), Code::StepUpRequired);
    let unconfirmed = Filter { outcome: Some(Outcome::Refused), ..Filter::default() };
    let store = &pair.world.store;
    let told = audit::search(store, None, &unconfirmed, Page::default()).await.unwrap();
    let told: Vec<_> = told.iter().map(|e| (e.action.as_str(), e.refusal.as_deref())).collect();
    assert_eq!(told, [("transfer.internal", Some("step_up_required"))]);
    let id = pair.confirmed(&quote).await;
    // Bound to this quote: another, even of the same amount, is another act.
    let other = pair.preview(1_000).await;
    assert_eq!(code(pair.confirm(&other, Some(id)).await), Code::StepUpRequired);
    let receipt = pair.confirm(&quote, Some(id)).await.unwrap();
    assert!(!receipt.replayed);
    // The same request, again and much later: the same receipt.
    pair.world.clock.advance_seconds(400);
    assert!(pair.confirm(&quote, Some(id)).await.unwrap().replayed);
    assert!(pair.confirm(&quote, None).await.unwrap().replayed);

    let quote = pair.preview(400_000).await;
    assert_eq!(quote.confirmation, None);
    pair.confirm(&quote, None).await.unwrap();
    let quote = pair.preview(400_001).await;
    assert_eq!(quote.confirmation, Some(ConfirmationReason::Amount));
}

/// What is refused in any case is refused as that: nobody is asked to confirm it first.
#[tokio::test]
async fn what_is_over_is_not_asked_to_be_confirmed() {
    let pair = Pair::new(true).await;
    let used = pair.preview(1_000).await;
    let id = pair.confirmed(&used).await;
    pair.confirm(&used, Some(id)).await.unwrap();
    let again = Confirm { key: pair.world.key(), quote: used.token.clone(), confirmation: None };
    assert_eq!(code(pair.world.payments.confirm(&pair.payer, again).await), Code::QuoteUsed);

    let quote = pair.preview(400_001).await;
    let id = pair.confirmed(&quote).await;
    let now = pair.world.clock.now();
    let days = ledger::rules::MAX_ID_AGE_SECONDS + 60;
    let old = kernel::OperationId::generate(now.plus_seconds(-days), kernel::Entropy);
    let late = Confirm { key: old, quote: quote.token.clone(), confirmation: None };
    let answer = pair.world.payments.confirm(&pair.payer, late).await;
    assert_eq!(code(answer), Code::IdempotencyKeyOutOfTime);
    assert_eq!(code(pair.confirm(&quote, None).await), Code::StepUpRequired);
    pair.world.clock.advance_seconds(600);
    for confirmation in [None, Some(id)] {
        assert_eq!(code(pair.confirm(&quote, confirmation).await), Code::QuoteExpired);
    }
    assert_eq!(pair.left().await, "19999000.00");
}

#[tokio::test]
async fn small_sums_at_once_do_not_pass_their_limit() {
    let pair = Pair::new(true).await;
    pair.pay(1_000).await;
    let quotes = join_all((0..10).map(|_| pair.preview(400_000))).await;
    assert!(quotes.iter().all(|quote| quote.confirmation.is_none()));
    let answers = join_all(quotes.iter().map(|quote| pair.confirm(quote, None))).await;
    let paid = answers.iter().filter(|answer| answer.is_ok()).count();
    // Three times 400,000 fit into 1,400,000.
    assert_eq!(paid, 3);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(answer), Code::StepUpRequired);
    }
    let quote = pair.preview(300_000).await;
    assert_eq!(quote.confirmation, Some(ConfirmationReason::Sum));
    // A confirmation begins another sum; sums are named by the second in which they begin.
    pair.world.clock.advance_seconds(1);
    pair.pay(300_000).await;
    assert_eq!(pair.preview(400_000).await.confirmation, None);
    assert_eq!(pair.left().await, "18499000.00");
}

#[tokio::test]
async fn less_goes_from_a_device_that_nobody_knows() {
    let pair = Pair::new(false).await;
    // Without a device there is no PIN: what can be shown is a code by SMS.
    let quote = pair.preview(1_000).await;
    let asked = pair.world.payments.ask_confirmation(&pair.payer, &quote.token).await.unwrap();
    assert_eq!(asked.methods, [identity::Factor::Sms]);
    let guess = Answer::Pin(PIN.to_owned().into());
    let identity = pair.world.identity();
    let answer = identity.answer_confirmation(&pair.payer, asked.id, &guess).await;
    assert_eq!(code(answer), Code::MethodNotOffered);
    // A transfer that the bank itself makes is known afterwards, and small ones follow.
    let waived = Ctx {
        permissions: pair.payer.permissions.with(kernel::Permission::ConfirmationWaive),
        ..pair.payer.clone()
    };
    let confirm = Confirm { key: quote.key(), quote: quote.token.clone(), confirmation: None };
    pair.world.payments.confirm(&waived, confirm).await.unwrap();
    assert_eq!(pair.preview(50_000).await.confirmation, None);
    assert_eq!(pair.preview(50_001).await.confirmation, Some(ConfirmationReason::Amount));
    let quotes = join_all((0..5).map(|_| pair.preview(50_000))).await;
    let answers = join_all(quotes.iter().map(|quote| pair.confirm(quote, None))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
}

#[tokio::test]
async fn a_device_that_cools_off_has_a_limit_of_the_day() {
    let pair = Pair::new(true).await;
    sqlx::query(
        "UPDATE auth_device SET state = 'cooling', cooling_until = now() + interval '1 day'",
    )
    .execute(pair.world.store.pool())
    .await
    .unwrap();
    let pair = Pair { payer: cooled(&pair), ..pair };
    pair.pay(1_500_000).await;
    let quote = pair.preview(500_001).await;
    let id = pair.confirmed(&quote).await;
    let refused = pair.confirm(&quote, Some(id)).await.unwrap_err();
    let kernel::Error::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, Code::CoolingOffLimit);
    let said = refusal.sentence(kernel::Lang::En);
    assert!(said.contains("2000000.00 UZS") && said.contains("500000.00 UZS"), "{said}");
    pair.pay(500_000).await;
    assert_eq!(pair.left().await, "18000000.00");
}

/// The session as it is recognised once its device cools off.
fn cooled(pair: &Pair) -> Ctx {
    let mut assurance = pair.payer.assurance.unwrap();
    assurance.cooling_until = Some(pair.payer.now().plus_seconds(86_400));
    pair.payer.clone().with_assurance(assurance)
}

#[tokio::test]
async fn nobody_elses_quote_is_confirmed() {
    let pair = Pair::new(true).await;
    let quote = pair.preview(1_000).await;
    let stranger = pair.world.person("Bobur", "Aliyev", "905556677").await;
    let theirs = pair.world.session(&stranger, false).await;
    let asked = pair.world.payments.ask_confirmation(&theirs, &quote.token).await;
    assert_eq!(code(asked), Code::QuoteNotFound);
    let act = Act::Security;
    let id = pair.world.identity().ask_confirmation(&theirs, &act).await.unwrap().id;
    assert_eq!(code(pair.confirm(&quote, Some(id)).await), Code::StepUpRequired);
    pair.world.clock.advance_seconds(600);
    let late = pair.world.payments.ask_confirmation(&pair.payer, &quote.token).await;
    assert_eq!(code(late), Code::QuoteExpired);
}

const SITE: &str = "http://localhost:8081";

/// A customer's passkeys and where they are used.
struct Keys {
    identity: Identity,
    nobody: Ctx,
}

impl Keys {
    fn of(world: &World) -> Self {
        let sites = RelyingParties::local(8081, 8082).unwrap();
        let nobody = Ctx::anonymous(kernel::Lang::En).with_clock(world.system().clock);
        Self { identity: world.identity().clone().with_sites(sites), nobody }
    }

    /// Adds a passkey in a session.
    async fn add(&self, session: &Ctx) -> Authenticator {
        let mut passkey = Authenticator::at(SITE);
        let names = Names { account: "+998 90 *** ** 33", person: "Jasur Karimov" };
        let asked = self.identity.start_own_passkey(session, names).await.unwrap();
        let answer = passkey.register(&asked.options);
        self.identity.add_own_passkey(session, (asked.id, &answer), "Kalit").await.unwrap();
        passkey
    }

    /// A session that a passkey opens in a browser that the bank does not know.
    async fn enter(&self, passkey: &mut Authenticator) -> Ctx {
        let client = ClientInfo::new([127, 0, 0, 1].into(), "test");
        let (ctx, realm) = (&self.nobody, Realm::Customers);
        let asked = self.identity.start_passkey_sign_in(ctx, realm, &client).await.unwrap();
        let answer = passkey.assert(&asked.options);
        let (answer, door) = ((asked.id, &answer), (Door::Browser(None), None));
        let entered = self.identity.sign_in_by_passkey(ctx, answer, door, &client).await.unwrap();
        let token = entered.session.browser().unwrap().token;
        self.identity.authenticate_browser(ctx, token.expose(), Use::Request).await.unwrap()
    }

    fn standing(session: &Ctx) -> Standing {
        standing(session.assurance.as_ref(), session.now())
    }
}

/// Whoever learned the password and one code could add a passkey and be trusted by it at once.
#[tokio::test]
async fn a_passkey_from_an_unknown_browser_is_trusted_after_twelve_hours() {
    let pair = Pair::new(false).await;
    let keys = Keys::of(&pair.world);
    let mut first = keys.add(&pair.payer).await;
    let session = keys.enter(&mut first).await;
    assert_eq!(Keys::standing(&session), Standing::Cautious);
    // One that is added with the first is no way around, and makes nothing shorter.
    pair.world.clock.advance_seconds(3_600);
    let mut second = keys.add(&keys.enter(&mut first).await).await;
    assert_eq!(Keys::standing(&keys.enter(&mut second).await), Standing::Cautious);
    pair.world.clock.advance_seconds(12 * 3_600 - 1);
    assert_eq!(Keys::standing(&keys.enter(&mut first).await), Standing::Cautious);
    pair.world.clock.advance_seconds(1);
    let session = keys.enter(&mut first).await;
    assert_eq!(Keys::standing(&session), Standing::Trusted);
    // From now on it may add others that are trusted as it is.
    let mut third = keys.add(&session).await;
    assert_eq!(Keys::standing(&keys.enter(&mut third).await), Standing::Trusted);
}

#[tokio::test]
async fn a_passkey_that_is_added_on_a_known_device_is_trusted_at_once() {
    let pair = Pair::new(true).await;
    let keys = Keys::of(&pair.world);
    let mut passkey = keys.add(&pair.payer).await;
    assert_eq!(Keys::standing(&keys.enter(&mut passkey).await), Standing::Trusted);
}
